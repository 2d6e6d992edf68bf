/*
** model_lists.c: what is known of models, as JSON arrays of [model, value] pairs.
**
**     released   '[["gpt-a", "2024-05-13"], ["gpt-b", "2025"]]'
**     families   '[["gpt-a", "gpt"], ["gpt-b", "gpt"]]'
**
** A value of null is one that is not known, like leaving the model out. A model that the matrix lacks is passed
** over, unless the matrix has it in the other type; one that is listed twice is an error.
**
** Dates are numbers, of anything that grows (years, days, seconds), or text in the form of ISO 8601: a year, a month or
** a day, 2024, 2024-05 or 2024-05-31, and behind a day perhaps T or a blank and a time, 09:30, 09:30:15 or 09:30:15.5,
** and Z for UTC, which is meant in any case. A year and a month stand for their first day, a day for its beginning.
** All dates must be numbers, or all texts.
*/
#include "glue/model_lists.h"

#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "glue/json.h"
#include "glue/report.h"
#include "matrix/intern.h"

/* A list on its way. */
typedef struct model_list {
  const char *argument;         /* its name, for messages */
  const coreset_matrix *matrix; /* whose models they are */
  unsigned char *is_listed;     /* for each model */
  double *released;             /* for each model; NULL where it is about families */
  int has_numbers, has_texts;   /* dates so far */
  size_t *families;             /* for each model; NULL where it is about dates */
  core_intern names;            /* of families */
  size_t *first;                /* for each of them the first model */
} model_list;

/* Finds a model: -1 where the matrix lacks it. */
static coreset_status find_model(coreset_context *context, model_list *list, const coreset_id *id, ptrdiff_t *model) {
  char text[CORE_ID_TEXT_SIZE], twin_text[CORE_ID_TEXT_SIZE], digits[CORE_TWIN_SIZE];
  coreset_id twin;
  *model = coreset_matrix_find_model(list->matrix, id);
  if (*model < 0 && core_id_twin(id, digits, &twin) && coreset_matrix_find_model(list->matrix, &twin) >= 0) {
    return core_fail(context, CORESET_ERROR, "%s: model %s is not in the matrix, but %s is: ids keep their type",
                     list->argument, core_id_format(id, text), core_id_format(&twin, twin_text));
  }
  if (*model < 0) return CORESET_OK;
  if (list->is_listed[*model]) {
    return core_fail(context, CORESET_ERROR, "%s: model %s is listed twice", list->argument, core_id_format(id, text));
  }
  list->is_listed[*model] = 1;
  return CORESET_OK;
}

/* Goes through an argument. */
static coreset_status read_list(coreset_context *context, sqlite3 *db, sqlite3_value *value, const glue_list *list,
                                model_list *taken) {
  core_arena scratch = {0};
  size_t models = coreset_matrix_model_count(taken->matrix);
  taken->argument = list->argument;
  taken->is_listed = core_take(context, &scratch, models, 1);
  taken->first = core_take(context, &scratch, models, sizeof(size_t));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = glue_list_argument(context, db, value, list, taken);
  core_intern_release(&taken->names);
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** Dates
*/

/* Moves past so many digits, whose number must be from least to most. */
static int take_digits(const char **at, int digits, int least, int most, int *number) {
  *number = 0;
  for (int i = 0; i < digits; i++, ++*at) {
    if (**at < '0' || **at > '9') return 0;
    *number = 10 * *number + (**at - '0');
  }
  return *number >= least && *number <= most;
}

static int take_character(const char **at, char wanted) {
  if (**at != wanted) return 0;
  ++*at;
  return 1;
}

static int days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && is_leap);
}

/* Moves past a time of day. */
static int take_time(const char **at, double *seconds) {
  int hour, minute, second = 0;
  double unit = 1;
  if (!take_digits(at, 2, 0, 23, &hour) || !take_character(at, ':') || !take_digits(at, 2, 0, 59, &minute)) return 0;
  if (take_character(at, ':')) {
    if (!take_digits(at, 2, 0, 60, &second)) return 0; /* with a leap second */
    *seconds = second;
    if (take_character(at, '.')) {
      if (**at < '0' || **at > '9') return 0;
      for (; **at >= '0' && **at <= '9'; ++*at) *seconds += (unit /= 10) * (**at - '0');
    }
  }
  *seconds += 60 * (60.0 * hour + minute);
  take_character(at, 'Z');
  return 1;
}

