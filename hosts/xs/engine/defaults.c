/*
 * What the engine calls through its table of defaults, in place of the engine's own table (Makefile). Functions have no
 * own properties `length` and `name`, as on a board (the SDK's mxNoFunctionLength, mxNoFunctionName): two slots less for
 * each function, in flash and, for those that the application makes, in RAM. Stacks have the names all the same.
 */

#include "xsAll.h"

#ifndef mxDebug
/* engine/stack-trace.c */
void errorCaptureStack(txMachine* the, txSlot* internal, txSlot* frame);
#endif

const txDefaults gxDefaults = {
	.newAsyncInstance = fxNewAsyncInstance,
	.runAsync = fxRunAsync,
	.newGeneratorInstance = fxNewGeneratorInstance,
	.newGeneratorFunctionInstance = fxNewGeneratorFunctionInstance,
	.newAsyncGeneratorInstance = fxNewAsyncGeneratorInstance,
	.newAsyncGeneratorFunctionInstance = fxNewAsyncGeneratorFunctionInstance,
	.runForAwaitOf = fxRunForAwaitOf,
	.newArgumentsSloppyInstance = fxNewArgumentsSloppyInstance,
	.newArgumentsStrictInstance = fxNewArgumentsStrictInstance,
	.runEval = fxRunEval,
	.runEvalEnvironment = fxRunEvalEnvironment,
	.runProgramEnvironment = fxRunProgramEnvironment,
	.initializeSharedCluster = fxInitializeSharedCluster,
	.terminateSharedCluster = fxTerminateSharedCluster,
	.newFunctionLength = NULL,
	.newFunctionName = NULL,
	.runImport = fxRunImport,
	.definePrivateProperty = fxDefinePrivateProperty,
	.getPrivateProperty = fxGetPrivateProperty,
	.setPrivateProperty = fxSetPrivateProperty,
	.cleanupFinalizationRegistries = fxCleanupFinalizationRegistries,
#ifdef mxDebug
	.captureErrorStack = fxCaptureErrorStack,
#else
	.captureErrorStack = errorCaptureStack,
#endif
};
