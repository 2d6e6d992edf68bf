/*
** select_table.c: table-valued functions that choose questions.
**
**     coreset_select(matrix, k, selector, options)
**     mrmr_select(matrix, k, scheme, neighbors, estimator)
**     random_select(matrix, k, seed)
**
** and one for each further selector of the registry, NAME_select(matrix, k, its
** options). All have the columns
**
**     rank          1, 2, 3, ...
**     question      its id
**     relevance     what it tells by itself
**     redundancy    how much of that the questions before it tell
**     objective     what the choice maximised
**     remaining_sd  uncertainty of the benchmark's mean after it
**
** (remaining_sd on the users' scale, the others of scores mapped to [0, 1]) with NULL
** where a method has no such notion, and take, after their own inputs,
**
**     include       JSON array of questions already run: ranks 1, 2, ..., in order
**     exclude       JSON array of questions never to choose
**     costs         JSON array of [question, cost] pairs; without it each costs 1
**     budget        the most that all chosen questions together may cost: with both, kriging_irt and kriging choose by the gain for
**                   each unit of cost, or by the gain alone where that leaves less to doubt (ext/core/select/selection.c)
**
** Rows are computed as they are asked for, but with costs and a budget: LIMIT, or a host that stops reading,
** ends the work. The sources and the benchmark are found in the matrix
** (ext/core/matrix/sources.c); other models and questions are not looked at.
*/
#include <string.h>

#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/json.h"
#include "glue/objects.h"
#include "glue/question_limits.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/table_function.h"
#include "matrix/id.h"
#include "select/selector.h"

enum select_column {
  COLUMN_RANK,
  COLUMN_QUESTION,
  COLUMN_RELEVANCE,
  COLUMN_REDUNDANCY,
  COLUMN_OBJECTIVE,
  COLUMN_SD,
  COLUMN_COUNT
};

/* One run of a selection. */
typedef struct select_state {
  core_arena arena;             /* of the arrays; must be first */
  coreset_matrix *matrix;       /* the argument */
  coreset_scores *scores;       /* its source models */
  coreset_choice choice;        /* the method and its options */
  coreset_request request;      /* what is asked; its arrays are the ones below */
  size_t *include;              /* room for every question of the matrix */
  unsigned char *is_included;   /* for each question of the matrix, whether include has it */
  coreset_selection *selection; /* the work */
  coreset_pick pick;            /* the current row */
} select_state;

static void select_close(void *data) {
  select_state *state = data;
  coreset_selection_free(state->selection);
  coreset_scores_free(state->scores);
  coreset_matrix_free(state->matrix);
}

static coreset_status take_included(void *data, coreset_context *context, const coreset_id *id, const double *number) {
  select_state *state = data;
  ptrdiff_t question = coreset_matrix_find_question(state->matrix, id);
  char text[CORE_ID_TEXT_SIZE];
  (void)number;
  if (question < 0) return glue_unknown_question(context, "include", state->matrix, id);
  if (state->scores->question_of_matrix[question] < 0) return glue_outside_benchmark(context, "include", id);
  if (state->is_included[question]) {
    return core_fail(context, CORESET_ERROR, "include: question %s is listed twice", core_id_format(id, text));
  }
  state->is_included[question] = 1;
  state->include[state->request.include_count++] = (size_t)question;
  return CORESET_OK;
}

