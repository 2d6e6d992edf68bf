/*
** test_mutual_information.c: logarithm, digamma, the 2 x 2 table, Ross's estimator and
** mutual_info(), each against a slow program written from the definition.
*/
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/digamma.h"
#include "numeric/elementary.h"
#include "numeric/random.h"
#include "statistics/contingency.h"
#include "statistics/mutual_information.h"
#include "statistics/ross.h"

#define EULER_GAMMA 0.57721566490153286060651209008240243L

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

/* ------------------------------------------------------------------------
** core_log
*/

/* How many units in the last place of expected the result is off. */
static double ulps_off(double result, long double expected) {
  int exponent;
  frexpl(expected, &exponent);
  return (double)(fabsl((long double)result - expected) / ldexpl(1.0L, exponent - DBL_MANT_DIG));
}

static void check_log(double x, double *worst) {
  double off = ulps_off(core_log(x), logl((long double)x));
  cr_assert(off <= 0.53, "log(%a): %a, off by %g", x, core_log(x), off);
  if (off > *worst) *worst = off;
}

Test(logarithm, close_to_the_true_value) {
  double worst = 0.0;
  for (int i = 0; i < 300000; i++) {
    double x;
    uint64_t bits = random_bits() % UINT64_C(0x7FF0000000000000); /* any positive finite number */
    memcpy(&x, &bits, sizeof(x));
    if (x > 0.0) check_log(x, &worst);
    check_log(1.0 - random_unit(), &worst);
    check_log(1.0 + 0x1p-20 * (random_unit() - 0.5), &worst);
    check_log(0.7 + 0.8 * random_unit(), &worst);
    check_log(0x1p-1022 * (1.0 - random_unit()), &worst);
  }
  cr_log_info("largest error of core_log: %.4f ulp", worst);
}

Test(logarithm, special_points) {
  double worst = 0.0;
  cr_assert_eq(core_log(1.0), 0.0);
  cr_assert_eq(signbit(core_log(1.0)), 0);
  for (int exponent = -1074; exponent <= 1023; exponent++) check_log(ldexp(1.0, exponent), &worst);
  for (int step = -2000; step <= 2000; step++) {
    if (step == 0) continue;
    check_log(1.0 + step * DBL_EPSILON, &worst);
    check_log(sqrt(2.0) + step * DBL_EPSILON, &worst);
    check_log(sqrt(0.5) + step * DBL_EPSILON, &worst);
  }
  check_log(DBL_MAX, &worst);
  check_log(DBL_MIN, &worst);
  check_log(DBL_TRUE_MIN, &worst);
}

/* ------------------------------------------------------------------------
** digamma
*/

/* 2 ln n - ln(n^2) style series: ln n - 1/2n - sum of B_2j / (2j n^2j). */
static long double asymptotic_digamma(long double n) {
  long double w = 1.0L / (n * n);
  return logl(n) - 0.5L / n -
         w * (1.0L / 12 - w * (1.0L / 120 - w * (1.0L / 252 - w * (1.0L / 240 - w * (1.0L / 132)))));
}

Test(digamma, close_to_the_true_value) {
  coreset_context context = {0};
  size_t largest = 3000000;
  core_arena arena = {0};
  double *psi = NULL;
  long double harmonic = 0.0L;
  cr_assert_eq(core_digamma_table(&context, &arena, largest, &psi), CORESET_OK);
  for (size_t n = 1; n <= 40; n++) {
    /* the small terms first */
    harmonic = 0.0L;
    for (size_t i = n - 1; i >= 1; i--) harmonic += 1.0L / (long double)i;
    cr_assert(ulps_off(psi[n], harmonic - EULER_GAMMA) <= 0.51, "psi(%zu)", n);
  }
  for (size_t n = 41; n <= largest; n += n < 20000 ? 1 : 997) {
    cr_assert(ulps_off(psi[n], asymptotic_digamma((long double)n)) <= 0.51, "psi(%zu)", n);
  }
  core_release(&arena);
}

