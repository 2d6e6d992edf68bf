/*
** latency.c: how long a statement goes on before it notices that it should stop.
**
**     latency [NAME ...]
**
** Prints, for statements on large data, the longest time between two calls of a progress handler, which is also the
** longest time before an interruption is noticed; without names for all of them. `make latency`. Minutes, and 8 GB.
** It judges nothing, for a busy machine has gaps of its own. The unit tests count units of work between polls.
*/
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coreset.h"

/* What is measured. */
typedef struct latency_case {
  const char *name;
  int models, questions; /* of the matrix, ?1 */
  int kind;              /* of its scores: 'b'inary, 'r'eal, 'h' binary with holes */
  const char *sql;       /* ?2 is the matrix of a few models that answered every 50th question */
} latency_case;

static const latency_case cases[] = {
    {"krr_fit", 4000, 400, 'b',
     "SELECT length(krr_fit(?1, json_group_array(question), 'poly', 2, NULL, NULL, 'none'))"
     " FROM random_select(?1, 100)"},
    {"krr_fit_alpha", 4000, 400, 'b',
     "SELECT length(krr_fit(?1, json_group_array(question), 'rbf', NULL, 0.1, 0.05, 'none'))"
     " FROM random_select(?1, 100)"},
    {"ridge_fit", 4000, 400, 'r',
     "SELECT length(ridge_fit(?1, json_group_array(question), NULL, 'none'))"
     " FROM random_select(?1, 100)"},
    {"default_fit", 4000, 400, 'b',
     "SELECT length(coreset_fit(?1, json_group_array(question), NULL, NULL, 'none'))"
     " FROM random_select(?1, 100)"},
    {"read_binary", 4000, 26000, 'b', "SELECT score_matrix_info(?1)"},
    {"select_binary", 4000, 26000, 'b', "SELECT count(*) FROM coreset_select(?1, 5)"},
    {"mrmr_binary", 4000, 26000, 'b', "SELECT count(*) FROM mrmr_select(?1, 5)"},
    {"predict_binary", 4000, 26000, 'b', "SELECT count(predicted) FROM coreset_predict(?1, ?2)"},
    {"merge_binary", 4000, 26000, 'b',
     "SELECT length(score_matrix_merge(m)) FROM (SELECT ?1 AS m UNION ALL SELECT ?2)"},
    {"read_real", 4000, 26000, 'r', "SELECT score_matrix_info(?1)"},
    {"select_real", 4000, 3000, 'r', "SELECT count(*) FROM coreset_select(?1, 5)"},
    {"mrmr_real", 4000, 3000, 'r', "SELECT count(*) FROM mrmr_select(?1, 2)"},
    {"merge_real", 4000, 26000, 'r', "SELECT length(score_matrix_merge(m)) FROM (SELECT ?1 AS m UNION ALL SELECT ?2)"},
    {"questions_real", 4000, 26000, 'r', "SELECT count(discrimination) FROM score_matrix_questions(?1)"},
    {"models_real", 4000, 26000, 'r', "SELECT count(mean) FROM score_matrix_models(?1)"},
    {"cells_real", 4000, 26000, 'r', "SELECT max(score) FROM score_matrix_cells(?1) LIMIT 1"},
    {"blob_info_real", 4000, 26000, 'r', "SELECT coreset_info(?1)"},
    {"select_holes", 2000, 12000, 'h', "SELECT count(*) FROM coreset_select(?1, 5)"},
    {"predict_holes", 2000, 12000, 'h', "SELECT count(predicted) FROM coreset_predict(?1, ?2)"},
    {"evaluate", 400, 12000, 'b', "SELECT count(*) FROM coreset_evaluate(?1, '5%', NULL, NULL, '50%', 'strong', 1)"},
    {"repeats", 0, 0, 0,
     "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 4000000)"
     " SELECT length(score_matrix(i % 400, i / 1200 % 2500, (i * 7919 % 1000) / 999.0)) FROM n"},
    {"ksg", 0, 0, 0,
     "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200000)"
     " SELECT mutual_info(i * 7919 % 1000003, i * 104729 % 1000033 + i % 1000, 3, 'ksg') FROM n"},
    {"lnc", 0, 0, 0,
     "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200000)"
     " SELECT mutual_info(i * 7919 % 1000003, i * 104729 % 1000033 + i % 1000, 3, 'lnc') FROM n"},
    {"ross", 0, 0, 0,
     "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200000)"
     " SELECT mutual_info(i % 2, i * 104729 % 1000033 + i % 2 * 1000) FROM n"},
    {"kendall", 0, 0, 0,
     "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200000)"
     " SELECT kendall_tau(i * 7919 % 1000003, i * 104729 % 1000033 + i % 1000) FROM n"},
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

/* The times of the calls. */
typedef struct gaps {
  double last, longest; /* seconds: of the last call; between two */
  double longest_at;    /* when that one ended */
  long calls;
} gaps;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int look_at_the_clock(void *data) {
  gaps *self = data;
  double time = now();
  if (time - self->last > self->longest) {
    self->longest = time - self->last;
    self->longest_at = time;
  }
  self->last = time;
  self->calls++;
  return 0;
}

static void stop(const char *what) {
  fprintf(stderr, "latency: %s\n", what);
  exit(1);
}

/* The score of a model on a question; a NaN is a hole. */
static double score_of(int kind, int model, int models, int question) {
  uint64_t mixed = ((uint64_t)model * 1000003 + (uint64_t)question) * UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ mixed >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
  double random = (double)(mixed >> 40) * 0x1p-24, ability = (double)model / models;
  double difficulty = (double)(question * 7919 % 1000) / 1000;
  if (kind == 'h' && mixed % 10 == 3) return NAN;
  return kind == 'r' ? 0.5 * random + 0.3 * ability + 0.2 * difficulty : random < 0.3 * ability + 0.6 * difficulty;
}

/* The bytes of a matrix. step: every so many of the questions; first: the number of the first model. */
static void make_matrix(const latency_case *item, int models, int first, int step, unsigned char **bytes,
                        size_t *size) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  if (coreset_builder_new(&context, &builder) != CORESET_OK) stop(context.message);
  for (int q = 0; q < item->questions; q += step) {
    for (int m = 0; m < models; m++) {
      coreset_id model = {NULL, 0, first + m}, question = {NULL, 0, q};
      double score = score_of(item->kind, m * (item->models / models), item->models, q);
      int is_hole = isnan(score);
      if (coreset_builder_add(&context, builder, &model, &question, is_hole ? NULL : &score, 1) != CORESET_OK) {
        stop(context.message);
      }
    }
  }
  if (coreset_builder_finish(&context, builder, SIZE_MAX, &matrix) != CORESET_OK) stop(context.message);
  coreset_builder_free(builder);
  if (coreset_matrix_write(&context, matrix, SIZE_MAX, bytes, size) != CORESET_OK) stop(context.message);
  coreset_matrix_free(matrix);
}

