/*
** anchors.h: two made-up models, of which one has everything wrong and the other everything right.
*/
#ifndef CORE_STATISTICS_ANCHORS_H
#define CORE_STATISTICS_ANCHORS_H

#include "matrix/scores.h"

/* The option of methods that can do without: for models that are unlike the sources, or as if there were none. */
enum { CORE_OUTSIDE_AUTO, CORE_OUTSIDE_NONE };
extern const coreset_option core_outside_option;

/* What a field is for, which decides how much its anchors count. */
typedef enum core_field_kind {
  CORE_FIELD_PLAIN,      /* the sources alone */
  CORE_FIELD_SELECTION,  /* to choose questions: anchors that add at most a quarter of the sources' variance in level */
  CORE_FIELD_PREDICTION, /* to predict: anchors that count like sources */
  CORE_FIELD_KINDS
} core_field_kind;

/* The formulas are in anchors.c. */
typedef struct core_anchors {
  double low, high; /* what they score on every question, mapped */
  double weight;    /* of each, where that of a source is 1; 0: there are none */
} core_anchors;

/* The lowest and the highest anchor of these scores. */
coreset_status core_anchors_find(coreset_context *context, const coreset_scores *scores, core_field_kind kind,
                                 core_anchors *anchors);

#endif /* CORE_STATISTICS_ANCHORS_H */
