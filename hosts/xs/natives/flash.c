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
	BoardFlash flash;
	if (!boardFlashStatus(&flash))
		return;
	xsmcVars(1);
	xsmcSetNewArray(xsResult, 3);
	xsmcSetInteger(xsVar(0), (xsIntegerValue)flash.blocks);
	xsmcSetIndex(xsResult, 0, xsVar(0));
	xsmcSetInteger(xsVar(0), (xsIntegerValue)flash.blockLength);
	xsmcSetIndex(xsResult, 1, xsVar(0));
	xsmcSetInteger(xsVar(0), (xsIntegerValue)flash.writeAlign);
	xsmcSetIndex(xsResult, 2, xsVar(0));
}

static void flashErase(xsMachine* the)
{
	fail(the, boardFlashErase((uint32_t)xsmcToInteger(xsArg(0))));
}

static void flashRead(xsMachine* the)
{
	uint32_t offset = (uint32_t)xsmcToInteger(xsArg(1));
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &bytes, &size);
	fail(the, boardFlashRead(bytes, size, offset));
}

static void flashWrite(xsMachine* the)
{
	uint32_t offset = (uint32_t)xsmcToInteger(xsArg(1));
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	fail(the, boardFlashWrite(bytes, size, offset));
}

const Native flashNatives[] = {
	{ "flashStatus", flashStatus, 0 },
	{ "flashErase", flashErase, 1 },
	{ "flashRead", flashRead, 2 },
	{ "flashWrite", flashWrite, 2 },
	{ 0 },
};
