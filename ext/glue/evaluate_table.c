/*
** evaluate_table.c: how well a selector and a predictor do on data that is known.
**
**     coreset_evaluate(matrix, k, selector, predictor, source_models, split, seeds, level)
**
** splits the models into sources and targets, chooses k questions from the sources' scores,
** predicts the targets from their answers to these, and compares with what they scored on
** all of it. One row for each split:
**
**     seed                                     1, 2, ...
**     rmse, mae                                of the targets
**     pearson_r, spearman_rho, kendall_tau     of the targets
**     pearson_r_all, spearman_rho_all, kendall_tau_all
**                                              of targets and sources together
**     coverage, width                          of the intervals: share that holds the truth, mean width
**     select_seconds, predict_seconds          time to choose; to fit and predict
**
** selector and predictor are a name or a JSON object with options. source_models is a count
** or a percentage of the models, by default three quarters. split: 'binned' (the default:
** sources drawn evenly over ten bins of the full score), 'random', 'strong' (the strongest
** models are the targets). seeds (5) is the number of splits; the seeds are 1, 2, ...
** (ext/core/judge/evaluation.c tells what they mean). level (0.9) is that of the intervals; 0 is
** without. A selector's own option `seed`, where it is not given, is the split's. Models that
** coreset_predict would not learn from do not take part (ext/core/matrix/sources.c). Coverage and
** width are computed only where the statement reads them: they cost five selections more.
*/
#include <string.h>

#include "base/memory.h"
#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/table_function.h"
#include "predict/predictor.h"
#include "select/selector.h"

enum evaluate_column {
  COLUMN_SEED,
  COLUMN_RMSE,
  COLUMN_MAE,
  COLUMN_PEARSON_R,
  COLUMN_SPEARMAN_RHO,
  COLUMN_KENDALL_TAU,
  COLUMN_PEARSON_R_ALL,
  COLUMN_SPEARMAN_RHO_ALL,
  COLUMN_KENDALL_TAU_ALL,
  COLUMN_COVERAGE,
  COLUMN_WIDTH,
  COLUMN_SELECT_SECONDS,
  COLUMN_PREDICT_SECONDS,
  COLUMN_COUNT
};

#define SPLIT_LIMIT 1000000

static const coreset_option evaluate_options[] = {
    {"split", CORESET_OPTION_CHOICE, 0, 0, coreset_split_names, {1, CORESET_SPLIT_BINNED, 0}},
    {"seeds", CORESET_OPTION_INTEGER, 1, SPLIT_LIMIT, NULL, {1, 5, 0}},
};

/* One run. */
typedef struct evaluate_state {
  core_arena arena;                   /* must be first */
  coreset_matrix *matrix;             /* the argument */
  coreset_evaluation_request request; /* what is asked */
  double level;                       /* of the intervals, as asked for */
  coreset_evaluation *evaluation;     /* the work */
  coreset_evaluation_result row;      /* the current row */
} evaluate_state;

static void evaluate_close(void *data) {
  evaluate_state *state = data;
  coreset_evaluation_free(state->evaluation);
  coreset_matrix_free(state->matrix);
}

/* k, source_models, split, seeds and level. */
static coreset_status read_request(glue_table_cursor *cursor, evaluate_state *state) {
  coreset_context *context = &cursor->context;
  coreset_evaluation_request *request = &state->request;
  sqlite3_value *k = glue_argument(cursor, "k"), *sources = glue_argument(cursor, "source_models");
  coreset_setting split, seeds;
  size_t models, questions;
  coreset_status status = coreset_evaluation_size(context, state->matrix, &models, &questions);
  if (status != CORESET_OK) return status;
  if (k == NULL) return core_fail(context, CORESET_ERROR, "k must be a count or a percentage, got NULL");
  request->source_models = 3 * models / 4;
  status = glue_count_argument(context, "k", k, questions, &request->count);
  if (status == CORESET_OK && sources != NULL) {
    status = glue_count_argument(context, "source_models", sources, models, &request->source_models);
  }
  if (status == CORESET_OK) {
    status = glue_option_argument(context, &evaluate_options[0], glue_argument(cursor, "split"), &split);
  }
  if (status == CORESET_OK) {
    status = glue_option_argument(context, &evaluate_options[1], glue_argument(cursor, "seeds"), &seeds);
  }
  if (status == CORESET_OK) status = glue_level_argument(context, glue_argument(cursor, "level"), &state->level);
  if (status != CORESET_OK) return status;
  request->split = (coreset_split)split.integer;
  request->seeds = (size_t)seeds.integer;
  if (cursor->columns_read & (1U << COLUMN_COVERAGE | 1U << COLUMN_WIDTH)) request->level = state->level;
  return CORESET_OK;
}

