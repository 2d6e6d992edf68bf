/*
** limits.c: every argument that is a number, at the limits of numbers and with texts that read as numbers.
**
** For each argument it is written down which values are taken. What is not taken fails with a sentence that names the
** function, the argument and the value. A text that reads as a number gives what the number gives, and no result has a
** number that is not finite. A numeric option of a method that is not in the list is a failure.
*/
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "coreset.h"

/* A value, as it reads in a message, and as it reads there in functions that took it for a number first. */
typedef struct value {
  int type;              /* of SQLite */
  sqlite3_int64 integer; /* where it is an INTEGER */
  double real;           /* where it is a FLOAT */
  const char *text;      /* where it is a TEXT or a BLOB */
  const char *shown;     /* in a message */
  const char *as_number; /* the same after reading it as a number */
} value;

#define INTEGER(i, shown, as_number)                                                                                   \
  { SQLITE_INTEGER, i, 0, NULL, shown, as_number }
#define REAL(r, shown, as_number)                                                                                      \
  { SQLITE_FLOAT, 0, r, NULL, shown, as_number }
#define TEXT(t, as_number)                                                                                             \
  { SQLITE_TEXT, 0, 0, t, "'" t "'", as_number }

/* The first is what the four texts behind it read as. */
static const value values[] = {
    INTEGER(3, "3", "3"),
    TEXT("3", "3"),
    TEXT(" 3 ", "3"),
    TEXT("3.0", "3"),
    TEXT("3e0", "3"),
    INTEGER(0, "0", "0"),
    INTEGER(-1, "-1", "-1"),
    INTEGER(1, "1", "1"),
    INTEGER(INT64_MAX, "9223372036854775807", "9.22337203685478e+18"),
    INTEGER(INT64_MIN, "-9223372036854775808", "-9.22337203685478e+18"),
    REAL(0x1p63, "9.22337203685478e+18", "9.22337203685478e+18"),
    REAL(INFINITY, "Inf", "Inf"),
    REAL(-INFINITY, "-Inf", "-Inf"),
    REAL(NAN, "NULL", "missing"), /* which SQLite makes NULL */
    REAL(0.5, "0.5", "0.5"),
    REAL(-0.0, "got 0", "got -0"),
    REAL(5e-324, "4.94065645841247e-324", "4.94065645841247e-324"),
    REAL(1e300, "1.0e+300", "1e+300"),
    TEXT("3x", "'3x'"),
    TEXT("", "''"),
    TEXT("inf", "'inf'"),
    TEXT("nan", "'nan'"),
    TEXT("0x3", "'0x3'"),
    TEXT("1e400", "Inf"),
    TEXT("5%", "got 1"), /* of the models: at least one */
    {SQLITE_BLOB, 0, 0, "3", "a BLOB of 1 bytes", "a BLOB of 1 bytes"},
};

#define VALUES (sizeof(values) / sizeof(values[0]))
#define SAME 5 /* the first so many are one number */

#define SOURCES "(SELECT s FROM objects)"
#define TARGETS "(SELECT t FROM objects)"
#define RATES "(SELECT r FROM objects)"
#define EVALUATION "SELECT seed, k, rmse, mae, pearson_r, coverage, width, sources FROM coreset_evaluate(" SOURCES ", "

