/*
** explain.c: which answers moved a prediction, whatever the predictor.
**
** With f the prediction from the answers a of a target to n questions, e_i the mean of the sources on question i, which is
** what was expected of it, and (x with i from y) the answers x but for question i, whose answer is that of y,
**
**     first_i = f(e with i from a) - f(e)     what answer i does where it is the only one that is known
**     last_i  = f(a) - f(a with i from e)     what it does where all others are
**     c_i     = (first_i + last_i) / 2
**     r       = f(a) - f(e) - sum_i c_i
**     contribution_i = c_i + r |c_i| / sum_k |c_k|     or r / n where all c are 0
**
** Contributions and f(e), a number that only depends on the questions, add up to the prediction, for every predictor. They
** depend on no order of the questions, equal questions with equal answers have equal ones, and an answer as expected has
** none.
**
** c is Shapley's value (L. S. Shapley, A value for n-person games, 1953) of the game in which answers join one after the
** other, where f moves by single answers and by pairs of them: r is then 0. So it is for predictors that are linear in the
** answers (`mean`, `aipw`, `ridge`, and krr with kernel 'linear'), where c_i is the weight of the answer times a_i - e_i;
** for krr of degree 2; and for krr_blup but for its clipping. Curves, equating and what lies outside the sources' reach move by
** more than pairs; r is what they leave, and contributions of krr_blup_irt are off Shapley's values by about 4% of these
** (tests/unit/test_explain.c).
**
** Time: 2 n predictions.
*/
#include "predict/explain.h"

#include <math.h>

#include "numeric/sums.h"
#include "predict/predictions.h"
#include "predict/predictor.h"

/* f of mapped answers. */
static coreset_status predict(coreset_context *context, const coreset_fit *fit, const double *answers, double *value) {
  core_reach reach = {.where = CORESET_REACH_UNKNOWN, .outside = NAN};
  coreset_status status = core_poll_work(context, CORE_PARAMETER_WORK * fit->parameter_count);
  return status == CORESET_OK ? core_predictor_of(&fit->choice)->predict(context, fit, answers, value, &reach) : status;
}

/* f with answer number i replaced for the time being. */
static coreset_status predict_with(coreset_context *context, const coreset_fit *fit, double *answers, size_t i,
                                   double answer, double *value) {
  double kept = answers[i];
  answers[i] = answer;
  coreset_status status = predict(context, fit, answers, value);
  answers[i] = kept;
  return status;
}

/* Spreads what is left of the difference from f(e) to f(a) over the contributions. */
static void complete(double *contributions, size_t count, double difference) {
  core_sum left = {difference, 0}, sizes = {0, 0};
  for (size_t i = 0; i < count; i++) {
    core_sum_add(&left, -contributions[i]);
    core_sum_add(&sizes, fabs(contributions[i]));
  }
  double rest = core_sum_value(&left), size = core_sum_value(&sizes);
  for (size_t i = 0; i < count; i++) {
    contributions[i] += size > 0 ? rest * (fabs(contributions[i]) / size) : rest / (double)count;
  }
}

/* Errors: whatever the predictor finds; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status core_explain(coreset_context *context, const coreset_fit *fit, const double *answers,
                            double *contributions) {
  size_t count = fit->questions.count;
  double range = fit->high - fit->low, from, to, first, last;
  core_arena scratch = {0};
  double *actual = core_take(context, &scratch, count, sizeof(double));
  double *expected = core_take(context, &scratch, count, sizeof(double));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    actual[i] = (answers[i] - fit->low) / range;
    expected[i] = fit->expected[i];
  }
  if (status == CORESET_OK) status = predict(context, fit, expected, &from);
  if (status == CORESET_OK) status = predict(context, fit, actual, &to);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    status = predict_with(context, fit, expected, i, actual[i], &first);
    if (status == CORESET_OK) status = predict_with(context, fit, actual, i, expected[i], &last);
    if (status == CORESET_OK) contributions[i] = ((first - from) + (to - last)) / 2;
  }
  if (status == CORESET_OK) complete(contributions, count, to - from);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) contributions[i] *= range;
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** The contributions of many targets
*/

struct coreset_explanation {
  core_arena arena;                 /* must be first */
  coreset_predictions *predictions; /* borrowed */
  size_t questions;                 /* that targets may have answered */
  size_t target;                    /* number of the present one, from 1; 0 before the first */
  coreset_prediction prediction;    /* its prediction */
  size_t question;                  /* to look at next, of the scores or the fit */
  size_t answer;                    /* how many of its answers have been shown */
};

void coreset_explanation_free(coreset_explanation *explanation) {
  if (explanation != NULL) core_release(&explanation->arena);
}

/* Errors: CORESET_ERROR for a fit of an earlier program; CORESET_NO_MEMORY. */
coreset_status coreset_explanation_new(coreset_context *context, coreset_predictions *predictions,
                                       coreset_explanation **result) {
  coreset_explanation *self = core_object(context, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->predictions = predictions;
  self->questions = core_predictions_of(predictions).questions;
  coreset_status status = core_predictions_explain(context, predictions);
  *result = core_made_object(status, self);
  return status;
}

coreset_status coreset_explanation_next(coreset_context *context, coreset_explanation *self,
                                        coreset_contribution *row) {
  coreset_status status = core_poll_work(context, self->questions);
  while (status == CORESET_OK && (self->target == 0 || self->answer == self->prediction.answered)) {
    status = coreset_predictions_next(context, self->predictions, &self->prediction);
    if (status != CORESET_OK) return status;
    self->target++;
    self->question = self->answer = 0;
  }
  if (status != CORESET_OK) return status;
  size_t target = self->target - 1;
  row->prediction = self->prediction;
  while (!core_predictions_answer(self->predictions, target, self->question, &row->score)) self->question++;
  row->question = core_predictions_column(self->predictions, self->question++);
  core_predictions_explained(self->predictions, target, self->answer++, &row->expected, &row->contribution);
  return CORESET_OK;
}
