/*
** host.c: the extension in a program that interrupts it, watches over it, and opens
** and closes connections.
**
**     host EXTENSION
**
** Interruption is tested as in FTS5: a progress handler stops a statement at its
** first call, at its second, and so on until the statement gets through. Each time
** the error must be SQLITE_INTERRUPT and the connection usable afterwards.
**
** How often a table-valued function runs in a statement is seen by an authorizer: the poll of
** a run is a recursive query, prepared once for each run.
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

/* What is done between two rows of an aggregate, and in a scalar function, with matrices of a million cells. */
static void interrupt_large(const char *extension) {
  sqlite3 *db = open_with(extension);
  make_results(db, 400, 4000);
  interrupt_everywhere(db, "SELECT score_matrix_merge(m) FROM matrix");
  run(db, "UPDATE matrix SET m = (SELECT score_matrix(model, question, score + model / 1000.0) FROM results)");
  interrupt_everywhere(db, "SELECT score_matrix_info(m) FROM matrix");
  interrupt_everywhere(db, "SELECT coreset_info(m) FROM matrix");
  interrupt_everywhere(db, "SELECT count(*) FROM score_matrix_models((SELECT m FROM matrix))");
  expect(sqlite3_close(db) == SQLITE_OK, "closing after large interruptions", "statements are left open");
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

/* The same, which interrupts when it has been asked so many times about another statement. */
typedef struct interrupting {
  sqlite3 *db;
  int left;      /* questions before it interrupts */
  int recursion; /* the answer for a recursive one */
} interrupting;

static int interrupt_later(void *data, int action, const char *a, const char *b, const char *c, const char *d) {
  interrupting *self = data;
  (void)a, (void)b, (void)c, (void)d;
  if (action == SQLITE_SELECT && self->left-- == 0) sqlite3_interrupt(self->db);
  return action == SQLITE_RECURSIVE ? self->recursion : SQLITE_OK;
}

/* Where the counting statement cannot be prepared, an interruption is noticed all the same, by the function: SQLite
** itself would notice it at its next row. limit: of the terms of a compound SELECT. */
static void interrupt_what_may_not_count(const char *extension, int recursion, int limit) {
  sqlite3 *db = open_with(extension);
  interrupting self = {db, 4, recursion};
  sqlite3_stmt *statement;
  make_results(db, 100, 1000);
  sqlite3_prepare_v2(db, "SELECT count(*) FROM mrmr_select((SELECT m FROM matrix))", -1, &statement, NULL);
  sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, limit);
  sqlite3_set_authorizer(db, interrupt_later, &self);
  int rc = sqlite3_step(statement);
  sqlite3_set_authorizer(db, NULL, NULL);
  expect(self.left < 0, "polls that may not count", "there are none");
  expect(rc == SQLITE_INTERRUPT && strncmp(sqlite3_errmsg(db), "mrmr_select()", 13) == 0, "a poll that may not count",
         sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  expect(sqlite3_close(db) == SQLITE_OK, "closing after interruption", "statements are left open");
}

/* ------------------------------------------------------------------------
** The same arguments run once
*/

static int count_recursion(void *data, int action, const char *a, const char *b, const char *c, const char *d) {
  (void)a, (void)b, (void)c, (void)d;
  *(int *)data += action == SQLITE_RECURSIVE;
  return SQLITE_OK;
}

/* Runs a prepared statement to its end. Returns the integer in the first column of its last row, or -1 for no row or
** an error, and how many runs there were. */
static int run_and_count(sqlite3_stmt *statement, int *runs) {
  int rc, result = -1;
  *runs = 0;
  sqlite3_set_authorizer(sqlite3_db_handle(statement), count_recursion, runs);
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) result = sqlite3_column_int(statement, 0);
  sqlite3_set_authorizer(sqlite3_db_handle(statement), NULL, NULL);
  sqlite3_reset(statement);
  return rc == SQLITE_DONE ? result : -1;
}

/* A statement must give this number, with so many runs. */
static void expect_runs(sqlite3 *db, const char *sql, int result, int runs) {
  sqlite3_stmt *statement = NULL;
  char detail[100];
  int found_runs = 0, found = -1;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) found = run_and_count(statement, &found_runs);
  snprintf(detail, sizeof(detail), "%d by %d runs, expected %d by %d", found, found_runs, result, runs);
  expect(found == result && found_runs == runs, sql, detail);
  sqlite3_finalize(statement);
}

