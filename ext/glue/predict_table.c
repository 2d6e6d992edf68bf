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
** Sources and benchmark are found in the matrix (ext/core/matrix/sources.c). Given one matrix, the
** targets are all other models, and sources with fewer than nine tenths of the sources' median of
** answers. Given two, the targets are the models of the second, and a model in both is no source.
** Each target is predicted from the questions it answered. A fit (krr_fit, coreset_fit) can stand
** in the place of the sources; its own options then hold.
*/
#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/table_function.h"
#include "matrix/sources.h"
#include "predict/predictor.h"
#include "select/selector.h"

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
  core_arena arena;                   /* of the arrays; must be first */
  coreset_matrix *source;             /* the first argument, if a matrix */
  coreset_fit *fit;                   /* the first argument, if a fit */
  coreset_matrix *second;             /* the second argument, if given */
  const coreset_matrix *target;       /* whichever holds the targets */
  unsigned char *is_target;           /* for each model of target; NULL: all */
  coreset_scores *scores;             /* of the sources */
  double level;                       /* of the intervals, as asked for */
  int has_interval;                   /* whether the selector allows any */
  coreset_prediction_request request; /* what is wanted; its predictor is the fit's where there is one */
  coreset_predictions *predictions;   /* the work */
  coreset_prediction row;             /* the current row */
} predict_state;

static void predict_close(void *data) {
  predict_state *state = data;
  coreset_predictions_free(state->predictions);
  coreset_scores_free(state->scores);
  coreset_fit_free(state->fit);
  coreset_matrix_free(state->source);
  coreset_matrix_free(state->second);
}

/* Marks the models of source that are not in target: the others may be sources. */
static coreset_status mark_others(coreset_context *context, const predict_state *state, unsigned char *others) {
  size_t models = coreset_matrix_model_count(state->source), count = 0;
  for (size_t m = 0; m < models; m++) {
    coreset_id id = coreset_matrix_model(state->source, m);
    others[m] = coreset_matrix_find_model(state->second, &id) < 0;
    count += others[m];
  }
  if (count > 0) return CORESET_OK;
  return core_fail(context, CORESET_ERROR,
                   "every model of source is in target too, and a model in both is no source: give target the "
                   "models to predict only, or give one matrix");
}

/* Who is predicted, where there is one matrix: everyone but the full sources. */
static coreset_status mark_targets(coreset_context *context, predict_state *state, const core_sources *found,
                                   int target_is_null) {
  size_t models = coreset_matrix_model_count(state->source);
  state->is_target = core_take(context, &state->arena, models, 1);
  if (state->is_target == NULL) return CORESET_NO_MEMORY;
  for (size_t m = 0; m < models; m++) state->is_target[m] = !found->is_full[m];
  if (found->full_count < models) return CORESET_OK;
  return core_fail(context, CORESET_ERROR,
                   "there is nobody to predict: all %zu models answered the %zu questions of the benchmark and are "
                   "sources, and %s; give target the score matrix of the models to predict",
                   models, found->question_count,
                   target_is_null ? "target is NULL, the matrix of no rows" : "no target is given");
}

/* Reads both matrices, finds the sources, and makes their scores. */
static coreset_status read_models(glue_table_cursor *cursor, predict_state *state) {
  coreset_context *context = &cursor->context;
  sqlite3_value *target = glue_argument(cursor, "target");
  core_sources found;
  unsigned char *others = NULL;
  coreset_status status = glue_known_blob(context, "source", cursor->arguments[0]);
  if (status == CORESET_OK) status = glue_matrix_argument(context, "source", cursor->arguments[0], &state->source);
  if (status == CORESET_OK && target != NULL) status = glue_matrix_argument(context, "target", target, &state->second);
  if (status != CORESET_OK) return status;
  state->target = state->second != NULL ? state->second : state->source;
  if (state->second != NULL) {
    others = core_take(context, &state->arena, coreset_matrix_model_count(state->source), 1);
    status = others == NULL ? CORESET_NO_MEMORY : mark_others(context, state, others);
  }
  if (status == CORESET_OK) status = core_find_sources(context, &state->arena, state->source, others, &found);
  if (status == CORESET_OK && state->second == NULL) {
    status = mark_targets(context, state, &found, cursor->arguments[1] != NULL);
  }
  if (status != CORESET_OK) return status;
  return core_scores_of(context, state->source, state->second != NULL ? found.is_source : found.is_full,
                        found.in_benchmark, &state->scores);
}

