/*
 * What is built of Mbed TLS, the same for every target: the PSA Crypto API over AES-CCM, SHA-2, HMAC, and ECDSA, ECDH
 * and X25519. For a board the tables lie in flash, and code is small rather than fast.
 */

#ifndef COAPSULE_MBEDTLS_CONFIG_H
#define COAPSULE_MBEDTLS_CONFIG_H

/* Some of the library's files use CHAR_BIT and INT_MAX without asking for them. */
#include <limits.h>

#define MBEDTLS_PSA_CRYPTO_C
/* Chance is the board's: mbedtls_psa_external_get_random in random.c. */
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG

#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_CCM_C

#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_C
#define MBEDTLS_SHA512_SMALLER

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
/* No tables that stay in RAM between operations. */
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#define MBEDTLS_ECP_WINDOW_SIZE 4
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
/* RFC 6979: a signature needs no chance, and does not leak the key where chance is poor. */
#define MBEDTLS_ECDSA_DETERMINISTIC
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C

/* Keys are imported for one operation and forgotten: no storage, and few slots. */
#define MBEDTLS_PSA_KEY_SLOT_COUNT 4

#include "mbedtls/check_config.h"

#endif
