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

static void kriging_finish(void *state) {
  core_kriging_release(state);
  coreset_free(state);
}

static coreset_status kriging_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                    void **state) {
  (void)settings;
  *state = core_allocate(context, 1, sizeof(core_kriging));
  return *state == NULL ? CORESET_NO_MEMORY : core_kriging_start(context, scores, *state);
}

static double gain(const void *state, size_t question) {
  return core_kriging_gain(state, question);
}

static coreset_status kriging_choose(coreset_context *context, void *state, const unsigned char *allowed,
                                     size_t *question) {
  *question = core_kriging_best(state, allowed, gain, state);
  return core_poll(context);
}

static coreset_status kriging_take(coreset_context *context, void *state, size_t question, coreset_pick *pick) {
  return core_kriging_take(context, state, question, pick);
}

const coreset_selector core_selector_kriging = {
    .name = "kriging",
    .summary = "the questions that leave the least doubt about the benchmark's score",
    .start = kriging_start,
    .choose = kriging_choose,
    .take = kriging_take,
    .finish = kriging_finish,
};
