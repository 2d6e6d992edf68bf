/*
** reach.c: whether a target lies within the sources' reach.
**
** Regression across models knows targets that are like some sources. Whether this one is, its best linear
** unbiased prediction b tells, whose error has the variance V (blup.c). With y_m the full scores of M sources, sd(y) their standard
** deviation, [y1, y2] their range and low, high the levels of the anchors (statistics/anchors.c):
**
**   * If it lies within, b comes about with the density of a kernel density estimate of the levels
**     y_m, seen through V:   f_in = mean over m of N(b; y_m, V + (BAND sd(y))^2).
**   * If it lies outside, its level may be anywhere from min(low, b) to y1 and from y2 to
**     max(high, b). With u the mass of N(b, V) there,   f_out = u / (high - low).
**   * phi = f_out / (f_out + f_in): where it is 0.5 or more the target counts as outside, on the side that b is on. The expected level, if it lies outside, is the mean of N(b, V) cut down to
**     these two pieces.
**
** Far outside V alone is too sure: with d the distance of b from the range in units of sd(y),
**
**     standard deviation of the error = (0.8 + 0.2 min(max(d, 0), 5)) sqrt(V)
*/
#include "predict/reach.h"

#include <math.h>

#include "numeric/sums.h"

/* This project's own choices (tests/experiments/ACCURACY.md). */
#define BAND 0.5             /* standard deviations of the sources: how far apart levels still are alike */
#define NEAR_WIDTH 0.8       /* half width at the edge of the range, in z sqrt(V) */
#define WIDTH_SLOPE 0.2      /* what each standard deviation beyond adds */
#define WIDTH_LIMIT 5.0      /* standard deviations that count */
#define LEAST_PIECE 1e-6     /* of the levels that lie outside, where the sources leave none */
#define LEAST_DEVIATION 1e-9 /* of sources that do not differ */
#define LEAST_VARIANCE 1e-12 /* V where all is known */
#define LEAST_MASS 1e-12     /* of a piece that is out of the question */
#define SMALLEST 1e-300      /* keeps a quotient finite */
#define SQRT_2 1.4142135623730951
#define ROOT_2_PI 2.5066282746310002

void core_range_complete(core_range *range) {
  double mean = core_mean(range->full_scores, range->count);
  range->lowest = INFINITY;
  range->highest = -INFINITY;
  for (size_t m = 0; m < range->count; m++) {
    range->lowest = fmin(range->lowest, range->full_scores[m]);
    range->highest = fmax(range->highest, range->full_scores[m]);
  }
  range->deviation = sqrt(core_squares(range->full_scores, range->count, mean) / (double)range->count);
}

static double normal_density(double x) {
  return exp(-x * x / 2) / ROOT_2_PI;
}

/* The mass of the standard normal distribution between two points, from the tail that they are nearer to. */
static double normal_mass(double from, double to) {
  return from > 0 ? (erfc(from / SQRT_2) - erfc(to / SQRT_2)) / 2 : (erfc(-to / SQRT_2) - erfc(-from / SQRT_2)) / 2;
}

/* A piece of the levels outside: its mass is returned, and that times its mean is added to *sum. */
static double add_piece(double from, double to, double level, double deviation, double *mass_sum, double *sum) {
  double start = (from - level) / deviation, end = (to - level) / deviation;
  double mass = normal_mass(start, end), counted = fmax(mass, LEAST_MASS);
  double mean = level + deviation * (normal_density(start) - normal_density(end)) / counted;
  *mass_sum += counted;
  *sum += counted * fmin(fmax(mean, from), to);
  return mass;
}

void core_range_locate(const core_range *range, core_reach *reach, double *expected) {
  double level = reach->level, known = fmax(reach->variance, LEAST_VARIANCE), deviation = sqrt(known);
  double band = BAND * fmax(range->deviation, LEAST_DEVIATION), spread = sqrt(known + band * band);
  double top = fmax(fmax(range->high, range->highest + LEAST_PIECE), level);
  double bottom = fmin(fmin(range->low, range->lowest - LEAST_PIECE), level);
  double mass_sum = 0, sum = 0;
  double outside = add_piece(range->highest, top, level, deviation, &mass_sum, &sum);
  outside += add_piece(bottom, range->lowest, level, deviation, &mass_sum, &sum);
  *expected = sum / mass_sum;
  core_sum inside = {0, 0};
  for (size_t m = 0; m < range->count; m++) {
    core_sum_add(&inside, normal_density((level - range->full_scores[m]) / spread) / spread);
  }
  outside = range->high > range->low ? outside / (range->high - range->low) : 0;
  double both = outside + core_sum_value(&inside) / (double)range->count;
  reach->outside = both > 0 ? outside / both : 0;
  if (reach->outside < 0.5) {
    reach->where = CORESET_REACH_INSIDE;
  } else {
    reach->where = level - range->highest >= range->lowest - level ? CORESET_REACH_ABOVE : CORESET_REACH_BELOW;
  }
}

double core_range_doubt(const core_range *range, const core_reach *reach) {
  double beyond = fmax(reach->level - range->highest, range->lowest - reach->level) / fmax(range->deviation, SMALLEST);
  return (NEAR_WIDTH + WIDTH_SLOPE * fmin(fmax(beyond, 0), WIDTH_LIMIT)) * sqrt(reach->variance);
}
