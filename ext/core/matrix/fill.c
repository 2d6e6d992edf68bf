/*
** fill.c: what the missing cells of a table of scores probably were.
**
** Start: row and column effects. x_mq = mu + r_m + c_q by least squares on the
** observed cells, clipped to [0, 1]. Then SWEEPS sweeps over the models in order. A model's
** missing cells are predicted by ridge regression of its observed cells on the current rows
** of all other models:
**
**     b = (A A^T + alpha I)^-1 A y,   x_mq = mean(y) + sum_j b_j (x_jq - mean_j),
**
** where the columns of A are the questions the model answered, rows centred over these
** questions, y the model's own answers, centred, and alpha is the caller's ridge; again
** clipped to [0, 1].
**
** Everything runs in a fixed order of operations with code of our own, because
** full scores, and so selections, depend on it.
**
** Cost: for each model with missing cells and each sweep one M x M system, M^3/6, and
** M^2/2 for each missing cell, whose columns are taken away from products that are kept up
** to date.
*/
#include "matrix/fill.h"

#include <math.h>
#include <string.h>

#include "matrix/scores.h"
#include "numeric/cholesky.h"

#define SWEEPS 3               /* further ones move cells of simulated scores by a few thousandths at most */
#define TOGETHER 4             /* columns taken away in one pass */
#define EFFECT_ROUNDS 50       /* at most, when cells are so few that effects move slowly */
#define EFFECT_TOLERANCE 1e-12 /* of scores between 0 and 1: what stands still */

/* Working memory of one fill. */
typedef struct filling {
  const core_holes *holes; /* what is filled, in place */
  double *row_effect;      /* one for each model */
  double *product;         /* models x models: sums over all questions of x_i x_j, kept up to date */
  double *sum;             /* for each model the sum of its row, kept up to date */
  double *restricted;      /* the same products over the questions that the current model answered, lower triangle */
  double *zero;            /* models zeros: a column that changes nothing */
  double *system;          /* (models - 1)^2: the regression's matrix, then its Cholesky factor */
  double *right;           /* its right-hand side, then its solution: models - 1 of models numbers */
  double *mean;            /* for each model the mean over the questions the current one answered */
} filling;

