/*
** conditional_field.h: the field of questions, conditioned on one answer after the other: what the
** selectors select/kriging.c and select/kriging_irt.c share.
*/
#ifndef CORE_STATISTICS_CONDITIONAL_FIELD_H
#define CORE_STATISTICS_CONDITIONAL_FIELD_H

#include <math.h>

#include "numeric/axpy.h"
#include "statistics/shared.h"

/* The formulas are in conditional_field.c. All memory is of one arena. */
typedef struct core_conditional_field {
  core_field field;                          /* the covariance */
  size_t *order;                             /* the questions, permuted: of equal ones the first is taken */
  double *covariance;                        /* of each answer with the mean answer, given the picks */
  double *variance;                          /* of each question's field, given the picks */
  double *first_covariance, *first_variance; /* both before any pick */
  double total;                              /* variance of the mean answer */
  double **rows;                             /* N numbers each: the field's factors, then G, one for each pick */
  double *factors;                           /* for each row what to multiply it by; working memory */
  core_row_adder add;                        /* how to add rows up here */
  size_t picked_count;                       /* how many picks */
} core_conditional_field;

/* Starts with no pick, in memory that is all zero, from the field of this kind. Scores and what is shared must
** outlive it. */
coreset_status core_conditional_start(coreset_context *context, core_arena *arena, core_shared *shared,
                                      core_field_kind kind, core_conditional_field *conditional);

/* The variance of the mean answer that an answer to the question would remove. */
static inline double core_conditional_gain(const core_conditional_field *conditional, size_t question) {
  double covariance = conditional->covariance[question];
  return covariance * covariance / (conditional->field.noise[question] + conditional->variance[question]);
}

/* The allowed question, one at least, with the largest objective, or where there are costs the largest for each unit of
** cost, any that costs nothing first; of those the largest objective, and of equal ones the first in the permutation.
** state is handed to objective(). */
static inline size_t core_conditional_best(const core_conditional_field *conditional, const unsigned char *allowed,
                                           const double *costs, double (*objective)(const void *state, size_t question),
                                           const void *state) {
  size_t question = 0;
  double best = -INFINITY, best_cost = 1;
  while (!allowed[question]) question++;
  for (size_t i = 0; i < conditional->field.questions; i++) {
    size_t candidate = conditional->order[i];
    if (!allowed[candidate]) continue;
    double value = objective(state, candidate), cost = costs == NULL ? 1 : costs[candidate];
    double ahead = value * best_cost - best * cost; /* of value / cost > best / best_cost, which may be free */
    if (ahead > 0 || (!(ahead < 0) && value > best)) {
      best = value;
      best_cost = cost;
      question = candidate;
    }
  }
  return question;
}

/* Conditions on an answer to the question and describes the pick; its row belongs to the arena. */
coreset_status core_conditional_take(coreset_context *context, core_arena *arena, core_conditional_field *conditional,
                                     size_t question, coreset_pick *pick);

#endif /* CORE_STATISTICS_CONDITIONAL_FIELD_H */
