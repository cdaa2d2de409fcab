/*
 * Freezes all objects of the root machine, and all variables of its modules, as `Object.freeze(object, true)` of the SDK
 * does. A clone keeps a table of what it may change of the root's: of what is frozen nothing is in it.
 *
 * The application then cannot assign to a property that it inherits from such an object; it can define one.
 */

#include "xsAll.h"
#include "preload/slots.h"

static void freezeProperty(txSlot* property)
{
	property->flag |= XS_DONT_DELETE_FLAG;
	if (property->kind != XS_ACCESSOR_KIND)
		property->flag |= XS_DONT_SET_FLAG;
}

static void freezeItems(txMachine* the, txSlot* array)
{
	txSlot* item = array->value.array.address;
	txIndex count = item ? fxGetIndexSize(the, array) : 0;
	for (; count > 0; count--)
		freezeProperty(item++);
}

static void freezeSlot(txMachine* the, txSlot* slot)
{
	txSlot* property;
	if (slot->kind == XS_CLOSURE_KIND && slot->value.closure)
		slot->value.closure->flag |= XS_DONT_SET_FLAG;
	if (slot->kind != XS_INSTANCE_KIND)
		return;
	slot->flag |= XS_DONT_PATCH_FLAG;
	for (property = slot->next; property; property = property->next) {
		freezeProperty(property);
		if (property->kind == XS_ARRAY_KIND)
			freezeItems(the, property);
	}
}

void freezeAll(txMachine* the)
{
	forEachSlot(the, freezeSlot);
}
