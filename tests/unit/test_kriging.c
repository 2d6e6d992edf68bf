/*
** test_kriging.c: the field of questions, kriging_select and krr_blup against literal
** implementations: explicit N x N covariances, conditioned directly.
*/
#include "matrices.h"
#include "numeric/elementary.h"
#include "select/selector.h"
#include "statistics/field.h"

#define LIMIT 40

/* ------------------------------------------------------------------------
** The field, literally, in plain double sums
*/

typedef struct literal_field {
  size_t models, questions;
  double mu[LIMIT], v[LIMIT], vb;
  double L[LIMIT][LIMIT + 3], R[LIMIT][LIMIT];
} literal_field;

static double average(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return sum / (double)count;
}

static double product(const double *a, const double *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum / (double)count;
}

/* What scores are; averages are of TRIALS trials each. */
enum kind { REAL, BINARY, AVERAGES };

enum { TRIALS = 3 };

/* The matrix of scores of a kind. */
static coreset_matrix *matrix_of_kind(const double *x, size_t models, size_t questions, enum kind kind) {
  int trials[LIMIT * LIMIT];
  for (size_t i = 0; i < models * questions; i++) trials[i] = TRIALS;
  return matrix_of_trials(x, kind == AVERAGES ? trials : NULL, models, questions);
}

/* r for every question: literally the share of the variance of one trial that averages have. */
static void share_literally(const double *x, size_t models, size_t questions, const literal_field *field, double *r) {
  double within[LIMIT], single[LIMIT];
  for (size_t q = 0; q < questions; q++) {
    within[q] = 0;
    for (size_t m = 0; m < models; m++) within[q] += x[q * models + m] * (1 - x[q * models + m]) / (double)models;
    single[q] = field->mu[q] * (1 - field->mu[q]);
  }
  for (size_t q = 0; q < questions; q++) {
    r[q] = 1 - ((double)models * within[q] + 2 * average(within, questions)) /
                   ((double)models * single[q] + 2 * average(single, questions));
  }
}

/* X: question by question. */
static void build_literally(const double *x, size_t models, size_t questions, enum kind kind, literal_field *field) {
  int binary = kind != REAL;
  double r[LIMIT], p[LIMIT], s2[LIMIT], trend[3][LIMIT], degrees = (double)models - 1;
  field->models = models, field->questions = questions;
  for (size_t q = 0; q < questions; q++) {
    field->mu[q] = average(x + q * models, models);
    s2[q] = 0;
    for (size_t m = 0; m < models; m++) {
      s2[q] += (x[q * models + m] - field->mu[q]) * (x[q * models + m] - field->mu[q]) / degrees;
      field->L[q][m] = (x[q * models + m] - field->mu[q]) / sqrt(degrees);
    }
  }
  share_literally(x, models, questions, field, r);
  for (size_t q = 0; q < questions; q++) {
    double M = (double)models;
    p[q] = binary ? (M * field->mu[q] + 2 * average(field->mu, questions)) / (M + 2) : field->mu[q];
    field->v[q] =
        binary ? fmax(p[q] * (1 - p[q]) * r[q], 1e-4) : ((M - 1) * s2[q] + 2 * average(s2, questions)) / (M + 1);
  }
  if (!binary) {
    double mean = average(field->v, questions);
    for (size_t q = 0; q < questions; q++) field->v[q] = fmax(field->v[q], fmax(1e-4 * mean, 1e-12));
  }
  field->vb = average(field->v, questions);
  double mean = average(p, questions), total = 0;
  for (size_t q = 0; q < questions; q++) total += (p[q] - mean) * (p[q] - mean);
  double deviation = fmax(sqrt(total / (double)questions), 1e-9);
  for (size_t q = 0; q < questions; q++) {
    double s = (p[q] - mean) / deviation;
    trend[0][q] = 1, trend[1][q] = s, trend[2][q] = s * s;
  }
  for (size_t j = 1; j < 3; j++) {
    double before = sqrt(product(trend[j], trend[j], questions));
    for (int round = 0; round < 2; round++) {
      for (size_t k = 0; k < j; k++) {
        double c = product(trend[j], trend[k], questions);
        for (size_t q = 0; q < questions; q++) trend[j][q] -= c * trend[k][q];
      }
    }
    double norm = sqrt(product(trend[j], trend[j], questions));
    for (size_t q = 0; q < questions; q++) trend[j][q] = norm > 1e-8 * before ? trend[j][q] / norm : 0;
  }
  for (size_t j = 0; j < 3; j++) {
    double w = 0;
    for (size_t m = 0; m < models; m++) {
      double c = 0;
      for (size_t q = 0; q < questions; q++) c += (x[q * models + m] - field->mu[q]) * trend[j][q] / (double)questions;
      w += c * c / degrees;
    }
    w = fmax(w - field->vb / (double)questions, 1e-4 * field->vb);
    if (j == 0) w = fmax(w, field->vb / ((double)models * (double)models));
    for (size_t q = 0; q < questions; q++) field->L[q][models + j] = trend[j][q] * sqrt(w);
  }
  for (size_t q = 0; q < questions; q++) {
    for (size_t k = 0; k < questions; k++) {
      double d = 0;
      for (size_t m = 0; m < models; m++) {
        d += (x[q * models + m] - x[k * models + m]) * (x[q * models + m] - x[k * models + m]) / (double)models;
      }
      field->R[q][k] = field->vb * exp(-d / (0.4 * field->vb));
    }
  }
}

