/*
** sizes.c: several numbers of questions as one argument: 20, '5%', '[10, "5%"]'.
*/
#include "glue/sizes.h"

#include <string.h>

#include "glue/arguments.h"
#include "glue/json.h"
#include "glue/report.h"

/* Appends a k to a list with room for each count of questions. */
static coreset_status add_size(coreset_context *context, sqlite3_value *value, size_t questions, glue_sizes *sizes) {
  char text[GLUE_VALUE_TEXT_SIZE];
  size_t size;
  coreset_status status = glue_count_argument(context, "k", value, questions, &size);
  for (size_t i = 0; i < sizes->count && status == CORESET_OK; i++) {
    if (sizes->sizes[i] != size) continue;
    status = core_fail(context, CORESET_ERROR, "k lists %zu questions twice, the second time as %s", size,
                       glue_value_format(value, text));
  }
  if (status != CORESET_OK) return status;
  sizes->sizes[sizes->count++] = size;
  if (size > sizes->largest) sizes->largest = size;
  return CORESET_OK;
}

/* Appends the elements of a JSON array. */
static coreset_status add_sizes(coreset_context *context, sqlite3 *db, sqlite3_value *array, size_t questions,
                                glue_sizes *sizes) {
  glue_json json;
  coreset_status status = glue_json_open(context, db, "k", array, "array", "[10, \"5%\"]", &json);
  while (status == CORESET_OK && (status = glue_json_next(context, &json)) == CORESET_OK) {
    const char *type = glue_json_text(&json, GLUE_JSON_TYPE);
    if (strcmp(type, "integer") != 0 && strcmp(type, "real") != 0 && strcmp(type, "text") != 0) {
      status = core_fail(context, CORESET_ERROR, "k: every element must be a count or a percentage, got %s", type);
    } else {
      status = add_size(context, sqlite3_column_value(json.statement, GLUE_JSON_VALUE), questions, sizes);
    }
  }
  glue_json_close(&json);
  if (status != CORESET_DONE) return status;
  if (sizes->count > 0) return CORESET_OK;
  return core_fail(context, CORESET_ERROR, "k is an empty array: it must list counts or percentages");
}

coreset_status glue_sizes_argument(coreset_context *context, sqlite3 *db, sqlite3_value *k, size_t questions,
                                   core_arena *arena, glue_sizes *sizes) {
  *sizes = (glue_sizes){NULL, 0, 0};
  if (glue_is_null(k)) {
    return core_fail(context, CORESET_ERROR, "k must be a count or a percentage, or a JSON array of such, got NULL");
  }
  const char *text = glue_text_of(k);
  sizes->sizes = core_take(context, arena, questions, sizeof(size_t));
  if (sizes->sizes == NULL) return arena->status;
  if (text == NULL || text[0] != '[') return add_size(context, k, questions, sizes);
  return add_sizes(context, db, k, questions, sizes);
}

coreset_status glue_sizes_usual(coreset_context *context, size_t questions, core_arena *arena, glue_sizes *sizes) {
  static const size_t percentages[] = {1, 2, 3, 5, 7, 10, 15, 20, 30, 50};
  const size_t count = sizeof(percentages) / sizeof(percentages[0]);
  *sizes = (glue_sizes){core_take(context, arena, count, sizeof(size_t)), 0, 0};
  for (size_t i = 0; i < count && sizes->sizes != NULL; i++) {
    size_t size = (questions * percentages[i] + 50) / 100;
    if (size > sizes->largest) sizes->sizes[sizes->count++] = sizes->largest = size;
  }
  if (sizes->sizes != NULL && sizes->count == 0) sizes->sizes[sizes->count++] = sizes->largest = 1;
  return arena->status;
}
