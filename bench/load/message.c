#include "message.h"

#include <string.h>

#define PAYLOAD_MARKER 0xff
enum { URI_PATH = 11 };

/* Writes an option whose delta and length are below 269. */
static size_t encodeOption(uint8_t* bytes, int delta, const void* value, size_t length)
{
	size_t offset = 1;
	bytes[0] = (uint8_t)((delta < 13 ? delta : 13) << 4 | (length < 13 ? length : 13));
	if (delta >= 13)
		bytes[offset++] = (uint8_t)(delta - 13);
	if (length >= 13)
		bytes[offset++] = (uint8_t)(length - 13);
	memcpy(bytes + offset, value, length);
	return offset + length;
}

static size_t encodeUint(uint8_t* bytes, int delta, uint32_t value)
{
	uint8_t text[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value };
	size_t zeros = 0;
	while (zeros < 4 && text[zeros] == 0)
		zeros++;
	return encodeOption(bytes, delta, text + zeros, 4 - zeros);
}

size_t messageEncode(uint8_t* bytes, const Request* request)
{
	size_t offset = HEADER_BYTES + TOKEN_BYTES;
	int previous = 0;
	const char* segment = request->path;
	bytes[0] = 1 << 6 | CON << 4 | TOKEN_BYTES;
	bytes[1] = request->code;
	bytes[2] = (uint8_t)(request->messageId >> 8);
	bytes[3] = (uint8_t)request->messageId;
	memcpy(bytes + HEADER_BYTES, &request->token, TOKEN_BYTES);
	while (*segment) {
		size_t length = strcspn(segment, "/");
		offset += encodeOption(bytes + offset, URI_PATH - previous, segment, length);
		previous = URI_PATH;
		segment += length;
		if (*segment)
			segment++;
	}
	if (request->blockValue != NO_BLOCK)
		offset += encodeUint(bytes + offset, request->blockOption - previous, (uint32_t)request->blockValue);
	if (request->payloadLength > 0) {
		bytes[offset++] = PAYLOAD_MARKER;
		memcpy(bytes + offset, request->payload, request->payloadLength);
		offset += request->payloadLength;
	}
	return offset;
}

/* The rest of a delta or length; 15 is reserved. Sets *valid to false where it is not there. */
static uint32_t extended(uint32_t nibble, const uint8_t* bytes, size_t length, size_t* offset, bool* valid)
{
	size_t more = nibble == 13 ? 1 : nibble == 14 ? 2 : 0;
	uint32_t value = nibble;
	if (nibble == 15 || *offset + more > length) {
		*valid = false;
		return 0;
	}
	if (more == 1)
		value = 13u + bytes[*offset];
	else if (more == 2)
		value = 269u + (uint32_t)(bytes[*offset] << 8 | bytes[*offset + 1]);
	*offset += more;
	return value;
}

static int64_t readUint(const uint8_t* bytes, size_t length)
{
	int64_t value = 0;
	while (length-- > 0)
		value = value << 8 | *bytes++;
	return value;
}

bool messageParse(const uint8_t* bytes, size_t length, Response* response)
{
	size_t tokenLength, offset;
	uint32_t number = 0;
	bool valid = true;
	if (length < HEADER_BYTES || bytes[0] >> 6 != 1)
		return false;
	tokenLength = bytes[0] & 15;
	offset = HEADER_BYTES + tokenLength;
	if (length < offset)
		return false;
	memset(response, 0, sizeof(*response));
	response->type = bytes[0] >> 4 & 3;
	response->code = bytes[1];
	response->messageId = (uint16_t)(bytes[2] << 8 | bytes[3]);
	response->hasToken = tokenLength == TOKEN_BYTES;
	if (response->hasToken)
		memcpy(&response->token, bytes + HEADER_BYTES, TOKEN_BYTES);
	response->block1 = response->block2 = NO_BLOCK;
	while (offset < length && bytes[offset] != PAYLOAD_MARKER) {
		uint8_t head = bytes[offset++];
		size_t size;
		number += extended(head >> 4, bytes, length, &offset, &valid);
		size = extended(head & 15, bytes, length, &offset, &valid);
		if (!valid || offset + size > length)
			return false;
		if (number == BLOCK1)
			response->block1 = readUint(bytes + offset, size);
		else if (number == BLOCK2)
			response->block2 = readUint(bytes + offset, size);
		offset += size;
	}
	if (offset < length) {
		response->payload = bytes + offset + 1;
		response->payloadLength = length - offset - 1;
	}
	return true;
}
