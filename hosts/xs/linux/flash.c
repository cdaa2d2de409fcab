/*
 * Raw flash in a file, with the rules of NOR flash: an erase sets all bits of a block, a write only clears bits. What is
 * written is on the disk when the call returns.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/board.h"
#include "engine/limits.h"
#include "linux/flash.h"

/* As an ESP32 has them. */
#define BLOCK_LENGTH 4096
#define WRITE_ALIGN 4
#define ERASED 0xff
/* Any right of group and others. */
#define RIGHTS_OF_OTHERS 077

static int file = -1;
static uint32_t blocks;

static const char* readAll(void* bytes, size_t size, off_t offset)
{
	ssize_t count = pread(file, bytes, size, offset);
	if (count < 0)
		return strerror(errno);
	return (size_t)count == size ? NULL : "the file is too short";
}

static const char* writeAll(const void* bytes, size_t size, off_t offset)
{
	ssize_t count = pwrite(file, bytes, size, offset);
	if (count < 0)
		return strerror(errno);
	return (size_t)count == size ? NULL : "the disk is full";
}

/* A cut while a file was made leaves a shorter one, in which nothing was stored yet. */
static const char* makeWhole(off_t size)
{
	uint8_t found[FLASH_BLOCKS * BLOCK_LENGTH];
	const char* why = readAll(found, (size_t)size, 0);
	off_t index;
	uint32_t block;
	for (index = 0; index < size && !why; index++)
		if (found[index] != ERASED)
			why = "expected a flash memory of at least 65536 bytes";
	for (block = 0; block < FLASH_BLOCKS && !why; block++)
		why = boardFlashErase(block);
	return why;
}

const char* flashInitialize(const char* path)
{
	struct stat status;
	off_t size;
	file = open(path, O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC, 0600);
	if (file < 0 || fstat(file, &status) < 0)
		return strerror(errno);
	if (status.st_mode & RIGHTS_OF_OTHERS)
		return "expected a secret that nobody but its owner can read; mend it with: chmod 600";
	if (flock(file, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? "another device uses it" : strerror(errno);
	/* Whoever had it until now may have made it. */
	if ((size = lseek(file, 0, SEEK_END)) < 0)
		return strerror(errno);
	if (size < FLASH_BLOCKS * BLOCK_LENGTH) {
		blocks = FLASH_BLOCKS;
		return makeWhole(size);
	}
	if (size % BLOCK_LENGTH)
		return "expected whole blocks of 4096 bytes";
	if (size / BLOCK_LENGTH > FLASH_BLOCKS_MAXIMUM)
		return "expected at most 4096 blocks of 4096 bytes";
	blocks = (uint32_t)(size / BLOCK_LENGTH);
	return NULL;
}

bool boardFlashStatus(BoardFlash* flash)
{
	*flash = (BoardFlash){ .blocks = blocks, .blockLength = BLOCK_LENGTH, .writeAlign = WRITE_ALIGN };
	return file >= 0;
}

const char* boardFlashErase(uint32_t block)
{
	char erased[BLOCK_LENGTH];
	memset(erased, ERASED, sizeof(erased));
	return writeAll(erased, sizeof(erased), (off_t)block * BLOCK_LENGTH);
}

const char* boardFlashRead(void* bytes, size_t size, uint32_t offset)
{
	return readAll(bytes, size, offset);
}

const char* boardFlashWrite(const void* bytes, size_t size, uint32_t offset)
{
	const uint8_t* fresh = bytes;
	uint8_t old[BLOCK_LENGTH];
	while (size > 0) {
		size_t count = size < sizeof(old) ? size : sizeof(old), index;
		const char* why = readAll(old, count, offset);
		for (index = 0; index < count && !why; index++)
			if ((old[index] & fresh[index]) != fresh[index])
				why = "a bit would have to be set without an erase";
		if (!why)
			why = writeAll(fresh, count, offset);
		if (why)
			return why;
		fresh += count;
		size -= count;
		offset += (uint32_t)count;
	}
	return NULL;
}
