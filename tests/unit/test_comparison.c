/*
** test_comparison.c: comparisons against their formulas, with half widths from predictions at whatever level is needed.
*/
#include "fits.h"

#define MODELS 36
#define QUESTIONS 80
#define SOURCES 28
#define TARGETS (MODELS - SOURCES)
#define COUNT 12

/* One benchmark, its targets' answers to some questions, and who learns. */
typedef struct benchmark {
  double *x;                       /* QUESTIONS x MODELS */
  coreset_matrix *matrix, *target; /* of everything, and of what targets answered */
  coreset_scores *scores;          /* of the sources */
  size_t fixed[COUNT];             /* the questions */
  coreset_prediction_request wanted;
} benchmark;

/* Every target answers fixed[]; of those that are ragged the first does not answer the last two. */
static void set_up(benchmark *this, const char *chooser, int binary, int ragged, uint64_t seed) {
  coreset_context context = {0};
  unsigned char sources[MODELS] = {0};
  double *answers = malloc(TARGETS * QUESTIONS * sizeof(double));
  this->x = binary ? simulate_binary(MODELS, QUESTIONS, seed) : simulate_levels(MODELS, QUESTIONS, 40, seed);
  this->matrix = matrix_of(this->x, MODELS, QUESTIONS);
  for (size_t i = 0; i < TARGETS * QUESTIONS; i++) answers[i] = NAN;
  for (size_t i = 0; i < COUNT; i++) {
    size_t q = this->fixed[i] = i * QUESTIONS / COUNT;
    for (size_t m = 0; m < TARGETS; m++) {
      if (!(ragged && m == 0 && i >= COUNT - 2)) answers[q * TARGETS + m] = this->x[q * MODELS + SOURCES + m];
    }
  }
  this->target = matrix_of(answers, TARGETS, QUESTIONS);
  free(answers);
  for (size_t m = 0; m < SOURCES; m++) sources[m] = 1;
  cr_assert_eq(coreset_scores_new(&context, this->matrix, sources, &this->scores), CORESET_OK);
  this->wanted = (coreset_prediction_request){.predictor = predictor("krr_blup_irt"), .level = 0.9};
  if (chooser != NULL) this->wanted.origin.selector = selector(chooser);
}

static void tear_down(benchmark *this) {
  coreset_scores_free(this->scores);
  coreset_matrix_free(this->target);
  coreset_matrix_free(this->matrix);
  free(this->x);
}

/* Predictions of all targets at a level. */
static void predict_at(const benchmark *this, double level, coreset_prediction rows[TARGETS]) {
  coreset_context context = {0};
  coreset_prediction_request wanted = this->wanted;
  coreset_predictions *predictions;
  wanted.level = level;
  cr_assert_eq(coreset_predictions_new(&context, this->scores, this->target, &wanted, &predictions), CORESET_OK);
  for (size_t i = 0; i < TARGETS; i++) {
    cr_assert_eq(coreset_predictions_next(&context, predictions, &rows[i]), CORESET_OK, "%s", context.message);
  }
  coreset_predictions_free(predictions);
}

/* All pairs, and how many there are. */
static size_t compare(const benchmark *this, const coreset_comparison_request *request, coreset_pair_compared *pairs) {
  coreset_context context = {0};
  coreset_prediction_request wanted = this->wanted;
  coreset_predictions *predictions;
  coreset_comparison *comparison;
  coreset_status status;
  size_t count = 0;
  wanted.level = request->level;
  cr_assert_eq(coreset_predictions_new(&context, this->scores, this->target, &wanted, &predictions), CORESET_OK);
  cr_assert_eq(coreset_comparison_new(&context, predictions, request, &comparison), CORESET_OK, "%s", context.message);
  while ((status = coreset_comparison_next(&context, comparison, &pairs[count])) == CORESET_OK) count++;
  cr_assert_eq(status, CORESET_DONE);
  coreset_comparison_free(comparison);
  coreset_predictions_free(predictions);
  return count;
}

