/*
** matrix_tables.c: table-valued functions that show what a score matrix holds.
**
**     score_matrix_cells(matrix)      model, question, score, repeats
**     score_matrix_questions(matrix)  question, answered, mean, discrimination, weight, role
**     score_matrix_models(matrix)     model, answered, mean, role
**
** Cells are those with a score; repeats tells how many scores were averaged. A
** question's mean is over the models that answered it; its discrimination is
** Pearson's correlation, over these models, between their score on it and their mean
** on the other questions they answered, NULL where either is constant. A model's mean
** is over the questions it answered, weighted by the questions' weights. role tells what other
** functions make of it: a question is of the 'benchmark' or 'ignored'; a model is a 'source', a 'target'
** (it answered questions of the benchmark) or 'ignored'. Rows come
** question by question, or in the order of models.
*/
#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/table_function.h"
#include "matrix/sources.h"
#include "numeric/sums.h"

#define SCATTER ((size_t)8) /* operations that a cell takes which lies far from the last one */

/* One run: a matrix and the current row. */
typedef struct matrix_state {
  core_arena arena;       /* of the arrays; must be first */
  coreset_matrix *matrix; /* the argument */
  size_t models;          /* in it */
  size_t questions;       /* in it */
  size_t position;        /* number of the next row or cell to look at */
  size_t model, question; /* of the current row */
  double score;           /* cells: of the current one */
  uint64_t repeats;       /* cells: scores averaged in it */
  size_t answered;        /* questions, models: scores in the current row */
  double mean;            /* and their mean; NaN if there are none */
  double *model_sums;     /* questions: for each model the sum of its scores */
  size_t *model_counts;   /* questions: for each model how many they are */
  coreset_pair *pairs;    /* questions: working memory, one for each model */
  double discrimination;  /* questions: of the current one */
  double weight_unit;     /* models: a power of two that the largest weight is less than: products cannot overflow */
  core_sources sources;   /* questions, models: the roles */
} matrix_state;

static void matrix_close(void *data) {
  coreset_matrix_free(((matrix_state *)data)->matrix);
}

static coreset_status matrix_open(glue_table_cursor *cursor) {
  matrix_state *state = cursor->state;
  coreset_status status = glue_matrix_argument(&cursor->context, "matrix", cursor->arguments[0], &state->matrix);
  if (status != CORESET_OK) return status;
  state->models = coreset_matrix_model_count(state->matrix);
  state->questions = coreset_matrix_question_count(state->matrix);
  return CORESET_OK;
}

/* The same with roles. A matrix whose ids are mixed up is shown as well: nothing in it has a role that
** would make sense. */
static coreset_status roles_open(glue_table_cursor *cursor) {
  matrix_state *state = cursor->state;
  coreset_status status = matrix_open(cursor);
  if (status != CORESET_OK) return status;
  status = core_find_sources(&cursor->context, &state->arena, state->matrix, NULL, &state->sources);
  return status == CORESET_ERROR ? CORESET_OK : status;
}

/* ------------------------------------------------------------------------
** score_matrix_cells
*/

static coreset_status cells_next(glue_table_cursor *cursor) {
  matrix_state *state = cursor->state;
  while (state->position < state->models * state->questions) {
    state->question = state->position / state->models;
    state->model = state->position % state->models;
    state->position++;
    if (coreset_matrix_cell(state->matrix, state->model, state->question, &state->score, &state->repeats)) {
      return CORESET_OK;
    }
  }
  return CORESET_DONE;
}

static void cells_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const matrix_state *state = cursor->state;
  if (column == 0) {
    glue_result_id(sql, coreset_matrix_model(state->matrix, state->model));
  } else if (column == 1) {
    glue_result_id(sql, coreset_matrix_question(state->matrix, state->question));
  } else if (column == 2) {
    sqlite3_result_double(sql, state->score);
  } else {
    sqlite3_result_int64(sql, (sqlite3_int64)state->repeats);
  }
}

/* ------------------------------------------------------------------------
** score_matrix_questions
*/

/* Adds up each model's scores, which the means over the other questions need. */
static coreset_status questions_open(glue_table_cursor *cursor) {
  coreset_context *context = &cursor->context;
  matrix_state *state = cursor->state;
  core_arena scratch = {0};
  coreset_status status = roles_open(cursor);
  if (status != CORESET_OK) return status;
  core_sum *sums = core_take(context, &scratch, state->models, sizeof(core_sum));
  state->model_sums = core_take(context, &state->arena, state->models, sizeof(double));
  state->model_counts = core_take(context, &state->arena, state->models, sizeof(size_t));
  state->pairs = core_take(context, &state->arena, state->models, sizeof(coreset_pair));
  status = scratch.status != CORESET_OK ? scratch.status : state->arena.status;
  for (size_t q = 0; q < state->questions && status == CORESET_OK; q++) {
    for (size_t m = 0; m < state->models; m++) {
      double score;
      if (!coreset_matrix_cell(state->matrix, m, q, &score, NULL)) continue;
      core_sum_add(&sums[m], score);
      state->model_counts[m]++;
    }
    status = core_poll_work(context, state->models);
  }
  for (size_t m = 0; m < state->models && status == CORESET_OK; m++) state->model_sums[m] = core_sum_value(&sums[m]);
  core_release(&scratch);
  return status;
}

