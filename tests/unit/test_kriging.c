/*
** test_kriging.c: the field of questions, kriging_select and krr_blup against literal
** implementations: explicit N x N covariances, conditioned directly.
*/
#include "literal_field.h"
#include "numeric/elementary.h"
#include "select/selector.h"

/* The variance of the mean answer, given the answers to these questions. */
static double variance_given(const literal_field *field, const size_t *given, size_t count) {
  static double a[LIMIT][LIMIT];
  double b[LIMIT], right[LIMIT], total = 0, n = (double)field->questions;
  for (size_t i = 0; i < field->questions; i++) {
    for (size_t k = 0; k < field->questions; k++) total += covariance(field, i, k) / (n * n);
  }
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < count; k++) a[i][k] = covariance(field, given[i], given[k]);
    right[i] = 0;
    for (size_t k = 0; k < field->questions; k++) right[i] += covariance(field, given[i], k) / n;
    b[i] = right[i];
  }
  eliminate(a, b, count);
  for (size_t i = 0; i < count; i++) total -= b[i] * right[i];
  return total;
}

/* Starts to choose so many questions. */
static coreset_selection *start(const coreset_scores *scores, size_t count) {
  coreset_context context = {0};
  coreset_choice kriging = core_default_choice(&core_selector_kriging.method);
  coreset_request request = {.count = count, .budget = INFINITY};
  coreset_selection *selection;
  cr_assert_eq(coreset_selection_new(&context, scores, &kriging, &request, &selection), CORESET_OK, "%s",
               context.message);
  return selection;
}

/* Follows a selection: objective and remaining_sd as conditioning has them, and no other
** question would have removed more. Takes the scores. */
static void follow(double *x, size_t models, size_t questions, enum kind kind) {
  static literal_field field;
  coreset_context context = {0};
  coreset_matrix *matrix = matrix_of_kind(x, models, questions, kind);
  coreset_scores *scores;
  coreset_pick pick;
  size_t given[LIMIT] = {0}, taken = 0;
  unsigned char used[LIMIT] = {0};
  build_literally(x, models, questions, kind, &field);
  double before = variance_given(&field, given, 0);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(scores->binary, kind == BINARY);
  cr_assert_eq(core_scores_binary_kind(scores), kind != REAL);
  coreset_selection *selection = start(scores, questions);
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
    for (size_t q = 0; q < questions; q++) {
      if (used[q]) continue;
      given[taken] = q;
      cr_assert(before - variance_given(&field, given, taken + 1) <= pick.objective * (1 + 1e-9) + 1e-12,
                "pick %zu: question %zu removes more", taken, q);
    }
    given[taken++] = pick.question;
    used[pick.question] = 1;
    double after = variance_given(&field, given, taken);
    cr_assert_float_eq(pick.objective, before - after, 1e-11 + 1e-9 * pick.objective);
    cr_assert_float_eq(pick.remaining_sd * pick.remaining_sd, fmax(after, 0), 1e-11);
    if (taken == 1) cr_assert_eq(pick.redundancy, 0);
    before = after;
  }
  cr_assert_eq(taken, questions);
  cr_assert_eq(pick.remaining_sd, 0);
  coreset_selection_free(selection);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

Test(kriging, is_exact_conditioning) {
  size_t sizes[][2] = {{3, 12}, {10, 20}, {30, 16}, {2, 8}};
  for (size_t i = 0; i < 4; i++) {
    follow(simulate_binary(sizes[i][0], sizes[i][1], 40 + i), sizes[i][0], sizes[i][1], BINARY);
    follow(simulate_levels(sizes[i][0], sizes[i][1], 40, 60 + i), sizes[i][0], sizes[i][1], REAL);
    follow(simulate_levels(sizes[i][0], sizes[i][1], TRIALS, 80 + i), sizes[i][0], sizes[i][1], AVERAGES);
  }
}

