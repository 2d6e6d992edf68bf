/*
** selection.c: a selection in progress: what was asked for, whichever the method.
**
** Questions already run are taken first, in the order given, and count in the
** number asked for and in the budget. From then on the method chooses among the
** questions that are neither taken nor excluded and whose cost still fits.
**
** Outside, questions have the indices of the matrix; here and in the methods, those of
** the scores.
*/
#include <math.h>
#include <string.h>

#include "numeric/sums.h"
#include "select/selector.h"

struct coreset_selection {
  core_arena arena;             /* of all that follows, and of the method's state; must be first */
  const coreset_scores *scores; /* borrowed */
  coreset_choice choice;        /* the method, and its settings in force */
  core_shared own;              /* what the method shares with nobody, where nothing is given */
  void *state;                  /* of the method */
  size_t wanted;                /* how many questions to take at most */
  size_t taken;                 /* how many were taken */
  size_t *include;              /* questions to take first */
  size_t include_count;         /* how many */
  unsigned char *allowed;       /* for each question, whether it may still be chosen */
  size_t allowed_count;         /* how many may */
  double *costs;                /* for each question */
  double budget;                /* total cost allowed */
  core_sum spent;               /* total cost of the questions taken */
};

/* Sums of costs such as ten times 0.1 must fit a budget of 1: this is thousands of
** roundings, and no cost that anybody has in mind. */
#define BUDGET_TOLERANCE 1e-12

static const core_selector *method_of(const coreset_selection *selection) {
  return (const core_selector *)selection->choice.method;
}

static int fits_budget(const coreset_selection *selection, size_t question) {
  double spent = core_sum_value(&selection->spent);
  return spent + selection->costs[question] <= selection->budget * (1 + BUDGET_TOLERANCE);
}

void coreset_selection_free(coreset_selection *selection) {
  if (selection != NULL) core_release(&selection->arena);
}

const coreset_choice *coreset_selection_choice(const coreset_selection *selection) {
  return &selection->choice;
}

/* Appends a question of the matrix to those that are taken first. */
static coreset_status include(coreset_context *context, coreset_selection *selection, size_t matrix_question) {
  size_t question;
  coreset_status status = core_scores_find(context, selection->scores, matrix_question, &question);
  if (status == CORESET_OK && !selection->allowed[question]) {
    coreset_id id = core_scores_question(selection->scores, question);
    char text[CORE_ID_TEXT_SIZE];
    status = core_fail(context, CORESET_ERROR, "question %s is listed twice", core_id_format(&id, text));
  }
  if (status != CORESET_OK) return core_fail_within(context, status, "include");
  selection->allowed[question] = 0;
  selection->include[selection->include_count++] = question;
  return CORESET_OK;
}

/* Copies the request, checked. */
static coreset_status take_request(coreset_context *context, coreset_selection *selection,
                                   const coreset_request *request) {
  const coreset_scores *scores = selection->scores;
  coreset_status status = CORESET_OK;
  if (request->count < 1 || request->count > scores->questions) {
    return core_fail(context, CORESET_ERROR, "k must be between 1 and %zu, got %zu", scores->questions, request->count);
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
  selection->include = core_take(context, &selection->arena, request->include_count, sizeof(size_t));
  selection->allowed = core_take(context, &selection->arena, scores->questions, 1);
  selection->costs = core_take(context, &selection->arena, scores->questions, sizeof(double));
  if (selection->arena.status != CORESET_OK) return selection->arena.status;
  memset(selection->allowed, 1, scores->questions);
  for (size_t i = 0; i < request->include_count && status == CORESET_OK; i++) {
    status = include(context, selection, request->include[i]);
  }
  for (size_t q = 0; q < scores->questions; q++) {
    size_t matrix_question = scores->matrix_question[q];
    if (request->excluded != NULL && request->excluded[matrix_question]) selection->allowed[q] = 0;
    selection->allowed_count += selection->allowed[q];
    selection->costs[q] = request->costs == NULL ? 1 : request->costs[matrix_question];
  }
  return status;
}

/* Starts a selection from what is shared, or where that is NULL from the scores. */
static coreset_status start_selection(coreset_context *context, core_shared *shared, const coreset_scores *scores,
                                      const coreset_choice *selector, const coreset_request *request,
                                      coreset_selection **result) {
  coreset_selection *self = core_object(context, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->scores = scores;
  self->choice = *selector;
  self->own = (core_shared){.arena = &self->arena, .scores = scores};
  coreset_status status = take_request(context, self, request);
  if (status == CORESET_OK) status = core_complete_choice(context, &core_selectors, &self->choice);
  if (status == CORESET_OK) {
    status = method_of(self)->start(context, &self->arena, shared != NULL ? shared : &self->own, self->choice.settings,
                                    &self->state);
  }
  *result = core_made_object(status, self);
  return status;
}

coreset_status coreset_selection_new(coreset_context *context, const coreset_scores *scores,
                                     const coreset_choice *selector, const coreset_request *request,
                                     coreset_selection **selection) {
  return start_selection(context, NULL, scores, selector, request, selection);
}

/* The question to take next, or CORESET_DONE. */
static coreset_status next_question(coreset_context *context, coreset_selection *selection, size_t *question) {
  if (selection->taken == selection->wanted) return CORESET_DONE;
  if (selection->taken < selection->include_count) {
    *question = selection->include[selection->taken];
    if (fits_budget(selection, *question)) return CORESET_OK;
    return core_fail(context, CORESET_ERROR, "the included questions cost more than the budget of %.15g",
                     selection->budget);
  }
  for (size_t q = 0; q < selection->scores->questions && !isinf(selection->budget); q++) {
    if (!selection->allowed[q] || fits_budget(selection, q)) continue;
    selection->allowed[q] = 0;
    selection->allowed_count--;
  }
  if (selection->allowed_count == 0) return CORESET_DONE;
  return method_of(selection)->choose(context, selection->state, selection->allowed, question);
}

coreset_status coreset_selection_next(coreset_context *context, coreset_selection *selection, coreset_pick *pick) {
  const coreset_scores *scores = selection->scores;
  size_t question;
  coreset_status status = next_question(context, selection, &question);
  if (status != CORESET_OK) return status;
  status = method_of(selection)->take(context, &selection->arena, selection->state, question, pick);
  if (status != CORESET_OK) return status;
  pick->question = scores->matrix_question[question];
  pick->remaining_sd *= scores->high - scores->low;
  if (selection->allowed[question]) selection->allowed_count--;
  selection->allowed[question] = 0;
  selection->taken++;
  core_sum_add(&selection->spent, selection->costs[question]);
  return CORESET_OK;
}

coreset_status core_select(coreset_context *context, core_shared *shared, const coreset_choice *selector, size_t count,
                           size_t *chosen, size_t *found) {
  size_t questions = shared->scores->questions;
  coreset_request all = {.count = count < questions ? count : questions, .budget = INFINITY};
  coreset_selection *selection;
  coreset_pick pick;
  coreset_status status = start_selection(context, shared, shared->scores, selector, &all, &selection);
  *found = 0;
  while (status == CORESET_OK) {
    status = coreset_selection_next(context, selection, &pick);
    if (status == CORESET_OK) chosen[(*found)++] = pick.question;
  }
  coreset_selection_free(selection);
  return status == CORESET_DONE ? CORESET_OK : status;
}