#define MATRIX "(SELECT m FROM matrix)"

static void count_runs(const char *extension) {
  sqlite3 *db = open_with(extension);
  make_results(db, 30, 40); /* model and question from 0 */
  expect_runs(db, "SELECT count(rank) FROM results LEFT JOIN mrmr_select(" MATRIX ", 5) USING (question)", 150, 1);
  expect_runs(db,
              "SELECT count(*) FROM results AS r WHERE EXISTS"
              " (SELECT 1 FROM mrmr_select(" MATRIX ", 5) AS s WHERE s.question = r.question)",
              150, 1);
  expect_runs(db,
              "SELECT sum((SELECT rank FROM mrmr_select(" MATRIX ", 5) AS s WHERE s.question = r.question))"
              " FROM results AS r",
              450, 1);
  expect_runs(db, "SELECT count(*) FROM mrmr_select(" MATRIX ", 5) AS a, mrmr_select(" MATRIX ", 5) AS b", 25, 1);
  expect_runs(db, "SELECT count(*) FROM mrmr_select(" MATRIX ", 5) AS a, mrmr_select(" MATRIX ", 6) AS b", 30, 2);
  expect_runs(db, "SELECT count(*) FROM mrmr_select(" MATRIX ", 5) AS a, kriging_select(" MATRIX ", 6) AS b", 30, 2);
  expect_runs(db,
              "SELECT count(*) FROM mrmr_select(" MATRIX ", 4) AS a LEFT JOIN mrmr_select(" MATRIX ") AS b"
              " ON b.k IN (2, 3)",
              20, 3);
  /* inputs from outside, in turn: each of three runs once */
  expect_runs(db, "SELECT count(*) FROM results AS r, mrmr_select(" MATRIX ", 2 + (r.model + r.question) % 3)", 3600,
              3);
  expect_runs(db,
              "SELECT count(*) FROM results AS r WHERE EXISTS (SELECT 1 FROM mrmr_select(" MATRIX
              ", 2 + (r.model + r.question) % 3) WHERE rank = 2)",
              1200, 3);
  /* equal matrices, whichever row they are from */
  expect_runs(db,
              "SELECT count(*) FROM (SELECT m FROM matrix UNION ALL SELECT m FROM matrix) AS t, mrmr_select(t.m, 5)",
              10, 1);
  run(db,
      "CREATE TABLE targets AS SELECT score_matrix(-1 - model, question, score) AS m FROM results WHERE question < 9");
  /* intervals are worked out only for those who read them, so that is another run; who reads less shares it */
#define PREDICT "krr_predict(" MATRIX ", (SELECT m FROM targets))"
  expect_runs(db, "SELECT sum(a.lower < a.upper) FROM results, " PREDICT " AS a WHERE results.question = 0", 900, 1);
  expect_runs(db, "SELECT count(a.lower) FROM " PREDICT " AS a JOIN " PREDICT " AS b USING (model)", 30, 1);
  expect_runs(db, "SELECT count(b.lower) FROM " PREDICT " AS a CROSS JOIN " PREDICT " AS b USING (model)", 30, 2);
  if (sqlite3_libversion_number() >= 3039000) {
    expect_runs(db,
                "SELECT count(*) FROM mrmr_select(" MATRIX ", 5) AS a FULL JOIN mrmr_select(" MATRIX ", 7) AS b"
                " USING (question)",
                7, 2);
  }
  expect(sqlite3_close(db) == SQLITE_OK, "closing after counting", "statements are left open");
}

