/*
** arguments.c: from SQL values to numbers and identifiers, with messages that name the argument,
** the value, and what would be right.
*/
#include "glue/arguments.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "glue/report.h"

#define DEFAULT_LEVEL 0.9

coreset_status glue_ready_values(coreset_context *context, int count, sqlite3_value *const *values) {
  for (int i = 0; i < count; i++) {
    int type = glue_is_null(values[i]) ? SQLITE_NULL : sqlite3_value_type(values[i]);
    if (type == SQLITE_TEXT && sqlite3_value_text(values[i]) == NULL) return core_out_of_memory(context);
    if (type == SQLITE_BLOB && sqlite3_value_blob(values[i]) == NULL && sqlite3_value_bytes(values[i]) > 0) {
      return core_out_of_memory(context);
    }
  }
  return CORESET_OK;
}

/* Of digits, and maybe a sign before them: whether they are a 64-bit integer, which is what they are read as then. */
static int fits_integer(sqlite3_value *value, const char *digits, size_t length) {
  char text[24];
  for (; length > 1 && *digits == '0'; length--) digits++;
  snprintf(text, sizeof(text), "%lld", (long long)sqlite3_value_int64(value)); /* the limit, where there are too many */
  const char *read = text + (text[0] == '-');
  return strlen(read) == length && strncmp(read, digits, length) == 0;
}

int glue_numeric_type(sqlite3_value *value) {
  static const char spaces[] = " \t\n\v\f\r", digits[] = "0123456789";
  const char *text = sqlite3_value_type(value) == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
  if (text == NULL) return sqlite3_value_type(value);
  const char *start = text + strspn(text, spaces);
  if (*start == '+' || *start == '-') start++;
  size_t length = strspn(start, digits);
  const char *end = start + length;
  int type = length > 0 && fits_integer(value, start, length) ? SQLITE_INTEGER : SQLITE_FLOAT;
  if (*end == '.') {
    type = SQLITE_FLOAT;
    length += strspn(end + 1, digits);
    end += 1 + strspn(end + 1, digits);
  }
  if (length > 0 && (*end == 'e' || *end == 'E')) {
    type = SQLITE_FLOAT;
    end += end[1] == '+' || end[1] == '-' ? 2 : 1;
    if (strspn(end, digits) == 0) return SQLITE_TEXT;
    end += strspn(end, digits);
  }
  end += strspn(end, spaces);
  return length > 0 && end == text + sqlite3_value_bytes(value) ? type : SQLITE_TEXT;
}

int glue_integral_value(sqlite3_value *value, int64_t *integer) {
  double real;
  switch (glue_numeric_type(value)) {
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
  return core_fail(context, CORESET_ERROR, "%s must be an INTEGER or a TEXT, got %s%s", argument,
                   glue_value_format(value, text), glue_number_hint(value));
}

const char *glue_number_hint(sqlite3_value *value) {
  /* numpy's integers have no adapter in Python's sqlite3, which binds their bytes */
  return sqlite3_value_type(value) == SQLITE_BLOB && sqlite3_value_bytes(value) == 8 ? "; a numpy integer? use int()"
                                                                                     : "";
}

coreset_status glue_real_argument(coreset_context *context, const char *argument, sqlite3_value *value, double *real) {
  char text[GLUE_VALUE_TEXT_SIZE];
  int type = glue_numeric_type(value);
  *real = sqlite3_value_double(value);
  if ((type == SQLITE_INTEGER || type == SQLITE_FLOAT) && isfinite(*real)) return CORESET_OK;
  return core_fail(context, CORESET_ERROR, "%s must be a finite number, got %s%s", argument,
                   glue_value_format(value, text), glue_number_hint(value));
}

const char *glue_text_of(sqlite3_value *value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return NULL;
  const char *text = (const char *)sqlite3_value_text(value);
  return strlen(text) == (size_t)sqlite3_value_bytes(value) ? text : NULL;
}

/* The count that a text such as '5%' means: that share of total, rounded down, at
** least 1. Returns 0 for what is no percentage. */
static int parse_percentage(sqlite3_value *value, size_t total, double *percentage, size_t *count) {
  static const char digits[] = "0123456789";
  const char *text = glue_text_of(value), *end = text;
  size_t length;
  if (text == NULL) return 0;
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
  if (!parse_percentage(value, total, &percentage, count)) {
    return core_fail(context, CORESET_ERROR, "%s must be a whole number or a percentage such as '5%%', got %s%s",
                     argument, text, glue_number_hint(value));
  }
  if (!(percentage > 0 && percentage <= 100)) {
    return core_fail(context, CORESET_ERROR, "%s must be more than 0%% and at most 100%%, got %s", argument, text);
  }
  return CORESET_OK;
}

coreset_status glue_level_argument(coreset_context *context, sqlite3_value *value, double *level) {
  *level = DEFAULT_LEVEL;
  if (glue_is_null(value)) return CORESET_OK;
  coreset_status status = glue_real_argument(context, "level", value, level);
  if (status == CORESET_OK && (*level < 0 || *level >= 1)) {
    status = core_fail(context, CORESET_ERROR, "level must be at least 0 and less than 1, got %.15g", *level);
  }
  return status;
}

/* ------------------------------------------------------------------------
** Comparing
*/

glue_value_bytes glue_bytes_of(sqlite3_value *value) {
  glue_value_bytes result = {.type = value == NULL ? SQLITE_NULL : sqlite3_value_type(value)};
  if (result.type == SQLITE_INTEGER) {
    result.number = sqlite3_value_int64(value);
  } else if (result.type == SQLITE_FLOAT) {
    double number = sqlite3_value_double(value);
    memcpy(&result.number, &number, sizeof(number));
  } else if (result.type != SQLITE_NULL) {
    result.bytes = result.type == SQLITE_TEXT ? (const void *)sqlite3_value_text(value) : sqlite3_value_blob(value);
    result.size = (size_t)sqlite3_value_bytes(value);
  }
  return result;
}

int glue_same_value(sqlite3_value *one, sqlite3_value *other) {
  glue_value_bytes a = glue_bytes_of(one), b = glue_bytes_of(other);
  if (a.type != b.type || a.number != b.number || a.size != b.size) return 0;
  return a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0;
}
