/*
** select_tables.c: table-valued functions that choose questions.
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
**     budget        the most that all chosen questions together may cost
**
** Rows are computed as they are asked for: LIMIT, or a host that stops reading,
** ends the work. The models that answered at least half as many questions as the
** fullest one are the sources; the others are not looked at.
*/
#include <math.h>
#include <string.h>

#include "glue/glue.h"

enum select_column { COLUMN_RANK, COLUMN_QUESTION, COLUMN_RELEVANCE, COLUMN_REDUNDANCY, COLUMN_OBJECTIVE, COLUMN_SD };

/* One run of a selection. */
typedef struct select_state {
  coreset_matrix *matrix;                         /* the argument */
  coreset_scores *scores;                         /* its source models */
  const coreset_selector *selector;               /* the method */
  const coreset_option *options;                  /* of the method */
  size_t option_count;                            /* how many */
  coreset_setting settings[CORESET_OPTION_LIMIT]; /* their values */
  coreset_request request;                        /* what is asked; its arrays are the ones below */
  size_t *include;                                /* one for each question at most */
  unsigned char *is_included;                     /* for each question, whether include has it */
  unsigned char *excluded;                        /* for each question */
  double *costs;                                  /* for each question; NaN where costs does not list it */
  coreset_selection *selection;                   /* the work */
  coreset_pick pick;                              /* the current row */
} select_state;

static void select_close(glue_table_cursor *cursor) {
  select_state *state = cursor->state;
  if (state == NULL) return;
  coreset_selection_free(state->selection);
  coreset_scores_free(state->scores);
  coreset_matrix_free(state->matrix);
  coreset_free(state->include);
  coreset_free(state->is_included);
  coreset_free(state->excluded);
  coreset_free(state->costs);
  coreset_free(state);
}

/* The index in the scores of a question of the user's, or -1. */
static ptrdiff_t find_question(const select_state *state, const coreset_id *id) {
  ptrdiff_t found = coreset_matrix_find_question(state->matrix, id);
  return found < 0 ? -1 : core_scores_find_question(state->scores, (size_t)found);
}

static coreset_status take_included(void *data, coreset_context *context, const coreset_id *id, const double *number) {
  select_state *state = data;
  ptrdiff_t question = find_question(state, id);
  char text[CORE_ID_TEXT_SIZE];
  (void)number;
  if (question < 0) return glue_unknown_question(context, "include", state->matrix, id);
  if (state->is_included[question]) {
    return core_fail(context, CORESET_ERROR, "include: question %s is listed twice", core_id_format(id, text));
  }
  state->is_included[question] = 1;
  state->include[state->request.include_count++] = (size_t)question;
  return CORESET_OK;
}

/* A question that the matrix lacks cannot be chosen anyway. */
static coreset_status take_excluded(void *data, coreset_context *context, const coreset_id *id, const double *number) {
  select_state *state = data;
  ptrdiff_t question = find_question(state, id);
  (void)context, (void)number;
  if (question >= 0) state->excluded[question] = 1;
  return CORESET_OK;
}

static coreset_status take_cost(void *data, coreset_context *context, const coreset_id *id, const double *cost) {
  select_state *state = data;
  ptrdiff_t question = find_question(state, id);
  char text[CORE_ID_TEXT_SIZE];
  if (*cost < 0) {
    return core_fail(context, CORESET_ERROR, "costs: the cost of question %s must not be negative, got %.15g",
                     core_id_format(id, text), *cost);
  }
  if (question >= 0) state->costs[question] = *cost;
  return CORESET_OK;
}

/* Every question that may be taken needs a cost. */
static coreset_status check_costs(coreset_context *context, const select_state *state) {
  size_t questions = core_scores_question_count(state->scores), q;
  for (q = 0; q < questions; q++) {
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id;
    if (!isnan(state->costs[q]) || (state->excluded[q] && !state->is_included[q])) continue;
    id = coreset_matrix_question(state->matrix, core_scores_matrix_question(state->scores, q));
    return core_fail(context, CORESET_ERROR, "costs: question %s has no cost; give it one, or list it in exclude",
                     core_id_format(&id, text));
  }
  return CORESET_OK;
}

/* k, include, exclude, costs and budget. */
static coreset_status read_request(glue_table_cursor *cursor, select_state *state) {
  size_t questions = core_scores_question_count(state->scores), q;
  coreset_context *context = &cursor->context;
  coreset_request *request = &state->request;
  sqlite3_value *k = glue_argument(cursor, "k"), *include = glue_argument(cursor, "include");
  sqlite3_value *exclude = glue_argument(cursor, "exclude"), *costs = glue_argument(cursor, "costs");
  sqlite3_value *budget = glue_argument(cursor, "budget");
  coreset_status status = CORESET_OK;
  state->include = core_allocate(context, questions, sizeof(size_t));
  state->is_included = core_allocate(context, questions, 1);
  state->excluded = core_allocate(context, questions, 1);
  state->costs = core_allocate(context, questions, sizeof(double));
  if (state->include == NULL || state->is_included == NULL || state->excluded == NULL || state->costs == NULL) {
    return CORESET_NO_MEMORY;
  }
  for (q = 0; q < questions; q++) state->costs[q] = NAN;
  request->count = questions;
  request->include = state->include;
  request->excluded = state->excluded;
  request->budget = INFINITY;
  if (k != NULL) status = glue_count_argument(context, "k", k, questions, &request->count);
  if (status == CORESET_OK && include != NULL) {
    status = glue_questions_argument(context, cursor->db, "include", include, 0, take_included, state);
  }
  if (status == CORESET_OK && exclude != NULL) {
    status = glue_questions_argument(context, cursor->db, "exclude", exclude, 0, take_excluded, state);
  }
  if (status == CORESET_OK && costs != NULL) {
    request->costs = state->costs;
    status = glue_questions_argument(context, cursor->db, "costs", costs, 1, take_cost, state);
    if (status == CORESET_OK) status = check_costs(context, state);
  }
  if (status == CORESET_OK && budget != NULL) {
    status = glue_real_argument(context, "budget", budget, &request->budget);
  }
  return status;
}

