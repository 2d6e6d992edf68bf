/*
** scores.h: the working form of the source models' scores (see coreset.h).
**
** Terms used throughout the core: a *column* is one question's scores over all
** models; a *plane* holds one bit for each model and question, each column padded
** to whole 64-bit words, bit m of a column at word m / 64, position m % 64.
*/
#ifndef CORE_MATRIX_SCORES_H
#define CORE_MATRIX_SCORES_H

#include "matrix/matrix.h"

struct coreset_scores {
  core_arena arena;             /* of all that follows; must be first */
  const coreset_matrix *matrix; /* where they come from; borrowed */
  size_t models;                /* source models, in order of identifier */
  size_t questions;             /* questions that at least one of them answered, in order of identifier */
  size_t words;                 /* 64-bit words of one column of a plane */
  int binary;                   /* at most two distinct scores */
  double low, high;             /* score = low + x * (high - low) */
  uint64_t *ones;               /* binary: the plane of x = 1; bits of missing cells are 0 */
  uint64_t *observed;           /* the plane of cells with a score; NULL when no cell is missing */
  double *values;               /* real-valued scores: the columns of x, filled; else NULL */
  double *filled;               /* binary with missing cells: these, question by question, models in order; else NULL */
  size_t *filled_start;         /* for each question where its cells begin in filled; at the end how many there are */
  double *total;                /* for each model: sum over questions of weight * x, filled */
  double total_weight;          /* the sum of the weights */
  double *weights;              /* one for each question; NULL when all are equal to 1 */
  size_t *matrix_model;         /* for each model its index in the matrix */
  size_t *matrix_question;      /* for each question its index in the matrix */
  ptrdiff_t *question_of_matrix; /* for each question of the matrix its index here, or -1 */
};

/* Marks the models of a matrix that answered at least percent % as many questions as
** the fullest model. chosen: one byte for each model. Returns how many there are. */
#define CORE_LEARNING_PERCENT 50 /* enough to learn from, when choosing questions or fitting */
#define CORE_SOURCE_PERCENT 90   /* of one matrix that holds sources and targets, those with less are targets */
size_t core_source_models(const coreset_matrix *matrix, unsigned percent, unsigned char *chosen);

/* The scores of the models that core_source_models() marks. */
coreset_status core_source_scores(coreset_context *context, const coreset_matrix *matrix, unsigned percent,
                                  coreset_scores **scores);

/* Copies the mapped, filled scores of one question: one for each model. */
void core_scores_column(const coreset_scores *scores, size_t question, double *values);

/* The full score of a model: the weighted mean of its mapped, filled row. */
double core_scores_full_score(const coreset_scores *scores, size_t model);

/* To the scale of computing and back. */
double core_scores_map(const coreset_scores *scores, double score);
double core_scores_unmap(const coreset_scores *scores, double value);

/* The identifier of a question of the scores; its text belongs to the matrix. */
coreset_id core_scores_question(const coreset_scores *scores, size_t question);

static inline const uint64_t *core_ones_column(const coreset_scores *scores, size_t question) {
  return scores->ones + question * scores->words;
}

/* NULL when no cell is missing. */
static inline const uint64_t *core_observed_column(const coreset_scores *scores, size_t question) {
  return scores->observed == NULL ? NULL : scores->observed + question * scores->words;
}

static inline int core_bit(const uint64_t *column, size_t model) {
  return (int)(column[model / 64] >> (model % 64) & 1);
}

/* One mapped, filled score. */
double core_scores_value(const coreset_scores *scores, size_t question, size_t model);

/* A question's share in the full score; the shares add up to 1. */
static inline double core_scores_share(const coreset_scores *scores, size_t question) {
  return (scores->weights == NULL ? 1 : scores->weights[question]) / scores->total_weight;
}

#endif /* CORE_MATRIX_SCORES_H */