/* R of trials, over the models that answered both, whether or not the answers to a question are all 0 and 1. */
Test(kriging, trials_are_compared_where_both_are_answered) {
  enum { MODELS = 20, QUESTIONS = 30 };
  for (int missing = 0; missing < 2; missing++) {
    double *x = simulate_binary(MODELS, QUESTIONS, 5), *averages = simulate_levels(MODELS, QUESTIONS, TRIALS, 5);
    int trials[MODELS * QUESTIONS];
    uint64_t seed = 3;
    coreset_context context = {0};
    core_arena arena = {0};
    core_field field;
    for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
      int repeated = i / MODELS % 3 == 1 && uniform(&seed) < 0.5; /* every third question */
      trials[i] = repeated ? TRIALS : 1;
      if (repeated) x[i] = averages[i];
      if (missing && uniform(&seed) < 0.2) x[i] = NAN;
    }
    coreset_matrix *matrix = matrix_of_trials(x, trials, MODELS, QUESTIONS);
    coreset_scores *scores = scores_of_all(matrix);
    cr_assert(scores->counted && !scores->binary);
    cr_assert_eq(core_field_build(&context, &arena, scores, CORE_FIELD_PLAIN, &field), CORESET_OK);
    for (size_t i = 0; i < QUESTIONS; i++) {
      for (size_t k = 0; k < QUESTIONS; k++) {
        double sum = 0, both = 0;
        for (size_t m = 0; m < MODELS; m++) {
          double difference = x[i * MODELS + m] - x[k * MODELS + m];
          if (isnan(difference)) continue;
          sum += difference * difference;
          both++;
        }
        double expected = field.mean_noise * exp(-sum / both / (0.4 * field.mean_noise));
        cr_assert_float_eq(core_field_similarity(&field, i, k), expected, 1e-14);
      }
    }
    core_release(&arena);
    coreset_scores_free(scores);
    coreset_matrix_free(matrix);
    free(x);
    free(averages);
  }
}

/* Beyond the limit of exact sums (8192 questions) the local similarities are sampled: the
** covariance with the score of the first picks is still right to a tenth of what
** the local part adds. */
Test(kriging, sampled_similarities_are_close) {
  enum { MODELS = 12, QUESTIONS = 9000, PICKS = 20 };
  coreset_context context = {0};
  double *x = simulate_binary(MODELS, QUESTIONS, 3), worst = 0;
  coreset_matrix *matrix = matrix_of(x, MODELS, QUESTIONS);
  coreset_scores *scores;
  core_arena arena = {0};
  core_field field;
  coreset_pick pick;
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK);
  cr_assert_eq(core_field_build(&context, &arena, scores, CORE_FIELD_PLAIN, &field), CORESET_OK);
  coreset_selection *selection = start(scores, PICKS);
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
    double local = 0, other = field.share[pick.question] * field.noise[pick.question];
    for (size_t k = 0; k < QUESTIONS; k++) {
      local += field.share[k] * core_field_similarity(&field, pick.question, k);
      for (size_t f = 0; f < field.factor_count; f++) {
        const double *row = field.factors + f * QUESTIONS;
        other += field.share[k] * row[k] * row[pick.question];
      }
    }
    worst = fmax(worst, fabs(pick.relevance - local - other) / local);
  }
  cr_assert_lt(worst, 0.1, "off by %g of the local part", worst);
  cr_assert_gt(worst, 0, "not sampled");
  coreset_selection_free(selection);
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

/* ------------------------------------------------------------------------
** krr_blup, from its definition
*/

/* g. */
static double kernel_literally(const double *x, size_t models, size_t questions, const size_t *coreset, size_t count,
                               const double *answers) {
  static double k[LIMIT][LIMIT];
  double a[LIMIT][LIMIT], t[LIMIT], s[LIMIT] = {0}, y[LIMIT] = {0}, h[LIMIT], c[LIMIT], tau = 0, level = 0;
  double b0 = 0, total = 0;
  for (size_t q = 0; q < count; q++) {
    double mean = average(x + coreset[q] * models, models);
    for (size_t i = 0; i < models; i++) {
      a[i][q] = x[coreset[q] * models + i] - mean;
      tau += a[i][q] * a[i][q] / (double)models;
      s[i] += a[i][q] / (double)count;
    }
    t[q] = answers[q] - mean;
    level += t[q] / (double)count;
  }
  for (size_t i = 0; i < models; i++) {
    for (size_t q = 0; q < questions; q++) y[i] += x[q * models + i] / (double)questions;
  }
  double sigma2 = product(s, s, models);
  for (int side = 0; side < 2; side++) {
    double *right = side == 0 ? h : c;
    for (size_t i = 0; i < models; i++) {
      for (size_t j = 0; j < models; j++) {
        double g = 0;
        for (size_t q = 0; q < count; q++) g += a[i][q] * a[j][q] / tau;
        k[i][j] = 2 * s[i] * s[j] / sigma2 + 2 * g + g * g + (i == j ? 0.1 : 0);
      }
      right[i] = side == 0 ? 1 : y[i] - b0;
    }
    eliminate(k, right, models);
    for (size_t i = 0; side == 0 && i < models; i++) total += h[i];
    for (size_t i = 0; side == 0 && i < models; i++) b0 += h[i] * y[i] / total;
  }
  double result = b0;
  for (size_t i = 0; i < models; i++) {
    double inner = 0;
    for (size_t q = 0; q < count; q++) inner += a[i][q] * t[q] / tau;
    result += c[i] * (2 * level * s[i] / sigma2 + 2 * inner + inner * inner);
  }
  return result;
}

