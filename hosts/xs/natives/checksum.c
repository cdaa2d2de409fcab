/* CRC-32 (src/bytes/crc32.ts), for which JavaScript takes a hundred times as long. */

#include "natives/natives.h"

/* The remainders of four bits: x^32 + x^26 + x^23 + ... + 1, bits reversed. */
static const uint32_t remainders[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

/* crc32(bytes, start, end, before); start and end are not looked at further than for safety. */
static void crc32(xsMachine* the)
{
	xsUnsignedValue at = (xsUnsignedValue)xsmcToInteger(xsArg(1)), end = (xsUnsignedValue)xsmcToInteger(xsArg(2));
	uint32_t remainder = ~(uint32_t)xsmcToInteger(xsArg(3));
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	for (; at < end && at < size; at++) {
		remainder ^= ((uint8_t*)bytes)[at];
		remainder = remainder >> 4 ^ remainders[remainder & 15];
		remainder = remainder >> 4 ^ remainders[remainder & 15];
	}
	xsmcSetInteger(xsResult, (xsIntegerValue)~remainder);
}

const Native checksumNatives[] = {
	{ "crc32", crc32, 4 },
	{ 0 },
};
