/*
** reference.c: compares the core with published numbers.
**
**     reference DATABASE
**
** DATABASE holds score matrices, published selections, relevances and predictions
** (tests/README.md lists its tables). For every selection the source models' matrix
** is built from the scores; then
**
**   relevance    of every question, against the published one
**   replay       with the published picks imposed, how far each is from the best
**                objective available at its step
**   sequence     whether the greedy search finds the whole published sequence
**   predictions  from the published coreset, ridge and polynomial kernel ridge
**
** Prints what was compared and the largest differences; exits with 1 where they
** exceed what numerics allow. Without the file it says so and exits with 0.
*/
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "scores.h"
#include "selector.h"

#define RELEVANCE_TOLERANCE 1e-14
#define REPLAY_TOLERANCE 1e-14
#define PREDICTION_TOLERANCE 1e-12
#define SOURCE_COUNTS 3
#define QUESTION_LIMIT 8192
#define MODEL_LIMIT 1024

/* The agreement asked for, by the number of source models. */
static const int source_counts[SOURCE_COUNTS] = {15, 30, 50};
static const double identical_share[SOURCE_COUNTS] = {0, 0.99, 1};

/* One published selection. */
typedef struct published {
  int id;
  const char *dataset, *scheme;
  int neighbors, k, source_count;
  size_t picks[QUESTION_LIMIT]; /* questions, in order */
  size_t pick_count;
  unsigned char is_source[MODEL_LIMIT];
} published;

/* What was found. */
typedef struct tally {
  long selections, relevances, predictions;
  long degenerate; /* selections with too few source models for their neighbors: only predictions count */
  long sequences[SOURCE_COUNTS], identical[SOURCE_COUNTS];
  double relevance, replay, prediction; /* largest differences */
} tally;

static void stop(const char *what, const char *message) {
  fprintf(stderr, "reference: %s: %s\n", what, message);
  exit(1);
}

static void check(coreset_status status, const coreset_context *context, const char *what) {
  if (status != CORESET_OK) stop(what, context->message);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) stop(sql, sqlite3_errmsg(db));
  return statement;
}

/* The whole matrix of a data set; ids are the published indices. */
static coreset_matrix *load_matrix(sqlite3 *db, const char *dataset) {
  sqlite3_stmt *rows = prepare(db, "SELECT model, question, score FROM scores WHERE dataset = ?1");
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  unsigned char *bytes;
  size_t size;
  check(coreset_builder_new(&context, &builder), &context, dataset);
  sqlite3_bind_text(rows, 1, dataset, -1, SQLITE_TRANSIENT);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    coreset_id model = {NULL, 0, sqlite3_column_int64(rows, 0)}, question = {NULL, 0, sqlite3_column_int64(rows, 1)};
    double score = sqlite3_column_double(rows, 2);
    check(coreset_builder_add(&context, builder, &model, &question, &score, 1), &context, dataset);
  }
  sqlite3_finalize(rows);
  check(coreset_builder_finish(&context, builder, SIZE_MAX, &bytes, &size), &context, dataset);
  check(coreset_matrix_read(&context, bytes, size, &matrix), &context, dataset);
  coreset_builder_free(builder);
  coreset_free(bytes);
  return matrix;
}

static void load_selection(sqlite3 *db, published *this) {
  sqlite3_stmt *sources = prepare(db, "SELECT model FROM selection_source WHERE selection = ?1");
  sqlite3_stmt *picks = prepare(db, "SELECT question FROM selection_question WHERE selection = ?1 ORDER BY rank");
  memset(this->is_source, 0, sizeof(this->is_source));
  this->pick_count = 0;
  sqlite3_bind_int(sources, 1, this->id);
  sqlite3_bind_int(picks, 1, this->id);
  while (sqlite3_step(sources) == SQLITE_ROW) this->is_source[sqlite3_column_int(sources, 0)] = 1;
  while (sqlite3_step(picks) == SQLITE_ROW) this->picks[this->pick_count++] = (size_t)sqlite3_column_int(picks, 0);
  sqlite3_finalize(sources);
  sqlite3_finalize(picks);
}

/* Settings of mRMR: scheme, neighbors, estimator. */
static void mrmr_settings(const published *this, coreset_setting settings[CORESET_OPTION_LIMIT]) {
  static const char *const schemes[] = {"MID", "MIQ", "MI"};
  memset(settings, 0, CORESET_OPTION_LIMIT * sizeof(*settings));
  settings[0].is_set = settings[1].is_set = settings[2].is_set = 1;
  while (strcmp(schemes[settings[0].integer], this->scheme) != 0) settings[0].integer++;
  settings[1].integer = this->neighbors;
}

