/* Read-only memory by the processor's memory protection (PMP), and what a trap comes to: the end of the run. */

#include <stdlib.h>

#include "engine/board.h"
#include "engine/host.h"
#include "riscv/machine.h"
#include "riscv/protect.h"

/* RISC-V privileged architecture, machine level: pmpcfg. Locked, so that it holds for machine mode too. */
#define PMP_READ 1u
#define PMP_EXECUTE 4u
#define PMP_POWER_OF_TWO 0x18u
#define PMP_LOCKED 0x80u

#define CAUSE_STORE_ACCESS_FAULT 7

static void __attribute__((interrupt("machine"), aligned(4))) onTrap(void)
{
	uint32_t cause = READ_CSR(mcause), address = READ_CSR(mtval), at = READ_CSR(mepc);
	if (cause == CAUSE_STORE_ACCESS_FAULT && (uint8_t*)address >= host.flash.bottom
		&& (uint8_t*)address < host.flash.top && host.application) {
		reportLine("read-only memory was written: state of a preloaded module (array, typed array, Map, RegExp, ...) "
			"was changed after it was loaded");
		stackTracePrint(host.application);
		exit(EXIT_READ_ONLY);
	}
	reportLine("trap %u in the host at %08x, address %08x", (unsigned)cause, (unsigned)at, (unsigned)address);
	exit(EXIT_FAILED);
}

void protectInitialize(void)
{
	WRITE_CSR(mtvec, (uint32_t)onTrap);
}

/* Only the root machine's memory has the size and the place for one entry (memory.ld). */
bool boardProtect(void* memory, size_t bytes)
{
	uint32_t size = (uint32_t)root_memory_size;
	if (memory != root_memory || bytes > size)
		return false;
	WRITE_CSR(pmpaddr0, (uint32_t)memory >> 2 | ((size >> 3) - 1));
	WRITE_CSR(pmpcfg0, PMP_LOCKED | PMP_POWER_OF_TWO | PMP_READ | PMP_EXECUTE);
	return (READ_CSR(pmpcfg0) & PMP_LOCKED) != 0;
}
