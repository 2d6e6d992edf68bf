/*
** product.h: the error-free product, companion of coreset_two_sum() in core.h.
*/
#ifndef CORESET_PRODUCT_H
#define CORESET_PRODUCT_H

/* The upper half of the digits of a, whose magnitude is below 2^995; a minus it is
** the lower half (Veltkamp). */
static inline double coreset_upper_half(double a) {
  double scaled = 134217729.0 * a; /* 2^27 + 1 */
  return scaled - (scaled - a);
}

/* Returns the rounded product of a and b; *error is what the rounding lost, exactly
** unless something over- or underflows (Dekker 1971). */
static inline double coreset_two_product(double a, double b, double *error) {
  double product = a * b;
  double a_high = coreset_upper_half(a), a_low = a - a_high;
  double b_high = coreset_upper_half(b), b_low = b - b_high;
  *error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  return product;
}

#endif /* CORESET_PRODUCT_H */
