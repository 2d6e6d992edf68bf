/*
** krr_blup_irt.c: the predictor `krr_blup_irt`: krr_blup together with item response
** curves, and what lies outside the sources' reach.
**
** Curves are for scores that are binary in kind (scores.h). With those of item_curves.c, a target's answers T_i to
** the questions S have the likelihood, at ability t,
**
**     ln L(t) = sum_S T_i eta_i(t) - ln(1 + exp(eta_i(t))),   eta_i(t) = b_i . (1, t, t^2 - 1)
**
** of which the first part needs only sum_S T_i b_i. Its ability has the density proportional
** to exp(-t^2 / (2 SD^2)) L(t) at POINTS values of t between -4 and 4 (SD = 1.5, in standard
** deviations of the sources), and its expected score is, o being the questions' shares and U
** the questions not asked,
**
**     e = sum_S o_i T_i + mean over the ability of sum_U o_k P_k(t)
**
** Answers outside 0 and 1 count as 0 and 1 in L. For a target that is like the sources the prediction is, with
** q = n / (6 max(M - 4, 1/2)) as in krr_blup.c:
**
**     I = (1 - c) krr_blup + c e,   c = h/2 / (1 + (q / 4)^2),   c = 0 where S is all questions
**
** h is 1, but where answers are averages of n trials the mean over the sources' answers of 1/n, as in
** kriging_irt.c. A target's average counts as one answer between 0 and 1.
**
** Curves of 3 numbers for each question suffer from few sources more than the field of
** questions does, and n answers make up for it only in the latter: hence c.
**
** outside: with 'none' I is all. With 'auto' there is another prediction for a target that is like no source: from
** b, the best linear unbiased prediction in a field with anchors (statistics/anchors.c), and L, what equating its plain
** mean with the sources' gives (equating.c); with phi, how probably it lies outside the sources' range (reach.c),
**
**     O = (2 b + L) / 3,   prediction = (1 - phi) I + phi O
**
** clipped to what the answers leave possible.
**
** Parameters of a fit: c; then, where c > 0, for each of POINTS abilities
** -sum_S ln(1 + exp(eta_i)) - t^2 / (2 SD^2) and sum_U o_k P_k, and for each question b_i; then
** those of krr_blup; then, with 'auto', the header below, the weight of each answer in b, and the means and the shifts
** of equating, one for each source.
*/
#include <math.h>
#include <string.h>

#include "numeric/sums.h"
#include "predict/equating.h"
#include "predict/krr_blup.h"
#include "predict/predictor.h"
#include "statistics/item_curves.h"
#include "statistics/item_kernels.h"

#define POINTS 161 /* abilities, 0.05 standard deviations of the sources apart */
#define TERMS CORE_CURVE_TERMS
#define OPERATIONS 16     /* for a value of a curve, roughly */
#define LARGEST_SHARE 0.5 /* of e: this project's own choice, as is the next (tests/experiments/ACCURACY.md) */
#define SCALE 4.0         /* of q: where c is half as large */
#define EQUATED (1.0 / 3) /* the part of L in O, and so is this */

enum outside_header {
  BLUP_CONSTANT, /* b without any answer */
  BLUP_VARIANCE, /* V */
  ANCHOR_LOW,
  ANCHOR_HIGH, /* levels of the anchors */
  HALF_ANSWER, /* as core_reach_find() wants it */
  OUTSIDE_HEADER
};

/* Numbers of a fit that belong to the curves, c included. */
static size_t curve_count(size_t questions, int with_curves) {
  return 1 + (with_curves ? 2 * POINTS + questions * TERMS : 0);
}

/* Whether targets may lie outside. Fits made before there was such an option have no such setting. */
static int has_outside(const coreset_fit *fit) {
  return fit->choice.settings[0].is_set && fit->choice.settings[0].integer == CORE_OUTSIDE_AUTO;
}

