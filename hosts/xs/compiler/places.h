/* Which instruction comes from which line: places.c. */

#ifndef COAPSULE_PLACES_H
#define COAPSULE_PLACES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "xsScript.h"

/*
 * Writes "OFFSET LINE" wherever another line begins. `lined` is the same module, compiled with lines; `offset` is where
 * the script's code lies. False when the two are not of the same text.
 */
bool placesWrite(FILE* file, const txScript* script, const txScript* lined, uint32_t offset);

#endif
