/*
** aipw.c: the predictor `aipw`: prediction-powered inference, as in
** socialfoundations/benchmark-prediction, meant for questions chosen at random.
**
** For a target with answers T on the k questions S, ridge regression with an intercept, alpha
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
#include "numeric/linalg.h"
#include "predict/mean.h"
#include "predict/predictor.h"

#define AIPW_ALPHA 10.0 /* the published one */

/* Zc, models x count (column i is question i), and d, which is all zero before. means, all zero too, is
** working memory: a number for each model. */
static void centre_questions(const coreset_scores *scores, const size_t *questions, size_t count, double *means,
                             double *centred, double *difference) {
  size_t models = scores->models, all = scores->questions;
  for (size_t i = 0; i < count; i++) {
    core_scores_column(scores, questions[i], centred + i * models);
    for (size_t m = 0; m < models; m++) means[m] += centred[i * models + m];
  }
  for (size_t q = 0; q < all; q++) {
    for (size_t m = 0; m < models; m++) difference[m] += core_scores_value(scores, q, m);
  }
  for (size_t m = 0; m < models; m++) {
    double unseen = difference[m] - means[m];
    means[m] /= (double)count;
    difference[m] = count < all ? unseen / (double)(all - count) - means[m] : 0;
  }
  for (size_t i = 0; i < count; i++) {
    for (size_t m = 0; m < models; m++) centred[i * models + m] -= means[m];
  }
}

static coreset_status fit_aipw(coreset_context *context, const coreset_scores *scores, const void *prepared,
                               const size_t *questions, coreset_fit *fit) {
  size_t count = fit->questions.count, models = scores->models;
  core_arena scratch = {0};
  double *means = core_take(context, &scratch, models, sizeof(double));
  double *difference = core_take(context, &scratch, models, sizeof(double));
  double *slopes = core_take(context, &scratch, count, sizeof(double));
  double *centred = core_take_matrix(context, &scratch, models, count, sizeof(double));
  double *system = core_take_matrix(context, &scratch, models, models, sizeof(double));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_mean_fit(context, scores, prepared, questions, fit);
  if (status == CORESET_OK) {
    centre_questions(scores, questions, count, means, centred, difference);
    status = core_linalg_gram(context, centred, models, count, system);
  }
  for (size_t m = 0; m < models && status == CORESET_OK; m++) system[m * models + m] += AIPW_ALPHA;
  if (status == CORESET_OK) status = core_linalg_solve(context, system, models, difference, 1);
  if (status == CORESET_OK) {
    status = core_linalg_multiply_transposed(context, centred, models, count, difference, slopes);
  }
  for (size_t i = 0; i < count && status == CORESET_OK; i++) fit->parameters[i] += slopes[i];
  core_release(&scratch);
  return status;
}

const core_predictor core_predictor_aipw = {
    .method = {.name = "aipw",
               .summary = "prediction-powered mean: a regression across questions from the sources' scores to the "
                          "answers",
               .source = "Angelopoulos et al. 2023, prediction-powered inference"},
    .fit = fit_aipw,
    .predict = core_mean_predict,
    .check = core_mean_check,
};
