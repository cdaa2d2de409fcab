/*
 * Copying, moving and filling memory word by word, in place of picolibc's functions, which were made small: they go byte
 * by byte, and the engine copies its slots of four words with them.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Memory seen as words, whatever it holds, and as slots of the engine. */
typedef uint32_t __attribute__((may_alias)) Word;
#define WORD_BYTES sizeof(Word)
#define SLOT_BYTES (4 * WORD_BYTES)

static int areWords(const void* a, const void* b)
{
	return (((uintptr_t)a | (uintptr_t)b) & (WORD_BYTES - 1)) == 0;
}

static void copyUpwards(uint8_t* target, const uint8_t* source, size_t size)
{
	if (areWords(target, source))
		for (; size >= WORD_BYTES; size -= WORD_BYTES, target += WORD_BYTES, source += WORD_BYTES)
			*(Word*)target = *(const Word*)source;
	for (; size > 0; size--)
		*target++ = *source++;
}

static void copyDownwards(uint8_t* target, const uint8_t* source, size_t size)
{
	target += size;
	source += size;
	if (areWords(target, source))
		for (; size >= WORD_BYTES; size -= WORD_BYTES) {
			target -= WORD_BYTES;
			source -= WORD_BYTES;
			*(Word*)target = *(const Word*)source;
		}
	for (; size > 0; size--)
		*--target = *--source;
}

void* memcpy(void* restrict to, const void* restrict from, size_t size)
{
	copyUpwards(to, from, size);
	return to;
}

void* memmove(void* to, const void* from, size_t size)
{
	/* Whether what is read last would be written first. */
	if ((uintptr_t)to - (uintptr_t)from < size)
		copyDownwards(to, from, size);
	else
		copyUpwards(to, from, size);
	return to;
}

void* memset(void* to, int value, size_t size)
{
	uint8_t* target = to;
	Word word = (uint8_t)value * UINT32_C(0x01010101);
	for (; size > 0 && !areWords(target, NULL); size--)
		*target++ = (uint8_t)value;
	for (; size >= SLOT_BYTES; size -= SLOT_BYTES, target += SLOT_BYTES) {
		Word* words = (Word*)target;
		words[0] = words[1] = words[2] = words[3] = word;
	}
	for (; size >= WORD_BYTES; size -= WORD_BYTES, target += WORD_BYTES)
		*(Word*)target = word;
	for (; size > 0; size--)
		*target++ = (uint8_t)value;
	return to;
}
