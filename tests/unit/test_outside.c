/*
** test_outside.c: targets that are unlike the sources: fields with anchors, equating, reach, and what krr_blup_irt
** makes of them, against literal implementations.
*/
#include "fits.h"
#include "literal_field.h"
#include "predict/blup.h"
#include "predict/equating.h"
#include "select/selector.h"

#define SOURCES ((size_t)14)
#define QUESTIONS ((size_t)36)
#define COUNT ((size_t)9)

static const size_t coreset[COUNT] = {1, 4, 5, 11, 17, 20, 26, 27, 33};

/* One set of sources, with full scores and the literal anchors of each kind of field. */
typedef struct example {
  enum kind kind;
  double *x, y[SOURCES];
  coreset_matrix *matrix;
  coreset_scores *scores;
  literal_anchors selection, prediction;
} example;

/* The ends that anchors lie at: mean -+ 2 standard deviations of all cells, within the range of the cells. */
static void find_ends(const example *made, double *low, double *high) {
  double mean = average(made->x, SOURCES * QUESTIONS), variance = 0, least = 1, most = 0;
  for (size_t i = 0; i < SOURCES * QUESTIONS; i++) {
    variance += (made->x[i] - mean) * (made->x[i] - mean) / (double)(SOURCES * QUESTIONS);
    least = fmin(least, made->x[i]), most = fmax(most, made->x[i]);
  }
  *low = fmax(least, mean - 2 * sqrt(variance));
  *high = fmin(most, mean + 2 * sqrt(variance));
}

static example example_of(enum kind kind, uint64_t seed) {
  example made = {.kind = kind};
  made.x = kind == BINARY ? simulate_binary(SOURCES, QUESTIONS, seed)
                          : simulate_levels(SOURCES, QUESTIONS, kind == REAL ? 40 : TRIALS, seed);
  made.matrix = matrix_of_kind(made.x, SOURCES, QUESTIONS, kind);
  made.scores = scores_of_all(made.matrix);
  for (size_t m = 0; m < SOURCES; m++) {
    made.y[m] = 0;
    for (size_t q = 0; q < QUESTIONS; q++) made.y[m] += made.x[q * SOURCES + m] / (double)QUESTIONS;
  }
  double low = 0, high = 1, mean = average(made.y, SOURCES), variance = 0;
  if (kind == REAL) find_ends(&made, &low, &high);
  for (size_t m = 0; m < SOURCES; m++) variance += (made.y[m] - mean) * (made.y[m] - mean) / (double)SOURCES;
  double weight = (double)SOURCES * variance / 4 / ((high - mean) * (high - mean) + (mean - low) * (mean - low));
  made.selection = (literal_anchors){weight + 1e-6, low, high, 1, 0.75};
  made.prediction = (literal_anchors){1, low, high, 2, 0};
  return made;
}

static void example_free(example *made) {
  coreset_scores_free(made->scores);
  coreset_matrix_free(made->matrix);
  free(made->x);
}

static void check_field(const example *made, core_field_kind kind, const literal_anchors *anchors) {
  static literal_field expected;
  coreset_context context = {0};
  core_arena arena = {0};
  core_field field;
  build_anchored(made->x, SOURCES, QUESTIONS, made->kind, anchors, &expected);
  cr_assert_eq(core_field_build(&context, &arena, made->scores, kind, &field), CORESET_OK, "%s", context.message);
  cr_assert_float_eq(field.anchors.weight, anchors->weight, 1e-12);
  cr_assert_float_eq(field.anchors.low, anchors->low, 1e-12);
  cr_assert_float_eq(field.anchors.high, anchors->high, 1e-12);
  cr_assert_eq(field.factor_count, SOURCES + 2 + CORE_TRENDS);
  cr_assert_float_eq(field.mean_noise, expected.vb, 1e-12);
  for (size_t q = 0; q < QUESTIONS; q++) {
    cr_assert_float_eq(field.mean[q], expected.mu[q], 1e-12);
    cr_assert_float_eq(field.noise[q], expected.v[q], 1e-12);
    for (size_t k = 0; k <= q; k++) {
      double low_rank = 0, wanted = 0; /* factors but for their signs */
      for (size_t f = 0; f < field.factor_count; f++) {
        low_rank += field.factors[f * QUESTIONS + q] * field.factors[f * QUESTIONS + k];
        wanted += expected.L[q][f] * expected.L[k][f];
      }
      cr_assert_float_eq(low_rank, wanted, 1e-11);
      if (kind == CORE_FIELD_SELECTION) {
        cr_assert_float_eq(core_field_similarity(&field, q, k), expected.R[q][k], 1e-12);
      }
    }
  }
  core_release(&arena);
}

Test(anchors, join_the_field) {
  for (enum kind kind = REAL; kind <= AVERAGES; kind++) {
    example made = example_of(kind, 7 + kind);
    check_field(&made, CORE_FIELD_SELECTION, &made.selection);
    check_field(&made, CORE_FIELD_PREDICTION, &made.prediction);
    example_free(&made);
  }
}

