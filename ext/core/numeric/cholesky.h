/*
** cholesky.h: solving a positive definite system in a fixed order of operations, for what
** selections depend on: the same bits on every machine, unlike linalg.h.
*/
#ifndef CORE_NUMERIC_CHOLESKY_H
#define CORE_NUMERIC_CHOLESKY_H

#include <stddef.h>

/* Solves system * x = right in place; system is size x size, row by row, symmetric and positive
** definite, and only its lower triangle is read. It is replaced by its factor. */
void core_cholesky_solve(double *system, double *right, size_t size);

/* The inverse of such a system, both triangles; the lower triangle of the system is replaced by its factor. Returns
** the smallest square of a pivot, which is not positive, or NaN, where the system is not positive definite: the inverse then
** means nothing. */
double core_cholesky_invert(double *system, double *inverse, size_t size);

#endif /* CORE_NUMERIC_CHOLESKY_H */
