/*
** fill.c: what the missing cells of the source models probably were.
**
** Start: row and column effects. x_mq = mu + r_m + c_q by least squares on the
** observed cells, clipped to [0, 1].
** Then three sweeps over the models in order of identifier. A model's missing
** cells are predicted by ridge regression of its observed cells on the current
** rows of all other models:
**
**     b = (A A^T + alpha I)^-1 A y,   x_mq = mean(y) + sum_j b_j (x_jq - mean_j),
**
** where the columns of A are the questions the model answered, rows centred over
** these questions, y the model's own answers, centred, and alpha is 10 for binary
** scores and 0.3 for others; again clipped to [0, 1].
**
** Everything runs in a fixed order of operations with code of our own, because
** full scores, and so selections, depend on it.
**
** Cost: for each model with missing cells and each sweep one M x M system, M^3/6, and
** M^2/2 for each missing cell, whose columns are taken away from products that are kept up
** to date.
*/
#include <math.h>
#include <string.h>

#include "matrix/scores.h"

#define SWEEPS 3
#define TOGETHER 4 /* columns taken away in one pass */
#define EFFECT_SWEEPS 50
#define EFFECT_TOLERANCE 1e-12

/* Working memory of one fill. */
typedef struct filling {
  coreset_scores *scores; /* values are filled in place */
  double *row_effect;     /* one for each model */
  double *product;        /* models x models: sums over all questions of x_i x_j, kept up to date */
  double *sum;            /* for each model the sum of its row, kept up to date */
  double *restricted;     /* the same over the questions that the current model answered, lower triangle */
  double *zero;           /* models zeros: a column that changes nothing */
  double *system;         /* (models - 1)^2: the regression's matrix, then its Cholesky factor */
  double *right;          /* models - 1: its right-hand side, then its solution */
  double *mean;           /* for each model the mean over the questions the current one answered */
} filling;

static double clip(double value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* Least squares by alternating the two kinds of effects until they stand still,
** which needs few rounds because most cells are observed. */
static void fill_with_effects(filling *work) {
  coreset_scores *scores = work->scores;
  size_t models = scores->models, m, q;
  double *row = work->row_effect, *row_sum = work->mean, *row_count = work->right;
  double change = 1;
  int round;
  for (round = 0; round < EFFECT_SWEEPS && change > EFFECT_TOLERANCE; round++) {
    for (m = 0; m < models; m++) row_sum[m] = row_count[m] = 0;
    for (q = 0; q < scores->questions; q++) {
      const uint64_t *observed = core_observed_column(scores, q);
      const double *column = scores->values + q * models;
      double effect = 0, count = 0;
      for (m = 0; m < models; m++) {
        if (core_bit(observed, m)) effect += column[m] - row[m], count++;
      }
      effect /= count;
      for (m = 0; m < models; m++) {
        if (core_bit(observed, m)) row_sum[m] += column[m] - effect, row_count[m]++;
      }
    }
    change = 0;
    for (m = 0; m < models; m++) {
      double effect = row_sum[m] / row_count[m];
      if (fabs(effect - row[m]) > change) change = fabs(effect - row[m]);
      row[m] = effect;
    }
  }
  for (q = 0; q < scores->questions; q++) {
    const uint64_t *observed = core_observed_column(scores, q);
    double *column = scores->values + q * models;
    double effect = 0, count = 0;
    for (m = 0; m < models; m++) {
      if (core_bit(observed, m)) effect += column[m] - row[m], count++;
    }
    for (m = 0; m < models; m++) {
      if (!core_bit(observed, m)) column[m] = clip(row[m] + effect / count);
    }
  }
}

/* Recomputes the products of one model's row with all rows, and its sum. */
static void add_up_row(filling *work, size_t model) {
  size_t models = work->scores->models, j, q;
  double *row = work->product + model * models;
  for (j = 0; j < models; j++) row[j] = 0;
  work->sum[model] = 0;
  for (q = 0; q < work->scores->questions; q++) {
    const double *column = work->scores->values + q * models;
    double own = column[model];
    work->sum[model] += own;
    for (j = 0; j < models; j++) row[j] += own * column[j];
  }
  for (j = 0; j < models; j++) work->product[j * models + model] = row[j];
}

/* restricted -= sum of x x^T over TOGETHER columns x, its lower triangle. Several at a
** time, because the triangle is large and the columns are not. */
static void take_away(filling *work, const double *const columns[TOGETHER]) {
  size_t models = work->scores->models, i, j;
  for (i = 0; i < models; i++) {
    double *row = work->restricted + i * models;
    double a = columns[0][i], b = columns[1][i], c = columns[2][i], d = columns[3][i];
    for (j = 0; j <= i; j++) {
      row[j] -= (a * columns[0][j] + b * columns[1][j]) + (c * columns[2][j] + d * columns[3][j]);
    }
    work->mean[i] -= (a + b) + (c + d);
  }
}

/* Products and sums over the questions that a model answered: in restricted and mean, from
** those over all questions. */
static void restrict_products(filling *work, size_t model) {
  const coreset_scores *scores = work->scores;
  size_t models = scores->models, gathered = 0, i, q;
  const double *columns[TOGETHER];
  memcpy(work->restricted, work->product, models * models * sizeof(double));
  memcpy(work->mean, work->sum, models * sizeof(double));
  for (q = 0; q < scores->questions; q++) {
    if (core_bit(core_observed_column(scores, q), model)) continue;
    columns[gathered++] = scores->values + q * models;
    if (gathered == TOGETHER) {
      take_away(work, columns);
      gathered = 0;
    }
  }
  if (gathered > 0) {
    for (i = gathered; i < TOGETHER; i++) columns[i] = work->zero;
    take_away(work, columns);
  }
}

/* Solves system * x = right in place by Cholesky's method; size x size, row-major,
** symmetric, positive definite because the ridge is positive. */
static void solve_in_place(double *system, double *right, size_t size) {
  size_t i, j, k;
  for (j = 0; j < size; j++) {
    double *row_j = system + j * size;
    double pivot = row_j[j];
    for (k = 0; k < j; k++) pivot -= row_j[k] * row_j[k];
    pivot = sqrt(pivot);
    row_j[j] = pivot;
    for (i = j + 1; i < size; i++) {
      double *row_i = system + i * size;
      double lanes[4] = {0, 0, 0, 0}; /* four sums in parallel, always in this order */
      for (k = 0; k + 4 <= j; k += 4) {
        lanes[0] += row_i[k] * row_j[k];
        lanes[1] += row_i[k + 1] * row_j[k + 1];
        lanes[2] += row_i[k + 2] * row_j[k + 2];
        lanes[3] += row_i[k + 3] * row_j[k + 3];
      }
      for (; k < j; k++) lanes[0] += row_i[k] * row_j[k];
      row_i[j] = (row_i[j] - ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))) / pivot;
    }
  }
  for (i = 0; i < size; i++) {
    for (k = 0; k < i; k++) right[i] -= system[i * size + k] * right[k];
    right[i] /= system[i * size + i];
  }
  for (i = size; i-- > 0;) {
    for (k = i + 1; k < size; k++) right[i] -= system[k * size + i] * right[k];
    right[i] /= system[i * size + i];
  }
}

