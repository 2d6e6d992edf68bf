/*
** comparison.c: whether one model is better than another.
**
** The difference of two predictions is off by what both errors make together; models that answer alike err alike.
** With h(p) half the width of an interval at level p (interval.c), mapped scores x, d the mean of (x_a - x_b)^2 over the
** n questions that either answered, where a question that only one of them answered counts as d0, and d0 the same
** mean over pairs of sources in one fold of the calibration, each fold with the questions chosen there (spread,
** calibration.c),
**
**     H(p)^2 = (h_a(p)^2 + h_b(p)^2) min(1, (n d / d0 + 30) / (n + 30))
**
** is half the width about the difference; a source, whose full score is known, has h = 0, and d0 is then the target's.
** Limits are clipped to what the answers leave possible. The p-value is 1 - p of the level p at which H(p) is the difference, or
** 0 where no answers could turn it.
**
** Equivalence at a margin is what two one-sided tests say: half of the p-value that a difference of margin - |a - b|
** would have, and where that is negative 1 less half of it. Holm's procedure takes the p-values of m pairs in
** increasing order times m, m - 1, ..., 1, each at least as large as the one before; those of equivalence by themselves.
**
** needed: errors fall about like the error of a mean of k out of N questions without replacement. To be s times as
** large, they need k' questions, 1 / k' = 1 / N + s^2 (1 / k - 1 / N); here s = |a - b| / H, or what equivalence needs if
** that is larger.
**
** Source: this project (30 is measured: tests/experiments/ACCURACY.md); S. Holm, A simple sequentially rejective
** multiple test procedure, Scandinavian Journal of Statistics 6, 1979.
*/
#include <math.h>

#include "numeric/sorting.h"
#include "numeric/sums.h"
#include "predict/predictions.h"
#include "predict/predictor.h"

#define PRIOR_QUESTIONS 30.0 /* on which two models differ like any: this project's own choice */
#define NO_TARGET SIZE_MAX   /* a side that is a source */
#define ROOT_STEPS 100       /* at most; it takes a few */
#define ROOT_DIGITS 1e-13    /* relative precision of a root */

const char *const coreset_verdict_names[] = {"cannot tell", "better", "worse", "equivalent", NULL};
const char *const coreset_correction_names[] = {"none", "holm", NULL};

/* One model that is compared. */
typedef struct side {
  size_t target;            /* its number among the predictions, or NO_TARGET */
  size_t source;            /* else its number among the sources */
  double predicted;         /* its score on the users' scale; NaN where nothing is predicted */
  core_certainty certainty; /* of that; of a source: none is needed */
  size_t answered;          /* questions */
} side;

struct coreset_comparison {
  core_arena arena;                       /* of all that follows; must be first */
  const coreset_predictions *predictions; /* borrowed */
  core_predicting of;                     /* what these are made from */
  coreset_comparison_request request;     /* what is wanted */
  core_quantiles quantiles;               /* of its level */
  side *sides;                            /* by prediction, the highest first; with a baseline that last */
  size_t side_count;                      /* how many */
  size_t *asked;                          /* the questions that any target answered */
  size_t asked_count;                     /* how many */
  size_t a, b;                            /* the next pair */
  double *different, *equal;              /* for each pair its corrected p-values, of no difference and of not being
                                      ** equivalent; NULL without a correction */
  size_t pair;                            /* number of the next pair */
};

void coreset_comparison_free(coreset_comparison *comparison) {
  if (comparison != NULL) core_release(&comparison->arena);
}

/* ------------------------------------------------------------------------
** Two models
*/

/* Everything about a pair that its verdict is made of. Mapped. */
typedef struct contrast {
  double difference;        /* of the predictions */
  core_deviation deviation; /* H; its residual is NaN where one has no interval */
  double least, most;       /* the difference that the answers leave possible */
  double questions;         /* that they answered, on the average */
  double p_value;           /* of no difference */
  double equal;             /* of not being equivalent: NaN without a margin */
} contrast;

static int answer_of(const coreset_comparison *self, const side *one, size_t question, double *answer) {
  const coreset_scores *scores = self->of.scores;
  if (one->target != NO_TARGET) return core_predictions_answer(self->predictions, one->target, question, answer);
  return coreset_matrix_cell(scores->matrix, scores->matrix_model[one->source], scores->matrix_question[question],
                             answer, NULL);
}