Test(digamma, known_values) {
  /* rational part minus gamma, to 20 digits */
  static const struct {
    size_t n;
    double value;
  } known[] = {{1, -0.57721566490153286061}, {2, 0.42278433509846713939}, {3, 0.92278433509846713939},
               {4, 1.2561176684318004727},   {10, 2.2517525890667211077}, {100, 4.6001618527380874002}};
  coreset_context context = {0};
  core_arena arena = {0};
  double *psi = NULL;
  cr_assert_eq(core_digamma_table(&context, &arena, 100, &psi), CORESET_OK);
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) cr_assert_eq(psi[known[i].n], known[i].value);
  cr_assert_eq(core_digamma_table(&context, &arena, 0, &psi), CORESET_OK);
  cr_assert_eq(core_digamma_table(&context, &arena, SIZE_MAX, &psi), CORESET_NO_MEMORY);
  cr_assert_null(psi);
  core_release(&arena);
}

/* ------------------------------------------------------------------------
** The 2 x 2 table
*/

/* The published formula with exact cells, in long double. */
static long double oracle_contingency(uint32_t n, uint32_t a, uint32_t b, uint32_t ab) {
  long double counts[2][2] = {{(long double)n - a - b + ab, (long double)b - ab}, {(long double)a - ab, ab}};
  long double rows[2] = {(long double)n - a, a}, columns[2] = {(long double)n - b, b}, sum = 0.0L;
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 2; j++) {
      long double p = counts[i][j] / n;
      if (p > 0) sum += p * logl(p / (rows[i] * columns[j] / n / n + 1e-15L));
    }
  }
  return sum > 0 ? sum : 0;
}

/* Feasible counts of ones in both, given the ones in each: from least to most. */
static uint32_t least_both(uint32_t n, uint32_t a, uint32_t b) {
  return a + b > n ? a + b - n : 0;
}

Test(contingency, agrees_with_the_definition) {
  for (uint32_t n = 1; n <= 24; n++) {
    for (uint32_t a = 0; a <= n; a++) {
      for (uint32_t b = 0; b <= n; b++) {
        for (uint32_t ab = least_both(n, a, b); ab <= (a < b ? a : b); ab++) {
          double got = core_contingency_information(n, a, b, ab);
          long double expected = oracle_contingency(n, a, b, ab);
          /* the published subtractions leave cells of 1e-17 where 0 is meant */
          cr_assert(fabsl((long double)got - expected) < 1e-14L, "n=%u a=%u b=%u ab=%u: %.17g, not %.17Lg", n, a, b, ab,
                    got, expected);
          cr_assert(got >= 0.0);
        }
      }
    }
  }
}

Test(contingency, keeps_the_published_rounding) {
  /* the same expressions again, with the C library's logarithm: both are within an
  ** ulp, so that the results agree far closer than with the exact cells */
  for (int round = 0; round < 100000; round++) {
    uint32_t n = 2 + (uint32_t)(random_bits() % 2000);
    uint32_t a = (uint32_t)(random_bits() % (n + 1)), b = (uint32_t)(random_bits() % (n + 1));
    uint32_t least = least_both(n, a, b);
    uint32_t ab = least + (uint32_t)(random_bits() % ((a < b ? a : b) - least + 1));
    double p1 = (double)a / n, p0 = 1 - p1, q1 = (double)b / n, q0 = 1 - q1, p11 = (double)ab / n;
    double joint[] = {1 - p1 - q1 + p11, q1 - p11, p1 - p11, p11};
    double product[] = {p0 * q0, p0 * q1, p1 * q0, p1 * q1};
    double sum = 0, got = core_contingency_information(n, a, b, ab);
    for (int i = 0; i < 4; i++) {
      if (joint[i] > 0) sum += joint[i] * log(joint[i] / (product[i] + 1e-15));
    }
    if (sum < 0) sum = 0;
    cr_assert(fabs(got - sum) <= 2e-16, "n=%u a=%u b=%u ab=%u", n, a, b, ab);
  }
}

