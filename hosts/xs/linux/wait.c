/*
 * Waiting for sockets, time and signals. SIGINT and SIGTERM end the loop; a second one ends the process. SIGUSR1 asks
 * for the statistics.
 */

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "engine/board.h"
#include "engine/limits.h"
#include "linux/wait.h"

static volatile sig_atomic_t stopSignal;
static volatile sig_atomic_t reportRequested;

static void onStop(int number)
{
	stopSignal = number;
}

static void onReport(int number)
{
	(void)number;
	reportRequested = 1;
}

void waitInitialize(void)
{
	struct sigaction stop = { .sa_handler = onStop, .sa_flags = (int)SA_RESETHAND };
	struct sigaction report = { .sa_handler = onReport };
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGUSR1, &report, NULL);
	/* A reader that has gone is an error of write, not the end of a device. */
	signal(SIGPIPE, SIG_IGN);
}

int boardStopCode(void)
{
	return stopSignal ? 128 + stopSignal : 0;
}

bool boardReportRequested(void)
{
	bool requested = reportRequested;
	reportRequested = 0;
	return requested;
}

void boardWait(double timeoutMs, BoardReadiness* waiting, size_t count)
{
	struct pollfd descriptors[SOCKETS_MAXIMUM];
	struct timespec timeout;
	sigset_t blocked, before;
	size_t index;
	if (timeoutMs >= 0) {
		timeout.tv_sec = (time_t)(timeoutMs / 1e3);
		timeout.tv_nsec = (long)(fmod(timeoutMs, 1e3) * 1e6);
	}
	for (index = 0; index < count; index++)
		descriptors[index] = (struct pollfd){ .fd = waiting[index].descriptor, .events = POLLIN };
	/* Blocked but while waiting: a signal between the look at the flags and ppoll must not be slept through. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	if (!stopSignal && !reportRequested && ppoll(descriptors, count, timeoutMs >= 0 ? &timeout : NULL, &before) > 0)
		for (index = 0; index < count; index++) {
			waiting[index].readable = (descriptors[index].revents & POLLIN) != 0;
			waiting[index].failed = (descriptors[index].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
		}
	sigprocmask(SIG_SETMASK, &before, NULL);
}
