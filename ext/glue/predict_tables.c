/*
** predict_tables.c: table-valued functions that predict full scores.
**
**     coreset_predict(source, target, predictor, selector, level, options)
**     krr_predict(source, target, kernel, degree, alpha, gamma, level, selector)
**     ridge_predict(source, target, alpha, level, selector)
**
** and one for each further predictor of the registry, NAME_predict(source, target,
** its options, level, selector). One row for each target model:
**
**     model         its id
**     predicted     the score it would have on the whole benchmark
**     lower, upper  an interval that holds that score with probability level
**     observed      the plain mean of its answers that were used
**     answered      how many those are
**     unknown       answers to questions that the sources lack
**
** Given one matrix, the models that answered at least 90% as many questions as the
** fullest one are the sources and all others the targets. Given two, the targets
** are the models of the second, and a model in both is no source. Each target is
** predicted from the questions it answered. A fit (krr_fit, coreset_fit) can stand
** in the place of the sources; its own options then hold.
*/
#include <math.h>
#include <string.h>

#include "glue/glue.h"

enum predict_column {
  COLUMN_MODEL,
  COLUMN_PREDICTED,
  COLUMN_LOWER,
  COLUMN_UPPER,
  COLUMN_OBSERVED,
  COLUMN_ANSWERED,
  COLUMN_UNKNOWN
};

#define DEFAULT_LEVEL 0.9

/* One run of a prediction. */
typedef struct predict_state {
  coreset_matrix *source;                                  /* the first argument, if a matrix */
  coreset_fit *fit;                                        /* the first argument, if a fit */
  coreset_matrix *second;                                  /* the second argument, if given */
  const coreset_matrix *target;                            /* whichever holds the targets */
  unsigned char *is_source;                                /* for each model of source */
  unsigned char *is_target;                                /* for each model of target */
  coreset_scores *scores;                                  /* of the sources */
  const coreset_predictor *predictor;                      /* the method */
  const coreset_option *options;                           /* of the method */
  size_t option_count;                                     /* how many */
  coreset_setting settings[CORESET_OPTION_LIMIT];          /* their values, as the user gave them */
  double level;                                            /* of the intervals, as asked for */
  int has_interval;                                        /* whether the selector allows any */
  coreset_prediction_request request;                      /* what is wanted; its arrays are here */
  coreset_setting selector_settings[CORESET_OPTION_LIMIT]; /* how the coreset was chosen */
  coreset_predictions *predictions;                        /* the work */
  coreset_prediction row;                                  /* the current row */
} predict_state;

static void predict_close(glue_table_cursor *cursor) {
  predict_state *state = cursor->state;
  if (state == NULL) return;
  coreset_predictions_free(state->predictions);
  coreset_scores_free(state->scores);
  coreset_fit_free(state->fit);
  coreset_matrix_free(state->source);
  coreset_matrix_free(state->second);
  coreset_free(state->is_source);
  coreset_free(state->is_target);
  coreset_free(state);
}

static int is_fit(sqlite3_value *value) {
  return sqlite3_value_type(value) == SQLITE_BLOB &&
         core_fit_recognise(sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value));
}

/* The method and its options, where the first argument is no fit. */
static coreset_status read_method(glue_table_cursor *cursor, predict_state *state) {
  coreset_context *context = &cursor->context;
  coreset_status status = CORESET_OK;
  size_t i;
  state->predictor = cursor->function->method;
  if (state->predictor == NULL) {
    status = glue_predictor_argument(context, cursor->db, "predictor", glue_argument(cursor, "predictor"),
                                     &state->predictor, state->settings);
    if (status != CORESET_OK) return status;
    state->options = coreset_predictor_options(state->predictor, &state->option_count);
    return glue_options_argument(context, cursor->db, "options", glue_argument(cursor, "options"),
                                 coreset_predictor_name(state->predictor), state->options, state->option_count,
                                 state->settings);
  }
  state->options = coreset_predictor_options(state->predictor, &state->option_count);
  for (i = 0; i < state->option_count && status == CORESET_OK; i++) {
    status = glue_option_argument(context, &state->options[i], glue_argument(cursor, state->options[i].name),
                                  &state->settings[i]);
  }
  return status;
}

