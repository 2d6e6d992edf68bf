/*
** bench.c: how long reading and selecting take, and how much work the lazy search saves.
**
**     bench EXTENSION DATABASE
**
** Times are medians of runs of whole statements. First, 4.8 million made-up rows: reading
** them into a matrix, beside SQLite's own scan of the rows, and selecting from it. Then
** selections beside plain loops (plain.c). Then selections from DATABASE, beside the time that
** the published program takes for the same work (measured elsewhere, on a machine like those
** this was written on: a ratio says how many orders of magnitude, not more). Pairs are
** redundancies computed, beside the number an eager search computes. publish.py knows tables
** by their first lines.
*/
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "matrix/scores.h"
#include "plain.h"
#include "select/selector.h"

#define RUNS 9

/* One selection to time. */
typedef struct task {
  const char *name, *dataset;
  int sources; /* the first so many models */
  const char *scheme, *estimator;
  int scheme_index, estimator_index, neighbors;
  double published; /* seconds of the published program; 0 if not known */
} task;

static const task tasks[] = {
    {"arc_challenge, 50 sources, 10%, MID", "arc_challenge", 50, "MID", "auto", 0, 0, 4, 1.8},
    {"arc_challenge, 50 sources, 10%, MIQ", "arc_challenge", 50, "MIQ", "auto", 1, 0, 4, 1.8},
    {"MBPP pass@1, 20 sources, 10%, MIQ, LNC", "MBPP_mbpp_pass_at_1_v3", 20, "MIQ", "lnc", 1, 3, 5, 5},
    {"MBPP pass@1, 20 sources, 10%, MID, LNC", "MBPP_mbpp_pass_at_1_v3", 20, "MID", "lnc", 0, 3, 5, 5},
    {"MBPP pass@1, 20 sources, 10%, MID, KSG", "MBPP_mbpp_pass_at_1_v3", 20, "MID", "ksg", 0, 2, 5, 0},
};

static void stop(const char *what, const char *message) {
  fprintf(stderr, "bench: %s: %s\n", what, message);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void execute(sqlite3 *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) stop(sql, message);
}

static int compare_doubles(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double median(double times[RUNS]) {
  qsort(times, RUNS, sizeof(double), compare_doubles);
  return times[RUNS / 2];
}

static double time_once(sqlite3 *db, const char *sql) {
  double start = now();
  execute(db, sql);
  return now() - start;
}

/* The median time of a statement. */
static double time_query(sqlite3 *db, const char *sql) {
  double times[RUNS];
  for (int run = 0; run < RUNS; run++) times[run] = time_once(db, sql);
  return median(times);
}

/* The matrix of the table `matrix`, and the scores of all its models. */
static void load_scores(sqlite3 *db, coreset_matrix **matrix, coreset_scores **scores) {
  coreset_context context = {0};
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, "SELECT m FROM matrix", -1, &statement, NULL) != SQLITE_OK ||
      sqlite3_step(statement) != SQLITE_ROW) {
    stop("matrix", sqlite3_errmsg(db));
  }
  if (coreset_matrix_read(&context, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0),
                          matrix) != CORESET_OK ||
      coreset_scores_new(&context, *matrix, NULL, scores) != CORESET_OK) {
    stop("matrix", context.message);
  }
  sqlite3_finalize(statement);
}

/* How many redundancies the lazy search computes; *picks of them were made. */
static size_t count_pairs(sqlite3 *db, const task *this, size_t *picks, size_t *questions) {
  coreset_choice choice = core_default_choice(&core_selector_mrmr.method);
  *coreset_choice_setting(&choice, "scheme") = (coreset_setting){.is_set = 1, .integer = this->scheme_index};
  *coreset_choice_setting(&choice, "neighbors") = (coreset_setting){.is_set = 1, .integer = this->neighbors};
  *coreset_choice_setting(&choice, "estimator") = (coreset_setting){.is_set = 1, .integer = this->estimator_index};
  coreset_matrix *matrix;
  coreset_scores *scores;
  load_scores(db, &matrix, &scores);
  unsigned char *allowed = malloc(scores->questions);
  memset(allowed, 1, scores->questions);
  coreset_context context = {0};
  core_arena arena = {0};
  void *state;
  core_shared shared = {.arena = &arena, .scores = scores};
  if (core_selector_mrmr.start(&context, &arena, &shared, choice.settings, &state) != CORESET_OK) {
    stop("mrmr", context.message);
  }
  *questions = scores->questions;
  for (*picks = 0; *picks < scores->questions / 10; ++*picks) {
    coreset_pick pick;
    size_t question;
    if (core_selector_mrmr.choose(&context, state, allowed, &question) != CORESET_OK ||
        core_selector_mrmr.take(&context, &arena, state, question, &pick) != CORESET_OK) {
      stop("mrmr", context.message);
    }
    allowed[question] = 0;
  }
  size_t evaluated = core_mrmr_evaluated(state);
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(allowed);
  return evaluated;
}

