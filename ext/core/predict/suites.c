/*
** suites.c: predicts targets in several suites, each from its answers in all of them.
**
** What each suite predicts by itself (predictions.c) is pulled towards what the others say of the same model
** (joint.c). For that the sources' full scores and the predictions of them by the folds (calibration.c) are joined by
** identifier. A suite that a target ran pulls, and is pulled, unless
**
**   * the target lies outside of the sources' reach there (reach.c), of which the sources tell nothing;
**   * there is no interval, for which the sources are too few: then nothing is known of errors either;
**   * the target is a source there: its score is known, pulls the others, and stays.
**
** Where a target has nothing else, because it lies outside in every suite that it ran, they still tell of those that it did not.
**
** Targets for which this is the same in every suite, and the questions too, are a group, for which the rule is tried on the sources
** (suite_groups.c). A suite that was not run has the interval logistic(mu + m +- t(p) sqrt(c)), with one degree of freedom less than it
** has sources.
**
** The overall score is a mean with weights w of the suites' scores on the users' scale. Its residuals are the
** weighted residuals of the same folds, over the sources that ran all suites of weight, and its interval is made of them by the same recipe:
** with e_ms the residual in s, by whatever rule the group has there, isolation among the overall full scores, and
** f_s and the field's share h_s of the target's deviation (interval.c),
**
**     residual^2 = 0.97^2 mean of (sum of w_s f_s e_ms / isolation_m)^2 isolation^2,   field^2 = sum of (w_s h_s)^2
**
** where the h_s of suites in which the target lies outside of the sources' reach are first added up to one: who is beyond the
** sources in several suites is so for one reason, and mispredicted to one side.
*/
#include <math.h>
#include <stdio.h>

#include "numeric/elementary.h"
#include "numeric/student.h"
#include "numeric/sums.h"
#include "predict/calibration.h"
#include "predict/predictor.h"
#include "predict/suite_groups.h"

void coreset_suites_free(coreset_suites *suites) {
  if (suites != NULL) core_release(&suites->arena);
}

/* ------------------------------------------------------------------------
** Starting
*/

static coreset_id source_of(const coreset_suite *given, size_t source) {
  if (given->fit != NULL) return core_id_list_get(&given->fit->sources, source);
  return coreset_matrix_model(given->scores->matrix, given->scores->matrix_model[source]);
}

/* Puts the name of the suite before the message. */
static coreset_status fail_in(coreset_context *context, coreset_status status, const coreset_suite *given) {
  char text[CORE_ID_TEXT_SIZE], where[CORE_ID_TEXT_SIZE + sizeof("suite ")];
  snprintf(where, sizeof(where), "suite %s", core_id_format(&given->name, text));
  return core_fail_within(context, status, where);
}

/* Takes in one suite, but for what needs the list of all models. */
static coreset_status take_suite(coreset_context *context, coreset_suites *self, const coreset_suite *given,
                                 core_suite *result) {
  const coreset_scores *scores = given->scores;
  const coreset_fit *fit = given->fit;
  char text[CORE_ID_TEXT_SIZE];
  result->given = *given;
  if (fit != NULL && fit->out_of_fold == NULL) {
    return core_fail(context, CORESET_ERROR,
                     "the fit of suite %s does not keep what is predicted of its sources%s: make it anew, with "
                     "intervals",
                     core_id_format(&given->name, text),
                     fit->interval == NULL ? ", since it was made without intervals" : "");
  }
  result->low = fit != NULL ? fit->low : scores->low;
  result->range = (fit != NULL ? fit->high : scores->high) - result->low;
  result->sources = fit != NULL ? fit->sources.count : scores->models;
  result->full_scores =
      fit != NULL ? fit->interval->full_scores : core_scores_full_scores(context, &self->arena, scores);
  result->model = core_take(context, &self->arena, result->sources, sizeof(size_t));
  result->quantile = core_student_quantile(self->level, result->sources - 1);
  if (given->predictions != NULL) {
    result->targets = core_predictions_count(given->predictions);
    core_predictions_keep_folds(given->predictions);
  }
  return self->arena.status;
}

