/*
** adaptive.h: questions for one target after the other, chosen by its answers so far.
*/
#ifndef CORE_SELECT_ADAPTIVE_H
#define CORE_SELECT_ADAPTIVE_H

#include "statistics/shared.h"

/* What is known before a target's answers: the design of kriging_irt, with some questions taken. Questions are those of
** the scores. */
typedef struct core_adaptive {
  core_arena arena;        /* of all that follows */
  const size_t *questions; /* taken; the caller's */
  size_t count;            /* how many */
  size_t total;            /* questions of the scores */
  void *design;            /* a state of kriging_irt */
} core_adaptive;

/* Takes these questions, in this order, from the beginning; what was made before is released. questions must stay as long
** as the result is used. Release with core_release(&adaptive->arena). */
coreset_status core_adaptive_take(coreset_context *context, core_shared *shared, const size_t *questions, size_t count,
                                  core_adaptive *adaptive);

/* Chooses at most count further questions, among those with a non-zero byte in allowed, which is changed, and whose cost
** together fits the budget; costs NULL: each costs 1. answers: of one target to the questions taken, mapped; NULL for what the
** default selector would take next. picks: room for count. */
coreset_status core_adaptive_choose(coreset_context *context, const core_adaptive *adaptive, const double *answers,
                                    unsigned char *allowed, const double *costs, double budget, size_t count,
                                    coreset_pick *picks, size_t *found);

/* A copy in the arena of a state of kriging_irt that goes on without touching it; for one target, if answers to the questions
** taken so far are given. */
coreset_status core_irt_follow(coreset_context *context, core_arena *arena, const void *base, const size_t *questions,
                               const double *answers, size_t count, void **state);

#endif /* CORE_SELECT_ADAPTIVE_H */
