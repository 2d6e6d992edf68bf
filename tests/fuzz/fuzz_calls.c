/*
** fuzz_calls.c: SQL functions with arguments of every kind.
**
** The first byte of the input chooses a statement, the rest makes its parameters: numbers, the extremes among them,
** texts, JSON, BLOBs, zeroblob(), good and damaged matrices and fits. A statement may fail, with a message; what takes
** long is interrupted, and must say so. Afterwards the connection must be of use.
*/
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "coreset.h"

#define PARAMETERS 6
#define TEXT_LIMIT 200
#define CALL_LIMIT 20000 /* of the progress handler, every 1000 steps */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const statements[] = {
    "SELECT * FROM coreset_select(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT * FROM coreset_select(?1, 3, 'random', NULL, ?2, ?3, ?4, ?5)",
    "SELECT * FROM mrmr_select(?1, ?2, ?3, ?4, ?5)",
    "SELECT * FROM random_select(?1, ?2, ?3)",
    "SELECT * FROM kriging_irt_select(?1, ?2, ?3) WHERE rank < ?4",
    "SELECT * FROM coreset_predict(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT * FROM coreset_compare(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT * FROM coreset_predict_suites((SELECT coreset_suites(column1, column2) FROM (VALUES(?3, ?1), (2, ?1))),"
    " (SELECT coreset_suites(column1, column2) FROM (VALUES(?3, ?2), (2, ?2))), ?4, ?5, ?6)",
    "SELECT * FROM coreset_predict_suites(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT * FROM coreset_next(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT * FROM coreset_power(?1, ?2, ?3, ?4, ?5)",
    "SELECT * FROM krr_predict(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT * FROM coreset_evaluate(?1, ?2, ?3, ?4, ?5, ?6, 2)",
    "SELECT * FROM coreset_evaluate_models(?1, ?2, 'random', 'mean', ?3, 'time', 1, ?4, ?5, ?6)",
    "SELECT * FROM coreset_evaluate_questions(?1, ?2, ?3, 'mean', ?4, ?5, 2)",
    "SELECT coreset_fit(?1, ?2, ?3, ?4, ?5)",
    "SELECT krr_fit(?1, ?2, ?3, ?4, ?5, ?6)",
    "SELECT coreset_predict(?1, column1, column2) FROM (VALUES(?2, ?3), (?4, ?5), (1, 1), ('q2', 0))",
    "SELECT score_matrix(column1, column2, column3, ?6) FROM (VALUES(?1, ?2, ?3), (?4, ?5, ?3), (?1, ?5, 1))",
    "SELECT coreset_select(column1, column2, column3, ?4, ?5, ?6) FROM (VALUES(?1, ?2, ?3), (1, 2, 1), (2, 2, 0), (1, "
    "3, 0))",
    "SELECT score_matrix_merge(column1) FROM (VALUES(?1), (?2), (?3))",
    "SELECT score_matrix_info(?1), coreset_info(?1)",
    "SELECT * FROM score_matrix_cells(?1)",
    "SELECT * FROM score_matrix_questions(?1)",
    "SELECT * FROM score_matrix_models(?1)",
    "SELECT mutual_info(column1, column2, ?5, ?6) FROM (VALUES(?1, ?2), (?3, ?4), (1, 2), (2, 3), (0.5, 1), (4, 4), "
    "(3, 1))",
    "SELECT mae(column1, column2), rmse(column1, column2), pearson_r(column1, column2), spearman_rho(column1, column2),"
    " kendall_tau(column1, column2) FROM (VALUES(?1, ?2), (?3, ?4), (?5, ?6))",
    "SELECT * FROM mrmr_select(?1) WHERE k = ?2 OR scheme = ?3",
    "SELECT * FROM mrmr_select(?1, ?2) AS a LEFT JOIN mrmr_select(?3, ?4) AS b USING (question)",
};

#define STATEMENTS (sizeof(statements) / sizeof(statements[0]))

/* The connection, made once, and good arguments. */
static struct {
  sqlite3 *db;
  unsigned char *matrix, *rates, *targets, *fit;
  int matrix_size, rates_size, targets_size, fit_size;
  int calls; /* of the progress handler in this statement */
} host;

static int count_calls(void *data) {
  (void)data;
  return ++host.calls > CALL_LIMIT;
}

static unsigned char *fetch(const char *sql, int *size) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(host.db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW)
    abort();
  *size = sqlite3_column_bytes(statement, 0);
  unsigned char *copy = malloc((size_t)*size);
  memcpy(copy, sqlite3_column_blob(statement, 0), (size_t)*size);
  sqlite3_finalize(statement);
  return copy;
}

