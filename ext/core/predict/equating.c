/*
** equating.c: a full score from the plain mean over some questions, by the sources' means over the same questions.
**
** Tests of different difficulty are made comparable by equating them: here n questions and the whole benchmark,
** which M sources took both, m_k and y_k being their means. On the scale of logits between the lowest and the
** highest level,
**
**     l(x) = ln((u + e) / (1 - u + e)),   u = (x - low) / (high - low) cut to [0, 1],   e = 1 / (2 n)
**
** on which models near either end move less, a target's level is that of its mean m, moved as
** those sources are moved whose means are near it:
**
**     l(L) = l(m) + sum_k w_k (l(y_k) - l(m_k)) / sum_k w_k
**     w_k = exp(-((m' - m_k) / s)^2 / 2),   m' = m cut to the range of the m_k,   s their standard deviation
**
** Unlike a regression this does not draw a target beyond all sources back towards them.
**
** Source: W. J. van der Linden, A test-theoretic approach to observed-score equating, Psychometrika 65, 2000, for
** equating that depends on the level.
*/
#include "predict/equating.h"

#include <math.h>

#include "numeric/sums.h"

#define LEAST_DEVIATION 1e-9 /* s of sources whose means do not differ */

/* u. */
static double place(const core_equating *equating, double x) {
  double range = equating->high - equating->low;
  return range > 0 ? fmin(fmax((x - equating->low) / range, 0), 1) : 0.5;
}

/* l and, to the scale of scores, back. */
static double logit(const core_equating *equating, double x) {
  double u = place(equating, x), e = 0.5 / (double)equating->questions;
  return log((u + e) / (1 - u + e));
}

static double level(const core_equating *equating, double z) {
  double e = 0.5 / (double)equating->questions;
  return equating->low + (equating->high - equating->low) * ((1 + 2 * e) / (1 + exp(-z)) - e);
}

coreset_status core_equating_fit(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                                 core_equating *equating) {
  size_t models = equating->models;
  core_arena scratch = {0};
  core_sum *sums = core_take(context, &scratch, models, sizeof(*sums));
  double *column = core_take(context, &scratch, models, sizeof(double));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < equating->questions && status == CORESET_OK; i++) {
    core_scores_column(scores, questions[i], column);
    for (size_t m = 0; m < models; m++) core_sum_add(&sums[m], column[m]);
  }
  for (size_t m = 0; m < models && status == CORESET_OK; m++) {
    equating->means[m] = core_sum_value(&sums[m]) / (double)equating->questions;
    equating->shifts[m] = logit(equating, core_scores_full_score(scores, m)) - logit(equating, equating->means[m]);
  }
  core_release(&scratch);
  return status;
}

double core_equating_predict(const core_equating *equating, double mean) {
  const double *means = equating->means;
  double lowest = INFINITY, highest = -INFINITY, centre = core_mean(means, equating->models);
  double deviation = sqrt(core_squares(means, equating->models, centre) / (double)equating->models);
  core_sum weights = {0, 0}, shifts = {0, 0};
  for (size_t m = 0; m < equating->models; m++) {
    lowest = fmin(lowest, means[m]);
    highest = fmax(highest, means[m]);
  }
  double near = fmin(fmax(mean, lowest), highest);
  for (size_t m = 0; m < equating->models; m++) {
    double distance = (near - means[m]) / fmax(deviation, LEAST_DEVIATION);
    double weight = exp(-distance * distance / 2);
    core_sum_add(&weights, weight);
    core_sum_add(&shifts, weight * equating->shifts[m]);
  }
  return level(equating, logit(equating, mean) + core_sum_value(&shifts) / core_sum_value(&weights));
}
