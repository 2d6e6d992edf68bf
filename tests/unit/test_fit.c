/*
** test_fit.c: fits made from scores.
*/
#include "fits.h"

#include "statistics/kernel_ridge.h"

enum { MODELS = 14, QUESTIONS = 40 };

/* Source models and their scores, with everything that has to be released. */
typedef struct sources {
  coreset_matrix *matrix;
  coreset_scores *scores;
  double *values; /* question by question */
} sources;

/* Takes the values. */
static sources sources_of(double *values, size_t models, size_t questions) {
  coreset_context context = {0};
  sources made = {.matrix = matrix_of(values, models, questions), .values = values};
  cr_assert_eq(coreset_scores_new(&context, made.matrix, NULL, &made.scores), CORESET_OK, "%s", context.message);
  return made;
}

/* scale and offset map 0/1 scores; with noise they are no longer binary. */
static sources sources_new(double scale, double offset, double noise) {
  double *values = simulate_binary(MODELS, QUESTIONS, 5);
  uint64_t seed = 77;
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
    values[i] = offset + scale * ((1 - noise) * values[i] + noise * uniform(&seed));
  }
  return sources_of(values, MODELS, QUESTIONS);
}

static void sources_free(sources *made) {
  coreset_scores_free(made->scores);
  coreset_matrix_free(made->matrix);
  free(made->values);
}

static const size_t coreset[] = {3, 30, 11, 7, 22, 19};
enum { CORESET = sizeof(coreset) / sizeof(coreset[0]) };

static coreset_fit *fit_to(const sources *made, const coreset_choice *choice, const size_t *questions, size_t count) {
  coreset_context context = {0};
  coreset_fit *fit;
  cr_assert_eq(coreset_fit_new(&context, made->scores, choice, NULL, questions, count, &fit), CORESET_OK, "%s",
               context.message);
  return fit;
}

static coreset_fit *fit_of(const sources *made, const coreset_choice *choice) {
  return fit_to(made, choice, coreset, CORESET);
}

/* With the default settings. */
static coreset_fit *fit_by(const sources *made, const char *name) {
  coreset_choice choice = predictor(name);
  return fit_of(made, &choice);
}

Test(fit, predictors_are_well_formed) {
  coreset_context context = {0};
  coreset_choice choice;
  size_t count;
  const coreset_method *const *all = coreset_predictors(&count);
  cr_assert(count >= 2);
  for (size_t i = 0; i < count; i++) {
    cr_assert_eq(predictor(all[i]->name).method, all[i]);
    cr_assert(strlen(all[i]->name) <= 23 && strlen(all[i]->summary) > 0 && strlen(all[i]->source) > 0);
    cr_assert(all[i]->option_count <= CORESET_OPTION_LIMIT);
    for (size_t j = 0; j < i; j++) cr_assert(strcmp(all[i]->name, all[j]->name) != 0);
    for (size_t o = 0; o < all[i]->option_count; o++) {
      const coreset_option *option = &all[i]->options[o];
      cr_assert(option->name != NULL);
      cr_assert(strlen(option->name) <= 23);
      cr_assert_eq(option->type == CORESET_OPTION_CHOICE, option->choices != NULL);
      for (size_t c = 0; option->choices != NULL && option->choices[c] != NULL; c++) {
        cr_assert(strlen(option->choices[c]) <= 23);
      }
    }
  }
  cr_assert_eq(coreset_choose_predictor(&context, "no such method", &choice), CORESET_ERROR);
  cr_assert_eq(coreset_choose_predictor(&context, "", &choice), CORESET_ERROR);
}

