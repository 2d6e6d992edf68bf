/*
** test_explain.c: contributions of answers against coefficients solved for here, against Shapley's values by all subsets,
** and against the prediction that they must add up to.
*/
#include "matrices.h"
#include "predict/predictor.h"

#define MODELS 40
#define QUESTIONS 60
#define TARGETS 6
#define ASKED 9

/* Sources and targets of one kind; targets answered every sixth question. */
typedef struct setting {
  double *values;  /* sources, question by question */
  double *answers; /* targets, question by question */
  coreset_matrix *source, *target;
  coreset_scores *scores;
} setting;

static setting make_setting(int levels, double low, double range) {
  setting made = {simulate_scores(MODELS, QUESTIONS, levels, 2, 31), simulate_scores(TARGETS, QUESTIONS, levels, 2, 77),
                  NULL, NULL, NULL};
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) made.values[i] = low + range * made.values[i];
  for (size_t q = 0; q < QUESTIONS; q++) {
    for (size_t t = 0; t < TARGETS; t++) {
      double *answer = &made.answers[q * TARGETS + t];
      *answer =
          q % 6 == 1 && q / 6 < ASKED ? low + range * (t == 0 ? 1 : *answer) : NAN; /* the first is right everywhere */
    }
  }
  made.source = matrix_of(made.values, MODELS, QUESTIONS);
  made.target = matrix_of(made.answers, TARGETS, QUESTIONS);
  made.scores = scores_of_all(made.source);
  return made;
}

static void free_setting(setting *from) {
  coreset_scores_free(from->scores);
  coreset_matrix_free(from->source), coreset_matrix_free(from->target);
  free(from->values), free(from->answers);
}

static coreset_choice choose(const char *name) {
  coreset_context context = {0};
  coreset_choice choice;
  cr_assert_eq(coreset_choose_predictor(&context, name, &choice), CORESET_OK, "%s", context.message);
  return choice;
}

/* The contributions to all targets, target by target; from a fit to the questions that targets answered, or without. */
static size_t explain_all(const setting *from, const coreset_choice *choice, int with_fit, coreset_contribution *rows) {
  coreset_context context = {0};
  coreset_prediction_request request = {.predictor = *choice};
  coreset_predictions *predictions;
  coreset_explanation *explanation;
  coreset_fit *fit = NULL, *read;
  size_t questions[ASKED], count = 0, size;
  unsigned char *bytes;
  coreset_status status;
  if (with_fit) {
    for (size_t i = 0; i < ASKED; i++) questions[i] = 6 * (ASKED - 1 - i) + 1;
    cr_assert_eq(coreset_fit_new(&context, from->scores, choice, NULL, questions, ASKED, &fit), CORESET_OK, "%s",
                 context.message);
    cr_assert_eq(coreset_fit_write(&context, fit, &bytes, &size), CORESET_OK);
    cr_assert_eq(coreset_fit_read(&context, bytes, size, &read), CORESET_OK, "%s", context.message);
    coreset_free(bytes);
    coreset_fit_free(fit);
    fit = read;
    status = coreset_predictions_from_fit(&context, fit, from->target, 0, &predictions);
  } else {
    status = coreset_predictions_new(&context, from->scores, from->target, &request, &predictions);
  }
  cr_assert_eq(status, CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_explanation_new(&context, predictions, &explanation), CORESET_OK, "%s", context.message);
  while ((status = coreset_explanation_next(&context, explanation, &rows[count])) == CORESET_OK) count++;
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  coreset_explanation_free(explanation);
  coreset_predictions_free(predictions);
  coreset_fit_free(fit);
  return count;
}

static double mean_of(const setting *from, size_t question) {
  long double sum = 0;
  for (size_t m = 0; m < MODELS; m++) sum += (long double)from->values[question * MODELS + m];
  return (double)(sum / MODELS);
}

/* The prediction of a model with these answers to the questions asked. */
static double predict(const coreset_fit *fit, const double *answers) {
  coreset_context context = {0};
  core_reach reach;
  double predicted;
  cr_assert_eq(core_fit_apply(&context, fit, answers, &predicted, &reach), CORESET_OK, "%s", context.message);
  return predicted;
}

/* Shapley's value of each answer, by all subsets of those that are known. */
static void shapley(const coreset_fit *fit, const double *expected, const double *answers, double *values) {
  double weights[ASKED], worth[1 << ASKED], mixed[ASKED];
  for (size_t size = 0; size < ASKED; size++)
    weights[size] = tgamma((double)size + 1) * tgamma((double)(ASKED - size)) / tgamma(ASKED + 1);
  for (size_t set = 0; set < 1 << ASKED; set++) {
    for (size_t i = 0; i < ASKED; i++) mixed[i] = set >> i & 1 ? answers[i] : expected[i];
    worth[set] = predict(fit, mixed);
  }
  for (size_t i = 0; i < ASKED; i++) {
    values[i] = 0;
    for (size_t set = 0; set < 1 << ASKED; set++) {
      if (set >> i & 1) continue;
      values[i] += weights[__builtin_popcountl(set)] * (worth[set | (size_t)1 << i] - worth[set]);
    }
  }
}

