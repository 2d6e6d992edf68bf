/*
** predictions.c: predicts target models, each from the questions it answered.
**
** A predictor is fitted to a set of questions, and usually all targets answered the
** same coreset. So when a target's turn comes and it has no prediction yet, one fit
** serves it and every later target that answered exactly the same questions.
*/
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "matrix/scores.h"
#include "numeric/sums.h"
#include "predict/calibration.h"
#include "predict/predictor.h"

/* What is known of one target. */
typedef struct target_model {
  coreset_prediction row; /* row.predicted and row.settings once it was predicted */
  int predicted;          /* whether it was */
  coreset_setting settings[CORESET_OPTION_LIMIT];
} target_model;

struct coreset_predictions {
  const coreset_matrix *source;       /* borrowed; NULL with a fit */
  const coreset_scores *scores;       /* borrowed; NULL with a fit */
  const coreset_fit *fit;             /* borrowed; NULL with scores */
  const coreset_matrix *target;       /* borrowed */
  coreset_prediction_request request; /* what is wanted; with a fit, only its predictor and level */
  void *prepared;                     /* what fits to the scores share; NULL before the first, or without such */
  core_calibration **calibrations;    /* of the intervals, by the number of answers; NULL with a fit */
  ptrdiff_t *known;                   /* for each question of the target matrix its index in scores or fit, or -1 */
  size_t known_count;                 /* questions in scores or fit */
  size_t words;                       /* 64-bit words of one target's set of questions */
  uint64_t *answered;                 /* for each target its set: bit i for question i of scores or fit */
  target_model *targets;              /* in order of identifier */
  size_t target_count;                /* how many */
  size_t next;                        /* the one whose turn it is */
  size_t *questions;                  /* working memory: the questions of a fit */
  double *answers;                    /* working memory: one target's answers to them */
  ptrdiff_t *target_column;           /* for each question of scores or fit its index in the target matrix, or -1 */
};

void coreset_predictions_free(coreset_predictions *predictions) {
  size_t i;
  if (predictions == NULL) return;
  for (i = 0; predictions->calibrations != NULL && i <= predictions->known_count; i++) {
    core_calibration_free(predictions->calibrations[i]);
  }
  coreset_free(predictions->calibrations);
  core_predictor_release(predictions->request.predictor, predictions->prepared);
  coreset_free(predictions->known);
  coreset_free(predictions->answered);
  coreset_free(predictions->targets);
  coreset_free(predictions->questions);
  coreset_free(predictions->answers);
  coreset_free(predictions->target_column);
  coreset_free(predictions);
}

/* The index in scores or fit of a question of the target matrix, or -1. */
static ptrdiff_t find_known(const coreset_predictions *self, size_t target_question) {
  coreset_id id;
  ptrdiff_t found;
  if (self->source == self->target) return core_scores_find_question(self->scores, target_question);
  id = coreset_matrix_question(self->target, target_question);
  if (self->fit != NULL) return core_fit_find_question(self->fit, &id);
  found = coreset_matrix_find_question(self->source, &id);
  return found < 0 ? -1 : core_scores_find_question(self->scores, (size_t)found);
}

/* Whether any (kind 0: integer, 1: text) identifier is among the sources' questions. */
static int source_has_kind(const coreset_predictions *self, int is_text) {
  size_t i;
  for (i = 0; i < self->known_count; i++) {
    coreset_id id = self->fit != NULL
                        ? coreset_fit_question(self->fit, i)
                        : coreset_matrix_question(self->source, core_scores_matrix_question(self->scores, i));
    if ((id.text != NULL) == is_text) return 1;
  }
  return 0;
}

/* Explains why sources and targets share no question. */
static coreset_status fail_unshared(coreset_context *context, const coreset_predictions *self) {
  size_t questions = coreset_matrix_question_count(self->target);
  coreset_id first = coreset_matrix_question(self->target, 0);
  coreset_id last = coreset_matrix_question(self->target, questions - 1);
  int target_is_text = first.text != NULL; /* integers come first */
  int target_is_integer = last.text == NULL;
  const char *target_type = target_is_text ? "TEXT" : "INTEGER", *source_type = target_is_text ? "INTEGER" : "TEXT";
  char text[CORE_ID_TEXT_SIZE];
  if ((target_is_text && !source_has_kind(self, 1)) || (target_is_integer && !source_has_kind(self, 0))) {
    return core_fail(context, CORESET_ERROR,
                     "source and target share no question because their ids differ in type: %s in the source, %s "
                     "in the target; CAST(question AS %s) in one of them",
                     source_type, target_type, source_type);
  }
  return core_fail(context, CORESET_ERROR, "source and target share no question; the target has %s, for example",
                   core_id_format(&first, text));
}

