/* Turns the specifier of an import into the ID of a module. The application only finds what the root has loaded. */

#include "xsAll.h"
#include "engine/limits.h"
#include "modules/modules.h"
#include "modules/path.h"

txID fxFindModule(txMachine* the, txSlot* realm, txID moduleID, txSlot* slot)
{
	char specifier[MODULE_PATH_MAXIMUM];
	char path[MODULE_PATH_MAXIMUM];
	const char* base = NULL;
	bool found;
	fxToStringBuffer(the, slot, specifier, sizeof(specifier));
	if (moduleID != XS_NO_ID) {
		base = fxGetKeyName(the, moduleID);
		if (specifier[0] != '.')
			mxReferenceError("%s imports \"%s\": expected a relative path", base, specifier);
	}
	found = modulePathJoin(path, base, specifier);
	if (found)
		found = the->sharedMachine ? fxFindName(the, path) != XS_NO_ID : moduleExists(path);
	if (!found && base)
		mxReferenceError("%s imports \"%s\": not found", base, specifier);
	return found ? fxNewNameC(the, path) : XS_NO_ID;
}
