/*
** fuzz_naive.c: small tables against plain arithmetic.
**
** The input is a table of up to 8 models and 12 questions: pairs of bytes, a cell and its score, in any order, with holes
** and repeats; the first byte chooses what scores are. Against what is computed here in the simplest way:
**
**   * each cell is the average of its scores; the bytes do not depend on the order of the rows, nor on whether
**     they came in two matrices that were merged;
**   * every selector takes each question once, and the same whatever the order of the rows; the first
**     k are the choice of k;
**   * kernel ridge regression with one alpha is what solving (K + alpha I) c = y by elimination gives.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "coreset.h"
#include "statistics/kernel_ridge.h"

#define MODELS 8
#define QUESTIONS 12
#define ROWS 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One row of the table. */
typedef struct row {
  size_t model, question;
  double score;
} row;

static void require(int holds) {
  if (!holds) abort();
}

/* What scores a byte may be: binary, tenths, or with magnitudes that round. */
static double score_of(int kind, uint8_t byte) {
  static const double magnitudes[] = {1, 0.1, 1e-9, 1e9};
  if (kind == 0) return byte & 1;
  if (kind == 1) return byte % 11 / 10.0;
  return (byte / 4 - 31) * magnitudes[byte % 4];
}

static void add_rows(coreset_builder *builder, const row *rows, size_t count, size_t first, ptrdiff_t step) {
  coreset_context context = {0};
  for (size_t i = 0; i < count; i++) {
    const row *at = &rows[(ptrdiff_t)first + step * (ptrdiff_t)i];
    coreset_id model = {NULL, 0, (int64_t)at->model}, question = {NULL, 0, (int64_t)at->question};
    require(coreset_builder_add(&context, builder, &model, &question, &at->score, 1) == CORESET_OK);
  }
}

static coreset_matrix *build(const row *rows, size_t count, size_t first, ptrdiff_t step) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  require(coreset_builder_new(&context, &builder) == CORESET_OK);
  add_rows(builder, rows, count, first, step);
  require(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix) == CORESET_OK);
  coreset_builder_free(builder);
  return matrix;
}

static coreset_matrix *merge(const coreset_matrix *one, const coreset_matrix *other) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  require(coreset_builder_new(&context, &builder) == CORESET_OK);
  require(coreset_builder_add_matrix(&context, builder, one) == CORESET_OK);
  require(coreset_builder_add_matrix(&context, builder, other) == CORESET_OK);
  require(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix) == CORESET_OK);
  coreset_builder_free(builder);
  return matrix;
}

static void require_equal(const coreset_matrix *one, const coreset_matrix *other) {
  coreset_context context = {0};
  unsigned char *a, *b;
  size_t a_size, b_size;
  require(coreset_matrix_write(&context, one, SIZE_MAX, &a, &a_size) == CORESET_OK);
  require(coreset_matrix_write(&context, other, SIZE_MAX, &b, &b_size) == CORESET_OK);
  require(a_size == b_size && memcmp(a, b, a_size) == 0);
  coreset_free(a);
  coreset_free(b);
}

/* Cells are averages, to the last bits of a sum in long double. */
static void check_cells(const coreset_matrix *matrix, const row *rows, size_t count) {
  for (size_t m = 0; m < coreset_matrix_model_count(matrix); m++) {
    for (size_t q = 0; q < coreset_matrix_question_count(matrix); q++) {
      size_t model = (size_t)coreset_matrix_model(matrix, m).integer, found = 0;
      size_t question = (size_t)coreset_matrix_question(matrix, q).integer;
      long double sum = 0, sizes = 0;
      double cell = 0;
      uint64_t repeats = 0;
      for (size_t i = 0; i < count; i++) {
        if (rows[i].model != model || rows[i].question != question) continue;
        sum += (long double)rows[i].score;
        sizes += fabsl((long double)rows[i].score);
        found++;
      }
      int is_there = coreset_matrix_cell(matrix, m, q, &cell, &repeats);
      require(is_there == (found > 0));
      if (!is_there) continue;
      require(repeats == found);
      require(fabsl((long double)cell - sum / (long double)found) <= 1e-15L * sizes / (long double)found);
    }
  }
}

/* All picks of a selector: how many. */
static size_t select_all(coreset_scores *scores, const coreset_method *method, size_t limit, size_t *picks) {
  coreset_context context = {0};
  coreset_choice choice;
  coreset_request request = {.count = limit, .budget = INFINITY};
  coreset_selection *selection = NULL;
  coreset_pick pick;
  size_t count = 0;
  require(coreset_choose_selector(&context, method->name, &choice) == CORESET_OK);
  coreset_status status = coreset_selection_new(&context, scores, &choice, &request, &selection);
  while (status == CORESET_OK && (status = coreset_selection_next(&context, selection, &pick)) == CORESET_OK) {
    picks[count++] = pick.question;
  }
  require(status == CORESET_DONE || context.message[0] != 0);
  coreset_selection_free(selection);
  return count;
}

