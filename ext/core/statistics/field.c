/*
** field.c: the questions of a benchmark as one random field.
**
** Source scores X, M x N, filled, of weight 1 each, and the two anchors (anchors.c), of weight k each, which is 0 in
** a plain field: W = M + 2 k, W1 = max(W - 1, 1); mu the weighted column means, Xc = (X - mu) sqrt(weight).
**
**   * Noise of an answer. Binary in kind: p = (W mu + 2 mean(mu)) / (W + 2), v = max(p (1 - p) r,
**     1e-4), where r = 1 for answers of one trial. Of an answer x = s / n, s right ones of n trials:
**     d = (1/W) sum of x (1 - x) over the models that answered, u = mu (1 - mu),
**     r = 1 - (W d + 2 mean(d)) / (W u + 2 mean(u)). Otherwise p = mu,
**     s2 = column sums of Xc^2 / W1, v = ((W - 1) s2 + 2 mean(s2))
**     / (W + 1), at least max(1e-4 mean(v), 1e-12). vb = mean(v). Of the noise of real-valued scores few models tell
**     little: in a field for selection it is (v + vb) / 2.
**   * Difficulty trends. s = (p - mean(p)) / max(sd(p), 1e-9); Q, N x 3, is 1, s, s^2 made
**     orthonormal in the inner product (1/N) sum, twice over; a column whose norm falls
**     below 1e-8 of what it was becomes zero. C = Xc Q / N;
**     w_j = max(sum over models of C_mj^2 / W1 - vb / N, 1e-4 vb), w_0 at least vb / W^2; in a
**     field for prediction twice that, for a target that is unlike the sources.
**   * Factors L = (Xc^T / sqrt(W1), Q sqrt(w)).
**   * Local similarity R_ik = vb exp(-D_ik / (0.4 vb)), D_ik the mean over the models, for
**     scores that are binary in kind those that answered both, of the squared difference of
**     their scores, times M / W, since anchors differ on no questions.
**
** Where r comes from. The variance over the models of one trial is u = var(P_m) + mean(P_m (1 - P_m)),
** P_m being the chance of model m. That of an average of n_m trials is var(P_m) + mean(P_m (1 - P_m) / n_m),
** less by mean((1 - 1/n_m) P_m (1 - P_m)), of which d is an estimate without bias, since
** E x_m (1 - x_m) = (1 - 1/n_m) P_m (1 - P_m). So r is the share of the variance of one trial that averages
** have; it is 1 where n = 1 or no re-run disagrees, and never negative, because x (1 - x) is concave. An
** answer is taken to be the average of as many trials as the sources have.
**
** Sums run in order of models and questions, compensated, so that the field is the same
** on every machine.
*/
#include "statistics/field.h"

#include <math.h>

#include "numeric/elementary.h"
#include "numeric/sums.h"

#define PRIOR_MODELS 2.0            /* what all questions say about the noise of one counts as so many models */
#define SMALLEST_BINARY_NOISE 1e-4  /* v where the prior leaves none: p within 1e-4 of 0 or 1 */
#define SMALLEST_NOISE_SHARE 1e-4   /* of mean(v): v of questions without any spread */
#define SMALLEST_NOISE 1e-12        /* v where hardly any question has a spread */
#define SMALLEST_TREND_SHARE 1e-4   /* of vb: w of a trend along which models do not differ */
#define SMALLEST_SPREAD 1e-9        /* sd(p) of questions that are equally difficult but for rounding */
#define DEGENERATE 1e-8             /* what is left of a norm when a trend is a combination of others: rounding */
#define SMALLEST_NORM 1e-300        /* a norm of 0 is degenerate too */
#define TABLE_MODELS ((size_t)1024) /* up to which R of all pairs of counts is a table, of at most 4 MB */
#ifndef CORE_EVENED_NOISE           /* `make dial` sets it */
#define CORE_EVENED_NOISE 0.75      /* the part of vb in the noise of real-valued scores in a field for selection */
#endif
#define FREER_TRENDS 2.0     /* by what w is multiplied to predict: this project's own choice */
#define SIMILARITY_SCALE 0.4 /* the distance at which local similarity has fallen to 1/e, in units of vb */
#define PAGE ((size_t)512)   /* numbers of a page of memory */
#define SCATTER ((size_t)8)  /* operations that a number takes which is written far from the last one */

/* (1/N) sum of a_i b_i. */
static double inner_product(const double *a, const double *b, size_t count) {
  return core_dot(0, a, b, count) / (double)count;
}

