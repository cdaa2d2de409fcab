/*
 * coapsule-xsc: compiles modules, and all that they import, to an archive of bytecode (modules/archive.h). Runs on the
 * machine that builds; the code fits the engine of the same sources on every little-endian target.
 */

#include <getopt.h>

#include "xsAll.h"
#include "compiler/code.h"
#include "compiler/keys.h"
#include "compiler/places.h"
#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"
#include "modules/archive.h"
#include "modules/compile.h"
#include "modules/path.h"

#define MODULES_MAXIMUM 4096

static const char usage[] =
	"usage: coapsule-xsc [--lines] [--anonymous] [--modules DIR] [--names FILE] [--places FILE] [--uses FILE]\n"
	"                    --output FILE MODULE...\n"
	"\n"
	"Compiles each MODULE (a path below the modules folder) and what it imports to bytecode.\n"
	"\n"
	"  --anonymous    functions without names, but for methods\n"
	"  --lines        file and line in the code, for the debug engine\n"
	"  --modules DIR  folder of the modules (build/js)\n"
	"  --names FILE   is written: which module uses which names of properties and modules\n"
	"  --output FILE  the archive of bytecode\n"
	"  --places FILE  which line begins at which byte of the archive: a module's name, then an offset and a line each\n"
	"  --uses FILE    names, texts and constructs in the code, a line each\n";

typedef struct {
	char path[MODULE_PATH_MAXIMUM];
	txScript* script;
	/* The same with lines; NULL unless they are asked for. */
	txScript* lined;
	/* Others have all of its exports as an object. */
	bool isNamespace;
} Module;

Host host = { .modulesFolder = "build/js" };

static Module* modules[MODULES_MAXIMUM];
static size_t moduleCount;

static void fail(const char* what, const char* name)
{
	reportLine("coapsule-xsc: %s: %s", name, what);
	exit(EXIT_FAILED);
}

/* `base`: the module that imports it, or NULL for one that the application can start with. */
static void addModule(const char* base, const char* specifier)
{
	Module* module = calloc(1, sizeof(Module));
	size_t index;
	if (!module || moduleCount == MODULES_MAXIMUM)
		fail("too many modules", specifier);
	if (!modulePathJoin(module->path, base, specifier) || !boardHasModule(module->path)) {
		reportLine("coapsule-xsc: %s imports \"%s\": not found", base ? base : "the command line", specifier);
		exit(EXIT_FAILED);
	}
	for (index = 0; index < moduleCount; index++)
		if (!strcmp(modules[index]->path, module->path)) {
			free(module);
			return;
		}
	modules[moduleCount++] = module;
	/* The target asks for its ID by name: it is a key. */
	keysUsedBy(module->path);
	keyUse(module->path, base != NULL);
}

static void onImport(const char* specifier, void* context)
{
	const Module* module = context;
	if (specifier[0] != '.')
		fail("expected imports by relative path", module->path);
	addModule(module->path, specifier);
}

static txScript* compile(Module* module, bool lines)
{
	ModuleCompilation compilation = {
		.path = module->path, .lines = lines, .onImport = onImport, .context = module,
	};
	txScript* script;
	char* text = boardReadModule(module->path, &compilation.size);
	if (!text)
		fail("cannot be read", module->path);
	compilation.text = text;
	script = moduleCompile(&compilation);
	free(text);
	if (!script)
		fail("cannot be compiled", module->path);
	return script;
}

static void onNamespace(const char* specifier, void* context)
{
	const Module* module = context;
	char path[MODULE_PATH_MAXIMUM];
	size_t index;
	if (!modulePathJoin(path, module->path, specifier))
		return;
	for (index = 0; index < moduleCount; index++)
		if (!strcmp(modules[index]->path, path))
			modules[index]->isNamespace = true;
}

static void finishCode(CodeNames names)
{
	size_t index;
	for (index = 0; index < moduleCount; index++)
		codeVisitNamespaces(modules[index]->script, onNamespace, modules[index]);
	for (index = 0; index < moduleCount; index++) {
		keysUsedBy(modules[index]->path);
		codeUseNames(modules[index]->script, names, modules[index]->isNamespace);
	}
	keysNumber();
	for (index = 0; index < moduleCount; index++)
		codeFinish(modules[index]->script, names);
}

/* A built-in has no name of two lines. */
static void writeUse(const char* kind, const char* what, size_t size, void* context)
{
	if (!memchr(what, '\n', size))
		fprintf(context, "%s %.*s\n", kind, (int)size, what);
}

static uint32_t append(FILE* file, const void* bytes, size_t size)
{
	uint32_t place;
	while (ftell(file) % ARCHIVE_ALIGNMENT)
		fputc(0, file);
	place = (uint32_t)ftell(file);
	fwrite(bytes, 1, size, file);
	return place;
}

