/* One line with what the application used of its arena, and the preloaded modules of the root's memory. */

#include "xsAll.h"
#include "engine/board.h"
#include "engine/host.h"

static unsigned collections;

/* The engine's own counter has 16 bits: read often enough, it gives a count for long runs too. */
void statisticsCount(void* machine)
{
	static txU2 last;
	txMachine* the = machine;
	collections += (txU2)(the->garbageCollectionCount - last);
	last = the->garbageCollectionCount;
}

static void printHeap(char* text, size_t size, const char* what, txMachine* the)
{
	snprintf(text, size, "%s slots %zu (%zu bytes), chunks %zu bytes", what, (size_t)the->currentHeapCount,
		(size_t)the->currentHeapCount * sizeof(txSlot), (size_t)the->currentChunksSize);
}

void statisticsPrint(void* machine)
{
	txMachine* the = machine;
	uint64_t instructions = boardInstructions();
	size_t arena = (size_t)(host.arena.top - host.arena.bottom);
	/* As the engine samples it when a function returns. (Untouched slots do not tell: conversions of numbers and
	 * regular expressions use the free end of the stack for a moment.) */
	size_t stackPeak = (size_t)(the->stackTop - the->stackPeak);
	char live[128], preloaded[128];
	statisticsCount(the);
	if (!host.aborted)
		fxCollectGarbage(the);
	printHeap(live, sizeof(live), "live", the);
	printHeap(preloaded, sizeof(preloaded), "preloaded", host.root);
	reportLine("stats: arena %zu bytes, taken %zu; peak slots %zu (%zu bytes), chunks %zu bytes, "
		"stack %zu of %zu (%zu bytes); %u collections; %s; %s; keys %u, aliases %u",
		arena, arena - arenaFree(&host.arena), (size_t)the->peakHeapCount, (size_t)the->peakHeapCount * sizeof(txSlot),
		(size_t)the->peakChunksSize, stackPeak, (size_t)(the->stackTop - the->stackBottom), stackPeak * sizeof(txSlot),
		collections, live, preloaded, (unsigned)(the->keyIndex - the->keyOffset), (unsigned)the->aliasCount);
	if (instructions)
		reportLine("instructions: %llu", (unsigned long long)instructions);
}
