/* Virtual devices (Virtual I/O Device 1.2, over MMIO): found, and driven through split virtqueues. */

#ifndef COAPSULE_RISCV_VIRTIO_H
#define COAPSULE_RISCV_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#define VIRTIO_NETWORK 1
#define VIRTIO_ENTROPY 4

#define VIRTIO_QUEUE_SIZE 16

/* §2.7.5 */
typedef struct {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
	uint16_t next;
} VirtioDescriptor;

/* §2.7.6 */
typedef struct {
	uint16_t flags;
	uint16_t index;
	uint16_t ring[VIRTIO_QUEUE_SIZE];
} VirtioAvailable;

/* §2.7.8 */
typedef struct {
	uint16_t flags;
	uint16_t index;
	struct {
		uint32_t descriptor;
		uint32_t length;
	} ring[VIRTIO_QUEUE_SIZE];
} VirtioUsed;

typedef struct {
	uintptr_t device;
	uint16_t number;
	/* Index of the first used entry that has not been taken back. */
	uint16_t taken;
	VirtioDescriptor descriptors[VIRTIO_QUEUE_SIZE] __attribute__((aligned(16)));
	VirtioAvailable available __attribute__((aligned(4)));
	VirtioUsed used __attribute__((aligned(4)));
} VirtioQueue;

/* Finds the first device of a type and begins its initialization (§3.1.1); 0 when there is none. */
uintptr_t virtioFind(uint32_t type);
/* Sets one of its queues up. */
void virtioAddQueue(VirtioQueue* queue, uintptr_t device, uint16_t number);
/* Ends the initialization: the device works from here on. */
void virtioStart(uintptr_t device);

/* Whether VIRTIO_QUEUE_SIZE buffers are with the device, or used and not taken back. */
bool virtioIsFull(const VirtioQueue* queue);
/* Gives the device a buffer, to write into or to read. The queue must not be full. */
void virtioOffer(VirtioQueue* queue, void* buffer, uint32_t length, bool deviceWrites);

/* Buffers that the device has used and that have not been taken back. */
uint16_t virtioUsedCount(const VirtioQueue* queue);
/* The used buffer at `index` from the oldest, and how many bytes the device wrote. */
void* virtioUsed(const VirtioQueue* queue, uint16_t index, uint32_t* length);
/* Takes the oldest used buffer back. */
void virtioTake(VirtioQueue* queue);

/* Lets the device wake the processor, each time until it is acknowledged. */
void virtioEnableInterrupt(uintptr_t device);
void virtioAcknowledge(uintptr_t device);

#endif
