/*
** fit.c: a fit: a predictor that has learnt, with all it needs to predict.
**
** This file keeps what every fit has: which questions it needs answers to, the values
** of the options, and the mapping of the users' scores to the scale of computing and
** back. What is learnt is the predictor's business. A fit refers to neither matrix nor
** scores afterwards, and never changes, so that many threads may use it.
*/
#include <math.h>
#include <string.h>

#include "base/method.h"
#include "matrix/scores.h"
#include "predict/predictor.h"

/* Releases a fit, complete or not. */
void coreset_fit_free(coreset_fit *fit) {
  if (fit == NULL) return;
  core_id_list_release(&fit->questions);
  coreset_free(fit->parameters);
  coreset_free(fit->shares);
  core_calibration_free(fit->calibration);
  coreset_free(fit);
}

/* Copies the questions in increasing order to sorted and their identifiers into the
** fit. Questions of the scores are in the order of their identifiers. Fails unless
** there is at least one, and all are different and exist. */
static coreset_status sort_questions(coreset_context *context, const coreset_matrix *matrix,
                                     const coreset_scores *scores, const size_t *questions, size_t count,
                                     size_t *sorted, coreset_fit *fit) {
  size_t all = core_scores_question_count(scores);
  unsigned char *wanted = core_allocate(context, all, 1);
  coreset_id *ids = core_allocate(context, count, sizeof(*ids));
  coreset_status status = CORESET_NO_MEMORY;
  size_t used = 0, i;

  if (wanted == NULL || ids == NULL) goto done;
  for (i = 0; i < count; i++) {
    if (questions[i] >= all) {
      status = core_fail(context, CORESET_ERROR, "a question index must be less than %zu, got %zu", all, questions[i]);
      goto done;
    }
    if (wanted[questions[i]]) {
      char text[CORE_ID_TEXT_SIZE];
      coreset_id id = coreset_matrix_question(matrix, core_scores_matrix_question(scores, questions[i]));
      status = core_fail(context, CORESET_ERROR, "question %s is in the coreset twice", core_id_format(&id, text));
      goto done;
    }
    wanted[questions[i]] = 1;
  }
  for (i = 0; i < all; i++) {
    if (!wanted[i]) continue;
    ids[used] = coreset_matrix_question(matrix, core_scores_matrix_question(scores, i));
    sorted[used++] = i;
  }
  status = core_id_list_build(context, ids, count, &fit->questions);

done:
  coreset_free(wanted);
  coreset_free(ids);
  return status;
}

/* Errors: CORESET_ERROR for questions or settings that cannot be used, and whatever the
** predictor finds; CORESET_NO_MEMORY; CORESET_INTERRUPTED. The caller releases *result
** with coreset_fit_free(). */
coreset_status core_fit_new_prepared(coreset_context *context, const coreset_matrix *matrix,
                                     const coreset_scores *scores, const coreset_predictor *predictor,
                                     const void *prepared, const coreset_setting *settings, const size_t *questions,
                                     size_t count, coreset_fit **result) {
  coreset_fit *fit = NULL;
  size_t *sorted = NULL, i;
  coreset_status status = CORESET_NO_MEMORY;

  *result = NULL;
  if (count == 0) {
    status = core_fail(context, CORESET_ERROR, "the coreset has no questions");
    goto done;
  }
  fit = core_allocate(context, 1, sizeof(*fit));
  sorted = core_allocate(context, count, sizeof(*sorted));
  if (fit == NULL || sorted == NULL) goto done;

  fit->predictor = predictor;
  fit->low = scores->low;
  fit->high = scores->high;
  fit->benchmark_question_count = core_scores_question_count(scores);
  fit->source_model_count = core_scores_model_count(scores);
  status = core_settings_complete(context, predictor->options, predictor->option_count, settings, fit->settings);
  if (status != CORESET_OK) goto done;
  status = sort_questions(context, matrix, scores, questions, count, sorted, fit);
  if (status != CORESET_OK) goto done;
  fit->shares = core_allocate(context, count, sizeof(double));
  status = fit->shares == NULL ? CORESET_NO_MEMORY : core_poll(context);
  if (status != CORESET_OK) goto done;
  for (i = 0; i < count; i++) fit->shares[i] = core_scores_share(scores, sorted[i]);
  status = predictor->fit(context, scores, prepared, sorted, fit);
  if (status != CORESET_OK) goto done;
  *result = fit;
  fit = NULL;

done:
  coreset_free(sorted);
  coreset_fit_free(fit);
  return status;
}

