/*
** mrmr_continuous.c: relevance and redundancy of questions with real-valued
** scores, by the KSG or LNC estimator (ksg.c), over the models that answered both.
**
** Each column is sorted once. A redundancy needs the chosen question as the second
** variable and with jitter that is another order, sorted when the question is chosen.
**
** Scores of different questions, and full scores, are compared as they are: how they spread says
** how much a question counts, and the published estimates rest on it. So there is one unit for
** all of them, the largest range that the scores of any question have: where one has both 0 and 1,
** as in the published data, the unit is 1. Each question is centred on its smallest score. A factor
** that all scores have in common, or constants, one for all or each question its own, change
** nothing beyond the rounding of the scores as they were given.
*/
#include <math.h>

#include "matrix/scores.h"
#include "select/information.h"
#include "statistics/ksg.h"

#define SORT_WORK 32 /* operations for each of a column's scores, about, when it is sorted */

/* What rounding can do to a distance, relative to the largest score as it was given: the published
** program's number. */
#define ROUNDING 1e-15

typedef struct continuous_information {
  core_information base;        /* must be first */
  const coreset_scores *scores; /* borrowed */
  core_ksg *ksg;                /* the estimator */
  core_jitter jitter;           /* of LNC; NULL without */
  double *full_scores;          /* of each model */
  uint32_t *full_order;         /* the models by full score */
  double full_centre;           /* the smallest full score */
  double *centres;              /* for each question the smallest score */
  double unit;                  /* the largest range of a question's scores */
  double tolerance;             /* in units: what rounding can do to a distance */
  uint32_t *x_orders;           /* for each question the models by score, as the first variable */
  uint32_t **y_orders;          /* for each question chosen, the same as the second variable; else NULL */
} continuous_information;

/* The scores of a question. */
static const double *column(const continuous_information *self, size_t question) {
  return self->scores->values + question * self->scores->models;
}

/* Where its order as the first variable is. */
static uint32_t *x_order(const continuous_information *self, size_t question) {
  return self->x_orders + question * self->scores->models;
}

/* A question as one of the two variables. */
static core_ksg_variable variable_of(const continuous_information *self, size_t question, const uint32_t *order) {
  return (core_ksg_variable){.values = column(self, question),
                             .order = order,
                             .observed = core_observed_column(self->scores, question),
                             .centre = self->centres[question],
                             .unit = self->unit,
                             .tolerance = self->tolerance};
}

/* The full scores as the second variable. */
static core_ksg_variable full_variable(const continuous_information *self) {
  return (core_ksg_variable){.values = self->full_scores,
                             .order = self->full_order,
                             .centre = self->full_centre,
                             .unit = self->unit,
                             .tolerance = self->tolerance};
}

static coreset_status continuous_relevance(coreset_context *context, core_information *base, size_t question,
                                           double *nats) {
  continuous_information *self = (continuous_information *)base;
  core_ksg_variable x = variable_of(self, question, x_order(self, question)), y = full_variable(self);
  return core_ksg_information(context, self->ksg, &x, &y, nats);
}

static coreset_status continuous_redundancy(coreset_context *context, core_information *base, size_t candidate,
                                            size_t chosen, double *nats) {
  continuous_information *self = (continuous_information *)base;
  core_ksg_variable x = variable_of(self, candidate, x_order(self, candidate));
  core_ksg_variable y = variable_of(self, chosen, self->y_orders[chosen]);
  return core_ksg_information(context, self->ksg, &x, &y, nats);
}

static coreset_status continuous_choose(coreset_context *context, core_arena *arena, core_information *base,
                                        size_t question) {
  continuous_information *self = (continuous_information *)base;
  size_t models = self->scores->models;
  core_ksg_variable variable = variable_of(self, question, NULL);
  uint32_t *order = self->y_orders[question] = core_take(context, arena, models, sizeof(uint32_t));
  if (order == NULL) return arena->status;
  return core_ksg_order(context, &variable, self->jitter.y, models, order);
}

