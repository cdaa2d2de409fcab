/*
 * A closed-loop load generator: Confirmable GET requests, always the same number of them outstanding, every answer
 * checked. Prints what it measured as one JSON object; ends with 1 when an answer was wrong or did not come.
 *
 * A message ID must not be used twice by one endpoint within EXCHANGE_LIFETIME (RFC 7252 §4.4), so after 65,536
 * requests it waits for the outstanding ones and goes on with a new socket.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"
#include "message.h"
#include "socket.h"

enum { OUTSTANDING_MAXIMUM = 64, MESSAGE_IDS = 65536, LATENCIES_MAXIMUM = 1 << 20 };
/* ACK_TIMEOUT and MAX_RETRANSMIT of RFC 7252 §4.8. */
enum { ACK_TIMEOUT_MS = 2000, MAX_RETRANSMIT = 4 };

static const char usage[] =
	"usage: load [-n REQUESTS] [-o OUTSTANDING] [-p PROCESS] [-e EXPECTED] ADDRESS PORT PATH\n"
	"  -n  requests in total (20000)\n"
	"  -o  requests outstanding at a time, 1 to 64 (1)\n"
	"  -p  the server's process, to measure its time on the processor and its memory\n"
	"  -e  the payload that each response must have\n";

typedef struct {
	bool used;
	int attempts;
	uint16_t messageId;
	uint32_t token;
	int64_t firstNs;
	int64_t sentNs;
	uint8_t bytes[256];
	size_t length;
} Slot;

static struct {
	long requests;
	int outstanding;
	pid_t server;
	const char* expected;
	const char* address;
	const char* port;
	const char* path;
} options = { .requests = 20000, .outstanding = 1 };

static Slot slots[OUTSTANDING_MAXIMUM];
static int descriptor = -1;
static long started, finished, retransmissions, strays;
static int active, messageIdsLeft;
static uint32_t sequence;
static float latenciesUs[LATENCIES_MAXIMUM];

static struct mmsghdr outgoing[OUTSTANDING_MAXIMUM], incoming[OUTSTANDING_MAXIMUM];
static struct iovec outgoingData[OUTSTANDING_MAXIMUM], incomingData[OUTSTANDING_MAXIMUM];
static uint8_t buffers[OUTSTANDING_MAXIMUM][MESSAGE_MAXIMUM];
static int queued;

static void queue(Slot* slot, int64_t atNs)
{
	slot->sentNs = atNs;
	outgoingData[queued] = (struct iovec){ .iov_base = slot->bytes, .iov_len = slot->length };
	outgoing[queued].msg_hdr = (struct msghdr){ .msg_iov = &outgoingData[queued], .msg_iovlen = 1 };
	queued++;
}

static void flush(void)
{
	int sent = 0;
	while (sent < queued) {
		int count = sendmmsg(descriptor, outgoing + sent, (unsigned)(queued - sent), 0);
		if (count < 0 && errno != EINTR && errno != ECONNREFUSED)
			fail("sending: %s", strerror(errno));
		if (count > 0)
			sent += count;
	}
	queued = 0;
}

/* The token's low bits are the slot's number: an answer finds its request without a search. */
static void start(int index, int64_t atNs)
{
	Slot* slot = &slots[index];
	Request request = { .code = GET, .path = options.path, .blockValue = NO_BLOCK };
	sequence++;
	request.messageId = (uint16_t)sequence;
	request.token = sequence * OUTSTANDING_MAXIMUM + (uint32_t)index;
	*slot = (Slot){ .used = true, .messageId = request.messageId, .token = request.token, .firstNs = atNs };
	slot->length = messageEncode(slot->bytes, &request);
	queue(slot, atNs);
	messageIdsLeft--;
	started++;
	active++;
}

static void fill(void)
{
	int64_t atNs;
	if (messageIdsLeft == 0 && active > 0)
		return;
	if (messageIdsLeft == 0) {
		if (descriptor >= 0)
			close(descriptor);
		descriptor = socketOpen(options.address, options.port, ACK_TIMEOUT_MS / 4);
		messageIdsLeft = MESSAGE_IDS;
	}
	atNs = nowNs();
	for (int index = 0; index < options.outstanding; index++)
		if (!slots[index].used && started < options.requests && messageIdsLeft > 0)
			start(index, atNs);
	flush();
}