/* Counts what both answered, and returns how much less the difference is off than two errors that have nothing to do
** with each other would make it, squared. */
static double compare_answers(const coreset_comparison *self, const side *a, const side *b,
                              coreset_pair_compared *row) {
  double range = self->of.high - self->of.low, spread = a->certainty.spread;
  core_sum squares = {0, 0};
  size_t either = 0;
  row->shared = row->wins = row->losses = 0;
  for (size_t i = 0; i < self->asked_count; i++) {
    double x = NAN, y = NAN;
    int has_x = answer_of(self, a, self->asked[i], &x), has_y = answer_of(self, b, self->asked[i], &y);
    either += has_x || has_y;
    if (!has_x || !has_y) continue;
    double apart = x / range - y / range;
    row->shared++;
    row->wins += x > y;
    row->losses += x < y;
    core_sum_add(&squares, apart * apart);
  }
  if (b->target != NO_TARGET) spread = (spread + b->certainty.spread) / 2;
  if (!(spread > 0)) return 1;
  double alike = core_sum_value(&squares) / spread + (double)(either - row->shared);
  return fmin(1, (alike + PRIOR_QUESTIONS) / ((double)either + PRIOR_QUESTIONS));
}

/* H less the distance where Student's quantile is t; *tail is 1 - level there. */
static double excess(const coreset_comparison *self, const contrast *pair, double distance, double t, double *tail) {
  core_quantiles quantiles = core_interval_quantiles_beside(t, self->of.sources, tail);
  return core_deviation_half_width(&pair->deviation, &quantiles) - distance;
}

/* 1 - p of the level p at which H is a distance >= 0. H is nearly proportional to t: a step in proportion, then secants,
** between what is known to be too low and too high. */
static double tail_of(const coreset_comparison *self, const contrast *pair, double distance) {
  double full = hypot(pair->deviation.residual, pair->deviation.field), tail = 1;
  if (isnan(full)) return NAN;
  if (distance <= 0) return 1;
  if (full <= 0) return 0;
  double low = distance / full, high = INFINITY, t = low; /* too low: z <= t */
  if (!(low > 0)) return 1;
  double at = excess(self, pair, distance, t, &tail), next = t * (distance / (distance + at));
  if (at >= 0) return tail; /* there is no field, or a tail of which nothing is left */
  for (int step = 0; step < ROOT_STEPS && !(fabs(next - t) <= ROOT_DIGITS * t); step++) {
    if (!(next > low && next < high)) next = isinf(high) ? 2 * low : (low + high) / 2;
    double at_next = excess(self, pair, distance, next, &tail), slope = (at_next - at) / (next - t);
    if (at_next < 0) {
      low = next;
    } else {
      high = next;
    }
    t = next;
    at = at_next;
    next = t - at / slope;
  }
  return tail;
}

/* The p-value of two one-sided tests for a difference of at least the margin, mapped. */
static double tail_of_equivalence(const coreset_comparison *self, const contrast *pair) {
  double margin = self->request.margin / (self->of.high - self->of.low), rest = margin - fabs(pair->difference);
  if (isnan(margin)) return NAN;
  if (pair->most < margin && pair->least > -margin) return 0;
  return rest > 0 ? tail_of(self, pair, rest) / 2 : 1 - tail_of(self, pair, -rest) / 2;
}

