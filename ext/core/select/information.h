/*
** information.h: how much the scores of two questions, or of a question and the
** whole benchmark, tell about each other: what mRMR is made of.
**
** One estimator for each kind of scores stands behind this interface, so that the
** greedy search is written once.
*/
#ifndef CORE_SELECT_INFORMATION_H
#define CORE_SELECT_INFORMATION_H

#include "base/memory.h"

typedef struct core_information core_information;

struct core_information {
  /* Between a question and the full score, in nats, never negative. Both this and the next poll where
  ** they take long themselves. */
  coreset_status (*relevance)(coreset_context *context, core_information *information, size_t question, double *nats);
  /* Between a candidate and a question already chosen, in nats, never negative. */
  coreset_status (*redundancy)(coreset_context *context, core_information *information, size_t candidate, size_t chosen,
                               double *nats);
  /* Told of every question chosen before its redundancies are asked for; may be NULL. */
  coreset_status (*choose)(coreset_context *context, core_arena *arena, core_information *information, size_t question);
};

/* Ross's estimator and 2 x 2 tables, for binary scores (mrmr_binary.c).
** neighbors is at least 1. The scores must outlive the result, which belongs to the arena. */
coreset_status core_binary_information_new(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                           int64_t neighbors, core_information **information);

/* Jitter for LNC other than the project's own: one number for each model. */
typedef struct core_jitter {
  const double *x, *y; /* added to the first and the second variable */
} core_jitter;

/* KSG, or with correct LNC, for real-valued scores (mrmr_continuous.c). jitter
** NULL: the project's own; its numbers must outlive the result. */
coreset_status core_continuous_information_new(coreset_context *context, core_arena *arena,
                                               const coreset_scores *scores, int64_t neighbors, int correct,
                                               const core_jitter *jitter, core_information **information);

#endif /* CORE_SELECT_INFORMATION_H */
