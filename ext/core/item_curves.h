/*
** item_curves.h: how the chance of a right answer depends on a model's ability, for each
** question of a benchmark with binary scores.
*/
#ifndef CORESET_ITEM_CURVES_H
#define CORESET_ITEM_CURVES_H

#include <math.h>

#include "exponential.h"
#include "scores.h"

#define CORESET_CURVE_TERMS 3 /* 1, t and t^2 - 1 */

/* Abilities are integrated over from -LIMIT to LIMIT, a standard deviation of the sources
** being 1, with weights exp(-t^2 / (2 SD^2)). */
#define CORESET_ABILITY_LIMIT 4.0
#define CORESET_ABILITY_SD 1.5

/* 1 / (1 + exp(-x)), the same on every machine. */
static inline double coreset_logistic(double x) {
  double e = coreset_exp(-fabs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/* The ability at one of so many points, evenly spaced between the limits. */
static inline double coreset_ability(size_t point, size_t points) {
  return CORESET_ABILITY_LIMIT * (2 * (double)point / (double)(points - 1) - 1);
}

/* The logarithm of the weight of an ability. */
static inline double coreset_ability_log_weight(double ability) {
  return -ability * ability / (2 * CORESET_ABILITY_SD * CORESET_ABILITY_SD);
}

/* The logit of the chance of a right answer, from the coefficients of a question. */
static inline double coreset_curve_logit(const double *coefficients, double ability) {
  return coefficients[0] + coefficients[1] * ability + coefficients[2] * (ability * ability - 1);
}

/* Fits the curves. *coefficients receives CORESET_CURVE_TERMS numbers for each question,
** released with coreset_free; NULL where there are no such curves: scores that are not
** binary, or source models that do not differ in full score. */
coreset_status coreset_item_curves_fit(coreset_context *context, const coreset_scores *scores, double **coefficients);

#endif /* CORESET_ITEM_CURVES_H */
