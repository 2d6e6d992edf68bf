/*
** kriging.c: the questions whose answers leave the least doubt about the
** benchmark's score: Bayesian A-optimal design of one average, the kriging design of
** geostatistics.
**
** Each pick is the question whose answer removes the most variance of the mean answer, given
** the picks before it (conditional_field.c).
*/
#include "select/selector.h"
#include "statistics/conditional_field.h"

static coreset_status kriging_start(coreset_context *context, core_arena *arena, core_shared *shared,
                                    coreset_setting *settings, void **state) {
  (void)settings;
  *state = core_take(context, arena, 1, sizeof(core_conditional_field));
  return *state == NULL ? arena->status : core_conditional_start(context, arena, shared, CORE_FIELD_PLAIN, *state);
}

static double gain(const void *state, size_t question) {
  return core_conditional_gain(state, question);
}

static coreset_status kriging_choose_by_cost(coreset_context *context, void *state, const unsigned char *allowed,
                                             const double *costs, size_t *question) {
  *question = core_conditional_best(state, allowed, costs, gain, state);
  return core_poll_work(context, ((const core_conditional_field *)state)->field.questions);
}

static coreset_status kriging_choose(coreset_context *context, void *state, const unsigned char *allowed,
                                     size_t *question) {
  return kriging_choose_by_cost(context, state, allowed, NULL, question);
}

static coreset_status kriging_take(coreset_context *context, core_arena *arena, void *state, size_t question,
                                   coreset_pick *pick) {
  return core_conditional_take(context, arena, state, question, pick);
}

const core_selector core_selector_kriging = {
    .method = {.name = "kriging",
               .summary = "the questions that leave the least doubt about the benchmark's score",
               .source = "this project"},
    .start = kriging_start,
    .choose = kriging_choose,
    .choose_by_cost = kriging_choose_by_cost,
    .take = kriging_take,
};