/* Lists the sources of all suites in order. next: working memory, zero, for each suite. */
static coreset_status list_models(coreset_context *context, coreset_suites *self, size_t *next) {
  coreset_status status = CORESET_OK;
  for (;;) {
    coreset_id least = {0};
    int found = 0;
    for (size_t s = 0; s < self->count; s++) {
      if (next[s] == self->suites[s].sources) continue;
      coreset_id id = source_of(&self->suites[s].given, next[s]);
      if (!found || coreset_id_compare(&id, &least) < 0) least = id;
      found = 1;
    }
    if (!found) return status;
    for (size_t s = 0; s < self->count; s++) {
      if (next[s] == self->suites[s].sources) continue;
      coreset_id id = source_of(&self->suites[s].given, next[s]);
      if (coreset_id_compare(&id, &least) == 0) self->suites[s].model[next[s]++] = self->model_count;
    }
    self->models[self->model_count++] = least;
    status = core_poll_work(context, 32 * self->count);
    if (status != CORESET_OK) return status;
  }
}

/* The number of a model, or -1. */
static ptrdiff_t find_model(const coreset_suites *self, const coreset_id *id) {
  size_t low = 0, high = self->model_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = coreset_id_compare(&self->models[middle], id);
    if (order == 0) return (ptrdiff_t)middle;
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return -1;
}

/* The table of full scores, who is complete, and the overall scores of these. */
static coreset_status tabulate(coreset_context *context, coreset_suites *self) {
  core_arena *arena = &self->arena;
  size_t models = self->model_count, count = self->count;
  self->scores = core_take_matrix(context, arena, models, count, sizeof(double));
  self->numbers = core_take(context, arena, models, sizeof(size_t));
  self->complete = core_take(context, arena, models, sizeof(size_t));
  self->overall.full_scores = core_take(context, arena, models, sizeof(double));
  for (size_t s = 0; s < count; s++) self->suites[s].source = core_take(context, arena, models, sizeof(ptrdiff_t));
  if (arena->status != CORESET_OK) return arena->status;
  for (size_t s = 0; s < count; s++) {
    core_suite *of = &self->suites[s];
    for (size_t m = 0; m < models; m++) {
      of->source[m] = -1;
      self->scores[m * count + s] = NAN;
    }
    for (size_t i = 0; i < of->sources; i++) {
      of->source[of->model[i]] = (ptrdiff_t)i;
      self->scores[of->model[i] * count + s] = of->full_scores[i];
    }
  }
  for (size_t m = 0; m < models; m++) {
    core_sum sum = {0, 0};
    for (size_t s = 0; s < count; s++) {
      const core_suite *of = &self->suites[s];
      if (of->given.weight == 0) continue; /* what is missing there is no matter */
      core_sum_add(&sum, of->given.weight * (of->low + of->range * self->scores[m * count + s]));
    }
    self->numbers[m] = m;
    if (isnan(core_sum_value(&sum))) continue;
    self->complete[self->overall.count] = m;
    self->overall.full_scores[self->overall.count++] = core_sum_value(&sum);
  }
  self->overall.scale = 1;
  if (self->overall.count >= CORE_LEAST_SOURCES) {
    self->quantiles = core_interval_quantiles(self->level, self->overall.count);
  }
  return CORESET_OK;
}

/* Whether any two suites tell of each other. */
static coreset_status check_common(coreset_context *context, const coreset_suites *self) {
  double most = 0;
  for (size_t s = 0; s < self->count; s++) {
    for (size_t t = 0; t < s; t++) most = fmax(most, self->joint.count[s * self->count + t]);
  }
  if (self->count == 1 || most >= CORE_LEAST_SOURCES) return CORESET_OK;
  return core_fail(context, CORESET_ERROR,
                   "no two suites have %d source models in common, so that none tells anything of another; do the ids "
                   "of models differ between suites?",
                   CORE_LEAST_SOURCES);
}

