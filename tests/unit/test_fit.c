/*
** test_fit.c: fits made from scores, and as bytes: round trips, and bytes that were
** damaged by accident or on purpose.
*/
#include "matrices.h"

#include "base/bytes.h"
#include "base/checksum.h"
#include "predict/predictor.h"
#include "statistics/kernel_ridge.h"

enum { MODELS = 14, QUESTIONS = 40, CHECKSUM = 24, HEADER = 136, SETTING = 24 };

/* Source models and their scores, with everything that has to be released. */
typedef struct sources {
  coreset_matrix *matrix;
  coreset_scores *scores;
  double *values; /* question by question */
} sources;

/* scale and offset map 0/1 scores; with noise they are no longer binary. */
static sources sources_new(double scale, double offset, double noise) {
  coreset_context context = {0};
  sources made;
  uint64_t seed = 77;
  size_t i;
  made.values = simulate_binary(MODELS, QUESTIONS, 5);
  for (i = 0; i < MODELS * QUESTIONS; i++) {
    made.values[i] = offset + scale * ((1 - noise) * made.values[i] + noise * uniform(&seed));
  }
  made.matrix = matrix_of(made.values, MODELS, QUESTIONS);
  cr_assert_eq(coreset_scores_new(&context, made.matrix, NULL, &made.scores), CORESET_OK, "%s", context.message);
  return made;
}

static void sources_free(sources *made) {
  coreset_scores_free(made->scores);
  coreset_matrix_free(made->matrix);
  free(made->values);
}

static const size_t coreset[] = {3, 30, 11, 7, 22, 19};
enum { CORESET = sizeof(coreset) / sizeof(coreset[0]) };

static coreset_setting integer(int64_t value) {
  coreset_setting setting = {1, value, 0};
  return setting;
}

static coreset_setting real(double value) {
  coreset_setting setting = {1, 0, value};
  return setting;
}

static coreset_fit *fit_of(const sources *made, const char *name, const coreset_setting *settings) {
  coreset_context context = {0};
  coreset_fit *fit;
  cr_assert_eq(coreset_fit_new(&context, made->matrix, made->scores, coreset_find_predictor(name), settings, coreset,
                               CORESET, &fit),
               CORESET_OK, "%s", context.message);
  return fit;
}

static double predict(const coreset_fit *fit, const double *answers) {
  coreset_context context = {0};
  double predicted;
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_OK, "%s", context.message);
  return predicted;
}

static unsigned char *bytes_of(const coreset_fit *fit, size_t *size) {
  coreset_context context = {0};
  unsigned char *bytes;
  cr_assert_eq(coreset_fit_write(&context, fit, &bytes, size), CORESET_OK, "%s", context.message);
  return bytes;
}

/* ------------------------------------------------------------------------ fits */

Test(fit, predictors_are_well_formed) {
  size_t count, i, j, o;
  const coreset_predictor *const *all = coreset_predictors(&count);
  cr_assert(count >= 2);
  for (i = 0; i < count; i++) {
    size_t options;
    const coreset_option *list = coreset_predictor_options(all[i], &options);
    cr_assert_eq(coreset_find_predictor(coreset_predictor_name(all[i])), all[i]);
    cr_assert(strlen(all[i]->name) < CORE_PREDICTOR_NAME_SIZE && strlen(all[i]->summary) > 0);
    cr_assert(options <= CORESET_OPTION_LIMIT);
    for (j = 0; j < i; j++) cr_assert(strcmp(all[i]->name, all[j]->name) != 0);
    for (o = 0; o < options; o++) {
      cr_assert(list[o].name != NULL);
      cr_assert_eq(list[o].type == CORESET_OPTION_CHOICE, list[o].choices != NULL);
    }
  }
  cr_assert(coreset_find_predictor("no such method") == NULL);
  cr_assert(coreset_find_predictor("") == NULL);
}

