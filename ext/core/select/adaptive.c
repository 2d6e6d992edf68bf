/*
** adaptive.c: questions chosen as answers come.
**
** The default selector, kriging_irt, chooses for any model. Once a target has answered some questions its ability is roughly
** known, and questions that tell models of that ability apart tell more: the same search goes on from the target's own
** answers (kriging_irt.c has the formulas). Of several questions asked at once all but the first are chosen as if those before
** were asked, and their answers not known.
**
** The field, the curves and what they say of every question are made once, for all targets; those that answered the same
** questions share the field given these. What is left for each target is a copy of N variances and covariances, and a pass
** over the questions for each pick.
**
** With costs and a budget the questions are chosen twice, as selection.c tells: by the objective for each unit of cost, and
** by the objective alone; those that leave the smaller remaining_sd are taken.
*/
#include "select/adaptive.h"

#include <math.h>
#include <string.h>

#include "numeric/sums.h"
#include "select/selector.h"

static const core_selector *const selector = &core_selector_kriging_irt;

coreset_status core_adaptive_start(coreset_context *context, core_shared *shared, core_adaptive *self) {
  coreset_choice choice = core_default_choice(&selector->method);
  self->total = shared->scores->questions;
  return selector->start(context, &self->base_arena, shared, choice.settings, &self->base);
}

void core_adaptive_release(core_adaptive *self) {
  core_release(&self->arena);
  core_release(&self->base_arena);
}

coreset_status core_adaptive_take(coreset_context *context, core_adaptive *self, const size_t *questions,
                                  size_t count) {
  core_release(&self->arena);
  self->count = 0;
  coreset_status status = core_irt_follow(context, &self->arena, self->base, NULL, NULL, 0, &self->design);
  return status == CORESET_OK ? core_adaptive_add(context, self, questions, count) : status;
}

coreset_status core_adaptive_copy(coreset_context *context, const core_adaptive *from, core_adaptive *to) {
  *to = *from;
  to->base_arena = to->arena = (core_arena){0};
  return core_irt_follow(context, &to->arena, from->design, NULL, NULL, 0, &to->design);
}

coreset_status core_adaptive_add(coreset_context *context, core_adaptive *self, const size_t *questions, size_t count) {
  coreset_status status = CORESET_OK;
  coreset_pick pick;
  self->questions = questions;
  for (; self->count < count && status == CORESET_OK; self->count++) {
    status = selector->take(context, &self->arena, self->design, questions[self->count], &pick);
  }
  return status;
}

/* Whether a further cost fits what is left of the budget. */
static int fits(const core_adaptive_limits *limits, const core_sum *spent, double cost) {
  return core_sum_value(spent) + cost <= limits->budget * (1 + CORE_BUDGET_TOLERANCE);
}

/* Chooses one way, by the objective for each unit of cost or without looking at that. */
static coreset_status choose_one_way(coreset_context *context, const core_adaptive *self, const double *answers,
                                     const core_adaptive_limits *limits, int by_cost, coreset_pick *picks,
                                     size_t *found) {
  core_arena scratch = {0};
  core_sum spent = {0, 0};
  const double *costs = limits->costs;
  void *design = NULL;
  unsigned char *allowed = core_take(context, &scratch, self->total, 1);
  coreset_status status = scratch.status;
  if (status == CORESET_OK) {
    memcpy(allowed, limits->allowed, self->total);
    status = core_irt_follow(context, &scratch, self->design, self->questions, answers, self->count, &design);
  }
  *found = 0;
  while (status == CORESET_OK && *found < limits->count) {
    size_t question, left = 0;
    for (size_t q = 0; q < self->total; q++) {
      if (allowed[q] && !isinf(limits->budget)) allowed[q] = fits(limits, &spent, costs == NULL ? 1 : costs[q]) != 0;
      left += allowed[q] != 0;
    }
    if (left == 0) break;
    status = selector->choose_by_cost(context, design, allowed, by_cost ? costs : NULL, &question);
    if (status == CORESET_OK) status = selector->take(context, &scratch, design, question, &picks[*found]);
    if (status != CORESET_OK) break;
    picks[(*found)++].question = question;
    allowed[question] = 0;
    core_sum_add(&spent, costs == NULL ? 1 : costs[question]);
  }
  core_release(&scratch);
  return status;
}

coreset_status core_adaptive_choose(coreset_context *context, const core_adaptive *self, const double *answers,
                                    const core_adaptive_limits *limits, coreset_pick *picks, size_t *found) {
  core_arena scratch = {0};
  size_t plain_count = 0;
  int weighs_costs = limits->costs != NULL && !isinf(limits->budget);
  coreset_status status = choose_one_way(context, self, answers, limits, weighs_costs, picks, found);
  if (status != CORESET_OK || !weighs_costs || *found == 0) return status;
  coreset_pick *plain = core_take(context, &scratch, limits->count, sizeof(*plain));
  if (plain == NULL) return scratch.status;
  status = choose_one_way(context, self, answers, limits, 0, plain, &plain_count);
  if (status == CORESET_OK && plain[plain_count - 1].remaining_sd < picks[*found - 1].remaining_sd) {
    memcpy(picks, plain, plain_count * sizeof(*plain));
    *found = plain_count;
  }
  core_release(&scratch);
  return status;
}
