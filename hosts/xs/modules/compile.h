/* Compiles the text of a module with the engine's parser. */

#ifndef COAPSULE_MODULE_COMPILE_H
#define COAPSULE_MODULE_COMPILE_H

#include "xsScript.h"

typedef struct {
	/* The machine for which it is compiled, so that an error in the text is thrown there; or NULL. */
	void* machine;
	/* Name of the module: its path below the modules folder. */
	const char* path;
	const char* text;
	size_t size;
	/* File and line in the code, by the source map beside the module. */
	bool lines;
	/* Called with the specifier of each static import; may be NULL. */
	void (*onImport)(const char* specifier, void* context);
	void* context;
	/* What the parser took at most, afterwards. */
	txSize parserBytes;
} ModuleCompilation;

/* NULL when it cannot be compiled; what is wrong with the text has been reported. */
txScript* moduleCompile(ModuleCompilation* compilation);

#endif
