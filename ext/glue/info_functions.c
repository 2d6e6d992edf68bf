/*
** info_functions.c: what is running, what there is, and what made a value.
**
**     coreset_version()    the version, such as '0.1.0'
**     coreset_info()       JSON: version, compiler, SQLite at run time and at build
**                          time, linear algebra library, instructions in use, and the
**                          selectors and predictors that there are
**     coreset_info(blob)   JSON: what made this matrix or fit: its format and the version of that, the
**                          method with the options in force, numbers of models and questions, and a hash
**                          of the identifiers of its questions, 16 hexadecimal digits: the same for
**                          every matrix of the same questions, whatever their models and scores; and of
**                          a bundle of suites all this suite by suite
**     coreset_methods      a table of all selectors and predictors, a row for each option of
**                          each (one with NULLs where a method has none):
**
**         kind            'selector' or 'predictor'; the default method of each comes first
**         name            as other functions take it
**         summary         what it does, in a line
**         option          the name of an option
**         type            'integer', 'real' or 'choice'
**         choices         JSON array of the names to choose from; NULL for numbers
**         default_value   what holds where nothing is said; NULL: the method decides
*/
#include <string.h>

#include "base/memory.h"
#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/objects.h"
#include "glue/poller.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/table_function.h"
#include "matrix/id_blob.h"
#include "matrix/matrix.h"
#include "predict/predictor.h"
#include "predict/suites_blob.h"
#include "select/selector.h"

static void version_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_text(sql, CORESET_VERSION, -1, SQLITE_STATIC);
}

/* Appends a member, whose value is a text, behind others. */
static void append_text(sqlite3_str *json, const char *name, const char *value) {
  sqlite3_str_appendf(json, ",\"%s\":", name);
  glue_append_json_text(json, value);
}

/* Appends a member, the names of all methods of a kind. */
static void append_methods(sqlite3_str *json, const core_registry *registry) {
  sqlite3_str_appendf(json, ",\"%ss\":[", registry->kind);
  for (size_t i = 0; i < registry->count; i++) {
    sqlite3_str_appendf(json, "%s\"%s\"", i > 0 ? "," : "", registry->methods[i]->name);
  }
  sqlite3_str_appendchar(json, 1, ']');
}

static void info_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(sql));
  (void)argc, (void)argv;
  sqlite3_str_appendf(json, "{\"version\":\"%s\"", CORESET_VERSION);
  append_text(json, "compiler", __VERSION__);
  append_text(json, "sqlite", sqlite3_libversion());
  append_text(json, "sqlite_at_build", SQLITE_VERSION);
  append_text(json, "blas", coreset_blas_description());
  append_text(json, "cpu_dispatch", coreset_cpu_dispatch());
  append_methods(json, &core_selectors);
  append_methods(json, &core_predictors);
  sqlite3_str_appendchar(json, 1, '}');
  glue_result_json(sql, json);
}

/* ------------------------------------------------------------------------
** What made a value
*/

static coreset_status describe_matrix(coreset_context *context, const coreset_matrix *matrix, sqlite3_str *json) {
  uint64_t hash = 0;
  coreset_status status = core_id_list_hash(context, &matrix->questions, &hash);
  if (status == CORESET_OK) {
    sqlite3_str_appendf(json,
                        "{\"format\":\"%s\",\"version\":%d,\"method\":\"score_matrix\",\"options\":{},"
                        "\"models\":%lld,\"questions\":%lld,\"hash\":\"%016llx\"}",
                        core_matrix_format.name, (int)core_matrix_format.version,
                        (long long)coreset_matrix_model_count(matrix), (long long)coreset_matrix_question_count(matrix),
                        (unsigned long long)hash);
  }
  return status;
}

