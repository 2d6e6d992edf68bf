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
** Constant questions have relevance 0 and redundancy 0, so MID takes them before
** redundant ones. The published program does so as well, and we agree with it.
*/
#include <math.h>

#include "information.h"
#include "scores.h"
#include "selector.h"

#define QUOTIENT_FLOOR 1e-10     /* keeps MIQ finite where nothing is redundant */
#define PAIRS_BETWEEN_POLLS 8192 /* redundancies computed before asking whether to stop */

enum mrmr_option { OPTION_SCHEME, OPTION_NEIGHBORS, OPTION_ESTIMATOR };
enum mrmr_scheme { SCHEME_MID, SCHEME_MIQ, SCHEME_MI };

static const char *const scheme_names[] = {"MID", "MIQ", "MI", NULL};
static const char *const estimator_names[] = {"auto", "ross", "ksg", "lnc", NULL};

static const coreset_option mrmr_options[] = {
    [OPTION_SCHEME] = {.name = "scheme",
                       .type = CORESET_OPTION_CHOICE,
                       .choices = scheme_names,
                       .default_value = {.is_set = 1, .integer = SCHEME_MID}},
    [OPTION_NEIGHBORS] = {.name = "neighbors",
                          .type = CORESET_OPTION_INTEGER,
                          .minimum = 1,
                          .maximum = INT32_MAX,
                          .default_value = {.is_set = 1, .integer = 3}},
    [OPTION_ESTIMATOR] = {.name = "estimator",
                          .type = CORESET_OPTION_CHOICE,
                          .choices = estimator_names,
                          .default_value = {.is_set = 1, .integer = CORESET_ESTIMATOR_AUTO}},
};

/* What is known of one question. */
typedef struct candidate {
  double relevance;  /* with the full score */
  double redundancy; /* the sum of the terms known so far */
  size_t terms;      /* how many: those of the first picks */
} candidate;

typedef struct mrmr_state {
  coreset_information *information; /* the estimator; owned */
  enum mrmr_scheme scheme;          /* which objective */
  size_t questions;                 /* how many */
  candidate *candidates;            /* one for each question */
  size_t *chosen;                   /* the coreset so far, in order */
  size_t chosen_count;              /* how many */
  size_t unpolled;                  /* redundancies computed since the last poll */
} mrmr_state;

static void mrmr_finish(void *data) {
  mrmr_state *state = data;
  if (state->information != NULL) state->information->release(state->information);
  coreset_free(state->candidates);
  coreset_free(state->chosen);
  coreset_free(state);
}

/* The estimator that the options and the kind of scores call for. */
static coreset_status choose_estimator(coreset_context *context, const coreset_scores *scores,
                                       const coreset_setting *settings, coreset_information **information) {
  int64_t neighbors = settings[OPTION_NEIGHBORS].integer;
  if (!scores->binary) {
    return coreset_fail(context, CORESET_ERROR,
                        "the scores of the source models take more than two values: mRMR needs binary scores");
  }
  if (settings[OPTION_ESTIMATOR].integer != CORESET_ESTIMATOR_AUTO &&
      settings[OPTION_ESTIMATOR].integer != CORESET_ESTIMATOR_ROSS) {
    return coreset_fail(context, CORESET_ERROR, "estimator '%s' is for continuous scores; binary scores need 'ross'",
                        estimator_names[settings[OPTION_ESTIMATOR].integer]);
  }
  if ((uint64_t)scores->models < 2 * ((uint64_t)neighbors + 1)) {
    return coreset_fail(context, CORESET_ERROR,
                        "Ross's estimator with neighbors = %lld needs at least %lld source models, got %zu",
                        (long long)neighbors, (long long)(2 * (neighbors + 1)), scores->models);
  }
  return coreset_binary_information_new(context, scores, neighbors, information);
}

static coreset_status mrmr_start(coreset_context *context, const coreset_scores *scores,
                                 const coreset_setting *settings, void **result) {
  mrmr_state *state = coreset_allocate(context, 1, sizeof(*state));
  coreset_status status;
  size_t q;
  *result = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  state->scheme = (enum mrmr_scheme)settings[OPTION_SCHEME].integer;
  state->questions = scores->questions;
  state->candidates = coreset_allocate(context, state->questions, sizeof(candidate));
  state->chosen = coreset_allocate(context, state->questions, sizeof(size_t));
  if (state->candidates == NULL || state->chosen == NULL) return CORESET_NO_MEMORY;
  status = choose_estimator(context, scores, settings, &state->information);
  for (q = 0; q < state->questions && status == CORESET_OK; q++) {
    if (q % 1024 == 0) status = coreset_poll(context);
    if (status == CORESET_OK) state->candidates[q].relevance = state->information->relevance(state->information, q);
  }
  return status;
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
  state->unpolled++;
}

double coreset_mrmr_objective(void *data, size_t question) {
  mrmr_state *state = data;
  while (state->candidates[question].terms < state->chosen_count) add_term(state, question);
  return bound(state, &state->candidates[question]);
}

/* Whether a question with this objective is preferred to the best one so far. */
static int beats(double objective, size_t question, double best, size_t best_question) {
  return objective > best || (objective >= best && question < best_question);
}

static coreset_status mrmr_choose(coreset_context *context, void *data, const unsigned char *allowed,
                                  size_t *question) {
  mrmr_state *state = data;
  size_t q, best_question = state->questions, needed = state->scheme == SCHEME_MI ? 0 : state->chosen_count;
  double best = -INFINITY;
  /* a strong opponent first: the one with the best bound */
  for (q = 0; q < state->questions; q++) {
    if (allowed[q] && beats(bound(state, &state->candidates[q]), q, best, best_question)) {
      best = bound(state, &state->candidates[q]);
      best_question = q;
    }
  }
  while (state->candidates[best_question].terms < needed) add_term(state, best_question);
  best = bound(state, &state->candidates[best_question]);
  for (q = 0; q < state->questions; q++) {
    candidate *this = &state->candidates[q];
    if (!allowed[q] || q == best_question) continue;
    if (state->unpolled >= PAIRS_BETWEEN_POLLS) {
      coreset_status status = coreset_poll(context);
      state->unpolled = 0;
      if (status != CORESET_OK) return status;
    }
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
  (void)context;
  while (this->terms < state->chosen_count) add_term(state, question);
  pick->question = question;
  pick->relevance = this->relevance;
  pick->redundancy = state->chosen_count == 0 ? 0 : this->redundancy / (double)state->chosen_count;
  pick->objective = bound(state, this);
  pick->remaining_sd = NAN;
  state->chosen[state->chosen_count++] = question;
  return CORESET_OK;
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
