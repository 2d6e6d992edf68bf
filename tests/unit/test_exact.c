/*
** test_exact.c: exact sums and averages against integers of 128 bits.
*/
#include "matrices.h"
#include "matrix/exact.h"

/* Adds values in a random order; returns the parts. */
static size_t parts_of(const double *values, size_t count, uint64_t *generator, double parts[CORE_LARGEST_PARTS]) {
  core_exact exact = {{0}, 0};
  double *shuffled = malloc(count * sizeof(double));
  memcpy(shuffled, values, count * sizeof(double));
  for (size_t i = count; i > 0; i--) {
    size_t j = (size_t)(core_splitmix(generator) % i);
    core_exact_add(&exact, shuffled[j]);
    shuffled[j] = shuffled[i - 1];
  }
  size_t found = core_exact_parts(&exact, parts);
  for (size_t i = 0; i < CORE_EXACT_DIGITS; i++) cr_assert_eq(exact.digits[i], 0);
  free(shuffled);
  return found;
}

/* Sums of whole numbers of 2^scale: the parts are the nearest double of what is left. */
Test(exact, parts_are_what_rounding_leaves) {
  static const int scales[] = {-1074, -1040, -60, 0, 800};
  uint64_t generator = 1;
  for (int trial = 0; trial < 20000; trial++) {
    int scale = scales[trial % 5];
    double values[40], parts[CORE_LARGEST_PARTS];
    __int128 sum = 0;
    size_t count = 1 + (size_t)(core_splitmix(&generator) % 40);
    for (size_t i = 0; i < count; i++) {
      int width = (int)(core_splitmix(&generator) % 53), shift = (int)(core_splitmix(&generator) % 66);
      int64_t mantissa = (int64_t)core_splitmix(&generator) >> (11 + width);
      if (trial % 3 == 0 && i > 0 && i % 2) { /* cancels all but the lowest bit of the one before */
        values[i] = -values[i - 1];
        sum -= (__int128)ldexp(values[i - 1], -scale);
        continue;
      }
      values[i] = ldexp((double)mantissa, shift + scale);
      sum += mantissa * ((__int128)1 << shift);
    }
    size_t found = parts_of(values, count, &generator, parts);
    for (size_t i = 0; i < found; i++) {
      double part = (double)sum; /* rounds to nearest, ties to even */
      cr_assert_eq(parts[i], ldexp(part, scale), "trial %d, part %zu: %.17g", trial, i, parts[i]);
      sum -= (__int128)part;
    }
    cr_assert(sum == 0);
  }
}

Test(exact, the_whole_range_of_doubles) {
  double values[] = {1e288, 5e-324, -1e288, 1e-300, 1e288, 1}, parts[CORE_LARGEST_PARTS];
  uint64_t generator = 2;
  cr_assert_eq(parts_of(values, 6, &generator, parts), 4);
  cr_assert_eq(parts[0], 1e288);
  cr_assert_eq(parts[1], 1);
  cr_assert_eq(parts[2], 1e-300);
  cr_assert_eq(parts[3], 5e-324);
  cr_assert_eq(parts_of(values, 0, &generator, parts), 0);
}

/* A bit every 53 places: as many parts as there can be. */
Test(exact, the_longest_sum) {
  double values[CORE_LARGEST_PARTS], parts[CORE_LARGEST_PARTS];
  uint64_t generator = 3;
  size_t count = 0;
  for (int exponent = 987; exponent >= -1074; exponent -= 54) values[count++] = ldexp(1, exponent);
  cr_assert_eq(parts_of(values, count, &generator, parts), count);
  for (size_t i = 0; i < count; i++) cr_assert_eq(parts[i], values[i]);
}

/* The average against a quotient of 128 bits. */
Test(exact, means_are_nearly_correctly_rounded) {
  uint64_t generator = 4;
  for (int trial = 0; trial < 100000; trial++) {
    uint64_t count = 1 + core_splitmix(&generator) % (trial % 2 ? 20 : CORE_LARGEST_COUNT);
    int64_t sum = (int64_t)core_splitmix(&generator) >> (trial % 40);
    double first = (double)sum;
    long double nearest = (long double)sum / (long double)count;
    if (fabs(first) > 0x1p62) continue; /* second would overflow an int64 */
    double second = (double)(sum - (int64_t)first);
    double mean = core_exact_mean(first, second, count);
    /* half a unit in the last place, and what the last division loses */
    cr_assert(fabsl((long double)mean - nearest) <= fabsl(nearest) * (0x1p-53L + 0x1p-63L), "%lld / %llu",
              (long long)sum, (unsigned long long)count);
  }
}

Test(exact, the_mean_of_equal_scores_is_the_score) {
  uint64_t generator = 5;
  for (int trial = 0; trial < 200000; trial++) {
    uint64_t count = 1 + core_splitmix(&generator) % (trial % 2 ? 100 : UINT32_MAX);
    double score = ldexp(uniform(&generator) - 0.5, (int)(core_splitmix(&generator) % 2000) - 1060);
    if (fabs(score) > CORESET_LARGEST_SCORE) continue;
    double first = score * (double)count;
    double second = fma(score, (double)count, -first);
    cr_assert_eq(core_exact_mean(first, second, count), score, "%llu times %.17g", (unsigned long long)count, score);
  }
  cr_assert(!signbit(core_exact_mean(0, 0, 7)));
}

Test(exact, spread_finds_out_how_many_values_there_are) {
  static const struct {
    double values[4];
    int distinct;
    double low, high;
  } cases[] = {{{5, 5, 5, 5}, 1, 5, 5},
               {{5, 2, 5, 2}, 2, 2, 5},
               {{2, 5, 5, 2}, 2, 2, 5},
               {{2, 5, 3, 2}, 3, 2, 5},
               {{3, 5, 2, 4}, 3, 2, 5}};
  for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
    core_spread spread = {0};
    for (size_t i = 0; i < 4; i++) core_spread_add(&spread, cases[c].values[i]);
    cr_assert(spread.distinct == cases[c].distinct && spread.low == cases[c].low && spread.high == cases[c].high);
  }
}
