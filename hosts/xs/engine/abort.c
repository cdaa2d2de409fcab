/* How a run ends when the engine cannot go on: one line that says why, then an exit code of its own. */

#include "xsAll.h"
#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"

void finish(int code)
{
	if (host.statistics && host.application)
		statisticsPrint(host.application);
	exit(code);
}

static void reportMemory(txMachine* the)
{
	Arena* arena = the->context;
	size_t chunks = (size_t)(arena->chunksEnd - arena->bottom);
	size_t slots = (size_t)(arena->top - arena->slotsStart) - arena->stackBytes;
	if (arena->refused)
		reportLine("out of memory: no room for %zu bytes of %s in the %s of %zu bytes (chunks %zu, slots %zu, stack %zu)",
			arena->refusedBytes, arena->refused, arena->name, (size_t)(arena->top - arena->bottom), chunks, slots,
			arena->stackBytes);
	else
		reportLine("out of memory: one object would be larger than the engine allows");
}

/* `what`, then the exception's message and stack. */
static void reportException(txMachine* the, const char* what)
{
	fxBeginHost(the);
	mxTry(the) {
		mxPush(mxException);
		if (mxIsReference(&mxException)) {
			mxPush(mxException);
			mxGetID(mxID(_stack));
			if (the->stack->kind == XS_UNDEFINED_KIND)
				mxPop();
		}
		fxToString(the, the->stack);
		reportLine("%s: %s", what, the->stack->value.string);
	}
	mxCatch(the) {
		reportLine("%s, with a value that cannot be shown", what);
	}
}

void fxAbort(txMachine* the, int status)
{
	if (host.aborted)
		finish(EXIT_ENGINE + status);
	host.aborted = true;
	if (the->context == &host.flash
		&& (status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT)) {
		reportException(the, "a module cannot be loaded");
		finish(EXIT_FAILED);
	}
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		reportMemory(the);
		break;
	case XS_STACK_OVERFLOW_EXIT:
		if (the->context == &host.arena)
			reportLine("stack overflow: the JavaScript stack has %d slots", STACK_SLOTS);
		else
			reportLine("stack overflow while modules were loaded");
		break;
	case XS_UNHANDLED_EXCEPTION_EXIT:
		reportException(the, "unhandled exception");
		break;
	case XS_UNHANDLED_REJECTION_EXIT:
		reportException(the, "unhandled rejection");
		break;
	case XS_NO_MORE_KEYS_EXIT:
		reportLine("out of memory: no more property names");
		break;
	default:
		reportLine("the engine gave up (status %d)", status);
		break;
	}
	finish(EXIT_ENGINE + status);
}
