/*
** ridge.c: the predictor `ridge`: ridge regression with an intercept that is not penalised,
** from the answers to the coreset to the full score: krr.c's linear kernel (kernel_ridge.c).
**
** Parameters of a fit: those of kernel_ridge.c.
*/
#include <math.h>

#include "predict/krr.h"
#include "predict/predictor.h"

enum { RIDGE_ALPHA, RIDGE_OPTION_COUNT };

static const coreset_option ridge_options[RIDGE_OPTION_COUNT] = {
    {"alpha", CORESET_OPTION_REAL, 0, INFINITY, NULL, {0, 0, 0}},
};

/* The regression that a fit stands for. */
static core_kernel_ridge regression_of(const coreset_fit *fit) {
  return (core_kernel_ridge){
      .models = (size_t)fit->source_model_count,
      .questions = fit->questions.count,
      .kernel = CORE_KERNEL_LINEAR,
      .alpha = fit->choice.settings[RIDGE_ALPHA].real,
  };
}

static coreset_status fit_ridge(coreset_context *context, const coreset_scores *scores, const void *prepared,
                                const size_t *questions, coreset_fit *fit) {
  core_kernel_ridge regression = regression_of(fit);
  (void)prepared;
  return core_krr_fit(context, scores, questions, &regression, &fit->choice.settings[RIDGE_ALPHA], fit);
}

static coreset_status predict_ridge(coreset_context *context, const coreset_fit *fit, const double *answers,
                                    double *predicted) {
  core_kernel_ridge regression = regression_of(fit);
  return core_kernel_ridge_predict(context, &regression, fit->parameters, answers, predicted);
}

static const char *check_ridge(const coreset_fit *fit) {
  core_kernel_ridge regression = regression_of(fit);
  return fit->choice.settings[RIDGE_ALPHA].is_set ? core_krr_check(&regression, fit) : "its alpha is missing";
}

const core_predictor core_predictor_ridge = {
    .method = {.name = "ridge",
               .summary = "ridge regression with an intercept from the answers to the full score",
               .source = "Hoerl and Kennard 1970; Bowyer, Locatelli and Cao 2026",
               .options = ridge_options,
               .option_count = RIDGE_OPTION_COUNT},
    .fit = fit_ridge,
    .predict = predict_ridge,
    .check = check_ridge,
};
