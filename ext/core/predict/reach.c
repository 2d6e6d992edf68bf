/*
** reach.c: whether a target lies within the sources' reach.
**
** Regression across models knows targets that are like some sources. Whether this one is, its plain mean m over
** the questions it answered tells best, beside the sources' own over the same questions, which lie between m1 and m2
** and are as uncertain as m is. With V the variance of the error of its best linear unbiased prediction b (blup.c),
** and n answers, each of as many trials as the sources have on the average (h = the mean of 1 / trials; 0 for
** real-valued scores),
**
**     t = (max(m - m2, m1 - m) - h / (2 n)) / sqrt(V)
**     phi = 1 / (1 + exp(-(t + LEAN)))
**
** is how probably it lies outside, on the side that m is nearer to. h / (2 n), half an answer, is the correction
** for continuity: who answers as many as the best source is not beyond it. LEAN is positive because models that
** people predict are newer, and better, than those they have: at phi = 1/2, from where on a target counts as
** outside, it is still LEAN standard deviations short of the sources' end.
**
** Far outside V is too sure of itself: with d the distance of b from the range of the sources' full scores in units of
** their standard deviation, the error of b has the standard deviation (0.8 + 0.2 min(max(d, 0), 5)) sqrt(V).
*/
#include "predict/reach.h"

#include <math.h>

#include "numeric/sums.h"

/* This project's own choices (tests/experiments/ACCURACY.md). */
#define LEAN 0.5               /* standard deviations towards being outside */
#define NEAR_DOUBT 0.8         /* of sqrt(V), at the end of the range */
#define DOUBT_SLOPE 0.2        /* what each standard deviation beyond adds */
#define DOUBT_LIMIT 5.0        /* standard deviations that count */
#define LEAST_VARIANCE 1e-12   /* V where all is known */
#define LEAST_DEVIATION 1e-300 /* keeps a quotient finite where sources do not differ */

/* The ends of so many numbers. */
static void find_ends(const double *values, size_t count, double *lowest, double *highest) {
  *lowest = INFINITY;
  *highest = -INFINITY;
  for (size_t m = 0; m < count; m++) {
    *lowest = fmin(*lowest, values[m]);
    *highest = fmax(*highest, values[m]);
  }
}

void core_reach_find(const double *means, size_t count, double half_answer, double mean, core_reach *reach) {
  double lowest, highest;
  find_ends(means, count, &lowest, &highest);
  double above = mean - highest, below = lowest - mean;
  double beyond = (fmax(above, below) - half_answer) / sqrt(fmax(reach->variance, LEAST_VARIANCE));
  reach->outside = 1 / (1 + exp(-(beyond + LEAN)));
  if (reach->outside < 0.5) {
    reach->where = CORESET_REACH_INSIDE;
  } else {
    reach->where = above >= below ? CORESET_REACH_ABOVE : CORESET_REACH_BELOW;
  }
}

double core_reach_doubt(const double *full_scores, size_t count, const core_reach *reach) {
  double mean = core_mean(full_scores, count), lowest, highest;
  double deviation = sqrt(core_squares(full_scores, count, mean) / (double)count);
  find_ends(full_scores, count, &lowest, &highest);
  double beyond = fmax(reach->level - highest, lowest - reach->level) / fmax(deviation, LEAST_DEVIATION);
  return (NEAR_DOUBT + DOUBT_SLOPE * fmin(fmax(beyond, 0), DOUBT_LIMIT)) * sqrt(reach->variance);
}
