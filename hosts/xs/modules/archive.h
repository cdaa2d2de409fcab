/*
 * Bytecode of modules as one block that is executed in place, in flash or in a file that is mapped. All integers are
 * little-endian, places are offsets from the block's start; a module's code and the table begin at multiples of 4.
 *
 * The keys (names of properties and modules) are what the code needs beyond the engine's own: the first gets the ID
 * XS_ID_COUNT, and so on. So the code holds final IDs, and fits one version of the engine only.
 */

#ifndef COAPSULE_MODULE_ARCHIVE_H
#define COAPSULE_MODULE_ARCHIVE_H

#include <stdint.h>

#define ARCHIVE_MAGIC 0x32425358u /* "XSB2" */
#define ARCHIVE_ALIGNMENT 4

typedef struct {
	uint32_t magic;
	/* Of the engine: major, minor, patch, 0. */
	uint8_t version[4];
	/* XS_ID_COUNT of the engine. */
	uint32_t engineKeys;
	uint32_t size;
	uint32_t keyCount;
	/* The last ones of them, which are needed only while modules load. */
	uint32_t loadingKeyCount;
	/* Place of the keys: terminated strings, one behind the other. */
	uint32_t keys;
	uint32_t moduleCount;
	/* Place of the table: ArchiveModule by ArchiveModule. */
	uint32_t modules;
} ArchiveHeader;

typedef struct {
	/* Place of the module's name, a terminated string. */
	uint32_t path;
	uint32_t code;
	uint32_t codeSize;
} ArchiveModule;

#endif
