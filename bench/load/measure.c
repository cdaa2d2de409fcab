#include "measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t readClockNs(clockid_t clock)
{
	struct timespec time;
	if (clock_gettime(clock, &time))
		fail("expected the process to run");
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t nowNs(void)
{
	return readClockNs(CLOCK_MONOTONIC);
}

int64_t processCpuNs(pid_t process)
{
	clockid_t clock;
	if (process == 0)
		return 0;
	if (clock_getcpuclockid(process, &clock))
		fail("expected the process %d to run", (int)process);
	return readClockNs(clock);
}

long processResidentKiB(pid_t process)
{
	static const char key[] = "VmRSS:";
	char name[64], line[256];
	long kib = 0;
	FILE* file;
	if (process == 0)
		return 0;
	snprintf(name, sizeof(name), "/proc/%d/status", (int)process);
	file = fopen(name, "r");
	if (!file)
		fail("expected the process %d to run", (int)process);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, sizeof(key) - 1))
			kib = atol(line + sizeof(key) - 1);
	fclose(file);
	return kib;
}

void fail(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("load: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}
