/* Read-only memory for the preloaded modules: a write to it ends the run with a message instead of going unnoticed. */

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/board.h"
#include "engine/host.h"

static void onFault(int number, siginfo_t* info, void* context)
{
	uint8_t* address = info->si_addr;
	if (address >= host.flash.bottom && address < host.flash.top && host.application) {
		reportLine("read-only memory was written: state of a preloaded module (array, typed array, Map, RegExp, ...) "
			"was changed after it was loaded");
		stackTracePrint(host.application);
		_exit(EXIT_READ_ONLY);
	}
	reportLine("segmentation fault in the host");
	signal(number, SIG_DFL);
	raise(number);
}

/* The stack of a process says nothing of a board's: pointers and libraries are others. */
void boardPaintStack(void)
{
}

size_t boardStackPeak(void)
{
	return 0;
}

bool boardProtect(void* memory, size_t bytes)
{
	static uint8_t stack[65536];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = onFault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	sigaltstack(&alternative, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	return mprotect(memory, bytes, PROT_READ) == 0;
}
