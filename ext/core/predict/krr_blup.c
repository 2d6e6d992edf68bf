/*
** krr_blup.c: the predictor `krr_blup`: kernel ridge regression across models, combined
** with the best linear unbiased prediction of the field of questions.
**
** Coreset S of n questions, the others U; T a target's answers on S; M source models, N
** questions, y the sources' full scores; o_i the share of question i in the score.
**
** BLUP. With the field of field.c and z = (vb + v) / 2,
**
**     a = Z^-1 L_S (I + L_S^T Z^-1 L_S)^-1 sum over U of o_k L_k
**     b = sum_S o_i T_i + sum_U o_k mu_k + sum_S a_i (T_i - mu_i)
**
** where the matrix solved is the smaller of F x F, as above, and n x n, by
** Z^-1 L (I + L^T Z^-1 L)^-1 = (Z + L L^T)^-1 L.
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
** score of the sources and of this target (0 and 1 for binary scores). Where the sources
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
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/sums.h"
#include "predict/krr_blup.h"
#include "predict/predictor.h"
#include "statistics/field.h"

#define RIDGE 0.1
#define THETA 2.0

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

/* ------------------------------------------------------------------------
** BLUP
*/

/* out = L_S scaled by 1 / sqrt(z), column by column of questions: F x n; by_question 0
** gives its transpose, n x F. */
static void scaled_factors(const core_field *field, const size_t *questions, size_t count, int by_question,
                           double *out) {
  size_t factors = field->factor_count, f, i;
  for (f = 0; f < factors; f++) {
    const double *row = field->factors + f * field->questions;
    for (i = 0; i < count; i++) {
      double z = (field->mean_noise + field->noise[questions[i]]) / 2;
      out[by_question ? i * factors + f : f * count + i] = row[questions[i]] / sqrt(z);
    }
  }
}

/* sum over U of o_k L_k, and in *constant sum over U of o_k mu_k. */
static void unseen_factors(const core_field *field, const unsigned char *in_coreset, double *sums, double *constant) {
  core_sum mean = {0, 0};
  size_t f, q;
  for (f = 0; f < field->factor_count; f++) {
    const double *row = field->factors + f * field->questions;
    core_sum sum = {0, 0};
    for (q = 0; q < field->questions; q++) {
      if (!in_coreset[q]) core_sum_add(&sum, field->share[q] * row[q]);
    }
    sums[f] = core_sum_value(&sum);
  }
  for (q = 0; q < field->questions; q++) {
    if (!in_coreset[q]) core_sum_add(&mean, field->share[q] * field->mean[q]);
  }
  *constant = core_sum_value(&mean);
}

/* a, one for each question of the coreset. */
static coreset_status blup_weights(coreset_context *context, const core_field *field, const size_t *questions,
                                   size_t count, double *unseen, double *weights) {
  size_t factors = field->factor_count, order = count < factors ? count : factors, i;
  double *scaled = core_allocate(context, factors * count, sizeof(double));
  double *system = core_allocate(context, order * order, sizeof(double));
  coreset_status status = scaled == NULL || system == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  if (status != CORESET_OK) goto done;
  scaled_factors(field, questions, count, order == factors, scaled);
  status = core_linalg_gram(context, scaled, order, order == factors ? count : factors, system);
  for (i = 0; i < order; i++) system[i * order + i] += 1;
  if (status != CORESET_OK) goto done;
  if (order == factors) { /* beta = (I + L^T Z^-1 L)^-1 u, then a = Z^-1 L beta */
    status = core_linalg_solve(context, system, order, unseen, 1);
    if (status == CORESET_OK) {
      status = core_linalg_multiply_transposed(context, scaled, factors, count, unseen, weights);
    }
  } else { /* a = Z^-1/2 (I + Z^-1/2 L L^T Z^-1/2)^-1 Z^-1/2 L u */
    status = core_linalg_multiply(context, scaled, count, factors, unseen, weights);
    if (status == CORESET_OK) status = core_linalg_solve(context, system, order, weights, 1);
  }
  for (i = 0; i < count; i++) weights[i] /= sqrt((field->mean_noise + field->noise[questions[i]]) / 2);
done:
  coreset_free(scaled);
  coreset_free(system);
  return status;
}

