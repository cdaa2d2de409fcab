/* How much of the C stack is used: what was painted and has another value since was used. */

#include "engine/board.h"

/* The C stack: from where the heap may end at most to the end of RAM (picolibc.ld). */
extern uint32_t __heap_end[], __stack[];

#define PAINT 0xc0a95013u
/* Below the caller's frame, what this function's own may take. */
#define OWN_WORDS 32

void boardPaintStack(void)
{
	uint32_t* end = (uint32_t*)__builtin_frame_address(0) - OWN_WORDS;
	uint32_t* word;
	for (word = __heap_end; word < end; word++)
		*word = PAINT;
}

size_t boardStackPeak(void)
{
	const uint32_t* word = __heap_end;
	while (word < __stack && *word == PAINT)
		word++;
	return (size_t)((const uint8_t*)__stack - (const uint8_t*)word);
}