/* Which method, and its options: coreset_select is told, the others have inputs. */
static coreset_status read_method(glue_table_cursor *cursor, select_state *state) {
  coreset_context *context = &cursor->context;
  coreset_status status = CORESET_OK;
  size_t i;
  state->selector = cursor->function->method;
  if (state->selector == NULL) {
    status = glue_selector_argument(context, cursor->db, "selector", glue_argument(cursor, "selector"),
                                    &state->selector, state->settings);
    if (status != CORESET_OK) return status;
    state->options = coreset_selector_options(state->selector, &state->option_count);
    return glue_options_argument(context, cursor->db, "options", glue_argument(cursor, "options"),
                                 coreset_selector_name(state->selector), state->options, state->option_count,
                                 state->settings);
  }
  state->options = coreset_selector_options(state->selector, &state->option_count);
  for (i = 0; i < state->option_count && status == CORESET_OK; i++) {
    status = glue_option_argument(context, &state->options[i], glue_argument(cursor, state->options[i].name),
                                  &state->settings[i]);
  }
  return status;
}

static coreset_status select_open(glue_table_cursor *cursor) {
  coreset_context *context = &cursor->context;
  select_state *state = core_allocate(context, 1, sizeof(*state));
  coreset_status status;
  cursor->state = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  status = read_method(cursor, state);
  if (status == CORESET_OK) {
    status = glue_matrix_argument(context, "matrix", cursor->arguments[0], &state->matrix);
  }
  if (status == CORESET_OK) {
    status = coreset_source_scores(context, state->matrix, CORE_LEARNING_PERCENT, &state->scores);
  }
  if (status == CORESET_OK) status = read_request(cursor, state);
  if (status == CORESET_OK) {
    status = coreset_selection_new(context, state->scores, state->selector, state->settings, &state->request,
                                   &state->selection);
  }
  return status;
}

static coreset_status select_next(glue_table_cursor *cursor) {
  select_state *state = cursor->state;
  return coreset_selection_next(&cursor->context, state->selection, &state->pick);
}

static void select_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const select_state *state = cursor->state;
  const coreset_pick *pick = &state->pick;
  switch ((enum select_column)column) {
  case COLUMN_RANK:
    sqlite3_result_int64(sql, cursor->row);
    break;
  case COLUMN_QUESTION:
    glue_result_id(sql,
                   coreset_matrix_question(state->matrix, core_scores_matrix_question(state->scores, pick->question)));
    break;
  case COLUMN_RELEVANCE:
    glue_result_real(sql, pick->relevance);
    break;
  case COLUMN_REDUNDANCY:
    glue_result_real(sql, pick->redundancy);
    break;
  case COLUMN_OBJECTIVE:
    glue_result_real(sql, pick->objective);
    break;
  case COLUMN_SD:
    glue_result_real(sql, pick->remaining_sd);
    break;
  }
}

static int select_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const select_state *state = cursor->state;
  const char *name = cursor->function->arguments[argument].name;
  size_t i;
  if (strcmp(name, "k") == 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)state->request.count);
    return 1;
  }
  if (strcmp(name, "selector") == 0) {
    sqlite3_result_text(sql, coreset_selector_name(state->selector), -1, SQLITE_STATIC);
    return 1;
  }
  for (i = 0; cursor->function->method != NULL && i < state->option_count; i++) {
    if (strcmp(name, state->options[i].name) != 0) continue;
    glue_result_setting(sql, &state->options[i], &coreset_selection_settings(state->selection)[i]);
    return 1;
  }
  return 0;
}

/* Registers the function of one selector, or coreset_select for NULL. */
static int register_select(sqlite3 *db, const coreset_selector *selector) {
  glue_table_function function = {0};
  const coreset_option *options;
  size_t i, count = 0;
  sqlite3_snprintf(sizeof(function.name), function.name, "%s_select",
                   selector == NULL ? "coreset" : coreset_selector_name(selector));
  function.columns = "rank INTEGER, question, relevance REAL, redundancy REAL, objective REAL, remaining_sd REAL";
  function.column_count = 6;
  function.ordered_by = COLUMN_RANK;
  function.method = selector;
  function.open = select_open;
  function.next = select_next;
  function.column = select_column;
  function.echo = select_echo;
  function.close = select_close;
  glue_add_argument(&function, "matrix", 1);
  glue_add_argument(&function, "k", 0);
  if (selector == NULL) {
    glue_add_argument(&function, "selector", 0);
    glue_add_argument(&function, "options", 0);
  } else {
    options = coreset_selector_options(selector, &count);
    for (i = 0; i < count; i++) glue_add_argument(&function, options[i].name, 0);
  }
  glue_add_argument(&function, "include", 0);
  glue_add_argument(&function, "exclude", 0);
  glue_add_argument(&function, "costs", 0);
  glue_add_argument(&function, "budget", 0);
  return glue_register_table_function(db, &function);
}

int glue_register_select_tables(sqlite3 *db) {
  size_t i, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  int rc = register_select(db, NULL);
  for (i = 0; i < count && rc == SQLITE_OK; i++) rc = register_select(db, selectors[i]);
  return rc;
}
