/*
** evaluation.c: how well a selector and a predictor do on data that is known.
**
** For each seed the models are split into sources and targets (splits.c), and questions are chosen from the sources'
** scores: as many as the largest number that is wanted. The first n are the choice of n, because selectors choose one
** question after the other and are not told how many there will be. For each number of questions the targets are
** predicted from their answers to so many, and the predictions are compared with the targets' full scores.
*/
#include <math.h>
#include <string.h>
#include <time.h>

#include "judge/splits.h"
#include "matrix/sources.h"
#include "numeric/sums.h"
#include "predict/predictor.h"
#include "select/selector.h"

/* The limits of an interval and the score it should hold are sums in different orders; with every
** question answered all three are the same number. Room for the rounding of some thousand additions. */
#define ROUNDING 1e-12

struct coreset_evaluation {
  core_arena arena;                   /* of all that follows but for scores, sources and predictions; must be first */
  coreset_evaluation_request request; /* what is asked */
  coreset_scores *scores;             /* of all models that take part */
  size_t undated;                     /* how many of them cannot be split, having no date */
  double *truth;                      /* for each model of the matrix its full score on the users' scale */
  size_t largest;                     /* of the numbers of questions */
  size_t seed;                        /* of the current split; 0 before the first */
  core_split split;                   /* the current one */
  coreset_scores *sources;            /* of its sources */
  coreset_choice selector;            /* with the seed of the split */
  size_t *chosen;                     /* the questions of the matrix that it chose, in order */
  size_t chosen_count;                /* how many: fewer than wanted where targets alone answered some */
  double *select_seconds;             /* for each number of questions the time it took to choose them */
  size_t next_rank;                   /* the place in chosen whose turn it is */
  size_t next_size;                   /* the number of questions whose turn it is */
  unsigned char *in_coreset;          /* for each question of the matrix, whether it is among so many */
  coreset_predictions *predictions;   /* of the targets from these, where they are under way */
  double started;                     /* when these began */
  coreset_pair *pairs;                /* truth and prediction: of the targets, then with the sources */
  coreset_pair *copy;                 /* working memory, as long as pairs */
};

void coreset_evaluation_free(coreset_evaluation *evaluation) {
  if (evaluation == NULL) return;
  coreset_predictions_free(evaluation->predictions);
  coreset_scores_free(evaluation->sources);
  coreset_scores_free(evaluation->scores);
  core_release(&evaluation->arena);
}

coreset_status coreset_evaluation_size(coreset_context *context, const coreset_matrix *matrix,
                                       const coreset_evaluation_request *request, size_t *models, size_t *questions) {
  core_arena scratch = {0};
  core_sources found;
  coreset_status status = core_find_sources(context, &scratch, matrix, NULL, &found);
  if (status == CORESET_OK) {
    *models = core_split_models(request, matrix, found.is_full);
    *questions = found.question_count;
  }
  core_release(&scratch);
  return status;
}

/* Checks the numbers of questions, and finds the largest. */
static coreset_status check_sizes(coreset_context *context, coreset_evaluation *self) {
  const coreset_evaluation_request *request = &self->request;
  if (request->size_count == 0) return core_fail(context, CORESET_ERROR, "no number of questions is given");
  for (size_t i = 0; i < request->size_count; i++) {
    size_t size = request->sizes[i];
    if (size < 1 || size > self->scores->questions) {
      return core_fail(context, CORESET_ERROR, "k must be between 1 and %zu, got %zu", self->scores->questions, size);
    }
    for (size_t j = 0; j < i; j++) {
      if (request->sizes[j] == size) return core_fail(context, CORESET_ERROR, "k: %zu is listed twice", size);
    }
    if (size > self->largest) self->largest = size;
  }
  return CORESET_OK;
}

/* Checks the request, and takes the memory for it. */
static coreset_status prepare(coreset_context *context, coreset_evaluation *self, const coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  coreset_status status = core_check_choice(context, &core_selectors, &self->request.selector);
  if (status == CORESET_OK) status = core_check_choice(context, &core_predictors, &self->request.predictor);
  if (status == CORESET_OK) status = check_sizes(context, self);
  if (status != CORESET_OK) return status;
  self->truth = core_take(context, &self->arena, models, sizeof(double));
  self->split.is_source = core_take(context, &self->arena, models, 1);
  self->split.is_target = core_take(context, &self->arena, models, 1);
  self->chosen = core_take(context, &self->arena, self->largest, sizeof(size_t));
  self->select_seconds = core_take(context, &self->arena, self->request.size_count, sizeof(double));
  self->in_coreset = core_take(context, &self->arena, questions, 1);
  self->pairs = core_take(context, &self->arena, models, sizeof(coreset_pair));
  self->copy = core_take(context, &self->arena, models, sizeof(coreset_pair));
  if (self->arena.status != CORESET_OK) return self->arena.status;
  for (size_t m = 0; m < self->scores->models; m++) {
    double full_score = core_scores_full_score(self->scores, m);
    self->truth[self->scores->matrix_model[m]] = core_scores_unmap(self->scores, full_score);
  }
  return CORESET_OK;
}

