/*
** test_next.c: questions chosen by a target's answers so far, against the formulas written out on an explicit covariance
** matrix; when answers have a say, by folds dealt by hand; and intervals of questions that came in batches.
*/
#include "fits.h"
#include "literal_field.h"
#include "predict/calibration.h"
#include "predict/next.h"
#include "select/selector.h"

#define SOURCES ((size_t)30)
#define TARGETS ((size_t)6)
#define MODELS (SOURCES + TARGETS)
#define QUESTIONS ((size_t)40)
#define POINTS ((size_t)33)

/* One benchmark; x: question by question, the targets behind the sources. */
typedef struct benchmark {
  double *x;
  double *of_sources; /* the sources' part of it */
  coreset_matrix *matrix;
  coreset_scores *scores;
  double *curves; /* coefficients */
  core_arena arena;
  literal_field field;
} benchmark;

/* Takes the scores. */
static benchmark *set_up(double *x, enum kind kind) {
  coreset_context context = {0};
  benchmark *this = calloc(1, sizeof(*this));
  unsigned char sources[MODELS] = {0};
  double y[SOURCES] = {0}, mean = 0, variance = 0;
  this->x = x;
  this->of_sources = malloc(SOURCES * QUESTIONS * sizeof(double));
  this->matrix = kind == AVERAGES ? matrix_of_kind(x, MODELS, QUESTIONS, kind) : matrix_of(x, MODELS, QUESTIONS);
  for (size_t m = 0; m < SOURCES; m++) sources[m] = 1;
  cr_assert_eq(coreset_scores_new(&context, this->matrix, sources, &this->scores), CORESET_OK, "%s", context.message);
  for (size_t q = 0; q < QUESTIONS; q++) {
    for (size_t m = 0; m < SOURCES; m++) {
      this->of_sources[q * SOURCES + m] = x[q * MODELS + m];
      y[m] += x[q * MODELS + m] / (double)QUESTIONS;
    }
  }
  mean = average(y, SOURCES);
  for (size_t m = 0; m < SOURCES; m++) variance += (y[m] - mean) * (y[m] - mean) / (double)SOURCES;
  double weight = (double)SOURCES * variance / 4 / ((1 - mean) * (1 - mean) + mean * mean);
  literal_anchors anchors = {fmin(weight + 1e-6, 1), 0, 1, 1, 0.75};
  build_anchored(this->of_sources, SOURCES, QUESTIONS, kind, &anchors, &this->field);
  cr_assert_eq(core_item_curves_fit(&context, &this->arena, this->scores, &this->curves), CORESET_OK);
  return this;
}

static void tear_down(benchmark *this) {
  core_release(&this->arena);
  coreset_scores_free(this->scores);
  coreset_matrix_free(this->matrix);
  free(this->of_sources);
  free(this->x);
  free(this);
}

/* Averages of so many answers to questions that each ask for one of some abilities, a share of them for the opposite. */
static double *simulate_abilities(size_t abilities, double opposite, int levels, uint64_t seed) {
  double *x = malloc(MODELS * QUESTIONS * sizeof(double)), ability_of[4][MODELS];
  for (size_t a = 0; a < 4; a++) {
    for (size_t m = 0; m < MODELS; m++) ability_of[a][m] = 4 * uniform(&seed) - 2;
  }
  for (size_t q = 0; q < QUESTIONS; q++) {
    double sign = uniform(&seed) < opposite ? -1 : 1, difficulty = 3 * uniform(&seed) - 1.5;
    for (size_t m = 0; m < MODELS; m++) {
      double t = sign * ability_of[q % abilities][m];
      int right = 0;
      for (int i = 0; i < levels; i++) right += uniform(&seed) < 1 / (1 + exp(-2 * (t - difficulty)));
      x[q * MODELS + m] = (double)right / levels;
    }
  }
  return x;
}