/* Imposes the published picks and notes by how much each misses the best choice. */
static void replay(const published *this, const coreset_scores *scores, tally *found) {
  coreset_context context = {0};
  coreset_setting settings[CORESET_OPTION_LIMIT];
  unsigned char *allowed = malloc(scores->questions);
  void *state;
  size_t i;
  mrmr_settings(this, settings);
  memset(allowed, 1, scores->questions);
  check(coreset_selector_mrmr.start(&context, scores, settings, &state), &context, "replay");
  for (i = 0; i < this->pick_count; i++) {
    coreset_pick pick;
    size_t best;
    double best_objective;
    check(coreset_selector_mrmr.choose(&context, state, allowed, &best), &context, "replay");
    best_objective = coreset_mrmr_objective(state, best);
    check(coreset_selector_mrmr.take(&context, state, this->picks[i], &pick), &context, "replay");
    if (best_objective - pick.objective > found->replay) found->replay = best_objective - pick.objective;
    allowed[this->picks[i]] = 0;
  }
  coreset_selector_mrmr.finish(state);
  free(allowed);
}

/* Whether a selection of our own is the published one. */
static int same_sequence(const published *this, const coreset_scores *scores) {
  coreset_context context = {0};
  coreset_setting settings[CORESET_OPTION_LIMIT];
  coreset_request request = {0};
  coreset_selection *selection;
  coreset_pick pick;
  size_t i;
  int same = 1;
  mrmr_settings(this, settings);
  request.count = this->pick_count;
  request.budget = INFINITY;
  check(coreset_selection_new(&context, scores, &coreset_selector_mrmr, settings, &request, &selection), &context,
        "selection");
  for (i = 0; i < this->pick_count && same; i++) {
    check(coreset_selection_next(&context, selection, &pick), &context, "selection");
    same = pick.question == this->picks[i];
  }
  coreset_selection_free(selection);
  return same;
}

/* Every relevance that was published for this selection, for any neighbors. */
static void compare_relevance(sqlite3 *db, const published *this, const coreset_scores *scores, tally *found) {
  sqlite3_stmt *rows = prepare(db, "SELECT question, relevance FROM relevance WHERE selection = ?1 AND neighbors = ?2");
  coreset_context context = {0};
  coreset_setting settings[CORESET_OPTION_LIMIT];
  void *state;
  mrmr_settings(this, settings);
  check(coreset_selector_mrmr.start(&context, scores, settings, &state), &context, "relevance");
  sqlite3_bind_int(rows, 1, this->id);
  sqlite3_bind_int(rows, 2, this->neighbors);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    double ours = coreset_mrmr_objective(state, (size_t)sqlite3_column_int(rows, 0));
    double difference = fabs(ours - sqlite3_column_double(rows, 1));
    if (difference > found->relevance) found->relevance = difference;
    found->relevances++;
  }
  coreset_selector_mrmr.finish(state);
  sqlite3_finalize(rows);
}

static int compare_sizes(const void *a, const void *b) {
  size_t left = *(const size_t *)a, right = *(const size_t *)b;
  return (left > right) - (left < right);
}

/* All predictions of one degree from the published coreset. */
static void compare_predictions(sqlite3 *db, const published *this, const coreset_matrix *matrix,
                                const coreset_scores *scores, int degree, tally *found) {
  sqlite3_stmt *rows = prepare(db, "SELECT model, predicted FROM prediction WHERE selection = ?1 AND degree = ?2");
  const coreset_predictor *predictor = coreset_find_predictor(degree == 1 ? "ridge" : "krr");
  coreset_setting settings[CORESET_OPTION_LIMIT] = {{0}};
  coreset_context context = {0};
  coreset_fit *fit;
  size_t *questions = malloc(this->pick_count * sizeof(size_t)), i;
  double *answers = malloc(this->pick_count * sizeof(double));
  memcpy(questions, this->picks, this->pick_count * sizeof(size_t));
  qsort(questions, this->pick_count, sizeof(size_t), compare_sizes);
  if (degree > 1) {
    settings[1].is_set = 1;
    settings[1].integer = degree;
  }
  check(coreset_fit_new(&context, matrix, scores, predictor, settings, questions, this->pick_count, &fit), &context,
        "fit");
  sqlite3_bind_int(rows, 1, this->id);
  sqlite3_bind_int(rows, 2, degree);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    size_t model = (size_t)sqlite3_column_int(rows, 0);
    double predicted, difference;
    for (i = 0; i < this->pick_count; i++) coreset_matrix_cell(matrix, model, questions[i], &answers[i], NULL);
    check(coreset_fit_predict(&context, fit, answers, &predicted), &context, "predict");
    difference = fabs(predicted - sqlite3_column_double(rows, 1));
    if (difference > found->prediction) found->prediction = difference;
    found->predictions++;
  }
  coreset_fit_free(fit);
  sqlite3_finalize(rows);
  free(questions);
  free(answers);
}

