/*
** test_kernel_ridge.c: kernel ridge regression against oracles that share nothing
** with it: Gaussian elimination in long double, ridge by its normal equations with an
** explicit intercept, and leave-one-out by leaving each model out and solving again.
*/
#include "matrices.h"
#include "numeric/linalg.h"
#include "statistics/kernel_ridge.h"

static const double grid[] = {0.01, 0.031622776601683791, 0.1, 0.31622776601683794, 1, 3.1622776601683795, 10};
enum { GRID = sizeof(grid) / sizeof(grid[0]), LARGEST = 64 };

/* A problem: models x questions answers, question by question, and full scores. */
typedef struct problem {
  size_t models, questions;
  double answers[LARGEST * LARGEST];
  double full_scores[LARGEST];
} problem;

static void simulate(problem *data, size_t models, size_t questions, int binary, uint64_t seed) {
  data->models = models;
  data->questions = questions;
  for (size_t i = 0; i < models; i++) {
    double ability = uniform(&seed);
    data->full_scores[i] = 0.2 + 0.6 * ability + 0.05 * uniform(&seed);
    for (size_t q = 0; q < questions; q++) {
      double luck = uniform(&seed);
      data->answers[q * models + i] = binary ? luck < ability : 0.5 * (luck + ability);
    }
  }
}

/* The problem without one model. */
static void leave_out(const problem *data, size_t left, problem *rest) {
  size_t to = 0;
  rest->models = data->models - 1;
  rest->questions = data->questions;
  for (size_t i = 0; i < data->models; i++) {
    if (i == left) continue;
    rest->full_scores[to] = data->full_scores[i];
    for (size_t q = 0; q < data->questions; q++) {
      rest->answers[q * rest->models + to] = data->answers[q * data->models + i];
    }
    to++;
  }
}

static void answers_of(const problem *data, size_t model, double *answers) {
  for (size_t q = 0; q < data->questions; q++) answers[q] = data->answers[q * data->models + model];
}

