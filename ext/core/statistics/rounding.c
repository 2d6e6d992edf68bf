/*
** rounding.c: what rounding can do to the distances between values.
*/
#include "statistics/rounding.h"

#include <math.h>

int core_leave_digits_unused(const double *values, size_t count, double magnitude) {
  int exponent;
  frexp(CORE_ROUNDING * magnitude, &exponent);
  for (size_t i = 0; i < count; i++) {
    double digits = ldexp(values[i], -exponent);
    if (floor(digits) < digits) return 0;
  }
  return 1;
}
