/*
** reference.c: compares the core with published numbers.
**
**     reference DATABASE [JITTER]
**
** DATABASE holds score matrices, published selections, relevances and predictions
** (tests/README.md lists its tables). For every selection the source models' matrix
** is built from the scores; then
**
**   relevance    of every question, against the published one, for binary scores
**   replay       with the published picks imposed, their relevance and redundancy, and
**                how far each is from the best objective available at its step
**   sequence     whether the greedy search finds the whole published sequence
**   predictions  from the published coreset, ridge and polynomial kernel ridge
**
** once for each estimator: Ross for binary scores, KSG and LNC for continuous ones.
** JITTER is the published jitter of LNC (i,n0,n1 lines); without it LNC is left out.
**
** Three things keep continuous selections from agreeing throughout. The published
** program holds continuous scores in single precision: LNC is given full scores
** rounded to it here, and predictions agree to single precision. It adds jitter to the
** models in an order that was not published: values of LNC are compared where no two
** source models have equal scores, since jitter then decides nothing. And it takes
** constant questions at any time, which we never take before an informative one.
**
** Prints what was compared and the largest differences; exits with 1 where they
** exceed what numerics allow. Without the file it says so and exits with 0.
*/
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix/scores.h"
#include "select/information.h"
#include "select/selector.h"
#include "statistics/ksg.h"
#include "statistics/ross.h"

#define PREDICTION_TOLERANCE 1e-12
#define SINGLE_PREDICTION_TOLERANCE 1e-5 /* the published program computes these in single precision */
#define SOURCE_COUNTS 3
#define QUESTION_LIMIT 8192
#define MODEL_LIMIT 1024
#define JITTER_LIMIT 4096

enum estimator { ROSS, KSG, LNC, ESTIMATORS };
static const char *const estimator_names[] = {"ross", "ksg", "lnc"};
static const char *const scheme_names[] = {"MID", "MIQ", "MI"}; /* as mRMR's option has them */

/* The agreement asked for: relevance and redundancy, and distance from the best. */
static const double value_tolerance[ESTIMATORS] = {1e-14, 1e-12, 1e-6};
static const double replay_tolerance[ESTIMATORS] = {1e-14, 1e-12, INFINITY};

/* Identical sequences asked for, by estimator and number of source models. */
static const struct {
  enum estimator estimator;
  int from, to;
  double share;
} sequence_goals[] = {{ROSS, 15, 15, 0}, {ROSS, 30, 30, 0.99}, {ROSS, 50, 50, 1}, {KSG, 10, 1000, 0.9}};
#define SEQUENCE_GOALS (sizeof(sequence_goals) / sizeof(sequence_goals[0]))

/* One published selection. */
typedef struct published {
  int id;
  const char *dataset, *scheme;
  enum estimator estimator;
  int neighbors, source_count;
  size_t picks[QUESTION_LIMIT];                                 /* questions, in order */
  double relevance[QUESTION_LIMIT], redundancy[QUESTION_LIMIT]; /* of the picks */
  size_t pick_count;
  unsigned char is_source[MODEL_LIMIT];
} published;

/* What was found. */
typedef struct tally {
  long selections[ESTIMATORS], values[ESTIMATORS], edge_cases[ESTIMATORS], relevances;
  long predictions, single_predictions;
  long degenerate; /* selections with too few source models for their neighbors: only predictions count */
  long sequences[SEQUENCE_GOALS], identical[SEQUENCE_GOALS];
  double value[ESTIMATORS], replay[ESTIMATORS], edge_case[ESTIMATORS], relevance; /* largest differences */
  double prediction, single_prediction;
} tally;

/* The published jitter, times 1e-10; both NULL where it was not given. */
static double jitter_x[JITTER_LIMIT], jitter_y[JITTER_LIMIT];
static core_jitter jitter;

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
  check(coreset_builder_new(&context, &builder), &context, dataset);
  sqlite3_bind_text(rows, 1, dataset, -1, SQLITE_TRANSIENT);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    coreset_id model = {NULL, 0, sqlite3_column_int64(rows, 0)}, question = {NULL, 0, sqlite3_column_int64(rows, 1)};
    double score = sqlite3_column_double(rows, 2);
    check(coreset_builder_add(&context, builder, &model, &question, &score, 1), &context, dataset);
  }
  sqlite3_finalize(rows);
  check(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), &context, dataset);
  coreset_builder_free(builder);
  return matrix;
}

