/*
** interval.h: what intervals are made of: the record that a fit carries.
*/
#ifndef CORE_PREDICT_INTERVAL_H
#define CORE_PREDICT_INTERVAL_H

#include <stddef.h>

/* How far predictions are off, on the scale of computing (calibration.c finds it). */
typedef struct core_interval {
  size_t count;        /* source models, each with a residual */
  double scale;        /* of the residuals where isolation is 1; NaN where the sources are too few to tell */
  double *full_scores; /* of the sources; of the arena that the record is in */
} core_interval;

/* How isolated a mapped prediction is among the sources, at least 1; those with fold[m] = left_out do
** not count, where fold is not NULL. */
double core_interval_isolation(const core_interval *interval, const size_t *fold, size_t left_out, double predicted);

/* Half the width of the interval that holds the full score with probability level, about a
** prediction; both mapped. NaN where the scale is. */
double core_interval_half_width(const core_interval *interval, double level, double predicted);

#endif /* CORE_PREDICT_INTERVAL_H */
