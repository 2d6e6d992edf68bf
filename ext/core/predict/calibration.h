/*
** calibration.h: how far predictions are off, learnt from the source models themselves.
*/
#ifndef CORE_PREDICT_CALIBRATION_H
#define CORE_PREDICT_CALIBRATION_H

#include "base/memory.h"
#include "matrix/scores.h"
#include "predict/interval.h"

#define CORE_LEAST_SOURCES 3 /* so that two are left to learn from */
#define CORE_TRAINING_SIZE                                                                                             \
  0.97 /* what is left of the error with all sources to learn from: this project's own choice */

/* How sure the prediction of a source by the fold without it is; mapped. */
typedef struct core_left_out {
  core_deviation deviation; /* among the other sources, of a scale of 1 */
  double least, most;       /* the full scores that its answers leave possible */
} core_left_out;

/* Questions that somebody answered, and what intervals of predictions from them are made of. */
typedef struct core_question_set {
  const size_t *questions; /* of the scores, increasing */
  size_t count;            /* how many, at least 1 */
  double scale, spread;    /* the result, as in core_interval */
  double *predictions; /* room for what is predicted of each source by the fold without it, mapped, which means nothing
                           ** where scale is NaN; NULL: not wanted */
  core_left_out *left_out; /* the same of how sure that is, for each source */
} core_question_set;

/* Finds the scale of the residuals for each of so many sets of questions, which came about as origin
** says. predictor: as the user asked for it. Each part of the sources is gone through once for all sets. */
coreset_status core_calibrate(coreset_context *context, const coreset_scores *scores, const coreset_choice *predictor,
                              const coreset_origin *origin, core_question_set *sets, size_t set_count);

/* The same with a complete choice of a predictor that may be in no registry. */
coreset_status core_calibrate_complete(coreset_context *context, const coreset_scores *scores,
                                       const coreset_choice *predictor, const coreset_origin *origin,
                                       core_question_set *sets, size_t set_count);

#endif /* CORE_PREDICT_CALIBRATION_H */
