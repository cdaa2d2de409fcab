/*
 * What a board supplies to the host. Linux: ../linux. A microcontroller supplies the same, and its own main().
 * Texts of errors are constant; nothing here calls into the engine.
 */

#ifndef COAPSULE_BOARD_H
#define COAPSULE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Clocks in milliseconds, with fractions. */
double boardMonotonicMs(void);
double boardWallClockMs(void);

/* Instructions that the processor has executed, those of waiting left out; 0 where nobody counts them. */
uint64_t boardInstructions(void);

void boardFillRandom(void* bytes, size_t size);

/* Writes all of `bytes` at once: to standard output, or to standard error. */
void boardWrite(bool error, const char* bytes, size_t size);

/* The text of a module's file below the modules folder, terminated, from malloc; NULL when there is none. */
char* boardReadModule(const char* path, size_t* size);
bool boardHasModule(const char* path);
/* Where the engine has no parser: the archive of bytecode, which stays where it is; NULL when there is none. */
const void* boardModuleArchive(size_t* size);

/* Waits until a descriptor is ready, `timeoutMs` has passed (negative: without end) or a signal came. */
typedef struct {
	int descriptor;
	bool readable;
	bool failed;
} BoardReadiness;
void boardWait(double timeoutMs, BoardReadiness* waiting, size_t count);
/* The exit code that a signal asked for, or 0. */
int boardStopCode(void);
/* Whether somebody has asked for the statistics since the last call. */
bool boardReportRequested(void);

/* Bytes of the C stack that were in use at most since it was painted; 0 where that is not known. */
void boardPaintStack(void);
size_t boardStackPeak(void);

/* Makes memory read-only; a write to it from then on ends the run with EXIT_READ_ONLY. */
bool boardProtect(void* memory, size_t bytes);

/* Datagram sockets. Addresses are numeric text; IPv6 link-local ones carry their zone. */
#define BOARD_ADDRESS_SIZE 64
typedef struct {
	char address[BOARD_ADDRESS_SIZE];
	uint16_t port;
	bool multicast;
} BoardPeer;
/* `address` may be NULL: every address, IPv6 and IPv4. Gives a descriptor, or -1 and why. */
int boardSocketOpen(const char* address, uint16_t port, const char** why);
uint16_t boardSocketPort(int descriptor);
/* NULL when sent, else why not. */
const char* boardSocketSend(int descriptor, const void* bytes, size_t size, const char* address, uint16_t port);
/* Size of the datagram, or -1 when none waits. */
long boardSocketReceive(int descriptor, void* buffer, size_t capacity, BoardPeer* peer);
/* Why a datagram could not be delivered, and which; NULL when there is no further report. */
const char* boardSocketError(int descriptor, BoardPeer* peer);
const char* boardSocketMembership(int descriptor, const char* group, bool join);
void boardSocketClose(int descriptor);

/* Raw flash of one kind of block. */
typedef struct {
	uint32_t blocks;
	uint32_t blockLength;
	uint32_t writeAlign;
} BoardFlash;

/* False where there is none. */
bool boardFlashStatus(BoardFlash* flash);
/* Ranges and units have been checked. NULL for success, else why not. */
const char* boardFlashErase(uint32_t block);
const char* boardFlashRead(void* bytes, size_t size, uint32_t offset);
const char* boardFlashWrite(const void* bytes, size_t size, uint32_t offset);

#endif
