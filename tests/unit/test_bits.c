/*
** test_bits.c: counting and gathering bits, against one bit at a time.
*/
#include <criterion/criterion.h>
#include <stdlib.h>

#include "numeric/bits.h"
#include "numeric/random.h"

Test(bits, places_are_counted) {
  static const size_t sizes[][2] = {{1, 1}, {0, 5}, {63, 254}, {64, 255}, {65, 256}, {130, 1000}, {200, 3}};
  uint64_t generator = 1;
  for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
    size_t places = sizes[s][0], columns = sizes[s][1], words = (places + 63) / 64;
    uint64_t *plane = calloc(words * columns + 1, sizeof(uint64_t));
    size_t *expected = calloc(places + 1, sizeof(size_t)), *counts = malloc((places + 1) * sizeof(size_t));
    for (size_t q = 0; q < columns; q++) {
      for (size_t m = 0; m < places; m++) {
        uint64_t bit = m == 0 || core_splitmix(&generator) % 3 == 0;
        plane[q * words + m / 64] |= bit << (m % 64);
        expected[m] += bit;
      }
    }
    core_count_places(plane, columns, places, counts);
    for (size_t m = 0; m < places; m++) cr_assert_eq(counts[m], expected[m]);
    free(plane), free(expected), free(counts);
  }
}

Test(bits, wanted_bits_are_gathered) {
  uint64_t generator = 2;
  for (int trial = 0; trial < 20000; trial++) {
    uint64_t mask = core_splitmix(&generator), word = core_splitmix(&generator), expected = 0;
    unsigned count = 0;
    if (trial % 3 == 1) mask &= core_splitmix(&generator) & core_splitmix(&generator);
    if (trial % 3 == 2) mask |= core_splitmix(&generator) | core_splitmix(&generator);
    if (trial < 2) mask = trial ? UINT64_MAX : 0;
    for (int i = 0; i < 64; i++) {
      if (mask >> i & 1) expected |= (word >> i & 1) << count++;
    }
    core_gathering plan = core_plan_gathering(mask);
    cr_assert_eq(plan.count, count);
    cr_assert_eq(core_gather_bits(&plan, word), expected, "mask %llx", (unsigned long long)mask);
  }
}

Test(bits, spread_bits_are_numbers) {
  uint64_t generator = 3, bits[4];
  for (size_t count = 0; count <= 200; count++) {
    double numbers[201];
    for (size_t w = 0; w < 4; w++) bits[w] = core_splitmix(&generator);
    numbers[count] = 7;
    core_spread_bits(bits, count, numbers);
    for (size_t i = 0; i < count; i++) cr_assert_eq(numbers[i], (double)(bits[i / 64] >> i % 64 & 1));
    cr_assert_eq(numbers[count], 7);
  }
}

Test(bits, transposing_exchanges_rows_and_columns) {
  uint64_t generator = 2, block[64], before[64];
  for (size_t i = 0; i < 64; i++) block[i] = before[i] = core_splitmix(&generator);
  core_transpose_bits(block);
  for (size_t i = 0; i < 64; i++) {
    for (size_t j = 0; j < 64; j++) cr_assert_eq(block[i] >> j & 1, before[j] >> i & 1, "%zu, %zu", i, j);
  }
}

Test(bits, every_level_counts_the_same) {
  uint64_t generator = 4, a[70], b[70], seen_a[70], seen_b[70];
  for (size_t i = 0; i < 70; i++)
    a[i] = core_splitmix(&generator), b[i] = i % 7 == 0 ? UINT64_MAX : core_splitmix(&generator);
  for (size_t i = 0; i < 70; i++) {
    seen_a[i] = a[i] | core_splitmix(&generator);
    seen_b[i] = b[i] | core_splitmix(&generator);
  }
  for (size_t words = 0; words <= 70; words++) {
    size_t expected = 0;
    size_t both = 0, differ = 0, differing;
    for (size_t i = 0; i < 64 * words; i++) expected += a[i / 64] >> (i % 64) & b[i / 64] >> (i % 64) & 1;
    for (size_t i = 0; i < 64 * words; i++) {
      int known = core_bit(seen_a, i) && core_bit(seen_b, i);
      both += (size_t)known;
      differ += known && core_bit(a, i) != core_bit(b, i);
    }
    for (size_t level = 0; level <= core_cpu_best(); level++) {
      core_difference_counter count = core_difference_counter_for((core_cpu)level);
      cr_assert_eq(count((core_seen_bits){a, seen_a}, (core_seen_bits){b, seen_b}, words, &differing), both);
      cr_assert_eq(differing, differ, "%s, %zu words", core_cpu_names[level], words);
      cr_assert_eq(core_bit_counter_for((core_cpu)level)(a, b, words), expected, "%s, %zu words", core_cpu_names[level],
                   words);
    }
  }
}
