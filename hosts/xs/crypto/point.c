/*
 * Decompression of points (SEC 1 section 2.3.4), which neither the PSA Crypto API nor this version of Mbed TLS has.
 * Nothing here is secret.
 */

#include <string.h>

#include "crypto/point.h"
#include "mbedtls/ecp.h"

#define TRY(operation) \
	do { \
		if ((error = (operation)) != 0) \
			goto done; \
	} while (0)

/* y of the curve's point with `x`: the root of x^3 - 3x + b, which is its power (p + 1) / 4 where there is one. */
static int solve(mbedtls_mpi* y, const mbedtls_mpi* x, const mbedtls_ecp_group* group)
{
	mbedtls_mpi square, power;
	int error;
	mbedtls_mpi_init(&square);
	mbedtls_mpi_init(&power);
	TRY(mbedtls_mpi_mul_mpi(&square, x, x));
	TRY(mbedtls_mpi_sub_int(&square, &square, 3));
	TRY(mbedtls_mpi_mul_mpi(&square, &square, x));
	TRY(mbedtls_mpi_add_mpi(&square, &square, &group->B));
	TRY(mbedtls_mpi_mod_mpi(&square, &square, &group->P));
	TRY(mbedtls_mpi_add_int(&power, &group->P, 1));
	TRY(mbedtls_mpi_shift_r(&power, 2));
	TRY(mbedtls_mpi_exp_mod(y, &square, &power, &group->P, NULL));
	TRY(mbedtls_mpi_mul_mpi(&power, y, y));
	TRY(mbedtls_mpi_mod_mpi(&power, &power, &group->P));
	if (mbedtls_mpi_cmp_mpi(&power, &square) != 0)
		error = MBEDTLS_ERR_ECP_INVALID_KEY;
done:
	mbedtls_mpi_free(&power);
	mbedtls_mpi_free(&square);
	return error;
}

psa_status_t pointExpand(Bytes* point, uint8_t buffer[P256_POINT_BYTES])
{
	mbedtls_ecp_group group;
	mbedtls_mpi x, y;
	int error = 0;
	if (point->size == P256_POINT_BYTES)
		return PSA_SUCCESS;
	mbedtls_ecp_group_init(&group);
	mbedtls_mpi_init(&x);
	mbedtls_mpi_init(&y);
	TRY(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1));
	TRY(mbedtls_mpi_read_binary(&x, point->bytes + 1, P256_BYTES));
	if (mbedtls_mpi_cmp_mpi(&x, &group.P) >= 0)
		TRY(MBEDTLS_ERR_ECP_INVALID_KEY);
	TRY(solve(&y, &x, &group));
	if (mbedtls_mpi_get_bit(&y, 0) != (point->bytes[0] & 1))
		TRY(mbedtls_mpi_sub_mpi(&y, &group.P, &y));
	buffer[0] = 4;
	memcpy(buffer + 1, point->bytes + 1, P256_BYTES);
	TRY(mbedtls_mpi_write_binary(&y, buffer + 1 + P256_BYTES, P256_BYTES));
	*point = (Bytes){ buffer, P256_POINT_BYTES };
done:
	mbedtls_mpi_free(&y);
	mbedtls_mpi_free(&x);
	mbedtls_ecp_group_free(&group);
	if (error == 0)
		return PSA_SUCCESS;
	return error == MBEDTLS_ERR_ECP_INVALID_KEY ? PSA_ERROR_INVALID_ARGUMENT : PSA_ERROR_INSUFFICIENT_MEMORY;
}
