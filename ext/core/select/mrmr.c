/*
** mrmr.c: minimum redundancy, maximum relevance (Peng, Long and Ding 2005).
**
** The first question is the most relevant one. Then, with t questions chosen and S_q
** the sum of the redundancies of q with each of them, the next is the q with the
** largest
**
**     MID:  relevance_q - S_q / t
**     MIQ:  relevance_q / (S_q / t + 1e-10)      by default, as in the published program
**     MI:   relevance_q
**
** and of equals the one with the lowest identifier.
**
** Scores of at most two values are binary; any others are real-valued, as in the published program. A
** fraction is a real-valued score, even where it is the average of trials that scored 0 or 1: that such
** scores are binary in kind (scores.h) says nothing to estimators of information, which see the averages.
**
** The search is lazy and exact. A redundancy is never negative, so with only the
** first few terms of S_q known the objective above is an upper bound, in floating
** point too, because rounded addition, division and subtraction are monotone. A
** candidate's missing terms are computed, always in the order of the picks, only
** while its bound still beats the best objective known. Most pairs of questions are
** never examined.
**
** Questions fall into three classes. Those that enough source models answered come
** first. Of real-valued scores, questions on which all models score the same come
** only after all of these: they tell nothing, whatever the jitter of LNC makes of them.
** (Constant binary questions have relevance 0 and redundancy 0, so MID takes them before
** redundant ones; the published program does so, and we agree with it.) Questions that
** too few models answered are never chosen: fewer than 2 (neighbors + 1) for Ross's
** estimator, fewer than neighbors + 2 for KSG and LNC.
*/
#include <math.h>
#include <string.h>

#include "select/information.h"
#include "select/selector.h"
#include "statistics/mutual_information.h"

#define QUOTIENT_FLOOR 1e-10     /* keeps MIQ finite where nothing is redundant; the published program's */
#define QUESTIONS_PER_POLL 256   /* relevances computed before asking whether to stop */
#define PAIRS_BETWEEN_POLLS 8192 /* redundancies computed before asking whether to stop */
#define BLOCK 64                 /* questions with a common largest bound */
#define LANES 8                  /* largest bounds searched side by side: compilers use vectors */

enum mrmr_option { OPTION_SCHEME, OPTION_NEIGHBORS, OPTION_ESTIMATOR, OPTION_COUNT };
enum mrmr_scheme { SCHEME_MID, SCHEME_MIQ, SCHEME_MI };

static const char *const scheme_names[] = {"MID", "MIQ", "MI", NULL};

static const coreset_option mrmr_options[OPTION_COUNT] = {
    [OPTION_SCHEME] = {.name = "scheme",
                       .type = CORESET_OPTION_CHOICE,
                       .choices = scheme_names,
                       .default_value = {.is_set = 1, .integer = SCHEME_MIQ}},
    [OPTION_NEIGHBORS] = {.name = "neighbors",
                          .type = CORESET_OPTION_INTEGER,
                          .minimum = 1,
                          .maximum = INT32_MAX,
                          .default_value = {.is_set = 1, .integer = CORE_DEFAULT_NEIGHBORS}},
    [OPTION_ESTIMATOR] = {.name = "estimator",
                          .type = CORESET_OPTION_CHOICE,
                          .choices = core_estimator_names,
                          .default_value = {.is_set = 1, .integer = CORESET_ESTIMATOR_AUTO}},
};

/* In which order questions are considered. */
enum question_class { CLASS_INFORMATIVE, CLASS_CONSTANT, CLASS_UNKNOWN };

typedef struct mrmr_state {
  core_information *information; /* the estimator */
  enum mrmr_scheme scheme;       /* which objective */
  size_t questions;              /* how many */
  size_t blocks;                 /* of them; the arrays below have room for whole blocks */
  double *relevance;             /* of each question with the full score */
  double *redundancy;            /* of each the sum of the terms known so far */
  size_t *terms;                 /* of each how many: those of the first picks */
  unsigned char *classes;        /* of each */
  double *open;                  /* of each the relevance while it may be chosen, else minus infinity */
  double *bounds;                /* of each at the start of a choice; working memory */
  double *best_bounds;           /* of each block the largest */
  size_t *chosen;                /* the coreset so far, in order */
  size_t chosen_count;           /* how many */
  enum question_class class;     /* the class that is chosen from now */
  size_t evaluated;              /* redundancies computed */
  size_t polled;                 /* how many when the context was last polled */
} mrmr_state;

