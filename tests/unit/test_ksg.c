/*
** test_ksg.c: KSG and LNC against a literal implementation that compares all pairs of
** points, on continuous, heavily tied and constant data.
*/
#include "matrices.h"
#include "statistics/ksg.h"

#define POINTS 400
#define TOLERANCE 1e-15 /* the published program's */

static double psi(size_t n) {
  double value = -0.57721566490153286;
  for (size_t i = 1; i < n; i++) value += 1.0 / (double)i;
  return value;
}

/* The k points nearest to point i in the larger coordinate, itself excluded. */
static void nearest_literally(const double *x, const double *y, size_t n, size_t i, size_t k, size_t *nearest) {
  unsigned char used[POINTS] = {0};
  used[i] = 1;
  for (size_t found = 0; found < k; found++) {
    double best = INFINITY;
    for (size_t j = 0; j < n; j++) {
      double distance = fmax(fabs(x[j] - x[i]), fabs(y[j] - y[i]));
      if (!used[j] && distance < best) best = distance, nearest[found] = j;
    }
    used[nearest[found]] = 1;
  }
}

/* ln(V_rect / V_pca) where the volume along the principal axes is small. The axes are
** found by their angle. */
static double correction_literally(const double *x, const double *y, size_t i, size_t k, const size_t *nearest) {
  double width = 1e-15, height = 1e-15;
  double along = 1e-30, across = 1e-30, xx = 0, xy = 0, yy = 0;
  for (size_t j = 0; j < k; j++) {
    double dx = x[nearest[j]] - x[i], dy = y[nearest[j]] - y[i];
    width = fmax(width, fabs(dx));
    height = fmax(height, fabs(dy));
    xx += dx * dx, xy += dx * dy, yy += dy * dy;
  }
  double best = atan2(2 * xy, xx - yy) / 2; /* of the largest spread */
  for (size_t j = 0; j < k; j++) {
    double dx = x[nearest[j]] - x[i], dy = y[nearest[j]] - y[i];
    along = fmax(along, fabs(dx * cos(best) + dy * sin(best)));
    across = fmax(across, fabs(dy * cos(best) - dx * sin(best)));
  }
  double ratio = log(width * height / (along * across));
  return ratio > log(4) ? ratio : 0;
}

static double information_literally(const double *x, const double *y, size_t n, size_t k, int correct) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    size_t nearest[64], in_x = 0, in_y = 0;
    nearest_literally(x, y, n, i, k, nearest);
    size_t last = nearest[k - 1];
    double radius = fmax(fmax(fabs(x[last] - x[i]), fabs(y[last] - y[i])) - TOLERANCE, 0);
    for (size_t j = 0; j < n; j++) {
      in_x += j != i && fabs(x[j] - x[i]) <= radius;
      in_y += j != i && fabs(y[j] - y[i]) <= radius;
    }
    sum -= psi((in_x < 1 ? 1 : in_x) + 1) + psi((in_y < 1 ? 1 : in_y) + 1);
    if (correct) sum += correction_literally(x, y, i, k, nearest);
  }
  return fmax(0, psi(k) + psi(n) + sum / (double)n);
}

/* The estimator under test, on the points that have both values. */
static double information(const double *x, const double *y, const uint64_t *observed, size_t n, int64_t k,
                          const double *x_jitter, const double *y_jitter) {
  coreset_context context = {0};
  uint32_t x_order[POINTS], y_order[POINTS];
  core_ksg_variable first = {x, x_order, observed, 0, 1, TOLERANCE}, second = {y, y_order, NULL, 0, 1, TOLERANCE};
  core_arena arena = {0};
  core_ksg *ksg;
  cr_assert_eq(core_ksg_prepare(&context, &arena, n, k, x_jitter, y_jitter, &ksg), CORESET_OK);
  cr_assert_eq(core_ksg_order(&context, &first, x_jitter, n, x_order), CORESET_OK);
  cr_assert_eq(core_ksg_order(&context, &second, y_jitter, n, y_order), CORESET_OK);
  double result, again;
  cr_assert_eq(core_ksg_information(&context, ksg, &first, &second, &result), CORESET_OK);
  cr_assert_eq(core_ksg_information(&context, ksg, &first, &second, &again), CORESET_OK);
  cr_assert_eq(again, result); /* working memory is clean */
  core_release(&arena);
  return result;
}

