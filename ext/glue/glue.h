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
#ifndef CORESET_GLUE_H
#define CORESET_GLUE_H

#include "../core/core.h"
#include "sqlite3ext.h"

/* Defined by ext/coreset.c; every call into SQLite goes through it. */
SQLITE_EXTENSION_INIT3

/* ------------------------------------------------------------------------
** Interruption (poller.c)
*/

/* Asks SQLite whether the running statement should stop. */
typedef struct coreset_poller {
  sqlite3 *db;             /* the connection of the running statement */
  sqlite3_stmt *statement; /* stepped at each poll; NULL before the first and where it cannot be prepared */
  int unavailable;         /* preparing it failed: an authorizer may forbid it */
} coreset_poller;

/* Prepares a context whose interrupted() asks the connection. The poller must
** outlive the context's use and be closed. */
void coreset_poller_open(coreset_poller *poller, sqlite3 *db, coreset_context *context);
void coreset_poller_close(coreset_poller *poller);

/* ------------------------------------------------------------------------
** Reporting (report.c)
*/

/* The SQLite result code of a status. */
int coreset_sqlite_code(coreset_status status);

/* Makes the failure the result of an SQL function: "function(): message". */
void coreset_result_status(sqlite3_context *sql, const char *function, coreset_status status,
                           const coreset_context *context);

/* A value as it reads in a message: 5, 2.5, 'abc', NULL, a BLOB of 12 bytes. */
#define CORESET_VALUE_TEXT_SIZE 64
const char *coreset_value_format(sqlite3_value *value, char text[CORESET_VALUE_TEXT_SIZE]);

/* An identifier, or a number with NaN as NULL, as the result of a function or column. */
void coreset_result_id(sqlite3_context *sql, coreset_id id);
void coreset_result_real(sqlite3_context *sql, double value);

/* Marks the result just set as JSON, for the JSON functions. */
void coreset_result_is_json(sqlite3_context *sql);

/* Appends an identifier as JSON to a string under construction. */
void coreset_append_json_id(sqlite3_str *json, coreset_id id);

/* ------------------------------------------------------------------------
** Arguments (arguments.c). Each names the argument in its message.
*/

static inline int coreset_is_null(sqlite3_value *value) {
  return value == NULL || sqlite3_value_type(value) == SQLITE_NULL;
}

/* An INTEGER or an integral REAL: 1 and its value, else 0. */
int coreset_integral_value(sqlite3_value *value, int64_t *integer);

/* The identifier that a value other than a text is. */
coreset_status coreset_integer_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                           coreset_id *id);

/* An identifier; its text belongs to the value. Inline, because every row has two. */
static inline coreset_status coreset_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                                 coreset_id *id) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return coreset_integer_id_argument(context, argument, value, id);
  id->integer = 0;
  id->text = (const char *)sqlite3_value_text(value);
  id->length = (size_t)sqlite3_value_bytes(value);
  return id->text != NULL ? CORESET_OK : coreset_fail(context, CORESET_NO_MEMORY, "out of memory");
}

/* A finite number. */
coreset_status coreset_real_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                     double *real);

/* A count from 1 to total: an integer, or text with a percent sign (of total). */
coreset_status coreset_count_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                      size_t total, size_t *count);

/* The value of a method's option; NULL gives its default. */
coreset_status coreset_option_argument(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                       coreset_setting *setting);

/* The setting as SQL shows it. */
void coreset_result_setting(sqlite3_context *sql, const coreset_option *option, const coreset_setting *setting);

/* The methods behind coreset_select and coreset_predict. */
#define CORESET_DEFAULT_SELECTOR "kriging_irt"
#define CORESET_DEFAULT_PREDICTOR "krr_blup_irt"

/* A method by name, 'mrmr', or by a JSON object that may hold its name and options,
** {"selector":"mrmr","scheme":"MIQ"}; NULL gives the default method. settings has
** room for CORESET_OPTION_LIMIT and receives defaults where nothing is said. */
coreset_status coreset_selector_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                         sqlite3_value *value, const coreset_selector **selector,
                                         coreset_setting *settings);
coreset_status coreset_predictor_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                          sqlite3_value *value, const coreset_predictor **predictor,
                                          coreset_setting *settings);

/* Fails: the question, in an argument, is not in the matrix; with a hint where it is as a text
** or as an integer. */
coreset_status coreset_unknown_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                        const coreset_id *id);

/* How a coreset was chosen, for intervals: as coreset_selector_argument, or 'fixed' for chosen
** without the sources (no selector), or 'none' for no intervals (*wanted 0). Sets the request's
** selector and, in settings, its options. */
coreset_status coreset_choice_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, coreset_prediction_request *request,
                                       coreset_setting *settings, int *wanted);

/* Changes settings as a JSON object of option names and values says,
** {"scheme":"MIQ"}. owner is the method's name, for messages. NULL changes nothing. */
coreset_status coreset_options_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                        sqlite3_value *value, const char *owner, const coreset_option *options,
                                        size_t count, coreset_setting *settings);

