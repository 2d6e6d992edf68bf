/*
** test_linalg.c: linear algebra against loops, and what it must refuse.
*/
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/random.h"

/* Numbers between -1 and 1. */
static void fill(double *values, size_t count, uint64_t seed) {
  for (size_t i = 0; i < count; i++) values[i] = (double)(core_splitmix(&seed) >> 11) * 0x1p-52 - 1;
}

Test(linalg, gram_is_all_inner_products_of_rows) {
  enum { ROWS = 37, COLUMNS = 53 };
  static double matrix[ROWS * COLUMNS], gram[ROWS * ROWS];
  coreset_context context = {0};
  fill(matrix, ROWS * COLUMNS, 1);
  memset(gram, 0xFF, sizeof(gram)); /* NaNs: what was there must not matter */
  cr_assert_eq(core_linalg_gram(&context, matrix, ROWS, COLUMNS, gram), CORESET_OK);
  for (size_t i = 0; i < ROWS; i++) {
    for (size_t j = 0; j < ROWS; j++) {
      double product = 0;
      for (size_t k = 0; k < COLUMNS; k++) product += matrix[k * ROWS + i] * matrix[k * ROWS + j];
      cr_assert_float_eq(gram[j * ROWS + i], product, 1e-13);
      cr_assert_eq(gram[j * ROWS + i], gram[i * ROWS + j]);
    }
  }
}

Test(linalg, products_with_a_vector) {
  enum { ROWS = 19, COLUMNS = 41 };
  static double matrix[ROWS * COLUMNS], wide[COLUMNS], tall[ROWS], result[COLUMNS];
  coreset_context context = {0};
  fill(matrix, ROWS * COLUMNS, 2);
  fill(wide, COLUMNS, 3);
  fill(tall, ROWS, 4);
  memset(result, 0xFF, sizeof(result));
  cr_assert_eq(core_linalg_multiply(&context, matrix, ROWS, COLUMNS, wide, result), CORESET_OK);
  for (size_t i = 0; i < ROWS; i++) {
    double sum = 0;
    for (size_t j = 0; j < COLUMNS; j++) sum += matrix[j * ROWS + i] * wide[j];
    cr_assert_float_eq(result[i], sum, 1e-13);
  }
  cr_assert_eq(core_linalg_multiply_transposed(&context, matrix, ROWS, COLUMNS, tall, result), CORESET_OK);
  for (size_t j = 0; j < COLUMNS; j++) {
    double sum = 0;
    for (size_t i = 0; i < ROWS; i++) sum += matrix[j * ROWS + i] * tall[i];
    cr_assert_float_eq(result[j], sum, 1e-13);
  }
}

Test(linalg, eigenvalues_of_a_known_matrix) {
  double matrix[] = {2, 1, 1, 2}, values[2];
  coreset_context context = {0};
  cr_assert_eq(core_linalg_eigen(&context, matrix, 2, values), CORESET_OK);
  cr_assert_float_eq(values[0], 1, 1e-15);
  cr_assert_float_eq(values[1], 3, 1e-15);
  cr_assert_float_eq(fabs(matrix[0]), sqrt(0.5), 1e-15);
  cr_assert_float_eq(matrix[0], -matrix[1], 1e-15);
  cr_assert_float_eq(matrix[2], matrix[3], 1e-15);
}

/* V diag(w) V^T and V^T V, beside the lower triangle of a symmetric matrix and 1. */
static void check_eigen(const double *matrix, size_t n, double scale) {
  double *vectors = malloc(n * n * sizeof(double)), *values = malloc(n * sizeof(double));
  coreset_context context = {0};
  for (size_t j = 0; j < n; j++) {
    for (size_t i = 0; i < n; i++)
      vectors[j * n + i] = i < j ? 1e300 : scale * matrix[j * n + i]; /* the upper is not read */
  }
  cr_assert_eq(core_linalg_eigen(&context, vectors, n, values), CORESET_OK);
  for (size_t i = 0; i < n; i++) {
    if (i > 0) cr_assert(values[i] >= values[i - 1]);
    for (size_t j = 0; j <= i; j++) {
      double rebuilt = 0, product = 0;
      for (size_t k = 0; k < n; k++) {
        rebuilt += vectors[k * n + i] * (values[k] / scale) * vectors[k * n + j];
        product += vectors[i * n + k] * vectors[j * n + k];
      }
      cr_assert_float_eq(rebuilt, matrix[j * n + i], 1e-12);
      cr_assert_float_eq(product, i == j, 1e-12);
    }
  }
  free(vectors), free(values);
}

