/*
** field.h: the questions of a benchmark as one random field, observed through the source
** models: what conditional_field.c and predict/krr_blup.c share.
*/
#ifndef CORE_STATISTICS_FIELD_H
#define CORE_STATISTICS_FIELD_H

#include "numeric/bits.h"
#include "statistics/anchors.h"

#define CORE_TRENDS 3 /* factors beyond one for each model */

/* The covariance of questions i and k is the sum over factors f of L_f[i] L_f[k], plus
** the local similarity R_ik; that of an answer has noise[i] added on the diagonal. */
typedef struct core_field {
  const coreset_scores *scores;              /* borrowed */
  size_t questions;                          /* N */
  core_anchors anchors;                      /* made-up models that join the sources */
  size_t anchor_count;                       /* 2, or 0 */
  double weight;                             /* W: of sources and anchors together */
  size_t factor_count;                       /* F = models + anchors + CORE_TRENDS */
  double *mean;                              /* of each question over sources and anchors */
  double *noise;                             /* variance of an answer about the question's field */
  double mean_noise;                         /* the mean of these; also the variance of the local part */
  double *share;                             /* of each question in the benchmark's score; they add up to 1 */
  double *factors;                           /* L: factor_count rows of N numbers */
  core_bit_counter count;                    /* for local similarity */
  core_difference_counter count_differences; /* the same with missing cells */
  uint32_t *ones;                            /* for each question how many models have it right; binary in kind only */
  double *similarity;      /* the same: R where `differ` of `both` models do, at similarity_place(); or NULL */
  unsigned char *averages; /* for each question whether some score lies between 0 and 1; NULL: none does */
} core_field;

/* Builds the field of the scores, which must outlive it, in the arena. */
coreset_status core_field_build(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                core_field_kind kind, core_field *field);

/* R_ik, the local similarity of two questions, between 0 and mean_noise, in a field that is not for prediction. */
double core_field_similarity(const core_field *field, size_t i, size_t k);

#endif /* CORE_STATISTICS_FIELD_H */
