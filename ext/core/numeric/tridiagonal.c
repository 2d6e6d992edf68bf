/*
** tridiagonal.c: a small symmetric matrix to tridiagonal form, and vectors back.
**
** LAPACK does this faster for large matrices. For small ones OpenBLAS wakes its threads for
** every column, which takes longer than the work (and the number of threads belongs to the
** host). This is the plain algorithm, on rows (axpy.c):
**
**     x = column k below the diagonal,  beta = -sign(x_0) |x|,  v = (x - beta e_0) / (x_0 - beta)
**     tau = (beta - x_0) / beta,  p = tau A v,  w = p - (tau p.v / 2) v
**     A <- A - v w^T - w v^T
**
** where A is what is left of the matrix right of and below column k.
**
** Source: Golub and Van Loan, Matrix Computations, "Householder tridiagonalization".
*/
#include "numeric/tridiagonal.h"

#include <math.h>
#include <string.h>

#include "numeric/axpy.h"

#define NOTHING 1e-280 /* the square of what is lost beside 1, and has lost digits itself */

void core_tridiagonal_allocate(coreset_context *context, core_arena *arena, size_t n, core_tridiagonal *form) {
  form->diagonal = core_take(context, arena, n, sizeof(double));
  form->beside = core_take(context, arena, n, sizeof(double));
  form->tau = core_take(context, arena, n, sizeof(double));
  form->product = core_take(context, arena, n, sizeof(double));
  form->vector = core_take(context, arena, n, sizeof(double));
  form->rows = core_take(context, arena, n, sizeof(double *));
}

/* Makes v of x in place, but leaves x_0 alone; *beta is what becomes of x_0. Returns tau. */
static double reflect(double *x, size_t count, double *beta) {
  double rest = 0;
  for (size_t i = 1; i < count; i++) rest += x[i] * x[i];
  *beta = x[0];
  if (rest < NOTHING) return 0;
  *beta = -copysign(sqrt(x[0] * x[0] + rest), x[0]);
  double inverse = 1 / (x[0] - *beta);
  for (size_t i = 1; i < count; i++) x[i] *= inverse;
  return (*beta - x[0]) / *beta;
}

/* A <- A - v w^T - w v^T for the last count rows and columns of the matrix. */
static void update(double *matrix, size_t n, size_t count, double tau, core_row_adder add, core_tridiagonal *form) {
  double *v = form->vector, *w = form->product, dot = 0;
  double *corner = matrix + (n - count) * (n + 1);
  const double *both[2] = {v, w};
  for (size_t i = 0; i < count; i++) form->rows[i] = corner + i * n; /* as good as columns: A is symmetric */
  memset(w, 0, count * sizeof(double));
  add(w, form->rows, v, count, 0, count);
  for (size_t i = 0; i < count; i++) dot += w[i] * v[i];
  dot *= tau / 2;
  for (size_t i = 0; i < count; i++) w[i] = tau * (w[i] - dot * v[i]);
  for (size_t i = 0; i < count; i++) {
    double factors[2] = {-w[i], -v[i]};
    add(corner + i * n, both, factors, 2, 0, count);
  }
}

void core_tridiagonal_reduce(double *matrix, size_t n, core_tridiagonal *form) {
  core_row_adder add = core_choose_row_adder();
  for (size_t k = 0; k + 1 < n; k++) {
    double *x = matrix + k * n + k + 1;
    form->diagonal[k] = matrix[k * n + k];
    form->tau[k] = reflect(x, n - k - 1, &form->beside[k]);
    if (fabs(form->tau[k]) > 0) {
      memcpy(form->vector, x, (n - k - 1) * sizeof(double));
      form->vector[0] = 1;
      update(matrix, n, n - k - 1, form->tau[k], add, form);
    }
  }
  form->diagonal[n - 1] = matrix[n * n - 1];
}

void core_tridiagonal_apply(const double *matrix, size_t n, const core_tridiagonal *form, double *vectors) {
  core_row_adder add = core_choose_row_adder();
  for (size_t k = n - 1; k-- > 0;) {
    const double *v = matrix + k * n + k + 1, *sums = form->product;
    size_t count = n - k - 1;
    double *first = vectors + (k + 1) * n;
    if (form->tau[k] == 0) continue;
    memset(form->product, 0, n * sizeof(double));
    for (size_t i = 0; i < count; i++) {
      form->rows[i] = first + i * n;
      form->vector[i] = form->tau[k] * (i == 0 ? 1 : v[i]);
    }
    add(form->product, form->rows, form->vector, count, 0, n);
    for (size_t i = 0; i < count; i++) {
      double factor = i == 0 ? -1 : -v[i];
      add(first + i * n, &sums, &factor, 1, 0, n);
    }
  }
}