/* ------------------------------------------------------------------------
** Ross's estimator
*/

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The definition, with all distances between models that take part. Those that differ by no more
** than the rounding of the values are equal, and that is this at least; negative: none are. */
static long double oracle_ross(const double *y, const int *class, const int *takes_part, size_t models, size_t k,
                               double rounding) {
  size_t counts[2] = {0, 0};
  long double sum = 0;
  double *distances = malloc((models + 1) * sizeof(*distances));
  for (size_t i = 0; i < models; i++) counts[class[i]] += takes_part[i] != 0;
  size_t total = counts[0] + counts[1];
  if (counts[0] < k + 1 || counts[1] < k + 1) {
    free(distances);
    return 0;
  }
  for (size_t i = 0; i < models; i++) {
    size_t same = 0, near = 0;
    if (!takes_part[i]) continue;
    for (size_t j = 0; j < models; j++) {
      if (takes_part[j] && class[j] == class[i]) distances[same++] = fabs(y[j] - y[i]);
    }
    qsort(distances, same, sizeof(*distances), compare_doubles);
    double radius = distances[k]; /* the model itself is distances[0] */
    double tolerance = fmax(rounding, 0x1p-48 * (fabs(y[i]) + radius));
    for (size_t j = 0; j < models; j++) {
      double distance = fabs(y[j] - y[i]);
      near += takes_part[j] && (rounding >= 0 ? distance <= fmax(radius - tolerance, tolerance)
                                : radius > 0  ? distance < radius
                                              : distance == 0);
    }
    long double harmonic = -EULER_GAMMA;
    for (size_t n = 1; n < near; n++) harmonic += 1.0L / (long double)n;
    sum += harmonic;
  }
  free(distances);
  long double information = -sum / (long double)total;
  for (size_t n = 1; n < total; n++) information += 1.0L / (long double)n; /* + psi(M) + psi(k) below */
  for (size_t n = 1; n < k; n++) information += 1.0L / (long double)n;
  information -= 2 * EULER_GAMMA;
  for (int c = 0; c < 2; c++) {
    long double harmonic = -EULER_GAMMA;
    for (size_t n = 1; n < counts[c]; n++) harmonic += 1.0L / (long double)n;
    information -= (long double)counts[c] * harmonic / (long double)total;
  }
  return information > 0 ? information : 0;
}

/* core_ross_information(), which must succeed. */
static double ross_information(core_ross *ross, const uint64_t *ones, const uint64_t *observed) {
  coreset_context context = {0};
  double information;
  cr_assert_eq(core_ross_information(&context, ross, ones, observed, &information), CORESET_OK);
  return information;
}

/* One random problem: y of some kind, bits that go with it, some models unobserved. */
#define MOST_MODELS 300
typedef struct problem {
  size_t models;
  double y[MOST_MODELS];
  int class[MOST_MODELS];
  int takes_part[MOST_MODELS];
  uint64_t ones[MOST_MODELS / 64 + 1];
  uint64_t observed[MOST_MODELS / 64 + 1];
} problem;

/* 2^-48 of the quartiles, or of their difference; negative where all values are integers. */
static double rounding_of(const problem *p) {
  double sorted[MOST_MODELS] = {0};
  int whole = 1;
  memcpy(sorted, p->y, p->models * sizeof(*sorted));
  qsort(sorted, p->models, sizeof(*sorted), compare_doubles);
  for (size_t i = 0; i < p->models; i++) whole = whole && !(floor(p->y[i]) < p->y[i]);
  if (whole) return -1;
  double low = sorted[p->models / 4], high = sorted[p->models - 1 - p->models / 4];
  return 0x1p-48 * fmax(high - low, fmax(fabs(low), fabs(high)));
}

static void set_bits(problem *p) {
  memset(p->ones, 0, sizeof(p->ones));
  memset(p->observed, 0, sizeof(p->observed));
  for (size_t i = 0; i < p->models; i++) {
    p->ones[i / 64] |= (uint64_t)p->class[i] << (i % 64);
    p->observed[i / 64] |= (uint64_t)p->takes_part[i] << (i % 64);
  }
}

