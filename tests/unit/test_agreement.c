/*
** test_agreement.c: errors and correlations against slow, obvious programs; order of the
** pairs, extreme magnitudes, refused allocations, interruption.
*/
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/sorting.h"

typedef coreset_status (*statistic)(coreset_context *, coreset_pair *, size_t, double *);

static const statistic all_statistics[] = {coreset_mae, coreset_rmse, coreset_pearson_r, coreset_spearman_rho,
                                           coreset_kendall_tau};
#define STATISTICS (sizeof(all_statistics) / sizeof(all_statistics[0]))

/* A repeatable stream of random numbers (xorshift64). */
static uint64_t random_state = 88172645463325252u;
static uint64_t random_bits(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}
static double random_unit(void) {
  return (double)(random_bits() >> 11) * 0x1p-53;
}

/* Fills pairs with related values; levels > 0 makes ties, by rounding to so many. */
static void fill_pairs(coreset_pair *pairs, size_t count, int levels) {
  for (size_t i = 0; i < count; i++) {
    double common = random_unit();
    pairs[i].x = common + 0.5 * random_unit();
    pairs[i].y = common - 0.7 * random_unit();
    if (levels > 0) {
      pairs[i].x = floor(pairs[i].x * levels);
      pairs[i].y = floor(pairs[i].y * levels);
    }
  }
}

static void shuffle(coreset_pair *pairs, size_t count) {
  for (size_t i = count; i > 1; i--) {
    size_t j = (size_t)(random_bits() % i);
    coreset_pair kept = pairs[i - 1];
    pairs[i - 1] = pairs[j];
    pairs[j] = kept;
  }
}

/* The statistic of a copy of the pairs; it must succeed. */
static double compute(statistic function, const coreset_pair *pairs, size_t count) {
  coreset_context context = {0};
  double result = 0.0;
  coreset_pair *copy = malloc((count + 1) * sizeof(*copy));
  memcpy(copy, pairs, count * sizeof(*copy));
  cr_assert_eq(function(&context, copy, count, &result), CORESET_OK, "%s", context.message);
  free(copy);
  return result;
}

static long double oracle_pearson(const coreset_pair *pairs, size_t count) {
  long double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < count; i++) {
    mean_x += (long double)pairs[i].x / (long double)count;
    mean_y += (long double)pairs[i].y / (long double)count;
  }
  for (size_t i = 0; i < count; i++) {
    long double dx = (long double)pairs[i].x - mean_x, dy = (long double)pairs[i].y - mean_y;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / sqrtl(xx * yy);
}

/* Ranks by counting, then Pearson. */
static long double oracle_spearman(const coreset_pair *pairs, size_t count) {
  coreset_pair *ranks = malloc(count * sizeof(*ranks));
  for (size_t i = 0; i < count; i++) {
    size_t below_x = 0, equal_x = 0, below_y = 0, equal_y = 0;
    for (size_t j = 0; j < count; j++) {
      below_x += pairs[j].x < pairs[i].x;
      equal_x += pairs[j].x == pairs[i].x;
      below_y += pairs[j].y < pairs[i].y;
      equal_y += pairs[j].y == pairs[i].y;
    }
    ranks[i].x = (double)below_x + ((double)equal_x + 1.0) / 2.0;
    ranks[i].y = (double)below_y + ((double)equal_y + 1.0) / 2.0;
  }
  long double result = oracle_pearson(ranks, count);
  free(ranks);
  return result;
}

static long double oracle_kendall(const coreset_pair *pairs, size_t count) {
  long long agreement = 0, untied_x = 0, untied_y = 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = i + 1; j < count; j++) {
      int sign_x = (pairs[i].x > pairs[j].x) - (pairs[i].x < pairs[j].x);
      int sign_y = (pairs[i].y > pairs[j].y) - (pairs[i].y < pairs[j].y);
      agreement += sign_x * sign_y;
      untied_x += sign_x != 0;
      untied_y += sign_y != 0;
    }
  }
  return (long double)agreement / sqrtl((long double)untied_x * (long double)untied_y);
}

static void assert_near(double result, long double expected, const char *what, size_t count, int levels) {
  if (isnan(expected)) {
    cr_assert(isnan(result), "%s of %zu, %d levels: got %.17g, expected NaN", what, count, levels, result);
  } else {
    cr_assert(fabsl((long double)result - expected) <= 4e-15L * fmaxl(1.0L, fabsl(expected)),
              "%s of %zu, %d levels: got %.17g, expected %.20Lg", what, count, levels, result, expected);
  }
}