Test(fit, predicts_what_kernel_ridge_does) {
  sources made = sources_new(1, 0, 0);
  coreset_fit *fit = fit_of(&made, "krr", NULL);
  core_kernel_ridge regression = {MODELS, CORESET, CORE_KERNEL_POLYNOMIAL, 2, 0, 0};
  static const double alphas[] = {0.1, 0.31622776601683794, 1, 3.1622776601683795, 10};
  static const size_t sorted[CORESET] = {3, 7, 11, 19, 22, 30};
  double answers[MODELS * CORESET], full_scores[MODELS], parameters[MODELS * (CORESET + 1)], target[CORESET];
  double expected;
  coreset_context context = {0};
  size_t m, q;
  for (q = 0; q < CORESET; q++) {
    memcpy(answers + q * MODELS, made.values + sorted[q] * MODELS, MODELS * sizeof(double));
    cr_assert_eq(coreset_fit_question(fit, q).integer, (int64_t)sorted[q]);
    target[q] = (double)(q % 2);
  }
  for (m = 0; m < MODELS; m++) {
    full_scores[m] = 0;
    for (q = 0; q < QUESTIONS; q++) full_scores[m] += made.values[q * MODELS + m] / QUESTIONS;
  }
  cr_assert_eq(core_kernel_ridge_fit(&context, &regression, answers, full_scores, alphas, 5, parameters, NULL),
               CORESET_OK);
  cr_assert_eq(core_kernel_ridge_predict(&context, &regression, parameters, target, &expected), CORESET_OK);
  cr_assert_float_eq(predict(fit, target), expected, 1e-13);
  cr_assert_eq(coreset_fit_settings(fit)[2].real, regression.alpha);
  coreset_fit_free(fit);
  sources_free(&made);
}

Test(fit, settings_in_force_are_recorded) {
  sources made = sources_new(1, 0, 0), continuous = sources_new(1, 0, 0.5);
  coreset_setting settings[4] = {integer(CORE_KERNEL_RADIAL), integer(3), {0, 0, 0}, {0, 0, 0}};
  coreset_fit *fit = fit_of(&made, "krr", settings);
  const coreset_setting *found = coreset_fit_settings(fit);
  cr_assert(found[0].integer == CORE_KERNEL_RADIAL && !found[1].is_set && found[2].is_set && found[3].is_set);
  cr_assert_eq(found[3].real, 1.0 / CORESET);
  cr_assert(found[2].real >= 0.1 && found[2].real <= 10); /* the grid of binary scores */
  coreset_fit_free(fit);

  fit = fit_of(&made, "krr", NULL);
  found = coreset_fit_settings(fit);
  cr_assert(found[0].integer == CORE_KERNEL_POLYNOMIAL && found[1].integer == 2 && found[2].is_set);
  cr_assert(!found[3].is_set);
  cr_assert_eq(coreset_fit_predictor(fit), coreset_find_predictor("krr"));
  cr_assert_eq(coreset_fit_question_count(fit), CORESET);
  coreset_fit_free(fit);

  settings[0] = integer(CORE_KERNEL_POLYNOMIAL);
  settings[2] = real(0);
  fit = fit_of(&continuous, "krr", settings);
  found = coreset_fit_settings(fit);
  cr_assert(found[1].integer == 3 && found[2].is_set && found[2].real == 0);
  coreset_fit_free(fit);

  settings[0] = real(0.7);
  fit = fit_of(&made, "ridge", settings);
  cr_assert_eq(coreset_fit_settings(fit)[0].real, 0.7);
  coreset_fit_free(fit);
  sources_free(&made), sources_free(&continuous);
}

Test(fit, alpha_spans_the_published_grid) {
  /* With all questions ridge can be exact: the smallest alpha. With one answer that has
  ** nothing to do with the score: the largest. */
  static const double expected[2][2] = {{0.1, 10}, {0.01, 100}};
  int continuous;
  for (continuous = 0; continuous < 2; continuous++) {
    sources made = sources_new(1, 0, continuous ? 0.5 : 0);
    double values[MODELS * 30];
    size_t all[QUESTIONS], i, only = 0;
    coreset_context context = {0};
    coreset_matrix *matrix;
    coreset_scores *scores;
    coreset_fit *fit;
    for (i = 0; i < QUESTIONS; i++) all[i] = i;
    cr_assert_eq(coreset_fit_new(&context, made.matrix, made.scores, coreset_find_predictor("ridge"), NULL, all,
                                 QUESTIONS, &fit),
                 CORESET_OK);
    cr_assert_eq(coreset_fit_settings(fit)[0].real, expected[continuous][0]);
    coreset_fit_free(fit);

    /* every second model knows the first question, the first half knows the others */
    for (i = 0; i < MODELS * 30; i++) {
      size_t question = i / MODELS, model = i % MODELS;
      values[i] = (double)(question == 0 ? model % 2 : model < MODELS / 2 + question % 2);
      if (continuous) values[i] = 0.25 + 0.5 * values[i];
      if (continuous && question == 29) values[i] = (double)model / MODELS;
    }
    matrix = matrix_of(values, MODELS, 30);
    cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK);
    cr_assert_eq(coreset_fit_new(&context, matrix, scores, coreset_find_predictor("ridge"), NULL, &only, 1, &fit),
                 CORESET_OK);
    cr_assert_eq(coreset_fit_settings(fit)[0].real, expected[continuous][1]);
    coreset_fit_free(fit);
    coreset_scores_free(scores);
    coreset_matrix_free(matrix);
    sources_free(&made);
  }
}