static void make_problem(problem *p, int round) {
  p->models = (size_t)(random_bits() % MOST_MODELS);
  for (size_t i = 0; i < p->models; i++) {
    double u = random_unit();
    switch (round % 5) {
    case 0:
      p->y[i] = floor(u * 1000);
      break; /* integers, some ties */
    case 1:
      p->y[i] = floor(u * 6);
      break; /* many ties */
    case 2:
      p->y[i] = u;
      break; /* no ties */
    case 3:
      p->y[i] = floor(u * 20) / 10;
      break; /* multiples of 0.1: rounded distances */
    default:
      p->y[i] = exp(40 * u) * (i % 2 ? -1 : 1);
      break; /* of all sizes */
    }
    p->class[i] = random_unit() < (round % 7 == 0 ? 0.05 : u);
    p->takes_part[i] = random_unit() < 0.8;
  }
  set_bits(p);
}

Test(ross, agrees_with_the_definition) {
  static const int64_t neighbors[] = {1, 2, 3, 5, 8, 20};
  coreset_context context = {0};
  problem p;
  int everyone[MOST_MODELS];
  size_t positive = 0;
  for (size_t i = 0; i < MOST_MODELS; i++) everyone[i] = 1;
  for (int round = 0; round < 3000; round++) {
    int64_t k = neighbors[random_bits() % 6];
    core_arena arena = {0};
    core_ross *ross = NULL;
    make_problem(&p, round);
    cr_assert_eq(core_ross_prepare(&context, &arena, p.y, p.models, k, &ross), CORESET_OK);
    for (int part = 0; part < 3; part++) { /* the third time finds the scratch as it was */
      const int *takes_part = part == 1 ? p.takes_part : everyone;
      double got = ross_information(ross, p.ones, part == 1 ? p.observed : NULL);
      long double expected = oracle_ross(p.y, p.class, takes_part, p.models, (size_t)k, rounding_of(&p));
      positive += got > 0.0;
      cr_assert(fabsl((long double)got - expected) <= 3e-15L, "round %d, %zu models, k %lld: %.17g, expected %.20Lg",
                round, p.models, (long long)k, got, expected);
    }
    core_release(&arena);
  }
  cr_assert_gt(positive, 3000);
}

Test(ross, order_of_models_changes_no_bit) {
  coreset_context context = {0};
  problem p;
  for (int round = 0; round < 500; round++) {
    double expected = 0.0;
    make_problem(&p, round);
    for (int order = 0; order < 3; order++) {
      core_arena arena = {0};
      core_ross *ross = NULL;
      cr_assert_eq(core_ross_prepare(&context, &arena, p.y, p.models, 3, &ross), CORESET_OK);
      double got = ross_information(ross, p.ones, p.observed);
      core_release(&arena);
      if (order > 0) cr_assert_eq(memcmp(&got, &expected, sizeof(got)), 0);
      expected = got;
      for (size_t i = p.models; i > 1; i--) {
        size_t j = (size_t)(random_bits() % i);
        double y = p.y[i - 1];
        int class = p.class[i - 1], takes_part = p.takes_part[i - 1];
        p.y[i - 1] = p.y[j], p.class[i - 1] = p.class[j], p.takes_part[i - 1] = p.takes_part[j];
        p.y[j] = y, p.class[j] = class, p.takes_part[j] = takes_part;
      }
      set_bits(&p);
    }
  }
}

/* Fractions of correct answers are as good as their numbers. */
Test(ross, does_not_depend_on_the_unit) {
  static const double divisors[] = {3, 10, 49, 567, 1172, 4096, 99991, 1e7, 1e-7, 1e200, 1e-200, 0x1p-1000};
  coreset_context context = {0};
  problem p;
  for (int round = 0; round < 2000; round++) {
    core_arena arena = {0};
    core_ross *ross = NULL;
    make_problem(&p, round % 2); /* integers */
    cr_assert_eq(core_ross_prepare(&context, &arena, p.y, p.models, 3, &ross), CORESET_OK);
    double expected = ross_information(ross, p.ones, p.observed);
    core_release(&arena);
    for (size_t i = 0; i < p.models; i++) p.y[i] /= divisors[round % 12];
    cr_assert_eq(core_ross_prepare(&context, &arena, p.y, p.models, 3, &ross), CORESET_OK);
    double got = ross_information(ross, p.ones, p.observed);
    core_release(&arena);
    cr_assert_eq(got, expected, "divided by %g: %.17g, then %.17g", divisors[round % 12], expected, got);
  }
}

