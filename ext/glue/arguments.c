/*
** arguments.c: from SQL values to what the core wants, with messages that name the
** argument, the value, and what would be right.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "glue/glue.h"

int glue_integral_value(sqlite3_value *value, int64_t *integer) {
  double real;
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    *integer = sqlite3_value_int64(value);
    return 1;
  case SQLITE_FLOAT:
    real = sqlite3_value_double(value);
    if (!(real >= -0x1p63 && real < 0x1p63) || floor(real) < real) return 0;
    *integer = (int64_t)real;
    return 1;
  default:
    return 0;
  }
}

coreset_status glue_integer_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                        coreset_id *id) {
  char text[GLUE_VALUE_TEXT_SIZE];
  id->text = NULL;
  id->length = 0;
  if (glue_integral_value(value, &id->integer)) return CORESET_OK;
  return core_fail(context, CORESET_ERROR, "%s must be an INTEGER or a TEXT, got %s", argument,
                   glue_value_format(value, text));
}

coreset_status glue_real_argument(coreset_context *context, const char *argument, sqlite3_value *value, double *real) {
  char text[GLUE_VALUE_TEXT_SIZE];
  int type = sqlite3_value_type(value);
  *real = sqlite3_value_double(value);
  if ((type == SQLITE_INTEGER || type == SQLITE_FLOAT) && isfinite(*real)) return CORESET_OK;
  return core_fail(context, CORESET_ERROR, "%s must be a finite number, got %s", argument,
                   glue_value_format(value, text));
}

/* The count that a text such as '5%' means: that share of total, rounded down, at
** least 1. Returns 0 for a text that is no percentage. */
static int parse_percentage(sqlite3_value *value, size_t total, double *percentage, size_t *count) {
  static const char digits[] = "0123456789";
  const char *text = (const char *)sqlite3_value_text(value), *end = text;
  size_t length;
  if (text == NULL || strlen(text) != (size_t)sqlite3_value_bytes(value)) return 0;
  if (*end == '+' || *end == '-') end++;
  length = strspn(end, digits);
  end += length;
  if (*end == '.') {
    length += strspn(end + 1, digits);
    end += 1 + strspn(end + 1, digits);
  }
  end += strspn(end, " ");
  if (length == 0 || strcmp(end, "%") != 0) return 0;
  *percentage = sqlite3_value_double(value); /* unlike strtod, the same in every locale */
  if (*percentage > 0 && *percentage <= 100) {
    /* 9.12 * 625 / 100 is 56.99999999999999 in doubles, and should count as 57 */
    *count = (size_t)(*percentage * (double)total / 100 * (1 + 1e-14));
    if (*count == 0) *count = 1;
  }
  return 1;
}

coreset_status glue_count_argument(coreset_context *context, const char *argument, sqlite3_value *value, size_t total,
                                   size_t *count) {
  char text[GLUE_VALUE_TEXT_SIZE];
  int64_t integer;
  double percentage;
  glue_value_format(value, text);
  if (glue_integral_value(value, &integer)) {
    if (integer < 1 || (uint64_t)integer > total) {
      return core_fail(context, CORESET_ERROR, "%s must be between 1 and %lld, got %s", argument, (long long)total,
                       text);
    }
    *count = (size_t)integer;
    return CORESET_OK;
  }
  if (sqlite3_value_type(value) != SQLITE_TEXT || !parse_percentage(value, total, &percentage, count)) {
    return core_fail(context, CORESET_ERROR, "%s must be a whole number or a percentage such as '5%%', got %s",
                     argument, text);
  }
  if (!(percentage > 0 && percentage <= 100)) {
    return core_fail(context, CORESET_ERROR, "%s must be more than 0%% and at most 100%%, got %s", argument, text);
  }
  return CORESET_OK;
}

/* Appends "'MID', 'MIQ' or 'MI'" and the like to the message. */
static void append_choices(coreset_context *context, const char *const *choices) {
  int i;
  for (i = 0; choices[i] != NULL; i++) {
    size_t used = strlen(context->message);
    const char *between = i == 0 ? "" : choices[i + 1] == NULL ? " or " : ", ";
    sqlite3_snprintf((int)(CORESET_MESSAGE_SIZE - used), context->message + used, "%s'%s'", between, choices[i]);
  }
}

