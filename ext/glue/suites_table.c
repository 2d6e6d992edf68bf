/*
** suites_table.c: full scores in several suites, each from a model's answers in all of them.
**
**     coreset_predict_suites(source, target, weights, predictor, options, selector, level)
**
** source and target are bundles by coreset_suites(). In each suite sources and targets are found as by coreset_predict()
** (predicting.c); one bundle has both, and fits in source need a target. For each model that is a target in any suite there is a row
** for every suite, and one for the overall score:
**
**     suite         its name; NULL: the overall score
**     model         the id of the model
**     predicted     the score it would have on the whole suite
**     lower, upper  an interval that holds that score with probability level
**     reach         as of coreset_predict()
**     observed      the plain mean of its answers that were used
**     answered      how many those are: 0 in a suite that it did not run
**     unknown       answers to questions that the sources lack
**     alone         the prediction without the other suites
**
** weights is a JSON array of [suite, weight] pairs, one for each suite; without it they weigh the same. The overall
** score is the weighted mean. ext/core/predict/joint.c and suites.c have the formulas.
*/
#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/json.h"
#include "glue/objects.h"
#include "glue/predicting.h"
#include "glue/register.h"
#include "glue/report.h"
#include "matrix/id.h"
#include "predict/predictor.h"

enum suites_column {
  COLUMN_SUITE,
  COLUMN_MODEL,
  COLUMN_PREDICTED,
  COLUMN_LOWER,
  COLUMN_UPPER,
  COLUMN_REACH,
  COLUMN_OBSERVED,
  COLUMN_ANSWERED,
  COLUMN_UNKNOWN,
  COLUMN_ALONE,
  COLUMN_COUNT
};

/* One run of a prediction. */
typedef struct suites_state {
  core_arena arena;             /* of the arrays; must be first */
  coreset_bundle *source;       /* the first argument */
  coreset_bundle *target;       /* the second argument, if given */
  size_t count;                 /* suites */
  glue_predicting *predicting;  /* who is predicted in each; the first has the options */
  coreset_suite *suites;        /* the same, for the core; weights are NaN until they are given */
  coreset_suites *work;         /* all of it */
  coreset_suite_prediction row; /* the current row */
} suites_state;

static void suites_close(void *data) {
  suites_state *state = data;
  coreset_suites_free(state->work);
  for (size_t s = 0; state->predicting != NULL && s < state->count; s++) glue_predicting_close(&state->predicting[s]);
  coreset_bundle_free(state->source);
  coreset_bundle_free(state->target);
}

/* ------------------------------------------------------------------------
** Weights
*/

/* Fails: the suite, in an argument, is none of the source; with a hint where it is as a text or as an integer. */
static coreset_status unknown_suite(coreset_context *context, const char *argument, const coreset_bundle *source,
                                    const coreset_id *id) {
  char text[CORE_ID_TEXT_SIZE], other_text[CORE_ID_TEXT_SIZE], digits[CORE_TWIN_SIZE];
  coreset_id twin, other = coreset_bundle_suite(source, 0);
  int is_twin = core_id_twin(id, digits, &twin) && coreset_bundle_find(source, &twin) >= 0;
  core_id_format(is_twin ? &twin : &other, other_text);
  return core_fail(context, CORESET_ERROR, "%s: suite %s is not in source, %s %s%s", argument, core_id_format(id, text),
                   is_twin ? "but" : "which has", other_text, is_twin ? " is: names keep their type" : ", for example");
}

static coreset_status take_weight(void *data, coreset_context *context, const coreset_id *id,
                                  const glue_list_value *value) {
  suites_state *state = data;
  char text[CORE_ID_TEXT_SIZE], number[GLUE_VALUE_TEXT_SIZE];
  ptrdiff_t suite = coreset_bundle_find(state->source, id);
  core_id_format(id, text);
  if (suite < 0) return unknown_suite(context, "weights", state->source, id);
  if (!isnan(state->suites[suite].weight)) {
    return core_fail(context, CORESET_ERROR, "weights: suite %s is listed twice", text);
  }
  double weight;
  if (!glue_list_number(value, &weight) || weight < 0) {
    return core_fail(context, CORESET_ERROR, "weights: that of suite %s must be a finite number, not negative, got %s",
                     text, glue_list_value_format(value, number));
  }
  state->suites[suite].weight = weight;
  return CORESET_OK;
}

