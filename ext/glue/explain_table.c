/*
** explain_table.c: which answers moved a prediction.
**
**     coreset_explain(source, target, predictor, options)
**
** Targets are predicted as by coreset_predict(). One row for each target and question that it answered, of those that the
** sources know:
**
**     model         its id
**     question      the question
**     score         its answer
**     expected      what an average source scored on it: the mean of the sources
**     contribution  how much the answer moved the prediction away from what the expected answer would have given
**
** The contributions of a target and the prediction of a target that answered all these questions as expected add up to its
** prediction. ext/core/predict/explain.c has the rule.
*/
#include "glue/predicting.h"
#include "glue/register.h"
#include "glue/report.h"
#include "predict/predictor.h"

enum explain_column { COLUMN_MODEL, COLUMN_QUESTION, COLUMN_SCORE, COLUMN_EXPECTED, COLUMN_CONTRIBUTION, COLUMN_COUNT };

/* One run. */
typedef struct explain_state {
  core_arena arena;                 /* of the arrays; must be first */
  glue_predicting predicting;       /* who is predicted */
  coreset_explanation *explanation; /* the work */
  coreset_contribution row;         /* the current row */
} explain_state;

static void explain_close(void *data) {
  explain_state *state = data;
  coreset_explanation_free(state->explanation);
  glue_predicting_close(&state->predicting);
}

static coreset_status explain_open(glue_table_cursor *cursor) {
  explain_state *state = cursor->state;
  coreset_status status = glue_predicting_open(cursor, &state->arena, 0, &state->predicting);
  if (status != CORESET_OK) return status;
  return coreset_explanation_new(&cursor->context, state->predicting.predictions, &state->explanation);
}

static coreset_status explain_next(glue_table_cursor *cursor) {
  explain_state *state = cursor->state;
  return coreset_explanation_next(&cursor->context, state->explanation, &state->row);
}

static void explain_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const explain_state *state = cursor->state;
  const coreset_contribution *row = &state->row;
  const double reals[COLUMN_COUNT] = {
      [COLUMN_SCORE] = row->score, [COLUMN_EXPECTED] = row->expected, [COLUMN_CONTRIBUTION] = row->contribution};
  if (column == COLUMN_MODEL) {
    glue_result_id(sql, coreset_matrix_model(state->predicting.target, row->prediction.model));
  } else if (column == COLUMN_QUESTION) {
    glue_result_id(sql, coreset_matrix_question(state->predicting.target, row->question));
  } else {
    glue_result_real(sql, reals[column]);
  }
}

static int explain_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const explain_state *state = cursor->state;
  return glue_predicting_echo(cursor, &state->predicting, state->row.prediction.choice, sql, argument);
}

int glue_register_explain_table(sqlite3 *db) {
  glue_table_function function = {
      .name = "coreset_explain",
      .columns = "model, question, score REAL, expected REAL, contribution REAL",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(explain_state),
      .open = explain_open,
      .next = explain_next,
      .column = explain_column,
      .echo = explain_echo,
      .close = explain_close,
  };
  glue_add_models(&function);
  glue_add_method_arguments(&function, &core_predictors, NULL);
  return glue_register_table_function(db, &function);
}