static double clip(double value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

static double *column_of(const core_holes *holes, size_t question) {
  return holes->values + question * holes->models;
}

static int is_observed(const core_holes *holes, size_t question, size_t model) {
  return core_bit(holes->observed + question * holes->words, model);
}

/* A question's effect, given those of the models. */
static double column_effect(const filling *work, size_t question) {
  const core_holes *holes = work->holes;
  const double *column = column_of(holes, question);
  double sum = 0, count = 0;
  for (size_t m = 0; m < holes->models; m++) {
    if (!is_observed(holes, question, m)) continue;
    sum += column[m] - work->row_effect[m];
    count++;
  }
  return sum / count;
}

/* Improves the models' effects once; returns by how much one moved at most. */
static double improve_effects(filling *work) {
  const core_holes *holes = work->holes;
  double *row_sum = work->mean, *row_count = work->right, change = 0;
  for (size_t m = 0; m < holes->models; m++) row_sum[m] = row_count[m] = 0;
  for (size_t q = 0; q < holes->questions; q++) {
    const double *column = column_of(holes, q);
    double effect = column_effect(work, q);
    for (size_t m = 0; m < holes->models; m++) {
      if (!is_observed(holes, q, m)) continue;
      row_sum[m] += column[m] - effect;
      row_count[m]++;
    }
  }
  for (size_t m = 0; m < holes->models; m++) {
    double effect = row_sum[m] / row_count[m];
    change = fmax(change, fabs(effect - work->row_effect[m]));
    work->row_effect[m] = effect;
  }
  return change;
}

/* Least squares by alternating the two kinds of effects until they stand still,
** which needs few rounds because most cells are observed. */
static void fill_with_effects(filling *work) {
  const core_holes *holes = work->holes;
  double change = 1;
  for (int round = 0; round < EFFECT_ROUNDS && change > EFFECT_TOLERANCE; round++) change = improve_effects(work);
  for (size_t q = 0; q < holes->questions; q++) {
    double *column = column_of(holes, q), effect = column_effect(work, q);
    for (size_t m = 0; m < holes->models; m++) {
      if (!is_observed(holes, q, m)) column[m] = clip(work->row_effect[m] + effect);
    }
  }
}

/* Recomputes the products of one model's row with all rows, and its sum. */
static void add_up_row(filling *work, size_t model) {
  size_t models = work->holes->models;
  double *row = work->product + model * models;
  memset(row, 0, models * sizeof(double));
  work->sum[model] = 0;
  for (size_t q = 0; q < work->holes->questions; q++) {
    const double *column = column_of(work->holes, q);
    double own = column[model];
    work->sum[model] += own;
    for (size_t j = 0; j < models; j++) row[j] += own * column[j];
  }
  for (size_t j = 0; j < models; j++) work->product[j * models + model] = row[j];
}

/* restricted -= sum of x x^T over TOGETHER columns x, its lower triangle. Several at a
** time, because the triangle is large and the columns are not. */
static void take_away(filling *work, const double *const columns[TOGETHER]) {
  size_t models = work->holes->models;
  for (size_t i = 0; i < models; i++) {
    double *row = work->restricted + i * models;
    double a = columns[0][i], b = columns[1][i], c = columns[2][i], d = columns[3][i];
    for (size_t j = 0; j <= i; j++) {
      row[j] -= (a * columns[0][j] + b * columns[1][j]) + (c * columns[2][j] + d * columns[3][j]);
    }
    work->mean[i] -= (a + b) + (c + d);
  }
}

/* Products and sums over the questions that a model answered: in restricted and mean, from
** those over all questions. */
static void restrict_products(filling *work, size_t model) {
  const core_holes *holes = work->holes;
  size_t models = holes->models, missing = 0;
  const double *columns[TOGETHER];
  memcpy(work->restricted, work->product, models * models * sizeof(double));
  memcpy(work->mean, work->sum, models * sizeof(double));
  for (size_t q = 0; q < holes->questions; q++) {
    if (is_observed(holes, q, model)) continue;
    columns[missing++ % TOGETHER] = column_of(holes, q);
    if (missing % TOGETHER == 0) take_away(work, columns);
  }
  if (missing % TOGETHER > 0) {
    for (size_t i = missing % TOGETHER; i < TOGETHER; i++) columns[i] = work->zero;
    take_away(work, columns);
  }
}

/* Sets up the regression of one model on the others, over the answered questions that
** restricted and mean are about: the lower triangle of the matrix, and the right side. */
static void set_up_regression(filling *work, size_t model, double answered) {
  size_t models = work->holes->models, row = 0;
  for (size_t i = 0; i < models; i++) work->mean[i] /= answered;
  for (size_t i = 0; i < models; i++) {
    size_t low = i < model ? i : model, high = i < model ? model : i, column = 0;
    double *out = work->system + row * (models - 1);
    if (i == model) continue;
    for (size_t j = 0; j <= i; j++) {
      if (j == model) continue;
      out[column++] = work->restricted[i * models + j] - answered * work->mean[i] * work->mean[j];
    }
    out[row] += work->holes->ridge;
    work->right[row] = work->restricted[high * models + low] - answered * work->mean[i] * work->mean[model];
    row++;
  }
}

/* The regression's prediction for one column. */
static double predict_cell(const filling *work, size_t model, const double *column) {
  size_t row = 0;
  double value = work->mean[model];
  for (size_t i = 0; i < work->holes->models; i++) {
    if (i != model) value += work->right[row++] * (column[i] - work->mean[i]);
  }
  return clip(value);
}

/* Predicts the missing cells of one model. */
static coreset_status sweep_model(coreset_context *context, filling *work, size_t model) {
  const core_holes *holes = work->holes;
  size_t missing = 0;
  for (size_t q = 0; q < holes->questions; q++) missing += !is_observed(holes, q, model);
  if (missing == 0) return CORESET_OK;
  coreset_status status = core_poll(context);
  if (status != CORESET_OK) return status;
  restrict_products(work, model);
  set_up_regression(work, model, (double)(holes->questions - missing));
  core_cholesky_solve(work->system, work->right, holes->models - 1);
  for (size_t q = 0; q < holes->questions; q++) {
    double *column = column_of(holes, q);
    if (!is_observed(holes, q, model)) column[model] = predict_cell(work, model, column);
  }
  add_up_row(work, model);
  return CORESET_OK;
}

coreset_status core_fill_missing(coreset_context *context, const core_holes *holes) {
  size_t models = holes->models;
  core_arena scratch = {0};
  filling work = {
      .holes = holes,
      .row_effect = core_take(context, &scratch, models, sizeof(double)),
      .product = core_take_matrix(context, &scratch, models, models, sizeof(double)),
      .sum = core_take(context, &scratch, models, sizeof(double)),
      .restricted = core_take_matrix(context, &scratch, models, models, sizeof(double)),
      .zero = core_take(context, &scratch, models, sizeof(double)),
      .system = core_take_matrix(context, &scratch, models - 1, models - 1, sizeof(double)),
      .right = core_take(context, &scratch, models, sizeof(double)),
      .mean = core_take(context, &scratch, models, sizeof(double)),
  };
  coreset_status status = scratch.status;
  if (status == CORESET_OK) fill_with_effects(&work);
  for (size_t m = 0; m < models && status == CORESET_OK; m++) {
    add_up_row(&work, m);
    status = core_poll(context);
  }
  for (size_t step = 0; step < SWEEPS * models && status == CORESET_OK; step++) {
    status = sweep_model(context, &work, step % models);
  }
  core_release(&scratch);
  return status;
}
