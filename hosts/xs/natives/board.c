/* Clocks, randomness, console and the end of the process. */

#include "natives/natives.h"
#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"

static void monotonicMs(xsMachine* the)
{
	xsmcSetNumber(xsResult, boardMonotonicMs());
}

static void wallClockMs(xsMachine* the)
{
	xsmcSetNumber(xsResult, boardWallClockMs());
}

static void fillRandom(xsMachine* the)
{
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &bytes, &size);
	boardFillRandom(bytes, size);
}

/* One write for the line and its end, so that lines of several programs in one pipe do not mix. */
static void logLine(xsMachine* the)
{
	char line[LOG_LINE_MAXIMUM];
	const char* text = xsmcToString(xsArg(0));
	size_t length = c_strlen(text);
	if (length < sizeof(line)) {
		c_memcpy(line, text, length);
		line[length] = '\n';
		boardWrite(false, line, length + 1);
	}
	else {
		char* copy = c_malloc(length + 1);
		if (!copy)
			xsUnknownError("no memory for a log line of %d bytes", (int)length);
		c_memcpy(copy, text, length);
		copy[length] = '\n';
		boardWrite(false, copy, length + 1);
		c_free(copy);
	}
}

/* What neither heap has taken: they grow when they have to, and never give back. */
static void leastFreeBytes(xsMachine* the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)arenaFree(&host.arena));
}

static void exitNow(xsMachine* the)
{
	finish(xsmcToInteger(xsArg(0)) & 255);
}

const Native boardNatives[] = {
	{ "monotonicMs", monotonicMs, 0 },
	{ "wallClockMs", wallClockMs, 0 },
	{ "fillRandom", fillRandom, 1 },
	{ "log", logLine, 1 },
	{ "leastFreeBytes", leastFreeBytes, 0 },
	{ "exit", exitNow, 1 },
	{ 0 },
};
