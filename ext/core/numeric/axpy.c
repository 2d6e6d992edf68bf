/*
** axpy.c: adding multiples of rows to a row. It is where conditional_field.c and tridiagonal.c spend
** their time, and it waits for memory more than for arithmetic: four rows are added at a time,
** and two where so many are left, so that the sums are read and written less often.
**
** One loop is compiled for several sets of instructions. A fused multiplication and
** addition would round once instead of twice, so the compiler is told not to contract
** (-ffp-contract=off), and all of them give the same bits.
*/
#include "numeric/axpy.h"

/* Also inlined into those below, which are for other sets of instructions. */
static inline __attribute__((always_inline)) void add_portable(double *restrict out, const double *const *rows,
                                                               const double *factors, size_t row_count, size_t start,
                                                               size_t count) {
  size_t k = 0, end = start + count;
  for (; k + 4 <= row_count; k += 4) {
    const double *a = rows[k], *b = rows[k + 1], *c = rows[k + 2], *d = rows[k + 3];
    const double fa = factors[k], fb = factors[k + 1], fc = factors[k + 2], fd = factors[k + 3];
    for (size_t i = start; i < end; i++) {
      double sum = out[i] + fa * a[i];
      sum += fb * b[i];
      sum += fc * c[i];
      out[i] = sum + fd * d[i];
    }
  }
  for (; k + 2 <= row_count; k += 2) {
    const double *a = rows[k], *b = rows[k + 1];
    const double fa = factors[k], fb = factors[k + 1];
    for (size_t i = start; i < end; i++) out[i] = (out[i] + fa * a[i]) + fb * b[i];
  }
  for (; k < row_count; k++) {
    const double *row = rows[k], factor = factors[k];
    for (size_t i = start; i < end; i++) out[i] += factor * row[i];
  }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void add_avx2(double *out, const double *const *rows, const double *factors,
                                                     size_t row_count, size_t start, size_t count) {
  add_portable(out, rows, factors, row_count, start, count);
}

__attribute__((target("avx512f"))) static void add_avx512(double *out, const double *const *rows, const double *factors,
                                                          size_t row_count, size_t start, size_t count) {
  add_portable(out, rows, factors, row_count, start, count);
}

static const core_row_adder adders[] = {add_portable, add_portable, add_avx2, add_avx512};

#else

static const core_row_adder adders[] = {add_portable};

#endif

core_row_adder core_row_adder_for(core_cpu level) {
  return adders[level];
}

core_row_adder core_choose_row_adder(void) {
  return core_row_adder_for(core_cpu_level());
}
