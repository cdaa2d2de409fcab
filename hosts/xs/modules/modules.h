/* Where the engine's modules come from: text.c, or bytecode.c where there is no parser. */

#ifndef COAPSULE_MODULES_H
#define COAPSULE_MODULES_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the root machine can load the module of this name. */
bool moduleExists(const char* path);

/* Whether some module may ask for a property of this name: all names are known before bytecode is loaded. */
bool moduleAsksFor(void* root, const char* name);

/* Called when all modules are loaded: names that nothing else needs are taken out of the root machine's table. */
void moduleForgetNames(void* root);

/* Of an archive of bytecode: how many modules there are, the name of each, and whose code this is (-1: nobody's). */
int moduleCount(void);
const char* moduleName(int index);
int moduleOfCode(const void* code);

/* Where code lies in the archive; 0 for what does not lie there, and where modules are text. */
size_t moduleOffsetOfCode(const void* code);

#endif
