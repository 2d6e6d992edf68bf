/*
** fault.c: every statement fails at every place where it can.
**
**     fault [STRIDE]
**
** Each case is a statement. It runs once undisturbed, which gives what it must answer: its rows, or its error. Then
**
**   * each allocation fails in turn, first alone and then with all that follow it, in a UTF-8 and in a UTF-16
**     database: those of SQLite (SQLITE_CONFIG_MALLOC) and those of the numeric core (malloc() and its kin, which the
**     linker wraps);
**   * a progress handler stops the statement at each of its calls, once; so it sees every poll of the core too.
**
** The core polls after every OFTEN operations, and not after a million. A poll is a statement too (glue/poller.c), always with
** the same seventy allocations and hundred and fifty calls of the handler: from the third poll on none of its allocations
** is the first to fail, and of the calls in one poll only one stops.
**
** After a failure the result code must be SQLITE_NOMEM or SQLITE_INTERRUPT, and nothing else: an allocation that SQLite
** can do without must not change the answer. The connection must be of use afterwards, with the same answer, and nothing
** may leak.
**
** STRIDE (1) leaves places out: place n is followed by n + 1 + n / STRIDE, and 1 means all. The extension is
** linked in, because only so can its allocations be told from those of the libraries around it.
*/
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/context.h"

#define OFTEN 4096 /* operations between two polls */

/* ------------------------------------------------------------------------
** Allocations
*/

#define WHOLE_POLLS 2 /* polls of a statement of which every place counts */

/* The polls of the core in one run. */
static struct {
  long begun;  /* so many */
  int running; /* a poll is at work, after the first WHOLE_POLLS */
  int counted; /* the progress handler was called in it */
} polls;

/* What allocations do. */
static struct {
  int armed;      /* whether they are counted and fail */
  long left;      /* how many succeed before that */
  int from_then;  /* whether those after it fail as well */
  long count;     /* while armed */
  long core_held; /* blocks of the core that were not released */
} memory;

/* Whether this allocation fails. */
static int refused(void) {
  if (!memory.armed) return 0;
  if (polls.running) return memory.left < 0 && memory.from_then;
  memory.count++;
  long left = memory.left--;
  return left == 0 || (left < 0 && memory.from_then);
}

