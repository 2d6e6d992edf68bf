/*
** krr_blup.h: what krr_blup.c and krr_blup_irt.c agree on.
*/
#ifndef CORE_PREDICT_KRR_BLUP_H
#define CORE_PREDICT_KRR_BLUP_H

#include "predict/blup.h"
#include "predict/predictor.h"

/* This project's own choices. */
#define CORE_ANSWERS_PER_MODEL 6.0 /* so many answers of a target tell as much as one more source model */
#define CORE_MODELS_SPENT 4.0      /* source models that tell nothing yet */
#define CORE_LEAST_MODELS 0.5      /* what is left counts at least as so many */

/* q, the answers of a target for each source model: n / (6 max(M - 4, 1/2)). */
static inline double core_answer_ratio(size_t answers, size_t models) {
  double beyond = (double)models - CORE_MODELS_SPENT;
  return (double)answers / (CORE_ANSWERS_PER_MODEL * (beyond > CORE_LEAST_MODELS ? beyond : CORE_LEAST_MODELS));
}

/* x, or the nearest number from lowest to highest. */
static inline double core_clip(double x, double lowest, double highest) {
  if (x < lowest) return lowest;
  return x > highest ? highest : x;
}

/* The full scores that these answers leave possible. */
void core_krr_blup_possible(const coreset_fit *fit, const double *answers, double *lowest, double *highest);

#endif /* CORE_PREDICT_KRR_BLUP_H */
