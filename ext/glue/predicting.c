/*
** predicting.c: source and target of functions that predict.
**
** Sources and benchmark are found in the matrix (ext/core/matrix/sources.c). Given one matrix, the
** targets are all other models, and sources with fewer than nine tenths of the sources' median of
** answers. Given two, the targets are the models of the second, and a model in both is no source.
** A fit (krr_fit, coreset_fit) can stand in the place of the sources; its own options then hold.
*/
#include "glue/predicting.h"

#include <string.h>

#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/objects.h"
#include "glue/report.h"
#include "matrix/sources.h"
#include "predict/predictor.h"

void glue_predicting_close(glue_predicting *self) {
  coreset_predictions_free(self->predictions);
  coreset_scores_free(self->scores);
  coreset_fit_free(self->fit);
  coreset_matrix_free(self->source);
  coreset_matrix_free(self->second);
}

/* Marks the models of source that are not in target: the others may be sources. */
static coreset_status mark_others(coreset_context *context, const glue_predicting *self, unsigned char *others) {
  size_t models = coreset_matrix_model_count(self->source), count = 0;
  for (size_t m = 0; m < models; m++) {
    coreset_id id = coreset_matrix_model(self->source, m);
    others[m] = coreset_matrix_find_model(self->second, &id) < 0;
    count += others[m];
  }
  if (count > 0) return CORESET_OK;
  return core_fail(context, CORESET_ERROR,
                   "every model of source is in target too, and a model in both is no source: give target the "
                   "models to predict only, or give one matrix");
}

/* Who is predicted, where there is one matrix: everyone but the full sources. */
static coreset_status mark_targets(coreset_context *context, core_arena *arena, glue_predicting *self,
                                   const core_sources *found) {
  size_t models = coreset_matrix_model_count(self->source);
  self->is_target = core_take(context, arena, models, 1);
  if (self->is_target == NULL) return CORESET_NO_MEMORY;
  for (size_t m = 0; m < models; m++) self->is_target[m] = !found->is_full[m];
  self->target = found->full_count < models ? self->source : NULL;
  return CORESET_OK;
}

coreset_status glue_find_models(coreset_context *context, core_arena *arena, glue_predicting *self, int lie_apart) {
  core_sources found;
  unsigned char *others = NULL;
  coreset_status status = CORESET_OK;
  self->target = self->second;
  if (self->second != NULL) {
    others = core_take(context, arena, coreset_matrix_model_count(self->source), 1);
    status = others == NULL ? CORESET_NO_MEMORY : mark_others(context, self, others);
  }
  if (status == CORESET_OK) status = core_find_sources(context, arena, self->source, others, &found);
  if (status == CORESET_OK && !lie_apart) status = mark_targets(context, arena, self, &found);
  if (status != CORESET_OK) return status;
  return core_scores_of(context, self->source, lie_apart ? found.is_source : found.is_full, found.in_benchmark,
                        &self->scores);
}

