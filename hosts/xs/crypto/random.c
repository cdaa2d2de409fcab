/* The chance that Mbed TLS blinds its computations with: the board's. */

#include "psa/crypto.h"
#include "engine/board.h"

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t* context, uint8_t* output,
	size_t outputSize, size_t* outputLength)
{
	(void)context;
	boardFillRandom(output, outputSize);
	*outputLength = outputSize;
	return PSA_SUCCESS;
}
