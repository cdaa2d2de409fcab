/*
 * The JavaScript functions that run, innermost first, on standard error and in errors. On the debug engine with file and
 * line; where the code is bytecode, with the place of what they are at, as "module:OFFSET" in the archive: an image's
 * side file knows the lines (hosts/node/images/link/side-file.ts).
 */

#include "xsAll.h"
#include "engine/host.h"
#include "engine/limits.h"
#include "modules/modules.h"

static const char* functionName(txMachine* the, txSlot* function)
{
	txID name = mxFunctionInstanceCode(function)->ID;
	const char* text = name == XS_NO_ID ? NULL : fxGetKeyName(the, name);
	return text ? text : "(anonymous)";
}

/* The function of a frame; NULL for what is none. */
static txSlot* functionOf(txSlot* frame)
{
	txSlot* slot = frame + 3;
	return slot->kind == XS_REFERENCE_KIND && mxIsFunction(slot->value.reference) ? slot->value.reference : NULL;
}

/* Where a frame is in the archive, 0 where it is not: a frame keeps what its caller goes on with. */
static size_t placeOf(txMachine* the, txSlot* frame, txSlot* callee)
{
	const txByte* code = callee ? callee->value.frame.code : the->code;
	txSlot* function = functionOf(frame);
	if (!function || mxFunctionInstanceCode(function)->kind == XS_CALLBACK_KIND || !code)
		return 0;
	return moduleOffsetOfCode(code - 1);
}

/* Reads slots only, so that it is safe in a signal handler of a machine that will not run again. */
void stackTracePrint(void* machine)
{
	txMachine* the = machine;
	txSlot* frame;
	txSlot* callee = NULL;
	int count = 0;
	for (frame = the->frame; frame && frame->next && count < STACK_TRACE_FRAMES; callee = frame, frame = frame->next) {
		txSlot* function = functionOf(frame);
		size_t place = placeOf(the, frame, callee);
		if (!function)
			continue;
		count++;
#ifdef mxDebug
		txSlot* environment = mxFrameToEnvironment(frame);
		if (environment->ID != XS_NO_ID) {
			reportLine(" at %s (%s:%d)", functionName(the, function), fxGetKeyName(the, environment->ID),
				(int)environment->value.environment.line);
			continue;
		}
#endif
		if (place)
			reportLine(" at %s (module:%zu)", functionName(the, function), place);
		else
			reportLine(" at %s", functionName(the, function));
	}
}

#ifndef mxDebug
/* A slot a function: its name, and its place in the form in which the engine prints file and line. */
static txSlot* captureFrame(txMachine* the, txSlot* last, txSlot* function, size_t place)
{
	txSlot* slot = last->next = fxNewSlot(the);
	txID name = mxFunctionInstanceCode(function)->ID;
	txSlot* key = name == XS_NO_ID ? NULL : fxGetKey(the, name);
	slot->flag = XS_GET_ONLY;
	slot->kind = key && key->kind == XS_KEY_X_KIND ? XS_KEY_X_KIND : XS_KEY_KIND;
	slot->ID = place ? mxID(_module) : XS_NO_ID;
	slot->value.key.string = key ? key->value.key.string : NULL;
	slot->value.key.sum = (txU4)place;
	return slot;
}

/* As fxCaptureErrorStack. */
void errorCaptureStack(txMachine* the, txSlot* internal, txSlot* frame)
{
	txSlot* slot = internal->value.reference = fxNewSlot(the);
	txSlot* callee = frame == the->frame ? NULL : the->frame;
	slot->kind = XS_INSTANCE_KIND;
	slot->value.instance.garbage = NULL;
	slot->value.instance.prototype = NULL;
	for (; frame->next; callee = frame, frame = frame->next) {
		txSlot* function = functionOf(frame);
		if (function)
			slot = captureFrame(the, slot, function, placeOf(the, frame, callee));
	}
}
#endif
