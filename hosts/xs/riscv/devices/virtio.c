/* Virtual devices over MMIO (Virtual I/O Device 1.2 §4.2) and their split virtqueues (§2.7), without negotiation. */

#include "riscv/devices/registers.h"
#include "riscv/devices/virtio.h"

/* §4.2.2 */
#define MAGIC_VALUE 0x000
#define VERSION 0x004
#define DEVICE_ID 0x008
#define DRIVER_FEATURES 0x020
#define DRIVER_FEATURES_SELECT 0x024
#define QUEUE_SELECT 0x030
#define QUEUE_SIZE 0x038
#define QUEUE_READY 0x044
#define QUEUE_NOTIFY 0x050
#define INTERRUPT_STATUS 0x060
#define INTERRUPT_ACKNOWLEDGE 0x064
#define STATUS 0x070
#define QUEUE_DESCRIPTORS 0x080
#define QUEUE_DRIVER 0x090
#define QUEUE_DEVICE 0x0a0

#define MAGIC 0x74726976
#define MODERN 2
/* VIRTIO_F_VERSION_1 is feature 32: the first bit of the second word. */
#define FEATURES_HIGH 1

/* §2.1 */
#define ACKNOWLEDGE 1
#define DRIVER 2
#define FEATURES_OK 8
#define DRIVER_OK 4

#define DEVICE_WRITES 2

static void set(uintptr_t device, unsigned offset, uint32_t value)
{
	REGISTER_32(device + offset) = value;
}

static uint32_t get(uintptr_t device, unsigned offset)
{
	return REGISTER_32(device + offset);
}

static void fence(void)
{
	__asm__ volatile("fence iorw, iorw" ::: "memory");
}

uintptr_t virtioFind(uint32_t type)
{
	int place;
	for (place = 0; place < VIRTIO_PLACES; place++) {
		uintptr_t device = VIRTIO_PLACE(place);
		if (get(device, MAGIC_VALUE) != MAGIC || get(device, VERSION) != MODERN || get(device, DEVICE_ID) != type)
			continue;
		set(device, STATUS, 0);
		set(device, STATUS, ACKNOWLEDGE | DRIVER);
		set(device, DRIVER_FEATURES_SELECT, 0);
		set(device, DRIVER_FEATURES, 0);
		set(device, DRIVER_FEATURES_SELECT, 1);
		set(device, DRIVER_FEATURES, FEATURES_HIGH);
		set(device, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
		if (!(get(device, STATUS) & FEATURES_OK))
			return 0;
		return device;
	}
	return 0;
}

static void setAddress(uintptr_t device, unsigned offset, const void* memory)
{
	set(device, offset, (uint32_t)memory);
	set(device, offset + 4, 0);
}

void virtioAddQueue(VirtioQueue* queue, uintptr_t device, uint16_t number)
{
	queue->device = device;
	queue->number = number;
	set(device, QUEUE_SELECT, number);
	set(device, QUEUE_SIZE, VIRTIO_QUEUE_SIZE);
	setAddress(device, QUEUE_DESCRIPTORS, queue->descriptors);
	setAddress(device, QUEUE_DRIVER, &queue->available);
	setAddress(device, QUEUE_DEVICE, &queue->used);
	fence();
	set(device, QUEUE_READY, 1);
}

void virtioStart(uintptr_t device)
{
	set(device, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

bool virtioIsFull(const VirtioQueue* queue)
{
	return (uint16_t)(queue->available.index - queue->taken) >= VIRTIO_QUEUE_SIZE;
}

void virtioOffer(VirtioQueue* queue, void* buffer, uint32_t length, bool deviceWrites)
{
	/* The devices of this machine use buffers in the order in which they get them, so this place is free. */
	uint16_t place = queue->available.index % VIRTIO_QUEUE_SIZE;
	queue->descriptors[place] = (VirtioDescriptor){
		.address = (uint32_t)buffer,
		.length = length,
		.flags = deviceWrites ? DEVICE_WRITES : 0,
	};
	queue->available.ring[place] = place;
	fence();
	queue->available.index++;
	fence();
	set(queue->device, QUEUE_NOTIFY, queue->number);
}

uint16_t virtioUsedCount(const VirtioQueue* queue)
{
	uint16_t index = *(volatile const uint16_t*)&queue->used.index;
	fence();
	return (uint16_t)(index - queue->taken);
}

void* virtioUsed(const VirtioQueue* queue, uint16_t index, uint32_t* length)
{
	unsigned place = (uint16_t)(queue->taken + index) % VIRTIO_QUEUE_SIZE;
	*length = queue->used.ring[place].length;
	return (void*)(uintptr_t)queue->descriptors[queue->used.ring[place].descriptor].address;
}

void virtioTake(VirtioQueue* queue)
{
	queue->taken++;
}

void virtioEnableInterrupt(uintptr_t device)
{
	uint32_t source = VIRTIO_INTERRUPT((device - VIRTIO_PLACE(0)) / VIRTIO_PLACE_SIZE);
	INTERRUPT_PRIORITY(source) = 1;
	INTERRUPT_THRESHOLD = 0;
	INTERRUPT_ENABLE |= 1u << source;
}

void virtioAcknowledge(uintptr_t device)
{
	set(device, INTERRUPT_ACKNOWLEDGE, get(device, INTERRUPT_STATUS));
}