Test(fit, predicts_what_kernel_ridge_does) {
  sources made = sources_new(1, 0, 0);
  coreset_fit *fit = fit_by(&made, "krr");
  core_kernel_ridge regression = {MODELS, CORESET, CORE_KERNEL_POLYNOMIAL, 2, 0, 0};
  static const double alphas[] = {0.1, 0.31622776601683794, 1, 3.1622776601683795, 10};
  static const size_t sorted[CORESET] = {3, 7, 11, 19, 22, 30};
  double answers[MODELS * CORESET], full_scores[MODELS], parameters[MODELS * (CORESET + 1)], target[CORESET];
  double expected;
  coreset_context context = {0};
  for (size_t q = 0; q < CORESET; q++) {
    memcpy(answers + q * MODELS, made.values + sorted[q] * MODELS, MODELS * sizeof(double));
    cr_assert_eq(coreset_fit_question(fit, q).integer, (int64_t)sorted[q]);
    target[q] = (double)(q % 2);
  }
  for (size_t m = 0; m < MODELS; m++) {
    full_scores[m] = 0;
    for (size_t q = 0; q < QUESTIONS; q++) full_scores[m] += made.values[q * MODELS + m] / QUESTIONS;
  }
  cr_assert_eq(core_kernel_ridge_fit(&context, &regression, answers, full_scores, alphas, 5, parameters, NULL),
               CORESET_OK);
  cr_assert_eq(core_kernel_ridge_predict(&context, &regression, parameters, target, &expected), CORESET_OK);
  cr_assert_float_eq(predict(fit, target), expected, 1e-13);
  cr_assert_eq(setting_of(fit, "alpha").real, regression.alpha);
  coreset_fit_free(fit);
  sources_free(&made);
}

Test(fit, settings_in_force_are_recorded) {
  sources made = sources_new(1, 0, 0), continuous = sources_new(1, 0, 0.5);
  coreset_choice krr = predictor("krr"), ridge = predictor("ridge"), open = {.method = krr.method};
  coreset_fit *fit;
  set_integer(&krr, "kernel", CORE_KERNEL_RADIAL);
  set_integer(&krr, "degree", 3);
  fit = fit_of(&made, &krr);
  cr_assert(setting_of(fit, "kernel").integer == CORE_KERNEL_RADIAL && !setting_of(fit, "degree").is_set);
  cr_assert(setting_of(fit, "alpha").is_set && setting_of(fit, "gamma").is_set);
  cr_assert_eq(setting_of(fit, "gamma").real, 1.0 / CORESET);
  cr_assert(setting_of(fit, "alpha").real >= 0.1 &&
            setting_of(fit, "alpha").real <= 10); /* the grid of binary scores */
  coreset_fit_free(fit);

  for (int leave_open = 0; leave_open < 2; leave_open++) {
    fit = leave_open ? fit_of(&made, &open) : fit_by(&made, "krr");
    cr_assert(setting_of(fit, "kernel").is_set && setting_of(fit, "kernel").integer == CORE_KERNEL_POLYNOMIAL);
    cr_assert(setting_of(fit, "degree").integer == 2 && setting_of(fit, "alpha").is_set);
    cr_assert(!setting_of(fit, "gamma").is_set);
    cr_assert_eq(coreset_fit_choice(fit)->method, krr.method);
    cr_assert_eq(coreset_fit_question_count(fit), CORESET);
    coreset_fit_free(fit);
  }

  set_integer(&krr, "kernel", CORE_KERNEL_POLYNOMIAL);
  set_real(&krr, "alpha", 0);
  fit = fit_of(&continuous, &krr);
  cr_assert_eq(setting_of(fit, "degree").integer, 3);
  cr_assert(setting_of(fit, "alpha").is_set && setting_of(fit, "alpha").real == 0);
  coreset_fit_free(fit);

  set_real(&ridge, "alpha", 0.7);
  fit = fit_of(&made, &ridge);
  cr_assert_eq(setting_of(fit, "alpha").real, 0.7);
  coreset_fit_free(fit);
  sources_free(&made), sources_free(&continuous);
}

