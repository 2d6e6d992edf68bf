/*
** glue.h: what the files between SQLite and the numeric core share.
**
** The rules of the house, kept here so that every function follows them:
**
**   * a failure is reported as "function(): sentence", and the sentence names the
**     argument and the value;
**   * NULL for an optional argument means its default;
**   * numbers may come as INTEGER or as an integral REAL, because some hosts bind
**     every number as a double.
*/
#ifndef GLUE_H
#define GLUE_H

#include "base/context.h"
#include "matrix/matrix.h"
#include "matrix/scores.h"
#include "predict/predictor.h"
#include "sqlite3ext.h"

/* Defined by ext/coreset.c; every call into SQLite goes through it. */
SQLITE_EXTENSION_INIT3

/* ------------------------------------------------------------------------
** Interruption (poller.c)
*/

/* Asks SQLite whether the running statement should stop. */
typedef struct glue_poller {
  sqlite3 *db;             /* the connection of the running statement */
  sqlite3_stmt *statement; /* stepped at each poll; NULL before the first and where it cannot be prepared */
  int unavailable;         /* preparing it failed: an authorizer may forbid it */
} glue_poller;

/* Prepares a context whose interrupted() asks the connection. The poller must
** outlive the context's use and be closed. */
void glue_poller_open(glue_poller *poller, sqlite3 *db, coreset_context *context);
void glue_poller_close(glue_poller *poller);

/* ------------------------------------------------------------------------
** Reporting (report.c)
*/

/* The SQLite result code of a status. */
int glue_sqlite_code(coreset_status status);

/* Makes the failure the result of an SQL function: "function(): message". */
void glue_result_status(sqlite3_context *sql, const char *function, coreset_status status,
                        const coreset_context *context);

/* A value as it reads in a message: 5, 2.5, 'abc', NULL, a BLOB of 12 bytes. */
#define GLUE_VALUE_TEXT_SIZE 64
const char *glue_value_format(sqlite3_value *value, char text[GLUE_VALUE_TEXT_SIZE]);

/* An identifier, or a number with NaN as NULL, as the result of a function or column. */
void glue_result_id(sqlite3_context *sql, coreset_id id);
void glue_result_real(sqlite3_context *sql, double value);

/* Marks the result just set as JSON, for the JSON functions. */
void glue_result_is_json(sqlite3_context *sql);

/* Appends an identifier as JSON to a string under construction. */
void glue_append_json_id(sqlite3_str *json, coreset_id id);

/* ------------------------------------------------------------------------
** Arguments (arguments.c). Each names the argument in its message.
*/

static inline int glue_is_null(sqlite3_value *value) {
  return value == NULL || sqlite3_value_type(value) == SQLITE_NULL;
}

/* An INTEGER or an integral REAL: 1 and its value, else 0. */
int glue_integral_value(sqlite3_value *value, int64_t *integer);

/* The identifier that a value other than a text is. */
coreset_status glue_integer_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                        coreset_id *id);

/* An identifier; its text belongs to the value. Inline, because every row has two. */
static inline coreset_status glue_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                              coreset_id *id) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return glue_integer_id_argument(context, argument, value, id);
  id->integer = 0;
  id->text = (const char *)sqlite3_value_text(value);
  id->length = (size_t)sqlite3_value_bytes(value);
  return id->text != NULL ? CORESET_OK : core_fail(context, CORESET_NO_MEMORY, "out of memory");
}

/* A finite number. */
coreset_status glue_real_argument(coreset_context *context, const char *argument, sqlite3_value *value, double *real);

/* A count from 1 to total: an integer, or text with a percent sign (of total). */
coreset_status glue_count_argument(coreset_context *context, const char *argument, sqlite3_value *value, size_t total,
                                   size_t *count);

/* The value of a method's option; NULL gives its default. */
coreset_status glue_option_argument(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                    coreset_setting *setting);

/* The setting as SQL shows it. */
void glue_result_setting(sqlite3_context *sql, const coreset_option *option, const coreset_setting *setting);

/* The methods behind coreset_select and coreset_predict. */
#define GLUE_DEFAULT_SELECTOR "kriging_irt"
#define GLUE_DEFAULT_PREDICTOR "krr_blup_irt"

/* A method by name, 'mrmr', or by a JSON object that may hold its name and options,
** {"selector":"mrmr","scheme":"MIQ"}; NULL gives the default method. settings has
** room for CORESET_OPTION_LIMIT and receives defaults where nothing is said. */
coreset_status glue_selector_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                      const coreset_selector **selector, coreset_setting *settings);
coreset_status glue_predictor_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, const coreset_predictor **predictor,
                                       coreset_setting *settings);

/* Fails: the question, in an argument, is not in the matrix; with a hint where it is as a text
** or as an integer. */
coreset_status glue_unknown_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                     const coreset_id *id);

/* How a coreset was chosen, for intervals: as glue_selector_argument, or 'fixed' for chosen
** without the sources (no selector), or 'none' for no intervals (*wanted 0). Sets the request's
** selector and, in settings, its options. */
coreset_status glue_choice_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                    coreset_prediction_request *request, coreset_setting *settings, int *wanted);

