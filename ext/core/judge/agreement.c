/*
** agreement.c: how well predictions agree with the truth: errors and correlations of
** pairs (x_i, y_i), i = 1..n.
**
**     mae      = mean |x_i - y_i|
**     rmse     = sqrt(mean (x_i - y_i)^2)
**     pearson  = S_xy / sqrt(S_xx S_yy),  S_uv = sum (u_i - mean u) (v_i - mean v)
**     spearman = pearson of the ranks, equal values sharing their average rank
**     kendall  = tau-b (Kendall 1945)
**              = (C - D) / sqrt((P - T_x) (P - T_y))
**                P = n (n - 1) / 2 pairs of pairs, C of them in the same order in x
**                as in y, D in opposite order, T_x and T_y with equal x or equal y
**
** Inputs: pairs of finite numbers of any size, in any order; they are sorted first,
** so that a result is the same to the last bit whichever order they come in. Sums
** carry their rounding errors along. Values are scaled by a power of two, which is
** exact, before they are squared, so that neither 1e288 nor 1e-288 is out of range.
** Memory: half of the pairs again, for the sort.
**
** Outputs: NaN without pairs; for correlations also with one pair, or where all x or
** all y are equal.
**
** Errors: CORESET_ERROR for a value that is not finite, for 2^32 pairs or more, and
** for an error beyond the largest double; CORESET_NO_MEMORY; CORESET_INTERRUPTED.
*/
#include <math.h>

#include "numeric/sorting.h"
#include "numeric/sums.h"

/* The mean of all x. */
static double mean_x(const coreset_pair *pairs, size_t count) {
  core_sum sum = {0.0, 0.0};
  for (size_t i = 0; i < count; i++) core_sum_add(&sum, pairs[i].x);
  return core_sum_value(&sum) / (double)count;
}

/* Divides all x by 2^exponent, the power of two that brings the largest magnitude into
** [1/2, 1), and returns the exponent. */
static int scale_x(coreset_pair *pairs, size_t count) {
  double largest = 0.0;
  for (size_t i = 0; i < count; i++) {
    if (fabs(pairs[i].x) > largest) largest = fabs(pairs[i].x);
  }
  int exponent;
  frexp(largest, &exponent);
  for (size_t i = 0; i < count; i++) pairs[i].x = ldexp(pairs[i].x, -exponent);
  return exponent;
}

/* ------------------------------------------------------------------------
** Errors
*/

/* The mean of |x - y| or, where they are to be squared, the root of the mean of their squares. */
static coreset_status mean_difference(coreset_context *context, coreset_pair *pairs, size_t count, int squared,
                                      double *result) {
  coreset_status status = core_order_pairs(context, pairs, count);
  *result = NAN;
  if (status != CORESET_OK || count == 0) return status;
  for (size_t i = 0; i < count; i++) {
    double difference = fabs(pairs[i].x - pairs[i].y);
    if (isinf(difference)) {
      return core_fail(context, CORESET_ERROR, "the difference of %g and %g is too large for a number", pairs[i].x,
                       pairs[i].y);
    }
    pairs[i].x = difference;
  }
  int exponent = scale_x(pairs, count); /* at most 1 from here on */
  for (size_t i = 0; i < count && squared; i++) pairs[i].x *= pairs[i].x;
  double mean = mean_x(pairs, count);
  *result = ldexp(squared ? sqrt(mean) : mean, exponent);
  return CORESET_OK;
}

coreset_status coreset_mae(coreset_context *context, coreset_pair *pairs, size_t count, double *result) {
  return mean_difference(context, pairs, count, 0, result);
}

coreset_status coreset_rmse(coreset_context *context, coreset_pair *pairs, size_t count, double *result) {
  return mean_difference(context, pairs, count, 1, result);
}

/* ------------------------------------------------------------------------
** Correlations
*/

/* Replaces all x by their distance from the mean, on some scale with magnitudes up
** to 1. Returns 0 if all are equal. */
static int centre_x(coreset_pair *pairs, size_t count) {
  int differ = 0;
  for (size_t i = 1; i < count && !differ; i++) differ = pairs[i].x != pairs[0].x;
  if (!differ) return 0;
  scale_x(pairs, count);
  /* twice: the first mean is rounded, which matters where values differ little */
  for (int round = 0; round < 2; round++) {
    double mean = mean_x(pairs, count);
    for (size_t i = 0; i < count; i++) pairs[i].x -= mean;
  }
  scale_x(pairs, count);
  return 1;
}

