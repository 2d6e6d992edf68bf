/*
** information.h: how much the scores of two questions, or of a question and the
** whole benchmark, tell about each other: what mRMR is made of.
**
** One estimator for each kind of scores stands behind this interface, so that the
** greedy search is written once.
*/
#ifndef CORESET_INFORMATION_H
#define CORESET_INFORMATION_H

#include "core.h"

typedef struct coreset_information coreset_information;

struct coreset_information {
  /* Between a question and the full score, in nats, never negative. */
  double (*relevance)(coreset_information *information, size_t question);
  /* Between a candidate and a question already chosen, in nats, never negative. */
  double (*redundancy)(coreset_information *information, size_t candidate, size_t chosen);
  /* Told of every question chosen before its redundancies are asked for; may be NULL. */
  coreset_status (*choose)(coreset_context *context, coreset_information *information, size_t question);
  void (*release)(coreset_information *information);
};

/* Ross's estimator and 2 x 2 tables, for binary scores (binary_information.c).
** neighbors is at least 1. The scores must outlive the result; release it with
** information->release. */
coreset_status coreset_binary_information_new(coreset_context *context, const coreset_scores *scores, int64_t neighbors,
                                              coreset_information **information);

/* Jitter for LNC other than the project's own: one number for each model. */
typedef struct coreset_jitter {
  const double *x, *y; /* added to the first and the second variable */
} coreset_jitter;

/* KSG, or with correct LNC, for real-valued scores (continuous_information.c). jitter
** NULL: the project's own. */
coreset_status coreset_continuous_information_new(coreset_context *context, const coreset_scores *scores,
                                                  int64_t neighbors, int correct, const coreset_jitter *jitter,
                                                  coreset_information **information);

#endif /* CORESET_INFORMATION_H */
