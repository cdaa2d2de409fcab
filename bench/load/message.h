/* The little of CoAP that a load generator needs. RFC 7252 §3, RFC 7959 §2.2. */

#ifndef BENCH_MESSAGE_H
#define BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CON = 0, NON = 1, ACK = 2, RST = 3 };
enum { EMPTY = 0x00, GET = 0x01, PUT = 0x03, CREATED = 0x41, CHANGED = 0x44, CONTENT = 0x45, CONTINUE = 0x5f };
enum { BLOCK2 = 23, BLOCK1 = 27 };

enum { HEADER_BYTES = 4, TOKEN_BYTES = 4, MESSAGE_MAXIMUM = 1500 };

/* The value of a block option that is absent. */
#define NO_BLOCK (-1)

typedef struct {
	uint8_t code;
	uint16_t messageId;
	uint32_t token;
	/* Segments separated by "/". */
	const char* path;
	/* BLOCK1 or BLOCK2, with its value; NO_BLOCK leaves it out. */
	int blockOption;
	int64_t blockValue;
	const uint8_t* payload;
	size_t payloadLength;
} Request;

typedef struct {
	uint8_t type;
	uint8_t code;
	uint16_t messageId;
	/* Whether there is a token of the length of ours. */
	bool hasToken;
	uint32_t token;
	int64_t block1;
	int64_t block2;
	const uint8_t* payload;
	size_t payloadLength;
} Response;

/* Writes a Confirmable request; returns its length. */
size_t messageEncode(uint8_t* bytes, const Request* request);

/* Reads a message, whose bytes it refers to; false where it is malformed. */
bool messageParse(const uint8_t* bytes, size_t length, Response* response);

#endif
