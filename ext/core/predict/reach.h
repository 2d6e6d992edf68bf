/*
** reach.h: whether a target lies within the sources' reach.
*/
#ifndef CORE_PREDICT_REACH_H
#define CORE_PREDICT_REACH_H

#include "base/context.h"

/* What a predictor that has the notion says of a target besides its full score; all mapped. */
typedef struct core_reach {
  coreset_reach where; /* CORESET_REACH_UNKNOWN without the notion */
  double outside;      /* phi, the probability that it lies outside the sources' range; NaN without the notion */
  double level;        /* b, its best linear unbiased prediction */
  double variance;     /* V, of the error of that */
  double disagreement; /* what is predicted from sources that are like it less what is predicted beyond them */
} core_reach;

/* The sources, and what scores there are. */
typedef struct core_range {
  const double *full_scores; /* of the sources */
  size_t count;              /* how many */
  double lowest, highest;    /* of these */
  double deviation;          /* of these */
  double low, high;          /* anchors: the lowest and the highest level of any model */
} core_range;

/* Completes a range that has full scores, count, low and high. */
void core_range_complete(core_range *range);

/* Completes what is known of a target with the level and the variance in *reach; *expected receives its
** expected level if it does lie outside. */
void core_range_locate(const core_range *range, core_reach *reach, double *expected);

/* The standard deviation of its error, if it does lie outside. */
double core_range_doubt(const core_range *range, const core_reach *reach);

#endif /* CORE_PREDICT_REACH_H */