static void measure(sqlite3 *db, const latency_case *item, const unsigned char *matrix, size_t matrix_size,
                    const unsigned char *targets, size_t targets_size) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, item->sql, -1, &statement, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
  if (item->models > 0) {
    sqlite3_bind_blob64(statement, 1, matrix, matrix_size, SQLITE_STATIC);
    sqlite3_bind_blob64(statement, 2, targets, targets_size, SQLITE_STATIC);
  }
  double begin = now();
  gaps found = {begin, 0, 0, 0};
  sqlite3_progress_handler(db, 100, look_at_the_clock, &found);
  int rc = sqlite3_step(statement);
  look_at_the_clock(&found);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  printf("| %-16s | %9.0f | %9.0f | %9.0f | %s\n", item->name, 1e3 * found.longest, 1e3 * (found.longest_at - begin),
         1e3 * (found.last - begin),
         rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : sqlite3_errmsg(db));
  fflush(stdout);
  sqlite3_finalize(statement);
}

int main(int argc, char **argv) {
  sqlite3 *db;
  unsigned char *matrix = NULL, *targets = NULL;
  size_t matrix_size = 0, targets_size = 0;
  const latency_case *made = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_coreset_init(db, NULL, NULL) != SQLITE_OK)
    stop("no SQLite");
  printf("| statement        |  gap (ms) |  at  (ms) | all  (ms) | result\n");
  for (size_t i = 0; i < CASES; i++) {
    const latency_case *item = &cases[i];
    int wanted = argc < 2;
    for (int j = 1; j < argc; j++) wanted |= strcmp(argv[j], item->name) == 0;
    if (!wanted) continue;
    if (item->models > 0 && (made == NULL || made->models != item->models || made->questions != item->questions ||
                             made->kind != item->kind)) {
      coreset_free(matrix);
      coreset_free(targets);
      make_matrix(item, item->models, 0, 1, &matrix, &matrix_size);
      make_matrix(item, 5, item->models, 50, &targets, &targets_size);
      made = item;
    }
    measure(db, item, matrix, matrix_size, targets, targets_size);
  }
  coreset_free(matrix);
  coreset_free(targets);
  sqlite3_close(db);
  return 0;
}