/* Every predictor, on scores of two values and of many: what was answered and expected, that contributions add up, from a
** fit too, and how far they are from Shapley's values. */
static void check_predictor(const setting *from, const char *name, double range, double allowed) {
  coreset_contribution rows[TARGETS * ASKED], with_fit[TARGETS * ASKED];
  coreset_choice choice = choose(name);
  coreset_context context = {0};
  size_t questions[ASKED];
  double expected[ASKED], moved = 0, off = 0;
  cr_assert_eq(explain_all(from, &choice, 0, rows), TARGETS * ASKED);
  cr_assert_eq(explain_all(from, &choice, 1, with_fit), TARGETS * ASKED);
  for (size_t i = 0; i < ASKED; i++) questions[i] = 6 * i + 1, expected[i] = mean_of(from, questions[i]);
  coreset_fit *fit;
  cr_assert_eq(coreset_fit_new(&context, from->scores, &choice, NULL, questions, ASKED, &fit), CORESET_OK);
  double constant = predict(fit, expected);
  for (size_t t = 0; t < TARGETS; t++) {
    double answers[ASKED], values[ASKED], sum = constant;
    for (size_t i = 0; i < ASKED; i++) {
      const coreset_contribution *row = &rows[t * ASKED + i];
      answers[i] = from->answers[questions[i] * TARGETS + t];
      cr_assert_eq(row->prediction.model, t);
      cr_assert_eq(row->question, questions[i]);
      cr_assert_float_eq(row->score, answers[i], 0);
      cr_assert_float_eq(row->expected, expected[i], 1e-13 * (1 + fabs(expected[i])));
      cr_assert_float_eq(row->contribution, with_fit[t * ASKED + i].contribution, 1e-11 * range, "%s %zu %zu", name, t,
                         i);
      sum += row->contribution;
    }
    cr_assert_float_eq(sum, rows[t * ASKED].prediction.predicted, 1e-12 * range, "%s %zu: %.17g %.17g", name, t, sum,
                       rows[t * ASKED].prediction.predicted);
    cr_assert_float_eq(sum, predict(fit, answers), 1e-11 * range);
    shapley(fit, expected, answers, values);
    for (size_t i = 0; i < ASKED; i++) {
      off += fabs(values[i] - rows[t * ASKED + i].contribution);
      moved += fabs(values[i]);
    }
  }
  cr_assert_gt(moved, 0.05 * range);
  cr_assert_leq(off, allowed * moved, "%s: %g of %g", name, off, moved);
  coreset_fit_free(fit);
}

Test(explain, shapley) {
  const struct {
    const char *name;
    double allowed;
  } predictors[] = {{"mean", 1e-10}, {"ridge", 1e-10},   {"aipw", 1e-10},
                    {"krr", 1e-10},  {"krr_blup", 0.02}, {"krr_blup_irt", 0.05}};
  size_t known;
  coreset_predictors(&known);
  cr_assert_eq(known, sizeof(predictors) / sizeof(predictors[0]));
  for (int kind = 0; kind < 3; kind++) {
    double low = kind == 2 ? -50 : 0, range = kind == 2 ? 400 : 1;
    setting from = make_setting(kind == 0 ? 1 : 6, low, range);
    for (size_t p = 0; p < known; p++) check_predictor(&from, predictors[p].name, range, predictors[p].allowed);
    free_setting(&from);
  }
}

/* The weights of ridge regression with an intercept, from (Z^T Z + alpha) w = Z^T y by elimination. */
static void ridge_weights(const setting *from, double alpha, long double *w) {
  long double a[ASKED][ASKED + 1] = {{0}};
  for (size_t m = 0; m < MODELS; m++) {
    long double y = 0, z[ASKED];
    for (size_t q = 0; q < QUESTIONS; q++)
      y += ((long double)from->values[q * MODELS + m] - (long double)mean_of(from, q)) / QUESTIONS;
    for (size_t i = 0; i < ASKED; i++)
      z[i] = (long double)from->values[(6 * i + 1) * MODELS + m] - (long double)mean_of(from, 6 * i + 1);
    for (size_t i = 0; i < ASKED; i++) {
      for (size_t j = 0; j < ASKED; j++) a[i][j] += z[i] * z[j];
      a[i][ASKED] += z[i] * y;
    }
  }
  for (size_t i = 0; i < ASKED; i++) a[i][i] += (long double)alpha;
  for (size_t i = 0; i < ASKED; i++) {
    for (size_t k = 0; k < ASKED; k++) {
      long double factor = k == i ? 0 : a[k][i] / a[i][i];
      for (size_t j = i; j <= ASKED; j++) a[k][j] -= factor * a[i][j];
    }
  }
  for (size_t i = 0; i < ASKED; i++) w[i] = a[i][ASKED] / a[i][i];
}

