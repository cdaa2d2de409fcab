/* Names of modules: paths relative to the modules folder. */

#ifndef COAPSULE_MODULE_PATH_H
#define COAPSULE_MODULE_PATH_H

#include <stdbool.h>

/*
 * Appends `specifier` to the folder of `base` (NULL: the modules folder), resolving "." and ".." by text. `result`
 * has MODULE_PATH_MAXIMUM bytes; false when the path climbs out of the modules folder or does not fit.
 */
bool modulePathJoin(char* result, const char* base, const char* specifier);

#endif