Test(fit, alpha_spans_the_published_grid) {
  /* With all questions ridge can be exact: the smallest alpha. With one answer that has
  ** nothing to do with the score: the largest. */
  static const double expected[2][2] = {{0.1, 10}, {0.01, 100}};
  coreset_choice ridge = predictor("ridge");
  for (int continuous = 0; continuous < 2; continuous++) {
    sources made = sources_new(1, 0, continuous ? 0.5 : 0);
    double *values = malloc(MODELS * 30 * sizeof(double));
    size_t all[QUESTIONS], only = 0;
    for (size_t i = 0; i < QUESTIONS; i++) all[i] = i;
    coreset_fit *fit = fit_to(&made, &ridge, all, QUESTIONS);
    cr_assert_eq(setting_of(fit, "alpha").real, expected[continuous][0]);
    coreset_fit_free(fit);
    sources_free(&made);

    /* every second model knows the first question, the first half knows the others */
    for (size_t i = 0; i < MODELS * 30; i++) {
      size_t question = i / MODELS, model = i % MODELS;
      values[i] = (double)(question == 0 ? model % 2 : model < MODELS / 2 + question % 2);
      if (continuous) values[i] = 0.25 + 0.5 * values[i];
      if (continuous && question == 29) values[i] = (double)model / MODELS;
    }
    made = sources_of(values, MODELS, 30);
    fit = fit_to(&made, &ridge, &only, 1);
    cr_assert_eq(setting_of(fit, "alpha").real, expected[continuous][1]);
    coreset_fit_free(fit);
    sources_free(&made);
  }
}

Test(fit, ridge_is_the_linear_kernel) {
  sources made = sources_new(1, 0, 0.5);
  coreset_choice krr = predictor("krr");
  set_integer(&krr, "kernel", CORE_KERNEL_LINEAR);
  unset(&krr, "degree");
  coreset_fit *linear = fit_of(&made, &krr), *ridge = fit_by(&made, "ridge");
  double answers[CORESET] = {0.1, 0.9, 0.4, 0.2, 0.5, 1};
  cr_assert_eq(setting_of(linear, "alpha").real, setting_of(ridge, "alpha").real);
  cr_assert_float_eq(predict(linear, answers), predict(ridge, answers), 1e-14);
  coreset_fit_free(linear), coreset_fit_free(ridge);
  sources_free(&made);
}

Test(fit, order_of_the_coreset_does_not_matter) {
  sources made = sources_new(1, 0, 0);
  static const size_t other[CORESET] = {30, 22, 19, 11, 7, 3};
  coreset_choice ridge = predictor("ridge");
  coreset_fit *a = fit_of(&made, &ridge), *b = fit_to(&made, &ridge, other, CORESET);
  size_t x_size, y_size;
  unsigned char *x = bytes_of(a, &x_size), *y = bytes_of(b, &y_size);
  cr_assert(x_size == y_size && memcmp(x, y, x_size) == 0);
  coreset_free(x), coreset_free(y);
  coreset_fit_free(a), coreset_fit_free(b);
  sources_free(&made);
}

Test(fit, other_scales_give_the_same_predictions_on_them) {
  /* 0/1 scores, and the same as -20/30 */
  sources plain = sources_new(1, 0, 0), scaled = sources_new(50, -20, 0);
  static const char *names[] = {"krr", "ridge"};
  for (size_t n = 0; n < 2; n++) {
    coreset_fit *a = fit_by(&plain, names[n]), *b = fit_by(&scaled, names[n]);
    double answers[CORESET], mapped[CORESET];
    for (size_t q = 0; q < CORESET; q++) {
      answers[q] = q % 3 == 0;
      mapped[q] = 50 * answers[q] - 20;
    }
    cr_assert_float_eq(predict(b, mapped), 50 * predict(a, answers) - 20, 1e-11);
    coreset_fit_free(a), coreset_fit_free(b);
  }
  sources_free(&plain), sources_free(&scaled);
}