/* A prepared statement runs anew whenever it is executed, with what is bound then. */
static void count_executions(const char *extension) {
  sqlite3 *db = open_with(extension);
  sqlite3_stmt *statement;
  int runs;
  make_results(db, 30, 40);
  sqlite3_prepare_v2(db, "SELECT count(rank) FROM results LEFT JOIN mrmr_select(" MATRIX ", ?) USING (question)", -1,
                     &statement, NULL);
  for (int k = 3; k < 8; k++) {
    sqlite3_bind_int(statement, 1, k / 2 * 2);
    expect(run_and_count(statement, &runs) == 30 * (k / 2 * 2) && runs == 1, "a bound k", "wrong rows or runs");
  }
  sqlite3_bind_int(statement, 1, 41); /* there are 40 */
  expect(run_and_count(statement, &runs) == -1, "a bound k that is too large", "no error");
  sqlite3_bind_int(statement, 1, 2);
  expect(run_and_count(statement, &runs) == 60 && runs == 1, "a bound k after an error", "wrong rows or runs");
  sqlite3_step(statement); /* left in the middle */
  sqlite3_reset(statement);
  expect(run_and_count(statement, &runs) == 60 && runs == 1, "after a reset in the middle", "wrong rows or runs");
  sqlite3_finalize(statement);
  expect(sqlite3_close(db) == SQLITE_OK, "closing after executions", "statements are left open");
}

static int count_calls(void *data) {
  ++*(int *)data;
  return 0;
}

/* How much work a statement is, in calls of the progress handler. */
static int work_of(sqlite3 *db, const char *sql) {
  int calls = 0;
  sqlite3_progress_handler(db, 500, count_calls, &calls);
  expect(run(db, sql) == SQLITE_DONE, sql, sqlite3_errmsg(db));
  sqlite3_progress_handler(db, 0, NULL, NULL);
  return calls;
}

/* Who reads a few rows does a little work, however often; and who goes further does only the rest. */
static void stop_early(const char *extension) {
  sqlite3 *db = open_with(extension);
  char detail[100];
  make_results(db, 60, 300);
  int all = work_of(db, "SELECT count(*) FROM mrmr_select(" MATRIX ")");
  int few = work_of(db, "SELECT * FROM mrmr_select(" MATRIX ") LIMIT 3");
  int many_few = work_of(db, "WITH n(i) AS (VALUES(1), (2), (3), (2), (1), (3)) SELECT i FROM n"
                             " WHERE EXISTS (SELECT 1 FROM mrmr_select(" MATRIX ") WHERE rank = i)");
  int one_all = work_of(db, "WITH n(i) AS (VALUES(1), (2), (300), (2), (300)) SELECT i FROM n"
                            " WHERE EXISTS (SELECT 1 FROM mrmr_select(" MATRIX ") WHERE rank = i)");
  snprintf(detail, sizeof(detail), "%d calls for all, %d for 3 rows, %d for up to 3 six times, %d for all twice", all,
           few, many_few, one_all);
  expect(few < all - all / 4 && many_few < few + few / 4 && one_all < all + all / 4, "work", detail);
  expect(sqlite3_close(db) == SQLITE_OK, "closing after stopping early", "statements are left open");
}

/* Two statements read the same rows by turns, and one of them is interrupted: the other goes on. */
static void two_statements(const char *extension) {
  sqlite3 *db = open_with(extension);
  sqlite3_stmt *one, *other, *alone;
  const char *sql = "SELECT rank, question FROM mrmr_select(" MATRIX ")";
  int rc = SQLITE_ROW, left = 0, rows = 0;
  make_results(db, 60, 300);
  sqlite3_prepare_v2(db, sql, -1, &one, NULL);
  sqlite3_prepare_v2(db, sql, -1, &other, NULL);
  sqlite3_prepare_v2(db, "SELECT rank, question FROM mrmr_select(" MATRIX ", 300)", -1, &alone, NULL);
  for (int i = 0; i < 20; i++) rc = sqlite3_step(one);
  expect(rc == SQLITE_ROW && sqlite3_column_int(one, 0) == 20, "the first statement", sqlite3_errmsg(db));
  for (int i = 0; i < 10; i++) rc = sqlite3_step(other);
  expect(rc == SQLITE_ROW && sqlite3_column_int(other, 0) == 10, "the second statement", sqlite3_errmsg(db));
  sqlite3_progress_handler(db, 500, stop_at_zero, &left);
  while ((rc = sqlite3_step(one)) == SQLITE_ROW) {
  }
  sqlite3_progress_handler(db, 0, NULL, NULL);
  expect(rc == SQLITE_INTERRUPT, "interrupting the first statement", sqlite3_errmsg(db));
  sqlite3_reset(one);
  for (int i = 0; i < 10; i++) sqlite3_step(alone);
  do {
    expect(sqlite3_column_int(other, 0) == sqlite3_column_int(alone, 0) &&
               sqlite3_column_int(other, 1) == sqlite3_column_int(alone, 1),
           "the second statement", "other rows than alone");
    rows++;
    sqlite3_step(alone);
  } while ((rc = sqlite3_step(other)) == SQLITE_ROW);
  expect(rc == SQLITE_DONE && rows == 291, "the second statement after the interruption", sqlite3_errmsg(db));
  sqlite3_finalize(one);
  sqlite3_finalize(other);
  sqlite3_finalize(alone);
  expect(sqlite3_close(db) == SQLITE_OK, "closing after two statements", "statements are left open");
}

