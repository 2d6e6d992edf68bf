/*
** krr.h: what krr.c and ridge.c share: kernel ridge regression. A method without a choice of the kernel has
** the linear one, and alpha as its only option.
**
** Parameters of a fit: those of statistics/kernel_ridge.c.
*/
#ifndef CORE_PREDICT_KRR_H
#define CORE_PREDICT_KRR_H

#include "predict/predictor.h"

/* A predictor's functions (predictor.h). An alpha that is not set becomes the best of the published ones. */
coreset_status core_krr_fit(coreset_context *context, const coreset_scores *scores, const void *prepared,
                            const size_t *questions, coreset_fit *fit);
coreset_status core_krr_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                double *predicted, core_reach *reach);
const char *core_krr_check(const coreset_fit *fit);

#endif /* CORE_PREDICT_KRR_H */
