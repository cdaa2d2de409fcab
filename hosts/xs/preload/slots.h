/* What is done to the root machine's slots before its memory becomes read-only. Includes xsAll.h's types. */

#ifndef COAPSULE_SLOTS_H
#define COAPSULE_SLOTS_H

#include <stdbool.h>

typedef void (*SlotVisitor)(txMachine* the, txSlot* slot);

/* The slots in use: after a collection, and while the free ones are marked. */
void forEachSlot(txMachine* the, SlotVisitor visit);
void markFreeSlots(txMachine* the, bool mark);

/* strip.c: takes references to built-in functions that are not in the image out of their objects. */
void stripUnlink(txMachine* the);

/* freeze.c; for slots whose free ones are marked */
void freezeAll(txMachine* the);

#endif
