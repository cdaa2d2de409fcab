/* ECDSA and ECDH on P-256, and X25519: functions of Primitives in src/crypto/primitives.ts. */

#include "crypto/operation.h"
#include "crypto/point.h"
#include "natives/natives.h"

#define P256_PRIVATE PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define P256_PUBLIC PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1)
#define X25519_PRIVATE PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY)
/* Signatures made at random, by others, are verified by the same name. */
#define ES256 PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256)

static void p256PublicKey(xsMachine* the)
{
	KeyUse use = { P256_PRIVATE, 0, PSA_ALG_ECDH };
	Bytes result = writable(the, 1);
	psa_key_id_t key;
	size_t length;
	psa_status_t status = keyImport(use, readable(the, 0), &key);
	if (status == PSA_SUCCESS)
		status = psa_export_public_key(key, result.bytes, result.size, &length);
	psa_destroy_key(key);
	mustSucceed(the, status);
}

static void p256Sign(xsMachine* the)
{
	KeyUse use = { P256_PRIVATE, PSA_KEY_USAGE_SIGN_MESSAGE, ES256 };
	Bytes message = readable(the, 1), result = writable(the, 2);
	psa_key_id_t key;
	size_t length;
	psa_status_t status = keyImport(use, readable(the, 0), &key);
	if (status == PSA_SUCCESS)
		status = psa_sign_message(key, ES256, message.bytes, message.size, result.bytes, result.size, &length);
	psa_destroy_key(key);
	mustSucceed(the, status);
}

static void p256Verify(xsMachine* the)
{
	KeyUse use = { P256_PUBLIC, PSA_KEY_USAGE_VERIFY_MESSAGE, ES256 };
	Bytes point = readable(the, 0), message = readable(the, 1), signature = readable(the, 2);
	uint8_t expanded[P256_POINT_BYTES];
	psa_key_id_t key = PSA_KEY_ID_NULL;
	psa_status_t status = pointExpand(&point, expanded);
	if (status == PSA_SUCCESS)
		status = keyImport(use, point, &key);
	if (status == PSA_SUCCESS)
		status = psa_verify_message(key, ES256, message.bytes, message.size, signature.bytes, signature.size);
	psa_destroy_key(key);
	xsmcSetBoolean(xsResult, succeeded(the, status));
}

static psa_status_t agree(KeyUse use, Bytes privateKey, Bytes publicKey, Bytes result)
{
	psa_key_id_t key;
	size_t length;
	psa_status_t status = keyImport(use, privateKey, &key);
	if (status == PSA_SUCCESS)
		status = psa_raw_key_agreement(PSA_ALG_ECDH, key, publicKey.bytes, publicKey.size, result.bytes, result.size,
			&length);
	psa_destroy_key(key);
	return status;
}

static void p256Agree(xsMachine* the)
{
	KeyUse use = { P256_PRIVATE, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH };
	Bytes privateKey = readable(the, 0), point = readable(the, 1), result = writable(the, 2);
	uint8_t expanded[P256_POINT_BYTES];
	psa_status_t status = pointExpand(&point, expanded);
	if (status == PSA_SUCCESS)
		status = agree(use, privateKey, point, result);
	xsmcSetBoolean(xsResult, succeeded(the, status));
}

static void x25519(xsMachine* the)
{
	KeyUse use = { X25519_PRIVATE, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH };
	Bytes result = writable(the, 2);
	psa_status_t status = agree(use, readable(the, 0), readable(the, 1), result);
	uint8_t any = 0;
	size_t index;
	if (!succeeded(the, status)) {
		xsmcSetFalse(xsResult);
		return;
	}
	for (index = 0; index < result.size; index++)
		any |= result.bytes[index];
	xsmcSetBoolean(xsResult, any != 0);
}

const Native ellipticNatives[] = {
	{ "p256PublicKey", p256PublicKey, 2 },
	{ "p256Sign", p256Sign, 3 },
	{ "p256Verify", p256Verify, 3 },
	{ "p256Agree", p256Agree, 3 },
	{ "x25519", x25519, 3 },
	{ 0 },
};
