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

#endif /* CORE_NUMERIC_CHOLESKY_H */
