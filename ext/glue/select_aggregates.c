/*
** select_aggregates.c: choosing questions in a GROUP BY.
**
**     coreset_select(model, question, score, k [, selector [, options]])
**     mrmr_select(model, question, score, k [, scheme [, neighbors [, estimator]]])
**     random_select(model, question, score, k [, seed])
**
** and one for each further selector, return the coreset of the rows of a group as a
** JSON array of questions, in order:
**
**     SELECT suite, mrmr_select(model, question, score, '5%') FROM results GROUP BY suite;
**
** The rows are taken as by score_matrix(); k and the options are those of the table-
** valued functions and must be the same in all rows of a group.
*/
#include <math.h>
#include <string.h>

#include "glue/glue.h"

#define ROW_ARGUMENTS 3                       /* model, question, score */
#define TAIL_LIMIT (1 + CORESET_OPTION_LIMIT) /* k and the options */
#define COMMON_OPTIONS 2                      /* of coreset_select: selector, options */

/* The client data of an aggregate. */
typedef struct select_function {
  char name[64];                    /* of the SQL function */
  const coreset_selector *selector; /* its method; NULL for coreset_select */
} select_function;

/* The state of one group. */
typedef struct select_group {
  coreset_builder *builder;        /* takes the rows; NULL before the first */
  sqlite3_value *tail[TAIL_LIMIT]; /* k and the options of the first row; owned */
  int tail_count;                  /* how many were passed */
  int failed;                      /* a step reported an error */
} select_group;

static void group_clear(select_group *group) {
  int i;
  coreset_builder_free(group->builder);
  for (i = 0; i < group->tail_count; i++) sqlite3_value_free(group->tail[i]);
  memset(group, 0, sizeof(*group));
}

/* Whether two values are the same, type included. */
static int same_value(sqlite3_value *a, sqlite3_value *b) {
  int type = sqlite3_value_type(a), size;
  if (type != sqlite3_value_type(b)) return 0;
  if (type == SQLITE_INTEGER) return sqlite3_value_int64(a) == sqlite3_value_int64(b);
  if (type == SQLITE_FLOAT) return !islessgreater(sqlite3_value_double(a), sqlite3_value_double(b));
  if (type == SQLITE_NULL) return 1;
  size = sqlite3_value_bytes(a);
  return size == sqlite3_value_bytes(b) &&
         (size == 0 || memcmp(sqlite3_value_blob(a), sqlite3_value_blob(b), (size_t)size) == 0);
}

/* Keeps k and the options of the first row and compares those of the others. */
static coreset_status take_tail(coreset_context *context, select_group *group, int count, sqlite3_value **values) {
  char text[GLUE_VALUE_TEXT_SIZE];
  int i;
  for (i = 0; i < count; i++) {
    if (group->tail_count == i) {
      group->tail[i] = sqlite3_value_dup(values[i]);
      if (group->tail[i] == NULL) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
      group->tail_count++;
    } else if (!same_value(group->tail[i], values[i])) {
      return core_fail(context, CORESET_ERROR, "%s changes within a group, to %s", i == 0 ? "k" : "an option",
                       glue_value_format(values[i], text));
    }
  }
  return CORESET_OK;
}

