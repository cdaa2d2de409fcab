/* CRC-32 (src/bytes/crc32.ts), for which JavaScript takes a hundred times as long. */

#include "natives/natives.h"

/* x^32 + x^26 + x^23 + ... + 1, bits reversed. */
#define POLYNOMIAL 0xedb88320u

/* crc32(bytes, start, end, before); start and end are not looked at further than for safety. */
static void crc32(xsMachine* the)
{
	xsUnsignedValue at = (xsUnsignedValue)xsmcToInteger(xsArg(1)), end = (xsUnsignedValue)xsmcToInteger(xsArg(2));
	uint32_t remainder = ~(uint32_t)xsmcToInteger(xsArg(3));
	int bit;
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	for (; at < end && at < size; at++)
		for (remainder ^= ((uint8_t*)bytes)[at], bit = 0; bit < 8; bit++)
			remainder = remainder >> 1 ^ (POLYNOMIAL & -(remainder & 1));
	xsmcSetInteger(xsResult, (xsIntegerValue)~remainder);
}

const Native checksumNatives[] = {
	{ "crc32", crc32, 4 },
	{ 0 },
};
