/*
** json.h: arguments in JSON, read with SQLite's own functions.
*/
#ifndef GLUE_JSON_H
#define GLUE_JSON_H

#include "base/context.h"
#include "glue/sqlite.h"

/* A walk over the members of an object, or the elements of an array. */
typedef struct glue_json {
  sqlite3 *db;             /* the connection */
  const char *argument;    /* its name, for messages */
  sqlite3_stmt *statement; /* its current row has the columns below */
} glue_json;

/* The columns of a walk. FIRST and SECOND are those of an element that is an array itself. */
enum glue_json_column {
  GLUE_JSON_KEY,
  GLUE_JSON_VALUE,
  GLUE_JSON_TYPE,
  GLUE_JSON_FIRST,
  GLUE_JSON_FIRST_TYPE,
  GLUE_JSON_SECOND,
  GLUE_JSON_LENGTH
};

/* Starts a walk over an argument that must be JSON of the wanted type, "object" or "array"; example
** is such a value, for the message. Close it, after a failure too. */
coreset_status glue_json_open(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                              const char *wanted, const char *example, glue_json *json);

/* The next row, or CORESET_DONE, after which the walk begins anew. */
coreset_status glue_json_next(coreset_context *context, glue_json *json);

/* The text of a column of the row. */
coreset_status glue_json_text(coreset_context *context, const glue_json *json, int column, const char **text);

void glue_json_close(glue_json *json);

/* A JSON array of questions, or of [question, number] pairs: calls take() for each.
** number is NULL for an array of questions. */
typedef coreset_status (*glue_question_taker)(void *data, coreset_context *context, const coreset_id *question,
                                              const double *number);
coreset_status glue_questions_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, int pairs, glue_question_taker take, void *data);

/* Fails: the question, in an argument, is not in the matrix; with a hint where it is as a text
** or as an integer. */
coreset_status glue_unknown_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                     const coreset_id *id);

/* Fails: the question is in the matrix, but no part of the benchmark. */
coreset_status glue_outside_benchmark(coreset_context *context, const char *argument, const coreset_id *id);

/* glue_unknown_question() where a question that is not there may be ignored: it fails only with that hint. */
coreset_status glue_ignored_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                     const coreset_id *id);

#endif /* GLUE_JSON_H */
