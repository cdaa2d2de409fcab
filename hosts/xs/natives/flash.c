/* Raw flash: the operations of natives.ts. Ranges and units are checked in flash.ts. */

#include "natives/natives.h"
#include "engine/board.h"

static void fail(xsMachine* the, const char* why)
{
	if (why)
		xsUnknownError("flash: %s", why);
}

static void flashStatus(xsMachine* the)
{
	void* flash;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &flash, &size);
	xsmcSetBoolean(xsResult, size == sizeof(BoardFlash) && boardFlashStatus(flash));
}

static void flashErase(xsMachine* the)
{
	fail(the, boardFlashErase((uint32_t)xsmcToInteger(xsArg(0))));
}

static void flashRead(xsMachine* the)
{
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &bytes, &size);
	fail(the, boardFlashRead(bytes, size, (uint32_t)xsmcToInteger(xsArg(1))));
}

static void flashWrite(xsMachine* the)
{
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	fail(the, boardFlashWrite(bytes, size, (uint32_t)xsmcToInteger(xsArg(1))));
}

const Native flashNatives[] = {
	{ "flashStatus", flashStatus, 1 },
	{ "flashErase", flashErase, 1 },
	{ "flashRead", flashRead, 2 },
	{ "flashWrite", flashWrite, 2 },
	{ 0 },
};
