/*
** host.c: the extension in a program that interrupts it, watches over it, and opens
** and closes connections.
**
**     host EXTENSION
**
** Interruption is tested as in FTS5: a progress handler stops a statement at its
** first call, at its second, and so on until the statement gets through. Each time
** the error must be SQLITE_INTERRUPT and the connection usable afterwards.
*/
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures;

static void expect(int holds, const char *what, const char *detail) {
  if (holds) return;
  failures++;
  fprintf(stderr, "host: %s: %s\n", what, detail);
}

static sqlite3 *open_with(const char *extension) {
  sqlite3 *db;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) exit(1);
  char *message = NULL;
  sqlite3_enable_load_extension(db, 1);
  if (sqlite3_load_extension(db, extension, NULL, &message) != SQLITE_OK) {
    fprintf(stderr, "host: cannot load %s: %s\n", extension, message);
    exit(1);
  }
  sqlite3_enable_load_extension(db, 0);
  return db;
}

/* A table of results: models x questions, pseudo-random but related to an ability. */
static void make_results(sqlite3 *db, int models, int questions) {
  char *sql = sqlite3_mprintf("CREATE TABLE results AS"
                              " WITH RECURSIVE m(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM m LIMIT %d),"
                              " q(j) AS (VALUES(0) UNION ALL SELECT j + 1 FROM q LIMIT %d)"
                              " SELECT i AS model, j AS question,"
                              "        (i * 7919 + j * 104729 + i * j * 31) %% 1009 < 200 + 600 * i / %d AS score"
                              " FROM m, q; CREATE TABLE matrix AS"
                              " SELECT score_matrix(model, question, score) AS m FROM results;",
                              models, questions, models);
  expect(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "making results", sqlite3_errmsg(db));
  sqlite3_free(sql);
}

/* Runs a statement to its end; returns the result code. */
static int run(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (rc == SQLITE_OK) {
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    }
  }
  sqlite3_finalize(statement);
  return rc;
}

static int stop_at_zero(void *data) {
  int *left = data;
  return (*left)-- <= 0;
}

/* Stops a statement ever later until it gets through. */
static void interrupt_everywhere(sqlite3 *db, const char *sql) {
  int rc = SQLITE_INTERRUPT, interruptions = 0;
  for (int nth = 0; rc == SQLITE_INTERRUPT && nth < 100000; nth += 1 + nth / 8) {
    int left = nth;
    sqlite3_progress_handler(db, 500, stop_at_zero, &left);
    rc = run(db, sql);
    interruptions += rc == SQLITE_INTERRUPT;
    sqlite3_progress_handler(db, 0, NULL, NULL);
    expect(rc == SQLITE_DONE || rc == SQLITE_INTERRUPT, sql, sqlite3_errmsg(db));
    expect(run(db, "SELECT coreset_version()") == SQLITE_DONE, "after an interruption", sqlite3_errmsg(db));
  }
  expect(rc == SQLITE_DONE, sql, "never gets through");
  expect(interruptions > 0, sql, "was never interrupted");
}

/* Interrupts from another thread, over and over. */
static void *interrupt_soon(void *data) {
  sqlite3 *db = data;
  struct timespec a_while = {0, 30000000};
  nanosleep(&a_while, NULL);
  sqlite3_interrupt(db);
  return NULL;
}

static void interrupt_from_a_thread(const char *extension) {
  sqlite3 *db = open_with(extension);
  make_results(db, 300, 3000);
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt_soon, db);
  /* far more work than 30 ms: every question of 3000, a hundred times */
  int rc = run(db, "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 100)"
                   " SELECT count(*) FROM n, mrmr_select((SELECT m FROM matrix), NULL, 'MID', 3 + i)");
  pthread_join(thread, NULL);
  expect(rc == SQLITE_INTERRUPT, "sqlite3_interrupt", sqlite3_errmsg(db));
  expect(run(db, "SELECT * FROM mrmr_select((SELECT m FROM matrix), 3)") == SQLITE_DONE, "after sqlite3_interrupt",
         sqlite3_errmsg(db));
  expect(sqlite3_close(db) == SQLITE_OK, "closing after sqlite3_interrupt", "statements are left open");
}

/* An authorizer that allows nothing but reading: polling must not get in its way. */
static int deny_recursion(void *data, int action, const char *a, const char *b, const char *c, const char *d) {
  (void)data, (void)a, (void)b, (void)c, (void)d;
  return action == SQLITE_RECURSIVE ? SQLITE_DENY : SQLITE_OK;
}

int main(int argc, char **argv) {
  const char *extension = argc > 1 ? argv[1] : "./coreset";
  sqlite3 *db = open_with(extension);
  make_results(db, 60, 300);
  interrupt_everywhere(db, "SELECT score_matrix(model, question, score) FROM results");
  interrupt_everywhere(db, "SELECT * FROM mrmr_select((SELECT m FROM matrix))");
  interrupt_everywhere(db, "SELECT mrmr_select(model, question, score, 20) FROM results");
  interrupt_everywhere(db, "SELECT * FROM krr_predict((SELECT m FROM matrix), (SELECT score_matrix(-1 - model,"
                           " question, score) FROM results WHERE (question + model) % 7 = 0))");
  interrupt_everywhere(db, "SELECT kendall_tau(a.score + a.question, b.score + b.model) FROM results AS a, results AS b"
                           " WHERE a.model = 1 AND b.model < 9");
  interrupt_everywhere(db, "SELECT mutual_info(model * question % 101, score * 7 + question % 53) FROM results");
  interrupt_everywhere(db,
                       "SELECT * FROM mrmr_select((SELECT score_matrix(model, question, score + model * question % 3)"
                       " FROM results), 4, 'MID', 3, 'lnc')");
  sqlite3_set_authorizer(db, deny_recursion, NULL);
  expect(run(db, "SELECT * FROM mrmr_select((SELECT m FROM matrix), 5)") == SQLITE_DONE, "under an authorizer",
         sqlite3_errmsg(db));
  sqlite3_set_authorizer(db, NULL, NULL);
  expect(sqlite3_close(db) == SQLITE_OK, "closing", "statements are left open");

  interrupt_from_a_thread(extension);

  /* connections come and go; one stays in use */
  db = open_with(extension);
  for (int i = 0; i < 20; i++) {
    sqlite3 *other = open_with(extension);
    expect(run(other, "SELECT coreset_info()") == SQLITE_DONE, "a second connection", sqlite3_errmsg(other));
    sqlite3_close(other);
    expect(run(db, "SELECT coreset_info()") == SQLITE_DONE, "the first connection", sqlite3_errmsg(db));
  }
  sqlite3_close(db);
  if (failures == 0) printf("hosts: interruption, authorizer and connections ok\n");
  return failures > 0;
}