/* The setting of a choice: the index of the name, in any case. */
static coreset_status choice_argument(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                      coreset_setting *setting) {
  char text[GLUE_VALUE_TEXT_SIZE];
  const char *name = sqlite3_value_type(value) == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
  int i;
  for (i = 0; name != NULL && option->choices[i] != NULL; i++) {
    if (sqlite3_stricmp(name, option->choices[i]) == 0) {
      setting->integer = i;
      return CORESET_OK;
    }
  }
  core_fail(context, CORESET_ERROR, "unknown %s %s: it must be ", option->name, glue_value_format(value, text));
  append_choices(context, option->choices);
  return CORESET_ERROR;
}

/* "at least 1", "between 1 and 8", for the bounds of an option. */
static coreset_status range_error(coreset_context *context, const coreset_option *option, const char *kind,
                                  const char *text) {
  if (isfinite(option->maximum)) {
    return core_fail(context, CORESET_ERROR, "%s must be %s between %.15g and %.15g, got %s", option->name, kind,
                     option->minimum, option->maximum, text);
  }
  if (isfinite(option->minimum)) {
    return core_fail(context, CORESET_ERROR, "%s must be %s of at least %.15g, got %s", option->name, kind,
                     option->minimum, text);
  }
  return core_fail(context, CORESET_ERROR, "%s must be %s, got %s", option->name, kind, text);
}

coreset_status glue_option_argument(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                    coreset_setting *setting) {
  char text[GLUE_VALUE_TEXT_SIZE];
  int type;
  if (glue_is_null(value)) {
    *setting = option->default_value;
    return CORESET_OK;
  }
  memset(setting, 0, sizeof(*setting));
  setting->is_set = 1;
  if (option->type == CORESET_OPTION_CHOICE) return choice_argument(context, option, value, setting);
  glue_value_format(value, text);
  if (option->type == CORESET_OPTION_INTEGER) {
    if (!glue_integral_value(value, &setting->integer) || (double)setting->integer < option->minimum ||
        (double)setting->integer > option->maximum) {
      return range_error(context, option, "a whole number", text);
    }
    return CORESET_OK;
  }
  type = sqlite3_value_type(value);
  setting->real = sqlite3_value_double(value);
  if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !isfinite(setting->real) || setting->real < option->minimum ||
      setting->real > option->maximum) {
    return range_error(context, option, "a number", text);
  }
  return CORESET_OK;
}

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

/* Prepares a query over a JSON argument, bound as ?1. */
static coreset_status prepare_json(coreset_context *context, sqlite3 *db, const char *query, sqlite3_value *json,
                                   sqlite3_stmt **statement) {
  int rc = sqlite3_prepare_v2(db, query, -1, statement, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_value(*statement, 1, json);
  if (rc == SQLITE_OK) return CORESET_OK;
  sqlite3_finalize(*statement);
  *statement = NULL;
  if (rc == SQLITE_NOMEM) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
  return core_fail(context, CORESET_ERROR, "SQLite's JSON functions are not usable: %s", sqlite3_errmsg(db));
}

/* Whether the JSON argument is text of the wanted type, 'object' or 'array'. */
static coreset_status check_json_type(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                      const char *wanted, const char *example) {
  char text[GLUE_VALUE_TEXT_SIZE];
  sqlite3_stmt *statement = NULL;
  coreset_status status = CORESET_OK;
  int matches = 0;
  if (sqlite3_value_type(value) == SQLITE_TEXT) {
    status = prepare_json(context, db, "SELECT CASE WHEN json_valid(?1) THEN json_type(?1) END", value, &statement);
    if (status != CORESET_OK) return status;
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_TEXT) {
      matches = strcmp((const char *)sqlite3_column_text(statement, 0), wanted) == 0;
    }
    sqlite3_finalize(statement);
  }
  if (matches) return CORESET_OK;
  return core_fail(context, CORESET_ERROR, "%s must be a JSON %s such as %s, got %s", argument, wanted, example,
                   glue_value_format(value, text));
}