Test(ross, arguments) {
  coreset_context context = {0};
  core_arena arena = {0};
  core_ross *ross = NULL;
  double y[] = {1, 2, 3, 4};
  uint64_t ones = 3;
  cr_assert_eq(core_ross_prepare(&context, &arena, y, 4, 0, &ross), CORESET_ERROR);
  cr_assert_str_eq(context.message, "neighbors must be at least 1, got 0");
  cr_assert_null(ross);
  cr_assert_eq(core_ross_prepare(&context, &arena, y, 4, INT64_MAX, &ross), CORESET_OK);
  cr_assert_eq(ross_information(ross, &ones, NULL), 0.0);
  core_release(&arena);
  cr_assert_eq(core_ross_prepare(&context, &arena, y, 0, 1, &ross), CORESET_OK);
  cr_assert_eq(ross_information(ross, &ones, NULL), 0.0);
  core_release(&arena);
}

/* ------------------------------------------------------------------------
** coreset_mutual_info
*/

/* The estimate for a copy of the pairs; it must succeed. */
static double mutual_info(const coreset_pair *pairs, size_t count, int64_t neighbors, coreset_estimator estimator) {
  coreset_context context = {0};
  double result = 0.0;
  coreset_pair *copy = malloc((count + 1) * sizeof(*copy));
  memcpy(copy, pairs, count * sizeof(*copy));
  cr_assert_eq(coreset_mutual_info(&context, copy, count, neighbors, estimator, &result), CORESET_OK, "%s",
               context.message);
  free(copy);
  return result;
}

Test(mutual_info, chooses_the_estimator) {
  coreset_pair pairs[MOST_MODELS], swapped[MOST_MODELS];
  int everyone[MOST_MODELS];
  problem p;
  for (size_t i = 0; i < MOST_MODELS; i++) everyone[i] = 1;
  for (int round = 0; round < 200; round++) {
    uint32_t a = 0, b = 0, ab = 0;
    make_problem(&p, round);
    if (p.models < 20) continue;
    for (size_t i = 0; i < p.models; i++) {
      pairs[i] = (coreset_pair){p.class[i] ? 0.75 : -2.5, p.y[i]};
      swapped[i] = (coreset_pair){p.y[i], pairs[i].x};
    }
    long double expected = oracle_ross(p.y, p.class, everyone, p.models, 3, rounding_of(&p));
    cr_assert(fabsl(mutual_info(pairs, p.models, 3, CORESET_ESTIMATOR_AUTO) - expected) <= 3e-15L);
    cr_assert(fabsl(mutual_info(swapped, p.models, 3, CORESET_ESTIMATOR_AUTO) - expected) <= 3e-15L);
    cr_assert(fabsl(mutual_info(pairs, p.models, 3, CORESET_ESTIMATOR_ROSS) - expected) <= 3e-15L);
    for (size_t i = 0; i < p.models; i++) {
      pairs[i].y = p.takes_part[i];
      a += (uint32_t)p.class[i];
      b += (uint32_t)p.takes_part[i];
      ab += (uint32_t)(p.class[i] && p.takes_part[i]);
    }
    expected = core_contingency_information((uint32_t)p.models, a, b, ab);
    cr_assert_eq(mutual_info(pairs, p.models, 1000, CORESET_ESTIMATOR_AUTO), expected);
    expected = oracle_ross((double[MOST_MODELS]){0}, p.class, everyone, p.models, 3, rounding_of(&p));
    for (size_t i = 0; i < p.models; i++) pairs[i].y = 0.0;
    cr_assert(fabsl(mutual_info(pairs, p.models, 3, CORESET_ESTIMATOR_ROSS) - expected) <= 3e-15L);
  }
}