static double full_score(const benchmark *this, size_t m) {
  double sum = 0;
  for (size_t q = 0; q < QUESTIONS; q++) sum += this->x[q * MODELS + m];
  return sum / QUESTIONS;
}

/* The fold of a source: by rank, dealt out to five. */
static size_t fold_of(const benchmark *this, size_t m) {
  size_t rank = 0;
  for (size_t k = 0; k < SOURCES; k++) {
    double difference = full_score(this, k) - full_score(this, m);
    rank += difference < -1e-12 || (fabs(difference) < 1e-12 && k < m);
  }
  return rank % 5;
}

/* The questions of a fold: as many as there are, chosen from the other sources. */
static void questions_of_fold(const benchmark *this, size_t fold, size_t count, size_t *questions) {
  coreset_context context = {0};
  unsigned char kept[MODELS] = {0};
  coreset_request request = {.count = count, .budget = INFINITY};
  coreset_scores *scores;
  coreset_selection *selection;
  coreset_pick pick;
  for (size_t i = 0; i < count; i++) questions[i] = this->fixed[i];
  if (this->wanted.origin.selector.method == NULL) return;
  for (size_t m = 0; m < SOURCES; m++) kept[m] = fold_of(this, m) != fold;
  cr_assert_eq(coreset_scores_new(&context, this->matrix, kept, &scores), CORESET_OK);
  cr_assert_eq(coreset_selection_new(&context, scores, &this->wanted.origin.selector, &request, &selection),
               CORESET_OK);
  for (size_t i = 0; coreset_selection_next(&context, selection, &pick) == CORESET_OK; i++)
    questions[i] = pick.question;
  coreset_selection_free(selection);
  coreset_scores_free(scores);
}

/* The mean square difference between two sources of a fold over so many questions. */
static double spread_literally(const benchmark *this, size_t count) {
  double total = 0;
  size_t pairs = 0;
  for (size_t fold = 0; fold < 5; fold++) {
    size_t questions[QUESTIONS];
    questions_of_fold(this, fold, count, questions);
    for (size_t a = 0; a < SOURCES; a++) {
      for (size_t b = a + 1; b < SOURCES; b++) {
        if (fold_of(this, a) != fold || fold_of(this, b) != fold) continue;
        for (size_t i = 0; i < count; i++) {
          double difference = this->x[questions[i] * MODELS + a] - this->x[questions[i] * MODELS + b];
          total += difference * difference / (double)count;
        }
        pairs++;
      }
    }
  }
  return total / (double)pairs;
}

/* By how much answers narrow the interval of a difference; b may be a source. */
static double narrowing(const benchmark *this, size_t a, size_t b, int ragged) {
  double d0 = spread_literally(this, COUNT), alike = 0;
  size_t n = COUNT, shared = ragged && (a == SOURCES || b == SOURCES) ? COUNT - 2 : COUNT;
  double d0_ragged = ragged ? spread_literally(this, COUNT - 2) : d0;
  if (shared < n) d0 = (b < SOURCES ? d0_ragged : (d0 + d0_ragged) / 2);
  for (size_t i = 0; i < shared; i++) {
    double difference = this->x[this->fixed[i] * MODELS + a] - this->x[this->fixed[i] * MODELS + b];
    alike += difference * difference / d0;
  }
  return fmin(1, (alike + (double)(n - shared) + 30) / ((double)n + 30));
}

/* The whole width of an interval, which is not cut off on the side that is asked for: half of it. */
static double half_width(const coreset_prediction *row) {
  return fmax(row->upper - row->predicted, row->predicted - row->lower);
}

