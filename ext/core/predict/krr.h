/*
** krr.h: what krr.c and ridge.c share.
*/
#ifndef CORE_PREDICT_KRR_H
#define CORE_PREDICT_KRR_H

#include "matrix/scores.h"
#include "statistics/kernel_ridge.h"

/* Fits a regression whose kernel is decided to these questions of the scores: the fit's
** parameters, and alpha, which is kept where it is set and else the best of the published ones. */
coreset_status core_krr_fit(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                            core_kernel_ridge *regression, coreset_setting *alpha, coreset_fit *fit);

/* Whether a fit that was read from bytes has as many parameters as its regression needs: NULL, or
** what is wrong. */
const char *core_krr_check(const core_kernel_ridge *regression, const coreset_fit *fit);

#endif /* CORE_PREDICT_KRR_H */
