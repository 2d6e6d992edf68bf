/*
** test_polls.c: long work asks often enough whether it should stop.
**
** Milliseconds differ from machine to machine (`make latency` prints them), so here the times are counted that a piece
** of work asks, and compared with how often it must to have no more than so many operations between two.
*/
#include "matrices.h"
#include "matrix/matrix.h"
#include "numeric/linalg.h"
#include "predict/blup.h"
#include "statistics/conditional_field.h"
#include "statistics/field.h"
#include "statistics/kernel_ridge.h"

#define BETWEEN 2e8 /* additions and multiplications that fit tens of milliseconds */

static int count_call(void *data) {
  ++*(long *)data;
  return 0;
}

/* Real-valued scores without pattern. */
static double *noise(size_t count, uint64_t seed) {
  double *values = malloc(count * sizeof(double));
  for (size_t i = 0; i < count; i++) values[i] = uniform(&seed);
  return values;
}

/* Nine alphas, each with a factorisation and half of an inverse. */
Test(polls, kernel_ridge) {
  enum { MODELS = 1100, QUESTIONS = 30, ALPHAS = 9 };
  const double alphas[ALPHAS] = {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100};
  const core_kernel kernels[] = {CORE_KERNEL_POLYNOMIAL, CORE_KERNEL_LINEAR};
  double *answers = noise((size_t)MODELS * QUESTIONS, 1), *full = noise(MODELS, 2);
  for (size_t k = 0; k < 2; k++) {
    long polls = 0;
    coreset_context context = {.interrupted = count_call, .interrupted_data = &polls};
    core_kernel_ridge regression = {.models = MODELS, .questions = QUESTIONS, .kernel = kernels[k], .degree = 2};
    double *parameters = malloc(core_kernel_ridge_parameter_count(&regression) * sizeof(double));
    cr_assert_eq(core_kernel_ridge_fit(&context, &regression, answers, full, alphas, ALPHAS, parameters, NULL),
                 CORESET_OK, "%s", context.message);
    double work = ALPHAS * 4.0 / 3 * MODELS * MODELS * MODELS;
    cr_assert_geq((double)polls, work / BETWEEN, "%ld", polls);
    free(parameters);
  }
  free(answers);
  free(full);
}

/* A product and a system that are too large for one call. */
Test(polls, products_and_systems) {
  enum { ORDER = 1300, COLUMNS = 1300 };
  long polls = 0;
  coreset_context context = {.interrupted = count_call, .interrupted_data = &polls};
  double *matrix = noise((size_t)ORDER * COLUMNS, 3), *gram = malloc((size_t)ORDER * ORDER * sizeof(double));
  double *right = noise(ORDER, 4), least = 1, largest = 0;
  cr_assert_eq(core_linalg_gram(&context, matrix, ORDER, COLUMNS, gram), CORESET_OK);
  cr_assert_geq((double)polls, 1.0 * ORDER * ORDER * COLUMNS / BETWEEN, "%ld", polls);
  for (size_t i = 0; i < ORDER; i += 97) { /* what it is made of is what it should be */
    for (size_t j = 0; j < ORDER; j += 89) {
      double sum = 0;
      for (size_t k = 0; k < COLUMNS; k++) sum += matrix[k * ORDER + i] * matrix[k * ORDER + j];
      largest = fmax(largest, fabs(sum - gram[j * ORDER + i]) / sum);
    }
  }
  cr_assert_lt(largest, 1e-12);
  polls = 0;
  double *copy = malloc((size_t)ORDER * ORDER * sizeof(double)), *solution = malloc(ORDER * sizeof(double));
  for (size_t i = 0; i < ORDER; i++) gram[i * ORDER + i] += least;
  memcpy(copy, gram, (size_t)ORDER * ORDER * sizeof(double));
  memcpy(solution, right, ORDER * sizeof(double));
  cr_assert_eq(core_linalg_solve(&context, copy, ORDER, solution, 1), CORESET_OK, "%s", context.message);
  cr_assert_geq((double)polls, 2.0 / 3 * ORDER * ORDER * ORDER / BETWEEN, "%ld", polls);
  for (size_t i = 0; i < ORDER; i += 97) {
    double sum = 0, size = 0;
    for (size_t j = 0; j < ORDER; j++) {
      sum += gram[j * ORDER + i] * solution[j];
      size += fabs(gram[j * ORDER + i] * solution[j]);
    }
    cr_assert_lt(fabs(sum - right[i]), 1e-11 * (1 + size));
  }
  free(matrix), free(gram), free(right), free(copy), free(solution);
}

