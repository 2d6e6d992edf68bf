/*
** matrix.h: the inside of a score matrix, for the core's own files.
*/
#ifndef CORESET_MATRIX_H
#define CORESET_MATRIX_H

#include "id.h"

/* What the sum of a cell has beyond its first part (exact.h). */
typedef struct coreset_part {
  uint64_t cell; /* question * models + model */
  double value;  /* the part, not 0 */
} coreset_part;

/*
** A matrix that was read and checked; it never changes afterwards.
**
** Cells are question-major. Bit planes have `words` words of 64 bits for each
** question, so that a question starts at a word: model m is bit m % 64 of word
** m / 64, and the bits beyond the last model are 0. Arrays of one element for each
** cell have no gaps: the cell is question * models + model.
**
** Either `plane` or `values` is there, not both.
*/
struct coreset_matrix {
  coreset_id_list models;    /* in increasing order */
  coreset_id_list questions; /* in increasing order */
  double *weights;           /* for each question, finite and >= 0; NULL: all are 1 */
  size_t words;              /* of a bit plane, for each question: models / 64, rounded up */
  uint64_t *plane;           /* bit 1: the cell is `high`; 0: it is `low`, or missing; or NULL */
  double *values;            /* the average of each cell, 0 where missing; or NULL */
  uint64_t *observed;        /* bit 1: the cell has a score; NULL: every cell has */
  double low, high;          /* the smallest and the largest cell; 0 if there is none */
  int binary;                /* the cells hold at most two distinct values */
  uint64_t cells;            /* cells with a score */
  uint64_t repeats;          /* scores beyond the first of their cell */
  uint32_t *counts;          /* how many scores each cell has, 0 where missing; or NULL */
  uint64_t *wide_counts;     /* the same, when a count exceeds 32 bits; or NULL. Both NULL: one everywhere */
  double *sums;              /* the sum of each cell, first part; NULL: the average times the count, exactly */
  coreset_part *parts;       /* further parts of sums, by cell, then from large to small */
  size_t part_count;         /* how many */
};

/* Whether a cell has a score. */
static inline int coreset_matrix_observed(const coreset_matrix *matrix, size_t model, size_t question) {
  if (matrix->observed == NULL) return 1;
  return (int)(matrix->observed[question * matrix->words + model / 64] >> (model % 64) & 1);
}

/* The value of a cell that has a score. */
static inline double coreset_matrix_value(const coreset_matrix *matrix, size_t model, size_t question) {
  if (matrix->values != NULL) return matrix->values[question * matrix->models.count + model];
  return matrix->plane[question * matrix->words + model / 64] >> (model % 64) & 1 ? matrix->high : matrix->low;
}

/* How many scores a cell has that has any. */
static inline uint64_t coreset_matrix_count(const coreset_matrix *matrix, size_t model, size_t question) {
  size_t cell = question * matrix->models.count + model;
  if (matrix->counts != NULL) return matrix->counts[cell];
  return matrix->wide_counts != NULL ? matrix->wide_counts[cell] : 1;
}

#endif /* CORESET_MATRIX_H */
