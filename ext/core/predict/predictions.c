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

#include "numeric/sums.h"
#include "predict/calibration.h"
#include "predict/explain.h"
#include "predict/next.h"
#include "predict/predictions.h"
#include "predict/predictor.h"

/* How a target's prediction is explained: a number for each of its answers, on the users' scale. */
typedef struct explained {
  double *expected;      /* what the answer was expected to be */
  double *contributions; /* what it contributed */
} explained;

struct coreset_predictions {
  core_arena arena;                   /* of all that follows; must be first */
  const coreset_scores *scores;       /* borrowed; NULL with a fit */
  const coreset_fit *fit;             /* borrowed; NULL with scores */
  const coreset_matrix *target;       /* borrowed */
  coreset_prediction_request request; /* what is wanted; with a fit, only its level */
  core_shared shared;                 /* what methods make of the scores */
  void *prepared;                     /* what fits to the scores share; NULL before the first, or without such */
  core_quantiles quantiles;           /* of the level */
  int by_answers;                     /* the questions were chosen by answers so far; known with intervals */
  core_interval **intervals;          /* for each target, NULL where there is none; NULL until they are found */
  int keeps_folds;                    /* core_predictions_keep_folds() was called */
  double **out_of_fold;               /* for each target, as intervals; NULL where they are not kept */
  explained *explained;               /* for each target; NULL where nobody asks */
  ptrdiff_t *known;                   /* for each question of the target matrix its index in scores or fit, or -1 */
  size_t known_count;                 /* questions in scores or fit */
  size_t words;                       /* 64-bit words of one target's set of questions */
  uint64_t *answered;                 /* for each target its set: bit i for question i of scores or fit */
  coreset_prediction *targets;        /* in order of identifier; with a choice once they were predicted */
  core_certainty *certainty;          /* of each of them, what comparisons need */
  size_t target_count;                /* how many */
  size_t next;                        /* the one whose turn it is */
  size_t *questions;                  /* working memory: the questions of a fit */
  double *answers;                    /* working memory: one target's answers to them */
  ptrdiff_t *target_column;           /* for each question of scores or fit its index in the target matrix, or -1 */
};

void coreset_predictions_free(coreset_predictions *predictions) {
  if (predictions != NULL) core_release(&predictions->arena);
}

/* ------------------------------------------------------------------------
** Starting
*/

/* The index in scores or fit of a question, or -1. */
static ptrdiff_t find_id(const coreset_predictions *self, const coreset_id *id) {
  if (self->fit != NULL) return core_fit_find_question(self->fit, id);
  ptrdiff_t found = coreset_matrix_find_question(self->scores->matrix, id);
  return found < 0 ? -1 : self->scores->question_of_matrix[found];
}

/* The same of a question of the target matrix. */
static ptrdiff_t find_known(const coreset_predictions *self, size_t target_question) {
  if (self->fit == NULL && self->scores->matrix == self->target) {
    return self->scores->question_of_matrix[target_question];
  }
  coreset_id id = coreset_matrix_question(self->target, target_question);
  return find_id(self, &id);
}

/* The identifier of a question of scores or fit. */
static coreset_id known_question(const coreset_predictions *self, size_t question) {
  return self->fit != NULL ? coreset_fit_question(self->fit, question) : core_scores_question(self->scores, question);
}

/* Explains why sources and targets share no question. */
static coreset_status fail_unshared(coreset_context *context, const coreset_predictions *self) {
  coreset_id first = coreset_matrix_question(self->target, 0), known = known_question(self, 0);
  char text[CORE_ID_TEXT_SIZE], known_text[CORE_ID_TEXT_SIZE];
  for (size_t q = 0; q < coreset_matrix_question_count(self->target); q++) {
    char digits[CORE_TWIN_SIZE];
    coreset_id id = coreset_matrix_question(self->target, q), twin;
    if (!core_id_twin(&id, digits, &twin) || find_id(self, &twin) < 0) continue;
    const char *target_type = id.text != NULL ? "TEXT" : "INTEGER", *source_type = id.text != NULL ? "INTEGER" : "TEXT";
    return core_fail(context, CORESET_ERROR,
                     "source and target share no question because their ids differ in type: %s in the source, %s "
                     "in the target; CAST(question AS %s) in one of them",
                     source_type, target_type, source_type);
  }
  coreset_id last = coreset_matrix_question(self->target, coreset_matrix_question_count(self->target) - 1);
  int is_text = first.text != NULL, is_mixed = is_text != (last.text != NULL); /* integers come first, in both lists */
  int other_type = !is_mixed && is_text != (known_question(self, 0).text != NULL) &&
                   is_text != (known_question(self, self->known_count - 1).text != NULL);
  return core_fail(context, CORESET_ERROR,
                   "source and target share no question%s; the target has %s, for example, and the source %s",
                   !other_type ? ""
                   : is_text   ? ": ids are INTEGER in the source"
                               : ": ids are TEXT in the source",
                   core_id_format(&first, text), core_id_format(&known, known_text));
}

