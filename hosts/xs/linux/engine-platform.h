/*
 * What the XS engine asks of its platform at compile time (XSPLATFORM), on Linux.
 *
 * Left out as on an ESP32, so that CI sees what a device sees: mxCESU8, mxMinusZero, mxStringNormalize,
 * mxRegExpUnicodePropertyEscapes.
 */

#ifndef COAPSULE_ENGINE_PLATFORM_H
#define COAPSULE_ENGINE_PLATFORM_H

#undef mxLinux
#define mxLinux 1

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1

#define mxUseDefaultMachinePlatform 1
#ifdef mxParse
#define mxUseDefaultBuildKeys 1
#define mxUseDefaultParseScript 1
#endif
#define mxUseDefaultSharedChunks 1
/* No debugger: the debug build only adds file and line. */
#define mxUseDefaultDebug 1
/*
 * engine/ supplies allocation (arena.c), promise jobs (jobs.c) and aborts (abort.c), modules/ what loads modules;
 * without a parser also the keys and what eval comes to (bytecode.c).
 */

/* The engine reports nothing on standard output by itself: abort.c says what went wrong. */
#define mxNoConsole 1

#define mxMachinePlatform \
	void* waiterCondition; \
	void* waiterData; \
	void* waiterLink;

#endif