Test(fit, ridge_is_the_linear_kernel) {
  sources made = sources_new(1, 0, 0.5);
  coreset_setting settings[4] = {integer(CORE_KERNEL_LINEAR), {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
  coreset_fit *linear = fit_of(&made, "krr", settings), *ridge = fit_of(&made, "ridge", NULL);
  double answers[CORESET] = {0.1, 0.9, 0.4, 0.2, 0.5, 1};
  cr_assert_eq(coreset_fit_settings(linear)[2].real, coreset_fit_settings(ridge)[0].real);
  cr_assert_float_eq(predict(linear, answers), predict(ridge, answers), 1e-14);
  coreset_fit_free(linear), coreset_fit_free(ridge);
  sources_free(&made);
}

Test(fit, order_of_the_coreset_does_not_matter) {
  sources made = sources_new(1, 0, 0);
  static const size_t other[CORESET] = {30, 22, 19, 11, 7, 3};
  coreset_context context = {0};
  coreset_fit *a = fit_of(&made, "ridge", NULL), *b;
  unsigned char *x, *y;
  size_t x_size, y_size;
  cr_assert_eq(
      coreset_fit_new(&context, made.matrix, made.scores, coreset_find_predictor("ridge"), NULL, other, CORESET, &b),
      CORESET_OK);
  x = bytes_of(a, &x_size), y = bytes_of(b, &y_size);
  cr_assert(x_size == y_size && memcmp(x, y, x_size) == 0);
  coreset_free(x), coreset_free(y);
  coreset_fit_free(a), coreset_fit_free(b);
  sources_free(&made);
}

Test(fit, other_scales_give_the_same_predictions_on_them) {
  /* 0/1 scores, and the same as -20/30 */
  sources plain = sources_new(1, 0, 0), scaled = sources_new(50, -20, 0);
  static const char *names[] = {"krr", "ridge"};
  size_t n, q;
  for (n = 0; n < 2; n++) {
    coreset_fit *a = fit_of(&plain, names[n], NULL), *b = fit_of(&scaled, names[n], NULL);
    double answers[CORESET], mapped[CORESET];
    for (q = 0; q < CORESET; q++) {
      answers[q] = q % 3 == 0;
      mapped[q] = 50 * answers[q] - 20;
    }
    cr_assert_float_eq(predict(b, mapped), 50 * predict(a, answers) - 20, 1e-11);
    coreset_fit_free(a), coreset_fit_free(b);
  }
  sources_free(&plain), sources_free(&scaled);
}

/* Whether making a fit fails with this message. */
static void check_refusal(const sources *made, const char *name, const coreset_setting *settings,
                          const size_t *questions, size_t count, const char *message) {
  coreset_context context = {0};
  coreset_fit *fit = (coreset_fit *)&context;
  cr_assert_eq(coreset_fit_new(&context, made->matrix, made->scores, coreset_find_predictor(name), settings, questions,
                               count, &fit),
               CORESET_ERROR);
  cr_assert(fit == NULL);
  cr_assert(strstr(context.message, message) != NULL, "%s", context.message);
}

Test(fit, refuses_what_cannot_be_fitted) {
  sources made = sources_new(1, 0, 0);
  static const size_t twice[] = {4, 5, 4}, beyond[] = {4, QUESTIONS};
  coreset_setting settings[4] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
  check_refusal(&made, "krr", NULL, coreset, 0, "no questions");
  check_refusal(&made, "krr", NULL, twice, 3, "question 4 is in the coreset twice");
  check_refusal(&made, "krr", NULL, beyond, 2, "less than 40, got 40");
  settings[2] = real(-1);
  check_refusal(&made, "krr", settings, coreset, CORESET, "got -1");
  settings[2] = real(NAN);
  check_refusal(&made, "krr", settings, coreset, CORESET, "alpha must be");
  settings[2].is_set = 0;
  settings[1] = integer(9);
  check_refusal(&made, "krr", settings, coreset, CORESET, "degree must be between 1 and 8, got 9");
  settings[1] = integer(0);
  check_refusal(&made, "krr", settings, coreset, CORESET, "got 0");
  settings[1].is_set = 0;
  settings[0] = integer(3);
  check_refusal(&made, "krr", settings, coreset, CORESET, "kernel");
  settings[0] = integer(CORE_KERNEL_RADIAL);
  settings[3] = real(0);
  check_refusal(&made, "krr", settings, coreset, CORESET, "gamma must be more than 0, got 0");
  sources_free(&made);
}

Test(fit, refuses_answers_that_are_no_numbers) {
  sources made = sources_new(1, 0, 0);
  coreset_fit *fit = fit_of(&made, "krr", NULL);
  double answers[CORESET] = {0, 1, NAN, 0, 1, 0}, predicted;
  coreset_context context = {0};
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_ERROR);
  cr_assert(strstr(context.message, "question 11") != NULL, "%s", context.message);
  cr_assert(isnan(predicted));
  answers[2] = INFINITY;
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_ERROR);
  answers[2] = 1e200; /* its square overflows */
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_ERROR);
  coreset_fit_free(fit);
  coreset_fit_free(NULL);
  sources_free(&made);
}