/* V: the covariance of the unseen answers, with noise z, given the seen ones, summed up. */
static double variance_literally(const literal_field *field) {
  static double a[LIMIT][LIMIT];
  double right[LIMIT], b[LIMIT], total = 0, n = (double)field->questions;
  unsigned char seen[LIMIT] = {0};
  for (size_t i = 0; i < COUNT; i++) seen[coreset[i]] = 1;
  for (size_t i = 0; i < COUNT; i++) {
    right[i] = 0;
    for (size_t k = 0; k < field->questions; k++) {
      for (size_t f = 0; f < field->models + 3; f++)
        right[i] += seen[k] ? 0 : field->L[coreset[i]][f] * field->L[k][f] / n;
    }
    b[i] = right[i];
    for (size_t k = 0; k < COUNT; k++) {
      a[i][k] = i == k ? (field->vb + field->v[coreset[i]]) / 2 : 0;
      for (size_t f = 0; f < field->models + 3; f++) a[i][k] += field->L[coreset[i]][f] * field->L[coreset[k]][f];
    }
  }
  eliminate(a, b, COUNT);
  for (size_t i = 0; i < COUNT; i++) total -= right[i] * b[i];
  for (size_t i = 0; i < field->questions; i++) {
    for (size_t k = 0; k < field->questions; k++) {
      if (seen[i] || seen[k]) continue;
      for (size_t f = 0; f < field->models + 3; f++) total += field->L[i][f] * field->L[k][f] / (n * n);
      total += i == k ? (field->vb + field->v[i]) / 2 / (n * n) : 0;
    }
  }
  return total;
}

/* L: by weights and logits one by one. */
static double equate_literally(const example *made, double mean) {
  double low = made->prediction.low, high = made->prediction.high, e = 0.5 / (double)COUNT, means[SOURCES];
  double least = 2, most = -1, centre, variance = 0, weights = 0, shift = 0;
  for (size_t m = 0; m < SOURCES; m++) {
    means[m] = 0;
    for (size_t i = 0; i < COUNT; i++) means[m] += made->x[coreset[i] * SOURCES + m] / (double)COUNT;
    least = fmin(least, means[m]), most = fmax(most, means[m]);
  }
  centre = average(means, SOURCES);
  for (size_t m = 0; m < SOURCES; m++) variance += (means[m] - centre) * (means[m] - centre) / (double)SOURCES;
  for (size_t m = 0; m < SOURCES; m++) {
    double u = fmin(fmax((means[m] - low) / (high - low), 0), 1),
           v = fmin(fmax((made->y[m] - low) / (high - low), 0), 1);
    double apart = fmin(fmax(mean, least), most) - means[m], weight = exp(-apart * apart / variance / 2);
    weights += weight;
    shift += weight * (log((v + e) / (1 - v + e)) - log((u + e) / (1 - u + e)));
  }
  double u = fmin(fmax((mean - low) / (high - low), 0), 1), odds = (u + e) / (1 - u + e) * exp(shift / weights);
  return low + (high - low) * (odds / (1 + odds) * (1 + 2 * e) - e);
}

/* phi. */
static double outside_literally(const example *made, double mean, double variance) {
  double least = 2, most = -1, half = made->kind == BINARY ? 0.5 : made->kind == AVERAGES ? 0.5 / TRIALS : 0;
  for (size_t m = 0; m < SOURCES; m++) {
    double of_source = 0;
    for (size_t i = 0; i < COUNT; i++) of_source += made->x[coreset[i] * SOURCES + m] / (double)COUNT;
    least = fmin(least, of_source), most = fmax(most, of_source);
  }
  double beyond = mean > (least + most) / 2 ? mean - most : least - mean;
  return 1 / (1 + exp(-(beyond - half / (double)COUNT) / sqrt(variance) - 0.5));
}

static double predict_with(const example *made, const coreset_choice *choice, const double *answers,
                           core_reach *reach) {
  coreset_context context = {0};
  coreset_fit *fit, *read;
  size_t size;
  double predicted, again;
  core_reach reach_again;
  cr_assert_eq(coreset_fit_new(&context, made->scores, choice, NULL, coreset, COUNT, &fit), CORESET_OK, "%s",
               context.message);
  cr_assert_eq(core_fit_apply(&context, fit, answers, &predicted, reach), CORESET_OK);
  unsigned char *bytes = bytes_of(fit, &size);
  cr_assert_eq(coreset_fit_read(&context, bytes, size, &read), CORESET_OK, "%s", context.message);
  cr_assert_eq(core_fit_apply(&context, read, answers, &again, &reach_again), CORESET_OK);
  cr_assert_eq(again, predicted);
  cr_assert_eq(reach_again.where, reach->where);
  coreset_fit_free(fit);
  coreset_fit_free(read);
  coreset_free(bytes);
  return predicted;
}

