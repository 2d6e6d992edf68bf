/*
** poller.c: lets sqlite3_interrupt(), Ctrl-C and progress handlers stop long work.
**
** An extension learns of an interruption in only one way that works in every
** version of SQLite: by running a statement, which returns SQLITE_INTERRUPT. The
** statement kept here counts to a few hundred, enough virtual-machine steps for a
** progress handler with the usual settings to be called as well; it takes some
** tens of microseconds, so the core polls between blocks of a millisecond or so.
**
** An authorizer may forbid it, or a limit: then a statement that needs no more than SELECT shows at least
** interruptions, and the next poll tries again. sqlite3_is_interrupted(), new in SQLite 3.41, is asked where there
** is one: it cannot be forbidden, but knows nothing of progress handlers.
*/
#include "glue/poller.h"

/* From the best to the least demanding. */
static const char *const poll_sql[] = {
    "WITH RECURSIVE counter(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM counter LIMIT 100) SELECT count(*) FROM "
    "counter",
    "SELECT 1",
};

#define POLL_STATEMENTS ((int)(sizeof(poll_sql) / sizeof(poll_sql[0])))

/* What SQLite itself says, if it is new enough. */
static int is_interrupted(sqlite3 *db) {
#if SQLITE_VERSION_NUMBER >= 3041000
  return sqlite3_libversion_number() >= 3041000 && sqlite3_is_interrupted(db);
#else
  (void)db;
  return 0;
#endif
}

/* Prepares the best statement that can be: its result code, SQLITE_OK also where there is none. */
static int prepare(glue_poller *poller) {
  int rc = SQLITE_OK;
  for (int i = 0; i < POLL_STATEMENTS && poller->statement == NULL; i++) {
    rc = sqlite3_prepare_v2(poller->db, poll_sql[i], -1, &poller->statement, NULL);
    poller->is_best = i == 0;
    if (rc == SQLITE_INTERRUPT || rc == SQLITE_NOMEM) return rc;
  }
  return SQLITE_OK;
}

/* The interrupted() of a context: 1 if the statement was stopped. */
static int poll_connection(void *data) {
  glue_poller *poller = data;
  if (is_interrupted(poller->db)) return 1;
  int rc = prepare(poller);
  if (rc == SQLITE_OK && poller->statement != NULL) {
    while ((rc = sqlite3_step(poller->statement)) == SQLITE_ROW) {
    }
    sqlite3_reset(poller->statement);
  }
  if (!poller->is_best) glue_poller_close(poller); /* the best may be allowed again */
  return rc == SQLITE_INTERRUPT;
}

void glue_poller_open(glue_poller *poller, sqlite3 *db, coreset_context *context) {
  *poller = (glue_poller){.db = db};
  *context = (coreset_context){.interrupted = poll_connection, .interrupted_data = poller};
  sqlite3_randomness(sizeof(context->hash_key), context->hash_key);
}

void glue_poller_close(glue_poller *poller) {
  sqlite3_finalize(poller->statement);
  poller->statement = NULL;
}
