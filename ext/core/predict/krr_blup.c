/*
** krr_blup.c: the predictor `krr_blup`: kernel ridge regression across models, combined
** with the best linear unbiased prediction of the field of questions.
**
** Coreset S of n questions, the others U; T a target's answers on S; M source models, N
** questions, y the sources' full scores; o_i the share of question i in the score.
**
** BLUP. b of blup.c.
**
** KRR across models. A = X_S, m its column means, Ac = A - m, tau = sum(Ac^2) / M, s the
** row means of Ac, sigma^2 their variance, G = Ac Ac^T / tau,
**
**     K = 2 s s^T / sigma^2 + 2 G + G o G      (without s where sigma <= 1e-9 sqrt(tau))
**     V = (K + 0.1 I)^-1,  h = V 1,  b0 = h^T y / sum(h),  c = V (y - b0)
**     t = T - m,  k = Ac t / tau,  g = b0 + sum_m c_m (2 mean(t) s_m / sigma^2 + 2 k_m + k_m^2)
**
** Together. The error of KRR falls as 1/M, that of BLUP as 1/n:
**
**     q = n / (6 max(M - 4, 1/2)),  w = q^2 / (1 + q^2),  w <- 1 - (1 - w)(1 - n/N)
**     prediction = (1 - w) g + w b
**
** clipped to what is possible: the answers given, and for the rest the lowest and highest
** score of the sources and of this target (0 and 1 for scores that are binary in kind). Where the sources
** do not differ on the coreset (tau <= 1e-12 n) it is the difference estimator, with
** O = sum over U of o_k and mu_U = sum over U of o_k mu_k / O:
**
**     sum_S o_i T_i + O (mean_S (T_i - mu_i) + mu_U)
**
** Parameters of a fit: the header below, then for each question of the coreset the weight
** of its answer in b, and m; then for each model s and c; then Ac, question by question:
** HEADER + 2 n + 2 M + n M numbers.
*/
#include <math.h>

#include "numeric/linalg.h"
#include "numeric/sums.h"
#include "predict/krr_blup.h"

#define RIDGE 0.1                  /* added to K: this project's own choice, as is the next */
#define THETA 2.0                  /* the weight in K of the models' levels, s */
#define LEVEL_TOLERANCE 1e-9       /* sigma / sqrt(tau) up to which the models' levels are equal but for rounding */
#define DIFFERENCE_TOLERANCE 1e-12 /* tau / n up to which the sources' answers are equal but for rounding */

enum header {
  HAS_KERNEL,      /* 0: b alone */
  BLUP_WEIGHT,     /* w */
  BLUP_CONSTANT,   /* what b is without answers */
  KERNEL_CONSTANT, /* b0 */
  KERNEL_SCALE,    /* tau */
  KERNEL_SLOPE,    /* 2 / sigma^2, or 0 */
  LOWEST,
  HIGHEST,    /* scores of the sources */
  REST_SHARE, /* of the questions outside the coreset */
  HEADER
};

/* Where the parts of a fit's parameters are. */
typedef struct parts {
  double *weights, *means; /* one for each question */
  double *levels, *duals;  /* s and c, one for each model */
  double *centred;         /* Ac, question by question */
} parts;

static parts parts_of(double *parameters, size_t questions, size_t models) {
  parts where;
  where.weights = parameters + HEADER;
  where.means = where.weights + questions;
  where.levels = where.means + questions;
  where.duals = where.levels + models;
  where.centred = where.duals + models;
  return where;
}

/* HEADER + 2 n + 2 M + n M, or 0 on overflow. */
static size_t parameter_count(size_t questions, size_t models) {
  size_t cells, count;
  if (__builtin_mul_overflow(questions, models, &cells) || __builtin_add_overflow(cells, 2 * questions, &count) ||
      __builtin_add_overflow(count, 2 * models + HEADER, &count)) {
    return 0;
  }
  return count;
}

/* The difference estimator in the place of b. */
static void fit_difference(const core_field *field, const size_t *questions, double *parameters, const parts *where,
                           size_t count) {
  double rest = parameters[REST_SHARE], n = (double)count;
  core_sum constant = {0, 0};
  for (size_t q = 0; rest > 0 && q < field->questions; q++) core_sum_add(&constant, field->share[q] * field->mean[q]);
  for (size_t i = 0; rest > 0 && i < count; i++) {
    double mean = field->mean[questions[i]];
    core_sum_add(&constant, -field->share[questions[i]] * mean);
    core_sum_add(&constant, -rest / n * mean);
  }
  for (size_t i = 0; i < count; i++) where->weights[i] = field->share[questions[i]] + rest / n;
  parameters[BLUP_CONSTANT] = core_sum_value(&constant);
}

