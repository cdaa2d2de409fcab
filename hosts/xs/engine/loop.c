/* The event loop: due timers, then sockets that can be read, promise jobs after each callback. */

#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"

int loopRun(void* machine)
{
	int descriptors[SOCKETS_MAXIMUM];
	BoardReadiness waiting[SOCKETS_MAXIMUM];
	size_t count, index;
	int stop;
	while (!(stop = boardStopCode())) {
		double timeoutMs = timersWaitMs();
		if (timeoutMs < 0 && !socketsOpen())
			return 0;
		statisticsCount(machine);
		count = socketsWaiting(descriptors, SOCKETS_MAXIMUM);
		for (index = 0; index < count; index++)
			waiting[index] = (BoardReadiness){ .descriptor = descriptors[index] };
		boardWait(timeoutMs, waiting, count);
		if (boardReportRequested())
			statisticsPrint(machine);
		timersFire(machine);
		for (index = 0; index < count; index++)
			if (waiting[index].readable || waiting[index].failed)
				socketsDeliver(machine, waiting[index].descriptor, waiting[index].failed);
	}
	return stop;
}
