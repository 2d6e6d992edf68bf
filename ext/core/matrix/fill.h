/*
** fill.h: what the missing cells of a table of scores probably were.
*/
#ifndef CORE_MATRIX_FILL_H
#define CORE_MATRIX_FILL_H

#include "base/memory.h"

/* A table with holes. */
typedef struct core_holes {
  size_t models;            /* how many, at least 2; each answered at least one question */
  size_t questions;         /* how many; at least one model answered each */
  size_t words;             /* 64-bit words of one question's bits in observed */
  const uint64_t *observed; /* for each question the bits of the models that answered it */
  int binary;               /* the observed scores are 0 and 1 */
  double *values; /* question by question, models numbers each, from 0 to 1; missing ones are 0, then filled in */
} core_holes;

/* Fills the missing cells, by the formulas in fill.c. */
coreset_status core_fill_missing(coreset_context *context, const core_holes *holes);

#endif /* CORE_MATRIX_FILL_H */