static void check_selectors(coreset_scores *scores, coreset_scores *reversed) {
  size_t methods;
  const coreset_method *const *all = coreset_selectors(&methods);
  for (size_t i = 0; i < methods; i++) {
    size_t picks[QUESTIONS], others[QUESTIONS], few[QUESTIONS];
    unsigned char taken[QUESTIONS] = {0};
    size_t count = select_all(scores, all[i], QUESTIONS, picks), fewer = select_all(scores, all[i], 3, few);
    require(select_all(reversed, all[i], QUESTIONS, others) == count);
    for (size_t k = 0; k < count; k++) {
      require(picks[k] < QUESTIONS && !taken[picks[k]]++);
      require(others[k] == picks[k]);
      require(k >= fewer || few[k] == picks[k]);
    }
  }
}

/* (K + alpha I) c = y by elimination with pivots, in long double. */
static void solve(long double *system, long double *right, size_t n) {
  for (size_t k = 0; k < n; k++) {
    size_t pivot = k;
    for (size_t i = k + 1; i < n; i++) {
      if (fabsl(system[i * n + k]) > fabsl(system[pivot * n + k])) pivot = i;
    }
    for (size_t j = 0; j < n; j++) {
      long double moved = system[k * n + j];
      system[k * n + j] = system[pivot * n + j];
      system[pivot * n + j] = moved;
    }
    long double moved = right[k];
    right[k] = right[pivot];
    right[pivot] = moved;
    for (size_t i = 0; i < n; i++) {
      long double factor = i == k ? 0 : system[i * n + k] / system[k * n + k];
      for (size_t j = k; j < n; j++) system[i * n + j] -= factor * system[k * n + j];
      right[i] -= factor * right[k];
    }
  }
  for (size_t k = 0; k < n; k++) right[k] /= system[k * n + k];
}

static void check_regression(const row *rows, size_t count) {
  enum { N = MODELS, P = 4 };
  const double alpha = 0.3;
  double answers[N * P] = {0}, full[N] = {0}, parameters[N * (P + 1)];
  long double system[N * N], right[N];
  coreset_context context = {0};
  core_kernel_ridge regression = {.models = N, .questions = P, .kernel = CORE_KERNEL_POLYNOMIAL, .degree = 2};
  for (size_t i = 0; i < count; i++) {
    answers[rows[i].question % P * N + rows[i].model] = fmod(fabs(rows[i].score), 1);
    full[rows[i].model] = fmod(full[rows[i].model] + fabs(rows[i].score), 1);
  }
  require(core_kernel_ridge_fit(&context, &regression, answers, full, &alpha, 1, parameters, NULL) == CORESET_OK);
  for (size_t i = 0; i < N; i++) {
    right[i] = (long double)full[i];
    for (size_t j = 0; j < N; j++) {
      long double sum = 0;
      for (size_t q = 0; q < P; q++) sum += (long double)answers[q * N + i] * (long double)answers[q * N + j];
      system[i * N + j] = (sum / P + 1) * (sum / P + 1) + (i == j ? (long double)alpha : 0);
    }
  }
  solve(system, right, N);
  for (size_t i = 0; i < N; i++) require(fabsl((long double)parameters[i] - right[i]) <= 1e-9L);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static row rows[ROWS];
  coreset_context context = {0};
  size_t count = 0;
  if (size < 3) return 0;
  for (size_t i = 1; i + 1 < size && count < ROWS; i += 2) {
    rows[count++] = (row){data[i] % MODELS, data[i] / MODELS % QUESTIONS, score_of(data[0] % 3, data[i + 1])};
  }
  coreset_matrix *matrix = build(rows, count, 0, 1), *reversed = build(rows, count, count - 1, -1);
  coreset_matrix *first = build(rows, count / 2, 0, 1), *second = build(rows, count - count / 2, count / 2, 1);
  coreset_matrix *merged = merge(second, first);
  check_cells(matrix, rows, count);
  require_equal(matrix, reversed);
  require_equal(matrix, merged);
  coreset_scores *scores = NULL, *others = NULL;
  coreset_status status = coreset_scores_new(&context, matrix, NULL, &scores);
  require(coreset_scores_new(&context, reversed, NULL, &others) == status);
  if (status == CORESET_OK) check_selectors(scores, others);
  check_regression(rows, count);
  coreset_scores_free(scores);
  coreset_scores_free(others);
  coreset_matrix_free(matrix);
  coreset_matrix_free(reversed);
  coreset_matrix_free(first);
  coreset_matrix_free(second);
  coreset_matrix_free(merged);
  return 0;
}
