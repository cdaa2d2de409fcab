/* Frames through the machine's network device (Virtual I/O Device 1.2 §5.1). */

#include <string.h>

#include "riscv/devices/network.h"
#include "riscv/devices/virtio.h"

#define RECEIVE_QUEUE 0
#define TRANSMIT_QUEUE 1
/* §5.1.6: of each buffer; its fields are all 0 as no offloading was negotiated. */
#define HEADER_SIZE 12
#define BUFFER_SIZE (HEADER_SIZE + NETWORK_FRAME_MAXIMUM)
#define TRANSMIT_BUFFERS 4

static VirtioQueue received, sent;
static uint8_t receiveBuffers[VIRTIO_QUEUE_SIZE][BUFFER_SIZE] __attribute__((aligned(8)));
static uint8_t transmitBuffers[TRANSMIT_BUFFERS][BUFFER_SIZE] __attribute__((aligned(8)));
static unsigned nextTransmitBuffer;

bool networkOpen(void)
{
	uintptr_t device;
	int index;
	if (received.device)
		return true;
	device = virtioFind(VIRTIO_NETWORK);
	if (!device)
		return false;
	virtioAddQueue(&received, device, RECEIVE_QUEUE);
	virtioAddQueue(&sent, device, TRANSMIT_QUEUE);
	virtioEnableInterrupt(device);
	virtioStart(device);
	for (index = 0; index < VIRTIO_QUEUE_SIZE; index++)
		virtioOffer(&received, receiveBuffers[index], BUFFER_SIZE, true);
	return true;
}

uint8_t* networkFrame(void)
{
	while ((uint16_t)(sent.available.index - sent.taken) >= TRANSMIT_BUFFERS)
		if (virtioUsedCount(&sent) > 0)
			virtioTake(&sent);
	return transmitBuffers[nextTransmitBuffer] + HEADER_SIZE;
}

void networkSend(size_t size)
{
	uint8_t* buffer = transmitBuffers[nextTransmitBuffer];
	nextTransmitBuffer = (nextTransmitBuffer + 1) % TRANSMIT_BUFFERS;
	memset(buffer, 0, HEADER_SIZE);
	virtioOffer(&sent, buffer, (uint32_t)(HEADER_SIZE + size), false);
}

uint8_t* networkWaiting(uint16_t index, size_t* size)
{
	uint32_t length;
	uint8_t* buffer;
	if (index >= virtioUsedCount(&received))
		return NULL;
	buffer = virtioUsed(&received, index, &length);
	*size = length > HEADER_SIZE ? length - HEADER_SIZE : 0;
	return buffer + HEADER_SIZE;
}

void networkDrop(void)
{
	uint32_t length;
	uint8_t* buffer = virtioUsed(&received, 0, &length);
	virtioTake(&received);
	virtioOffer(&received, buffer, BUFFER_SIZE, true);
}

void networkAcknowledge(void)
{
	if (received.device)
		virtioAcknowledge(received.device);
}
