/*
** poller.c: lets sqlite3_interrupt(), Ctrl-C and progress handlers stop long work.
**
** An extension learns of an interruption in only one way that works in every
** version of SQLite: by running a statement, which returns SQLITE_INTERRUPT. The
** statement kept here counts to a few hundred, enough virtual-machine steps for a
** progress handler with the usual settings to be called as well; it takes some
** tens of microseconds, so the core polls between blocks of a millisecond or so.
*/
#include "glue/poller.h"

static const char poll_sql[] = "WITH RECURSIVE counter(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM counter LIMIT 100)"
                               " SELECT count(*) FROM counter";

/* The interrupted() of a context: 1 if the statement was stopped. */
static int poll_connection(void *data) {
  glue_poller *poller = data;
  int rc;
  if (poller->unavailable) return 0;
  if (poller->statement == NULL) {
    rc = sqlite3_prepare_v2(poller->db, poll_sql, -1, &poller->statement, NULL);
    if (rc != SQLITE_OK) {
      poller->unavailable = 1;
      return rc == SQLITE_INTERRUPT;
    }
  }
  while ((rc = sqlite3_step(poller->statement)) == SQLITE_ROW) {
  }
  sqlite3_reset(poller->statement);
  return rc == SQLITE_INTERRUPT;
}

void glue_poller_open(glue_poller *poller, sqlite3 *db, coreset_context *context) {
  *poller = (glue_poller){.db = db};
  *context = (coreset_context){.interrupted = poll_connection, .interrupted_data = poller};
}

void glue_poller_close(glue_poller *poller) {
  sqlite3_finalize(poller->statement);
  poller->statement = NULL;
}
