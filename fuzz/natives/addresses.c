/*
 * Numeric addresses in C (hosts/xs/linux/addresses.c), for libFuzzer: the only text from outside that the natives
 * read; datagrams, bytes of streams and stored values pass through them unread.
 */

#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "linux/addresses.h"

#define PORT 5683

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
	char text[2 * BOARD_ADDRESS_SIZE];
	Address address, again;
	BoardPeer peer;
	const char* zone;
	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	if (!addressParse(text, PORT, &address))
		return 0;
	zone = strchr(text, '%');
	/* A zone is the name of an interface, or its number in digits. */
	if (zone && address.v6.sin6_scope_id != if_nametoindex(zone + 1)
		&& (zone[1 + strspn(zone + 1, "0123456789")] || strtoull(zone + 1, NULL, 10) != address.v6.sin6_scope_id))
		abort();
	addressShow(&address, &peer);
	if (peer.port != PORT || !addressParse(peer.address, peer.port, &again))
		abort();
	if (addressIsMulticast(&address) != addressIsMulticast(&again))
		abort();
	/* As an IPv6 socket takes them both are the same, but for a zone that no interface has. */
	addressMap(&address);
	addressMap(&again);
	if (addressSize(&address) != sizeof(address.v6)
		|| memcmp(&address.v6.sin6_addr, &again.v6.sin6_addr, sizeof(address.v6.sin6_addr)))
		abort();
	return 0;
}
