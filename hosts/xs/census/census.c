/*
 * Whose the preloaded memory is: slots and chunks of the root machine by the module that made them, or by the source of a
 * linked one. Linked into a
 * second image of the same objects, so that the firmware's own does not carry it.
 *
 * What was there before any module is the engine's. A function is of the module in whose bytecode its code lies; what
 * only functions of one module lead to is that module's, too. What several lead to counts for the one that was loaded
 * first.
 */

#include "xsAll.h"
#include "census/census.h"
#include "engine/host.h"
#include "modules/modules.h"

#define SLOTS_MAXIMUM 65536
#define CHUNKS_MAXIMUM 4096
#define OWNERS_MAXIMUM 512

/* Owners that are no modules; those are numbered from FIRST_MODULE. */
enum { NOBODY, FREE, ENGINE, NAMES, FIRST_MODULE };

/* Of an image whose modules were linked to one: which of its sources the code from an offset on is of. */
typedef struct {
	uint32_t offset;
	uint32_t source;
} Part;
extern const Part census_parts[] __attribute__((weak));
extern const Part census_parts_end[] __attribute__((weak));
extern const char* const census_sources[] __attribute__((weak));
extern const char* const census_sources_end[] __attribute__((weak));

typedef struct {
	uint32_t slots;
	uint32_t chunkBytes;
} Share;

static uint16_t owners[SLOTS_MAXIMUM];
static Share shares[OWNERS_MAXIMUM];
static txSlot* queue[SLOTS_MAXIMUM];
static size_t queueEnd;
static void* chunks[CHUNKS_MAXIMUM];
static size_t chunkCount;

/* Slots lie below the top of the root's memory, those of its stack first. */
static uint16_t* ownerOf(const txSlot* slot)
{
	size_t index = (size_t)((txSlot*)host.flash.top - slot);
	bool inHeap = (uint8_t*)slot >= host.flash.slotsStart && (uint8_t*)slot < host.flash.top - host.flash.stackBytes;
	return inHeap && index < SLOTS_MAXIMUM ? &owners[index] : NULL;
}

typedef void (*SlotVisitor)(txSlot* slot);

static void forEachSlot(txMachine* root, SlotVisitor visit)
{
	txSlot* heap;
	for (heap = root->firstHeap; heap; heap = heap->next) {
		txSlot* slot;
		for (slot = heap + 1; slot < heap->value.reference; slot++)
			if (ownerOf(slot))
				visit(slot);
	}
}

static void markFree(txMachine* root)
{
	txSlot* slot;
	for (slot = root->freeHeap; slot; slot = slot->next)
		*ownerOf(slot) = FREE;
}

static void ownByEngine(txSlot* slot)
{
	if (*ownerOf(slot) == FREE)
		*ownerOf(slot) = NOBODY;
	else
		*ownerOf(slot) = ENGINE;
}

static int sourceCount(void)
{
	return census_parts ? (int)(census_sources_end - census_sources) : moduleCount();
}

static const char* sourceName(int index)
{
	return census_parts ? census_sources[index] : moduleName(index);
}

static int sourceOfCode(const void* code)
{
	size_t place = moduleOffsetOfCode(code);
	const Part* part;
	int source = -1;
	if (!census_parts)
		return moduleOfCode(code);
	for (part = census_parts; place && part < census_parts_end && part->offset <= place; part++)
		source = (int)part->source;
	return source;
}

void censusBegin(void* machine)
{
	markFree(machine);
	forEachSlot(machine, ownByEngine);
}

static void claim(txSlot* slot, uint16_t owner)
{
	uint16_t* place = slot ? ownerOf(slot) : NULL;
	if (!place || *place != NOBODY)
		return;
	*place = owner;
	queue[queueEnd++] = slot;
}

static void claimFunction(txSlot* slot)
{
	int module;
	if (slot->kind != XS_INSTANCE_KIND || !slot->next || slot->next->kind != XS_CODE_X_KIND)
		return;
	module = sourceOfCode(slot->next->value.code.address);
	if (module >= 0)
		claim(slot, (uint16_t)(FIRST_MODULE + module));
}

