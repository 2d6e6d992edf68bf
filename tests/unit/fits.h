/*
** fits.h: predictors, selectors and fits for tests.
*/
#ifndef TEST_FITS_H
#define TEST_FITS_H

#include "matrices.h"

#include "predict/predictor.h"

/* A choice with the default settings. */
static inline coreset_choice predictor(const char *name) {
  coreset_context context = {0};
  coreset_choice choice;
  cr_assert_eq(coreset_choose_predictor(&context, name, &choice), CORESET_OK, "%s", context.message);
  return choice;
}

static inline coreset_choice selector(const char *name) {
  coreset_context context = {0};
  coreset_choice choice;
  cr_assert_eq(coreset_choose_selector(&context, name, &choice), CORESET_OK, "%s", context.message);
  return choice;
}

static inline void set_integer(coreset_choice *choice, const char *option, int64_t value) {
  *coreset_choice_setting(choice, option) = (coreset_setting){.is_set = 1, .integer = value};
}

static inline void set_real(coreset_choice *choice, const char *option, double value) {
  *coreset_choice_setting(choice, option) = (coreset_setting){.is_set = 1, .real = value};
}

static inline void unset(coreset_choice *choice, const char *option) {
  *coreset_choice_setting(choice, option) = (coreset_setting){0};
}

/* The choice with outside = 'none', where the method has that option. */
static inline coreset_choice without_outside(coreset_choice choice) {
  if (coreset_choice_setting(&choice, "outside") != NULL) set_integer(&choice, "outside", CORE_OUTSIDE_NONE);
  return choice;
}

/* The setting in force. */
static inline coreset_setting setting_of(const coreset_fit *fit, const char *option) {
  coreset_choice choice = *coreset_fit_choice(fit);
  return *coreset_choice_setting(&choice, option);
}

/* Of answers on whatever scale. */
static inline double predict(const coreset_fit *fit, const double *answers) {
  coreset_context context = {0};
  double predicted;
  core_reach reach;
  cr_assert_eq(core_fit_apply(&context, fit, answers, &predicted, &reach), CORESET_OK, "%s", context.message);
  return predicted;
}

static inline unsigned char *bytes_of(const coreset_fit *fit, size_t *size) {
  coreset_context context = {0};
  unsigned char *bytes;
  cr_assert_eq(coreset_fit_write(&context, fit, &bytes, size), CORESET_OK, "%s", context.message);
  return bytes;
}

#endif /* TEST_FITS_H */
