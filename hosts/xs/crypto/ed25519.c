/* Ed25519 by libsodium's ref10: Ed25519Primitives in src/crypto/primitives.ts. Linked where it is asked for. */

#include "crypto_sign_ed25519.h"
#include "utils.h"
#include "crypto/operation.h"
#include "natives/natives.h"

static void ed25519PublicKey(xsMachine* the)
{
	Bytes seed = readable(the, 0), result = writable(the, 1);
	uint8_t secretKey[crypto_sign_ed25519_SECRETKEYBYTES];
	crypto_sign_ed25519_seed_keypair(result.bytes, secretKey, seed.bytes);
	sodium_memzero(secretKey, sizeof(secretKey));
}

static void ed25519Sign(xsMachine* the)
{
	Bytes seed = readable(the, 0), message = readable(the, 1), result = writable(the, 2);
	uint8_t publicKey[crypto_sign_ed25519_PUBLICKEYBYTES];
	uint8_t secretKey[crypto_sign_ed25519_SECRETKEYBYTES];
	crypto_sign_ed25519_seed_keypair(publicKey, secretKey, seed.bytes);
	crypto_sign_ed25519_detached(result.bytes, NULL, message.bytes, message.size, secretKey);
	sodium_memzero(secretKey, sizeof(secretKey));
}

static void ed25519Verify(xsMachine* the)
{
	Bytes publicKey = readable(the, 0), message = readable(the, 1), signature = readable(the, 2);
	xsmcSetBoolean(xsResult,
		crypto_sign_ed25519_verify_detached(signature.bytes, message.bytes, message.size, publicKey.bytes) == 0);
}

const Native ed25519Natives[] = {
	{ "ed25519PublicKey", ed25519PublicKey, 2 },
	{ "ed25519Sign", ed25519Sign, 3 },
	{ "ed25519Verify", ed25519Verify, 3 },
	{ 0 },
};