/* Numbers of a fit for what lies outside; 0 where there are none, and on overflow. */
static size_t outside_count(const coreset_fit *fit) {
  size_t sources, count;
  if (!has_outside(fit) || __builtin_mul_overflow(fit->source_model_count, 2, &sources) ||
      __builtin_add_overflow(sources, OUTSIDE_HEADER + fit->questions.count, &count)) {
    return 0;
  }
  return count;
}

/* What equating has learnt, in the numbers of a fit for what lies outside. */
static core_equating equating_in(const coreset_fit *fit, double *outside) {
  size_t questions = fit->questions.count, models = (size_t)fit->source_model_count;
  double *means = outside + OUTSIDE_HEADER + questions;
  return (core_equating){questions, models, outside[ANCHOR_LOW], outside[ANCHOR_HIGH], means, means + models};
}

/* A fit of krr_blup whose parameters are those of a fit from that place on, but for so many at the end, in an
** arena of its own. */
static coreset_fit inner_fit(const coreset_fit *fit, size_t start, size_t end) {
  coreset_fit inner = *fit;
  inner.arena = (core_arena){0};
  inner.choice.method = &core_predictor_krr_blup.method;
  inner.parameters = fit->parameters == NULL ? NULL : fit->parameters + start;
  inner.parameter_count = fit->parameters == NULL ? 0 : fit->parameter_count - start - end;
  return inner;
}

/* c. */
static double curve_share(const coreset_scores *scores, size_t count) {
  double q = core_answer_ratio(count, scores->models) / SCALE;
  return count == scores->questions ? 0 : scores->mean_inverse_trials * LARGEST_SHARE / (1 + q * q);
}

/* What fits share. */
typedef struct prepared_parts {
  core_shared *shared;        /* where the field with anchors is from */
  void *krr_blup;             /* what fits of krr_blup share */
  const double *coefficients; /* of the curves; NULL where there are none */
  double expected[POINTS];    /* for each ability the expected full score: sum of o_k P_k over all questions */
} prepared_parts;

static coreset_status prepare_krr_blup_irt(coreset_context *context, core_arena *arena, core_shared *shared,
                                           void **prepared) {
  const coreset_scores *scores = shared->scores;
  const core_item_chances evaluate = core_choose_item_chances();
  prepared_parts *parts = core_take(context, arena, 1, sizeof(*parts));
  if (parts == NULL) return CORESET_NO_MEMORY;
  parts->shared = shared;
  coreset_status status = core_predictor_krr_blup.prepare(context, arena, shared, &parts->krr_blup);
  if (status == CORESET_OK) status = core_shared_curves(context, shared, &parts->coefficients);
  double *chances = core_take(context, arena, scores->questions, sizeof(double));
  if (status == CORESET_OK) status = arena->status;
  for (size_t point = 0; point < POINTS && status == CORESET_OK && parts->coefficients != NULL; point++) {
    core_sum sum = {0, 0};
    evaluate(parts->coefficients, scores->questions, core_ability(point, POINTS), chances);
    for (size_t q = 0; q < scores->questions; q++) core_sum_add(&sum, core_scores_share(scores, q) * chances[q]);
    parts->expected[point] = core_sum_value(&sum);
    status = core_poll_work(context, OPERATIONS * scores->questions);
  }
  if (status == CORESET_OK) *prepared = parts;
  return status;
}

/* The curves' parameters behind c. */
static void store_curves(const coreset_scores *scores, const prepared_parts *parts, const size_t *questions,
                         size_t count, double *parameters) {
  double *constants = parameters, *unseen = constants + POINTS, *next = unseen + POINTS;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < TERMS; j++) *next++ = parts->coefficients[questions[i] * TERMS + j];
  }
  for (size_t point = 0; point < POINTS; point++) {
    double t = core_ability(point, POINTS);
    core_sum constant = {core_ability_log_weight(t), 0}, rest = {parts->expected[point], 0};
    for (size_t i = 0; i < count; i++) {
      double logit = core_curve_logit(parts->coefficients + questions[i] * TERMS, t);
      core_sum_add(&constant, -fmax(logit, 0) - log1p(exp(-fabs(logit))));
      core_sum_add(&rest, -core_scores_share(scores, questions[i]) * core_logistic(logit));
    }
    constants[point] = core_sum_value(&constant);
    unseen[point] = fmax(core_sum_value(&rest), 0);
  }
}

