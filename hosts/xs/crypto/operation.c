/* Arguments, keys and statuses of one operation. */

#include "crypto/operation.h"

Bytes readable(xsMachine* the, int argument)
{
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(argument), &bytes, &size);
	return (Bytes){ bytes, size };
}

Bytes writable(xsMachine* the, int argument)
{
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(argument), &bytes, &size);
	return (Bytes){ bytes, size };
}

psa_status_t keyImport(KeyUse use, Bytes bytes, psa_key_id_t* key)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	psa_status_t status = psa_crypto_init();
	*key = PSA_KEY_ID_NULL;
	if (status != PSA_SUCCESS)
		return status;
	psa_set_key_type(&attributes, use.type);
	psa_set_key_usage_flags(&attributes, use.usage);
	psa_set_key_algorithm(&attributes, use.algorithm);
	return psa_import_key(&attributes, bytes.bytes, bytes.size, key);
}

psa_algorithm_t sha2OfSize(size_t digestSize)
{
	switch (digestSize) {
	case 32: return PSA_ALG_SHA_256;
	case 48: return PSA_ALG_SHA_384;
	default: return PSA_ALG_SHA_512;
	}
}

void mustSucceed(xsMachine* the, psa_status_t status)
{
	if (status != PSA_SUCCESS)
		xsUnknownError("cryptography failed with PSA status %d", (int)status);
}

bool succeeded(xsMachine* the, psa_status_t status)
{
	if (status == PSA_ERROR_INVALID_SIGNATURE || status == PSA_ERROR_INVALID_ARGUMENT)
		return false;
	mustSucceed(the, status);
	return true;
}
