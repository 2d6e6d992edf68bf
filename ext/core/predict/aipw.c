/*
** aipw.c: the predictors `mean` and `aipw`, whose prediction is a weighted
** sum of the answers, and which are meant for questions chosen at random.
**
** `mean`: the plain mean of the answers.
**
** `aipw` (prediction-powered inference, as in socialfoundations/benchmark-prediction): for
** a target with answers T on the k questions S, ridge regression with an intercept, alpha
** 10, from the questions' source scores z_i (M numbers each) to T_i; the other questions U
** predicted by it; the estimate is their mean plus the mean residual on S / (1 + k/(N - k)).
** The mean residual of a regression with an intercept is 0, so with d = mean_U z - mean_S z
** and Zc the k x M matrix of z_i - mean_S z,
**
**     estimate = mean(T) + u . (T - mean(T)),   u = Zc (Zc^T Zc + 10 I)^-1 d
**              = mean(T) + u . T                because the columns of Zc add up to 0
**
** The weights do not depend on T. Questions count equally in both means.
**
** Parameters of a fit: the weight of each question's answer.
*/
#include <math.h>

#include "matrix/scores.h"
#include "numeric/linalg.h"
#include "numeric/sums.h"
#include "predict/predictor.h"

#define AIPW_ALPHA 10.0

/* All weights 1/n. */
static coreset_status allocate_weights(coreset_context *context, coreset_fit *fit) {
  size_t i;
  fit->parameter_count = fit->questions.count;
  fit->parameters = core_allocate(context, fit->parameter_count, sizeof(double));
  if (fit->parameters == NULL) return CORESET_NO_MEMORY;
  for (i = 0; i < fit->parameter_count; i++) fit->parameters[i] = 1 / (double)fit->parameter_count;
  return CORESET_OK;
}

static coreset_status fit_mean(coreset_context *context, const coreset_scores *scores, const void *prepared,
                               const size_t *questions, coreset_fit *fit) {
  (void)prepared, (void)scores, (void)questions;
  return allocate_weights(context, fit);
}

/* Zc, models x count (column i is question i), and d. */
static coreset_status centre_questions(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                                       size_t count, double *centred, double *difference) {
  size_t models = scores->models, all = scores->questions, m, i;
  double *column = core_allocate(context, models, sizeof(double));
  double *means = core_allocate(context, models, sizeof(double));
  if (column == NULL || means == NULL) goto done;
  for (i = 0; i < count; i++) {
    core_scores_column(scores, questions[i], centred + i * models);
    for (m = 0; m < models; m++) means[m] += centred[i * models + m];
  }
  for (i = 0; i < all; i++) {
    core_scores_column(scores, i, column);
    for (m = 0; m < models; m++) difference[m] += column[m];
  }
  for (m = 0; m < models; m++) {
    double unseen = difference[m] - means[m];
    means[m] /= (double)count;
    difference[m] = count < all ? unseen / (double)(all - count) - means[m] : 0;
  }
  for (i = 0; i < count; i++) {
    for (m = 0; m < models; m++) centred[i * models + m] -= means[m];
  }
done:
  coreset_free(column);
  coreset_free(means);
  return column == NULL || means == NULL ? CORESET_NO_MEMORY : CORESET_OK;
}

static coreset_status fit_aipw(coreset_context *context, const coreset_scores *scores, const void *prepared,
                               const size_t *questions, coreset_fit *fit) {
  size_t count = fit->questions.count, models = scores->models, i;
  double *centred = NULL, *difference = NULL, *system = NULL, *slopes = NULL;
  coreset_status status = allocate_weights(context, fit);
  (void)prepared;
  if (status != CORESET_OK) return status;
  status = CORESET_NO_MEMORY;
  if ((centred = core_allocate(context, models * count, sizeof(double))) == NULL ||
      (difference = core_allocate(context, models, sizeof(double))) == NULL ||
      (system = core_allocate(context, models * models, sizeof(double))) == NULL ||
      (slopes = core_allocate(context, count, sizeof(double))) == NULL) {
    goto done;
  }
  status = centre_questions(context, scores, questions, count, centred, difference);
  if (status == CORESET_OK) status = core_linalg_gram(context, centred, models, count, system);
  for (i = 0; i < models; i++) system[i * models + i] += AIPW_ALPHA;
  if (status == CORESET_OK) status = core_linalg_solve(context, system, models, difference, 1);
  if (status == CORESET_OK) {
    status = core_linalg_multiply_transposed(context, centred, models, count, difference, slopes);
  }
  for (i = 0; i < count && status == CORESET_OK; i++) fit->parameters[i] += slopes[i];
done:
  coreset_free(centred);
  coreset_free(difference);
  coreset_free(system);
  coreset_free(slopes);
  return status;
}

static coreset_status predict_linear(coreset_context *context, const coreset_fit *fit, const double *answers,
                                     double *predicted) {
  core_sum sum = {0, 0};
  size_t i;
  (void)context;
  for (i = 0; i < fit->questions.count; i++) core_sum_add(&sum, fit->parameters[i] * answers[i]);
  *predicted = core_sum_value(&sum);
  return CORESET_OK;
}

static const char *check_linear(const coreset_fit *fit) {
  return fit->parameter_count == fit->questions.count ? NULL : "its parameters do not go with its size";
}

const coreset_predictor core_predictor_mean = {
    .name = "mean",
    .summary = "the plain mean of the answers",
    .fit = fit_mean,
    .predict = predict_linear,
    .check = check_linear,
};

const coreset_predictor core_predictor_aipw = {
    .name = "aipw",
    .summary = "prediction-powered mean: a regression across questions from the sources' scores to the answers",
    .fit = fit_aipw,
    .predict = predict_linear,
    .check = check_linear,
};