/* 400 models x 12,000 questions with ids of 20 and 15 bytes; score: an SQL expression of i,
** the model's number, and j, the question's. */
static void make_rows(sqlite3 *db, const char *score) {
  char *sql =
      sqlite3_mprintf("DROP TABLE IF EXISTS made; CREATE TEMP TABLE made AS"
                      "  WITH RECURSIVE a(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM a WHERE i < 399),"
                      "                 b(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM b WHERE j < 11999)"
                      "  SELECT printf('provider/model-%%05d', i * 7919 %% 100003) AS model,"
                      "         printf('question-%%06d', j * 104729 %% 1000003) AS question,"
                      "         abs(i * 2654435761 + j * 40503 + i * j * j %% 977 * 7919) / 32 %% 1000 %s AS score"
                      "    FROM a CROSS JOIN b",
                      score);
  execute(db, sql);
  sqlite3_free(sql);
}

/* Scans and reads the rows in an order, by turns, so that whatever else the machine does
** meets both; returns the medians. */
static void time_reading(sqlite3 *db, const char *order, double *scan, double *reading) {
  char *sql = sqlite3_mprintf("DROP TABLE IF EXISTS ordered; CREATE TEMP TABLE ordered AS SELECT * FROM made"
                              " ORDER BY %s",
                              order);
  execute(db, sql);
  sqlite3_free(sql);
  double scans[RUNS], readings[RUNS];
  for (int run = 0; run < RUNS; run++) {
    scans[run] = time_once(db, "SELECT sum(length(model) + length(question) + score) FROM ordered");
    readings[run] = time_once(db, "SELECT length(score_matrix(model, question, score)) FROM ordered");
  }
  *scan = median(scans);
  *reading = median(readings);
}

/* Reading 4.8 million rows in three orders, and selecting from them. */
static void run_speed(sqlite3 *db) {
  static const char *const kinds[][2] = {{"real-valued", "* 0.001"}, {"binary", "< 200 + i + j * 37 % 300"}};
  static const char *const orders[][2] = {
      {"random order", "random()"}, {"question order", "question"}, {"model order", "model"}};
  static const char *const selectors[][2] = {
      {"mrmr_select", "MID"}, {"mrmr_select", "MIQ"}, {"kriging_select", NULL}, {"kriging_irt_select", NULL}};
  double scan = 0, reading = 0; /* at the end of binary scores in model order */
  printf("| 4.8 million rows | scan, ms | score_matrix, ms | share |\n|---|---|---|---|\n");
  for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
    make_rows(db, kinds[kind][1]);
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
      time_reading(db, orders[i][1], &scan, &reading);
      printf("| %s scores, %s | %.0f | %.0f | %.2f |\n", kinds[kind][0], orders[i][0], 1000 * scan, 1000 * reading,
             reading / scan);
      fflush(stdout);
    }
  }
  execute(db, "CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM ordered");
  printf("\n| 600 of 12,000 questions, 400 models | ms | of the scan | of score_matrix |\n|---|---|---|---|\n");
  for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
    const char *selector = selectors[i][0], *scheme = selectors[i][1];
    char *sql = scheme == NULL
                    ? sqlite3_mprintf("SELECT count(*) FROM %s((SELECT m FROM matrix), 600)", selector)
                    : sqlite3_mprintf("SELECT count(*) FROM %s((SELECT m FROM matrix), 600, %Q)", selector, scheme);
    double seconds = time_query(db, sql);
    printf("| %s%s%s | %.0f | %.2f | %.2f |\n", selector, scheme == NULL ? "" : ", ", scheme == NULL ? "" : scheme,
           1000 * seconds, seconds / scan, seconds / reading);
    fflush(stdout);
    sqlite3_free(sql);
  }
  execute(db, "DROP TABLE made; DROP TABLE ordered");
  printf("\n");
}

/* One line of the comparison: the extension's time, beside that of loops whose picks are in
** chosen. options: SQL, as they follow the number of questions. */
static void print_plain(sqlite3 *db, const char *selector, const char *options, const char *what, size_t picks,
                        double plain, const size_t *chosen) {
  char *sql = sqlite3_mprintf("SELECT question FROM %s((SELECT m FROM matrix), %d%s)", selector, (int)picks, options);
  double own = time_query(db, sql);
  sqlite3_stmt *statement;
  size_t same = 0;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) stop(sql, sqlite3_errmsg(db));
  for (size_t i = 0; chosen != NULL && sqlite3_step(statement) == SQLITE_ROW; i++) {
    same += sqlite3_column_int64(statement, 0) == (sqlite3_int64)chosen[i];
  }
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  printf("| %-14s | %-34s | %6.0f | %6.1f | %6.2f | ", selector, what, 1000 * plain, 1000 * own, plain / own);
  if (chosen != NULL) printf("%zu of %zu", same, picks);
  printf(" |\n");
  fflush(stdout);
}