coreset_status coreset_evaluation_new(coreset_context *context, const coreset_matrix *matrix,
                                      const coreset_evaluation_request *request, coreset_evaluation **evaluation) {
  coreset_evaluation *self = core_object(context, sizeof(*self));
  core_arena scratch = {0};
  core_sources found;
  *evaluation = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->request = *request;
  self->next_size = request->size_count; /* no split has begun */
  coreset_status status = core_find_sources(context, &scratch, matrix, NULL, &found);
  if (status == CORESET_OK) {
    size_t models = core_split_models(request, matrix, found.is_full);
    self->undated = found.full_count - models;
    status = core_split_check(context, request, matrix, models);
  }
  if (status == CORESET_OK) {
    status = core_scores_of(context, matrix, found.is_full, found.in_benchmark, &self->scores);
  }
  core_release(&scratch);
  if (status == CORESET_OK) status = prepare(context, self, matrix);
  if (status != CORESET_OK) coreset_evaluation_free(self);
  *evaluation = status == CORESET_OK ? self : NULL;
  return status;
}

/* ------------------------------------------------------------------------
** One split
*/

static double seconds_now(void) {
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Notes the time since a selection began for the numbers of questions from first to last. */
static void note_time(coreset_evaluation *self, double started, size_t first, size_t last) {
  double seconds = seconds_now() - started;
  for (size_t i = 0; i < self->request.size_count; i++) {
    size_t size = self->request.sizes[i];
    if (size >= first && size <= last) self->select_seconds[i] = seconds;
  }
}

static coreset_status choose_coreset(coreset_context *context, coreset_evaluation *self) {
  size_t questions = self->sources->questions;
  coreset_request all = {.count = self->largest < questions ? self->largest : questions, .budget = INFINITY};
  coreset_selection *selection;
  coreset_pick pick;
  double started = seconds_now();
  coreset_status status = coreset_selection_new(context, self->sources, &self->selector, &all, &selection);
  while (status == CORESET_OK) {
    status = coreset_selection_next(context, selection, &pick);
    if (status != CORESET_OK) break;
    self->chosen[self->chosen_count++] = pick.question;
    note_time(self, started, self->chosen_count, self->chosen_count);
  }
  coreset_selection_free(selection);
  note_time(self, started, self->chosen_count + 1, self->largest);
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* Begins the next split, or returns CORESET_DONE. */
static coreset_status begin_split(coreset_context *context, coreset_evaluation *self) {
  if (self->seed == self->request.seeds) return CORESET_DONE;
  self->seed++;
  self->next_rank = self->chosen_count = 0;
  self->next_size = self->request.size_count;
  self->selector = self->request.selector;
  coreset_setting *seed = coreset_choice_setting(&self->selector, "seed");
  if (seed != NULL && !seed->is_set) *seed = (coreset_setting){.is_set = 1, .integer = (int64_t)self->seed};
  coreset_scores_free(self->sources);
  self->sources = NULL;
  coreset_status status = core_split_make(context, &self->request, self->scores, self->seed, &self->split);
  if (status == CORESET_OK) {
    status = core_scores_part(context, self->scores, self->split.is_source, &self->sources);
  }
  if (status == CORESET_OK) status = choose_coreset(context, self);
  if (status == CORESET_OK) self->next_size = 0;
  return status;
}

/* Begins the predictions from the next number of questions, of the next split where this one has had all; or returns
** CORESET_DONE. */
static coreset_status begin_size(coreset_context *context, coreset_evaluation *self) {
  coreset_prediction_request wanted = {.predictor = self->request.predictor,
                                       .level = self->request.level,
                                       .models = self->split.is_target,
                                       .questions = self->in_coreset};
  coreset_status status = CORESET_OK;
  if (self->next_size == self->request.size_count) status = begin_split(context, self);
  if (status != CORESET_OK) return status;
  memset(self->in_coreset, 0, self->scores->matrix->questions.count);
  for (size_t i = 0; i < self->chosen_count && i < self->request.sizes[self->next_size]; i++) {
    self->in_coreset[self->chosen[i]] = 1;
  }
  wanted.origin = (coreset_origin){.selector = self->selector};
  self->started = seconds_now();
  return coreset_predictions_new(context, self->sources, self->sources->matrix, &wanted, &self->predictions);
}

static void end_size(coreset_evaluation *self) {
  coreset_predictions_free(self->predictions);
  self->predictions = NULL;
  self->next_size++;
}

/* ------------------------------------------------------------------------
** What comes of it
*/

/* Predicts all targets; *count pairs of truth and prediction. */
static coreset_status predict_targets(coreset_context *context, coreset_evaluation *self, size_t *count,
                                      coreset_evaluation_result *result) {
  coreset_prediction row;
  double rounding = ROUNDING * (self->scores->high - self->scores->low);
  size_t intervals = 0, covered = 0;
  core_sum width = {0, 0};
  coreset_status status;
  while ((status = coreset_predictions_next(context, self->predictions, &row)) == CORESET_OK) {
    double truth = self->truth[row.model];
    if (isnan(row.predicted)) continue;
    self->pairs[(*count)++] = (coreset_pair){truth, row.predicted};
    if (isnan(row.lower)) continue;
    intervals++;
    covered += row.lower <= truth + rounding && truth - rounding <= row.upper;
    core_sum_add(&width, row.upper - row.lower);
  }
  result->coverage = intervals == 0 ? NAN : (double)covered / (double)intervals;
  result->width = intervals == 0 ? NAN : core_sum_value(&width) / (double)intervals;
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* Statistics of the targets; then correlations with the sources, whose scores are known. */
static coreset_status judge(coreset_context *context, coreset_evaluation *self, size_t targets,
                            coreset_evaluation_result *result) {
  size_t all = targets;
  for (size_t m = 0; m < self->scores->matrix->models.count; m++) {
    if (self->split.is_source[m]) self->pairs[all++] = (coreset_pair){self->truth[m], self->truth[m]};
  }
  const struct {
    coreset_status (*function)(coreset_context *context, coreset_pair *pairs, size_t count, double *result);
    size_t count;
    double *result;
  } statistics[] = {
      {coreset_rmse, targets, &result->rmse},
      {coreset_mae, targets, &result->mae},
      {coreset_pearson_r, targets, &result->pearson_r},
      {coreset_spearman_rho, targets, &result->spearman_rho},
      {coreset_kendall_tau, targets, &result->kendall_tau},
      {coreset_pearson_r, all, &result->pearson_r_all},
      {coreset_spearman_rho, all, &result->spearman_rho_all},
      {coreset_kendall_tau, all, &result->kendall_tau_all},
  };
  coreset_status status = CORESET_OK;
  for (size_t i = 0; i < sizeof(statistics) / sizeof(statistics[0]) && status == CORESET_OK; i++) {
    memcpy(self->copy, self->pairs, statistics[i].count * sizeof(coreset_pair)); /* which it may change */
    status = statistics[i].function(context, self->copy, statistics[i].count, statistics[i].result);
  }
  return status;
}

coreset_status coreset_evaluation_next(coreset_context *context, coreset_evaluation *self,
                                       coreset_evaluation_result *result) {
  size_t count = 0;
  coreset_status status = begin_size(context, self);
  if (status != CORESET_OK) return status;
  *result = (coreset_evaluation_result){
      .seed = self->seed,
      .size = self->request.sizes[self->next_size],
      .select_seconds = self->select_seconds[self->next_size],
      .sources = self->split.source_count,
      .targets = self->split.target_count,
      .undated = self->undated,
  };
  status = predict_targets(context, self, &count, result);
  result->predict_seconds = seconds_now() - self->started;
  if (status == CORESET_OK) status = judge(context, self, count, result);
  end_size(self);
  return status;
}

coreset_status coreset_evaluation_next_model(coreset_context *context, coreset_evaluation *self,
                                             coreset_evaluated_model *model) {
  for (;;) {
    coreset_status status = CORESET_OK;
    if (self->predictions == NULL) status = begin_size(context, self);
    if (status != CORESET_OK) return status;
    *model = (coreset_evaluated_model){.seed = self->seed, .size = self->request.sizes[self->next_size]};
    status = coreset_predictions_next(context, self->predictions, &model->prediction);
    if (status == CORESET_OK) model->truth = self->truth[model->prediction.model];
    if (status != CORESET_DONE) return status;
    end_size(self);
  }
}

coreset_status coreset_evaluation_next_question(coreset_context *context, coreset_evaluation *self,
                                                coreset_evaluated_question *question) {
  while (self->next_rank == self->chosen_count) {
    coreset_status status = begin_split(context, self);
    if (status != CORESET_OK) return status;
  }
  *question = (coreset_evaluated_question){self->seed, self->next_rank + 1, self->chosen[self->next_rank]};
  self->next_rank++;
  return CORESET_OK;
}
