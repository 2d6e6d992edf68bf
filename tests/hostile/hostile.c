/*
** hostile.c: bytes, identifiers and JSON that nobody should send.
**
**     hostile [CHANGES]
**
** Matrices of every kind, a fit and bundles of these, cut off at every byte, and with every byte changed in several ways, as they are and
** with a checksum that is right for them, and with huge numbers in the place of every four bytes: reading fails with a
** sentence, or what was read can be worked with. Ids of a megabyte, of bytes that are no UTF-8, near 2^63; JSON of
** 10 MB and of depth 1000. Numbers must be finite, and an interval hold its prediction.
*/
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "coreset.h"

#define SIZE_AT 16     /* of the frame that matrices and fits begin with (base/blob.h) */
#define CHECKSUM_AT 24 /* the same */
#define FRAME 32

/* What counts, sizes, ends and scores become. */
static const uint64_t huge[] = {INT64_MAX,
                                UINT64_MAX,
                                UINT64_MAX / 8 + 1,
                                UINT64_C(1) << 61,
                                UINT64_C(1) << 32,
                                (UINT64_C(1) << 31) - 1,
                                UINT64_C(0x7FEFFFFFFFFFFFFF),  /* the largest double */
                                UINT64_C(0x7FF0000000000000),  /* infinity */
                                UINT64_C(0x7FF8000000000000)}; /* NaN */
#define HUGE_COUNT (sizeof(huge) / sizeof(huge[0]))

/* In how many ways, 1 to 3, each byte is changed. */
static const unsigned char changes[] = {0x80, 0x01, 0xFF};
static size_t change_count = sizeof(changes);

static int failures;
static long tried, accepted;

static void complain(const char *what, const char *detail) {
  failures++;
  fprintf(stderr, "hostile: %s: %s\n", what, detail);
}

/* An interval holds its prediction: in the row of a statement with columns `lower`, `predicted` and `upper`. */
static void check_interval(sqlite3_stmt *statement, const char *sql) {
  double lower = -INFINITY, predicted = NAN, upper = INFINITY;
  char detail[100];
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    const char *name = sqlite3_column_name(statement, i);
    if (sqlite3_column_type(statement, i) == SQLITE_NULL) continue;
    if (strcmp(name, "lower") == 0) lower = sqlite3_column_double(statement, i);
    if (strcmp(name, "upper") == 0) upper = sqlite3_column_double(statement, i);
    if (strcmp(name, "predicted") == 0) predicted = sqlite3_column_double(statement, i);
  }
  if (isfinite(lower) != isfinite(upper)) complain(sql, "an interval has one end");
  if (!isfinite(lower) || (lower <= predicted && predicted <= upper)) return;
  snprintf(detail, sizeof(detail), "the interval %.17g, %.17g does not hold %.17g", lower, upper, predicted);
  complain(sql, detail);
}

/* Runs a statement with the bytes as ?1: all numbers must be finite, an interval hold its prediction, and a failure have
** a sentence that names a function. */
static int run(sqlite3 *db, const char *sql, const void *bytes, int size) {
  sqlite3_stmt *statement;
  int rc;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
    complain(sql, sqlite3_errmsg(db));
    return SQLITE_ERROR;
  }
  if (bytes != NULL) sqlite3_bind_blob(statement, 1, bytes, size, SQLITE_STATIC);
  tried++;
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      if (sqlite3_column_type(statement, i) == SQLITE_FLOAT && !isfinite(sqlite3_column_double(statement, i))) {
        complain(sql, "a number is not finite");
      }
    }
    check_interval(statement, sql);
  }
  if (rc == SQLITE_DONE) accepted++;
  if (rc != SQLITE_DONE && rc != SQLITE_ERROR && rc != SQLITE_TOOBIG) complain(sql, sqlite3_errmsg(db));
  if (rc == SQLITE_ERROR && strstr(sqlite3_errmsg(db), "(): ") == NULL) complain(sql, sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  return rc;
}