/* The answers of the targets to the questions they have; the rest is missing. */
static coreset_matrix *answers_of(const benchmark *this, const unsigned char *has) {
  double answers[TARGETS * QUESTIONS];
  for (size_t q = 0; q < QUESTIONS; q++) {
    for (size_t m = 0; m < TARGETS; m++) {
      answers[q * TARGETS + m] = has[m * QUESTIONS + q] ? this->x[q * MODELS + SOURCES + m] : NAN;
    }
  }
  return matrix_of(answers, TARGETS, QUESTIONS);
}

/* All rows of a request; returns how many. */
static size_t run(const benchmark *this, const coreset_matrix *target, const coreset_next_request *request,
                  coreset_next_question *rows) {
  coreset_context context = {0};
  coreset_next *next;
  coreset_status status;
  size_t count = 0;
  cr_assert_eq(coreset_next_new(&context, this->scores, target, request, &next), CORESET_OK, "%s", context.message);
  while ((status = coreset_next_get(&context, next, &rows[count])) == CORESET_OK) count++;
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  cr_assert_eq(coreset_next_get(&context, next, &rows[count]), CORESET_DONE);
  coreset_next_free(next);
  return count;
}

/* ------------------------------------------------------------------------
** The formula
*/

static double chance(const double *b, double t) {
  return 1 / (1 + exp(-(b[0] + b[1] * t + b[2] * (t * t - 1))));
}

/* I_q(t). */
static double information(const double *b, double t) {
  double p = chance(b, t), tilt = b[1] + 2 * b[2] * t;
  return p * (1 - p) * tilt * tilt;
}

static double ability(size_t point) {
  return -4 + 0.25 * (double)point;
}

/* w(t) Y'(t)^2 of a target with these answers to so many questions. */
static void weigh(const benchmark *this, const size_t *questions, const double *answers, size_t count,
                  double weights[POINTS]) {
  double all = 0;
  for (size_t g = 0; g < POINTS; g++) {
    double t = ability(g), slope = 0, likelihood = exp(-t * t / (2 * 1.5 * 1.5));
    for (size_t i = 0; i < count; i++) {
      double p = chance(this->curves + 3 * questions[i], t);
      likelihood *= pow(p, answers[i]) * pow(1 - p, 1 - answers[i]);
    }
    for (size_t q = 0; q < QUESTIONS; q++) {
      const double *b = this->curves + 3 * q;
      double p = chance(b, t);
      slope += p * (1 - p) * (b[1] + 2 * b[2] * t) / (double)QUESTIONS;
    }
    weights[g] = likelihood * slope * slope;
    all += likelihood;
  }
  for (size_t g = 0; g < POINTS; g++) weights[g] /= all;
}

