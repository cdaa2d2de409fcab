/*
 * What the parts of the XS host know of each other. Includes neither xs.h nor xsAll.h, which cannot meet in one
 * file; a machine is `struct sxMachine*` to files on xsAll.h and `xsMachine*` to files on xs.h: the same thing.
 */

#ifndef COAPSULE_HOST_H
#define COAPSULE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a run ends. 11 to 18 are 10 + the engine's own status (out of memory, stack overflow, ... rejection). */
enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_ENGINE = 10,
	EXIT_READ_ONLY = 19,
	EXIT_STRIPPED = 20,
};

/* A block of memory that gives chunks from the bottom and slots (the JavaScript stack too) from the top. */
typedef struct {
	const char* name;
	uint8_t* bottom;
	uint8_t* top;
	uint8_t* chunksEnd;
	uint8_t* slotsStart;
	size_t slotSize;
	size_t stackBytes;
	/* The request that did not fit, for the message of the abort. */
	const char* refused;
	size_t refusedBytes;
} Arena;

typedef struct {
	/* The folder below which modules are found; all module names are paths relative to it. Without a parser: the file
	 * of their bytecode. */
	const char* modulesFolder;
	bool statistics;
	/* The engine gave up: nothing may be collected or called any more. */
	bool aborted;
	/* The root machine's memory stands for flash: read-only once the application runs. */
	Arena flash;
	Arena arena;
	void* root;
	void* application;
} Host;

extern Host host;

/* Its default export is what an application gets. */
#define PLATFORM_MODULE "hosts/xs/platform.js"

/* What a board's main() has found out: memory, and what shall run. */
#define PRELOADS_MAXIMUM 64
/* Those, the platform and the main module. */
#define STARTS_MAXIMUM (PRELOADS_MAXIMUM + 2)
typedef struct {
	/* Becomes read-only once the modules are loaded. */
	void* flash;
	size_t flashBytes;
	void* arena;
	size_t arenaBytes;
	const char* preloads[PRELOADS_MAXIMUM];
	size_t preloadCount;
	/* The main module, then its arguments. */
	char** arguments;
	int argumentCount;
} Run;

/* engine/run.c */
void runToEnd(const Run* run) __attribute__((noreturn));

/* engine/arena.c */
void arenaInitialize(Arena* arena, const char* name, void* memory, size_t bytes, size_t slotSize);
size_t arenaFree(const Arena* arena);
/* Whether `bytes` more in chunks leave room to work with; collects garbage to find out. */
bool arenaHasRoom(void* machine, size_t bytes);

/* engine/machine.c */
void machineCreateRoot(void);
void machinePreload(const char* module);
void machineShare(void);
void machineCreateApplication(void);
size_t machineSlotSize(void);

/* preload/compact.c: what is left can import only the modules that it starts with */
void rootCompact(void* root, const char* const* starts, size_t count);

/* preload/finish.c */
void flashFinish(void* root);

/* engine/jobs.c: runs all promise jobs; ends the run when a rejection stays unhandled */
void jobsRun(void* machine);

/* engine/application.c: calls the main module's default export with the platform and the arguments */
void applicationStart(void* machine, const char* module, int argumentCount, char** arguments);

/* engine/loop.c: runs until nothing is left to wait for, or a signal; returns the exit code */
int loopRun(void* machine);

/* engine/report.c: one line on standard error */
void reportLine(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* engine/abort.c */
/* Ends the process; the statistics are printed first when they were asked for. */
void finish(int code) __attribute__((noreturn));

/* engine/stack-trace.c: the JavaScript functions that run, on standard error, without allocating anything */
void stackTracePrint(void* machine);

/* engine/statistics.c */
void statisticsPrint(void* machine);
void statisticsCount(void* machine);

/* natives/natives.c: puts the functions of natives.ts on the root's global object, and takes them off again */
void nativesInstall(void* root);
void nativesRemove(void* root);

/* natives/timers.c */
/* Milliseconds until the next timer, 0 when it is due, negative when there is none. */
double timersWaitMs(void);
void timersFire(void* machine);

/* natives/sockets.c */
bool socketsOpen(void);
/* Sockets that want to be read; at most `limit`. */
size_t socketsWaiting(int* descriptors, size_t limit);
void socketsDeliver(void* machine, int descriptor, bool failed);

#endif
