/*
** evaluate_table.c: how well a selector and a predictor do on data that is known.
**
**     coreset_evaluate(matrix, k, selector, predictor, source_models, split, seeds, level, released, families)
**     coreset_evaluate_models(the same)
**     coreset_evaluate_questions(the same)
**
** split the models into sources and targets, choose k questions from the sources' scores,
** predict the targets from their answers to these, and compare with what they scored on
** all of it. coreset_evaluate has one row for each split and k:
**
**     seed, k                                  the split: 1, 2, ...; how many questions
**     rmse, mae                                of the targets
**     pearson_r, spearman_rho, kendall_tau     of the targets
**     pearson_r_all, spearman_rho_all, kendall_tau_all
**                                              of targets and sources together
**     coverage, width                          of the intervals: share that holds the truth, mean width
**     select_seconds, predict_seconds          time to choose; to fit and predict
**     sources, targets, undated                how many models were which; in a split by time, had no date
**
** coreset_evaluate_models has one for each of these and target: seed, k, model, truth,
** predicted, lower, upper, reach.
** coreset_evaluate_questions has one for each split and question that was chosen: seed, rank, question.
**
** k is a count or a percentage of the questions, or a JSON array of such, '[10, "5%"]': rows come split by split, in
** it in the order of the array. One selection, of the largest k, serves all, for the first n questions are the choice
** of n. selector and predictor are a name or a JSON object with options. source_models is a count or a percentage of
** the models, by default three quarters, of 'gap' half. split: 'binned' (the default), 'random', 'strong', 'weak',
** 'gap' or 'time', which ext/core/judge/splits.c describes. seeds (5) is the number of splits; the seeds are 1, 2, ...
** level (0.9) is that of the intervals; 0 is without. released has the models' dates, for 'time', and families tells
** who is related, and so never on both sides (model_lists.c).
**
** A selector's own option `seed`, where it is not given, is the split's. Models that
** coreset_predict would not learn from do not take part (ext/core/matrix/sources.c). Intervals are
** computed only where the statement reads coverage and width, or lower and upper: they cost five selections more.
*/
#include <string.h>

#include "base/memory.h"
#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/model_lists.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/sizes.h"
#include "glue/table_function.h"
#include "predict/predictor.h"
#include "select/selector.h"

#define SPLIT_LIMIT 1000000

static const coreset_option evaluate_options[] = {
    {"split", CORESET_OPTION_CHOICE, 0, 0, coreset_split_names, {1, CORESET_SPLIT_BINNED, 0}},
    {"seeds", CORESET_OPTION_INTEGER, 1, SPLIT_LIMIT, NULL, {1, 5, 0}},
};

/* One run. */
typedef struct evaluate_state {
  core_arena arena;                    /* of the arrays; must be first */
  coreset_matrix *matrix;              /* the argument */
  coreset_evaluation_request request;  /* what is asked; its arrays are in the arena */
  double level;                        /* of the intervals, as asked for */
  coreset_evaluation *evaluation;      /* the work */
  size_t size;                         /* the k of the current row; of questions, which have none, the largest */
  coreset_evaluation_result result;    /* coreset_evaluate: the current row */
  coreset_evaluated_model model;       /* coreset_evaluate_models: the same */
  coreset_evaluated_question question; /* coreset_evaluate_questions: the same */
} evaluate_state;

static void evaluate_close(void *data) {
  evaluate_state *state = data;
  coreset_evaluation_free(state->evaluation);
  coreset_matrix_free(state->matrix);
}

/* ------------------------------------------------------------------------
** Inputs
*/