static coreset_status evaluate_open(glue_table_cursor *cursor) {
  coreset_context *context = &cursor->context;
  evaluate_state *state = cursor->state;
  coreset_status status = glue_choice_argument(context, cursor->db, &core_selectors, "selector",
                                               glue_argument(cursor, "selector"), &state->request.selector);
  if (status == CORESET_OK) {
    status = glue_choice_argument(context, cursor->db, &core_predictors, "predictor",
                                  glue_argument(cursor, "predictor"), &state->request.predictor);
  }
  if (status == CORESET_OK) status = glue_matrix_argument(context, "matrix", cursor->arguments[0], &state->matrix);
  if (status == CORESET_OK) status = read_request(cursor, state);
  if (status != CORESET_OK) return status;
  return coreset_evaluation_new(context, state->matrix, &state->request, &state->evaluation);
}

static coreset_status evaluate_next(glue_table_cursor *cursor) {
  evaluate_state *state = cursor->state;
  return coreset_evaluation_next(&cursor->context, state->evaluation, &state->row);
}

static void evaluate_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const coreset_evaluation_result *row = &((evaluate_state *)cursor->state)->row;
  const double values[COLUMN_COUNT] = {
      [COLUMN_RMSE] = row->rmse,
      [COLUMN_MAE] = row->mae,
      [COLUMN_PEARSON_R] = row->pearson_r,
      [COLUMN_SPEARMAN_RHO] = row->spearman_rho,
      [COLUMN_KENDALL_TAU] = row->kendall_tau,
      [COLUMN_PEARSON_R_ALL] = row->pearson_r_all,
      [COLUMN_SPEARMAN_RHO_ALL] = row->spearman_rho_all,
      [COLUMN_KENDALL_TAU_ALL] = row->kendall_tau_all,
      [COLUMN_COVERAGE] = row->coverage,
      [COLUMN_WIDTH] = row->width,
      [COLUMN_SELECT_SECONDS] = row->select_seconds,
      [COLUMN_PREDICT_SECONDS] = row->predict_seconds,
  };
  if (column == COLUMN_SEED) {
    sqlite3_result_int64(sql, (sqlite3_int64)row->seed);
  } else {
    glue_result_real(sql, values[column]);
  }
}

static int evaluate_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const evaluate_state *state = cursor->state;
  const coreset_evaluation_request *request = &state->request;
  const char *name = cursor->function->arguments[argument].name;
  int is_choice = strcmp(name, "selector") == 0 || strcmp(name, "predictor") == 0;
  if (is_choice && cursor->arguments[argument] != NULL) return 0; /* with its options, as it was given */
  if (strcmp(name, "k") == 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)request->count);
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

int glue_register_evaluate_table(sqlite3 *db) {
  static const glue_table_function function = {
      .name = "coreset_evaluate",
      .columns = "seed INTEGER, rmse REAL, mae REAL, pearson_r REAL, spearman_rho REAL, kendall_tau REAL,"
                 " pearson_r_all REAL, spearman_rho_all REAL, kendall_tau_all REAL, coverage REAL, width REAL,"
                 " select_seconds REAL, predict_seconds REAL",
      .column_count = COLUMN_COUNT,
      .ordered_by = COLUMN_SEED,
      .argument_count = 8,
      .arguments = {{"matrix", 1},
                    {"k", 1},
                    {"selector", 0},
                    {"predictor", 0},
                    {"source_models", 0},
                    {"split", 0},
                    {"seeds", 0},
                    {"level", 0}},
      .state_size = sizeof(evaluate_state),
      .open = evaluate_open,
      .next = evaluate_next,
      .column = evaluate_column,
      .echo = evaluate_echo,
      .close = evaluate_close,
  };
  return glue_register_table_function(db, &function);
}