/* An argument: the function, its name, a statement with the value as ?1, and for each value + if it is taken. */
static const struct {
  const char *function, *argument, *sql, *taken;
} arguments[] = {
    {"coreset_select", "k", "SELECT * FROM coreset_select(" SOURCES ", ?1)", "+++++--+-----+----------+-"},
    {"random_select", "k", "SELECT * FROM random_select(" SOURCES ", ?1)", "+++++--+-----+----------+-"},
    {"coreset_select", "k", "SELECT coreset_select(model, question, score, ?1) FROM results",
     "+++++--++----+----------+-"},
    {"mrmr_select", "neighbors", "SELECT * FROM mrmr_select(" SOURCES ", 2, NULL, ?1)", "+++++--+-----+------------"},
    {"mrmr_select", "neighbors", "SELECT * FROM mrmr_select(" RATES ", 2, NULL, ?1)", "+++++--+-----+------------"},
    {"mrmr_select", "neighbors", "SELECT mrmr_select(model, question, score, 2, 'MID', ?1) FROM results",
     "+++++--+-----+------------"},
    {"random_select", "seed", "SELECT * FROM random_select(" SOURCES ", 2, ?1)", "++++++++++---+-+----------"},
    {"random_select", "budget", "SELECT * FROM random_select(" SOURCES ", 2) WHERE budget = ?1",
     "++++++-++-+--+++++--------"},
    {"coreset_select", "budget",
     "SELECT * FROM coreset_select(" SOURCES
     ", 2) WHERE budget = ?1 AND costs = (SELECT json_group_array(json_array(question, "
     "1 + question % 3)) FROM (SELECT DISTINCT question FROM results))",
     "++++++-++-+--+++++--------"},
    {"coreset_next", "n", "SELECT * FROM coreset_next(" SOURCES ", " TARGETS ", ?1)", "+++++--+-----+----------+-"},
    {"coreset_next", "budget", "SELECT * FROM coreset_next(" SOURCES ", " TARGETS ") WHERE budget = ?1",
     "++++++-++-+--+++++--------"},
    {"coreset_power", "k", "SELECT * FROM coreset_power(" SOURCES ", ?1)", "+++++--+-----+----------+-"},
    {"coreset_power", "power", "SELECT * FROM coreset_power(" SOURCES ", 2, ?1)", "-------------++-+---------"},
    {"coreset_power", "level", "SELECT * FROM coreset_power(" SOURCES ", 2) WHERE level = ?1",
     "-------------++-+---------"},
    {"coreset_items", "best", "SELECT * FROM coreset_items(" SOURCES ", ?1)", "+++++--------+----------+-"},
    {"krr_predict", "degree", "SELECT * FROM krr_predict(" SOURCES ", " TARGETS ", NULL, ?1)",
     "+++++--+-----+------------"},
    {"krr_predict", "alpha", "SELECT * FROM krr_predict(" SOURCES ", " TARGETS ", NULL, NULL, ?1)",
     "++++++-++-+--+++++--------"},
    {"krr_predict", "gamma", "SELECT * FROM krr_predict(" SOURCES ", " TARGETS ", 'rbf', NULL, NULL, ?1)",
     "+++++--++-+--++-++--------"},
    {"krr_predict", "gamma", "SELECT * FROM krr_predict(" SOURCES ", " TARGETS ", 'rbf', NULL, 0, ?1)",
     "+++++--++-+--++-++--------"},
    {"ridge_predict", "alpha", "SELECT * FROM ridge_predict(" SOURCES ", " TARGETS ", ?1)",
     "++++++-++-+--+++++--------"},
    {"coreset_predict", "level", "SELECT * FROM coreset_predict(" SOURCES ", " TARGETS ") WHERE level = ?1",
     "-----+-------++++---------"},
    {"coreset_predict", "level",
     "SELECT * FROM coreset_predict((SELECT coreset_fit(s, '[1,4]') FROM objects), " TARGETS ") WHERE level = ?1",
     "-----+-------++++---------"},
    {"coreset_compare", "margin", "SELECT * FROM coreset_compare(" SOURCES ", " TARGETS ", 1, ?1)",
     "+++++--++-+--++-++--------"},
    {"coreset_compare", "level", "SELECT * FROM coreset_compare(" SOURCES ", " TARGETS ", 1) WHERE level = ?1",
     "-------------++-+---------"},
    {"coreset_predict_suites", "level",
     "SELECT * FROM coreset_predict_suites((SELECT coreset_suites(column1, s) FROM objects, (VALUES(1), (2))), "
     "(SELECT coreset_suites(1, t) FROM objects)) WHERE level = ?1",
     "-------------++-+---------"},
    {"krr_fit", "degree", "SELECT krr_fit(s, '[1,4]', 'poly', ?1) FROM objects", "+++++--+-----+------------"},
    {"krr_fit", "alpha", "SELECT krr_fit(s, '[1,4]', 'poly', 2, ?1) FROM objects", "++++++-++-+--+++++--------"},
    {"krr_fit", "gamma", "SELECT krr_fit(s, '[1,4]', 'rbf', NULL, 1, ?1) FROM objects", "+++++--++-+--++-++--------"},
    {"ridge_fit", "alpha", "SELECT ridge_fit(s, '[1,4]', ?1) FROM objects", "++++++-++-+--+++++--------"},
    {"coreset_select", "neighbors",
     "SELECT * FROM coreset_select(" SOURCES ", 2, 'mrmr', '{\"neighbors\":' || ?1 || '}')",
     "+++++--+-----+-----------+"},
    {"coreset_predict", "alpha",
     "SELECT * FROM coreset_predict(" SOURCES ", " TARGETS ", 'krr', '{\"alpha\":' || ?1 || '}')",
     "++++++-++-+--+++++-------+"},
    {"coreset_evaluate", "k", EVALUATION "?1, 'random', 'mean')", "+++++--+----------------+-"},
    {"coreset_evaluate", "source_models", EVALUATION "4, 'random', 'mean', ?1)", "+++++--------+------------"},
    {"coreset_evaluate", "seeds", EVALUATION "4, 'random', 'mean', NULL, NULL, ?1) LIMIT 5",
     "+++++--+-----+------------"},
    {"coreset_evaluate", "level", EVALUATION "4, 'random', 'mean', NULL, NULL, 2, ?1)", "-----+-------++++---------"},
    {"score_matrix", "score", "SELECT coreset_info(score_matrix('m', 'q', ?1))", "+++++++++++--++++---------"},
    {"score_matrix", "weight", "SELECT coreset_info(score_matrix('m', 'q', 1, ?1))", "++++++-++-+--+++++--------"},
    {"mutual_info", "neighbors", "SELECT mutual_info(rate, question, ?1) FROM results", "+++++--+-----+------------"},
    {"mutual_info", "neighbors", "SELECT mutual_info(rate, question, ?1, 'lnc') FROM results",
     "+++++--+-----+------------"},
    {"mutual_info", "x", "SELECT mutual_info(?1, question) FROM results", "+++++++++++--+++++--------"},
    {"rmse", "truth", "SELECT rmse(?1, score) FROM results", "+++++++++++--+++++--------"},
    {"kendall_tau", "predicted", "SELECT kendall_tau(score, ?1) FROM results", "+++++++++++--+++++--------"},
};

