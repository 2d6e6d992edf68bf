/*
** field.c: the questions of a benchmark as one random field.
**
** Source scores X, M x N, filled; M1 = max(M - 1, 1); mu the column means, Xc = X - mu.
**
**   * Noise of an answer. Binary: p = (M mu + 2 mean(mu)) / (M + 2), v = max(p (1 - p),
**     1e-4). Otherwise p = mu, s2 = column sums of Xc^2 / M1, v = ((M - 1) s2 + 2 mean(s2))
**     / (M + 1), at least max(1e-4 mean(v), 1e-12). vb = mean(v).
**   * Difficulty trends. s = (p - mean(p)) / max(sd(p), 1e-9); Q, N x 3, is 1, s, s^2 made
**     orthonormal in the inner product (1/N) sum, twice over; a column whose norm falls
**     below 1e-8 of what it was becomes zero. C = Xc Q / N;
**     w_j = max(sum over models of C_mj^2 / M1 - vb / N, 1e-4 vb), w_0 at least vb / M^2.
**   * Factors L = (Xc^T / sqrt(M1), Q sqrt(w)).
**   * Local similarity R_ik = vb exp(-D_ik / (0.4 vb)), D_ik the mean over the models, for
**     binary scores those that answered both, of the squared difference of their scores.
**
** Sums run in order of models and questions, compensated, so that the field is the same
** on every machine.
*/
#include "statistics/field.h"

#include <math.h>

#include "numeric/elementary.h"
#include "numeric/sums.h"

#define SMALLEST_BINARY_NOISE 1e-4
#define SMALLEST_NOISE_SHARE 1e-4
#define SMALLEST_NOISE 1e-12
#define SMALLEST_SPREAD 1e-9
#define DEGENERATE 1e-8
#define SIMILARITY_SCALE 0.4

void core_field_release(core_field *field) {
  coreset_free(field->mean);
  coreset_free(field->noise);
  coreset_free(field->share);
  coreset_free(field->factors);
  coreset_free(field->ones);
  coreset_free(field->similarity);
}

static double mean_of(const double *values, size_t count) {
  core_sum sum = {0, 0};
  size_t i;
  for (i = 0; i < count; i++) core_sum_add(&sum, values[i]);
  return core_sum_value(&sum) / (double)count;
}

/* (1/N) sum of a_i b_i. */
static double inner_product(const double *a, const double *b, size_t count) {
  core_sum sum = {0, 0};
  size_t i;
  for (i = 0; i < count; i++) core_sum_add(&sum, a[i] * b[i]);
  return core_sum_value(&sum) / (double)count;
}

/* Means of the questions, the model factors, and column sums of Xc^2 / M1 in spread. */
static coreset_status add_model_factors(coreset_context *context, core_field *field, double *spread) {
  const coreset_scores *scores = field->scores;
  size_t models = scores->models, questions = field->questions, m, q;
  double degrees = (double)(models - 1), scale = 1 / sqrt(degrees);
  double *column = core_allocate(context, models, sizeof(double));
  coreset_status status = column == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  for (q = 0; q < questions && status == CORESET_OK; q++) {
    core_sum squares = {0, 0};
    core_scores_column(scores, q, column);
    field->mean[q] = mean_of(column, models);
    for (m = 0; m < models; m++) {
      double centred = column[m] - field->mean[q];
      core_sum_add(&squares, centred * centred);
      field->factors[m * questions + q] = centred * scale;
    }
    spread[q] = core_sum_value(&squares) / degrees;
    if (q % 4096 == 4095) status = core_poll(context);
  }
  coreset_free(column);
  return status;
}

/* The noise of every question; difficulty receives p. */
static void estimate_noise(core_field *field, const double *spread, double *difficulty) {
  double models = (double)field->scores->models, mean, smallest;
  size_t questions = field->questions, q;
  if (field->scores->binary) {
    mean = mean_of(field->mean, questions);
    for (q = 0; q < questions; q++) {
      double p = (models * field->mean[q] + 2 * mean) / (models + 2);
      difficulty[q] = p;
      field->noise[q] = fmax(p * (1 - p), SMALLEST_BINARY_NOISE);
    }
  } else {
    mean = mean_of(spread, questions);
    for (q = 0; q < questions; q++) {
      difficulty[q] = field->mean[q];
      field->noise[q] = ((models - 1) * spread[q] + 2 * mean) / (models + 1);
    }
    smallest = fmax(SMALLEST_NOISE_SHARE * mean_of(field->noise, questions), SMALLEST_NOISE);
    for (q = 0; q < questions; q++) field->noise[q] = fmax(field->noise[q], smallest);
  }
  field->mean_noise = mean_of(field->noise, questions);
}

/* Makes trend number j orthogonal to those before it and of norm 1, or zero. */
static void orthonormalise(double *trends, size_t j, size_t questions) {
  double *trend = trends + j * questions;
  double before = sqrt(inner_product(trend, trend, questions)), norm;
  size_t k, q;
  int round;
  for (round = 0; round < 2; round++) {
    for (k = 0; k < j; k++) {
      const double *other = trends + k * questions;
      double overlap = inner_product(trend, other, questions);
      for (q = 0; q < questions; q++) trend[q] -= overlap * other[q];
    }
  }
  norm = sqrt(inner_product(trend, trend, questions));
  for (q = 0; q < questions; q++) trend[q] = norm > DEGENERATE * fmax(before, 1e-300) ? trend[q] / norm : 0;
}

/* w_j: the variance between models along a trend, beyond what noise makes. */
static double trend_variance(const core_field *field, const double *trend) {
  size_t models = field->scores->models, m;
  core_sum sum = {0, 0};
  for (m = 0; m < models; m++) { /* factors hold Xc / sqrt(M1) */
    double projection = inner_product(field->factors + m * field->questions, trend, field->questions);
    core_sum_add(&sum, projection * projection);
  }
  return fmax(core_sum_value(&sum) - field->mean_noise / (double)field->questions, 1e-4 * field->mean_noise);
}

