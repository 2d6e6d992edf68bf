/*
** rounding.h: what rounding can do to the distances between values.
**
** A comparison of two distances sees four values. Each was rounded to the digits of its own
** magnitude, or of one a constant moved it away from, and often more than once: means, products
** and sums are. CORE_ROUNDING times that magnitude allows for eight roundings of each of the four.
*/
#ifndef CORE_STATISTICS_ROUNDING_H
#define CORE_STATISTICS_ROUNDING_H

#include <stddef.h>

#define CORE_ROUNDING 0x1p-48

/* Whether values of up to this magnitude leave digits unused: all are multiples of CORE_ROUNDING
** times the power of two above the magnitude, as integers and fractions in binary are. Then they
** are not rounded, and a constant that was added to them says nothing about their precision. */
int core_leave_digits_unused(const double *values, size_t count, double magnitude);

#endif /* CORE_STATISTICS_ROUNDING_H */
