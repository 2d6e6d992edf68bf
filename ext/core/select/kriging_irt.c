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
** sources. The next pick is the question with the smallest V_q^2 J_q^h; objective is
** 1 - V_q^2 J_q^h / (V^2 J^h), the share of that product it removes. h is 1, but where answers are averages
** of n trials the mean over the sources' answers of 1/n: trials drown out chance, and what is left are
** differences between models that curves of one ability do not have, and the field has. The other columns are
** kriging's. Of equals the first in the permutation of conditional_field.c is taken.
**
** Scores that are not binary in kind (scores.h) have no such curves: there kriging alone decides.
**
** outside: with 'auto' the field has anchors (statistics/anchors.c), so that models beyond the sources are predicted
** well too; with 'none' it is that of kriging_select, and so are the other columns.
**
** For one target (core_irt_follow()) its answers T to the picks tell where its ability is, and so which questions tell
** most of it:
**
**     w(t) proportional to exp(-t^2 / (2 SD^2)) L(t),   ln L(t) = sum over picks of T eta(t) - ln(1 + exp(eta(t)))
**
** with eta the curves' logits, and the next pick is the question with the smallest V_q^(1/2) J_q^h.
**
** Memory beyond kriging's: POINTS N numbers. Time per pick: POINTS N divisions more.
*/
#include <string.h>

#include "select/adaptive.h"
#include "select/selector.h"
#include "statistics/conditional_field.h"
#include "statistics/item_curves.h"
#include "statistics/item_kernels.h"

#define POINTS 33     /* abilities from -4 to 4 in steps of a quarter */
#define OPERATIONS 16 /* for a value of a curve, roughly */
#define BLOCK 1024    /* questions worked on at a time: J_q and one row of I_q of so many stay in the nearest cache */
#define FOR_ANY 2.0   /* the power of V */
#define FOR_ONE 0.5   /* the same for one target: this project's own choices (tests/experiments/ACCURACY.md) */

typedef struct kriging_irt_state {
  core_conditional_field conditional; /* V */
  const double *coefficients;         /* of the curves; NULL where there are none */
  double power;                       /* of V: FOR_ANY or FOR_ONE */
  double exponent;                    /* h */
  size_t points;                      /* POINTS; 0 where there are no curves */
  double *information;                /* I_q(t): a row of N numbers for each point; NULL where there are none */
  double *doubt;                      /* J_q, for the pick to come */
  double present;                     /* J, for the pick to come */
  double slopes[POINTS];              /* Y'(t)^2 */
  double weights[POINTS];             /* w(t) Y'(t)^2 */
  double known[POINTS];               /* 1/SD^2 and the information of the picks */
} kriging_irt_state;

/* w(t) Y'(t)^2 from the logarithms of w(t). */
static void weigh(kriging_irt_state *state, const double *log_weights) {
  double largest = -INFINITY, all = 0;
  for (size_t g = 0; g < POINTS; g++) largest = fmax(largest, log_weights[g]);
  for (size_t g = 0; g < POINTS; g++) {
    state->weights[g] = core_exp(log_weights[g] - largest);
    all += state->weights[g];
  }
  for (size_t g = 0; g < POINTS; g++) state->weights[g] = state->weights[g] * state->slopes[g] / all;
}

/* I_q(t), w(t) Y'(t)^2 and what is known at first, from the curves. */
static coreset_status tabulate_information(coreset_context *context, kriging_irt_state *state,
                                           const double *coefficients) {
  const core_field *field = &state->conditional.field;
  const core_item_chances evaluate = core_choose_item_chances();
  double log_weights[POINTS];
  for (size_t g = 0; g < POINTS; g++) {
    double t = core_ability(g, POINTS);
    double *row = state->information + g * field->questions, slope = 0;
    evaluate(coefficients, field->questions, t, row);
    for (size_t q = 0; q < field->questions; q++) {
      const double *b = coefficients + q * CORE_CURVE_TERMS;
      double tilt = b[1] + 2 * b[2] * t, change = row[q] * (1 - row[q]) * tilt;
      row[q] = change * tilt;
      slope += field->share[q] * change;
    }
    log_weights[g] = core_ability_log_weight(t);
    state->slopes[g] = slope * slope;
    state->known[g] = 1 / (CORE_ABILITY_SD * CORE_ABILITY_SD);
    coreset_status status = core_poll_work(context, OPERATIONS * field->questions);
    if (status != CORESET_OK) return status;
  }
  weigh(state, log_weights);
  state->points = POINTS;
  return CORESET_OK;
}

static coreset_status irt_start(coreset_context *context, core_arena *arena, core_shared *shared,
                                coreset_setting *settings, void **result) {
  kriging_irt_state *state = core_take(context, arena, 1, sizeof(*state));
  const double *coefficients;
  core_field_kind kind = settings[0].integer == CORE_OUTSIDE_AUTO ? CORE_FIELD_SELECTION : CORE_FIELD_PLAIN;
  *result = state;
  if (state == NULL) return arena->status;
  coreset_status status = core_conditional_start(context, arena, shared, kind, &state->conditional);
  if (status == CORESET_OK) status = core_shared_curves(context, shared, &coefficients);
  if (status != CORESET_OK) return status;
  state->power = FOR_ANY;
  state->coefficients = coefficients;
  state->exponent = shared->scores->mean_inverse_trials;
  state->doubt = core_take(context, arena, shared->scores->questions, sizeof(double));
  if (coefficients != NULL) {
    state->information = core_take_matrix(context, arena, POINTS, shared->scores->questions, sizeof(double));
  }
  if (arena->status != CORESET_OK) return arena->status;
  return coefficients == NULL ? CORESET_OK : tabulate_information(context, state, coefficients);
}

