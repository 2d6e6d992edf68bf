/*
** tridiagonal.h: a small symmetric matrix to tridiagonal form, and vectors back.
**
** A = Q T Q^T with Q = H_0 H_1 ... H_(n-3), H_k = I - tau_k v_k v_k^T. Matrices are stored
** column by column.
*/
#ifndef CORE_NUMERIC_TRIDIAGONAL_H
#define CORE_NUMERIC_TRIDIAGONAL_H

#include "base/memory.h"

/* What reduces a matrix of one order n, and what becomes of it. */
typedef struct core_tridiagonal {
  double *diagonal;    /* of T: n */
  double *beside;      /* T's other numbers: n, of which n - 1 are used */
  double *tau;         /* n, of which n - 2 are used */
  double *product;     /* scratch: n */
  double *vector;      /* scratch: n */
  const double **rows; /* scratch: n */
} core_tridiagonal;

/* Room for order n, in the arena, whose status tells of a failure. */
void core_tridiagonal_allocate(coreset_context *context, core_arena *arena, size_t n, core_tridiagonal *form);

/* Reduces a symmetric matrix whose largest number is about 1. Below its diagonal it then holds
** the v_k, whose first number is 1 and left out. */
void core_tridiagonal_reduce(double *matrix, size_t n, core_tridiagonal *form);

/* Multiplies n vectors by Q: eigenvectors of T become those of A. They lie side by side, the
** first number of each, then the second, and so on. */
void core_tridiagonal_apply(const double *matrix, size_t n, const core_tridiagonal *form, double *vectors);

#endif /* CORE_NUMERIC_TRIDIAGONAL_H */