/* The mixture of both predictions, for targets from the weakest to the strongest. */
Test(krr_blup_irt, joins_what_lies_outside) {
  static literal_field field;
  const coreset_choice automatic = predictor("krr_blup_irt"), without = without_outside(automatic);
  int seen[CORESET_REACH_BELOW + 1] = {0};
  for (enum kind kind = REAL; kind <= AVERAGES; kind++) {
    example made = example_of(kind, 30 + kind);
    build_anchored(made.x, SOURCES, QUESTIONS, kind, &made.prediction, &field);
    double variance = variance_literally(&field);
    for (size_t right = 0; right <= COUNT; right++) {
      double answers[COUNT], mean = (double)right / (double)COUNT, given = 0;
      core_reach reach, none;
      for (size_t i = 0; i < COUNT; i++) given += answers[i] = i * 5 % COUNT < right;
      double inside = predict_with(&made, &without, answers, &none);
      double predicted = predict_with(&made, &automatic, answers, &reach);
      double b = blup_literally(&field, coreset, COUNT, answers), phi = outside_literally(&made, mean, variance);
      double outside = (2 * b + equate_literally(&made, mean)) / 3, rest = (double)(QUESTIONS - COUNT);
      double least = 0, most = 1; /* which some answer or source has */
      double lowest = (given + rest * least) / (double)QUESTIONS, highest = (given + rest * most) / (double)QUESTIONS;
      cr_assert(isnan(none.outside) && none.where == CORESET_REACH_UNKNOWN);
      cr_assert_float_eq(reach.level, b, 1e-10);
      cr_assert_float_eq(reach.variance, variance, 1e-10);
      cr_assert_float_eq(reach.outside, phi, 1e-8, "%zu right: %g, not %g", right, reach.outside, phi);
      cr_assert_float_eq(reach.disagreement, inside - fmin(fmax(outside, lowest), highest), 1e-9);
      cr_assert_float_eq(predicted, fmin(fmax((1 - phi) * inside + phi * outside, lowest), highest), 1e-9);
      cr_assert_eq(reach.where, phi < 0.5                         ? CORESET_REACH_INSIDE
                                : mean > average(made.y, SOURCES) ? CORESET_REACH_ABOVE
                                                                  : CORESET_REACH_BELOW);
      seen[reach.where]++;
    }
    example_free(&made);
  }
  cr_assert(seen[CORESET_REACH_INSIDE] > 0 && seen[CORESET_REACH_ABOVE] > 0 && seen[CORESET_REACH_BELOW] > 0);
}

/* Two ways to the same system: more questions than factors, and fewer. V of all questions is 0. */
Test(blup, variance_of_many_questions_and_of_all) {
  example made = example_of(BINARY, 3);
  coreset_context context = {0};
  core_arena arena = {0};
  core_field field;
  size_t all[QUESTIONS];
  double weights[QUESTIONS], before = INFINITY;
  for (size_t q = 0; q < QUESTIONS; q++) all[q] = q;
  cr_assert_eq(core_field_build(&context, &arena, made.scores, CORE_FIELD_PREDICTION, &field), CORESET_OK);
  for (size_t count = 1; count <= QUESTIONS; count++) { /* less and less is left to know */
    core_blup blup = {.weights = weights};
    cr_assert_eq(core_blup_fit(&context, &field, all, count, &blup), CORESET_OK);
    cr_assert_lt(blup.variance, before, "%zu questions", count);
    before = blup.variance;
  }
  cr_assert_float_eq(before, 0, 1e-15);
  core_release(&arena);
  example_free(&made);
}

/* A fit whose numbers for what lies outside are not there, or impossible. */
Test(krr_blup_irt, refuses_fits_that_lack_what_lies_outside) {
  coreset_context context = {0};
  example made = example_of(BINARY, 9);
  const coreset_choice automatic = predictor("krr_blup_irt");
  coreset_fit *fit;
  cr_assert_eq(coreset_fit_new(&context, made.scores, &automatic, NULL, coreset, COUNT, &fit), CORESET_OK);
  const core_predictor *method = core_predictor_of(&automatic);
  cr_assert_null(method->check(fit));
  coreset_fit shorter = *fit, endless = *fit, negative = *fit;
  shorter.parameter_count -= 1;
  cr_assert_not_null(method->check(&shorter));
  endless.source_model_count = UINT64_MAX / 2 + 3;
  cr_assert_not_null(method->check(&endless));
  size_t place = fit->parameter_count - 2 * SOURCES - COUNT - 4; /* of V, the second of five numbers */
  cr_assert_gt(negative.parameters[place], 0);
  negative.parameters[place] = -1;
  cr_assert_not_null(method->check(&negative));
  coreset_fit_free(fit);
  example_free(&made);
}