Test(linalg, eigenvectors_rebuild_the_matrix) {
  static const size_t orders[] = {1, 2, 3, 10, 25, 26, 64, 160, 161}; /* methods change above 25 and 160 */
  for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
    size_t n = orders[o];
    double *matrix = malloc(n * n * sizeof(double));
    fill(matrix, n * n, 5 + o);
    check_eigen(matrix, n, 1);
    check_eigen(matrix, n, 0x1p1000);
    check_eigen(matrix, n, 0x1p-1000);
    for (size_t i = 0; i < n * n; i++) {
      if (i % 3 > 0) matrix[i] *= i % 3 == 1 ? 1e-155 : 1e-170; /* whose squares are nothing, or nearly */
    }
    check_eigen(matrix, n, 1);
    for (size_t i = 0; i < n * n; i++) matrix[i] = 0;
    check_eigen(matrix, n, 1);
    for (size_t i = 0; i < n; i++) matrix[i * n + i] = (double)(i % 4);
    check_eigen(matrix, n, 1);
    free(matrix);
  }
}

Test(linalg, impossible_dimensions_are_refused_before_anything_is_read) {
  coreset_context context = {0};
  size_t too_large = (size_t)INT_MAX + 1;
  cr_assert_eq(core_linalg_gram(&context, NULL, 0, 5, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_gram(&context, NULL, 5, 0, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_gram(&context, NULL, too_large, 1, NULL), CORESET_ERROR);
  cr_assert(strstr(context.message, "2147483648 x 1") != NULL, "%s", context.message);
  cr_assert_eq(core_linalg_gram(&context, NULL, 1, too_large, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_gram(&context, NULL, 1, SIZE_MAX, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_multiply(&context, NULL, too_large, 1, NULL, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_multiply_transposed(&context, NULL, 1, too_large, NULL, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_eigen(&context, NULL, 0, NULL), CORESET_ERROR);
  cr_assert_eq(core_linalg_eigen(&context, NULL, 32766, NULL), CORESET_ERROR);
  cr_assert(strstr(context.message, "at most 32765") != NULL, "%s", context.message);
}

Test(linalg, numbers_that_are_not_finite_are_refused) {
  double bad[] = {1, 2, 2, NAN}, good[] = {1, 2, 2, 1}, huge[] = {1e200, 1e200, 1, 1};
  double vector[] = {1, INFINITY}, large[] = {1e200, 1}, result[4];
  coreset_context context = {0};
  cr_assert_eq(core_linalg_gram(&context, bad, 2, 2, result), CORESET_ERROR);
  cr_assert_eq(core_linalg_gram(&context, huge, 2, 2, result), CORESET_ERROR);
  cr_assert_eq(core_linalg_eigen(&context, bad, 2, result), CORESET_ERROR);
  cr_assert_eq(core_linalg_multiply(&context, bad, 2, 2, good, result), CORESET_ERROR);
  cr_assert_eq(core_linalg_multiply(&context, good, 2, 2, vector, result), CORESET_ERROR);
  cr_assert_eq(core_linalg_multiply(&context, huge, 2, 2, large, result), CORESET_ERROR);
  cr_assert_eq(core_linalg_multiply_transposed(&context, good, 2, 2, vector, result), CORESET_ERROR);
  cr_assert(strlen(context.message) > 0);
  cr_assert(core_linalg_finite(good, 4) && !core_linalg_finite(bad, 4) && !core_linalg_finite(vector, 2));
  cr_assert(core_linalg_finite(NULL, 0));
}

/* Refuses the allocation whose number *data counts down to. */
static int refuse(void *data, size_t byte_count) {
  int *left = data;
  (void)byte_count;
  return (*left)-- == 0;
}

Test(linalg, refused_workspace) {
  for (int attempt = 0; attempt < 5; attempt++) {
    double matrix[] = {2, 1, 1, 2}, values[2];
    int left = attempt;
    coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = &left};
    cr_assert_eq(core_linalg_eigen(&context, matrix, 2, values), CORESET_NO_MEMORY);
  }
}

Test(linalg, the_library_says_what_it_is) {
  cr_assert(coreset_blas_description() != NULL);
  cr_assert(strlen(coreset_blas_description()) > 0);
}
