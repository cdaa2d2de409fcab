/*
 * A network that loses datagrams: everything sent to its port goes to the server and back, but for a share that is
 * lost in each direction, by a seed. Serves one client at a time: who sent last. Says "ready".
 */

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>

#include "measure.h"
#include "socket.h"

static int listenOn(const char* address, const char* port)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	inet_pton(AF_INET, address, &local.sin_addr);
	if (descriptor < 0 || bind(descriptor, (struct sockaddr*)&local, sizeof(local)))
		fail("no socket on port %s: %s", port, strerror(errno));
	return descriptor;
}

int main(int argc, char** argv)
{
	struct sockaddr_in client = { 0 };
	socklen_t clientLength = sizeof(client);
	struct pollfd sockets[2];
	uint8_t bytes[65536];
	double loss;
	if (argc != 6) {
		fputs("usage: relay ADDRESS PORT SERVER-PORT LOSS SEED   (LOSS from 0 to 1)\n", stderr);
		return 2;
	}
	loss = atof(argv[4]);
	srand48(atol(argv[5]));
	sockets[0] = (struct pollfd){ .fd = listenOn(argv[1], argv[2]), .events = POLLIN };
	sockets[1] = (struct pollfd){ .fd = socketOpen(argv[1], argv[3], 0), .events = POLLIN };
	puts("ready");
	fflush(stdout);
	for (;;) {
		ssize_t count;
		if (poll(sockets, 2, -1) < 0)
			fail("waiting: %s", strerror(errno));
		if (sockets[0].revents) {
			clientLength = sizeof(client);
			count = recvfrom(sockets[0].fd, bytes, sizeof(bytes), 0, (struct sockaddr*)&client, &clientLength);
			if (count > 0 && drand48() >= loss)
				send(sockets[1].fd, bytes, (size_t)count, 0);
		}
		if (sockets[1].revents) {
			count = recv(sockets[1].fd, bytes, sizeof(bytes), 0);
			if (count > 0 && drand48() >= loss)
				sendto(sockets[0].fd, bytes, (size_t)count, 0, (struct sockaddr*)&client, clientLength);
		}
	}
}
