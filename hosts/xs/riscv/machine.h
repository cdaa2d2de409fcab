/* The processor's control registers, and places of the machine's memory (memory.ld). */

#ifndef COAPSULE_RISCV_MACHINE_H
#define COAPSULE_RISCV_MACHINE_H

#include <stdint.h>

/* Control and status registers: RISC-V privileged architecture. */
#define READ_CSR(name) ({ \
	uint32_t value; \
	__asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, " #name "\n.option pop" : "=r"(value)); \
	value; \
})
#define WRITE_CSR(name, value) \
	__asm__ volatile(".option push\n.option arch, +zicsr\ncsrw " #name ", %0\n.option pop" : : "r"(value) : "memory")

/* What memory.ld calls sizes are addresses of symbols. */
extern uint8_t module_archive[], module_archive_size[];
extern uint8_t root_memory[], root_memory_size[];
extern uint8_t arena_memory[], arena_memory_size[];

#endif