/* Those that are given are of all suites, and some suite counts. */
static coreset_status read_weights(glue_table_cursor *cursor, suites_state *state) {
  static const glue_list list = {.argument = "weights",
                                 .key = "suite",
                                 .value = "weight",
                                 .example = "[[\"suite-1\", 2], [\"suite-2\", 1]]",
                                 .take = take_weight};
  coreset_context *context = &cursor->context;
  sqlite3_value *weights = glue_argument(cursor, "weights");
  double largest = 0;
  for (size_t s = 0; s < state->count; s++) state->suites[s].weight = weights == NULL ? 1 : NAN;
  if (weights == NULL) return CORESET_OK;
  coreset_status status = glue_list_argument(context, cursor->db, weights, &list, state);
  for (size_t s = 0; s < state->count && status == CORESET_OK; s++) {
    char text[CORE_ID_TEXT_SIZE];
    if (isnan(state->suites[s].weight)) {
      status = core_fail(context, CORESET_ERROR,
                         "weights: suite %s has none; a weight of 0 leaves a suite out of the overall score",
                         core_id_format(&state->suites[s].name, text));
    }
    largest = fmax(largest, state->suites[s].weight);
  }
  if (status != CORESET_OK || largest > 0) return status;
  return core_fail(context, CORESET_ERROR, "weights: all are 0, which leaves no overall score");
}

/* ------------------------------------------------------------------------
** Opening
*/

/* Both bundles. A suite of the target must be one of the source. */
static coreset_status read_bundles(glue_table_cursor *cursor, suites_state *state) {
  coreset_context *context = &cursor->context;
  sqlite3_value *target = glue_argument(cursor, "target");
  coreset_status status = glue_bundle_argument(context, "source", cursor->arguments[0], &state->source);
  if (status == CORESET_OK && target != NULL) status = glue_bundle_argument(context, "target", target, &state->target);
  if (status != CORESET_OK || target == NULL) return status;
  if (coreset_bundle_has_fits(state->target)) {
    return core_fail(context, CORESET_ERROR, "target must be a bundle of score matrices, got one of fits");
  }
  for (size_t s = 0; s < coreset_bundle_count(state->target); s++) {
    coreset_id name = coreset_bundle_suite(state->target, s);
    if (coreset_bundle_find(state->source, &name) < 0) return unknown_suite(context, "target", state->source, &name);
  }
  return CORESET_OK;
}

/* Opens one suite by what the first has of options. wanted: the predictor that fits must be of, or NULL. */
static coreset_status open_suite(glue_table_cursor *cursor, suites_state *state, size_t index,
                                 const coreset_method *wanted) {
  coreset_context *context = &cursor->context;
  glue_predicting *self = &state->predicting[index];
  coreset_id name = coreset_bundle_suite(state->source, index);
  ptrdiff_t target = state->target == NULL ? -1 : coreset_bundle_find(state->target, &name);
  coreset_status status = CORESET_OK;
  self->level = state->predicting[0].level;
  self->request = state->predicting[0].request;
  self->request.level = self->level;
  if (target >= 0) status = coreset_bundle_matrix(context, state->target, (size_t)target, &self->second);
  if (status != CORESET_OK) return core_fail_within(context, status, "target");
  if (coreset_bundle_has_fits(state->source)) {
    status = coreset_bundle_fit(context, state->source, index, &self->fit);
    if (status != CORESET_OK) return core_fail_within(context, status, "source");
    const coreset_method *found = coreset_fit_choice(self->fit)->method;
    if (wanted != NULL && found != wanted) {
      return core_fail(context, CORESET_ERROR, "source is a fit of %s, and predictor is %s: leave it out", found->name,
                       wanted->name);
    }
    if (self->second == NULL) return CORESET_OK;
    return coreset_predictions_from_fit(context, self->fit, self->second, self->level, &self->predictions);
  }
  status = coreset_bundle_matrix(context, state->source, index, &self->source);
  if (status != CORESET_OK) return core_fail_within(context, status, "source");
  status = glue_find_models(context, &state->arena, self, state->target != NULL);
  if (status != CORESET_OK || self->target == NULL) return status;
  self->request.models = self->is_target;
  return coreset_predictions_new(context, self->scores, self->target, &self->request, &self->predictions);
}

