/*
** predictions.h: what is known of predictions beyond their rows, for those who compare them.
*/
#ifndef CORE_PREDICT_PREDICTIONS_H
#define CORE_PREDICT_PREDICTIONS_H

#include "matrix/scores.h"
#include "predict/interval.h"

/* How sure a prediction is. */
typedef struct core_certainty {
  core_deviation deviation; /* mapped; its residual is NaN where there is no interval */
  double least, most;       /* the full scores that its answers leave possible, on the users' scale */
  double spread;            /* as in core_interval: mapped */
  core_reach reach;         /* what the predictor knows besides; all of the predictions have it */
} core_certainty;

/* What all predictions are made from. */
typedef struct core_predicting {
  const coreset_scores *scores; /* of the sources; NULL with a fit */
  const coreset_matrix *target; /* the matrix of the targets */
  size_t questions;             /* that targets may have answered: of the scores, or of the fit */
  size_t benchmark;             /* questions of the benchmark */
  size_t sources;               /* models */
  double low, high;             /* the scores that map to 0 and 1 */
} core_predicting;

core_predicting core_predictions_of(const coreset_predictions *predictions);

/* How many targets there are. */
size_t core_predictions_count(const coreset_predictions *predictions);

/* One target that coreset_predictions_next() has been at, by number; its model is known before. */
const coreset_prediction *core_predictions_row(const coreset_predictions *predictions, size_t target);
const core_certainty *core_predictions_certainty(const coreset_predictions *predictions, size_t target);

/* Has the predictions, none of which has been made yet, keep what is predicted of the sources by the folds without them. */
void core_predictions_keep_folds(coreset_predictions *predictions);

/* Those that go with the interval of a target that coreset_predictions_next() has been at, one for each source, mapped:
** NULL where it has no interval. Targets that answered the same questions have the same array. */
const double *core_predictions_out_of_fold(const coreset_predictions *predictions, size_t target);

/* Says in the message of a failure which target it is about, and returns its status. */
coreset_status core_predictions_fail_at(coreset_context *context, const coreset_predictions *predictions, size_t target,
                                        coreset_status status);

/* Has targets explained as they are predicted, before the first is; fails with a fit that does not tell what was expected. Of
** its answers, in order of the questions, what number `answer` was expected to be, and what it contributed, on the users'
** scale; and the column of the target matrix that a question of scores or fit is. */
coreset_status core_predictions_explain(coreset_context *context, coreset_predictions *predictions);
void core_predictions_explained(const coreset_predictions *predictions, size_t target, size_t answer, double *expected,
                                double *contribution);
size_t core_predictions_column(const coreset_predictions *predictions, size_t question);

/* Whether a target's answer to this question of scores or fit is used, and which, on the users' scale. */
int core_predictions_answer(const coreset_predictions *predictions, size_t target, size_t question, double *answer);

#endif /* CORE_PREDICT_PREDICTIONS_H */
