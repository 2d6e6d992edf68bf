/*
** compare_table.c: whether one model is better than another.
**
**     coreset_compare(source, target, baseline, margin, correction, predictor, options, selector, level)
**
** Targets are predicted as by coreset_predict(), and each pair of them is compared, or each with the baseline, a target or
** a source. One row for each pair, that with the highest predictions first:
**
**     model_a, model_b   their ids; a has the higher prediction, but b is the baseline if there is one
**     difference         prediction of a, less that of b
**     lower, upper       an interval that holds the true difference with probability level
**     p_value            how probable so large a difference is between models that are equally good
**     verdict            'better', 'worse', 'equivalent' or 'cannot tell': said of a, and wrong with probability 1 - level
**     shared             questions that both answered
**     wins, losses       of these, where a scored more than b, and less
**     needed             with 'cannot tell' about how many more questions would tell
**
** margin is a difference that does not matter: 'equivalent' says that it is smaller. correction 'holm' makes the chance
** of a wrong verdict one for all pairs together, and p_value is then Holm's; the interval is that of the pair alone.
** ext/core/judge/comparison.c has the formulas.
*/
#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/predicting.h"
#include "glue/register.h"
#include "glue/report.h"

enum compare_column {
  COLUMN_MODEL_A,
  COLUMN_MODEL_B,
  COLUMN_DIFFERENCE,
  COLUMN_LOWER,
  COLUMN_UPPER,
  COLUMN_P_VALUE,
  COLUMN_VERDICT,
  COLUMN_SHARED,
  COLUMN_WINS,
  COLUMN_LOSSES,
  COLUMN_NEEDED,
  COLUMN_COUNT
};

/* One run of a comparison. */
typedef struct compare_state {
  core_arena arena;               /* of the arrays; must be first */
  glue_predicting predicting;     /* who is compared */
  coreset_id baseline;            /* with whom, if with one; its text is the argument's */
  coreset_correction correction;  /* for many pairs */
  coreset_comparison *comparison; /* the work */
  coreset_pair_compared row;      /* the current row */
} compare_state;

static void compare_close(void *data) {
  compare_state *state = data;
  coreset_comparison_free(state->comparison);
  glue_predicting_close(&state->predicting);
}

static const coreset_option correction_option = {
    "correction", CORESET_OPTION_CHOICE, 0, 0, coreset_correction_names, {1, CORESET_CORRECTION_NONE, 0}};

/* baseline, margin and correction. */
static coreset_status read_request(glue_table_cursor *cursor, compare_state *state,
                                   coreset_comparison_request *request) {
  coreset_context *context = &cursor->context;
  sqlite3_value *baseline = glue_argument(cursor, "baseline"), *margin = glue_argument(cursor, "margin");
  coreset_setting correction;
  coreset_status status = CORESET_OK;
  if (baseline != NULL) {
    status = glue_id_argument(context, "baseline", baseline, &state->baseline);
    request->baseline = &state->baseline;
  }
  if (status == CORESET_OK && margin != NULL) {
    status = glue_real_argument(context, "margin", margin, &request->margin);
    if (status == CORESET_OK && request->margin <= 0) {
      status = core_fail(context, CORESET_ERROR,
                         "margin is the difference that does not matter, on the scale of the scores, and must be more "
                         "than 0, got %.15g",
                         request->margin);
    }
  }
  if (status == CORESET_OK) {
    status = glue_option_argument(context, &correction_option, glue_argument(cursor, "correction"), &correction);
  }
  if (status == CORESET_OK) request->correction = state->correction = (coreset_correction)correction.integer;
  return status;
}

static coreset_status compare_open(glue_table_cursor *cursor) {
  compare_state *state = cursor->state;
  coreset_context *context = &cursor->context;
  coreset_comparison_request request = {.margin = NAN};
  coreset_status status = read_request(cursor, state, &request);
  if (status == CORESET_OK) status = glue_predicting_open(cursor, &state->arena, 1, &state->predicting);
  if (status != CORESET_OK) return status;
  request.level = state->predicting.level;
  if (!state->predicting.has_interval) {
    return core_fail(context, CORESET_ERROR,
                     "selector 'none' is for predictions without intervals, and these are what "
                     "is compared");
  }
  if (request.level <= 0) {
    return core_fail(context, CORESET_ERROR,
                     "level must be more than 0, got %.15g: a verdict is wrong with probability "
                     "1 - level",
                     request.level);
  }
  return coreset_comparison_new(context, state->predicting.predictions, &request, &state->comparison);
}

static coreset_status compare_next(glue_table_cursor *cursor) {
  compare_state *state = cursor->state;
  return coreset_comparison_next(&cursor->context, state->comparison, &state->row);
}

static void compare_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const compare_state *state = cursor->state;
  const coreset_pair_compared *row = &state->row;
  const double reals[COLUMN_COUNT] = {
      [COLUMN_DIFFERENCE] = row->difference,
      [COLUMN_LOWER] = row->lower,
      [COLUMN_UPPER] = row->upper,
      [COLUMN_P_VALUE] = row->p_value,
  };
  const size_t counts[COLUMN_COUNT] = {
      [COLUMN_SHARED] = row->shared,
      [COLUMN_WINS] = row->wins,
      [COLUMN_LOSSES] = row->losses,
      [COLUMN_NEEDED] = row->needed,
  };
  if (column == COLUMN_MODEL_A || column == COLUMN_MODEL_B) {
    glue_result_id(sql, column == COLUMN_MODEL_A ? row->model_a : row->model_b);
  } else if (column == COLUMN_VERDICT) {
    sqlite3_result_text(sql, coreset_verdict_names[row->verdict], -1, SQLITE_STATIC);
  } else if (column < COLUMN_VERDICT) {
    glue_result_real(sql, reals[column]);
  } else if (column != COLUMN_NEEDED || row->needed > 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)counts[column]);
  }
}

static int compare_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const compare_state *state = cursor->state;
  const char *name = cursor->function->arguments[argument].name;
  if (strcmp(name, "baseline") == 0 || strcmp(name, "margin") == 0) return 0;
  if (strcmp(name, "correction") == 0) {
    sqlite3_result_text(sql, coreset_correction_names[state->correction], -1, SQLITE_STATIC);
    return 1;
  }
  return glue_predicting_echo(cursor, &state->predicting, NULL, sql, argument);
}

int glue_register_compare_table(sqlite3 *db) {
  glue_table_function function = {
      .name = "coreset_compare",
      .columns =
          "model_a, model_b, difference REAL, lower REAL, upper REAL, p_value REAL, verdict TEXT, shared INTEGER, "
          "wins INTEGER, losses INTEGER, needed INTEGER",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(compare_state),
      .open = compare_open,
      .next = compare_next,
      .column = compare_column,
      .echo = compare_echo,
      .close = compare_close,
  };
  glue_add_models(&function);
  glue_add_argument(&function, "baseline", 0);
  glue_add_argument(&function, "margin", 0);
  glue_add_argument(&function, "correction", 0);
  glue_add_predicting(&function, NULL);
  return glue_register_table_function(db, &function);
}
