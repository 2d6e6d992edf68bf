/*
** elementary.h: logarithm, exponential and logistic function, the same on every machine.
**
** C libraries disagree in the last bit of log() and exp(), and some choose their code by CPU.
** A greedy selection is full of near ties that such a bit can decide, so the core has
** functions of its own.
**
** The exponential is without branches and in the header, so that compilers can put loops of
** it into vectors, which give the same bits:
**
**     x = n ln 2 + r,  |r| <= ln(2) / 2,   exp(x) = 2^n (1 + r + r^2/2! + ... + r^13/13!)
**
** ln 2 is split so that its upper part times n is exact.
*/
#ifndef CORE_NUMERIC_ELEMENTARY_H
#define CORE_NUMERIC_ELEMENTARY_H

#include <math.h>
#include <stddef.h>

#include "base/bytes.h"

/* The natural logarithm of x, positive and finite (subnormal numbers included),
** within 0.53 units in the last place. core_log(1) is exactly 0. */
double core_log(double x);

/* -700, which keeps 2^n normal. Compilers that knew the number would make a branch of it, and branches keep loops
** out of wide vectors. */
extern const double core_exp_lowest;

/* exp(x) for x of 0 or less, within 2 units in the last place; 0 below -700. */
static inline double core_exp(double x) {
  const double lowest = core_exp_lowest;
  const double log2_e = 1.4426950408889634;
  const double ln2_high = 0x1.62e42feep-1;      /* the low 21 bits are zero */
  const double ln2_low = 0x1.a39ef35793c76p-33; /* ln 2 - ln2_high */
  double bounded = x < lowest ? lowest : x;
  int n = (int)(bounded * log2_e - 0.5); /* towards zero: rounds a negative number to nearest */
  double r = (bounded - n * ln2_high) - n * ln2_low;
  static const double coefficients[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
      1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1,           1};
  double sum = coefficients[0];
  for (size_t k = 1; k < sizeof(coefficients) / sizeof(double); k++) sum = sum * r + coefficients[k];
  double power = core_double_of((uint64_t)(n + 1023) << 52); /* 2^n */
  double is_above = bounded == x;                            /* 1 or 0, and no branch */
  return sum * power * is_above;
}

/* 1 / (1 + exp(-x)), the same on every machine. */
static inline double core_logistic(double x) {
  double e = core_exp(-fabs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

#endif /* CORE_NUMERIC_ELEMENTARY_H */
