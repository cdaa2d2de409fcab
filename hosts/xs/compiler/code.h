/* Makes what the parser gives fit for flash: see code.c. */

#ifndef COAPSULE_CODE_H
#define COAPSULE_CODE_H

#include <stdbool.h>

#include "xsScript.h"

/* Calls `visit` with the specifier of each module of which all exports are imported, as an object, or exported. */
typedef void (*CodeNamespaceVisitor)(const char* specifier, void* context);
void codeVisitNamespaces(const txScript* script, CodeNamespaceVisitor visit, void* context);

/* Adds the names that the code uses to the table of keys. `exports`: those of its exports are not only for loading. */
void codeUseNames(const txScript* script, bool variables, bool exports);

/* Rewrites the script's code: final IDs, code and strings used in place. `variables`: keeps the names of variables. */
void codeFinish(txScript* script, bool variables);

#endif
