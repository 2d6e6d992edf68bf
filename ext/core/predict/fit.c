/*
** fit.c: a fit: a predictor that has learnt, with all it needs to predict.
**
** This file keeps what every fit has: which questions it needs answers to, the values
** of the options, and the mapping of the users' scores to the scale of computing and
** back. What is learnt is the predictor's business. A fit refers to neither matrix nor
** scores afterwards, and never changes, so that many threads may use it.
*/
#include <math.h>

#include "predict/calibration.h"
#include "predict/predictor.h"

void coreset_fit_free(coreset_fit *fit) {
  if (fit != NULL) core_release(&fit->arena);
}

/* ------------------------------------------------------------------------
** Learning
*/

coreset_status core_predictor_prepare(coreset_context *context, core_arena *arena, const core_predictor *predictor,
                                      const coreset_scores *scores, void **prepared) {
  coreset_status status = CORESET_OK;
  *prepared = NULL;
  if (predictor->prepare != NULL) status = predictor->prepare(context, arena, scores, prepared);
  if (status != CORESET_OK) *prepared = NULL;
  return status;
}

/* Copies the questions in increasing order to sorted, and their identifiers and shares into the
** fit. Questions of the scores are in the order of their identifiers. Fails unless all are
** different. */
static coreset_status sort_questions(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                                     size_t count, size_t *sorted, coreset_fit *fit) {
  core_arena scratch = {0};
  unsigned char *wanted = core_take(context, &scratch, scores->questions, 1);
  coreset_id *ids = core_take(context, &scratch, count, sizeof(*ids));
  coreset_status status;
  size_t used = 0;
  fit->shares = core_take(context, &fit->arena, count, sizeof(double));
  status = scratch.status == CORESET_OK ? fit->arena.status : scratch.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    if (wanted[questions[i]]) {
      char text[CORE_ID_TEXT_SIZE];
      coreset_id id = core_scores_question(scores, questions[i]);
      status = core_fail(context, CORESET_ERROR, "question %s is in the coreset twice", core_id_format(&id, text));
    }
    wanted[questions[i]] = 1;
  }
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
    if (!wanted[q]) continue;
    ids[used] = core_scores_question(scores, q);
    fit->shares[used] = core_scores_share(scores, q);
    sorted[used++] = q;
  }
  if (status == CORESET_OK) status = core_id_list_build(context, &fit->arena, ids, count, &fit->questions);
  core_release(&scratch);
  return status;
}

/* The user's choice with the defaults for what is not set. */
static coreset_status complete_choice(coreset_context *context, const coreset_choice *wanted, coreset_choice *choice) {
  *choice = core_default_choice(wanted->method);
  for (size_t i = 0; i < wanted->method->option_count; i++) {
    if (wanted->settings[i].is_set) choice->settings[i] = wanted->settings[i];
  }
  return core_check_choice(context, choice);
}

/* Errors: CORESET_ERROR for questions or settings that cannot be used, and whatever the
** predictor finds; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status core_fit_prepared(coreset_context *context, const coreset_scores *scores,
                                 const coreset_choice *predictor, const void *prepared, const size_t *questions,
                                 size_t count, coreset_fit **result) {
  *result = NULL;
  if (count == 0) return core_fail(context, CORESET_ERROR, "the coreset has no questions");
  core_arena scratch = {0};
  size_t *sorted = core_take(context, &scratch, count, sizeof(*sorted));
  coreset_fit *fit = core_object(context, sizeof(*fit));
  coreset_status status = fit == NULL ? CORESET_NO_MEMORY : scratch.status;
  if (status == CORESET_OK) {
    fit->low = scores->low;
    fit->high = scores->high;
    fit->benchmark_question_count = scores->questions;
    fit->source_model_count = scores->models;
    status = complete_choice(context, predictor, &fit->choice);
  }
  if (status == CORESET_OK) status = sort_questions(context, scores, questions, count, sorted, fit);
  if (status == CORESET_OK) status = core_poll(context);
  if (status == CORESET_OK) status = core_predictor_of(predictor)->fit(context, scores, prepared, sorted, fit);
  core_release(&scratch);
  *result = status == CORESET_OK ? fit : NULL;
  if (status != CORESET_OK) coreset_fit_free(fit);
  return status;
}

/* From questions of the matrix to those of the scores. */
static coreset_status find_questions(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                                     size_t count, size_t *found) {
  size_t all = scores->matrix->questions.count;
  for (size_t i = 0; i < count; i++) {
    if (questions[i] >= all) {
      return core_fail(context, CORESET_ERROR, "a question index must be less than %zu, got %zu", all, questions[i]);
    }
    ptrdiff_t question = scores->question_of_matrix[questions[i]];
    if (question < 0) {
      char text[CORE_ID_TEXT_SIZE];
      coreset_id id = coreset_matrix_question(scores->matrix, questions[i]);
      return core_fail(context, CORESET_ERROR, "no source model answered question %s", core_id_format(&id, text));
    }
    found[i] = (size_t)question;
  }
  return CORESET_OK;
}