/* Fails where a model of suite one has its id as an INTEGER, and as a TEXT in suite other: it would be two models. */
static coreset_status compare_ids(coreset_context *context, const coreset_suite *one, const coreset_matrix *first,
                                  const coreset_suite *other, const coreset_matrix *second) {
  size_t last = second == NULL ? 0 : coreset_matrix_model_count(second);
  /* integers come first */
  if (first == NULL || last == 0 || coreset_matrix_model(second, last - 1).text == NULL) return CORESET_OK;
  for (size_t m = 0; m < coreset_matrix_model_count(first); m++) {
    char digits[CORE_TWIN_SIZE], id_text[CORE_ID_TEXT_SIZE], twin_text[CORE_ID_TEXT_SIZE];
    char one_text[CORE_ID_TEXT_SIZE], other_text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_matrix_model(first, m), twin;
    coreset_status status = core_poll_work(context, 256);
    if (status != CORESET_OK || id.text != NULL) return status;
    core_id_twin(&id, digits, &twin);
    if (coreset_matrix_find_model(second, &twin) < 0 || coreset_matrix_find_model(second, &id) >= 0) continue;
    if (coreset_matrix_find_model(first, &twin) >= 0) continue; /* two models that are meant to be two */
    return core_fail(context, CORESET_ERROR,
                     "a model is %s in suite %s and %s in suite %s: ids keep their type, and these are two models; "
                     "CAST(model AS INTEGER) in one of them, or AS TEXT",
                     core_id_format(&id, id_text), core_id_format(&one->name, one_text),
                     core_id_format(&twin, twin_text), core_id_format(&other->name, other_text));
  }
  return CORESET_OK;
}

/* The same for all matrices of all suites, those of sources and those of targets. */
static coreset_status check_ids(coreset_context *context, const suites_state *state) {
  coreset_status status = CORESET_OK;
  for (size_t s = 0; s < state->count; s++) {
    const coreset_matrix *one[] = {state->predicting[s].source, state->predicting[s].second};
    for (size_t t = 0; t < state->count && status == CORESET_OK; t++) {
      const coreset_matrix *other[] = {state->predicting[t].source, state->predicting[t].second};
      for (int i = 0; i < 4 && status == CORESET_OK; i++) {
        status = compare_ids(context, &state->suites[s], one[i / 2], &state->suites[t], other[i % 2]);
      }
    }
  }
  return status;
}

/* Opens all suites, whose failures begin with the suite's name. */
static coreset_status open_suites(glue_table_cursor *cursor, suites_state *state, const coreset_method *wanted) {
  coreset_context *context = &cursor->context;
  size_t targets = 0;
  for (size_t s = 0; s < state->count; s++) {
    coreset_suite *suite = &state->suites[s];
    coreset_status status = open_suite(cursor, state, s, wanted);
    if (status != CORESET_OK) {
      char text[CORE_ID_TEXT_SIZE], where[CORE_ID_TEXT_SIZE + sizeof("suite ")];
      sqlite3_snprintf(sizeof(where), where, "suite %s", core_id_format(&suite->name, text));
      return core_fail_within(context, status, where);
    }
    suite->scores = state->predicting[s].scores;
    suite->fit = state->predicting[s].fit;
    suite->predictions = state->predicting[s].predictions;
    targets += suite->predictions != NULL;
  }
  if (targets > 0) return CORESET_OK;
  return core_fail(context, CORESET_ERROR,
                   "there is nobody to predict: in every suite all models answered the questions of the benchmark and "
                   "are sources; give target a bundle of the score matrices of the models to predict");
}

