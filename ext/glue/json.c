/*
** json.c: arguments in JSON, read with SQLite's own functions.
**
** The result code of every step is a row, the end, or a failure with that code: an interruption,
** or memory that is refused, never reads as "no such member".
*/
#include "glue/json.h"

#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "matrix/id.h"

/* Whether json_type() of a value is the wanted one. A failure that is no other is what it says of a text that is no
** JSON; json_valid() would say so too where its memory is refused. */
static coreset_status has_type(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                               const char *wanted, int *matches) {
  sqlite3_stmt *statement = NULL;
  coreset_status status = CORESET_OK;
  int rc = sqlite3_prepare_v2(db, "SELECT json_type(?1) = ?2", -1, &statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_value(statement, 1, value);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(statement, 2, wanted, -1, SQLITE_STATIC);
  if (rc != SQLITE_OK) {
    status = glue_nested_failure(context, db, argument, rc);
  } else {
    rc = sqlite3_step(statement);
    if (rc != SQLITE_ROW && rc != SQLITE_ERROR) status = glue_nested_failure(context, db, argument, rc);
  }
  *matches = rc == SQLITE_ROW && sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return status;
}

/* Whether a JSON text has the character U+0000 in one of its texts, where it is an escape; newer SQLite
** reads the short ones of JSON5 as well. */
static int has_zero(const char *json) {
  for (; *json != 0; json++) {
    if (json[0] != '\\') continue;
    json++; /* what an escape begins with is not the beginning of another */
    if (strncmp(json, "u0000", 5) == 0 || strncmp(json, "x00", 3) == 0 || json[0] == '0') return 1;
    if (*json == 0) break;
  }
  return 0;
}

/* Older SQLite ends a text where it has U+0000, and so makes another id of it. In an object are no ids. */
static coreset_status check_zeros(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                  const char *wanted) {
  sqlite3_stmt *statement = NULL;
  if (!has_zero((const char *)sqlite3_value_text(value))) return CORESET_OK;
  if (strcmp(wanted, "object") == 0) {
    return core_fail(context, CORESET_ERROR, "%s has a text with the character U+0000, which is in no name", argument);
  }
  int rc = sqlite3_prepare_v2(db, "SELECT json_extract('\"\\u0000\"', '$') = ''", -1, &statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(statement);
  int ends_there = rc == SQLITE_ROW && sqlite3_column_int(statement, 0);
  coreset_status status = rc == SQLITE_ROW ? CORESET_OK : glue_nested_failure(context, db, argument, rc);
  sqlite3_finalize(statement);
  if (!ends_there) return status;
  return core_fail(
      context, CORESET_ERROR,
      "%s has a text with the character U+0000, behind which SQLite %s does not read on: leave that text out, "
      "or use the newest SQLite",
      argument, sqlite3_libversion());
}

/* A virtual table named json_each that has the columns would be read in place of SQLite's own, and answer anything. So
** it is asked for a number that no table holds but by chance. */
static coreset_status check_json_each(coreset_context *context, sqlite3 *db, const char *argument) {
  sqlite3_stmt *statement = NULL;
  char array[32];
  sqlite3_int64 number;
  coreset_status status = CORESET_OK;
  sqlite3_randomness(sizeof number, &number);
  sqlite3_snprintf(sizeof array, array, "[%lld]", number);
  int rc = sqlite3_prepare_v2(db, "SELECT value FROM json_each(?1)", -1, &statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(statement, 1, array, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_step(statement);
  if (rc == SQLITE_DONE || (rc == SQLITE_ROW && sqlite3_column_int64(statement, 0) != number)) {
    status = core_fail(context, CORESET_ERROR,
                       "%s is read with SQLite's function json_each, before which a table of the same name stands: "
                       "rename that table",
                       argument);
  } else if (rc != SQLITE_ROW) {
    status = glue_nested_failure(context, db, argument, rc);
  }
  sqlite3_finalize(statement);
  return status;
}

coreset_status glue_json_open(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                              const char *wanted, const char *example, glue_json *json) {
  static const char query[] = "SELECT key, value, type, CASE type WHEN 'array' THEN json_extract(value, '$[0]') END,"
                              " CASE type WHEN 'array' THEN json_type(value, '$[0]') END,"
                              " CASE type WHEN 'array' THEN json_extract(value, '$[1]') END,"
                              " CASE type WHEN 'array' THEN json_type(value, '$[1]') END,"
                              " CASE type WHEN 'array' THEN json_array_length(value) END FROM json_each(?1)";
  char text[GLUE_VALUE_TEXT_SIZE];
  int matches = 0;
  *json = (glue_json){.db = db, .argument = argument};
  if (glue_text_of(value) != NULL) {
    coreset_status status = has_type(context, db, argument, value, wanted, &matches);
    if (status == CORESET_OK && matches) status = check_zeros(context, db, argument, value, wanted);
    if (status != CORESET_OK) return status;
  }
  if (!matches) {
    return core_fail(context, CORESET_ERROR, "%s must be a JSON %s such as %s, got %s", argument, wanted, example,
                     glue_value_format(value, text));
  }
  coreset_status status = check_json_each(context, db, argument);
  if (status != CORESET_OK) return status;
  int rc = sqlite3_prepare_v2(db, query, -1, &json->statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_value(json->statement, 1, value);
  return rc == SQLITE_OK ? CORESET_OK : glue_nested_failure(context, db, argument, rc);
}

coreset_status glue_json_next(coreset_context *context, glue_json *json) {
  int rc = sqlite3_step(json->statement);
  if (rc == SQLITE_ROW) {
    sqlite3_value *values[GLUE_JSON_COLUMNS];
    for (int i = 0; i < GLUE_JSON_COLUMNS; i++) values[i] = sqlite3_column_value(json->statement, i);
    return glue_ready_values(context, GLUE_JSON_COLUMNS, values);
  }
  if (rc != SQLITE_DONE) return glue_nested_failure(context, json->db, json->argument, rc);
  sqlite3_reset(json->statement);
  return CORESET_DONE;
}

const char *glue_json_text(const glue_json *json, int column) {
  const char *text = (const char *)sqlite3_column_text(json->statement, column);
  return text == NULL ? "" : text; /* the row is ready: it is NULL that has none */
}

void glue_json_close(glue_json *json) {
  sqlite3_finalize(json->statement);
}

/* ------------------------------------------------------------------------
** Lists of identifiers, alone or with a value each
*/

/* The identifier that an element begins with, or is. */
static coreset_status element_id(coreset_context *context, const glue_json *json, const glue_list *list,
                                 coreset_id *id) {
  int pairs = list->value != NULL;
  const char *type = glue_json_text(json, pairs ? GLUE_JSON_FIRST_TYPE : GLUE_JSON_TYPE);
  if (strcmp(type, "integer") != 0 && strcmp(type, "text") != 0 && strcmp(type, "real") != 0) {
    if (type[0] == 0) type = "nothing";
    return pairs ? core_fail(context, CORESET_ERROR,
                             "%s: every [%s, %s] pair must begin with a %s, which must be an INTEGER or a TEXT, got %s",
                             json->argument, list->key, list->value, list->key, type)
                 : core_fail(context, CORESET_ERROR, "%s: every element must be an INTEGER or a TEXT, got %s",
                             json->argument, type);
  }
  coreset_status status = glue_id_argument(
      context, list->key, sqlite3_column_value(json->statement, pairs ? GLUE_JSON_FIRST : GLUE_JSON_VALUE), id);
  return status == CORESET_OK ? status : core_fail_within(context, status, json->argument);
}

/* An identifier, or an [identifier, value] pair, of one row. */
static coreset_status take_element(coreset_context *context, const glue_json *json, const glue_list *list, void *data) {
  char text[CORE_ID_TEXT_SIZE];
  coreset_id id;
  glue_list_value value = {0};
  coreset_status status = element_id(context, json, list, &id);
  if (status != CORESET_OK || list->value == NULL)
    return status != CORESET_OK ? status : list->take(data, context, &id, NULL);
  if (sqlite3_column_int(json->statement, GLUE_JSON_LENGTH) != 2) {
    return core_fail(context, CORESET_ERROR, "%s: a pair is [%s, %s], two elements, but that of %s %s has %d",
                     json->argument, list->key, list->value, list->key, core_id_format(&id, text),
                     sqlite3_column_int(json->statement, GLUE_JSON_LENGTH));
  }
  value.type = glue_json_text(json, GLUE_JSON_SECOND_TYPE);
  value.value = sqlite3_column_value(json->statement, GLUE_JSON_SECOND);
  return list->take(data, context, &id, &value);
}

const char *glue_list_value_format(const glue_list_value *value, char text[GLUE_VALUE_TEXT_SIZE]) {
  int is_shown =
      strcmp(value->type, "integer") == 0 || strcmp(value->type, "real") == 0 || strcmp(value->type, "text") == 0;
  return is_shown ? glue_value_format(value->value, text) : value->type;
}

int glue_list_number(const glue_list_value *value, double *number) {
  int type = glue_numeric_type(value->value);
  *number = sqlite3_value_double(value->value);
  if (strcmp(value->type, "true") == 0 || strcmp(value->type, "false") == 0) return 0;
  return (type == SQLITE_INTEGER || type == SQLITE_FLOAT) && isfinite(*number);
}

coreset_status glue_list_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value, const glue_list *list,
                                  void *data) {
  glue_json json;
  coreset_status status = glue_json_open(context, db, list->argument, value, "array", list->example, &json);
  while (status == CORESET_OK && (status = glue_json_next(context, &json)) == CORESET_OK) {
    status = take_element(context, &json, list, data);
  }
  glue_json_close(&json);
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* ------------------------------------------------------------------------
** Lists of questions
*/

/* Who takes questions. */
typedef struct question_list {
  const char *argument;     /* its name, for messages */
  glue_question_taker take; /* what is called */
  void *data;               /* with this */
} question_list;

static coreset_status take_question(void *data, coreset_context *context, const coreset_id *question,
                                    const glue_list_value *value) {
  const question_list *list = data;
  char text[CORE_ID_TEXT_SIZE], number_text[GLUE_VALUE_TEXT_SIZE];
  if (value == NULL) return list->take(list->data, context, question, NULL);
  double number;
  if (!glue_list_number(value, &number)) {
    return core_fail(context, CORESET_ERROR, "%s: the number of question %s must be finite, got %s", list->argument,
                     core_id_format(question, text), glue_list_value_format(value, number_text));
  }
  return list->take(list->data, context, question, &number);
}

coreset_status glue_questions_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, int pairs, glue_question_taker take, void *data) {
  question_list questions = {argument, take, data};
  const glue_list list = {.argument = argument,
                          .key = "question",
                          .value = pairs ? "number" : NULL,
                          .example = pairs ? "[[\"q1\", 2.5], [\"q2\", 1]]" : "[\"q1\", \"q2\"]",
                          .take = take_question};
  return glue_list_argument(context, db, value, &list, &questions);
}

coreset_status glue_unknown_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                     const coreset_id *id) {
  char text[CORE_ID_TEXT_SIZE], twin_text[CORE_ID_TEXT_SIZE], digits[CORE_TWIN_SIZE];
  coreset_id twin;
  core_id_format(id, text);
  if (!core_id_twin(id, digits, &twin) || coreset_matrix_find_question(matrix, &twin) < 0) {
    return core_fail(context, CORESET_ERROR, "%s: question %s is not in the matrix", argument, text);
  }
  return core_fail(context, CORESET_ERROR, "%s: question %s is not in the matrix, but %s is: ids keep their type",
                   argument, text, core_id_format(&twin, twin_text));
}

coreset_status glue_ignored_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                     const coreset_id *id) {
  char digits[CORE_TWIN_SIZE];
  coreset_id twin;
  if (!core_id_twin(id, digits, &twin) || coreset_matrix_find_question(matrix, &twin) < 0) return CORESET_OK;
  return glue_unknown_question(context, argument, matrix, id);
}

coreset_status glue_outside_benchmark(coreset_context *context, const char *argument, const coreset_id *id) {
  char text[CORE_ID_TEXT_SIZE];
  return core_fail(context, CORESET_ERROR,
                   "%s: question %s is no part of the benchmark, because too few of the source models answered it: see "
                   "the roles in score_matrix_questions and score_matrix_models",
                   argument, core_id_format(id, text));
}
