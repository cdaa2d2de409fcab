/* Random bytes from the machine's entropy device (Virtual I/O Device 1.2 §5.4). */

#include "engine/board.h"
#include "engine/host.h"
#include "riscv/devices/virtio.h"

#define REQUEST_QUEUE 0

static VirtioQueue requests;

static void open(void)
{
	uintptr_t device = virtioFind(VIRTIO_ENTROPY);
	if (!device) {
		reportLine("the machine has no source of random bytes");
		finish(EXIT_FAILED);
	}
	virtioAddQueue(&requests, device, REQUEST_QUEUE);
	virtioStart(device);
}

void boardFillRandom(void* bytes, size_t size)
{
	uint8_t* next = bytes;
	if (!requests.device)
		open();
	while (size > 0) {
		uint32_t length;
		virtioOffer(&requests, next, (uint32_t)size, true);
		while (!virtioUsedCount(&requests))
			;
		/* It may give less than was asked for. */
		virtioUsed(&requests, 0, &length);
		virtioTake(&requests);
		next += length;
		size -= length;
	}
}
