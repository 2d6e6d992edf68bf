/*
** info_functions.c: what is running.
**
**     coreset_version()   the version, such as '0.1.0'
**     coreset_info()      JSON: version, compiler, SQLite at run time and at build
**                         time, linear algebra library, instructions in use, and the
**                         selectors and predictors that there are
*/
#include <string.h>

#include "glue/glue.h"

static void version_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_text(sql, CORESET_VERSION, -1, SQLITE_STATIC);
}

static void append_text(sqlite3_str *json, const char *name, const char *value) {
  coreset_id text = {value, strlen(value), 0};
  sqlite3_str_appendf(json, ",\"%s\":", name);
  glue_append_json_id(json, text);
}

static void info_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(sql));
  size_t i, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  const coreset_predictor *const *predictors;
  char *text;
  (void)argc, (void)argv;
  sqlite3_str_appendf(json, "{\"version\":\"%s\"", CORESET_VERSION);
  append_text(json, "compiler", __VERSION__);
  append_text(json, "sqlite", sqlite3_libversion());
  append_text(json, "sqlite_at_build", SQLITE_VERSION);
  append_text(json, "blas", coreset_blas_description());
  append_text(json, "cpu_dispatch", coreset_cpu_dispatch());
  sqlite3_str_appendall(json, ",\"selectors\":[");
  for (i = 0; i < count; i++) sqlite3_str_appendf(json, "%s\"%s\"", i ? "," : "", coreset_selector_name(selectors[i]));
  predictors = coreset_predictors(&count);
  sqlite3_str_appendall(json, "],\"predictors\":[");
  for (i = 0; i < count; i++) {
    sqlite3_str_appendf(json, "%s\"%s\"", i ? "," : "", coreset_predictor_name(predictors[i]));
  }
  sqlite3_str_appendall(json, "]}");
  text = sqlite3_str_finish(json);
  if (text == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  sqlite3_result_text(sql, text, -1, sqlite3_free);
  glue_result_is_json(sql);
}

int glue_register_info_functions(sqlite3 *db) {
  int rc = sqlite3_create_function(db, "coreset_version", 0, GLUE_FUNCTION_FLAGS, NULL, version_scalar, NULL, NULL);
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function(db, "coreset_info", 0, GLUE_FUNCTION_FLAGS | GLUE_RESULT_SUBTYPE, NULL, info_scalar,
                                 NULL, NULL);
  }
  return rc;
}
