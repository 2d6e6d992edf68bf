/*
** choices.c: methods and their options as SQL gives and shows them.
*/
#include "glue/choices.h"

#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "glue/json.h"
#include "glue/report.h"
#include "matrix/id.h"
#include "select/selector.h"

#define NAME_LIMIT 64 /* names that a message lists at most */

/* Appends "'MID', 'MIQ' or 'MI'" and the like to the message. */
static void append_names(coreset_context *context, const char *const *names) {
  for (size_t i = 0; names[i] != NULL; i++) {
    size_t used = strlen(context->message);
    const char *between = i == 0 ? "" : names[i + 1] == NULL ? " or " : ", ";
    sqlite3_snprintf((int)(CORESET_MESSAGE_SIZE - used), context->message + used, "%s'%s'", between, names[i]);
  }
}

/* ------------------------------------------------------------------------
** One option
*/

/* The setting of a choice: the index of the name, in any case. */
static coreset_status choice_option(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                    coreset_setting *setting) {
  char text[GLUE_VALUE_TEXT_SIZE];
  const char *name = glue_text_of(value);
  if (name != NULL) {
    for (int i = 0; option->choices[i] != NULL; i++) {
      if (sqlite3_stricmp(name, option->choices[i]) != 0) continue;
      setting->integer = i;
      return CORESET_OK;
    }
  }
  core_fail(context, CORESET_ERROR, "unknown %s %s: it must be ", option->name, glue_value_format(value, text));
  append_names(context, option->choices);
  return CORESET_ERROR;
}

/* "at least 1", "between 1 and 8", for the bounds of an option. */
static coreset_status range_error(coreset_context *context, const coreset_option *option, const char *kind,
                                  sqlite3_value *value) {
  char text[GLUE_VALUE_TEXT_SIZE];
  const char *hint = glue_number_hint(value);
  glue_value_format(value, text);
  if (isfinite(option->maximum)) {
    return core_fail(context, CORESET_ERROR, "%s must be %s between %.15g and %.15g, got %s%s", option->name, kind,
                     option->minimum, option->maximum, text, hint);
  }
  if (isfinite(option->minimum)) {
    return core_fail(context, CORESET_ERROR, "%s must be %s of at least %.15g, got %s%s", option->name, kind,
                     option->minimum, text, hint);
  }
  return core_fail(context, CORESET_ERROR, "%s must be %s, got %s%s", option->name, kind, text, hint);
}

coreset_status glue_option_argument(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                    coreset_setting *setting) {
  *setting = option->default_value;
  if (glue_is_null(value)) return CORESET_OK;
  *setting = (coreset_setting){.is_set = 1};
  if (option->type == CORESET_OPTION_CHOICE) return choice_option(context, option, value, setting);
  if (option->type == CORESET_OPTION_INTEGER) {
    if (glue_integral_value(value, &setting->integer) && (double)setting->integer >= option->minimum &&
        (double)setting->integer <= option->maximum) {
      return CORESET_OK;
    }
    return range_error(context, option, "a whole number", value);
  }
  int type = glue_numeric_type(value);
  setting->real = sqlite3_value_double(value);
  if ((type == SQLITE_INTEGER || type == SQLITE_FLOAT) && isfinite(setting->real) && setting->real >= option->minimum &&
      setting->real <= option->maximum) {
    return CORESET_OK;
  }
  return range_error(context, option, "a number", value);
}

/* ------------------------------------------------------------------------
** A method and its options
*/

/* A name as it reads in a message: in quotes, shortened between letters. */
static const char *name_format(const char *name, char text[CORE_ID_TEXT_SIZE]) {
  coreset_id id = {.text = name, .length = strlen(name)};
  return core_id_format(&id, text);
}

/* Sets the option that a JSON member names. given: bit i for each option i that was named before. */
static coreset_status member_option(coreset_context *context, const glue_json *json, coreset_choice *choice,
                                    unsigned *given) {
  const coreset_method *method = choice->method;
  const char *name = glue_json_text(json, GLUE_JSON_KEY), *type = glue_json_text(json, GLUE_JSON_TYPE);
  const char *names[CORESET_OPTION_LIMIT + 1] = {NULL};
  char text[CORE_ID_TEXT_SIZE];
  for (size_t i = 0; i < method->option_count; i++) {
    names[i] = method->options[i].name;
    if (sqlite3_stricmp(name, names[i]) != 0) continue;
    if (*given & 1U << i) {
      return core_fail(context, CORESET_ERROR, "%s: the option %s is given twice", json->argument, names[i]);
    }
    *given |= 1U << i;
    if (strcmp(type, "true") == 0 || strcmp(type, "false") == 0) { /* which SQLite reads as 1 and 0 */
      return core_fail(context, CORESET_ERROR, "%s: the option %s must be a number or a text, got %s", json->argument,
                       names[i], type);
    }
    return glue_option_argument(context, &method->options[i], sqlite3_column_value(json->statement, GLUE_JSON_VALUE),
                                &choice->settings[i]);
  }
  core_fail(context, CORESET_ERROR, "%s: %s has no option %s%s", json->argument, method->name, name_format(name, text),
            method->option_count > 0 ? "; it has " : "");
  append_names(context, names);
  return CORESET_ERROR;
}