/* b as a constant and a weight for each answer. */
static coreset_status fit_blup(coreset_context *context, const core_field *field, const size_t *questions, size_t count,
                               double *parameters, parts *where) {
  unsigned char *in_coreset = core_allocate(context, field->questions, 1);
  double *unseen = core_allocate(context, field->factor_count, sizeof(double));
  coreset_status status = in_coreset == NULL || unseen == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  core_sum constant = {0, 0}, rest = {1, 0};
  double mean;
  size_t i;
  if (status != CORESET_OK) goto done;
  for (i = 0; i < count; i++) in_coreset[questions[i]] = 1;
  unseen_factors(field, in_coreset, unseen, &mean);
  status = blup_weights(context, field, questions, count, unseen, where->weights);
  core_sum_add(&constant, mean);
  for (i = 0; i < count; i++) {
    core_sum_add(&constant, -where->weights[i] * field->mean[questions[i]]);
    core_sum_add(&rest, -field->share[questions[i]]);
    where->weights[i] += field->share[questions[i]];
  }
  parameters[BLUP_CONSTANT] = core_sum_value(&constant);
  parameters[REST_SHARE] = count == field->questions ? 0 : fmax(core_sum_value(&rest), 0);
done:
  coreset_free(in_coreset);
  coreset_free(unseen);
  return status;
}

/* The difference estimator in the place of b. */
static void fit_difference(const core_field *field, const size_t *questions, double *parameters, parts *where,
                           size_t count) {
  double rest = parameters[REST_SHARE], n = (double)count;
  core_sum constant = {0, 0};
  size_t i, q;
  for (q = 0; rest > 0 && q < field->questions; q++) core_sum_add(&constant, field->share[q] * field->mean[q]);
  for (i = 0; rest > 0 && i < count; i++) {
    double mean = field->mean[questions[i]];
    core_sum_add(&constant, -field->share[questions[i]] * mean);
    core_sum_add(&constant, -rest / n * mean);
  }
  for (i = 0; i < count; i++) where->weights[i] = field->share[questions[i]] + rest / n;
  parameters[BLUP_CONSTANT] = core_sum_value(&constant);
}

/* ------------------------------------------------------------------------
** KRR across models
*/

/* Ac, m, s, tau and the slope. */
static void centre_answers(const coreset_scores *scores, const size_t *questions, size_t count, double *parameters,
                           parts *where) {
  size_t models = scores->models, m, i;
  core_sum squares = {0, 0}, variance = {0, 0}, level_sum = {0, 0};
  double mean_level;
  for (i = 0; i < count; i++) {
    double *column = where->centred + i * models;
    core_sum sum = {0, 0};
    core_scores_column(scores, questions[i], column);
    for (m = 0; m < models; m++) core_sum_add(&sum, column[m]);
    where->means[i] = core_sum_value(&sum) / (double)models;
    for (m = 0; m < models; m++) {
      column[m] -= where->means[i];
      core_sum_add(&squares, column[m] * column[m]);
      where->levels[m] += column[m] / (double)count;
    }
  }
  parameters[KERNEL_SCALE] = core_sum_value(&squares) / (double)models;
  for (m = 0; m < models; m++) core_sum_add(&level_sum, where->levels[m]);
  mean_level = core_sum_value(&level_sum) / (double)models;
  for (m = 0; m < models; m++) {
    double deviation = where->levels[m] - mean_level;
    core_sum_add(&variance, deviation * deviation);
  }
  mean_level = core_sum_value(&variance) / (double)models;
  parameters[KERNEL_SLOPE] = sqrt(mean_level) > 1e-9 * sqrt(parameters[KERNEL_SCALE]) ? THETA / mean_level : 0;
}

