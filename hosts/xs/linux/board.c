/* Clocks, randomness, output and module files on Linux. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/board.h"
#include "engine/host.h"

static double milliseconds(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

double boardMonotonicMs(void)
{
	/* From the start of the process: small numbers, as after a device's reset. */
	static double start;
	if (start == 0)
		start = milliseconds(CLOCK_MONOTONIC);
	return milliseconds(CLOCK_MONOTONIC) - start;
}

double boardWallClockMs(void)
{
	return milliseconds(CLOCK_REALTIME);
}

uint64_t boardInstructions(void)
{
	return 0;
}

void boardFillRandom(void* bytes, size_t size)
{
	char* next = bytes;
	while (size > 0) {
		ssize_t count = getrandom(next, size, 0);
		if (count < 0) {
			if (errno == EINTR)
				continue;
			reportLine("the system gives no random bytes");
			exit(EXIT_FAILED);
		}
		next += count;
		size -= (size_t)count;
	}
}

void boardWrite(bool error, const char* bytes, size_t size)
{
	while (size > 0) {
		ssize_t count = write(error ? STDERR_FILENO : STDOUT_FILENO, bytes, size);
		if (count < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		bytes += count;
		size -= (size_t)count;
	}
}

static bool filePath(char* result, size_t size, const char* path)
{
	return snprintf(result, size, "%s/%s", host.modulesFolder, path) < (int)size;
}

bool boardHasModule(const char* path)
{
	char full[4096];
	struct stat status;
	return filePath(full, sizeof(full), path) && stat(full, &status) == 0 && S_ISREG(status.st_mode);
}

char* boardReadModule(const char* path, size_t* size)
{
	char full[4096];
	struct stat status;
	char* text = NULL;
	FILE* file;
	if (!filePath(full, sizeof(full), path) || !(file = fopen(full, "rb")))
		return NULL;
	if (fstat(fileno(file), &status) == 0 && (text = malloc((size_t)status.st_size + 1))) {
		*size = fread(text, 1, (size_t)status.st_size, file);
		text[*size] = 0;
	}
	fclose(file);
	return text;
}