/* 87 models x 5463 questions, as large as the largest set of the publication; a tenth chosen. */
static void run_plain(sqlite3 *db) {
  enum { MODELS = 87, QUESTIONS = 5463, PICKS = 546 };
  execute(db, "DELETE FROM matrix; INSERT INTO matrix"
              "  WITH RECURSIVE a(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM a WHERE i < 86),"
              "                 b(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM b WHERE j < 5462)"
              "  SELECT score_matrix(i, j, abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000"
              "                            < 200 + i * 5 + j * 37 % 300) FROM a, b");
  coreset_matrix *matrix;
  coreset_scores *scores;
  load_scores(db, &matrix, &scores);
  coreset_context context = {0};
  core_arena arena = {0};
  core_field field;
  if (core_field_build(&context, &arena, scores, CORE_FIELD_PLAIN, &field) != CORESET_OK)
    stop("field", context.message);
  double *x = malloc(sizeof(double) * MODELS * QUESTIONS);
  for (size_t q = 0; q < QUESTIONS; q++) core_scores_column(scores, q, x + q * MODELS);
  printf("| selection of 546 of 5463, 87 models | beside | ms there | ms here | ratio | same picks |\n"
         "|---|---|---|---|---|---|\n");
  size_t chosen[PICKS];
  double start = now();
  plain_mrmr(x, MODELS, QUESTIONS, PICKS, chosen);
  print_plain(db, "mrmr_select", ", 'MID'", "the same in plain loops", PICKS, now() - start, chosen);
  print_plain(db, "mrmr_select", ", 'MID'", "the published program", PICKS, 13, NULL);
  start = now();
  plain_kriging(&field, x, PICKS, chosen);
  print_plain(db, "kriging_select", "", "the same in plain loops", PICKS, now() - start, chosen);
  start = now();
  blas_pass(&field, PICKS);
  print_plain(db, "kriging_select", "", "its products alone, by OpenBLAS", PICKS, now() - start, NULL);
  printf("\n");
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

static void run_task(sqlite3 *db, const task *this) {
  char *sql = sqlite3_mprintf("DROP TABLE IF EXISTS matrix; CREATE TEMP TABLE matrix AS SELECT score_matrix(model,"
                              " question, score) AS m FROM reference.scores WHERE dataset = %Q AND model < %d",
                              this->dataset, this->sources);
  execute(db, sql);
  sqlite3_free(sql);
  sql = sqlite3_mprintf("SELECT count(*) FROM mrmr_select((SELECT m FROM matrix), '10%%', %Q, %d, %Q)", this->scheme,
                        this->neighbors, this->estimator);
  double selection = time_query(db, sql);
  sqlite3_free(sql);
  size_t picks, questions;
  size_t pairs = count_pairs(db, this, &picks, &questions);
  size_t eager = picks * questions - picks * (picks + 1) / 2 - (questions - picks); /* the last pick needs no more */
  char ratio[32] = "";
  if (this->published > 0) snprintf(ratio, sizeof(ratio), "1/%.0f", this->published / selection);
  printf("| %-38s | %7.2f | %7s | %8zu | %8zu | %4.0f%% |\n", this->name, 1000 * selection, ratio, pairs, eager,
         100 - 100 * (double)pairs / (double)eager);
}

/* Selections from the published data. */
static void run_tasks(sqlite3 *db, const char *database) {
  FILE *file = fopen(database, "rb");
  if (file == NULL) {
    printf("selections from '%s' skipped: there is no such file (set REFERENCE to its path)\n", database);
    return;
  }
  fclose(file);
  char *sql = sqlite3_mprintf("ATTACH 'file:%q?mode=ro' AS reference", database);
  execute(db, sql);
  sqlite3_free(sql);
  printf("| selection | ms | of the published program's time | pairs computed | by an eager search | saved |\n"
         "|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) run_task(db, &tasks[i]);
  printf("\n");
}

int main(int argc, char **argv) {
  if (argc < 3) stop("usage", "bench EXTENSION DATABASE");
  sqlite3 *db;
  if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL) !=
      SQLITE_OK) {
    stop("sqlite", "cannot open");
  }
  char *message = NULL;
  sqlite3_enable_load_extension(db, 1);
  if (sqlite3_load_extension(db, argv[1], NULL, &message) != SQLITE_OK) stop(argv[1], message);
  execute(db, "PRAGMA temp_store = MEMORY");
  run_speed(db);
  run_plain(db);
  run_tasks(db, argv[2]);
  sqlite3_close(db);
  return 0;
}
