/*
 * coapsule-xs on a bare RISC-V machine. What runs is said on the command line that QEMU hands over by semihosting:
 *
 *   [--arena BYTES] [--preload MODULE]... [--stats] MODULE [ARGUMENT]...
 */

#include <semihost.h>
#include <stdlib.h>
#include <string.h>

#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"
#include "riscv/machine.h"
#include "riscv/protect.h"

#define COMMAND_LINE_MAXIMUM 2048
#define ARGUMENTS_MAXIMUM 128
/* Of the C stack, what the engine leaves for functions that do not look. */
#define STACK_RESERVE 4096

extern char __heap_end[];

/* The C stack begins where the heap ends. */
char* fxCStackLimit(void)
{
	return __heap_end + STACK_RESERVE;
}

/* The image of the firmware has its modules in it (archive.S). */
extern const uint8_t firmware_modules[] __attribute__((weak));
extern const uint8_t firmware_modules_end[] __attribute__((weak));

const void* boardModuleArchive(size_t* size)
{
	if (firmware_modules) {
		*size = (size_t)(firmware_modules_end - firmware_modules);
		return firmware_modules;
	}
	*size = (size_t)module_archive_size;
	return module_archive;
}

static void refuseUsage(const char* why)
{
	reportLine("coapsule-xs: %s", why);
	exit(EXIT_USAGE);
}

static size_t parseArena(const char* text)
{
	char* end;
	unsigned long bytes = strtoul(text, &end, 10);
	if (*end || end == text || bytes < ARENA_MINIMUM || bytes > (size_t)arena_memory_size)
		refuseUsage("--arena: expected a number of bytes from 16384 to 67108864");
	return (size_t)bytes;
}

static int splitArguments(char* line, char** arguments)
{
	int count = 0;
	char* rest = line;
	char* argument;
	while ((argument = strsep(&rest, " ")))
		if (*argument) {
			if (count == ARGUMENTS_MAXIMUM)
				refuseUsage("expected at most 128 arguments");
			arguments[count++] = argument;
		}
	return count;
}

int main(void)
{
	static char line[COMMAND_LINE_MAXIMUM];
	static char* arguments[ARGUMENTS_MAXIMUM];
	Run run = {
		.flash = root_memory, .flashBytes = (size_t)root_memory_size, .arena = arena_memory, .arenaBytes = DEVICE_ARENA,
	};
	int count, index;
	protectInitialize();
	if (sys_semihost_get_cmdline(line, sizeof(line)) != 0)
		refuseUsage("the command line is too long");
	count = splitArguments(line, arguments);
	for (index = 0; index < count && arguments[index][0] == '-'; index++) {
		bool hasValue = index + 1 < count;
		if (!strcmp(arguments[index], "--stats"))
			host.statistics = true;
		else if (!strcmp(arguments[index], "--arena") && hasValue)
			run.arenaBytes = parseArena(arguments[++index]);
		else if (!strcmp(arguments[index], "--preload") && hasValue && run.preloadCount < PRELOADS_MAXIMUM)
			run.preloads[run.preloadCount++] = arguments[++index];
		else
			refuseUsage("expected --stats, --arena BYTES or --preload MODULE");
	}
	if (index == count)
		refuseUsage("expected the name of a module");
	run.arguments = arguments + index;
	run.argumentCount = count - index;
	runToEnd(&run);
}