/* What is done with bytes that may be a matrix or a fit. */
static void try_bytes(sqlite3 *db, const unsigned char *bytes, size_t size) {
  static const char *const statements[] = {
      "SELECT coreset_info(?1)",
      "SELECT * FROM score_matrix_questions(?1)",
      "SELECT * FROM coreset_select(?1, 2)",
      "SELECT * FROM coreset_predict(?1, (SELECT t FROM objects))",
      "SELECT * FROM coreset_predict_suites(?1, (SELECT coreset_suites('a', t) FROM objects))",
      "SELECT * FROM coreset_predict_suites((SELECT coreset_suites('a', ?1)), (SELECT coreset_suites('a', t) FROM "
      "objects))",
  };
  for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) run(db, statements[i], bytes, (int)size);
}

/* Mends what the reader looks at first. */
static void mend(unsigned char *bytes, size_t size) {
  uint64_t stated = size, checksum;
  if (size < FRAME) return;
  memcpy(bytes + SIZE_AT, &stated, sizeof(stated));
  checksum = core_checksum(bytes, size, CHECKSUM_AT);
  memcpy(bytes + CHECKSUM_AT, &checksum, sizeof(checksum));
}

/* Cut off at every byte, and every byte changed. */
static void damage(sqlite3 *db, const char *column) {
  char *sql = sqlite3_mprintf("SELECT %s FROM objects", column);
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW) {
    complain(sql, sqlite3_errmsg(db));
  }
  size_t size = (size_t)sqlite3_column_bytes(statement, 0);
  unsigned char *good = malloc(size), *bytes = malloc(size);
  memcpy(good, sqlite3_column_blob(statement, 0), size);
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  for (size_t cut = 0; cut < size; cut++) {
    memcpy(bytes, good, size);
    if (run(db, "SELECT coreset_info(?1)", bytes, (int)cut) == SQLITE_DONE) complain(column, "cut off, and read");
    mend(bytes, cut);
    try_bytes(db, bytes, cut);
  }
  for (size_t at = 0; at < size; at++) {
    for (size_t i = 0; i < change_count; i++) {
      memcpy(bytes, good, size);
      bytes[at] ^= changes[i];
      if (run(db, "SELECT coreset_info(?1)", bytes, (int)size) == SQLITE_DONE) complain(column, "changed, and read");
      mend(bytes, size);
      try_bytes(db, bytes, size);
    }
  }
  for (size_t at = FRAME; at + sizeof(huge[0]) <= size; at += 4) {
    for (size_t i = 0; i < HUGE_COUNT; i++) {
      memcpy(bytes, good, size);
      memcpy(bytes + at, &huge[i], sizeof(huge[i]));
      mend(bytes, size);
      try_bytes(db, bytes, size);
    }
  }
  free(good);
  free(bytes);
}

/* The one integer that a statement gives. */
static void expect(sqlite3 *db, const char *sql, sqlite3_int64 value) {
  sqlite3_stmt *statement = NULL;
  char detail[300];
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(statement);
  sqlite3_int64 found = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  snprintf(detail, sizeof(detail), "%lld, expected %lld (%s)", found, (long long)value, sqlite3_errmsg(db));
  if (found != value) complain(sql, detail);
  sqlite3_finalize(statement);
}

static void odd_ids(sqlite3 *db) {
  sqlite3_exec(
      db,
      "CREATE TABLE ids(id); INSERT INTO ids VALUES(replace(hex(zeroblob(500000)), '0', 'a')),"
      " (replace(hex(zeroblob(500000)), '0', 'a') || 'b'), (CAST(x'ff00fe' AS TEXT)), (CAST(x'c328' AS TEXT)),"
      " (''), (9223372036854775807), (-9223372036854775807 - 1), (9223372036854775806), ('9223372036854775807'),"
      " ('1e300'), (char(0)), (char(0) || 'a'), ('0');"
      "CREATE TABLE odd AS SELECT score_matrix(a.id, b.id, (a.rowid * 7 + b.rowid * 3) % 5 % 2) AS m"
      " FROM ids AS a, ids AS b;",
      NULL, NULL, NULL);
  expect(db, "SELECT count(*) FROM score_matrix_models((SELECT m FROM odd)) JOIN ids ON id = model", 13);
  expect(db, "SELECT count(*) FROM coreset_select((SELECT m FROM odd), 13) JOIN ids ON id = question", 13);
  expect(db,
         "SELECT count(*) FROM (SELECT question FROM random_select((SELECT m FROM odd), 1)"
         " WHERE include = json_array((SELECT id FROM ids WHERE rowid = 1)))"
         " JOIN ids ON id = question WHERE ids.rowid = 1",
         1);
  run(db, "SELECT score_matrix(1e300, 1, 1)", NULL, 0);
  run(db, "SELECT score_matrix(x'00', 1, 1)", NULL, 0);
}

