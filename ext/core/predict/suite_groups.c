/*
** suite_groups.c: the rule that joins suites, tried on the sources.
**
** Targets that stand alike to every suite, and answered the same questions, are a *group*. For each the rule is tried
** on the sources, each with the moments of the others, what it ran, and v as it is: po_ms. In suite s it is used only if
**
**     mean of (po_ms - y_ms)^2 < mean of (o_ms - y_ms)^2
**
** over the sources that ran s and another suite of the group, at least three. Its interval is then made of po in the place of o, among
** the full scores of all sources but m (interval.c).
*/
#include "predict/suite_groups.h"

#include <math.h>
#include <string.h>

#include "numeric/sums.h"
#include "predict/calibration.h"

/* Working memory of a trial; models x suites. */
typedef struct trial {
  double *alone;           /* o, or y where it is known; NaN where there is none */
  core_joint_said *joined; /* po, or what is said of a suite that was not run */
} trial;

/* The rule on one source, with the moments of the others. views: working memory for each suite. */
static coreset_status try_source(coreset_context *context, const coreset_suites *self, const core_suite_group *of,
                                 size_t model, const core_joint_moments *moments, core_joint_view *views,
                                 const trial *work) {
  size_t count = self->count;
  double *alone = work->alone + model * count;
  for (size_t s = 0; s < count; s++) {
    ptrdiff_t source = self->suites[s].source[model];
    const core_suite_standing *at = &of->standings[s];
    alone[s] = NAN;
    views[s] = of->views[s];
    views[s].is_seen &= source >= 0;
    if (source < 0) continue;
    if (at->how == CORE_SUITE_KNOWN) alone[s] = self->suites[s].full_scores[source];
    if (at->out_of_fold != NULL) alone[s] = at->out_of_fold[source];
  }
  coreset_status status = core_joint_find(context, &self->joint, model, moments);
  if (status != CORESET_OK) return status;
  return core_joint_apply(context, moments, views, alone, count, work->joined + model * count);
}

/* Whether a source tells of the rule in a suite: it ran this one and another that pulls. */
static int tells(const coreset_suites *self, const core_suite_group *of, size_t model, size_t at) {
  int others = 0;
  for (size_t s = 0; s < self->count; s++) {
    others |= s != at && of->views[s].is_seen && self->suites[s].source[model] >= 0;
  }
  return others && self->suites[at].source[model] >= 0;
}

/* Decides whether the rule is used in a suite, and how far it is off. */
static coreset_status judge(coreset_context *context, const coreset_suites *self, core_suite_group *of, size_t at,
                            const trial *work) {
  const core_suite *in = &self->suites[at];
  core_interval everyone = {in->sources, 1, 0, in->full_scores};
  core_sum before = {0, 0}, after = {0, 0}, squares = {0, 0};
  coreset_status status = CORESET_OK;
  size_t count = 0;
  for (size_t i = 0; i < in->sources && status == CORESET_OK; i++) {
    size_t m = in->model[i];
    status = core_poll_work(context, 4 * (in->sources + self->count));
    if (!tells(self, of, m, at)) continue;
    double predicted = work->joined[m * self->count + at].predicted, truth = in->full_scores[i];
    double own = work->alone[m * self->count + at] - truth, residual = predicted - truth;
    core_sum_add(&before, own * own);
    core_sum_add(&after, residual * residual);
    residual /= core_interval_isolation(&everyone, self->numbers, i, predicted);
    core_sum_add(&squares, residual * residual);
    count++;
  }
  of->is_used[at] = count >= CORE_LEAST_SOURCES && core_sum_value(&after) < core_sum_value(&before);
  if (!of->is_used[at]) return status;
  of->scale[at] = CORE_TRAINING_SIZE * sqrt(core_sum_value(&squares) / (double)count);
  of->quantiles[at] = core_interval_quantiles(self->level, count);
  return status;
}

/* What the group's rule says of a source in a suite, mapped; NaN where it says nothing. */
static double said_of(const coreset_suites *self, const core_suite_group *of, size_t model, size_t at,
                      const trial *work) {
  size_t cell_at = model * self->count + at;
  return of->is_used[at] || of->standings[at].how == CORE_SUITE_NOT_RUN ? work->joined[cell_at].predicted
                                                                        : work->alone[cell_at];
}