/* ------------------------------------------------------------------------
** KRR across models
*/

/* Ac, m, s, tau and the slope. */
static void centre_answers(const coreset_scores *scores, const size_t *questions, size_t count, double *parameters,
                           const parts *where) {
  size_t models = scores->models, cells = count * models;
  for (size_t i = 0; i < count; i++) {
    double *column = where->centred + i * models;
    core_scores_column(scores, questions[i], column);
    where->means[i] = core_mean(column, models);
    for (size_t m = 0; m < models; m++) {
      column[m] -= where->means[i];
      where->levels[m] += column[m] / (double)count;
    }
  }
  parameters[KERNEL_SCALE] = core_dot(0, where->centred, where->centred, cells) / (double)models;
  double variance = core_squares(where->levels, models, core_mean(where->levels, models)) / (double)models;
  parameters[KERNEL_SLOPE] = sqrt(variance) > LEVEL_TOLERANCE * sqrt(parameters[KERNEL_SCALE]) ? THETA / variance : 0;
}

/* c and b0. */
static coreset_status fit_kernel(coreset_context *context, const coreset_scores *scores, size_t count,
                                 double *parameters, const parts *where) {
  size_t models = scores->models;
  core_arena scratch = {0};
  double *kernel = core_take_matrix(context, &scratch, models, models, sizeof(double));
  double *right = core_take_matrix(context, &scratch, models, 2, sizeof(double)); /* 1, then y */
  double *full_scores = core_take(context, &scratch, models, sizeof(double));
  double tau = parameters[KERNEL_SCALE], slope = parameters[KERNEL_SLOPE];
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_poll_work(context, (count + models) * models);
  if (status == CORESET_OK) status = core_linalg_gram(context, where->centred, models, count, kernel);
  for (size_t j = 0; j < models && status == CORESET_OK; j++) {
    for (size_t i = 0; i < models; i++) {
      double g = kernel[j * models + i] / tau;
      kernel[j * models + i] = slope * where->levels[i] * where->levels[j] + 2 * g + g * g + (i == j ? RIDGE : 0);
    }
    right[j] = 1;
    right[models + j] = full_scores[j] = core_scores_full_score(scores, j);
    status = core_poll_work(context, models);
  }
  if (status == CORESET_OK) status = core_linalg_solve(context, kernel, models, right, 2);
  if (status == CORESET_OK) {
    parameters[KERNEL_CONSTANT] = core_dot(0, right, full_scores, models) / core_total(right, models);
    for (size_t m = 0; m < models; m++) where->duals[m] = right[models + m] - parameters[KERNEL_CONSTANT] * right[m];
  }
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** The predictor
*/

/* The lowest and highest mapped score of the sources. */
static void find_range(const coreset_scores *scores, double *lowest, double *highest) {
  int is_binary = core_scores_binary_kind(scores);
  size_t cells = is_binary ? 0 : scores->models * scores->questions;
  *lowest = is_binary ? 0 : INFINITY;
  *highest = is_binary ? 1 : -INFINITY;
  for (size_t i = 0; i < cells; i++) {
    if (scores->values[i] < *lowest) *lowest = scores->values[i];
    if (scores->values[i] > *highest) *highest = scores->values[i];
  }
}

/* w. */
static double blup_weight(size_t count, size_t questions, size_t models) {
  double q = core_answer_ratio(count, models);
  double weight = q * q / (1 + q * q);
  return 1 - (1 - weight) * (1 - (double)count / (double)questions);
}

/* What fits share: the field. */
static coreset_status prepare_krr_blup(coreset_context *context, core_arena *arena, core_shared *shared,
                                       void **prepared) {
  const core_field **field = core_take(context, arena, 1, sizeof(*field));
  coreset_status status =
      field == NULL ? CORESET_NO_MEMORY : core_shared_field(context, shared, CORE_FIELD_PLAIN, field);
  if (status == CORESET_OK) *prepared = field;
  return status;
}

static coreset_status fit_krr_blup(coreset_context *context, const coreset_scores *scores, const void *prepared,
                                   const size_t *questions, coreset_fit *fit) {
  const core_field *field = *(const core_field *const *)prepared;
  size_t count = fit->questions.count, models = scores->models;
  fit->parameter_count = parameter_count(count, models);
  if (fit->parameter_count == 0) return core_out_of_memory(context);
  double *parameters = fit->parameters = core_take(context, &fit->arena, fit->parameter_count, sizeof(double));
  if (parameters == NULL) return CORESET_NO_MEMORY;
  parts where = parts_of(parameters, count, models);
  core_blup blup = {.weights = where.weights};
  coreset_status status = core_blup_fit(context, field, questions, count, &blup);
  if (status != CORESET_OK) return status;
  parameters[BLUP_CONSTANT] = blup.constant;
  parameters[REST_SHARE] = blup.rest;
  find_range(scores, &parameters[LOWEST], &parameters[HIGHEST]);
  centre_answers(scores, questions, count, parameters, &where);
  parameters[HAS_KERNEL] = parameters[KERNEL_SCALE] > DIFFERENCE_TOLERANCE * (double)count;
  parameters[BLUP_WEIGHT] = 1;
  if (parameters[HAS_KERNEL] > 0) {
    parameters[BLUP_WEIGHT] = blup_weight(count, scores->questions, models);
    return fit_kernel(context, scores, count, parameters, &where);
  }
  fit_difference(field, questions, parameters, &where, count);
  return CORESET_OK;
}

/* g for these answers. */
static coreset_status predict_kernel(coreset_context *context, const coreset_fit *fit, const parts *where,
                                     const double *answers, double *predicted) {
  size_t count = fit->questions.count, models = (size_t)fit->source_model_count;
  const double *parameters = fit->parameters;
  core_arena scratch = {0};
  double *centred = core_take(context, &scratch, count, sizeof(double));
  double *products = core_take(context, &scratch, models, sizeof(double));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) centred[i] = answers[i] - where->means[i];
  if (status == CORESET_OK) status = core_linalg_multiply(context, where->centred, models, count, centred, products);
  if (status == CORESET_OK) {
    double level = core_mean(centred, count);
    for (size_t m = 0; m < models; m++) {
      double k = products[m] / parameters[KERNEL_SCALE];
      products[m] = parameters[KERNEL_SLOPE] * level * where->levels[m] + 2 * k + k * k;
    }
    *predicted = core_dot(parameters[KERNEL_CONSTANT], where->duals, products, models);
  }
  core_release(&scratch);
  return status;
}

