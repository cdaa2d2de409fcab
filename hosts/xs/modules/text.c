/* Modules are files below one folder. The root machine compiles them from their text; the application has no parser. */

#include "xsAll.h"
#include "xsScript.h"
#include "engine/board.h"
#include "engine/host.h"
#include "modules/compile.h"
#include "modules/modules.h"

bool moduleExists(const char* path)
{
	return boardHasModule(path);
}

bool moduleAsksFor(void* root, const char* name)
{
	return true;
}

/* Which names only loading needs, the parser does not tell. */
void moduleForgetNames(void* root)
{
}

/* Their code is copied while it is loaded. */
size_t moduleOffsetOfCode(const void* code)
{
	return 0;
}

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	ModuleCompilation compilation = { .machine = the, .path = fxGetKeyName(the, moduleID) };
	char* text;
	txScript* script;
#ifdef mxDebug
	compilation.lines = true;
#endif
	if (the->sharedMachine)
		mxReferenceError("module \"%s\" is not preloaded", compilation.path);
	text = boardReadModule(compilation.path, &compilation.size);
	if (!text)
		mxReferenceError("module \"%s\" not found", compilation.path);
	compilation.text = text;
	script = moduleCompile(&compilation);
	free(text);
	if (the->peakParserSize < compilation.parserBytes)
		the->peakParserSize = compilation.parserBytes;
	if (!script)
		mxSyntaxError("module \"%s\" cannot be compiled", compilation.path);
	fxResolveModule(the, module, moduleID, script, C_NULL, C_NULL);
}