/* Maps the questions of the target matrix to those known, and back. */
static coreset_status map_questions(coreset_context *context, coreset_predictions *self) {
  size_t questions = coreset_matrix_question_count(self->target), shared = 0;
  for (size_t q = 0; q < self->known_count; q++) self->target_column[q] = -1;
  for (size_t q = 0; q < questions; q++) {
    self->known[q] = find_known(self, q);
    if (self->known[q] < 0) continue;
    self->target_column[self->known[q]] = (ptrdiff_t)q;
    shared++;
  }
  return shared == 0 && questions > 0 ? fail_unshared(context, self) : CORESET_OK;
}

/* Records what one target answered. */
static void read_target(const coreset_predictions *self, coreset_prediction *row, uint64_t *answered,
                        core_fractions *seen) {
  size_t questions = coreset_matrix_question_count(self->target);
  core_sum sum = {0, 0};
  for (size_t q = 0; q < questions; q++) {
    double score;
    if (self->request.questions != NULL && !self->request.questions[q]) continue;
    if (!coreset_matrix_cell(self->target, row->model, q, &score, NULL)) continue;
    if (self->known[q] < 0) {
      row->unknown++;
      continue;
    }
    answered[self->known[q] / 64] |= (uint64_t)1 << (self->known[q] % 64);
    core_fractions_add(seen, score, self->fit != NULL ? self->fit->low : self->scores->low);
    core_sum_add(&sum, score);
    row->answered++;
  }
  row->predicted = row->lower = row->upper = row->observed = NAN;
  if (row->answered > 0) row->observed = core_sum_value(&sum) / (double)row->answered;
}