coreset_status glue_read_models(glue_table_cursor *cursor, core_arena *arena, glue_predicting *self) {
  coreset_context *context = &cursor->context;
  sqlite3_value *target = glue_argument(cursor, "target");
  coreset_status status = glue_known_blob(context, "source", cursor->arguments[0]);
  if (status == CORESET_OK) status = glue_matrix_argument(context, "source", cursor->arguments[0], &self->source);
  if (status == CORESET_OK && target != NULL) status = glue_matrix_argument(context, "target", target, &self->second);
  if (status == CORESET_OK) status = glue_find_models(context, arena, self, target != NULL);
  if (status != CORESET_OK || self->target != NULL) return status;
  return core_fail(context, CORESET_ERROR,
                   "there is nobody to predict: all %zu models answered the %zu questions of the benchmark and are "
                   "sources, and %s; give target the score matrix of the models to predict",
                   self->scores->models, self->scores->questions,
                   cursor->arguments[1] != NULL ? "target is NULL, the matrix of no rows" : "no target is given");
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

coreset_status glue_fit_options(glue_table_cursor *cursor, const coreset_method **wanted) {
  coreset_context *context = &cursor->context;
  coreset_choice choice;
  coreset_status status = check_options(cursor);
  *wanted = cursor->function->method;
  if (status == CORESET_OK && *wanted == NULL && glue_argument(cursor, "predictor") != NULL) {
    status = glue_choice_argument(context, cursor->db, &core_predictors, "predictor",
                                  glue_argument(cursor, "predictor"), &choice);
    *wanted = choice.method;
  }
  if (status != CORESET_OK) return status;
  if (glue_argument(cursor, "target") == NULL) {
    return core_fail(context, CORESET_ERROR, "the argument target is missing: a fit has no targets");
  }
  if (glue_argument(cursor, "selector") != NULL) {
    return core_fail(context, CORESET_ERROR,
                     "selector is for the making of a fit, which keeps its intervals: give it to %s_fit()",
                     *wanted == NULL ? "coreset" : (*wanted)->name);
  }
  return CORESET_OK;
}

/* Starts from a fit in the place of the sources. */
static coreset_status open_fit(glue_table_cursor *cursor, glue_predicting *self) {
  coreset_context *context = &cursor->context;
  const coreset_method *wanted;
  coreset_status status = glue_fit_options(cursor, &wanted);
  if (status == CORESET_OK) {
    status = glue_fit_argument(context, "source", cursor->arguments[0], wanted, &self->fit);
  }
  if (status == CORESET_OK) {
    status = glue_matrix_argument(context, "target", glue_argument(cursor, "target"), &self->second);
  }
  if (status != CORESET_OK) return status;
  self->target = self->second;
  self->request.predictor = *coreset_fit_choice(self->fit);
  return coreset_predictions_from_fit(context, self->fit, self->target, self->level, &self->predictions);
}

coreset_status glue_predicting_open(glue_table_cursor *cursor, core_arena *arena, int with_intervals,
                                    glue_predicting *self) {
  coreset_context *context = &cursor->context;
  coreset_prediction_request *request = &self->request;
  const glue_table_function *function = cursor->function;
  coreset_status status = glue_level_argument(context, glue_argument(cursor, "level"), &self->level);
  if (status == CORESET_OK) {
    status = glue_selector_argument(context, cursor->db, glue_argument(cursor, "selector"), &request->origin,
                                    &self->has_interval);
  }
  if (status == CORESET_OK && glue_is_format(cursor->arguments[0], &core_fit_format)) return open_fit(cursor, self);
  if (status == CORESET_OK) {
    status = glue_method_arguments(context, cursor->db, &core_predictors, function->method,
                                   cursor->arguments + function->method_argument, &request->predictor);
  }
  if (status == CORESET_OK) status = glue_read_models(cursor, arena, self);
  if (status != CORESET_OK) return status;
  request->models = self->is_target;
  if (self->has_interval && with_intervals) request->level = self->level;
  return coreset_predictions_new(context, self->scores, self->target, request, &self->predictions);
}

void glue_add_models(glue_table_function *function) {
  glue_add_argument(function, "source", 1);
  glue_add_argument(function, "target", 0);
}

void glue_add_predicting(glue_table_function *function, const coreset_method *predictor) {
  glue_add_method_arguments(function, &core_predictors, predictor);
  glue_add_argument(function, "selector", 0);
  glue_add_argument(function, "level", 0);
}

int glue_predicting_echo(const glue_table_cursor *cursor, const glue_predicting *self, const coreset_choice *choice,
                         sqlite3_context *sql, int argument) {
  const char *name = cursor->function->arguments[argument].name;
  if (strcmp(name, "level") == 0) {
    sqlite3_result_double(sql, self->level);
    return 1;
  }
  if (strcmp(name, "selector") == 0) return 0; /* as it was given; NULL: not known, and a fit does not tell */
  return glue_echo_choice(sql, &core_predictors, choice != NULL ? choice : &self->request.predictor, name);
}