/* Touches the pages of the factors one after another: their first touch takes a while, and the first question would
** touch them all. */
static coreset_status touch_factors(coreset_context *context, core_field *field) {
  coreset_status status = CORESET_OK;
  size_t count = field->factor_count * field->questions;
  for (size_t i = 0; i < count && status == CORESET_OK; i += PAGE) {
    field->factors[i] = 0;
    status = core_poll_work(context, PAGE);
  }
  return status;
}

/* Means of the questions, the model factors, and column sums of Xc^2 / W1 in spread. column: working
** memory, one number for each model. */
static coreset_status add_model_factors(coreset_context *context, core_field *field, double *column, double *spread) {
  const core_anchors *anchors = &field->anchors;
  size_t models = field->scores->models, questions = field->questions;
  double degrees = fmax(field->weight - 1, 1), scale = 1 / sqrt(degrees), root = sqrt(anchors->weight);
  double *lowest = field->factors + models * questions, *highest = lowest + questions;
  coreset_status status = CORESET_OK;
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    core_scores_column(field->scores, q, column);
    core_sum sum = {anchors->weight * (anchors->low + anchors->high), 0};
    for (size_t m = 0; m < models; m++) core_sum_add(&sum, column[m]);
    double mean = field->mean[q] = core_sum_value(&sum) / field->weight;
    double below = (anchors->low - mean) * root, above = (anchors->high - mean) * root;
    spread[q] = (core_squares(column, models, mean) + below * below + above * above) / degrees;
    for (size_t m = 0; m < models; m++) field->factors[m * questions + q] = (column[m] - mean) * scale;
    if (field->anchor_count > 0) {
      lowest[q] = below * scale;
      highest[q] = above * scale;
    }
    status = core_poll_work(context, SCATTER * models);
  }
  return status;
}

/* W d. */
static double disagreement(const coreset_scores *scores, size_t question) {
  const uint64_t *observed = core_observed_column(scores, question);
  core_sum sum = {0, 0};
  for (size_t m = 0; m < scores->models && !scores->binary; m++) {
    double x = core_scores_value(scores, question, m);
    if (observed == NULL || core_bit(observed, m)) core_sum_add(&sum, x * (1 - x));
  }
  return core_sum_value(&sum);
}

/* The noise of every question; difficulty receives p. spread: working memory where scores are binary in kind. */
static void estimate_noise(core_field *field, core_field_kind kind, double *spread, double *difficulty) {
  double weight = field->weight;
  size_t questions = field->questions;
  if (core_scores_binary_kind(field->scores)) {
    double mean = core_mean(field->mean, questions), *within = spread, mean_single = 0;
    for (size_t q = 0; q < questions; q++) {
      within[q] = disagreement(field->scores, q) / weight;
      if (field->averages != NULL) field->averages[q] = within[q] > 0;
      mean_single += field->mean[q] * (1 - field->mean[q]) / (double)questions;
    }
    double mean_within = core_mean(within, questions);
    for (size_t q = 0; q < questions; q++) {
      double p = (weight * field->mean[q] + PRIOR_MODELS * mean) / (weight + PRIOR_MODELS);
      double less = weight * within[q] + PRIOR_MODELS * mean_within;
      double single = weight * field->mean[q] * (1 - field->mean[q]) + PRIOR_MODELS * mean_single;
      difficulty[q] = p;
      field->noise[q] = fmax(p * (1 - p) * (less > 0 ? 1 - less / single : 1), SMALLEST_BINARY_NOISE);
    }
  } else {
    double mean = core_mean(spread, questions);
    for (size_t q = 0; q < questions; q++) {
      difficulty[q] = field->mean[q];
      field->noise[q] = ((weight - 1) * spread[q] + PRIOR_MODELS * mean) / (weight - 1 + PRIOR_MODELS);
    }
    double smallest = fmax(SMALLEST_NOISE_SHARE * core_mean(field->noise, questions), SMALLEST_NOISE);
    for (size_t q = 0; q < questions; q++) field->noise[q] = fmax(field->noise[q], smallest);
  }
  field->mean_noise = core_mean(field->noise, questions);
  if (core_scores_binary_kind(field->scores) || kind != CORE_FIELD_SELECTION) return;
  for (size_t q = 0; q < questions; q++) field->noise[q] += CORE_EVENED_NOISE * (field->mean_noise - field->noise[q]);
}

/* Makes trend number j orthogonal to those before it and of norm 1, or zero. */
static void orthonormalise(double *trends, size_t j, size_t questions) {
  double *trend = trends + j * questions;
  double before = sqrt(inner_product(trend, trend, questions));
  for (int round = 0; round < 2; round++) {
    for (size_t k = 0; k < j; k++) {
      const double *other = trends + k * questions;
      double overlap = inner_product(trend, other, questions);
      for (size_t q = 0; q < questions; q++) trend[q] -= overlap * other[q];
    }
  }
  double norm = sqrt(inner_product(trend, trend, questions));
  for (size_t q = 0; q < questions; q++) {
    trend[q] = norm > DEGENERATE * fmax(before, SMALLEST_NORM) ? trend[q] / norm : 0;
  }
}