static void open_host(void) {
  if (sqlite3_open(":memory:", &host.db) != SQLITE_OK || sqlite3_coreset_init(host.db, NULL, NULL) != SQLITE_OK)
    abort();
  sqlite3_exec(host.db,
               "CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 160)"
               " SELECT i / 10 AS model, CASE WHEN i % 10 < 5 THEN i % 10 ELSE 'q' || (i % 10) END AS question,"
               "  CASE WHEN i % 23 <> 7 THEN (i * 7919 + i / 10 * 31) % 16 < 3 + i / 10 END AS score FROM n;",
               NULL, NULL, NULL);
  host.matrix = fetch("SELECT score_matrix(model, question, score) FROM r", &host.matrix_size);
  host.rates = fetch("SELECT score_matrix(model, question, (score + rowid % 3) / 3.0) FROM r", &host.rates_size);
  host.targets = fetch("SELECT score_matrix(100 + model, question, score) FROM r WHERE question IN (1, 'q7', 3)",
                       &host.targets_size);
  host.fit = fetch("SELECT coreset_fit(score_matrix(model, question, score), '[1,\"q7\",3]') FROM r", &host.fit_size);
  sqlite3_progress_handler(host.db, 1000, count_calls, NULL);
}

/* What is left of the input. */
typedef struct input {
  const uint8_t *data;
  size_t size;
} input;

static uint64_t take(input *rest, size_t bytes) {
  uint64_t value = 0;
  if (bytes > rest->size) bytes = rest->size;
  memcpy(&value, rest->data, bytes);
  rest->data += bytes;
  rest->size -= bytes;
  return value;
}

/* A good BLOB, or one with a byte changed, or cut off. */
static void bind_object(sqlite3_stmt *statement, int parameter, input *rest, const unsigned char *bytes, int size) {
  uint64_t how = take(rest, 1);
  unsigned char *copy = malloc((size_t)size);
  memcpy(copy, bytes, (size_t)size);
  if (how % 8 == 1) copy[take(rest, 2) % (uint64_t)size] ^= (unsigned char)take(rest, 1);
  if (how % 8 == 2) size = (int)(take(rest, 2) % (uint64_t)size);
  sqlite3_bind_blob(statement, parameter, copy, size, free);
}

static void bind_any(sqlite3_stmt *statement, int parameter, input *rest) {
  static const double reals[] = {0.0, -0.0, 0.5, 1e300, -1e300, 5e-324, 1e288, 0.9, -1.0, 9.2e18};
  static const sqlite3_int64 integers[] = {0, 1, -1, 2, 3, 10, INT64_MAX, INT64_MIN, INT32_MAX, 1000};
  size_t length;
  switch (take(rest, 1) % 14) {
  case 0:
    sqlite3_bind_null(statement, parameter);
    break;
  case 1:
    sqlite3_bind_int64(statement, parameter, (sqlite3_int64)take(rest, 8));
    break;
  case 2:
    sqlite3_bind_int64(statement, parameter, integers[take(rest, 1) % 10]);
    break;
  case 3:
    sqlite3_bind_int64(statement, parameter, (sqlite3_int64)(take(rest, 1) % 12));
    break;
  case 4:
    sqlite3_bind_double(statement, parameter, reals[take(rest, 1) % 10]);
    break;
  case 5:
    sqlite3_bind_double(statement, parameter, (double)(int64_t)take(rest, 8) / 0x1p40);
    break;
  case 6:
    sqlite3_bind_zeroblob(statement, parameter, (int)(take(rest, 2) % 5000));
    break;
  case 7:
    bind_object(statement, parameter, rest, host.rates, host.rates_size);
    break;
  case 8:
    bind_object(statement, parameter, rest, host.targets, host.targets_size);
    break;
  case 9:
    bind_object(statement, parameter, rest, host.fit, host.fit_size);
    break;
  case 10:
  case 11:
    bind_object(statement, parameter, rest, host.matrix, host.matrix_size);
    break;
  default:
    length = take(rest, 1) % TEXT_LIMIT;
    if (length > rest->size) length = rest->size;
    if (rest->size % 2 == 0) {
      sqlite3_bind_text(statement, parameter, (const char *)rest->data, (int)length, SQLITE_TRANSIENT);
    } else {
      sqlite3_bind_blob(statement, parameter, rest->data, (int)length, SQLITE_TRANSIENT);
    }
    rest->data += length;
    rest->size -= length;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input rest = {data, size};
  sqlite3_stmt *statement = NULL;
  if (host.db == NULL) open_host();
  const char *sql = statements[take(&rest, 1) % STATEMENTS];
  host.calls = 0;
  if (sqlite3_prepare_v2(host.db, sql, -1, &statement, NULL) != SQLITE_OK) abort();
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) bind_any(statement, i, &rest);
  int rc = SQLITE_ROW;
  while (rc == SQLITE_ROW) {
    rc = sqlite3_step(statement);
    for (int i = 0; rc == SQLITE_ROW && i < sqlite3_column_count(statement); i++) {
      if (sqlite3_column_type(statement, i) == SQLITE_FLOAT && !isfinite(sqlite3_column_double(statement, i))) abort();
    }
  }
  int stopped = host.calls > CALL_LIMIT;
  if (stopped ? rc != SQLITE_INTERRUPT : rc == SQLITE_INTERRUPT || rc == SQLITE_NOMEM) abort();
  if (rc != SQLITE_DONE && sqlite3_errmsg(host.db)[0] == 0) abort();
  sqlite3_finalize(statement);
  host.calls = 0;
  if (sqlite3_exec(host.db, "SELECT coreset_version()", NULL, NULL, NULL) != SQLITE_OK) abort();
  return 0;
}
