/*
** kriging_selector.c: the questions whose answers leave the least doubt about the
** benchmark's score: Bayesian A-optimal design of one average, the kriging design of
** geostatistics.
**
** Each pick is the question whose answer removes the most variance of the mean answer, given
** the picks before it (kriging.c).
*/
#include <math.h>

#include "kriging.h"
#include "selector.h"

static void kriging_finish(void *state) {
  coreset_kriging_release(state);
  coreset_free(state);
}

static coreset_status kriging_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                    void **state) {
  (void)settings;
  *state = coreset_allocate(context, 1, sizeof(coreset_kriging));
  return *state == NULL ? CORESET_NO_MEMORY : coreset_kriging_start(context, scores, *state);
}

static coreset_status kriging_choose(coreset_context *context, void *state, const unsigned char *allowed,
                                     size_t *question) {
  const coreset_kriging *kriging = state;
  double best = -INFINITY;
  size_t i;
  *question = 0;
  while (!allowed[*question]) ++*question; /* one at least is */
  for (i = 0; i < kriging->field.questions; i++) {
    size_t q = kriging->order[i];
    double gain;
    if (!allowed[q]) continue;
    gain = coreset_kriging_gain(kriging, q);
    if (gain > best) {
      best = gain;
      *question = q;
    }
  }
  return coreset_poll(context);
}

static coreset_status kriging_take(coreset_context *context, void *state, size_t question, coreset_pick *pick) {
  return coreset_kriging_take(context, state, question, pick);
}

const coreset_selector coreset_selector_kriging = {
    .name = "kriging",
    .summary = "the questions that leave the least doubt about the benchmark's score",
    .start = kriging_start,
    .choose = kriging_choose,
    .take = kriging_take,
    .finish = kriging_finish,
};
