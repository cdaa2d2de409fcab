/* Talks to the gateway: see gateway.h. */

#include <stdio.h>
#include <string.h>

#include "engine/board.h"
#include "riscv/gateway.h"
#include "riscv/devices/network.h"

#define HEADER_SIZE 6
/* Kind of a frame that has been dealt with before its turn. */
#define DONE 0
/* A frame between the two may be lost like any datagram. */
#define ANSWER_TIMEOUT_MS 500
#define ATTEMPTS 4

static int stopCode;
static bool reportRequested;

static bool parse(uint8_t* bytes, size_t size, GatewayFrame* frame)
{
	if (size < HEADER_SIZE || size < HEADER_SIZE + (size_t)bytes[5])
		return false;
	*frame = (GatewayFrame){
		.kind = bytes[0],
		.socket = bytes[1],
		.port = (uint16_t)(bytes[2] << 8 | bytes[3]),
		.flags = bytes[4],
		.addressSize = bytes[5],
		.address = (const char*)bytes + HEADER_SIZE,
		.rest = bytes + HEADER_SIZE + bytes[5],
		.restSize = size - HEADER_SIZE - bytes[5],
	};
	return true;
}

bool gatewaySend(const GatewayFrame* frame)
{
	size_t size = HEADER_SIZE + frame->addressSize + frame->restSize;
	uint8_t* bytes;
	if (size > NETWORK_FRAME_MAXIMUM || frame->addressSize > UINT8_MAX || !networkOpen())
		return false;
	bytes = networkFrame();
	bytes[0] = frame->kind;
	bytes[1] = frame->socket;
	bytes[2] = (uint8_t)(frame->port >> 8);
	bytes[3] = (uint8_t)frame->port;
	bytes[4] = frame->flags;
	bytes[5] = (uint8_t)frame->addressSize;
	memcpy(bytes + HEADER_SIZE, frame->address, frame->addressSize);
	memcpy(bytes + HEADER_SIZE + frame->addressSize, frame->rest, frame->restSize);
	networkSend(size);
	return true;
}

void gatewayDrop(void)
{
	networkDrop();
}

const GatewayFrame* gatewayNext(void)
{
	static GatewayFrame frame;
	uint8_t* bytes;
	size_t size;
	while ((bytes = networkWaiting(0, &size))) {
		if (parse(bytes, size, &frame)) {
			if (frame.kind == GATEWAY_DATAGRAM || frame.kind == GATEWAY_FAILURE)
				return &frame;
			if (frame.kind == GATEWAY_STOP)
				stopCode = frame.port;
			if (frame.kind == GATEWAY_REPORT)
				reportRequested = true;
		}
		networkDrop();
	}
	return NULL;
}

/* The answer among the frames that wait; those before it keep their turn. */
static bool findAnswer(const GatewayFrame* request, GatewayFrame* answer)
{
	uint16_t index;
	uint8_t* bytes;
	size_t size;
	for (index = 0; (bytes = networkWaiting(index, &size)); index++)
		if (parse(bytes, size, answer) && answer->kind == (request->kind | GATEWAY_ANSWER)
			&& answer->socket == request->socket) {
			bytes[0] = DONE;
			return true;
		}
	return false;
}

const char* gatewayRequest(const GatewayFrame* request, uint16_t* port)
{
	static char why[128];
	GatewayFrame answer;
	int attempt;
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		double endMs = boardMonotonicMs() + ANSWER_TIMEOUT_MS;
		if (!gatewaySend(request))
			return "the machine has no network";
		while (boardMonotonicMs() < endMs) {
			if (!findAnswer(request, &answer))
				continue;
			if (port)
				*port = answer.port;
			if (answer.restSize == 0)
				return NULL;
			snprintf(why, sizeof(why), "%.*s", (int)answer.restSize, answer.rest);
			return why;
		}
	}
	return "the gateway does not answer";
}

bool gatewayHasOrders(void)
{
	return stopCode != 0 || reportRequested;
}

int boardStopCode(void)
{
	return stopCode;
}

bool boardReportRequested(void)
{
	bool requested = reportRequested;
	reportRequested = false;
	return requested;
}