/* k, include, exclude, costs and budget. */
static coreset_status read_request(glue_table_cursor *cursor, select_state *state) {
  size_t questions = coreset_matrix_question_count(state->matrix);
  coreset_context *context = &cursor->context;
  coreset_request *request = &state->request;
  sqlite3_value *k = glue_argument(cursor, "k"), *include = glue_argument(cursor, "include");
  request->include = state->include = core_take(context, &state->arena, questions, sizeof(size_t));
  state->is_included = core_take(context, &state->arena, questions, 1);
  coreset_status status = state->arena.status;
  if (status != CORESET_OK) return status;
  request->count = state->scores->questions;
  if (k != NULL) status = glue_count_argument(context, "k", k, request->count, &request->count);
  if (status == CORESET_OK && include != NULL) {
    status = glue_questions_argument(context, cursor->db, "include", include, 0, take_included, state);
  }
  glue_question_limits limits = {.matrix = state->matrix, .scores = state->scores, .included = state->is_included};
  if (status == CORESET_OK) status = glue_read_question_limits(cursor, &state->arena, &limits);
  request->excluded = limits.excluded;
  request->costs = limits.costs;
  request->budget = limits.budget;
  return status;
}

static coreset_status select_open(glue_table_cursor *cursor) {
  coreset_context *context = &cursor->context;
  select_state *state = cursor->state;
  const glue_table_function *function = cursor->function;
  coreset_status status = glue_method_arguments(context, cursor->db, &core_selectors, function->method,
                                                cursor->arguments + function->method_argument, &state->choice);
  if (status == CORESET_OK) status = glue_matrix_argument(context, "matrix", cursor->arguments[0], &state->matrix);
  if (status == CORESET_OK) status = coreset_scores_new(context, state->matrix, NULL, &state->scores);
  if (status == CORESET_OK) status = read_request(cursor, state);
  if (status != CORESET_OK) return status;
  return coreset_selection_new(context, state->scores, &state->choice, &state->request, &state->selection);
}

static coreset_status select_next(glue_table_cursor *cursor) {
  select_state *state = cursor->state;
  return coreset_selection_next(&cursor->context, state->selection, &state->pick);
}

static void select_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const select_state *state = cursor->state;
  const coreset_pick *pick = &state->pick;
  const double values[COLUMN_COUNT] = {
      [COLUMN_RELEVANCE] = pick->relevance,
      [COLUMN_REDUNDANCY] = pick->redundancy,
      [COLUMN_OBJECTIVE] = pick->objective,
      [COLUMN_SD] = pick->remaining_sd,
  };
  if (column == COLUMN_RANK) {
    sqlite3_result_int64(sql, cursor->row);
  } else if (column == COLUMN_QUESTION) {
    glue_result_id(sql, coreset_matrix_question(state->matrix, pick->question));
  } else {
    glue_result_real(sql, values[column]);
  }
}

static int select_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const select_state *state = cursor->state;
  const char *name = cursor->function->arguments[argument].name;
  if (strcmp(name, "k") != 0) {
    return glue_echo_choice(sql, &core_selectors, coreset_selection_choice(state->selection), name);
  }
  sqlite3_result_int64(sql, (sqlite3_int64)state->request.count);
  return 1;
}

/* Registers the function of one selector, or coreset_select for NULL. */
static int register_select(sqlite3 *db, const coreset_method *selector) {
  glue_table_function function = {
      .columns = "rank INTEGER, question, relevance REAL, redundancy REAL, objective REAL, remaining_sd REAL",
      .column_count = COLUMN_COUNT,
      .ordered_by = COLUMN_RANK,
      .state_size = sizeof(select_state),
      .open = select_open,
      .next = select_next,
      .column = select_column,
      .echo = select_echo,
      .close = select_close,
  };
  sqlite3_snprintf(sizeof(function.name), function.name, "%s_select", selector == NULL ? "coreset" : selector->name);
  glue_add_argument(&function, "matrix", 1);
  glue_add_argument(&function, "k", 0);
  glue_add_method_arguments(&function, &core_selectors, selector);
  glue_add_argument(&function, "include", 0);
  glue_add_question_limits(&function);
  return glue_register_table_function(db, &function);
}

int glue_register_select_table(sqlite3 *db) {
  int rc = register_select(db, NULL);
  for (size_t i = 0; i < core_selectors.count && rc == SQLITE_OK; i++) {
    rc = register_select(db, core_selectors.methods[i]);
  }
  return rc;
}
