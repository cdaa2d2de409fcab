/* A UDP socket that is connected to the server: one CoAP endpoint, with message IDs of its own. */

#ifndef BENCH_SOCKET_H
#define BENCH_SOCKET_H

/* Opens one. @param address numeric; @param receiveMs how long receiving waits for a datagram */
int socketOpen(const char* address, const char* port, int receiveMs);

#endif