/* Solves a x = b, n x n row by row, by elimination with row exchanges; b becomes x. */
static void eliminate(long double *a, long double *b, size_t n) {
  for (size_t k = 0; k < n; k++) {
    size_t pivot = k;
    long double swap;
    for (size_t i = k + 1; i < n; i++) {
      if (fabsl(a[i * n + k]) > fabsl(a[pivot * n + k])) pivot = i;
    }
    for (size_t j = 0; j < n; j++) {
      swap = a[k * n + j];
      a[k * n + j] = a[pivot * n + j];
      a[pivot * n + j] = swap;
    }
    swap = b[k];
    b[k] = b[pivot];
    b[pivot] = swap;
    for (size_t i = k + 1; i < n; i++) {
      long double factor = a[i * n + k] / a[k * n + k];
      for (size_t j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (size_t k = n; k-- > 0;) {
    for (size_t j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
}

/* Ridge regression: the unknowns are the intercept and the coefficients, the penalty is
** on the latter only. */
static double oracle_ridge(const problem *data, double alpha, const double *answers) {
  static long double a[(LARGEST + 1) * (LARGEST + 1)], b[LARGEST + 1];
  size_t n = data->questions + 1;
  long double predicted;
  for (size_t i = 0; i < n; i++) {
    b[i] = 0;
    for (size_t m = 0; m < data->models; m++) {
      b[i] += (i == 0 ? 1.0L : data->answers[(i - 1) * data->models + m]) * data->full_scores[m];
    }
    for (size_t j = 0; j < n; j++) {
      long double sum = i == j && i > 0 ? alpha : 0;
      for (size_t m = 0; m < data->models; m++) {
        sum += (i == 0 ? 1.0L : data->answers[(i - 1) * data->models + m]) *
               (j == 0 ? 1.0L : data->answers[(j - 1) * data->models + m]);
      }
      a[i * n + j] = sum;
    }
  }
  eliminate(a, b, n);
  predicted = b[0];
  for (size_t i = 1; i < n; i++) predicted += b[i] * answers[i - 1];
  return (double)predicted;
}

/* The kernel of a model of the problem and some answers. */
static long double oracle_kernel(const core_kernel_ridge *regression, const problem *data, size_t model,
                                 const double *answers) {
  long double product = 0, distance = 0;
  for (size_t q = 0; q < data->questions; q++) {
    long double x = data->answers[q * data->models + model];
    product += x * answers[q];
    distance += (x - answers[q]) * (x - answers[q]);
  }
  if (regression->kernel == CORE_KERNEL_RADIAL) return expl(-regression->gamma * distance);
  return powl(product / data->questions + 1, regression->degree);
}

static double oracle_kernel_ridge(const core_kernel_ridge *regression, const problem *data, double alpha,
                                  const double *answers) {
  static long double a[LARGEST * LARGEST], b[LARGEST];
  double other[LARGEST];
  long double predicted = 0;
  for (size_t i = 0; i < data->models; i++) {
    b[i] = data->full_scores[i];
    answers_of(data, i, other);
    for (size_t j = 0; j < data->models; j++) a[i * data->models + j] = oracle_kernel(regression, data, j, other);
    a[i * data->models + i] += alpha;
  }
  eliminate(a, b, data->models);
  for (size_t i = 0; i < data->models; i++) predicted += b[i] * oracle_kernel(regression, data, i, answers);
  return (double)predicted;
}

static double oracle(const core_kernel_ridge *regression, const problem *data, double alpha, const double *answers) {
  return regression->kernel == CORE_KERNEL_LINEAR ? oracle_ridge(data, alpha, answers)
                                                  : oracle_kernel_ridge(regression, data, alpha, answers);
}

static double oracle_leave_one_out(const core_kernel_ridge *regression, const problem *data, double alpha) {
  static problem rest;
  double answers[LARGEST], sum = 0;
  for (size_t i = 0; i < data->models; i++) {
    double residual;
    leave_out(data, i, &rest);
    answers_of(data, i, answers);
    residual = data->full_scores[i] - oracle(regression, &rest, alpha, answers);
    sum += residual * residual;
  }
  return sum / (double)data->models;
}

static core_kernel_ridge regression_for(const problem *data, core_kernel kernel, int degree, double gamma) {
  core_kernel_ridge regression = {data->models, data->questions, kernel, degree, gamma, -1};
  return regression;
}

/* Fits, checking that it works; the parameters are malloc'ed, of the exact size. */
static double *fit(core_kernel_ridge *regression, const problem *data, const double *alphas, size_t alpha_count,
                   double *mean_squares) {
  coreset_context context = {0};
  double *parameters = malloc(core_kernel_ridge_parameter_count(regression) * sizeof(double));
  cr_assert_eq(core_kernel_ridge_fit(&context, regression, data->answers, data->full_scores, alphas, alpha_count,
                                     parameters, mean_squares),
               CORESET_OK, "%s", context.message);
  return parameters;
}

static double predict(const core_kernel_ridge *regression, const double *parameters, const double *answers) {
  coreset_context context = {0};
  double predicted;
  cr_assert_eq(core_kernel_ridge_predict(&context, regression, parameters, answers, &predicted), CORESET_OK, "%s",
               context.message);
  return predicted;
}

/* Predictions with one alpha agree with the oracle, for new answers and for those of the
** source models. */
static void check_predictions(const problem *data, core_kernel kernel, int degree, double gamma, double alpha,
                              double tolerance) {
  core_kernel_ridge regression = regression_for(data, kernel, degree, gamma);
  double *parameters = fit(&regression, data, &alpha, 1, NULL);
  double answers[LARGEST];
  uint64_t seed = 99;
  cr_assert_eq(regression.alpha, alpha);
  for (size_t i = 0; i < 10; i++) {
    for (size_t q = 0; q < data->questions; q++) answers[q] = i % 2 ? uniform(&seed) : uniform(&seed) < 0.5;
    if (i == 9) answers_of(data, 0, answers);
    cr_assert_float_eq(predict(&regression, parameters, answers), oracle(&regression, data, alpha, answers), tolerance,
                       "kernel %d degree %d alpha %g, %zu x %zu: %.17g, expected %.17g", (int)kernel, degree, alpha,
                       data->models, data->questions, predict(&regression, parameters, answers),
                       oracle(&regression, data, alpha, answers));
  }
  free(parameters);
}

/* Every alpha's mean square agrees with leaving models out, and the best is chosen. */
static void check_leave_one_out(const problem *data, core_kernel kernel, int degree, double gamma) {
  core_kernel_ridge regression = regression_for(data, kernel, degree, gamma);
  double mean_squares[GRID], best = INFINITY, best_alpha = 0;
  double *parameters = fit(&regression, data, grid, GRID, mean_squares);
  for (size_t i = 0; i < GRID; i++) {
    double expected = oracle_leave_one_out(&regression, data, grid[i]);
    cr_assert_float_eq(mean_squares[i] / expected, 1, 1e-9, "kernel %d degree %d alpha %g: %.17g, expected %.17g",
                       (int)kernel, degree, grid[i], mean_squares[i], expected);
    if (expected < best * (1 - 1e-8)) {
      best = expected;
      best_alpha = grid[i];
    }
  }
  cr_assert_eq(regression.alpha, best_alpha);
  free(parameters);
}

static const size_t shapes[][2] = {{2, 1}, {2, 7}, {3, 2}, {8, 20}, {20, 8}, {12, 12}, {30, 45}, {60, 3}};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

Test(kernel_ridge, predictions_agree_with_elimination) {
  static problem data;
  for (size_t s = 0; s < SHAPES; s++) {
    for (int binary = 0; binary < 2; binary++) {
      simulate(&data, shapes[s][0], shapes[s][1], binary, 17 * s + 1);
      for (size_t i = 0; i < GRID; i++) {
        check_predictions(&data, CORE_KERNEL_LINEAR, 0, 0, grid[i], 1e-12);
        check_predictions(&data, CORE_KERNEL_RADIAL, 0, 1 / (double)data.questions, grid[i], 1e-12);
        check_predictions(&data, CORE_KERNEL_RADIAL, 0, 3, grid[i], 1e-12);
        for (int degree = 1; degree <= 4; degree++) {
          check_predictions(&data, CORE_KERNEL_POLYNOMIAL, degree, 0, grid[i], 1e-12);
        }
        check_predictions(&data, CORE_KERNEL_POLYNOMIAL, 8, 0, grid[i], 1e-11);
      }
    }
  }
}

Test(kernel_ridge, leave_one_out_agrees_with_leaving_models_out) {
  static problem data;
  for (size_t s = 2; s < SHAPES; s++) {
    for (int binary = 0; binary < 2; binary++) {
      simulate(&data, shapes[s][0], shapes[s][1], binary, 31 * s + 5);
      check_leave_one_out(&data, CORE_KERNEL_LINEAR, 0, 0);
      check_leave_one_out(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
      check_leave_one_out(&data, CORE_KERNEL_POLYNOMIAL, 3, 0);
      check_leave_one_out(&data, CORE_KERNEL_POLYNOMIAL, 8, 0);
      check_leave_one_out(&data, CORE_KERNEL_RADIAL, 0, 0.5);
    }
  }
}

Test(kernel_ridge, two_models_tie_at_every_alpha) {
  /* Whichever is left out, ridge predicts the other's score, whatever alpha is. */
  problem data;
  for (uint64_t seed = 1; seed <= 200; seed++) {
    double mean_squares[GRID], difference;
    core_kernel_ridge regression;
    simulate(&data, 2, 1 + seed % 40, seed % 2 == 0, seed);
    difference = data.full_scores[0] - data.full_scores[1];
    regression = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
    free(fit(&regression, &data, grid, GRID, mean_squares));
    for (size_t i = 0; i < GRID; i++) cr_assert_float_eq(mean_squares[i] / (difference * difference), 1, 1e-10);
    cr_assert_eq(regression.alpha, grid[0], "seed %d: %g", (int)seed, regression.alpha);
  }
}

Test(kernel_ridge, constant_questions_predict_the_mean) {
  static problem data;
  core_kernel_ridge regression;
  double answers[5] = {0, 1, 0.5, 7, -2}, mean = 0, *parameters;
  simulate(&data, 9, 5, 1, 3);
  for (size_t q = 0; q < 5; q++) {
    for (size_t i = 0; i < 9; i++) data.answers[q * 9 + i] = 0.1 * (double)q;
  }
  for (size_t i = 0; i < 9; i++) mean += data.full_scores[i] / 9;
  regression = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
  parameters = fit(&regression, &data, grid, GRID, NULL);
  cr_assert_eq(regression.alpha, grid[0]);
  cr_assert_float_eq(predict(&regression, parameters, answers), mean, 1e-13);
  free(parameters);
  check_predictions(&data, CORE_KERNEL_POLYNOMIAL, 2, 0, 0.1, 1e-12);
  check_predictions(&data, CORE_KERNEL_RADIAL, 0, 0.2, 0.1, 1e-12);
}

Test(kernel_ridge, some_constant_questions) {
  static problem data;
  simulate(&data, 14, 6, 1, 8);
  for (size_t i = 0; i < 14; i++) {
    data.answers[2 * 14 + i] = 1;
    data.answers[4 * 14 + i] = 0;
  }
  check_leave_one_out(&data, CORE_KERNEL_LINEAR, 0, 0);
  check_leave_one_out(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
  check_predictions(&data, CORE_KERNEL_LINEAR, 0, 0, 0.1, 1e-12);
}

Test(kernel_ridge, equal_full_scores_are_predicted_whatever_the_answers) {
  static problem data;
  for (uint64_t seed = 1; seed <= 200; seed++) {
    core_kernel_ridge regression;
    double answers[12] = {1, 0, 1}, score = (double)seed / 201, *parameters;
    simulate(&data, 3 + seed % 20, 12, seed % 2 == 0, seed);
    for (size_t i = 0; i < data.models; i++) data.full_scores[i] = score;
    regression = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
    parameters = fit(&regression, &data, grid, GRID, NULL);
    cr_assert_eq(regression.alpha, grid[0]); /* all residuals are rounding: a tie */
    cr_assert_float_eq(predict(&regression, parameters, answers), score, 1e-15);
    free(parameters);
  }
}

Test(kernel_ridge, equal_models_are_at_distance_zero) {
  /* however narrow the radial kernel is */
  static problem data;
  simulate(&data, 9, 13, 0, 21);
  for (size_t q = 0; q < 13; q++) {
    for (size_t i = 1; i < 9; i++) data.answers[q * 9 + i] = data.answers[q * 9];
  }
  check_predictions(&data, CORE_KERNEL_RADIAL, 0, 1e20, 1, 1e-12);
}

Test(kernel_ridge, ridge_follows_a_shift_of_the_scores) {
  static problem data;
  core_kernel_ridge a, b;
  double answers[7] = {1, 0, 0, 1, 1, 0, 1}, *parameters, *shifted;
  simulate(&data, 15, 7, 1, 5);
  a = b = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
  parameters = fit(&a, &data, grid, GRID, NULL);
  for (size_t i = 0; i < 15; i++) data.full_scores[i] += 10;
  shifted = fit(&b, &data, grid, GRID, NULL);
  cr_assert_eq(a.alpha, b.alpha);
  cr_assert_float_eq(predict(&a, parameters, answers) + 10, predict(&b, shifted, answers), 1e-12);
  free(parameters);
  free(shifted);
}

Test(kernel_ridge, without_penalty_a_regular_system_is_solved) {
  static problem data;
  simulate(&data, 20, 4, 0, 6);
  check_predictions(&data, CORE_KERNEL_LINEAR, 0, 0, 0, 1e-11);
  simulate(&data, 6, 9, 0, 7);
  check_predictions(&data, CORE_KERNEL_POLYNOMIAL, 2, 0, 0, 1e-9);
  check_predictions(&data, CORE_KERNEL_RADIAL, 0, 2, 0, 1e-9);
}

Test(kernel_ridge, without_penalty_more_questions_than_models_interpolate) {
  static problem data;
  static const core_kernel kernels[] = {CORE_KERNEL_LINEAR, CORE_KERNEL_POLYNOMIAL, CORE_KERNEL_RADIAL};
  double alpha = 0, answers[LARGEST];
  simulate(&data, 8, 30, 0, 9);
  for (size_t k = 0; k < 3; k++) {
    core_kernel_ridge regression = regression_for(&data, kernels[k], 2, 0.1);
    double *parameters = fit(&regression, &data, &alpha, 1, NULL);
    for (size_t i = 0; i < 8; i++) {
      answers_of(&data, i, answers);
      cr_assert_float_eq(predict(&regression, parameters, answers), data.full_scores[i], 1e-9);
    }
    free(parameters);
  }
}

Test(kernel_ridge, without_penalty_equal_models_share_their_weight) {
  /* Models 0 and 1 are the same: the kernel is singular. The solution of minimum norm gives
  ** both half of the weight of one, and predicts the mean of their scores. */
  static problem data, single;
  core_kernel_ridge regression, reduced;
  double alpha = 0, answers[10], *parameters, *expected;
  simulate(&data, 7, 10, 0, 10);
  for (size_t q = 0; q < 10; q++) data.answers[q * 7 + 1] = data.answers[q * 7];
  leave_out(&data, 1, &single);
  single.full_scores[0] = (data.full_scores[0] + data.full_scores[1]) / 2;
  regression = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
  reduced = regression_for(&single, CORE_KERNEL_POLYNOMIAL, 2, 0);
  parameters = fit(&regression, &data, &alpha, 1, NULL);
  expected = fit(&reduced, &single, &alpha, 1, NULL);
  cr_assert_float_eq(parameters[0], parameters[1], 1e-7 * fabs(parameters[0]));
  cr_assert_float_eq(2 * parameters[0], expected[0], 1e-7 * fabs(expected[0]));
  for (size_t i = 0; i < 7; i++) {
    answers_of(&data, i, answers);
    cr_assert_float_eq(predict(&regression, parameters, answers), predict(&reduced, expected, answers), 1e-8);
  }
  free(parameters);
  free(expected);
}

Test(kernel_ridge, without_penalty_ridge_has_the_smallest_coefficients) {
  /* A question asked twice: the two coefficients are equal, and their sum is that of the
  ** question asked once. */
  static problem once, twice;
  core_kernel_ridge a, b;
  double alpha = 0, *parameters, *doubled;
  simulate(&once, 20, 4, 0, 11);
  twice = once;
  twice.questions = 5;
  memcpy(twice.answers + 4 * 20, twice.answers, 20 * sizeof(double));
  a = regression_for(&once, CORE_KERNEL_LINEAR, 0, 0);
  b = regression_for(&twice, CORE_KERNEL_LINEAR, 0, 0);
  parameters = fit(&a, &once, &alpha, 1, NULL);
  doubled = fit(&b, &twice, &alpha, 1, NULL);
  cr_assert_float_eq(doubled[1], doubled[5], 1e-12);
  cr_assert_float_eq(doubled[1] + doubled[5], parameters[1], 1e-11);
  cr_assert_float_eq(doubled[0], parameters[0], 1e-11);
  free(parameters);
  free(doubled);
}

Test(kernel_ridge, hardly_any_penalty_is_no_penalty) {
  /* 1/alpha must not blow up what is rounding. */
  static problem data;
  core_kernel_ridge none, hardly;
  double zero = 0, tiny = 1e-300, answers[10], *a, *b;
  simulate(&data, 7, 10, 1, 12);
  for (size_t q = 0; q < 10; q++) data.answers[q * 7 + 1] = data.answers[q * 7];
  none = hardly = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
  a = fit(&none, &data, &zero, 1, NULL);
  b = fit(&hardly, &data, &tiny, 1, NULL);
  answers_of(&data, 3, answers);
  cr_assert_float_eq(predict(&none, a, answers), predict(&hardly, b, answers), 1e-12);
  free(a);
  free(b);
}

Test(kernel_ridge, a_huge_penalty_leaves_the_mean_or_nothing) {
  static problem data;
  core_kernel_ridge linear, polynomial;
  double alpha = 1e300, answers[5] = {1, 1, 0, 0, 1}, mean = 0, *a, *b;
  simulate(&data, 8, 5, 1, 13);
  for (size_t i = 0; i < 8; i++) mean += data.full_scores[i] / 8;
  linear = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
  polynomial = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
  a = fit(&linear, &data, &alpha, 1, NULL);
  b = fit(&polynomial, &data, &alpha, 1, NULL);
  cr_assert_float_eq(predict(&linear, a, answers), mean, 1e-14);
  cr_assert_float_eq(predict(&polynomial, b, answers), 0, 1e-14);
  free(a);
  free(b);
}

Test(kernel_ridge, a_zero_kernel_gives_zero) {
  /* no answer differs: without alpha nothing can be inverted, and the inverse of a subnormal one is infinite */
  static const double alphas[] = {0, 5e-324, 1e-309, 1e-300};
  problem data = {2, 1, {0, 0}, {0.25, 0.75}};
  for (size_t i = 0; i < sizeof(alphas) / sizeof(alphas[0]); i++) {
    core_kernel_ridge regression = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
    double answer = 1, mean_square, *parameters = fit(&regression, &data, &alphas[i], 1, &mean_square);
    cr_assert_float_eq(predict(&regression, parameters, &answer), 0.5, 1e-16);
    free(parameters);
  }
}

Test(kernel_ridge, leave_one_out_without_penalty_is_infinite_where_undefined) {
  static problem data;
  core_kernel_ridge regression;
  double alphas[] = {0, 0.1}, mean_squares[2];
  simulate(&data, 6, 3, 1, 14);
  for (size_t q = 0; q < 3; q++) data.answers[q * 6 + 1] = data.answers[q * 6];
  regression = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
  free(fit(&regression, &data, alphas, 2, mean_squares));
  cr_assert(isinf(mean_squares[0]) && isfinite(mean_squares[1]));
  cr_assert_eq(regression.alpha, 0.1);
}

Test(kernel_ridge, arguments_that_make_no_sense) {
  static problem data;
  coreset_context context = {0};
  core_kernel_ridge regression;
  double parameters[200], bad[] = {-1, NAN, INFINITY}, alpha = 0.1, answers[4] = {0};
  simulate(&data, 6, 4, 1, 15);
  regression = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
  for (size_t i = 0; i < 3; i++) {
    cr_assert_eq(
        core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &bad[i], 1, parameters, NULL),
        CORESET_ERROR);
    if (i == 0) cr_assert_str_eq(context.message, "alpha must be at least 0, got -1");
  }
  regression.degree = 0;
  cr_assert_eq(
      core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &alpha, 1, parameters, NULL),
      CORESET_ERROR);
  regression = regression_for(&data, CORE_KERNEL_RADIAL, 0, 0);
  cr_assert_eq(
      core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &alpha, 1, parameters, NULL),
      CORESET_ERROR);
  cr_assert_str_eq(context.message, "gamma must be more than 0, got 0");
  regression = regression_for(&data, CORE_KERNEL_LINEAR, 0, 0);
  regression.models = 1;
  cr_assert_eq(
      core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &alpha, 1, parameters, NULL),
      CORESET_ERROR);
  regression.models = SIZE_MAX / 2;
  cr_assert_eq(
      core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &alpha, 1, parameters, NULL),
      CORESET_NO_MEMORY);
  regression = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 8, 0);
  data.answers[0] = 1e100; /* its power overflows */
  cr_assert_eq(
      core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &alpha, 1, parameters, NULL),
      CORESET_ERROR);
  data.answers[0] = 0;
  cr_assert_eq(
      core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, &alpha, 1, parameters, NULL),
      CORESET_OK);
  for (size_t i = 0; i < 4; i++) answers[i] = 1e100;
  cr_assert_eq(core_kernel_ridge_predict(&context, &regression, parameters, answers, &alpha), CORESET_ERROR);
  cr_assert(strlen(context.message) > 0);
}