static void check_pairs(benchmark *this, int ragged) {
  coreset_comparison_request request = {.level = 0.9, .margin = NAN};
  coreset_pair_compared pairs[TARGETS * TARGETS];
  coreset_prediction rows[TARGETS], at_tail[TARGETS];
  predict_at(this, request.level, rows);
  size_t count = compare(this, &request, pairs), open = 0, tails = 0;
  cr_assert_eq(count, TARGETS * (TARGETS - 1) / 2);
  for (size_t i = 0; i < count; i++) {
    const coreset_pair_compared *pair = &pairs[i];
    size_t a = (size_t)pair->model_a.integer, b = (size_t)pair->model_b.integer, wins = 0, losses = 0;
    double factor = narrowing(this, SOURCES + a, SOURCES + b, ragged);
    double half = sqrt(factor * (pow(half_width(&rows[a]), 2) + pow(half_width(&rows[b]), 2)));
    cr_assert(rows[a].predicted >= rows[b].predicted);
    cr_assert_float_eq(pair->difference, rows[a].predicted - rows[b].predicted, 1e-15);
    cr_assert_float_eq(pair->upper - pair->difference, half, 1e-9, "%zu and %zu: %g, not %g", a, b,
                       pair->upper - pair->difference, half);
    open += fabs(pair->difference - pair->lower - half) < 1e-9;
    for (size_t j = 0; j < COUNT - (ragged && a * b == 0 ? 2 : 0); j++) {
      double x = this->x[this->fixed[j] * MODELS + SOURCES + a], y = this->x[this->fixed[j] * MODELS + SOURCES + b];
      wins += x > y, losses += x < y;
    }
    cr_assert_eq(pair->shared, COUNT - (ragged && a * b == 0 ? 2U : 0U));
    cr_assert(pair->wins == wins && pair->losses == losses);
    cr_assert_eq(pair->verdict, pair->lower > 0 ? CORESET_BETTER : CORESET_CANNOT_TELL);
    cr_assert_eq(pair->p_value <= 0.1, pair->lower > 0);
    if (pair->p_value < 1e-3 || pair->p_value > 0.999) continue;
    predict_at(this, 1 - pair->p_value, at_tail);
    half = sqrt(factor * (pow(half_width(&at_tail[a]), 2) + pow(half_width(&at_tail[b]), 2)));
    cr_assert_float_eq(half, pair->difference, 1e-8, "%zu and %zu at %g: %g, not %g", a, b, pair->p_value, half,
                       pair->difference);
    tails++;
  }
  cr_assert(open > count / 2 && tails > count / 4, "too few pairs tell anything: %zu, %zu of %zu", open, tails, count);
}

Test(comparison, intervals_and_p_values_follow_the_formula) {
  for (int kind = 0; kind < 6; kind++) {
    benchmark this;
    set_up(&this, kind % 3 == 0 ? NULL : kind % 3 == 1 ? "kriging" : "random", kind < 3, kind == 3, (uint64_t)kind + 3);
    check_pairs(&this, kind == 3);
    tear_down(&this);
  }
}

/* Holm's procedure by its definition: the largest over all p-values up to this one, times how many are not below. */
static double holm(const double *p, size_t count, size_t i) {
  double largest = 0;
  for (size_t j = 0; j < count; j++) {
    size_t left = 0;
    for (size_t k = 0; k < count; k++) left += p[k] > p[j] || (p[k] == p[j] && k >= j);
    if (p[j] < p[i] || (p[j] == p[i] && j <= i)) largest = fmax(largest, fmin(1, p[j] * (double)left));
  }
  return largest;
}

