/*
** scores.h: the working form of the source models' scores (see coreset.h).
**
** Terms used throughout the core: a *column* is one question's scores over all
** models; a *plane* holds one bit for each model and question, each column padded
** to whole 64-bit words, bit m of a column at word m / 64, position m % 64.
*/
#ifndef CORESET_SCORES_H
#define CORESET_SCORES_H

#include "core.h"

struct coreset_scores {
  size_t models;                 /* source models, in order of identifier */
  size_t questions;              /* questions that at least one of them answered, in order of identifier */
  size_t words;                  /* 64-bit words of one column of a plane */
  int binary;                    /* at most two distinct scores */
  double low, high;              /* score = low + x * (high - low) */
  uint64_t *ones;                /* binary: the plane of x = 1; bits of missing cells are 0 */
  uint64_t *observed;            /* the plane of cells with a score; NULL when no cell is missing */
  double *values;                /* the columns of x, filled; NULL when ones says it all */
  double *total;                 /* for each model: sum over questions of weight * x, filled */
  double total_weight;           /* the sum of the weights */
  double *weights;               /* one for each question; NULL when all are equal to 1 */
  size_t *matrix_model;          /* for each model its index in the matrix */
  size_t *matrix_question;       /* for each question its index in the matrix */
  ptrdiff_t *question_of_matrix; /* for each question of the matrix its index here, or -1 */
};

static inline const uint64_t *coreset_ones_column(const coreset_scores *scores, size_t question) {
  return scores->ones + question * scores->words;
}

/* NULL when no cell is missing. */
static inline const uint64_t *coreset_observed_column(const coreset_scores *scores, size_t question) {
  return scores->observed == NULL ? NULL : scores->observed + question * scores->words;
}

static inline int coreset_bit(const uint64_t *column, size_t model) {
  return (int)(column[model / 64] >> (model % 64) & 1);
}

/* One mapped, filled score. */
static inline double coreset_scores_value(const coreset_scores *scores, size_t question, size_t model) {
  if (scores->values != NULL) return scores->values[question * scores->models + model];
  return coreset_bit(coreset_ones_column(scores, question), model);
}

/* A question's share in the full score; the shares add up to 1. */
static inline double coreset_scores_share(const coreset_scores *scores, size_t question) {
  return (scores->weights == NULL ? 1 : scores->weights[question]) / scores->total_weight;
}

/* Fills the missing cells of values, whose observed cells are set (fill.c). */
coreset_status coreset_fill_missing(coreset_context *context, coreset_scores *scores);

#endif /* CORESET_SCORES_H */
