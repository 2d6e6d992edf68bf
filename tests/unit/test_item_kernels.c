/*
** test_item_kernels.c: Newton steps and values of curves: every set of instructions gives the same bits, and each lane
** what a question alone gives, written out.
*/
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "numeric/random.h"
#include "statistics/item_curves.h"
#include "statistics/item_kernels.h"

enum { LANES = CORE_ITEM_LANES, TRIALS = 40, QUESTIONS = 37 };

static double uniform(uint64_t *seed) {
  return (double)(core_splitmix(seed) >> 11) * 0x1p-53;
}

/* Solves the 3 x 3 system by elimination. */
static void solve(double a[3][3], double *b) {
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 3; j++) {
      double factor = a[j][i] / a[i][i];
      if (j == i) continue;
      for (size_t k = i; k < 3; k++) a[j][k] -= factor * a[i][k];
      b[j] -= factor * b[i];
    }
  }
  for (size_t i = 0; i < 3; i++) b[i] /= a[i][i];
}

/* One step of one lane, with the C library's exp. */
static void step_literally(const core_item_population *of, const core_item_answers *answers, size_t lane,
                           const double *b, double *moved) {
  const double *p = of->precision;
  double h[3][3] = {{p[0], p[1], p[2]}, {p[1], p[3], p[4]}, {p[2], p[4], p[5]}}, gradient[3] = {0};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 3; j++) gradient[i] -= h[i][j] * (b[j] - of->mean[j]);
  }
  for (size_t g = 0; g < of->groups; g++) {
    double t = of->ability[g], f[3] = {1, t, t * t - 1}, chance = 1 / (1 + exp(-(b[0] + b[1] * t + b[2] * f[2])));
    for (size_t i = 0; i < 3; i++) {
      gradient[i] += (answers->right[g][lane] - answers->seen[g][lane] * chance) * f[i];
      for (size_t j = 0; j < 3; j++)
        h[i][j] += answers->seen[g][lane] * fmax(chance * (1 - chance), 1e-6) * f[i] * f[j];
    }
  }
  solve(h, gradient);
  for (size_t j = 0; j < 3; j++) moved[j] = b[j] + fmin(fmax(gradient[j], -1.5), 1.5);
}

Test(item_kernels, steps) {
  uint64_t seed = 5;
  for (size_t trial = 0; trial < TRIALS; trial++) {
    core_item_population of = {
        .groups = 1 + trial % CORE_ITEM_GROUPS, .mean = {0.4, 1.1, 0.05}, .precision = {0.5, -0.3, 0.4, 3, -1, 12}};
    core_item_answers answers = {0};
    core_item_curves first = {0}, before;
    for (size_t g = 0; g < of.groups; g++) {
      of.ability[g] = 4 * uniform(&seed) - 2;
      for (size_t l = 0; l < LANES; l++) {
        answers.seen[g][l] = floor(6 * uniform(&seed));
        answers.right[g][l] = floor((answers.seen[g][l] + 1) * uniform(&seed));
      }
    }
    for (size_t j = 0; j < 3; j++) {
      for (size_t l = 0; l < LANES; l++) first.b[j][l] = (l == 7 ? 900 : 6) * (uniform(&seed) - 0.5); /* one far off */
    }
    before = first;
    core_item_stepper_for(CORE_CPU_PORTABLE)(&of, &answers, &first);
    for (size_t l = 0; l < LANES; l++) {
      double b[3] = {before.b[0][l], before.b[1][l], before.b[2][l]}, expected[3], longest = 0;
      step_literally(&of, &answers, l, b, expected);
      for (size_t j = 0; j < 3; j++) {
        cr_assert_float_eq(first.b[j][l], expected[j], 1e-9 * (1 + fabs(b[j])));
        longest = fmax(longest, fabs(expected[j] - b[j]));
      }
      cr_assert_float_eq(first.moved[l], longest, 1e-9 * (1 + fabs(b[0])));
    }
    for (core_cpu level = CORE_CPU_POPCNT; level <= core_cpu_best(); level++) {
      core_item_curves other = before;
      core_item_stepper_for(level)(&of, &answers, &other);
      cr_assert_arr_eq(&other, &first, sizeof(first), "%s", core_cpu_names[level]);
    }
  }
}

Test(item_kernels, chances) {
  uint64_t seed = 8;
  double coefficients[QUESTIONS * CORE_CURVE_TERMS], first[QUESTIONS], other[QUESTIONS];
  for (size_t i = 0; i < QUESTIONS * CORE_CURVE_TERMS; i++) coefficients[i] = 8 * uniform(&seed) - 4;
  coefficients[0] = 1e4, coefficients[3] = -1e4;
  for (double t = -4; t <= 4; t += 0.5) {
    core_item_chances_for(CORE_CPU_PORTABLE)(coefficients, QUESTIONS, t, first);
    for (size_t q = 0; q < QUESTIONS; q++) {
      const double *b = coefficients + q * CORE_CURVE_TERMS;
      cr_assert_float_eq(first[q], 1 / (1 + exp(-(b[0] + b[1] * t + b[2] * (t * t - 1)))), 1e-14);
    }
    for (core_cpu level = CORE_CPU_POPCNT; level <= core_cpu_best(); level++) {
      core_item_chances_for(level)(coefficients, QUESTIONS, t, other);
      cr_assert_arr_eq(other, first, sizeof(first), "%s", core_cpu_names[level]);
    }
  }
}
