/*
** matrix_functions.c: score matrices as values.
**
**     score_matrix(model, question, score [, weight])   aggregate
**     score_matrix_merge(matrix)                        aggregate
**     score_matrix_info(matrix)                         scalar, JSON
**
** score_matrix() turns the rows of a group into one BLOB, the matrix of models by
** questions that every other function takes. Ids are INTEGER or TEXT. A pair that
** is seen several times counts as the average of its scores, of 0 and 1 as so many trials. A NULL score is a
** missing cell; its row still makes the model and the question known. A text that is wholly a number
** counts as that number. weight
** (default 1) is the question's weight in the benchmark's score. The order of the
** rows does not matter, and the matrix of all rows equals, byte for byte, the
** score_matrix_merge() of the matrices of any parts. No rows give NULL.
**
** score_matrix_info() tells what a matrix holds: numbers of models, questions,
** cells with a score, missing cells, repeats (scores beyond the first of their cell), and
** twins (questions n and 'n' that no model answered both: mixed up ids); whether it is binary
** (at most two distinct values); the lowest and highest cell; and its size in bytes.
*/
#include <math.h>
#include <string.h>

#include "glue/aggregate.h"
#include "glue/arguments.h"
#include "glue/objects.h"
#include "glue/poller.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/rows.h"

#define TEXT_LIMIT 16 /* more than any text has that a hint knows */

/* The state of one group. */
typedef struct matrix_group {
  glue_group base;          /* must be first */
  coreset_builder *builder; /* takes the rows; NULL before the first */
} matrix_group;

/* A text without the blanks around it, in lower case, cut off where it is long. */
static void simplify(const char *text, char simple[TEXT_LIMIT]) {
  size_t length = 0;
  while (*text == ' ' || *text == '\t') text++;
  for (; *text != 0 && length + 1 < TEXT_LIMIT; text++) {
    simple[length++] = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
  }
  while (length > 0 && strchr(" \t\r\n", simple[length - 1]) != NULL) length--;
  simple[length] = 0;
}

/* Whether a list, which NULL ends, has this text. */
static int has(const char *const *list, const char *text) {
  while (*list != NULL && strcmp(*list, text) != 0) list++;
  return *list != NULL;
}

/* What to write in the place of a text that is no number. No such expression turns anything into 0 that
** was not meant: what it does not name is NULL, a missing answer. */
static void append_text_hint(coreset_context *context, const char *text) {
  static const char *const missing[] = {"",  "nan", "null", "none",    "na",    "n/a", "#n/a",
                                        "-", "?",   ".",    "missing", "error", NULL};
  static const char *const words[] = {"true", "false", "t", "f", "yes", "no", "y", "n", NULL};
  static const char *const infinite[] = {"inf", "+inf", "-inf", "infinity", "-infinity", NULL};
  char simple[TEXT_LIMIT];
  size_t used = strlen(context->message);
  char *rest = context->message + used;
  int room = (int)(CORESET_MESSAGE_SIZE - used);
  simplify(text, simple);
  if (has(missing, simple)) {
    sqlite3_snprintf(room, rest, ": a missing answer? NULLIF(score, %Q) makes it one", text);
  } else if (has(words, simple)) {
    sqlite3_snprintf(room, rest, ": CASE lower(trim(score)) WHEN '%s' THEN 1 WHEN '%s' THEN 0 END makes numbers of it",
                     simple[1] == 0 ? (simple[0] == 't' || simple[0] == 'f' ? "t" : "y")
                                    : (simple[0] == 't' || simple[0] == 'f' ? "true" : "yes"),
                     simple[1] == 0 ? (simple[0] == 't' || simple[0] == 'f' ? "f" : "n")
                                    : (simple[0] == 't' || simple[0] == 'f' ? "false" : "no"));
  } else if (!has(infinite, simple)) {
    sqlite3_snprintf(room, rest,
                     ": CASE score WHEN %.40Q THEN ... END gives each text its number, and NULL is a missing answer",
                     text);
  }
}

static coreset_status refuse_score(coreset_context *context, sqlite3_value **argv) {
  char score[GLUE_VALUE_TEXT_SIZE], model[GLUE_VALUE_TEXT_SIZE], question[GLUE_VALUE_TEXT_SIZE];
  if (glue_ready_values(context, GLUE_ROW_ARGUMENTS, argv) != CORESET_OK) return CORESET_NO_MEMORY;
  core_fail(context, CORESET_ERROR, "score must be a finite number or NULL, got %s for model %s, question %s%s",
            glue_value_format(argv[2], score), glue_value_format(argv[0], model), glue_value_format(argv[1], question),
            glue_number_hint(argv[2]));
  if (sqlite3_value_type(argv[2]) != SQLITE_TEXT) return CORESET_ERROR;
  append_text_hint(context, (const char *)sqlite3_value_text(argv[2]));
  return CORESET_ERROR;
}