/* Weights become shares. */
static coreset_status share_weights(coreset_context *context, coreset_suites *self) {
  double largest = 0, total = 0;
  int proper = 1;
  for (size_t s = 0; s < self->count; s++) {
    double weight = self->suites[s].given.weight;
    proper &= weight >= 0 && weight < INFINITY;
    largest = fmax(largest, weight);
  }
  if (!proper || !(largest > 0)) {
    return core_fail(context, CORESET_ERROR, "weights must be finite and not negative, and not all 0");
  }
  for (size_t s = 0; s < self->count; s++) total += self->suites[s].given.weight / largest;
  for (size_t s = 0; s < self->count; s++) {
    self->suites[s].given.weight = self->suites[s].given.weight / largest / total;
  }
  return CORESET_OK;
}

/* All that comes before the first target. */
static coreset_status prepare(coreset_context *context, coreset_suites *self, const coreset_suite *given) {
  core_arena *arena = &self->arena;
  size_t count = self->count, sources = 0;
  self->suites = core_take(context, arena, count, sizeof(core_suite));
  self->standings = core_take(context, arena, count, sizeof(core_suite_standing));
  self->cells = core_take(context, arena, count, sizeof(core_suite_cell));
  self->mapped = core_take(context, arena, count, sizeof(double));
  self->joined = core_take(context, arena, count, sizeof(core_joint_said));
  size_t *next = core_take(context, arena, count, sizeof(size_t));
  core_joint_allocate(context, arena, count, &self->moments);
  coreset_status status = arena->status;
  for (size_t s = 0; s < count && status == CORESET_OK; s++) {
    status = take_suite(context, self, &given[s], &self->suites[s]);
    sources += self->suites[s].sources;
  }
  if (status == CORESET_OK) status = share_weights(context, self);
  self->models = core_take(context, arena, sources, sizeof(coreset_id));
  if (status == CORESET_OK) status = arena->status;
  if (status == CORESET_OK) status = list_models(context, self, next);
  if (status == CORESET_OK) status = tabulate(context, self);
  if (status == CORESET_OK) {
    status = core_joint_learn(context, arena, self->scores, self->model_count, count, &self->joint);
  }
  if (status == CORESET_OK) status = check_common(context, self);
  if (status == CORESET_OK) status = core_joint_find(context, &self->joint, SIZE_MAX, &self->moments);
  self->next = count + 1;
  return status;
}

/* Errors: CORESET_ERROR for weights, fits and suites that cannot be used; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_suites_new(coreset_context *context, const coreset_suite *suites, size_t count, double level,
                                  coreset_suites **result) {
  coreset_suites *self = core_object(context, sizeof(*self));
  coreset_status status = self == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  *result = NULL;
  if (status == CORESET_OK) {
    self->count = count;
    self->level = level;
    status = prepare(context, self, suites);
  }
  *result = core_made_object(status, self);
  return status;
}

/* ------------------------------------------------------------------------
** Targets
*/

static int is_outside(coreset_reach reach) {
  return reach == CORESET_REACH_ABOVE || reach == CORESET_REACH_BELOW;
}

/* How many questions of the benchmark a source answered. */
static size_t count_answers(const core_suite *in, size_t source) {
  const coreset_scores *scores = in->given.scores;
  size_t answered = 0;
  if (scores == NULL) return (size_t)in->given.fit->benchmark_question_count;
  for (size_t q = 0; q < scores->questions; q++) {
    const uint64_t *observed = core_observed_column(scores, q);
    answered += observed == NULL || core_bit(observed, source);
  }
  return answered;
}

/* A target that is no target in this suite. model: its number, or -1. */
static void place_others(const core_suite *in, ptrdiff_t model, core_suite_standing *at, core_suite_cell *here,
                         double *mapped) {
  ptrdiff_t source = model < 0 ? -1 : in->source[model];
  *at = (core_suite_standing){CORE_SUITE_NOT_RUN, NULL};
  *here = (core_suite_cell){.row = {.predicted = NAN, .lower = NAN, .upper = NAN, .observed = NAN}};
  here->certainty.reach.outside = NAN;
  *mapped = NAN;
  if (source < 0) return;
  *mapped = in->full_scores[source];
  here->row.predicted = here->row.lower = here->row.upper = in->low + in->range * *mapped;
  here->row.answered = count_answers(in, (size_t)source);
  /* the moments without one of two models would be those of one */
  at->how = in->sources >= CORE_LEAST_SOURCES ? CORE_SUITE_KNOWN : CORE_SUITE_APART;
}

