/*
** fill.h: what the missing cells of a table of scores probably were.
*/
#ifndef CORE_MATRIX_FILL_H
#define CORE_MATRIX_FILL_H

#include "base/memory.h"

/* A table with holes. Scores are from 0 to 1. */
typedef struct core_holes {
  size_t models;            /* how many, at least 2; each answered at least one question */
  size_t questions;         /* how many; at least one model answered each */
  size_t words;             /* 64-bit words of one question's bits */
  int binary;               /* the scores are of the binary kind */
  const uint64_t *observed; /* for each question the bits of the models that answered it */
  const uint64_t *ones;     /* for each question the bits of those whose score is 1, others have 0; NULL: see values */
  const double *values;     /* without ones: the scores, question by question, models numbers each */
  const size_t *start; /* for each question where its missing cells begin in filled; at the end how many there are */
  double *filled;      /* the missing cells, question by question, models in order; zeros, then what is filled in */
} core_holes;

/* Fills the missing cells, by the formulas in fill.c. */
coreset_status core_fill_missing(coreset_context *context, const core_holes *holes);

/* Writes what is filled in into the scores of a question: models numbers. */
void core_fill_column(const core_holes *holes, size_t question, double *column);

#endif /* CORE_MATRIX_FILL_H */
