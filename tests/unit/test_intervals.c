/*
** test_intervals.c: intervals against literal implementations on the public functions:
** folds dealt, coresets chosen and residuals scaled by hand.
*/
#include "fits.h"

#define MODELS 40
#define QUESTIONS 60
#define TARGETS 3

/* One benchmark and what is asked of it. */
typedef struct interval_case {
  size_t sources;
  double level, quantile; /* Student's, two-sided, for sources - 1 degrees of freedom, from tables */
  const char *selector;   /* NULL: fixed */
  const char *predictor;
  int binary;
  int or_without; /* the wider of that and fixed */
} interval_case;

static double full_score(const double *x, size_t m) {
  double sum = 0;
  for (size_t q = 0; q < QUESTIONS; q++) sum += x[q * MODELS + m];
  return sum / QUESTIONS;
}

/* 1 + min(distance to the nearest / mean spacing, 3) / 2 among the marked models. */
static double isolation_literally(const double *x, const unsigned char *marked, double predicted) {
  double nearest = 1e9, lowest = 1e9, highest = -1e9;
  size_t count = 0;
  for (size_t m = 0; m < MODELS; m++) {
    double score = full_score(x, m);
    if (!marked[m]) continue;
    nearest = fmin(nearest, fabs(score - predicted));
    lowest = fmin(lowest, score), highest = fmax(highest, score);
    count++;
  }
  return 1 + fmin(nearest / ((highest - lowest) / (double)(count - 1)), 3) / 2;
}

/* The same intervals come from a fit that has them, written and read; none from one without. */
static void check_fit(const coreset_scores *scores, const coreset_matrix *target,
                      const coreset_prediction_request *wanted, const size_t *coreset, size_t count,
                      const coreset_prediction *expected) {
  coreset_context context = {0};
  coreset_predictions *predictions;
  coreset_prediction row;
  coreset_fit *fit, *read;
  size_t size, rows = 0;
  cr_assert_eq(coreset_fit_new(&context, scores, &wanted->predictor, NULL, coreset, count, &fit), CORESET_OK);
  cr_assert_eq(coreset_predictions_from_fit(&context, fit, target, wanted->level, &predictions), CORESET_OK);
  cr_assert_eq(coreset_predictions_next(&context, predictions, &row), CORESET_OK);
  cr_assert(isnan(row.lower) && isnan(row.upper), "an interval without calibration");
  coreset_predictions_free(predictions);
  coreset_fit_free(fit);
  cr_assert_eq(coreset_fit_new(&context, scores, &wanted->predictor, &wanted->origin, coreset, count, &fit), CORESET_OK,
               "%s", context.message);
  unsigned char *bytes = bytes_of(fit, &size);
  cr_assert_eq(coreset_fit_read(&context, bytes, size, &read), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_predictions_from_fit(&context, read, target, wanted->level, &predictions), CORESET_OK);
  for (; coreset_predictions_next(&context, predictions, &row) == CORESET_OK; rows++) {
    cr_assert_float_eq(row.predicted, expected[rows].predicted, 1e-12);
    cr_assert_float_eq(row.lower, expected[rows].lower, 1e-12);
    cr_assert_float_eq(row.upper, expected[rows].upper, 1e-12);
  }
  cr_assert_eq(rows, TARGETS);
  coreset_predictions_free(predictions);
  coreset_fit_free(fit);
  coreset_fit_free(read);
  coreset_free(bytes);
}

/* Chooses count questions, fits, and predicts model m of the matrix. */
static double predict_literally(const coreset_matrix *matrix, const double *x, const unsigned char *sources,
                                const interval_case *this, const size_t *fixed, size_t count, size_t m) {
  coreset_context context = {0};
  coreset_choice how = without_outside(predictor(this->predictor));
  coreset_scores *scores;
  coreset_fit *fit;
  size_t questions[QUESTIONS];
  double answers[QUESTIONS];
  cr_assert_eq(coreset_scores_new(&context, matrix, sources, &scores), CORESET_OK);
  for (size_t i = 0; i < count; i++) questions[i] = fixed[i];
  if (this->selector != NULL) {
    coreset_choice chooser = without_outside(selector(this->selector));
    coreset_request wanted = {.count = count, .budget = INFINITY};
    coreset_selection *selection;
    coreset_pick pick;
    size_t picks = 0;
    cr_assert_eq(coreset_selection_new(&context, scores, &chooser, &wanted, &selection), CORESET_OK);
    while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) questions[picks++] = pick.question;
    cr_assert_eq(picks, count);
    coreset_selection_free(selection);
  }
  cr_assert_eq(coreset_fit_new(&context, scores, &how, NULL, questions, count, &fit), CORESET_OK, "%s",
               context.message);
  for (size_t i = 0; i < count; i++) answers[i] = x[(size_t)coreset_fit_question(fit, i).integer * MODELS + m];
  double predicted = predict(fit, answers);
  coreset_fit_free(fit);
  coreset_scores_free(scores);
  return predicted;
}

