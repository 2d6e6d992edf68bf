/*
** elementary.c: a natural logarithm from a fixed sequence of IEEE operations.
**
** Write x = 2^e m with m in [sqrt(1/2), sqrt(2)) and z = (m - 1) / (m + 1). Then
**
**     ln x = e ln 2 + 2 atanh z,    2 atanh z = 2 z + 2/3 z^3 + 2/5 z^5 + ...
**
** (Abramowitz & Stegun 4.1.27). |z| is at most 0.1716, so that all terms after the
** first are below 1% of it, and plain doubles are good enough for them. The first
** one is kept as an unevaluated sum of two doubles: z from a division, and the
** remainder of that division, which Dekker's product gives exactly. ln 2 is split
** so that e ln 2 has an exact high part. The result then has one rounding that
** counts, the last: its error is below 0.53 units in the last place.
**
** Additions, multiplications and divisions of doubles are the same on every machine
** that follows IEEE 754, as long as the compiler does not fuse them; the build says
** -ffp-contract=off. Nothing comes from the C library.
*/
#include "numeric/elementary.h"

#include "numeric/sums.h"

const double core_exp_lowest = -700;

#define SQRT_HALF_BITS UINT64_C(0x3FE6A09E667F3BCD) /* of sqrt(1/2) */
#define ONE_BITS UINT64_C(0x3FF0000000000000)       /* of 1.0 */
#define SMALLEST_NORMAL 0x1p-1022

#define LN2_HIGH 0x1.62e42feep-1      /* 21 leading bits clear below: times e it is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33 /* ln 2 - LN2_HIGH */

/* 2/3 w + 2/5 w^2 + ... + 2/23 w^11 for w = z^2 up to 0.0295: what the omitted terms
** would add is below 2^-64. Evaluated as two chains, which a processor can
** run side by side. */
static inline double atanh_tail(double w) {
  double u = w * w;
  double odd = 0x1.5555555555555p-1 +
               u * (0x1.2492492492492p-2 +
                    u * (0x1.745d1745d1746p-3 +
                         u * (0x1.1111111111111p-3 + u * (0x1.af286bca1af28p-4 + u * 0x1.642c8590b2164p-4))));
  double even =
      0x1.999999999999ap-2 +
      u * (0x1.c71c71c71c71cp-3 + u * (0x1.3b13b13b13b14p-3 + u * (0x1.e1e1e1e1e1e1ep-4 + u * 0x1.8618618618618p-4)));
  return w * (odd + w * even);
}

double core_log(double x) {
  int exponent = 0;
  if (x < SMALLEST_NORMAL) {
    x *= 0x1p54;
    exponent = -54;
  }
  /* adding the distance from sqrt(1/2) to 1 makes the exponent field step up at
  ** mantissas of sqrt(1/2) instead of 1 */
  uint64_t bits = core_bits_of(x) + ONE_BITS - SQRT_HALF_BITS;
  exponent += (int)(bits >> 52) - 1023;
  double m = core_double_of((bits & UINT64_C(0x000FFFFFFFFFFFFF)) + SQRT_HALF_BITS);

  double f = m - 1.0; /* exact */
  double divisor = 2.0 + f;
  double divisor_low = f - (divisor - 2.0); /* exact: divisor + divisor_low = m + 1 */
  double reciprocal = 1.0 / divisor;
  double z = f * reciprocal;
  double product_error, product = core_two_product(z, divisor, &product_error);
  double z_low = ((f - product) - product_error - z * divisor_low) * reciprocal;

  /* the derivative of 2 atanh z is 2 / (1 - z^2), which 2 (1 + z^2) approximates */
  double tail = atanh_tail(z * z);
  double scaled = exponent * LN2_HIGH; /* exact: 21 zero bits take up the exponent's 11 */
  double sum = scaled + 2.0 * z;
  double sum_low = 2.0 * z - (sum - scaled); /* exact: scaled is 0 or the larger one */
  return sum + (sum_low + (2.0 * z_low * (1.0 + z * z) + (z * tail + exponent * LN2_LOW)));
}
