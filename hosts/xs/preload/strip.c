/*
 * An image may lack built-in functions that none of its modules names: the linker has put stubs in their place, one
 * behind the other (hosts/node/images/link/strip). What refers to one goes from the root machine, so that a program
 * which asks finds nothing, as on an engine that never had it. Only the engine itself could still call a stub: then the
 * run ends, and says which one it was.
 */

#include "xsAll.h"
#include "engine/host.h"
#include "preload/slots.h"

/* The instructions of a stub, and where they begin and end; they are only in images that lack functions. */
#define STUB_BYTES 4
extern const uint8_t stripped_stubs[] __attribute__((weak));
extern const uint8_t stripped_stubs_end[] __attribute__((weak));

/* Where stubs jump to. @param behind the stub that was called */
void __attribute__((noreturn)) strippedCalled(const uint8_t* behind)
{
	reportLine("the engine called a built-in that is not in this image: number %u",
		(unsigned)(behind - stripped_stubs) / STUB_BYTES - 1);
	stackTracePrint(host.application ? host.application : host.root);
	finish(EXIT_STRIPPED);
}

static bool isStripped(const txSlot* function)
{
	const txSlot* code;
	if (!function || function->kind != XS_INSTANCE_KIND || !(code = function->next) || code->kind != XS_CALLBACK_KIND)
		return false;
	return (const uint8_t*)code->value.callback.address >= stripped_stubs
		&& (const uint8_t*)code->value.callback.address < stripped_stubs_end;
}

static bool isAbsent(const txSlot* function)
{
	return !function || isStripped(function);
}

static bool isStrippedProperty(const txSlot* property)
{
	if (property->flag & XS_INTERNAL_FLAG)
		return false;
	if (property->kind == XS_ACCESSOR_KIND)
		return isAbsent(property->value.accessor.getter) && isAbsent(property->value.accessor.setter);
	/* A prototype keeps its constructor: what is made of it asks for it. */
	return property->kind == XS_REFERENCE_KIND && property->ID != mxID(_constructor)
		&& isStripped(property->value.reference);
}

static void unlinkProperties(txMachine* the, txSlot* instance)
{
	txSlot** link = &instance->next;
	while (*link)
		if (isStrippedProperty(*link))
			*link = (*link)->next;
		else
			link = &(*link)->next;
}

static void unlinkOfInstance(txMachine* the, txSlot* slot)
{
	if (slot->kind == XS_INSTANCE_KIND)
		unlinkProperties(the, slot);
}

void stripUnlink(txMachine* the)
{
	if (!stripped_stubs)
		return;
	fxCollectGarbage(the);
	markFreeSlots(the, true);
	forEachSlot(the, unlinkOfInstance);
	markFreeSlots(the, false);
}