/* Whether a text of so many bytes, and a zero byte, is a date; a number that is larger the later it is. */
static int parse_date(const char *text, size_t length, double *date) {
  const char *end = text + length;
  int year, month = 1, day = 1;
  double seconds = 0;
  if (!take_digits(&text, 4, 0, 9999, &year)) return 0;
  if (take_character(&text, '-')) {
    if (!take_digits(&text, 2, 1, 12, &month)) return 0;
    if (take_character(&text, '-')) {
      if (!take_digits(&text, 2, 1, days_in(year, month), &day)) return 0;
      if ((take_character(&text, 'T') || take_character(&text, ' ')) && !take_time(&text, &seconds)) return 0;
    }
  }
  *date = 86400.0 * ((year * 12 + month) * 31 + day) + seconds; /* days that months lack do not matter */
  return text == end;
}

static coreset_status take_released(void *data, coreset_context *context, const coreset_id *id,
                                    const glue_list_value *value) {
  model_list *list = data;
  char text[CORE_ID_TEXT_SIZE], value_text[GLUE_VALUE_TEXT_SIZE];
  int is_text = strcmp(value->type, "text") == 0;
  int is_number = strcmp(value->type, "integer") == 0 || strcmp(value->type, "real") == 0;
  ptrdiff_t model;
  double date = NAN;
  int is_date = 0; /* neither true, which SQLite gives as 1, nor an array, which it gives as text */
  coreset_status status = find_model(context, list, id, &model);
  if (status != CORESET_OK || model < 0 || strcmp(value->type, "null") == 0) return status;
  if (is_text) {
    is_date =
        parse_date((const char *)sqlite3_value_text(value->value), (size_t)sqlite3_value_bytes(value->value), &date);
    list->has_texts = 1;
  } else if (is_number) {
    date = sqlite3_value_double(value->value);
    is_date = isfinite(date);
    list->has_numbers = 1;
  }
  if (!is_date) {
    return core_fail(context, CORESET_ERROR,
                     "%s: the date of model %s must be a number, or a text such as '2024', '2024-05' or '2024-05-31', "
                     "got %s",
                     list->argument, core_id_format(id, text), glue_list_value_format(value, value_text));
  }
  if (list->has_numbers && list->has_texts) {
    return core_fail(context, CORESET_ERROR,
                     "%s: the date of model %s is a %s, %s, and those before are %s, with which it cannot be compared",
                     list->argument, core_id_format(id, text), is_text ? "text" : "number",
                     glue_value_format(value->value, value_text), is_text ? "numbers" : "texts");
  }
  list->released[model] = date;
  return CORESET_OK;
}

coreset_status glue_released_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value,
                                      const coreset_matrix *matrix, core_arena *arena, const double **released) {
  static const glue_list dates = {.argument = "released",
                                  .key = "model",
                                  .value = "date",
                                  .example = "[[\"m1\", \"2024-05-31\"], [\"m2\", \"2025\"]]",
                                  .take = take_released};
  size_t models = coreset_matrix_model_count(matrix);
  model_list list = {.matrix = matrix, .released = core_take(context, arena, models, sizeof(double))};
  if (list.released == NULL) return arena->status;
  for (size_t m = 0; m < models; m++) list.released[m] = NAN;
  *released = list.released;
  return read_list(context, db, value, &dates, &list);
}

/* ------------------------------------------------------------------------
** Families
*/

static coreset_status take_family(void *data, coreset_context *context, const coreset_id *id,
                                  const glue_list_value *value) {
  model_list *list = data;
  char text[CORE_ID_TEXT_SIZE];
  size_t count = list->names.count;
  ptrdiff_t model;
  coreset_id name;
  uint32_t family;
  coreset_status status = find_model(context, list, id, &model);
  if (status != CORESET_OK || model < 0 || strcmp(value->type, "null") == 0) return status;
  if (strcmp(value->type, "integer") != 0 && strcmp(value->type, "real") != 0 && strcmp(value->type, "text") != 0) {
    return core_fail(context, CORESET_ERROR, "%s: the family of model %s must be an INTEGER or a TEXT, got %s",
                     list->argument, core_id_format(id, text), value->type);
  }
  status = glue_id_argument(context, "a family", value->value, &name);
  if (status != CORESET_OK) return core_fail_within(context, status, list->argument);
  status = core_intern_add(context, &list->names, &name, &family);
  if (status != CORESET_OK) return status;
  if (family == count) list->first[family] = (size_t)model;
  list->families[model] = list->first[family];
  return CORESET_OK;
}

coreset_status glue_families_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value,
                                      const coreset_matrix *matrix, core_arena *arena, const size_t **families) {
  static const glue_list names = {.argument = "families",
                                  .key = "model",
                                  .value = "family",
                                  .example = "[[\"m1\", \"f1\"], [\"m2\", \"f1\"]]",
                                  .take = take_family};
  size_t models = coreset_matrix_model_count(matrix);
  model_list list = {.matrix = matrix, .families = core_take(context, arena, models, sizeof(size_t))};
  if (list.families == NULL) return arena->status;
  for (size_t m = 0; m < models; m++) list.families[m] = m;
  *families = list.families;
  return read_list(context, db, value, &names, &list);
}