/* split, seeds, level, released and families. */
static coreset_status read_splits(glue_table_cursor *cursor, evaluate_state *state) {
  coreset_context *context = &cursor->context;
  coreset_evaluation_request *request = &state->request;
  sqlite3_value *released = glue_argument(cursor, "released"), *families = glue_argument(cursor, "families");
  coreset_setting split, seeds;
  coreset_status status = glue_option_argument(context, &evaluate_options[0], glue_argument(cursor, "split"), &split);
  if (status == CORESET_OK) {
    status = glue_option_argument(context, &evaluate_options[1], glue_argument(cursor, "seeds"), &seeds);
  }
  if (status == CORESET_OK) status = glue_level_argument(context, glue_argument(cursor, "level"), &state->level);
  if (status != CORESET_OK) return status;
  request->split = (coreset_split)split.integer;
  request->seeds = (size_t)seeds.integer;
  if (request->split == CORESET_SPLIT_TIME && released == NULL) {
    return core_fail(context, CORESET_ERROR,
                     "split 'time' needs released, a JSON array of [model, date] pairs such as "
                     "[[\"m1\", \"2024-05-31\"], [\"m2\", \"2025\"]]");
  }
  if (released != NULL) {
    status = glue_released_argument(context, cursor->db, released, state->matrix, &state->arena, &request->released);
  }
  if (status == CORESET_OK && families != NULL) {
    status = glue_families_argument(context, cursor->db, families, state->matrix, &state->arena, &request->families);
  }
  return status;
}

/* All inputs. */
static coreset_status read_request(glue_table_cursor *cursor, evaluate_state *state) {
  coreset_context *context = &cursor->context;
  coreset_evaluation_request *request = &state->request;
  sqlite3_value *sources = glue_argument(cursor, "source_models");
  size_t models, questions;
  glue_sizes sizes;
  coreset_status status = glue_choice_argument(context, cursor->db, &core_selectors, "selector",
                                               glue_argument(cursor, "selector"), &request->selector);
  if (status == CORESET_OK) {
    status = glue_choice_argument(context, cursor->db, &core_predictors, "predictor",
                                  glue_argument(cursor, "predictor"), &request->predictor);
  }
  if (status == CORESET_OK) status = glue_matrix_argument(context, "matrix", cursor->arguments[0], &state->matrix);
  if (status == CORESET_OK) status = read_splits(cursor, state);
  if (status == CORESET_OK) {
    status = coreset_evaluation_size(context, state->matrix, request, &models, &questions);
  }
  if (status == CORESET_OK) {
    status = glue_sizes_argument(context, cursor->db, glue_argument(cursor, "k"), questions, &state->arena, &sizes);
  }
  if (status != CORESET_OK) return status;
  request->sizes = sizes.sizes;
  request->size_count = sizes.count;
  state->size = sizes.largest;
  request->source_models = request->split == CORESET_SPLIT_GAP ? models / 2 : 3 * models / 4;
  if (sources == NULL) return CORESET_OK;
  return glue_count_argument(context, "source_models", sources, models, &request->source_models);
}

/* Starts. Intervals are made where one of these outputs is read. */
static coreset_status start(glue_table_cursor *cursor, unsigned interval_columns) {
  evaluate_state *state = cursor->state;
  coreset_status status = read_request(cursor, state);
  if (status != CORESET_OK) return status;
  if (cursor->columns_read & interval_columns) state->request.level = state->level;
  return coreset_evaluation_new(&cursor->context, state->matrix, &state->request, &state->evaluation);
}

static int evaluate_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const evaluate_state *state = cursor->state;
  const coreset_evaluation_request *request = &state->request;
  const char *name = cursor->function->arguments[argument].name;
  int is_choice = strcmp(name, "selector") == 0 || strcmp(name, "predictor") == 0;
  if (is_choice && cursor->arguments[argument] != NULL) return 0; /* with its options, as it was given */
  if (strcmp(name, "k") == 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)state->size);
  } else if (strcmp(name, "source_models") == 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)request->source_models);
  } else if (strcmp(name, "split") == 0) {
    sqlite3_result_text(sql, coreset_split_names[request->split], -1, SQLITE_STATIC);
  } else if (strcmp(name, "seeds") == 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)request->seeds);
  } else if (strcmp(name, "level") == 0) {
    sqlite3_result_double(sql, state->level);
  } else if (strcmp(name, "selector") == 0) {
    sqlite3_result_text(sql, request->selector.method->name, -1, SQLITE_STATIC);
  } else if (strcmp(name, "predictor") == 0) {
    sqlite3_result_text(sql, request->predictor.method->name, -1, SQLITE_STATIC);
  } else {
    return 0;
  }
  return 1;
}

