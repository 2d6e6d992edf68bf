/*
** predictors.c: the list of all predictors.
*/
#include <string.h>

#include "predict/predictor.h"

static const coreset_predictor *const predictors[] = {
    &core_predictor_krr_blup_irt, &core_predictor_krr_blup, &core_predictor_krr,
    &core_predictor_ridge,        &core_predictor_aipw,     &core_predictor_mean,
};

#define PREDICTOR_COUNT (sizeof(predictors) / sizeof(predictors[0]))

/* All predictors; *count of them. The list is static. */
const coreset_predictor *const *coreset_predictors(size_t *count) {
  *count = PREDICTOR_COUNT;
  return predictors;
}

/* The predictor of this name, or NULL. */
const coreset_predictor *coreset_find_predictor(const char *name) {
  size_t i;
  for (i = 0; i < PREDICTOR_COUNT; i++) {
    if (strcmp(predictors[i]->name, name) == 0) return predictors[i];
  }
  return NULL;
}

const char *coreset_predictor_name(const coreset_predictor *predictor) {
  return predictor->name;
}

const coreset_option *coreset_predictor_options(const coreset_predictor *predictor, size_t *count) {
  *count = predictor->option_count;
  return predictor->options;
}