#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

static int failures, tried;

static void complain(const char *sql, const char *given, const char *what) {
  failures++;
  fprintf(stderr, "limits: %s with %s: %s\n", sql, given, what);
}

static void bind(sqlite3_stmt *statement, const value *given) {
  if (given->type == SQLITE_INTEGER) sqlite3_bind_int64(statement, 1, given->integer);
  if (given->type == SQLITE_FLOAT) sqlite3_bind_double(statement, 1, given->real);
  if (given->type == SQLITE_TEXT) sqlite3_bind_text(statement, 1, given->text, -1, SQLITE_STATIC);
  if (given->type == SQLITE_BLOB) sqlite3_bind_blob(statement, 1, given->text, (int)strlen(given->text), SQLITE_STATIC);
}

/* Adds the bytes of a column to what stands for the rows so far. */
static uint64_t add_column(uint64_t sum, sqlite3_stmt *statement, int column) {
  const unsigned char *bytes = sqlite3_column_blob(statement, column);
  int size = sqlite3_column_bytes(statement, column);
  for (int i = 0; i < size; i++) sum = (sum ^ bytes[i]) * UINT64_C(0x100000001B3);
  return (sum ^ (uint64_t)sqlite3_column_type(statement, column)) * UINT64_C(0x100000001B3);
}

