/*
 * The second flash memory of QEMU's machine `virt`: two chips of 16 bits side by side, with the commands of the Common
 * Flash Interface (JEDEC JESD68, Intel's command set). While a command runs all of it reads as status, so no code may
 * lie in it.
 */

#include <string.h>

#include "engine/board.h"
#include "engine/limits.h"

#define FLASH ((volatile uint32_t*)0x22000000)
#define BLOCK_LENGTH (256 * 1024)
/* Both chips are programmed at once. */
#define WORD 4

/* Commands and status bits, for both chips. */
#define ERASE_BLOCK 0x00200020
#define CONFIRM 0x00d000d0
#define PROGRAM_WORD 0x00400040
#define CLEAR_STATUS 0x00500050
#define READ_ARRAY 0x00ff00ff
#define READY 0x00800080
#define FAILED 0x003a003a

static const char* finish(volatile uint32_t* at, uint32_t status)
{
	*at = CLEAR_STATUS;
	*at = READ_ARRAY;
	return status & FAILED ? "the memory refused" : NULL;
}

/* Of the command before. */
static uint32_t waitForStatus(volatile uint32_t* at)
{
	uint32_t status;
	do
		status = *at;
	while ((status & READY) != READY);
	return status;
}

/* The chips are always there. Without a file behind them all is 0, and no block that is erased or in use begins so. */
bool boardFlashStatus(BoardFlash* flash)
{
	*flash = (BoardFlash){ .blocks = FLASH_BLOCKS_RISCV, .blockLength = BLOCK_LENGTH, .writeAlign = WORD };
	return *FLASH != 0;
}

const char* boardFlashErase(uint32_t block)
{
	volatile uint32_t* at = FLASH + block * (BLOCK_LENGTH / WORD);
	*at = ERASE_BLOCK;
	*at = CONFIRM;
	return finish(at, waitForStatus(at));
}

const char* boardFlashRead(void* bytes, size_t size, uint32_t offset)
{
	memcpy(bytes, (const uint8_t*)FLASH + offset, size);
	return NULL;
}

/* QEMU's memory would set bits, where that of a real chip cannot: so it is looked at first. */
static bool clearsBitsOnly(const uint8_t* bytes, size_t size, uint32_t offset)
{
	const volatile uint8_t* old = (const volatile uint8_t*)FLASH + offset;
	for (; size > 0; size--, old++, bytes++)
		if (~*old & *bytes)
			return false;
	return true;
}

const char* boardFlashWrite(const void* bytes, size_t size, uint32_t offset)
{
	volatile uint32_t* at = FLASH + offset / WORD;
	const uint8_t* from = bytes;
	uint32_t status = 0;
	if (!clearsBitsOnly(bytes, size, offset))
		return "a bit would have to be set without an erase";
	for (; size > 0 && !(status & FAILED); size -= WORD, from += WORD, at++) {
		uint32_t word;
		memcpy(&word, from, WORD);
		*at = PROGRAM_WORD;
		*at = word;
		status = waitForStatus(at);
	}
	return finish(FLASH, status);
}