/* Pearson's correlation of values whose means are 0, and which can be squared. */
static double centred_correlation(const coreset_pair *pairs, size_t count) {
  core_sum xx = {0.0, 0.0}, yy = {0.0, 0.0}, xy = {0.0, 0.0};
  for (size_t i = 0; i < count; i++) {
    core_sum_add(&xx, pairs[i].x * pairs[i].x);
    core_sum_add(&yy, pairs[i].y * pairs[i].y);
    core_sum_add(&xy, pairs[i].x * pairs[i].y);
  }
  /* one root of the product: exactly 1 where x and y are the same */
  double correlation = core_sum_value(&xy) / sqrt(core_sum_value(&xx) * core_sum_value(&yy));
  return correlation > 1.0 ? 1.0 : correlation < -1.0 ? -1.0 : correlation;
}

coreset_status coreset_pearson_r(coreset_context *context, coreset_pair *pairs, size_t count, double *result) {
  coreset_status status = core_order_pairs(context, pairs, count);
  *result = NAN;
  if (status != CORESET_OK) return status;
  int varies = centre_x(pairs, count);
  core_swap_pairs(pairs, count);
  if (varies && centre_x(pairs, count)) *result = centred_correlation(pairs, count);
  return CORESET_OK;
}

coreset_status coreset_spearman_rho(coreset_context *context, coreset_pair *pairs, size_t count, double *result) {
  coreset_status status = core_order_pairs(context, pairs, count);
  *result = NAN;
  if (status != CORESET_OK || count < 2) return status;
  int varies = pairs[0].x < pairs[count - 1].x;
  core_rank_sorted(pairs, count);
  core_swap_pairs(pairs, count);
  status = core_sort_pairs(context, pairs, count, NULL);
  if (status != CORESET_OK) return status;
  varies = varies && pairs[0].x < pairs[count - 1].x;
  core_rank_sorted(pairs, count);
  if (varies) *result = centred_correlation(pairs, count);
  return CORESET_OK;
}

/* In pairs sorted by x: how many pairs of pairs have equal x; in *both, how many
** have equal y as well. */
static uint64_t count_ties(const coreset_pair *pairs, size_t count, uint64_t *both) {
  uint64_t ties = 0, equal_x = 0, equal_both = 0; /* how many pairs before this one it equals */
  *both = 0;
  for (size_t i = 1; i < count; i++) {
    equal_x = pairs[i].x == pairs[i - 1].x ? equal_x + 1 : 0;
    equal_both = equal_x > 0 && pairs[i].y == pairs[i - 1].y ? equal_both + 1 : 0;
    ties += equal_x;
    *both += equal_both;
  }
  return ties;
}

/*
** Knight's method (W. R. Knight, "A Computer Method for Calculating Kendall's Tau
** with Ungrouped Data", JASA 61, 1966): with the pairs sorted by x, then y, sorting
** them by y takes exactly D exchanges, and C follows by counting ties, of which
** T_xy are in both:
**
**     C - D = P - T_x - T_y + T_xy - 2 D
**
** All counts are exact. They fit, as there are fewer than 2^32 pairs.
*/
coreset_status coreset_kendall_tau(coreset_context *context, coreset_pair *pairs, size_t count, double *result) {
  uint64_t all = (uint64_t)count * (count - (count > 0)) / 2; /* P */
  uint64_t ties_both, discordant;
  coreset_status status = core_order_pairs(context, pairs, count);
  *result = NAN;
  if (status != CORESET_OK) return status;
  uint64_t ties_x = count_ties(pairs, count, &ties_both);
  core_swap_pairs(pairs, count);
  status = core_sort_pairs(context, pairs, count, &discordant);
  if (status != CORESET_OK) return status;
  uint64_t ties_y = count_ties(pairs, count, &ties_both);
  if (ties_x == all || ties_y == all) return CORESET_OK; /* also with fewer than two pairs */
  double product = (double)(all - ties_x) * (double)(all - ties_y);
  /* unsigned wrap-around cancels: the whole fits a signed number */
  *result = (double)(int64_t)(all - ties_x - ties_y + ties_both - 2 * discordant) / sqrt(product);
  return CORESET_OK;
}
