/* Starts the application: the default export of its main module gets the platform and the arguments. */

#include "xsmc.h"
#include "engine/host.h"

void applicationStart(void* machine, const char* module, int argumentCount, char** arguments)
{
	xsBeginHost(machine);
	{
		int index;
		xsmcVars(4);
		xsVar(0) = xsAwaitImport(PLATFORM_MODULE, XS_IMPORT_DEFAULT);
		xsVar(1) = xsAwaitImport((char*)module, XS_IMPORT_DEFAULT);
		if (!xsmcIsCallable(xsVar(1))) {
			reportLine("%s: expected a module whose default export is a function", module);
			finish(EXIT_USAGE);
		}
		xsmcSetNewArray(xsVar(2), argumentCount);
		for (index = 0; index < argumentCount; index++) {
			xsmcSetString(xsVar(3), arguments[index]);
			xsmcSetIndex(xsVar(2), index, xsVar(3));
		}
		xsVar(3) = xsCallFunction2(xsVar(1), xsUndefined, xsVar(0), xsVar(2));
	}
	xsEndHost(machine);
	jobsRun(machine);
}
