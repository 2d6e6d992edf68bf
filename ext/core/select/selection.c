/*
** selection.c: a selection in progress: what was asked for, whichever the method.
**
** Questions already run are taken first, in the order given, and count in the
** number asked for and in the budget. From then on the method chooses among the
** questions that are neither taken nor excluded and whose cost still fits.
**
** With costs and a budget, methods whose objective is a gain (choose_by_cost()) choose twice: once the largest objective
** for each unit of cost every time, once the largest objective every time, as if all cost the same. The set that leaves
** the smaller remaining_sd is taken, of equals the first. Each alone can go wrong without limit: the first where a cheap
** question takes the room of a dear one that is worth more, the second where many cheap ones are worth more than a dear
** one. The better of both, which is no worse than the best single question that fits, gains at least (1 - 1/e) / 2 of the
** most that can be gained, where gains only shrink as questions are taken. So all are chosen before the first is shown.
**
** Source: J. Leskovec et al., Cost-effective outbreak detection in networks, KDD 2007; A. Krause and C. Guestrin, A note on
** the budgeted maximization of submodular functions, CMU 2005.
**
** Outside, questions have the indices of the matrix; here and in the methods, those of
** the scores.
*/
#include <math.h>
#include <string.h>

#include "numeric/sums.h"
#include "select/selector.h"

struct coreset_selection {
  core_arena arena;             /* of all that follows; must be first */
  core_arena method_arena;      /* of the method's state */
  const coreset_scores *scores; /* borrowed */
  coreset_choice choice;        /* the method, and its settings in force */
  coreset_choice given;         /* the same before the method decided any */
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
  int weighs_costs;             /* it is chosen twice, as told above */
  int by_cost;                  /* the present way: by the objective for each unit of cost */
  unsigned char *first_allowed; /* allowed before the first was taken; NULL until then */
  coreset_pick *picks;          /* all that were chosen the better way; NULL: not yet, or chosen one by one */
  size_t pick_count;            /* how many */
  size_t shown;                 /* how many of these were handed out */
};

static const core_selector *method_of(const coreset_selection *selection) {
  return (const core_selector *)selection->choice.method;
}

static int fits_budget(const coreset_selection *selection, size_t question) {
  double spent = core_sum_value(&selection->spent);
  return spent + selection->costs[question] <= selection->budget * (1 + CORE_BUDGET_TOLERANCE);
}

void coreset_selection_free(coreset_selection *selection) {
  if (selection == NULL) return;
  core_release(&selection->method_arena);
  core_release(&selection->arena);
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
    self->weighs_costs = request->costs != NULL && !isinf(request->budget) && method_of(self)->choose_by_cost != NULL;
    self->given = self->choice;
    status = method_of(self)->start(context, &self->method_arena, shared != NULL ? shared : &self->own,
                                    self->choice.settings, &self->state);
  }
  if (status != CORESET_OK) core_release(&self->method_arena);
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
  const core_selector *method = method_of(selection);
  if (!selection->by_cost) return method->choose(context, selection->state, selection->allowed, question);
  return method->choose_by_cost(context, selection->state, selection->allowed, selection->costs, question);
}

/* Takes the next question, or returns CORESET_DONE. */
static coreset_status take_next(coreset_context *context, coreset_selection *selection, coreset_pick *pick) {
  const coreset_scores *scores = selection->scores;
  size_t question;
  coreset_status status = next_question(context, selection, &question);
  if (status != CORESET_OK) return status;
  status = method_of(selection)->take(context, &selection->method_arena, selection->state, question, pick);
  if (status != CORESET_OK) return status;
  pick->question = scores->matrix_question[question];
  pick->remaining_sd *= scores->high - scores->low;
  if (selection->allowed[question]) selection->allowed_count--;
  selection->allowed[question] = 0;
  selection->taken++;
  core_sum_add(&selection->spent, selection->costs[question]);
  return CORESET_OK;
}

/* Takes all questions one way; *count of them. */
static coreset_status take_all(coreset_context *context, coreset_selection *selection, int by_cost, coreset_pick *picks,
                               size_t *count) {
  coreset_status status = CORESET_OK;
  selection->by_cost = by_cost;
  *count = 0;
  while (status == CORESET_OK) {
    status = take_next(context, selection, &picks[*count]);
    if (status == CORESET_OK) ++*count;
  }
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* Goes back to where nothing was taken. */
static coreset_status start_again(coreset_context *context, coreset_selection *selection) {
  size_t questions = selection->scores->questions;
  memcpy(selection->allowed, selection->first_allowed, questions);
  selection->allowed_count = selection->taken = 0;
  selection->spent = (core_sum){0, 0};
  for (size_t q = 0; q < questions; q++) selection->allowed_count += selection->allowed[q];
  selection->choice = selection->given;
  core_release(&selection->method_arena);
  return method_of(selection)->start(context, &selection->method_arena, &selection->own, selection->choice.settings,
                                     &selection->state);
}

/* Chooses all questions both ways, and keeps the better. */
static coreset_status choose_both_ways(coreset_context *context, coreset_selection *selection) {
  size_t wanted = selection->wanted, by_cost_count, plain_count;
  coreset_pick *by_cost = core_take(context, &selection->arena, wanted, sizeof(*by_cost));
  coreset_pick *plain = core_take(context, &selection->arena, wanted, sizeof(*plain));
  selection->first_allowed = core_take(context, &selection->arena, selection->scores->questions, 1);
  coreset_status status = selection->arena.status;
  if (status != CORESET_OK) return status;
  memcpy(selection->first_allowed, selection->allowed, selection->scores->questions);
  status = take_all(context, selection, 1, by_cost, &by_cost_count);
  if (status == CORESET_OK) status = start_again(context, selection);
  if (status == CORESET_OK) status = take_all(context, selection, 0, plain, &plain_count);
  if (status != CORESET_OK) return status;
  core_release(&selection->method_arena);
  int is_plain = by_cost_count > 0 && plain_count > 0 &&
                 plain[plain_count - 1].remaining_sd < by_cost[by_cost_count - 1].remaining_sd;
  selection->picks = is_plain ? plain : by_cost;
  selection->pick_count = is_plain ? plain_count : by_cost_count;
  return CORESET_OK;
}

coreset_status coreset_selection_next(coreset_context *context, coreset_selection *selection, coreset_pick *pick) {
  if (!selection->weighs_costs) return take_next(context, selection, pick);
  coreset_status status = selection->picks == NULL ? choose_both_ways(context, selection) : CORESET_OK;
  if (status != CORESET_OK) return status;
  if (selection->shown == selection->pick_count) return CORESET_DONE;
  *pick = selection->picks[selection->shown++];
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