/* Runs the statement: 1 if the value is taken, and what stands for the rows. */
static int try_value(sqlite3 *db, size_t argument, const value *given, uint64_t *rows) {
  const char *sql = arguments[argument].sql, *function = arguments[argument].function;
  char begin[64];
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  *rows = 0;
  tried++;
  if (rc == SQLITE_OK) bind(statement, given);
  while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      if (sqlite3_column_type(statement, i) == SQLITE_FLOAT && !isfinite(sqlite3_column_double(statement, i))) {
        complain(sql, given->shown, "a number is not finite");
      }
      *rows = add_column(*rows, statement, i);
    }
    rc = SQLITE_OK;
  }
  if (rc != SQLITE_DONE) {
    const char *message = sqlite3_errmsg(db);
    snprintf(begin, sizeof(begin), "%s(): ", function);
    if (strncmp(message, begin, strlen(begin)) != 0) complain(sql, given->shown, message);
    message += strlen(message) < strlen(begin) ? 0 : strlen(begin);
    if (strstr(message, arguments[argument].argument) == NULL) complain(sql, given->shown, message);
    if (strstr(message, given->shown) == NULL && strstr(message, given->as_number) == NULL &&
        (given->text == NULL || strstr(message, given->text) == NULL)) {
      complain(sql, given->shown, message);
    }
  }
  sqlite3_finalize(statement);
  return rc == SQLITE_DONE;
}

static void try_argument(sqlite3 *db, size_t argument) {
  char taken[VALUES + 1] = {0};
  uint64_t first = 0, rows;
  for (size_t i = 0; i < VALUES; i++) {
    taken[i] = try_value(db, argument, &values[i], &rows) ? '+' : '-';
    if (i == 0) first = rows;
    if (i < SAME && (taken[i] != taken[0] || rows != first)) {
      complain(arguments[argument].sql, values[i].shown, "not what the number gives");
    }
  }
  if (strcmp(taken, arguments[argument].taken) == 0) return;
  failures++;
  fprintf(stderr, "limits: %s takes\n  %s, expected\n  %s\n", arguments[argument].sql, taken,
          arguments[argument].taken);
}

/* Each option that is a number must be in the list. */
static void check_options(sqlite3 *db) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, "SELECT DISTINCT option FROM coreset_methods WHERE type IN ('integer', 'real')", -1,
                         &statement, NULL) != SQLITE_OK) {
    complain("coreset_methods", "nothing", sqlite3_errmsg(db));
    return;
  }
  int options = 0;
  for (; sqlite3_step(statement) == SQLITE_ROW; options++) {
    const char *option = (const char *)sqlite3_column_text(statement, 0);
    size_t i = 0;
    while (i < ARGUMENTS && strcmp(arguments[i].argument, option) != 0) i++;
    if (i == ARGUMENTS) complain("coreset_methods", option, "this option is not tried here");
  }
  if (options == 0) complain("coreset_methods", "nothing", "no option is a number");
  sqlite3_finalize(statement);
}

int main(void) {
  sqlite3 *db;
  char *message = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_coreset_init(db, NULL, NULL) != SQLITE_OK) return 1;
  if (sqlite3_exec(db,
                   "CREATE TABLE results AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 240)"
                   " SELECT i / 12 AS model, i % 12 AS question,"
                   "  (i * 7919 + i / 12 * 104729) % 1009 < 200 + 35 * (i / 12) AS score,"
                   "  ((i * 7919 + i / 12 * 104729) % 1009) / 1009.0 AS rate FROM n;"
                   "CREATE TABLE objects AS SELECT score_matrix(model, question, score) FILTER (WHERE model < 16) AS s,"
                   " score_matrix(model, question, rate) FILTER (WHERE model < 16) AS r,"
                   " score_matrix(model, question, score) FILTER (WHERE model >= 16 AND question % 3 = 1) AS t"
                   " FROM results;",
                   NULL, NULL, &message) != SQLITE_OK) {
    complain("preparing", "nothing", message);
    return 1;
  }
  for (size_t i = 0; i < ARGUMENTS; i++) try_argument(db, i);
  check_options(db);
  sqlite3_close(db);
  printf("limits: %zu arguments, %d statements, %d failures\n", ARGUMENTS, tried, failures);
  return failures > 0;
}