/* Sets the options that a JSON object names; its member reserved, which may be NULL, is none of them. */
static coreset_status object_options(coreset_context *context, glue_json *json, const char *reserved,
                                     coreset_choice *choice, unsigned *given) {
  coreset_status status;
  while ((status = glue_json_next(context, json)) == CORESET_OK) {
    if (reserved != NULL && sqlite3_stricmp(glue_json_text(json, GLUE_JSON_KEY), reserved) == 0) continue;
    status = member_option(context, json, choice, given);
    if (status != CORESET_OK) return status;
  }
  return status == CORESET_DONE ? CORESET_OK : status;
}

/* The method of this name, in any case, with its default settings. */
static coreset_status named_method(coreset_context *context, const core_registry *registry, const char *argument,
                                   const char *name, coreset_choice *choice) {
  const coreset_method *method = core_find_method(registry, name);
  const char *names[NAME_LIMIT + 1] = {NULL};
  char text[CORE_ID_TEXT_SIZE];
  if (method != NULL) {
    *choice = core_default_choice(method);
    return CORESET_OK;
  }
  core_fail(context, CORESET_ERROR, "unknown %s %s: it must be ", argument, name_format(name, text));
  for (size_t i = 0; i < registry->count && i < NAME_LIMIT; i++) names[i] = registry->methods[i]->name;
  append_names(context, names);
  return CORESET_ERROR;
}

/* The method that a JSON object names, or the default, and the options that it holds. */
static coreset_status object_choice(coreset_context *context, const core_registry *registry, glue_json *json,
                                    coreset_choice *choice, unsigned *given) {
  coreset_status status;
  int is_named = 0;
  *choice = core_default_choice(registry->methods[0]);
  while ((status = glue_json_next(context, json)) == CORESET_OK) {
    if (sqlite3_stricmp(glue_json_text(json, GLUE_JSON_KEY), registry->kind) != 0) continue;
    if (is_named++) return core_fail(context, CORESET_ERROR, "%s: %s is given twice", json->argument, registry->kind);
    status = named_method(context, registry, json->argument, glue_json_text(json, GLUE_JSON_VALUE), choice);
    if (status != CORESET_OK) return status;
  }
  return status == CORESET_DONE ? object_options(context, json, registry->kind, choice, given) : status;
}

/* glue_choice_argument(), which tells what options were given. */
static coreset_status read_choice(coreset_context *context, sqlite3 *db, const core_registry *registry,
                                  const char *argument, sqlite3_value *value, coreset_choice *choice, unsigned *given) {
  char text[GLUE_VALUE_TEXT_SIZE];
  const char *name = NULL;
  if (!glue_is_null(value)) {
    name = glue_text_of(value);
    if (name == NULL) {
      return core_fail(context, CORESET_ERROR, "%s must be a name, got %s", argument, glue_value_format(value, text));
    }
  }
  if (name == NULL || name[0] != '{') return named_method(context, registry, argument, name, choice);
  glue_json json;
  coreset_status status = glue_json_open(context, db, argument, value, "object",
                                         registry == &core_selectors ? "{\"selector\":\"mrmr\",\"scheme\":\"MIQ\"}"
                                                                     : "{\"predictor\":\"krr\",\"degree\":3}",
                                         &json);
  if (status == CORESET_OK) status = object_choice(context, registry, &json, choice, given);
  glue_json_close(&json);
  return status;
}

coreset_status glue_choice_argument(coreset_context *context, sqlite3 *db, const core_registry *registry,
                                    const char *argument, sqlite3_value *value, coreset_choice *choice) {
  unsigned given = 0;
  return read_choice(context, db, registry, argument, value, choice, &given);
}

coreset_status glue_method_arguments(coreset_context *context, sqlite3 *db, const core_registry *registry,
                                     const coreset_method *method, sqlite3_value *const *values,
                                     coreset_choice *choice) {
  coreset_status status = CORESET_OK;
  unsigned given = 0;
  if (method != NULL) {
    *choice = core_default_choice(method);
    for (size_t i = 0; i < method->option_count && status == CORESET_OK; i++) {
      status = glue_option_argument(context, &method->options[i], values[i], &choice->settings[i]);
    }
    return status;
  }
  status = read_choice(context, db, registry, registry->kind, values[0], choice, &given);
  if (status != CORESET_OK || glue_is_null(values[1])) return status;
  glue_json json;
  status = glue_json_open(context, db, "options", values[1], "object",
                          registry == &core_selectors ? "{\"neighbors\":4}" : "{\"alpha\":0.1}", &json);
  if (status == CORESET_OK) status = object_options(context, &json, NULL, choice, &given);
  glue_json_close(&json);
  return status;
}

