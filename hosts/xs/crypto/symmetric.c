/* AES, AES-CCM, SHA-2, HMAC and comparison: functions of Primitives in src/crypto/primitives.ts. */

#include <string.h>

#include "mbedtls/constant_time.h"
#include "mbedtls/platform_util.h"
#include "crypto/operation.h"
#include "natives/natives.h"

static void aesEncrypt(xsMachine* the)
{
	KeyUse use = { PSA_KEY_TYPE_AES, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_ECB_NO_PADDING };
	Bytes block = readable(the, 1), result = writable(the, 2);
	psa_key_id_t key;
	size_t length;
	psa_status_t status = keyImport(use, readable(the, 0), &key);
	if (status == PSA_SUCCESS)
		status = psa_cipher_encrypt(key, use.algorithm, block.bytes, block.size, result.bytes, result.size, &length);
	psa_destroy_key(key);
	mustSucceed(the, status);
}

static psa_algorithm_t ccmWithTag(size_t tagSize)
{
	return PSA_ALG_AEAD_WITH_SHORTENED_TAG(PSA_ALG_CCM, tagSize);
}

static void ccmSeal(xsMachine* the)
{
	Bytes nonce = readable(the, 1), aad = readable(the, 2), plaintext = readable(the, 3), result = writable(the, 4);
	KeyUse use = { PSA_KEY_TYPE_AES, PSA_KEY_USAGE_ENCRYPT, ccmWithTag(result.size - plaintext.size) };
	psa_key_id_t key;
	size_t length;
	psa_status_t status = keyImport(use, readable(the, 0), &key);
	if (status == PSA_SUCCESS)
		status = psa_aead_encrypt(key, use.algorithm, nonce.bytes, nonce.size, aad.bytes, aad.size, plaintext.bytes,
			plaintext.size, result.bytes, result.size, &length);
	psa_destroy_key(key);
	mustSucceed(the, status);
}

static void ccmOpen(xsMachine* the)
{
	Bytes nonce = readable(the, 1), aad = readable(the, 2), sealed = readable(the, 3), result = writable(the, 4);
	KeyUse use = { PSA_KEY_TYPE_AES, PSA_KEY_USAGE_DECRYPT, ccmWithTag(sealed.size - result.size) };
	psa_key_id_t key;
	size_t length;
	psa_status_t status = keyImport(use, readable(the, 0), &key);
	mustSucceed(the, status);
	status = psa_aead_decrypt(key, use.algorithm, nonce.bytes, nonce.size, aad.bytes, aad.size, sealed.bytes,
		sealed.size, result.bytes, result.size, &length);
	psa_destroy_key(key);
	if (status == PSA_ERROR_INVALID_SIGNATURE) {
		xsmcSetFalse(xsResult);
		return;
	}
	mustSucceed(the, status);
	xsmcSetTrue(xsResult);
}

static void sha2(xsMachine* the)
{
	Bytes data = readable(the, 0), result = writable(the, 1);
	size_t length;
	mustSucceed(the,
		psa_hash_compute(sha2OfSize(result.size), data.bytes, data.size, result.bytes, result.size, &length));
}

/*
 * A key as RFC 2104 section 2 has it: a longer one than a block of the hash is hashed first. PSA imports no empty
 * key; since keys are filled up with zeros, one zero is the same.
 */
static psa_status_t hmacKey(Bytes* key, psa_algorithm_t hash, uint8_t* digest, size_t digestSize)
{
	static uint8_t zero[1];
	if (key->size == 0)
		*key = (Bytes){ zero, sizeof(zero) };
	else if (key->size > PSA_HASH_BLOCK_LENGTH(hash)) {
		psa_status_t status = psa_hash_compute(hash, key->bytes, key->size, digest, digestSize, &key->size);
		key->bytes = digest;
		return status;
	}
	return PSA_SUCCESS;
}

static void hmac(xsMachine* the)
{
	Bytes bytes = readable(the, 0), data = readable(the, 1), result = writable(the, 2);
	psa_algorithm_t hash = sha2OfSize(result.size);
	KeyUse use = { PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_SIGN_MESSAGE, PSA_ALG_HMAC(hash) };
	uint8_t digest[PSA_HASH_MAX_SIZE];
	psa_key_id_t key = PSA_KEY_ID_NULL;
	size_t length;
	psa_status_t status = hmacKey(&bytes, hash, digest, sizeof(digest));
	if (status == PSA_SUCCESS)
		status = keyImport(use, bytes, &key);
	if (status == PSA_SUCCESS)
		status = psa_mac_compute(key, use.algorithm, data.bytes, data.size, result.bytes, result.size, &length);
	psa_destroy_key(key);
	mbedtls_platform_zeroize(digest, sizeof(digest));
	mustSucceed(the, status);
}

static void equal(xsMachine* the)
{
	Bytes a = readable(the, 0), b = readable(the, 1);
	xsmcSetBoolean(xsResult, a.size == b.size && mbedtls_ct_memcmp(a.bytes, b.bytes, a.size) == 0);
}

const Native symmetricNatives[] = {
	{ "aesEncrypt", aesEncrypt, 3 },
	{ "ccmSeal", ccmSeal, 5 },
	{ "ccmOpen", ccmOpen, 5 },
	{ "sha2", sha2, 2 },
	{ "hmac", hmac, 3 },
	{ "equal", equal, 2 },
	{ 0 },
};