/* c and b0. */
static coreset_status fit_kernel(coreset_context *context, const coreset_scores *scores, size_t count,
                                 double *parameters, parts *where) {
  size_t models = scores->models, i, j;
  double *kernel = core_allocate(context, models * models, sizeof(double));
  double *right = core_allocate(context, 2 * models, sizeof(double));
  coreset_status status = kernel == NULL || right == NULL ? CORESET_NO_MEMORY : core_poll(context);
  double tau = parameters[KERNEL_SCALE], slope = parameters[KERNEL_SLOPE];
  core_sum sum = {0, 0}, weighted = {0, 0};
  if (status == CORESET_OK) status = core_linalg_gram(context, where->centred, models, count, kernel);
  if (status != CORESET_OK) goto done;
  for (j = 0; j < models; j++) {
    for (i = 0; i < models; i++) {
      double g = kernel[j * models + i] / tau;
      kernel[j * models + i] = slope * where->levels[i] * where->levels[j] + 2 * g + g * g + (i == j ? RIDGE : 0);
    }
    right[j] = 1;
    right[models + j] = core_scores_full_score(scores, j);
  }
  status = core_linalg_solve(context, kernel, models, right, 2);
  if (status != CORESET_OK) goto done;
  for (i = 0; i < models; i++) {
    core_sum_add(&sum, right[i]);
    core_sum_add(&weighted, right[i] * core_scores_full_score(scores, i));
  }
  parameters[KERNEL_CONSTANT] = core_sum_value(&weighted) / core_sum_value(&sum);
  for (i = 0; i < models; i++) where->duals[i] = right[models + i] - parameters[KERNEL_CONSTANT] * right[i];
done:
  coreset_free(kernel);
  coreset_free(right);
  return status;
}

/* ------------------------------------------------------------------------
** The predictor
*/

