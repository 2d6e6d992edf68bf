/*
** mean.c: the predictor `mean`: the plain mean of the answers, meant for questions chosen at
** random.
**
** Parameters of a fit: the weight of each question's answer, 1/n.
*/
#include "predict/mean.h"

#include "numeric/sums.h"
#include "predict/predictor.h"

coreset_status core_mean_fit(coreset_context *context, const coreset_scores *scores, const void *prepared,
                             const size_t *questions, coreset_fit *fit) {
  (void)scores, (void)prepared, (void)questions;
  size_t count = fit->questions.count;
  fit->parameter_count = count;
  fit->parameters = core_take(context, &fit->arena, count, sizeof(double));
  if (fit->parameters == NULL) return CORESET_NO_MEMORY;
  for (size_t i = 0; i < count; i++) fit->parameters[i] = 1 / (double)count;
  return CORESET_OK;
}

coreset_status core_mean_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                 double *predicted, core_reach *reach) {
  (void)context, (void)reach;
  *predicted = core_dot(0, fit->parameters, answers, fit->questions.count);
  return CORESET_OK;
}

const char *core_mean_check(const coreset_fit *fit) {
  return fit->parameter_count == fit->questions.count ? NULL : "its parameters do not go with its size";
}

const core_predictor core_predictor_mean = {
    .method = {.name = "mean", .summary = "the plain mean of the answers", .source = "common practice"},
    .fit = core_mean_fit,
    .predict = core_mean_predict,
    .check = core_mean_check,
};
