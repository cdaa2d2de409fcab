/*
 * What the natives of cryptography share: their arguments, keys of the PSA Crypto API for the time of one operation,
 * and what becomes of a status. Natives allocate nothing in the machine, so the bytes of arguments stay where they are.
 */

#ifndef COAPSULE_CRYPTO_OPERATION_H
#define COAPSULE_CRYPTO_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "psa/crypto.h"
#include "xsmc.h"

typedef struct {
	uint8_t* bytes;
	size_t size;
} Bytes;

/* An argument: a Uint8Array. The latter throws when it lies in read-only memory. */
Bytes readable(xsMachine* the, int argument);
Bytes writable(xsMachine* the, int argument);

/* What a key is and may be used for. */
typedef struct {
	psa_key_type_t type;
	psa_key_usage_t usage;
	psa_algorithm_t algorithm;
} KeyUse;

/* Every imported key has to be destroyed, before anything is thrown. */
psa_status_t keyImport(KeyUse use, Bytes bytes, psa_key_id_t* key);

/* SHA-2 by the bytes of its digest. */
psa_algorithm_t sha2OfSize(size_t digestSize);

/* Throws unless the operation succeeded. */
void mustSucceed(xsMachine* the, psa_status_t status);
/* Whether it did; throws when it failed for another reason than what a peer has sent. */
bool succeeded(xsMachine* the, psa_status_t status);

#endif
