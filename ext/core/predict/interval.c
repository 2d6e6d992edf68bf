/*
** interval.c: how wide an interval is.
**
** A model far from all others in score is a different question, so residuals count, and
** intervals are made, by how isolated a prediction is: with d the distance from the
** prediction to the nearest full score learnt from, and the mean spacing of these,
**
**     isolation = 1 + min(d / spacing, 3) / 2
**     half width at level p = scale t(p) isolation
**
** where t is the two-sided quantile of Student's distribution with M - 1 degrees of freedom for
** M sources (the residuals are few).
*/
#include "predict/interval.h"

#include <math.h>

#include "numeric/student.h"

/* This project's own choices (tests/experiments/ACCURACY.md). */
#define ISOLATION_SLOPE 0.5 /* by how much each spacing of distance widens */
#define ISOLATION_LIMIT 3.0 /* spacings beyond which distance does not count */

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

double core_interval_half_width(const core_interval *interval, double level, double predicted) {
  return interval->scale * core_student_quantile(level, interval->count - 1) *
         core_interval_isolation(interval, NULL, 0, predicted);
}
