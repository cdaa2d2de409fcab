/* Makes what the parser gives fit for flash: see code.c. */

#ifndef COAPSULE_CODE_H
#define COAPSULE_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "xsScript.h"

/* The instruction's size with its operand. */
txSize codeInstructionSize(const txByte* at);

/* Calls `visit` with the specifier of each module of which all exports are imported, as an object, or exported. */
typedef void (*CodeNamespaceVisitor)(const char* specifier, void* context);
void codeVisitNamespaces(const txScript* script, CodeNamespaceVisitor visit, void* context);

/* What is kept of names in the code. */
typedef struct {
	/* Of variables: for messages only. */
	bool variables;
	/* Of functions that are no methods: for stacks only. */
	bool functions;
} CodeNames;

/* Adds the names that the code uses to the table of keys. `exports`: those of its exports are not only for loading. */
void codeUseNames(const txScript* script, CodeNames names, bool exports);

/* Calls `visit` for all that the code asks of the engine: "name", "text" or "construct", and which. Before codeFinish. */
typedef void (*CodeUseVisitor)(const char* kind, const char* what, size_t size, void* context);
void codeVisitUses(const txScript* script, CodeUseVisitor visit, void* context);

/* Rewrites the script's code: final IDs, code and strings used in place. */
void codeFinish(txScript* script, CodeNames names);

#endif
