/*
** contingency.c: mutual information of two binary variables.
**
**     I = sum over i, j in {0, 1} of  p_ij ln(p_ij / (p_i q_j + 1e-15))
**
** over the cells with p_ij > 0, and 0 where that is negative: the plug-in estimate
** from the 2 x 2 table, with the small constant of the published program. p_i is how
** often x is i, q_j how often y is j.
**
** Selections are full of exact ties, and which candidate wins depends on how the
** terms were rounded. So this file computes in the published order, to the letter:
** p10, p01 and p00 come from subtractions, not from counts, and where they should be
** 0 they may be 1e-17 instead and then count as a cell.
*/
#include "statistics/contingency.h"

#include "numeric/elementary.h"

#define PUBLISHED_CONSTANT 1e-15 /* keeps the program from dividing by 0 */

/* One cell: its share of the sum. */
static inline double cell(double joint, double marginals) {
  return joint > 0.0 ? joint * core_log(joint / (marginals + PUBLISHED_CONSTANT)) : 0.0;
}

double core_contingency_information(uint32_t n, uint32_t a, uint32_t b, uint32_t ab) {
  double p1 = (double)a / (double)n, p0 = 1.0 - p1;
  double q1 = (double)b / (double)n, q0 = 1.0 - q1;
  double p11 = (double)ab / (double)n;
  double p10 = p1 - p11;
  double p01 = q1 - p11;
  double p00 = 1.0 - p1 - q1 + p11;
  double sum = 0.0;
  sum += cell(p00, p0 * q0);
  sum += cell(p01, p0 * q1);
  sum += cell(p10, p1 * q0);
  sum += cell(p11, p1 * q1);
  return sum > 0.0 ? sum : 0.0;
}
