/* Output: the application's on the serial line, the host's own reports through semihosting, to whoever debugs. */

#include <semihost.h>
#include <string.h>

#include "engine/board.h"
#include "riscv/devices/registers.h"

#define REPORT_PART 256

static void writeReport(const char* bytes, size_t size)
{
	char part[REPORT_PART + 1];
	while (size > 0) {
		size_t length = size < REPORT_PART ? size : REPORT_PART;
		memcpy(part, bytes, length);
		part[length] = 0;
		sys_semihost_write0(part);
		bytes += length;
		size -= length;
	}
}

void boardWrite(bool error, const char* bytes, size_t size)
{
	if (error) {
		writeReport(bytes, size);
		return;
	}
	for (; size > 0; size--) {
		while (!(UART_LINE_STATUS & UART_HOLDS_NOTHING))
			;
		UART_DATA = (uint8_t)*bytes++;
	}
	/* The run may end right after. */
	while (!(UART_LINE_STATUS & UART_HAS_SENT_ALL))
		;
}