coreset_status coreset_fit_new(coreset_context *context, const coreset_scores *scores, const coreset_choice *predictor,
                               const coreset_choice *selector, const size_t *questions, size_t count,
                               coreset_fit **result) {
  core_arena scratch = {0}, shared = {0};
  size_t *found = core_take(context, &scratch, count, sizeof(*found));
  void *prepared = NULL;
  coreset_fit *fit = NULL;
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = find_questions(context, scores, questions, count, found);
  if (status == CORESET_OK) {
    status = core_predictor_prepare(context, &shared, core_predictor_of(predictor), scores, &prepared);
  }
  if (status == CORESET_OK) status = core_fit_prepared(context, scores, predictor, prepared, found, count, &fit);
  core_release(&shared);
  if (status == CORESET_OK && selector != NULL) {
    status = core_calibrate(context, &fit->arena, scores, predictor, selector, found, count, &fit->interval);
    if (status == CORESET_OK && !isfinite(fit->interval->scale)) fit->interval = NULL;
  }
  core_release(&scratch);
  *result = status == CORESET_OK ? fit : NULL;
  if (status != CORESET_OK) coreset_fit_free(fit);
  return status;
}

/* ------------------------------------------------------------------------
** What it is, and predicting
*/

const coreset_choice *coreset_fit_choice(const coreset_fit *fit) {
  return &fit->choice;
}

size_t coreset_fit_question_count(const coreset_fit *fit) {
  return fit->questions.count;
}

coreset_id coreset_fit_question(const coreset_fit *fit, size_t index) {
  return core_id_list_get(&fit->questions, index);
}

ptrdiff_t core_fit_find_question(const coreset_fit *fit, const coreset_id *id) {
  return core_id_list_find(&fit->questions, id);
}

/* The answers on the scale of computing. */
static coreset_status map_answers(coreset_context *context, const coreset_fit *fit, const double *answers,
                                  double *mapped) {
  for (size_t i = 0; i < fit->questions.count; i++) {
    mapped[i] = (answers[i] - fit->low) / (fit->high - fit->low);
    if (isfinite(mapped[i])) continue;
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_fit_question(fit, i);
    return core_fail(context, CORESET_ERROR, "the answer %.15g to question %s is not finite or too large", answers[i],
                     core_id_format(&id, text));
  }
  return CORESET_OK;
}

/* Errors: CORESET_ERROR for an answer that is not finite and for a prediction that
** overflows; CORESET_NO_MEMORY. */
coreset_status coreset_fit_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                   double *predicted) {
  core_arena scratch = {0};
  double *mapped = core_take(context, &scratch, fit->questions.count, sizeof(*mapped));
  double value = NAN;
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = map_answers(context, fit, answers, mapped);
  if (status == CORESET_OK) status = core_predictor_of(&fit->choice)->predict(context, fit, mapped, &value);
  core_release(&scratch);
  value = fit->low + value * (fit->high - fit->low);
  if (status == CORESET_OK && !isfinite(value)) {
    status = core_fail(context, CORESET_ERROR, "the prediction overflows: the answers are too large");
  }
  *predicted = status == CORESET_OK ? value : NAN;
  return status;
}