/* w_j: the variance between models along a trend, beyond what noise makes. */
static coreset_status trend_variance(coreset_context *context, const core_field *field, const double *trend,
                                     double *variance) {
  core_sum sum = {0, 0};
  coreset_status status = CORESET_OK;
  size_t rows = field->scores->models + field->anchor_count;
  for (size_t m = 0; m < rows && status == CORESET_OK; m++) { /* factors hold Xc / sqrt(W1) */
    double projection = inner_product(field->factors + m * field->questions, trend, field->questions);
    core_sum_add(&sum, projection * projection);
    status = core_poll_work(context, field->questions);
  }
  *variance = fmax(core_sum_value(&sum) - field->mean_noise / (double)field->questions,
                   SMALLEST_TREND_SHARE * field->mean_noise);
  return status;
}

/* The trend factors, from p. */
static coreset_status add_trends(coreset_context *context, core_field *field, core_field_kind kind,
                                 const double *difficulty) {
  coreset_status status = CORESET_OK;
  size_t questions = field->questions;
  double *trends = field->factors + (field->factor_count - CORE_TRENDS) * questions;
  double *linear = trends + questions, *quadratic = linear + questions;
  double mean = core_mean(difficulty, questions), freedom = kind == CORE_FIELD_PREDICTION ? FREER_TRENDS : 1;
  for (size_t q = 0; q < questions; q++) linear[q] = difficulty[q] - mean;
  double deviation = fmax(sqrt(inner_product(linear, linear, questions)), SMALLEST_SPREAD);
  for (size_t q = 0; q < questions; q++) {
    trends[q] = 1;
    linear[q] /= deviation;
    quadratic[q] = linear[q] * linear[q];
  }
  for (size_t j = 1; j < CORE_TRENDS; j++) orthonormalise(trends, j, questions);
  double weights[CORE_TRENDS];
  for (size_t j = 0; j < CORE_TRENDS && status == CORESET_OK; j++) {
    status = trend_variance(context, field, trends + j * questions, &weights[j]);
  }
  if (status != CORESET_OK) return status;
  weights[0] = fmax(weights[0], field->mean_noise / (field->weight * field->weight));
  for (size_t j = 0; j < CORE_TRENDS; j++) {
    for (size_t q = 0; q < questions; q++) trends[j * questions + q] *= sqrt(freedom * weights[j]);
  }
  return CORESET_OK;
}

/* R at a mean squared difference over the models. */
static double similarity_at(const core_field *field, double difference) {
  double distance = difference * ((double)field->scores->models / field->weight);
  return field->mean_noise * core_exp(-distance / (SIMILARITY_SCALE * field->mean_noise));
}

/* How many numbers R has for pairs of counts: without missing cells all models answered both questions. */
static size_t similarity_count(const coreset_scores *scores) {
  size_t models = scores->models;
  if (scores->observed == NULL) return models + 1;
  return models <= TABLE_MODELS && models <= scores->questions ? (models + 1) * (models + 2) / 2 : 0;
}

/* Where R is when so many of both models differ. */
static size_t similarity_place(const coreset_scores *scores, size_t both, size_t differ) {
  return scores->observed == NULL ? differ : both * (both + 1) / 2 + differ;
}

/* What local similarity needs: counts of ones, and R by distance where D has few values. */
static void prepare_similarity(core_field *field) {
  const coreset_scores *scores = field->scores;
  size_t models = scores->models;
  field->count = core_choose_bit_counter();
  field->count_differences = core_choose_difference_counter();
  for (size_t q = 0; q < scores->questions && field->ones != NULL; q++) {
    const uint64_t *column = core_ones_column(scores, q);
    field->ones[q] = (uint32_t)field->count(column, column, scores->words);
  }
  for (size_t both = scores->observed == NULL ? models : 0; both <= models && field->similarity != NULL; both++) {
    for (size_t differ = 0; differ <= both; differ++) {
      double distance =
          both == 0 ? 1 : (double)differ / (double)both; /* the largest there is where none answered both */
      field->similarity[similarity_place(scores, both, differ)] = similarity_at(field, distance);
    }
  }
}

