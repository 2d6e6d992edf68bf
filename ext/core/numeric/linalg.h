/*
** linalg.h: the few operations of linear algebra that the core needs.
**
** A matrix of `rows` x `columns` is stored column by column: element (i, j) is
** at[j * rows + i]. That is how scores lie in memory, one question after the other.
** Every function checks that the dimensions fit the integers of BLAS and LAPACK
** and that what goes in and comes out is finite; the caller owns all arrays. Results
** differ in the last bits between processors and numbers of threads.
*/
#ifndef CORE_NUMERIC_LINALG_H
#define CORE_NUMERIC_LINALG_H

#include "base/context.h"

/* gram = A A^T, rows x rows, both triangles. gram must not overlap matrix. */
coreset_status core_linalg_gram(coreset_context *context, const double *matrix, size_t rows, size_t columns,
                                double *gram);

/* Eigenvalues of a symmetric matrix of this order, increasing, in values; the matrix
** is replaced by the orthonormal eigenvectors, column j belonging to values[j]. */
coreset_status core_linalg_eigen(coreset_context *context, double *matrix, size_t order, double *values);

/* Solves A X = B for a symmetric positive definite A of this order: right, order x count,
** is replaced by the solution, matrix by its Cholesky factor. */
coreset_status core_linalg_solve(coreset_context *context, double *matrix, size_t order, double *right, size_t count);

/* result = A vector: columns numbers in, rows numbers out. */
coreset_status core_linalg_multiply(coreset_context *context, const double *matrix, size_t rows, size_t columns,
                                    const double *vector, double *result);

/* result = A^T vector: rows numbers in, columns numbers out. */
coreset_status core_linalg_multiply_transposed(coreset_context *context, const double *matrix, size_t rows,
                                               size_t columns, const double *vector, double *result);

/* Replaces the lower triangle of a symmetric positive definite matrix of this order by its Cholesky factor L,
** A = L L^T, in steps of bounded work between which it can be interrupted. *is_definite: 0, and no failure, where the
** matrix is not positive definite. */
coreset_status core_linalg_factor(coreset_context *context, double *matrix, size_t order, int *is_definite);

/* With such a factor: right, order x count, is replaced by A^-1 right; and diagonal, order numbers, receives that of
** A^-1. */
coreset_status core_linalg_factor_solve(coreset_context *context, const double *factor, size_t order, double *right,
                                        size_t count);
coreset_status core_linalg_factor_diagonal(coreset_context *context, const double *factor, size_t order,
                                           double *diagonal);

/* 1 if all count values are finite. */
int core_linalg_finite(const double *values, size_t count);

#endif /* CORE_NUMERIC_LINALG_H */