/* The trend factors, from p. */
static void add_trends(core_field *field, const double *difficulty) {
  size_t questions = field->questions, q, j;
  double *trends = field->factors + field->scores->models * questions;
  double mean = mean_of(difficulty, questions), models = (double)field->scores->models, deviation;
  double weights[CORE_TRENDS];
  for (q = 0; q < questions; q++) trends[questions + q] = difficulty[q] - mean;
  deviation = fmax(sqrt(inner_product(trends + questions, trends + questions, questions)), SMALLEST_SPREAD);
  for (q = 0; q < questions; q++) {
    double standardised = trends[questions + q] / deviation;
    trends[q] = 1;
    trends[questions + q] = standardised;
    trends[2 * questions + q] = standardised * standardised;
  }
  for (j = 1; j < CORE_TRENDS; j++) orthonormalise(trends, j, questions);
  for (j = 0; j < CORE_TRENDS; j++) weights[j] = trend_variance(field, trends + j * questions);
  weights[0] = fmax(weights[0], field->mean_noise / (models * models));
  for (j = 0; j < CORE_TRENDS; j++) {
    for (q = 0; q < questions; q++) trends[j * questions + q] *= sqrt(weights[j]);
  }
}

/* What local similarity needs: counts of ones, and R by distance where D has few values. */
static coreset_status prepare_similarity(coreset_context *context, core_field *field) {
  const coreset_scores *scores = field->scores;
  size_t models = scores->models, q, d;
  if (!scores->binary) return CORESET_OK;
  field->count = core_choose_bit_counter();
  field->ones = core_allocate(context, scores->questions, sizeof(uint32_t));
  if (field->ones == NULL) return CORESET_NO_MEMORY;
  for (q = 0; q < scores->questions; q++) {
    const uint64_t *column = core_ones_column(scores, q);
    field->ones[q] = (uint32_t)field->count(column, column, scores->words);
  }
  if (scores->observed != NULL) return CORESET_OK;
  field->similarity = core_allocate(context, models + 1, sizeof(double));
  if (field->similarity == NULL) return CORESET_NO_MEMORY;
  for (d = 0; d <= models; d++) {
    double distance = (double)d / (double)models;
    field->similarity[d] = field->mean_noise * core_exp(-distance / (SIMILARITY_SCALE * field->mean_noise));
  }
  return CORESET_OK;
}

/* D_ik of binary scores with missing cells, over the models that answered both; the
** largest there is where none did. */
static double observed_distance(const core_field *field, size_t i, size_t k) {
  const coreset_scores *scores = field->scores;
  const uint64_t *x = core_ones_column(scores, i), *x_seen = core_observed_column(scores, i);
  const uint64_t *y = core_ones_column(scores, k), *y_seen = core_observed_column(scores, k);
  size_t both = field->count(x_seen, y_seen, scores->words);
  size_t differ = field->count(x, y_seen, scores->words) + field->count(x_seen, y, scores->words) -
                  2 * field->count(x, y, scores->words);
  return both == 0 ? 1 : (double)differ / (double)both;
}

/* D_ik of real-valued scores. */
static double squared_distance(const coreset_scores *scores, size_t i, size_t k) {
  const double *x = scores->values + i * scores->models, *y = scores->values + k * scores->models;
  double sum = 0;
  size_t m;
  for (m = 0; m < scores->models; m++) sum += (x[m] - y[m]) * (x[m] - y[m]);
  return sum / (double)scores->models;
}

double core_field_similarity(const core_field *field, size_t i, size_t k) {
  const coreset_scores *scores = field->scores;
  double distance;
  if (field->similarity != NULL) {
    size_t both = field->count(core_ones_column(scores, i), core_ones_column(scores, k), scores->words);
    return field->similarity[field->ones[i] + field->ones[k] - 2 * both];
  }
  distance = scores->binary ? observed_distance(field, i, k) : squared_distance(scores, i, k);
  return field->mean_noise * core_exp(-distance / (SIMILARITY_SCALE * field->mean_noise));
}

coreset_status core_field_build(coreset_context *context, const coreset_scores *scores, core_field *field) {
  core_field empty = {0};
  size_t questions = scores->questions, q;
  double *spread = core_allocate(context, questions, sizeof(double));
  double *difficulty = core_allocate(context, questions, sizeof(double));
  coreset_status status = CORESET_NO_MEMORY;
  *field = empty;
  field->scores = scores;
  field->questions = questions;
  field->factor_count = scores->models + CORE_TRENDS;
  field->mean = core_allocate(context, questions, sizeof(double));
  field->noise = core_allocate(context, questions, sizeof(double));
  field->share = core_allocate(context, questions, sizeof(double));
  if (spread == NULL || difficulty == NULL || field->mean == NULL || field->noise == NULL || field->share == NULL) {
    goto done;
  }
  if (field->factor_count > SIZE_MAX / questions) {
    core_fail(context, CORESET_NO_MEMORY, "out of memory");
    goto done;
  }
  field->factors = core_allocate(context, field->factor_count * questions, sizeof(double));
  if (field->factors == NULL) goto done;
  for (q = 0; q < questions; q++) field->share[q] = core_scores_share(scores, q);
  status = add_model_factors(context, field, spread);
  if (status != CORESET_OK) goto done;
  estimate_noise(field, spread, difficulty);
  add_trends(field, difficulty);
  status = prepare_similarity(context, field);

done:
  coreset_free(spread);
  coreset_free(difficulty);
  return status;
}