static coreset_status describe_fit(coreset_context *context, const coreset_fit *fit, sqlite3_str *json) {
  uint64_t hash = 0;
  coreset_status status = core_id_list_hash(context, &fit->questions, &hash);
  if (status == CORESET_OK) {
    sqlite3_str_appendf(json, "{\"format\":\"%s\",\"version\":%d,\"method\":\"%s\",\"options\":", core_fit_format.name,
                        (int)core_fit_format.version, fit->choice.method->name);
    glue_append_json_settings(json, &fit->choice);
    sqlite3_str_appendf(json,
                        ",\"models\":%lld,\"questions\":%lld,\"benchmark_questions\":%lld,\"intervals\":%s,"
                        "\"hash\":\"%016llx\"}",
                        (long long)fit->source_model_count, (long long)coreset_fit_question_count(fit),
                        (long long)fit->benchmark_question_count, fit->interval != NULL ? "true" : "false",
                        (unsigned long long)hash);
  }
  return status;
}

/* One suite of a bundle, behind its name. */
static coreset_status describe_suite(coreset_context *context, const coreset_bundle *bundle, size_t index,
                                     sqlite3_str *json) {
  coreset_matrix *matrix = NULL;
  coreset_fit *fit = NULL;
  coreset_status status;
  sqlite3_str_appendf(json, "%s{\"suite\":", index > 0 ? "," : "");
  glue_append_json_id(json, coreset_bundle_suite(bundle, index));
  sqlite3_str_appendall(json, ",\"value\":");
  if (coreset_bundle_has_fits(bundle)) {
    status = coreset_bundle_fit(context, bundle, index, &fit);
    if (status == CORESET_OK) status = describe_fit(context, fit, json);
  } else {
    status = coreset_bundle_matrix(context, bundle, index, &matrix);
    if (status == CORESET_OK) status = describe_matrix(context, matrix, json);
  }
  sqlite3_str_appendchar(json, 1, '}');
  coreset_matrix_free(matrix);
  coreset_fit_free(fit);
  return status;
}

static coreset_status describe_bundle(coreset_context *context, const coreset_bundle *bundle, sqlite3_str *json) {
  coreset_status status = CORESET_OK;
  sqlite3_str_appendf(json,
                      "{\"format\":\"%s\",\"version\":%d,\"method\":\"coreset_suites\",\"options\":{},\"suites\":[",
                      core_bundle_format.name, (int)core_bundle_format.version);
  for (size_t i = 0; i < coreset_bundle_count(bundle) && status == CORESET_OK; i++) {
    status = describe_suite(context, bundle, i, json);
  }
  sqlite3_str_appendall(json, "]}");
  return status;
}

/* Whichever it is. */
static coreset_status describe(coreset_context *context, sqlite3_value *value, sqlite3_str *json) {
  coreset_matrix *matrix = NULL;
  coreset_fit *fit = NULL;
  coreset_bundle *bundle = NULL;
  coreset_status status;
  if (glue_is_format(value, &core_bundle_format)) {
    status = glue_bundle_argument(context, "blob", value, &bundle);
    if (status == CORESET_OK) status = describe_bundle(context, bundle, json);
  } else if (glue_is_format(value, &core_fit_format)) {
    status = glue_fit_argument(context, "blob", value, NULL, &fit);
    if (status == CORESET_OK) status = describe_fit(context, fit, json);
  } else {
    status = glue_known_blob(context, "blob", value);
    if (status == CORESET_OK) status = glue_matrix_argument(context, "blob", value, &matrix);
    if (status == CORESET_OK) status = describe_matrix(context, matrix, json);
  }
  coreset_matrix_free(matrix);
  coreset_fit_free(fit);
  coreset_bundle_free(bundle);
  return status;
}

static void describe_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  coreset_context context;
  glue_poller poller;
  if (glue_is_null(argv[0])) return; /* NULL in, NULL out */
  sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(sql));
  glue_poller_open(&poller, sqlite3_context_db_handle(sql), &context);
  coreset_status status = glue_ready_values(&context, argc, argv);
  if (status == CORESET_OK) status = describe(&context, argv[0], json);
  glue_poller_close(&poller);
  if (status == CORESET_OK) {
    glue_result_json(sql, json);
  } else {
    sqlite3_free(sqlite3_str_finish(json));
    glue_result_status(sql, "coreset_info", status, &context);
  }
}

