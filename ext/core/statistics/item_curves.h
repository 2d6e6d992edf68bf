/*
** item_curves.h: how the chance of a right answer depends on a model's ability, for each
** question of a benchmark with scores that are binary in kind (scores.h).
*/
#ifndef CORE_STATISTICS_ITEM_CURVES_H
#define CORE_STATISTICS_ITEM_CURVES_H

#include <math.h>

#include "matrix/scores.h"
#include "numeric/elementary.h"

#define CORE_CURVE_TERMS 3 /* 1, t and t^2 - 1 */

/* Abilities are integrated over from -LIMIT to LIMIT, a standard deviation of the sources
** being 1, with weights exp(-t^2 / (2 SD^2)). */
#define CORE_ABILITY_LIMIT 4.0
#define CORE_ABILITY_SD 1.5

/* The ability at one of so many points, evenly spaced between the limits. */
static inline double core_ability(size_t point, size_t points) {
  return CORE_ABILITY_LIMIT * (2 * (double)point / (double)(points - 1) - 1);
}

/* The logarithm of the weight of an ability. */
static inline double core_ability_log_weight(double ability) {
  return -ability * ability / (2 * CORE_ABILITY_SD * CORE_ABILITY_SD);
}

/* The logit of the chance of a right answer, from the coefficients of a question. */
static inline double core_curve_logit(const double *coefficients, double ability) {
  return coefficients[0] + coefficients[1] * ability + coefficients[2] * (ability * ability - 1);
}

/* Fits the curves. *coefficients receives CORE_CURVE_TERMS numbers for each question,
** in the arena; NULL where there are no such curves: scores that are not
** binary in kind, or source models that do not differ in full score. */
coreset_status core_item_curves_fit(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                    double **coefficients);

#endif /* CORE_STATISTICS_ITEM_CURVES_H */