/* Fills in what is known of a pair whatever the correction. */
static contrast contrast_of(const coreset_comparison *self, const side *a, const side *b, coreset_pair_compared *row) {
  double range = self->of.high - self->of.low, alike = sqrt(compare_answers(self, a, b, row));
  const core_deviation *of_a = &a->certainty.deviation, *of_b = &b->certainty.deviation;
  contrast pair = {
      .difference = a->predicted / range - b->predicted / range,
      .deviation = {alike * hypot(of_a->residual, of_b->residual), alike * hypot(of_a->field, of_b->field)},
      .least = a->certainty.least / range - b->certainty.most / range,
      .most = a->certainty.most / range - b->certainty.least / range,
      .questions = b->target == NO_TARGET ? (double)a->answered : (double)(a->answered + b->answered) / 2,
  };
  row->difference = a->predicted - b->predicted;
  row->lower = row->upper = pair.p_value = pair.equal = NAN;
  if (isnan(pair.deviation.residual) || isnan(pair.difference)) return pair;
  double half = core_deviation_half_width(&pair.deviation, &self->quantiles);
  row->lower = range * fmin(fmax(pair.difference - half, pair.least), pair.difference);
  row->upper = range * fmax(fmin(pair.difference + half, pair.most), pair.difference);
  int is_sure = (pair.least > 0 && pair.difference > 0) || (pair.most < 0 && pair.difference < 0);
  pair.p_value = is_sure ? 0 : tail_of(self, &pair, fabs(pair.difference));
  pair.equal = tail_of_equivalence(self, &pair);
  return pair;
}

/* About how many more questions would tell, where p-values are taken so many times; 0: nobody knows. */
static size_t questions_needed(const coreset_comparison *self, const contrast *pair, double times, double equal_times) {
  double total = (double)self->of.benchmark, wrong = 1 - self->request.level, now = pair->questions;
  core_quantiles quantiles = self->quantiles;
  if (isnan(pair->p_value) || now >= total) return 0;
  if (times > 1) quantiles = core_interval_quantiles(1 - wrong / times, self->of.sources);
  double shrunk = fabs(pair->difference) / core_deviation_half_width(&pair->deviation, &quantiles);
  double rest = self->request.margin / (self->of.high - self->of.low) - fabs(pair->difference);
  if (rest > 0) { /* not with NaN */
    quantiles = core_interval_quantiles(fmax(1 - 2 * wrong / equal_times, 0), self->of.sources);
    shrunk = fmax(shrunk, rest / core_deviation_half_width(&pair->deviation, &quantiles));
  }
  double share = 1 / total + fmin(shrunk * shrunk, 1) * (1 / now - 1 / total);
  return (size_t)fmax(fmin(ceil(1 / share - ROOT_DIGITS * total), total) - floor(now), 1);
}

/* ------------------------------------------------------------------------
** All pairs
*/

/* Moves on to the pair that follows, or returns 0. */
static int has_next(const coreset_comparison *self) {
  size_t last = self->side_count - 1;
  return self->request.baseline != NULL ? self->a < last : self->b <= last;
}

static void move_on(coreset_comparison *self) {
  self->pair++;
  if (self->request.baseline != NULL) {
    self->a++;
  } else if (++self->b == self->side_count) {
    self->a++;
    self->b = self->a + 1;
  }
}

static void rewind_pairs(coreset_comparison *self) {
  self->a = self->pair = 0;
  self->b = self->request.baseline != NULL ? self->side_count - 1 : 1;
}

/* Holm's procedure for so many p-values, in place; NaN counts as none. */
static coreset_status correct(coreset_context *context, double *values, size_t count) {
  core_arena scratch = {0};
  uint32_t *order = core_take(context, &scratch, count, sizeof(uint32_t));
  double *known = core_take(context, &scratch, count, sizeof(double)), largest = 0;
  coreset_status status = scratch.status;
  size_t left = 0;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    known[i] = isnan(values[i]) ? INFINITY : values[i];
    left += isnan(values[i]) ? 0 : 1;
  }
  if (status == CORESET_OK) status = core_argsort(context, known, count, order);
  for (size_t i = 0; left > 0 && status == CORESET_OK; i++, left--) {
    largest = fmax(largest, fmin(known[order[i]] * (double)left, 1));
    values[order[i]] = largest;
  }
  core_release(&scratch);
  return status;
}

/* The corrected p-values of all pairs. */
static coreset_status correct_all(coreset_context *context, coreset_comparison *self) {
  size_t sides = self->side_count, count = self->request.baseline != NULL ? sides - 1 : sides * (sides - 1) / 2;
  coreset_status status = CORESET_OK;
  self->different = core_take(context, &self->arena, count, sizeof(double));
  self->equal = core_take(context, &self->arena, count, sizeof(double));
  if (self->arena.status != CORESET_OK) return self->arena.status;
  if (count > UINT32_MAX) return core_fail(context, CORESET_ERROR, "there are too many pairs: give baseline");
  for (; has_next(self) && status == CORESET_OK; move_on(self)) {
    coreset_pair_compared row;
    contrast pair = contrast_of(self, &self->sides[self->a], &self->sides[self->b], &row);
    self->different[self->pair] = pair.p_value;
    self->equal[self->pair] = pair.equal;
    status = core_poll_work(context, self->asked_count + ROOT_STEPS);
  }
  rewind_pairs(self);
  if (status == CORESET_OK) status = correct(context, self->different, count);
  return status == CORESET_OK ? correct(context, self->equal, count) : status;
}

