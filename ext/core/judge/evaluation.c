/*
** evaluation.c: how well a selector and a predictor do on data that is known.
**
** For each seed the models are split into sources and targets; questions are chosen from
** the sources' scores, the targets are predicted from their answers to these, and the
** predictions are compared with the targets' full scores.
**
** Splits, from the permutation (random.c) of the models, in order of id, that the
** seed determines:
**
**   random   the first source_models models of the permutation are the sources;
**   binned   the models fall into ten bins of equal width between the lowest and the
**            highest full score; each round takes one more model from every bin that has
**            any left, bins and models in them in the order of the permutation, until
**            there are enough: the published split;
**   strong   the sources are the models with the lowest full scores, the targets those
**            with the highest: the same for every seed.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "matrix/scores.h"
#include "numeric/random.h"
#include "numeric/sums.h"
#include "select/selector.h"

#define BINS 10
#define LEAST_MODELS 3

/* The limits of an interval and the score it should hold are sums in different orders;
** with every question answered all three are the same number. */
#define ROUNDING 1e-12

const char *const coreset_split_names[] = {"binned", "random", "strong", NULL};

struct coreset_evaluation {
  const coreset_matrix *matrix;                            /* borrowed */
  coreset_evaluation_request request;                      /* what is asked */
  coreset_setting selector_settings[CORESET_OPTION_LIMIT]; /* of the current split */
  coreset_scores *scores;                                  /* of all models that take part: the truth */
  size_t next;                                             /* the seed whose turn it is */
  unsigned char *is_source;                                /* of the current split, for each model of the matrix */
  unsigned char *is_target;                                /* the same */
  unsigned char *in_coreset;                               /* for each question of the matrix */
  coreset_pair *copy;                                      /* working memory, as long as pairs */
  coreset_pair *pairs; /* truth and prediction: of the targets, then with the sources */
};

void coreset_evaluation_free(coreset_evaluation *evaluation) {
  if (evaluation == NULL) return;
  coreset_scores_free(evaluation->scores);
  coreset_free(evaluation->is_source);
  coreset_free(evaluation->is_target);
  coreset_free(evaluation->in_coreset);
  coreset_free(evaluation->pairs);
  coreset_free(evaluation->copy);
  coreset_free(evaluation);
}

coreset_status coreset_evaluation_size(coreset_context *context, const coreset_matrix *matrix, size_t *models,
                                       size_t *questions) {
  coreset_scores *scores;
  coreset_status status = coreset_source_scores(context, matrix, CORE_SOURCE_PERCENT, &scores);
  if (status != CORESET_OK) return status;
  *models = scores->models;
  *questions = scores->questions;
  coreset_scores_free(scores);
  return CORESET_OK;
}

coreset_status coreset_evaluation_new(coreset_context *context, const coreset_matrix *matrix,
                                      const coreset_evaluation_request *request, coreset_evaluation **result) {
  coreset_evaluation *self = core_allocate(context, 1, sizeof(*self));
  size_t models = coreset_matrix_model_count(matrix);
  coreset_status status;
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->matrix = matrix;
  self->request = *request;
  self->next = 1;
  self->is_source = core_allocate(context, models, 1);
  self->is_target = core_allocate(context, models, 1);
  self->in_coreset = core_allocate(context, coreset_matrix_question_count(matrix), 1);
  self->pairs = core_allocate(context, models, sizeof(coreset_pair));
  self->copy = core_allocate(context, models, sizeof(coreset_pair));
  status = self->is_source == NULL || self->is_target == NULL || self->in_coreset == NULL || self->pairs == NULL ||
                   self->copy == NULL
               ? CORESET_NO_MEMORY
               : coreset_source_scores(context, matrix, CORE_SOURCE_PERCENT, &self->scores);
  if (status == CORESET_OK && self->scores->models < LEAST_MODELS) {
    status = core_fail(context, CORESET_ERROR,
                       "at least %d models must have answered most of the questions, two to learn from and one to "
                       "predict; got %zu",
                       LEAST_MODELS, self->scores->models);
  }
  if (status == CORESET_OK && (request->source_models < 2 || request->source_models >= self->scores->models)) {
    status = core_fail(context, CORESET_ERROR, "source_models must be between 2 and %zu, got %zu",
                       self->scores->models - 1, request->source_models);
  }
  if (status == CORESET_OK) {
    *result = self;
  } else {
    coreset_evaluation_free(self);
  }
  return status;
}

/* ------------------------------------------------------------------------
** Splits
*/

