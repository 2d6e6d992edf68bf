/*
** question_limits.h: which questions may be chosen, and what they cost.
*/
#ifndef GLUE_QUESTION_LIMITS_H
#define GLUE_QUESTION_LIMITS_H

#include "base/memory.h"
#include "glue/table_function.h"
#include "matrix/scores.h"

/* The inputs exclude, costs and budget. */
typedef struct glue_question_limits {
  const coreset_matrix *matrix;  /* whose questions they are about */
  const coreset_scores *scores;  /* what may be chosen of them */
  const unsigned char *included; /* for each question of the matrix, whether it is taken anyway; NULL: none is */
  unsigned char *excluded;       /* for each question of the matrix */
  double *costs;                 /* for each question of the matrix; NULL: each costs 1 */
  double budget;                 /* infinite for no limit */
} glue_question_limits;

/* Reads them; matrix, scores and included are given. The arrays belong to the arena. */
coreset_status glue_read_question_limits(glue_table_cursor *cursor, core_arena *arena, glue_question_limits *limits);

/* Adds these inputs to a function under construction. */
void glue_add_question_limits(glue_table_function *function);

#endif /* GLUE_QUESTION_LIMITS_H */
