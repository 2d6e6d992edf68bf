/*
** adaptive.c: questions chosen as answers come.
**
** The default selector, kriging_irt, chooses for any model. Once a target has answered some questions its ability is roughly
** known, and questions that tell models of that ability apart tell more: the same search goes on from the target's own
** answers (kriging_irt.c has the formulas). Of several questions asked at once all but the first are chosen as if those before
** were asked, and their answers not known.
**
** With costs the question with the largest objective for each unit of cost is taken each time, among those that fit what is left
** of the budget.
*/
#include "select/adaptive.h"

#include <math.h>

#include "select/selector.h"

coreset_status core_adaptive_take(coreset_context *context, core_shared *shared, const size_t *questions, size_t count,
                                  core_adaptive *self) {
  const core_selector *selector = &core_selector_kriging_irt;
  coreset_choice choice = core_default_choice(&selector->method);
  coreset_pick pick;
  core_release(&self->arena);
  *self = (core_adaptive){.questions = questions, .count = count, .total = shared->scores->questions};
  coreset_status status = selector->start(context, &self->arena, shared, choice.settings, &self->design);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    status = selector->take(context, &self->arena, self->design, questions[i], &pick);
  }
  return status;
}

coreset_status core_adaptive_choose(coreset_context *context, const core_adaptive *self, const double *answers,
                                    unsigned char *allowed, const double *costs, double budget, size_t count,
                                    coreset_pick *picks, size_t *found) {
  const core_selector *selector = &core_selector_kriging_irt;
  core_arena scratch = {0};
  void *design = NULL;
  coreset_status status =
      core_irt_follow(context, &scratch, self->design, self->questions, answers, self->count, &design);
  *found = 0;
  while (status == CORESET_OK && *found < count) {
    size_t question, left = 0;
    for (size_t q = 0; q < self->total; q++) {
      if (costs != NULL && costs[q] > budget) allowed[q] = 0;
      left += allowed[q];
    }
    if (left == 0) break;
    status = selector->choose_by_cost(context, design, allowed, costs, &question);
    if (status == CORESET_OK) status = selector->take(context, &scratch, design, question, &picks[*found]);
    if (status != CORESET_OK) break;
    picks[(*found)++].question = question;
    allowed[question] = 0;
    budget -= costs == NULL ? 0 : costs[question];
  }
  core_release(&scratch);
  return status;
}
