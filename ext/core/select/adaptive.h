/*
** adaptive.h: questions for one target after the other, chosen by its answers so far.
*/
#ifndef CORE_SELECT_ADAPTIVE_H
#define CORE_SELECT_ADAPTIVE_H

#include "statistics/shared.h"

/* A search that goes on from the questions that a target has answered. Questions are those of the scores. */
typedef struct core_adaptive {
  core_arena base_arena;   /* of base */
  void *base;              /* a state of kriging_irt with nothing taken */
  core_arena arena;        /* of all that follows */
  const size_t *questions; /* taken; the caller's */
  size_t count;            /* how many */
  size_t total;            /* questions of the scores */
  void *design;            /* a state of kriging_irt with these taken */
} core_adaptive;

/* What further questions may be. */
typedef struct core_adaptive_limits {
  const unsigned char *allowed; /* for each question of the scores, non-zero where it may be chosen */
  const double *costs;          /* for each of them; NULL: each costs 1 */
  double budget;                /* what they may cost together; infinite for no limit */
  size_t count;                 /* how many at most */
} core_adaptive_limits;

/* Starts with nothing taken, from what is shared, which must outlive it. adaptive is all zero before; release it whatever
** the status. */
coreset_status core_adaptive_start(coreset_context *context, core_shared *shared, core_adaptive *adaptive);
void core_adaptive_release(core_adaptive *adaptive);

/* Takes these questions, in this order, in the place of those taken before. They must stay as long as they are. */
coreset_status core_adaptive_take(coreset_context *context, core_adaptive *adaptive, const size_t *questions,
                                  size_t count);

/* The same, to go on from without touching what it is a copy of, which must outlive it. */
coreset_status core_adaptive_copy(coreset_context *context, const core_adaptive *from, core_adaptive *to);

/* Takes the questions behind those taken so far, which are the first of these. */
coreset_status core_adaptive_add(coreset_context *context, core_adaptive *adaptive, const size_t *questions,
                                 size_t count);

/* Chooses further questions, which are not taken. answers: of one target to the questions taken, mapped; NULL for what the
** default selector would take next. picks: room for as many as the limits allow; *found of them. */
coreset_status core_adaptive_choose(coreset_context *context, const core_adaptive *adaptive, const double *answers,
                                    const core_adaptive_limits *limits, coreset_pick *picks, size_t *found);

/* A copy in the arena of a state of kriging_irt that goes on without touching it; for one target, if answers to so many
** questions, those taken so far, are given. */
coreset_status core_irt_follow(coreset_context *context, core_arena *arena, const void *base, const size_t *questions,
                               const double *answers, size_t count, void **state);

#endif /* CORE_SELECT_ADAPTIVE_H */