/* Whether making a fit fails with this message. */
static void check_refusal(const sources *made, const coreset_choice *choice, const size_t *questions, size_t count,
                          const char *message) {
  coreset_context context = {0};
  coreset_fit *fit = (coreset_fit *)&context;
  cr_assert_eq(coreset_fit_new(&context, made->scores, choice, NULL, questions, count, &fit), CORESET_ERROR);
  cr_assert(fit == NULL);
  cr_assert(strstr(context.message, message) != NULL, "%s", context.message);
}

Test(fit, refuses_what_cannot_be_fitted) {
  sources made = sources_new(1, 0, 0);
  static const size_t twice[] = {4, 5, 4}, beyond[] = {4, QUESTIONS};
  coreset_choice krr = predictor("krr");
  check_refusal(&made, &krr, coreset, 0, "no questions");
  check_refusal(&made, &krr, twice, 3, "question 4 is in the coreset twice");
  check_refusal(&made, &krr, beyond, 2, "there is no question 40 in a matrix of 40");
  set_real(&krr, "alpha", -1);
  check_refusal(&made, &krr, coreset, CORESET, "got -1");
  set_real(&krr, "alpha", NAN);
  check_refusal(&made, &krr, coreset, CORESET, "alpha must be");
  unset(&krr, "alpha");
  set_integer(&krr, "degree", 9);
  check_refusal(&made, &krr, coreset, CORESET, "degree must be between 1 and 8, got 9");
  set_integer(&krr, "degree", 0);
  check_refusal(&made, &krr, coreset, CORESET, "got 0");
  unset(&krr, "degree");
  set_integer(&krr, "kernel", 3);
  check_refusal(&made, &krr, coreset, CORESET, "kernel");
  set_integer(&krr, "kernel", CORE_KERNEL_RADIAL);
  set_real(&krr, "gamma", 0);
  check_refusal(&made, &krr, coreset, CORESET, "gamma must be more than 0, got 0");
  sources_free(&made);
}

/* A method of the other kind, or none, is no predictor, and how the coreset was chosen is no predictor's doing. */
Test(fit, refuses_methods_that_predict_nothing) {
  sources made = sources_new(1, 0, 0);
  coreset_choice krr = predictor("krr"), kriging = selector("kriging"), none = {0};
  coreset_context context = {0};
  coreset_fit *fit = (coreset_fit *)&context;
  check_refusal(&made, &kriging, coreset, CORESET,
                "the predictor must be one that coreset_predictors() lists, got kri");
  check_refusal(&made, &none, coreset, CORESET, "the predictor must be one that coreset_predictors() lists, got none");
  cr_assert_eq(coreset_fit_new(&context, made.scores, &krr, &(coreset_origin){.selector = krr}, coreset, CORESET, &fit),
               CORESET_ERROR);
  cr_assert_str_eq(context.message, "the selector must be one that coreset_selectors() lists, got krr");
  cr_assert(fit == NULL);
  sources_free(&made);
}

Test(fit, questions_are_those_of_the_matrix) {
  /* the first five models did not answer question 10, nobody else answered question 4 */
  enum { ANSWERED_BY = 5 };
  double *values = simulate_binary(MODELS, QUESTIONS, 5);
  unsigned char chosen[MODELS] = {0};
  coreset_context context = {0};
  coreset_choice krr = predictor("krr");
  for (size_t m = 0; m < MODELS; m++) values[(size_t)(m < ANSWERED_BY ? 10 : 4) * MODELS + m] = NAN;
  sources made = sources_of(values, MODELS, QUESTIONS);
  coreset_scores_free(made.scores);
  for (size_t m = ANSWERED_BY; m < MODELS; m++) chosen[m] = 1;
  cr_assert_eq(coreset_scores_new(&context, made.matrix, chosen, &made.scores), CORESET_OK);
  cr_assert_eq(made.scores->questions, QUESTIONS - 1);
  coreset_fit *fit = fit_of(&made, &krr);
  for (size_t i = 0; i < CORESET; i++) {
    coreset_id id = coreset_matrix_question(made.matrix, coreset[i]);
    cr_assert(core_fit_find_question(fit, &id) >= 0);
  }
  coreset_fit_free(fit);
  check_refusal(&made, &krr, (const size_t[]){3, 4, 5}, 3, "no source model answered question 4");
  sources_free(&made);
}

