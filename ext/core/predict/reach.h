/*
** reach.h: whether a target lies within the sources' reach.
*/
#ifndef CORE_PREDICT_REACH_H
#define CORE_PREDICT_REACH_H

#include "base/context.h"

/* What a predictor that has the notion says of a target besides its full score; all mapped. */
typedef struct core_reach {
  coreset_reach where; /* CORESET_REACH_UNKNOWN without the notion */
  double outside;      /* phi, how probably it lies outside the sources' range; NaN without the notion */
  double level;        /* b, its best linear unbiased prediction */
  double variance;     /* V, of the error of that */
  double disagreement; /* what sources that are like it predict, less what is predicted of one that is like none */
} core_reach;

/* Completes what is known of a target with this plain mean of its answers, beside those of count sources over the
** same questions, and the variance in *reach. half_answer: half of what one answer moves a mean by, where answers are
** counted; else 0. */
void core_reach_find(const double *means, size_t count, double half_answer, double mean, core_reach *reach);

/* The standard deviation of the error of b, if the target does lie outside: full_scores, of count sources. */
double core_reach_doubt(const double *full_scores, size_t count, const core_reach *reach);

#endif /* CORE_PREDICT_REACH_H */
