/* Walks the root machine's slots. */

#include "xsAll.h"
#include "preload/slots.h"

void forEachSlot(txMachine* the, SlotVisitor visit)
{
	txSlot* heap;
	for (heap = the->firstHeap; heap; heap = heap->next) {
		txSlot* slot;
		for (slot = heap + 1; slot < heap->value.reference; slot++)
			if (!(slot->flag & XS_MARK_FLAG))
				visit(the, slot);
	}
}

void markFreeSlots(txMachine* the, bool mark)
{
	txSlot* slot;
	for (slot = the->freeHeap; slot; slot = slot->next)
		slot->flag = mark ? XS_MARK_FLAG : XS_NO_FLAG;
}
