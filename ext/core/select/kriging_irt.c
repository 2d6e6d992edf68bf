/*
** kriging_irt.c: kriging_select's design together with that of item response
** theory.
**
** Kriging (conditional_field.c) knows which questions go together, but takes how much an answer tells
** to be the same for weak and strong models. The item response curves P_q(t) of item_curves.c
** know at which ability t a question separates models, and nothing of what questions share.
** With the questions picked so far and q,
**
**     V_q = variance of the mean answer that is left, by kriging
**     I_q(t) = P_q (1 - P_q) (dlogit P_q / dt)^2                      Fisher's information
**     J_q = sum over t of w(t) Y'(t)^2 / (1/SD^2 + I_q(t) + sum over picks of I(t))
**
** where Y(t) is the benchmark's expected score at ability t: J_q is the variance of the score
** that the doubt about the ability leaves, averaged over the abilities t = -4, -3.75, ... 4 with
** weights w(t) proportional to exp(-t^2 / (2 SD^2)), SD = 1.5 standard deviations of the
** sources. The next pick is the question with the smallest V_q^2 J_q; objective is
** 1 - V_q^2 J_q / (V^2 J), the share of that product it removes. The other columns are those
** of kriging_select. Of equals the first in the permutation of conditional_field.c is taken.
**
** Scores that are not binary have no such curves: there this is kriging_select.
**
** Memory beyond kriging's: POINTS N numbers. Time per pick: POINTS N divisions more.
*/
#include "select/selector.h"
#include "statistics/conditional_field.h"
#include "statistics/item_curves.h"

#define POINTS 33
#define BLOCK 1024 /* questions worked on at a time */

typedef struct kriging_irt_state {
  core_kriging kriging;   /* V */
  double *information;    /* I_q(t): POINTS rows of N numbers; NULL where there are no curves */
  double *doubt;          /* J_q, for the pick to come */
  double present;         /* J, for the pick to come */
  double weights[POINTS]; /* w(t) Y'(t)^2 */
  double known[POINTS];   /* 1/SD^2 and the information of the picks */
} kriging_irt_state;

static void irt_finish(void *data) {
  kriging_irt_state *state = data;
  core_kriging_release(&state->kriging);
  coreset_free(state->information);
  coreset_free(state->doubt);
  coreset_free(state);
}

/* I_q(t), w(t) Y'(t)^2 and what is known at first, from the curves. */
static coreset_status tabulate_information(coreset_context *context, kriging_irt_state *state,
                                           const double *coefficients) {
  size_t questions = state->kriging.field.questions, g, q;
  coreset_status status = CORESET_OK;
  double all = 0;
  for (g = 0; g < POINTS && status == CORESET_OK; g++) {
    double t = core_ability(g, POINTS);
    double *row = state->information + g * questions, slope = 0;
    for (q = 0; q < questions; q++) {
      const double *b = coefficients + q * CORE_CURVE_TERMS;
      double chance = core_logistic(core_curve_logit(b, t)), tilt = b[1] + 2 * b[2] * t;
      double change = chance * (1 - chance) * tilt;
      row[q] = change * tilt;
      slope += state->kriging.field.share[q] * change;
    }
    state->weights[g] = core_exp(core_ability_log_weight(t));
    all += state->weights[g];
    state->weights[g] *= slope * slope;
    state->known[g] = 1 / (CORE_ABILITY_SD * CORE_ABILITY_SD);
    status = core_poll(context);
  }
  for (g = 0; g < POINTS; g++) state->weights[g] /= all;
  return status;
}

static coreset_status irt_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                void **result) {
  kriging_irt_state *state = core_allocate(context, 1, sizeof(*state));
  double *coefficients = NULL;
  coreset_status status;
  (void)settings;
  *result = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  status = core_kriging_start(context, scores, &state->kriging);
  if (status == CORESET_OK) status = core_item_curves_fit(context, scores, &coefficients);
  if (status == CORESET_OK && coefficients != NULL) {
    state->information = core_allocate(context, scores->questions, POINTS * sizeof(double));
    state->doubt = core_allocate(context, scores->questions, sizeof(double));
    status = state->information == NULL || state->doubt == NULL ? CORESET_NO_MEMORY
                                                                : tabulate_information(context, state, coefficients);
  }
  coreset_free(coefficients);
  return status;
}

/* J without a further question; 0 where there are no curves. */
static double present_doubt(const kriging_irt_state *state) {
  double sum = 0;
  size_t g;
  for (g = 0; g < POINTS && state->information != NULL; g++) sum += state->weights[g] / state->known[g];
  return sum;
}

/* J, and J_q of all questions. */
static void find_doubts(kriging_irt_state *state) {
  size_t questions = state->kriging.field.questions, start, g, q;
  state->present = present_doubt(state);
  for (start = 0; start < questions; start += BLOCK) {
    size_t end = questions - start < BLOCK ? questions : start + BLOCK;
    for (q = start; q < end; q++) state->doubt[q] = 0;
    for (g = 0; g < POINTS; g++) {
      const double *row = state->information + g * questions;
      double weight = state->weights[g], known = state->known[g];
      for (q = start; q < end; q++) state->doubt[q] += weight / (known + row[q]);
    }
  }
}

/* What a pick maximises. */
static double irt_objective(const kriging_irt_state *state, size_t question, double doubt, double present) {
  double total = state->kriging.total, gain = core_kriging_gain(&state->kriging, question), left;
  if (state->information == NULL) return gain;
  if (!(total > 0)) return 0; /* nothing is left to remove */
  left = gain < total ? 1 - gain / total : 0;
  return 1 - left * left * (present > 0 ? doubt / present : 1);
}

/* The same from what find_doubts() found. */
static double candidate_objective(const void *data, size_t question) {
  const kriging_irt_state *state = data;
  return irt_objective(state, question, state->information == NULL ? 0 : state->doubt[question], state->present);
}

static coreset_status irt_choose(coreset_context *context, void *data, const unsigned char *allowed, size_t *question) {
  kriging_irt_state *state = data;
  if (state->information != NULL) find_doubts(state);
  *question = core_kriging_best(&state->kriging, allowed, candidate_objective, state);
  return core_poll(context);
}

static coreset_status irt_take(coreset_context *context, void *data, size_t question, coreset_pick *pick) {
  kriging_irt_state *state = data;
  size_t questions = state->kriging.field.questions, g;
  double objective, present = present_doubt(state), doubt = 0;
  coreset_status status;
  for (g = 0; g < POINTS && state->information != NULL; g++) {
    double information = state->information[g * questions + question];
    doubt += state->weights[g] / (state->known[g] + information);
    state->known[g] += information;
  }
  objective = irt_objective(state, question, doubt, present);
  status = core_kriging_take(context, &state->kriging, question, pick);
  pick->objective = objective;
  return status;
}

const coreset_selector core_selector_kriging_irt = {
    .name = "kriging_irt",
    .summary = "kriging together with the information of item response curves",
    .start = irt_start,
    .choose = irt_choose,
    .take = irt_take,
    .finish = irt_finish,
};