/* ------------------------------------------------------------------------ bytes */

/* A small matrix whose questions are integers and texts, among them the empty text and
** one with a zero byte; and a fit to these, with what intervals need if selector is not NULL. */
static coreset_fit *fit_with_texts(const char *name, const coreset_setting *settings, const char *selector,
                                   int binary) {
  static const coreset_id questions[] = {{NULL, 0, INT64_MIN}, {NULL, 0, 5},   {"", 0, 0},
                                         {"5", 1, 0},          {"a\0b", 3, 0}, {"\xC3\xA9t\xC3\xA9", 5, 0}};
  static const size_t chosen[] = {0, 2, 3, 4, 5};
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  coreset_scores *scores;
  coreset_fit *fit;
  coreset_prediction_request request = {.predictor = coreset_find_predictor(name), .settings = settings};
  unsigned char *bytes;
  size_t size, m, q;
  uint64_t seed = 3;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (m = 0; m < 4; m++) {
    for (q = 0; q < 6; q++) {
      coreset_id model = {NULL, 0, (int64_t)m};
      double score = binary ? (m * 5 + q * 3) % 7 < m + q / 3 : 1 + 4 * uniform(&seed);
      cr_assert_eq(coreset_builder_add(&context, builder, &model, &questions[q], &score, 1), CORESET_OK);
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &bytes, &size), CORESET_OK);
  coreset_builder_free(builder);
  cr_assert_eq(coreset_matrix_read(&context, bytes, size, &matrix), CORESET_OK);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK);
  cr_assert_eq(coreset_fit_new(&context, matrix, scores, coreset_find_predictor(name), settings, chosen, 5, &fit),
               CORESET_OK, "%s", context.message);
  if (selector != NULL) {
    request.selector = coreset_find_selector(selector);
    cr_assert_eq(coreset_fit_calibrate(&context, matrix, scores, &request, fit), CORESET_OK, "%s", context.message);
    cr_assert(fit->calibration != NULL);
  }
  coreset_free(bytes);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix); /* the fit refers to none of them */
  return fit;
}