/* The root of the mean squared residual, each divided by its isolation. */
static double scaled_residual(const coreset_matrix *matrix, const double *x, const interval_case *this,
                              const size_t *fixed, size_t count) {
  size_t models = this->sources, folds = models < 5 ? models : 5;
  double squares = 0;
  for (size_t fold = 0; fold < folds; fold++) {
    unsigned char kept[MODELS] = {0};
    for (size_t m = 0; m < models; m++) {
      size_t rank = 0;
      for (size_t k = 0; k < models; k++) {
        double difference = full_score(x, k) - full_score(x, m);
        rank += difference < -1e-12 || (fabs(difference) < 1e-12 && k < m);
      }
      kept[m] = rank % folds != fold;
    }
    for (size_t m = 0; m < models; m++) {
      if (kept[m]) continue;
      double predicted = predict_literally(matrix, x, kept, this, fixed, count, m);
      double residual = (predicted - full_score(x, m)) / isolation_literally(x, kept, predicted);
      squares += residual * residual;
    }
  }
  return sqrt(squares / (double)models);
}

static void check_intervals(const interval_case *this, size_t count, uint64_t seed) {
  coreset_context context = {0};
  double *x = this->binary ? simulate_binary(MODELS, QUESTIONS, seed) : simulate_levels(MODELS, QUESTIONS, 40, seed);
  coreset_matrix *matrix = matrix_of(x, MODELS, QUESTIONS);
  coreset_scores *scores;
  coreset_predictions *predictions;
  coreset_prediction row;
  unsigned char sources[MODELS] = {0}, targets[MODELS] = {0}, used[QUESTIONS] = {0};
  coreset_prediction_request wanted = {.predictor = without_outside(predictor(this->predictor)),
                                       .level = this->level,
                                       .models = targets,
                                       .questions = used};
  coreset_prediction expected[TARGETS];
  size_t fixed[QUESTIONS], open = 0, rows = 0;
  double *of_targets = malloc(TARGETS * QUESTIONS * sizeof(double));
  if (this->selector != NULL) wanted.origin.selector = without_outside(selector(this->selector));
  wanted.origin.or_without = this->or_without;
  for (size_t m = 0; m < this->sources; m++) sources[m] = 1;
  for (size_t m = MODELS - TARGETS; m < MODELS; m++) targets[m] = 1;
  for (size_t i = 0; i < count; i++) used[fixed[i] = i * QUESTIONS / count] = 1;
  double residual = scaled_residual(matrix, x, this, fixed, count);
  if (this->or_without) {
    interval_case without = *this;
    without.selector = NULL;
    residual = fmax(residual, scaled_residual(matrix, x, &without, fixed, count));
  }
  cr_assert_eq(coreset_scores_new(&context, matrix, sources, &scores), CORESET_OK);
  cr_assert_eq(coreset_predictions_new(&context, scores, matrix, &wanted, &predictions), CORESET_OK);
  while (coreset_predictions_next(&context, predictions, &row) == CORESET_OK) {
    double half = 0.97 * this->quantile * residual * isolation_literally(x, sources, row.predicted);
    double lowest = scores->low, highest = scores->high, given = 0;
    for (size_t i = 0; i < count; i++) {
      double answer = x[fixed[i] * MODELS + row.model];
      given += answer, lowest = fmin(lowest, answer), highest = fmax(highest, answer);
    }
    lowest = fmin(row.predicted, (given + (double)(QUESTIONS - count) * lowest) / QUESTIONS);
    highest = fmax(row.predicted, (given + (double)(QUESTIONS - count) * highest) / QUESTIONS);
    cr_assert_float_eq(row.lower, fmax(row.predicted - half, lowest), 1e-6 * half, "%s, %s: %g, not %g",
                       this->predictor, this->selector, row.lower, row.predicted - half);
    cr_assert_float_eq(row.upper, fmin(row.predicted + half, highest), 1e-6 * half);
    cr_assert_eq(row.choice->method, wanted.predictor.method);
    expected[rows++] = row;
    open += row.predicted - half > lowest || row.predicted + half < highest;
  }
  cr_assert_gt(open, 0, "%s, %s: every interval is all that is possible", this->predictor, this->selector);
  coreset_predictions_free(predictions);
  for (size_t i = 0; i < QUESTIONS; i++) {
    for (size_t m = 0; m < TARGETS; m++) of_targets[i * TARGETS + m] = x[i * MODELS + MODELS - TARGETS + m];
  }
  coreset_matrix *target = matrix_of(of_targets, TARGETS, QUESTIONS);
  check_fit(scores, target, &wanted, fixed, count, expected);
  coreset_matrix_free(target);
  free(of_targets);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

Test(intervals, follow_the_definition) {
  const interval_case cases[] = {
      {17, 0.9, 1.745884, "kriging", "krr_blup", 1, 0}, {17, 0.95, 2.119905, "kriging", "krr_blup", 0, 0},
      {12, 0.95, 2.200985, "random", "aipw", 1, 0},     {30, 0.99, 2.756386, "mrmr", "krr", 1, 0},
      {11, 0.9, 1.812461, NULL, "krr_blup", 1, 0},      {4, 0.8, 1.637744, "kriging", "krr_blup", 0, 0},
      {3, 0.5, 0.816497, "kriging", "mean", 1, 0},      {17, 0.9, 1.745884, "kriging_irt", "krr_blup_irt", 1, 0},
      {17, 0.9, 1.745884, "random", "krr_blup", 1, 1},  {17, 0.9, 1.745884, "kriging", "mean", 0, 1},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) check_intervals(&cases[i], 12, i + 1);
}

typedef struct limits {
  int allocations, polls; /* how many are allowed; negative: any number */
} limits;

static int refuse(void *data, size_t byte_count) {
  limits *left = data;
  (void)byte_count;
  return left->allocations-- == 0;
}

/* Predicts all targets, as far as the limits allow, and counts those with an interval. */
static coreset_status predict_all(const coreset_scores *scores, const coreset_matrix *target,
                                  const coreset_prediction_request *wanted, limits left, size_t *open) {
  interruption limited = {.context = {.refuse_allocation = refuse, .refuse_allocation_data = &left}};
  coreset_context *context = &limited.context;
  interrupt_after(&limited, left.polls);
  coreset_predictions *predictions = (coreset_predictions *)context;
  coreset_prediction row;
  coreset_status status = coreset_predictions_new(context, scores, target, wanted, &predictions);
  cr_assert_eq(status == CORESET_OK, predictions != NULL);
  *open = 0;
  while (status == CORESET_OK) {
    status = coreset_predictions_next(context, predictions, &row);
    if (status == CORESET_OK && !isnan(row.lower)) *open += 1;
  }
  cr_assert(status == CORESET_DONE || context->message[0] != 0);
  coreset_predictions_free(predictions);
  return status;
}

Test(predictions, every_refused_allocation_and_interruption_leaves_nothing_behind) {
  double *x = simulate_binary(MODELS, QUESTIONS, 5);
  unsigned char sources[MODELS] = {0}, targets[MODELS] = {0}, used[QUESTIONS] = {0};
  coreset_context context = {0};
  coreset_scores *scores;
  for (size_t m = 0; m < MODELS; m++) (m < 4 ? sources : targets)[m] = m < 4 || m >= MODELS - TARGETS;
  for (size_t q = 0; q < QUESTIONS; q += 5) used[q] = 1;
  x[5 * MODELS + MODELS - 1] = NAN; /* the last target has a fit of its own */
  coreset_matrix *matrix = matrix_of(x, MODELS, QUESTIONS);
  cr_assert_eq(coreset_scores_new(&context, matrix, sources, &scores), CORESET_OK);
  for (int fixed = 0; fixed < 2; fixed++) {
    coreset_prediction_request wanted = {
        .predictor = predictor("krr_blup"), .level = 0.9, .models = targets, .questions = used};
    coreset_status status = CORESET_NO_MEMORY;
    size_t open;
    int attempt = 0;
    if (!fixed) wanted.origin = (coreset_origin){.selector = selector("kriging"), .or_without = 1};
    for (; status != CORESET_DONE; attempt++) {
      status = predict_all(scores, matrix, &wanted, (limits){attempt, -1}, &open);
      cr_assert(status == CORESET_DONE || status == CORESET_NO_MEMORY);
    }
    cr_assert(attempt > 100);
    cr_assert_eq(open, TARGETS);
    status = CORESET_INTERRUPTED;
    attempt = 0;
    for (; status != CORESET_DONE; attempt++) {
      status = predict_all(scores, matrix, &wanted, (limits){-1, attempt}, &open);
      cr_assert(status == CORESET_DONE || status == CORESET_INTERRUPTED);
    }
    cr_assert(attempt > 10);
    cr_assert_eq(open, TARGETS);
  }
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}
