/*
** random.c: questions in a random order that the seed determines
** (numeric/random.c), the baseline of every comparison. What is excluded or included
** does not change the order of the rest.
*/
#include <math.h>

#include "numeric/random.h"
#include "select/selector.h"

typedef struct random_state {
  size_t *order; /* the questions */
  size_t next;   /* the first that may still be chosen */
} random_state;

static const coreset_option random_options[] = {
    {.name = "seed",
     .type = CORESET_OPTION_INTEGER,
     .minimum = -INFINITY,
     .maximum = INFINITY,
     .default_value = {.is_set = 0}}, /* 0, but whoever repeats a selection may know better */
};

static coreset_status random_start(coreset_context *context, core_arena *arena, core_shared *shared,
                                   coreset_setting *settings, void **result) {
  random_state *state = core_take(context, arena, 1, sizeof(*state));
  *result = state;
  if (state == NULL) return arena->status;
  if (!settings[0].is_set) settings[0] = (coreset_setting){.is_set = 1, .integer = 0};
  return core_permutation(context, arena, shared->scores->questions, (uint64_t)settings[0].integer, &state->order);
}

/* A byte of allowed once zero stays so, hence what was passed over stays behind. */
static coreset_status random_choose(coreset_context *context, void *data, const unsigned char *allowed,
                                    size_t *question) {
  random_state *state = data;
  (void)context;
  while (!allowed[state->order[state->next]]) state->next++;
  *question = state->order[state->next];
  return CORESET_OK;
}

static coreset_status random_take(coreset_context *context, core_arena *arena, void *data, size_t question,
                                  coreset_pick *pick) {
  (void)context, (void)arena, (void)data, (void)question;
  pick->relevance = pick->redundancy = pick->objective = pick->remaining_sd = NAN;
  return CORESET_OK;
}

const core_selector core_selector_random = {
    .method = {.name = "random",
               .summary = "questions in a random order that a seed determines",
               .source = "this project",
               .options = random_options,
               .option_count = sizeof(random_options) / sizeof(random_options[0])},
    .start = random_start,
    .choose = random_choose,
    .take = random_take,
};
