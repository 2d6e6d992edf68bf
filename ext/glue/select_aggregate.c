/*
** select_aggregate.c: choosing questions in a GROUP BY.
**
**     coreset_select(model, question, score [, k [, selector [, options]]])
**     mrmr_select(model, question, score [, k [, scheme [, neighbors [, estimator]]]])
**
** and NAME_select of the default selector, return the coreset of the rows of a group as a
** JSON array of questions, in order; other selectors are reached through coreset_select:
**
**     SELECT suite, mrmr_select(model, question, score, '5%') FROM results GROUP BY suite;
**
** The rows are taken as by score_matrix(); k and the options are those of the table-
** valued functions and must be the same in all rows of a group. A k above the number of
** questions means all of them. A group that leaves nothing to choose (fewer than two sources or
** questions, all scores equal, fewer sources than the method needs) gives NULL: neither WHERE nor HAVING could
** keep it from the function.
*/
#include <math.h>
#include <string.h>

#include "glue/aggregate.h"
#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/rows.h"
#include "matrix/scores.h"
#include "select/selector.h"

#define TAIL_LIMIT (1 + CORESET_OPTION_LIMIT) /* k and the options */

/* The state of one group. */
typedef struct select_group {
  glue_group base;                 /* must be first */
  coreset_builder *builder;        /* takes the rows; NULL before the first */
  sqlite3_value *tail[TAIL_LIMIT]; /* k and the options of the first row; owned; NULL where not given */
  int tail_count;                  /* how many were passed */
} select_group;

static void select_release(void *data) {
  select_group *group = data;
  coreset_builder_free(group->builder);
  for (int i = 0; i < group->tail_count; i++) sqlite3_value_free(group->tail[i]);
}

/* The name of an argument of the tail. */
static const char *tail_name(const coreset_method *method, int index) {
  static const char *const names[] = {"k", "selector", "options"};
  return index == 0 || method == NULL ? names[index] : method->options[index - 1].name;
}

/* Keeps k and the options of the first row and compares those of the others. */
static coreset_status take_tail(coreset_context *context, const coreset_method *method, select_group *group, int count,
                                sqlite3_value **values) {
  char text[GLUE_VALUE_TEXT_SIZE];
  for (int i = 0; i < count; i++) {
    if (group->tail_count == i) {
      group->tail[i] = sqlite3_value_dup(values[i]);
      if (group->tail[i] == NULL) return core_out_of_memory(context);
      group->tail_count++;
    } else if (!glue_same_value(group->tail[i], values[i])) {
      return core_fail(context, CORESET_ERROR, "%s changes within a group, to %s: every row must have the same one",
                       tail_name(method, i), glue_value_format(values[i], text));
    }
  }
  return CORESET_OK;
}

static coreset_status select_step(coreset_context *context, const glue_aggregate *aggregate, void *data, int argc,
                                  sqlite3_value **argv) {
  select_group *group = data;
  coreset_status status = CORESET_OK;
  if (group->builder == NULL) status = coreset_builder_new(context, &group->builder);
  if (status == CORESET_OK)
    status = take_tail(context, aggregate->method, group, argc - GLUE_ROW_ARGUMENTS, argv + GLUE_ROW_ARGUMENTS);
  return status == CORESET_OK ? glue_add_row(context, group->builder, GLUE_ROW_ARGUMENTS, argv) : status;
}

/* The questions of a selection as a JSON array. */
static coreset_status list_questions(coreset_context *context, const coreset_matrix *matrix,
                                     coreset_selection *selection, sqlite3_str *json) {
  coreset_pick pick;
  coreset_status status;
  const char *between = "[";
  while ((status = coreset_selection_next(context, selection, &pick)) == CORESET_OK) {
    sqlite3_str_appendall(json, between);
    glue_append_json_id(json, coreset_matrix_question(matrix, pick.question));
    between = ",";
  }
  sqlite3_str_appendall(json, between[0] == '[' ? "[]" : "]");
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* k of so many questions: left out, or more than there are, it means all of them. */
static coreset_status read_count(coreset_context *context, sqlite3_value *value, size_t questions, size_t *count) {
  int64_t integer;
  *count = questions;
  if (glue_is_null(value)) return CORESET_OK;
  if (!glue_integral_value(value, &integer)) return glue_count_argument(context, "k", value, questions, count);
  if (integer < 1) return core_fail(context, CORESET_ERROR, "k must be at least 1, got %lld", (long long)integer);
  if ((uint64_t)integer < questions) *count = (size_t)integer;
  return CORESET_OK;
}

/* Selects from the rows of the group. */
static coreset_status select_finish(coreset_context *context, const glue_aggregate *aggregate, void *data,
                                    sqlite3_context *sql) {
  select_group *group = data;
  sqlite3 *db = sqlite3_context_db_handle(sql);
  coreset_choice choice;
  coreset_request request = {.budget = INFINITY};
  coreset_matrix *matrix = NULL;
  coreset_scores *scores = NULL;
  coreset_selection *selection = NULL;
  sqlite3_str *json = sqlite3_str_new(db);
  coreset_status status =
      glue_method_arguments(context, db, &core_selectors, aggregate->method, group->tail + 1, &choice);
  if (status == CORESET_OK) status = read_count(context, group->tail[0], 1, &request.count); /* wrong in any case? */
  if (status == CORESET_OK) status = coreset_builder_finish(context, group->builder, SIZE_MAX, &matrix);
  if (status == CORESET_OK) status = coreset_scores_new(context, matrix, NULL, &scores);
  if (status == CORESET_OK) status = read_count(context, group->tail[0], scores->questions, &request.count);
  if (status == CORESET_OK) status = coreset_selection_new(context, scores, &choice, &request, &selection);
  if (status == CORESET_OK) status = list_questions(context, matrix, selection, json);
  if (status == CORESET_OK) {
    glue_result_json(sql, json);
  } else {
    sqlite3_free(sqlite3_str_finish(json));
  }
  coreset_selection_free(selection);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  return status == CORESET_TOO_LITTLE ? CORESET_OK : status; /* NULL */
}

/* Registers the aggregate of one selector, or coreset_select for NULL. */
static int register_select(sqlite3 *db, const coreset_method *selector) {
  glue_aggregate aggregate = {.method = selector,
                              .unready = GLUE_ROW_ARGUMENTS,
                              .least = GLUE_ROW_ARGUMENTS,
                              .most = GLUE_ROW_ARGUMENTS + 1 + glue_method_argument_count(selector),
                              .flags = GLUE_JSON_FUNCTION_FLAGS,
                              .group_size = sizeof(select_group),
                              .step = select_step,
                              .finish = select_finish,
                              .release = select_release};
  sqlite3_snprintf(sizeof(aggregate.name), aggregate.name, "%s_select", selector == NULL ? "coreset" : selector->name);
  return glue_register_aggregate(db, &aggregate);
}

int glue_register_select_aggregate(sqlite3 *db) {
  int rc = register_select(db, NULL);
  if (rc == SQLITE_OK) rc = register_select(db, core_selectors.methods[0]);
  return rc == SQLITE_OK ? register_select(db, &core_selector_mrmr.method) : rc;
}