/* ------------------------------------------------------------------------
** coreset_evaluate
*/

enum result_column {
  RESULT_SEED,
  RESULT_K, /* the input of this name */
  RESULT_RMSE,
  RESULT_MAE,
  RESULT_PEARSON_R,
  RESULT_SPEARMAN_RHO,
  RESULT_KENDALL_TAU,
  RESULT_PEARSON_R_ALL,
  RESULT_SPEARMAN_RHO_ALL,
  RESULT_KENDALL_TAU_ALL,
  RESULT_COVERAGE,
  RESULT_WIDTH,
  RESULT_SELECT_SECONDS,
  RESULT_PREDICT_SECONDS,
  RESULT_SOURCES,
  RESULT_TARGETS,
  RESULT_UNDATED,
  RESULT_COLUMNS
};

static coreset_status result_open(glue_table_cursor *cursor) {
  return start(cursor, 1U << RESULT_COVERAGE | 1U << RESULT_WIDTH);
}

static coreset_status result_next(glue_table_cursor *cursor) {
  evaluate_state *state = cursor->state;
  coreset_status status = coreset_evaluation_next(&cursor->context, state->evaluation, &state->result);
  if (status == CORESET_OK) state->size = state->result.size;
  return status;
}

static void result_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const evaluate_state *state = cursor->state;
  const coreset_evaluation_result *row = &state->result;
  const double values[RESULT_COLUMNS] = {
      [RESULT_RMSE] = row->rmse,
      [RESULT_MAE] = row->mae,
      [RESULT_PEARSON_R] = row->pearson_r,
      [RESULT_SPEARMAN_RHO] = row->spearman_rho,
      [RESULT_KENDALL_TAU] = row->kendall_tau,
      [RESULT_PEARSON_R_ALL] = row->pearson_r_all,
      [RESULT_SPEARMAN_RHO_ALL] = row->spearman_rho_all,
      [RESULT_KENDALL_TAU_ALL] = row->kendall_tau_all,
      [RESULT_COVERAGE] = row->coverage,
      [RESULT_WIDTH] = row->width,
      [RESULT_SELECT_SECONDS] = row->select_seconds,
      [RESULT_PREDICT_SECONDS] = row->predict_seconds,
  };
  if (column == RESULT_SEED) {
    sqlite3_result_int64(sql, (sqlite3_int64)row->seed);
  } else if (column == RESULT_SOURCES || column == RESULT_TARGETS) {
    sqlite3_result_int64(sql, (sqlite3_int64)(column == RESULT_SOURCES ? row->sources : row->targets));
  } else if (column == RESULT_UNDATED) {
    if (state->request.split == CORESET_SPLIT_TIME) sqlite3_result_int64(sql, (sqlite3_int64)row->undated);
  } else {
    glue_result_real(sql, values[column]);
  }
}

/* ------------------------------------------------------------------------
** coreset_evaluate_models
*/

enum model_column {
  MODEL_SEED,
  MODEL_K, /* the input of this name */
  MODEL_MODEL,
  MODEL_TRUTH,
  MODEL_PREDICTED,
  MODEL_LOWER,
  MODEL_UPPER,
  MODEL_REACH,
  MODEL_COLUMNS
};

static coreset_status model_open(glue_table_cursor *cursor) {
  return start(cursor, 1U << MODEL_LOWER | 1U << MODEL_UPPER);
}

static coreset_status model_next(glue_table_cursor *cursor) {
  evaluate_state *state = cursor->state;
  coreset_status status = coreset_evaluation_next_model(&cursor->context, state->evaluation, &state->model);
  if (status == CORESET_OK) state->size = state->model.size;
  return status;
}

