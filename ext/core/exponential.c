/*
** exponential.c: the exponential function from a fixed sequence of IEEE operations.
**
**     x = n ln 2 + r,  |r| <= ln(2) / 2,   exp(x) = 2^n (1 + r + r^2/2! + ... + r^13/13!)
**
** ln 2 is split so that its upper part times n is exact.
*/
#include "exponential.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LOG2_E 1.4426950408889634
#define LN2_HIGH 0x1.62e42feep-1      /* the low 21 bits are zero */
#define LN2_LOW 0x1.a39ef35793c76p-33 /* ln 2 - LN2_HIGH */
#define LOWEST (-700.0)               /* keeps 2^n normal */

double coreset_exp(double x) {
  static const double inverse_factorials[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
      1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1.0,         1.0};
  int n;
  double r, sum = 0, power;
  uint64_t bits;
  size_t i;
  if (x < LOWEST) return 0;
  n = (int)(x * LOG2_E - 0.5); /* towards zero: rounds a negative number to nearest */
  r = (x - n * LN2_HIGH) - n * LN2_LOW;
  for (i = 0; i < sizeof(inverse_factorials) / sizeof(inverse_factorials[0]); i++)
    sum = sum * r + inverse_factorials[i];
  bits = (uint64_t)(n + 1023) << 52;
  memcpy(&power, &bits, sizeof(power));
  return sum * power;
}