/* The factors and the diagonal of an inverse against those of a small system solved column by column. */
Test(polls, diagonal_of_an_inverse) {
  enum { ORDER = 300, COLUMNS = 400 };
  coreset_context context = {0};
  int is_definite;
  double *matrix = noise((size_t)ORDER * COLUMNS, 5), *gram = malloc((size_t)ORDER * ORDER * sizeof(double));
  double *copy = malloc((size_t)ORDER * ORDER * sizeof(double)), diagonal[ORDER], column[ORDER];
  cr_assert_eq(core_linalg_gram(&context, matrix, ORDER, COLUMNS, gram), CORESET_OK);
  memcpy(copy, gram, (size_t)ORDER * ORDER * sizeof(double));
  cr_assert_eq(core_linalg_factor(&context, copy, ORDER, &is_definite), CORESET_OK);
  cr_assert(is_definite);
  cr_assert_eq(core_linalg_factor_diagonal(&context, copy, ORDER, diagonal), CORESET_OK);
  for (size_t j = 0; j < ORDER; j += 37) {
    memset(column, 0, sizeof(column));
    column[j] = 1;
    cr_assert_eq(core_linalg_factor_solve(&context, copy, ORDER, column, 1), CORESET_OK);
    cr_assert_float_eq(diagonal[j], column[j], 1e-9 * column[j]);
  }
  memcpy(copy, gram, (size_t)ORDER * ORDER * sizeof(double));
  copy[200 * ORDER + 200] = -1;
  cr_assert_eq(core_linalg_factor(&context, copy, ORDER, &is_definite), CORESET_OK);
  cr_assert_not(is_definite);
  free(matrix), free(gram), free(copy);
}

/* A field of many models, and a first pick in it. */
Test(polls, field_of_many_models) {
  enum { MODELS = 3000, QUESTIONS = 800 };
  long polls = 0;
  double *values = simulate_binary(MODELS, QUESTIONS, 6);
  coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
  coreset_scores *scores = scores_of_all(matrix);
  coreset_context context = {.interrupted = count_call, .interrupted_data = &polls};
  core_arena arena = {0};
  core_field field;
  cr_assert_eq(core_field_build(&context, &arena, scores, CORE_FIELD_SELECTION, &field), CORESET_OK);
  cr_assert_geq((double)polls, 10.0 * MODELS * QUESTIONS / (1 << 21), "%ld", polls); /* two million writes or reads */
  polls = 0;
  size_t questions[] = {1, 100, 500};
  double weights[3];
  core_blup blup = {.weights = weights};
  cr_assert_eq(core_blup_fit(&context, &field, questions, 3, &blup), CORESET_OK);
  cr_assert_geq((double)polls, 1.0 * MODELS * QUESTIONS / (1 << 21), "%ld", polls);
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(values);
}

/* Bytes of real-valued scores, written and read. */
Test(polls, bytes) {
  enum { MODELS = 300, QUESTIONS = 20000 };
  long polls = 0;
  double *values = noise((size_t)MODELS * QUESTIONS, 7);
  coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS), *read;
  coreset_context context = {.interrupted = count_call, .interrupted_data = &polls};
  unsigned char *bytes;
  size_t size;
  cr_assert_eq(coreset_matrix_write(&context, matrix, SIZE_MAX, &bytes, &size), CORESET_OK);
  cr_assert_geq(polls, MODELS * QUESTIONS / (1 << 20)); /* numbers */
  polls = 0;
  cr_assert_eq(coreset_matrix_read(&context, bytes, size, &read), CORESET_OK);
  cr_assert_geq(polls, 3 * MODELS * QUESTIONS / (1 << 20)); /* the checksum, the numbers, what is wrong with them */
  coreset_free(bytes);
  coreset_matrix_free(read);
  coreset_matrix_free(matrix);
  free(values);
}

/* Scores that come twice, and whose sums are not exact: they are sorted. */
Test(polls, repeats) {
  enum { MODELS = 400, QUESTIONS = 1000 };
  long polls = 0;
  uint64_t seed = 8;
  coreset_context context = {.interrupted = count_call, .interrupted_data = &polls};
  coreset_builder *builder;
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t i = 0; i < 3 * (size_t)MODELS * QUESTIONS; i++) {
    coreset_id model = {NULL, 0, (int64_t)(i % MODELS)}, question = {NULL, 0, (int64_t)(i / MODELS % QUESTIONS)};
    double score = uniform(&seed);
    cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 1), CORESET_OK);
  }
  polls = 0;
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  cr_assert_geq(polls, 2 * MODELS * QUESTIONS / 65536 + 7, "%ld", polls); /* seven are of sorting */
  coreset_builder_free(builder);
  coreset_matrix_free(matrix);
}
