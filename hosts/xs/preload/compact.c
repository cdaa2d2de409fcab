/*
 * Takes out of the root machine what only loading needed, and shares what is equal, before its memory becomes
 * read-only; the SDK's linker does much of the same on a workstation.
 *
 * - Only the modules that the application is started with can be imported by name: the others are linked by now.
 * - Names of exports and imports are done with, too, where the compiler of bytecode says so.
 * - A function that is no class is no constructor, and needs no prototype object.
 * - Equal ends of lists become one: in read-only memory nobody can tell. Where a function is defined (its home) and
 *   which variables it closes over are lists that many functions have in common.
 * - What is left is frozen: freeze.c. Built-in functions that are not in the image go before: strip.c.
 */

#include "xsAll.h"
#include "engine/host.h"
#include "modules/modules.h"
#include "preload/slots.h"

/* More than the slots of a root machine that can be equal to others; a power of two. */
#define TABLE_SIZE 65536

/* The slots seen so far, of those that are equal one. */
static txSlot** table;
static bool changed;

static txSlot* modulesOf(txMachine* the)
{
	return mxOwnModules(mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm)->value.reference;
}

static bool isStart(const txID* starts, size_t count, txID module)
{
	size_t index;
	for (index = 0; index < count; index++)
		if (starts[index] == module)
			return true;
	return false;
}

static void forgetModules(txMachine* the, const txID* starts, size_t count)
{
	txSlot** link = &modulesOf(the)->next;
	while (*link) {
		if (isStart(starts, count, (*link)->ID))
			link = &(*link)->next;
		else
			*link = (*link)->next;
	}
}

static bool isFunction(const txSlot* slot)
{
	return slot->kind == XS_INSTANCE_KIND && slot->next && (slot->next->flag & XS_INTERNAL_FLAG)
		&& (slot->next->kind == XS_CODE_KIND || slot->next->kind == XS_CODE_X_KIND || slot->next->kind == XS_CALLBACK_KIND);
}

/* Through its home a function finds the globals, which all modules have in common: any module will do. Its ID is the
 * profiler's. */
static void simplifyHome(txMachine* the, txSlot* slot)
{
	txSlot* home;
	if (!isFunction(slot))
		return;
	home = mxFunctionInstanceHome(slot);
	home->ID = XS_NO_ID;
	if (home->value.home.module)
		home->value.home.module = modulesOf(the)->next->value.reference;
}

static void dropPrototype(txMachine* the, txSlot* function)
{
	txSlot** link;
	if (!isFunction(function) || function->next->kind == XS_CALLBACK_KIND
		|| (function->next->flag & (XS_BASE_FLAG | XS_DERIVED_FLAG)))
		return;
	for (link = &mxFunctionInstanceHome(function)->next; *link; link = &(*link)->next) {
		txSlot* constructor;
		if ((*link)->ID != mxID(_prototype) || (*link)->kind != XS_REFERENCE_KIND)
			continue;
		constructor = (*link)->value.reference->next;
		if (constructor && !constructor->next && constructor->ID == mxID(_constructor)
			&& constructor->value.reference == function) {
			*link = (*link)->next;
			function->flag &= ~XS_CAN_CONSTRUCT_FLAG;
			return;
		}
	}
}

static bool isEnvironment(const txSlot* slot)
{
	return slot->kind == XS_INSTANCE_KIND && (slot->flag & XS_EXOTIC_FLAG) && slot->next
		&& (slot->next->flag & XS_INTERNAL_FLAG) && slot->next->ID == XS_ENVIRONMENT_BEHAVIOR;
}

/* A variable that never changes: of a closure. */
static bool isConstant(const txSlot* slot)
{
	return (slot->flag & XS_DONT_SET_FLAG) && slot->ID == XS_NO_ID && !slot->next
		&& (slot->kind == XS_REFERENCE_KIND || slot->kind == XS_INTEGER_KIND);
}

/* What of the value makes two slots of a kind equal; false for kinds whose slots are not shared. */
static bool valueOf(const txSlot* slot, const void* value[2])
{
	value[1] = NULL;
	switch (slot->kind) {
	case XS_HOME_KIND:
		value[0] = slot->value.home.object;
		value[1] = slot->value.home.module;
		return true;
	case XS_CLOSURE_KIND:
		value[0] = slot->value.closure;
		return true;
	case XS_REFERENCE_KIND:
		value[0] = slot->value.reference;
		return isConstant(slot);
	case XS_INTEGER_KIND:
		value[0] = (void*)(uintptr_t)(uint32_t)slot->value.integer;
		return isConstant(slot);
	case XS_UNDEFINED_KIND:
		value[0] = NULL;
		return (slot->flag & XS_INTERNAL_FLAG) && slot->ID == XS_ENVIRONMENT_BEHAVIOR;
	case XS_INSTANCE_KIND:
		value[0] = slot->value.instance.prototype;
		return isEnvironment(slot);
	default:
		return false;
	}
}

static bool isEqual(const txSlot* one, const txSlot* other)
{
	const void *values[2], *others[2];
	return one->next == other->next && one->ID == other->ID && one->flag == other->flag && one->kind == other->kind
		&& valueOf(one, values) && valueOf(other, others) && values[0] == others[0] && values[1] == others[1];
}

/* Replaces the slot by the first one that is equal. */
static void share(txSlot** link)
{
	txSlot* slot = *link;
	const void* value[2];
	size_t place;
	if (!slot || !valueOf(slot, value))
		return;
	place = (((uintptr_t)slot->next >> 4) * 31 + ((uintptr_t)value[0] >> 4) * 7 + (size_t)slot->ID) % TABLE_SIZE;
	while (table[place] && !isEqual(table[place], slot))
		place = (place + 1) % TABLE_SIZE;
	if (!table[place])
		table[place] = slot;
	else if (table[place] != slot) {
		*link = table[place];
		changed = true;
	}
}

static void shareWhatFollows(txMachine* the, txSlot* slot)
{
	share(&slot->next);
	if (slot->kind == XS_CODE_KIND || slot->kind == XS_CODE_X_KIND)
		share(&slot->value.code.closures);
	if (slot->kind == XS_CLOSURE_KIND)
		share(&slot->value.closure);
}

/* Lists are equal from their ends on: each round finds equal slots before those of the last one. */
static void shareEqualSlots(txMachine* the)
{
	table = malloc(TABLE_SIZE * sizeof(*table));
	if (!table) {
		reportLine("no memory to share equal slots");
		finish(EXIT_FAILED);
	}
	do {
		changed = false;
		memset(table, 0, TABLE_SIZE * sizeof(*table));
		forEachSlot(the, shareWhatFollows);
	} while (changed);
	free(table);
}

void rootCompact(void* root, const char* const* starts, size_t count)
{
	txMachine* the = root;
	txID ids[STARTS_MAXIMUM];
	size_t index;
	for (index = 0; index < count; index++)
		ids[index] = fxFindName(the, (txString)starts[index]);
	forgetModules(the, ids, count);
	moduleForgetNames(the);
	stripUnlink(the);
	fxCollectGarbage(the);
	markFreeSlots(the, true);
	forEachSlot(the, simplifyHome);
	forEachSlot(the, dropPrototype);
	shareEqualSlots(the);
	freezeAll(the);
	markFreeSlots(the, false);
}