/* The arguments behind the bundles. */
static coreset_status read_options(glue_table_cursor *cursor, suites_state *state, const coreset_method **wanted) {
  coreset_context *context = &cursor->context;
  glue_predicting *first = &state->predicting[0];
  coreset_status status = glue_level_argument(context, glue_argument(cursor, "level"), &first->level);
  if (status == CORESET_OK) {
    status = glue_selector_argument(context, cursor->db, glue_argument(cursor, "selector"), &first->request.origin,
                                    &first->has_interval);
  }
  if (status != CORESET_OK) return status;
  if (!first->has_interval) {
    return core_fail(context, CORESET_ERROR,
                     "selector 'none' is for predictions without intervals, and from what these are made of is learnt "
                     "what suites tell of each other");
  }
  if (first->level <= 0) {
    return core_fail(context, CORESET_ERROR,
                     "level must be more than 0, got %.15g: from what intervals are made of is learnt what suites tell "
                     "of each other",
                     first->level);
  }
  if (coreset_bundle_has_fits(state->source)) return glue_fit_options(cursor, wanted);
  return glue_method_arguments(context, cursor->db, &core_predictors, NULL,
                               cursor->arguments + cursor->function->method_argument, &first->request.predictor);
}

static coreset_status suites_open(glue_table_cursor *cursor) {
  suites_state *state = cursor->state;
  coreset_context *context = &cursor->context;
  const coreset_method *wanted = NULL;
  coreset_status status = read_bundles(cursor, state);
  if (status != CORESET_OK) return status;
  size_t count = coreset_bundle_count(state->source);
  state->predicting = core_take(context, &state->arena, count, sizeof(glue_predicting));
  state->suites = core_take(context, &state->arena, count, sizeof(coreset_suite));
  if (state->arena.status != CORESET_OK) return state->arena.status;
  state->count = count;
  for (size_t s = 0; s < count; s++) state->suites[s].name = coreset_bundle_suite(state->source, s);
  status = read_options(cursor, state, &wanted);
  if (status == CORESET_OK) status = read_weights(cursor, state);
  if (status == CORESET_OK) status = open_suites(cursor, state, wanted);
  if (status == CORESET_OK) status = check_ids(context, state);
  if (status != CORESET_OK) return status;
  return coreset_suites_new(context, state->suites, count, state->predicting[0].level, &state->work);
}

/* ------------------------------------------------------------------------
** Rows
*/

static coreset_status suites_next(glue_table_cursor *cursor) {
  suites_state *state = cursor->state;
  return coreset_suites_next(&cursor->context, state->work, &state->row);
}

static void suites_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const suites_state *state = cursor->state;
  const coreset_suite_prediction *row = &state->row;
  const double values[COLUMN_COUNT] = {
      [COLUMN_PREDICTED] = row->predicted, [COLUMN_LOWER] = row->lower, [COLUMN_UPPER] = row->upper,
      [COLUMN_OBSERVED] = row->observed,   [COLUMN_ALONE] = row->alone,
  };
  if (column == COLUMN_SUITE) {
    if (row->suite < state->count) glue_result_id(sql, state->suites[row->suite].name);
  } else if (column == COLUMN_MODEL) {
    glue_result_id(sql, row->model);
  } else if (column == COLUMN_REACH) {
    glue_result_reach(sql, row->reach);
  } else if (column == COLUMN_ANSWERED || column == COLUMN_UNKNOWN) {
    sqlite3_result_int64(sql, (sqlite3_int64)(column == COLUMN_ANSWERED ? row->answered : row->unknown));
  } else {
    glue_result_real(sql, values[column]);
  }
}

static int suites_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const suites_state *state = cursor->state;
  if (strcmp(cursor->function->arguments[argument].name, "weights") == 0) return 0;
  const glue_predicting *first = &state->predicting[0];
  return glue_predicting_echo(cursor, first, first->fit != NULL ? coreset_fit_choice(first->fit) : NULL, sql, argument);
}

int glue_register_suites_table(sqlite3 *db) {
  glue_table_function function = {
      .name = "coreset_predict_suites",
      .columns = "suite, model, predicted REAL, lower REAL, upper REAL, reach TEXT, observed REAL, answered INTEGER, "
                 "unknown INTEGER, alone REAL",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(suites_state),
      .open = suites_open,
      .next = suites_next,
      .column = suites_column,
      .echo = suites_echo,
      .close = suites_close,
  };
  glue_add_models(&function);
  glue_add_argument(&function, "weights", 0);
  glue_add_predicting(&function, NULL);
  return glue_register_table_function(db, &function);
}
