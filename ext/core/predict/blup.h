/*
** blup.h: the best linear unbiased prediction of a full score in the field of questions.
*/
#ifndef CORE_PREDICT_BLUP_H
#define CORE_PREDICT_BLUP_H

#include "statistics/field.h"

/* What it is made of: the prediction from answers T_i is constant + sum of weights_i T_i. */
typedef struct core_blup {
  double constant;
  double *weights; /* one for each question of the coreset; the caller's */
  double rest;     /* share of the other questions in the score */
  double variance; /* V, of its error, as the field sees it */
} core_blup;

/* Predicts from count questions of the field, in increasing order. */
coreset_status core_blup_fit(coreset_context *context, const core_field *field, const size_t *questions, size_t count,
                             core_blup *blup);

#endif /* CORE_PREDICT_BLUP_H */
