/*
 * Timers on the monotonic clock, in a list sorted by deadline. A handle carries the number of its timer only, so
 * one that has fired or was cleared finds nothing.
 */

#include "natives/natives.h"
#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"

typedef struct Timer {
	struct Timer* next;
	double deadlineMs;
	uint32_t number;
	xsSlot callback;
} Timer;

static Timer* timers;
static uint32_t timerCount;
static uint32_t lastNumber;

/* Tells handles of timers from other host objects. */
static void timerHandle(void* data)
{
}

static void setTimer(xsMachine* the)
{
	double delayMs = xsmcToNumber(xsArg(1));
	Timer* timer;
	Timer** place;
	if (!xsmcIsCallable(xsArg(0)))
		xsTypeError("timer: expected a function as callback");
	if (!(delayMs >= 0 && delayMs <= 2147483647))
		xsRangeError("timer: expected a delay of 0 to 2147483647 ms, got %s", xsmcToString(xsArg(1)));
	if (timerCount == TIMERS_MAXIMUM)
		xsRangeError("timer: all %d timers are in use", TIMERS_MAXIMUM);
	xsResult = xsNewHostObject(timerHandle);
	timer = c_malloc(sizeof(Timer));
	if (!timer)
		xsUnknownError("timer: no memory");
	/* 0 is the data of no handle. */
	if (++lastNumber == 0)
		lastNumber = 1;
	timer->number = lastNumber;
	timer->deadlineMs = boardMonotonicMs() + delayMs;
	timer->callback = xsArg(0);
	xsRemember(timer->callback);
	xsmcSetHostData(xsResult, (void*)(uintptr_t)timer->number);
	for (place = &timers; *place && (*place)->deadlineMs <= timer->deadlineMs; place = &(*place)->next)
		;
	timer->next = *place;
	*place = timer;
	timerCount++;
}

static void unlinkTimer(xsMachine* the, Timer** place)
{
	Timer* timer = *place;
	*place = timer->next;
	timerCount--;
	xsForget(timer->callback);
	c_free(timer);
}

static void clearTimer(xsMachine* the)
{
	uint32_t volatile number = 0;
	Timer** place;
	xsTry {
		number = (uint32_t)(uintptr_t)xsmcGetHostDataValidate(xsArg(0), timerHandle);
	}
	xsCatch {
		xsTypeError("timer: expected what set returned");
	}
	for (place = &timers; *place; place = &(*place)->next)
		if ((*place)->number == number) {
			unlinkTimer(the, place);
			return;
		}
}

double timersWaitMs(void)
{
	double waitMs;
	if (!timers)
		return -1;
	waitMs = timers->deadlineMs - boardMonotonicMs();
	return waitMs > 0 ? waitMs : 0;
}

/* Fires what is due now; timers that callbacks set wait for the next turn, so that sockets get theirs. */
void timersFire(void* machine)
{
	double nowMs = boardMonotonicMs();
	uint32_t limit = timerCount;
	while (limit-- > 0 && timers && timers->deadlineMs <= nowMs) {
		xsBeginHost(machine);
		{
			xsmcVars(1);
			xsVar(0) = xsAccess(timers->callback);
			unlinkTimer(the, &timers);
			xsVar(0) = xsCallFunction0(xsVar(0), xsUndefined);
		}
		xsEndHost(machine);
		jobsRun(machine);
	}
}

const Native timerNatives[] = {
	{ "setTimer", setTimer, 2 },
	{ "clearTimer", clearTimer, 1 },
	{ 0 },
};
