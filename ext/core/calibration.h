/*
** calibration.h: how far predictions are off, learnt from the source models themselves.
*/
#ifndef CORESET_CALIBRATION_H
#define CORESET_CALIBRATION_H

#include "core.h"

typedef struct coreset_calibration coreset_calibration;

/* Predicts every source model from others, with a coreset chosen, by the request's
** selector, without it; or, where the selector is NULL, with the given questions. count:
** how many questions. The request's level is that of the intervals. Release with coreset_calibration_free. */
coreset_status coreset_calibration_new(coreset_context *context, const coreset_matrix *matrix,
                                       const coreset_scores *scores, const coreset_prediction_request *request,
                                       const size_t *questions, size_t count, coreset_calibration **calibration);
void coreset_calibration_free(coreset_calibration *calibration);

/* Half the width of the interval about a prediction, on the users' scale; NaN where the
** sources are too few to tell. */
double coreset_calibration_half_width(const coreset_calibration *calibration, double predicted);

#endif /* CORESET_CALIBRATION_H */
