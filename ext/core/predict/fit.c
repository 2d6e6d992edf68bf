/*
** fit.c: a fit: a predictor that has learnt, with all it needs to predict.
**
** This file keeps what every fit has: which questions it needs answers to, the values
** of the options, and the mapping of the users' scores to the scale of computing and
** back. What is learnt is the predictor's business. A fit refers to neither matrix nor
** scores afterwards, and never changes, so that many threads may use it.
*/
#include <math.h>

#include "numeric/sums.h"
#include "predict/calibration.h"
#include "predict/predictor.h"

#define ROUNDING 1e-9 /* of the range: by how much an answer may miss it */

void coreset_fit_free(coreset_fit *fit) {
  if (fit != NULL) core_release(&fit->arena);
}

/* ------------------------------------------------------------------------
** Learning
*/

/* From questions of the matrix to those of the scores, in increasing order, which is that of their
** identifiers: in the arena. Fails unless there are some and all are different. */
static coreset_status find_questions(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                     const size_t *questions, size_t count, size_t **found) {
  unsigned char *wanted = core_take(context, arena, scores->questions, 1);
  size_t *next = *found = core_take(context, arena, count, sizeof(*next));
  if (arena->status != CORESET_OK) return arena->status;
  if (count == 0) return core_fail(context, CORESET_ERROR, "the coreset has no questions");
  for (size_t i = 0; i < count; i++) {
    size_t question;
    coreset_status status = core_scores_find(context, scores, questions[i], &question);
    if (status != CORESET_OK) return status;
    if (wanted[question]) {
      char text[CORE_ID_TEXT_SIZE];
      coreset_id id = core_scores_question(scores, question);
      return core_fail(context, CORESET_ERROR, "question %s is in the coreset twice", core_id_format(&id, text));
    }
    wanted[question] = 1;
  }
  for (size_t q = 0; q < scores->questions; q++) {
    if (wanted[q]) *next++ = q;
  }
  return CORESET_OK;
}

/* Errors: whatever the predictor finds; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status core_fit_prepared(coreset_context *context, const coreset_scores *scores,
                                 const coreset_choice *predictor, const void *prepared, const size_t *questions,
                                 size_t count, coreset_fit **result) {
  core_arena scratch = {0};
  coreset_id *ids = core_take(context, &scratch, count, sizeof(*ids));
  coreset_fit *fit = core_object(context, sizeof(*fit));
  coreset_status status = fit == NULL ? CORESET_NO_MEMORY : scratch.status;
  if (status == CORESET_OK) {
    fit->choice = *predictor;
    fit->low = scores->low;
    fit->high = scores->high;
    fit->binary = core_scores_binary_kind(scores);
    fit->mean = NAN;
    fit->benchmark_question_count = scores->questions;
    fit->source_model_count = scores->models;
    fit->shares = core_take(context, &fit->arena, count, sizeof(double));
    status = fit->arena.status;
  }
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    ids[i] = core_scores_question(scores, questions[i]);
    fit->shares[i] = core_scores_share(scores, questions[i]);
  }
  if (status == CORESET_OK) status = core_id_list_build(context, &fit->arena, ids, count, &fit->questions);
  if (status == CORESET_OK) status = core_poll_work(context, (count + scores->models) * scores->models);
  if (status == CORESET_OK) status = core_predictor_of(predictor)->fit(context, scores, prepared, questions, fit);
  core_release(&scratch);
  *result = core_made_object(status, fit);
  return status;
}

coreset_status core_fit_expect(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                               coreset_fit *fit) {
  core_arena scratch = {0};
  double *column = core_take(context, &scratch, scores->models, sizeof(double));
  fit->expected = core_take(context, &fit->arena, fit->questions.count, sizeof(double));
  coreset_status status = scratch.status != CORESET_OK ? scratch.status : fit->arena.status;
  for (size_t i = 0; i < fit->questions.count && status == CORESET_OK; i++) {
    core_scores_column(scores, questions[i], column);
    fit->expected[i] = core_mean(column, scores->models);
    status = core_poll_work(context, scores->models);
  }
  core_release(&scratch);
  return status;
}

/* Gives a fit what intervals are made of, where the sources tell. questions: those of the fit, of the scores. */
static coreset_status add_interval(coreset_context *context, const coreset_scores *scores,
                                   const coreset_choice *predictor, const coreset_origin *origin,
                                   const size_t *questions, coreset_fit *fit) {
  double *predictions = core_take(context, &fit->arena, scores->models, sizeof(double));
  coreset_id *ids = core_take(context, &fit->arena, scores->models, sizeof(coreset_id));
  core_question_set set = {.questions = questions, .count = fit->questions.count, .predictions = predictions};
  if (fit->arena.status != CORESET_OK) return fit->arena.status;
  coreset_status status = core_calibrate(context, scores, predictor, origin, &set, 1);
  if (status != CORESET_OK || !isfinite(set.scale)) return status;
  core_interval *interval = core_take(context, &fit->arena, 1, sizeof(*interval));
  double *full_scores = core_scores_full_scores(context, &fit->arena, scores);
  if (fit->arena.status != CORESET_OK) return fit->arena.status;
  *interval = (core_interval){scores->models, set.scale, set.spread, full_scores};
  fit->interval = interval;
  fit->out_of_fold = predictions;
  for (size_t m = 0; m < scores->models; m++) ids[m] = coreset_matrix_model(scores->matrix, scores->matrix_model[m]);
  status = core_id_list_build(context, &fit->arena, ids, scores->models, &fit->sources);
  core_drop(&fit->arena, ids);
  return status;
}

