/*
** mutual_information.c: the mutual information of two columns of numbers, by the
** estimator that fits them.
**
**     both binary          plug-in estimate of the 2 x 2 table   contingency.c
**     one binary           Ross (2014)                           ross.c
**     neither              KSG (2004)                            ksg.c
**
** KSG, and LNC with a jitter of our own, can be asked for in any case. What they say depends on how
** the distances in the one column compare with those in the other, so they see each column as
**
**     (value - low) / (high - low) / spread,
**     spread = 4 times the mean absolute deviation of the first quotient from its mean
**
** which for evenly spread values is the interval from 0 to 1. The mean absolute deviation rather
** than the range, because one extreme value would press all others together. A positive factor or a
** constant that the columns are given changes nothing, to the last bit, where it does not make
** their values rounded: the first quotient is that of the same two numbers. Otherwise distances
** that differ by no more than the rounding of the values count as equal (rounding.h), for Ross's
** estimator too; what remains is the jitter of LNC, to which rounding adds.
**
** A column is binary when it holds at most two distinct values. The larger one
** counts as 1; nothing but the last bits depends on that.
**
** Inputs: pairs of finite numbers in any order; they are sorted first, so that the
** result is the same to the last bit whichever order they come in. neighbors, at
** least 1, is the k of the neighbour-based estimators.
** Output: nats, never negative; NaN without pairs.
** Errors: CORESET_ERROR for arguments out of range, and for an estimator that does
** not fit the data; CORESET_NO_MEMORY; CORESET_INTERRUPTED.
*/
#include "statistics/mutual_information.h"

#include <math.h>

#include "numeric/sorting.h"
#include "numeric/sums.h"
#include "statistics/contingency.h"
#include "statistics/ksg.h"
#include "statistics/ross.h"
#include "statistics/rounding.h"

#define PAIRS_PER_POLL ((size_t)1 << 18) /* scaled before asking whether to stop */

const char *const core_estimator_names[] = {"auto", "ross", "ksg", "lnc", NULL};

/* One of the two columns. */
typedef struct column_summary {
  double low, high; /* its smallest and its largest value */
  int binary;       /* no value lies between them */
} column_summary;

/* Summarises the x, or the y, of the pairs; there is at least one. */
static column_summary summarise(const coreset_pair *pairs, size_t count, int of_y) {
  column_summary summary = {of_y ? pairs[0].y : pairs[0].x, of_y ? pairs[0].y : pairs[0].x, 1};
  for (size_t i = 1; i < count; i++) {
    double value = of_y ? pairs[i].y : pairs[i].x;
    if (value == summary.low || value == summary.high) continue;
    /* a third value, unless only one was seen so far */
    if (summary.low < summary.high) summary.binary = 0;
    if (value < summary.low) summary.low = value;
    if (value > summary.high) summary.high = value;
  }
  return summary;
}

/* Both binary: by counting. A constant column has no ones. */
static double contingency_of_pairs(const coreset_pair *pairs, size_t count, const column_summary *x,
                                   const column_summary *y) {
  uint32_t x_ones = 0, y_ones = 0, both_ones = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t x_one = pairs[i].x > x->low, y_one = pairs[i].y > y->low;
    x_ones += x_one;
    y_ones += y_one;
    both_ones += x_one & y_one;
  }
  return core_contingency_information((uint32_t)count, x_ones, y_ones, both_ones);
}

/* The x of the pairs is binary. */
static coreset_status ross_of_pairs(coreset_context *context, const coreset_pair *pairs, size_t count,
                                    const column_summary *x, const column_summary *y, int64_t neighbors,
                                    double *result) {
  /* halved if differences could be infinite; distances are only compared */
  double scale = y->high > 0x1p1022 || y->low < -0x1p1022 ? 0.5 : 1.0;
  core_ross *ross;
  core_arena scratch = {0};
  double *values = core_take(context, &scratch, count, sizeof(*values));
  uint64_t *ones = core_take(context, &scratch, count / 64 + 1, sizeof(*ones));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    values[i] = pairs[i].y * scale;
    if (pairs[i].x > x->low) ones[i / 64] |= UINT64_C(1) << (i % 64);
  }
  if (status == CORESET_OK) status = core_ross_prepare(context, &scratch, values, count, neighbors, &ross);
  if (status == CORESET_OK) status = core_ross_information(context, ross, ones, NULL, result);
  core_release(&scratch);
  return status;
}

/* Checks what the Ross estimator needs, and has it work with the binary column as
** the class: x where both are. */
static coreset_status ross_estimate(coreset_context *context, coreset_pair *pairs, size_t count,
                                    const column_summary *x, const column_summary *y, int64_t neighbors,
                                    double *result) {
  if (!x->binary && !y->binary) {
    return core_fail(context, CORESET_ERROR,
                     "estimator 'ross' needs at most two distinct values in one of the two columns");
  }
  if ((uint64_t)neighbors >= count / 2) {
    return core_fail(context, CORESET_ERROR, "neighbors = %lld needs at least %.0f pairs, got %zu",
                     (long long)neighbors, 2.0 * ((double)neighbors + 1.0), count);
  }
  if (x->binary) return ross_of_pairs(context, pairs, count, x, y, neighbors, result);
  core_swap_pairs(pairs, count);
  return ross_of_pairs(context, pairs, count, y, x, neighbors, result);
}

