/* What main.c starts: see protect.c. */

#ifndef COAPSULE_RISCV_PROTECT_H
#define COAPSULE_RISCV_PROTECT_H

/* Traps end the run from here on. */
void protectInitialize(void);

#endif