/* What lies outside, in the last numbers of a fit. */
static coreset_status fit_outside(coreset_context *context, const coreset_scores *scores, const prepared_parts *parts,
                                  const size_t *questions, const coreset_fit *fit, double *outside) {
  const core_field *field;
  size_t count = fit->questions.count;
  core_blup blup = {.weights = outside + OUTSIDE_HEADER};
  coreset_status status = core_shared_field(context, parts->shared, CORE_FIELD_PREDICTION, &field);
  if (status == CORESET_OK) status = core_blup_fit(context, field, questions, count, &blup);
  if (status != CORESET_OK) return status;
  outside[BLUP_CONSTANT] = blup.constant;
  outside[BLUP_VARIANCE] = blup.variance;
  outside[ANCHOR_LOW] = field->anchors.low;
  outside[ANCHOR_HIGH] = field->anchors.high;
  outside[HALF_ANSWER] = core_scores_binary_kind(scores) ? scores->mean_inverse_trials / (2 * (double)count) : 0;
  core_equating equating = equating_in(fit, outside);
  return core_equating_fit(context, scores, questions, &equating);
}

static coreset_status fit_krr_blup_irt(coreset_context *context, const coreset_scores *scores, const void *prepared,
                                       const size_t *questions, coreset_fit *fit) {
  const prepared_parts *parts = prepared;
  size_t count = fit->questions.count, rest = outside_count(fit);
  double share = parts->coefficients == NULL ? 0 : curve_share(scores, count);
  size_t start = curve_count(count, share > 0);
  coreset_fit inner = inner_fit(fit, 0, 0);
  coreset_status status = core_predictor_krr_blup.fit(context, scores, parts->krr_blup, questions, &inner);
  if (status == CORESET_OK) {
    fit->parameter_count = start + inner.parameter_count + rest;
    fit->parameters = core_take(context, &fit->arena, fit->parameter_count, sizeof(double));
    status = fit->arena.status;
  }
  if (status == CORESET_OK) {
    memcpy(fit->parameters + start, inner.parameters, inner.parameter_count * sizeof(double));
    fit->parameters[0] = share;
    if (share > 0) store_curves(scores, parts, questions, count, fit->parameters + 1);
    double *outside = fit->parameters + start + inner.parameter_count;
    if (rest > 0) status = fit_outside(context, scores, parts, questions, fit, outside);
  }
  core_release(&inner.arena);
  return status;
}

/* e. */
static double predict_curves(const coreset_fit *fit, const double *answers) {
  const double *constants = fit->parameters + 1, *unseen = constants + POINTS, *next = unseen + POINTS;
  core_sum terms[TERMS] = {{0, 0}};
  double sums[TERMS], likelihoods[POINTS], largest = -INFINITY;
  for (size_t i = 0; i < fit->questions.count; i++) {
    double answer = fmin(fmax(answers[i], 0), 1);
    for (size_t j = 0; j < TERMS; j++) core_sum_add(&terms[j], *next++ * answer);
  }
  for (size_t j = 0; j < TERMS; j++) sums[j] = core_sum_value(&terms[j]);
  for (size_t point = 0; point < POINTS; point++) {
    likelihoods[point] = constants[point] + core_curve_logit(sums, core_ability(point, POINTS)); /* logarithms so far */
    largest = fmax(largest, likelihoods[point]);
  }
  for (size_t point = 0; point < POINTS; point++) likelihoods[point] = exp(likelihoods[point] - largest);
  return core_dot(0, fit->shares, answers, fit->questions.count) +
         core_dot(0, likelihoods, unseen, POINTS) / core_total(likelihoods, POINTS);
}