void core_krr_blup_possible(const coreset_fit *fit, const double *answers, double *lowest, double *highest) {
  const double *parameters = fit->parameters;
  double given = core_dot(0, fit->shares, answers, fit->questions.count);
  *lowest = parameters[LOWEST];
  *highest = parameters[HIGHEST];
  for (size_t i = 0; i < fit->questions.count; i++) {
    if (answers[i] < *lowest) *lowest = answers[i];
    if (answers[i] > *highest) *highest = answers[i];
  }
  *lowest = given + parameters[REST_SHARE] * *lowest;
  *highest = given + parameters[REST_SHARE] * *highest;
}

static coreset_status predict_krr_blup(coreset_context *context, const coreset_fit *fit, const double *answers,
                                       double *predicted, core_reach *reach) {
  const double *parameters = fit->parameters;
  parts where = parts_of(fit->parameters, fit->questions.count, (size_t)fit->source_model_count);
  double weight = parameters[BLUP_WEIGHT], kernel = 0, lowest, highest;
  double blup = core_dot(parameters[BLUP_CONSTANT], where.weights, answers, fit->questions.count);
  (void)reach;
  if (parameters[HAS_KERNEL] > 0) {
    coreset_status status = predict_kernel(context, fit, &where, answers, &kernel);
    if (status != CORESET_OK) return status;
  }
  core_krr_blup_possible(fit, answers, &lowest, &highest);
  *predicted = core_clip((1 - weight) * kernel + weight * blup, lowest, highest);
  return CORESET_OK;
}

static const char *check_krr_blup(const coreset_fit *fit) {
  const double *parameters = fit->parameters;
  size_t expected = 0;
  if (fit->source_model_count <= SIZE_MAX / 4) {
    expected = parameter_count(fit->questions.count, (size_t)fit->source_model_count);
  }
  if (expected == 0 || fit->parameter_count != expected) return "its parameters do not go with its size";
  if (parameters[HAS_KERNEL] > 0 && !(parameters[KERNEL_SCALE] > 0)) return "its kernel has no scale";
  return NULL;
}

const core_predictor core_predictor_krr_blup = {
    .method = {.name = "krr_blup",
               .summary = "kernel ridge regression across models with the best linear unbiased prediction across "
                          "questions",
               .source = "this project"},
    .prepare = prepare_krr_blup,
    .fit = fit_krr_blup,
    .predict = predict_krr_blup,
    .check = check_krr_blup,
};