/* A fit has its options already: the name of its predictor may come with it, and nothing else. */
static coreset_status check_options(glue_table_cursor *cursor) {
  const glue_table_function *function = cursor->function;
  int count = glue_method_argument_count(function->method);
  for (int i = 0; i < count; i++) {
    int at = function->method_argument + i;
    sqlite3_value *value = cursor->arguments[at];
    char text[GLUE_VALUE_TEXT_SIZE];
    if (glue_is_null(value)) continue;
    if (function->method == NULL && i == 0 && sqlite3_value_type(value) == SQLITE_TEXT) {
      if (sqlite3_value_text(value)[0] != '{') continue;
    }
    return core_fail(&cursor->context, CORESET_ERROR,
                     "source is a fit, which keeps the options it was made with: leave out %s, got %s",
                     function->arguments[at].name, glue_value_format(value, text));
  }
  return CORESET_OK;
}

/* Starts from a fit in the place of the sources. */
static coreset_status open_fit(glue_table_cursor *cursor, predict_state *state) {
  coreset_context *context = &cursor->context;
  sqlite3_value *target = glue_argument(cursor, "target");
  const coreset_method *wanted = cursor->function->method;
  coreset_status status = check_options(cursor);
  if (status == CORESET_OK && wanted == NULL && glue_argument(cursor, "predictor") != NULL) {
    status = glue_choice_argument(context, cursor->db, &core_predictors, "predictor",
                                  glue_argument(cursor, "predictor"), &state->request.predictor);
    wanted = state->request.predictor.method;
  }
  if (status == CORESET_OK) {
    status = glue_fit_argument(context, "source", cursor->arguments[0], wanted, &state->fit);
  }
  if (status != CORESET_OK) return status;
  if (target == NULL) {
    return core_fail(context, CORESET_ERROR, "the argument target is missing: a fit has no targets");
  }
  if (glue_argument(cursor, "selector") != NULL) {
    return core_fail(context, CORESET_ERROR,
                     "selector is for the making of a fit, which keeps its intervals: give it to %s_fit()",
                     wanted == NULL ? "coreset" : wanted->name);
  }
  status = glue_matrix_argument(context, "target", target, &state->second);
  if (status != CORESET_OK) return status;
  state->target = state->second;
  state->request.predictor = *coreset_fit_choice(state->fit);
  return coreset_predictions_from_fit(context, state->fit, state->target, state->level, &state->predictions);
}

static coreset_status predict_open(glue_table_cursor *cursor) {
  coreset_context *context = &cursor->context;
  predict_state *state = cursor->state;
  coreset_prediction_request *request = &state->request;
  const glue_table_function *function = cursor->function;
  coreset_status status = glue_level_argument(context, glue_argument(cursor, "level"), &state->level);
  if (status == CORESET_OK) {
    status = glue_selector_argument(context, cursor->db, glue_argument(cursor, "selector"), &request->origin,
                                    &state->has_interval);
  }
  if (status == CORESET_OK && glue_is_format(cursor->arguments[0], &core_fit_format)) return open_fit(cursor, state);
  if (status == CORESET_OK) {
    status = glue_method_arguments(context, cursor->db, &core_predictors, function->method,
                                   cursor->arguments + function->method_argument, &request->predictor);
  }
  if (status == CORESET_OK) status = read_models(cursor, state);
  if (status != CORESET_OK) return status;
  request->models = state->is_target;
  /* intervals cost several selections: not for those who do not look */
  if (state->has_interval && cursor->columns_read & (1U << COLUMN_LOWER | 1U << COLUMN_UPPER)) {
    request->level = state->level;
  }
  return coreset_predictions_new(context, state->scores, state->target, request, &state->predictions);
}

static coreset_status predict_next(glue_table_cursor *cursor) {
  predict_state *state = cursor->state;
  return coreset_predictions_next(&cursor->context, state->predictions, &state->row);
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
    glue_result_id(sql, coreset_matrix_model(state->target, row->model));
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
  const char *name = cursor->function->arguments[argument].name;
  if (strcmp(name, "level") == 0) {
    sqlite3_result_double(sql, state->level);
    return 1;
  }
  if (strcmp(name, "selector") == 0) return 0; /* as it was given; NULL: not known, and a fit does not tell */
  return glue_echo_choice(sql, &core_predictors,
                          state->row.choice != NULL ? state->row.choice : &state->request.predictor, name);
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
  glue_add_argument(&function, "source", 1);
  glue_add_argument(&function, "target", 0);
  glue_add_method_arguments(&function, &core_predictors, predictor);
  glue_add_argument(&function, "selector", 0);
  glue_add_argument(&function, "level", 0);
  return glue_register_table_function(db, &function);
}

int glue_register_predict_table(sqlite3 *db) {
  int rc = register_predict(db, NULL);
  for (size_t i = 0; i < core_predictors.count && rc == SQLITE_OK; i++) {
    rc = register_predict(db, core_predictors.methods[i]);
  }
  return rc;
}