/* Maps the questions of the target matrix to those known, and back. */
static coreset_status map_questions(coreset_context *context, coreset_predictions *self) {
  size_t questions = coreset_matrix_question_count(self->target), q, shared = 0;
  self->known = core_allocate(context, questions, sizeof(ptrdiff_t));
  self->target_column = core_allocate(context, self->known_count, sizeof(ptrdiff_t));
  self->questions = core_allocate(context, self->known_count, sizeof(size_t));
  self->answers = core_allocate(context, self->known_count, sizeof(double));
  if (self->known == NULL || self->target_column == NULL || self->questions == NULL || self->answers == NULL) {
    return CORESET_NO_MEMORY;
  }
  for (q = 0; q < self->known_count; q++) self->target_column[q] = -1;
  for (q = 0; q < questions; q++) {
    self->known[q] = find_known(self, q);
    if (self->known[q] < 0) continue;
    self->target_column[self->known[q]] = (ptrdiff_t)q;
    shared++;
  }
  if (shared == 0 && questions > 0) return fail_unshared(context, self);
  return CORESET_OK;
}

/* Notes what one target answered. */
static void read_target(coreset_predictions *self, target_model *target, uint64_t *answered) {
  size_t questions = coreset_matrix_question_count(self->target), q;
  core_sum sum = {0, 0};
  coreset_prediction *row = &target->row;
  for (q = 0; q < questions; q++) {
    double score;
    if (self->request.questions != NULL && !self->request.questions[q]) continue;
    if (!coreset_matrix_cell(self->target, row->model, q, &score, NULL)) continue;
    if (self->known[q] < 0) {
      row->unknown++;
      continue;
    }
    answered[self->known[q] / 64] |= (uint64_t)1 << (self->known[q] % 64);
    core_sum_add(&sum, score);
    row->answered++;
  }
  row->predicted = row->lower = row->upper = row->observed = NAN;
  if (row->answered > 0) row->observed = core_sum_value(&sum) / (double)row->answered;
}

static coreset_status read_targets(coreset_context *context, coreset_predictions *self) {
  size_t models = coreset_matrix_model_count(self->target), m;
  const unsigned char *chosen = self->request.models;
  self->words = (self->known_count + 63) / 64;
  self->targets = core_allocate(context, models, sizeof(target_model));
  if (self->targets == NULL) return CORESET_NO_MEMORY;
  for (m = 0; m < models; m++) {
    if (chosen == NULL || chosen[m]) self->targets[self->target_count++].row.model = m;
  }
  self->answered = core_allocate(context, self->target_count * self->words, sizeof(uint64_t));
  if (self->answered == NULL) return CORESET_NO_MEMORY;
  for (m = 0; m < self->target_count; m++) read_target(self, &self->targets[m], self->answered + m * self->words);
  return CORESET_OK;
}

/* The shared part of both ways to start. */
static coreset_status start(coreset_context *context, coreset_predictions *self, coreset_predictions **result) {
  coreset_status status = map_questions(context, self);
  if (status == CORESET_OK) status = read_targets(context, self);
  if (status == CORESET_OK) {
    *result = self;
  } else {
    coreset_predictions_free(self);
  }
  return status;
}

