/*
** matrix_functions.c: score matrices as values.
**
**     score_matrix(model, question, score [, weight])   aggregate
**     score_matrix_merge(matrix)                        aggregate
**     score_matrix_info(matrix)                         scalar, JSON
**
** score_matrix() turns the rows of a group into one BLOB, the matrix of models by
** questions that every other function takes. Ids are INTEGER or TEXT. A pair that
** is seen several times counts as the average of its scores. A NULL score is a
** missing cell; its row still makes the model and the question known. weight
** (default 1) is the question's weight in the benchmark's score. The order of the
** rows does not matter, and the matrix of all rows equals, byte for byte, the
** score_matrix_merge() of the matrices of any parts. No rows give NULL.
**
** score_matrix_info() tells what a matrix holds: numbers of models, questions,
** cells with a score, missing cells, and repeats (scores beyond the first of their
** cell); whether it is binary (at most two distinct values); the lowest and highest
** cell; and its size in bytes.
*/
#include <math.h>

#include "glue/glue.h"

/* The state of one group. */
typedef struct matrix_group {
  coreset_builder *builder; /* takes the rows; NULL before the first */
  int failed;               /* a step reported an error */
} matrix_group;

static const char *function_name(sqlite3_context *sql) {
  return sqlite3_user_data(sql);
}

static coreset_status refuse_score(coreset_context *context, sqlite3_value **argv) {
  char text[GLUE_VALUE_TEXT_SIZE], model[GLUE_VALUE_TEXT_SIZE], question[GLUE_VALUE_TEXT_SIZE];
  return core_fail(context, CORESET_ERROR, "score must be a finite number or NULL, got %s for model %s, question %s%s",
                   glue_value_format(argv[2], text), glue_value_format(argv[0], model),
                   glue_value_format(argv[1], question),
                   sqlite3_value_type(argv[2]) == SQLITE_TEXT ? "; perhaps CAST(score AS REAL) or score = 'true'" : "");
}

static inline coreset_status add_row(coreset_context *context, coreset_builder *builder, int argc,
                                     sqlite3_value **argv) {
  coreset_id model, question;
  double score, weight = 1;
  coreset_status status = glue_id_argument(context, "model", argv[0], &model);
  int type;
  if (status != CORESET_OK) return status;
  status = glue_id_argument(context, "question", argv[1], &question);
  if (status != CORESET_OK) return status;
  if (argc > 3 && !glue_is_null(argv[3])) status = glue_real_argument(context, "weight", argv[3], &weight);
  if (status != CORESET_OK) return status;
  type = sqlite3_value_type(argv[2]);
  if (type == SQLITE_NULL) return coreset_builder_add(context, builder, &model, &question, NULL, weight);
  score = sqlite3_value_double(argv[2]);
  if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !isfinite(score)) return refuse_score(context, argv);
  return coreset_builder_add(context, builder, &model, &question, &score, weight);
}

coreset_status glue_add_score_row(coreset_context *context, coreset_builder *builder, int argc, sqlite3_value **argv) {
  return add_row(context, builder, argc, argv);
}

/* The group of a step that is to do something, with a context for it; or NULL. */
static inline matrix_group *open_group(sqlite3_context *sql, coreset_context *context) {
  matrix_group *group = sqlite3_aggregate_context(sql, sizeof(*group));
  context->interrupted = NULL;
  context->refuse_allocation = NULL; /* its message is written before it is read: no time to clear it for every row */
  if (group == NULL) {
    sqlite3_result_error_nomem(sql);
    return NULL;
  }
  if (group->builder != NULL || group->failed) return group->failed ? NULL : group;
  if (coreset_builder_new(context, &group->builder) == CORESET_OK) return group;
  group->failed = 1;
  sqlite3_result_error_nomem(sql);
  return NULL;
}

static void fail_group(sqlite3_context *sql, matrix_group *group, coreset_status status,
                       const coreset_context *context) {
  group->failed = 1;
  glue_result_status(sql, function_name(sql), status, context);
}

