/* The machine timer: see clock.c. */

#ifndef COAPSULE_RISCV_CLOCK_H
#define COAPSULE_RISCV_CLOCK_H

#include <stdint.h>

/* TIMER_HERTZ a second, from the machine's reset. */
uint64_t clockTicks(void);

#endif