static void load_selection(sqlite3 *db, published *this) {
  sqlite3_stmt *sources = prepare(db, "SELECT model FROM selection_source WHERE selection = ?1");
  sqlite3_stmt *picks =
      prepare(db, "SELECT question, relevance, redundancy FROM selection_question WHERE selection = ?1 ORDER BY rank");
  memset(this->is_source, 0, sizeof(this->is_source));
  this->pick_count = 0;
  sqlite3_bind_int(sources, 1, this->id);
  sqlite3_bind_int(picks, 1, this->id);
  while (sqlite3_step(sources) == SQLITE_ROW) this->is_source[sqlite3_column_int(sources, 0)] = 1;
  while (sqlite3_step(picks) == SQLITE_ROW) {
    this->picks[this->pick_count] = (size_t)sqlite3_column_int(picks, 0);
    this->relevance[this->pick_count] = sqlite3_column_double(picks, 1);
    this->redundancy[this->pick_count++] = sqlite3_column_double(picks, 2);
  }
  sqlite3_finalize(sources);
  sqlite3_finalize(picks);
}

/* Starts mRMR as the selection was made. */
static void *start(const published *this, core_arena *arena, const coreset_scores *scores) {
  coreset_context context = {0};
  coreset_choice choice = core_default_choice(&core_selector_mrmr.method);
  int scheme = 0, estimator = CORESET_ESTIMATOR_ROSS + (int)this->estimator;
  void *state;
  while (strcmp(scheme_names[scheme], this->scheme) != 0) scheme++;
  *coreset_choice_setting(&choice, "scheme") = (coreset_setting){.is_set = 1, .integer = scheme};
  *coreset_choice_setting(&choice, "neighbors") = (coreset_setting){.is_set = 1, .integer = this->neighbors};
  *coreset_choice_setting(&choice, "estimator") = (coreset_setting){.is_set = 1, .integer = estimator};
  check(core_mrmr_start(&context, arena, scores, choice.settings, &jitter, &state), &context, "starting mRMR");
  return state;
}

static void note(double *largest, double difference) {
  if (!(difference <= *largest)) *largest = difference;
}

/* Whether two source models have the same score on a question. */
static int has_ties(const coreset_scores *scores, size_t question) {
  const double *values = scores->values + question * scores->models;
  for (size_t a = 0; a < scores->models; a++) {
    for (size_t b = a + 1; b < scores->models; b++) {
      if (!islessgreater(values[a], values[b])) return 1;
    }
  }
  return 0;
}

/* Rounds the full scores to single precision. */
static void round_full_scores(coreset_scores *scores) {
  for (size_t m = 0; m < scores->models; m++) {
    scores->total[m] = (double)(float)core_scores_full_score(scores, m) * scores->total_weight;
  }
}

/* Imposes the published picks; notes by how much each misses the best choice, and how
** far relevance and redundancy are from the published ones. Returns whether our own
** choice would have been the same at every step. */
static int replay(const published *this, const coreset_scores *scores, tally *found) {
  coreset_context context = {0};
  core_arena arena = {0};
  unsigned char *allowed = malloc(scores->questions);
  void *state = start(this, &arena, scores);
  enum estimator estimator = this->estimator;
  int same = 1, any_ties = 0;
  memset(allowed, 1, scores->questions);
  for (size_t i = 0; i < this->pick_count; i++) {
    coreset_pick pick;
    size_t best;
    check(core_selector_mrmr.choose(&context, state, allowed, &best), &context, "replay");
    double best_objective = core_mrmr_objective(state, best);
    check(core_selector_mrmr.take(&context, &arena, state, this->picks[i], &pick), &context, "replay");
    note(&found->replay[estimator], best_objective - pick.objective);
    int ties = estimator == LNC && has_ties(scores, this->picks[i]);
    any_ties = any_ties || ties;
    if (!ties) {
      note(&found->value[estimator], fabs(pick.relevance - this->relevance[i]));
      found->values[estimator]++;
    }
    if (!any_ties) {
      note(&found->value[estimator], fabs(pick.redundancy - this->redundancy[i]));
      found->values[estimator]++;
    }
    same = same && best == this->picks[i];
    allowed[this->picks[i]] = 0;
  }
  core_release(&arena);
  free(allowed);
  return same;
}