int __real_posix_memalign(void **block, size_t alignment, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

int __wrap_posix_memalign(void **block, size_t alignment, size_t size) {
  if (refused()) return 12; /* ENOMEM */
  memory.core_held++;
  return __real_posix_memalign(block, alignment, size);
}

void *__wrap_calloc(size_t count, size_t size) {
  if (refused()) return NULL;
  memory.core_held++;
  return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size) {
  if (refused()) return NULL;
  memory.core_held += block == NULL;
  return __real_realloc(block, size);
}

void __wrap_free(void *block) {
  memory.core_held -= block != NULL;
  __real_free(block);
}

struct glue_poller; /* glue/poller.h, which is for extensions */
void __real_glue_poller_open(struct glue_poller *poller, sqlite3 *db, coreset_context *context);
void __wrap_glue_poller_open(struct glue_poller *poller, sqlite3 *db, coreset_context *context);
coreset_status __real_core_poll(coreset_context *context);
coreset_status __wrap_core_poll(coreset_context *context);

void __wrap_glue_poller_open(struct glue_poller *poller, sqlite3 *db, coreset_context *context) {
  __real_glue_poller_open(poller, db, context);
  context->unpolled = CORE_POLL_WORK - OFTEN;
}

coreset_status __wrap_core_poll(coreset_context *context) {
  coreset_status status = __real_core_poll(context);
  context->unpolled = CORE_POLL_WORK - OFTEN;
  return status;
}

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

int __wrap_sqlite3_step(sqlite3_stmt *statement) {
  const char *sql = sqlite3_sql(statement);
  if (sql == NULL || strstr(sql, "counter(i)") == NULL) return __real_sqlite3_step(statement);
  polls.running = polls.begun++ >= WHOLE_POLLS;
  polls.counted = 0;
  int rc = __real_sqlite3_step(statement);
  polls.running = 0;
  return rc;
}

static sqlite3_mem_methods plain;

static void *sqlite_malloc(int size) {
  return refused() ? NULL : plain.xMalloc(size);
}

static void *sqlite_realloc(void *block, int size) {
  return refused() ? NULL : plain.xRealloc(block, size);
}

/* ------------------------------------------------------------------------
** Cases
*/

/* Ten models, eight questions; ids of both types; holes; a fit; targets; pass rates. */
static const char *const preparation =
    "CREATE TABLE results(model, question, score);"
    "WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 10),"
    " q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 8)"
    " INSERT INTO results SELECT 'model ' || i, CASE WHEN j % 2 THEN j ELSE 'question number ' || j END,"
    "  CASE WHEN i * j % 17 <> 5 THEN (i * 7 + j * 5 + i * j) % 11 < 2 + i * 3 / 4 END FROM m, q;"
    "CREATE TABLE rates AS SELECT model, question, (score * 3 + length(model) % 2 + rowid % 3) / 6.0 AS score FROM "
    "results"
    " WHERE score IS NOT NULL;"
    "CREATE TABLE objects AS SELECT (SELECT score_matrix(model, question, score) FROM results) AS m,"
    " (SELECT score_matrix(model, question, score) FROM rates) AS r,"
    " (SELECT score_matrix('new ' || model, question, score) FROM results"
    "   WHERE question IN (1, 'question number 4', 5)) AS t,"
    " (SELECT score_matrix('new ' || model, question, score) FROM rates"
    "   WHERE question IN (1, 'question number 4', 5)) AS rt;"
    "ALTER TABLE objects ADD COLUMN f;"
    "ALTER TABLE objects ADD COLUMN ms;"
    "ALTER TABLE objects ADD COLUMN ts;"
    "ALTER TABLE objects ADD COLUMN fs;"
    "UPDATE objects SET f = coreset_fit(m, '[1,\"question number 4\",5]');"
    "UPDATE objects SET ms = (SELECT coreset_suites(n, v) FROM (SELECT 'one' AS n, m AS v FROM objects UNION ALL"
    "  SELECT 2, r FROM objects)), ts = (SELECT coreset_suites(n, v) FROM (SELECT 'one' AS n, t AS v FROM objects"
    "  UNION ALL SELECT 2, rt FROM objects)), fs = (SELECT coreset_suites(n, f) FROM objects, (SELECT 'one' AS n"
    "  UNION ALL SELECT 2));";

#define M "(SELECT m FROM objects)"
#define R "(SELECT r FROM objects)"
#define T "(SELECT t FROM objects)"
#define F "(SELECT f FROM objects)"
#define SUITES "(SELECT ms FROM objects)"
#define SUITE_TARGETS "(SELECT ts FROM objects)"
#define SUITE_FITS "(SELECT fs FROM objects)"

static const char *const cases[] = {
    "SELECT coreset_version()",
    "SELECT length(coreset_info()) > 100",
    "SELECT coreset_info(" M ")",
    "SELECT coreset_info(" F ")",
    "SELECT coreset_info(zeroblob(1000))",
    "SELECT coreset_info('no blob')",
    "SELECT * FROM coreset_methods",
    "SELECT score_matrix(model, question, score) FROM results",
    "SELECT score_matrix(model, question, score, 1 + length(question)) FROM rates",
    "SELECT score_matrix(model, question, CASE WHEN score THEN 'unknown' END) FROM results",
    "SELECT score_matrix(model, question, score, 'heavy') FROM results",
    "SELECT score_matrix_merge(m) FROM (SELECT m FROM objects UNION ALL SELECT t FROM objects)",
    "SELECT score_matrix_merge(zeroblob(100))",
    "SELECT score_matrix_info(" M ")",
    "SELECT * FROM score_matrix_cells(" M ")",
    "SELECT * FROM score_matrix_questions(" R ")",
    "SELECT * FROM score_matrix_models(" M ")",
    "SELECT mae(score, rowid), rmse(score, rowid), pearson_r(score, rowid), spearman_rho(score, rowid),"
    " kendall_tau(score, rowid) FROM rates",
    "SELECT rmse('three', score) FROM rates",
    "SELECT mutual_info(score, rowid % 3), mutual_info(score, rowid % 3, 3, 'ksg'), mutual_info(score, rowid, 2, 'lnc')"
    " FROM rates",
    "SELECT mutual_info(score, rowid, 2, 'no estimator') FROM rates",
    "SELECT * FROM coreset_select(" M ", 4)",
    "SELECT * FROM coreset_select(" R ", '50%', 'kriging')",
    "SELECT * FROM coreset_select(" M ", 3, '{\"selector\":\"random\"}')",
    "SELECT * FROM coreset_select(" M ", 3, 'mrmr', '{\"scheme\":\"MIQ\", \"neighbors\":2}')",
    "SELECT * FROM coreset_select(" M ", 3, 'mrmr', '{\"scheme\":true}')",
    "SELECT * FROM coreset_select(" M ", 3, 'no selector')",
    "SELECT * FROM coreset_select(" M ", 5, 'random', '{\"seed\":7}', '[1,\"question number 4\"]', '[3]',"
    " '[[1,1],[\"question number 2\",2],[\"question number 4\",2.5],[5,1],[\"question number 6\",0],[7,1],"
    "[\"question number 8\",1]]', 6)",
    "SELECT * FROM coreset_select(" M ", 5, NULL, NULL, '[1,\"no question\"]')",
    "SELECT * FROM coreset_select(" M ", 5, NULL, NULL, NULL, '{\"not\":\"an array\"}')",
    "SELECT * FROM mrmr_select(" R ", 3, 'MID', 2, 'ksg')",
    "SELECT * FROM random_select(" M ", 2, 5)",
    "SELECT question FROM mrmr_select(" M ") WHERE k IN (2, 3) AND scheme = 'MIQ'",
    "SELECT a.question FROM mrmr_select(" M ", 2) AS a LEFT JOIN mrmr_select(" M ", 3) AS b USING (question)",
    "SELECT coreset_select(model, question, score, 3, 'mrmr', '{\"scheme\":\"MIQ\"}') FROM results",
    "SELECT coreset_select(model, question, score, 3, CASE WHEN rowid < 9 THEN 'mrmr' ELSE 'random' END) FROM results",
    "SELECT coreset_select(model, question, score, 3, zeroblob(rowid)) FROM results",
    "SELECT mrmr_select(model, question, score, 2) FROM rates",
    "SELECT * FROM coreset_predict(" M ", " T ")",
    "SELECT * FROM coreset_predict(" R ", (SELECT rt FROM objects), 'krr', '{\"degree\":2}', 'fixed', 0.8)",
    "SELECT * FROM coreset_predict(" F ", " T ")",
    "SELECT * FROM coreset_predict(" M ", " T ", 'no predictor')",
    "SELECT * FROM coreset_compare(" M ", " T ", NULL, 0.2, 'holm', 'krr')",
    "SELECT * FROM coreset_compare(" F ", " T ", 'no model')",
    "SELECT coreset_suites(column1, column2) FROM objects, (VALUES('b', " M "), ('a', " R "), (7, " T "))",
    "SELECT coreset_suites('a', column1) FROM (VALUES(" M "), (" F "))",
    "SELECT coreset_info(" SUITES "), coreset_info(" SUITE_FITS ")",
    "SELECT * FROM coreset_predict_suites(" SUITES ", " SUITE_TARGETS ", '[[\"one\", 3], [2, 1]]', 'krr')",
    "SELECT * FROM coreset_predict_suites(" SUITE_FITS
    ", (SELECT coreset_suites('one', v) FROM (SELECT score_matrix('new', column1, column2) AS v FROM (VALUES(1, 1), "
    "('question number 4', 0), (5, 1)))))",
    "SELECT * FROM coreset_predict_suites(" SUITES ", " SUITE_TARGETS ", '[[\"one\", 3]]')",
    "SELECT * FROM coreset_next(" M ", " T ")",
    "SELECT * FROM coreset_next(" M ", " T ", 3, '[3]',"
    " '[[1,1],[\"question number 2\",2],[\"question number 4\",2.5],[5,1],[\"question number 6\",0],[7,1],"
    "[\"question number 8\",1]]', 2)",
    "SELECT * FROM coreset_next(" R ", (SELECT rt FROM objects), 2)",
    "SELECT * FROM coreset_next(" M ", " T ", 99)",
    "SELECT * FROM coreset_predict(" M ", " T ") WHERE selector = '{\"selector\":\"next\",\"batches\":3}'",
    "SELECT * FROM coreset_power(" M ", '[2,\"50%\"]')",
    "SELECT * FROM coreset_power(" R ", 2, 0.9, '{\"selector\":\"random\"}', 0.8)",
    "SELECT * FROM coreset_power(" M ", 2, 1.5)",
    "SELECT * FROM coreset_predict('no matrix', " T ")",
    "SELECT * FROM krr_blup_predict(" R ", (SELECT rt FROM objects))",
    "SELECT * FROM ridge_predict(" M ", " T ")",
    "SELECT * FROM aipw_predict(" M ", " T ")",
    "SELECT * FROM mean_predict(" M ", " T ")",
    "SELECT coreset_fit(" M ", '[1,\"question number 4\",5]', 'krr', '{\"alpha\":0.1}', 'none')",
    "SELECT ridge_fit(" M ", '[1,\"question number 4\",1]')",
    "SELECT model, coreset_predict(" F ", question, score) FROM results WHERE score IS NOT NULL GROUP BY model"
    " HAVING count(*) = 8",
    "SELECT coreset_predict(CASE WHEN rowid < 3 THEN " F " ELSE zeroblob(rowid) END, question, score) FROM results",
    "SELECT * FROM coreset_select(" M ") WHERE budget = 12 AND costs ="
    " (SELECT json_group_array(json_array(question, 2 + (length(question) + rowid) % 5))"
    " FROM (SELECT min(rowid) AS rowid, question FROM results GROUP BY question))",
    "SELECT * FROM coreset_explain(" M ", " T ")",
    "SELECT * FROM coreset_explain(" R ", (SELECT rt FROM objects), 'krr')",
    "SELECT * FROM coreset_explain(" F ", " T ")",
    "SELECT * FROM coreset_explain(" M ", " T ", 'no predictor')",
    "SELECT * FROM coreset_items(" M ")",
    "SELECT * FROM coreset_items(" R ", '50%')",
    "SELECT * FROM coreset_items(" M ", 1)",
    "SELECT seed, k, rmse, coverage FROM coreset_evaluate(" M ", '[2,3]', 'random', 'mean', 6, 'random', 2)",
    "SELECT * FROM coreset_evaluate_models(" R ", 2, 'random', 'aipw', 6, 'time', 1, 0.9,"
    " '[[\"model 1\",\"2024\"],[\"model 2\",\"2024-05\"],[\"model 3\",\"2024-05-31\"],[\"model 4\",\"2025\"],"
    "[\"model 5\",\"2025\"],[\"model 6\",\"2025-02\"],[\"model 7\",\"2025-03\"],[\"model 8\",null]]',"
    " '[[\"model 1\",\"a\"],[\"model 2\",\"a\"],[\"model 7\",\"b\"]]')",
    "SELECT * FROM coreset_evaluate_questions(" M ", 2, 'random', 'mean', 6, 'binned', 2)",
    "SELECT * FROM coreset_evaluate(" M ", 2, 'random', 'mean', 6, 'time', 1, 0.9, '[[\"model 1\",\"soon\"]]')",
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

/* ------------------------------------------------------------------------
** Running
*/

static long failures, runs;

static void complain(const char *sql, const char *how, long place, const char *what) {
  failures++;
  fprintf(stderr, "fault: %s %ld: %s\n    %s\n", how, place, what, sql);
}

/* What a statement answers. */
typedef struct answer {
  int rc;             /* SQLITE_DONE, or the error */
  sqlite3_int64 hash; /* of all values, with their types */
  long values;        /* how many */
  char text[500];     /* of the error */
} answer;

static void add_value(answer *result, sqlite3_value *value) {
  int type = sqlite3_value_type(value), size;
  double real;
  sqlite3_int64 integer;
  const unsigned char *bytes;
  sqlite3_uint64 hash = (sqlite3_uint64)result->hash;
  if (type == SQLITE_INTEGER) {
    integer = sqlite3_value_int64(value);
    bytes = (const unsigned char *)&integer;
    size = sizeof(integer);
  } else if (type == SQLITE_FLOAT) {
    real = sqlite3_value_double(value);
    bytes = (const unsigned char *)&real;
    size = sizeof(real);
  } else {
    bytes = type == SQLITE_TEXT ? sqlite3_value_text(value) : sqlite3_value_blob(value);
    size = sqlite3_value_bytes(value);
  }
  hash = (hash ^ (sqlite3_uint64)type) * 1099511628211u;
  for (int i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 1099511628211u;
  result->hash = (sqlite3_int64)hash;
  result->values++;
}

/* Runs a statement; whoever is armed is at work only while SQLite is. */
static answer run(sqlite3 *db, const char *sql, int armed) {
  answer result = {0};
  sqlite3_stmt *statement = NULL;
  runs++;
  polls.begun = 0;
  memory.armed = armed;
  result.rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  while (result.rc == SQLITE_OK || result.rc == SQLITE_ROW) {
    memory.armed = armed;
    result.rc = sqlite3_step(statement);
    memory.armed = 0;
    for (int i = 0; result.rc == SQLITE_ROW && i < sqlite3_column_count(statement); i++) {
      add_value(&result, sqlite3_column_value(statement, i));
    }
  }
  memory.armed = 0;
  if (result.rc != SQLITE_DONE) snprintf(result.text, sizeof(result.text), "%s", sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  return result;
}

static int same(const answer *a, const answer *b) {
  return a->rc == b->rc && a->hash == b->hash && a->values == b->values && strcmp(a->text, b->text) == 0;
}

/* Looks at how a disturbed run ended, and whether the next one is as ever. */
static void judge(sqlite3 *db, const char *sql, const char *how, long place, int wanted, const answer *right,
                  const answer *found, long held) {
  char what[700];
  if (found->rc != wanted && !same(found, right)) {
    snprintf(what, sizeof(what), "code %d, %ld values, '%s'", found->rc, found->values, found->text);
    complain(sql, how, place, what);
  }
  if (memory.core_held != held) {
    snprintf(what, sizeof(what), "%ld blocks of the core are left", memory.core_held - held);
    complain(sql, how, place, what);
    memory.core_held = held;
  }
  if (place % 16 != 0) return; /* as good a sample as any: the same code goes on */
  answer again = run(db, sql, 0);
  if (!same(&again, right)) complain(sql, how, place, "another answer afterwards");
}

/* Refuses each allocation, until none is left to refuse. */
static void refuse_everywhere(sqlite3 *db, const char *sql, const char *how, int from_then, long stride,
                              const answer *right) {
  long held = memory.core_held, least = memory.count = 0;
  for (long place = 0;; place += 1 + (stride > 1 ? place / stride : 0)) {
    memory.left = place;
    memory.from_then = from_then;
    memory.count = 0;
    answer found = run(db, sql, 1);
    judge(db, sql, how, place, SQLITE_NOMEM, right, &found, held);
    if (memory.left >= 0) break;
    least = place;
  }
  if (least == 0 && strstr(sql, "coreset_version") == NULL) complain(sql, how, 0, "nothing was refused");
}

/* What the progress handler counts. */
typedef struct stopping {
  long left; /* calls before the one that stops */
} stopping;

static int stop_once(void *data) {
  if (polls.running && polls.counted) return 0;
  polls.counted = 1;
  return ((stopping *)data)->left-- == 0;
}

/* Stops at each call of the progress handler. */
static void interrupt_everywhere(sqlite3 *db, const char *sql, long stride, const answer *right) {
  long held = memory.core_held;
  stopping at;
  for (long place = 0;; place += 1 + (stride > 1 ? place / stride : 0)) {
    at.left = place;
    sqlite3_progress_handler(db, 7, stop_once, &at);
    answer found = run(db, sql, 0);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    judge(db, sql, "interruption", place, SQLITE_INTERRUPT, right, &found, held);
    if (at.left >= 0) break;
  }
}

/* All cases in a database of this encoding. Returns whether all is well. */
static int run_cases(const char *encoding, long stride) {
  sqlite3 *db;
  char sql[40], *message = NULL;
  sqlite3_int64 used = sqlite3_memory_used();
  snprintf(sql, sizeof(sql), "PRAGMA encoding = '%s'", encoding);
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_coreset_init(db, NULL, NULL) != SQLITE_OK) exit(1);
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(db, preparation, NULL, NULL, &message) != SQLITE_OK) {
    fprintf(stderr, "fault: preparing: %s\n", message);
    exit(1);
  }
  for (size_t i = 0; i < CASES; i++) {
    answer right = run(db, cases[i], 0);
    refuse_everywhere(db, cases[i], "one allocation", 0, stride, &right);
    refuse_everywhere(db, cases[i], "all allocations from", 1, stride, &right);
    interrupt_everywhere(db, cases[i], stride, &right);
  }
  if (sqlite3_close(db) != SQLITE_OK) complain(encoding, "closing", 0, "statements are left open");
  if (sqlite3_memory_used() != used) complain(encoding, "closing", 0, "SQLite holds memory");
  printf("faults, %s: %ld statements, %ld failures\n", encoding, runs, failures);
  return failures == 0;
}

/* The encodings side by side. */
int main(int argc, char **argv) {
  long stride = argc > 1 ? atol(argv[1]) : 1;
  sqlite3_mem_methods counting;
  int status;
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
  counting = plain;
  counting.xMalloc = sqlite_malloc;
  counting.xRealloc = sqlite_realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &counting);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  pid_t other = fork();
  if (other == 0) exit(!run_cases("UTF-16le", stride));
  int is_well = run_cases("UTF-8", stride);
  return other < 0 || waitpid(other, &status, 0) != other || status != 0 || !is_well;
}
