/*
 * Random bytes from the machine's entropy device (Virtual I/O Device 1.2 §5.4). They are fetched ahead, while the program
 * does something else: waiting for them would take as long as an operation on a curve.
 */

#include <string.h>

#include "engine/board.h"
#include "engine/host.h"
#include "riscv/devices/virtio.h"

#define REQUEST_QUEUE 0
#define STORE_BYTES 256

static VirtioQueue requests;
static uint8_t store[STORE_BYTES];
/* The last bytes of the store have not been given to anybody; with none left it is with the device. */
static uint32_t left;

static void open(void)
{
	uintptr_t device = virtioFind(VIRTIO_ENTROPY);
	if (!device) {
		reportLine("the machine has no source of random bytes");
		finish(EXIT_FAILED);
	}
	virtioAddQueue(&requests, device, REQUEST_QUEUE);
	virtioStart(device);
	virtioOffer(&requests, store, STORE_BYTES, true);
}

static void take(void)
{
	while (!virtioUsedCount(&requests))
		;
	/* It may give less than was asked for: what it gave goes to the end. */
	virtioUsed(&requests, 0, &left);
	virtioTake(&requests);
	memmove(store + STORE_BYTES - left, store, left);
}

void boardFillRandom(void* bytes, size_t size)
{
	uint8_t* next = bytes;
	if (!requests.device)
		open();
	while (size > 0) {
		uint8_t* from;
		size_t length;
		if (left == 0)
			take();
		from = store + STORE_BYTES - left;
		length = size < left ? size : left;
		memcpy(next, from, length);
		/* Nobody else gets them. */
		memset(from, 0, length);
		next += length;
		size -= length;
		left -= (uint32_t)length;
		if (left == 0)
			virtioOffer(&requests, store, STORE_BYTES, true);
	}
}