/* Predicts all targets; sides in the order of their identifiers. */
static coreset_status predict_all(coreset_context *context, coreset_comparison *self,
                                  coreset_predictions *predictions) {
  coreset_prediction row;
  coreset_status status;
  size_t i = 0;
  while ((status = coreset_predictions_next(context, predictions, &row)) == CORESET_OK) {
    self->sides[i] = (side){i, 0, row.predicted, *core_predictions_certainty(predictions, i), row.answered};
    i++;
  }
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* Lists the questions that any target answered. */
static coreset_status list_asked(coreset_context *context, coreset_comparison *self) {
  coreset_status status = CORESET_OK;
  for (size_t q = 0; q < self->of.questions && status == CORESET_OK; q++) {
    double answer;
    size_t i = 0;
    while (i < self->side_count && !core_predictions_answer(self->predictions, i, q, &answer)) i++;
    if (i < self->side_count) self->asked[self->asked_count++] = q;
    status = core_poll_work(context, i + 1);
  }
  return status;
}

static coreset_id model_of(const coreset_comparison *self, const side *one) {
  if (one->target == NO_TARGET) {
    return coreset_matrix_model(self->of.scores->matrix, self->of.scores->matrix_model[one->source]);
  }
  return coreset_matrix_model(self->of.target, core_predictions_row(self->predictions, one->target)->model);
}

/* A source as the baseline: its full score is known. */
static coreset_status find_source(coreset_context *context, const coreset_comparison *self, side *found) {
  const coreset_scores *scores = self->of.scores;
  char text[CORE_ID_TEXT_SIZE];
  core_id_format(self->request.baseline, text);
  if (scores == NULL) {
    return core_fail(
        context, CORESET_ERROR,
        "baseline: model %s is no target, and a fit does not tell the scores of its sources: give the score "
        "matrix as source",
        text);
  }
  ptrdiff_t model = coreset_matrix_find_model(scores->matrix, self->request.baseline);
  *found = (side){.target = NO_TARGET};
  while (found->source < scores->models && (ptrdiff_t)scores->matrix_model[found->source] != model) found->source++;
  if (found->source == scores->models) {
    return core_fail(context, CORESET_ERROR, "baseline: model %s is neither a target nor a source", text);
  }
  core_arena scratch = {0};
  double *full_scores = core_scores_full_scores(context, &scratch, scores);
  if (full_scores != NULL) found->predicted = core_scores_unmap(scores, full_scores[found->source]);
  found->certainty.least = found->certainty.most = found->predicted;
  coreset_status status = scratch.status;
  core_release(&scratch);
  return status;
}

/* Takes the baseline out of the sides, if it is one of them. */
static coreset_status find_baseline(coreset_context *context, coreset_comparison *self, side *found) {
  ptrdiff_t model = coreset_matrix_find_model(self->of.target, self->request.baseline);
  for (size_t i = 0; i < self->side_count; i++) {
    if ((ptrdiff_t)core_predictions_row(self->predictions, i)->model != model) continue;
    *found = self->sides[i];
    for (; i + 1 < self->side_count; i++) self->sides[i] = self->sides[i + 1];
    self->side_count--;
    return CORESET_OK;
  }
  return find_source(context, self, found);
}

/* Sorts the sides by prediction, the highest first; of equal ones that whose identifier comes first; those without one
** last. */
static coreset_status sort_sides(coreset_context *context, coreset_comparison *self) {
  core_arena scratch = {0};
  size_t count = self->side_count;
  uint32_t *order = core_take(context, &scratch, count, sizeof(uint32_t));
  double *keys = core_take(context, &scratch, count, sizeof(double));
  side *kept = core_take(context, &scratch, count, sizeof(side));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    kept[i] = self->sides[i];
    keys[i] = isnan(kept[i].predicted) ? INFINITY : -kept[i].predicted;
  }
  if (status == CORESET_OK) status = core_argsort(context, keys, count, order);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) self->sides[i] = kept[order[i]];
  core_release(&scratch);
  return status;
}