/* Both ways to start. wanted: the sources or the fit, the target, the request and known_count. */
static coreset_status start(coreset_context *context, const coreset_predictions *wanted, coreset_predictions **result) {
  coreset_predictions *self = core_object(context, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  core_arena *arena = &self->arena, kept = self->arena;
  size_t models = coreset_matrix_model_count(wanted->target), known_count = wanted->known_count;
  const unsigned char *chosen = wanted->request.models;
  core_fractions seen = {0, 0};
  *self = *wanted;
  self->arena = kept;
  self->shared = (core_shared){.arena = arena, .scores = self->scores};
  for (size_t m = 0; m < models; m++) self->target_count += chosen == NULL || chosen[m];
  self->words = (known_count + 63) / 64;
  self->known = core_take(context, arena, coreset_matrix_question_count(self->target), sizeof(ptrdiff_t));
  self->target_column = core_take(context, arena, known_count, sizeof(ptrdiff_t));
  self->questions = core_take(context, arena, known_count, sizeof(size_t));
  self->answers = core_take(context, arena, known_count, sizeof(double));
  self->targets = core_take(context, arena, self->target_count, sizeof(coreset_prediction));
  self->certainty = core_take(context, arena, self->target_count, sizeof(core_certainty));
  self->answered = core_take_matrix(context, arena, self->target_count, self->words, sizeof(uint64_t));
  coreset_status status = arena->status;
  if (status == CORESET_OK && self->fit == NULL) {
    status = core_complete_choice(context, &core_predictors, &self->request.predictor);
  }
  if (self->request.level > 0 && (self->fit == NULL || self->fit->interval != NULL)) {
    size_t sources = self->fit == NULL ? self->scores->models : self->fit->interval->count;
    self->quantiles = core_interval_quantiles(self->request.level, sources);
  }
  if (status == CORESET_OK) status = map_questions(context, self);
  for (size_t m = 0, i = 0; m < models && status == CORESET_OK; m++) {
    if (chosen != NULL && !chosen[m]) continue;
    self->targets[i].model = m;
    self->certainty[i].deviation.residual = NAN;
    read_target(self, &self->targets[i], self->answered + i * self->words, &seen);
    i++;
  }
  if (status == CORESET_OK) {
    status = self->fit != NULL
                 ? core_fractions_check(context, &seen, self->fit->high, self->fit->mean)
                 : core_fractions_check(context, &seen, self->scores->high, core_scores_mean(self->scores));
  }
  *result = core_made_object(status, self);
  return status;
}

coreset_status coreset_predictions_new(coreset_context *context, const coreset_scores *scores,
                                       const coreset_matrix *target, const coreset_prediction_request *request,
                                       coreset_predictions **result) {
  coreset_predictions wanted = {
      .scores = scores, .target = target, .request = *request, .known_count = scores->questions};
  return start(context, &wanted, result);
}

coreset_status coreset_predictions_from_fit(coreset_context *context, const coreset_fit *fit,
                                            const coreset_matrix *target, double level, coreset_predictions **result) {
  coreset_predictions wanted = {
      .fit = fit, .target = target, .request.level = level, .known_count = fit->questions.count};
  return start(context, &wanted, result);
}

/* ------------------------------------------------------------------------
** Predicting
*/

/* Sets the interval of a target that was predicted from its answers to self->questions: clipped
** to what these leave possible, which at the last question is nothing; the prediction stays
** inside, though some predictors go beyond the possible. */
static void set_interval(const coreset_predictions *self, const coreset_fit *fit, const core_interval *interval,
                         const core_reach *reach, coreset_prediction *row, core_certainty *certainty) {
  double predicted = row->predicted, range = fit->high - fit->low;
  core_deviation deviation = core_interval_deviation(interval, (predicted - fit->low) / range, reach);
  if (self->by_answers) deviation = core_deviation_by_answers(&deviation, reach);
  double half_width = range * core_deviation_half_width(&deviation, &self->quantiles);
  if (isnan(half_width)) return;
  *certainty = (core_certainty){.deviation = deviation, .spread = interval->spread, .reach = *reach};
  core_fit_possible(fit, self->answers, &certainty->least, &certainty->most);
  row->lower = fmin(fmax(predicted - half_width, certainty->least), predicted);
  row->upper = fmax(fmin(predicted + half_width, certainty->most), predicted);
}

/* Explains the prediction of a target from self->answers. */
static coreset_status explain_target(coreset_context *context, coreset_predictions *self, const coreset_fit *fit,
                                     explained *target) {
  size_t count = fit->questions.count;
  target->expected = core_take(context, &self->arena, count, sizeof(double));
  target->contributions = core_take(context, &self->arena, count, sizeof(double));
  if (self->arena.status != CORESET_OK) return self->arena.status;
  for (size_t i = 0; i < count; i++) target->expected[i] = fit->low + fit->expected[i] * (fit->high - fit->low);
  return core_explain(context, fit, self->answers, target->contributions);
}

coreset_status core_predictions_fail_at(coreset_context *context, const coreset_predictions *self, size_t target,
                                        coreset_status status) {
  coreset_id model = coreset_matrix_model(self->target, self->targets[target].model);
  char text[CORE_ID_TEXT_SIZE], where[CORE_ID_TEXT_SIZE + sizeof("model ")];
  snprintf(where, sizeof(where), "model %s", core_id_format(&model, text));
  return core_fail_within(context, status, where);
}

/* Predicts one target with a fit to exactly the questions in self->questions, whose choice is given
** in memory that stays; without an interval where that is NULL. */
static coreset_status predict_target(coreset_context *context, coreset_predictions *self, const coreset_fit *fit,
                                     const core_interval *interval, const coreset_choice *choice,
                                     coreset_prediction *row) {
  for (size_t i = 0; i < fit->questions.count; i++) {
    size_t column = (size_t)self->target_column[self->questions[i]];
    coreset_matrix_cell(self->target, row->model, column, &self->answers[i], NULL);
  }
  core_reach reach;
  coreset_status status = core_poll_work(context, CORE_PARAMETER_WORK * fit->parameter_count);
  if (status == CORESET_OK) status = core_fit_check_answers(context, fit, self->answers);
  if (status == CORESET_OK) status = core_fit_apply(context, fit, self->answers, &row->predicted, &reach);
  if (status != CORESET_OK) return core_predictions_fail_at(context, self, (size_t)(row - self->targets), status);
  if (self->explained != NULL) {
    status = explain_target(context, self, fit, &self->explained[row - self->targets]);
    if (status != CORESET_OK) return status;
  }
  row->choice = choice;
  row->reach = reach.where;
  self->certainty[row - self->targets].reach = reach;
  if (interval != NULL) {
    set_interval(self, fit, interval, &reach, row, &self->certainty[row - self->targets]);
  }
  return CORESET_OK;
}

/* The questions of a set of them. */
static size_t list_questions(const coreset_predictions *self, const uint64_t *set, size_t *questions) {
  size_t count = 0;
  for (size_t q = 0; q < self->known_count; q++) {
    if (core_bit(set, q)) questions[count++] = q;
  }
  return count;
}

/* The first target that answered exactly what this one did. */
static size_t first_alike(const coreset_predictions *self, size_t target) {
  const uint64_t *set = self->answered + target * self->words;
  size_t first = 0;
  while (memcmp(self->answered + first * self->words, set, self->words * sizeof(*set)) != 0) first++;
  return first;
}

/* Finds the intervals of all targets. */
static coreset_status find_intervals(coreset_context *context, coreset_predictions *self) {
  core_arena scratch = {0};
  size_t targets = self->target_count, count = 0;
  core_question_set *sets = core_take(context, &scratch, targets, sizeof(*sets));
  size_t *set_of = core_take(context, &scratch, targets, sizeof(*set_of));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < targets && status == CORESET_OK; i++) {
    size_t first = first_alike(self, i);
    set_of[i] = first < i ? set_of[first] : count;
    if (first < i || self->targets[i].answered == 0) continue;
    size_t *questions = core_take(context, &scratch, self->targets[i].answered, sizeof(size_t));
    status = scratch.status;
    if (status == CORESET_OK) list_questions(self, self->answered + i * self->words, questions);
    sets[count] = (core_question_set){.questions = questions, .count = self->targets[i].answered};
    if (self->keeps_folds) {
      sets[count].predictions = core_take(context, &self->arena, self->scores->models, sizeof(double));
      if (status == CORESET_OK) status = self->arena.status;
    }
    count++;
  }
  coreset_origin origin = self->request.origin;
  if (status == CORESET_OK && origin.batches > 1) status = core_next_fits(context, self->scores, &self->by_answers);
  if (!self->by_answers) origin.batches = 0;
  if (status == CORESET_OK) {
    status = core_calibrate(context, self->scores, &self->request.predictor, &origin, sets, count);
  }
  double *full_scores = core_scores_full_scores(context, &self->arena, self->scores);
  core_interval *made = core_take(context, &self->arena, count, sizeof(*made));
  core_interval **intervals = core_take(context, &self->arena, targets, sizeof(*intervals));
  double **out_of_fold = core_take(context, &self->arena, targets, sizeof(*out_of_fold));
  if (status == CORESET_OK) status = self->arena.status;
  for (size_t i = 0; i < targets && status == CORESET_OK; i++) {
    if (self->targets[i].answered == 0 || isnan(sets[set_of[i]].scale)) continue;
    intervals[i] = &made[set_of[i]];
    const core_question_set *set = &sets[set_of[i]];
    *intervals[i] = (core_interval){self->scores->models, set->scale, set->spread, full_scores};
    out_of_fold[i] = set->predictions;
  }
  core_release(&scratch);
  if (status == CORESET_OK) {
    self->intervals = intervals;
    self->out_of_fold = out_of_fold;
  }
  return status;
}

