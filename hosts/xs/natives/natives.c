/*
 * Gives the functions in C to natives.ts: on the root's global object while modules load, gone afterwards, so that
 * nothing but natives.ts holds them and they cost the application no memory. Those that no module asks for it never has.
 */

#include "natives/natives.h"
#include "engine/host.h"
#include "modules/modules.h"

#define GLOBAL_NAME "coapsuleNatives"

static const Native* const tables[] = {
	boardNatives,
	timerNatives,
	socketNatives,
	flashNatives,
	checksumNatives,
	symmetricNatives,
	ellipticNatives,
	ed25519Natives,
};

void nativesInstall(void* root)
{
	xsBeginHost(root);
	{
		size_t table;
		const Native* native;
		xsmcVars(2);
		xsmcSetNewObject(xsVar(0));
		for (table = 0; table < sizeof(tables) / sizeof(*tables); table++)
			for (native = tables[table]; native && native->name; native++) {
				if (!moduleAsksFor(root, native->name))
					continue;
				xsVar(1) = xsNewHostFunctionObject(native->function, native->length, xsID(native->name));
				xsmcSet(xsVar(0), xsID(native->name), xsVar(1));
			}
		xsmcSet(xsGlobal, xsID(GLOBAL_NAME), xsVar(0));
	}
	xsEndHost(root);
}

void nativesRemove(void* root)
{
	xsBeginHost(root);
	{
		xsmcDelete(xsGlobal, xsID(GLOBAL_NAME));
	}
	xsEndHost(root);
}