/* A target that is next in this suite: it is predicted there. */
static coreset_status place_target(coreset_context *context, core_suite *in, core_suite_standing *at,
                                   core_suite_cell *here, double *mapped) {
  const coreset_predictions *predictions = in->given.predictions;
  size_t number = in->next++;
  coreset_status status = coreset_predictions_next(context, in->given.predictions, &here->row);
  if (status != CORESET_OK) return fail_in(context, status, &in->given);
  *at = (core_suite_standing){CORE_SUITE_NOT_RUN, NULL};
  here->certainty = *core_predictions_certainty(predictions, number);
  *mapped = (here->row.predicted - in->low) / in->range;
  if (here->row.answered == 0) {
    here->certainty.reach.outside = NAN;
    return CORESET_OK;
  }
  at->out_of_fold = core_predictions_out_of_fold(predictions, number);
  at->how = at->out_of_fold == NULL || is_outside(here->row.reach) ? CORE_SUITE_APART : CORE_SUITE_JOINED;
  return CORESET_OK;
}

/* The identifier of a suite's next target. */
static coreset_id next_target(const core_suite *in) {
  const coreset_prediction *row = core_predictions_row(in->given.predictions, in->next);
  return coreset_matrix_model(core_predictions_of(in->given.predictions).target, row->model);
}

/* Finds the next target and all that is known of it, or returns CORESET_DONE. */
static coreset_status find_target(coreset_context *context, coreset_suites *self) {
  coreset_status status = CORESET_OK;
  int found = 0;
  for (size_t s = 0; s < self->count; s++) {
    if (self->suites[s].next == self->suites[s].targets) continue;
    coreset_id id = next_target(&self->suites[s]);
    if (!found || coreset_id_compare(&id, &self->target) < 0) self->target = id;
    found = 1;
  }
  if (!found) return CORESET_DONE;
  ptrdiff_t model = find_model(self, &self->target);
  for (size_t s = 0; s < self->count && status == CORESET_OK; s++) {
    core_suite *in = &self->suites[s];
    coreset_id id = {0};
    int is_next = in->next < in->targets;
    if (is_next) id = next_target(in);
    if (is_next && coreset_id_compare(&id, &self->target) == 0) {
      status = place_target(context, in, &self->standings[s], &self->cells[s], &self->mapped[s]);
    } else {
      place_others(in, model, &self->standings[s], &self->cells[s], &self->mapped[s]);
    }
  }
  if (status == CORESET_OK) status = core_suites_find_group(context, self);
  if (status == CORESET_OK) {
    status = core_joint_apply(context, &self->moments, self->group->views, self->mapped, self->count, self->joined);
  }
  self->next = 0;
  return status;
}

/* ------------------------------------------------------------------------
** Rows
*/

/* Sets the limits, which what is possible clips, and which hold the prediction. */
static void set_limits(double predicted, double lower, double upper, double least, double most, double *row_lower,
                       double *row_upper) {
  *row_lower = fmin(fmax(lower, least), predicted);
  *row_upper = fmax(fmin(upper, most), predicted);
}

/* A suite that was not run, from those that were. */
static void foretell(const coreset_suites *self, size_t at, coreset_prediction *row) {
  const core_suite *in = &self->suites[at];
  const core_joint_said *said = &self->joined[at];
  double half_width = in->quantile * sqrt(said->variance);
  if (isnan(said->predicted)) return;
  row->predicted = in->low + in->range * said->predicted;
  row->lower = in->low + in->range * core_logistic(said->logit - half_width);
  row->upper = in->low + in->range * core_logistic(said->logit + half_width);
}

/* A suite that was run, with the others. */
static void join(const coreset_suites *self, size_t at, coreset_prediction *row) {
  const core_suite *in = &self->suites[at];
  const core_certainty *certainty = &self->cells[at].certainty;
  core_interval interval = {in->sources, self->group->scale[at], 0, in->full_scores};
  core_deviation deviation = core_interval_deviation(&interval, self->joined[at].predicted, &certainty->reach);
  double half_width = in->range * core_deviation_half_width(&deviation, &self->group->quantiles[at]);
  double predicted = row->predicted = in->low + in->range * self->joined[at].predicted;
  set_limits(predicted, predicted - half_width, predicted + half_width, certainty->least, certainty->most, &row->lower,
             &row->upper);
}