/* Makes model number m of the scores a source. */
static void mark_source(coreset_evaluation *self, size_t m) {
  self->is_source[self->scores->matrix_model[m]] = 1;
  self->is_target[self->scores->matrix_model[m]] = 0;
}

static size_t bin_of(const coreset_scores *scores, size_t m, double lowest, double highest) {
  double place = (core_scores_full_score(scores, m) - lowest) / (highest - lowest) * BINS;
  return place >= BINS - 1 ? BINS - 1 : (size_t)place;
}

static void split_binned(coreset_evaluation *self, const size_t *order) {
  const coreset_scores *scores = self->scores;
  double lowest = INFINITY, highest = -INFINITY;
  size_t marked = 0, m, i;
  for (m = 0; m < scores->models; m++) {
    lowest = fmin(lowest, core_scores_full_score(scores, m));
    highest = fmax(highest, core_scores_full_score(scores, m));
  }
  if (!(highest > lowest)) highest = lowest + 1;
  while (marked < self->request.source_models) {
    unsigned char served[BINS] = {0}; /* in this round */
    for (i = 0; i < scores->models && marked < self->request.source_models; i++) {
      size_t bin = bin_of(scores, order[i], lowest, highest);
      if (served[bin] || self->is_source[scores->matrix_model[order[i]]]) continue;
      served[bin] = 1;
      mark_source(self, order[i]);
      marked++;
    }
  }
}

/* Marks the weakest models as sources: one after the other, the weakest not yet marked. */
static void split_strong(coreset_evaluation *self) {
  const coreset_scores *scores = self->scores;
  size_t marked, m;
  for (marked = 0; marked < self->request.source_models; marked++) {
    size_t weakest = scores->models;
    for (m = 0; m < scores->models; m++) {
      if (self->is_source[scores->matrix_model[m]]) continue;
      if (weakest == scores->models || core_scores_full_score(scores, m) < core_scores_full_score(scores, weakest)) {
        weakest = m;
      }
    }
    mark_source(self, weakest);
  }
}

