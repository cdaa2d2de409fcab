/* Registers of the devices on QEMU's machine `virt`. */

#ifndef COAPSULE_RISCV_REGISTERS_H
#define COAPSULE_RISCV_REGISTERS_H

#include <stdint.h>

#define REGISTER_8(address) (*(volatile uint8_t*)(uintptr_t)(address))
#define REGISTER_32(address) (*(volatile uint32_t*)(uintptr_t)(address))

/* Real-time clock (Goldfish): nanoseconds since 1970. Reading the low word latches the high one. */
#define RTC_TIME_LOW REGISTER_32(0x00101000)
#define RTC_TIME_HIGH REGISTER_32(0x00101004)

/* Core-local interruptor: the machine timer. */
#define TIMER_HERTZ 10000000
#define TIMER_COMPARE_LOW REGISTER_32(0x02004000)
#define TIMER_COMPARE_HIGH REGISTER_32(0x02004004)
#define TIMER_LOW REGISTER_32(0x0200bff8)
#define TIMER_HIGH REGISTER_32(0x0200bffc)

/* Platform-level interrupt controller, context 0: machine mode of the first hart. */
#define INTERRUPT_PRIORITY(source) REGISTER_32(0x0c000000 + 4 * (source))
#define INTERRUPT_ENABLE REGISTER_32(0x0c002000)
#define INTERRUPT_THRESHOLD REGISTER_32(0x0c200000)
#define INTERRUPT_CLAIM REGISTER_32(0x0c200004)

/* Serial line: a 16550. */
#define UART_DATA REGISTER_8(0x10000000)
#define UART_LINE_STATUS REGISTER_8(0x10000005)
#define UART_HOLDS_NOTHING 0x20
#define UART_HAS_SENT_ALL 0x40

/* Places for virtio devices; that of number n interrupts as source n + 1. */
#define VIRTIO_PLACES 8
#define VIRTIO_PLACE_SIZE 0x1000
#define VIRTIO_PLACE(number) (0x10001000 + VIRTIO_PLACE_SIZE * (uintptr_t)(number))
#define VIRTIO_INTERRUPT(number) ((number) + 1)

#endif
