/*
** test_numeric.c: sorting, random orders, Student's distribution and Cholesky's method, against
** slow programs written from the definition and published tables.
*/
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "numeric/cholesky.h"
#include "numeric/normal.h"
#include "numeric/random.h"
#include "numeric/sorting.h"
#include "numeric/student.h"
#include "numeric/sums.h"

/* A number between -1 and 1 from a generator. */
static double draw(uint64_t *generator) {
  return (double)(core_splitmix(generator) >> 11) * 0x1p-52 - 1;
}

Test(sorting, argsort_orders_equal_values_by_index) {
  static const size_t counts[] = {0, 1, 2, 16, 17, 100, 1000, 70000};
  coreset_context context = {0};
  uint64_t generator = 1;
  for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
    size_t count = counts[c];
    double *values = malloc((count + 1) * sizeof(double));
    uint32_t *order = malloc((count + 1) * sizeof(uint32_t));
    unsigned char *seen = calloc(count + 1, 1);
    for (size_t i = 0; i < count; i++)
      values[i] = (i % 2 ? -1 : 1) * floor(20 * draw(&generator)); /* zeros of both signs */
    cr_assert_eq(core_argsort(&context, values, count, order), CORESET_OK);
    for (size_t i = 0; i < count; i++) {
      cr_assert(order[i] < count && !seen[order[i]]++);
      if (i == 0) continue;
      double before = values[order[i - 1]], here = values[order[i]];
      cr_assert(before < here || (before == here && order[i - 1] < order[i]), "place %zu of %zu", i, count);
    }
    free(values), free(order), free(seen);
  }
}

/* Refuses, or interrupts, at the call whose number *data counts down to. */
static int refuse(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

static int stop(void *data) {
  return (*(int *)data)-- == 0;
}

Test(sorting, argsort_can_fail) {
  static double values[1 << 17];
  static uint32_t order[1 << 17];
  for (int attempt = 0; attempt < 3; attempt++) {
    int left = attempt;
    coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = &left};
    cr_assert_eq(core_argsort(&context, values, 100, order), attempt < 2 ? CORESET_NO_MEMORY : CORESET_OK);
  }
  int left = 1;
  coreset_context context = {.interrupted = stop, .interrupted_data = &left};
  cr_assert_eq(core_argsort(&context, values, 1 << 17, order), CORESET_INTERRUPTED);
}

/* The contract: number i draws number i + 1 of the generator, and the smallest comes first. */
Test(random, permutation_follows_the_definition) {
  enum { MOST = 300 };
  coreset_context context = {0};
  for (size_t count = 0; count < MOST; count += count < 20 ? 1 : 31) {
    uint64_t seed = 1000 + count, generator = seed, draws[MOST];
    core_arena arena = {0};
    size_t *order;
    for (size_t i = 0; i < count; i++) draws[i] = core_splitmix(&generator);
    cr_assert_eq(core_permutation(&context, &arena, count, seed, &order), CORESET_OK);
    for (size_t i = 0; i < count; i++) {
      size_t smaller = 0;
      for (size_t j = 0; j < count; j++) smaller += draws[j] < draws[i];
      cr_assert_eq(order[smaller], i, "%zu of %zu", i, count);
    }
    core_release(&arena);
  }
}

Test(random, permutation_can_be_refused) {
  for (int attempt = 0; attempt < 4; attempt++) {
    int left = attempt;
    coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = &left};
    core_arena arena = {0};
    size_t *order;
    cr_assert_eq(core_permutation(&context, &arena, 10, 1, &order), attempt < 3 ? CORESET_NO_MEMORY : CORESET_OK);
    core_release(&arena);
  }
}

Test(sums, mean_of_what_cancels) {
  double values[] = {1e100, 1, -1e100, 2};
  cr_assert_eq(core_mean(values, 4), 0.75);
}

Test(sums, sums_of_what_cancels) {
  double values[] = {1e100, 1, -1e100, 2}, factors[] = {1, 3, 1, 0.5};
  cr_assert_eq(core_total(values, 4), 3);
  cr_assert_eq(core_dot(0, values, factors, 4), 4);
  cr_assert_eq(core_dot(-1e100, values, factors, 2), 3);
  cr_assert_eq(core_dot(5, values, factors, 0), 5);
  cr_assert_eq(core_squares((const double[]){0x1p60, 3, 5, 0}, 4, 4), 0x1p120 + 18);
  cr_assert_eq(core_squares((const double[]){1, 3, 5, 7}, 4, 4), 20);
}

/* Two-sided quantiles as tables of the distribution print them. */
Test(student, quantiles_are_those_of_the_tables) {
  static const struct {
    double level;
    size_t degrees;
    double quantile;
  } known[] = {{0.5, 1, 1.000},  {0.9, 1, 6.314},   {0.95, 1, 12.706}, {0.95, 2, 4.303},   {0.99, 2, 9.925},
               {0.9, 3, 2.353},  {0.95, 4, 2.776},  {0.95, 5, 2.571},  {0.95, 10, 2.228},  {0.99, 10, 3.169},
               {0.8, 20, 1.325}, {0.95, 30, 2.042}, {0.99, 60, 2.660}, {0.95, 120, 1.980}, {0.95, 1000000, 1.960}};
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    double found = core_student_quantile(known[i].level, known[i].degrees);
    cr_assert_float_eq(found, known[i].quantile, 0.0005001, "level %g, %zu degrees: %.6f", known[i].level,
                       known[i].degrees, found);
  }
  cr_assert_float_eq(core_student_quantile(0, 7), 0, 1e-15);
}

