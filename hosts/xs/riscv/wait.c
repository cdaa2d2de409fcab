/* Waiting: the processor sleeps until the timer or the network interrupts. Interrupts wake it; none is ever taken. */

#include "engine/board.h"
#include "riscv/devices/clock.h"
#include "riscv/devices/network.h"
#include "riscv/devices/registers.h"
#include "riscv/gateway.h"
#include "riscv/machine.h"

#define MACHINE_TIMER_INTERRUPT (1u << 7)
#define MACHINE_EXTERNAL_INTERRUPT (1u << 11)
/* About a day: sleeping again costs nothing. */
#define LONGEST_SLEEP_MS 86400000.0

static void setAlarm(double delayMs)
{
	uint64_t ticks = clockTicks() + (uint64_t)(delayMs * (TIMER_HERTZ / 1e3)) + 1;
	/* Never an early alarm while only one half is new. */
	TIMER_COMPARE_HIGH = UINT32_MAX;
	TIMER_COMPARE_LOW = (uint32_t)ticks;
	TIMER_COMPARE_HIGH = (uint32_t)(ticks >> 32);
}

/* What the counter of instructions went on by while the processor slept: QEMU lets it count time then. */
static uint64_t sleptCount;

static uint64_t instructionCount(void)
{
	uint32_t high, low;
	do {
		high = READ_CSR(minstreth);
		low = READ_CSR(minstret);
	} while (high != READ_CSR(minstreth));
	return (uint64_t)high << 32 | low;
}

uint64_t boardInstructions(void)
{
	return instructionCount() - sleptCount;
}

static void sleepUntilInterrupt(void)
{
	uint64_t before = instructionCount();
	__asm__ volatile("wfi");
	sleptCount += instructionCount() - before;
}

static void acknowledgeInterrupts(void)
{
	uint32_t source;
	while ((source = INTERRUPT_CLAIM)) {
		networkAcknowledge();
		INTERRUPT_CLAIM = source;
	}
}

/* Marks the socket that the oldest frame is for. One for which nobody waits has a full buffer: its frames are lost. */
static bool isAnyReady(BoardReadiness* waiting, size_t count)
{
	const GatewayFrame* frame;
	size_t index;
	while ((frame = gatewayNext())) {
		for (index = 0; index < count; index++)
			if (waiting[index].descriptor == frame->socket) {
				waiting[index].readable = frame->kind == GATEWAY_DATAGRAM;
				waiting[index].failed = frame->kind == GATEWAY_FAILURE;
				return true;
			}
		gatewayDrop();
	}
	return false;
}

void boardWait(double timeoutMs, BoardReadiness* waiting, size_t count)
{
	double endMs = boardMonotonicMs() + timeoutMs;
	while (!isAnyReady(waiting, count) && !gatewayHasOrders()) {
		double leftMs = timeoutMs < 0 ? LONGEST_SLEEP_MS : endMs - boardMonotonicMs();
		if (leftMs <= 0)
			return;
		WRITE_CSR(mie, MACHINE_TIMER_INTERRUPT | MACHINE_EXTERNAL_INTERRUPT);
		setAlarm(leftMs < LONGEST_SLEEP_MS ? leftMs : LONGEST_SLEEP_MS);
		sleepUntilInterrupt();
		acknowledgeInterrupts();
	}
}
