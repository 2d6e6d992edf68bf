/*
** digamma.c: the digamma function at positive integers.
**
**     psi(1) = -gamma,    psi(n + 1) = psi(n) + 1/n
**
** (Abramowitz & Stegun 6.3.2; gamma is Euler's constant). The running value and
** each 1/n are unevaluated sums of two doubles, some 106 bits, so that even after
** billions of steps an entry is the nearest double, but for the rare value that
** lies within 2^-90 or so of the middle between two.
*/
#include "numeric/digamma.h"

#include "numeric/sums.h"

#define GAMMA_HIGH 0x1.2788cfc6fb619p-1
#define GAMMA_LOW (-0x1.6cb90701fbfabp-58)
#define SLICE ((size_t)1 << 20) /* entries between two polls */

/* Divides 1 by n, an integer below 2^53: returns the rounded quotient; *error is
** what it lacks, to some 53 more bits. */
static double reciprocal(double n, double *error) {
  double quotient = 1.0 / n, product_error;
  double product = core_two_product(quotient, n, &product_error);
  *error = ((1.0 - product) - product_error) / n;
  return quotient;
}

coreset_status core_digamma_table(coreset_context *context, core_arena *arena, size_t largest, double **table) {
  size_t count = largest < SIZE_MAX ? largest + 1 : largest; /* the latter is refused */
  double high = -GAMMA_HIGH, low = -GAMMA_LOW;
  double *values = *table = core_take(context, arena, count, sizeof(double));
  coreset_status status = arena->status;
  for (size_t n = 1; n < count && status == CORESET_OK; n++) {
    double quotient_error, sum_error;
    double quotient = reciprocal((double)n, &quotient_error);
    status = core_poll_every(context, SLICE);
    values[n] = high;
    high = core_two_sum(high, quotient, &sum_error);
    low += sum_error + quotient_error;
    high = core_two_sum(high, low, &low); /* keeps high the nearest double to the whole */
  }
  return status;
}