Test(kernel_ridge, parameter_counts) {
  core_kernel_ridge regression = {10, 4, CORE_KERNEL_POLYNOMIAL, 2, 0, 0};
  cr_assert_eq(core_kernel_ridge_parameter_count(&regression), 50);
  regression.kernel = CORE_KERNEL_LINEAR;
  cr_assert_eq(core_kernel_ridge_parameter_count(&regression), 5);
  regression.kernel = CORE_KERNEL_RADIAL;
  regression.models = SIZE_MAX / 3;
  cr_assert_eq(core_kernel_ridge_parameter_count(&regression), 0);
  regression.questions = SIZE_MAX;
  cr_assert_eq(core_kernel_ridge_parameter_count(&regression), 0);
}

/* Refuses the allocation whose number *data counts down to. */
static int refuse(void *data, size_t byte_count) {
  int *left = data;
  (void)byte_count;
  return (*left)-- == 0;
}

Test(kernel_ridge, refused_memory_and_interrupts) {
  enum { ATTEMPTS = 400 };
  static problem data;
  double parameters[200], answers[9] = {0}, predicted;
  int allocations = 0, refused = 0, interrupted = 0;
  simulate(&data, 12, 9, 1, 16);
  for (int attempt = ATTEMPTS; attempt >= 0; attempt--) { /* the first is not refused anything, and counts */
    core_kernel_ridge regression = regression_for(&data, CORE_KERNEL_POLYNOMIAL, 2, 0);
    interruption limited = {.left = attempt};
    coreset_context context = {0};
    int left = attempt;
    coreset_status status;
    context.refuse_allocation = refuse;
    context.refuse_allocation_data = &left;
    status = core_kernel_ridge_fit(&context, &regression, data.answers, data.full_scores, grid, GRID, parameters, NULL);
    cr_assert(status == CORESET_NO_MEMORY || status == CORESET_OK);
    refused += status == CORESET_NO_MEMORY;
    if (attempt == ATTEMPTS) allocations = ATTEMPTS - left;
    interrupt_after(&limited, attempt);
    status = core_kernel_ridge_fit(&limited.context, &regression, data.answers, data.full_scores, grid, GRID,
                                   parameters, NULL);
    cr_assert(status == CORESET_INTERRUPTED || status == CORESET_OK);
    interrupted += status == CORESET_INTERRUPTED;
    if (status != CORESET_OK) continue;
    left = 0;
    cr_assert_eq(core_kernel_ridge_predict(&context, &regression, parameters, answers, &predicted), CORESET_NO_MEMORY);
  }
  cr_assert_eq(refused, allocations);
  cr_assert_geq(allocations, 14); /* nine arrays here, and those of the eigenvalues */
  cr_assert_lt(allocations, ATTEMPTS);
  cr_assert_geq(interrupted, 2 + GRID); /* at least once for each alpha */
  cr_assert_lt(interrupted, ATTEMPTS);
}