Test(mutual_info, order_of_pairs_changes_no_bit) {
  coreset_pair pairs[200];
  for (int round = 0; round < 200; round++) {
    double expected = 0.0;
    for (size_t i = 0; i < 200; i++) {
      pairs[i].x = random_bits() % 2 ? 0.0 : 1.0;
      pairs[i].y = floor(random_unit() * 50) + 20 * pairs[i].x;
      if (round % 2 && random_bits() % 2) pairs[i].x = -pairs[i].x; /* negative zero; three values */
      if (pairs[i].x < 0) pairs[i].x = 1.0;
    }
    for (int order = 0; order < 3; order++) {
      double got = mutual_info(pairs, 200, 3, CORESET_ESTIMATOR_AUTO);
      if (order > 0) cr_assert_eq(memcmp(&got, &expected, sizeof(got)), 0);
      expected = got;
      for (size_t i = 200; i > 1; i--) {
        size_t j = (size_t)(random_bits() % i);
        coreset_pair kept = pairs[i - 1];
        pairs[i - 1] = pairs[j];
        pairs[j] = kept;
      }
    }
    cr_assert_gt(expected, 0.0);
  }
}

Test(mutual_info, extremes) {
  coreset_pair pairs[16];
  for (size_t i = 0; i < 16; i++) {
    pairs[i].x = i < 8 ? 0 : 1;
    pairs[i].y = (i < 8 ? -1.0 : 1.0) * (DBL_MAX - (double)i * 1e300);
  }
  cr_assert(isnan(mutual_info(pairs, 0, 3, CORESET_ESTIMATOR_AUTO)));
  cr_assert_eq(mutual_info(pairs, 1, 3, CORESET_ESTIMATOR_AUTO), 0.0);
  cr_assert(isfinite(mutual_info(pairs, 16, 3, CORESET_ESTIMATOR_AUTO)));
  cr_assert_gt(mutual_info(pairs, 16, 3, CORESET_ESTIMATOR_AUTO), 0.3);
}

/* The call must fail with this message. */
static void assert_error(coreset_pair *pairs, size_t count, int64_t neighbors, coreset_estimator estimator,
                         const char *message) {
  coreset_context context = {0};
  double result = 0.0;
  cr_assert_eq(coreset_mutual_info(&context, pairs, count, neighbors, estimator, &result), CORESET_ERROR);
  cr_assert_str_eq(context.message, message);
  cr_assert(isnan(result));
}

Test(mutual_info, errors) {
  coreset_pair pairs[] = {{0, 1}, {1, 2}, {0, 3}, {1, 4}, {0, 5}, {1, 6}, {0, 7}};
  coreset_pair continuous[] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 5}, {1, 6}, {0, 7}, {0, 9}};
  assert_error(pairs, 7, 0, CORESET_ESTIMATOR_AUTO, "neighbors must be at least 1, got 0");
  assert_error(pairs, 7, 3, CORESET_ESTIMATOR_AUTO, "neighbors = 3 needs at least 8 pairs, got 7");
  assert_error(pairs, 7, INT64_MAX, CORESET_ESTIMATOR_AUTO,
               "neighbors = 9223372036854775807 needs at least 18446744073709551616 pairs, got 7");
  assert_error(pairs, 7, 7, CORESET_ESTIMATOR_KSG, "neighbors = 7 needs at least 8 pairs, got 7");
  assert_error(pairs, 7, 9, CORESET_ESTIMATOR_LNC, "neighbors = 9 needs at least 10 pairs, got 7");
  assert_error(continuous, 8, 3, CORESET_ESTIMATOR_ROSS,
               "estimator 'ross' needs at most two distinct values in one of the two columns");
  continuous[0].y = NAN;
  assert_error(continuous, 8, 3, CORESET_ESTIMATOR_AUTO, "the values of a pair must be finite, got 0 and nan");
}

