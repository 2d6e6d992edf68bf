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
#include <string.h>
#include <time.h>

#include "matrix/sources.h"
#include "numeric/random.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"
#include "predict/predictor.h"
#include "select/selector.h"

#define BINS 10        /* as published */
#define LEAST_MODELS 3 /* two to learn from and one to predict */

/* The limits of an interval and the score it should hold are sums in different orders; with every
** question answered all three are the same number. Room for the rounding of some thousand additions. */
#define ROUNDING 1e-12

const char *const coreset_split_names[] = {"binned", "random", "strong", NULL};

struct coreset_evaluation {
  core_arena arena;                   /* of all that follows but for scores; must be first */
  coreset_evaluation_request request; /* what is asked */
  coreset_scores *scores;             /* of all models that take part */
  size_t next;                        /* the seed whose turn it is */
  double *truth;                      /* for each model of the matrix its full score on the users' scale */
  unsigned char *is_source;           /* of the current split, for each model of the matrix */
  unsigned char *is_target;           /* the same */
  unsigned char *in_coreset;          /* of the current split, for each question of the matrix */
  coreset_pair *pairs;                /* truth and prediction: of the targets, then with the sources */
  coreset_pair *copy;                 /* working memory, as long as pairs */
};

void coreset_evaluation_free(coreset_evaluation *evaluation) {
  if (evaluation == NULL) return;
  coreset_scores_free(evaluation->scores);
  core_release(&evaluation->arena);
}

coreset_status coreset_evaluation_size(coreset_context *context, const coreset_matrix *matrix, size_t *models,
                                       size_t *questions) {
  core_arena scratch = {0};
  core_sources found;
  coreset_status status = core_find_sources(context, &scratch, matrix, NULL, &found);
  if (status == CORESET_OK) {
    *models = found.full_count;
    *questions = found.question_count;
  }
  core_release(&scratch);
  return status;
}

static coreset_status check_request(coreset_context *context, const coreset_evaluation *self) {
  size_t models = self->scores->models;
  coreset_status status = core_check_choice(context, &core_selectors, &self->request.selector);
  if (status == CORESET_OK) status = core_check_choice(context, &core_predictors, &self->request.predictor);
  if (status != CORESET_OK) return status;
  if (models < LEAST_MODELS) {
    return core_fail(context, CORESET_ERROR,
                     "at least %d models must have answered most of the questions, two to learn from and one to "
                     "predict; got %zu",
                     LEAST_MODELS, models);
  }
  if (self->request.source_models < 2 || self->request.source_models >= models) {
    return core_fail(context, CORESET_ERROR, "source_models must be between 2 and %zu, got %zu", models - 1,
                     self->request.source_models);
  }
  return CORESET_OK;
}

coreset_status coreset_evaluation_new(coreset_context *context, const coreset_matrix *matrix,
                                      const coreset_evaluation_request *request, coreset_evaluation **evaluation) {
  coreset_evaluation *self = core_object(context, sizeof(*self));
  size_t models = matrix->models.count;
  *evaluation = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->request = *request;
  self->next = 1;
  self->truth = core_take(context, &self->arena, models, sizeof(double));
  self->is_source = core_take(context, &self->arena, models, 1);
  self->is_target = core_take(context, &self->arena, models, 1);
  self->in_coreset = core_take(context, &self->arena, matrix->questions.count, 1);
  self->pairs = core_take(context, &self->arena, models, sizeof(coreset_pair));
  self->copy = core_take(context, &self->arena, models, sizeof(coreset_pair));
  core_arena scratch = {0};
  core_sources found;
  coreset_status status = self->arena.status;
  if (status == CORESET_OK) status = core_find_sources(context, &scratch, matrix, NULL, &found);
  if (status == CORESET_OK) {
    status = core_scores_of(context, matrix, found.is_full, found.in_benchmark, &self->scores);
  }
  core_release(&scratch);
  if (status == CORESET_OK) status = check_request(context, self);
  for (size_t m = 0; status == CORESET_OK && m < self->scores->models; m++) {
    double full_score = core_scores_full_score(self->scores, m);
    self->truth[self->scores->matrix_model[m]] = core_scores_unmap(self->scores, full_score);
  }
  if (status != CORESET_OK) coreset_evaluation_free(self);
  *evaluation = status == CORESET_OK ? self : NULL;
  return status;
}

/* ------------------------------------------------------------------------
** Splits
*/

static size_t bin_of(double full_score, double lowest, double highest) {
  double place = (full_score - lowest) / (highest - lowest) * BINS;
  return place >= BINS - 1 ? BINS - 1 : (size_t)place;
}

static void split_binned(coreset_evaluation *self, const double *full_scores, const size_t *order,
                         const uint32_t *by_strength) {
  const coreset_scores *scores = self->scores;
  double lowest = full_scores[by_strength[0]], highest = full_scores[by_strength[scores->models - 1]];
  size_t marked = 0;
  if (!(highest > lowest)) highest = lowest + 1;
  while (marked < self->request.source_models) {
    unsigned char served[BINS] = {0}; /* in this round */
    for (size_t i = 0; i < scores->models && marked < self->request.source_models; i++) {
      size_t bin = bin_of(full_scores[order[i]], lowest, highest), model = scores->matrix_model[order[i]];
      if (served[bin] || self->is_source[model]) continue;
      served[bin] = self->is_source[model] = 1;
      marked++;
    }
  }
}

