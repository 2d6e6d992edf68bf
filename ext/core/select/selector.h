/*
** selector.h: what a selector is made of.
**
** A selector is one file that fills in a core_selector and one line in selectors.c; SQL functions,
** evaluation and tests follow from that list. It only ranks questions, by their index in the
** scores: counting, inclusion, exclusion, budgets and the matrix's indices are the business of
** selection.c.
*/
#ifndef CORE_SELECT_SELECTOR_H
#define CORE_SELECT_SELECTOR_H

#include "base/memory.h"
#include "base/method.h"
#include "statistics/shared.h"

/* Sums of costs such as ten times 0.1 must fit a budget of 1: this is thousands of
** roundings, and no cost that anybody has in mind. */
#define CORE_BUDGET_TOLERANCE 1e-12

typedef struct core_selector {
  coreset_method method; /* must be first */

  /* Starts: sets *state, which belongs to the arena. The scores and what is shared outlive the state; settings
  ** are within their ranges, and those that the method decides by itself are replaced by the values in force. */
  coreset_status (*start)(coreset_context *context, core_arena *arena, core_shared *shared, coreset_setting *settings,
                          void **state);

  /* The best question among those with a non-zero byte in allowed; at least one has,
  ** and a byte once zero stays so. CORESET_DONE if none of them is fit to be chosen. */
  coreset_status (*choose)(coreset_context *context, void *state, const unsigned char *allowed, size_t *question);

  /* The same with the largest objective for each unit of its cost, where costs is not NULL. NULL where the objective is no
  ** gain that could be divided. The pick of such a method has a remaining_sd. */
  coreset_status (*choose_by_cost)(coreset_context *context, void *state, const unsigned char *allowed,
                                   const double *costs, size_t *question);

  /* Takes a question, chosen or imposed, into the coreset and describes it. What it must keep
  ** belongs to the arena that start() had. */
  coreset_status (*take)(coreset_context *context, core_arena *arena, void *state, size_t question, coreset_pick *pick);
} core_selector;

/* All selectors, the default first (selectors.c). */
extern const core_registry core_selectors;

/* Runs a selection without a budget to its end, of count questions or as many as the scores have: in order,
** the questions of the matrix that it chose, *found of them. */
coreset_status core_select(coreset_context *context, core_shared *shared, const coreset_choice *selector, size_t count,
                           size_t *chosen, size_t *found);

/* start() of the mRMR selector, with a jitter of the caller's for LNC (information.h), whose
** numbers must outlive the state; NULL: the project's own. */
struct core_jitter;
coreset_status core_mrmr_start(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                               coreset_setting *settings, const struct core_jitter *jitter, void **state);

/* How many redundancies a state of the mRMR selector has computed so far. */
size_t core_mrmr_evaluated(const void *state);

/* The objective of a question not yet taken, of a state of the mRMR selector, with
** all its terms: for tests of agreement with other programs. */
double core_mrmr_objective(void *state, size_t question);

extern const core_selector core_selector_kriging;
extern const core_selector core_selector_kriging_irt;
extern const core_selector core_selector_mrmr;
extern const core_selector core_selector_random;

#endif /* CORE_SELECT_SELECTOR_H */
