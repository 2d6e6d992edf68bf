/*
** krr.c: the predictor `krr`: kernel ridge regression from the answers to the coreset to the
** full score (kernel_ridge.c). ridge.c shares its functions.
*/
#include "predict/krr.h"

#include <math.h>

#include "statistics/kernel_ridge.h"

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

/* Whether a fit's method has these options. */
static int is_krr(const coreset_fit *fit) {
  return fit->choice.method->options == krr_options;
}

/* The place of alpha among its settings. */
static size_t alpha_place(const coreset_fit *fit) {
  return is_krr(fit) ? KRR_ALPHA : 0;
}

/* The regression that a fit stands for. */
static core_kernel_ridge regression_of(const coreset_fit *fit) {
  const coreset_setting *settings = fit->choice.settings;
  core_kernel_ridge regression = {
      .models = (size_t)fit->source_model_count,
      .questions = fit->questions.count,
      .kernel = CORE_KERNEL_LINEAR,
      .alpha = settings[alpha_place(fit)].real,
  };
  if (is_krr(fit)) {
    regression.kernel = (core_kernel)settings[KRR_KERNEL].integer;
    regression.degree = (int)settings[KRR_DEGREE].integer;
    regression.gamma = settings[KRR_GAMMA].real;
  }
  return regression;
}

/* Decides the options that the kernel needs and the user left open, but for alpha, and
** unsets those that it does not use, so that a fit tells what is in force. */
static void settle_options(coreset_fit *fit) {
  coreset_setting *settings = fit->choice.settings;
  if (settings[KRR_KERNEL].integer != CORE_KERNEL_POLYNOMIAL) settings[KRR_DEGREE] = (coreset_setting){0};
  if (settings[KRR_KERNEL].integer != CORE_KERNEL_RADIAL) {
    settings[KRR_GAMMA] = (coreset_setting){0};
  } else if (!settings[KRR_GAMMA].is_set) {
    settings[KRR_GAMMA] = (coreset_setting){.is_set = 1, .real = 1 / (double)fit->questions.count};
  }
}

coreset_status core_krr_fit(coreset_context *context, const coreset_scores *scores, const void *prepared,
                            const size_t *questions, coreset_fit *fit) {
  size_t models = scores->models, count = fit->questions.count;
  (void)prepared;
  if (is_krr(fit)) settle_options(fit);
  core_kernel_ridge regression = regression_of(fit);
  core_arena scratch = {0};
  double *answers = core_take_matrix(context, &scratch, models, count, sizeof(double));
  double *full_scores = core_scores_full_scores(context, &scratch, scores);
  coreset_status status = scratch.status;
  if (status == CORESET_OK) {
    fit->parameter_count = core_kernel_ridge_parameter_count(&regression); /* no overflow: there is room for answers */
    fit->parameters = core_take(context, &fit->arena, fit->parameter_count, sizeof(double));
    status = fit->arena.status;
  }
  if (status == CORESET_OK) {
    const double *alphas = scores->binary ? alpha_grid + ALPHA_GRID_BINARY_FIRST : alpha_grid;
    size_t alpha_count = scores->binary ? ALPHA_GRID_BINARY_COUNT : ALPHA_GRID_COUNT;
    coreset_setting *alpha = &fit->choice.settings[alpha_place(fit)];
    if (alpha->is_set) {
      alphas = &alpha->real;
      alpha_count = 1;
    }
    for (size_t i = 0; i < count; i++) core_scores_column(scores, questions[i], answers + i * models);
    status =
        core_kernel_ridge_fit(context, &regression, answers, full_scores, alphas, alpha_count, fit->parameters, NULL);
    *alpha = (coreset_setting){.is_set = 1, .real = regression.alpha};
  }
  core_release(&scratch);
  return status;
}

coreset_status core_krr_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                double *predicted, core_reach *reach) {
  (void)reach;
  core_kernel_ridge regression = regression_of(fit);
  return core_kernel_ridge_predict(context, &regression, fit->parameters, answers, predicted);
}

/* That the options of `krr` are those settle_options() leaves. */
static const char *check_options(const coreset_setting *settings) {
  if (!settings[KRR_KERNEL].is_set) return "its kernel is missing";
  if (settings[KRR_DEGREE].is_set != (settings[KRR_KERNEL].integer == CORE_KERNEL_POLYNOMIAL)) {
    return "its degree does not go with its kernel";
  }
  if (settings[KRR_GAMMA].is_set != (settings[KRR_KERNEL].integer == CORE_KERNEL_RADIAL) ||
      (settings[KRR_GAMMA].is_set && !(settings[KRR_GAMMA].real > 0))) {
    return "its gamma does not go with its kernel";
  }
  return NULL;
}

const char *core_krr_check(const coreset_fit *fit) {
  core_kernel_ridge regression = regression_of(fit);
  size_t expected = core_kernel_ridge_parameter_count(&regression);
  const char *reason = is_krr(fit) ? check_options(fit->choice.settings) : NULL;
  if (reason != NULL) return reason;
  if (!fit->choice.settings[alpha_place(fit)].is_set) return "its alpha is missing";
  if (fit->source_model_count < 2 || fit->source_model_count > SIZE_MAX) return "its number of models is impossible";
  return expected == 0 || fit->parameter_count != expected ? "its parameters do not go with its size" : NULL;
}

const core_predictor core_predictor_krr = {
    .method = {.name = "krr",
               .summary = "kernel ridge regression from the answers to the full score",
               .source = "Saunders, Gammerman and Vovk 1998; Bowyer, Locatelli and Cao 2026",
               .options = krr_options,
               .option_count = KRR_OPTION_COUNT},
    .fit = core_krr_fit,
    .predict = core_krr_predict,
    .check = core_krr_check,
};