/* R_ik of questions all scored 0 or 1, with missing cells: over the models that answered both. */
static double observed_similarity(const core_field *field, size_t i, size_t k) {
  const coreset_scores *scores = field->scores;
  core_seen_bits x = {core_ones_column(scores, i), core_observed_column(scores, i)};
  core_seen_bits y = {core_ones_column(scores, k), core_observed_column(scores, k)};
  size_t differ, both = field->count_differences(x, y, scores->words, &differ);
  if (field->similarity != NULL) return field->similarity[similarity_place(scores, both, differ)];
  return similarity_at(field, both == 0 ? 1 : (double)differ / (double)both);
}

/* D_ik of real-valued scores. */
static double squared_distance(const coreset_scores *scores, size_t i, size_t k) {
  const double *x = scores->values + i * scores->models, *y = scores->values + k * scores->models;
  double sum = 0;
  for (size_t m = 0; m < scores->models; m++) sum += (x[m] - y[m]) * (x[m] - y[m]);
  return sum / (double)scores->models;
}

/* The same over the models that answered both; the largest there is where none did. */
static double observed_squared_distance(const coreset_scores *scores, size_t i, size_t k) {
  const double *x = scores->values + i * scores->models, *y = scores->values + k * scores->models;
  double sum = 0;
  size_t both = 0;
  for (size_t w = 0; w < scores->words; w++) {
    uint64_t bits = core_observed_column(scores, i)[w] & core_observed_column(scores, k)[w];
    for (; bits != 0; bits &= bits - 1) {
      size_t m = 64 * w + (unsigned)__builtin_ctzll(bits);
      sum += (x[m] - y[m]) * (x[m] - y[m]);
      both++;
    }
  }
  return both == 0 ? 1 : sum / (double)both;
}

double core_field_similarity(const core_field *field, size_t i, size_t k) {
  const coreset_scores *scores = field->scores;
  if (field->ones == NULL) return similarity_at(field, squared_distance(scores, i, k));
  if (field->averages != NULL && (field->averages[i] || field->averages[k])) {
    int holes = scores->observed != NULL;
    return similarity_at(field, holes ? observed_squared_distance(scores, i, k) : squared_distance(scores, i, k));
  }
  if (scores->observed != NULL) return observed_similarity(field, i, k);
  size_t both = field->count(core_ones_column(scores, i), core_ones_column(scores, k), scores->words);
  return field->similarity[field->ones[i] + field->ones[k] - 2 * both];
}

/* Memory for all that a field keeps. */
static coreset_status take_field(coreset_context *context, core_arena *arena, core_field_kind kind, core_field *field) {
  const coreset_scores *scores = field->scores;
  size_t questions = field->questions;
  int is_binary = core_scores_binary_kind(scores);
  field->mean = core_take(context, arena, questions, sizeof(double));
  field->noise = core_take(context, arena, questions, sizeof(double));
  field->share = core_take(context, arena, questions, sizeof(double));
  field->factors = core_take_matrix(context, arena, field->factor_count, questions, sizeof(double));
  if (!scores->binary && scores->counted) field->averages = core_take(context, arena, questions, 1);
  if (is_binary && kind != CORE_FIELD_PREDICTION) {
    size_t count = similarity_count(scores);
    field->ones = core_take(context, arena, questions, sizeof(uint32_t));
    if (count > 0) field->similarity = core_take(context, arena, count, sizeof(double));
  }
  return arena->status;
}

coreset_status core_field_build(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                core_field_kind kind, core_field *field) {
  size_t questions = scores->questions;
  core_arena scratch = {0};
  double *column = core_take(context, &scratch, scores->models, sizeof(double));
  double *spread = core_take(context, &scratch, questions, sizeof(double));
  double *difficulty = core_take(context, &scratch, questions, sizeof(double));
  *field = (core_field){.scores = scores, .questions = questions};
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_anchors_find(context, scores, kind, &field->anchors);
  field->anchor_count = field->anchors.weight > 0 ? 2 : 0;
  field->weight = (double)scores->models + 2 * field->anchors.weight;
  field->factor_count = scores->models + field->anchor_count + CORE_TRENDS;
  if (status == CORESET_OK) status = take_field(context, arena, kind, field);
  if (status == CORESET_OK) status = touch_factors(context, field);
  if (status == CORESET_OK) status = add_model_factors(context, field, column, spread);
  if (status == CORESET_OK) {
    for (size_t q = 0; q < questions; q++) field->share[q] = core_scores_share(scores, q);
    estimate_noise(field, kind, spread, difficulty);
    status = add_trends(context, field, kind, difficulty);
  }
  if (status == CORESET_OK && kind != CORE_FIELD_PREDICTION) prepare_similarity(field);
  core_release(&scratch);
  return status;
}
