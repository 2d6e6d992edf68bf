/*
** test_fill.c: the fill of missing cells against an implementation that shares nothing with it, and on
** small and degenerate tables.
*/
#include "matrices.h"
#include "matrix/fill.h"

/* ------------------------------------------------------------------------
** The fill, literally: dense normal equations solved by Gaussian elimination
*/

static void eliminate(double *a, double *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t pivot = i;
    double swap;
    for (size_t j = i + 1; j < n; j++) {
      if (fabs(a[j * n + i]) > fabs(a[pivot * n + i])) pivot = j;
    }
    for (size_t k = 0; k < n; k++) {
      swap = a[i * n + k];
      a[i * n + k] = a[pivot * n + k];
      a[pivot * n + k] = swap;
    }
    swap = b[i];
    b[i] = b[pivot];
    b[pivot] = swap;
    for (size_t j = 0; j < n; j++) {
      double factor = a[j * n + i] / a[i * n + i];
      if (j == i || !(fabs(factor) > 0)) continue;
      for (size_t k = i; k < n; k++) a[j * n + k] -= factor * a[i * n + k];
      b[j] -= factor * b[i];
    }
  }
  for (size_t i = 0; i < n; i++) b[i] /= a[i * n + i];
}

/* The trace of the inverse, one column after the other. */
static double inverse_trace(const double *a, size_t n) {
  double trace = 0, *copy = malloc(n * n * sizeof(double)), *column = malloc(n * sizeof(double));
  for (size_t j = 0; j < n; j++) {
    memcpy(copy, a, n * n * sizeof(double));
    for (size_t i = 0; i < n; i++) column[i] = i == j;
    eliminate(copy, column, n);
    trace += column[j];
  }
  free(copy);
  free(column);
  return trace;
}

static double clipped(double value) {
  return fmin(1, fmax(0, value));
}

/* A table in the making. */
typedef struct table {
  double *x;                 /* question by question */
  const unsigned char *seen; /* which cells are observed */
  size_t models, questions, width;
  double *axes; /* models x width */
  double ridge;
  double residuals, degrees, determined, deviations; /* of a sweep */
} table;

/* Row and column effects from the normal equations of all M + N effects; the one
** free direction is removed by a tiny ridge. */
static void effects_literally(table *t) {
  size_t n = t->models + t->questions;
  double *a = calloc(n * n, sizeof(double)), *b = calloc(n, sizeof(double)), count = 0;
  for (size_t q = 0; q < t->questions; q++) {
    for (size_t m = 0; m < t->models; m++) {
      size_t i = m, j = t->models + q;
      if (!t->seen[q * t->models + m]) continue;
      a[i * n + i]++;
      a[j * n + j]++;
      a[i * n + j]++;
      a[j * n + i]++;
      b[i] += t->x[q * t->models + m];
      b[j] += t->x[q * t->models + m];
    }
  }
  for (size_t m = 0; m < n; m++) a[m * n + m] += 1e-9;
  eliminate(a, b, n);
  t->ridge = 0;
  for (size_t q = 0; q < t->questions; q++) {
    for (size_t m = 0; m < t->models; m++) {
      double *x = &t->x[q * t->models + m], value = b[m] + b[t->models + q];
      if (t->seen[q * t->models + m]) {
        t->ridge += (*x - value) * (*x - value);
        count++;
      } else {
        *x = clipped(value);
      }
    }
  }
  t->ridge *= 40 * sqrt((double)t->models) / count;
  free(a);
  free(b);
}

/* One step of block power iteration with the dense matrix of products; a column is orthogonalised against
** those before it. */
static void improve_literally(table *t) {
  size_t models = t->models, width = t->width;
  double *mean = calloc(models, sizeof(double)), *next = calloc(models * width, sizeof(double));
  for (size_t i = 0; i < models * t->questions; i++) mean[i % models] += t->x[i] / (double)t->questions;
  for (size_t i = 0; i < models; i++) {
    for (size_t j = 0; j < models; j++) {
      double product = 0;
      for (size_t q = 0; q < t->questions; q++) {
        product += (t->x[q * models + i] - mean[i]) * (t->x[q * models + j] - mean[j]);
      }
      for (size_t k = 0; k < width; k++) next[i * width + k] += product * t->axes[j * width + k];
    }
  }
  for (size_t k = 0; k < width; k++) {
    double before = 0, after = 0;
    for (size_t m = 0; m < models; m++) before += next[m * width + k] * next[m * width + k];
    for (int round = 0; round < 3; round++) {
      for (size_t l = 0; l < k; l++) {
        double product = 0;
        for (size_t m = 0; m < models; m++) product += next[m * width + l] * next[m * width + k];
        for (size_t m = 0; m < models; m++) next[m * width + k] -= product * next[m * width + l];
      }
    }
    for (size_t m = 0; m < models; m++) after += next[m * width + k] * next[m * width + k];
    for (size_t m = 0; m < models; m++) {
      next[m * width + k] = sqrt(after) > 1e-12 * sqrt(before) ? next[m * width + k] / sqrt(after) : 0;
    }
  }
  memcpy(t->axes, next, models * width * sizeof(double));
  free(mean);
  free(next);
}

