/*
 * Modules are bytecode in an archive (archive.h) that the board holds; there is no parser. Code, strings and names of
 * properties are used where they lie.
 */

#include "xsAll.h"
#include "engine/board.h"
#include "engine/host.h"
#include "modules/archive.h"
#include "modules/modules.h"

static const uint8_t* archive;

static const ArchiveHeader* header(void)
{
	return (const ArchiveHeader*)archive;
}

static void openArchive(void)
{
	size_t size;
	archive = boardModuleArchive(&size);
	if (!archive) {
		reportLine("no bytecode of modules is there");
		finish(EXIT_FAILED);
	}
	if (size < sizeof(ArchiveHeader) || header()->magic != ARCHIVE_MAGIC || header()->size > size) {
		reportLine("the modules are no archive of bytecode");
		finish(EXIT_FAILED);
	}
	if (header()->version[0] != XS_MAJOR_VERSION || header()->version[1] != XS_MINOR_VERSION
		|| header()->version[2] != XS_PATCH_VERSION || header()->engineKeys != XS_ID_COUNT) {
		reportLine("the bytecode of the modules is for version %u.%u.%u of the engine, not for %d.%d.%d",
			header()->version[0], header()->version[1], header()->version[2], XS_MAJOR_VERSION, XS_MINOR_VERSION,
			XS_PATCH_VERSION);
		finish(EXIT_FAILED);
	}
}

/* Called for the root machine only. The names lie in the archive and stay there. */
void fxBuildKeys(txMachine* the)
{
	const char* key;
	uint32_t count;
	int index;
	openArchive();
	for (index = 0; index < XS_SYMBOL_ID_COUNT; index++) {
		txSlot* description = fxNewSlot(the);
		fxCopyStringC(the, description, gxIDStrings[index]);
		the->keyArray[the->keyIndex++] = description;
	}
	for (; index < XS_ID_COUNT; index++)
		fxNewNameX(the, gxIDStrings[index]);
	key = (const char*)archive + header()->keys;
	for (count = header()->keyCount; count > 0; count--) {
		fxNewNameX(the, (txString)key);
		key += c_strlen(key) + 1;
	}
}

static const ArchiveModule* moduleTable(void)
{
	return (const ArchiveModule*)(archive + header()->modules);
}

int moduleCount(void)
{
	return (int)header()->moduleCount;
}

const char* moduleName(int index)
{
	return (const char*)archive + moduleTable()[index].path;
}

int moduleOfCode(const void* code)
{
	size_t place = (size_t)((const uint8_t*)code - archive);
	int index;
	for (index = 0; index < moduleCount(); index++) {
		const ArchiveModule* module = &moduleTable()[index];
		if (place >= module->code && place - module->code < module->codeSize)
			return index;
	}
	return -1;
}

size_t moduleOffsetOfCode(const void* code)
{
	const uint8_t* at = code;
	return archive && at > archive && at < archive + header()->size ? (size_t)(at - archive) : 0;
}

static const ArchiveModule* findModule(const char* path)
{
	int index;
	for (index = 0; index < moduleCount(); index++)
		if (!c_strcmp(moduleName(index), path))
			return &moduleTable()[index];
	return NULL;
}

bool moduleExists(const char* path)
{
	return findModule(path) != NULL;
}

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	txString path = fxGetKeyName(the, moduleID);
	const ArchiveModule* found = the->sharedMachine ? NULL : findModule(path);
	txScript script = { .version = { XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION } };
	if (!found)
		mxReferenceError("module \"%s\" is not preloaded", path);
	script.path = path;
	script.codeBuffer = (txByte*)archive + found->code;
	script.codeSize = (txSize)found->codeSize;
	fxResolveModule(the, module, moduleID, &script, C_NULL, C_NULL);
}

bool moduleAsksFor(void* root, const char* name)
{
	return fxFindName(root, (txString)name) != XS_NO_ID;
}

static void forgetName(txMachine* the, txID id)
{
	txSlot* key = the->keyArray[id];
	txSlot** link = &the->nameTable[key->value.key.sum % the->nameModulo];
	while (*link != key)
		link = &(*link)->next;
	*link = key->next;
	the->keyArray[id] = NULL;
}

void moduleForgetNames(void* root)
{
	txMachine* the = root;
	txID end = (txID)(XS_ID_COUNT + header()->keyCount);
	txID id;
	for (id = end - (txID)header()->loadingKeyCount; id < end; id++)
		forgetName(the, id);
	/* Names that are no keys of the archive keep the IDs that they have. */
	if (the->keyIndex == end)
		the->keyIndex -= (txID)header()->loadingKeyCount;
}

/* What eval and Function come to. */
txScript* fxParseScript(txMachine* the, void* stream, txGetter getter, txUnsigned flags)
{
	mxSyntaxError("this engine has no parser");
	return NULL;
}