/* The project's own jitter. */
static coreset_status own_jitter(coreset_context *context, core_arena *arena, size_t models, core_jitter *jitter) {
  double *x, *y;
  coreset_status status = core_ksg_jitter(context, arena, 0, models, &x);
  if (status == CORESET_OK) status = core_ksg_jitter(context, arena, 1, models, &y);
  if (status == CORESET_OK) *jitter = (core_jitter){x, y};
  return status;
}

/* Finds the centres, the unit and the tolerance. */
static void choose_scale(continuous_information *self) {
  const coreset_scores *scores = self->scores;
  double lowest = INFINITY, highest = -INFINITY;
  self->unit = 0;
  for (size_t q = 0; q < scores->questions; q++) {
    const uint64_t *observed = core_observed_column(scores, q);
    core_spread spread = {0};
    for (size_t m = 0; m < scores->models; m++) {
      if (observed == NULL || core_bit(observed, m)) core_spread_add(&spread, column(self, q)[m]);
    }
    self->centres[q] = spread.low;
    self->unit = fmax(self->unit, spread.high - spread.low);
    lowest = fmin(lowest, spread.low);
    highest = fmax(highest, spread.high);
  }
  if (!(self->unit > 0)) self->unit = 1; /* there is nothing to measure */
  self->tolerance = ROUNDING;
  if (self->jitter.x == NULL) { /* jitter is there to break ties, those that rounding hides too */
    double magnitude = fmax(fabs(core_scores_unmap(scores, lowest)), fabs(core_scores_unmap(scores, highest)));
    self->tolerance *= fmax(1, magnitude / (scores->high - scores->low) / self->unit);
  }
  self->full_centre = INFINITY;
  for (size_t m = 0; m < scores->models; m++) {
    self->full_scores[m] = core_scores_full_score(scores, m);
    self->full_centre = fmin(self->full_centre, self->full_scores[m]);
  }
}

/* Sorts the full scores and every column. */
static coreset_status sort_columns(coreset_context *context, continuous_information *self) {
  size_t models = self->scores->models;
  core_ksg_variable full = full_variable(self);
  coreset_status status = core_ksg_order(context, &full, self->jitter.y, models, self->full_order);
  for (size_t q = 0; q < self->scores->questions && status == CORESET_OK; q++) {
    core_ksg_variable question = variable_of(self, q, NULL);
    status = core_poll_work(context, SORT_WORK * models);
    if (status == CORESET_OK) {
      status = core_ksg_order(context, &question, self->jitter.x, models, x_order(self, q));
    }
  }
  return status;
}

coreset_status core_continuous_information_new(coreset_context *context, core_arena *arena,
                                               const coreset_scores *scores, int64_t neighbors, int correct,
                                               const core_jitter *jitter, core_information **information) {
  continuous_information *self = core_take(context, arena, 1, sizeof(*self));
  if (self == NULL) return arena->status;
  self->base = (core_information){continuous_relevance, continuous_redundancy, continuous_choose};
  self->scores = scores;
  self->full_scores = core_take(context, arena, scores->models, sizeof(double));
  self->full_order = core_take(context, arena, scores->models, sizeof(uint32_t));
  self->centres = core_take(context, arena, scores->questions, sizeof(double));
  self->x_orders = core_take_matrix(context, arena, scores->questions, scores->models, sizeof(uint32_t));
  self->y_orders = core_take(context, arena, scores->questions, sizeof(uint32_t *));
  *information = &self->base;
  coreset_status status = arena->status;
  if (correct && jitter != NULL) self->jitter = *jitter;
  if (correct && jitter == NULL && status == CORESET_OK) {
    status = own_jitter(context, arena, scores->models, &self->jitter);
  }
  if (status == CORESET_OK) {
    status = core_ksg_prepare(context, arena, scores->models, neighbors, self->jitter.x, self->jitter.y, &self->ksg);
  }
  if (status != CORESET_OK) return status;
  choose_scale(self);
  return sort_columns(context, self);
}
