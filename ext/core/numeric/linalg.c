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
** into the library cannot be interrupted: large products and factorisations are made of calls of bounded work, tiles of
** a matrix, and polls between them. Eigenvectors are not: they are for orders up to some hundreds.
*/
#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>

#include "numeric/linalg.h"
#include "numeric/sums.h"
#include "numeric/tridiagonal.h"

#define LARGEST_DIMENSION ((size_t)INT_MAX)

/* The workspace of dsyevd, 1 + 6 n + 2 n^2 numbers, is counted in an int too. */
#define LARGEST_EIGEN_ORDER ((size_t)32765)

/* Up to here OpenBLAS with threads is slower than tridiagonal.c, and without them hardly faster. */
#define SMALL_EIGEN_ORDER ((size_t)160)

/* Up to so many operations, some 20 milliseconds, a product or a factorisation is one call, as the library does it best. */
#define LARGEST_CALL 5e8

/* The rows and columns of a tile of a product, some milliseconds, and the columns of a panel of a factorisation. */
#define TILE ((size_t)512)
#define PANEL ((size_t)128)

#define OPERATIONS_PER_POLL ((uint64_t)16) /* of the library, for each of those that polls count */

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

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/* The lower triangle of C, order x order, becomes beta C - sign P P^T, with P, order x columns, tile by tile. leading:
** the numbers from one column to the next of P, and of C. */
static coreset_status subtract_square(coreset_context *context, double sign, const double *panel, size_t panel_leading,
                                      size_t columns, size_t order, double beta, double *matrix, size_t leading) {
  coreset_status status = CORESET_OK;
  for (size_t j = 0; j < order && status == CORESET_OK; j += TILE) {
    size_t width = smaller(TILE, order - j);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, (int)width, (int)columns, -sign, panel + j, (int)panel_leading,
                beta, matrix + j * leading + j, (int)leading);
    for (size_t i = j + width; i < order && status == CORESET_OK; i += TILE) {
      size_t height = smaller(TILE, order - i);
      cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, (int)height, (int)width, (int)columns, -sign, panel + i,
                  (int)panel_leading, panel + j, (int)panel_leading, beta, matrix + j * leading + i, (int)leading);
      status = core_poll_work(context, height * width * columns / OPERATIONS_PER_POLL);
    }
    if (status == CORESET_OK) status = core_poll_work(context, width * width * columns / OPERATIONS_PER_POLL);
  }
  return status;
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

  if ((double)rows * (double)rows * (double)columns <= LARGEST_CALL) {
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, (int)rows, (int)columns, 1.0, matrix, (int)rows, 0.0, gram,
                (int)rows);
  } else {
    for (size_t k = 0; k < columns && status == CORESET_OK; k += TILE) {
      const double *part = matrix + k * rows;
      status = subtract_square(context, -1, part, rows, smaller(TILE, columns - k), rows, k == 0 ? 0 : 1, gram, rows);
    }
    if (status != CORESET_OK) return status;
  }
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
** A = L L^T, panel by panel: with A11 the first PANEL rows and columns of what is left,
**
**     L11 L11^T = A11,   L21 = A21 L11^-T,   A22 <- A22 - L21 L21^T
**
** Inputs:  matrix, order x order, symmetric; the lower triangle is read.
** Outputs: matrix, its lower triangle overwritten with L; is_definite.
** Errors:  CORESET_ERROR for an order out of range and values that are not finite; CORESET_INTERRUPTED.
** Source:  Golub and Van Loan, Matrix Computations, "Block Cholesky"; LAPACK, DPOTRF for A11.
*/
coreset_status core_linalg_factor(coreset_context *context, double *matrix, size_t order, int *is_definite) {
  coreset_status status = check_matrix(context, matrix, order, order);
  *is_definite = 1;
  for (size_t k = 0; k < order && status == CORESET_OK && *is_definite; k += PANEL) {
    size_t width = smaller(PANEL, order - k), below = order - k - width;
    double *corner = matrix + k * order + k, *panel = corner + width;
    *is_definite = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', (lapack_int)width, corner, (lapack_int)order) == 0;
    if (below == 0 || !*is_definite) break;
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)below, (int)width, 1.0, corner,
                (int)order, panel, (int)order);
    status = core_poll_work(context, below * width * width / OPERATIONS_PER_POLL);
    if (status != CORESET_OK) break;
    status = subtract_square(context, 1, panel, order, width, below, 1, panel + width * order, order);
  }
  return status;
}