static void compare(sqlite3 *db, published *this, const coreset_matrix *matrix, tally *found) {
  coreset_context context = {0};
  coreset_scores *scores;
  int i, degree;
  load_selection(db, this);
  check(coreset_scores_new(&context, matrix, this->is_source, &scores), &context, this->dataset);
  for (degree = 1; degree <= 4; degree++) compare_predictions(db, this, matrix, scores, degree, found);
  if (this->source_count < 2 * (this->neighbors + 1)) {
    found->degenerate++;
    coreset_scores_free(scores);
    return;
  }
  compare_relevance(db, this, scores, found);
  replay(this, scores, found);
  for (i = 0; i < SOURCE_COUNTS; i++) {
    if (this->source_count != source_counts[i]) continue;
    found->sequences[i]++;
    found->identical[i] += same_sequence(this, scores);
  }
  found->selections++;
  coreset_scores_free(scores);
}

/* Prints one line of the result; returns 1 where it is not good enough. */
static int report(const char *what, long count, double value, double tolerance) {
  int failed = !(value <= tolerance);
  printf("  %-28s %8ld  largest difference %.2e  allowed %.0e  %s\n", what, count, value, tolerance,
         failed ? "FAILED" : "ok");
  return failed;
}

static int report_all(const tally *found) {
  int failed = 0, i;
  printf("binary selections checked: %ld (and %ld with fewer than 2 (neighbors + 1) sources: predictions only)\n",
         found->selections, found->degenerate);
  failed += report("relevances", found->relevances, found->relevance, RELEVANCE_TOLERANCE);
  failed += report("selections replayed", found->selections, found->replay, REPLAY_TOLERANCE);
  failed += report("predictions, degrees 1 to 4", found->predictions, found->prediction, PREDICTION_TOLERANCE);
  for (i = 0; i < SOURCE_COUNTS; i++) {
    double share = found->sequences[i] == 0 ? 0 : (double)found->identical[i] / (double)found->sequences[i];
    int bad = share < identical_share[i];
    printf("  sequences identical, %d source models: %ld of %ld (%.1f%%)  wanted %.0f%%  %s\n", source_counts[i],
           found->identical[i], found->sequences[i], 100 * share, 100 * identical_share[i], bad ? "FAILED" : "ok");
    failed += bad;
  }
  return failed;
}

int main(int argc, char **argv) {
  static published this;
  static tally found;
  const char *path = argc > 1 ? argv[1] : "";
  FILE *file = fopen(path, "rb");
  sqlite3 *db;
  sqlite3_stmt *selections;
  coreset_matrix *matrix = NULL;
  char dataset[128] = "";
  int failed;
  if (file == NULL) {
    printf("reference test skipped: there is no file '%s' (set REFERENCE to its path)\n", path);
    return 0;
  }
  fclose(file);
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) stop(path, sqlite3_errmsg(db));
  selections = prepare(db, "SELECT id, dataset, scheme, neighbors, k, n_source FROM selection"
                           " WHERE estimator = 'ross' ORDER BY dataset, id");
  while (sqlite3_step(selections) == SQLITE_ROW) {
    this.id = sqlite3_column_int(selections, 0);
    this.dataset = (const char *)sqlite3_column_text(selections, 1);
    this.scheme = (const char *)sqlite3_column_text(selections, 2);
    this.neighbors = sqlite3_column_int(selections, 3);
    this.k = sqlite3_column_int(selections, 4);
    this.source_count = sqlite3_column_int(selections, 5);
    if (strcmp(dataset, this.dataset) != 0) {
      coreset_matrix_free(matrix);
      matrix = load_matrix(db, this.dataset);
      snprintf(dataset, sizeof(dataset), "%s", this.dataset);
    }
    compare(db, &this, matrix, &found);
  }
  sqlite3_finalize(selections);
  coreset_matrix_free(matrix);
  sqlite3_close(db);
  failed = report_all(&found);
  return failed > 0;
}
