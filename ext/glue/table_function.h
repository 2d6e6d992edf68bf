/*
** table_function.h: the virtual table behind every table-valued function.
*/
#ifndef GLUE_TABLE_FUNCTION_H
#define GLUE_TABLE_FUNCTION_H

#include "base/method.h"
#include "glue/poller.h"

#define GLUE_ARGUMENT_LIMIT 16

typedef struct glue_table_cursor glue_table_cursor;

/* A hidden column that is an input. */
typedef struct glue_table_argument {
  const char *name; /* of the column */
  int required;     /* leaving it out is an error */
  int output;       /* number of the output column that is this input by name, beginning with 1; 0: there is none */
} glue_table_argument;

/* All that the shared virtual table needs to know of one function. */
typedef struct glue_table_function {
  char name[64];                                      /* of the function, in SQL */
  const char *columns;                                /* the output columns, as CREATE TABLE lists them */
  int column_count;                                   /* how many */
  int ordered_by;                                     /* the column by which rows come in ascending order, or -1 */
  const coreset_method *method;                       /* whose function it is; NULL for a front door */
  int method_argument;                                /* the first of the inputs that glue_method_arguments() reads */
  int argument_count;                                 /* inputs in use */
  glue_table_argument arguments[GLUE_ARGUMENT_LIMIT]; /* the inputs in positional order */
  size_t state_size;                                  /* bytes of cursor->state, a core_object() */

  /* Starts producing rows from cursor->arguments. On failure the message is in cursor->context
  ** and close() is still called. */
  coreset_status (*open)(glue_table_cursor *cursor);
  /* Moves to the next row, or returns CORESET_DONE after the last. Rows are shown again by putting back
  ** the state_size bytes of the state as this left them: what column() and echo() show of a row must lie
  ** in the state by value, or where it stays as it is until close(). */
  coreset_status (*next)(glue_table_cursor *cursor);
  /* Sets the result to an output column of the current row. */
  void (*column)(glue_table_cursor *cursor, sqlite3_context *sql, int column);
  /* Sets the result to the value in force of an input and returns 1, or returns 0
  ** to have the value echoed as it was given. May be NULL. */
  int (*echo)(glue_table_cursor *cursor, sqlite3_context *sql, int argument);
  /* Releases what cursor->state, which may be half made, owns beyond its arena. May be NULL. */
  void (*close)(void *state);
} glue_table_function;

/* One run of a function, standing at one of its rows. */
struct glue_table_cursor {
  const glue_table_function *function;           /* what runs */
  sqlite3 *db;                                   /* the connection */
  sqlite3_value *arguments[GLUE_ARGUMENT_LIMIT]; /* own copies; NULL where not given */
  unsigned columns_read;                         /* bit i: somebody reads output i */
  int64_t row;                                   /* number of the row that column() and echo() show, from 1 */
  glue_poller poller;                            /* for context */
  coreset_context context;                       /* of all core calls */
  void *state;                                   /* of the function: an object with an arena */
};

/* Registers a function; the description is copied. */
int glue_register_table_function(sqlite3 *db, const glue_table_function *function);

/* Adds an input, or those of a method (choices.h), to a description under construction. */
void glue_add_argument(glue_table_function *function, const char *name, int required);
void glue_add_method_arguments(glue_table_function *function, const core_registry *registry,
                               const coreset_method *method);

/* The value of an input by name: NULL where it was not given, is NULL, or the function has none. */
sqlite3_value *glue_argument(const glue_table_cursor *cursor, const char *name);

#endif /* GLUE_TABLE_FUNCTION_H */