/* Sets the option that a JSON member names. */
static coreset_status member_option(coreset_context *context, const char *argument, sqlite3_stmt *row,
                                    const char *owner, const coreset_option *options, size_t count,
                                    coreset_setting *settings) {
  const char *name = (const char *)sqlite3_column_text(row, 0);
  const char *names[CORESET_OPTION_LIMIT + 1] = {NULL};
  size_t i, used;
  if (name == NULL) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
  for (i = 0; i < count; i++) {
    if (sqlite3_stricmp(name, options[i].name) == 0) {
      return glue_option_argument(context, &options[i], sqlite3_column_value(row, 1), &settings[i]);
    }
    names[i] = options[i].name;
  }
  core_fail(context, CORESET_ERROR, "%s: %s has no option '%.40s'", argument, owner, name);
  if (count == 0) return CORESET_ERROR;
  used = strlen(context->message);
  sqlite3_snprintf((int)(CORESET_MESSAGE_SIZE - used), context->message + used, "; it has ");
  append_choices(context, names);
  return CORESET_ERROR;
}

/* Sets the options that a JSON object names; its member reserved, which may be
** NULL, is none of them. */
static coreset_status object_options(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                     const char *reserved, const char *owner, const coreset_option *options,
                                     size_t count, coreset_setting *settings) {
  sqlite3_stmt *statement = NULL;
  coreset_status status;
  int rc;
  status = check_json_type(context, db, argument, value, "object", "{\"scheme\":\"MIQ\"}");
  if (status != CORESET_OK) return status;
  status = prepare_json(context, db, "SELECT key, value FROM json_each(?1) WHERE key IS NOT ?2", value, &statement);
  if (status != CORESET_OK) return status;
  sqlite3_bind_text(statement, 2, reserved, -1, SQLITE_STATIC);
  while (status == CORESET_OK && (rc = sqlite3_step(statement)) != SQLITE_DONE) {
    if (rc != SQLITE_ROW) {
      status = core_fail(context, CORESET_ERROR, "%s: %s", argument, sqlite3_errmsg(db));
    } else {
      status = member_option(context, argument, statement, owner, options, count, settings);
    }
  }
  sqlite3_finalize(statement);
  return status;
}

coreset_status glue_options_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                     const char *owner, const coreset_option *options, size_t count,
                                     coreset_setting *settings) {
  if (glue_is_null(value)) return CORESET_OK;
  return object_options(context, db, argument, value, NULL, owner, options, count, settings);
}

/* Selectors or predictors, seen as a list of named methods. */
typedef struct method_list {
  const char *member;                                            /* the JSON member that names one */
  const char *example;                                           /* such an object */
  const void *(*find)(const char *name);                         /* by name, or NULL */
  const char *(*name)(size_t index);                             /* of each, or NULL past the last */
  const char *(*name_of)(const void *method);                    /* of one */
  const coreset_option *(*options)(const void *, size_t *count); /* of one */
} method_list;

static const void *find_selector(const char *name) {
  return coreset_find_selector(name);
}
static const void *find_predictor(const char *name) {
  return coreset_find_predictor(name);
}

static const char *selector_name(size_t index) {
  size_t count;
  const coreset_selector *const *all = coreset_selectors(&count);
  return index < count ? coreset_selector_name(all[index]) : NULL;
}

static const char *predictor_name(size_t index) {
  size_t count;
  const coreset_predictor *const *all = coreset_predictors(&count);
  return index < count ? coreset_predictor_name(all[index]) : NULL;
}

static const char *name_of_selector(const void *method) {
  return coreset_selector_name(method);
}
static const char *name_of_predictor(const void *method) {
  return coreset_predictor_name(method);
}

static const coreset_option *selector_options(const void *method, size_t *count) {
  return coreset_selector_options(method, count);
}

static const coreset_option *predictor_options(const void *method, size_t *count) {
  return coreset_predictor_options(method, count);
}

static const method_list selector_list = {"selector",       "{\"selector\":\"mrmr\",\"scheme\":\"MIQ\"}",
                                          find_selector,    selector_name,
                                          name_of_selector, selector_options};
static const method_list predictor_list = {"predictor",       "{\"predictor\":\"krr\",\"degree\":3}",
                                           find_predictor,    predictor_name,
                                           name_of_predictor, predictor_options};

#define METHOD_LIMIT 32 /* names that a message lists at most */

static coreset_status find_method(coreset_context *context, const char *argument, const char *name,
                                  const method_list *list, const void **method) {
  const char *names[METHOD_LIMIT + 1] = {NULL};
  size_t i;
  *method = list->find(name);
  if (*method != NULL) return CORESET_OK;
  core_fail(context, CORESET_ERROR, "unknown %s '%.40s': it must be ", argument, name);
  for (i = 0; i < METHOD_LIMIT; i++) names[i] = list->name(i);
  append_choices(context, names);
  return CORESET_ERROR;
}