static bool isModule(const char* name)
{
	size_t index;
	for (index = 0; index < moduleCount; index++)
		if (!strcmp(modules[index]->path, name))
			return true;
	return false;
}

/* Names of exports and imports only have to be told from each other. Modules are asked for by their paths. */
static void writeKeys(FILE* file, bool lines)
{
	size_t index, running = keyCount() - keyLoadingCount();
	for (index = 0; index < keyCount(); index++) {
		const char* name = keyName(index);
		if (lines || index < running || isModule(name))
			fputs(name, file);
		else
			fprintf(file, "~%zx", index - running);
		fputc(0, file);
	}
}

static FILE* openOutput(const char* path)
{
	FILE* file = fopen(path, "wb");
	if (!file)
		fail("cannot be written", path);
	return file;
}

static void closeOutput(FILE* file, const char* path)
{
	if (ferror(file) || fclose(file) != 0)
		fail("cannot be written", path);
}

static void writeUses(const char* path)
{
	size_t index;
	FILE* file = openOutput(path);
	for (index = 0; index < moduleCount; index++)
		codeVisitUses(modules[index]->script, writeUse, file);
	closeOutput(file, path);
}

static void writePlaces(const char* path, const ArchiveModule* table)
{
	size_t index;
	FILE* file = openOutput(path);
	for (index = 0; index < moduleCount; index++) {
		const Module* module = modules[index];
		fprintf(file, "%s\n", module->path);
		if (!placesWrite(file, module->script, module->lined, table[index].code))
			fail("is not the same with lines", module->path);
	}
	closeOutput(file, path);
}

static void writeArchive(FILE* file, bool lines, const char* places)
{
	ArchiveHeader header = {
		.magic = ARCHIVE_MAGIC,
		.version = { XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION },
		.engineKeys = XS_ID_COUNT,
		.keyCount = (uint32_t)keyCount(),
		.loadingKeyCount = (uint32_t)keyLoadingCount(),
		.moduleCount = (uint32_t)moduleCount,
	};
	ArchiveModule* table = calloc(moduleCount, sizeof(ArchiveModule));
	size_t index;
	if (!table)
		fail("no memory for their table", "modules");
	append(file, &header, sizeof(header));
	for (index = 0; index < moduleCount; index++) {
		const txScript* script = modules[index]->script;
		table[index].path = append(file, modules[index]->path, strlen(modules[index]->path) + 1);
		table[index].code = append(file, script->codeBuffer, (size_t)script->codeSize);
		table[index].codeSize = (uint32_t)script->codeSize;
	}
	header.modules = append(file, table, moduleCount * sizeof(ArchiveModule));
	header.keys = (uint32_t)ftell(file);
	writeKeys(file, lines);
	header.size = (uint32_t)ftell(file);
	fseek(file, 0, SEEK_SET);
	fwrite(&header, sizeof(header), 1, file);
	if (places)
		writePlaces(places, table);
	free(table);
	reportLine("%zu modules, %zu keys, %u bytes", moduleCount, keyCount(), (unsigned)header.size);
}

int main(int argc, char** argv)
{
	static const struct option names[] = {
		{ "anonymous", no_argument, NULL, 'a' },
		{ "lines", no_argument, NULL, 'l' },
		{ "modules", required_argument, NULL, 'm' },
		{ "names", required_argument, NULL, 'n' },
		{ "output", required_argument, NULL, 'o' },
		{ "places", required_argument, NULL, 'p' },
		{ "uses", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	const char* output = NULL;
	FILE* users = NULL;
	const char* places = NULL;
	const char* uses = NULL;
	bool lines = false, anonymous = false;
	size_t index;
	FILE* file;
	int letter;
	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (letter) {
		case 'a': anonymous = true; break;
		case 'l': lines = true; break;
		case 'm': host.modulesFolder = optarg; break;
		case 'n':
			users = fopen(optarg, "w");
			if (!users)
				fail("cannot be written", optarg);
			keysReport(users);
			break;
		case 'o': output = optarg; break;
		case 'p': places = optarg; break;
		case 'u': uses = optarg; break;
		default: return EXIT_USAGE;
		}
	}
	if (!output || optind == argc) {
		boardWrite(true, usage, sizeof(usage) - 1);
		return EXIT_USAGE;
	}
	for (; optind < argc; optind++)
		addModule(NULL, argv[optind]);
	/* Grows while it is walked: breadth first through the imports. */
	for (index = 0; index < moduleCount; index++) {
		modules[index]->script = compile(modules[index], lines);
		if (places)
			modules[index]->lined = compile(modules[index], true);
	}
	if (uses)
		writeUses(uses);
	finishCode((CodeNames){ .variables = lines, .functions = !anonymous });
	file = openOutput(output);
	writeArchive(file, lines, places);
	closeOutput(file, output);
	if (users)
		closeOutput(users, "--names");
	return 0;
}
