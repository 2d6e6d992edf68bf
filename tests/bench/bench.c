/*
** bench.c: how long selections take, and how much work the lazy search saves.
**
**     bench EXTENSION DATABASE
**
** Times are medians of runs of the whole query, its matrix built, beside the time that
** the published program takes for the same work (measured elsewhere, on a machine
** like those this was written on: a ratio says how many orders of magnitude, not
** more). Pairs are redundancies computed, beside the number an eager search computes.
*/
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scores.h"
#include "selector.h"

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

/* The median time of a statement. */
static double time_query(sqlite3 *db, const char *sql) {
  double times[RUNS];
  int run;
  for (run = 0; run < RUNS; run++) {
    double start = now();
    execute(db, sql);
    times[run] = now() - start;
  }
  qsort(times, RUNS, sizeof(double), compare_doubles);
  return times[RUNS / 2];
}

/* How many redundancies the lazy search computes; *picks of them were made. */
static size_t count_pairs(sqlite3 *db, const task *this, size_t *picks, size_t *questions) {
  sqlite3_stmt *statement;
  coreset_context context = {0};
  coreset_matrix *matrix;
  coreset_scores *scores;
  coreset_setting settings[CORESET_OPTION_LIMIT] = {
      {1, this->scheme_index, 0}, {1, this->neighbors, 0}, {1, this->estimator_index, 0}};
  unsigned char *allowed;
  void *state;
  size_t evaluated;
  if (sqlite3_prepare_v2(db, "SELECT m FROM matrix", -1, &statement, NULL) != SQLITE_OK ||
      sqlite3_step(statement) != SQLITE_ROW) {
    stop("matrix", sqlite3_errmsg(db));
  }
  if (coreset_matrix_read(&context, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0),
                          &matrix) != CORESET_OK ||
      coreset_scores_new(&context, matrix, NULL, &scores) != CORESET_OK) {
    stop("matrix", context.message);
  }
  sqlite3_finalize(statement);
  allowed = malloc(scores->questions);
  memset(allowed, 1, scores->questions);
  if (coreset_selector_mrmr.start(&context, scores, settings, &state) != CORESET_OK) stop("mrmr", context.message);
  *questions = scores->questions;
  for (*picks = 0; *picks < scores->questions / 10; ++*picks) {
    coreset_pick pick;
    size_t question;
    coreset_selector_mrmr.choose(&context, state, allowed, &question);
    coreset_selector_mrmr.take(&context, state, question, &pick);
    allowed[question] = 0;
  }
  evaluated = coreset_mrmr_evaluated(state);
  coreset_selector_mrmr.finish(state);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(allowed);
  return evaluated;
}

static void run_task(sqlite3 *db, const task *this) {
  size_t picks, questions, pairs, eager;
  double selection;
  char ratio[32] = "";
  char *sql = sqlite3_mprintf("DROP TABLE IF EXISTS matrix; CREATE TEMP TABLE matrix AS SELECT score_matrix(model,"
                              " question, score) AS m FROM reference.scores WHERE dataset = %Q AND model < %d",
                              this->dataset, this->sources);
  execute(db, sql);
  sqlite3_free(sql);
  sql = sqlite3_mprintf("SELECT count(*) FROM mrmr_select((SELECT m FROM matrix), '10%%', %Q, %d, %Q)", this->scheme,
                        this->neighbors, this->estimator);
  selection = time_query(db, sql);
  sqlite3_free(sql);
  pairs = count_pairs(db, this, &picks, &questions);
  eager = picks * questions - picks * (picks + 1) / 2 - (questions - picks); /* the last pick needs no more */
  if (this->published > 0) snprintf(ratio, sizeof(ratio), "1/%.0f", this->published / selection);
  printf("| %-38s | %7.2f | %7s | %8zu | %8zu | %4.0f%% |\n", this->name, 1000 * selection, ratio, pairs, eager,
         100 - 100 * (double)pairs / (double)eager);
}

int main(int argc, char **argv) {
  sqlite3 *db;
  char *message = NULL, *sql;
  size_t i;
  FILE *file;
  if (argc < 3) stop("usage", "bench EXTENSION DATABASE");
  file = fopen(argv[2], "rb");
  if (file == NULL) {
    printf("bench skipped: there is no file '%s' (set REFERENCE to its path)\n", argv[2]);
    return 0;
  }
  fclose(file);
  if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL) !=
      SQLITE_OK) {
    stop("sqlite", "cannot open");
  }
  sqlite3_enable_load_extension(db, 1);
  if (sqlite3_load_extension(db, argv[1], NULL, &message) != SQLITE_OK) stop(argv[1], message);
  sql = sqlite3_mprintf("ATTACH 'file:%q?mode=ro' AS reference", argv[2]);
  execute(db, sql);
  sqlite3_free(sql);
  printf("| selection | ms | of the published program's time | pairs computed | by an eager search | saved |\n"
         "|---|---|---|---|---|---|\n");
  for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) run_task(db, &tasks[i]);
  sqlite3_close(db);
  return 0;
}