/* Questions that coreset_next() chose: no selector, but named like one where it is asked how questions came about. */
static const coreset_option next_options[] = {{"batches", CORESET_OPTION_INTEGER, 2, 1000, NULL, {1, 2, 0}}};
static const coreset_method next_method = {.name = "next", .options = next_options, .option_count = 1};
static const coreset_method *const next_methods[] = {&next_method};
static const core_registry next_registry = {"selector", 1, next_methods};

/* Whether a selector is that one: its name, or an object with it. */
static coreset_status names_next(coreset_context *context, sqlite3 *db, sqlite3_value *value, const char *name,
                                 int *is_next) {
  glue_json json;
  *is_next = sqlite3_stricmp(name, next_method.name) == 0;
  if (name[0] != '{') return CORESET_OK;
  coreset_status status =
      glue_json_open(context, db, "selector", value, "object", "{\"selector\":\"mrmr\",\"scheme\":\"MIQ\"}", &json);
  while (status == CORESET_OK && (status = glue_json_next(context, &json)) == CORESET_OK) {
    if (sqlite3_stricmp(glue_json_text(&json, GLUE_JSON_KEY), "selector") != 0) continue;
    *is_next = sqlite3_stricmp(glue_json_text(&json, GLUE_JSON_VALUE), next_method.name) == 0;
  }
  glue_json_close(&json);
  return status == CORESET_DONE ? CORESET_OK : status;
}

coreset_status glue_selector_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value,
                                      coreset_origin *origin, int *wanted) {
  int is_next;
  const char *name = glue_is_null(value) ? NULL : glue_text_of(value);
  if (name == NULL) name = "";
  *origin = (coreset_origin){.or_without = glue_is_null(value)};
  *wanted = sqlite3_stricmp(name, "none") != 0;
  if (!*wanted || sqlite3_stricmp(name, "fixed") == 0) return CORESET_OK;
  coreset_status status = names_next(context, db, value, name, &is_next);
  if (status != CORESET_OK) return status;
  if (is_next) {
    status = glue_choice_argument(context, db, &next_registry, "selector", value, &origin->selector);
    origin->batches = status == CORESET_OK ? (size_t)origin->selector.settings[0].integer : 0;
    origin->selector = core_default_choice(core_selectors.methods[0]);
    return status;
  }
  status = glue_choice_argument(context, db, &core_selectors, "selector", value, &origin->selector);
  if (status == CORESET_ERROR && name[0] != 0 && name[0] != '{') {
    size_t used = strlen(context->message);
    sqlite3_snprintf(
        (int)(CORESET_MESSAGE_SIZE - used), context->message + used,
        ", or 'fixed' for a coreset chosen without the sources, 'next' for what coreset_next() chose, or 'none'");
  }
  return status;
}

/* ------------------------------------------------------------------------
** Showing
*/

void glue_result_setting(sqlite3_context *sql, const coreset_option *option, const coreset_setting *setting) {
  if (!setting->is_set) {
    sqlite3_result_null(sql);
  } else if (option->type == CORESET_OPTION_CHOICE) {
    sqlite3_result_text(sql, option->choices[setting->integer], -1, SQLITE_STATIC);
  } else if (option->type == CORESET_OPTION_INTEGER) {
    sqlite3_result_int64(sql, setting->integer);
  } else {
    sqlite3_result_double(sql, setting->real);
  }
}

void glue_append_json_settings(sqlite3_str *json, const coreset_choice *choice) {
  sqlite3_str_appendchar(json, 1, '{');
  for (size_t i = 0; i < choice->method->option_count; i++) {
    const coreset_option *option = &choice->method->options[i];
    const coreset_setting *setting = &choice->settings[i];
    sqlite3_str_appendf(json, "%s\"%s\":", i == 0 ? "" : ",", option->name);
    if (!setting->is_set) {
      sqlite3_str_appendall(json, "null");
    } else if (option->type == CORESET_OPTION_CHOICE) {
      glue_append_json_text(json, option->choices[setting->integer]);
    } else if (option->type == CORESET_OPTION_INTEGER) {
      sqlite3_str_appendf(json, "%lld", (long long)setting->integer);
    } else {
      sqlite3_str_appendf(json, "%!.17g", setting->real);
    }
  }
  sqlite3_str_appendchar(json, 1, '}');
}

int glue_echo_choice(sqlite3_context *sql, const core_registry *registry, const coreset_choice *choice,
                     const char *input) {
  if (strcmp(input, registry->kind) == 0) {
    sqlite3_result_text(sql, choice->method->name, -1, SQLITE_STATIC);
    return 1;
  }
  if (strcmp(input, "options") == 0) {
    sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(sql));
    glue_append_json_settings(json, choice);
    glue_result_json(sql, json);
    return 1;
  }
  for (size_t i = 0; i < choice->method->option_count; i++) {
    if (strcmp(input, choice->method->options[i].name) != 0) continue;
    glue_result_setting(sql, &choice->method->options[i], &choice->settings[i]);
    return 1;
  }
  return 0;
}