static inline coreset_status add_row(coreset_context *context, coreset_builder *builder, int argc,
                                     sqlite3_value **argv) {
  coreset_id model, question;
  double weight = 1;
  coreset_status status = glue_id_argument(context, "model", argv[0], &model);
  if (status != CORESET_OK) return status;
  status = glue_id_argument(context, "question", argv[1], &question);
  if (status != CORESET_OK) return status;
  if (argc > 3 && !glue_is_null(argv[3])) status = glue_real_argument(context, "weight", argv[3], &weight);
  if (status != CORESET_OK) return status;
  int type = sqlite3_value_type(argv[2]);
  if (type == SQLITE_TEXT) type = sqlite3_value_numeric_type(argv[2]); /* a number, if it is wholly one */
  if (type == SQLITE_NULL) return coreset_builder_add(context, builder, &model, &question, NULL, weight);
  double score = sqlite3_value_double(argv[2]);
  if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !isfinite(score)) return refuse_score(context, argv);
  return coreset_builder_add(context, builder, &model, &question, &score, weight);
}

coreset_status glue_add_row(coreset_context *context, coreset_builder *builder, int argc, sqlite3_value **argv) {
  return add_row(context, builder, argc, argv);
}

static coreset_status score_matrix_step(coreset_context *context, const glue_aggregate *aggregate, void *data, int argc,
                                        sqlite3_value **argv) {
  matrix_group *group = data;
  (void)aggregate;
  if (group->builder == NULL && coreset_builder_new(context, &group->builder) != CORESET_OK) return CORESET_NO_MEMORY;
  return add_row(context, group->builder, argc, argv);
}

static coreset_status merge_step(coreset_context *context, const glue_aggregate *aggregate, void *data, int argc,
                                 sqlite3_value **argv) {
  matrix_group *group = data;
  coreset_matrix *matrix = NULL;
  (void)aggregate, (void)argc;
  if (glue_is_null(argv[0])) return CORESET_OK; /* the matrix of no rows */
  if (group->builder == NULL && coreset_builder_new(context, &group->builder) != CORESET_OK) return CORESET_NO_MEMORY;
  coreset_status status = glue_matrix_argument(context, "matrix", argv[0], &matrix);
  if (status == CORESET_OK) status = coreset_builder_add_matrix(context, group->builder, matrix);
  coreset_matrix_free(matrix);
  return status;
}

static coreset_status matrix_finish(coreset_context *context, const glue_aggregate *aggregate, void *data,
                                    sqlite3_context *sql) {
  matrix_group *group = data;
  size_t limit = (size_t)sqlite3_limit(sqlite3_context_db_handle(sql), SQLITE_LIMIT_LENGTH, -1), size = 0;
  coreset_matrix *matrix = NULL;
  unsigned char *bytes = NULL;
  (void)aggregate;
  if (group->builder == NULL) return CORESET_OK;
  coreset_status status = coreset_builder_finish(context, group->builder, limit, &matrix);
  if (status == CORESET_OK) status = coreset_matrix_write(context, matrix, limit, &bytes, &size);
  if (status == CORESET_OK) sqlite3_result_blob64(sql, bytes, size, coreset_free);
  coreset_matrix_free(matrix);
  return status;
}

static void matrix_release(void *data) {
  coreset_builder_free(((matrix_group *)data)->builder);
}

static void info_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  coreset_context context;
  glue_poller poller;
  coreset_matrix *matrix;
  coreset_matrix_summary summary;
  if (glue_is_null(argv[0])) return; /* NULL in, NULL out */
  glue_poller_open(&poller, sqlite3_context_db_handle(sql), &context);
  coreset_status status = glue_ready_values(&context, argc, argv);
  if (status == CORESET_OK) status = glue_matrix_argument(&context, "matrix", argv[0], &matrix);
  glue_poller_close(&poller);
  if (status != CORESET_OK) {
    glue_result_status(sql, "score_matrix_info", status, &context);
    return;
  }
  coreset_matrix_summarise(matrix, &summary);
  sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(sql));
  sqlite3_str_appendf(
      json,
      "{\"models\":%lld,\"questions\":%lld,\"cells\":%lld,\"missing\":%lld,\"repeats\":%lld,\"twins\":%lld,"
      "\"binary\":%s,\"low\":%!.17g,\"high\":%!.17g,\"bytes\":%d}",
      (long long)summary.models, (long long)summary.questions, (long long)summary.cells,
      (long long)(summary.models * summary.questions - summary.cells), (long long)summary.repeats,
      (long long)summary.twins, summary.binary ? "true" : "false", summary.low, summary.high,
      sqlite3_value_bytes(argv[0]));
  coreset_matrix_free(matrix);
  glue_result_json(sql, json);
}

static const glue_aggregate aggregates[] = {
    {.name = "score_matrix",
     .unready = GLUE_ROW_ARGUMENTS,
     .least = GLUE_ROW_ARGUMENTS,
     .most = 4,
     .flags = GLUE_FUNCTION_FLAGS,
     .group_size = sizeof(matrix_group),
     .step = score_matrix_step,
     .finish = matrix_finish,
     .release = matrix_release},
    {.name = "score_matrix_merge",
     .least = 1,
     .most = 1,
     .is_long = 1,
     .flags = GLUE_FUNCTION_FLAGS,
     .group_size = sizeof(matrix_group),
     .step = merge_step,
     .finish = matrix_finish,
     .release = matrix_release},
};

int glue_register_matrix_functions(sqlite3 *db) {
  int rc = glue_register_aggregate(db, &aggregates[0]);
  if (rc == SQLITE_OK) rc = glue_register_aggregate(db, &aggregates[1]);
  if (rc != SQLITE_OK) return rc;
  return sqlite3_create_function(db, "score_matrix_info", 1, GLUE_JSON_FUNCTION_FLAGS, NULL, info_scalar, NULL, NULL);
}