/* level and selector, of the intervals. */
static coreset_status read_interval(glue_table_cursor *cursor, predict_state *state) {
  coreset_context *context = &cursor->context;
  sqlite3_value *level = glue_argument(cursor, "level"), *selector = glue_argument(cursor, "selector");
  double *wanted = &state->level;
  coreset_status status;
  *wanted = DEFAULT_LEVEL;
  if (level != NULL) {
    status = glue_real_argument(context, "level", level, wanted);
    if (status != CORESET_OK) return status;
    if (*wanted < 0 || *wanted >= 1) {
      return core_fail(context, CORESET_ERROR, "level must be at least 0 and less than 1, got %.15g", *wanted);
    }
  }
  return glue_choice_argument(context, cursor->db, "selector", selector, &state->request, state->selector_settings,
                              &state->has_interval);
}

/* Reads both matrices and marks who is a source and who is a target. */
static coreset_status read_models(glue_table_cursor *cursor, predict_state *state) {
  coreset_context *context = &cursor->context;
  sqlite3_value *target = glue_argument(cursor, "target");
  size_t models, m;
  coreset_status status = glue_matrix_argument(context, "source", cursor->arguments[0], &state->source);
  if (status == CORESET_OK && target != NULL) {
    status = glue_matrix_argument(context, "target", target, &state->second);
  }
  if (status != CORESET_OK) return status;
  models = coreset_matrix_model_count(state->source);
  state->target = state->second != NULL ? state->second : state->source;
  state->is_source = core_allocate(context, models, 1);
  if (state->is_source == NULL) return CORESET_NO_MEMORY;
  if (state->second != NULL) {
    size_t sources = 0;
    for (m = 0; m < models; m++) {
      coreset_id id = coreset_matrix_model(state->source, m);
      state->is_source[m] = coreset_matrix_find_model(state->second, &id) < 0;
      sources += state->is_source[m];
    }
    if (sources > 0) return CORESET_OK;
    return core_fail(context, CORESET_ERROR,
                     "every model of source is in target too, and a model in both is no source: give target the "
                     "models to predict only, or give one matrix");
  }
  state->is_target = core_allocate(context, models, 1);
  if (state->is_target == NULL) return CORESET_NO_MEMORY;
  core_source_models(state->source, CORE_SOURCE_PERCENT, state->is_source);
  for (m = 0; m < models; m++) state->is_target[m] = !state->is_source[m];
  return CORESET_OK;
}

/* Starts from a fit in the place of the sources. */
static coreset_status open_fit(glue_table_cursor *cursor, predict_state *state) {
  coreset_context *context = &cursor->context;
  sqlite3_value *fit = cursor->arguments[0], *target = glue_argument(cursor, "target");
  const coreset_predictor *wanted = cursor->function->method;
  coreset_status status = CORESET_OK;
  if (wanted == NULL && glue_argument(cursor, "predictor") != NULL) {
    status = glue_predictor_argument(context, cursor->db, "predictor", glue_argument(cursor, "predictor"), &wanted,
                                     state->settings);
  }
  if (status != CORESET_OK) return status;
  status = glue_fit_argument(context, "source", fit, wanted, &state->fit);
  if (status != CORESET_OK) return status;
  if (target == NULL) {
    return core_fail(context, CORESET_ERROR, "the argument target is missing: a fit has no targets");
  }
  if (glue_argument(cursor, "selector") != NULL) {
    return core_fail(context, CORESET_ERROR,
                     "selector is for the making of a fit, which keeps its intervals: give it to %s_fit()",
                     wanted == NULL ? "coreset" : coreset_predictor_name(wanted));
  }
  status = glue_matrix_argument(context, "target", target, &state->second);
  if (status != CORESET_OK) return status;
  state->target = state->second;
  state->predictor = coreset_fit_predictor(state->fit);
  state->options = coreset_predictor_options(state->predictor, &state->option_count);
  memcpy(state->settings, coreset_fit_settings(state->fit), state->option_count * sizeof(coreset_setting));
  return coreset_predictions_from_fit(context, state->fit, state->target, state->level, &state->predictions);
}

static coreset_status predict_open(glue_table_cursor *cursor) {
  coreset_context *context = &cursor->context;
  predict_state *state = core_allocate(context, 1, sizeof(*state));
  coreset_status status;
  cursor->state = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  status = read_interval(cursor, state);
  if (status == CORESET_OK && is_fit(cursor->arguments[0])) return open_fit(cursor, state);
  if (status == CORESET_OK) status = read_method(cursor, state);
  if (status == CORESET_OK) status = read_models(cursor, state);
  if (status == CORESET_OK) status = coreset_scores_new(context, state->source, state->is_source, &state->scores);
  if (status == CORESET_OK) {
    state->request.predictor = state->predictor;
    state->request.settings = state->settings;
    state->request.models = state->is_target;
    /* intervals cost several selections: not for those who do not look */
    if (state->has_interval && cursor->columns_read & (1U << COLUMN_LOWER | 1U << COLUMN_UPPER)) {
      state->request.level = state->level;
    }
    status = coreset_predictions_new(context, state->source, state->scores, state->target, &state->request,
                                     &state->predictions);
  }
  return status;
}

