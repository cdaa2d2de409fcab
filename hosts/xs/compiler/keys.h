/* The project's table of keys: names that bytecode uses beyond the engine's own, in the order of their IDs. */

#ifndef COAPSULE_KEYS_H
#define COAPSULE_KEYS_H

#include <stddef.h>
#include <stdint.h>

/* The ID that the engine gives `name` on the target; adds it to the table when it is new. */
uint16_t keyId(const char* name);

size_t keyCount(void);
const char* keyName(size_t index);

#endif
