/*
** sums.h: sums and products of doubles without rounding errors, or nearly so.
*/
#ifndef CORE_NUMERIC_SUMS_H
#define CORE_NUMERIC_SUMS_H

#include <stddef.h>

/*
** Error-free sum (Knuth): returns the rounded sum of a and b; *error is what the
** rounding lost, exactly, unless the sum overflows.
*/
static inline double core_two_sum(double a, double b, double *error) {
  double sum = a + b;
  double b_part = sum - a;
  *error = (a - (sum - b_part)) + (b - b_part);
  return sum;
}

/* A running sum with its rounding errors carried along (Neumaier): as if computed
** with twice the digits. Start with {0, 0}. */
typedef struct core_sum {
  double high; /* the sum so far, rounded */
  double low;  /* what rounding lost */
} core_sum;

static inline void core_sum_add(core_sum *sum, double value) {
  double error;
  sum->high = core_two_sum(sum->high, value, &error);
  sum->low += error;
}

static inline double core_sum_value(const core_sum *sum) {
  return sum->high + sum->low;
}

/* The upper half of the digits of a, whose magnitude is below 2^995; a minus it is
** the lower half (Veltkamp). */
static inline double core_upper_half(double a) {
  double scaled = 134217729.0 * a; /* 2^27 + 1 */
  return scaled - (scaled - a);
}

/* Returns the rounded product of a and b; *error is what the rounding lost, exactly
** unless something over- or underflows (Dekker 1971). */
static inline double core_two_product(double a, double b, double *error) {
  double product = a * b;
  double a_high = core_upper_half(a), a_low = a - a_high;
  double b_high = core_upper_half(b), b_low = b - b_high;
  *error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  return product;
}

/* The sum of count values, correctly rounded or nearly so, as is what follows. */
static inline double core_total(const double *values, size_t count) {
  core_sum sum = {0, 0};
  for (size_t i = 0; i < count; i++) core_sum_add(&sum, values[i]);
  return core_sum_value(&sum);
}

static inline double core_mean(const double *values, size_t count) {
  return core_total(values, count) / (double)count;
}

/* start + sum over i of a_i b_i; the products are rounded. */
static inline double core_dot(double start, const double *a, const double *b, size_t count) {
  core_sum sum = {start, 0};
  for (size_t i = 0; i < count; i++) core_sum_add(&sum, a[i] * b[i]);
  return core_sum_value(&sum);
}

/* The sum of the squared differences from mean; differences and squares are rounded. */
static inline double core_squares(const double *values, size_t count, double mean) {
  core_sum sum = {0, 0};
  for (size_t i = 0; i < count; i++) core_sum_add(&sum, (values[i] - mean) * (values[i] - mean));
  return core_sum_value(&sum);
}

#endif /* CORE_NUMERIC_SUMS_H */
