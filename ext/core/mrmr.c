/*
** mrmr.c: minimum redundancy, maximum relevance (Peng, Long and Ding 2005).
**
** The first question is the most relevant one. Then, with t questions chosen and S_q
** the sum of the redundancies of q with each of them, the next is the q with the
** largest
**
**     MID:  relevance_q - S_q / t
**     MIQ:  relevance_q / (S_q / t + 1e-10)
**     MI:   relevance_q
**
** and of equals the one with the lowest identifier.
**
** The search is lazy and exact. A redundancy is never negative, so with only the
** first few terms of S_q known the objective above is an upper bound, in floating
** point too, because rounded addition, division and subtraction are monotone. A
** candidate's missing terms are computed, always in the order of the picks, only
** while its bound still beats the best objective known. Most pairs of questions are
** never looked at.
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

#include "information.h"
#include "mutual_information.h"
#include "scores.h"
#include "selector.h"

#define QUOTIENT_FLOOR 1e-10     /* keeps MIQ finite where nothing is redundant */
#define PAIRS_BETWEEN_POLLS 8192 /* redundancies computed before asking whether to stop */

enum mrmr_option { OPTION_SCHEME, OPTION_NEIGHBORS, OPTION_ESTIMATOR };
enum mrmr_scheme { SCHEME_MID, SCHEME_MIQ, SCHEME_MI };

static const char *const scheme_names[] = {"MID", "MIQ", "MI", NULL};

static const coreset_option mrmr_options[] = {
    [OPTION_SCHEME] = {.name = "scheme",
                       .type = CORESET_OPTION_CHOICE,
                       .choices = scheme_names,
                       .default_value = {.is_set = 1, .integer = SCHEME_MID}},
    [OPTION_NEIGHBORS] = {.name = "neighbors",
                          .type = CORESET_OPTION_INTEGER,
                          .minimum = 1,
                          .maximum = INT32_MAX,
                          .default_value = {.is_set = 1, .integer = CORESET_DEFAULT_NEIGHBORS}},
    [OPTION_ESTIMATOR] = {.name = "estimator",
                          .type = CORESET_OPTION_CHOICE,
                          .choices = coreset_estimator_names,
                          .default_value = {.is_set = 1, .integer = CORESET_ESTIMATOR_AUTO}},
};

/* In which order questions are considered. */
enum question_class { CLASS_INFORMATIVE, CLASS_CONSTANT, CLASS_UNKNOWN };

/* What is known of one question. */
typedef struct candidate {
  double relevance;  /* with the full score */
  double redundancy; /* the sum of the terms known so far */
  size_t terms;      /* how many: those of the first picks */
  enum question_class class;
} candidate;

typedef struct mrmr_state {
  coreset_information *information; /* the estimator; owned */
  enum mrmr_scheme scheme;          /* which objective */
  size_t questions;                 /* how many */
  candidate *candidates;            /* one for each question */
  size_t *chosen;                   /* the coreset so far, in order */
  size_t chosen_count;              /* how many */
  enum question_class class;        /* the class that is chosen from now */
  size_t *live;                     /* its questions that may still be allowed, in order */
  double *bounds;                   /* for each of them its bound at the start of a choice; working memory */
  size_t live_count;                /* how many */
  size_t evaluated;                 /* redundancies computed */
  size_t polled;                    /* how many when the context was last polled */
} mrmr_state;

static void mrmr_finish(void *data) {
  mrmr_state *state = data;
  if (state->information != NULL) state->information->release(state->information);
  coreset_free(state->candidates);
  coreset_free(state->chosen);
  coreset_free(state->live);
  coreset_free(state->bounds);
  coreset_free(state);
}

/* Whether the options go with the kind of scores; *estimator is never 'auto'. */
static coreset_status choose_estimator(coreset_context *context, const coreset_scores *scores,
                                       coreset_setting *settings, coreset_estimator *estimator) {
  *estimator = (coreset_estimator)settings[OPTION_ESTIMATOR].integer;
  if (*estimator == CORESET_ESTIMATOR_AUTO) {
    *estimator = scores->binary ? CORESET_ESTIMATOR_ROSS : CORESET_ESTIMATOR_KSG;
    settings[OPTION_ESTIMATOR].integer = *estimator;
  }
  if (scores->binary != (*estimator == CORESET_ESTIMATOR_ROSS)) {
    return coreset_fail(context, CORESET_ERROR,
                        "estimator '%s' is for %s scores, but those of the source models take %s two values; use "
                        "'auto'",
                        coreset_estimator_names[*estimator], scores->binary ? "continuous" : "binary",
                        scores->binary ? "at most" : "more than");
  }
  return CORESET_OK;
}