/* A score matrix; release with coreset_matrix_free. */
coreset_status coreset_matrix_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                       coreset_matrix **matrix);

/* Adds a row of arguments model, question, score [, weight] to a builder. */
coreset_status coreset_add_score_row(coreset_context *context, coreset_builder *builder, int argc,
                                     sqlite3_value **argv);

/* A fit; release with coreset_fit_free. predictor: the method it must be of, or NULL. */
coreset_status coreset_fit_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    const coreset_predictor *predictor, coreset_fit **fit);

/* A JSON array of questions, or of [question, number] pairs: calls take() for each.
** number is NULL for an array of questions. */
typedef coreset_status (*coreset_question_taker)(void *data, coreset_context *context, const coreset_id *question,
                                                 const double *number);
coreset_status coreset_questions_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                          sqlite3_value *value, int pairs, coreset_question_taker take, void *data);

/* ------------------------------------------------------------------------
** Table-valued functions (table_function.c)
*/

#define CORESET_ARGUMENT_LIMIT 16

typedef struct coreset_table_cursor coreset_table_cursor;

/* A hidden column that is an input. */
typedef struct coreset_table_argument {
  const char *name; /* of the column */
  int required;     /* leaving it out is an error */
} coreset_table_argument;

/* All that the shared virtual table needs to know of one function. */
typedef struct coreset_table_function {
  char name[64];       /* of the function, in SQL */
  const char *columns; /* the output columns, as CREATE TABLE lists them */
  int column_count;    /* how many */
  int ordered_by;      /* the column by which rows come in ascending order, or -1 */
  const void *method;  /* for the function's own use: a selector, a predictor */
  int argument_count;  /* inputs in use */
  coreset_table_argument arguments[CORESET_ARGUMENT_LIMIT]; /* the inputs in positional order */

  /* Starts producing rows: parses cursor->arguments and sets cursor->state. On
  ** failure the message is in cursor->context and close() is still called. */
  coreset_status (*open)(coreset_table_cursor *cursor);
  /* Moves to the next row, or returns CORESET_DONE after the last. */
  coreset_status (*next)(coreset_table_cursor *cursor);
  /* Sets the result to an output column of the current row. */
  void (*column)(coreset_table_cursor *cursor, sqlite3_context *sql, int column);
  /* Sets the result to the value in force of an input and returns 1, or returns 0
  ** to have the value echoed as it was given. May be NULL. */
  int (*echo)(coreset_table_cursor *cursor, sqlite3_context *sql, int argument);
  /* Releases cursor->state, which may be NULL or half made. */
  void (*close)(coreset_table_cursor *cursor);
} coreset_table_function;

struct coreset_table_cursor {
  sqlite3_vtab_cursor base;                         /* must be first */
  const coreset_table_function *function;           /* what this cursor runs */
  sqlite3 *db;                                      /* the connection */
  sqlite3_value *arguments[CORESET_ARGUMENT_LIMIT]; /* own copies; NULL where not given */
  unsigned columns_read;                            /* bit i: the statement reads output i */
  int64_t row;                                      /* number of the current row, from 1 */
  int64_t rowid;                                    /* its rowid, unlike that of any other run */
  int at_end;                                       /* there is no current row */
  coreset_poller poller;                            /* for context */
  coreset_context context;                          /* of all core calls */
  void *state;                                      /* of the function */
};

/* Registers a function; the description is copied. */
int coreset_register_table_function(sqlite3 *db, const coreset_table_function *function);

/* Adds an input to a description under construction. */
void coreset_add_argument(coreset_table_function *function, const char *name, int required);

/* The index of an input by name; it must exist. */
int coreset_argument_index(const coreset_table_function *function, const char *name);

/* The value of an input by name: NULL where it was not given, or is NULL. */
sqlite3_value *coreset_argument(const coreset_table_cursor *cursor, const char *name);

/* ------------------------------------------------------------------------
** Registration, one function for each file of SQL functions
*/

#define CORESET_FUNCTION_FLAGS (SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS)

/* Since SQLite 3.45 a function whose result has a subtype must say so. */
#ifdef SQLITE_RESULT_SUBTYPE
#define CORESET_RESULT_SUBTYPE SQLITE_RESULT_SUBTYPE
#else
#define CORESET_RESULT_SUBTYPE 0x001000000
#endif

int coreset_register_matrix_functions(sqlite3 *db);
int coreset_register_matrix_tables(sqlite3 *db);
int coreset_register_select_tables(sqlite3 *db);
int coreset_register_select_aggregates(sqlite3 *db);
int coreset_register_predict_tables(sqlite3 *db);
int coreset_register_fit_functions(sqlite3 *db);
int coreset_register_evaluate_table(sqlite3 *db);
int coreset_register_judge_functions(sqlite3 *db);
int coreset_register_info_functions(sqlite3 *db);

#endif /* CORESET_GLUE_H */
