/*
 * Gives each name one ID: the engine's own keep theirs; the others follow in the order in which they are met, those
 * that are needed only while modules load last.
 */

#include "xsAll.h"
#include "compiler/keys.h"
#include "engine/host.h"

/* The engine's IDs have 15 bits. */
#define KEYS_MAXIMUM (32767 - XS_ID_COUNT)
#define BUCKETS 4099

typedef struct Key {
	struct Key* next;
	char* name;
	/* The last module that was said to use it. */
	const char* user;
	bool loading;
	uint16_t id;
} Key;

static Key* buckets[BUCKETS];
static Key* keys[KEYS_MAXIMUM];
static size_t count;
static size_t loadingCount;
static FILE* report;
static const char* user;

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

static Key* add(const char* name)
{
	Key** bucket = bucketOf(name);
	Key* key = malloc(sizeof(Key));
	char* copy = strdup(name);
	if (!key || !copy) {
		reportLine("no memory for the names of properties");
		exit(EXIT_FAILED);
	}
	*key = (Key){ .next = *bucket, .name = copy };
	return *bucket = key;
}

/* The engine's first keys are symbols: they have no names that code could spell. */
static void addEngineKeys(void)
{
	int id;
	for (id = XS_SYMBOL_ID_COUNT; id < XS_ID_COUNT; id++)
		add(gxIDStrings[id])->id = (uint16_t)id;
}

void keysReport(FILE* file)
{
	report = file;
}

void keysUsedBy(const char* module)
{
	user = module;
}

void keyUse(const char* name, bool loading)
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
		keys[count++] = key = add(name);
		key->loading = loading;
	}
	key->loading = key->loading && loading;
	if (report && key->id == 0 && key->user != user) {
		key->user = user;
		fprintf(report, "%s\t%s\n", user, name);
	}
}

void keysNumber(void)
{
	size_t index, running = 0;
	Key** sorted = malloc(count * sizeof(*sorted) + 1);
	if (!sorted) {
		reportLine("no memory for the names of properties");
		exit(EXIT_FAILED);
	}
	for (index = 0; index < count; index++)
		if (!keys[index]->loading)
			sorted[running++] = keys[index];
	loadingCount = count - running;
	for (index = 0; index < count; index++)
		if (keys[index]->loading)
			sorted[running++] = keys[index];
	for (index = 0; index < count; index++) {
		keys[index] = sorted[index];
		keys[index]->id = (uint16_t)(XS_ID_COUNT + index);
	}
	free(sorted);
}

uint16_t keyId(const char* name)
{
	return find(name)->id;
}

size_t keyCount(void)
{
	return count;
}

size_t keyLoadingCount(void)
{
	return loadingCount;
}

const char* keyName(size_t index)
{
	return keys[index]->name;
}