static coreset_status questions_next(glue_table_cursor *cursor) {
  matrix_state *state = cursor->state;
  core_sum sum = {0, 0};
  size_t pairs = 0;
  if (state->position == state->questions) return CORESET_DONE;
  state->question = state->position++;
  state->answered = 0;
  for (size_t m = 0; m < state->models; m++) {
    double score;
    if (!coreset_matrix_cell(state->matrix, m, state->question, &score, NULL)) continue;
    core_sum_add(&sum, score);
    state->answered++;
    if (state->model_counts[m] < 2) continue; /* it answered nothing else */
    state->pairs[pairs].x = score;
    state->pairs[pairs++].y = (state->model_sums[m] - score) / (double)(state->model_counts[m] - 1);
  }
  state->mean = state->answered == 0 ? NAN : core_sum_value(&sum) / (double)state->answered;
  coreset_status status = core_poll_work(&cursor->context, state->models);
  if (status != CORESET_OK) return status;
  return coreset_pearson_r(&cursor->context, state->pairs, pairs, &state->discrimination);
}

static void questions_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const matrix_state *state = cursor->state;
  if (column == 0) {
    glue_result_id(sql, coreset_matrix_question(state->matrix, state->question));
  } else if (column == 1) {
    sqlite3_result_int64(sql, (sqlite3_int64)state->answered);
  } else if (column == 2) {
    glue_result_real(sql, state->mean);
  } else if (column == 3) {
    glue_result_real(sql, state->discrimination);
  } else if (column == 4) {
    sqlite3_result_double(sql, coreset_matrix_weight(state->matrix, state->question));
  } else {
    const unsigned char *in_benchmark = state->sources.in_benchmark;
    int taken = in_benchmark != NULL && in_benchmark[state->question];
    sqlite3_result_text(sql, taken ? "benchmark" : "ignored", -1, SQLITE_STATIC);
  }
}

/* ------------------------------------------------------------------------
** score_matrix_models
*/

static coreset_status models_open(glue_table_cursor *cursor) {
  matrix_state *state = cursor->state;
  coreset_status status = roles_open(cursor);
  double largest = 0;
  int exponent;
  for (size_t q = 0; q < state->questions && status == CORESET_OK; q++) {
    largest = fmax(largest, coreset_matrix_weight(state->matrix, q));
  }
  frexp(largest, &exponent);
  state->weight_unit = ldexp(1, exponent < DBL_MAX_EXP ? exponent : DBL_MAX_EXP - 1);
  return status;
}

static coreset_status models_next(glue_table_cursor *cursor) {
  matrix_state *state = cursor->state;
  core_sum sum = {0, 0}, weights = {0, 0};
  if (state->position == state->models) return CORESET_DONE;
  state->model = state->position++;
  state->answered = 0;
  for (size_t q = 0; q < state->questions; q++) {
    double score, weight = coreset_matrix_weight(state->matrix, q) / state->weight_unit;
    if (!coreset_matrix_cell(state->matrix, state->model, q, &score, NULL)) continue;
    core_sum_add(&sum, weight * score);
    core_sum_add(&weights, weight);
    state->answered++;
  }
  state->mean = core_sum_value(&weights) > 0 ? core_sum_value(&sum) / core_sum_value(&weights) : NAN;
  return core_poll_work(&cursor->context, SCATTER * state->questions);
}

static void models_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const matrix_state *state = cursor->state;
  const core_sources *sources = &state->sources;
  if (column == 0) {
    glue_result_id(sql, coreset_matrix_model(state->matrix, state->model));
  } else if (column == 1) {
    sqlite3_result_int64(sql, (sqlite3_int64)state->answered);
  } else if (column == 2) {
    glue_result_real(sql, state->mean);
  } else {
    const char *role = "ignored";
    if (sources->is_source != NULL && sources->answered[state->model] > 0) role = "target";
    if (sources->is_source != NULL && sources->is_source[state->model]) role = "source";
    sqlite3_result_text(sql, role, -1, SQLITE_STATIC);
  }
}

static const glue_table_function matrix_functions[] = {
    {
        .name = "score_matrix_cells",
        .columns = "model, question, score REAL, repeats INTEGER",
        .column_count = 4,
        .ordered_by = -1,
        .state_size = sizeof(matrix_state),
        .argument_count = 1,
        .arguments = {{.name = "matrix", .required = 1}},
        .open = matrix_open,
        .next = cells_next,
        .column = cells_column,
        .close = matrix_close,
    },
    {
        .name = "score_matrix_questions",
        .columns = "question, answered INTEGER, mean REAL, discrimination REAL, weight REAL, role TEXT",
        .column_count = 6,
        .ordered_by = -1,
        .state_size = sizeof(matrix_state),
        .argument_count = 1,
        .arguments = {{.name = "matrix", .required = 1}},
        .open = questions_open,
        .next = questions_next,
        .column = questions_column,
        .close = matrix_close,
    },
    {
        .name = "score_matrix_models",
        .columns = "model, answered INTEGER, mean REAL, role TEXT",
        .column_count = 4,
        .ordered_by = -1,
        .state_size = sizeof(matrix_state),
        .argument_count = 1,
        .arguments = {{.name = "matrix", .required = 1}},
        .open = models_open,
        .next = models_next,
        .column = models_column,
        .close = matrix_close,
    },
};

int glue_register_matrix_tables(sqlite3 *db) {
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof(matrix_functions) / sizeof(matrix_functions[0]) && rc == SQLITE_OK; i++) {
    rc = glue_register_table_function(db, &matrix_functions[i]);
  }
  return rc;
}
