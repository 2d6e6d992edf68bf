/*
** krr.c: the predictor `krr`: kernel ridge regression from the answers to the coreset to the
** full score (kernel_ridge.c). ridge.c shares its fit.
**
** Parameters of a fit: those of kernel_ridge.c.
*/
#include "predict/krr.h"

#include <math.h>

#include "predict/predictor.h"

static const char *const kernel_names[] = {"poly", "linear", "rbf", NULL}; /* in the order of core_kernel */

enum { KRR_KERNEL, KRR_DEGREE, KRR_ALPHA, KRR_GAMMA, KRR_OPTION_COUNT };

static const coreset_option krr_options[KRR_OPTION_COUNT] = {
    {"kernel", CORESET_OPTION_CHOICE, 0, 0, kernel_names, {1, CORE_KERNEL_POLYNOMIAL, 0}},
    {"degree", CORESET_OPTION_INTEGER, 1, 8, NULL, {1, 2, 0}},
    {"alpha", CORESET_OPTION_REAL, 0, INFINITY, NULL, {0, 0, 0}},
    {"gamma", CORESET_OPTION_REAL, 0, INFINITY, NULL, {0, 0, 0}},
};

/* The published alphas: powers of 10 with exponents -2, -1.5, ..., 2, and for binary
** scores -1, -0.5, ..., 1. */
static const double alpha_grid[] = {0.01, 0.031622776601683791, 0.1, 0.31622776601683794, 1, 3.1622776601683795,
                                    10,   31.622776601683793,   100};
#define ALPHA_GRID_COUNT (sizeof(alpha_grid) / sizeof(alpha_grid[0]))
#define ALPHA_GRID_BINARY_FIRST 2 /* 10^-1 */
#define ALPHA_GRID_BINARY_COUNT 5 /* up to 10^1 */

coreset_status core_krr_fit(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                            core_kernel_ridge *regression, coreset_setting *alpha, coreset_fit *fit) {
  int binary = core_scores_binary(scores);
  const double *alphas = binary ? alpha_grid + ALPHA_GRID_BINARY_FIRST : alpha_grid;
  size_t alpha_count = binary ? ALPHA_GRID_BINARY_COUNT : ALPHA_GRID_COUNT;
  double *answers = NULL, *full_scores = NULL;
  coreset_status status = CORESET_NO_MEMORY;
  size_t cells, i;

  fit->parameter_count = core_kernel_ridge_parameter_count(regression);
  if (fit->parameter_count == 0 || __builtin_mul_overflow(regression->models, regression->questions, &cells)) {
    core_fail(context, CORESET_NO_MEMORY, "out of memory");
    goto done;
  }
  if ((fit->parameters = core_allocate(context, fit->parameter_count, sizeof(double))) == NULL ||
      (answers = core_allocate(context, cells, sizeof(double))) == NULL ||
      (full_scores = core_allocate(context, regression->models, sizeof(double))) == NULL) {
    goto done;
  }
  for (i = 0; i < regression->questions; i++) {
    core_scores_column(scores, questions[i], answers + i * regression->models);
  }
  for (i = 0; i < regression->models; i++) full_scores[i] = core_scores_full_score(scores, i);
  if (alpha->is_set) {
    alphas = &alpha->real;
    alpha_count = 1;
  }
  status = core_kernel_ridge_fit(context, regression, answers, full_scores, alphas, alpha_count, fit->parameters, NULL);
  if (status != CORESET_OK) goto done;
  alpha->is_set = 1;
  alpha->real = regression->alpha;

done:
  coreset_free(answers);
  coreset_free(full_scores);
  return status;
}

const char *core_krr_check(const core_kernel_ridge *regression, const coreset_fit *fit) {
  size_t expected;
  if (fit->source_model_count < 2 || fit->source_model_count > SIZE_MAX) return "its number of models is impossible";
  expected = core_kernel_ridge_parameter_count(regression);
  return expected == 0 || fit->parameter_count != expected ? "its parameters do not go with its size" : NULL;
}

/* The regression that a fit stands for. */
static core_kernel_ridge regression_of(const coreset_fit *fit) {
  core_kernel_ridge regression = {.models = (size_t)fit->source_model_count, .questions = fit->questions.count};
  regression.kernel = (core_kernel)fit->settings[KRR_KERNEL].integer;
  regression.degree = (int)fit->settings[KRR_DEGREE].integer;
  regression.alpha = fit->settings[KRR_ALPHA].real;
  regression.gamma = fit->settings[KRR_GAMMA].real;
  return regression;
}

/* Decides the options that the kernel needs and the user left open, but for alpha, and
** unsets those that it does not use, so that a fit tells what is in force. */
static void settle_options(coreset_fit *fit) {
  coreset_setting *settings = fit->settings;
  static const coreset_setting unset = {0, 0, 0};
  if (settings[KRR_KERNEL].integer != CORE_KERNEL_POLYNOMIAL) settings[KRR_DEGREE] = unset;
  if (settings[KRR_KERNEL].integer != CORE_KERNEL_RADIAL) {
    settings[KRR_GAMMA] = unset;
  } else if (!settings[KRR_GAMMA].is_set) {
    settings[KRR_GAMMA].is_set = 1;
    settings[KRR_GAMMA].real = 1 / (double)fit->questions.count;
  }
}

static coreset_status fit_krr(coreset_context *context, const coreset_scores *scores, const void *prepared,
                              const size_t *questions, coreset_fit *fit) {
  core_kernel_ridge regression;
  (void)prepared;
  settle_options(fit);
  regression = regression_of(fit);
  return core_krr_fit(context, scores, questions, &regression, &fit->settings[KRR_ALPHA], fit);
}

static coreset_status predict_krr(coreset_context *context, const coreset_fit *fit, const double *answers,
                                  double *predicted) {
  core_kernel_ridge regression = regression_of(fit);
  return core_kernel_ridge_predict(context, &regression, fit->parameters, answers, predicted);
}

/* That the settings are those settle_options() leaves. */
static const char *check_krr(const coreset_fit *fit) {
  const coreset_setting *settings = fit->settings;
  core_kernel_ridge regression;
  if (!settings[KRR_KERNEL].is_set) return "its kernel is missing";
  if (!settings[KRR_ALPHA].is_set) return "its alpha is missing";
  if (settings[KRR_DEGREE].is_set != (settings[KRR_KERNEL].integer == CORE_KERNEL_POLYNOMIAL)) {
    return "its degree does not go with its kernel";
  }
  if (settings[KRR_GAMMA].is_set != (settings[KRR_KERNEL].integer == CORE_KERNEL_RADIAL) ||
      (settings[KRR_GAMMA].is_set && !(settings[KRR_GAMMA].real > 0))) {
    return "its gamma does not go with its kernel";
  }
  regression = regression_of(fit);
  return core_krr_check(&regression, fit);
}

const coreset_predictor core_predictor_krr = {
    .name = "krr",
    .summary = "kernel ridge regression from the answers to the full score",
    .options = krr_options,
    .option_count = KRR_OPTION_COUNT,
    .fit = fit_krr,
    .predict = predict_krr,
    .check = check_krr,
};
