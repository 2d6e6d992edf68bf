/*
** threads.c: eight threads at once, each with a connection of its own, on one matrix and one fit.
**
** Every thread's answers must be those that one thread alone gets. `make tsan` runs it under ThreadSanitizer,
** with OpenBLAS on one thread, for it is not instrumented.
*/
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coreset.h"

#define THREADS 8
#define ROUNDS 3

/* What all share and nobody changes. */
typedef struct shared {
  void *matrix, *fit; /* ?1 and ?2 */
  int matrix_size, fit_size;
} shared;

static const char *const statements[] = {
    "SELECT group_concat(question) FROM (SELECT question FROM coreset_select(?1, 12))",
    "SELECT group_concat(question) FROM (SELECT question FROM mrmr_select(?1, 8, 'MIQ'))",
    "SELECT group_concat(question) FROM (SELECT question FROM kriging_select(?1, 8))",
    "SELECT group_concat(model || predicted || ifnull(lower, '')) FROM coreset_predict(?2,"
    " (SELECT score_matrix(1000 + model, question, score) FROM score_matrix_cells(?1) WHERE model < 5))",
    "SELECT group_concat(ifnull(predicted, '') || ifnull(lower, '')) FROM coreset_predict_suites("
    " (SELECT coreset_suites(column1, ?1) FROM (VALUES('a'), ('b'))), (SELECT coreset_suites('a',"
    " (SELECT score_matrix(1000 + model, question, score) FROM score_matrix_cells(?1) WHERE model < 5 AND question % 7 "
    "= 2))))",
    "SELECT group_concat(predicted) FROM krr_predict(?1, (SELECT score_matrix(1000 + model, question, score)"
    " FROM score_matrix_cells(?1) WHERE model < 5 AND question % 7 = 2))",
    "SELECT group_concat(rmse) FROM coreset_evaluate(?1, '10%', NULL, NULL, '60%', 'strong', 2)",
    "SELECT score_matrix_info(score_matrix(model, question, score + model / 100.0)) FROM score_matrix_cells(?1)",
    "SELECT hex(score_matrix_merge(?1)) = hex(?1)",
    "SELECT sum(discrimination) FROM score_matrix_questions(?1)",
    "SELECT mutual_info(score, model), kendall_tau(score, model) FROM score_matrix_cells(?1)",
    "SELECT length(coreset_fit(?1, '[1,5,9,20,33]'))",
    "SELECT coreset_info(?2)",
};

#define STATEMENTS (sizeof(statements) / sizeof(statements[0]))

static void stop(const char *what) {
  fprintf(stderr, "threads: %s\n", what);
  exit(1);
}

/* The answers of all statements, one after another. */
static char *answers(const shared *data) {
  sqlite3 *db;
  sqlite3_str *all = sqlite3_str_new(NULL);
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_coreset_init(db, NULL, NULL) != SQLITE_OK)
    stop("no SQLite");
  for (size_t i = 0; i < STATEMENTS; i++) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, statements[i], -1, &statement, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    sqlite3_bind_blob(statement, 1, data->matrix, data->matrix_size, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 2, data->fit, data->fit_size, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW) stop(sqlite3_errmsg(db));
    sqlite3_str_appendf(all, "%s\n", sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
  return sqlite3_str_finish(all);
}

static void *work(void *data) {
  char *last = NULL;
  for (int i = 0; i < ROUNDS; i++) {
    char *now = answers(data);
    if (last != NULL && strcmp(last, now) != 0) stop("a thread gets different answers");
    sqlite3_free(last);
    last = now;
  }
  return last;
}

/* A value of one row, copied. */
static void *fetch(sqlite3 *db, const char *sql, int *size) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW) {
    stop(sqlite3_errmsg(db));
  }
  *size = sqlite3_column_bytes(statement, 0);
  void *copy = malloc((size_t)*size);
  memcpy(copy, sqlite3_column_blob(statement, 0), (size_t)*size);
  sqlite3_finalize(statement);
  return copy;
}

int main(void) {
  sqlite3 *db;
  shared data;
  pthread_t threads[THREADS];
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_coreset_init(db, NULL, NULL) != SQLITE_OK)
    stop("no SQLite");
  data.matrix = fetch(db,
                      "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 4800)"
                      " SELECT score_matrix(i / 120, i % 120, (i / 120 * 7919 + i % 120 * 104729 + i * 31) % 1009"
                      " < 200 + 15 * (i / 120)) FROM n",
                      &data.matrix_size);
  sqlite3_stmt *statement;
  sqlite3_prepare_v2(db, "CREATE TABLE m AS SELECT ? AS m", -1, &statement, NULL);
  sqlite3_bind_blob(statement, 1, data.matrix, data.matrix_size, SQLITE_STATIC);
  sqlite3_step(statement);
  sqlite3_finalize(statement);
  data.fit = fetch(db, "SELECT coreset_fit(m, '[1,5,9,20,33,47,60,71,88,101]') FROM m", &data.fit_size);
  sqlite3_close(db);
  char *alone = answers(&data);
  for (int i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, work, &data) != 0) stop("no thread");
  }
  for (int i = 0; i < THREADS; i++) {
    void *found;
    pthread_join(threads[i], &found);
    if (strcmp(found, alone) != 0) stop("a thread gets other answers than one alone");
    sqlite3_free(found);
  }
  sqlite3_free(alone);
  free(data.matrix);
  free(data.fit);
  printf("threads: %d at once, ok\n", THREADS);
  return 0;
}