/* So many models that there is a factorisation for each alpha: mean squares and coefficients from eigenvectors. */
Test(kernel_ridge, many_models_from_eigenvectors) {
  enum { MODELS = 530, QUESTIONS = 12, ALPHAS = 3 };
  const double alphas[ALPHAS] = {0.05, 1, 30};
  static double answers[MODELS * QUESTIONS], full[MODELS], kernel[MODELS * MODELS], values[MODELS];
  uint64_t seed = 11;
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) answers[i] = uniform(&seed);
  for (size_t m = 0; m < MODELS; m++) full[m] = 0.5 * answers[m] + 0.5 * uniform(&seed);
  for (int linear = 0; linear < 2; linear++) {
    coreset_context context = {0};
    core_kernel_ridge regression = {.models = MODELS,
                                    .questions = QUESTIONS,
                                    .degree = 2,
                                    .kernel = linear ? CORE_KERNEL_LINEAR : CORE_KERNEL_POLYNOMIAL};
    double parameters[MODELS * (QUESTIONS + 1)], squares[ALPHAS], centred[MODELS], projections[MODELS], mean = 0;
    cr_assert_eq(core_kernel_ridge_fit(&context, &regression, answers, full, alphas, ALPHAS, parameters, squares),
                 CORESET_OK, "%s", context.message);
    for (size_t m = 0; m < MODELS; m++) mean += full[m] / MODELS;
    for (size_t m = 0; m < MODELS; m++) centred[m] = full[m] - linear * mean;
    for (size_t i = 0; i < MODELS; i++) {
      for (size_t j = 0; j < MODELS; j++) {
        double sum = 0;
        for (size_t q = 0; q < QUESTIONS; q++) {
          const double *column = answers + q * MODELS;
          double centre = 0;
          for (size_t m = 0; m < MODELS && linear; m++) centre += column[m] / MODELS;
          sum += (column[i] - centre) * (column[j] - centre);
          if (linear && j > i) break; /* the lower triangle is enough, and quicker */
        }
        kernel[i * MODELS + j] = linear ? sum : pow(sum / QUESTIONS + 1, 2);
      }
    }
    for (size_t i = 0; i < MODELS; i++) {
      for (size_t j = i + 1; j < MODELS; j++) kernel[i * MODELS + j] = kernel[j * MODELS + i];
    }
    cr_assert_eq(core_linalg_eigen(&context, kernel, MODELS, values), CORESET_OK);
    for (size_t k = 0; k < MODELS; k++) {
      projections[k] = 0;
      for (size_t m = 0; m < MODELS; m++) projections[k] += kernel[k * MODELS + m] * centred[m];
    }
    for (size_t a = 0; a < ALPHAS; a++) {
      double square = 0;
      for (size_t i = 0; i < MODELS; i++) {
        double fitted = 0, leverage = 0, inverse = 0, dual = 0;
        for (size_t k = 0; k < MODELS; k++) {
          const double *vector = kernel + k * MODELS;
          double projection = projections[k], factor = 1 / (values[k] + alphas[a]);
          dual += vector[i] * factor * projection;
          inverse += vector[i] * vector[i] * factor;
          fitted += vector[i] * values[k] * factor * projection;
          leverage += vector[i] * vector[i] * values[k] * factor;
        }
        double residual = linear ? (centred[i] - fitted) / (1 - 1.0 / MODELS - leverage) : dual / inverse;
        square += residual * residual / MODELS;
        if (!linear && fabs(alphas[a] - regression.alpha) < 1e-15) {
          cr_assert_float_eq(parameters[i], dual, 1e-9 * (1 + fabs(dual)));
        }
      }
      cr_assert_float_eq(squares[a], square, 1e-9 * square, "linear %d, alpha %g", linear, alphas[a]);
    }
  }
}