/* Points with so many levels of each variable (0: continuous), related or not. */
static void make_points(double *x, double *y, size_t n, int x_levels, int y_levels, double relation, uint64_t seed) {
  for (size_t i = 0; i < n; i++) {
    x[i] = uniform(&seed);
    y[i] = relation * x[i] + (1 - relation) * uniform(&seed);
    if (x_levels > 0) x[i] = floor(x[i] * x_levels) / x_levels;
    if (y_levels > 0) y[i] = floor(y[i] * y_levels) / y_levels;
  }
}

Test(ksg, follows_the_definition) {
  static const size_t sizes[] = {5, 12, 40, 150};
  static const int levels[] = {0, 1, 2, 5, 32};
  static const int64_t neighbors[] = {1, 3, 4};
  uint64_t seed = 1;
  for (size_t s = 0; s < 4; s++) {
    for (size_t a = 0; a < 5; a++) {
      for (size_t b = 0; b < 5; b++) {
        for (size_t k = 0; k < 3; k++) {
          double x[POINTS], y[POINTS];
          make_points(x, y, sizes[s], levels[a], levels[b], 0.25 * (double)(seed % 5), seed);
          seed++;
          double expected = information_literally(x, y, sizes[s], (size_t)neighbors[k], 0);
          double found = information(x, y, NULL, sizes[s], neighbors[k], NULL, NULL);
          cr_assert_float_eq(found, expected, 1e-12, "n %zu, levels %d and %d, k %d: %.15g, not %.15g", sizes[s],
                             levels[a], levels[b], (int)neighbors[k], found, expected);
        }
      }
    }
  }
}

Test(ksg, correction_follows_the_definition) {
  static const int levels[] = {0, 3, 32};
  uint64_t seed = 50;
  coreset_context context = {0};
  core_arena arena = {0};
  double *x_jitter, *y_jitter;
  cr_assert_eq(core_ksg_jitter(&context, &arena, 0, POINTS, &x_jitter), CORESET_OK);
  cr_assert_eq(core_ksg_jitter(&context, &arena, 1, POINTS, &y_jitter), CORESET_OK);
  for (size_t a = 0; a < 3; a++) {
    for (size_t b = 0; b < 3; b++) {
      for (int repeat = 0; repeat < 4; repeat++) {
        double x[POINTS], y[POINTS], moved_x[POINTS], moved_y[POINTS];
        size_t n = 60;
        make_points(x, y, n, levels[a], levels[b], 0.9, ++seed);
        for (size_t i = 0; i < n; i++) moved_x[i] = x[i] + x_jitter[i], moved_y[i] = y[i] + y_jitter[i];
        cr_assert_float_eq(information(x, y, NULL, n, 3, x_jitter, y_jitter),
                           information_literally(moved_x, moved_y, n, 3, 1), 1e-6, "levels %d and %d", levels[a],
                           levels[b]);
      }
    }
  }
  core_release(&arena);
}

Test(ksg, uses_the_models_that_have_both_values) {
  double x[POINTS], y[POINTS], kept_x[POINTS], kept_y[POINTS];
  uint64_t observed[POINTS / 64 + 1] = {0};
  size_t kept = 0;
  make_points(x, y, 90, 7, 0, 0.5, 3);
  for (size_t i = 0; i < 90; i++) {
    if (i % 4 == 1) continue;
    observed[i / 64] |= UINT64_C(1) << (i % 64);
    kept_x[kept] = x[i];
    kept_y[kept++] = y[i];
  }
  cr_assert_eq(information(x, y, observed, 90, 3, NULL, NULL), information(kept_x, kept_y, NULL, kept, 3, NULL, NULL));
}

Test(ksg, is_zero_for_too_few_points) {
  double x[] = {1, 2, 3}, y[] = {3, 1, 2};
  cr_assert_eq(information(x, y, NULL, 3, 3, NULL, NULL), 0);
}

/* The jitter is part of the contract: it decides ties. */
Test(ksg, jitter_is_small_and_reproducible) {
  coreset_context context = {0};
  core_arena arena = {0};
  double *jitter, sum = 0, squares = 0;
  cr_assert_eq(core_ksg_jitter(&context, &arena, 0, 1000, &jitter), CORESET_OK);
  for (size_t i = 0; i < 1000; i++) sum += jitter[i] * 1e10, squares += jitter[i] * jitter[i] * 1e20;
  cr_assert_float_eq(sum / 1000, 0, 0.1);
  cr_assert_float_eq(squares / 1000, 1, 0.1);
  core_release(&arena);
}
