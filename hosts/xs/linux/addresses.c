/* Numeric IPv4 and IPv6 addresses, with zones (RFC 4007 §11: `fe80::1%eth0`). */

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux/addresses.h"

/* The name of an interface, or its number. */
static bool parseZone(const char* zone, uint32_t* scope)
{
	unsigned long long number;
	*scope = if_nametoindex(zone);
	if (*scope != 0)
		return true;
	/* strtoull would take a sign and white space, too. */
	if (zone[strspn(zone, "0123456789")])
		return false;
	number = strtoull(zone, NULL, 10);
	*scope = (uint32_t)number;
	return number > 0 && number <= UINT32_MAX;
}

bool addressParse(const char* text, uint16_t port, Address* address)
{
	char numeric[BOARD_ADDRESS_SIZE];
	const char* percent = strchr(text, '%');
	size_t length = percent ? (size_t)(percent - text) : strlen(text);
	memset(address, 0, sizeof(*address));
	if (length >= sizeof(numeric))
		return false;
	memcpy(numeric, text, length);
	numeric[length] = 0;
	if (!percent && inet_pton(AF_INET, numeric, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, numeric, &address->v6.sin6_addr) != 1)
		return false;
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_port = htons(port);
	return !percent || parseZone(percent + 1, &address->v6.sin6_scope_id);
}

void addressShow(const Address* address, BoardPeer* peer)
{
	char zone[IF_NAMESIZE];
	peer->address[0] = 0;
	if (address->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &address->v4.sin_addr, peer->address, sizeof(peer->address));
		peer->port = ntohs(address->v4.sin_port);
		return;
	}
	peer->port = ntohs(address->v6.sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
		inet_ntop(AF_INET, address->v6.sin6_addr.s6_addr + 12, peer->address, sizeof(peer->address));
		return;
	}
	inet_ntop(AF_INET6, &address->v6.sin6_addr, peer->address, sizeof(peer->address));
	if (address->v6.sin6_scope_id && if_indextoname(address->v6.sin6_scope_id, zone)) {
		size_t length = strlen(peer->address);
		snprintf(peer->address + length, sizeof(peer->address) - length, "%%%s", zone);
	}
}

void addressMap(Address* address)
{
	struct sockaddr_in v4;
	if (address->any.sa_family != AF_INET)
		return;
	v4 = address->v4;
	memset(address, 0, sizeof(*address));
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_port = v4.sin_port;
	address->v6.sin6_addr.s6_addr[10] = 0xff;
	address->v6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(address->v6.sin6_addr.s6_addr + 12, &v4.sin_addr, 4);
}

socklen_t addressSize(const Address* address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

bool addressIsMulticast(const Address* address)
{
	if (address->any.sa_family == AF_INET)
		return IN_MULTICAST(ntohl(address->v4.sin_addr.s_addr));
	if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
		return (address->v6.sin6_addr.s6_addr[12] & 0xf0) == 0xe0;
	return IN6_IS_ADDR_MULTICAST(&address->v6.sin6_addr);
}