/* Changes settings as a JSON object of option names and values says,
** {"scheme":"MIQ"}. owner is the method's name, for messages. NULL changes nothing. */
coreset_status glue_options_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                     const char *owner, const coreset_option *options, size_t count,
                                     coreset_setting *settings);

/* A score matrix; release with coreset_matrix_free. */
coreset_status glue_matrix_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    coreset_matrix **matrix);

/* Adds a row of arguments model, question, score [, weight] to a builder. */
coreset_status glue_add_score_row(coreset_context *context, coreset_builder *builder, int argc, sqlite3_value **argv);

/* A fit; release with coreset_fit_free. predictor: the method it must be of, or NULL. */
coreset_status glue_fit_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                 const coreset_predictor *predictor, coreset_fit **fit);

/* A JSON array of questions, or of [question, number] pairs: calls take() for each.
** number is NULL for an array of questions. */
typedef coreset_status (*glue_question_taker)(void *data, coreset_context *context, const coreset_id *question,
                                              const double *number);
coreset_status glue_questions_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, int pairs, glue_question_taker take, void *data);

/* ------------------------------------------------------------------------
** Table-valued functions (table_function.c)
*/

#define GLUE_ARGUMENT_LIMIT 16

typedef struct glue_table_cursor glue_table_cursor;

/* A hidden column that is an input. */
typedef struct glue_table_argument {
  const char *name; /* of the column */
  int required;     /* leaving it out is an error */
} glue_table_argument;

/* All that the shared virtual table needs to know of one function. */
typedef struct glue_table_function {
  char name[64];                                      /* of the function, in SQL */
  const char *columns;                                /* the output columns, as CREATE TABLE lists them */
  int column_count;                                   /* how many */
  int ordered_by;                                     /* the column by which rows come in ascending order, or -1 */
  const void *method;                                 /* for the function's own use: a selector, a predictor */
  int argument_count;                                 /* inputs in use */
  glue_table_argument arguments[GLUE_ARGUMENT_LIMIT]; /* the inputs in positional order */

  /* Starts producing rows: parses cursor->arguments and sets cursor->state. On
  ** failure the message is in cursor->context and close() is still called. */
  coreset_status (*open)(glue_table_cursor *cursor);
  /* Moves to the next row, or returns CORESET_DONE after the last. */
  coreset_status (*next)(glue_table_cursor *cursor);
  /* Sets the result to an output column of the current row. */
  void (*column)(glue_table_cursor *cursor, sqlite3_context *sql, int column);
  /* Sets the result to the value in force of an input and returns 1, or returns 0
  ** to have the value echoed as it was given. May be NULL. */
  int (*echo)(glue_table_cursor *cursor, sqlite3_context *sql, int argument);
  /* Releases cursor->state, which may be NULL or half made. */
  void (*close)(glue_table_cursor *cursor);
} glue_table_function;

struct glue_table_cursor {
  sqlite3_vtab_cursor base;                      /* must be first */
  const glue_table_function *function;           /* what this cursor runs */
  sqlite3 *db;                                   /* the connection */
  sqlite3_value *arguments[GLUE_ARGUMENT_LIMIT]; /* own copies; NULL where not given */
  unsigned columns_read;                         /* bit i: the statement reads output i */
  int64_t row;                                   /* number of the current row, from 1 */
  int64_t rowid;                                 /* its rowid, unlike that of any other run */
  int at_end;                                    /* there is no current row */
  glue_poller poller;                            /* for context */
  coreset_context context;                       /* of all core calls */
  void *state;                                   /* of the function */
};

/* Registers a function; the description is copied. */
int glue_register_table_function(sqlite3 *db, const glue_table_function *function);

/* Adds an input to a description under construction. */
void glue_add_argument(glue_table_function *function, const char *name, int required);

/* The index of an input by name; it must exist. */
int glue_argument_index(const glue_table_function *function, const char *name);

/* The value of an input by name: NULL where it was not given, or is NULL. */
sqlite3_value *glue_argument(const glue_table_cursor *cursor, const char *name);

/* ------------------------------------------------------------------------
** Registration, one function for each file of SQL functions
*/

#define GLUE_FUNCTION_FLAGS (SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS)

/* Since SQLite 3.45 a function whose result has a subtype must say so. */
#ifdef SQLITE_RESULT_SUBTYPE
#define GLUE_RESULT_SUBTYPE SQLITE_RESULT_SUBTYPE
#else
#define GLUE_RESULT_SUBTYPE 0x001000000
#endif

int glue_register_matrix_functions(sqlite3 *db);
int glue_register_matrix_tables(sqlite3 *db);
int glue_register_select_tables(sqlite3 *db);
int glue_register_select_aggregates(sqlite3 *db);
int glue_register_predict_tables(sqlite3 *db);
int glue_register_fit_functions(sqlite3 *db);
int glue_register_evaluate_table(sqlite3 *db);
int glue_register_judge_functions(sqlite3 *db);
int glue_register_info_functions(sqlite3 *db);

#endif /* GLUE_H */