coreset_status coreset_predictions_new(coreset_context *context, const coreset_matrix *source,
                                       const coreset_scores *scores, const coreset_matrix *target,
                                       const coreset_prediction_request *request, coreset_predictions **result) {
  coreset_predictions *self = core_allocate(context, 1, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->source = source;
  self->scores = scores;
  self->target = target;
  self->request = *request;
  self->known_count = scores->questions;
  self->calibrations = core_allocate(context, self->known_count + 1, sizeof(core_calibration *));
  if (self->calibrations == NULL) {
    coreset_predictions_free(self);
    return CORESET_NO_MEMORY;
  }
  return start(context, self, result);
}

coreset_status coreset_predictions_from_fit(coreset_context *context, const coreset_fit *fit,
                                            const coreset_matrix *target, double level, coreset_predictions **result) {
  coreset_predictions *self = core_allocate(context, 1, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->fit = fit;
  self->target = target;
  self->request.level = level;
  self->request.predictor = coreset_fit_predictor(fit);
  self->known_count = coreset_fit_question_count(fit);
  return start(context, self, result);
}

/* Predicts one target with a fit to exactly the questions in self->questions. */
static coreset_status predict_target(coreset_context *context, coreset_predictions *self, const coreset_fit *fit,
                                     size_t count, target_model *target) {
  size_t option_count, i;
  coreset_status status;
  for (i = 0; i < count; i++) {
    coreset_matrix_cell(self->target, target->row.model, (size_t)self->target_column[self->questions[i]],
                        &self->answers[i], NULL);
  }
  status = coreset_fit_predict(context, fit, self->answers, &target->row.predicted);
  if (status != CORESET_OK) {
    coreset_id model = coreset_matrix_model(self->target, target->row.model);
    char text[CORE_ID_TEXT_SIZE], where[CORE_ID_TEXT_SIZE + 8];
    snprintf(where, sizeof(where), "model %s", core_id_format(&model, text));
    return core_fail_within(context, status, where);
  }
  coreset_predictor_options(self->request.predictor, &option_count);
  memcpy(target->settings, coreset_fit_settings(fit), option_count * sizeof(coreset_setting));
  target->row.settings = target->settings;
  target->predicted = 1;
  return CORESET_OK;
}

/* The calibration for the questions in self->questions: with a selector, that for so many,
** kept for later targets. */
static coreset_status calibrate(coreset_context *context, coreset_predictions *self, size_t count) {
  core_calibration **calibration = &self->calibrations[count];
  if (*calibration != NULL && self->request.selector != NULL) return CORESET_OK;
  core_calibration_free(*calibration);
  return core_calibration_new(context, self->source, self->scores, &self->request, self->questions, count, calibration);
}

/* Sets the interval of a target that was predicted from its answers to self->questions: clipped
** to what these leave possible, which at the last question is nothing; the prediction stays
** inside, though some predictors go beyond the possible. */
static void set_interval(coreset_predictions *self, const coreset_fit *fit, const core_calibration *calibration,
                         target_model *target) {
  double predicted = target->row.predicted, range = fit->high - fit->low, half_width;
  double lowest = fit->low, highest = fit->high, rest = 1, given = 0;
  size_t count = fit->questions.count, i;
  half_width = range * core_calibration_half_width(calibration, self->request.level, (predicted - fit->low) / range);
  if (isnan(half_width)) return;
  for (i = 0; i < count; i++) {
    given += fit->shares[i] * self->answers[i];
    rest -= fit->shares[i];
    if (self->answers[i] < lowest) lowest = self->answers[i];
    if (self->answers[i] > highest) highest = self->answers[i];
  }
  if (count == fit->benchmark_question_count || rest < 0) rest = 0;
  target->row.lower = fmin(fmax(predicted - half_width, given + rest * lowest), predicted);
  target->row.upper = fmax(fmin(predicted + half_width, given + rest * highest), predicted);
}

/* Fits to the questions of the next target and predicts all that share them. */
static coreset_status predict_group(coreset_context *context, coreset_predictions *self) {
  const uint64_t *set = self->answered + self->next * self->words;
  size_t count = 0, i;
  coreset_fit *fit = NULL;
  coreset_status status = CORESET_OK;
  for (i = 0; i < self->known_count; i++) {
    if (core_bit(set, i)) self->questions[count++] = i;
  }
  if (self->prepared == NULL) {
    status = core_predictor_prepare(context, self->request.predictor, self->scores, &self->prepared);
  }
  if (status == CORESET_OK) {
    status = core_fit_new_prepared(context, self->source, self->scores, self->request.predictor, self->prepared,
                                   self->request.settings, self->questions, count, &fit);
  }
  if (status == CORESET_OK && self->request.level > 0) status = calibrate(context, self, count);
  for (i = self->next; i < self->target_count && status == CORESET_OK; i++) {
    if (memcmp(self->answered + i * self->words, set, self->words * sizeof(uint64_t)) != 0) continue;
    status = predict_target(context, self, fit, count, &self->targets[i]);
    if (status == CORESET_OK && self->request.level > 0) {
      set_interval(self, fit, self->calibrations[count], &self->targets[i]);
    }
  }
  coreset_fit_free(fit);
  return status;
}

/* Predicts the next target with the given fit. */
static coreset_status predict_with_fit(coreset_context *context, coreset_predictions *self) {
  const uint64_t *set = self->answered + self->next * self->words;
  coreset_status status;
  size_t i;
  for (i = 0; i < self->known_count; i++) {
    char model_text[CORE_ID_TEXT_SIZE], question_text[CORE_ID_TEXT_SIZE];
    coreset_id model, question;
    self->questions[i] = i;
    if (core_bit(set, i)) continue;
    model = coreset_matrix_model(self->target, self->targets[self->next].row.model);
    question = coreset_fit_question(self->fit, i);
    return core_fail(context, CORESET_ERROR,
                     "model %s did not answer question %s, which the fit needs; predict it from the matrix",
                     core_id_format(&model, model_text), core_id_format(&question, question_text));
  }
  status = predict_target(context, self, self->fit, self->known_count, &self->targets[self->next]);
  if (status == CORESET_OK && self->request.level > 0 && self->fit->calibration != NULL) {
    set_interval(self, self->fit, self->fit->calibration, &self->targets[self->next]);
  }
  return status;
}

coreset_status coreset_predictions_next(coreset_context *context, coreset_predictions *self,
                                        coreset_prediction *prediction) {
  target_model *target;
  coreset_status status = CORESET_OK;
  if (self->next == self->target_count) return CORESET_DONE;
  target = &self->targets[self->next];
  if (!target->predicted && target->row.answered > 0) {
    status = core_poll(context);
    if (status == CORESET_OK) {
      status = self->fit != NULL ? predict_with_fit(context, self) : predict_group(context, self);
    }
  }
  if (status == CORESET_OK) {
    *prediction = target->row;
    self->next++;
  }
  return status;
}