/* Every kind of fit in turn; NULL after the last. */
static coreset_fit *example(size_t number) {
  coreset_setting settings[4] = {{1, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
  if (number == 3) return fit_with_texts("ridge", NULL, NULL, 0);
  if (number == 4) return fit_with_texts("mean", NULL, "random", 0);
  if (number == 5) return fit_with_texts("krr_blup", NULL, "kriging", 0);
  if (number == 6) return fit_with_texts("krr_blup_irt", NULL, NULL, 1);
  if (number > 6) return NULL;
  settings[0].integer = (int64_t)number;
  return fit_with_texts("krr", settings, NULL, 0);
}

/* Reads a copy that ends where its memory ends, so that reading on is noticed. */
static coreset_status read_copy(const unsigned char *bytes, size_t size, coreset_fit **fit, char *message) {
  coreset_context context = {0};
  unsigned char *copy = malloc(size > 0 ? size : 1);
  coreset_status status;
  memcpy(copy, bytes, size);
  status = coreset_fit_read(&context, copy, size, fit);
  free(copy);
  cr_assert_eq(status == CORESET_OK, *fit != NULL);
  cr_assert(status == CORESET_OK || (status == CORESET_CORRUPT && context.message[0] != 0), "%d %s", (int)status,
            context.message);
  if (message != NULL) memcpy(message, context.message, sizeof(context.message));
  return status;
}

Test(fit_blob, round_trip) {
  coreset_fit *fit;
  size_t number;
  for (number = 0; (fit = example(number)) != NULL; number++) {
    double answers[] = {1, 5, 2.5, 4, 3.125};
    size_t size, again_size, options, i;
    unsigned char *bytes = bytes_of(fit, &size), *again;
    coreset_fit *read;
    cr_assert(core_fit_recognise(bytes, size));
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
    again = bytes_of(read, &again_size);
    cr_assert(size == again_size && memcmp(bytes, again, size) == 0);
    cr_assert_eq(predict(fit, answers), predict(read, answers)); /* to the last bit */
    cr_assert_eq(coreset_fit_predictor(read), coreset_fit_predictor(fit));
    cr_assert_eq(coreset_fit_question_count(read), 5);
    for (i = 0; i < 5; i++) {
      coreset_id a = coreset_fit_question(fit, i), b = coreset_fit_question(read, i);
      cr_assert_eq(coreset_id_compare(&a, &b), 0);
      cr_assert_eq(core_fit_find_question(read, &a), (ptrdiff_t)i);
    }
    coreset_predictor_options(coreset_fit_predictor(fit), &options);
    for (i = 0; i < options; i++) {
      const coreset_setting *a = &coreset_fit_settings(fit)[i], *b = &coreset_fit_settings(read)[i];
      cr_assert(a->is_set == b->is_set);
      if (a->is_set) cr_assert(a->integer == b->integer && a->real == b->real);
    }
    coreset_free(bytes), coreset_free(again);
    coreset_fit_free(fit), coreset_fit_free(read);
  }
  cr_assert_eq(number, 7);
}

Test(fit_blob, recognises_the_beginning_only) {
  coreset_fit *fit = example(0);
  size_t size;
  unsigned char *bytes = bytes_of(fit, &size);
  cr_assert(core_fit_recognise(bytes, 8));
  cr_assert(!core_fit_recognise(bytes, 7));
  cr_assert(!core_fit_recognise(NULL, 0));
  cr_assert(!core_fit_recognise("CoreFat", 8));
  coreset_free(bytes);
  coreset_fit_free(fit);
}

Test(fit_blob, every_flipped_bit_and_every_length_is_noticed) {
  coreset_fit *fit, *read;
  size_t number;
  for (number = 0; (fit = example(number)) != NULL; number++) {
    size_t size, i;
    unsigned char *bytes = bytes_of(fit, &size), *longer = calloc(size + 9, 1);
    for (i = 0; i < 8 * size; i++) {
      bytes[i / 8] ^= (unsigned char)(1 << i % 8);
      cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_CORRUPT, "bit %zu", i);
      bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (i = 0; i < size; i++) cr_assert_eq(read_copy(bytes, i, &read, NULL), CORESET_CORRUPT, "%zu bytes", i);
    memcpy(longer, bytes, size);
    for (i = 1; i < 10; i++) cr_assert_eq(read_copy(longer, size + i, &read, NULL), CORESET_CORRUPT);
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
    coreset_fit_free(read);
    free(longer);
    coreset_free(bytes);
    coreset_fit_free(fit);
  }
}

/* Reads bytes whose checksum and size were made right again; what is accepted must be
** usable. Returns whether it was accepted. */
static int try_forged(unsigned char *bytes, size_t size) {
  coreset_fit *read;
  if (size >= CHECKSUM + 8) core_store64(bytes + CHECKSUM, core_checksum(bytes, size, CHECKSUM));
  if (read_copy(bytes, size, &read, NULL) != CORESET_OK) return 0;
  {
    coreset_context context = {0};
    size_t count = coreset_fit_question_count(read), q, written_size;
    double *answers = malloc(count * sizeof(double)), predicted;
    unsigned char *written;
    coreset_status status;
    for (q = 0; q < count; q++) {
      coreset_id id = coreset_fit_question(read, q);
      answers[q] = (double)q;
      cr_assert_eq(core_fit_find_question(read, &id), (ptrdiff_t)q);
    }
    status = coreset_fit_predict(&context, read, answers, &predicted);
    cr_assert((status == CORESET_OK && isfinite(predicted)) || status == CORESET_ERROR);
    cr_assert_eq(coreset_fit_write(&context, read, &written, &written_size), CORESET_OK);
    cr_assert_eq(written_size, size);
    coreset_free(written);
    free(answers);
  }
  coreset_fit_free(read);
  return 1;
}

Test(fit_blob, forged_bytes_never_crash) {
  static const uint64_t words[] = {0,
                                   1,
                                   2,
                                   255,
                                   INT64_MAX,
                                   UINT64_MAX,
                                   UINT64_MAX / 8,
                                   UINT64_MAX / 8 + 1,
                                   UINT64_C(1) << 32,
                                   (UINT64_C(1) << 61) + 1,
                                   UINT64_C(0x7FF0000000000000),
                                   UINT64_C(0x7FF8000000000000),
                                   UINT64_C(0x7FEFFFFFFFFFFFFF),
                                   UINT64_C(0x8000000000000000)};
  coreset_fit *fit;
  size_t number;
  for (number = 0; (fit = example(number)) != NULL; number++) {
    size_t size, i, w;
    unsigned char *bytes = bytes_of(fit, &size), *forged = malloc(2 * size);
    uint64_t seed = 11 + number;
    /* one word replaced */
    for (i = 0; i + 8 <= size; i += 4) {
      for (w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
        memcpy(forged, bytes, size);
        core_store64(forged + i, words[w]);
        try_forged(forged, size);
      }
    }
    /* one byte replaced */
    for (i = 0; i < size; i++) {
      for (w = 0; w < 256; w++) {
        memcpy(forged, bytes, size);
        forged[i] = (unsigned char)w;
        try_forged(forged, size);
      }
    }
    /* cut or grown, with the size field made to agree */
    for (i = 0; i <= 2 * size; i++) {
      memset(forged, 0, 2 * size);
      memcpy(forged, bytes, i < size ? i : size);
      if (i >= 24) core_store64(forged + 16, i);
      if (i != size) cr_assert_eq(try_forged(forged, i), 0);
    }
    /* several bytes and words replaced */
    for (i = 0; i < 20000; i++) {
      size_t changes = 1 + core_splitmix(&seed) % 5;
      memcpy(forged, bytes, size);
      while (changes-- > 0) {
        size_t at = core_splitmix(&seed) % (size - 8);
        if (core_splitmix(&seed) % 2) {
          forged[32 + at % (size - 32)] = (unsigned char)core_splitmix(&seed);
        } else {
          core_store64(forged + 8 * (at / 8), core_splitmix(&seed) % 12);
        }
      }
      try_forged(forged, size);
    }
    free(forged);
    coreset_free(bytes);
    coreset_fit_free(fit);
  }
}

/* Expects that the example fit, with 8 bytes at an offset replaced and the checksum
** made right, is refused with a message that contains this text. */
static void check_forgery(size_t number, size_t offset, uint64_t word, const char *reason) {
  coreset_fit *fit = example(number), *read;
  char message[CORESET_MESSAGE_SIZE];
  size_t size;
  unsigned char *bytes = bytes_of(fit, &size);
  core_store64(bytes + offset, word);
  core_store64(bytes + CHECKSUM, core_checksum(bytes, size, CHECKSUM));
  cr_assert_eq(read_copy(bytes, size, &read, message), CORESET_CORRUPT, "offset %zu", offset);
  cr_assert(strstr(message, reason) != NULL, "offset %zu: %s, expected %s", offset, message, reason);
  coreset_free(bytes);
  coreset_fit_free(fit);
}

static uint64_t word_of(double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof(word));
  return word;
}

Test(fit_blob, refusals_say_why) {
  enum { POLY, LINEAR, RADIAL, RIDGE, MEAN, KRR_BLUP, KRR_BLUP_IRT };
  size_t kernel = HEADER, degree = HEADER + SETTING, alpha = HEADER + 2 * SETTING, gamma = HEADER + 3 * SETTING;
  size_t poly_parameters = HEADER + 4 * SETTING, shares = poly_parameters + 8 * 4 * 6, poly_ids = shares + 8 * 5;
  size_t mean_shares = HEADER + 8 * 5, mean_scores = mean_shares + 8 * 5; /* no settings, a weight for each question */
  check_forgery(POLY, 0, 0, "not a fit");
  check_forgery(POLY, 8, 1 | UINT64_C(4) << 32, "format version 1");
  check_forgery(POLY, 8, 2 | UINT64_C(3) << 32, "do not add up");
  check_forgery(POLY, 16, 5, "its size is not what it says");
  check_forgery(POLY, 32, UINT64_C(0x6264776F6E6B6E75), "predictor 'unknowdb'");
  check_forgery(POLY, 32, UINT64_C(0x00000A72726B0A0A), "no proper name");
  check_forgery(POLY, 40, UINT64_C(0x6B00), "no proper name");
  check_forgery(POLY, 32, UINT64_C(0x6567646972), "other options");
  check_forgery(POLY, 56, 4, "numbers of questions");
  check_forgery(POLY, 64, 0, "numbers of questions or models");
  check_forgery(POLY, 64, 5, "parameters do not go with its size");
  check_forgery(POLY, 64, UINT64_MAX, "parameters do not go with its size");
  check_forgery(RIDGE, 64, 1, "number of models");
  check_forgery(POLY, 72, UINT64_MAX, "do not add up");
  check_forgery(POLY, 96, UINT64_MAX / 8 + 2, "do not add up");
  check_forgery(POLY, 104, word_of(NAN), "range of scores");
  check_forgery(POLY, 104, word_of(1e9), "range of scores");
  check_forgery(POLY, 112, word_of(INFINITY), "range of scores");
  check_forgery(POLY, kernel, 2, "neither set nor unset");
  check_forgery(POLY, kernel, 0, "kernel is missing");
  check_forgery(POLY, kernel + 8, 3, "out of range");
  check_forgery(POLY, kernel + 8, UINT64_MAX, "out of range");
  check_forgery(POLY, kernel + 8, LINEAR, "degree does not go");
  check_forgery(POLY, degree, 0, "degree does not go");
  check_forgery(POLY, degree + 8, 1000000, "out of range");
  check_forgery(POLY, alpha, 0, "alpha is missing");
  check_forgery(RIDGE, HEADER, 0, "alpha is missing");
  check_forgery(POLY, alpha + 16, word_of(-0.5), "out of range");
  check_forgery(POLY, gamma, 1, "gamma does not go");
  check_forgery(RADIAL, gamma, 0, "gamma does not go");
  check_forgery(RADIAL, gamma + 16, word_of(0), "gamma does not go");
  check_forgery(POLY, 120, 4, "do not add up");
  check_forgery(MEAN, 120, 0, "do not add up");
  check_forgery(MEAN, 120, UINT64_MAX - 4, "do not add up");
  check_forgery(MEAN, 64, 5, "intervals are of other models");
  check_forgery(POLY, 128, word_of(0.5), "a scale and no models");
  check_forgery(MEAN, 128, word_of(-0.5), "intervals are impossible");
  check_forgery(MEAN, 128, word_of(NAN), "intervals are impossible");
  check_forgery(POLY, shares, word_of(1.5), "share is not between");
  check_forgery(MEAN, mean_shares, word_of(NAN), "share is not between");
  check_forgery(MEAN, mean_scores, word_of(INFINITY), "full score is not a finite number");
  check_forgery(KRR_BLUP_IRT, HEADER, word_of(0.6), "share of curves");
  check_forgery(KRR_BLUP_IRT, HEADER, word_of(0), "do not go with its size");
  check_forgery(KRR_BLUP, 64, 3, "intervals are of other models");
  check_forgery(POLY, poly_parameters, word_of(INFINITY), "parameter is not a finite number");
  check_forgery(POLY, poly_parameters + 8, word_of(NAN), "parameter is not a finite number");
  /* one integer identifier, then the ends 0, 1, 4, 9 and the texts '' '5' 'a0b' 'ete' */
  check_forgery(POLY, poly_ids + 8, UINT64_C(1) << 32 | 2, "overlap");
  check_forgery(POLY, poly_ids + 8, UINT64_C(0) << 32 | 0, "not in order");
  check_forgery(POLY, poly_ids + 16, UINT64_C(8) << 32 | 4, "do not fill");
  check_forgery(POLY, poly_ids + 16, UINT64_C(0xFFFFFFFF) << 32 | 4, "overlap");
}

Test(fit_blob, parameter_count_zero_with_an_impossible_number_of_models) {
  /* models (questions + 1) overflows, and must not pass for no parameters */
  coreset_fit *fit = example(0), *read;
  size_t size, skip = 8 * 4 * 6, parameters = HEADER + 4 * SETTING, i; /* models x (questions + 1) */
  unsigned char *bytes = bytes_of(fit, &size);
  memmove(bytes + parameters, bytes + parameters + skip, size - parameters - skip);
  size -= skip;
  core_store64(bytes + 16, size);
  core_store64(bytes + 96, 0);
  for (i = 0; i < 64; i++) {
    core_store64(bytes + 64, UINT64_C(1) << i);
    core_store64(bytes + CHECKSUM, core_checksum(bytes, size, CHECKSUM));
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_CORRUPT);
  }
  coreset_free(bytes);
  coreset_fit_free(fit);
}

