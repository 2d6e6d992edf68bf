/*
** mean.h: what mean.c and aipw.c share: predictions that are a weighted sum of the answers.
**
** Parameters of a fit: the weight of each question's answer.
*/
#ifndef CORE_PREDICT_MEAN_H
#define CORE_PREDICT_MEAN_H

#include "predict/fit.h"

/* A predictor's functions (predictor.h). The fit is the plain mean: all weights are 1/n. */
coreset_status core_mean_fit(coreset_context *context, const coreset_scores *scores, const void *prepared,
                             const size_t *questions, coreset_fit *fit);
coreset_status core_mean_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                 double *predicted, core_reach *reach);
const char *core_mean_check(const coreset_fit *fit);

#endif /* CORE_PREDICT_MEAN_H */
