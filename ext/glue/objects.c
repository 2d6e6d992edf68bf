/*
** objects.c: score matrices, fits and bundles as arguments.
*/
#include "glue/objects.h"

#include "glue/arguments.h"
#include "glue/report.h"
#include "matrix/matrix.h"
#include "predict/fit.h"
#include "predict/suites_blob.h"

int glue_is_format(sqlite3_value *value, const core_format *format) {
  return sqlite3_value_type(value) == SQLITE_BLOB &&
         core_blob_recognise(format, sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value));
}

/* A bundle where something else is wanted. */
static coreset_status refuse_bundle(coreset_context *context, const char *argument, const char *wanted) {
  return core_fail(context, CORESET_ERROR,
                   "%s must be %s, got a bundle of suites: coreset_predict_suites() predicts from it, and what "
                   "coreset_suites() was given is for all else",
                   argument, wanted);
}

coreset_status glue_matrix_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    coreset_matrix **matrix) {
  char text[GLUE_VALUE_TEXT_SIZE];
  *matrix = NULL;
  if (sqlite3_value_type(value) != SQLITE_BLOB) {
    const char *hint = glue_is_null(value) ? " (the matrix of no rows is NULL)" : "";
    if (sqlite3_value_type(value) == SQLITE_TEXT) hint = "; bind the matrix as a BLOB, not as text";
    return core_fail(context, CORESET_ERROR, "%s must be a score matrix, made by score_matrix(), got %s%s", argument,
                     glue_value_format(value, text), hint);
  }
  if (glue_is_format(value, &core_bundle_format)) return refuse_bundle(context, argument, "a score matrix");
  if (glue_is_format(value, &core_fit_format)) {
    return core_fail(context, CORESET_ERROR, "%s must be a score matrix, made by score_matrix(), got a fit", argument);
  }
  coreset_status status =
      coreset_matrix_read(context, sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value), matrix);
  return status == CORESET_CORRUPT ? core_fail_within(context, status, argument) : status;
}

coreset_status glue_known_blob(coreset_context *context, const char *argument, sqlite3_value *value) {
  char text[GLUE_VALUE_TEXT_SIZE];
  if (sqlite3_value_type(value) == SQLITE_BLOB &&
      (glue_is_format(value, &core_matrix_format) || glue_is_format(value, &core_fit_format))) {
    return CORESET_OK;
  }
  if (glue_is_format(value, &core_bundle_format)) return refuse_bundle(context, argument, "a score matrix or a fit");
  return core_fail(context, CORESET_ERROR, "%s must be a score matrix or a fit, got %s%s", argument,
                   glue_value_format(value, text),
                   glue_is_null(value)                        ? " (the matrix of no rows is NULL)"
                   : sqlite3_value_type(value) == SQLITE_TEXT ? "; bind it as a BLOB, not as text"
                                                              : "");
}

coreset_status glue_bundle_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    coreset_bundle **bundle) {
  char text[GLUE_VALUE_TEXT_SIZE];
  *bundle = NULL;
  if (sqlite3_value_type(value) != SQLITE_BLOB) {
    return core_fail(context, CORESET_ERROR, "%s must be a bundle of suites, made by coreset_suites(), got %s%s",
                     argument, glue_value_format(value, text),
                     sqlite3_value_type(value) == SQLITE_TEXT ? "; bind it as a BLOB, not as text" : "");
  }
  int is_matrix = glue_is_format(value, &core_matrix_format);
  if (is_matrix || glue_is_format(value, &core_fit_format)) {
    return core_fail(context, CORESET_ERROR,
                     "%s must be a bundle of suites, got a %s: coreset_suites(suite, value) bundles those of several "
                     "suites, and coreset_predict() predicts from one",
                     argument, is_matrix ? core_matrix_format.name : core_fit_format.name);
  }
  coreset_status status =
      coreset_bundle_read(context, sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value), bundle);
  return status == CORESET_CORRUPT ? core_fail_within(context, status, argument) : status;
}

coreset_status glue_fit_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                 const coreset_method *predictor, coreset_fit **fit) {
  char text[GLUE_VALUE_TEXT_SIZE];
  *fit = NULL;
  if (sqlite3_value_type(value) != SQLITE_BLOB) {
    return core_fail(context, CORESET_ERROR, "%s must be a fit, made by a function such as krr_fit(), got %s", argument,
                     glue_value_format(value, text));
  }
  if (glue_is_format(value, &core_bundle_format)) return refuse_bundle(context, argument, "a fit");
  if (glue_is_format(value, &core_matrix_format)) {
    return core_fail(context, CORESET_ERROR, "%s must be a fit, got a score matrix: make a fit of it by coreset_fit()",
                     argument);
  }
  coreset_status status = coreset_fit_read(context, sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value), fit);
  if (status == CORESET_CORRUPT) return core_fail_within(context, status, argument);
  if (status != CORESET_OK || predictor == NULL) return status;
  const coreset_method *found = coreset_fit_choice(*fit)->method;
  if (found == predictor) return CORESET_OK;
  coreset_fit_free(*fit);
  *fit = NULL;
  return core_fail(context, CORESET_ERROR, "%s is a fit of %s; apply it with %s_predict or coreset_predict", argument,
                   found->name, found->name);
}