/* Every relevance that was published for this selection. */
static void compare_relevance(sqlite3 *db, const published *this, const coreset_scores *scores, tally *found) {
  sqlite3_stmt *rows = prepare(db, "SELECT question, relevance FROM relevance WHERE selection = ?1 AND neighbors = ?2");
  core_arena arena = {0};
  void *state = start(this, &arena, scores);
  sqlite3_bind_int(rows, 1, this->id);
  sqlite3_bind_int(rows, 2, this->neighbors);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    double ours = core_mrmr_objective(state, (size_t)sqlite3_column_int(rows, 0));
    note(&found->relevance, fabs(ours - sqlite3_column_double(rows, 1)));
    found->relevances++;
  }
  core_release(&arena);
  sqlite3_finalize(rows);
}

/* All predictions of one degree from the published coreset. */
static void compare_predictions(sqlite3 *db, const published *this, const coreset_matrix *matrix,
                                const coreset_scores *scores, int degree, tally *found) {
  sqlite3_stmt *rows = prepare(db, "SELECT model, predicted FROM prediction WHERE selection = ?1 AND degree = ?2");
  coreset_context context = {0};
  coreset_choice predictor;
  coreset_fit *fit;
  double *answers = malloc(this->pick_count * sizeof(double));
  check(coreset_choose_predictor(&context, degree == 1 ? "ridge" : "krr", &predictor), &context, "predictor");
  if (degree > 1) *coreset_choice_setting(&predictor, "degree") = (coreset_setting){.is_set = 1, .integer = degree};
  check(coreset_fit_new(&context, scores, &predictor, NULL, this->picks, this->pick_count, &fit), &context, "fit");
  sqlite3_bind_int(rows, 1, this->id);
  sqlite3_bind_int(rows, 2, degree);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    size_t model = (size_t)sqlite3_column_int(rows, 0);
    double predicted;
    for (size_t i = 0; i < this->pick_count; i++) {
      size_t question = (size_t)coreset_fit_question(fit, i).integer;
      coreset_matrix_cell(matrix, model, question, &answers[i], NULL);
    }
    check(coreset_fit_predict(&context, fit, answers, &predicted), &context, "predict");
    double difference = fabs(predicted - sqlite3_column_double(rows, 1));
    note(this->estimator == ROSS ? &found->prediction : &found->single_prediction, difference);
    *(this->estimator == ROSS ? &found->predictions : &found->single_predictions) += 1;
  }
  coreset_fit_free(fit);
  sqlite3_finalize(rows);
  free(answers);
}

static void compare(sqlite3 *db, published *this, const coreset_matrix *matrix, tally *found) {
  coreset_context context = {0};
  coreset_scores *scores;
  load_selection(db, this);
  check(coreset_scores_new(&context, matrix, this->is_source, &scores), &context, this->dataset);
  for (int degree = 1; degree <= 4; degree++) compare_predictions(db, this, matrix, scores, degree, found);
  if (this->estimator == LNC) round_full_scores(scores);
  if (this->estimator == ROSS && this->source_count < 2 * (this->neighbors + 1)) {
    found->degenerate++;
  } else {
    compare_relevance(db, this, scores, found);
    int same = replay(this, scores, found);
    found->selections[this->estimator]++;
    for (size_t i = 0; i < SEQUENCE_GOALS; i++) {
      if (this->estimator != sequence_goals[i].estimator || this->source_count < sequence_goals[i].from ||
          this->source_count > sequence_goals[i].to) {
        continue;
      }
      found->sequences[i]++;
      found->identical[i] += same;
    }
  }
  coreset_scores_free(scores);
}

/* Prints one line of the result; returns 1 where it is not good enough. */
static int report(const char *what, long count, double value, double tolerance) {
  int failed = !(value <= tolerance);
  printf("  %-36s %7ld  largest difference %.2e  allowed %.0e  %s\n", what, count, value, tolerance,
         failed ? "FAILED" : "ok");
  return failed;
}