/* Joins I, in *predicted, with O. inner: the fit of krr_blup within. */
static void join_outside(const coreset_fit *fit, const coreset_fit *inner, const double *answers, double *predicted,
                         core_reach *reach) {
  size_t count = fit->questions.count;
  double *outside = inner->parameters + inner->parameter_count, mean = core_mean(answers, count), lowest, highest;
  core_equating equating = equating_in(fit, outside);
  reach->level = core_dot(outside[BLUP_CONSTANT], outside + OUTSIDE_HEADER, answers, count);
  reach->variance = outside[BLUP_VARIANCE];
  core_reach_find(equating.means, equating.models, outside[HALF_ANSWER], mean, reach);
  double beyond = (1 - EQUATED) * reach->level + EQUATED * core_equating_predict(&equating, mean);
  core_krr_blup_possible(inner, answers, &lowest, &highest);
  reach->disagreement = *predicted - core_clip(beyond, lowest, highest);
  *predicted = core_clip((1 - reach->outside) * *predicted + reach->outside * beyond, lowest, highest);
}

static coreset_status predict_krr_blup_irt(coreset_context *context, const coreset_fit *fit, const double *answers,
                                           double *predicted, core_reach *reach) {
  double share = fit->parameters[0];
  coreset_fit inner = inner_fit(fit, curve_count(fit->questions.count, share > 0), outside_count(fit));
  coreset_status status = core_predictor_krr_blup.predict(context, &inner, answers, predicted, reach);
  if (status != CORESET_OK) return status;
  if (share > 0) *predicted = (1 - share) * *predicted + share * predict_curves(fit, answers);
  if (has_outside(fit)) join_outside(fit, &inner, answers, predicted, reach);
  return CORESET_OK;
}

static const char *check_krr_blup_irt(const coreset_fit *fit) {
  if (fit->parameter_count == 0) return "it has no parameters";
  if (!(fit->parameters[0] >= 0 && fit->parameters[0] <= LARGEST_SHARE)) return "its share of curves is impossible";
  size_t start = curve_count(fit->questions.count, fit->parameters[0] > 0), end = outside_count(fit);
  if (has_outside(fit) && end == 0) return "its parameters do not go with its size";
  if (fit->parameter_count < start || fit->parameter_count - start < end) {
    return "its parameters do not go with its size";
  }
  coreset_fit inner = inner_fit(fit, start, end);
  if (end > 0 && !(inner.parameters[inner.parameter_count + BLUP_VARIANCE] >= 0)) return "its variance is negative";
  return core_predictor_krr_blup.check(&inner);
}

const core_predictor core_predictor_krr_blup_irt = {
    .method = {.name = "krr_blup_irt",
               .summary = "krr_blup together with item response curves, right beyond the sources too",
               .source = "this project",
               .options = &core_outside_option,
               .option_count = 1},
    .prepare = prepare_krr_blup_irt,
    .fit = fit_krr_blup_irt,
    .predict = predict_krr_blup_irt,
    .check = check_krr_blup_irt,
};

/* ------------------------------------------------------------------------
** The curves alone
*/

static coreset_status fit_curves(coreset_context *context, const coreset_scores *scores, const void *prepared,
                                 const size_t *questions, coreset_fit *fit) {
  const prepared_parts *parts = prepared;
  if (parts->coefficients == NULL) return core_fail(context, CORESET_TOO_LITTLE, "these scores have no item curves");
  fit->parameter_count = curve_count(fit->questions.count, 1);
  fit->parameters = core_take(context, &fit->arena, fit->parameter_count, sizeof(double));
  if (fit->parameters != NULL) store_curves(scores, parts, questions, fit->questions.count, fit->parameters + 1);
  return fit->arena.status;
}

static coreset_status predict_by_curves(coreset_context *context, const coreset_fit *fit, const double *answers,
                                        double *predicted, core_reach *reach) {
  (void)context, (void)reach;
  *predicted = predict_curves(fit, answers);
  return CORESET_OK;
}

const core_predictor core_predictor_curves = {
    .method = {.name = "curves", .summary = "item response curves alone", .source = "this project"},
    .prepare = prepare_krr_blup_irt,
    .fit = fit_curves,
    .predict = predict_by_curves,
};
