/*
** test_panel.c: every way of multiplying panels gives the same bits as multiplying number by number.
*/
#define _POSIX_C_SOURCE 200809L

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/panel.h"
#include "numeric/random.h"

#define COUNT 37
#define HEIGHT 21

static double left[COUNT * HEIGHT], panel[COUNT * CORE_PANEL], first[HEIGHT * CORE_PANEL];

static void fill_in(double *numbers, size_t count, uint64_t seed) {
  for (size_t i = 0; i < count; i++) numbers[i] = (double)(int64_t)core_splitmix(&seed) * 0x1p-62;
}

Test(panel, all_levels_agree_bit_for_bit) {
  static const size_t alongs[] = {HEIGHT, 1, 0}, acrosses[] = {1, COUNT, 0};
  uint32_t places[COUNT];
  for (size_t i = 0; i < COUNT; i++) places[i] = (uint32_t)(i * 5 % COUNT);
  fill_in(left, COUNT * HEIGHT, 1);
  fill_in(panel, COUNT * CORE_PANEL, 2);
  fill_in(first, HEIGHT * CORE_PANEL, 3);
  for (size_t height = 0; height <= HEIGHT; height++) {
    for (size_t count = 0; count <= COUNT; count += 1 + count / 3) {
      for (int way = 0; way < 6; way++) { /* left row by row, column by column, one number for all; all rows or some */
        size_t along = alongs[way % 3], across = acrosses[way % 3];
        double expected[HEIGHT * CORE_PANEL], found[HEIGHT * CORE_PANEL];
        memcpy(expected, first, sizeof(first));
        for (size_t j = 0; j < height; j++) {
          for (size_t k = 0; k < CORE_PANEL; k++) {
            for (size_t i = 0; i < count; i++) {
              size_t row = way < 3 ? i : places[i];
              expected[j * CORE_PANEL + k] += left[row * along + j * across] * panel[row * CORE_PANEL + k];
            }
          }
        }
        for (size_t level = 0; level <= core_cpu_best(); level++) {
          memcpy(found, first, sizeof(first));
          core_panel_adder_for((core_cpu)level)(found, (core_left){left, along, across}, panel, way < 3 ? NULL : places,
                                                count, height);
          cr_assert_eq(memcmp(found, expected, sizeof(found)), 0, "%s, %zu x %zu", core_cpu_names[level], height,
                       count);
        }
      }
    }
  }
}

Test(panel, without_a_wish_the_best_level_is_used) {
  unsetenv("CORESET_CPU");
  cr_assert_eq(core_choose_panel_adder(), core_panel_adder_for(core_cpu_best()));
}