/* Fits to the questions of the next target and predicts all that share them. */
static coreset_status predict_group(coreset_context *context, coreset_predictions *self) {
  const uint64_t *set = self->answered + self->next * self->words;
  const coreset_choice *predictor = &self->request.predictor;
  coreset_choice *choice = core_take(context, &self->arena, 1, sizeof(*choice));
  coreset_fit *fit = NULL;
  coreset_status status = self->arena.status;
  if (status == CORESET_OK && self->request.level > 0 && self->intervals == NULL) {
    status = find_intervals(context, self);
  }
  if (status == CORESET_OK && self->prepared == NULL) {
    status = core_prepare(context, &self->arena, predictor, &self->shared, &self->prepared);
  }
  size_t count = list_questions(self, set, self->questions);
  if (status == CORESET_OK) {
    status = core_fit_prepared(context, self->scores, predictor, self->prepared, self->questions, count, &fit);
  }
  if (status == CORESET_OK && self->explained != NULL) {
    status = core_fit_expect(context, self->scores, self->questions, fit);
  }
  if (status == CORESET_OK) *choice = fit->choice;
  for (size_t i = self->next; i < self->target_count && status == CORESET_OK; i++) {
    if (memcmp(self->answered + i * self->words, set, self->words * sizeof(uint64_t)) != 0) continue;
    const core_interval *interval = self->intervals == NULL ? NULL : self->intervals[i];
    status = predict_target(context, self, fit, interval, choice, &self->targets[i]);
  }
  coreset_fit_free(fit);
  return status;
}