Test(explain, linear) {
  setting from = make_setting(6, 0, 1);
  coreset_contribution rows[TARGETS * ASKED];
  long double weights[ASKED];
  ridge_weights(&from, 0.7, weights);
  const char *const names[] = {"ridge", "krr", "mean"};
  for (size_t n = 0; n < 3; n++) {
    coreset_choice choice = choose(names[n]);
    if (n < 2) *coreset_choice_setting(&choice, "alpha") = (coreset_setting){.is_set = 1, .real = 0.7};
    if (n == 1) coreset_choice_setting(&choice, "kernel")->integer = 1; /* linear */
    cr_assert_eq(explain_all(&from, &choice, 0, rows), TARGETS * ASKED);
    for (size_t r = 0; r < TARGETS * ASKED; r++) {
      double weight = n < 2 ? (double)weights[r % ASKED] : 1.0 / ASKED;
      cr_assert_float_eq(rows[r].contribution, weight * (rows[r].score - rows[r].expected), 1e-12);
    }
  }
  free_setting(&from);
}

/* An answer as expected contributes nothing; equal questions with equal answers contribute the same. */
Test(explain, symmetry) {
  setting from = make_setting(6, 0, 1);
  free_setting(&from);
  from.values = simulate_scores(MODELS, QUESTIONS, 6, 2, 31);
  from.answers = malloc(TARGETS * QUESTIONS * sizeof(double));
  memcpy(from.values + 13 * MODELS, from.values + 7 * MODELS, MODELS * sizeof(double)); /* questions 13 and 7 are one */
  for (size_t i = 0; i < TARGETS * QUESTIONS; i++) {
    size_t q = i / TARGETS, t = i % TARGETS;
    from.answers[i] = q % 6 != 1 || q / 6 >= ASKED ? NAN
                      : q == 13 || q == 7          ? (double)(t % 3) / 2
                      : q == 19                    ? mean_of(&from, q)
                                                   : (double)((q + t) % 5) / 4;
  }
  from.source = matrix_of(from.values, MODELS, QUESTIONS);
  from.target = matrix_of(from.answers, TARGETS, QUESTIONS);
  from.scores = scores_of_all(from.source);
  size_t count;
  const coreset_method *const *predictors = coreset_predictors(&count);
  for (size_t p = 0; p < count; p++) {
    coreset_contribution rows[TARGETS * ASKED];
    coreset_choice choice = choose(predictors[p]->name);
    cr_assert_eq(explain_all(&from, &choice, 0, rows), TARGETS * ASKED);
    for (size_t t = 0; t < TARGETS; t++) {
      const coreset_contribution *own = rows + t * ASKED;
      cr_assert_float_eq(own[1].contribution, own[2].contribution, 1e-11, "%s", predictors[p]->name);
      cr_assert_float_eq(own[3].contribution, 0, 1e-14, "%s", predictors[p]->name);
    }
  }
  free_setting(&from);
}

/* What an earlier program wrote lacks what was expected: predictions work, explanations say so. */
Test(explain, fit_of_an_earlier_version) {
  setting from = make_setting(1, 0, 1);
  coreset_context context = {0};
  coreset_choice choice = choose("mean");
  size_t questions[] = {1, 7, 13};
  coreset_fit *fit;
  coreset_predictions *predictions;
  coreset_explanation *explanation;
  cr_assert_eq(coreset_fit_new(&context, from.scores, &choice, NULL, questions, 3, &fit), CORESET_OK);
  fit->expected = NULL;
  unsigned char *bytes;
  size_t size;
  cr_assert_eq(coreset_fit_write(&context, fit, &bytes, &size), CORESET_OK);
  coreset_fit_free(fit);
  cr_assert_eq(coreset_fit_read(&context, bytes, size, &fit), CORESET_OK, "%s", context.message);
  coreset_free(bytes);
  cr_assert_null(fit->expected);
  cr_assert_eq(coreset_predictions_from_fit(&context, fit, from.target, 0, &predictions), CORESET_OK);
  cr_assert_eq(coreset_explanation_new(&context, predictions, &explanation), CORESET_ERROR);
  cr_assert_not_null(strstr(context.message, "make it anew"));
  cr_assert_null(explanation);
  coreset_predictions_free(predictions);
  coreset_fit_free(fit);
  free_setting(&from);
}