/* All that comes before the first pair. */
static coreset_status prepare(coreset_context *context, coreset_comparison *self, coreset_predictions *predictions) {
  side baseline = {.target = NO_TARGET};
  size_t targets = core_predictions_count(predictions);
  self->of = core_predictions_of(predictions);
  self->quantiles = core_interval_quantiles(self->request.level, self->of.sources);
  self->side_count = targets;
  self->sides = core_take(context, &self->arena, targets + 1, sizeof(side));
  self->asked = core_take(context, &self->arena, self->of.questions, sizeof(size_t));
  coreset_status status = self->arena.status;
  if (status == CORESET_OK) status = predict_all(context, self, predictions);
  if (status == CORESET_OK) status = list_asked(context, self);
  if (status == CORESET_OK && self->request.baseline != NULL) status = find_baseline(context, self, &baseline);
  if (status == CORESET_OK && targets == 0) {
    status = core_fail(context, CORESET_ERROR, "there are no targets to compare");
  } else if (status == CORESET_OK && self->request.baseline == NULL && targets == 1) {
    status =
        core_fail(context, CORESET_ERROR,
                  "there is one target, and nobody to compare it with: give baseline a source, or target more models");
  } else if (status == CORESET_OK && self->side_count == 0) {
    status =
        core_fail(context, CORESET_ERROR, "the baseline is the only target, and there is nobody to compare it with");
  }
  if (status == CORESET_OK) status = sort_sides(context, self);
  if (status == CORESET_OK && self->request.baseline != NULL) self->sides[self->side_count++] = baseline;
  rewind_pairs(self);
  if (status == CORESET_OK && self->request.correction == CORESET_CORRECTION_HOLM) status = correct_all(context, self);
  return status;
}

/* Errors: CORESET_ERROR for a baseline that is nobody and where there is no pair, and whatever the predictions find;
** CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_comparison_new(coreset_context *context, coreset_predictions *predictions,
                                      const coreset_comparison_request *request, coreset_comparison **result) {
  coreset_comparison *self = core_object(context, sizeof(*self));
  coreset_status status = self == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  *result = NULL;
  if (status == CORESET_OK) {
    self->predictions = predictions;
    self->request = *request;
    status = prepare(context, self, predictions);
  }
  *result = core_made_object(status, self);
  return status;
}

/* What is said of a at these p-values. */
static coreset_verdict verdict_of(const coreset_comparison *self, const contrast *pair, double different,
                                  double equal) {
  double wrong = 1 - self->request.level;
  if (different <= wrong) return pair->difference > 0 ? CORESET_BETTER : CORESET_WORSE;
  return equal <= wrong ? CORESET_EQUIVALENT : CORESET_CANNOT_TELL; /* a NaN tells nothing */
}

coreset_status coreset_comparison_next(coreset_context *context, coreset_comparison *self, coreset_pair_compared *row) {
  if (!has_next(self)) return CORESET_DONE;
  const side *a = &self->sides[self->a], *b = &self->sides[self->b];
  coreset_status status = core_poll_work(context, self->asked_count + ROOT_STEPS);
  if (status != CORESET_OK) return status;
  contrast pair = contrast_of(self, a, b, row);
  double different = pair.p_value, equal = pair.equal;
  if (self->different != NULL) {
    different = self->different[self->pair];
    equal = self->equal[self->pair];
  }
  row->model_a = model_of(self, a);
  row->model_b = model_of(self, b);
  row->p_value = different;
  row->verdict = verdict_of(self, &pair, different, equal);
  row->needed = 0;
  if (row->verdict == CORESET_CANNOT_TELL) {
    row->needed = questions_needed(self, &pair, pair.p_value > 0 ? different / pair.p_value : 1,
                                   pair.equal > 0 ? equal / pair.equal : 1);
  }
  move_on(self);
  return CORESET_OK;
}