/* The method that a JSON object names, or the fallback. */
static coreset_status object_method(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                    const char *fallback, const method_list *list, const void **method) {
  sqlite3_stmt *statement = NULL;
  coreset_status status = check_json_type(context, db, argument, value, "object", list->example);
  const char *name = fallback;
  if (status != CORESET_OK) return status;
  status = prepare_json(context, db, "SELECT value FROM json_each(?1) WHERE key = ?2", value, &statement);
  if (status != CORESET_OK) return status;
  sqlite3_bind_text(statement, 2, list->member, -1, SQLITE_STATIC);
  if (sqlite3_step(statement) == SQLITE_ROW) name = (const char *)sqlite3_column_text(statement, 0);
  status = find_method(context, argument, name == NULL ? "" : name, list, method);
  sqlite3_finalize(statement);
  return status;
}

/* A method by its name, or by a JSON object that may hold its name and options. */
static coreset_status method_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                      const char *fallback, const method_list *list, const void **method,
                                      coreset_setting *settings) {
  char text[GLUE_VALUE_TEXT_SIZE];
  const char *name = fallback;
  const coreset_option *options;
  coreset_status status;
  size_t i, count;
  int is_object = 0;
  if (!glue_is_null(value)) {
    name = sqlite3_value_type(value) == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
    if (name == NULL) {
      return core_fail(context, CORESET_ERROR, "%s must be a name, got %s", argument, glue_value_format(value, text));
    }
    is_object = name[0] == '{';
  }
  if (is_object) {
    status = object_method(context, db, argument, value, fallback, list, method);
  } else {
    status = find_method(context, argument, name, list, method);
  }
  if (status != CORESET_OK) return status;
  options = list->options(*method, &count);
  for (i = 0; i < count; i++) settings[i] = options[i].default_value;
  if (!is_object) return CORESET_OK;
  return object_options(context, db, argument, value, list->member, list->name_of(*method), options, count, settings);
}

coreset_status glue_selector_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                      const coreset_selector **selector, coreset_setting *settings) {
  const void *method = NULL;
  coreset_status status =
      method_argument(context, db, argument, value, GLUE_DEFAULT_SELECTOR, &selector_list, &method, settings);
  *selector = method;
  return status;
}

coreset_status glue_choice_argument(coreset_context *context, sqlite3 *db, const char *argument, sqlite3_value *value,
                                    coreset_prediction_request *request, coreset_setting *settings, int *wanted) {
  const char *name = "";
  coreset_status status;
  if (value != NULL && sqlite3_value_type(value) == SQLITE_TEXT) name = (const char *)sqlite3_value_text(value);
  if (name == NULL) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
  request->selector = NULL;
  request->selector_settings = settings;
  *wanted = strcmp(name, "none") != 0;
  if (!*wanted || strcmp(name, "fixed") == 0) return CORESET_OK;
  status = glue_selector_argument(context, db, argument, value, &request->selector, settings);
  if (status == CORESET_ERROR && name[0] != 0 && name[0] != '{') {
    char message[CORESET_MESSAGE_SIZE];
    memcpy(message, context->message, sizeof(message));
    return core_fail(context, status, "%s, or 'fixed' for a coreset chosen without the sources, or 'none'", message);
  }
  return status;
}

coreset_status glue_predictor_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, const coreset_predictor **predictor,
                                       coreset_setting *settings) {
  const void *method = NULL;
  coreset_status status =
      method_argument(context, db, argument, value, GLUE_DEFAULT_PREDICTOR, &predictor_list, &method, settings);
  *predictor = method;
  return status;
}

coreset_status glue_matrix_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    coreset_matrix **matrix) {
  char text[GLUE_VALUE_TEXT_SIZE];
  const void *bytes;
  coreset_status status;
  *matrix = NULL;
  if (sqlite3_value_type(value) != SQLITE_BLOB) {
    return core_fail(context, CORESET_ERROR, "%s must be a score matrix, made by score_matrix(), got %s%s", argument,
                     glue_value_format(value, text), glue_is_null(value) ? " (the matrix of no rows is NULL)" : "");
  }
  bytes = sqlite3_value_blob(value);
  if (core_fit_recognise(bytes, (size_t)sqlite3_value_bytes(value))) {
    return core_fail(context, CORESET_ERROR, "%s must be a score matrix, made by score_matrix(), got a fit", argument);
  }
  status = coreset_matrix_read(context, bytes, (size_t)sqlite3_value_bytes(value), matrix);
  return status == CORESET_CORRUPT ? core_fail_within(context, status, argument) : status;
}