static int report_all(const tally *found) {
  int failed = 0;
  failed += report("predictions, binary", found->predictions, found->prediction, PREDICTION_TOLERANCE);
  failed += report("predictions, continuous", found->single_predictions, found->single_prediction,
                   SINGLE_PREDICTION_TOLERANCE);
  failed += report("relevances of all questions, ross", found->relevances, found->relevance, value_tolerance[ROSS]);
  for (int e = 0; e < ESTIMATORS; e++) {
    char what[64];
    if (found->selections[e] == 0) continue;
    printf("%s: %ld selections\n", estimator_names[e], found->selections[e]);
    snprintf(what, sizeof(what), "relevance and redundancy of the picks");
    failed += report(what, found->values[e], found->value[e], value_tolerance[e]);
    if (isfinite(replay_tolerance[e])) {
      failed += report("picks below the best objective", found->selections[e], found->replay[e], replay_tolerance[e]);
    }
    failed += report("edge cases", found->edge_cases[e], found->edge_case[e], e == LNC ? 1e-6 : 1e-12);
  }
  if (found->degenerate > 0) {
    printf("ross: %ld selections have fewer than 2 (neighbors + 1) sources: their predictions only\n",
           found->degenerate);
  }
  for (size_t i = 0; i < SEQUENCE_GOALS; i++) {
    double share = found->sequences[i] == 0 ? 1 : (double)found->identical[i] / (double)found->sequences[i];
    int bad = share < sequence_goals[i].share;
    if (found->sequences[i] == 0) continue;
    printf("sequences identical, %s, %d%s source models: %ld of %ld (%.1f%%)  wanted %.0f%%  %s\n",
           estimator_names[sequence_goals[i].estimator], sequence_goals[i].from,
           sequence_goals[i].to > sequence_goals[i].from ? " or more" : "", found->identical[i], found->sequences[i],
           100 * share, 100 * sequence_goals[i].share, bad ? "FAILED" : "ok");
    failed += bad;
  }
  return failed;
}