/* Sets up the regression of one model on the others, over the answered questions that
** restricted and mean are about: the lower triangle of the matrix, and the right side. */
static void set_up_regression(filling *work, size_t model, double answered) {
  size_t models = work->scores->models, i, j, row = 0;
  double alpha = work->scores->binary ? 10 : 0.3;
  for (i = 0; i < models; i++) work->mean[i] /= answered;
  for (i = 0; i < models; i++) {
    size_t low = i < model ? i : model, high = i < model ? model : i, column = 0;
    double *out;
    if (i == model) continue;
    out = work->system + row * (models - 1);
    for (j = 0; j <= i; j++) {
      if (j == model) continue;
      out[column++] = work->restricted[i * models + j] - answered * work->mean[i] * work->mean[j];
    }
    out[row] += alpha;
    work->right[row] = work->restricted[high * models + low] - answered * work->mean[i] * work->mean[model];
    row++;
  }
}

/* The regression's prediction for one column. */
static double predict_cell(const filling *work, size_t model, const double *column) {
  size_t models = work->scores->models, i, row = 0;
  double value = work->mean[model];
  for (i = 0; i < models; i++) {
    if (i != model) value += work->right[row++] * (column[i] - work->mean[i]);
  }
  return clip(value);
}

/* Predicts the missing cells of one model. */
static coreset_status sweep_model(coreset_context *context, filling *work, size_t model) {
  coreset_scores *scores = work->scores;
  size_t models = scores->models, q, missing = 0;
  coreset_status status;
  for (q = 0; q < scores->questions; q++) missing += !core_bit(core_observed_column(scores, q), model);
  if (missing == 0) return CORESET_OK;
  status = core_poll(context);
  if (status != CORESET_OK) return status;
  restrict_products(work, model);
  set_up_regression(work, model, (double)(scores->questions - missing));
  solve_in_place(work->system, work->right, models - 1);
  for (q = 0; q < scores->questions; q++) {
    double *column = scores->values + q * models;
    if (!core_bit(core_observed_column(scores, q), model)) column[model] = predict_cell(work, model, column);
  }
  add_up_row(work, model);
  return CORESET_OK;
}

coreset_status core_fill_missing(coreset_context *context, coreset_scores *scores) {
  size_t models = scores->models, m;
  filling work = {0};
  coreset_status status = CORESET_NO_MEMORY;
  int sweep;
  work.scores = scores;
  work.row_effect = core_allocate(context, models, sizeof(double));
  work.product = core_allocate(context, models * models, sizeof(double));
  work.sum = core_allocate(context, models, sizeof(double));
  work.restricted = core_allocate(context, models * models, sizeof(double));
  work.zero = core_allocate(context, models, sizeof(double));
  work.system = core_allocate(context, models * models, sizeof(double));
  work.right = core_allocate(context, models, sizeof(double));
  work.mean = core_allocate(context, models, sizeof(double));
  if (work.row_effect == NULL || work.product == NULL || work.sum == NULL || work.restricted == NULL ||
      work.zero == NULL || work.system == NULL || work.right == NULL || work.mean == NULL) {
    goto done;
  }
  fill_with_effects(&work);
  status = CORESET_OK;
  for (m = 0; m < models && status == CORESET_OK; m++) {
    add_up_row(&work, m);
    status = core_poll(context);
  }
  for (sweep = 0; sweep < SWEEPS && status == CORESET_OK; sweep++) {
    for (m = 0; m < models && status == CORESET_OK; m++) status = sweep_model(context, &work, m);
  }
done:
  coreset_free(work.row_effect);
  coreset_free(work.product);
  coreset_free(work.sum);
  coreset_free(work.restricted);
  coreset_free(work.zero);
  coreset_free(work.system);
  coreset_free(work.right);
  coreset_free(work.mean);
  return status;
}