/* ------------------------------------------------------------------------
** coreset_methods
*/

enum methods_column {
  COLUMN_KIND,
  COLUMN_NAME,
  COLUMN_SUMMARY,
  COLUMN_OPTION,
  COLUMN_TYPE,
  COLUMN_CHOICES,
  COLUMN_DEFAULT,
  COLUMN_COUNT
};

static const core_registry *const registries[] = {&core_selectors, &core_predictors};

/* Where a run is. */
typedef struct methods_state {
  core_arena arena;             /* must be first */
  size_t registry;              /* whose row is next */
  size_t method;                /* in it */
  size_t option;                /* of the method */
  const char *kind;             /* of the current row */
  const coreset_method *of_row; /* its method */
  const coreset_option *shown;  /* its option; NULL where the method has none */
} methods_state;

static coreset_status methods_open(glue_table_cursor *cursor) {
  (void)cursor;
  return CORESET_OK;
}

static coreset_status methods_next(glue_table_cursor *cursor) {
  methods_state *state = cursor->state;
  if (state->registry == sizeof(registries) / sizeof(registries[0])) return CORESET_DONE;
  const core_registry *registry = registries[state->registry];
  state->kind = registry->kind;
  state->of_row = registry->methods[state->method];
  state->shown = state->of_row->option_count == 0 ? NULL : &state->of_row->options[state->option];
  if (++state->option < state->of_row->option_count) return CORESET_OK;
  state->option = 0;
  if (++state->method < registry->count) return CORESET_OK;
  state->method = 0;
  state->registry++;
  return CORESET_OK;
}

/* The names of a choice as a JSON array. */
static void result_choices(sqlite3_context *sql, const coreset_option *option) {
  sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(sql));
  for (size_t i = 0; option->choices[i] != NULL; i++) {
    sqlite3_str_appendall(json, i == 0 ? "[" : ",");
    glue_append_json_text(json, option->choices[i]);
  }
  sqlite3_str_appendchar(json, 1, ']');
  glue_result_json(sql, json);
}

static void methods_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  static const char *const types[] = {"integer", "real", "choice"}; /* in the order of coreset_option_type */
  const methods_state *state = cursor->state;
  const coreset_option *option = state->shown;
  if (column < COLUMN_OPTION) {
    const char *texts[] = {state->kind, state->of_row->name, state->of_row->summary};
    sqlite3_result_text(sql, texts[column], -1, SQLITE_STATIC);
  } else if (option == NULL) {
    return;
  } else if (column == COLUMN_DEFAULT) {
    glue_result_setting(sql, option, &option->default_value);
  } else if (column != COLUMN_CHOICES) {
    sqlite3_result_text(sql, column == COLUMN_OPTION ? option->name : types[option->type], -1, SQLITE_STATIC);
  } else if (option->type == CORESET_OPTION_CHOICE) {
    result_choices(sql, option);
  }
}

int glue_register_info_functions(sqlite3 *db) {
  static const glue_table_function methods = {
      .name = "coreset_methods",
      .columns = "kind TEXT, name TEXT, summary TEXT, option TEXT, type TEXT, choices TEXT, default_value",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(methods_state),
      .open = methods_open,
      .next = methods_next,
      .column = methods_column,
  };
  /* What another build answers otherwise must not get into an index. */
  const int about_this_build = ~SQLITE_DETERMINISTIC;
  int rc = sqlite3_create_function(db, "coreset_version", 0, GLUE_FUNCTION_FLAGS & about_this_build, NULL,
                                   version_scalar, NULL, NULL);
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function(db, "coreset_info", 0, GLUE_JSON_FUNCTION_FLAGS & about_this_build, NULL, info_scalar,
                                 NULL, NULL);
  }
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function(db, "coreset_info", 1, GLUE_JSON_FUNCTION_FLAGS, NULL, describe_scalar, NULL, NULL);
  }
  return rc == SQLITE_OK ? glue_register_table_function(db, &methods) : rc;
}