/* The mean absolute deviation of values from their mean. */
static double mean_deviation(const double *values, size_t count) {
  double mean = core_mean(values, count);
  core_sum sum = {0, 0};
  for (size_t i = 0; i < count; i++) core_sum_add(&sum, fabs(values[i] - mean));
  return core_sum_value(&sum) / (double)count;
}

/* The values of a column from 0 to 1; 0 where all are equal. rounding: of a distance between two. */
static coreset_status scale_column(coreset_context *context, const coreset_pair *pairs, size_t count, int axis,
                                   const column_summary *summary, double *values, double *rounding) {
  coreset_status status = CORESET_OK;
  /* divided by a power of two first, which is exact, so that no difference is too large for a number */
  int exponent;
  double magnitude = frexp(fmax(fabs(summary->low), fabs(summary->high)), &exponent);
  double low = ldexp(summary->low, -exponent), range = ldexp(summary->high, -exponent) - low;
  if (!(range > 0)) range = 1;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    status = core_poll_every(context, PAIRS_PER_POLL);
    values[i] = ldexp(axis == 1 ? pairs[i].y : pairs[i].x, -exponent);
  }
  if (core_leave_digits_unused(values, count, magnitude)) magnitude = range;
  *rounding = CORE_ROUNDING * fmax(magnitude / range, 1);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    status = core_poll_every(context, PAIRS_PER_POLL);
    values[i] = (values[i] - low) / range;
  }
  return status;
}

/* A column as a variable, with its order. LNC's jitter for the axis belongs to the arena. */
static coreset_status prepare_variable(coreset_context *context, core_arena *arena, const coreset_pair *pairs,
                                       size_t count, int axis, const column_summary *summary, int correct,
                                       double **jitter, core_ksg_variable *variable) {
  double rounding, *values = core_take(context, arena, count, sizeof(*values));
  uint32_t *order = core_take(context, arena, count, sizeof(*order));
  coreset_status status = arena->status;
  if (status == CORESET_OK && correct) status = core_ksg_jitter(context, arena, axis, count, jitter);
  if (status == CORESET_OK) status = scale_column(context, pairs, count, axis, summary, values, &rounding);
  if (status != CORESET_OK) return status;
  *variable = (core_ksg_variable){.values = values, .order = order, .unit = 1};
  if (summary->low < summary->high) variable->unit = 4 * mean_deviation(values, count);
  /* jitter is there to break ties, those that rounding hides too */
  variable->tolerance = (correct ? CORE_ROUNDING : rounding) / variable->unit;
  return core_ksg_order(context, variable, *jitter, count, order);
}

/* Checks what KSG and LNC need, and computes one of them. */
static coreset_status ksg_estimate(coreset_context *context, const coreset_pair *pairs, size_t count,
                                   const column_summary *x, const column_summary *y, int64_t neighbors, int correct,
                                   double *result) {
  if ((uint64_t)neighbors >= count) {
    return core_fail(context, CORESET_ERROR, "neighbors = %lld needs at least %.0f pairs, got %zu",
                     (long long)neighbors, (double)neighbors + 1.0, count);
  }
  core_arena scratch = {0};
  double *x_jitter = NULL, *y_jitter = NULL;
  core_ksg_variable first, second;
  core_ksg *ksg;
  coreset_status status = prepare_variable(context, &scratch, pairs, count, 0, x, correct, &x_jitter, &first);
  if (status == CORESET_OK) {
    status = prepare_variable(context, &scratch, pairs, count, 1, y, correct, &y_jitter, &second);
  }
  if (status == CORESET_OK) {
    status = core_ksg_prepare(context, &scratch, count, neighbors, x_jitter, y_jitter, &ksg);
  }
  if (status == CORESET_OK) status = core_ksg_information(context, ksg, &first, &second, result);
  core_release(&scratch);
  return status;
}

coreset_status coreset_mutual_info(coreset_context *context, coreset_pair *pairs, size_t count, int64_t neighbors,
                                   coreset_estimator estimator, double *result) {
  *result = NAN;
  if (neighbors < 1) {
    return core_fail(context, CORESET_ERROR, "neighbors must be at least 1, got %lld", (long long)neighbors);
  }
  coreset_status status = core_order_pairs(context, pairs, count);
  if (status != CORESET_OK || count == 0) return status;
  column_summary x = summarise(pairs, count, 0);
  column_summary y = summarise(pairs, count, 1);
  if (estimator == CORESET_ESTIMATOR_AUTO) {
    if (x.binary && y.binary) {
      *result = contingency_of_pairs(pairs, count, &x, &y);
      return CORESET_OK;
    }
    estimator = x.binary || y.binary ? CORESET_ESTIMATOR_ROSS : CORESET_ESTIMATOR_KSG;
  }
  double estimate;
  if (estimator == CORESET_ESTIMATOR_ROSS) {
    status = ross_estimate(context, pairs, count, &x, &y, neighbors, &estimate);
  } else {
    status = ksg_estimate(context, pairs, count, &x, &y, neighbors, estimator == CORESET_ESTIMATOR_LNC, &estimate);
  }
  if (status == CORESET_OK) *result = estimate;
  return status;
}