static void select_step(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  const select_function *function = sqlite3_user_data(sql);
  select_group *group = sqlite3_aggregate_context(sql, sizeof(*group));
  coreset_context context = {0};
  coreset_status status = CORESET_OK;
  if (group == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  if (group->failed) return;
  if (group->builder == NULL) status = coreset_builder_new(&context, &group->builder);
  if (status == CORESET_OK) status = take_tail(&context, group, argc - ROW_ARGUMENTS, argv + ROW_ARGUMENTS);
  if (status == CORESET_OK) status = glue_add_score_row(&context, group->builder, ROW_ARGUMENTS, argv);
  if (status == CORESET_OK) return;
  group->failed = 1;
  glue_result_status(sql, function->name, status, &context);
}

/* The method and its options from the arguments after k. */
static coreset_status read_method(coreset_context *context, sqlite3 *db, const select_function *function,
                                  const select_group *group, const coreset_selector **selector,
                                  coreset_setting *settings) {
  const coreset_option *options;
  coreset_status status = CORESET_OK;
  size_t i, count;
  *selector = function->selector;
  if (*selector == NULL) {
    status = glue_selector_argument(context, db, "selector", group->tail[1], selector, settings);
    if (status != CORESET_OK) return status;
    options = coreset_selector_options(*selector, &count);
    return glue_options_argument(context, db, "options", group->tail[2], coreset_selector_name(*selector), options,
                                 count, settings);
  }
  options = coreset_selector_options(*selector, &count);
  for (i = 0; i < count && status == CORESET_OK; i++) {
    status = glue_option_argument(context, &options[i], group->tail[i + 1], &settings[i]);
  }
  return status;
}

/* Appends the questions to a JSON array. */
static coreset_status list_questions(coreset_context *context, const coreset_matrix *matrix,
                                     const coreset_scores *scores, coreset_selection *selection, sqlite3_str *json) {
  coreset_pick pick;
  coreset_status status;
  const char *between = "[";
  while ((status = coreset_selection_next(context, selection, &pick)) == CORESET_OK) {
    sqlite3_str_appendall(json, between);
    glue_append_json_id(json, coreset_matrix_question(matrix, core_scores_matrix_question(scores, pick.question)));
    between = ",";
  }
  sqlite3_str_appendall(json, between[0] == '[' ? "[]" : "]");
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* Selects from the rows of the group. */
static coreset_status select_group_questions(coreset_context *context, sqlite3 *db, const select_function *function,
                                             select_group *group, sqlite3_str *json) {
  coreset_setting settings[CORESET_OPTION_LIMIT];
  coreset_request request = {0};
  const coreset_selector *selector;
  unsigned char *bytes = NULL;
  size_t size;
  coreset_matrix *matrix = NULL;
  coreset_scores *scores = NULL;
  coreset_selection *selection = NULL;
  coreset_status status = core_poll(context);
  if (status == CORESET_OK) status = read_method(context, db, function, group, &selector, settings);
  if (status == CORESET_OK) status = coreset_builder_finish(context, group->builder, SIZE_MAX, &bytes, &size);
  if (status == CORESET_OK) status = coreset_matrix_read(context, bytes, size, &matrix);
  if (status == CORESET_OK) status = coreset_source_scores(context, matrix, CORE_LEARNING_PERCENT, &scores);
  if (status == CORESET_OK) {
    request.count = core_scores_question_count(scores);
    request.budget = INFINITY;
    if (!glue_is_null(group->tail[0])) {
      status = glue_count_argument(context, "k", group->tail[0], request.count, &request.count);
    }
  }
  if (status == CORESET_OK) status = coreset_selection_new(context, scores, selector, settings, &request, &selection);
  if (status == CORESET_OK) status = list_questions(context, matrix, scores, selection, json);
  coreset_selection_free(selection);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  coreset_free(bytes);
  return status;
}

static void select_final(sqlite3_context *sql) {
  const select_function *function = sqlite3_user_data(sql);
  select_group *group = sqlite3_aggregate_context(sql, 0);
  sqlite3 *db = sqlite3_context_db_handle(sql);
  sqlite3_str *json;
  glue_poller poller;
  coreset_context context;
  coreset_status status;
  char *text;
  if (group == NULL || group->builder == NULL) return; /* no rows: NULL */
  if (group->failed) {
    group_clear(group);
    return;
  }
  glue_poller_open(&poller, db, &context);
  json = sqlite3_str_new(db);
  status = select_group_questions(&context, db, function, group, json);
  if (status == CORESET_OK && sqlite3_str_errcode(json) != SQLITE_OK) status = CORESET_NO_MEMORY;
  text = sqlite3_str_finish(json);
  if (status == CORESET_OK) {
    sqlite3_result_text(sql, text, -1, sqlite3_free);
    glue_result_is_json(sql);
  } else {
    sqlite3_free(text);
    glue_result_status(sql, function->name, status, &context);
  }
  group_clear(group);
  glue_poller_close(&poller);
}

/* Registers the aggregate of one selector, or coreset_select for NULL, for each
** number of arguments. */
static int register_select(sqlite3 *db, const coreset_selector *selector) {
  size_t option_count = COMMON_OPTIONS;
  int arguments, rc = SQLITE_OK, least = ROW_ARGUMENTS + 1;
  if (selector != NULL) coreset_selector_options(selector, &option_count);
  for (arguments = least; arguments <= least + (int)option_count && rc == SQLITE_OK; arguments++) {
    select_function *function = sqlite3_malloc64(sizeof(*function));
    if (function == NULL) return SQLITE_NOMEM;
    function->selector = selector;
    sqlite3_snprintf(sizeof(function->name), function->name, "%s_select",
                     selector == NULL ? "coreset" : coreset_selector_name(selector));
    rc = sqlite3_create_function_v2(db, function->name, arguments, GLUE_FUNCTION_FLAGS | GLUE_RESULT_SUBTYPE, function,
                                    NULL, select_step, select_final, sqlite3_free);
  }
  return rc;
}

int glue_register_select_aggregates(sqlite3 *db) {
  size_t i, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  int rc = register_select(db, NULL);
  for (i = 0; i < count && rc == SQLITE_OK; i++) rc = register_select(db, selectors[i]);
  return rc;
}
