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
  size_t questions;             /* questions, each answered by at least one of them, in order of identifier */
  size_t words;                 /* 64-bit words of one column of a plane */
  int binary;                   /* at most two distinct scores */
  int counted;                  /* scores are successes out of trials, perhaps several for a cell; low is 0, high 1 */
  double mean_inverse_trials;   /* the mean over the cells with a score of 1 / trials: 1 without repeats */
  double low, high;             /* score = low + x * (high - low) */
  uint64_t *ones;               /* binary in kind: the plane of x = 1; bits of missing cells are 0 */
  uint64_t *observed;           /* the plane of cells with a score; NULL when no cell is missing */
  double *values;               /* not binary: the columns of x, filled; else NULL */
  double *filled;               /* binary with missing cells: these, question by question, models in order; else NULL */
  size_t *filled_start;         /* for each question where its cells begin in filled; at the end how many there are */
  double *total;                /* for each model: sum over questions of weight * x, filled */
  double total_weight;          /* the sum of the weights */
  double *weights;              /* one for each question; NULL when all are equal to 1 */
  size_t *matrix_model;         /* for each model its index in the matrix */
  size_t *matrix_question;      /* for each question its index in the matrix */
  ptrdiff_t *question_of_matrix; /* for each question of the matrix its index here, or -1 */
};

/* coreset_scores_new() of the chosen models, over no other questions than the listed ones (one byte for each
** question of the matrix; NULL: all). */
coreset_status core_scores_of(coreset_context *context, const coreset_matrix *matrix, const unsigned char *models,
                              const unsigned char *questions, coreset_scores **scores);

/* The same for models of the matrix that other scores are of, over no other questions than theirs. */
coreset_status core_scores_part(coreset_context *context, const coreset_scores *whole, const unsigned char *models,
                                coreset_scores **scores);

/* Copies the mapped, filled scores of one question: one for each model. */
void core_scores_column(const coreset_scores *scores, size_t question, double *values);

/* The full score of a model: the weighted mean of its mapped, filled row. */
double core_scores_full_score(const coreset_scores *scores, size_t model);

/* Those of all models, in the arena; NULL without memory. */
double *core_scores_full_scores(coreset_context *context, core_arena *arena, const coreset_scores *scores);

/* Their mean, on the users' scale. */
double core_scores_mean(const coreset_scores *scores);

/* To the scale of computing and back. */
double core_scores_map(const coreset_scores *scores, double score);
double core_scores_unmap(const coreset_scores *scores, double value);

/* The question of the scores that is this one of the matrix; fails where there is none. */
coreset_status core_scores_find(coreset_context *context, const coreset_scores *scores, size_t matrix_question,
                                size_t *question);

/* The identifier of a question of the scores; its text belongs to the matrix. */
coreset_id core_scores_question(const coreset_scores *scores, size_t question);

static inline const uint64_t *core_ones_column(const coreset_scores *scores, size_t question) {
  return scores->ones + question * scores->words;
}

/* NULL when no cell is missing. */
static inline const uint64_t *core_observed_column(const coreset_scores *scores, size_t question) {
  return scores->observed == NULL ? NULL : scores->observed + question * scores->words;
}

/* One mapped, filled score. */
double core_scores_value(const coreset_scores *scores, size_t question, size_t model);

/* Whether the scores are binary in kind: of two values, or averages of trials that have two outcomes. A re-run
** that disagrees does not change the kind. */
static inline int core_scores_binary_kind(const coreset_scores *scores) {
  return scores->binary || scores->counted;
}

/* How many trials the score of a cell averages. */
static inline uint32_t core_scores_trials(const coreset_scores *scores, size_t question, size_t model) {
  if (!scores->counted) return 1;
  const coreset_matrix *matrix = scores->matrix;
  return matrix->counts[scores->matrix_question[question] * matrix->models.count + scores->matrix_model[model]];
}

/* A question's share in the full score; the shares add up to 1. */
static inline double core_scores_share(const coreset_scores *scores, size_t question) {
  return (scores->weights == NULL ? 1 : scores->weights[question]) / scores->total_weight;
}

#endif /* CORE_MATRIX_SCORES_H */
