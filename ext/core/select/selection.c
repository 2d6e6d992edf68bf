/*
** selection.c: a selection in progress: what was asked for, whichever the method.
**
** Questions already run are taken first, in the order given, and count in the
** number asked for and in the budget. From then on the method chooses among the
** questions that are neither taken nor excluded and whose cost still fits.
*/
#include <math.h>
#include <string.h>

#include "base/method.h"
#include "matrix/scores.h"
#include "numeric/sums.h"
#include "select/selector.h"

struct coreset_selection {
  const coreset_selector *selector;               /* the method */
  void *state;                                    /* of the method */
  coreset_setting settings[CORESET_OPTION_LIMIT]; /* its options' values in force */
  size_t questions;                               /* in the scores */
  size_t wanted;                                  /* how many questions to take at most */
  size_t taken;                                   /* how many were taken */
  size_t *include;                                /* questions to take first */
  size_t include_count;                           /* how many */
  unsigned char *allowed;                         /* for each question, whether it may still be chosen */
  size_t allowed_count;                           /* how many may */
  double *costs;                                  /* for each question, or NULL when each costs 1 */
  double budget;                                  /* total cost allowed */
  core_sum spent;                                 /* total cost of the questions taken */
  double scale;                                   /* range of the users' scores */
};

/* Sums of costs such as ten times 0.1 must fit a budget of 1. */
#define BUDGET_TOLERANCE 1e-12

static double cost_of(const coreset_selection *selection, size_t question) {
  return selection->costs == NULL ? 1 : selection->costs[question];
}

static int fits_budget(const coreset_selection *selection, size_t question) {
  return core_sum_value(&selection->spent) + cost_of(selection, question) <= selection->budget * (1 + BUDGET_TOLERANCE);
}

void coreset_selection_free(coreset_selection *selection) {
  if (selection == NULL) return;
  if (selection->state != NULL) selection->selector->finish(selection->state);
  coreset_free(selection->include);
  coreset_free(selection->allowed);
  coreset_free(selection->costs);
  coreset_free(selection);
}

const coreset_setting *coreset_selection_settings(const coreset_selection *selection) {
  return selection->settings;
}

/* Copies the request, checked. */
static coreset_status take_request(coreset_context *context, coreset_selection *selection,
                                   const coreset_request *request) {
  size_t i;
  if (request->count < 1 || request->count > selection->questions) {
    return core_fail(context, CORESET_ERROR, "k must be between 1 and %zu, got %zu", selection->questions,
                     request->count);
  }
  if (request->include_count > request->count) {
    return core_fail(context, CORESET_ERROR, "include lists %zu questions, more than k = %zu", request->include_count,
                     request->count);
  }
  if (isnan(request->budget) || request->budget < 0) {
    return core_fail(context, CORESET_ERROR, "budget must not be negative, got %.15g", request->budget);
  }
  selection->wanted = request->count;
  selection->budget = request->budget;
  selection->include_count = request->include_count;
  selection->include = core_allocate(context, request->include_count, sizeof(size_t));
  selection->allowed = core_allocate(context, selection->questions, 1);
  if (selection->include == NULL || selection->allowed == NULL) return CORESET_NO_MEMORY;
  for (i = 0; i < selection->questions; i++) {
    selection->allowed[i] = request->excluded == NULL || !request->excluded[i];
  }
  for (i = 0; i < request->include_count; i++) {
    selection->include[i] = request->include[i];
    selection->allowed[request->include[i]] = 0;
  }
  for (i = 0; i < selection->questions; i++) selection->allowed_count += selection->allowed[i];
  if (request->costs != NULL) {
    selection->costs = core_allocate(context, selection->questions, sizeof(double));
    if (selection->costs == NULL) return CORESET_NO_MEMORY;
    memcpy(selection->costs, request->costs, selection->questions * sizeof(double));
  }
  return CORESET_OK;
}

coreset_status coreset_selection_new(coreset_context *context, const coreset_scores *scores,
                                     const coreset_selector *selector, const coreset_setting *settings,
                                     const coreset_request *request, coreset_selection **result) {
  coreset_selection *selection = core_allocate(context, 1, sizeof(*selection));
  coreset_status status;
  *result = NULL;
  if (selection == NULL) return CORESET_NO_MEMORY;
  selection->selector = selector;
  selection->questions = scores->questions;
  selection->scale = scores->high - scores->low;
  status = take_request(context, selection, request);
  if (status == CORESET_OK) {
    status = core_settings_complete(context, selector->options, selector->option_count, settings, selection->settings);
  }
  if (status == CORESET_OK) status = selector->start(context, scores, selection->settings, &selection->state);
  if (status == CORESET_OK) {
    *result = selection;
  } else {
    coreset_selection_free(selection);
  }
  return status;
}

/* Strikes out the questions that have become too dear. */
static void strike_out_unaffordable(coreset_selection *selection) {
  size_t q;
  if (isinf(selection->budget)) return;
  for (q = 0; q < selection->questions; q++) {
    if (!selection->allowed[q] || fits_budget(selection, q)) continue;
    selection->allowed[q] = 0;
    selection->allowed_count--;
  }
}

coreset_status coreset_selection_next(coreset_context *context, coreset_selection *selection, coreset_pick *pick) {
  coreset_status status;
  size_t question;
  if (selection->taken == selection->wanted) return CORESET_DONE;
  if (selection->taken < selection->include_count) {
    question = selection->include[selection->taken];
    if (!fits_budget(selection, question)) {
      return core_fail(context, CORESET_ERROR, "the included questions cost more than the budget of %.15g",
                       selection->budget);
    }
  } else {
    strike_out_unaffordable(selection);
    if (selection->allowed_count == 0) return CORESET_DONE;
    status = selection->selector->choose(context, selection->state, selection->allowed, &question);
    if (status != CORESET_OK) return status;
  }
  status = selection->selector->take(context, selection->state, question, pick);
  if (status != CORESET_OK) return status;
  pick->remaining_sd *= selection->scale;
  if (selection->allowed[question]) selection->allowed_count--;
  selection->allowed[question] = 0;
  selection->taken++;
  core_sum_add(&selection->spent, cost_of(selection, question));
  return CORESET_OK;
}
