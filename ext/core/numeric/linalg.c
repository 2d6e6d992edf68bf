/*
** linalg.c: linear algebra by way of CBLAS and LAPACKE: the only file that calls
** either.
**
** Both libraries take dimensions as `int`, trust them, and may loop for ever or
** crash on a NaN, so dimensions and values are checked here, on the way in and on
** the way out. LAPACKE's convenience functions allocate with malloc; the _work
** functions used here take workspace from the caller, so that every allocation can be
** refused (memory.h). The number of threads belongs to the host and is not
** touched; what only loses by threads is done without the library (tridiagonal.c). A call
** into the library cannot be interrupted; poll between calls.
*/
#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>

#include "numeric/linalg.h"
#include "numeric/tridiagonal.h"

#define LARGEST_DIMENSION ((size_t)INT_MAX)

/* The workspace of dsyevd, 1 + 6 n + 2 n^2 numbers, is counted in an int too. */
#define LARGEST_EIGEN_ORDER ((size_t)32765)

/* Up to here OpenBLAS with threads is slower than tridiagonal.c, and without them hardly faster. */
#define SMALL_EIGEN_ORDER ((size_t)160)

/* Of the power of two to divide by: 2^1024, which is beyond the largest number, is not finite. */
#define LARGEST_EXPONENT 1000

int core_linalg_finite(const double *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i])) return 0;
  }
  return 1;
}

/* CORESET_ERROR unless all count values are finite. */
static coreset_status check_finite(coreset_context *context, const double *values, size_t count) {
  if (core_linalg_finite(values, count)) return CORESET_OK;
  return core_fail(context, CORESET_ERROR, "the computation meets numbers that are too large");
}

/* CORESET_ERROR unless both dimensions are positive and fit an int, the matrix fits in memory, and all
** its values are finite. */
static coreset_status check_matrix(coreset_context *context, const double *matrix, size_t rows, size_t columns) {
  size_t bytes;
  if (rows == 0 || columns == 0 || rows > LARGEST_DIMENSION || columns > LARGEST_DIMENSION ||
      __builtin_mul_overflow(rows, columns * sizeof(double), &bytes)) {
    return core_fail(context, CORESET_ERROR, "a matrix of %zu x %zu is beyond what linear algebra can handle here",
                     rows, columns);
  }
  return check_finite(context, matrix, rows * columns);
}

/*
** gram_ij = sum over k of a_ik a_jk
**
** Inputs:  matrix, rows x columns.
** Outputs: gram, rows x rows, exactly symmetric: the lower triangle of cblas_dsyrk
**          copied to the upper.
** Errors:  CORESET_ERROR for dimensions out of range, values that are not finite, or
**          products that overflow.
** Source:  BLAS level 3, DSYRK.
*/
coreset_status core_linalg_gram(coreset_context *context, const double *matrix, size_t rows, size_t columns,
                                double *gram) {
  coreset_status status = check_matrix(context, matrix, rows, columns);
  if (status != CORESET_OK) return status;

  cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, (int)rows, (int)columns, 1.0, matrix, (int)rows, 0.0, gram,
              (int)rows);
  for (size_t j = 0; j < rows; j++) {
    for (size_t i = j + 1; i < rows; i++) gram[i * rows + j] = gram[j * rows + i];
  }
  return check_finite(context, gram, rows * rows);
}

/* The upper triangle becomes that of the lower one, and all numbers are divided by a power of
** two, which is returned, so that the largest is about 1. */
static double normalise(double *matrix, size_t order) {
  double largest = 0;
  for (size_t j = 0; j < order; j++) {
    for (size_t i = j; i < order; i++) {
      matrix[i * order + j] = matrix[j * order + i];
      largest = fmax(largest, fabs(matrix[j * order + i]));
    }
  }
  int exponent;
  frexp(largest, &exponent);
  double scale = ldexp(1, exponent < LARGEST_EXPONENT ? exponent : LARGEST_EXPONENT);
  for (size_t i = 0; i < order * order; i++) matrix[i] /= scale;
  return scale;
}

static void transpose(const double *from, size_t order, double *to) {
  for (size_t j = 0; j < order; j++) {
    for (size_t i = 0; i < order; i++) to[i * order + j] = from[j * order + i];
  }
}

