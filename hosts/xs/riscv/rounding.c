/*
 * floor, ceil and trunc of doubles, in place of those of picolibc 1.8, which are wrong for some numbers from 2^21 on
 * (ceil(2748778.5) is 2748781 there, trunc(1e300) loses half its digits).
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

#define FRACTION_BITS 52
#define EXPONENT_BIAS 1023
#define EXPONENT_MASK 0x7ff

double trunc(double number)
{
	uint64_t bits;
	int exponent;
	memcpy(&bits, &number, sizeof(bits));
	exponent = (int)(bits >> FRACTION_BITS & EXPONENT_MASK) - EXPONENT_BIAS;
	/* Nothing behind the point; infinite; no number. */
	if (exponent >= FRACTION_BITS)
		return number;
	if (exponent < 0)
		bits &= (uint64_t)1 << 63;
	else
		bits &= ~((((uint64_t)1 << FRACTION_BITS) - 1) >> exponent);
	memcpy(&number, &bits, sizeof(bits));
	return number;
}

double floor(double number)
{
	double whole = trunc(number);
	return whole > number ? whole - 1 : whole;
}

double ceil(double number)
{
	double whole = trunc(number);
	return whole < number ? whole + 1 : whole;
}