coreset_status core_predictor_prepare(coreset_context *context, const coreset_predictor *predictor,
                                      const coreset_scores *scores, void **prepared) {
  coreset_status status = CORESET_OK;
  *prepared = NULL;
  if (predictor->prepare != NULL) status = predictor->prepare(context, scores, prepared);
  if (status == CORESET_OK) return status;
  core_predictor_release(predictor, *prepared);
  *prepared = NULL;
  return status;
}

void core_predictor_release(const coreset_predictor *predictor, void *prepared) {
  if (prepared != NULL) predictor->release(prepared);
}

/* Prepares and fits. */
coreset_status coreset_fit_new(coreset_context *context, const coreset_matrix *matrix, const coreset_scores *scores,
                               const coreset_predictor *predictor, const coreset_setting *settings,
                               const size_t *questions, size_t count, coreset_fit **result) {
  void *prepared;
  coreset_status status = core_predictor_prepare(context, predictor, scores, &prepared);
  *result = NULL;
  if (status == CORESET_OK) {
    status = core_fit_new_prepared(context, matrix, scores, predictor, prepared, settings, questions, count, result);
  }
  core_predictor_release(predictor, prepared);
  return status;
}

/* Errors: CORESET_NO_MEMORY, CORESET_INTERRUPTED. Where the methods cannot work on parts of the
** sources the fit stays without. */
coreset_status coreset_fit_calibrate(coreset_context *context, const coreset_matrix *matrix,
                                     const coreset_scores *scores, const coreset_prediction_request *request,
                                     coreset_fit *fit) {
  size_t count = fit->questions.count, i;
  size_t *questions = core_allocate(context, count, sizeof(*questions));
  core_calibration *calibration = NULL;
  coreset_status status;
  if (questions == NULL) return CORESET_NO_MEMORY;
  for (i = 0; i < count; i++) {
    coreset_id id = coreset_fit_question(fit, i);
    questions[i] = (size_t)core_scores_find_question(scores, (size_t)coreset_matrix_find_question(matrix, &id));
  }
  status = core_calibration_new(context, matrix, scores, request, questions, count, &calibration);
  if (status == CORESET_OK && isfinite(calibration->scale)) {
    core_calibration_free(fit->calibration);
    fit->calibration = calibration;
    calibration = NULL;
  }
  core_calibration_free(calibration);
  coreset_free(questions);
  return status;
}

const coreset_predictor *coreset_fit_predictor(const coreset_fit *fit) {
  return fit->predictor;
}

size_t coreset_fit_question_count(const coreset_fit *fit) {
  return fit->questions.count;
}

/* The text of the identifier belongs to the fit. */
coreset_id coreset_fit_question(const coreset_fit *fit, size_t index) {
  return core_id_list_get(&fit->questions, index);
}

/* The index of a question of the fit, or -1. */
ptrdiff_t core_fit_find_question(const coreset_fit *fit, const coreset_id *id) {
  return core_id_list_find(&fit->questions, id);
}

/* One for each option of the predictor; they belong to the fit. */
const coreset_setting *coreset_fit_settings(const coreset_fit *fit) {
  return fit->settings;
}

/* Errors: CORESET_ERROR for an answer that is not finite and for a prediction that
** overflows; CORESET_NO_MEMORY. */
coreset_status coreset_fit_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                   double *predicted) {
  double range = fit->high - fit->low;
  double *mapped = core_allocate(context, fit->questions.count, sizeof(*mapped));
  double value = 0;
  coreset_status status;
  size_t i;

  *predicted = NAN;
  if (mapped == NULL) return CORESET_NO_MEMORY;
  for (i = 0; i < fit->questions.count; i++) {
    mapped[i] = (answers[i] - fit->low) / range;
    if (!isfinite(mapped[i])) {
      char text[CORE_ID_TEXT_SIZE];
      coreset_id id = coreset_fit_question(fit, i);
      status = core_fail(context, CORESET_ERROR, "the answer %.15g to question %s is not finite or too large",
                         answers[i], core_id_format(&id, text));
      goto done;
    }
  }
  status = fit->predictor->predict(context, fit, mapped, &value);
  if (status != CORESET_OK) goto done;
  value = fit->low + value * range;
  if (!isfinite(value)) {
    status = core_fail(context, CORESET_ERROR, "the prediction overflows: the answers are too large");
    goto done;
  }
  *predicted = value;

done:
  coreset_free(mapped);
  return status;
}