/* ------------------------------------------------------------------------ memory */

static int refuse(void *data, size_t byte_count) {
  int *left = data;
  (void)byte_count;
  return (*left)-- == 0;
}

static int interrupt(void *data) {
  int *left = data;
  return (*left)-- == 0;
}

Test(fit, every_refused_allocation_leaves_nothing_behind) {
  sources made = sources_new(1, 0, 0);
  int stage, attempt;
  for (stage = 0; stage < 5; stage++) {
    coreset_fit *fit = fit_of(&made, "krr_blup_irt", NULL), *other;
    coreset_prediction_request request = {.predictor = coreset_find_predictor("krr_blup_irt"),
                                          .selector = coreset_find_selector("kriging_irt")};
    double answers[CORESET] = {0}, predicted;
    size_t size, other_size;
    unsigned char *bytes = bytes_of(fit, &size), *other_bytes;
    coreset_status status = CORESET_NO_MEMORY;
    for (attempt = 0; status != CORESET_OK; attempt++) {
      int left = attempt;
      coreset_context context = {0};
      context.refuse_allocation = refuse;
      context.refuse_allocation_data = &left;
      other = NULL;
      other_bytes = NULL;
      switch (stage) {
      case 0:
        status = coreset_fit_new(&context, made.matrix, made.scores, request.predictor, NULL, coreset, CORESET, &other);
        break;
      case 1:
        status = coreset_fit_predict(&context, fit, answers, &predicted);
        break;
      case 2:
        status = coreset_fit_write(&context, fit, &other_bytes, &other_size);
        break;
      case 3:
        status = coreset_fit_read(&context, bytes, size, &other);
        break;
      default:
        status = coreset_fit_calibrate(&context, made.matrix, made.scores, &request, fit);
        cr_assert_eq(status == CORESET_OK, fit->calibration != NULL);
      }
      cr_assert(status == CORESET_OK || status == CORESET_NO_MEMORY);
      if (status == CORESET_NO_MEMORY) cr_assert(other == NULL && other_bytes == NULL && context.message[0] != 0);
      coreset_fit_free(other);
      coreset_free(other_bytes);
      cr_assert(attempt < 1000);
    }
    cr_assert(attempt > 1);
    coreset_free(bytes);
    coreset_fit_free(fit);
  }
  sources_free(&made);
}

Test(fit, interrupted_fits_leave_nothing_behind) {
  sources made = sources_new(1, 0, 0);
  coreset_status status = CORESET_INTERRUPTED;
  int attempt;
  for (attempt = 0; status != CORESET_OK; attempt++) {
    int left = attempt;
    coreset_context context = {0};
    coreset_fit *fit;
    context.interrupted = interrupt;
    context.interrupted_data = &left;
    status = coreset_fit_new(&context, made.matrix, made.scores, coreset_find_predictor("krr"), NULL, coreset, CORESET,
                             &fit);
    cr_assert(status == CORESET_OK || (status == CORESET_INTERRUPTED && fit == NULL));
    coreset_fit_free(fit);
  }
  cr_assert(attempt > 3);
  sources_free(&made);
}