/* Predicts one model's missing cells from the others' components; its cells go to filled. Adds up the residuals. */
static void regress_literally(table *t, size_t model, double *filled) {
  size_t models = t->models, width = t->width, questions = t->questions;
  double *f = calloc(questions * width, sizeof(double)), *mean = calloc(width, sizeof(double)), mean_x = 0, count = 0;
  double *a = calloc(width * width, sizeof(double)), *b = calloc(width, sizeof(double)),
         *prior = calloc(width, sizeof(double));
  for (size_t q = 0; q < questions; q++) {
    int seen = t->seen[q * models + model];
    for (size_t k = 0; k < width; k++) {
      for (size_t m = 0; m < models; m++) {
        if (m != model) f[q * width + k] += t->axes[m * width + k] * t->x[q * models + m];
      }
      if (seen) mean[k] += f[q * width + k];
    }
    if (!seen) continue;
    mean_x += t->x[q * models + model];
    count++;
  }
  mean_x /= count;
  for (size_t k = 0; k < width; k++) {
    mean[k] /= count;
    for (size_t m = 0; m < models; m++) prior[k] += m != model ? t->axes[m * width + k] / (double)(models - 1) : 0;
  }
  for (size_t q = 0; q < questions; q++) {
    if (!t->seen[q * models + model]) continue;
    for (size_t i = 0; i < width; i++) {
      double value = t->x[q * models + model] - mean_x;
      for (size_t k = 0; k < width; k++) value -= prior[k] * (f[q * width + k] - mean[k]);
      b[i] += (f[q * width + i] - mean[i]) * value;
      for (size_t k = 0; k < width; k++) {
        a[i * width + k] += (f[q * width + i] - mean[i]) * (f[q * width + k] - mean[k]);
      }
    }
  }
  for (size_t i = 0; i < width; i++) a[i * width + i] += t->ridge;
  t->determined += (double)width - t->ridge * inverse_trace(a, width);
  eliminate(a, b, width);
  for (size_t i = 0; i < width; i++) t->deviations += b[i] * b[i];
  for (size_t q = 0; q < questions; q++) {
    double value = mean_x;
    for (size_t k = 0; k < width; k++) value += (b[k] + prior[k]) * (f[q * width + k] - mean[k]);
    if (t->seen[q * models + model]) {
      t->residuals += (t->x[q * models + model] - value) * (t->x[q * models + model] - value);
    } else {
      filled[q * models + model] = clipped(value);
    }
  }
  t->degrees += count - 1;
  free(f);
  free(mean);
  free(a);
  free(b);
  free(prior);
}

static void fill_literally(double *x, const unsigned char *seen, size_t models, size_t questions, int binary) {
  table t = {.x = x, .seen = seen, .models = models, .questions = questions, .width = binary ? 16 : 32};
  double *filled = malloc(models * questions * sizeof(double));
  uint64_t state = 1;
  t.axes = calloc(models * t.width, sizeof(double));
  for (size_t panel = 0; panel < t.width / 16; panel++) {
    for (size_t i = 0; i < models * 16; i++) {
      t.axes[i / 16 * t.width + panel * 16 + i % 16] = (double)(int64_t)core_splitmix(&state) * 0x1p-63;
    }
  }
  effects_literally(&t);
  for (int sweep = 0; sweep < (binary ? 3 : 5); sweep++) {
    t.residuals = t.degrees = t.determined = t.deviations = 0;
    improve_literally(&t);
    memcpy(filled, x, models * questions * sizeof(double));
    for (size_t m = 0; m < models; m++) {
      size_t count = 0;
      for (size_t q = 0; q < questions; q++) count += seen[q * models + m];
      if (count < questions) regress_literally(&t, m, filled);
    }
    memcpy(x, filled, models * questions * sizeof(double));
    t.ridge = 2 * t.residuals / fmax(t.degrees - t.determined, 1) * t.determined / t.deviations;
  }
  free(t.axes);
  free(filled);
}

