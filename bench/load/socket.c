#include "socket.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "measure.h"

int socketOpen(const char* address, const char* port, int receiveMs)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo* found;
	struct timeval patience = { .tv_sec = receiveMs / 1000, .tv_usec = receiveMs % 1000 * 1000 };
	int buffer = 1 << 20;
	int descriptor;
	if (getaddrinfo(address, port, &hints, &found))
		fail("expected a numeric address and port, got %s %s", address, port);
	descriptor = socket(found->ai_family, SOCK_DGRAM, 0);
	if (descriptor < 0 || connect(descriptor, found->ai_addr, found->ai_addrlen))
		fail("no socket to %s port %s: %s", address, port, strerror(errno));
	freeaddrinfo(found);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return descriptor;
}
