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
#include "glue/report.h"
#include "matrix/id.h"

/* Runs a query of one row over a JSON argument, and says whether its text is the wanted one. */
static coreset_status has_type(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                               const char *wanted, int *matches) {
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(db, "SELECT CASE WHEN json_valid(?1) THEN json_type(?1) END = ?2", -1, &statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_value(statement, 1, value);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(statement, 2, wanted, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_step(statement);
  *matches = rc == SQLITE_ROW && sqlite3_column_int(statement, 0);
  coreset_status status = rc == SQLITE_ROW ? CORESET_OK : glue_nested_failure(context, db, argument, rc);
  sqlite3_finalize(statement);
  return status;
}

coreset_status glue_json_open(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                              const char *wanted, const char *example, glue_json *json) {
  static const char query[] = "SELECT key, value, type, CASE type WHEN 'array' THEN json_extract(value, '$[0]') END,"
                              " CASE type WHEN 'array' THEN json_type(value, '$[0]') END,"
                              " CASE type WHEN 'array' THEN json_extract(value, '$[1]') END,"
                              " CASE type WHEN 'array' THEN json_array_length(value) END FROM json_each(?1)";
  char text[GLUE_VALUE_TEXT_SIZE];
  int matches = 0;
  *json = (glue_json){.db = db, .argument = argument};
  if (sqlite3_value_type(value) == SQLITE_TEXT) {
    coreset_status status = has_type(context, db, argument, value, wanted, &matches);
    if (status != CORESET_OK) return status;
  }
  if (!matches) {
    return core_fail(context, CORESET_ERROR, "%s must be a JSON %s such as %s, got %s", argument, wanted, example,
                     glue_value_format(value, text));
  }
  int rc = sqlite3_prepare_v2(db, query, -1, &json->statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_value(json->statement, 1, value);
  return rc == SQLITE_OK ? CORESET_OK : glue_nested_failure(context, db, argument, rc);
}

coreset_status glue_json_next(coreset_context *context, glue_json *json) {
  int rc = sqlite3_step(json->statement);
  if (rc == SQLITE_ROW) return CORESET_OK;
  if (rc != SQLITE_DONE) return glue_nested_failure(context, json->db, json->argument, rc);
  sqlite3_reset(json->statement);
  return CORESET_DONE;
}

coreset_status glue_json_text(coreset_context *context, const glue_json *json, int column, const char **text) {
  *text = (const char *)sqlite3_column_text(json->statement, column);
  if (*text != NULL) return CORESET_OK;
  if (sqlite3_column_type(json->statement, column) == SQLITE_NULL) *text = "";
  return *text != NULL ? CORESET_OK : core_out_of_memory(context);
}

void glue_json_close(glue_json *json) {
  sqlite3_finalize(json->statement);
}

/* ------------------------------------------------------------------------
** Lists of questions
*/

/* A question, or a [question, number] pair, of one row. */
static coreset_status take_element(coreset_context *context, const glue_json *json, int pairs, glue_question_taker take,
                                   void *data) {
  char text[CORE_ID_TEXT_SIZE], number_text[GLUE_VALUE_TEXT_SIZE];
  const char *type = NULL;
  coreset_id id;
  coreset_status status = glue_json_text(context, json, pairs ? GLUE_JSON_FIRST_TYPE : GLUE_JSON_TYPE, &type);
  if (status != CORESET_OK) return status;
  if (strcmp(type, "integer") != 0 && strcmp(type, "text") != 0 && strcmp(type, "real") != 0) {
    return core_fail(context, CORESET_ERROR, "%s: every %s must be an INTEGER or a TEXT, got %s", json->argument,
                     pairs ? "[question, number] pair must begin with a question, which" : "element",
                     type[0] == 0 ? "nothing" : type);
  }
  sqlite3_value *question = sqlite3_column_value(json->statement, pairs ? GLUE_JSON_FIRST : GLUE_JSON_VALUE);
  status = glue_id_argument(context, "question", question, &id);
  if (status != CORESET_OK) return core_fail_within(context, status, json->argument);
  if (!pairs) return take(data, context, &id, NULL);
  if (sqlite3_column_int(json->statement, GLUE_JSON_LENGTH) != 2) {
    return core_fail(context, CORESET_ERROR,
                     "%s: a pair is [question, number], two elements, but that of question %s has %d", json->argument,
                     core_id_format(&id, text), sqlite3_column_int(json->statement, GLUE_JSON_LENGTH));
  }
  sqlite3_value *value = sqlite3_column_value(json->statement, GLUE_JSON_SECOND);
  double number = sqlite3_value_double(value);
  int number_type = sqlite3_value_numeric_type(value);
  if ((number_type != SQLITE_INTEGER && number_type != SQLITE_FLOAT) || !isfinite(number)) {
    return core_fail(context, CORESET_ERROR, "%s: the number of question %s must be finite, got %s", json->argument,
                     core_id_format(&id, text), glue_value_format(value, number_text));
  }
  return take(data, context, &id, &number);
}

coreset_status glue_questions_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, int pairs, glue_question_taker take, void *data) {
  glue_json json;
  coreset_status status = glue_json_open(context, db, argument, value, "array",
                                         pairs ? "[[\"q1\", 2.5], [\"q2\", 1]]" : "[\"q1\", \"q2\"]", &json);
  while (status == CORESET_OK && (status = glue_json_next(context, &json)) == CORESET_OK) {
    status = take_element(context, &json, pairs, take, data);
  }
  glue_json_close(&json);
  return status == CORESET_DONE ? CORESET_OK : status;
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