static coreset_status predict_next(glue_table_cursor *cursor) {
  predict_state *state = cursor->state;
  return coreset_predictions_next(&cursor->context, state->predictions, &state->row);
}

static void predict_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const predict_state *state = cursor->state;
  const coreset_prediction *row = &state->row;
  switch ((enum predict_column)column) {
  case COLUMN_MODEL:
    glue_result_id(sql, coreset_matrix_model(state->target, row->model));
    break;
  case COLUMN_PREDICTED:
    glue_result_real(sql, row->predicted);
    break;
  case COLUMN_LOWER:
    glue_result_real(sql, row->lower);
    break;
  case COLUMN_UPPER:
    glue_result_real(sql, row->upper);
    break;
  case COLUMN_OBSERVED:
    glue_result_real(sql, row->observed);
    break;
  case COLUMN_ANSWERED:
    sqlite3_result_int64(sql, (sqlite3_int64)row->answered);
    break;
  case COLUMN_UNKNOWN:
    sqlite3_result_int64(sql, (sqlite3_int64)row->unknown);
    break;
  }
}

static int predict_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const predict_state *state = cursor->state;
  const char *name = cursor->function->arguments[argument].name;
  const coreset_setting *settings = state->row.settings != NULL ? state->row.settings : state->settings;
  size_t i;
  if (strcmp(name, "level") == 0) {
    sqlite3_result_double(sql, state->level);
    return 1;
  }
  if (strcmp(name, "predictor") == 0) {
    sqlite3_result_text(sql, coreset_predictor_name(state->predictor), -1, SQLITE_STATIC);
    return 1;
  }
  if (strcmp(name, "selector") == 0 && state->fit != NULL) return 1; /* NULL: a fit does not tell */
  if (strcmp(name, "selector") == 0 && cursor->arguments[argument] == NULL) {
    sqlite3_result_text(sql, GLUE_DEFAULT_SELECTOR, -1, SQLITE_STATIC);
    return 1;
  }
  for (i = 0; cursor->function->method != NULL && i < state->option_count; i++) {
    if (strcmp(name, state->options[i].name) != 0) continue;
    glue_result_setting(sql, &state->options[i], &settings[i]);
    return 1;
  }
  return 0;
}

/* Registers the function of one predictor, or coreset_predict for NULL. */
static int register_predict(sqlite3 *db, const coreset_predictor *predictor) {
  glue_table_function function = {0};
  const coreset_option *options;
  size_t i, count = 0;
  sqlite3_snprintf(sizeof(function.name), function.name, "%s_predict",
                   predictor == NULL ? "coreset" : coreset_predictor_name(predictor));
  function.columns = "model, predicted REAL, lower REAL, upper REAL, observed REAL, answered INTEGER, unknown INTEGER";
  function.column_count = 7;
  function.ordered_by = -1;
  function.method = predictor;
  function.open = predict_open;
  function.next = predict_next;
  function.column = predict_column;
  function.echo = predict_echo;
  function.close = predict_close;
  glue_add_argument(&function, "source", 1);
  glue_add_argument(&function, "target", 0);
  if (predictor == NULL) {
    glue_add_argument(&function, "predictor", 0);
    glue_add_argument(&function, "selector", 0);
    glue_add_argument(&function, "level", 0);
    glue_add_argument(&function, "options", 0);
  } else {
    options = coreset_predictor_options(predictor, &count);
    for (i = 0; i < count; i++) glue_add_argument(&function, options[i].name, 0);
    glue_add_argument(&function, "level", 0);
    glue_add_argument(&function, "selector", 0);
  }
  return glue_register_table_function(db, &function);
}

int glue_register_predict_tables(sqlite3 *db) {
  size_t i, count;
  const coreset_predictor *const *predictors = coreset_predictors(&count);
  int rc = register_predict(db, NULL);
  for (i = 0; i < count && rc == SQLITE_OK; i++) rc = register_predict(db, predictors[i]);
  return rc;
}