/* The engine's own names come first. */
static void claimNames(txMachine* root)
{
	txID index;
	for (index = XS_ID_COUNT; index < root->keyIndex; index++)
		if (root->keyArray[index])
			*ownerOf(root->keyArray[index]) = NAMES;
}

static void claimValue(const txSlot* slot, uint16_t owner)
{
	switch (slot->kind) {
	case XS_REFERENCE_KIND: claim(slot->value.reference, owner); break;
	case XS_CLOSURE_KIND: claim(slot->value.closure, owner); break;
	case XS_INSTANCE_KIND: claim(slot->value.instance.prototype, owner); break;
	case XS_CODE_X_KIND: claim(slot->value.code.closures, owner); break;
	case XS_HOME_KIND:
		claim(slot->value.home.object, owner);
		claim(slot->value.home.module, owner);
		break;
	case XS_ACCESSOR_KIND:
		claim(slot->value.accessor.getter, owner);
		claim(slot->value.accessor.setter, owner);
		break;
	case XS_EXPORT_KIND: claim(slot->value.export.closure, owner); break;
	case XS_PRIVATE_KIND: claim(slot->value.private.first, owner); break;
	case XS_LIST_KIND: claim(slot->value.list.first, owner); break;
	case XS_ENTRY_KIND: claim(slot->value.entry.slot, owner); break;
	case XS_ARRAY_KIND: {
		txIndex index;
		for (index = 0; slot->value.array.address && index < slot->value.array.length; index++)
			claimValue(slot->value.array.address + index, owner);
		break;
	}
	default: break;
	}
}

/* Modules stand behind those that import them: the last ones need no others. */
static void follow(uint16_t owner)
{
	size_t index;
	for (index = 0; index < queueEnd; index++) {
		txSlot* slot = queue[index];
		if (*ownerOf(slot) != owner)
			continue;
		claim(slot->next, owner);
		claimValue(slot, owner);
	}
}

static void* chunkOf(const txSlot* slot)
{
	void* data;
	switch (slot->kind) {
	case XS_STRING_X_KIND: data = slot->value.string; break;
	case XS_KEY_X_KIND: data = slot->value.key.string; break;
	case XS_BIGINT_X_KIND: data = slot->value.bigint.data; break;
	case XS_ARRAY_KIND: data = slot->value.array.address; break;
	case XS_ARRAY_BUFFER_KIND: data = slot->value.arrayBuffer.address; break;
	default: return NULL;
	}
	return (uint8_t*)data > host.flash.bottom && (uint8_t*)data < host.flash.chunksEnd ? data : NULL;
}

static size_t newChunkBytes(const txSlot* slot)
{
	uint8_t* data = chunkOf(slot);
	txChunk* chunk = (txChunk*)(data - sizeof(txChunk));
	size_t index;
	if (!data || chunkCount == CHUNKS_MAXIMUM)
		return 0;
	for (index = 0; index < chunkCount; index++)
		if (chunks[index] == data)
			return 0;
	chunks[chunkCount++] = data;
	return (size_t)((uint8_t*)chunk->temporary - (uint8_t*)chunk);
}

static void count(txSlot* slot)
{
	Share* share = &shares[*ownerOf(slot)];
	if (*ownerOf(slot) == FREE)
		return;
	share->slots++;
	share->chunkBytes += newChunkBytes(slot);
}

static void print(const char* name, uint16_t owner)
{
	if (shares[owner].slots)
		reportLine("census: %s %u %u", name, (unsigned)(shares[owner].slots * sizeof(txSlot)),
			(unsigned)shares[owner].chunkBytes);
}

void censusPrint(void* machine)
{
	int module, modules = sourceCount();
	markFree(machine);
	claimNames(machine);
	forEachSlot(machine, claimFunction);
	for (module = modules - 1; module >= 0; module--)
		follow((uint16_t)(FIRST_MODULE + module));
	forEachSlot(machine, count);
	print("engine", ENGINE);
	print("names", NAMES);
	print("rest", NOBODY);
	for (module = 0; module < modules; module++)
		print(sourceName(module), (uint16_t)(FIRST_MODULE + module));
}
