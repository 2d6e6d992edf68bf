/*
** interval.h: what intervals are made of: the record that a fit carries.
*/
#ifndef CORE_PREDICT_INTERVAL_H
#define CORE_PREDICT_INTERVAL_H

#include "predict/reach.h"

/* How far predictions are off, on the scale of computing (calibration.c finds it). */
typedef struct core_interval {
  size_t count;        /* source models, each with a residual */
  double scale;        /* of the residuals where isolation is 1; NaN where the sources are too few to tell */
  double spread;       /* mean square difference between the answers of two sources in one fold, to the questions chosen
                       ** there; 0 where no fold has two */
  double *full_scores; /* of the sources; of the arena that the record is in */
} core_interval;

/* How isolated a mapped prediction is among the sources, at least 1; those with fold[m] = left_out do
** not count, where fold is not NULL. */
double core_interval_isolation(const core_interval *interval, const size_t *fold, size_t left_out, double predicted);

/* How many standard deviations an interval reaches to either side. */
typedef struct core_quantiles {
  double residual; /* where these are estimated from the residuals of the sources: Student's */
  double field;    /* where the field tells them: the normal distribution's */
} core_quantiles;

/* Those of the interval that holds the full score with probability level, from residuals of so many sources. */
core_quantiles core_interval_quantiles(double level, size_t sources);

/* Those of the level at which the first of them is this; *tail is 1 - level. */
core_quantiles core_interval_quantiles_beside(double residual, size_t sources, double *tail);

/* How far a prediction may be off: both parts are of the error's standard deviation, and go with the quantile of the
** same name. */
typedef struct core_deviation {
  double residual; /* NaN where there is no interval */
  double field;    /* 0 within the sources' reach */
} core_deviation;

/* That of a prediction that goes with this reach; all mapped. */
core_deviation core_interval_deviation(const core_interval *interval, double predicted, const core_reach *reach);

/* What the residual part of a target with this reach is multiplied by: 1 without the notion. */
double core_interval_inside(const core_reach *reach);
/* The same where the questions were chosen by the model's answers. */
core_deviation core_deviation_by_answers(const core_deviation *deviation, const core_reach *reach);

/* Half the width of its interval: sqrt((residual t)^2 + (field z)^2). */
double core_deviation_half_width(const core_deviation *deviation, const core_quantiles *quantiles);

#endif /* CORE_PREDICT_INTERVAL_H */