Test(fit, refuses_answers_that_are_no_numbers) {
  sources made = sources_new(1, 0, 0);
  coreset_fit *fit = fit_by(&made, "krr");
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

/* ------------------------------------------------------------------------ memory */

static int refuse(void *data, size_t byte_count) {
  int *left = data;
  (void)byte_count;
  return (*left)-- == 0;
}

Test(fit, every_refused_allocation_leaves_nothing_behind) {
  sources made = sources_new(1, 0, 0);
  coreset_choice krr_blup_irt = predictor("krr_blup_irt"), kriging_irt = selector("kriging_irt");
  coreset_fit *fit = fit_of(&made, &krr_blup_irt);
  size_t size;
  unsigned char *bytes = bytes_of(fit, &size);
  for (int stage = 0; stage < 5; stage++) {
    double answers[CORESET] = {0}, predicted;
    coreset_status status = CORESET_NO_MEMORY;
    int attempt = 0;
    for (; status != CORESET_OK; attempt++) {
      int left = attempt;
      coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = &left};
      coreset_fit *other = NULL;
      unsigned char *other_bytes = NULL;
      size_t other_size;
      switch (stage) {
      case 0:
        status = coreset_fit_new(&context, made.scores, &krr_blup_irt, NULL, coreset, CORESET, &other);
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
        status = coreset_fit_new(&context, made.scores, &krr_blup_irt,
                                 &(coreset_origin){.selector = kriging_irt, .or_without = 1}, coreset, CORESET, &other);
        cr_assert_eq(status == CORESET_OK, other != NULL && other->interval != NULL);
      }
      cr_assert(status == CORESET_OK || status == CORESET_NO_MEMORY);
      if (status == CORESET_NO_MEMORY) cr_assert(other == NULL && other_bytes == NULL && context.message[0] != 0);
      coreset_fit_free(other);
      coreset_free(other_bytes);
      cr_assert(attempt < 1000);
    }
    cr_assert(attempt > 1);
  }
  coreset_free(bytes);
  coreset_fit_free(fit);
  sources_free(&made);
}

Test(fit, interrupted_fits_leave_nothing_behind) {
  sources made = sources_new(1, 0, 0);
  coreset_choice krr = predictor("krr");
  coreset_status status = CORESET_INTERRUPTED;
  int attempt = 0;
  for (; status != CORESET_OK; attempt++) {
    interruption limited = {.left = attempt};
    coreset_fit *fit;
    interrupt_after(&limited, attempt);
    status = coreset_fit_new(&limited.context, made.scores, &krr, NULL, coreset, CORESET, &fit);
    cr_assert(status == CORESET_OK || (status == CORESET_INTERRUPTED && fit == NULL));
    coreset_fit_free(fit);
  }
  cr_assert(attempt > 3);
  coreset_fit *fit = fit_of(&made, &krr);
  for (attempt = 0; attempt == 0 || status != CORESET_OK; attempt++) {
    interruption limited = {.left = attempt};
    unsigned char *bytes;
    size_t size;
    interrupt_after(&limited, attempt);
    status = coreset_fit_write(&limited.context, fit, &bytes, &size);
    cr_assert(status == CORESET_OK || (status == CORESET_INTERRUPTED && bytes == NULL && size == 0));
    coreset_free(bytes);
  }
  cr_assert(attempt > 1);
  coreset_fit_free(fit);
  sources_free(&made);
}