Test(comparison, corrections_margins_and_needed_questions) {
  benchmark this;
  coreset_comparison_request request = {.level = 0.8, .margin = NAN};
  coreset_pair_compared plain[TARGETS * TARGETS], corrected[TARGETS * TARGETS], narrow[TARGETS * TARGETS],
      equal[TARGETS * TARGETS];
  double p[TARGETS * TARGETS];
  size_t seen[4] = {0};
  set_up(&this, "random", 1, 0, 11);
  size_t count = compare(&this, &request, plain);
  request.correction = CORESET_CORRECTION_HOLM;
  compare(&this, &request, corrected);
  request = (coreset_comparison_request){.level = 0.8, .margin = 0.15};
  compare(&this, &request, equal);
  request = (coreset_comparison_request){.level = 0.6, .margin = NAN}; /* 1 - 2 (1 - 0.8) */
  compare(&this, &request, narrow);
  for (size_t i = 0; i < count; i++) p[i] = plain[i].p_value;
  for (size_t i = 0; i < count; i++) {
    double difference = plain[i].difference, half = plain[i].upper - difference;
    double adjusted = holm(p, count, i), rest = 0.15 - difference, narrow_half = narrow[i].upper - narrow[i].difference;
    cr_assert_float_eq(corrected[i].p_value, adjusted, 1e-12);
    cr_assert_eq(corrected[i].verdict, adjusted <= 1 - 0.8 ? CORESET_BETTER : CORESET_CANNOT_TELL);
    cr_assert_float_eq(corrected[i].lower, plain[i].lower, 1e-15);
    coreset_verdict expected = p[i] <= 1 - 0.8       ? CORESET_BETTER
                               : narrow_half <= rest ? CORESET_EQUIVALENT
                                                     : CORESET_CANNOT_TELL;
    cr_assert_eq(equal[i].verdict, expected, "%g and %g beside %g", difference, narrow_half, rest);
    seen[expected]++;
    cr_assert_eq(plain[i].needed > 0, plain[i].verdict == CORESET_CANNOT_TELL);
    for (int with_margin = 0; with_margin < 2; with_margin++) {
      const coreset_pair_compared *pair = with_margin ? &equal[i] : &plain[i];
      if (pair->verdict != CORESET_CANNOT_TELL) continue;
      double s = fmax(difference / half, with_margin ? rest / narrow_half : 0);
      double total = 1 / (1.0 / QUESTIONS + s * s * (1.0 / COUNT - 1.0 / QUESTIONS));
      cr_assert_float_eq((double)pair->needed, ceil(total) - COUNT, 1e-9 + 1.0 * (fabs(total - round(total)) < 1e-6));
    }
  }
  cr_assert(seen[CORESET_BETTER] > 0 && seen[CORESET_EQUIVALENT] > 0 && seen[CORESET_CANNOT_TELL] > 0);
  tear_down(&this);
}

Test(comparison, a_baseline_is_a_target_or_a_source) {
  benchmark this;
  coreset_comparison_request request = {.level = 0.9, .margin = NAN};
  coreset_pair_compared pairs[TARGETS * TARGETS], all[TARGETS * TARGETS];
  coreset_prediction rows[TARGETS];
  set_up(&this, "random", 1, 0, 12);
  predict_at(&this, 0.9, rows);
  size_t every = compare(&this, &request, all);
  coreset_id target = {NULL, 0, 3}, source = {NULL, 0, 20};
  request.baseline = &target;
  cr_assert_eq(compare(&this, &request, pairs), TARGETS - 1);
  for (size_t i = 0; i < TARGETS - 1; i++) {
    cr_assert_eq(pairs[i].model_b.integer, 3);
    for (size_t j = 0; j < every; j++) {
      if (all[j].model_a.integer + all[j].model_b.integer != pairs[i].model_a.integer + 3) continue;
      if (all[j].model_a.integer != 3 && all[j].model_b.integer != 3) continue;
      int turned = all[j].model_a.integer == 3;
      cr_assert_float_eq(pairs[i].difference, turned ? -all[j].difference : all[j].difference, 1e-15);
      cr_assert_float_eq(pairs[i].p_value, all[j].p_value, 1e-12);
      cr_assert_float_eq(pairs[i].lower, turned ? -all[j].upper : all[j].lower, 1e-12);
      cr_assert_eq(pairs[i].verdict, turned && all[j].verdict == CORESET_BETTER ? CORESET_WORSE : all[j].verdict);
    }
  }
  request.baseline = &source; /* no target of this name, as targets are 0 to 7 */
  cr_assert_eq(compare(&this, &request, pairs), TARGETS);
  for (size_t i = 0; i < TARGETS; i++) {
    size_t a = (size_t)pairs[i].model_a.integer;
    double half = half_width(&rows[a]) * sqrt(narrowing(&this, SOURCES + a, 20, 0));
    cr_assert_float_eq(pairs[i].difference, rows[a].predicted - full_score(&this, 20), 1e-12);
    cr_assert_float_eq(fmax(pairs[i].upper - pairs[i].difference, pairs[i].difference - pairs[i].lower), half, 1e-9);
    cr_assert(i == 0 || pairs[i - 1].difference >= pairs[i].difference);
  }
  tear_down(&this);
}

