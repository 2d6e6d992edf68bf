/*
** mrmr_continuous.c: relevance and redundancy of questions with real-valued
** scores, by the KSG or LNC estimator (ksg.c), over the models that answered both.
**
** Each column is sorted once. A redundancy needs the chosen question as the second
** variable and with jitter that is another order, sorted when the question is chosen.
*/
#include "matrix/scores.h"
#include "select/information.h"
#include "statistics/ksg.h"

#define COLUMNS_PER_POLL 256 /* sorted before asking whether to stop */

typedef struct continuous_information {
  core_information base;        /* must be first */
  const coreset_scores *scores; /* borrowed */
  core_ksg *ksg;                /* the estimator */
  core_jitter jitter;           /* of LNC; NULL without */
  double *full_scores;          /* of each model */
  uint32_t *full_order;         /* the models by full score */
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
  return (core_ksg_variable){column(self, question), order, core_observed_column(self->scores, question)};
}

static double continuous_relevance(core_information *base, size_t question) {
  continuous_information *self = (continuous_information *)base;
  core_ksg_variable x = variable_of(self, question, x_order(self, question));
  core_ksg_variable y = {self->full_scores, self->full_order, NULL};
  return core_ksg_information(self->ksg, &x, &y);
}

static double continuous_redundancy(core_information *base, size_t candidate, size_t chosen) {
  continuous_information *self = (continuous_information *)base;
  core_ksg_variable x = variable_of(self, candidate, x_order(self, candidate));
  core_ksg_variable y = variable_of(self, chosen, self->y_orders[chosen]);
  return core_ksg_information(self->ksg, &x, &y);
}

static coreset_status continuous_choose(coreset_context *context, core_arena *arena, core_information *base,
                                        size_t question) {
  continuous_information *self = (continuous_information *)base;
  size_t models = self->scores->models;
  uint32_t *order = self->y_orders[question] = core_take(context, arena, models, sizeof(uint32_t));
  if (order == NULL) return arena->status;
  return core_ksg_order(context, column(self, question), self->jitter.y, models, order);
}

/* The project's own jitter. */
static coreset_status own_jitter(coreset_context *context, core_arena *arena, size_t models, core_jitter *jitter) {
  double *x, *y;
  coreset_status status = core_ksg_jitter(context, arena, 0, models, &x);
  if (status == CORESET_OK) status = core_ksg_jitter(context, arena, 1, models, &y);
  if (status == CORESET_OK) *jitter = (core_jitter){x, y};
  return status;
}

/* Sorts the full scores and every column. */
static coreset_status sort_columns(coreset_context *context, continuous_information *self) {
  const coreset_scores *scores = self->scores;
  size_t models = scores->models;
  for (size_t m = 0; m < models; m++) self->full_scores[m] = core_scores_full_score(scores, m);
  coreset_status status = core_ksg_order(context, self->full_scores, self->jitter.y, models, self->full_order);
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
    status = core_poll_every(context, q, COLUMNS_PER_POLL);
    if (status == CORESET_OK) {
      status = core_ksg_order(context, column(self, q), self->jitter.x, models, x_order(self, q));
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
  return status == CORESET_OK ? sort_columns(context, self) : status;
}