/* A fit of krr_blup to the answers of all models to these questions. */
static coreset_fit *fit_of(const coreset_matrix *matrix, const size_t *questions, size_t count) {
  coreset_context context = {0};
  coreset_choice krr_blup;
  coreset_scores *scores;
  coreset_fit *fit;
  cr_assert_eq(coreset_choose_predictor(&context, "krr_blup", &krr_blup), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_fit_new(&context, scores, &krr_blup, NULL, questions, count, &fit), CORESET_OK, "%s",
               context.message);
  coreset_scores_free(scores);
  return fit;
}

/* Takes the scores. */
static void check_krr_blup(double *x, size_t models, size_t questions, enum kind kind, size_t count, uint64_t seed) {
  static literal_field field;
  coreset_context context = {0};
  coreset_matrix *matrix = matrix_of_kind(x, models, questions, kind);
  coreset_fit *read;
  unsigned char *bytes;
  size_t coreset[LIMIT], size;
  double answers[LIMIT], predicted, again, n = (double)count, given = 0;
  for (size_t i = 0; i < count; i++) {
    coreset[i] = i * questions / count;
    answers[i] = kind == BINARY ? uniform(&seed) < 0.5 : 0.2 + 0.6 * uniform(&seed);
    given += answers[i];
  }
  build_literally(x, models, questions, kind, &field);
  double q = n / (6 * fmax((double)models - 4, 0.5)), w = q * q / (1 + q * q);
  w = 1 - (1 - w) * (1 - n / (double)questions);
  double expected = (1 - w) * kernel_literally(x, models, questions, coreset, count, answers) +
                    w * blup_literally(&field, coreset, count, answers);
  if (kind != REAL) { /* what is possible */
    expected = fmin(fmax(expected, given / (double)questions), (given + (double)questions - n) / (double)questions);
  }
  coreset_fit *fit = fit_of(matrix, coreset, count);
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_OK);
  cr_assert_float_eq(predicted, expected, 1e-9, "%zu models, %zu of %zu questions: %.12g, not %.12g", models, count,
                     questions, predicted, expected);
  cr_assert_eq(coreset_fit_write(&context, fit, &bytes, &size), CORESET_OK);
  cr_assert_eq(coreset_fit_read(&context, bytes, size, &read), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_fit_predict(&context, read, answers, &again), CORESET_OK);
  cr_assert_eq(again, predicted);
  coreset_fit_free(fit), coreset_fit_free(read);
  coreset_free(bytes);
  coreset_matrix_free(matrix);
  free(x);
}

Test(krr_blup, follows_the_definition) {
  for (size_t models = 5; models <= 25; models += 10) {
    for (size_t count = 4; count <= 36; count += 16) { /* fewer and more questions than factors */
      check_krr_blup(simulate_binary(models, 38, models + count), models, 38, BINARY, count, models);
      check_krr_blup(simulate_levels(models, 38, 50, models + count), models, 38, REAL, count, models);
      check_krr_blup(simulate_levels(models, 38, TRIALS, models + count), models, 38, AVERAGES, count, models);
    }
  }
}

/* With every question answered the prediction is their mean. */
Test(krr_blup, is_exact_at_the_last_question) {
  coreset_context context = {0};
  double *x = simulate_binary(12, 20, 3), answers[20], predicted, sum = 0;
  coreset_matrix *matrix = matrix_of(x, 12, 20);
  size_t all[20];
  for (size_t i = 0; i < 20; i++) all[i] = i, answers[i] = i % 3 == 0, sum += answers[i];
  coreset_fit *fit = fit_of(matrix, all, 20);
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_OK);
  cr_assert_float_eq(predicted, sum / 20, 1e-14);
  coreset_fit_free(fit);
  coreset_matrix_free(matrix);
  free(x);
}

Test(exponential, agrees_with_the_c_library) {
  for (double x = 0; x > -690; x -= 0.0371) {
    cr_assert(fabs(core_exp(x) / exp(x) - 1) < 1e-15, "%.17g: %.17g, not %.17g", x, core_exp(x), exp(x));
  }
  cr_assert_eq(core_exp(0), 1);
  cr_assert_eq(core_exp(-1e9), 0);
}