Test(judge, agrees_with_slow_programs) {
  static const int levels[] = {0, 1, 2, 3, 10, 1000};
  coreset_pair pairs[400];
  for (int round = 0; round < 600; round++) {
    size_t count = round < 100 ? (size_t)(round / 4) : (size_t)(random_bits() % 400);
    int level = levels[round % 6];
    long double absolute = 0, square = 0;
    fill_pairs(pairs, count, level);
    for (size_t i = 0; i < count; i++) {
      long double difference = fabsl((long double)pairs[i].x - (long double)pairs[i].y);
      absolute += difference;
      square += difference * difference;
    }
    assert_near(compute(coreset_mae, pairs, count), absolute / (long double)count, "mae", count, level);
    assert_near(compute(coreset_rmse, pairs, count), sqrtl(square / (long double)count), "rmse", count, level);
    assert_near(compute(coreset_kendall_tau, pairs, count), oracle_kendall(pairs, count), "tau", count, level);
    assert_near(compute(coreset_spearman_rho, pairs, count), oracle_spearman(pairs, count), "rho", count, level);
    /* where all are equal the oracle's mean may be off by a rounding */
    if (count < 2 || level == 1) continue;
    assert_near(compute(coreset_pearson_r, pairs, count), oracle_pearson(pairs, count), "r", count, level);
  }
}

Test(judge, order_of_pairs_changes_no_bit) {
  coreset_pair pairs[300];
  for (int round = 0; round < 60; round++) {
    fill_pairs(pairs, 300, round % 3 == 0 ? 0 : 3 * round);
    if (round % 2) {
      for (size_t i = 0; i < 300; i += 7) pairs[i].x = i % 2 ? -0.0 : 0.0;
    }
    for (size_t s = 0; s < STATISTICS; s++) {
      double expected = compute(all_statistics[s], pairs, 300);
      shuffle(pairs, 300);
      double got = compute(all_statistics[s], pairs, 300);
      cr_assert_eq(memcmp(&expected, &got, sizeof(got)), 0, "statistic %zu: %.17g, then %.17g", s, expected, got);
    }
  }
}

Test(judge, undefined_is_nan) {
  coreset_pair constant_x[] = {{1, 2}, {1, 3}, {1, 4}};
  coreset_pair constant_y[] = {{0.1, 0.3}, {0.2, 0.3}, {0.4, 0.3}};
  for (size_t s = 0; s < STATISTICS; s++) {
    cr_assert(isnan(compute(all_statistics[s], constant_x, 0)), "statistic %zu", s);
    if (s < 2) continue;
    cr_assert(isnan(compute(all_statistics[s], constant_x, 1)), "statistic %zu", s);
    cr_assert(isnan(compute(all_statistics[s], constant_x, 3)), "statistic %zu", s);
    cr_assert(isnan(compute(all_statistics[s], constant_y, 3)), "statistic %zu", s);
  }
}

Test(judge, perfect_relations_are_exact) {
  coreset_pair pairs[1000];
  fill_pairs(pairs, 1000, 0);
  for (size_t i = 0; i < 1000; i++) pairs[i].y = pairs[i].x;
  cr_assert_eq(compute(coreset_mae, pairs, 1000), 0.0);
  cr_assert_eq(compute(coreset_rmse, pairs, 1000), 0.0);
  for (size_t s = 2; s < STATISTICS; s++) cr_assert_eq(compute(all_statistics[s], pairs, 1000), 1.0);
  for (size_t i = 0; i < 1000; i++) pairs[i].y = -4.0 * pairs[i].x;
  for (size_t s = 2; s < STATISTICS; s++) cr_assert_eq(compute(all_statistics[s], pairs, 1000), -1.0);
}

