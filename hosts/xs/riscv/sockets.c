/* Datagram sockets: the gateway has them, the board numbers them. */

#include <stdio.h>
#include <string.h>

#include "engine/board.h"
#include "engine/limits.h"
#include "riscv/gateway.h"

typedef struct {
	bool isOpen;
	uint16_t port;
} Socket;

static Socket sockets[SOCKETS_MAXIMUM];

static GatewayFrame frameTo(uint8_t kind, int descriptor, const char* address, uint16_t port)
{
	return (GatewayFrame){
		.kind = kind, .socket = (uint8_t)descriptor, .port = port, .address = address, .addressSize = strlen(address),
		.rest = (const uint8_t*)"",
	};
}

static void showPeer(const GatewayFrame* frame, BoardPeer* peer)
{
	snprintf(peer->address, sizeof(peer->address), "%.*s", (int)frame->addressSize, frame->address);
	peer->port = frame->port;
	peer->multicast = (frame->flags & GATEWAY_MULTICAST) != 0;
}

int boardSocketOpen(const char* address, uint16_t port, const char** why)
{
	GatewayFrame request;
	int descriptor = 0;
	while (descriptor < SOCKETS_MAXIMUM && sockets[descriptor].isOpen)
		descriptor++;
	if (descriptor == SOCKETS_MAXIMUM) {
		*why = "no sockets are left";
		return -1;
	}
	request = frameTo(GATEWAY_OPEN, descriptor, address ? address : "", port);
	*why = gatewayRequest(&request, &sockets[descriptor].port);
	if (*why)
		return -1;
	sockets[descriptor].isOpen = true;
	return descriptor;
}

uint16_t boardSocketPort(int descriptor)
{
	return sockets[descriptor].port;
}

const char* boardSocketSend(int descriptor, const void* bytes, size_t size, const char* address, uint16_t port)
{
	GatewayFrame frame = frameTo(GATEWAY_DATAGRAM, descriptor, address, port);
	frame.rest = bytes;
	frame.restSize = size;
	return gatewaySend(&frame) ? NULL : "the datagram is too large";
}

/* The oldest frame if it is for this socket and of this kind. */
static const GatewayFrame* nextFor(int descriptor, uint8_t kind)
{
	const GatewayFrame* frame = gatewayNext();
	return frame && frame->socket == descriptor && frame->kind == kind ? frame : NULL;
}

long boardSocketReceive(int descriptor, void* buffer, size_t capacity, BoardPeer* peer)
{
	const GatewayFrame* frame = nextFor(descriptor, GATEWAY_DATAGRAM);
	long size;
	if (!frame)
		return -1;
	size = (long)(frame->restSize < capacity ? frame->restSize : capacity);
	memcpy(buffer, frame->rest, (size_t)size);
	showPeer(frame, peer);
	gatewayDrop();
	return size;
}

const char* boardSocketError(int descriptor, BoardPeer* peer)
{
	static char why[128];
	const GatewayFrame* frame = nextFor(descriptor, GATEWAY_FAILURE);
	if (!frame)
		return NULL;
	snprintf(why, sizeof(why), "%.*s", (int)frame->restSize, frame->rest);
	showPeer(frame, peer);
	gatewayDrop();
	return why;
}

const char* boardSocketMembership(int descriptor, const char* group, bool join)
{
	GatewayFrame request = frameTo(join ? GATEWAY_JOIN : GATEWAY_LEAVE, descriptor, group, 0);
	return gatewayRequest(&request, NULL);
}

void boardSocketClose(int descriptor)
{
	GatewayFrame request = frameTo(GATEWAY_CLOSE, descriptor, "", 0);
	gatewayRequest(&request, NULL);
	sockets[descriptor].isOpen = false;
}
