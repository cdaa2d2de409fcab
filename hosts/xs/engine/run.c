/* A run from its modules to its end: root machine, application, loop. */

#include "engine/board.h"
#include "engine/host.h"

void runToEnd(const Run* run)
{
	size_t index;
	arenaInitialize(&host.flash, "memory for preloaded modules", run->flash, run->flashBytes, machineSlotSize());
	arenaInitialize(&host.arena, "arena", run->arena, run->arenaBytes, machineSlotSize());
	machineCreateRoot();
	machinePreload(PLATFORM_MODULE);
	for (index = 0; index < run->preloadCount; index++)
		machinePreload(run->preloads[index]);
	machinePreload(run->arguments[0]);
	machineShare();
	/* From here on the machine is what a board's is: there, modules were loaded on a workstation. */
	boardPaintStack();
	machineCreateApplication();
	applicationStart(host.application, run->arguments[0], run->argumentCount - 1, run->arguments + 1);
	finish(loopRun(host.application));
}