/* The covariance of two answers. */
static double covariance(const literal_field *field, size_t i, size_t k) {
  double sum = field->R[i][k] + (i == k ? field->v[i] : 0);
  for (size_t f = 0; f < field->models + 3; f++) sum += field->L[i][f] * field->L[k][f];
  return sum;
}

/* Solves a x = b by Gaussian elimination with pivoting; n x n, both are used up. */
static void eliminate(double (*a)[LIMIT], double *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t pivot = i;
    for (size_t j = i + 1; j < n; j++) {
      if (fabs(a[j][i]) > fabs(a[pivot][i])) pivot = j;
    }
    for (size_t k = 0; k < n; k++) {
      double swap = a[i][k];
      a[i][k] = a[pivot][k], a[pivot][k] = swap;
    }
    double swap = b[i];
    b[i] = b[pivot], b[pivot] = swap;
    for (size_t j = 0; j < n; j++) {
      double factor = a[j][i] / a[i][i];
      if (j == i) continue;
      for (size_t k = i; k < n; k++) a[j][k] -= factor * a[i][k];
      b[j] -= factor * b[i];
    }
  }
  for (size_t i = 0; i < n; i++) b[i] /= a[i][i];
}

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

/* b: the mean of the posterior of the field with noise z, plus the answers themselves. */
static double blup_literally(const literal_field *field, const size_t *coreset, size_t count, const double *answers) {
  static double a[LIMIT][LIMIT];
  double b[LIMIT], sum = 0;
  size_t factors = field->models + 3;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < count; k++) {
      a[i][k] = i == k ? (field->vb + field->v[coreset[i]]) / 2 : 0;
      for (size_t f = 0; f < factors; f++) a[i][k] += field->L[coreset[i]][f] * field->L[coreset[k]][f];
    }
    b[i] = answers[i] - field->mu[coreset[i]];
  }
  eliminate(a, b, count);
  for (size_t k = 0; k < field->questions; k++) {
    double expected = field->mu[k];
    int seen = 0;
    for (size_t i = 0; i < count; i++) {
      if (coreset[i] == k) sum += answers[i], seen = 1;
      for (size_t f = 0; f < factors; f++) expected += field->L[k][f] * field->L[coreset[i]][f] * b[i];
    }
    if (!seen) sum += expected;
  }
  return sum / (double)field->questions;
}

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
