/*
 * The two machines of a run. The root evaluates all modules, as the SDK's linker does on a workstation, and is
 * then shared; the application is a clone of it that has one arena of a device's size for everything it makes.
 */

#include "xsAll.h"
#include "census/census.h"
#include "engine/host.h"
#include "engine/limits.h"

Host host;

/* The modules that were asked for: the application can import them by name. */
static const char* starts[STARTS_MAXIMUM];
static size_t startCount;

size_t machineSlotSize(void)
{
	return sizeof(txSlot);
}

void machineCreateRoot(void)
{
	txCreation creation = {
		.initialChunkSize = ROOT_CHUNKS,
		.incrementalChunkSize = ROOT_CHUNKS / 4,
		.initialHeapCount = ROOT_SLOTS,
		.incrementalHeapCount = ROOT_SLOTS / 4,
		.stackCount = ROOT_STACK_SLOTS,
		.initialKeyCount = ROOT_KEYS,
		.incrementalKeyCount = ROOT_KEYS / 4,
		.nameModulo = NAME_MODULO,
		.symbolModulo = SYMBOL_MODULO,
		.parserBufferSize = PARSER_BUFFER,
		.parserTableModulo = PARSER_MODULO,
	};
	host.root = fxCreateMachine(&creation, "root", &host.flash, XS_NO_ID);
	if (censusBegin)
		censusBegin(host.root);
	nativesInstall(host.root);
}

void machinePreload(const char* module)
{
	txMachine* the = fxBeginHost(host.root);
	starts[startCount++] = module;
	mxTry(the) {
		mxPushStringC((txString)module);
		fxAwaitImport(the, XS_IMPORT_ASYNC);
		mxPop();
	}
	mxCatch(the) {
		fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
	}
	fxEndHost(the);
	/* A module that cannot be loaded is a rejection that nobody handles. */
	jobsRun(host.root);
}

void machineShare(void)
{
	txMachine* root = host.root;
	nativesRemove(root);
	rootCompact(root, starts, startCount);
	fxShareMachine(root);
	flashFinish(root);
}

void machineCreateApplication(void)
{
	size_t heaps = (size_t)(host.arena.top - host.arena.bottom) - STACK_SLOTS * sizeof(txSlot);
	txCreation creation = {
		.initialChunkSize = (txSize)(heaps / ARENA_INITIAL_CHUNKS_PART),
		.incrementalChunkSize = CHUNK_STEP_MINIMUM,
		.initialHeapCount = (txSize)(heaps / ARENA_INITIAL_SLOTS_PART / sizeof(txSlot)),
		.incrementalHeapCount = SLOT_STEP_MINIMUM,
		.stackCount = STACK_SLOTS,
		.initialKeyCount = APPLICATION_KEYS,
		.incrementalKeyCount = APPLICATION_KEYS,
		.nameModulo = NAME_MODULO,
		.symbolModulo = SYMBOL_MODULO,
		.parserBufferSize = 1024,
		.parserTableModulo = 17,
	};
	host.application = fxCloneMachine(&creation, host.root, "application", &host.arena);
}