static void score_matrix_step(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  coreset_context context;
  matrix_group *group = open_group(sql, &context);
  coreset_status status;
  if (group == NULL) return;
  status = add_row(&context, group->builder, argc, argv);
  if (status != CORESET_OK) fail_group(sql, group, status, &context);
}

static void merge_step(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  coreset_context context;
  coreset_matrix *matrix = NULL;
  matrix_group *group = glue_is_null(argv[0]) ? NULL : open_group(sql, &context); /* no rows give NULL */
  coreset_status status;
  (void)argc;
  if (group == NULL) return;
  status = glue_matrix_argument(&context, "matrix", argv[0], &matrix);
  if (status == CORESET_OK) status = coreset_builder_add_matrix(&context, group->builder, matrix);
  coreset_matrix_free(matrix);
  if (status != CORESET_OK) fail_group(sql, group, status, &context);
}

static void matrix_final(sqlite3_context *sql) {
  matrix_group *group = sqlite3_aggregate_context(sql, 0);
  sqlite3 *db = sqlite3_context_db_handle(sql);
  glue_poller poller;
  coreset_context context;
  unsigned char *bytes = NULL;
  size_t size = 0;
  coreset_status status;
  if (group == NULL || group->builder == NULL) return; /* no rows: NULL */
  if (!group->failed) {
    glue_poller_open(&poller, db, &context);
    status = core_poll(&context);
    if (status == CORESET_OK) {
      status = coreset_builder_finish(&context, group->builder, (size_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1),
                                      &bytes, &size);
    }
    if (status == CORESET_OK) {
      sqlite3_result_blob64(sql, bytes, size, coreset_free);
    } else {
      glue_result_status(sql, function_name(sql), status, &context);
    }
    glue_poller_close(&poller);
  }
  coreset_builder_free(group->builder);
  group->builder = NULL;
}

static void info_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  coreset_context context = {0};
  coreset_matrix *matrix;
  coreset_matrix_summary summary;
  coreset_status status;
  char *json;
  (void)argc;
  if (glue_is_null(argv[0])) return; /* NULL in, NULL out */
  status = glue_matrix_argument(&context, "matrix", argv[0], &matrix);
  if (status != CORESET_OK) {
    glue_result_status(sql, function_name(sql), status, &context);
    return;
  }
  coreset_matrix_summarise(matrix, &summary);
  json = sqlite3_mprintf("{\"models\":%lld,\"questions\":%lld,\"cells\":%lld,\"missing\":%lld,\"repeats\":%lld,"
                         "\"binary\":%s,\"low\":%!.17g,\"high\":%!.17g,\"bytes\":%d}",
                         (long long)summary.models, (long long)summary.questions, (long long)summary.cells,
                         (long long)(summary.models * summary.questions - summary.cells), (long long)summary.repeats,
                         summary.binary ? "true" : "false", summary.low, summary.high, sqlite3_value_bytes(argv[0]));
  coreset_matrix_free(matrix);
  if (json == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  sqlite3_result_text(sql, json, -1, sqlite3_free);
  glue_result_is_json(sql);
}

int glue_register_matrix_functions(sqlite3 *db) {
  static char score_matrix[] = "score_matrix", merge[] = "score_matrix_merge", info[] = "score_matrix_info";
  int rc = sqlite3_create_function(db, score_matrix, 3, GLUE_FUNCTION_FLAGS, score_matrix, NULL, score_matrix_step,
                                   matrix_final);
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function(db, score_matrix, 4, GLUE_FUNCTION_FLAGS, score_matrix, NULL, score_matrix_step,
                                 matrix_final);
  }
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function(db, merge, 1, GLUE_FUNCTION_FLAGS, merge, NULL, merge_step, matrix_final);
  }
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function(db, info, 1, GLUE_FUNCTION_FLAGS | GLUE_RESULT_SUBTYPE, info, info_scalar, NULL, NULL);
  }
  return rc;
}
