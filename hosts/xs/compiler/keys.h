/* The project's table of keys: names that bytecode uses beyond the engine's own, in the order of their IDs. */

#ifndef COAPSULE_KEYS_H
#define COAPSULE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* From now on, names that are not the engine's own are written there with each module that uses them: MODULE TAB NAME. */
void keysReport(FILE* file);
/* What is added next, this module uses. */
void keysUsedBy(const char* module);

/* Adds `name` to the table. `loading`: it is needed for this only while modules load. */
void keyUse(const char* name, bool loading);

/* Numbers the names, once all are known. */
void keysNumber(void);

/* The ID that the engine gives `name` on the target. */
uint16_t keyId(const char* name);

size_t keyCount(void);
/* Of them, at the end: those that are needed only while modules load. */
size_t keyLoadingCount(void);
const char* keyName(size_t index);

#endif
