/*
** kriging.h: the field of questions, conditioned on one answer after the other: what the
** selectors kriging_selector.c and kriging_irt_selector.c share.
*/
#ifndef CORESET_KRIGING_H
#define CORESET_KRIGING_H

#include <math.h>

#include "field.h"
#include "row_sums.h"

/* The formulas are in kriging.c. */
typedef struct coreset_kriging {
  coreset_field field;                       /* the covariance */
  size_t *order;                             /* the questions, permuted: of equal ones the first is taken */
  double *covariance;                        /* of each answer with the mean answer, given the picks */
  double *variance;                          /* of each question's field, given the picks */
  double *first_covariance, *first_variance; /* both before any pick */
  double total;                              /* variance of the mean answer */
  double **rows;                             /* N numbers each: the field's factors, then G, one for each pick; owned */
  double *factors;                           /* for each row what to multiply it by; working memory */
  coreset_row_adder add;                     /* how to add rows up here */
  size_t picked_count;                       /* how many picks */
} coreset_kriging;

/* Starts with no pick, in a kriging that is all zero. The scores must outlive it; release with
** coreset_kriging_release, after a failure too. */
coreset_status coreset_kriging_start(coreset_context *context, const coreset_scores *scores, coreset_kriging *kriging);
void coreset_kriging_release(coreset_kriging *kriging);

/* The variance of the mean answer that an answer to the question would remove. */
static inline double coreset_kriging_gain(const coreset_kriging *kriging, size_t question) {
  double covariance = kriging->covariance[question];
  return covariance * covariance / (kriging->field.noise[question] + kriging->variance[question]);
}

/* The allowed question, one at least, with the largest objective; of equal ones the first in the
** permutation. state is handed to objective(). */
static inline size_t coreset_kriging_best(const coreset_kriging *kriging, const unsigned char *allowed,
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
coreset_status coreset_kriging_take(coreset_context *context, coreset_kriging *kriging, size_t question,
                                    coreset_pick *pick);

#endif /* CORESET_KRIGING_H */
