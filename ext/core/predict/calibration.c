/*
** calibration.c: how far predictions are off, learnt from the source models themselves.
**
** The selection has seen the sources, so the residuals of a fit to them, leave-one-out
** included, are far too small. Here selection and prediction are repeated without the
** models they are tried on: the sources are ranked by full score and dealt out to five
** folds in turn; each fold in its turn is left out, the questions are chosen and the
** predictor fitted on the others, and the models of the fold are predicted. Fewer than
** five sources are left out one by one; fewer than three tell nothing. Then
**
**     scale = 0.97 sqrt(mean of (r / isolation)^2)
**
** over the residuals r of all M sources, with the isolation (interval.c) among the models that
** the fold learnt from. The folds learn from four fifths of the models: kernel regression, whose
** error falls as 1/M, would lose a tenth of its error with the others, prediction across
** questions nothing; 0.97 lies between.
**
** A method that cannot work on a fold, because it needs more models, gives no interval.
*/
#include "predict/calibration.h"

#include <math.h>

#include "numeric/sorting.h"
#include "numeric/sums.h"
#include "select/selector.h"

#define FOLDS 5            /* see above; like the next two this project's own choice */
#define LEAST_SOURCES 3    /* so that two are left to learn from */
#define TRAINING_SIZE 0.97 /* what is left of the error with all sources to learn from */

/* Working memory. */
typedef struct folding {
  const coreset_scores *scores;    /* of all sources */
  const coreset_choice *predictor; /* as the user asked for it */
  const coreset_choice *selector;  /* without a method: the given questions */
  size_t count;                    /* questions to choose, or given */
  core_interval *interval;         /* the result: full scores, then the scale */
  size_t *fold;                    /* of each source */
  unsigned char *kept;             /* for each model of the matrix, whether it is learnt from */
  unsigned char *asked;            /* for each question of the matrix, whether it is chosen for the fold, or given */
  size_t *chosen;                  /* the coreset of a fold, of the matrix, in order */
  double *answers;                 /* to it */
  core_sum squares;                /* of the residuals so far */
} folding;

/* Predicts one model that was left out, from its filled answers; adds the residual. */
static coreset_status predict_left_out(coreset_context *context, folding *work, const coreset_fit *fit, size_t model) {
  const coreset_scores *all = work->scores;
  double predicted;
  for (size_t i = 0; i < coreset_fit_question_count(fit); i++) {
    size_t question = (size_t)all->question_of_matrix[work->chosen[i]];
    work->answers[i] = core_scores_unmap(all, core_scores_value(all, question, model));
  }
  coreset_status status = coreset_fit_predict(context, fit, work->answers, &predicted);
  if (status != CORESET_OK) return status;
  predicted = core_scores_map(all, predicted);
  double residual = predicted - work->interval->full_scores[model];
  residual /= core_interval_isolation(work->interval, work->fold, work->fold[model], predicted);
  core_sum_add(&work->squares, residual * residual);
  return CORESET_OK;
}

static coreset_status run_fold(coreset_context *context, folding *work, size_t fold) {
  const coreset_scores *all = work->scores;
  coreset_scores *scores = NULL;
  coreset_fit *fit = NULL;
  size_t count = 0;
  coreset_status status = core_poll(context);
  for (size_t m = 0; m < all->models; m++) work->kept[all->matrix_model[m]] = work->fold[m] != fold;
  if (status == CORESET_OK) status = coreset_scores_new(context, all->matrix, work->kept, &scores);
  if (status == CORESET_OK && work->selector->method != NULL) {
    status = core_select_all(context, scores, work->selector, work->count, work->asked);
  }
  for (size_t q = 0; q < all->matrix->questions.count && status == CORESET_OK; q++) {
    if (work->asked[q] && scores->question_of_matrix[q] >= 0) work->chosen[count++] = q;
  }
  if (status == CORESET_OK && count == 0) {
    status = core_fail(context, CORESET_ERROR, "a fold has none of the questions");
  }
  if (status == CORESET_OK) {
    status = coreset_fit_new(context, scores, work->predictor, NULL, work->chosen, count, &fit);
  }
  for (size_t m = 0; m < all->models && status == CORESET_OK; m++) {
    if (work->fold[m] == fold) status = predict_left_out(context, work, fit, m);
  }
  coreset_fit_free(fit);
  coreset_scores_free(scores);
  return status;
}

/* All folds, and what they tell. order: the sources by full score. */
static coreset_status run_folds(coreset_context *context, folding *work, const uint32_t *order) {
  size_t models = work->scores->models, folds = models < FOLDS ? models : FOLDS;
  coreset_status status = CORESET_OK;
  for (size_t rank = 0; rank < models; rank++) work->fold[order[rank]] = rank % folds;
  for (size_t fold = 0; fold < folds && status == CORESET_OK; fold++) status = run_fold(context, work, fold);
  if (status == CORESET_ERROR) return CORESET_OK; /* the methods cannot work on so few models */
  if (status == CORESET_OK) {
    work->interval->scale = TRAINING_SIZE * sqrt(core_sum_value(&work->squares) / (double)models);
  }
  return status;
}

coreset_status core_calibrate(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                              const coreset_choice *predictor, const coreset_choice *selector, const size_t *questions,
                              size_t count, core_interval **interval) {
  const coreset_matrix *matrix = scores->matrix;
  core_interval *made = core_take(context, arena, 1, sizeof(*made));
  double *full_scores = core_take(context, arena, scores->models, sizeof(double));
  core_arena scratch = {0};
  uint32_t *order = core_take(context, &scratch, scores->models, sizeof(*order));
  folding work = {
      .scores = scores,
      .predictor = predictor,
      .selector = selector,
      .count = count,
      .interval = made,
      .fold = core_take(context, &scratch, scores->models, sizeof(size_t)),
      .kept = core_take(context, &scratch, matrix->models.count, 1),
      .asked = core_take(context, &scratch, matrix->questions.count, 1),
      .chosen = core_take(context, &scratch, matrix->questions.count, sizeof(size_t)),
      .answers = core_take(context, &scratch, matrix->questions.count, sizeof(double)),
  };
  coreset_status status = arena->status == CORESET_OK ? scratch.status : arena->status;
  *interval = NULL;
  if (status == CORESET_OK && selector->method != NULL) status = core_check_choice(context, &core_selectors, selector);
  if (status == CORESET_OK) {
    *made = (core_interval){.count = scores->models, .scale = NAN, .full_scores = full_scores};
    for (size_t m = 0; m < scores->models; m++) full_scores[m] = core_scores_full_score(scores, m);
    for (size_t i = 0; i < count; i++) work.asked[scores->matrix_question[questions[i]]] = 1;
    status = core_argsort(context, full_scores, scores->models, order);
  }
  if (status == CORESET_OK && scores->models >= LEAST_SOURCES) status = run_folds(context, &work, order);
  core_release(&scratch);
  if (status == CORESET_OK) *interval = made;
  return status;
}
