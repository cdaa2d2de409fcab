/* Time, and what another process has used of it and of memory. */

#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>
#include <sys/types.h>

int64_t nowNs(void);

/* Time on a processor of a process and all its threads, user and system; 0 for the process 0. */
int64_t processCpuNs(pid_t process);

/* Resident memory in KiB; 0 for the process 0. */
long processResidentKiB(pid_t process);

/* Writes a message on standard error and ends with 1. */
void fail(const char* format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
