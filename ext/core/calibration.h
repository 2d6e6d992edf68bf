/*
** calibration.h: how far predictions are off, learnt from the source models themselves.
*/
#ifndef CORESET_CALIBRATION_H
#define CORESET_CALIBRATION_H

#include "core.h"

/* What intervals are made of, on the scale of computing. */
typedef struct coreset_calibration {
  size_t count;        /* source models, each with a residual */
  double scale;        /* of the residuals where isolation is 1; NaN where the sources are too few to tell */
  double *full_scores; /* of the sources; owned */
} coreset_calibration;

/* Predicts every source model from others, with a coreset chosen, by the request's
** selector, without it; or, where the selector is NULL, with the given questions. count:
** how many questions. Release with coreset_calibration_free. */
coreset_status coreset_calibration_new(coreset_context *context, const coreset_matrix *matrix,
                                       const coreset_scores *scores, const coreset_prediction_request *request,
                                       const size_t *questions, size_t count, coreset_calibration **calibration);
void coreset_calibration_free(coreset_calibration *calibration);

/* Half the width of the interval that holds the full score with probability level, about a
** prediction; both mapped. NaN where the scale is. */
double coreset_calibration_half_width(const coreset_calibration *calibration, double level, double predicted);

#endif /* CORESET_CALIBRATION_H */