static void receive(const uint8_t* bytes, size_t length, int64_t atNs)
{
	Response response;
	Slot* slot;
	if (!messageParse(bytes, length, &response))
		fail("expected a CoAP message of the server");
	if (response.code == EMPTY && response.type == RST)
		fail("the server rejected a request");
	slot = &slots[response.token % OUTSTANDING_MAXIMUM];
	if (!response.hasToken || !slot->used || slot->token != response.token) {
		strays++;
		return;
	}
	if (response.type != ACK || response.messageId != slot->messageId)
		fail("expected a piggybacked response");
	if (response.code != CONTENT)
		fail("expected 2.05, got %d.%02d", response.code >> 5, response.code & 31);
	if (options.expected && (response.payloadLength != strlen(options.expected) ||
		memcmp(response.payload, options.expected, response.payloadLength)))
		fail("expected the payload \"%s\", got %zu bytes", options.expected, response.payloadLength);
	if (finished < LATENCIES_MAXIMUM)
		latenciesUs[finished] = (float)(atNs - slot->firstNs) / 1000;
	slot->used = false;
	active--;
	finished++;
}

static void retransmit(void)
{
	int64_t atNs = nowNs();
	for (int index = 0; index < options.outstanding; index++) {
		Slot* slot = &slots[index];
		if (!slot->used || atNs - slot->sentNs < ((int64_t)ACK_TIMEOUT_MS << slot->attempts) * 1000000)
			continue;
		if (slot->attempts++ == MAX_RETRANSMIT)
			fail("no answer after %d transmissions", MAX_RETRANSMIT + 1);
		retransmissions++;
		queue(slot, atNs);
	}
	flush();
}

static void run(void)
{
	for (int index = 0; index < OUTSTANDING_MAXIMUM; index++) {
		incomingData[index] = (struct iovec){ .iov_base = buffers[index], .iov_len = MESSAGE_MAXIMUM };
		incoming[index].msg_hdr = (struct msghdr){ .msg_iov = &incomingData[index], .msg_iovlen = 1 };
	}
	while (finished < options.requests) {
		int count;
		int64_t atNs;
		fill();
		count = recvmmsg(descriptor, incoming, OUTSTANDING_MAXIMUM, MSG_WAITFORONE, NULL);
		if (count < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
			fail("receiving: %s", strerror(errno));
		if (count <= 0) {
			retransmit();
			continue;
		}
		atNs = nowNs();
		for (int index = 0; index < count; index++)
			receive(buffers[index], incoming[index].msg_len, atNs);
	}
}

static int compareLatencies(const void* one, const void* other)
{
	float difference = *(const float*)one - *(const float*)other;
	return difference < 0 ? -1 : difference > 0;
}

static void parseArguments(int argc, char** argv)
{
	int letter;
	while ((letter = getopt(argc, argv, "n:o:p:e:")) != -1)
		switch (letter) {
		case 'n': options.requests = atol(optarg); break;
		case 'o': options.outstanding = atoi(optarg); break;
		case 'p': options.server = atoi(optarg); break;
		case 'e': options.expected = optarg; break;
		default: exit(2);
		}
	if (argc - optind != 3 || options.requests < 1 || options.outstanding < 1 ||
		options.outstanding > OUTSTANDING_MAXIMUM) {
		fputs(usage, stderr);
		exit(2);
	}
	options.address = argv[optind];
	options.port = argv[optind + 1];
	options.path = argv[optind + 2];
}

int main(int argc, char** argv)
{
	int64_t beganNs, cpuNs;
	double seconds;
	long samples;
	parseArguments(argc, argv);
	sequence = (uint32_t)nowNs();
	cpuNs = processCpuNs(options.server);
	beganNs = nowNs();
	run();
	seconds = (double)(nowNs() - beganNs) / 1e9;
	cpuNs = processCpuNs(options.server) - cpuNs;
	samples = finished < LATENCIES_MAXIMUM ? finished : LATENCIES_MAXIMUM;
	qsort(latenciesUs, (size_t)samples, sizeof(*latenciesUs), compareLatencies);
	printf("{\"requests\":%ld,\"seconds\":%.6f,\"perSecond\":%.0f,\"cpuUs\":%.3f,\"residentKiB\":%ld,"
		"\"medianUs\":%.1f,\"p99Us\":%.1f,\"retransmissions\":%ld,\"strays\":%ld}\n",
		finished, seconds, (double)finished / seconds, (double)cpuNs / 1000 / (double)finished,
		processResidentKiB(options.server), latenciesUs[samples / 2], latenciesUs[samples * 99 / 100],
		retransmissions, strays);
	return 0;
}
