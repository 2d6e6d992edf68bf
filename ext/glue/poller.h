/*
** poller.h: whether the running statement should stop.
*/
#ifndef GLUE_POLLER_H
#define GLUE_POLLER_H

#include "base/context.h"
#include "glue/sqlite.h"

/* Asks SQLite whether the running statement should stop. */
typedef struct glue_poller {
  sqlite3 *db;             /* the connection of the running statement */
  sqlite3_stmt *statement; /* stepped at each poll; NULL before the first */
  int is_best;             /* it is the one that progress handlers notice, and is kept */
} glue_poller;

/* Prepares a context whose interrupted() asks the connection. The poller must
** outlive the context's use and be closed. */
void glue_poller_open(glue_poller *poller, sqlite3 *db, coreset_context *context);
void glue_poller_close(glue_poller *poller);

#endif /* GLUE_POLLER_H */