static void large_json(sqlite3 *db) {
  expect(db,
         "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600000)"
         " SELECT count(*) FROM random_select((SELECT m FROM objects), 2,"
         " 0, NULL, (SELECT json_group_array('no question ' || i) FROM n))",
         2);
  sqlite3_exec(
      db,
      "CREATE TABLE deep AS SELECT replace(hex(zeroblob(500)), '0', '[') || replace(hex(zeroblob(500)), '0', ']')"
      " AS array, replace(hex(zeroblob(500)), '00', '{\"a\":') || '1' || replace(hex(zeroblob(500)), '00', '}')"
      " AS object;",
      NULL, NULL, NULL);
  if (run(db, "SELECT * FROM random_select((SELECT m FROM objects), 2, 0, (SELECT array FROM deep))", NULL, 0) ==
      SQLITE_DONE) {
    complain("an array of arrays", "read as questions");
  }
  if (run(db, "SELECT * FROM coreset_select((SELECT m FROM objects), 2, (SELECT object FROM deep))", NULL, 0) ==
      SQLITE_DONE) {
    complain("an object of objects", "read as a selector");
  }
}

int main(int argc, char **argv) {
  sqlite3 *db;
  char *message = NULL;
  if (argc > 1 && argv[1][0] >= '1' && argv[1][0] <= '3') change_count = (size_t)(argv[1][0] - '0');
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_coreset_init(db, NULL, NULL) != SQLITE_OK) return 1;
  if (sqlite3_exec(
          db,
          "CREATE TABLE results AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 40)"
          " SELECT i / 5 AS model, CASE WHEN i % 5 < 3 THEN i % 5 ELSE 'q' || (i % 5) END AS question,"
          "  (i * 7919 + i / 5 * 31) % 10 < 3 + i / 8 AS score FROM n;"
          "CREATE TABLE objects AS SELECT score_matrix(model, question, score) AS m,"
          " score_matrix(model, question, CASE WHEN rowid % 7 <> 3 THEN score END, 1 + length(question)) AS holes,"
          " score_matrix(model, question, (score + rowid % 3) / 3.0) AS rates,"
          " score_matrix(100 + model, question, score) FILTER (WHERE model < 2 AND question IN (1, 'q4')) AS t"
          " FROM results;"
          "ALTER TABLE objects ADD COLUMN trials; ALTER TABLE objects ADD COLUMN sums; ALTER TABLE objects ADD COLUMN "
          "f;"
          "UPDATE objects SET f = coreset_fit(m, '[1,\"q4\"]'), trials = (SELECT score_matrix(model, question, score)"
          " FROM (SELECT * FROM results UNION ALL SELECT model, question, 1 - score FROM results WHERE model < 3)),"
          " sums = (SELECT score_matrix(model, question, score) FROM (SELECT model, question, score + 0.1 AS score"
          " FROM results UNION ALL SELECT model, question, score * 1e17 FROM results WHERE model < 3));"
          "ALTER TABLE objects ADD COLUMN suites; ALTER TABLE objects ADD COLUMN fits;"
          "UPDATE objects SET suites = (SELECT coreset_suites(n, v) FROM (SELECT 'a' AS n, holes AS v UNION ALL SELECT "
          "7, rates)),"
          " fits = (SELECT coreset_suites('a', f) FROM objects);",
          NULL, NULL, &message) != SQLITE_OK) {
    complain("preparing", message);
    return 1;
  }
  damage(db, "m");
  damage(db, "holes");
  damage(db, "rates");
  damage(db, "trials");
  damage(db, "sums");
  damage(db, "f");
  damage(db, "suites");
  damage(db, "fits");
  odd_ids(db);
  large_json(db);
  sqlite3_close(db);
  printf("hostile: %ld statements, %ld of them accepted, %d failures\n", tried, accepted, failures);
  return failures > 0;
}
