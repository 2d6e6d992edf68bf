/*
** predictors.c: the list of all predictors.
*/
#include "predict/predictor.h"

static const coreset_method *const predictors[] = {
    &core_predictor_krr_blup_irt.method, /* the default */
    &core_predictor_krr_blup.method,     &core_predictor_krr.method,  &core_predictor_ridge.method,
    &core_predictor_aipw.method,         &core_predictor_mean.method,
};

const core_registry core_predictors = {"predictor", sizeof(predictors) / sizeof(predictors[0]), predictors};

const coreset_method *const *coreset_predictors(size_t *count) {
  *count = core_predictors.count;
  return predictors;
}

coreset_status coreset_choose_predictor(coreset_context *context, const char *name, coreset_choice *choice) {
  return core_choose(context, &core_predictors, name, choice);
}
