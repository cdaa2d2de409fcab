/* Clocks: the machine timer from reset, and the real-time clock. */

#include <sys/time.h>

#include "engine/board.h"
#include "riscv/devices/clock.h"
#include "riscv/devices/registers.h"

uint64_t clockTicks(void)
{
	uint32_t high, low;
	do {
		high = TIMER_HIGH;
		low = TIMER_LOW;
	} while (high != TIMER_HIGH);
	return (uint64_t)high << 32 | low;
}

static uint64_t wallClockNs(void)
{
	uint32_t low = RTC_TIME_LOW;
	return (uint64_t)RTC_TIME_HIGH << 32 | low;
}

double boardMonotonicMs(void)
{
	return (double)clockTicks() / (TIMER_HERTZ / 1e3);
}

double boardWallClockMs(void)
{
	return (double)wallClockNs() / 1e6;
}

/* The engine's Date asks for it. */
int gettimeofday(struct timeval* restrict time, void* restrict zone)
{
	uint64_t microseconds = wallClockNs() / 1000;
	time->tv_sec = (time_t)(microseconds / 1000000);
	time->tv_usec = (suseconds_t)(microseconds % 1000000);
	return 0;
}
