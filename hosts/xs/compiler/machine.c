/*
 * What the parser asks of the machine that its code is for. Here is none: names for generated properties are counted,
 * and what would allocate in a machine's heap is never reached.
 */

#include "xsAll.h"
#include "xsScript.h"
#include "engine/host.h"

static void __attribute__((noreturn)) unreachable(const char* what)
{
	reportLine("the parser asked for %s of a machine", what);
	exit(EXIT_FAILED);
}

void fxGenerateTag(void* console, txString buffer, txInteger size, txString path)
{
	static unsigned count;
	snprintf(buffer, (size_t)size, "#%u@%s", ++count, path ? path : "");
}

txID fxGenerateProfileID(void* console)
{
	return XS_NO_ID;
}

void fxVReportError(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
	char text[128];
	vsnprintf(text, sizeof(text), format, arguments);
	reportLine("%s:%d: %s", path ? path : "?", (int)line, text);
}

void fxVReportWarning(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
}

void* fxNewChunk(txMachine* the, txSize size)
{
	unreachable("memory");
}

txSize fxMultiplyChunkSizes(txMachine* the, txSize a, txSize b)
{
	unreachable("memory");
}

void fxOverflow(txMachine* the, txInteger count, txString path, txInteger line)
{
	unreachable("its stack");
}

txID fxNewNameC(txMachine* the, txString name)
{
	unreachable("a name");
}

void fxAbort(txMachine* the, int status)
{
	unreachable("its end");
}