/* The lowest and highest mapped score of the sources. */
static void find_range(const coreset_scores *scores, double *lowest, double *highest) {
  size_t cells = scores->models * scores->questions, i;
  *lowest = scores->binary ? 0 : scores->values[0];
  *highest = scores->binary ? 1 : scores->values[0];
  for (i = 0; i < cells && !scores->binary; i++) {
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
static coreset_status prepare_krr_blup(coreset_context *context, const coreset_scores *scores, void **prepared) {
  *prepared = core_allocate(context, 1, sizeof(core_field));
  return *prepared == NULL ? CORESET_NO_MEMORY : core_field_build(context, scores, *prepared);
}

static void release_krr_blup(void *prepared) {
  core_field_release(prepared);
  coreset_free(prepared);
}

static coreset_status fit_krr_blup(coreset_context *context, const coreset_scores *scores, const void *prepared,
                                   const size_t *questions, coreset_fit *fit) {
  size_t count = fit->questions.count, models = scores->models;
  const core_field *field = prepared;
  coreset_status status;
  double *parameters;
  parts where;
  fit->parameter_count = parameter_count(count, models);
  if (fit->parameter_count == 0) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
  parameters = fit->parameters = core_allocate(context, fit->parameter_count, sizeof(double));
  if (parameters == NULL) return CORESET_NO_MEMORY;
  where = parts_of(parameters, count, models);
  status = fit_blup(context, field, questions, count, parameters, &where);
  if (status != CORESET_OK) return status;
  find_range(scores, &parameters[LOWEST], &parameters[HIGHEST]);
  centre_answers(scores, questions, count, parameters, &where);
  parameters[HAS_KERNEL] = parameters[KERNEL_SCALE] > 1e-12 * (double)count;
  parameters[BLUP_WEIGHT] = 1;
  if (parameters[HAS_KERNEL] > 0) {
    parameters[BLUP_WEIGHT] = blup_weight(count, scores->questions, models);
    status = fit_kernel(context, scores, count, parameters, &where);
  } else {
    fit_difference(field, questions, parameters, &where, count);
  }
  return status;
}

/* g for these answers. */
static coreset_status predict_kernel(coreset_context *context, const coreset_fit *fit, const parts *where,
                                     const double *answers, double *predicted) {
  size_t count = fit->questions.count, models = (size_t)fit->source_model_count, i;
  const double *parameters = fit->parameters;
  double *centred = core_allocate(context, count, sizeof(double));
  double *products = core_allocate(context, models, sizeof(double));
  coreset_status status = centred == NULL || products == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  core_sum level = {0, 0}, sum = {0, 0};
  if (status != CORESET_OK) goto done;
  for (i = 0; i < count; i++) {
    centred[i] = answers[i] - where->means[i];
    core_sum_add(&level, centred[i]);
  }
  status = core_linalg_multiply(context, where->centred, models, count, centred, products);
  if (status != CORESET_OK) goto done;
  core_sum_add(&sum, parameters[KERNEL_CONSTANT]);
  for (i = 0; i < models; i++) {
    double k = products[i] / parameters[KERNEL_SCALE];
    double mean = core_sum_value(&level) / (double)count;
    core_sum_add(&sum, where->duals[i] * (parameters[KERNEL_SLOPE] * mean * where->levels[i] + 2 * k + k * k));
  }
  *predicted = core_sum_value(&sum);
done:
  coreset_free(centred);
  coreset_free(products);
  return status;
}

static coreset_status predict_krr_blup(coreset_context *context, const coreset_fit *fit, const double *answers,
                                       double *predicted) {
  const double *parameters = fit->parameters;
  parts where = parts_of(fit->parameters, fit->questions.count, (size_t)fit->source_model_count);
  double lowest = parameters[LOWEST], highest = parameters[HIGHEST], weight = parameters[BLUP_WEIGHT], kernel = 0;
  core_sum blup = {parameters[BLUP_CONSTANT], 0}, given = {0, 0};
  coreset_status status = CORESET_OK;
  size_t i;
  for (i = 0; i < fit->questions.count; i++) {
    core_sum_add(&blup, where.weights[i] * answers[i]);
    core_sum_add(&given, fit->shares[i] * answers[i]);
    if (answers[i] < lowest) lowest = answers[i];
    if (answers[i] > highest) highest = answers[i];
  }
  if (parameters[HAS_KERNEL] > 0) status = predict_kernel(context, fit, &where, answers, &kernel);
  if (status != CORESET_OK) return status;
  *predicted = (1 - weight) * kernel + weight * core_sum_value(&blup);
  lowest = core_sum_value(&given) + parameters[REST_SHARE] * lowest;
  highest = core_sum_value(&given) + parameters[REST_SHARE] * highest;
  if (*predicted < lowest) *predicted = lowest;
  if (*predicted > highest) *predicted = highest;
  return CORESET_OK;
}

static const char *check_krr_blup(const coreset_fit *fit) {
  const double *parameters = fit->parameters;
  size_t expected = 0;
  if (fit->source_model_count <= SIZE_MAX / 4) {
    expected = parameter_count(fit->questions.count, (size_t)fit->source_model_count);
  }
  if (expected == 0 || fit->parameter_count != expected) {
    return "its parameters do not go with its size";
  }
  if (parameters[HAS_KERNEL] > 0 && !(parameters[KERNEL_SCALE] > 0)) return "its kernel has no scale";
  return NULL;
}

const coreset_predictor core_predictor_krr_blup = {
    .name = "krr_blup",
    .summary = "kernel ridge regression across models with the best linear unbiased prediction across questions",
    .prepare = prepare_krr_blup,
    .release = release_krr_blup,
    .fit = fit_krr_blup,
    .predict = predict_krr_blup,
    .check = check_krr_blup,
};
