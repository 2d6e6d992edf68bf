/*
** mrmr_continuous.c: relevance and redundancy of questions with real-valued
** scores, by the KSG or LNC estimator (ksg.c), over the models that answered both.
**
** Each column is sorted once. A redundancy needs the chosen question as the second
** variable and with jitter that is another order, sorted when the question is chosen.
*/
#include <string.h>

#include "matrix/scores.h"
#include "select/information.h"
#include "statistics/ksg.h"

typedef struct continuous_information {
  core_information base;        /* must be first */
  const coreset_scores *scores; /* borrowed */
  core_ksg *ksg;                /* the estimator */
  double *x_jitter;             /* owned; NULL without */
  double *y_jitter;             /* owned; NULL without */
  double *full_scores;          /* of each model */
  uint32_t *full_order;         /* the models by full score */
  uint32_t *x_orders;           /* for each question the models by score, as the first variable */
  uint32_t **y_orders;          /* for each question chosen, the same as the second variable; else NULL */
} continuous_information;

/* A question as one of the two variables. */
static core_ksg_variable variable_of(const continuous_information *self, size_t question, const uint32_t *order) {
  core_ksg_variable variable;
  variable.values = self->scores->values + question * self->scores->models;
  variable.order = order;
  variable.observed = core_observed_column(self->scores, question);
  return variable;
}

static const uint32_t *x_order(const continuous_information *self, size_t question) {
  return self->x_orders + question * self->scores->models;
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

static coreset_status continuous_choose(coreset_context *context, core_information *base, size_t question) {
  continuous_information *self = (continuous_information *)base;
  size_t models = self->scores->models;
  uint32_t *order = core_allocate(context, models, sizeof(uint32_t));
  self->y_orders[question] = order;
  if (order == NULL) return CORESET_NO_MEMORY;
  return core_ksg_order(context, self->scores->values + question * models, self->y_jitter, models, order);
}

static void continuous_release(core_information *base) {
  continuous_information *self = (continuous_information *)base;
  size_t q;
  for (q = 0; self->y_orders != NULL && q < self->scores->questions; q++) coreset_free(self->y_orders[q]);
  core_ksg_free(self->ksg);
  coreset_free(self->x_jitter);
  coreset_free(self->y_jitter);
  coreset_free(self->full_scores);
  coreset_free(self->full_order);
  coreset_free(self->x_orders);
  coreset_free(self->y_orders);
  coreset_free(self);
}

/* The jitter of LNC: the given one, or the project's own. */
static coreset_status prepare_jitter(coreset_context *context, continuous_information *self, const core_jitter *given) {
  size_t models = self->scores->models;
  coreset_status status;
  if (given == NULL) {
    status = core_ksg_jitter(context, 0, models, &self->x_jitter);
    return status == CORESET_OK ? core_ksg_jitter(context, 1, models, &self->y_jitter) : status;
  }
  self->x_jitter = core_allocate(context, models, sizeof(double));
  self->y_jitter = core_allocate(context, models, sizeof(double));
  if (self->x_jitter == NULL || self->y_jitter == NULL) return CORESET_NO_MEMORY;
  memcpy(self->x_jitter, given->x, models * sizeof(double));
  memcpy(self->y_jitter, given->y, models * sizeof(double));
  return CORESET_OK;
}

/* Sorts the full scores and every column. */
static coreset_status sort_columns(coreset_context *context, continuous_information *self) {
  const coreset_scores *scores = self->scores;
  size_t models = scores->models, m, q;
  coreset_status status;
  for (m = 0; m < models; m++) self->full_scores[m] = core_scores_full_score(scores, m);
  status = core_ksg_order(context, self->full_scores, self->y_jitter, models, self->full_order);
  for (q = 0; q < scores->questions && status == CORESET_OK; q++) {
    if (q % 256 == 255) status = core_poll(context);
    if (status != CORESET_OK) break;
    status = core_ksg_order(context, scores->values + q * models, self->x_jitter, models, self->x_orders + q * models);
  }
  return status;
}

coreset_status core_continuous_information_new(coreset_context *context, const coreset_scores *scores,
                                               int64_t neighbors, int correct, const core_jitter *jitter,
                                               core_information **information) {
  continuous_information *self = core_allocate(context, 1, sizeof(*self));
  coreset_status status = CORESET_NO_MEMORY;
  *information = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  self->base.relevance = continuous_relevance;
  self->base.redundancy = continuous_redundancy;
  self->base.choose = continuous_choose;
  self->base.release = continuous_release;
  self->scores = scores;
  self->full_scores = core_allocate(context, scores->models, sizeof(double));
  self->full_order = core_allocate(context, scores->models, sizeof(uint32_t));
  self->x_orders = core_allocate(context, scores->models * scores->questions, sizeof(uint32_t));
  self->y_orders = core_allocate(context, scores->questions, sizeof(uint32_t *));
  if (self->full_scores == NULL || self->full_order == NULL || self->x_orders == NULL || self->y_orders == NULL) {
    goto failed;
  }
  status = correct ? prepare_jitter(context, self, jitter) : CORESET_OK;
  if (status == CORESET_OK) {
    status = core_ksg_prepare(context, scores->models, neighbors, self->x_jitter, self->y_jitter, &self->ksg);
  }
  if (status == CORESET_OK) status = sort_columns(context, self);
  if (status != CORESET_OK) goto failed;
  *information = &self->base;
  return CORESET_OK;
failed:
  continuous_release(&self->base);
  return status;
}
