/*
** ridge.c: the predictor `ridge`: ridge regression with an intercept that is not penalised,
** from the answers to the coreset to the full score: krr.c's linear kernel (kernel_ridge.c).
*/
#include <math.h>

#include "predict/krr.h"

static const coreset_option ridge_options[] = {
    {"alpha", CORESET_OPTION_REAL, 0, INFINITY, NULL, {0, 0, 0}},
};

const core_predictor core_predictor_ridge = {
    .method = {.name = "ridge",
               .summary = "ridge regression with an intercept from the answers to the full score",
               .source = "Hoerl and Kennard 1970; Bowyer, Locatelli and Cao 2026",
               .options = ridge_options,
               .option_count = sizeof(ridge_options) / sizeof(ridge_options[0])},
    .fit = core_krr_fit,
    .predict = core_krr_predict,
    .check = core_krr_check,
};