/* A table of which NaN is missing; without ones where it is not binary. */
typedef struct given {
  core_holes holes;
  uint64_t *observed, *ones;
  size_t *start;
} given;

static given give(const double *values, size_t models, size_t questions, int binary) {
  size_t words = (models + 63) / 64;
  given made = {.observed = calloc(questions * words, sizeof(uint64_t)),
                .ones = calloc(questions * words, sizeof(uint64_t)),
                .start = calloc(questions + 1, sizeof(size_t))};
  for (size_t q = 0; q < questions; q++) {
    made.start[q + 1] = made.start[q];
    for (size_t m = 0; m < models; m++) {
      double value = values[q * models + m];
      uint64_t bit = (uint64_t)1 << (m % 64);
      if (isnan(value)) made.start[q + 1]++;
      if (!isnan(value)) made.observed[q * words + m / 64] |= bit;
      if (value > 0.5) made.ones[q * words + m / 64] |= bit;
    }
  }
  made.holes = (core_holes){.models = models,
                            .questions = questions,
                            .words = words,
                            .binary = binary,
                            .observed = made.observed,
                            .ones = binary ? made.ones : NULL,
                            .values = binary ? NULL : values,
                            .start = made.start,
                            .filled = calloc(made.start[questions] + 1, sizeof(double))};
  return made;
}

static void take_back(given *made) {
  free(made->observed);
  free(made->ones);
  free(made->start);
  free(made->holes.filled);
}

/* Fills a table of which NaN is missing, and compares; the result is in values. */
static void check_table(double *values, size_t models, size_t questions, int binary) {
  size_t cells = models * questions;
  double *expected = malloc(cells * sizeof(double)), *before = malloc(cells * sizeof(double));
  unsigned char *seen = malloc(cells);
  coreset_context context = {0};
  given made = give(values, models, questions, binary);
  for (size_t i = 0; i < cells; i++) {
    seen[i] = (unsigned char)!isnan(values[i]);
    before[i] = values[i];
    expected[i] = seen[i] ? values[i] : 0;
  }
  fill_literally(expected, seen, models, questions, binary);
  cr_assert_eq(core_fill_missing(&context, &made.holes), CORESET_OK);
  for (size_t q = 0; q < questions; q++) core_fill_column(&made.holes, q, values + q * models);
  for (size_t i = 0; i < cells; i++) {
    cr_assert_float_eq(values[i], expected[i], 1e-7, "question %zu, model %zu of %zu x %zu: %.12g, not %.12g",
                       i / models, i % models, models, questions, values[i], expected[i]);
    if (seen[i]) cr_assert_eq(values[i], before[i]);
  }
  take_back(&made);
  free(expected);
  free(before);
  free(seen);
}

/* A table of simulated scores, share of whose cells are missing, the first model's and the first question's never. */
static double *simulate_holes(size_t models, size_t questions, int binary, double share, uint64_t seed) {
  double *values = simulate_binary(models, questions, seed);
  for (size_t i = 0; i < models * questions; i++) {
    if (!binary) values[i] = 0.7 * values[i] + 0.3 * uniform(&seed);
    if (uniform(&seed) < share && i % models > 0 && i >= models) values[i] = NAN;
  }
  return values;
}

static void check_fill(size_t models, size_t questions, int binary, double share, uint64_t seed) {
  double *values = simulate_holes(models, questions, binary, share, seed);
  check_table(values, models, questions, binary);
  free(values);
}

Test(fill, follows_the_definition) {
  check_fill(12, 40, 1, 0.15, 1);
  check_fill(12, 40, 0, 0.15, 2);
  check_fill(25, 30, 1, 0.15, 3);
  check_fill(3, 20, 0, 0.15, 4);
  check_fill(70, 130, 1, 0.05, 5);
  check_fill(70, 90, 0, 0.3, 6);
  check_fill(40, 200, 1, 0.8, 7); /* what is observed is fewer, and is added up directly */
  check_fill(40, 70, 0, 0.6, 8);
  check_fill(90, 10, 1, 0.3, 9); /* fewer questions than components */
}

