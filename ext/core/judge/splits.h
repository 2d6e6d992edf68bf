/*
** splits.h: which models learn, and which are predicted, when a method is evaluated.
*/
#ifndef CORE_JUDGE_SPLITS_H
#define CORE_JUDGE_SPLITS_H

#include "matrix/scores.h"

/* One split. A model may be on neither side. */
typedef struct core_split {
  unsigned char *is_source; /* for each model of the matrix */
  unsigned char *is_target; /* the same */
  size_t source_count;      /* how many are sources, at least 2 */
  size_t target_count;      /* how many are targets, at least 1 */
} core_split;

/* How many of the models that take part (one byte for each model of the matrix, non-zero for those) can be
** split: all, but in a split by time only those with a date. */
size_t core_split_models(const coreset_evaluation_request *request, const coreset_matrix *matrix,
                         const unsigned char *taking_part);

/* Fails where what is asked of the splits of so many models of a matrix makes no sense. */
coreset_status core_split_check(coreset_context *context, const coreset_evaluation_request *request,
                                const coreset_matrix *matrix, size_t models);

/* Makes the split of a seed among the models of the scores, whose request was checked; the arrays of *split are
** there. Fails, with CORESET_ERROR, where families or dates that stay together leave fewer than two sources. */
coreset_status core_split_make(coreset_context *context, const coreset_evaluation_request *request,
                               const coreset_scores *scores, size_t seed, core_split *split);

#endif /* CORE_JUDGE_SPLITS_H */
