/* Every way of adding rows gives the same bits as adding number by number. */
#include <criterion/criterion.h>
#include <string.h>

#include "row_sums.h"
#include "splitmix.h"

#define ROWS 11
#define LENGTH 1037

static double rows[ROWS][LENGTH], factors[ROWS], first[LENGTH];

Test(row_sums, all_paths_agree_bit_for_bit) {
  coreset_row_sums_path paths[3];
  const double *pointers[ROWS];
  size_t path_count = coreset_row_sums_paths(paths), path, row_count, k, i;
  uint64_t state = 5;
  for (k = 0; k < ROWS; k++) {
    pointers[k] = rows[k];
    factors[k] = (double)(int64_t)coreset_splitmix(&state) * 0x1p-60;
    for (i = 0; i < LENGTH; i++) rows[k][i] = (double)(int64_t)coreset_splitmix(&state) * 0x1p-61;
  }
  for (i = 0; i < LENGTH; i++) first[i] = (double)(int64_t)coreset_splitmix(&state) * 0x1p-62;
  for (row_count = 0; row_count <= ROWS; row_count++) {
    double expected[LENGTH];
    memcpy(expected, first, sizeof(first));
    for (k = 0; k < row_count; k++) {
      for (i = 3; i < 3 + 1031; i++) expected[i] += factors[k] * rows[k][i];
    }
    for (path = 0; path < path_count; path++) {
      double found[LENGTH];
      memcpy(found, first, sizeof(first));
      paths[path].add(found, pointers, factors, row_count, 3, 1031);
      cr_assert_eq(memcmp(found, expected, sizeof(found)), 0, "%s, %zu rows", paths[path].name, row_count);
    }
  }
}

Test(row_sums, best_path_is_the_last) {
  coreset_row_sums_path paths[3];
  cr_assert_eq(coreset_choose_row_adder(), paths[coreset_row_sums_paths(paths) - 1].add);
}