/* Two statements read the same rows, and the work fails in one of them: the other fails at the same row. */
static void two_failures(const char *extension) {
  sqlite3 *db = open_with(extension);
  sqlite3_stmt *one, *other;
  make_results(db, 60, 300);
  run(db,
      "CREATE TABLE targets AS SELECT score_matrix(1000 + model, question, CASE model WHEN 30 THEN 50 ELSE score END)"
      " AS m FROM results WHERE question < 9 AND (model <> 30 OR question < 8)");
  const char *sql = "SELECT model, predicted FROM krr_predict(" MATRIX ", (SELECT m FROM targets))";
  int rc = SQLITE_ROW;
  sqlite3_prepare_v2(db, sql, -1, &one, NULL);
  sqlite3_prepare_v2(db, sql, -1, &other, NULL);
  expect(sqlite3_step(one) == SQLITE_ROW, "the first statement", sqlite3_errmsg(db));
  while (rc == SQLITE_ROW) rc = sqlite3_step(other);
  expect(rc == SQLITE_ERROR && strstr(sqlite3_errmsg(db), "another scale") != NULL, "the failing statement",
         sqlite3_errmsg(db));
  for (rc = SQLITE_ROW; rc == SQLITE_ROW;) rc = sqlite3_step(one);
  expect(rc == SQLITE_ERROR && strstr(sqlite3_errmsg(db), "another scale") != NULL, "the other failing statement",
         sqlite3_errmsg(db));
  sqlite3_finalize(one);
  sqlite3_finalize(other);
  expect(sqlite3_close(db) == SQLITE_OK, "closing after failures", "statements are left open");
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
  interrupt_everywhere(db, "SELECT count(*) FROM results LEFT JOIN mrmr_select((SELECT m FROM matrix)) USING (question)"
                           " WHERE model < 3");
  interrupt_everywhere(db, "SELECT count(*) FROM mrmr_select((SELECT m FROM matrix), 100) AS a,"
                           " mrmr_select((SELECT m FROM matrix), 100) AS b WHERE a.rank < 4");
  sqlite3_set_authorizer(db, deny_recursion, NULL);
  expect(run(db, "SELECT * FROM mrmr_select((SELECT m FROM matrix), 5)") == SQLITE_DONE, "under an authorizer",
         sqlite3_errmsg(db));
  sqlite3_set_authorizer(db, NULL, NULL);
  expect(sqlite3_close(db) == SQLITE_OK, "closing", "statements are left open");

  interrupt_large(extension);
  interrupt_from_a_thread(extension);
  interrupt_what_may_not_count(extension, SQLITE_DENY, 500);
  interrupt_what_may_not_count(extension, SQLITE_OK, 1);
  count_runs(extension);
  count_executions(extension);
  stop_early(extension);
  two_statements(extension);
  two_failures(extension);

  /* connections come and go; one stays in use */
  db = open_with(extension);
  for (int i = 0; i < 20; i++) {
    sqlite3 *other = open_with(extension);
    expect(run(other, "SELECT coreset_info()") == SQLITE_DONE, "a second connection", sqlite3_errmsg(other));
    sqlite3_close(other);
    expect(run(db, "SELECT coreset_info()") == SQLITE_DONE, "the first connection", sqlite3_errmsg(db));
  }
  sqlite3_close(db);
  if (failures == 0) printf("hosts: interruption, runs, authorizer and connections ok\n");
  return failures > 0;
}
