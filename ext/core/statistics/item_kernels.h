/*
** item_kernels.h: what item response curves spend their time on, with the widest instructions that this processor has.
*/
#ifndef CORE_STATISTICS_ITEM_KERNELS_H
#define CORE_STATISTICS_ITEM_KERNELS_H

#include <stddef.h>

#include "numeric/cpu.h"

#define CORE_ITEM_GROUPS 32 /* of models, at most */
#define CORE_ITEM_LANES 8   /* questions that are worked on side by side */

/* A population of curves, b ~ N(mean, precision^-1), and the abilities that they are seen at. Symmetric matrices are
** their upper triangle, row by row. */
typedef struct core_item_population {
  size_t groups;                    /* of models */
  double ability[CORE_ITEM_GROUPS]; /* of each group */
  double mean[3];
  double precision[6];
} core_item_population;

/* What the answers to some questions say: of each group and question. */
typedef struct core_item_answers {
  double seen[CORE_ITEM_GROUPS][CORE_ITEM_LANES];  /* how many there are */
  double right[CORE_ITEM_GROUPS][CORE_ITEM_LANES]; /* how many of them are right */
} core_item_answers;

/* Coefficients, and what belongs to them, of each question. */
typedef struct core_item_curves {
  double b[3][CORE_ITEM_LANES];          /* coefficients of 1, t and t^2 - 1 */
  double covariance[6][CORE_ITEM_LANES]; /* of b, by Laplace's approximation */
  double moved[CORE_ITEM_LANES];         /* by how much the last step moved a coefficient at most */
} core_item_curves;

/* One Newton step of each question's b towards the mode of its posterior. */
typedef void (*core_item_stepper)(const core_item_population *population, const core_item_answers *answers,
                                  core_item_curves *curves);

/* The chances of a right answer at an ability: out[q] of the curve with the coefficients 3 q, 3 q + 1, 3 q + 2. */
typedef void (*core_item_chances)(const double *coefficients, size_t questions, double ability, double *out);

/* Those of a level that this processor has, and those to use. */
core_item_stepper core_item_stepper_for(core_cpu level);
core_item_chances core_item_chances_for(core_cpu level);
core_item_stepper core_choose_item_stepper(void);
core_item_chances core_choose_item_chances(void);

#endif /* CORE_STATISTICS_ITEM_KERNELS_H */
