/*
 * Prints the JavaScript functions that run, innermost first. Reads slots only, so that it is safe in a signal
 * handler of a machine that will not run again.
 */

#include "xsAll.h"
#include "engine/host.h"
#include "engine/limits.h"

static const char* functionName(txMachine* the, txSlot* function)
{
	txID name = mxFunctionInstanceCode(function)->ID;
	return name == XS_NO_ID ? "(anonymous)" : fxGetKeyName(the, name);
}

void stackTracePrint(void* machine)
{
	txMachine* the = machine;
	txSlot* frame;
	int count = 0;
	for (frame = the->frame; frame && frame->next && count < STACK_TRACE_FRAMES; frame = frame->next) {
		txSlot* function = frame + 3;
		if (function->kind != XS_REFERENCE_KIND || !mxIsFunction(function->value.reference))
			continue;
		count++;
#ifdef mxDebug
		txSlot* environment = mxFrameToEnvironment(frame);
		if (environment->ID != XS_NO_ID) {
			reportLine(" at %s (%s:%d)", functionName(the, function->value.reference), fxGetKeyName(the, environment->ID),
				(int)environment->value.environment.line);
			continue;
		}
#endif
		reportLine(" at %s", functionName(the, function->value.reference));
	}
}