/*
** L z = b,  L^T x = z, in place, for some right sides
*/
coreset_status core_linalg_factor_solve(coreset_context *context, const double *factor, size_t order, double *right,
                                        size_t count) {
  cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int)order, (int)count, 1.0, factor,
              (int)order, right, (int)order);
  coreset_status status = core_poll_work(context, order * order * count);
  if (status != CORESET_OK) return status;
  cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, (int)order, (int)count, 1.0, factor,
              (int)order, right, (int)order);
  return check_finite(context, right, order * count);
}

/*
** (A^-1)_jj = sum over i of W_ij^2,  W = L^-1, PANEL columns at a time:
**
**     L_ii W_ij = I_ij - sum over k from j to i - 1 of L_ik W_kj
**
** Inputs:  factor, order x order, of core_linalg_factor().
** Outputs: diagonal, order numbers.
** Errors:  CORESET_NO_MEMORY, CORESET_INTERRUPTED.
*/
coreset_status core_linalg_factor_diagonal(coreset_context *context, const double *factor, size_t order,
                                           double *diagonal) {
  core_arena scratch = {0};
  double *columns = core_take_matrix(context, &scratch, order, PANEL, sizeof(double));
  coreset_status status = scratch.status;
  for (size_t j = 0; j < order && status == CORESET_OK; j += PANEL) {
    size_t width = smaller(PANEL, order - j);
    for (size_t c = 0; c < width; c++) {
      for (size_t i = j; i < order; i++) columns[c * order + i] = i == j + c;
    }
    for (size_t i = j; i < order && status == CORESET_OK; i += PANEL) {
      size_t height = smaller(PANEL, order - i);
      if (i > j) {
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, (int)height, (int)width, (int)(i - j), -1.0,
                    factor + j * order + i, (int)order, columns + j, (int)order, 1.0, columns + i, (int)order);
      }
      cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int)height, (int)width, 1.0,
                  factor + i * order + i, (int)order, columns + i, (int)order);
      status = core_poll_work(context, height * width * (i - j + height) / OPERATIONS_PER_POLL);
    }
    for (size_t c = 0; c < width; c++) diagonal[j + c] = core_squares(columns + c * order + j, order - j, 0);
  }
  core_release(&scratch);
  return status;
}

/*
** A X = B by A = L L^T
**
** Inputs:  matrix, order x order, symmetric positive definite (the lower triangle is
**          read); right, order x count.
** Outputs: right holds X, matrix the factor.
** Errors:  CORESET_ERROR for dimensions out of range, values that are not finite, a
**          matrix that is not positive definite, or a solution that overflows.
** Source:  LAPACK, DPOSV; core_linalg_factor() where that takes long.
*/
coreset_status core_linalg_solve(coreset_context *context, double *matrix, size_t order, double *right, size_t count) {
  coreset_status status = check_matrix(context, matrix, order, order);
  if (status == CORESET_OK) status = check_matrix(context, right, order, count);
  if (status != CORESET_OK) return status;

  if ((double)order * (double)order * (double)order > LARGEST_CALL) {
    int is_definite;
    status = core_linalg_factor(context, matrix, order, &is_definite);
    if (status == CORESET_OK && is_definite) return core_linalg_factor_solve(context, matrix, order, right, count);
    if (status != CORESET_OK) return status;
    return core_fail(context, CORESET_ERROR, "a matrix of order %zu is not positive definite", order);
  }
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
