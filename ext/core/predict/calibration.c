/*
** calibration.c: how far predictions are off, learnt from the source models themselves.
**
** The selection has seen the sources, so the residuals of a fit to them, leave-one-out
** included, are far too small. Here selection and prediction are repeated without the
** models they are tried on: the sources are ranked by full score and dealt out to five
** folds in turn; each fold in its turn is left out, the questions are chosen and the
** predictor fitted on the others, and the models of the fold are predicted. Fewer than
** five sources are left out one by one; fewer than three tell nothing.
**
** A model far from all others in score is a different question, so residuals count, and
** intervals are made, by how isolated a prediction is: with d the distance from the
** prediction to the nearest full score learnt from, and the mean spacing of these,
**
**     isolation = 1 + min(d / spacing, 3) / 2
**     half width at level p = 0.97 t(p) sqrt(mean of (r / isolation)^2) isolation
**
** over the residuals r of all M sources, where t is the two-sided quantile of Student's
** distribution with M - 1 degrees of freedom (the residuals are few). The folds learn from
** four fifths of the models: kernel regression, whose error falls as 1/M, would lose a tenth
** of its error with the others, prediction across questions nothing; 0.97 lies between.
**
** A method that cannot work on a fold, because it needs more models, gives no interval.
*/
#include "predict/calibration.h"

#include <math.h>

#include "matrix/scores.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"

#define FOLDS 5
#define LEAST_SOURCES 3
#define TRAINING_SIZE 0.97
#define ISOLATION_SLOPE 0.5
#define ISOLATION_LIMIT 3.0
#define PI 3.14159265358979323846

/* Working memory. */
typedef struct folding {
  const coreset_matrix *matrix;              /* of the sources */
  const coreset_scores *scores;              /* all of them */
  const coreset_prediction_request *request; /* methods */
  const size_t *questions;                   /* of the scores: the coreset where there is no selector */
  size_t count;                              /* questions to choose */
  core_calibration *calibration;             /* the result: full scores, then the scale */
  size_t *fold;                              /* of each source */
  unsigned char *kept;                       /* for each model of the matrix, whether it is learnt from */
  size_t *chosen;                            /* the coreset of a fold, of the fold's scores */
  double *answers;                           /* to it */
  core_sum squares;                          /* of the residuals so far */
} folding;

void core_calibration_free(core_calibration *calibration) {
  if (calibration == NULL) return;
  coreset_free(calibration->full_scores);
  coreset_free(calibration);
}

/* How isolated a mapped prediction is among the sources, those of one fold left out where
** folds is not NULL. */
static double isolation(const core_calibration *calibration, const size_t *folds, size_t left_out, double predicted) {
  double nearest = INFINITY, lowest = INFINITY, highest = -INFINITY;
  size_t m, count = 0;
  for (m = 0; m < calibration->count; m++) {
    double score = calibration->full_scores[m];
    if (folds != NULL && folds[m] == left_out) continue;
    nearest = fmin(nearest, fabs(score - predicted));
    lowest = fmin(lowest, score);
    highest = fmax(highest, score);
    count++;
  }
  if (!(highest > lowest)) return 1;
  return 1 + ISOLATION_SLOPE * fmin(nearest / (highest - lowest) * (double)(count - 1), ISOLATION_LIMIT);
}

/* Deals the sources out to folds, by rank of full score. */
static coreset_status deal_out(coreset_context *context, folding *work, size_t folds) {
  size_t models = work->scores->models, m;
  coreset_pair *order = core_allocate(context, models, sizeof(*order)); /* scores and models */
  coreset_status status;
  if (order == NULL) return CORESET_NO_MEMORY;
  for (m = 0; m < models; m++) {
    order[m].x = work->calibration->full_scores[m] = core_scores_full_score(work->scores, m);
    order[m].y = (double)m;
  }
  status = core_sort_pairs(context, order, models, NULL);
  for (m = 0; m < models && status == CORESET_OK; m++) work->fold[(size_t)order[m].y] = m % folds;
  coreset_free(order);
  return status;
}

