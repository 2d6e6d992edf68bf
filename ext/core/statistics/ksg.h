/*
** ksg.h: mutual information of two continuous variables, from nearest neighbours.
*/
#ifndef CORE_STATISTICS_KSG_H
#define CORE_STATISTICS_KSG_H

#include "base/memory.h"

/* An estimator with its working memory. */
typedef struct core_ksg core_ksg;

/* The values of one variable: one for each model, and the models in increasing order
** of value (with jitter, if the estimator adds any). */
typedef struct core_ksg_variable {
  const double *values;     /* by model; finite */
  const uint32_t *order;    /* every model once */
  const uint64_t *observed; /* bit m: model m has a value; NULL: all have */
} core_ksg_variable;

/* Prepares estimates from the given number of neighbors, at least 1, for up to
** models models. x_jitter and y_jitter, one number for each model, are added to the
** values of the first and second variable, and the correction for local
** nonuniformity is applied; both NULL: neither. They are borrowed. It belongs
** to the arena. */
coreset_status core_ksg_prepare(coreset_context *context, core_arena *arena, size_t models, int64_t neighbors,
                                const double *x_jitter, const double *y_jitter, core_ksg **ksg);

/* Sorts the models by value + jitter (jitter NULL: by value), equal ones by index. */
coreset_status core_ksg_order(coreset_context *context, const double *values, const double *jitter, size_t models,
                              uint32_t *order);

/* The mutual information of x and y in nats over the models that have both, never
** negative; 0 for fewer than neighbors + 1 of them. Works in memory of *ksg: one
** thread at a time. */
double core_ksg_information(core_ksg *ksg, const core_ksg_variable *x, const core_ksg_variable *y);

/* The project's own jitter for the first (axis 0) or second (axis 1) variable: count
** numbers, about normal with mean 0, times 1e-10. Part of the contract. They
** belong to the arena. */
coreset_status core_ksg_jitter(coreset_context *context, core_arena *arena, int axis, size_t count, double **jitter);

#endif /* CORE_STATISTICS_KSG_H */