/* J without a further question; 0 where there are no curves. */
static double present_doubt(const kriging_irt_state *state) {
  double sum = 0;
  for (size_t g = 0; g < state->points; g++) sum += state->weights[g] / state->known[g];
  return sum;
}

/* x^h for x > 0. */
static double raised(double x, double h) {
  return h < 1 ? core_exp(h * core_log(x)) : x;
}

/* What a pick maximises. */
static double irt_objective(const kriging_irt_state *state, size_t question, double doubt, double present) {
  double total = state->conditional.total, gain = core_conditional_gain(&state->conditional, question);
  if (state->points == 0) return gain;
  if (!(total > 0)) return 0; /* nothing is left to remove */
  double left = gain < total ? 1 - gain / total : 0;
  return 1 - (state->power == FOR_ONE ? sqrt(left) : left * left) *
                 raised(present > 0 ? doubt / present : 1, state->exponent);
}

/* The same from what irt_choose_by_cost() found. */
static double candidate_objective(const void *data, size_t question) {
  const kriging_irt_state *state = data;
  return irt_objective(state, question, state->doubt[question], state->present);
}

static coreset_status irt_choose_by_cost(coreset_context *context, void *data, const unsigned char *allowed,
                                         const double *costs, size_t *question) {
  kriging_irt_state *state = data;
  size_t questions = state->conditional.field.questions;
  state->present = present_doubt(state);
  for (size_t start = 0; start < questions; start += BLOCK) {
    size_t end = questions - start < BLOCK ? questions : start + BLOCK;
    for (size_t q = start; q < end; q++) state->doubt[q] = 0;
    for (size_t g = 0; g < state->points; g++) {
      const double *row = state->information + g * questions;
      double weight = state->weights[g], known = state->known[g];
      for (size_t q = start; q < end; q++) state->doubt[q] += weight / (known + row[q]);
    }
  }
  *question = core_conditional_best(&state->conditional, allowed, costs, candidate_objective, state);
  return core_poll_work(context, state->points * questions);
}

static coreset_status irt_choose(coreset_context *context, void *data, const unsigned char *allowed, size_t *question) {
  return irt_choose_by_cost(context, data, allowed, NULL, question);
}

static coreset_status irt_take(coreset_context *context, core_arena *arena, void *data, size_t question,
                               coreset_pick *pick) {
  kriging_irt_state *state = data;
  double present = present_doubt(state), doubt = 0;
  for (size_t g = 0; g < state->points; g++) {
    double information = state->information[g * state->conditional.field.questions + question];
    doubt += state->weights[g] / (state->known[g] + information);
    state->known[g] += information;
  }
  double objective = irt_objective(state, question, doubt, present);
  coreset_status status = core_conditional_take(context, arena, &state->conditional, question, pick);
  pick->objective = objective;
  return status;
}

/* ------------------------------------------------------------------------
** For one target
*/

/* Copies so many numbers into the arena. */
static double *copy_numbers(coreset_context *context, core_arena *arena, const double *numbers, size_t count) {
  double *copy = core_take(context, arena, count, sizeof(double));
  if (copy != NULL) memcpy(copy, numbers, count * sizeof(double));
  return copy;
}

/* w(t) of a target with these answers to so many questions. */
static coreset_status follow_answers(coreset_context *context, kriging_irt_state *state, const size_t *questions,
                                     const double *answers, size_t count) {
  double log_weights[POINTS];
  coreset_status status = CORESET_OK;
  for (size_t g = 0; g < POINTS && status == CORESET_OK; g++) {
    double t = core_ability(g, POINTS);
    log_weights[g] = core_ability_log_weight(t);
    for (size_t i = 0; i < count; i++) {
      double logit = core_curve_logit(state->coefficients + questions[i] * CORE_CURVE_TERMS, t);
      double answer = fmin(fmax(answers[i], 0), 1);
      log_weights[g] += answer * logit - fmax(logit, 0) - core_log(1 + core_exp(-fabs(logit)));
    }
    status = core_poll_work(context, 2 * OPERATIONS * count);
  }
  if (status != CORESET_OK) return status;
  state->power = FOR_ONE;
  weigh(state, log_weights);
  return CORESET_OK;
}

coreset_status core_irt_follow(coreset_context *context, core_arena *arena, const void *base, const size_t *questions,
                               const double *answers, size_t count, void **result) {
  kriging_irt_state *state = core_take(context, arena, 1, sizeof(*state));
  *result = state;
  if (state == NULL) return arena->status;
  *state = *(const kriging_irt_state *)base;
  core_conditional_field *field = &state->conditional;
  size_t all = field->field.questions, rows = field->field.factor_count + all;
  double **known = field->rows;
  field->covariance = copy_numbers(context, arena, field->covariance, all);
  field->variance = copy_numbers(context, arena, field->variance, all);
  field->rows = core_take(context, arena, rows, sizeof(double *));
  field->factors = core_take(context, arena, rows, sizeof(double));
  state->doubt = core_take(context, arena, all, sizeof(double));
  if (arena->status != CORESET_OK) return arena->status;
  memcpy(field->rows, known, (field->field.factor_count + field->picked_count) * sizeof(double *));
  coreset_status status = core_poll_work(context, all);
  if (status != CORESET_OK || answers == NULL || state->points == 0) return status;
  return follow_answers(context, state, questions, answers, count);
}

const core_selector core_selector_kriging_irt = {
    .method = {.name = "kriging_irt",
               .summary = "kriging together with the information of item response curves",
               .source = "this project",
               .options = &core_outside_option,
               .option_count = 1},
    .start = irt_start,
    .choose = irt_choose,
    .choose_by_cost = irt_choose_by_cost,
    .take = irt_take,
};
