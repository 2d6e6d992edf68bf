/*
** predict_table.c: table-valued functions that predict full scores.
**
**     coreset_predict(source, target, predictor, options, selector, level)
**     krr_predict(source, target, kernel, degree, alpha, gamma, selector, level)
**     ridge_predict(source, target, alpha, selector, level)
**
** and one for each further predictor of the registry, NAME_predict(source, target,
** its options, selector, level). One row for each target model:
**
**     model         its id
**     predicted     the score it would have on the whole benchmark
**     lower, upper  an interval that holds that score with probability level
**     reach         'inside', 'above' or 'below' what the sources cover; NULL where the predictor cannot tell
**     observed      the plain mean of its answers that were used
**     answered      how many those are
**     unknown       answers to questions that the sources lack
**
** Each target is predicted from the questions it answered. Who is source and who is target: predicting.c.
*/
#include "glue/predicting.h"
#include "glue/register.h"
#include "glue/report.h"
#include "predict/predictor.h"

enum predict_column {
  COLUMN_MODEL,
  COLUMN_PREDICTED,
  COLUMN_LOWER,
  COLUMN_UPPER,
  COLUMN_REACH,
  COLUMN_OBSERVED,
  COLUMN_ANSWERED,
  COLUMN_UNKNOWN,
  COLUMN_COUNT
};

/* One run of a prediction. */
typedef struct predict_state {
  core_arena arena;           /* of the arrays; must be first */
  glue_predicting predicting; /* the work */
  coreset_prediction row;     /* the current row */
} predict_state;

static void predict_close(void *data) {
  predict_state *state = data;
  glue_predicting_close(&state->predicting);
}

static coreset_status predict_open(glue_table_cursor *cursor) {
  predict_state *state = cursor->state;
  int with_intervals = (cursor->columns_read & (1U << COLUMN_LOWER | 1U << COLUMN_UPPER)) != 0;
  return glue_predicting_open(cursor, &state->arena, with_intervals, &state->predicting);
}

static coreset_status predict_next(glue_table_cursor *cursor) {
  predict_state *state = cursor->state;
  return coreset_predictions_next(&cursor->context, state->predicting.predictions, &state->row);
}

static void predict_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const predict_state *state = cursor->state;
  const coreset_prediction *row = &state->row;
  const double values[COLUMN_COUNT] = {
      [COLUMN_PREDICTED] = row->predicted,
      [COLUMN_LOWER] = row->lower,
      [COLUMN_UPPER] = row->upper,
      [COLUMN_OBSERVED] = row->observed,
  };
  if (column == COLUMN_MODEL) {
    glue_result_id(sql, coreset_matrix_model(state->predicting.target, row->model));
  } else if (column == COLUMN_REACH) {
    glue_result_reach(sql, row->reach);
  } else if (column == COLUMN_ANSWERED || column == COLUMN_UNKNOWN) {
    sqlite3_result_int64(sql, (sqlite3_int64)(column == COLUMN_ANSWERED ? row->answered : row->unknown));
  } else {
    glue_result_real(sql, values[column]);
  }
}

static int predict_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const predict_state *state = cursor->state;
  return glue_predicting_echo(cursor, &state->predicting, state->row.choice, sql, argument);
}

/* Registers the function of one predictor, or coreset_predict for NULL. */
static int register_predict(sqlite3 *db, const coreset_method *predictor) {
  glue_table_function function = {
      .columns =
          "model, predicted REAL, lower REAL, upper REAL, reach TEXT, observed REAL, answered INTEGER, unknown INTEGER",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(predict_state),
      .open = predict_open,
      .next = predict_next,
      .column = predict_column,
      .echo = predict_echo,
      .close = predict_close,
  };
  sqlite3_snprintf(sizeof(function.name), function.name, "%s_predict", predictor == NULL ? "coreset" : predictor->name);
  glue_add_models(&function);
  glue_add_predicting(&function, predictor);
  return glue_register_table_function(db, &function);
}

int glue_register_predict_table(sqlite3 *db) {
  int rc = register_predict(db, NULL);
  for (size_t i = 0; i < core_predictors.count && rc == SQLITE_OK; i++) {
    rc = register_predict(db, core_predictors.methods[i]);
  }
  return rc;
}