/* Reads the numbers of a JSON array of an edge case; returns how many, a null as NaN. */
static size_t load_numbers(sqlite3 *db, const char *body, const char *path, double *numbers) {
  sqlite3_stmt *rows = prepare(db, "SELECT value FROM json_each(?1, ?2)");
  size_t count = 0;
  sqlite3_bind_text(rows, 1, body, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text(rows, 2, path, -1, SQLITE_TRANSIENT);
  while (count < MODEL_LIMIT && sqlite3_step(rows) == SQLITE_ROW) {
    numbers[count++] = sqlite3_column_type(rows, 0) == SQLITE_NULL ? NAN : sqlite3_column_double(rows, 0);
  }
  sqlite3_finalize(rows);
  return count;
}

/* Mutual information of the finite pairs, as the estimator of the edge case has it. */
static double edge_case_information(enum estimator estimator, const double *x, const double *y, size_t count,
                                    int neighbors) {
  static double kept_x[MODEL_LIMIT], kept_y[MODEL_LIMIT];
  static uint64_t ones[MODEL_LIMIT / 64];
  coreset_context context = {0};
  core_arena arena = {0};
  size_t kept = 0;
  double result;
  memset(ones, 0, sizeof(ones));
  for (size_t i = 0; i < count; i++) {
    if (isnan(x[i]) || isnan(y[i])) continue;
    if (x[i] > 0) ones[kept / 64] |= UINT64_C(1) << (kept % 64);
    kept_x[kept] = x[i];
    kept_y[kept++] = y[i];
  }
  if (estimator == ROSS) {
    core_ross *ross;
    check(core_ross_prepare(&context, &arena, kept_y, kept, neighbors, &ross), &context, "edge case");
    check(core_ross_information(&context, ross, ones, NULL, &result), &context, "edge case");
  } else {
    static uint32_t x_order[MODEL_LIMIT], y_order[MODEL_LIMIT];
    const double *first = estimator == LNC ? jitter.x : NULL, *second = estimator == LNC ? jitter.y : NULL;
    core_ksg_variable first_variable = {.values = kept_x, .order = x_order, .unit = 1, .tolerance = 1e-15};
    core_ksg_variable second_variable = {.values = kept_y, .order = y_order, .unit = 1, .tolerance = 1e-15};
    core_ksg *ksg;
    check(core_ksg_prepare(&context, &arena, kept, neighbors, first, second, &ksg), &context, "edge case");
    check(core_ksg_order(&context, &first_variable, first, kept, x_order), &context, "edge case");
    check(core_ksg_order(&context, &second_variable, second, kept, y_order), &context, "edge case");
    check(core_ksg_information(&context, ksg, &first_variable, &second_variable, &result), &context, "edge case");
  }
  core_release(&arena);
  return result;
}

/* All published edge cases of the estimators. */
static void compare_edge_cases(sqlite3 *db, tally *found) {
  static double x[MODEL_LIMIT], y[MODEL_LIMIT];
  sqlite3_stmt *rows = prepare(db, "SELECT body, json_extract(body, '$.fn'), json_extract(body, '$.k'),"
                                   " json_extract(body, '$.ref') FROM edge_case");
  while (sqlite3_step(rows) == SQLITE_ROW) {
    const char *body = (const char *)sqlite3_column_text(rows, 0);
    for (int e = 0; e < ESTIMATORS; e++) {
      if (strcmp((const char *)sqlite3_column_text(rows, 1), estimator_names[e]) != 0) continue;
      if (e == LNC && jitter.x == NULL) continue;
      size_t count = load_numbers(db, body, "$.x", x);
      load_numbers(db, body, "$.y", y);
      double ours = edge_case_information((enum estimator)e, x, y, count, sqlite3_column_int(rows, 2));
      note(&found->edge_case[e], fabs(ours - sqlite3_column_double(rows, 3)));
      found->edge_cases[e]++;
    }
  }
  sqlite3_finalize(rows);
}

/* Reads the published jitter; 0 if there is none. */
static int load_jitter(const char *path) {
  FILE *file = fopen(path, "r");
  char line[256];
  if (file == NULL) return 0;
  while (fgets(line, sizeof(line), file) != NULL) {
    int i;
    double x, y;
    if (sscanf(line, "%d,%lf,%lf", &i, &x, &y) != 3 || i < 0 || i >= JITTER_LIMIT) continue;
    jitter_x[i] = 1e-10 * x;
    jitter_y[i] = 1e-10 * y;
  }
  fclose(file);
  jitter.x = jitter_x;
  jitter.y = jitter_y;
  return 1;
}

int main(int argc, char **argv) {
  static published this;
  static tally found;
  const char *path = argc > 1 ? argv[1] : "";
  FILE *file = fopen(path, "rb");
  sqlite3 *db;
  coreset_matrix *matrix = NULL;
  char dataset[128] = "";
  if (file == NULL) {
    printf("reference test skipped: there is no file '%s' (set REFERENCE to its path)\n", path);
    return 0;
  }
  fclose(file);
  int has_jitter = load_jitter(argc > 2 ? argv[2] : "");
  if (!has_jitter) printf("there is no published jitter (set REFERENCE_JITTER): LNC is left out\n");
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) stop(path, sqlite3_errmsg(db));
  sqlite3_stmt *selections = prepare(db, "SELECT id, dataset, scheme, neighbors, estimator, n_source FROM selection"
                                         " WHERE estimator <> 'lnc' OR ?1 ORDER BY dataset, id");
  sqlite3_bind_int(selections, 1, has_jitter);
  while (sqlite3_step(selections) == SQLITE_ROW) {
    this.id = sqlite3_column_int(selections, 0);
    this.dataset = (const char *)sqlite3_column_text(selections, 1);
    this.scheme = (const char *)sqlite3_column_text(selections, 2);
    this.neighbors = sqlite3_column_int(selections, 3);
    for (this.estimator = ROSS; this.estimator < LNC; this.estimator++) {
      if (strcmp(estimator_names[this.estimator], (const char *)sqlite3_column_text(selections, 4)) == 0) break;
    }
    this.source_count = sqlite3_column_int(selections, 5);
    if (strcmp(dataset, this.dataset) != 0) {
      coreset_matrix_free(matrix);
      matrix = load_matrix(db, this.dataset);
      snprintf(dataset, sizeof(dataset), "%s", this.dataset);
    }
    compare(db, &this, matrix, &found);
  }
  compare_edge_cases(db, &found);
  sqlite3_finalize(selections);
  coreset_matrix_free(matrix);
  sqlite3_close(db);
  return report_all(&found) > 0;
}
