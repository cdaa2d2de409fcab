/* Which file is the flash memory: see flash.c. */

#ifndef COAPSULE_FLASH_H
#define COAPSULE_FLASH_H

/* Makes it where it is missing. NULL, or why not. */
const char* flashInitialize(const char* path);

#endif
