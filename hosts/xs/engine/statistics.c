/*
 * One line with what the application used: of its arena, of the host's memory, and what is preloaded, which is flash on
 * a board.
 */

#include "xsAll.h"
#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"

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

/* What a machine has beside its arena: itself, and its tables of names, of keys and of what it changed of the root. */
static size_t tableBytes(const txMachine* the)
{
	size_t keys = (size_t)(the->keyCount - the->keyOffset);
	return sizeof(*the) + (NAME_MODULO + SYMBOL_MODULO + keys + (size_t)the->aliasCount) * sizeof(txSlot*);
}

/* Of the root's tables, what a board has in flash: those that the application's begin with, and prototypes. */
static size_t preloadedTableBytes(const txMachine* root)
{
	return (NAME_MODULO + SYMBOL_MODULO + (size_t)root->keyIndex) * sizeof(txSlot*)
		+ (size_t)(root->stackTop - root->stack) * sizeof(txSlot);
}

void statisticsPrint(void* machine)
{
	txMachine* the = machine;
	uint64_t instructions = boardInstructions();
	size_t arena = (size_t)(host.arena.top - host.arena.bottom);
	/* As the engine samples it when a function returns. (Untouched slots do not tell: conversions of numbers and
	 * regular expressions use the free end of the stack for a moment.) */
	size_t stackPeak = (size_t)(the->stackTop - the->stackPeak);
	/* Before this function adds to it. */
	size_t cStackPeak = boardStackPeak();
	char live[128], preloaded[128];
	statisticsCount(the);
	if (!host.aborted)
		fxCollectGarbage(the);
	printHeap(live, sizeof(live), "live", the);
	printHeap(preloaded, sizeof(preloaded), "preloaded", host.root);
	reportLine("stats: arena %zu bytes, taken %zu; peak slots %zu (%zu bytes), chunks %zu bytes, "
		"stack %zu of %zu (%zu bytes); %u collections; %s; %s, tables %zu bytes; keys %u, aliases %u, tables %zu bytes; "
		"C stack %zu bytes",
		arena, arena - arenaFree(&host.arena), (size_t)the->peakHeapCount, (size_t)the->peakHeapCount * sizeof(txSlot),
		(size_t)the->peakChunksSize, stackPeak, (size_t)(the->stackTop - the->stackBottom), stackPeak * sizeof(txSlot),
		collections, live, preloaded, preloadedTableBytes(host.root), (unsigned)(the->keyIndex - the->keyOffset),
		(unsigned)the->aliasCount, tableBytes(the), cStackPeak);
	if (instructions)
		reportLine("instructions: %llu", (unsigned long long)instructions);
}
