/*
 * Transfers of a body, block by block, one block outstanding: PUT with Block1, then GET with Block2, which must
 * give the same bytes, unless only PUTs are wanted (RFC 7959). Prints the seconds of each transfer as one JSON object; ends with 1 when an answer
 * was wrong or did not come.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"
#include "message.h"
#include "socket.h"

enum { BODY_MAXIMUM = 1048576, TRANSFERS_MAXIMUM = 100 };
/* SZX of blocks of 1,024 bytes, and the bit that says that more follow (RFC 7959 §2.2). */
enum { BLOCK_BYTES = 1024, BLOCK_SZX = 6, MORE = 8 };
/* RFC 7252 §4.8. */
enum { ACK_TIMEOUT_MS = 2000, MAX_RETRANSMIT = 4 };

static uint8_t body[BODY_MAXIMUM], received[BODY_MAXIMUM];
static size_t bodyBytes;
static int descriptor;
static uint16_t messageId;
/* The same for all blocks of a transfer: node-coap's server puts bodies together by it. */
static uint32_t token;
static long retransmissions;

/* Sends a request until its answer comes, which is in `bytes` then. */
static void exchange(Request* request, uint8_t* bytes, Response* response)
{
	uint8_t sent[MESSAGE_MAXIMUM];
	size_t length;
	request->messageId = messageId++;
	request->token = token;
	length = messageEncode(sent, request);
	for (int attempt = 0; attempt <= MAX_RETRANSMIT; attempt++) {
		/* ACK_RANDOM_FACTOR 1.5, and twice the time with each attempt. */
		int64_t patienceNs = (int64_t)(ACK_TIMEOUT_MS * (1 + drand48() / 2)) * 1000000 << attempt;
		int64_t sentNs = nowNs();
		if (send(descriptor, sent, length, 0) < 0)
			fail("sending: %s", strerror(errno));
		retransmissions += attempt > 0;
		while (nowNs() - sentNs < patienceNs) {
			ssize_t count = recv(descriptor, bytes, MESSAGE_MAXIMUM, 0);
			if (count < 0 && errno != EAGAIN && errno != EINTR)
				fail("receiving: %s", strerror(errno));
			/* What answers an earlier transmission has another message ID. */
			if (count > 0 && messageParse(bytes, (size_t)count, response) && response->type == ACK &&
				response->messageId == request->messageId && response->hasToken && response->token == token)
				return;
		}
	}
	fail("no answer after %d transmissions", MAX_RETRANSMIT + 1);
}

static double put(const char* path)
{
	uint8_t bytes[MESSAGE_MAXIMUM];
	Response response;
	int64_t beganNs = nowNs();
	token++;
	for (size_t offset = 0; offset < bodyBytes; offset += BLOCK_BYTES) {
		bool last = offset + BLOCK_BYTES >= bodyBytes;
		Request request = { .code = PUT, .path = path, .blockOption = BLOCK1,
			.blockValue = (int64_t)(offset / BLOCK_BYTES << 4) | (last ? 0 : MORE) | BLOCK_SZX,
			.payload = body + offset, .payloadLength = BLOCK_BYTES };
		exchange(&request, bytes, &response);
		/* A resource that acts on each block for itself answers all of them alike (RFC 7959 §2.3). */
		if (response.code != CHANGED && response.code != (last ? CREATED : CONTINUE))
			fail("PUT of block %zu: got %d.%02d", offset / BLOCK_BYTES, response.code >> 5, response.code & 31);
	}
	return (double)(nowNs() - beganNs) / 1e9;
}

static double get(const char* path)
{
	uint8_t bytes[MESSAGE_MAXIMUM];
	Response response;
	int64_t beganNs = nowNs();
	double seconds;
	size_t offset = 0;
	bool more = true;
	token++;
	memset(received, 0, sizeof(received));
	while (more) {
		Request request = { .code = GET, .path = path, .blockOption = BLOCK2,
			.blockValue = (int64_t)(offset / BLOCK_BYTES << 4) | BLOCK_SZX };
		exchange(&request, bytes, &response);
		more = (response.block2 & MORE) != 0;
		if (response.code != CONTENT || response.block2 >> 4 != (int64_t)(offset / BLOCK_BYTES) ||
			offset + response.payloadLength > bodyBytes || (more && response.payloadLength != BLOCK_BYTES))
			fail("GET of block %zu: got %d.%02d with %zu bytes", offset / BLOCK_BYTES, response.code >> 5,
				response.code & 31, response.payloadLength);
		memcpy(received + offset, response.payload, response.payloadLength);
		offset += response.payloadLength;
	}
	seconds = (double)(nowNs() - beganNs) / 1e9;
	if (offset != bodyBytes || memcmp(received, body, bodyBytes))
		fail("GET gave %zu bytes that are not those of the PUT", offset);
	return seconds;
}

static void printSeconds(const char* name, const double* seconds, int count)
{
	printf("\"%s\":[", name);
	for (int index = 0; index < count; index++)
		printf("%s%.6f", index ? "," : "", seconds[index]);
	printf("],");
}

int main(int argc, char** argv)
{
	double puts[TRANSFERS_MAXIMUM], gets[TRANSFERS_MAXIMUM];
	bool onlyPut = argc == 7 && !strcmp(argv[6], "put");
	bool isUsage = argc == 6 || onlyPut;
	int transfers = isUsage ? atoi(argv[4]) : 0;
	bodyBytes = isUsage ? (size_t)atol(argv[5]) : 0;
	/* Whole blocks: all have the same size. */
	if (transfers < 1 || transfers > TRANSFERS_MAXIMUM || bodyBytes < BLOCK_BYTES || bodyBytes > BODY_MAXIMUM ||
		bodyBytes % BLOCK_BYTES != 0) {
		fputs("usage: transfer ADDRESS PORT PATH TRANSFERS BYTES [put]   (BYTES: whole KiB up to 1 MiB)\n", stderr);
		return 2;
	}
	/* The bytes of workload.ts. */
	for (size_t index = 0; index < bodyBytes; index++)
		body[index] = (uint8_t)(index * 31 + (index >> 8));
	token = (uint32_t)nowNs();
	messageId = (uint16_t)token;
	srand48(token);
	for (int transfer = 0; transfer < transfers; transfer++) {
		/* A new endpoint each: 2,048 message IDs a pair (RFC 7252 §4.4). */
		descriptor = socketOpen(argv[1], argv[2], 50);
		puts[transfer] = put(argv[3]);
		gets[transfer] = onlyPut ? 0 : get(argv[3]);
		close(descriptor);
	}
	printf("{");
	printSeconds("put", puts, transfers);
	printSeconds("get", gets, transfers);
	printf("\"retransmissions\":%ld}\n", retransmissions);
	return 0;
}
