/*
** panel.c: products of matrices that lie in panels. Some rows of the result stay in registers while
** sums run; how many there is room for depends on the processor.
**
** One loop is compiled for several sets of instructions. A fused multiplication and
** addition would round once instead of twice, so the compiler is told not to contract
** (-ffp-contract=off), and all of them give the same bits.
*/
#include "numeric/panel.h"

/* Defines add_LEVEL(), compiled as ATTRIBUTE says, in vectors of LANES numbers and for TILE rows of
** the result at a time. Vectors are read and written through pointers: gcc keeps them in registers
** then, which it does not do with arrays that are copied. */
#define DEFINE_ADDER(LEVEL, ATTRIBUTE, LANES, TILE)                                                                    \
  typedef double vector_##LEVEL                                                                                        \
      __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));                        \
  ATTRIBUTE static inline __attribute__((always_inline)) void add_rows_##LEVEL(                                        \
      double *out, core_left left, const double *panel, const uint32_t *rows, size_t count, size_t height) {           \
    enum { VECTORS = CORE_PANEL / LANES };                                                                             \
    vector_##LEVEL sums[TILE][VECTORS], *to = (vector_##LEVEL *)out;                                                   \
    const vector_##LEVEL *from = (const vector_##LEVEL *)panel;                                                        \
    for (size_t j = 0; j < height; j++) {                                                                              \
      for (size_t v = 0; v < VECTORS; v++) sums[j][v] = to[j * VECTORS + v];                                           \
    }                                                                                                                  \
    for (size_t i = 0; i < count; i++) {                                                                               \
      size_t row = rows == NULL ? i : rows[i];                                                                         \
      for (size_t j = 0; j < height; j++) {                                                                            \
        double factor = left.at[row * left.along + j * left.across];                                                   \
        for (size_t v = 0; v < VECTORS; v++) sums[j][v] += factor * from[row * VECTORS + v];                           \
      }                                                                                                                \
    }                                                                                                                  \
    for (size_t j = 0; j < height; j++) {                                                                              \
      for (size_t v = 0; v < VECTORS; v++) to[j * VECTORS + v] = sums[j][v];                                           \
    }                                                                                                                  \
  }                                                                                                                    \
  ATTRIBUTE static void add_panel_##LEVEL(double *out, core_left left, const double *panel, const uint32_t *rows,      \
                                          size_t count, size_t height) {                                               \
    size_t j = 0;                                                                                                      \
    for (; j + TILE <= height; j += TILE, left.at += TILE * left.across) {                                             \
      add_rows_##LEVEL(out + j * CORE_PANEL, left, panel, rows, count, TILE);                                          \
    }                                                                                                                  \
    for (; j < height; j++, left.at += left.across) {                                                                  \
      add_rows_##LEVEL(out + j * CORE_PANEL, left, panel, rows, count, 1);                                             \
    }                                                                                                                  \
  }

DEFINE_ADDER(portable, , 2, 1)

#if defined(__x86_64__)

DEFINE_ADDER(avx2, __attribute__((target("avx2"))), 4, 2)
DEFINE_ADDER(avx512, __attribute__((target("avx512f"))), 8, 8)

core_panel_adder core_panel_adder_for(core_cpu level) {
  static const core_panel_adder adders[] = {add_panel_portable, add_panel_portable, add_panel_avx2, add_panel_avx512};
  return adders[level];
}

#else

core_panel_adder core_panel_adder_for(core_cpu level) {
  (void)level;
  return add_panel_portable;
}

#endif

core_panel_adder core_choose_panel_adder(void) {
  return core_panel_adder_for(core_cpu_level());
}
