/* Points of P-256 in the forms of SEC 1 section 2.3. */

#ifndef COAPSULE_CRYPTO_POINT_H
#define COAPSULE_CRYPTO_POINT_H

#include "crypto/operation.h"

#define P256_BYTES 32
#define P256_POINT_BYTES (1 + 2 * P256_BYTES)

/*
 * The uncompressed form of either: `buffer` has room for it. PSA_ERROR_INVALID_ARGUMENT when there is no point with
 * that x-coordinate; that an uncompressed one lies on the curve is for PSA to see.
 */
psa_status_t pointExpand(Bytes* point, uint8_t buffer[P256_POINT_BYTES]);

#endif