/* J given these questions. */
static double doubt(const benchmark *this, const double weights[POINTS], const size_t *questions, size_t count) {
  double sum = 0;
  for (size_t g = 0; g < POINTS; g++) {
    double known = 1 / (1.5 * 1.5);
    for (size_t i = 0; i < count; i++) known += information(this->curves + 3 * questions[i], ability(g));
    sum += weights[g] / known;
  }
  return sum;
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

/* Follows the rows of one target: each is the argmin of 1/2 ln(V_q / V) + h ln J_q, and says by how much. */
static void follow(const benchmark *this, const unsigned char *has, size_t model, const coreset_next_question *rows,
                   size_t count) {
  size_t taken[QUESTIONS], found = 0, answered;
  double answers[QUESTIONS], weights[POINTS], h = this->scores->mean_inverse_trials;
  unsigned char used[QUESTIONS] = {0};
  for (size_t q = 0; q < QUESTIONS; q++) {
    if (!has[q]) continue;
    answers[found] = this->x[q * MODELS + SOURCES + model];
    taken[found++] = q;
    used[q] = 1;
  }
  answered = found;
  weigh(this, taken, answers, answered, weights);
  for (size_t i = 0; i < count; i++) {
    double before = variance_given(&this->field, taken, found), doubt_before = doubt(this, weights, taken, found);
    double best = INFINITY, at_row = NAN;
    for (size_t q = 0; q < QUESTIONS; q++) {
      if (used[q]) continue;
      taken[found] = q;
      double left = sqrt(variance_given(&this->field, taken, found + 1) / before);
      left *= pow(doubt(this, weights, taken, found + 1) / doubt_before, h);
      best = fmin(best, left);
      if (q == rows[i].question) at_row = left;
    }
    cr_assert_eq(rows[i].model, model);
    cr_assert_eq(rows[i].rank, i + 1);
    cr_assert(rows[i].adaptive);
    cr_assert_float_eq(at_row, best, 1e-10, "model %zu, rank %zu: %.12g, not %.12g", model, i + 1, at_row, best);
    cr_assert_float_eq(rows[i].gain, 1 - best, 1e-8, "model %zu, rank %zu: %.12g, not %.12g", model, i + 1,
                       rows[i].gain, 1 - best);
    taken[found++] = rows[i].question;
    used[rows[i].question] = 1;
    cr_assert_float_eq(rows[i].remaining_sd, sqrt(fmax(variance_given(&this->field, taken, found), 0)), 1e-7);
  }
}

/* Targets that answered the same, and others; one question at a time, and several. */
Test(next, is_the_formula) {
  for (int trial = 0; trial < 6; trial++) {
    enum kind kind = trial < 4 ? BINARY : AVERAGES;
    uint64_t seed = 301 + (uint64_t)trial;
    double *x = simulate_abilities(1, 0, kind == BINARY ? 1 : TRIALS, seed);
    benchmark *this = set_up(x, kind);
    unsigned char has[TARGETS * QUESTIONS] = {0};
    coreset_next_question rows[TARGETS * QUESTIONS + 1];
    for (size_t m = 0; m < TARGETS; m++) {
      for (size_t q = 0; q < QUESTIONS; q++) has[m * QUESTIONS + q] = m < 3 ? q % 7 == 2 : uniform(&seed) < 0.2;
      has[m * QUESTIONS + 2] = 1;
    }
    coreset_matrix *target = answers_of(this, has);
    coreset_next_request request = {.count = trial % 2 == 0 ? 1 : 5, .budget = INFINITY};
    cr_assert_eq(run(this, target, &request, rows), TARGETS * request.count);
    for (size_t m = 0; m < TARGETS; m++) {
      follow(this, has + m * QUESTIONS, m, rows + m * request.count, request.count);
    }
    coreset_matrix_free(target);
    tear_down(this);
  }
}

/* ------------------------------------------------------------------------
** Where answers have no say
*/

/* What the default selector takes behind these questions; returns how many. */
static size_t go_on(const coreset_scores *scores, const unsigned char *has, const coreset_next_request *request,
                    coreset_pick *picks) {
  coreset_context context = {0};
  coreset_choice choice = selector("kriging_irt");
  size_t include[QUESTIONS], count = 0, found = 0;
  double costs[QUESTIONS];
  for (size_t q = 0; q < QUESTIONS; q++) {
    if (has[q]) include[count++] = q;
    costs[q] = has[q] ? 0 : request->costs == NULL ? 1 : request->costs[q];
  }
  coreset_request wanted = {.count = count + request->count,
                            .include = include,
                            .include_count = count,
                            .excluded = request->excluded,
                            .costs = request->costs == NULL && isinf(request->budget) ? NULL : costs,
                            .budget = request->budget};
  coreset_selection *selection;
  coreset_pick pick;
  cr_assert_eq(coreset_selection_new(&context, scores, &choice, &wanted, &selection), CORESET_OK, "%s",
               context.message);
  for (size_t i = 0; coreset_selection_next(&context, selection, &pick) == CORESET_OK; i++) {
    if (i >= count) picks[found++] = pick;
  }
  coreset_selection_free(selection);
  return found;
}

/* Real-valued scores; exclusions; costs with a budget and without: as coreset_selection with what was answered included. */
Test(next, goes_on_as_the_default_selector_does) {
  size_t rows_seen = 0;
  for (int trial = 0; trial < 12; trial++) {
    uint64_t seed = 40 + (uint64_t)trial;
    benchmark *this = set_up(simulate_levels(MODELS, QUESTIONS, 50, seed), REAL);
    unsigned char has[TARGETS * QUESTIONS] = {0}, excluded[QUESTIONS] = {0};
    double costs[QUESTIONS];
    coreset_next_question rows[TARGETS * QUESTIONS + 1];
    coreset_next_request request = {.count = 6, .budget = INFINITY};
    for (size_t i = 0; i < TARGETS * QUESTIONS; i++)
      has[i] = i >= QUESTIONS && uniform(&seed) < 0.15; /* not the first */
    for (size_t q = 0; q < QUESTIONS; q++) {
      excluded[q] = q % 3 == 0;
      costs[q] = floor(8 * uniform(&seed));
    }
    if (trial % 2 == 1) request.excluded = excluded;
    if (trial % 3 > 0) request.costs = costs;
    if (trial % 4 > 1) request.budget = 4;
    coreset_matrix *target = answers_of(this, has);
    size_t count = run(this, target, &request, rows), at = 0;
    for (size_t m = 0; m < TARGETS; m++) {
      coreset_pick picks[QUESTIONS];
      size_t expected = go_on(this->scores, has + m * QUESTIONS, &request, picks);
      for (size_t i = 0; i < expected; i++, at++) {
        cr_assert_lt(at, count);
        cr_assert_eq(rows[at].model, m);
        cr_assert_eq(rows[at].rank, i + 1);
        cr_assert_eq(rows[at].question, picks[i].question, "trial %d, model %zu, rank %zu", trial, m, i + 1);
        cr_assert_float_eq(rows[at].remaining_sd, picks[i].remaining_sd, 1e-12);
        cr_assert_float_eq(rows[at].gain, picks[i].objective, 1e-12);
        cr_assert(!rows[at].adaptive);
      }
    }
    cr_assert_eq(at, count);
    rows_seen += count;
    coreset_matrix_free(target);
    tear_down(this);
  }
  cr_assert_gt(rows_seen, 12 * TARGETS);
}

/* A target without an answer gets the beginning of the coreset, beside others whose answers have a say. */
Test(next, begins_with_the_coreset) {
  benchmark *this = set_up(simulate_abilities(1, 0, 1, 301), BINARY);
  unsigned char has[TARGETS * QUESTIONS] = {0};
  coreset_next_question rows[TARGETS * QUESTIONS + 1];
  coreset_pick picks[QUESTIONS];
  coreset_next_request request = {.count = 4, .budget = INFINITY};
  for (size_t q = 0; q < QUESTIONS; q += 5) has[3 * QUESTIONS + q] = 1;
  coreset_matrix *target = answers_of(this, has);
  cr_assert_eq(run(this, target, &request, rows), 4 * TARGETS);
  cr_assert_eq(go_on(this->scores, has, &request, picks), 4);
  for (size_t i = 0; i < 4 * TARGETS; i++) {
    cr_assert_eq(rows[i].adaptive, i / 4 == 3);
    if (i / 4 != 3) cr_assert_eq(rows[i].question, picks[i % 4].question);
  }
  coreset_matrix_free(target);
  tear_down(this);
}

/* ------------------------------------------------------------------------
** When answers have a say
*/

/* The mean over N(0, 1) of the slope of a curve. */
static double mean_slope(const double *b) {
  double sum = 0;
  for (size_t g = 0; g < POINTS; g++) {
    double t = ability(g), p = chance(b, t);
    sum += exp(-t * t / 2) * p * (1 - p) * (b[1] + 2 * b[2] * t);
  }
  return sum;
}

/* e of krr_blup_irt.c: the score that curves expect. */
static double expect(const double *curves, const size_t *questions, const double *answers, size_t count) {
  double sum = 0, all = 0;
  for (size_t g = 0; g <= 160; g++) {
    double t = -4 + 0.05 * (double)g, log_weight = -t * t / 4.5, score = 0;
    for (size_t q = 0; q < QUESTIONS; q++) score += chance(curves + 3 * q, t) / (double)QUESTIONS;
    for (size_t i = 0; i < count; i++) {
      double p = chance(curves + 3 * questions[i], t);
      log_weight += answers[i] * log(p) + (1 - answers[i]) * log(1 - p);
      score += (answers[i] - p) / (double)QUESTIONS;
    }
    sum += exp(log_weight) * score;
    all += exp(log_weight);
  }
  return sum / all;
}

static double full_score(const benchmark *this, size_t m) {
  double sum = 0;
  for (size_t q = 0; q < QUESTIONS; q++) sum += this->x[q * MODELS + m];
  return sum / (double)QUESTIONS;
}

/* The sources but for one of five folds. */
static void keep_others(const benchmark *this, size_t fold, unsigned char *kept) {
  memset(kept, 0, MODELS);
  for (size_t m = 0; m < SOURCES; m++) {
    size_t rank = 0;
    for (size_t k = 0; k < SOURCES; k++) {
      double difference = full_score(this, k) - full_score(this, m);
      rank += difference < -1e-12 || (fabs(difference) < 1e-12 && k < m);
    }
    kept[m] = rank % 5 != fold;
  }
}

/* The first questions of a coreset. */
static void choose(const coreset_scores *scores, size_t count, size_t *questions) {
  unsigned char none[QUESTIONS] = {0};
  coreset_pick picks[QUESTIONS];
  coreset_next_request request = {.count = count, .budget = INFINITY};
  cr_assert_eq(go_on(scores, none, &request, picks), count);
  for (size_t i = 0; i < count; i++) questions[i] = picks[i].question;
}

/* By the choice from these questions of a model of the matrix. */
static double predict_from(const benchmark *this, const coreset_scores *scores, const coreset_choice *choice,
                           const size_t *questions, size_t count, size_t m) {
  coreset_context context = {0};
  coreset_fit *fit;
  double answers[QUESTIONS];
  cr_assert_eq(coreset_fit_new(&context, scores, choice, NULL, questions, count, &fit), CORESET_OK, "%s",
               context.message);
  for (size_t i = 0; i < count; i++) answers[i] = this->x[(size_t)coreset_fit_question(fit, i).integer * MODELS + m];
  double predicted = predict(fit, answers);
  coreset_fit_free(fit);
  return predicted;
}

/* g: by how much the curves alone are behind krr_blup in the folds, with 3 and 4 of 40 questions. */
static double behind(const benchmark *this) {
  static const size_t sizes[] = {3, 3, 4}; /* 1, 3 and 10%, at least 3 */
  const coreset_choice krr_blup = predictor("krr_blup");
  double squares[2][3] = {{0}};
  for (size_t fold = 0; fold < 5; fold++) {
    unsigned char kept[MODELS];
    coreset_context context = {0};
    core_arena arena = {0};
    coreset_scores *scores;
    double *curves, answers[4];
    size_t questions[4];
    keep_others(this, fold, kept);
    cr_assert_eq(coreset_scores_new(&context, this->matrix, kept, &scores), CORESET_OK);
    cr_assert_eq(core_item_curves_fit(&context, &arena, scores, &curves), CORESET_OK);
    choose(scores, 4, questions);
    for (size_t m = 0; m < SOURCES; m++) {
      if (kept[m]) continue;
      for (size_t i = 0; i < 4; i++) answers[i] = this->x[questions[i] * MODELS + m];
      for (size_t s = 0; s < 3; s++) {
        double by_curves = expect(curves, questions, answers, sizes[s]) - full_score(this, m);
        double by_field = predict_from(this, scores, &krr_blup, questions, sizes[s], m) - full_score(this, m);
        squares[0][s] += by_curves * by_curves;
        squares[1][s] += by_field * by_field;
      }
    }
    core_release(&arena);
    coreset_scores_free(scores);
  }
  double sum = 0;
  for (size_t s = 0; s < 3; s++) sum += log(sqrt(squares[0][s] / squares[1][s])) / 3;
  return sum;
}

Test(next, answers_have_a_say_where_curves_describe_the_benchmark) {
  int by_slopes = 0, by_errors = 0, fitting = 0;
  for (int trial = 0; trial < 24; trial++) {
    benchmark *this =
        set_up(simulate_abilities(1 + (size_t)trial / 6, 0.05 * (trial % 6), 1, 700 + (uint64_t)trial), BINARY);
    coreset_context context = {0};
    double negative = 0, all = 0;
    int fits;
    for (size_t q = 0; q < QUESTIONS; q++) {
      double slope = mean_slope(this->curves + 3 * q);
      negative += fmax(-slope, 0), all += fabs(slope);
    }
    double g = behind(this);
    cr_assert_eq(core_next_fits(&context, this->scores, &fits), CORESET_OK, "%s", context.message);
    cr_assert_eq(fits, negative / all < 0.06 && g < 0.10, "trial %d: %d with wneg = %g, g = %g", trial, fits,
                 negative / all, g);
    by_slopes += negative / all >= 0.06;
    by_errors += negative / all < 0.06 && g >= 0.10;
    fitting += fits;
    tear_down(this);
  }
  cr_assert(by_slopes > 0 && by_errors > 0 && fitting > 0, "%d, %d, %d", by_slopes, by_errors, fitting);
}

/* ------------------------------------------------------------------------
** Intervals
*/

/* n questions for a model that was left out, by its own answers; chosen as coreset_next() chooses. */
static void choose_in_batches(const benchmark *this, const coreset_scores *scores, size_t m, size_t n, size_t batches,
                              size_t *questions) {
  coreset_context context = {0};
  size_t part = n / batches, found = n - (batches - 1) * part;
  choose(scores, found, questions);
  while (found < n) {
    double answers[QUESTIONS];
    coreset_next_request request = {.count = part, .budget = INFINITY};
    coreset_next *next;
    coreset_next_question row;
    for (size_t q = 0; q < QUESTIONS; q++) answers[q] = NAN;
    for (size_t i = 0; i < found; i++) answers[questions[i]] = this->x[questions[i] * MODELS + m];
    coreset_matrix *target = matrix_of(answers, 1, QUESTIONS);
    cr_assert_eq(coreset_next_new(&context, scores, target, &request, &next), CORESET_OK, "%s", context.message);
    while (coreset_next_get(&context, next, &row) == CORESET_OK) {
      cr_assert(row.adaptive, "a fold that curves do not describe");
      questions[found++] = row.question;
    }
    coreset_next_free(next);
    coreset_matrix_free(target);
  }
}

/* The scale is that of residuals from the questions of each model. */
Test(next, intervals_repeat_the_batches) {
  const coreset_choice choice = predictor("krr_blup_irt");
  for (size_t batches = 2; batches <= 3; batches++) {
    coreset_context context = {0};
    benchmark *this = set_up(simulate_abilities(1, 0, 1, 301), BINARY);
    size_t n = 11, questions[QUESTIONS];
    double squares = 0, y[SOURCES];
    core_interval interval = {SOURCES, 1, 0, y};
    size_t fold_of[SOURCES];
    for (size_t m = 0; m < SOURCES; m++) y[m] = full_score(this, m);
    for (size_t fold = 0; fold < 5; fold++) {
      unsigned char kept[MODELS];
      coreset_scores *scores;
      keep_others(this, fold, kept);
      for (size_t m = 0; m < SOURCES; m++) fold_of[m] = kept[m];
      cr_assert_eq(coreset_scores_new(&context, this->matrix, kept, &scores), CORESET_OK);
      for (size_t m = 0; m < SOURCES; m++) {
        if (kept[m]) continue;
        choose_in_batches(this, scores, m, n, batches, questions);
        double predicted = predict_from(this, scores, &choice, questions, n, m);
        double residual = (predicted - y[m]) / core_interval_isolation(&interval, fold_of, 0, predicted);
        squares += residual * residual;
      }
      coreset_scores_free(scores);
    }
    for (size_t q = 0; q < QUESTIONS; q++) questions[q] = q;
    core_question_set set = {.questions = questions, .count = n};
    const coreset_origin origin = {.selector = selector("kriging_irt"), .batches = batches};
    cr_assert_eq(core_calibrate(&context, this->scores, &choice, &origin, &set, 1), CORESET_OK, "%s", context.message);
    cr_assert_float_eq(set.scale, 0.97 * sqrt(squares / (double)SOURCES), 1e-9, "%zu batches", batches);
    tear_down(this);
  }
}

/* The intervals of targets: that scale, and less than all of the width where the target is like the sources. */
Test(next, intervals_are_narrower_inside) {
  benchmark *this = set_up(simulate_abilities(1, 0, 1, 301), BINARY);
  coreset_context context = {0};
  unsigned char has[TARGETS * QUESTIONS] = {0};
  size_t questions[10], count = 0, open = 0;
  double y[SOURCES], answers[10];
  const coreset_choice choice = predictor("krr_blup_irt");
  coreset_prediction_request wanted = {
      .predictor = choice, .origin = {.selector = selector("kriging_irt"), .batches = 2}, .level = 0.9};
  coreset_predictions *predictions;
  coreset_prediction row;
  coreset_fit *fit;
  for (size_t q = 3; q < QUESTIONS; q += 4) {
    for (size_t m = 0; m < TARGETS; m++) has[m * QUESTIONS + q] = 1;
    questions[count++] = q;
  }
  for (size_t m = 0; m < SOURCES; m++) y[m] = full_score(this, m);
  core_question_set set = {.questions = questions, .count = count};
  cr_assert_eq(core_calibrate(&context, this->scores, &choice, &wanted.origin, &set, 1), CORESET_OK);
  cr_assert_eq(coreset_fit_new(&context, this->scores, &choice, NULL, questions, count, &fit), CORESET_OK);
  coreset_matrix *target = answers_of(this, has);
  cr_assert_eq(coreset_predictions_new(&context, this->scores, target, &wanted, &predictions), CORESET_OK);
  while (coreset_predictions_next(&context, predictions, &row) == CORESET_OK) {
    double predicted, given = 0;
    core_reach reach;
    core_interval interval = {SOURCES, 1, 0, y};
    for (size_t i = 0; i < count; i++) given += answers[i] = this->x[questions[i] * MODELS + SOURCES + row.model];
    cr_assert_eq(core_fit_apply(&context, fit, answers, &predicted, &reach), CORESET_OK);
    double psi = sqrt(reach.outside), z = 1.6450, t = 1.699127; /* of 29 degrees of freedom */
    double inside = 0.93 * set.scale * t * core_interval_isolation(&interval, NULL, 0, predicted);
    double half = sqrt((1 - psi) * inside * inside + psi * pow(z * core_reach_doubt(y, SOURCES, &reach), 2) +
                       psi * (1 - psi) * pow(z * reach.disagreement, 2));
    half *= 1 - 0.15 * (1 - reach.outside);
    double least = given / QUESTIONS, most = (given + QUESTIONS - (double)count) / QUESTIONS;
    cr_assert_float_eq(row.lower, fmin(fmax(predicted - half, least), predicted), 1e-5);
    cr_assert_float_eq(row.upper, fmax(fmin(predicted + half, most), predicted), 1e-5);
    open += predicted - half > least && predicted + half < most;
  }
  cr_assert_gt(open, 0);
  coreset_predictions_free(predictions);
  coreset_matrix_free(target);
  coreset_fit_free(fit);
  tear_down(this);
}

/* ------------------------------------------------------------------------
** Refusals
*/

static coreset_status start_with(const benchmark *this, const coreset_matrix *target, coreset_next_request request,
                                 char *message) {
  coreset_context context = {0};
  coreset_next *next;
  coreset_status status = coreset_next_new(&context, this->scores, target, &request, &next);
  cr_assert_eq(next == NULL, status != CORESET_OK);
  strcpy(message, context.message);
  coreset_next_free(next);
  return status;
}

Test(next, refuses_nonsense) {
  benchmark *this = set_up(simulate_abilities(1, 0, 1, 301), BINARY);
  unsigned char has[TARGETS * QUESTIONS] = {0};
  char message[CORESET_MESSAGE_SIZE];
  has[2] = 1;
  coreset_matrix *target = answers_of(this, has);
  cr_assert_eq(start_with(this, target, (coreset_next_request){.count = 0, .budget = INFINITY}, message),
               CORESET_ERROR);
  cr_assert_str_eq(message, "n must be between 1 and 40, got 0");
  cr_assert_eq(start_with(this, target, (coreset_next_request){.count = 41, .budget = 1}, message), CORESET_ERROR);
  cr_assert_eq(start_with(this, target, (coreset_next_request){.count = 1, .budget = NAN}, message), CORESET_ERROR);
  cr_assert_eq(start_with(this, target, (coreset_next_request){.count = 1, .budget = -1}, message), CORESET_ERROR);
  cr_assert_str_eq(message, "budget must not be negative, got -1");
  const coreset_choice choice = predictor("krr_blup_irt");
  const coreset_origin origin = {.selector = selector("kriging_irt"), .batches = 2};
  coreset_context context = {0};
  coreset_fit *fit;
  size_t question = 3;
  cr_assert_eq(coreset_fit_new(&context, this->scores, &choice, &origin, &question, 1, &fit), CORESET_ERROR);
  cr_assert(fit == NULL);
  coreset_matrix_free(target);
  tear_down(this);
}

typedef struct limits {
  int allocations;
} limits;

static int refuse(void *data, size_t byte_count) {
  limits *left = data;
  (void)byte_count;
  return left->allocations-- == 0;
}

/* All rows, as far as the limits allow. */
static coreset_status run_within(const benchmark *this, const coreset_matrix *target, int allocations, int polls) {
  limits left = {allocations};
  interruption limited = {.context = {.refuse_allocation = refuse, .refuse_allocation_data = &left}};
  coreset_context *context = &limited.context;
  const coreset_next_request request = {.count = 3, .budget = INFINITY};
  coreset_next *next;
  coreset_next_question row;
  interrupt_after(&limited, polls);
  coreset_status status = coreset_next_new(context, this->scores, target, &request, &next);
  while (status == CORESET_OK) status = coreset_next_get(context, next, &row);
  coreset_next_free(next);
  return status;
}

/* Whatever allocation or poll fails, that is what is said. */
Test(next, stops_anywhere) {
  benchmark *this = set_up(simulate_abilities(1, 0, 1, 301), BINARY);
  unsigned char has[TARGETS * QUESTIONS] = {0};
  has[2] = has[QUESTIONS + 3] = 1;
  coreset_matrix *target = answers_of(this, has);
  coreset_status status = CORESET_NO_MEMORY;
  int count = 0;
  for (; status == CORESET_NO_MEMORY; count++) status = run_within(this, target, count, -1);
  cr_assert_eq(status, CORESET_DONE);
  cr_assert_gt(count, 50);
  status = CORESET_INTERRUPTED;
  for (count = 0; status == CORESET_INTERRUPTED; count += 7) status = run_within(this, target, -1, count);
  cr_assert_eq(status, CORESET_DONE);
  cr_assert_gt(count, 50);
  coreset_matrix_free(target);
  tear_down(this);
}