/* The estimator at work, and how many models a question needs. */
static coreset_status start_estimator(coreset_context *context, const coreset_scores *scores, int64_t neighbors,
                                      coreset_estimator estimator, const coreset_jitter *jitter, size_t *needed,
                                      coreset_information **information) {
  *needed = (size_t)(estimator == CORESET_ESTIMATOR_ROSS ? 2 * (neighbors + 1) : neighbors + 2);
  if (scores->models < *needed) {
    return coreset_fail(context, CORESET_ERROR,
                        "estimator '%s' with neighbors = %lld needs at least %zu source models, got %zu",
                        coreset_estimator_names[estimator], (long long)neighbors, *needed, scores->models);
  }
  if (estimator == CORESET_ESTIMATOR_ROSS) {
    return coreset_binary_information_new(context, scores, neighbors, information);
  }
  return coreset_continuous_information_new(context, scores, neighbors, estimator == CORESET_ESTIMATOR_LNC, jitter,
                                            information);
}

/* The class of a question that at least needed models must have answered. */
static enum question_class classify(const coreset_scores *scores, size_t question, size_t needed) {
  const uint64_t *observed = coreset_observed_column(scores, question);
  const double *values = scores->binary ? NULL : scores->values + question * scores->models;
  double low = INFINITY, high = -INFINITY;
  size_t m, answered = 0;
  for (m = 0; m < scores->models; m++) {
    if (observed != NULL && !coreset_bit(observed, m)) continue;
    answered++;
    if (scores->binary) continue;
    if (values[m] < low) low = values[m];
    if (values[m] > high) high = values[m];
  }
  if (answered < needed) return CLASS_UNKNOWN;
  return scores->binary || low < high ? CLASS_INFORMATIVE : CLASS_CONSTANT;
}

/* Starts to choose from a class. */
static void gather_class(mrmr_state *state, enum question_class class) {
  size_t q;
  state->class = class;
  state->live_count = 0;
  for (q = 0; q < state->questions; q++) {
    if (state->candidates[q].class == class) state->live[state->live_count++] = q;
  }
}

coreset_status coreset_mrmr_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                  const coreset_jitter *jitter, void **result) {
  mrmr_state *state = coreset_allocate(context, 1, sizeof(*state));
  coreset_estimator estimator;
  coreset_status status;
  size_t q, needed;
  *result = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  state->scheme = (enum mrmr_scheme)settings[OPTION_SCHEME].integer;
  state->questions = scores->questions;
  state->candidates = coreset_allocate(context, state->questions, sizeof(candidate));
  state->chosen = coreset_allocate(context, state->questions, sizeof(size_t));
  state->live = coreset_allocate(context, state->questions, sizeof(size_t));
  state->bounds = coreset_allocate(context, state->questions, sizeof(double));
  if (state->candidates == NULL || state->chosen == NULL || state->live == NULL || state->bounds == NULL) {
    return CORESET_NO_MEMORY;
  }
  status = choose_estimator(context, scores, settings, &estimator);
  if (status == CORESET_OK) {
    status = start_estimator(context, scores, settings[OPTION_NEIGHBORS].integer, estimator, jitter, &needed,
                             &state->information);
  }
  for (q = 0; q < state->questions && status == CORESET_OK; q++) {
    if (q % 256 == 0) status = coreset_poll(context);
    if (status != CORESET_OK) break;
    state->candidates[q].relevance = state->information->relevance(state->information, q);
    state->candidates[q].class = classify(scores, q, needed);
  }
  if (status == CORESET_OK) gather_class(state, CLASS_INFORMATIVE);
  return status;
}

static coreset_status mrmr_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                 void **result) {
  return coreset_mrmr_start(context, scores, settings, NULL, result);
}

