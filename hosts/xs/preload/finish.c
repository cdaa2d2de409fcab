/*
 * Makes the shared root machine what a linker would have made of it: its values point to chunks that never move.
 * The clone's collector follows and relocates the chunks of the heap kinds; the _X_ kinds it leaves alone.
 * Afterwards the memory is read-only, as flash is.
 */

#include "xsAll.h"
#include "census/census.h"
#include "engine/board.h"
#include "engine/host.h"

static void fixSlot(txSlot* slot)
{
	switch (slot->kind) {
	case XS_CODE_KIND: slot->kind = XS_CODE_X_KIND; break;
	case XS_STRING_KIND: slot->kind = XS_STRING_X_KIND; break;
	case XS_KEY_KIND: slot->kind = XS_KEY_X_KIND; break;
	case XS_BIGINT_KIND: slot->kind = XS_BIGINT_X_KIND; break;
	default: break;
	}
}

void flashFinish(void* root)
{
	txMachine* the = root;
	Arena* flash = the->context;
	txSlot* heap;
	for (heap = the->firstHeap; heap; heap = heap->next) {
		txSlot* limit = heap->value.reference;
		txSlot* slot;
		for (slot = heap + 1; slot < limit; slot++) {
			fixSlot(slot);
			if (slot->kind == XS_ARRAY_KIND && slot->value.array.address) {
				txSlot* item = slot->value.array.address;
				txIndex count = fxGetIndexSize(the, slot);
				for (; count > 0; count--)
					fixSlot(item++);
			}
		}
	}
	if (censusPrint)
		censusPrint(the);
	if (!boardProtect(flash->bottom, (size_t)(flash->top - flash->bottom))) {
		reportLine("the preloaded modules cannot be made read-only");
		finish(EXIT_FAILED);
	}
}
