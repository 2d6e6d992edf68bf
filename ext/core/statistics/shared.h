/*
** shared.h: what methods make of the same scores, each thing once: where a selector and a predictor work on
** the same scores, as in every fold of an interval, both use one field and the same curves.
*/
#ifndef CORE_STATISTICS_SHARED_H
#define CORE_STATISTICS_SHARED_H

#include "statistics/field.h"
#include "statistics/item_curves.h"

/* What was made so far. Begin as {.arena = ..., .scores = ...}. */
typedef struct core_shared {
  core_arena *arena;                    /* of what is made; outlives it */
  const coreset_scores *scores;         /* borrowed */
  core_field *fields[CORE_FIELD_KINDS]; /* NULL until one is asked for */
  double *curves;                       /* coefficients of the item curves; NULL where there are none */
  int has_curves;                       /* they were asked for */
} core_shared;

/* The field of the scores, of this kind. */
coreset_status core_shared_field(coreset_context *context, core_shared *shared, core_field_kind kind,
                                 const core_field **field);

/* The coefficients of the item curves, NULL where there are none (core_item_curves_fit()). */
coreset_status core_shared_curves(coreset_context *context, core_shared *shared, const double **curves);

#endif /* CORE_STATISTICS_SHARED_H */