/* Refuses allocation number *data, counting down. */
static int refuse_at_zero(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

Test(mutual_info, refused_allocations) {
  for (int allowed = 0;; allowed++) {
    int countdown = allowed;
    coreset_pair pairs[100];
    double result;
    coreset_context context = {.refuse_allocation = refuse_at_zero, .refuse_allocation_data = &countdown};
    for (size_t i = 0; i < 100; i++) pairs[i] = (coreset_pair){(double)(i % 2), random_unit()};
    coreset_status status = coreset_mutual_info(&context, pairs, 100, 3, CORESET_ESTIMATOR_AUTO, &result);
    if (status == CORESET_OK) {
      cr_assert_geq(allowed, 10);
      break;
    }
    cr_assert_eq(status, CORESET_NO_MEMORY);
    cr_assert_str_eq(context.message, "out of memory");
    cr_assert(isnan(result));
  }
}

/* Stops at poll number *data, counting down. */
static int stop_at_zero(void *data) {
  return (*(int *)data)-- == 0;
}

/* Stopped ever later until it gets through, with nothing to show for it before. Returns about how
** many polls that takes. */
static int interrupt_everywhere(const coreset_pair *pairs, size_t count, coreset_estimator estimator) {
  coreset_pair *copy = malloc(count * sizeof(*copy));
  coreset_status status = CORESET_INTERRUPTED;
  int polls = 0;
  while (status == CORESET_INTERRUPTED) {
    int countdown = polls;
    double result;
    coreset_context context = {.interrupted = stop_at_zero, .interrupted_data = &countdown};
    memcpy(copy, pairs, count * sizeof(*copy));
    status = coreset_mutual_info(&context, copy, count, 3, estimator, &result);
    cr_assert(status == CORESET_OK ? result >= 0 : isnan(result));
    polls += status == CORESET_INTERRUPTED ? 1 + polls / 4 : 0;
  }
  cr_assert_eq(status, CORESET_OK);
  free(copy);
  return polls;
}

Test(mutual_info, can_be_interrupted) {
  size_t count = 150000;
  coreset_pair *pairs = malloc(count * sizeof(*pairs));
  for (size_t i = 0; i < count; i++) pairs[i] = (coreset_pair){(double)(random_bits() % 2), random_unit()};
  cr_assert_geq(interrupt_everywhere(pairs, count, CORESET_ESTIMATOR_ROSS), 10);
  for (size_t i = 0; i < 10000; i++) pairs[i] = (coreset_pair){random_unit(), random_unit()};
  cr_assert_geq(interrupt_everywhere(pairs, 10000, CORESET_ESTIMATOR_KSG), 8);
  cr_assert_geq(interrupt_everywhere(pairs, 10000, CORESET_ESTIMATOR_LNC), 8);
  free(pairs);
}

/* Down the lists together, 64 questions at a time: the same bits as one by one. */
Test(ross, many_at_once_are_as_one_by_one) {
  static const size_t sizes[] = {2, 3, 9, 64, 65, 130};
  static const int64_t neighbors[] = {1, 2, 3, 4, 7, 16, 17};
  uint64_t generator = 11;
  for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
    size_t models = sizes[s], words = (models + 63) / 64, questions = 150, informative = 0;
    double *y = malloc(models * sizeof(double)), *found = malloc(questions * sizeof(double));
    uint64_t *columns = calloc(questions * words, sizeof(uint64_t));
    for (size_t n = 0; n < sizeof(neighbors) / sizeof(neighbors[0]); n++) {
      coreset_context context = {0};
      core_arena arena = {0};
      core_ross *ross;
      for (size_t m = 0; m < models; m++) { /* with ties, without, and spread over many magnitudes */
        double draw = (double)(core_splitmix(&generator) >> 11) * 0x1p-53;
        y[m] = n % 3 == 0 ? floor(draw * 12) : n % 3 == 1 ? draw : pow(10, 20 * draw - 10);
      }
      for (size_t q = 0; q < questions; q++) {
        for (size_t m = 0; m < words; m++) columns[q * words + m] = 0;
        for (size_t m = 0; m < models; m++) {
          uint64_t right = core_splitmix(&generator) % 100 < q * 101 / questions;
          columns[q * words + m / 64] |= right << (m % 64);
        }
      }
      cr_assert_eq(core_ross_prepare(&context, &arena, y, models, neighbors[n], &ross), CORESET_OK);
      cr_assert_eq(core_ross_inform(&context, ross, columns, questions, found), CORESET_OK);
      for (size_t q = 0; q < questions; q++) {
        double expected = ross_information(ross, columns + q * words, NULL);
        cr_assert_eq(found[q], expected, "%zu models, %d neighbors, question %zu: %.17g, not %.17g", models,
                     (int)neighbors[n], q, found[q], expected);
        informative += expected > 0;
      }
      core_release(&arena);
    }
    cr_assert(models < 9 || informative > 50);
    free(y), free(found), free(columns);
  }
}
