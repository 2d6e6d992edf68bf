/*
** ksg.h: mutual information of two continuous variables, from nearest neighbours.
*/
#ifndef CORE_STATISTICS_KSG_H
#define CORE_STATISTICS_KSG_H

#include "base/memory.h"

/* An estimator with its working memory. */
typedef struct core_ksg core_ksg;

/* One variable, as the estimator sees it: (value - centre) / unit, plus jitter if there is any. */
typedef struct core_ksg_variable {
  const double *values;     /* by model; finite */
  const uint32_t *order;    /* every model once, in increasing order of what the estimator sees */
  const uint64_t *observed; /* bit m: model m has a value; NULL: all have */
  double centre;            /* of the values */
  double unit;              /* of the values; more than 0 */
  double tolerance;         /* in units: distances that differ by no more are equal but for rounding */
} core_ksg_variable;

/* Prepares estimates from the given number of neighbors, at least 1, for up to
** models models. x_jitter and y_jitter, one number for each model, are added to
** what is seen of the first and second variable, and the correction for local
** nonuniformity is applied; both NULL: neither. They are borrowed. It belongs
** to the arena. */
coreset_status core_ksg_prepare(coreset_context *context, core_arena *arena, size_t models, int64_t neighbors,
                                const double *x_jitter, const double *y_jitter, core_ksg **ksg);

/* The order of a variable, whose own is not looked at: sorts the models by what the estimator sees
** with this jitter (NULL: none), equal ones by index. */
coreset_status core_ksg_order(coreset_context *context, const core_ksg_variable *variable, const double *jitter,
                              size_t models, uint32_t *order);

/* The mutual information of x and y in nats over the models that have both, never
** negative; 0 for fewer than neighbors + 1 of them. Works in memory of *ksg: one
** thread at a time. Polls about every millisecond of work, that of earlier calls included. */
coreset_status core_ksg_information(coreset_context *context, core_ksg *ksg, const core_ksg_variable *x,
                                    const core_ksg_variable *y, double *information);

/* The project's own jitter for the first (axis 0) or second (axis 1) variable: count
** numbers, about normal with mean 0, times 1e-10. Part of the contract. They
** belong to the arena. */
coreset_status core_ksg_jitter(coreset_context *context, core_arena *arena, int axis, size_t count, double **jitter);

#endif /* CORE_STATISTICS_KSG_H */
