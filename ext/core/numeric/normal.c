/*
** normal.c: the normal distribution.
**
** P(|Z| > z) = erfc(z / sqrt(2)). Its inverse begins with a rational function that is off by at most 4.5e-4
**
**     z = s - (2.515517 + 0.802853 s + 0.010328 s^2) / (1 + 1.432788 s + 0.189269 s^2 + 0.001308 s^3),
**     s = sqrt(-2 ln(tail / 2))
**
** and goes on by Halley's method, each step of which triples the digits.
**
** Source: Abramowitz and Stegun, 26.2.23.
*/
#include "numeric/normal.h"

#include <math.h>

#define SQRT_HALF 0.70710678118654752440
#define DENSITY 0.79788456080286535588 /* of |Z| at 0: sqrt(2 / pi) */
#define STEPS 3

double core_normal_deviate(double tail) {
  double s = sqrt(-2 * log(tail / 2));
  double z = s - ((0.010328 * s + 0.802853) * s + 2.515517) / (((0.001308 * s + 0.189269) * s + 1.432788) * s + 1);
  for (int step = 0; step < STEPS; step++) {
    double newton = (erfc(z * SQRT_HALF) - tail) / (DENSITY * exp(-z * z / 2));
    z += newton / (1 + z * newton / 2);
  }
  return z > 0 ? z : 0;
}