/* Mean products of the residuals of complete sources, over the isolation of what is said of them overall. residuals: working
** memory for each suite. */
static coreset_status multiply_residuals(coreset_context *context, const coreset_suites *self, core_suite_group *of,
                                         double *residuals, const trial *work) {
  size_t count = self->count, complete = self->overall.count;
  coreset_status status = CORESET_OK;
  for (size_t i = 0; i < complete && status == CORESET_OK; i++) {
    size_t m = self->complete[i];
    core_sum sum = {0, 0};
    for (size_t s = 0; s < count; s++) {
      const core_suite *in = &self->suites[s];
      residuals[s] = 0;
      if (in->given.weight == 0) continue;
      double mapped = said_of(self, of, m, s, work);
      residuals[s] = in->range * (mapped - self->scores[m * count + s]);
      core_sum_add(&sum, in->given.weight * (in->low + in->range * mapped));
    }
    double isolation = core_interval_isolation(&self->overall, self->numbers, i, core_sum_value(&sum));
    for (size_t s = 0; s < count; s++) {
      for (size_t t = 0; t < count; t++) {
        of->products[s * count + t] += residuals[s] * residuals[t] / (isolation * isolation * (double)complete);
      }
    }
    status = core_poll_work(context, 4 * complete + 4 * count * count);
  }
  return status;
}

/* Tries the rule of a group that has its standings. */
static coreset_status try_group(coreset_context *context, coreset_suites *self, core_suite_group *of) {
  core_arena scratch = {0};
  size_t count = self->count, models = self->model_count;
  core_joint_moments moments;
  trial work = {core_take_matrix(context, &scratch, models, count, sizeof(double)),
                core_take_matrix(context, &scratch, models, count, sizeof(core_joint_said))};
  core_joint_view *views = core_take(context, &scratch, count, sizeof(core_joint_view));
  double *residuals = core_take(context, &scratch, count, sizeof(double));
  core_joint_allocate(context, &scratch, count, &moments);
  coreset_status status = scratch.status;
  for (size_t m = 0; m < models && status == CORESET_OK; m++) {
    status = try_source(context, self, of, m, &moments, views, &work);
  }
  for (size_t s = 0; s < count && status == CORESET_OK; s++) {
    if (of->standings[s].how == CORE_SUITE_JOINED) status = judge(context, self, of, s, &work);
  }
  if (status == CORESET_OK && self->overall.count >= CORE_LEAST_SOURCES) {
    of->products = core_take_matrix(context, &self->arena, count, count, sizeof(double));
    status = self->arena.status;
    if (status == CORESET_OK) status = multiply_residuals(context, self, of, residuals, &work);
  }
  core_release(&scratch);
  return status;
}

static int same_standings(const core_suite_standing *a, const core_suite_standing *b, size_t count) {
  size_t s = 0;
  while (s < count && a[s].how == b[s].how && a[s].out_of_fold == b[s].out_of_fold) s++;
  return s == count;
}

/* How suites see each other in a group; where none pulls, those that lie apart do. */
static void set_views(const coreset_suites *self, core_suite_group *of) {
  int pulls = 0;
  for (size_t s = 0; s < self->count; s++) {
    core_suite_stand how = self->standings[s].how;
    of->views[s].is_exact = how == CORE_SUITE_KNOWN;
    of->views[s].is_seen = how == CORE_SUITE_JOINED || how == CORE_SUITE_KNOWN;
    pulls |= of->views[s].is_seen;
  }
  for (size_t s = 0; s < self->count; s++) {
    const core_suite *in = &self->suites[s];
    const core_suite_standing *at = &self->standings[s];
    if (!pulls && at->out_of_fold != NULL) of->views[s].is_seen = 1;
    if (!of->views[s].is_seen || of->views[s].is_exact) continue;
    of->views[s].error = core_joint_error(at->out_of_fold, in->full_scores, in->sources);
  }
}

/* A group of the present target's standings. */
static coreset_status make_group(coreset_context *context, coreset_suites *self, core_suite_group **result) {
  core_arena *arena = &self->arena;
  size_t count = self->count;
  core_suite_group *made = *result = core_take(context, arena, 1, sizeof(*made));
  if (made == NULL) return arena->status;
  made->standings = core_take(context, arena, count, sizeof(core_suite_standing));
  made->views = core_take(context, arena, count, sizeof(core_joint_view));
  made->is_used = core_take(context, arena, count, 1);
  made->scale = core_take(context, arena, count, sizeof(double));
  made->quantiles = core_take(context, arena, count, sizeof(core_quantiles));
  if (arena->status != CORESET_OK) return arena->status;
  memcpy(made->standings, self->standings, count * sizeof(core_suite_standing));
  set_views(self, made);
  return try_group(context, self, made);
}

coreset_status core_suites_find_group(coreset_context *context, coreset_suites *self) {
  core_suite_group *made;
  coreset_status status = CORESET_OK;
  for (self->group = self->groups; self->group != NULL && status == CORESET_OK; self->group = self->group->older) {
    if (same_standings(self->group->standings, self->standings, self->count)) return CORESET_OK;
    status = core_poll_work(context, self->count);
  }
  if (status == CORESET_OK) status = make_group(context, self, &made);
  if (status != CORESET_OK) return status;
  made->older = self->groups;
  self->groups = self->group = made;
  return CORESET_OK;
}
