/*
 * Frames between the board and the gateway (hosts/node/devices/qemu/gateway.ts), which has the real sockets. A frame is a
 * header, the peer's address as text, and what is left: a datagram, or why something failed.
 *
 *   kind (1) socket (1) port (2, network order) flags (1) size of the address (1) address ... rest ...
 */

#ifndef COAPSULE_RISCV_GATEWAY_H
#define COAPSULE_RISCV_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Requests of the board. The answer has the kind GATEWAY_ANSWER more; its rest is empty, or says what failed. */
	GATEWAY_OPEN = 1,
	GATEWAY_CLOSE = 2,
	GATEWAY_JOIN = 3,
	GATEWAY_LEAVE = 4,
	GATEWAY_ANSWER = 0x80,
	/* Either way: a datagram to, or from, the address and port. */
	GATEWAY_DATAGRAM = 0x10,
	/* To the board: a datagram to the address and port could not be sent. */
	GATEWAY_FAILURE = 0x11,
	/* To the board: it shall end; the port is the exit code. */
	GATEWAY_STOP = 0x20,
	/* To the board: it shall print the statistics. */
	GATEWAY_REPORT = 0x21,
};

#define GATEWAY_MULTICAST 1

typedef struct {
	uint8_t kind;
	uint8_t socket;
	uint16_t port;
	uint8_t flags;
	const char* address;
	size_t addressSize;
	const uint8_t* rest;
	size_t restSize;
} GatewayFrame;

/* False when there is no network, or the frame would be too large. */
bool gatewaySend(const GatewayFrame* frame);
/*
 * The oldest frame that waits for a socket; NULL when there is none. It stays until gatewayDrop. What is for the board
 * as a whole has been dealt with.
 */
const GatewayFrame* gatewayNext(void);
void gatewayDrop(void);
/* Whether the board has been told to end, or to print the statistics (boardStopCode, boardReportRequested). */
bool gatewayHasOrders(void);
/* Sends a request and waits for its answer: its port, or why it failed (the text is kept until the next one). */
const char* gatewayRequest(const GatewayFrame* request, uint16_t* port);

#endif
