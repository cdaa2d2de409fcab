/* The functions of natives.ts in C; what each takes and gives is written there. */

#ifndef COAPSULE_NATIVES_H
#define COAPSULE_NATIVES_H

#include "xsmc.h"

typedef struct {
	const char* name;
	xsCallback function;
	int length;
} Native;

/* Tables that end with an empty entry. */
extern const Native boardNatives[];
extern const Native timerNatives[];
extern const Native socketNatives[];
extern const Native flashNatives[];
extern const Native checksumNatives[];
/* In images that link them (crypto/crypto.mk): NULL elsewhere. */
extern const Native symmetricNatives[] __attribute__((weak));
extern const Native ellipticNatives[] __attribute__((weak));
extern const Native ed25519Natives[] __attribute__((weak));

#endif
