/*
** test_axpy.c: every way of adding rows gives the same bits as adding number by number; and which
** way the environment asks for.
*/
#define _POSIX_C_SOURCE 200809L

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/axpy.h"
#include "numeric/random.h"

#define ROWS 11
#define LENGTH 1037

static double rows[ROWS][LENGTH], factors[ROWS], first[LENGTH];

Test(row_sums, all_levels_agree_bit_for_bit) {
  const double *pointers[ROWS];
  uint64_t state = 5;
  for (size_t k = 0; k < ROWS; k++) {
    pointers[k] = rows[k];
    factors[k] = (double)(int64_t)core_splitmix(&state) * 0x1p-60;
    for (size_t i = 0; i < LENGTH; i++) rows[k][i] = (double)(int64_t)core_splitmix(&state) * 0x1p-61;
  }
  for (size_t i = 0; i < LENGTH; i++) first[i] = (double)(int64_t)core_splitmix(&state) * 0x1p-62;
  for (size_t row_count = 0; row_count <= ROWS; row_count++) {
    double expected[LENGTH];
    memcpy(expected, first, sizeof(first));
    for (size_t k = 0; k < row_count; k++) {
      for (size_t i = 3; i < 3 + 1031; i++) expected[i] += factors[k] * rows[k][i];
    }
    for (size_t level = 0; level <= core_cpu_best(); level++) {
      double found[LENGTH];
      memcpy(found, first, sizeof(first));
      core_row_adder_for((core_cpu)level)(found, pointers, factors, row_count, 3, 1031);
      cr_assert_eq(memcmp(found, expected, sizeof(found)), 0, "%s, %zu rows", core_cpu_names[level], row_count);
    }
  }
}

/* The environment is read once in a process, and each test has a process of its own. */
Test(row_sums, without_a_wish_the_best_level_is_used) {
  unsetenv("CORESET_CPU");
  cr_assert_eq(core_cpu_level(), core_cpu_best());
}

Test(row_sums, the_environment_can_ask_for_less) {
  setenv("CORESET_CPU", "portable", 1);
  cr_assert_eq(core_cpu_level(), CORE_CPU_PORTABLE);
  cr_assert_eq(core_choose_row_adder(), core_row_adder_for(CORE_CPU_PORTABLE));
  unsetenv("CORESET_CPU");
  cr_assert_eq(core_cpu_level(), CORE_CPU_PORTABLE);
}

Test(row_sums, an_unknown_wish_is_none) {
  setenv("CORESET_CPU", "nonsense", 1);
  cr_assert_eq(core_cpu_level(), core_cpu_best());
}