/* From few models to as many as there are components and a few more. */
Test(fill, few_models_need_no_other_method) {
  for (size_t models = 2; models <= 18; models++) check_fill(models, 35, models % 2 == 0, 0.2, 20 + models);
}

/* One model answered one question: it is predicted like the others, but for its level. */
Test(fill, one_observed_cell) {
  size_t models = 20, questions = 50;
  double *values = simulate_holes(models, questions, 0, 0.1, 40), lowest = 1, highest = 0;
  for (size_t q = 1; q < questions; q++) values[q * models + 7] = NAN;
  check_table(values, models, questions, 0);
  for (size_t q = 1; q < questions; q++) {
    lowest = fmin(lowest, values[q * models + 7]);
    highest = fmax(highest, values[q * models + 7]);
  }
  cr_assert(highest - lowest > 0.2);
  free(values);
}

/* Models that answered everything alike, and a question that all did. */
Test(fill, constant_rows_and_columns) {
  size_t models = 10, questions = 30;
  for (int binary = 0; binary < 2; binary++) {
    double *values = simulate_holes(models, questions, binary, 0.2, 50);
    for (size_t i = 0; i < models * questions; i++) {
      if (isnan(values[i])) continue;
      if (i % models == 3) values[i] = 1;
      if (i % models == 4) values[i] = 0;
      if (i / models == 5) values[i] = 1;
    }
    check_table(values, models, questions, binary);
    free(values);
  }
}

/* Where every score is the same, so is what is filled in. */
Test(fill, equal_scores_stay_equal) {
  for (size_t models = 2; models <= 40; models += 19) {
    double *values = simulate_holes(models, 33, 0, 0.3, 60);
    coreset_context context = {0};
    for (size_t i = 0; i < models * 33; i++) values[i] = isnan(values[i]) ? NAN : 0.7;
    given made = give(values, models, 33, 0);
    cr_assert_eq(core_fill_missing(&context, &made.holes), CORESET_OK);
    for (size_t i = 0; i < made.start[33]; i++) cr_assert_float_eq(made.holes.filled[i], 0.7, 1e-9);
    take_back(&made);
    free(values);
  }
}

/* What the scores of a matrix hold is what was filled in, and full scores are means of it. */
Test(fill, scores_have_filled_values_and_their_mean) {
  double *values = simulate_holes(14, 60, 1, 0.2, 70);
  coreset_matrix *matrix = matrix_of(values, 14, 60);
  coreset_scores *scores = scores_of_all(matrix);
  check_table(values, 14, 60, 1);
  cr_assert(scores->binary);
  for (size_t m = 0; m < 14; m++) {
    double total = 0;
    for (size_t q = 0; q < 60; q++) {
      cr_assert_eq(core_scores_value(scores, q, m), values[q * 14 + m]);
      total += values[q * 14 + m];
    }
    cr_assert_float_eq(core_scores_full_score(scores, m), total / 60, 1e-14);
  }
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(values);
}

static int refuse_at_zero(void *data, size_t size) {
  (void)size;
  return (*(int *)data)-- == 0;
}

/* Stops at each of the polls, and at each of the allocations. */
Test(fill, can_be_stopped_and_refused_memory) {
  double *values = simulate_holes(20, 70, 1, 0.2, 80);
  given made = give(values, 20, 70, 1);
  for (int refusing = 0; refusing < 2; refusing++) {
    int stops = 0;
    for (int allowed = 0, done = 0; !done; allowed++) {
      int left = allowed;
      interruption limited = {.left = -1};
      interrupt_after(&limited, refusing ? -1 : allowed);
      if (refusing) limited.context.refuse_allocation = refuse_at_zero;
      limited.context.refuse_allocation_data = &left;
      memset(made.holes.filled, 0, made.start[70] * sizeof(double));
      coreset_status status = core_fill_missing(&limited.context, &made.holes);
      done = (refusing ? left : limited.left) >= 0;
      cr_assert_eq(status, done ? CORESET_OK : refusing ? CORESET_NO_MEMORY : CORESET_INTERRUPTED);
      stops += !done;
    }
    cr_assert_gt(stops, 10);
  }
  take_back(&made);
  free(values);
}