Test(comparison, fits_say_the_same_and_answers_that_leave_nothing_open_are_certain) {
  coreset_context context = {0};
  benchmark this;
  coreset_comparison_request request = {.level = 0.9, .margin = NAN};
  coreset_pair_compared pairs[TARGETS * TARGETS], pair;
  coreset_fit *fit, *read;
  coreset_predictions *predictions;
  coreset_comparison *comparison;
  size_t size, rows = 0;
  set_up(&this, "kriging", 1, 0, 13);
  compare(&this, &request, pairs);
  cr_assert_eq(
      coreset_fit_new(&context, this.scores, &this.wanted.predictor, &this.wanted.origin, this.fixed, COUNT, &fit),
      CORESET_OK);
  unsigned char *bytes = bytes_of(fit, &size);
  cr_assert_eq(coreset_fit_read(&context, bytes, size, &read), CORESET_OK);
  cr_assert_eq(coreset_predictions_from_fit(&context, read, this.target, 0.9, &predictions), CORESET_OK);
  cr_assert_eq(coreset_comparison_new(&context, predictions, &request, &comparison), CORESET_OK, "%s", context.message);
  for (; coreset_comparison_next(&context, comparison, &pair) == CORESET_OK; rows++) {
    cr_assert_float_eq(pair.lower, pairs[rows].lower, 1e-12);
    cr_assert_float_eq(pair.p_value, pairs[rows].p_value, 1e-9);
    cr_assert_eq(pair.verdict, pairs[rows].verdict);
    cr_assert_eq(pair.needed, pairs[rows].needed);
  }
  cr_assert_eq(rows, TARGETS * (TARGETS - 1) / 2);
  coreset_comparison_free(comparison);
  coreset_predictions_free(predictions);
  coreset_id source = {NULL, 0, 20};
  request.baseline = &source;
  cr_assert_eq(coreset_predictions_from_fit(&context, read, this.target, 0.9, &predictions), CORESET_OK);
  cr_assert_eq(coreset_comparison_new(&context, predictions, &request, &comparison), CORESET_ERROR);
  cr_assert_null(comparison);
  coreset_predictions_free(predictions);
  coreset_fit_free(fit);
  coreset_fit_free(read);
  coreset_free(bytes);
  tear_down(&this);
}

Test(comparison, needs_targets) {
  coreset_context context = {0};
  coreset_predictions *predictions;
  coreset_comparison *comparison;
  unsigned char nobody[TARGETS] = {0};
  const coreset_comparison_request request = {.level = 0.9, .margin = NAN};
  benchmark this;
  set_up(&this, NULL, 1, 0, 3);
  this.wanted.models = nobody;
  cr_assert_eq(coreset_predictions_new(&context, this.scores, this.target, &this.wanted, &predictions), CORESET_OK);
  cr_assert_eq(coreset_comparison_new(&context, predictions, &request, &comparison), CORESET_ERROR);
  cr_assert_str_eq(context.message, "there are no targets to compare");
  cr_assert_null(comparison);
  coreset_predictions_free(predictions);
  tear_down(&this);
}
