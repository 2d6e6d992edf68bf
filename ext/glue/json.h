/*
** json.h: arguments in JSON, read with SQLite's own functions.
*/
#ifndef GLUE_JSON_H
#define GLUE_JSON_H

#include "base/context.h"
#include "glue/report.h"
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
  GLUE_JSON_SECOND_TYPE,
  GLUE_JSON_LENGTH,
  GLUE_JSON_COLUMNS
};

/* Starts a walk over an argument that must be JSON of the wanted type, "object" or "array"; example
** is such a value, for the message. Close it, after a failure too. */
coreset_status glue_json_open(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                              const char *wanted, const char *example, glue_json *json);

/* The next row, or CORESET_DONE, after which the walk begins anew. */
coreset_status glue_json_next(coreset_context *context, glue_json *json);

/* The text of a column of the row; "" for NULL. */
const char *glue_json_text(const glue_json *json, int column);

void glue_json_close(glue_json *json);

/* The second element of a pair. */
typedef struct glue_list_value {
  sqlite3_value *value; /* which SQLite gives for true as 1, for null as NULL */
  const char *type;     /* by its name in JSON: "integer", "real", "text", "true", "false", "null", "array", "object" */
} glue_list_value;

/* For messages: a number or a text as it is, anything else by the name of its type. */
const char *glue_list_value_format(const glue_list_value *value, char text[GLUE_VALUE_TEXT_SIZE]);

/* 1 and the number that a value is, or that its text wholly is; 0 where it is none, as true, or not finite. */
int glue_list_number(const glue_list_value *value, double *number);

/* A JSON array of identifiers, or of [identifier, value] pairs, and who takes them. */
typedef struct glue_list {
  const char *argument; /* its name, for messages */
  const char *key;      /* what an identifier is: "model" */
  const char *value;    /* what a value is: "date"; NULL for an array of identifiers */
  const char *example;  /* such an array */
  /* Takes one. value is NULL for an array of identifiers. */
  coreset_status (*take)(void *data, coreset_context *context, const coreset_id *id, const glue_list_value *value);
} glue_list;

/* Calls list->take() for each element of an argument. */
coreset_status glue_list_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value, const glue_list *list,
                                  void *data);

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