/* The objective with what is known of the redundancy: an upper bound, exact once
** all terms are in. */
static double bound(const mrmr_state *state, const candidate *this) {
  double mean;
  if (state->chosen_count == 0 || state->scheme == SCHEME_MI) return this->relevance;
  mean = this->redundancy / (double)state->chosen_count;
  if (state->scheme == SCHEME_MID) return this->relevance - mean;
  return this->relevance / (mean + QUOTIENT_FLOOR);
}

/* Adds the next missing term of a question's redundancy. */
static void add_term(mrmr_state *state, size_t question) {
  candidate *this = &state->candidates[question];
  this->redundancy += state->information->redundancy(state->information, question, state->chosen[this->terms]);
  this->terms++;
  state->evaluated++;
}

double coreset_mrmr_objective(void *data, size_t question) {
  mrmr_state *state = data;
  while (state->candidates[question].terms < state->chosen_count) add_term(state, question);
  return bound(state, &state->candidates[question]);
}

size_t coreset_mrmr_evaluated(const void *data) {
  return ((const mrmr_state *)data)->evaluated;
}

/* Whether a question with this objective is preferred to the best one so far. */
static int beats(double objective, size_t question, double best, size_t best_question) {
  return objective > best || (objective >= best && question < best_question);
}

/* Polls once in a while. */
static coreset_status poll_sometimes(coreset_context *context, mrmr_state *state) {
  if (state->evaluated - state->polled < PAIRS_BETWEEN_POLLS) return CORESET_OK;
  state->polled = state->evaluated;
  return coreset_poll(context);
}

/* Drops what is no longer allowed from the live questions and computes their bounds. The
** place of the best one; live_count where none is left. */
static size_t find_best_bound(mrmr_state *state, const unsigned char *allowed) {
  size_t i, kept = 0, best = 0;
  for (i = 0; i < state->live_count; i++) {
    size_t question = state->live[i];
    if (!allowed[question]) continue;
    state->live[kept] = question;
    state->bounds[kept] = bound(state, &state->candidates[question]);
    if (state->bounds[kept] > state->bounds[best]) best = kept;
    kept++;
  }
  state->live_count = kept;
  return best;
}

static coreset_status mrmr_choose(coreset_context *context, void *data, const unsigned char *allowed,
                                  size_t *question) {
  mrmr_state *state = data;
  size_t needed = state->scheme == SCHEME_MI ? 0 : state->chosen_count, first, best_question, i;
  double best;
  coreset_status status;
  while (first = find_best_bound(state, allowed), state->live_count == 0) {
    if (state->class + 1 >= CLASS_UNKNOWN) return CORESET_DONE;
    gather_class(state, state->class + 1);
  }
  /* a strong opponent first: the one with the best bound */
  best_question = state->live[first];
  while (state->candidates[best_question].terms < needed) add_term(state, best_question);
  best = bound(state, &state->candidates[best_question]);
  for (i = 0; i < state->live_count; i++) {
    size_t q = state->live[i];
    candidate *this = &state->candidates[q];
    if (state->bounds[i] < best || i == first) continue;
    status = poll_sometimes(context, state);
    if (status != CORESET_OK) return status;
    while (this->terms < needed && beats(bound(state, this), q, best, best_question)) add_term(state, q);
    if (this->terms >= needed && beats(bound(state, this), q, best, best_question)) {
      best = bound(state, this);
      best_question = q;
    }
  }
  *question = best_question;
  return CORESET_OK;
}

static coreset_status mrmr_take(coreset_context *context, void *data, size_t question, coreset_pick *pick) {
  mrmr_state *state = data;
  candidate *this = &state->candidates[question];
  while (this->terms < state->chosen_count) add_term(state, question);
  pick->question = question;
  pick->relevance = this->relevance;
  pick->redundancy = state->chosen_count == 0 ? 0 : this->redundancy / (double)state->chosen_count;
  pick->objective = bound(state, this);
  pick->remaining_sd = NAN;
  state->chosen[state->chosen_count++] = question;
  if (state->information->choose == NULL) return CORESET_OK;
  return state->information->choose(context, state->information, question);
}

const coreset_selector coreset_selector_mrmr = {
    .name = "mrmr",
    .summary = "minimum redundancy, maximum relevance",
    .options = mrmr_options,
    .option_count = sizeof(mrmr_options) / sizeof(mrmr_options[0]),
    .start = mrmr_start,
    .choose = mrmr_choose,
    .take = mrmr_take,
    .finish = mrmr_finish,
};
