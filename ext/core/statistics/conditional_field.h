/*
** conditional_field.h: the field of questions, conditioned on one answer after the other: what the
** selectors kriging.c and kriging_irt.c share.
*/
#ifndef CORE_STATISTICS_CONDITIONAL_FIELD_H
#define CORE_STATISTICS_CONDITIONAL_FIELD_H

#include <math.h>

#include "numeric/axpy.h"
#include "statistics/field.h"

/* The formulas are in conditional_field.c. */
typedef struct core_kriging {
  core_field field;                          /* the covariance */
  size_t *order;                             /* the questions, permuted: of equal ones the first is taken */
  double *covariance;                        /* of each answer with the mean answer, given the picks */
  double *variance;                          /* of each question's field, given the picks */
  double *first_covariance, *first_variance; /* both before any pick */
  double total;                              /* variance of the mean answer */
  double **rows;                             /* N numbers each: the field's factors, then G, one for each pick; owned */
  double *factors;                           /* for each row what to multiply it by; working memory */
  core_row_adder add;                        /* how to add rows up here */
  size_t picked_count;                       /* how many picks */
} core_kriging;

/* Starts with no pick, in a kriging that is all zero. The scores must outlive it; release with
** core_kriging_release, after a failure too. */
coreset_status core_kriging_start(coreset_context *context, const coreset_scores *scores, core_kriging *kriging);
void core_kriging_release(core_kriging *kriging);

/* The variance of the mean answer that an answer to the question would remove. */
static inline double core_kriging_gain(const core_kriging *kriging, size_t question) {
  double covariance = kriging->covariance[question];
  return covariance * covariance / (kriging->field.noise[question] + kriging->variance[question]);
}

/* The allowed question, one at least, with the largest objective; of equal ones the first in the
** permutation. state is handed to objective(). */
static inline size_t core_kriging_best(const core_kriging *kriging, const unsigned char *allowed,
                                       double (*objective)(const void *state, size_t question), const void *state) {
  size_t question = 0, i;
  double best = -INFINITY;
  while (!allowed[question]) question++;
  for (i = 0; i < kriging->field.questions; i++) {
    size_t candidate = kriging->order[i];
    double value;
    if (!allowed[candidate]) continue;
    value = objective(state, candidate);
    if (value > best) {
      best = value;
      question = candidate;
    }
  }
  return question;
}

/* Conditions on an answer to the question and describes the pick. */
coreset_status core_kriging_take(coreset_context *context, core_kriging *kriging, size_t question, coreset_pick *pick);

#endif /* CORE_STATISTICS_CONDITIONAL_FIELD_H */
