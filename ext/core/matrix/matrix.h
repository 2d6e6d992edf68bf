/*
** matrix.h: a score matrix in memory.
**
** Cells are numbered question by question: cell = question * models + model. A
** *plane* holds one bit for each cell, each question's bits padded to whole 64-bit
** words (see scores.h).
*/
#ifndef CORE_MATRIX_MATRIX_H
#define CORE_MATRIX_MATRIX_H

#include "base/blob.h"
#include "matrix/exact.h"
#include "matrix/id.h"
#include "numeric/bits.h"

/* A part of a cell's sum beyond the first (exact.h). */
typedef struct core_matrix_part {
  uint64_t cell; /* whose */
  double part;   /* not zero */
} core_matrix_part;

struct coreset_matrix {
  core_arena arena;        /* of all that follows; must be first */
  core_id_list models;     /* in order */
  core_id_list questions;  /* in order */
  size_t words;            /* 64-bit words of one question's bits in a plane */
  uint64_t *ones;          /* plane of the cells that equal high, where two values say all; else NULL */
  uint64_t *observed;      /* plane of the cells with a score; NULL when none is missing */
  double *values;          /* the average of each cell, 0 where missing; NULL where ones says it */
  double *sums;            /* with counts: the first part of each cell's sum; else NULL: the value itself */
  uint32_t *counts;        /* how many scores each cell averages, 0 where missing; NULL when each is 1 */
  core_matrix_part *parts; /* further parts of sums, by cell, then from large to small */
  size_t part_count;       /* how many */
  double *weights;         /* of the questions; NULL when all are 1 */
  size_t *answered;        /* for each model how many cells it has */
  core_spread spread;      /* of the averages */
  uint64_t cells;          /* cells with a score */
  uint64_t repeats;        /* scores beyond the first of their cell */
};

/* Makes the values of a matrix of sums and counts, the averages, and their spread. Where two averages and
** the counts say the sums as well, bits take the place of both. */
coreset_status core_matrix_average(coreset_context *context, coreset_matrix *matrix);

/* Whether a cell of a matrix with counts can be so many successes of its count of trials: the first part of its
** sum is a whole number between 0 and its count, which *successes receives. A missing cell is 0 of 0. */
int core_matrix_successes(const coreset_matrix *matrix, size_t model, size_t question, uint32_t *successes);

/* Completes a matrix whose arrays are set: answered, cells, repeats, and spread where that is
** still empty and there are values. */
coreset_status core_matrix_complete(coreset_context *context, coreset_matrix *matrix);

/* A plane of zeros from the matrix's arena. */
static inline uint64_t *core_matrix_take_plane(coreset_context *context, coreset_matrix *matrix) {
  return core_take_matrix(context, &matrix->arena, matrix->questions.count, matrix->words, sizeof(uint64_t));
}

/* How many questions to go through between two polls: about a million cells. */
static inline size_t core_matrix_block(const coreset_matrix *matrix) {
  return ((size_t)1 << 20) / (matrix->models.count + 1) + 1;
}

/* CORESET_TOO_BIG where a matrix of these models and questions takes at least so many bytes, and
** they are more than limit. */
coreset_status core_matrix_check_limit(coreset_context *context, const coreset_matrix *matrix, double bytes,
                                       size_t limit);

/* The same for all that is in the matrix (matrix_blob.c). */
coreset_status core_matrix_check_size(coreset_context *context, const coreset_matrix *matrix, size_t limit);

/* The format of its bytes (matrix_blob.c). */
extern const core_format core_matrix_format;

static inline int core_matrix_observed(const coreset_matrix *matrix, size_t model, size_t question) {
  return matrix->observed == NULL || core_bit(matrix->observed + question * matrix->words, model);
}

/* How many pairs of questions are a number and the same number as a text, and share no model that
** answered both; of the first such pair the indices, which may be NULL. */
size_t core_matrix_twins(const coreset_matrix *matrix, size_t *integer, size_t *text);

#endif /* CORE_MATRIX_MATRIX_H */