/* The estimator to use, and how many models a question needs for it. Replaces the setting `auto`. */
static coreset_status choose_estimator(coreset_context *context, const coreset_scores *scores,
                                       coreset_setting *settings, coreset_estimator *estimator, size_t *needed) {
  int64_t neighbors = settings[OPTION_NEIGHBORS].integer;
  *estimator = (coreset_estimator)settings[OPTION_ESTIMATOR].integer;
  if (*estimator == CORESET_ESTIMATOR_AUTO) {
    *estimator = scores->binary ? CORESET_ESTIMATOR_ROSS : CORESET_ESTIMATOR_KSG;
    settings[OPTION_ESTIMATOR].integer = *estimator;
  }
  if (scores->binary != (*estimator == CORESET_ESTIMATOR_ROSS)) {
    return core_fail(context, CORESET_ERROR,
                     "estimator '%s' is for %s scores, but those of the source models take %s two values; use "
                     "'auto'",
                     core_estimator_names[*estimator], scores->binary ? "continuous" : "binary",
                     scores->binary ? "at most" : "more than");
  }
  *needed = (size_t)(*estimator == CORESET_ESTIMATOR_ROSS ? 2 * (neighbors + 1) : neighbors + 2);
  if (scores->models >= *needed) return CORESET_OK;
  return core_fail(context, CORESET_TOO_LITTLE,
                   "estimator '%s' with neighbors = %lld needs at least %zu source models, got %zu",
                   core_estimator_names[*estimator], (long long)neighbors, *needed, scores->models);
}

/* The class of a question that at least needed models must have answered. */
static enum question_class classify(const coreset_scores *scores, size_t question, size_t needed) {
  const uint64_t *observed = core_observed_column(scores, question);
  const double *values = scores->binary ? NULL : scores->values + question * scores->models;
  double low = INFINITY, high = -INFINITY;
  size_t answered = 0;
  for (size_t m = 0; m < scores->models; m++) {
    if (observed != NULL && !core_bit(observed, m)) continue;
    answered++;
    if (scores->binary) continue;
    if (values[m] < low) low = values[m];
    if (values[m] > high) high = values[m];
  }
  if (answered < needed) return CLASS_UNKNOWN;
  return scores->binary || low < high ? CLASS_INFORMATIVE : CLASS_CONSTANT;
}

/* Starts to choose from a class; allowed NULL: every question is. */
static void open_class(mrmr_state *state, enum question_class class, const unsigned char *allowed) {
  state->class = class;
  for (size_t q = 0; q < state->blocks * BLOCK; q++) {
    int open = q < state->questions && (allowed == NULL || allowed[q]) && state->classes[q] == class;
    state->open[q] = open ? state->relevance[q] : -INFINITY;
  }
}

coreset_status core_mrmr_start(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                               coreset_setting *settings, const core_jitter *jitter, void **result) {
  mrmr_state *state = *result = core_take(context, arena, 1, sizeof(*state));
  if (state == NULL) return arena->status;
  state->questions = scores->questions;
  state->blocks = (state->questions + BLOCK - 1) / BLOCK;
  size_t room = state->blocks * BLOCK, needed = 0;
  state->relevance = core_take(context, arena, room, sizeof(double));
  state->redundancy = core_take(context, arena, room, sizeof(double));
  state->terms = core_take(context, arena, room, sizeof(size_t));
  state->classes = core_take(context, arena, room, 1);
  state->open = core_take(context, arena, room, sizeof(double));
  state->bounds = core_take(context, arena, room, sizeof(double));
  state->best_bounds = core_take(context, arena, state->blocks, sizeof(double));
  state->chosen = core_take(context, arena, room, sizeof(size_t));
  if (arena->status != CORESET_OK) return arena->status;
  coreset_estimator estimator;
  coreset_status status = choose_estimator(context, scores, settings, &estimator, &needed);
  if (status != CORESET_OK) return status;
  state->scheme = (enum mrmr_scheme)settings[OPTION_SCHEME].integer;
  int64_t neighbors = settings[OPTION_NEIGHBORS].integer;
  if (estimator == CORESET_ESTIMATOR_ROSS) {
    status = core_binary_information_new(context, arena, scores, neighbors, &state->information);
  } else {
    status = core_continuous_information_new(context, arena, scores, neighbors, estimator == CORESET_ESTIMATOR_LNC,
                                             jitter, &state->information);
  }
  for (size_t q = 0; q < state->questions && status == CORESET_OK; q++) {
    status = core_poll_every(context, QUESTIONS_PER_POLL);
    if (status == CORESET_OK) {
      status = state->information->relevance(context, state->information, q, &state->relevance[q]);
    }
    state->classes[q] = (unsigned char)classify(scores, q, needed);
  }
  open_class(state, CLASS_INFORMATIVE, NULL);
  return status;
}