coreset_status glue_unknown_question(coreset_context *context, const char *argument, const coreset_matrix *matrix,
                                     const coreset_id *id) {
  char text[CORE_ID_TEXT_SIZE], twin_text[CORE_ID_TEXT_SIZE], digits[32] = "";
  coreset_id twin = {NULL, 0, id->integer};
  if (id->text != NULL && id->length < sizeof(digits)) {
    memcpy(digits, id->text, id->length);
    twin.integer = strtoll(digits, NULL, 10);
  }
  sqlite3_snprintf(sizeof(digits), digits, "%lld", (long long)twin.integer);
  if (id->text == NULL) {
    twin.text = digits;
    twin.length = strlen(digits);
  } else if (strlen(digits) != id->length || memcmp(digits, id->text, id->length) != 0) {
    twin = *id; /* not an integer's text: no twin */
  }
  core_id_format(id, text);
  if (coreset_matrix_find_question(matrix, &twin) < 0) {
    return core_fail(context, CORESET_ERROR, "%s: question %s is not in the matrix", argument, text);
  }
  return core_fail(context, CORESET_ERROR, "%s: question %s is not in the matrix, but %s is: ids keep their type",
                   argument, text, core_id_format(&twin, twin_text));
}

/* A question, or a [question, number] pair, of one row of json_each. */
static coreset_status take_element(coreset_context *context, const char *argument, sqlite3_stmt *row, int pairs,
                                   glue_question_taker take, void *data) {
  char text[CORE_ID_TEXT_SIZE], number_text[GLUE_VALUE_TEXT_SIZE];
  coreset_id id;
  double number = 0;
  const char *type = (const char *)sqlite3_column_text(row, 1);
  coreset_status status;
  if (type == NULL || (strcmp(type, "integer") != 0 && strcmp(type, "text") != 0 && strcmp(type, "real") != 0)) {
    return core_fail(context, CORESET_ERROR, "%s: every %s must be an INTEGER or a TEXT, got %s", argument,
                     pairs ? "[question, number] pair must begin with a question, which" : "element",
                     type == NULL ? "nothing" : type);
  }
  status = glue_id_argument(context, "question", sqlite3_column_value(row, 0), &id);
  if (status != CORESET_OK) return core_fail_within(context, status, argument);
  if (!pairs) return take(data, context, &id, NULL);
  number = sqlite3_column_double(row, 2);
  if ((sqlite3_column_type(row, 2) != SQLITE_INTEGER && sqlite3_column_type(row, 2) != SQLITE_FLOAT) ||
      !isfinite(number)) {
    return core_fail(context, CORESET_ERROR, "%s: the number of question %s must be finite, got %s", argument,
                     core_id_format(&id, text), glue_value_format(sqlite3_column_value(row, 2), number_text));
  }
  return take(data, context, &id, &number);
}

coreset_status glue_questions_argument(coreset_context *context, sqlite3 *db, const char *argument,
                                       sqlite3_value *value, int pairs, glue_question_taker take, void *data) {
  static const char one_query[] = "SELECT value, type FROM json_each(?1)";
  static const char pair_query[] = "SELECT CASE type WHEN 'array' THEN json_extract(value, '$[0]') END,"
                                   " CASE type WHEN 'array' THEN json_type(value, '$[0]') END,"
                                   " CASE type WHEN 'array' THEN json_extract(value, '$[1]') END"
                                   " FROM json_each(?1)";
  sqlite3_stmt *statement = NULL;
  coreset_status status;
  int rc;
  status = check_json_type(context, db, argument, value, "array",
                           pairs ? "[[\"q1\", 2.5], [\"q2\", 1]]" : "[\"q1\", \"q2\"]");
  if (status != CORESET_OK) return status;
  status = prepare_json(context, db, pairs ? pair_query : one_query, value, &statement);
  while (status == CORESET_OK && (rc = sqlite3_step(statement)) != SQLITE_DONE) {
    if (rc != SQLITE_ROW) {
      status = core_fail(context, CORESET_ERROR, "%s: %s", argument, sqlite3_errmsg(db));
    } else {
      status = take_element(context, argument, statement, pairs, take, data);
    }
  }
  sqlite3_finalize(statement);
  return status;
}