/* The questions of a fold: chosen anew, or the given ones as far as the fold has them. */
static coreset_status choose_questions(coreset_context *context, folding *work, const coreset_scores *scores,
                                       size_t *count) {
  coreset_request wanted = {.count = work->count, .budget = INFINITY};
  coreset_selection *selection;
  coreset_pick pick;
  coreset_status status;
  size_t i;
  *count = 0;
  if (work->request->selector == NULL) {
    for (i = 0; i < work->count; i++) {
      ptrdiff_t found = core_scores_find_question(scores, work->scores->matrix_question[work->questions[i]]);
      if (found >= 0) work->chosen[(*count)++] = (size_t)found;
    }
    return *count > 0 ? CORESET_OK : core_fail(context, CORESET_ERROR, "a fold has none of the questions");
  }
  if (wanted.count > scores->questions) wanted.count = scores->questions;
  status = coreset_selection_new(context, scores, work->request->selector, work->request->selector_settings, &wanted,
                                 &selection);
  if (status != CORESET_OK) return status;
  while ((status = coreset_selection_next(context, selection, &pick)) == CORESET_OK) {
    work->chosen[(*count)++] = pick.question;
  }
  coreset_selection_free(selection);
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* Predicts one model that was left out, from its filled answers; adds the residual. */
static coreset_status predict_left_out(coreset_context *context, folding *work, const coreset_fit *fit, size_t model) {
  const core_calibration *calibration = work->calibration;
  const coreset_scores *all = work->scores;
  size_t i, count = coreset_fit_question_count(fit);
  double predicted, residual;
  coreset_status status;
  for (i = 0; i < count; i++) {
    coreset_id id = coreset_fit_question(fit, i);
    size_t question = (size_t)all->question_of_matrix[coreset_matrix_find_question(work->matrix, &id)];
    work->answers[i] = core_scores_unmap(all, core_scores_value(all, question, model));
  }
  status = coreset_fit_predict(context, fit, work->answers, &predicted);
  predicted = core_scores_map(all, predicted);
  residual = predicted - calibration->full_scores[model];
  residual /= isolation(calibration, work->fold, work->fold[model], predicted);
  if (status == CORESET_OK) core_sum_add(&work->squares, residual * residual);
  return status;
}

static coreset_status run_fold(coreset_context *context, folding *work, size_t fold) {
  const coreset_scores *all = work->scores;
  coreset_scores *scores = NULL;
  coreset_fit *fit = NULL;
  size_t m, count;
  coreset_status status = core_poll(context);
  if (status != CORESET_OK) return status;
  for (m = 0; m < all->models; m++) work->kept[all->matrix_model[m]] = work->fold[m] != fold;
  status = coreset_scores_new(context, work->matrix, work->kept, &scores);
  if (status == CORESET_OK) status = choose_questions(context, work, scores, &count);
  if (status == CORESET_OK) {
    status = coreset_fit_new(context, work->matrix, scores, work->request->predictor, work->request->settings,
                             work->chosen, count, &fit);
  }
  for (m = 0; m < all->models && status == CORESET_OK; m++) {
    if (work->fold[m] == fold) status = predict_left_out(context, work, fit, m);
  }
  coreset_fit_free(fit);
  coreset_scores_free(scores);
  return status;
}

/*
** P(|T| <= t) for Student's T with that many degrees of freedom, at t = sqrt(degrees)
** tan(angle).
**
** Source: Abramowitz and Stegun, 26.7.3 and 26.7.4: finite sums.
*/
static double student_probability(double angle, size_t degrees) {
  double sine = sin(angle), square = cos(angle) * cos(angle), sum = 0;
  double term = degrees % 2 == 0 ? 1 : cos(angle);
  size_t j;
  for (j = degrees % 2 == 0 ? 2 : 3; j <= degrees; j += 2) {
    sum += term;
    term *= square * (double)(j - 1) / (double)j;
  }
  return degrees % 2 == 0 ? sine * sum : (angle + sine * sum) * 2 / PI;
}

/* The t with P(|T| <= t) = level, by bisection of the angle. */
static double student_quantile(double level, size_t degrees) {
  double low = 0, high = PI / 2;
  int step;
  for (step = 0; step < 60; step++) {
    double middle = (low + high) / 2;
    if (student_probability(middle, degrees) < level) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return sqrt((double)degrees) * tan(low);
}

/* All folds, and what they tell. */
static coreset_status run_folds(coreset_context *context, folding *work) {
  size_t models = work->scores->models, folds = models < FOLDS ? models : FOLDS, fold;
  coreset_status status = deal_out(context, work, folds);
  for (fold = 0; fold < folds && status == CORESET_OK; fold++) status = run_fold(context, work, fold);
  if (status == CORESET_ERROR) return CORESET_OK; /* the methods cannot work on so few models */
  if (status != CORESET_OK) return status;
  work->calibration->scale = TRAINING_SIZE * sqrt(core_sum_value(&work->squares) / (double)models);
  return CORESET_OK;
}

coreset_status core_calibration_new(coreset_context *context, const coreset_matrix *matrix,
                                    const coreset_scores *scores, const coreset_prediction_request *request,
                                    const size_t *questions, size_t count, core_calibration **result) {
  folding work = {.matrix = matrix, .scores = scores, .request = request, .questions = questions, .count = count};
  coreset_status status = CORESET_NO_MEMORY;
  core_calibration *calibration = work.calibration = core_allocate(context, 1, sizeof(*calibration));
  *result = NULL;
  if (calibration == NULL) return CORESET_NO_MEMORY;
  calibration->count = scores->models;
  calibration->scale = NAN;
  calibration->full_scores = core_allocate(context, scores->models, sizeof(double));
  work.fold = core_allocate(context, scores->models, sizeof(size_t));
  work.kept = core_allocate(context, coreset_matrix_model_count(matrix), 1);
  work.chosen = core_allocate(context, scores->questions, sizeof(size_t));
  work.answers = core_allocate(context, scores->questions, sizeof(double));
  if (calibration->full_scores != NULL && work.fold != NULL && work.kept != NULL && work.chosen != NULL &&
      work.answers != NULL) {
    status = scores->models < LEAST_SOURCES ? CORESET_OK : run_folds(context, &work);
  }
  coreset_free(work.fold);
  coreset_free(work.kept);
  coreset_free(work.chosen);
  coreset_free(work.answers);
  if (status == CORESET_OK) {
    *result = calibration;
  } else {
    core_calibration_free(calibration);
  }
  return status;
}

double core_calibration_half_width(const core_calibration *calibration, double level, double predicted) {
  return calibration->scale * student_quantile(level, calibration->count - 1) *
         isolation(calibration, NULL, 0, predicted);
}