/* Predicts the next target with the given fit. */
static coreset_status predict_with_fit(coreset_context *context, coreset_predictions *self) {
  const uint64_t *set = self->answered + self->next * self->words;
  coreset_prediction *row = &self->targets[self->next];
  for (size_t i = 0; i < self->known_count; i++) {
    self->questions[i] = i;
    if (core_bit(set, i)) continue;
    char model_text[CORE_ID_TEXT_SIZE], question_text[CORE_ID_TEXT_SIZE];
    coreset_id model = coreset_matrix_model(self->target, row->model);
    coreset_id question = coreset_fit_question(self->fit, i);
    return core_fail(context, CORESET_ERROR,
                     "model %s did not answer question %s, which the fit needs; predict it from the matrix",
                     core_id_format(&model, model_text), core_id_format(&question, question_text));
  }
  return predict_target(context, self, self->fit, self->request.level > 0 ? self->fit->interval : NULL,
                        &self->fit->choice, row);
}

coreset_status coreset_predictions_next(coreset_context *context, coreset_predictions *self,
                                        coreset_prediction *prediction) {
  if (self->next == self->target_count) return CORESET_DONE;
  const coreset_prediction *row = &self->targets[self->next];
  coreset_status status = core_poll_work(context, self->known_count);
  if (status == CORESET_OK && row->choice == NULL && row->answered > 0) {
    status = self->fit != NULL ? predict_with_fit(context, self) : predict_group(context, self);
  }
  if (status != CORESET_OK) return status;
  *prediction = *row;
  self->next++;
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** For comparisons, explanations and suites
*/

size_t core_predictions_count(const coreset_predictions *self) {
  return self->target_count;
}

const core_certainty *core_predictions_certainty(const coreset_predictions *self, size_t target) {
  return &self->certainty[target];
}

const coreset_prediction *core_predictions_row(const coreset_predictions *self, size_t target) {
  return &self->targets[target];
}

core_predicting core_predictions_of(const coreset_predictions *self) {
  core_predicting of = {.scores = self->scores, .target = self->target, .questions = self->known_count};
  of.benchmark = self->fit != NULL ? (size_t)self->fit->benchmark_question_count : self->known_count;
  of.sources = self->fit != NULL ? (size_t)self->fit->source_model_count : self->scores->models;
  of.low = self->fit != NULL ? self->fit->low : self->scores->low;
  of.high = self->fit != NULL ? self->fit->high : self->scores->high;
  return of;
}

void core_predictions_keep_folds(coreset_predictions *self) {
  self->keeps_folds = 1;
}

const double *core_predictions_out_of_fold(const coreset_predictions *self, size_t target) {
  if (self->fit != NULL) return self->fit->out_of_fold;
  return self->out_of_fold == NULL ? NULL : self->out_of_fold[target];
}

int core_predictions_answer(const coreset_predictions *self, size_t target, size_t question, double *answer) {
  if (!core_bit(self->answered + target * self->words, question)) return 0;
  size_t column = (size_t)self->target_column[question];
  return coreset_matrix_cell(self->target, self->targets[target].model, column, answer, NULL);
}

/* Errors: CORESET_ERROR for a fit of an earlier program; CORESET_NO_MEMORY. */
coreset_status core_predictions_explain(coreset_context *context, coreset_predictions *self) {
  if (self->fit != NULL && self->fit->expected == NULL) {
    return core_fail(context, CORESET_ERROR,
                     "this fit was made by an earlier version, which did not keep what the sources scored on each "
                     "question: make it anew");
  }
  self->explained = core_take(context, &self->arena, self->target_count, sizeof(*self->explained));
  return self->arena.status;
}

void core_predictions_explained(const coreset_predictions *self, size_t target, size_t answer, double *expected,
                                double *contribution) {
  *expected = self->explained[target].expected[answer];
  *contribution = self->explained[target].contributions[answer];
}

size_t core_predictions_column(const coreset_predictions *self, size_t question) {
  return (size_t)self->target_column[question];
}