/* P(|T| > t): with 1, 2 and 4 degrees of freedom it has a closed form, and with others the area under the density is
** found by adding up slices. */
Test(student, tails_are_areas) {
  const double pi = 2 * acos(0);
  for (double t = 0; t < 60; t = 1.2 * t + 0.05) {
    double root = sqrt(t * t + 2), c = 4 / (t * t + 4), s = sqrt(1 - c);
    cr_assert_float_eq(core_student_tail(t, 1), 2 * atan2(1, t) / pi, 2e-14);
    cr_assert_float_eq(core_student_tail(t, 2) * root * (root + t) / 2, 1, 5e-14, "t = %g", t);
    cr_assert_float_eq(core_student_tail(t, 4), 1 - s * (1 + c / 2), 1e-14);
  }
  for (size_t degrees = 3; degrees < 200; degrees = 2 * degrees + 1) {
    enum { SLICES = 1024 };
    double n = (double)degrees, area = 0, factor = 1 / pi;
    for (double j = 1; j < n; j += 2) factor *= (j + 1) / j; /* 1 / B(n / 2, 1 / 2) */
    for (int i = 0; i < 8 * SLICES; i++) {                   /* by Simpson's rule */
      for (int part = 0; part < 3; part++) {
        double t = (i + part / 2.0) / SLICES;
        area += (part == 1 ? 4 : 1) * pow(1 + t * t / n, -(n + 1) / 2) / (6 * SLICES);
      }
      double t = (double)(i + 1) / SLICES;
      cr_assert_float_eq(core_student_tail(t, degrees), 1 - 2 * factor / sqrt(n) * area, 1e-12, "%zu, %g", degrees, t);
    }
  }
  cr_assert_eq(core_student_tail(0, 5), 1);
  cr_assert_eq(core_student_tail(INFINITY, 5), 0);
}

Test(student, quantiles_and_tails_are_inverse) {
  for (double level = 0.01; level < 1; level += 0.0483) {
    for (size_t degrees = 1; degrees < 3000; degrees = 3 * degrees + 1) {
      double tail = core_student_tail(core_student_quantile(level, degrees), degrees);
      cr_assert_float_eq(tail, 1 - level, 1e-12);
    }
    double z = core_normal_deviate(1 - level), t = core_student_deviate(1 - level, 10000);
    cr_assert_float_eq(erfc(z / sqrt(2)), 1 - level, 1e-14);
    cr_assert_float_eq(t, core_student_quantile(level, 10000), 1e-11 * t);
  }
  for (double tail = 0.5; tail > 1e-300; tail *= tail) {
    cr_assert_float_eq(erfc(core_normal_deviate(tail) / sqrt(2)) / tail, 1, 1e-12, "%g", tail);
  }
  cr_assert_float_eq(core_normal_deviate(1), 0, 1e-15);
}

Test(cholesky, solves_positive_definite_systems) {
  enum { MOST = 40 };
  static double factor[MOST * MOST], system[MOST * MOST], kept[MOST * MOST];
  uint64_t generator = 3;
  for (size_t size = 0; size <= MOST; size++) {
    double right[MOST], expected[MOST];
    for (size_t i = 0; i < size * size; i++) factor[i] = draw(&generator);
    for (size_t i = 0; i < size; i++) {
      for (size_t j = 0; j < size; j++) {
        kept[i * size + j] = i == j;
        for (size_t k = 0; k < size; k++) kept[i * size + j] += factor[i * size + k] * factor[j * size + k];
        system[i * size + j] = j <= i ? kept[i * size + j] : NAN; /* the upper triangle is not read */
      }
    }
    for (size_t i = 0; i < size; i++) expected[i] = right[i] = draw(&generator);
    core_cholesky_solve(system, right, size);
    for (size_t i = 0; i < size; i++) {
      double sum = 0;
      for (size_t j = 0; j < size; j++) sum += kept[i * size + j] * right[j];
      cr_assert_float_eq(sum, expected[i], 1e-12);
    }
    double *inverse = factor; /* no longer needed */
    for (size_t i = 0; i < size * size; i++) system[i] = i % size <= i / size ? kept[i] : NAN;
    double least = core_cholesky_invert(system, inverse, size);
    cr_assert(size == 0 || (least > 0 && least <= kept[0]), "%g", least);
    for (size_t i = 0; i < size * size; i++) {
      double sum = 0;
      for (size_t k = 0; k < size; k++) sum += kept[i / size * size + k] * inverse[k * size + i % size];
      cr_assert_float_eq(sum, i / size == i % size, 1e-12);
    }
  }
}

Test(cholesky, says_what_is_not_positive_definite) {
  double inverse[4], indefinite[4] = {1, 0, 2, 3}, singular[4] = {1, 0, 1, 1}, wrong[4] = {NAN, 0, 0, 1},
                     good[4] = {4, 0, 2, 3};
  cr_assert_eq(core_cholesky_invert(indefinite, inverse, 2), -1);
  cr_assert_eq(core_cholesky_invert(singular, inverse, 2), 0);
  cr_assert(isnan(core_cholesky_invert(wrong, inverse, 2)));
  cr_assert_eq(core_cholesky_invert(good, inverse, 2), 2);
}