static coreset_status mrmr_start(coreset_context *context, core_arena *arena, core_shared *shared,
                                 coreset_setting *settings, void **result) {
  return core_mrmr_start(context, arena, shared->scores, settings, NULL, result);
}

/* The objective of a question with this relevance and what is known of its redundancy: an
** upper bound, exact once all terms are in. */
static inline double objective(enum mrmr_scheme scheme, double relevance, double redundancy, double chosen_count) {
  double mean = redundancy / chosen_count;
  return scheme == SCHEME_MID ? relevance - mean : relevance / (mean + QUOTIENT_FLOOR);
}

static double bound(const mrmr_state *state, size_t question) {
  if (state->chosen_count == 0 || state->scheme == SCHEME_MI) return state->relevance[question];
  return objective(state->scheme, state->relevance[question], state->redundancy[question], (double)state->chosen_count);
}

/* Adds the next missing term of a question's redundancy. */
static coreset_status add_term(coreset_context *context, mrmr_state *state, size_t question) {
  size_t pick = state->chosen[state->terms[question]];
  double term;
  coreset_status status = state->information->redundancy(context, state->information, question, pick, &term);
  if (status != CORESET_OK) return status;
  state->redundancy[question] += term;
  state->terms[question]++;
  state->evaluated++;
  return CORESET_OK;
}

/* Adds all of them. */
static coreset_status add_terms(coreset_context *context, mrmr_state *state, size_t question) {
  coreset_status status = CORESET_OK;
  while (status == CORESET_OK && state->terms[question] < state->chosen_count) {
    status = add_term(context, state, question);
  }
  return status;
}

double core_mrmr_objective(void *data, size_t question) {
  coreset_context context = {0}; /* which nothing interrupts */
  return add_terms(&context, data, question) == CORESET_OK ? bound(data, question) : NAN;
}

size_t core_mrmr_evaluated(const void *data) {
  return ((const mrmr_state *)data)->evaluated;
}

/* Whether a question, by what is known of it, is preferred to the best one so far. */
static int beats(const mrmr_state *state, size_t question, double best, size_t best_question) {
  double value = bound(state, question);
  return value > best || (value >= best && question < best_question);
}

/* Polls once in a while. */
static coreset_status poll_sometimes(coreset_context *context, mrmr_state *state) {
  if (state->evaluated - state->polled < PAIRS_BETWEEN_POLLS) return CORESET_OK;
  state->polled = state->evaluated;
  return core_poll(context);
}

/* The largest of a block of numbers. */
static double largest_of(const double *values) {
  double best[LANES];
  for (size_t lane = 0; lane < LANES; lane++) best[lane] = values[lane];
  for (size_t i = LANES; i < BLOCK; i += LANES) {
    for (size_t lane = 0; lane < LANES; lane++) {
      best[lane] = values[i + lane] > best[lane] ? values[i + lane] : best[lane];
    }
  }
  for (size_t lane = 1; lane < LANES; lane++) best[0] = best[lane] > best[0] ? best[lane] : best[0];
  return best[0];
}

