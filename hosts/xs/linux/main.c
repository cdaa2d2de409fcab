/* coapsule-xs on Linux: the command line, and memory. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"
#include "linux/flash.h"
#include "linux/wait.h"

static const char usage[] =
	"usage: coapsule-xs [--arena BYTES] [--flash FILE] [--modules DIR] [--preload MODULE]... [--stats]\n"
	"                   MODULE [ARGUMENT]...\n"
	"\n"
	"Runs MODULE (a path below the modules folder) on a device's JavaScript engine: its default export is called\n"
	"with the platform and the arguments. All modules are loaded first and are read-only then, as in flash.\n"
	"\n"
	"  --arena BYTES     JavaScript memory of the application (165888; doubled on the 64-bit engine)\n"
	"  --flash FILE      file that is the flash memory, made where it is missing (without it there is none)\n"
	"  --modules DIR     folder of the modules (build/js); without a parser: file of their bytecode\n"
	"  --preload MODULE  loads one more module, may be repeated\n"
	"  --stats           prints at the end what memory was used; SIGUSR1 prints it meanwhile\n"
	"\n"
	"exit codes: 0 done, 1 failed, 2 usage, 11 out of memory, 12 stack overflow, 15 unhandled exception,\n"
	"18 unhandled rejection, 19 read-only memory written, 130 interrupted, 143 terminated\n";

static void refuseUsage(const char* why)
{
	reportLine("coapsule-xs: %s", why);
	boardWrite(true, usage, sizeof(usage) - 1);
	exit(EXIT_USAGE);
}

static size_t parseArena(const char* text)
{
	char* end;
	unsigned long long bytes = strtoull(text, &end, 10);
	if (*end || end == text || bytes < ARENA_MINIMUM || bytes > ARENA_MAXIMUM)
		refuseUsage("--arena: expected a number of bytes from 16384 to 268435456");
	return (size_t)bytes;
}

static void openFlash(const char* path)
{
	const char* why = flashInitialize(path);
	if (!why)
		return;
	reportLine("coapsule-xs: --flash %s: %s", path, why);
	exit(EXIT_USAGE);
}

/* A folder below the current one by its path from here: so do stacks name sources that a reader can open. */
static const char* fromHere(const char* folder)
{
	char here[4096];
	size_t length;
	if (!getcwd(here, sizeof(here)))
		return folder;
	length = strlen(here);
	return !strncmp(folder, here, length) && folder[length] == '/' ? folder + length + 1 : folder;
}

static void parseOptions(int argc, char** argv, Run* run)
{
	static const struct option names[] = {
		{ "arena", required_argument, NULL, 'a' },
		{ "flash", required_argument, NULL, 'f' },
		{ "modules", required_argument, NULL, 'm' },
		{ "preload", required_argument, NULL, 'p' },
		{ "stats", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int letter;
	while ((letter = getopt_long(argc, argv, "+", names, NULL)) != -1) {
		switch (letter) {
		case 'a': run->arenaBytes = parseArena(optarg); break;
		case 'f': openFlash(optarg); break;
		case 'm': host.modulesFolder = fromHere(optarg); break;
		case 'p':
			if (run->preloadCount == PRELOADS_MAXIMUM)
				refuseUsage("--preload: expected at most 64 modules");
			run->preloads[run->preloadCount++] = optarg;
			break;
		case 't': host.statistics = true; break;
		case 'h':
			boardWrite(false, usage, sizeof(usage) - 1);
			exit(0);
		default: exit(EXIT_USAGE);
		}
	}
	if (optind == argc)
		refuseUsage("expected the name of a module");
	run->arguments = argv + optind;
	run->argumentCount = argc - optind;
}

static void* reserve(size_t bytes)
{
	void* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED) {
		reportLine("the system has no %zu bytes of memory", bytes);
		exit(EXIT_FAILED);
	}
	return memory;
}

int main(int argc, char** argv)
{
	Run run = { .arenaBytes = DEVICE_ARENA, .flashBytes = FLASH_RESERVED };
	host.modulesFolder = "build/js";
	parseOptions(argc, argv, &run);
	if (machineSlotSize() > 16) {
		run.arenaBytes *= 2;
		reportLine("64-bit engine, slots of 32 bytes: the arena is doubled to %zu bytes", run.arenaBytes);
	}
	boardMonotonicMs();
	waitInitialize();
	run.flash = reserve(run.flashBytes);
	run.arena = reserve(run.arenaBytes);
	runToEnd(&run);
}
