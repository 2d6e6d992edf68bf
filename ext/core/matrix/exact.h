/*
** exact.h: sums of doubles without any rounding, and averages from them.
**
** A sum is written as parts: the first is the sum rounded to a double, the second
** what is left rounded to a double, and so on until nothing is left. The parts
** depend on the value of the sum alone, not on how it came about, so equal sums
** have equal bytes. Sums of scores rarely need a second part.
*/
#ifndef CORE_MATRIX_EXACT_H
#define CORE_MATRIX_EXACT_H

#include "base/context.h"

#define CORE_LARGEST_COUNT (UINT64_C(1) << 53) /* scores of one cell: the number must be a double */

/* Every part is below half a unit of the last place of the one before, and all of
** them lie within the 2098 bits of a double's range: 40 are enough. */
#define CORE_LARGEST_PARTS 40

#define CORE_EXACT_DIGITS 68 /* of 32 bits: 2176 bits, which hold 2098 and what 2^53 additions carry beyond them */

/* A whole number of 2^-1074, the smallest double, in digits of 32 bits. The digits
** have 32 bits to spare, so that carrying can wait. All zero is zero. */
typedef struct core_exact {
  int64_t digits[CORE_EXACT_DIGITS]; /* the least significant first; each of either sign */
  uint32_t additions;                /* since carries were last passed on */
} core_exact;

/* Adds a finite value. */
void core_exact_add(core_exact *exact, double value);

/* Writes the sum, of magnitude below 2^1023, as parts and returns how many: none
** for zero. What remains in *exact is zero. */
size_t core_exact_parts(core_exact *exact, double parts[CORE_LARGEST_PARTS]);

/* The average of count scores (1 to CORE_LARGEST_COUNT) whose sum has these
** first two parts, very nearly correctly rounded: the average of equal scores is
** that score. Never -0. */
double core_exact_mean(double first, double second, uint64_t count);

/* What is known of the averages of some cells. Start with {0}. */
typedef struct core_spread {
  double low, high;  /* the smallest and the largest */
  int distinct;      /* how many different ones: 0, 1, 2, or 3 for more */
  int unrecoverable; /* some sum is not its average times its count; not looked for beyond two averages */
} core_spread;

/* Counts an average in. One comparison decides for all but the first few. */
static inline void core_spread_add(core_spread *spread, double mean) {
  if (spread->distinct > 0 && !((mean != spread->low) & (mean != spread->high))) return;
  if (spread->distinct == 0) spread->low = spread->high = mean;
  if (mean < spread->low) spread->low = mean;
  if (mean > spread->high) spread->high = mean;
  if (spread->distinct < 3) spread->distinct++;
}

/* Whether a bit per cell, low, high and the counts hold everything. */
static inline int core_spread_fits_plane(const core_spread *spread) {
  return spread->distinct <= 2 && !spread->unrecoverable;
}

#endif /* CORE_MATRIX_EXACT_H */
