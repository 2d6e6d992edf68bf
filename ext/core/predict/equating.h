/*
** equating.h: a full score from the plain mean over some questions, by the sources' means over the same questions.
*/
#ifndef CORE_PREDICT_EQUATING_H
#define CORE_PREDICT_EQUATING_H

#include "matrix/scores.h"

/* What is learnt from the sources, on the scale of computing. */
typedef struct core_equating {
  size_t questions; /* n, which the means are over */
  size_t models;    /* M, of the sources */
  double low, high; /* the lowest and the highest level of any model */
  double *means;    /* m, of each source; the caller's memory, as is the next */
  double *shifts;   /* what the logit of each source's full score is more than that of its mean */
} core_equating;

/* Learns from questions of the scores, given all of it but means and shifts. */
coreset_status core_equating_fit(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                                 core_equating *equating);

/* The full score of a target with this plain mean. */
double core_equating_predict(const core_equating *equating, double mean);

#endif /* CORE_PREDICT_EQUATING_H */
