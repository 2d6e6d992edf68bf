/*
** table_run.h: the runs of table-valued functions, which the cursors of SQLite read and share.
*/
#ifndef GLUE_TABLE_RUN_H
#define GLUE_TABLE_RUN_H

#include "glue/table_function.h"

typedef struct glue_run glue_run;

/* The runs of one function on one connection. */
typedef struct glue_runs {
  sqlite3 *db;                         /* the connection */
  const glue_table_function *function; /* belongs to the module */
  glue_run *newest;                    /* the run that was joined last; the others are behind it */
} glue_runs;

/* Who reads the rows of a run. Initialise with the runs to choose from. */
typedef struct glue_reader {
  glue_runs *runs; /* of the function */
  glue_run *run;   /* what it reads; NULL while it reads none */
  int64_t row;     /* number of its current row, from 1; 0 before the first */
} glue_reader;

/* Begins to read the rows that these arguments give (NULL: not given), before the first: of a run that is
** there, or of a new one. The reader must have left what it read before. columns_read: bit i for output i;
** those beyond its bits are always read. */
coreset_status glue_reader_join(glue_reader *reader, sqlite3_value *const *arguments, unsigned columns_read);

/* Moves to the next row, or returns CORESET_DONE after the last. */
coreset_status glue_reader_next(glue_reader *reader);

/* The run, standing at the row of this reader; NULL if it reads none. */
glue_table_cursor *glue_reader_cursor(const glue_reader *reader);

/* What went wrong, after a status that says so. */
const char *glue_reader_message(const glue_reader *reader);

/* The rowid of the current row: the same whenever the same arguments give this row, unlike all others. */
sqlite3_int64 glue_reader_rowid(const glue_reader *reader);

/* Ends reading. A run that others may read stays until it is released. */
void glue_reader_leave(glue_reader *reader);

/* Releases all runs that nobody reads. */
void glue_runs_release(glue_runs *runs);

#endif /* GLUE_TABLE_RUN_H */
