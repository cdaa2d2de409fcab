/* Gives each name one ID: the engine's own keep theirs, the others follow in the order in which they are met. */

#include "xsAll.h"
#include "compiler/keys.h"
#include "engine/host.h"

/* The engine's IDs have 15 bits. */
#define KEYS_MAXIMUM (32767 - XS_ID_COUNT)
#define BUCKETS 4099

typedef struct Key {
	struct Key* next;
	char* name;
	uint16_t id;
} Key;

static Key* buckets[BUCKETS];
static const char* names[KEYS_MAXIMUM];
static size_t count;

static Key** bucketOf(const char* name)
{
	uint32_t hash = 2166136261u;
	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619u;
	return &buckets[hash % BUCKETS];
}

static Key* find(const char* name)
{
	Key* key = *bucketOf(name);
	while (key && strcmp(key->name, name))
		key = key->next;
	return key;
}

static Key* add(const char* name, uint16_t id)
{
	Key** bucket = bucketOf(name);
	Key* key = malloc(sizeof(Key));
	char* copy = strdup(name);
	if (!key || !copy) {
		reportLine("no memory for the names of properties");
		exit(EXIT_FAILED);
	}
	*key = (Key){ .next = *bucket, .name = copy, .id = id };
	return *bucket = key;
}

/* The engine's first keys are symbols: they have no names that code could spell. */
static void addEngineKeys(void)
{
	int id;
	for (id = XS_SYMBOL_ID_COUNT; id < XS_ID_COUNT; id++)
		add(gxIDStrings[id], (uint16_t)id);
}

uint16_t keyId(const char* name)
{
	Key* key;
	if (!find(gxIDStrings[XS_SYMBOL_ID_COUNT]))
		addEngineKeys();
	key = find(name);
	if (!key) {
		if (count == KEYS_MAXIMUM) {
			reportLine("more than %d names of properties", KEYS_MAXIMUM);
			exit(EXIT_FAILED);
		}
		key = add(name, (uint16_t)(XS_ID_COUNT + count));
		names[count++] = key->name;
	}
	return key->id;
}

size_t keyCount(void)
{
	return count;
}

const char* keyName(size_t index)
{
	return names[index];
}