/* Errors: CORESET_ERROR for questions or choices that cannot be used, and whatever the predictor
** finds; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_fit_new(coreset_context *context, const coreset_scores *scores, const coreset_choice *predictor,
                               const coreset_origin *origin, const size_t *questions, size_t count,
                               coreset_fit **result) {
  core_arena scratch = {0};
  core_shared shared = {.arena = &scratch, .scores = scores};
  coreset_choice choice = *predictor;
  size_t *found = NULL;
  void *prepared = NULL;
  coreset_fit *fit = NULL;
  coreset_status status = core_complete_choice(context, &core_predictors, &choice);
  if (status == CORESET_OK && origin != NULL && origin->batches > 0) {
    status = core_fail(context, CORESET_ERROR,
                       "selector 'next' is for predictions from a score matrix: a fit is of one coreset, and the next "
                       "questions of each model are its own");
  }
  if (status == CORESET_OK) status = find_questions(context, &scratch, scores, questions, count, &found);
  if (status == CORESET_OK) status = core_prepare(context, &scratch, &choice, &shared, &prepared);
  if (status == CORESET_OK) status = core_fit_prepared(context, scores, &choice, prepared, found, count, &fit);
  if (status == CORESET_OK && origin != NULL) status = add_interval(context, scores, predictor, origin, found, fit);
  if (status == CORESET_OK) status = core_fit_expect(context, scores, found, fit);
  if (status == CORESET_OK) fit->mean = core_scores_mean(scores);
  core_release(&scratch);
  *result = core_made_object(status, fit);
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

void core_fit_possible(const coreset_fit *fit, const double *answers, double *least, double *most) {
  double lowest = fit->low, highest = fit->high, rest = 1, given = 0;
  for (size_t i = 0; i < fit->questions.count; i++) {
    given += fit->shares[i] * answers[i];
    rest -= fit->shares[i];
    if (answers[i] < lowest) lowest = answers[i];
    if (answers[i] > highest) highest = answers[i];
  }
  if (fit->questions.count == fit->benchmark_question_count || rest < 0) rest = 0;
  *least = given + rest * lowest;
  *most = given + rest * highest;
}

/* Errors: CORESET_ERROR for an answer that is not finite and for a prediction that
** overflows; CORESET_NO_MEMORY. */
coreset_status core_fit_apply(coreset_context *context, const coreset_fit *fit, const double *answers,
                              double *predicted, core_reach *reach) {
  core_arena scratch = {0};
  double *mapped = core_take(context, &scratch, fit->questions.count, sizeof(*mapped));
  double value = NAN;
  coreset_status status = scratch.status;
  *reach = (core_reach){.where = CORESET_REACH_UNKNOWN, .outside = NAN};
  for (size_t i = 0; i < fit->questions.count && status == CORESET_OK; i++) {
    mapped[i] = (answers[i] - fit->low) / (fit->high - fit->low);
    if (isfinite(mapped[i])) continue;
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_fit_question(fit, i);
    status = core_fail(context, CORESET_ERROR, "the answer %.15g to question %s is not finite or too large", answers[i],
                       core_id_format(&id, text));
  }
  if (status == CORESET_OK) status = core_predictor_of(&fit->choice)->predict(context, fit, mapped, &value, reach);
  core_release(&scratch);
  value = fit->low + value * (fit->high - fit->low);
  if (status == CORESET_OK && !isfinite(value)) {
    status = core_fail(context, CORESET_ERROR, "the prediction overflows: the answers are too large");
  }
  *predicted = status == CORESET_OK ? value : NAN;
  return status;
}

coreset_status core_check_answer(coreset_context *context, double low, double high, int binary,
                                 const coreset_id *question, double answer) {
  double range = high - low, beyond = binary || (low == 0 && high == 1) ? ROUNDING : 1;
  char text[CORE_ID_TEXT_SIZE];
  if (isnan(answer) || (answer >= low - beyond * range && answer <= high + beyond * range)) {
    return CORESET_OK; /* NaN is core_fit_apply()'s business */
  }
  return core_fail(context, CORESET_ERROR,
                   "the answer %.15g to question %s is on another scale than the sources, whose scores are between "
                   "%.15g and %.15g: bring both to one scale",
                   answer, core_id_format(question, text), low, high);
}

coreset_status core_fit_check_answers(coreset_context *context, const coreset_fit *fit, const double *answers) {
  coreset_status status = CORESET_OK;
  for (size_t i = 0; i < fit->questions.count && status == CORESET_OK; i++) {
    coreset_id id = coreset_fit_question(fit, i);
    status = core_check_answer(context, fit->low, fit->high, fit->binary, &id, answers[i]);
  }
  return status;
}

void core_fractions_add(core_fractions *seen, double answer, double lowest) {
  if (!(answer >= 0 && answer <= 1)) {
    seen->others++;
  } else if (answer > 0 && islessgreater(answer, lowest)) {
    seen->inside++;
  }
}

coreset_status core_fractions_check(coreset_context *context, const core_fractions *seen, double highest, double mean) {
  if (seen->others > 0 || seen->inside == 0 || !(highest > 2) || !(mean > 1)) return CORESET_OK;
  return core_fail(context, CORESET_ERROR,
                   "all answers are between 0 and 1, on another scale than the sources, whose scores go up to %.15g "
                   "and are %.15g on the average: bring both to one scale",
                   highest, mean);
}

coreset_status coreset_fit_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                   double *predicted) {
  core_fractions seen = {0, 0};
  core_reach reach;
  for (size_t i = 0; i < fit->questions.count; i++) core_fractions_add(&seen, answers[i], fit->low);
  *predicted = NAN;
  coreset_status status = core_fit_check_answers(context, fit, answers);
  if (status == CORESET_OK) status = core_fractions_check(context, &seen, fit->high, fit->mean);
  return status == CORESET_OK ? core_fit_apply(context, fit, answers, predicted, &reach) : status;
}
