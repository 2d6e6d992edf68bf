/*
** cholesky.c: solving a positive definite system in a fixed order of operations.
**
**     A = L L^T,  L z = b,  L^T x = z
**
** Source: Golub and Van Loan, Matrix Computations, "Cholesky factorization".
*/
#include "numeric/cholesky.h"

#include <math.h>

/* The lower triangle of the system becomes L, column by column. Returns the smallest square of a pivot. */
static double factor(double *system, size_t size) {
  double least = INFINITY;
  for (size_t j = 0; j < size; j++) {
    double *row_j = system + j * size;
    double pivot = row_j[j];
    for (size_t k = 0; k < j; k++) pivot -= row_j[k] * row_j[k];
    if (!(pivot >= least)) least = pivot; /* NaN too */
    pivot = sqrt(pivot);
    row_j[j] = pivot;
    for (size_t i = j + 1; i < size; i++) {
      double *row_i = system + i * size;
      double lanes[4] = {0, 0, 0, 0}; /* four sums in parallel, always in this order */
      size_t k = 0;
      for (; k + 4 <= j; k += 4) {
        lanes[0] += row_i[k] * row_j[k];
        lanes[1] += row_i[k + 1] * row_j[k + 1];
        lanes[2] += row_i[k + 2] * row_j[k + 2];
        lanes[3] += row_i[k + 3] * row_j[k + 3];
      }
      for (; k < j; k++) lanes[0] += row_i[k] * row_j[k];
      row_i[j] = (row_i[j] - ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))) / pivot;
    }
  }
  return least;
}

/* With the factor: right becomes the solution. */
static void substitute(const double *system, double *right, size_t size) {
  for (size_t i = 0; i < size; i++) {
    for (size_t k = 0; k < i; k++) right[i] -= system[i * size + k] * right[k];
    right[i] /= system[i * size + i];
  }
  for (size_t i = size; i-- > 0;) {
    for (size_t k = i + 1; k < size; k++) right[i] -= system[k * size + i] * right[k];
    right[i] /= system[i * size + i];
  }
}

void core_cholesky_solve(double *system, double *right, size_t size) {
  factor(system, size);
  substitute(system, right, size);
}

double core_cholesky_invert(double *system, double *inverse, size_t size) {
  double least = factor(system, size);
  if (!(least > 0)) return least;
  for (size_t i = 0; i < size; i++) {
    double *row = inverse + i * size;
    for (size_t k = 0; k < size; k++) row[k] = k == i;
    substitute(system, row, size);
  }
  return least;
}
