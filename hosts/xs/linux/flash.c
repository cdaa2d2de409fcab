/*
 * Raw flash in a file, with the rules of NOR flash: an erase sets all bits of a block, a write only clears bits. What is
 * written is on the disk when the call returns.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "engine/board.h"
#include "engine/limits.h"
#include "linux/flash.h"

/* As an ESP32 has them. */
#define BLOCK_LENGTH 4096
#define WRITE_ALIGN 4
#define ERASED 0xff

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

/* A file of more blocks is taken as it is. A cut while it was made leaves a shorter one, in which nothing is stored. */
const char* flashInitialize(const char* path)
{
	const char* why = NULL;
	off_t size;
	uint32_t block;
	file = open(path, O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC, 0600);
	if (file < 0 || (size = lseek(file, 0, SEEK_END)) < 0)
		return strerror(errno);
	if (flock(file, LOCK_EX | LOCK_NB) < 0)
		return "another device uses it";
	if (size % BLOCK_LENGTH == 0 && size / BLOCK_LENGTH >= FLASH_BLOCKS) {
		blocks = (uint32_t)(size / BLOCK_LENGTH);
		return blocks <= FLASH_BLOCKS_MAXIMUM ? NULL : "expected at most 4096 blocks of 4096 bytes";
	}
	if (size > FLASH_BLOCKS * BLOCK_LENGTH)
		return "expected whole blocks of 4096 bytes";
	blocks = FLASH_BLOCKS;
	for (block = 0; block < blocks && !why; block++)
		why = boardFlashErase(block);
	return why;
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