static coreset_status split_models(coreset_context *context, coreset_evaluation *self) {
  const coreset_scores *scores = self->scores;
  size_t *order, i;
  coreset_status status = core_permutation(context, scores->models, self->next, &order);
  memset(self->is_source, 0, coreset_matrix_model_count(self->matrix));
  memset(self->is_target, 0, coreset_matrix_model_count(self->matrix));
  for (i = 0; i < scores->models; i++) self->is_target[scores->matrix_model[i]] = 1;
  if (status == CORESET_OK) {
    if (self->request.split == CORESET_SPLIT_BINNED) split_binned(self, order);
    if (self->request.split == CORESET_SPLIT_STRONG) split_strong(self);
    for (i = 0; self->request.split == CORESET_SPLIT_RANDOM && i < self->request.source_models; i++) {
      mark_source(self, order[i]);
    }
  }
  coreset_free(order);
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

/* The selector's settings for this split: a seed that nobody set is the split's. */
static void settle_seed(coreset_evaluation *self) {
  size_t count, i;
  const coreset_option *options = coreset_selector_options(self->request.selector, &count);
  for (i = 0; i < count; i++) {
    coreset_setting *setting = &self->selector_settings[i];
    *setting = self->request.selector_settings == NULL ? options[i].default_value : self->request.selector_settings[i];
    if (setting->is_set || strcmp(options[i].name, "seed") != 0) continue;
    setting->is_set = 1;
    setting->integer = (int64_t)self->next;
  }
}

/* Chooses the questions and marks them. */
static coreset_status choose_coreset(coreset_context *context, coreset_evaluation *self,
                                     const coreset_scores *sources) {
  coreset_request wanted = {.count = self->request.count, .budget = INFINITY};
  coreset_selection *selection;
  coreset_pick pick;
  coreset_status status;
  memset(self->in_coreset, 0, coreset_matrix_question_count(self->matrix));
  if (wanted.count > sources->questions) wanted.count = sources->questions; /* others were answered by targets alone */
  settle_seed(self);
  status =
      coreset_selection_new(context, sources, self->request.selector, self->selector_settings, &wanted, &selection);
  if (status != CORESET_OK) return status;
  while ((status = coreset_selection_next(context, selection, &pick)) == CORESET_OK) {
    self->in_coreset[sources->matrix_question[pick.question]] = 1;
  }
  coreset_selection_free(selection);
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* The true full score of a model of the matrix, on the users' scale. */
static double truth_of(const coreset_evaluation *self, size_t matrix_model) {
  const coreset_scores *scores = self->scores;
  size_t m = 0;
  while (scores->matrix_model[m] != matrix_model) m++;
  return core_scores_unmap(scores, core_scores_full_score(scores, m));
}

/* Predicts all targets; *count pairs of truth and prediction. */
static coreset_status predict_targets(coreset_context *context, coreset_evaluation *self, const coreset_scores *sources,
                                      size_t *count, coreset_evaluation_result *result) {
  coreset_prediction_request wanted = {.predictor = self->request.predictor,
                                       .settings = self->request.predictor_settings,
                                       .models = self->is_target,
                                       .questions = self->in_coreset,
                                       .level = self->request.level,
                                       .selector = self->request.selector,
                                       .selector_settings = self->selector_settings};
  coreset_predictions *predictions;
  coreset_prediction row;
  double rounding = ROUNDING * (self->scores->high - self->scores->low);
  size_t intervals = 0, covered = 0;
  core_sum width = {0, 0};
  coreset_status status = coreset_predictions_new(context, self->matrix, sources, self->matrix, &wanted, &predictions);
  if (status != CORESET_OK) return status;
  while ((status = coreset_predictions_next(context, predictions, &row)) == CORESET_OK) {
    double truth = truth_of(self, row.model);
    if (isnan(row.predicted)) continue;
    self->pairs[*count].x = truth;
    self->pairs[(*count)++].y = row.predicted;
    if (isnan(row.lower)) continue;
    intervals++;
    covered += row.lower <= truth + rounding && truth - rounding <= row.upper;
    core_sum_add(&width, row.upper - row.lower);
  }
  coreset_predictions_free(predictions);
  result->coverage = intervals == 0 ? NAN : (double)covered / (double)intervals;
  result->width = intervals == 0 ? NAN : core_sum_value(&width) / (double)intervals;
  return status == CORESET_DONE ? CORESET_OK : status;
}

typedef coreset_status (*statistic)(coreset_context *, coreset_pair *, size_t, double *);

/* A statistic of the first count pairs, on a copy, which it may change. */
static coreset_status compute(coreset_context *context, coreset_evaluation *self, statistic function, size_t count,
                              double *result) {
  memcpy(self->copy, self->pairs, count * sizeof(coreset_pair));
  return function(context, self->copy, count, result);
}

/* Statistics of the targets; then correlations with the sources, whose scores are known. */
static coreset_status judge(coreset_context *context, coreset_evaluation *self, size_t targets,
                            coreset_evaluation_result *result) {
  const coreset_scores *scores = self->scores;
  size_t all = targets, m, i;
  coreset_status status = CORESET_OK;
  for (m = 0; m < scores->models; m++) {
    if (!self->is_source[scores->matrix_model[m]]) continue;
    self->pairs[all].x = self->pairs[all].y = core_scores_unmap(scores, core_scores_full_score(scores, m));
    all++;
  }
  {
    const struct {
      statistic function;
      size_t count;
      double *result;
    } wanted[] = {
        {coreset_rmse, targets, &result->rmse},
        {coreset_mae, targets, &result->mae},
        {coreset_pearson_r, targets, &result->pearson},
        {coreset_spearman_rho, targets, &result->spearman},
        {coreset_kendall_tau, targets, &result->kendall},
        {coreset_pearson_r, all, &result->pearson_all},
        {coreset_spearman_rho, all, &result->spearman_all},
        {coreset_kendall_tau, all, &result->kendall_all},
    };
    for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && status == CORESET_OK; i++) {
      status = compute(context, self, wanted[i].function, wanted[i].count, wanted[i].result);
    }
  }
  return status;
}

coreset_status coreset_evaluation_next(coreset_context *context, coreset_evaluation *self,
                                       coreset_evaluation_result *result) {
  coreset_scores *sources = NULL;
  double started, chosen, predicted;
  size_t count = 0;
  coreset_status status;
  if (self->next > self->request.seeds) return CORESET_DONE;
  memset(result, 0, sizeof(*result));
  result->seed = self->next;
  status = split_models(context, self);
  if (status == CORESET_OK) status = coreset_scores_new(context, self->matrix, self->is_source, &sources);
  started = seconds_now();
  if (status == CORESET_OK) status = choose_coreset(context, self, sources);
  chosen = seconds_now();
  if (status == CORESET_OK) status = predict_targets(context, self, sources, &count, result);
  predicted = seconds_now();
  if (status == CORESET_OK) status = judge(context, self, count, result);
  result->select_seconds = chosen - started;
  result->predict_seconds = predicted - chosen;
  coreset_scores_free(sources);
  self->next++;
  return status;
}