Test(judge, magnitudes) {
  static const double scales[] = {1e288, 1e-288, 0x1p-1060, 0x1p1000};
  coreset_pair pairs[100], scaled[100];
  fill_pairs(pairs, 100, 1000); /* integers, so that all scales but the decimal ones are exact */
  for (size_t k = 0; k < 4; k++) {
    for (size_t i = 0; i < 100; i++) {
      scaled[i].x = pairs[i].x * scales[k];
      scaled[i].y = pairs[i].y * scales[k];
    }
    for (size_t s = 0; s < STATISTICS; s++) {
      double expected = compute(all_statistics[s], pairs, 100) * (s < 2 ? scales[k] : 1.0);
      double tolerance = fabs(expected) * 4e-15 + (s < 2 ? DBL_TRUE_MIN : 0.0);
      double got = compute(all_statistics[s], scaled, 100);
      cr_assert(fabs(got - expected) <= tolerance, "statistic %zu at %g: %.17g, expected %.17g", s, scales[k], got,
                expected);
    }
  }
}

Test(judge, small_differences_of_large_values) {
  coreset_pair pairs[5];
  for (size_t i = 0; i < 5; i++) {
    pairs[i].x = 1e15 + (double)i;
    pairs[i].y = (double)(i * i);
  }
  assert_near(compute(coreset_pearson_r, pairs, 5), 40.0L / sqrtl(10.0L * 174.0L), "r", 5, 0);
  pairs[0] = (coreset_pair){1.0, 1.0};
  pairs[1] = (coreset_pair){1e-200, 0.0};
  cr_assert_float_eq(compute(coreset_rmse, pairs, 2) / 1e-200, sqrt(0.5), 1e-15);
}

Test(judge, large_kendall_counts) {
  size_t count = 300000; /* more than 2^32 pairs of pairs */
  coreset_pair *pairs = malloc(count * sizeof(*pairs));
  for (size_t i = 0; i < count; i++) pairs[i] = (coreset_pair){(double)i, (double)(count - i)};
  cr_assert_eq(compute(coreset_kendall_tau, pairs, count), -1.0);
  for (size_t i = 0; i < count; i++) pairs[i].y = i < count / 2 ? 0.0 : 1.0;
  /* C = n^2 / 4 of n (n - 1) / 2 in x and of n^2 / 4 in y */
  cr_assert_float_eq(compute(coreset_kendall_tau, pairs, count), sqrt((double)count / (2.0 * ((double)count - 1.0))),
                     1e-15);
  free(pairs);
}

Test(judge, refuses_what_is_not_finite) {
  coreset_context context = {0};
  double result;
  for (size_t s = 0; s < STATISTICS; s++) {
    coreset_pair pairs[] = {{1, 2}, {3, INFINITY}, {NAN, 1}};
    cr_assert_eq(all_statistics[s](&context, pairs, 2, &result), CORESET_ERROR);
    cr_assert_str_eq(context.message, "the values of a pair must be finite, got 3 and inf");
    cr_assert(isnan(result));
  }
  coreset_pair opposite[] = {{1.7e308, -1.7e308}};
  cr_assert_eq(coreset_mae(&context, opposite, 1, &result), CORESET_ERROR);
  cr_assert_str_eq(context.message, "the difference of 1.7e+308 and -1.7e+308 is too large for a number");
}

/* Refuses allocation number *data, counting down. */
static int refuse_at_zero(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

static int stop_at_zero(void *data) {
  return (*(int *)data)-- == 0;
}

Test(judge, refused_allocations) {
  for (size_t s = 0; s < STATISTICS; s++) {
    for (int allowed = 0;; allowed++) {
      int countdown = allowed;
      coreset_pair pairs[50];
      double result;
      coreset_context context = {.refuse_allocation = refuse_at_zero, .refuse_allocation_data = &countdown};
      fill_pairs(pairs, 50, 0);
      coreset_status status = all_statistics[s](&context, pairs, 50, &result);
      if (status == CORESET_OK) break;
      cr_assert_eq(status, CORESET_NO_MEMORY);
      cr_assert(isnan(result));
      cr_assert_lt(allowed, 10);
    }
  }
}

Test(judge, can_be_interrupted) {
  size_t count = 1 << 18;
  coreset_pair *pairs = malloc(count * sizeof(*pairs));
  for (size_t s = 0; s < STATISTICS; s++) {
    int countdown = 1;
    double result;
    coreset_context context = {.interrupted = stop_at_zero, .interrupted_data = &countdown};
    fill_pairs(pairs, count, 0);
    cr_assert_eq(all_statistics[s](&context, pairs, count, &result), CORESET_INTERRUPTED);
    cr_assert(isnan(result));
  }
  free(pairs);
}
