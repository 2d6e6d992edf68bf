/*
** question_limits.c: the inputs exclude, costs and budget of functions that choose questions.
**
**     exclude       JSON array of questions never to choose
**     costs         JSON array of [question, cost] pairs; without it each costs 1
**     budget        the most that all chosen questions together may cost
*/
#include "glue/question_limits.h"

#include <math.h>

#include "glue/arguments.h"
#include "glue/json.h"
#include "matrix/id.h"

/* A question that the matrix lacks cannot be chosen anyway, unless its type is the wrong one. */
static coreset_status take_excluded(void *data, coreset_context *context, const coreset_id *id, const double *number) {
  glue_question_limits *limits = data;
  ptrdiff_t question = coreset_matrix_find_question(limits->matrix, id);
  (void)number;
  if (question < 0) return glue_ignored_question(context, "exclude", limits->matrix, id);
  limits->excluded[question] = 1;
  return CORESET_OK;
}

static coreset_status take_cost(void *data, coreset_context *context, const coreset_id *id, const double *cost) {
  glue_question_limits *limits = data;
  ptrdiff_t question = coreset_matrix_find_question(limits->matrix, id);
  char text[CORE_ID_TEXT_SIZE];
  if (*cost < 0) {
    return core_fail(context, CORESET_ERROR, "costs: the cost of question %s must not be negative, got %.15g",
                     core_id_format(id, text), *cost);
  }
  if (question < 0) return glue_ignored_question(context, "costs", limits->matrix, id);
  if (!isnan(limits->costs[question])) {
    return core_fail(context, CORESET_ERROR, "costs: question %s is listed twice", core_id_format(id, text));
  }
  limits->costs[question] = *cost;
  return CORESET_OK;
}

/* Every question that may be taken needs a cost. */
static coreset_status check_costs(coreset_context *context, const glue_question_limits *limits) {
  for (size_t i = 0; i < limits->scores->questions; i++) {
    size_t question = limits->scores->matrix_question[i];
    int is_included = limits->included != NULL && limits->included[question];
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_matrix_question(limits->matrix, question);
    if (!isnan(limits->costs[question]) || (limits->excluded[question] && !is_included)) continue;
    return core_fail(context, CORESET_ERROR, "costs: question %s has no cost; give it one, or list it in exclude",
                     core_id_format(&id, text));
  }
  return CORESET_OK;
}

coreset_status glue_read_question_limits(glue_table_cursor *cursor, core_arena *arena, glue_question_limits *limits) {
  size_t questions = coreset_matrix_question_count(limits->matrix);
  coreset_context *context = &cursor->context;
  sqlite3_value *exclude = glue_argument(cursor, "exclude"), *costs = glue_argument(cursor, "costs");
  sqlite3_value *budget = glue_argument(cursor, "budget");
  limits->budget = INFINITY;
  limits->excluded = core_take(context, arena, questions, 1);
  if (costs != NULL) limits->costs = core_take(context, arena, questions, sizeof(double));
  coreset_status status = arena->status;
  if (status == CORESET_OK && exclude != NULL) {
    status = glue_questions_argument(context, cursor->db, "exclude", exclude, 0, take_excluded, limits);
  }
  if (status == CORESET_OK && costs != NULL) {
    for (size_t q = 0; q < questions; q++) limits->costs[q] = NAN;
    status = glue_questions_argument(context, cursor->db, "costs", costs, 1, take_cost, limits);
    if (status == CORESET_OK) status = check_costs(context, limits);
  }
  if (status == CORESET_OK && budget != NULL) status = glue_real_argument(context, "budget", budget, &limits->budget);
  return status;
}

void glue_add_question_limits(glue_table_function *function) {
  glue_add_argument(function, "exclude", 0);
  glue_add_argument(function, "costs", 0);
  glue_add_argument(function, "budget", 0);
}
