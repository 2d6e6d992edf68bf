/*
** selector.h: what a selector is made of.
**
** A selector is one file that fills in a struct coreset_selector and one line in
** selectors.c; SQL functions, evaluation and tests follow from that list. It only
** ranks questions: counting, inclusion, exclusion and budgets are the business of
** selection.c.
*/
#ifndef CORE_SELECT_SELECTOR_H
#define CORE_SELECT_SELECTOR_H

#include "base/context.h"

struct coreset_selector {
  const char *name;              /* as users write it */
  const char *summary;           /* one line for users */
  const coreset_option *options; /* its options; NULL if there are none */
  size_t option_count;           /* how many, at most CORESET_OPTION_LIMIT */

  /* Starts: sets *state, released with finish(), which is called after a failure as
  ** well. scores outlive the state; settings are complete and within their ranges, and
  ** those that the method decides by itself are replaced by the values in force. */
  coreset_status (*start)(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                          void **state);

  /* The best question among those with a non-zero byte in allowed; at least one has,
  ** and a byte once zero stays so. CORESET_DONE if none of them is fit to be chosen. */
  coreset_status (*choose)(coreset_context *context, void *state, const unsigned char *allowed, size_t *question);

  /* Takes a question, chosen or imposed, into the coreset and describes it. */
  coreset_status (*take)(coreset_context *context, void *state, size_t question, coreset_pick *pick);

  void (*finish)(void *state);
};

/* start() of the mRMR selector, with a jitter of the caller's for LNC (information.h);
** NULL: the project's own. */
struct core_jitter;
coreset_status core_mrmr_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                               const struct core_jitter *jitter, void **state);

/* How many redundancies a state of the mRMR selector has computed so far. */
size_t core_mrmr_evaluated(const void *state);

/* The objective of a question not yet taken, of a state of the mRMR selector, with
** all its terms: for tests of agreement with other programs. */
double core_mrmr_objective(void *state, size_t question);

extern const coreset_selector core_selector_kriging;
extern const coreset_selector core_selector_kriging_irt;
extern const coreset_selector core_selector_mrmr;
extern const coreset_selector core_selector_random;

#endif /* CORE_SELECT_SELECTOR_H */
