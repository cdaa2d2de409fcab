/*
 * What the XS engine asks of its platform at compile time (XSPLATFORM), on a bare RISC-V microcontroller.
 *
 * Left out as on an ESP32: mxCESU8, mxMinusZero, mxStringNormalize, mxRegExpUnicodePropertyEscapes, and the parser.
 */

#ifndef COAPSULE_ENGINE_PLATFORM_H
#define COAPSULE_ENGINE_PLATFORM_H

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

/*
 * Bytecode is read byte by byte. mxMisalignedSettersCrash is not defined, as it makes DataView's getBigInt64 and
 * getBigUint64 read 32 bits in this version of the engine; QEMU allows loads and stores that are not aligned.
 */
#define mxUnalignedAccess 0

/* main.c */
#define mxUseDefaultCStackLimit 0

#define mxUseDefaultMachinePlatform 1
#define mxUseDefaultSharedChunks 1
/* No debugger: the debug build only adds file and line. */
#define mxUseDefaultDebug 1

/* The engine reports nothing on the console by itself: abort.c says what went wrong. */
#define mxNoConsole 1

/*
 * The loop over bytecodes (xsRun.c) calls setjmp, and where GCC sees that, it keeps no variable in a register over any
 * call: twice as many instructions. Under another name it does not see it. What the loop uses after such a return is the
 * machine, which no path changes, and what it reads from it anew.
 */
#ifdef COAPSULE_RUN_LOOP
int setjmpUnseen(jmp_buf buffer) __asm__("setjmp");
#define c_setjmp setjmpUnseen
#endif

#define mxMachinePlatform \
	void* waiterCondition; \
	void* waiterData; \
	void* waiterLink;

#endif