static void model_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const evaluate_state *state = cursor->state;
  const coreset_prediction *prediction = &state->model.prediction;
  const double values[MODEL_COLUMNS] = {
      [MODEL_TRUTH] = state->model.truth,
      [MODEL_PREDICTED] = prediction->predicted,
      [MODEL_LOWER] = prediction->lower,
      [MODEL_UPPER] = prediction->upper,
  };
  if (column == MODEL_SEED) {
    sqlite3_result_int64(sql, (sqlite3_int64)state->model.seed);
  } else if (column == MODEL_MODEL) {
    glue_result_id(sql, coreset_matrix_model(state->matrix, prediction->model));
  } else if (column == MODEL_REACH) {
    glue_result_reach(sql, prediction->reach);
  } else {
    glue_result_real(sql, values[column]);
  }
}

/* ------------------------------------------------------------------------
** coreset_evaluate_questions
*/

enum question_column { QUESTION_SEED, QUESTION_RANK, QUESTION_QUESTION, QUESTION_COLUMNS };

static coreset_status question_open(glue_table_cursor *cursor) {
  return start(cursor, 0);
}

static coreset_status question_next(glue_table_cursor *cursor) {
  evaluate_state *state = cursor->state;
  return coreset_evaluation_next_question(&cursor->context, state->evaluation, &state->question);
}

static void question_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const evaluate_state *state = cursor->state;
  const coreset_evaluated_question *row = &state->question;
  if (column == QUESTION_QUESTION) {
    glue_result_id(sql, coreset_matrix_question(state->matrix, row->question));
  } else {
    sqlite3_result_int64(sql, (sqlite3_int64)(column == QUESTION_SEED ? row->seed : row->rank));
  }
}

/* ------------------------------------------------------------------------
** Registering
*/

static const glue_table_function evaluate_functions[] = {
    {
        .name = "coreset_evaluate",
        .columns = "seed INTEGER, k, rmse REAL, mae REAL, pearson_r REAL, spearman_rho REAL, kendall_tau REAL,"
                   " pearson_r_all REAL, spearman_rho_all REAL, kendall_tau_all REAL, coverage REAL, width REAL,"
                   " select_seconds REAL, predict_seconds REAL, sources INTEGER, targets INTEGER, undated INTEGER",
        .column_count = RESULT_COLUMNS,
        .ordered_by = RESULT_SEED,
        .open = result_open,
        .next = result_next,
        .column = result_column,
    },
    {
        .name = "coreset_evaluate_models",
        .columns = "seed INTEGER, k, model, truth REAL, predicted REAL, lower REAL, upper REAL, reach TEXT",
        .column_count = MODEL_COLUMNS,
        .ordered_by = MODEL_SEED,
        .open = model_open,
        .next = model_next,
        .column = model_column,
    },
    {
        .name = "coreset_evaluate_questions",
        .columns = "seed INTEGER, rank INTEGER, question",
        .column_count = QUESTION_COLUMNS,
        .ordered_by = QUESTION_SEED,
        .open = question_open,
        .next = question_next,
        .column = question_column,
    },
};

int glue_register_evaluate_table(sqlite3 *db) {
  static const char *const inputs[] = {"selector", "predictor", "source_models", "split",
                                       "seeds",    "level",     "released",      "families"};
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof(evaluate_functions) / sizeof(evaluate_functions[0]) && rc == SQLITE_OK; i++) {
    glue_table_function function = evaluate_functions[i];
    function.state_size = sizeof(evaluate_state);
    function.echo = evaluate_echo;
    function.close = evaluate_close;
    glue_add_argument(&function, "matrix", 1);
    glue_add_argument(&function, "k", 1);
    if (function.next != question_next) function.arguments[1].output = 1 + RESULT_K; /* which MODEL_K is as well */
    for (size_t j = 0; j < sizeof(inputs) / sizeof(inputs[0]); j++) glue_add_argument(&function, inputs[j], 0);
    rc = glue_register_table_function(db, &function);
  }
  return rc;
}
