/*
** calibration.h: how far predictions are off, learnt from the source models themselves.
*/
#ifndef CORE_PREDICT_CALIBRATION_H
#define CORE_PREDICT_CALIBRATION_H

#include "base/context.h"

/* What intervals are made of, on the scale of computing. */
typedef struct core_calibration {
  size_t count;        /* source models, each with a residual */
  double scale;        /* of the residuals where isolation is 1; NaN where the sources are too few to tell */
  double *full_scores; /* of the sources; owned */
} core_calibration;

/* Predicts every source model from others, with a coreset chosen, by the request's
** selector, without it; or, where the selector is NULL, with the given questions. count:
** how many questions. Release with core_calibration_free. */
coreset_status core_calibration_new(coreset_context *context, const coreset_matrix *matrix,
                                    const coreset_scores *scores, const coreset_prediction_request *request,
                                    const size_t *questions, size_t count, core_calibration **calibration);
void core_calibration_free(core_calibration *calibration);

/* Half the width of the interval that holds the full score with probability level, about a
** prediction; both mapped. NaN where the scale is. */
double core_calibration_half_width(const core_calibration *calibration, double level, double predicted);

#endif /* CORE_PREDICT_CALIBRATION_H */
