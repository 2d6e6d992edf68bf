/*
** random_selector.c: questions in a random order, the baseline of every comparison.
**
** Question number i, counted from 0 in the order of identifiers, draws the number
** i + 1 of the SplitMix64 generator started at the seed (Steele, Lea and Flood
** 2014); questions are taken in increasing order of what they drew. So a seed gives
** the same order on every machine, and the draw of a question does not depend on
** what is excluded or included.
*/
#include <math.h>
#include <stdlib.h>

#include "scores.h"
#include "selector.h"
#include "splitmix.h"

/* A question and what it drew. */
typedef struct draw {
  uint64_t key;    /* draws are distinct: the generator is a bijection of its counter */
  size_t question; /* index in the scores */
} draw;

typedef struct random_state {
  draw *draws;  /* increasing */
  size_t next;  /* the first that may still be chosen */
  size_t count; /* how many */
} random_state;

static const coreset_option random_options[] = {
    {.name = "seed",
     .type = CORESET_OPTION_INTEGER,
     .minimum = -INFINITY,
     .maximum = INFINITY,
     .default_value = {.is_set = 1, .integer = 0}},
};

static int compare_draws(const void *a, const void *b) {
  uint64_t left = ((const draw *)a)->key, right = ((const draw *)b)->key;
  return (left > right) - (left < right);
}

static void random_finish(void *data) {
  random_state *state = data;
  coreset_free(state->draws);
  coreset_free(state);
}

static coreset_status random_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                   void **result) {
  random_state *state = coreset_allocate(context, 1, sizeof(*state));
  uint64_t generator = (uint64_t)settings[0].integer;
  size_t q;
  *result = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  state->count = scores->questions;
  state->draws = coreset_allocate(context, state->count, sizeof(draw));
  if (state->draws == NULL) return CORESET_NO_MEMORY;
  for (q = 0; q < state->count; q++) {
    state->draws[q].key = coreset_splitmix(&generator);
    state->draws[q].question = q;
  }
  qsort(state->draws, state->count, sizeof(draw), compare_draws);
  return CORESET_OK;
}

/* A byte of allowed once zero stays so, hence what was passed over stays behind. */
static coreset_status random_choose(coreset_context *context, void *data, const unsigned char *allowed,
                                    size_t *question) {
  random_state *state = data;
  (void)context;
  while (!allowed[state->draws[state->next].question]) state->next++;
  *question = state->draws[state->next].question;
  return CORESET_OK;
}

static coreset_status random_take(coreset_context *context, void *data, size_t question, coreset_pick *pick) {
  (void)context, (void)data;
  pick->question = question;
  pick->relevance = pick->redundancy = pick->objective = pick->remaining_sd = NAN;
  return CORESET_OK;
}

const coreset_selector coreset_selector_random = {
    .name = "random",
    .summary = "questions in a random order that a seed determines",
    .options = random_options,
    .option_count = sizeof(random_options) / sizeof(random_options[0]),
    .start = random_start,
    .choose = random_choose,
    .take = random_take,
    .finish = random_finish,
};