/*
** A = V diag(w) V^T
**
** Inputs:  matrix, order x order, symmetric; only the lower triangle is read.
** Outputs: values, the eigenvalues w in increasing order; matrix, overwritten with V.
** Errors:  CORESET_ERROR for an order out of range, values that are not finite, or an
**          iteration that does not converge; CORESET_NO_MEMORY.
** Source:  LAPACK, DSYEVD: reduction to tridiagonal form, divide and conquer; for small
**          orders the same from its second step on, DSTEDC. The workspace is the least
**          that the documentation allows.
*/
coreset_status core_linalg_eigen(coreset_context *context, double *matrix, size_t order, double *values) {
  if (order > LARGEST_EIGEN_ORDER) {
    return core_fail(context, CORESET_ERROR, "at most %zu source models can be used here, got %zu", LARGEST_EIGEN_ORDER,
                     order);
  }
  coreset_status status = check_matrix(context, matrix, order, order);
  if (status != CORESET_OK) return status;

  int is_small = order <= SMALL_EIGEN_ORDER;
  size_t work_count = is_small ? 1 + 4 * order + order * order : 1 + 6 * order + 2 * order * order;
  size_t integer_work_count = 3 + 5 * order;
  core_arena scratch = {0};
  double *work = core_take(context, &scratch, work_count, sizeof(*work));
  lapack_int *integer_work = core_take(context, &scratch, integer_work_count, sizeof(*integer_work));
  double *vectors = core_take_matrix(context, &scratch, is_small ? order : 0, order, sizeof(*vectors));
  core_tridiagonal form;
  core_tridiagonal_allocate(context, &scratch, order, &form);
  lapack_int n = (lapack_int)order, info = 0;
  status = scratch.status;
  if (status == CORESET_OK && is_small) {
    double scale = normalise(matrix, order);
    core_tridiagonal_reduce(matrix, order, &form);
    info = LAPACKE_dstedc_work(LAPACK_COL_MAJOR, 'I', n, form.diagonal, form.beside, vectors, n, work,
                               (lapack_int)work_count, integer_work, (lapack_int)integer_work_count);
    for (size_t i = 0; i < order; i++) values[i] = form.diagonal[i] * scale;
    transpose(vectors, order, work);
    core_tridiagonal_apply(matrix, order, &form, work);
    transpose(work, order, matrix);
  } else if (status == CORESET_OK) {
    info = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, matrix, n, values, work, (lapack_int)work_count,
                               integer_work, (lapack_int)integer_work_count);
  }
  core_release(&scratch);
  if (info != 0) {
    status = core_fail(context, CORESET_ERROR, "the eigenvalue computation failed (LAPACK %s: %d)",
                       is_small ? "dstedc" : "dsyevd", (int)info);
  }
  if (status == CORESET_OK) status = check_finite(context, values, order);
  return status == CORESET_OK ? check_finite(context, matrix, order * order) : status;
}

/*
** A X = B by A = L L^T
**
** Inputs:  matrix, order x order, symmetric positive definite (the lower triangle is
**          read); right, order x count.
** Outputs: right holds X, matrix the factor.
** Errors:  CORESET_ERROR for dimensions out of range, values that are not finite, a
**          matrix that is not positive definite, or a solution that overflows.
** Source:  LAPACK, DPOSV.
*/
coreset_status core_linalg_solve(coreset_context *context, double *matrix, size_t order, double *right, size_t count) {
  coreset_status status = check_matrix(context, matrix, order, order);
  if (status == CORESET_OK) status = check_matrix(context, right, order, count);
  if (status != CORESET_OK) return status;

  lapack_int failed = LAPACKE_dposv_work(LAPACK_COL_MAJOR, 'L', (lapack_int)order, (lapack_int)count, matrix,
                                         (lapack_int)order, right, (lapack_int)order);
  if (failed != 0) {
    return core_fail(context, CORESET_ERROR, "a matrix of order %zu is not positive definite", order);
  }
  return check_finite(context, right, order * count);
}

/* The two products with a vector; transposed selects A^T. */
static coreset_status multiply(coreset_context *context, int transposed, const double *matrix, size_t rows,
                               size_t columns, const double *vector, double *result) {
  coreset_status status = check_matrix(context, matrix, rows, columns);
  if (status == CORESET_OK) status = check_finite(context, vector, transposed ? rows : columns);
  if (status != CORESET_OK) return status;
  cblas_dgemv(CblasColMajor, transposed ? CblasTrans : CblasNoTrans, (int)rows, (int)columns, 1.0, matrix, (int)rows,
              vector, 1, 0.0, result, 1);
  return check_finite(context, result, transposed ? columns : rows);
}

/*
** result_i = sum over j of a_ij vector_j
**
** Inputs:  matrix, rows x columns; vector, columns.
** Outputs: result, rows; must not overlap the inputs.
** Errors:  as for core_linalg_gram().
** Source:  BLAS level 2, DGEMV.
*/
coreset_status core_linalg_multiply(coreset_context *context, const double *matrix, size_t rows, size_t columns,
                                    const double *vector, double *result) {
  return multiply(context, 0, matrix, rows, columns, vector, result);
}

/*
** result_j = sum over i of a_ij vector_i
**
** Inputs:  matrix, rows x columns; vector, rows.
** Outputs: result, columns; must not overlap the inputs.
** Errors:  as for core_linalg_gram().
** Source:  BLAS level 2, DGEMV.
*/
coreset_status core_linalg_multiply_transposed(coreset_context *context, const double *matrix, size_t rows,
                                               size_t columns, const double *vector, double *result) {
  return multiply(context, 1, matrix, rows, columns, vector, result);
}

/* The library in use says what it is, if it is OpenBLAS. The text is the library's. */
const char *coreset_blas_description(void) {
#if defined(OPENBLAS_VERSION) || defined(OPENBLAS_CONFIG_H)
  return openblas_get_config();
#else
  return "a BLAS that does not describe itself";
#endif
}
