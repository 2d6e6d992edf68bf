/*
** interval.c: how wide an interval is.
**
** A model far from all others in score is a different question, so residuals count, and
** intervals are made, by how isolated a prediction is: with d the distance from the
** prediction to the nearest full score learnt from, and the mean spacing of these,
**
**     isolation = 1 + min(d / spacing, 3) / 2
**     h = scale t(p) isolation
**
** is half the width at level p, where t is the two-sided quantile of Student's distribution with M - 1 degrees of
** freedom for M sources (the residuals are few).
**
** Residuals of sources tell nothing of a target that lies outside their range. With phi, how probably it does, s
** the standard deviation of its error if so (reach.c), and D, how far both predictions are apart, the variances of a
** mixture add up to
**
**     half width^2 = (1 - psi) (0.93 h)^2 + psi (z(p) s)^2 + psi (1 - psi) (z(p) D)^2,   psi = sqrt(phi)
**
** with z the two-sided quantile of Student's distribution with so many degrees of freedom that it is the normal one.
** psi is more than phi because to be wrong about which is the case costs more than either error; 0.93 takes back
** some of what that adds.
**
** Of questions that were chosen by a model's answers so far (select/adaptive.c) all of the half width is multiplied by
**
**     1 - 0.15 (1 - phi)
**
** With all of it they cover more than a coreset's (tests/experiments/ACCURACY.md). For what does lie outside nothing is taken
** off.
*/
#include "predict/interval.h"

#include <math.h>

#include "numeric/student.h"

/* This project's own choices (tests/experiments/ACCURACY.md). */
#define ISOLATION_SLOPE 0.5 /* by how much each spacing of distance widens */
#define ISOLATION_LIMIT 3.0 /* spacings beyond which distance does not count */
#define INSIDE 0.93         /* of h, where a target may lie outside */
#define MANY_DEGREES 10000  /* of freedom */
#define KNOWN_BETTER 0.15   /* what is taken off a half width where answers chose the questions */

double core_interval_isolation(const core_interval *interval, const size_t *fold, size_t left_out, double predicted) {
  double nearest = INFINITY, lowest = INFINITY, highest = -INFINITY;
  size_t count = 0;
  for (size_t m = 0; m < interval->count; m++) {
    double score = interval->full_scores[m];
    if (fold != NULL && fold[m] == left_out) continue;
    nearest = fmin(nearest, fabs(score - predicted));
    lowest = fmin(lowest, score);
    highest = fmax(highest, score);
    count++;
  }
  if (!(highest > lowest)) return 1;
  return 1 + ISOLATION_SLOPE * fmin(nearest / (highest - lowest) * (double)(count - 1), ISOLATION_LIMIT);
}

core_quantiles core_interval_quantiles(double level, size_t sources) {
  return (core_quantiles){core_student_quantile(level, sources - 1), core_student_deviate(1 - level, MANY_DEGREES)};
}

core_quantiles core_interval_quantiles_beside(double residual, size_t sources, double *tail) {
  *tail = core_student_tail(residual, sources - 1);
  return (core_quantiles){residual, *tail > 0 ? core_student_deviate(*tail, MANY_DEGREES) : INFINITY};
}

double core_interval_inside(const core_reach *reach) {
  return isnan(reach->outside) ? 1 : INSIDE * sqrt(1 - sqrt(reach->outside));
}

core_deviation core_interval_deviation(const core_interval *interval, double predicted, const core_reach *reach) {
  double inside = interval->scale * core_interval_isolation(interval, NULL, 0, predicted);
  if (isnan(reach->outside)) return (core_deviation){inside, 0};
  double psi = sqrt(reach->outside), apart = reach->disagreement;
  double outside = core_reach_doubt(interval->full_scores, interval->count, reach);
  return (core_deviation){core_interval_inside(reach) * inside,
                          sqrt(psi * outside * outside + psi * (1 - psi) * apart * apart)};
}

core_deviation core_deviation_by_answers(const core_deviation *deviation, const core_reach *reach) {
  double factor = 1 - KNOWN_BETTER * (isnan(reach->outside) ? 1 : 1 - reach->outside);
  return (core_deviation){factor * deviation->residual, factor * deviation->field};
}

double core_deviation_half_width(const core_deviation *deviation, const core_quantiles *quantiles) {
  double residual = deviation->residual * quantiles->residual, field = deviation->field * quantiles->field;
  return sqrt(residual * residual + field * field);
}
