/*
** calibration.h: how far predictions are off, learnt from the source models themselves.
*/
#ifndef CORE_PREDICT_CALIBRATION_H
#define CORE_PREDICT_CALIBRATION_H

#include "base/memory.h"
#include "matrix/scores.h"
#include "predict/interval.h"

/* Predicts every source model from others, with a coreset of count questions chosen by the selector
** without it; or, where that has no method, with the given questions of the scores. *interval
** belongs to the arena. */
coreset_status core_calibrate(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                              const coreset_choice *predictor, const coreset_choice *selector, const size_t *questions,
                              size_t count, core_interval **interval);

#endif /* CORE_PREDICT_CALIBRATION_H */
