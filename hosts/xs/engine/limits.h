/* The named limits and sizes of the XS host. */

#ifndef COAPSULE_LIMITS_H
#define COAPSULE_LIMITS_H

/* JavaScript memory of an application: what the Moddable SDK gives on ESP32, C6 and H2. Bytes of 16-byte slots. */
#define DEVICE_ARENA 165888
/* Less does not hold the stack and a heap that does any work. */
#define ARENA_MINIMUM 16384
#define ARENA_MAXIMUM (256 * 1024 * 1024)
/* Slots of the application's JavaScript stack, as on an ESP32. */
#define STACK_SLOTS 512
/* Of the arena besides the stack, one part in this many goes to slots at the start, and to chunks; the rest on demand. */
#define ARENA_INITIAL_SLOTS_PART 4
#define ARENA_INITIAL_CHUNKS_PART 8
/* A heap grows by an eighth of what is left, between these bounds, so that both can use the arena up. */
#define ARENA_GROWTH_PART 8
#define CHUNK_STEP_MINIMUM 256
#define CHUNK_STEP_MAXIMUM 4096
#define SLOT_STEP_MINIMUM 16
#define SLOT_STEP_MAXIMUM 256
/* Room that has to be left after a datagram above USUAL_DATAGRAM, or it is dropped. */
#define ARENA_RESERVE 8192
#define USUAL_DATAGRAM 1500

/* Tables of names that a clone copies: their sizes count as RAM. */
#define NAME_MODULO 127
#define SYMBOL_MODULO 31
#define APPLICATION_KEYS 32

/* The root machine: only loads modules; its memory stands for flash. */
#define FLASH_RESERVED (64 * 1024 * 1024)
#define ROOT_STACK_SLOTS 8192
#define ROOT_CHUNKS (512 * 1024)
#define ROOT_SLOTS 32768
#define ROOT_KEYS 4096
#define PARSER_BUFFER (256 * 1024)
#define PARSER_MODULO 1993

#define TIMERS_MAXIMUM 256
#define SOCKETS_MAXIMUM 16
/* Datagrams that wait in one socket; the system's own buffer holds what comes after. */
#define DATAGRAMS_WAITING 16
#define DATAGRAM_MAXIMUM 65535
/* Undeliverable datagrams reported in one turn of the loop. */
#define ERRORS_PER_TURN 16
/* Erase blocks of a device's raw flash: of 4 KiB in a file on Linux, of 256 KiB on the RISC-V board. */
#define FLASH_BLOCKS 16
#define FLASH_BLOCKS_MAXIMUM 4096
#define FLASH_BLOCKS_RISCV 3
#define LOG_LINE_MAXIMUM 4096

#define MODULE_PATH_MAXIMUM 512
#define STACK_TRACE_FRAMES 32

#endif
