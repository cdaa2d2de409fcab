/* What the host itself has to say: lines on standard error. */

#include <stdarg.h>
#include <stdio.h>

#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"

void reportLine(const char* format, ...)
{
	char line[LOG_LINE_MAXIMUM];
	va_list arguments;
	int length;
	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	line[length++] = '\n';
	boardWrite(true, line, (size_t)length);
}