/* The target in one suite. */
static coreset_prediction row_of(const coreset_suites *self, size_t at) {
  coreset_prediction row = self->cells[at].row;
  if (self->standings[at].how == CORE_SUITE_NOT_RUN) foretell(self, at, &row);
  if (self->group->is_used[at]) join(self, at, &row);
  return row;
}

/* The interval of the overall score. */
static void set_overall_limits(const coreset_suites *self, coreset_suite_prediction *result) {
  size_t count = self->count;
  double square = 0, field = 0, beyond = 0, least = 0, most = 0;
  if (self->group->products == NULL) return;
  for (size_t s = 0; s < count; s++) {
    const core_suite *in = &self->suites[s];
    const core_certainty *certainty = &self->cells[s].certainty;
    double weight = in->given.weight, inside = weight * core_interval_inside(&certainty->reach), low = in->low,
           high = in->low + in->range;
    if (self->standings[s].how == CORE_SUITE_KNOWN) low = high = self->cells[s].row.predicted;
    if (self->standings[s].how == CORE_SUITE_APART || self->standings[s].how == CORE_SUITE_JOINED) {
      low = certainty->least;
      high = certainty->most;
      double share = weight * in->range * certainty->deviation.field;
      if (is_outside(self->cells[s].row.reach)) {
        beyond += share;
      } else {
        field += share * share;
      }
    }
    least += weight * low;
    most += weight * high;
    for (size_t t = 0; t < count; t++) {
      double other = self->suites[t].given.weight * core_interval_inside(&self->cells[t].certainty.reach);
      square += inside * other * self->group->products[s * count + t];
    }
  }
  double isolation = core_interval_isolation(&self->overall, NULL, 0, result->predicted);
  core_deviation deviation = {CORE_TRAINING_SIZE * sqrt(fmax(square, 0)) * isolation, sqrt(field + beyond * beyond)};
  double half_width = core_deviation_half_width(&deviation, &self->quantiles);
  if (isnan(half_width) || isnan(result->predicted)) return;
  set_limits(result->predicted, result->predicted - half_width, result->predicted + half_width, least, most,
             &result->lower, &result->upper);
}

/* The overall score of the target. */
static void add_up(const coreset_suites *self, coreset_suite_prediction *result) {
  core_sum predicted = {0, 0}, observed = {0, 0}, alone = {0, 0};
  for (size_t s = 0; s < self->count; s++) {
    coreset_prediction row = row_of(self, s);
    double weight = self->suites[s].given.weight;
    result->answered += row.answered;
    result->unknown += row.unknown;
    if (weight == 0) continue; /* there may be no score */
    core_sum_add(&predicted, weight * row.predicted);
    core_sum_add(&observed, weight * row.observed);
    core_sum_add(&alone, weight * self->cells[s].row.predicted);
  }
  result->predicted = core_sum_value(&predicted);
  result->observed = core_sum_value(&observed);
  result->alone = core_sum_value(&alone);
  set_overall_limits(self, result);
}

coreset_status coreset_suites_next(coreset_context *context, coreset_suites *self, coreset_suite_prediction *row) {
  coreset_status status = core_poll_work(context, self->count * self->count);
  if (status == CORESET_OK && self->next > self->count) status = find_target(context, self);
  if (status != CORESET_OK) return status;
  *row = (coreset_suite_prediction){.model = self->target, .suite = self->next, .lower = NAN, .upper = NAN};
  if (self->next == self->count) {
    add_up(self, row);
  } else {
    coreset_prediction here = row_of(self, self->next);
    row->predicted = here.predicted;
    row->lower = here.lower;
    row->upper = here.upper;
    row->reach = here.reach;
    row->observed = here.observed;
    row->answered = here.answered;
    row->unknown = here.unknown;
    row->alone = self->cells[self->next].row.predicted;
  }
  self->next++;
  return CORESET_OK;
}