static coreset_status split_models(coreset_context *context, coreset_evaluation *self) {
  const coreset_scores *scores = self->scores;
  size_t models = scores->models, *order = NULL;
  core_arena scratch = {0};
  double *full_scores = core_scores_full_scores(context, &scratch, scores);
  uint32_t *by_strength = core_take(context, &scratch, models, sizeof(uint32_t));
  coreset_status status = scratch.status;
  memset(self->is_source, 0, scores->matrix->models.count);
  if (status == CORESET_OK) status = core_permutation(context, &scratch, models, self->next, &order);
  if (status == CORESET_OK) status = core_argsort(context, full_scores, models, by_strength);
  if (status == CORESET_OK && self->request.split == CORESET_SPLIT_BINNED) {
    split_binned(self, full_scores, order, by_strength);
  } else if (status == CORESET_OK) {
    for (size_t i = 0; i < self->request.source_models; i++) {
      size_t source = self->request.split == CORESET_SPLIT_STRONG ? by_strength[i] : order[i];
      self->is_source[scores->matrix_model[source]] = 1;
    }
  }
  for (size_t m = 0; m < models; m++) {
    size_t model = scores->matrix_model[m];
    self->is_target[model] = !self->is_source[model];
  }
  core_release(&scratch);
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

/* Predicts all targets; *count pairs of truth and prediction. */
static coreset_status predict_targets(coreset_context *context, coreset_evaluation *self, const coreset_scores *sources,
                                      const coreset_choice *selector, size_t *count,
                                      coreset_evaluation_result *result) {
  coreset_prediction_request wanted = {.predictor = self->request.predictor,
                                       .origin = {.selector = *selector},
                                       .level = self->request.level,
                                       .models = self->is_target,
                                       .questions = self->in_coreset};
  coreset_predictions *predictions;
  coreset_prediction row;
  double rounding = ROUNDING * (self->scores->high - self->scores->low);
  size_t intervals = 0, covered = 0;
  core_sum width = {0, 0};
  coreset_status status = coreset_predictions_new(context, sources, sources->matrix, &wanted, &predictions);
  if (status != CORESET_OK) return status;
  while ((status = coreset_predictions_next(context, predictions, &row)) == CORESET_OK) {
    double truth = self->truth[row.model];
    if (isnan(row.predicted)) continue;
    self->pairs[(*count)++] = (coreset_pair){truth, row.predicted};
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

/* Statistics of the targets; then correlations with the sources, whose scores are known. */
static coreset_status judge(coreset_context *context, coreset_evaluation *self, size_t targets,
                            coreset_evaluation_result *result) {
  size_t all = targets;
  for (size_t m = 0; m < self->scores->matrix->models.count; m++) {
    if (self->is_source[m]) self->pairs[all++] = (coreset_pair){self->truth[m], self->truth[m]};
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

/* Chooses the questions and marks them: fewer than wanted where targets alone answered some. */
static coreset_status choose_coreset(coreset_context *context, coreset_evaluation *self, const coreset_scores *sources,
                                     const coreset_choice *selector) {
  core_arena scratch = {0};
  core_shared shared = {.arena = &scratch, .scores = sources};
  size_t *chosen = core_take(context, &scratch, sources->questions, sizeof(size_t)), found = 0;
  coreset_status status = scratch.status;
  memset(self->in_coreset, 0, sources->matrix->questions.count);
  if (status == CORESET_OK) {
    status = core_select(context, &shared, selector, self->request.count, chosen, &found);
  }
  for (size_t i = 0; i < found; i++) self->in_coreset[chosen[i]] = 1;
  core_release(&scratch);
  return status;
}

coreset_status coreset_evaluation_next(coreset_context *context, coreset_evaluation *self,
                                       coreset_evaluation_result *result) {
  coreset_scores *sources = NULL;
  size_t count = 0;
  if (self->next > self->request.seeds) return CORESET_DONE;
  *result = (coreset_evaluation_result){.seed = self->next};
  coreset_choice selector = self->request.selector;
  coreset_setting *seed = coreset_choice_setting(&selector, "seed");
  if (seed != NULL && !seed->is_set) *seed = (coreset_setting){.is_set = 1, .integer = (int64_t)self->next};
  coreset_status status = split_models(context, self);
  if (status == CORESET_OK) status = core_scores_part(context, self->scores, self->is_source, &sources);
  double started = seconds_now();
  if (status == CORESET_OK) status = choose_coreset(context, self, sources, &selector);
  double chosen = seconds_now();
  if (status == CORESET_OK) status = predict_targets(context, self, sources, &selector, &count, result);
  double predicted = seconds_now();
  if (status == CORESET_OK) status = judge(context, self, count, result);
  result->select_seconds = chosen - started;
  result->predict_seconds = predicted - chosen;
  coreset_scores_free(sources);
  self->next++;
  return status;
}