/* Computes the bounds of all open questions, and returns the largest; minus infinity where
** none is open. Those of the difference are a little larger than objective() says, because a
** multiplication takes less than a division; they only say which to examine. */
static double compute_bounds(mrmr_state *state) {
  double count = (double)state->chosen_count, best = -INFINITY;
  double share = (1 - 0x1p-50) / count; /* below 1 / count by 2^-50 of it, which is more than rounding */
  for (size_t block = 0; block < state->blocks; block++) {
    const double *open = state->open + block * BLOCK, *redundancy = state->redundancy + block * BLOCK;
    double *bounds = state->bounds + block * BLOCK;
    if (state->chosen_count == 0 || state->scheme == SCHEME_MI) {
      memcpy(bounds, open, BLOCK * sizeof(double));
    } else if (state->scheme == SCHEME_MID) {
      for (size_t q = 0; q < BLOCK; q++) bounds[q] = open[q] - redundancy[q] * share;
    } else {
      for (size_t q = 0; q < BLOCK; q++) bounds[q] = objective(SCHEME_MIQ, open[q], redundancy[q], count);
    }
    state->best_bounds[block] = largest_of(bounds);
    if (state->best_bounds[block] > best) best = state->best_bounds[block];
  }
  return best;
}

/* The first open question from start whose bound is at least that; `questions` where there
** is none. */
static size_t find_bound(const mrmr_state *state, size_t start, double least) {
  size_t q = start;
  while (q < state->questions) {
    if (state->best_bounds[q / BLOCK] < least) {
      q = (q / BLOCK + 1) * BLOCK;
    } else if (state->bounds[q] < least || !(state->open[q] > -INFINITY)) {
      q++;
    } else {
      return q;
    }
  }
  return state->questions;
}

static coreset_status mrmr_choose(coreset_context *context, void *data, const unsigned char *allowed,
                                  size_t *question) {
  mrmr_state *state = data;
  size_t needed = state->scheme == SCHEME_MI ? 0 : state->chosen_count;
  for (size_t q = 0; q < state->questions; q++) state->open[q] = allowed[q] ? state->open[q] : -INFINITY;
  double best = compute_bounds(state);
  while (!(best > -INFINITY)) {
    if (state->class + 1 >= CLASS_UNKNOWN) return CORESET_DONE;
    open_class(state, state->class + 1, allowed);
    best = compute_bounds(state);
  }
  /* a strong opponent first: the one with the best bound */
  size_t first = find_bound(state, 0, best), best_question = first;
  coreset_status status = needed > 0 ? add_terms(context, state, first) : CORESET_OK;
  if (status != CORESET_OK) return status;
  best = bound(state, first);
  for (size_t q = find_bound(state, 0, best); q < state->questions; q = find_bound(state, q + 1, best)) {
    if (q == first) continue;
    status = poll_sometimes(context, state);
    int better = beats(state, q, best, best_question);
    while (status == CORESET_OK && better && state->terms[q] < needed) {
      status = add_term(context, state, q);
      better = beats(state, q, best, best_question);
    }
    if (status != CORESET_OK) return status;
    if (!better) continue;
    best = bound(state, q);
    best_question = q;
  }
  *question = best_question;
  return CORESET_OK;
}

static coreset_status mrmr_take(coreset_context *context, core_arena *arena, void *data, size_t question,
                                coreset_pick *pick) {
  mrmr_state *state = data;
  coreset_status status = add_terms(context, state, question);
  if (status != CORESET_OK) return status;
  pick->relevance = state->relevance[question];
  pick->redundancy = state->chosen_count == 0 ? 0 : state->redundancy[question] / (double)state->chosen_count;
  pick->objective = bound(state, question);
  pick->remaining_sd = NAN;
  state->chosen[state->chosen_count++] = question;
  if (state->information->choose == NULL) return CORESET_OK;
  return state->information->choose(context, arena, state->information, question);
}

const core_selector core_selector_mrmr = {
    .method = {.name = "mrmr",
               .summary = "minimum redundancy, maximum relevance",
               .source = "Peng, Long and Ding 2005; Bowyer, Locatelli and Cao 2026",
               .options = mrmr_options,
               .option_count = OPTION_COUNT},
    .start = mrmr_start,
    .choose = mrmr_choose,
    .take = mrmr_take,
};
