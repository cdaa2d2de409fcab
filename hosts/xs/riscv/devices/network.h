/* The network device: frames as they are, one a datagram on the outside. */

#ifndef COAPSULE_RISCV_NETWORK_H
#define COAPSULE_RISCV_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger frames are dropped by the device. */
#define NETWORK_FRAME_MAXIMUM 2036

/* False when the machine has no network device. */
bool networkOpen(void);
/* Where the next frame to send is to be written, NETWORK_FRAME_MAXIMUM bytes; waits until there is room. */
uint8_t* networkFrame(void);
void networkSend(size_t size);
/* The frame that waits at `index` from the oldest; NULL when there are not so many. */
uint8_t* networkWaiting(uint16_t index, size_t* size);
/* Drops the oldest frame that waits. */
void networkDrop(void);
/* Answers the device's interrupt. */
void networkAcknowledge(void);

#endif
