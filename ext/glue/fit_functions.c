/*
** fit_functions.c: learning a predictor once and applying it in a GROUP BY.
**
**     coreset_fit(matrix, coreset [, predictor [, options [, selector]]])
**     krr_fit(matrix, coreset [, kernel [, degree [, alpha [, gamma [, selector]]]]])
**     ridge_fit(matrix, coreset [, alpha [, selector]])
**
** and NAME_fit of the default predictor, return the fitted predictor as a BLOB; other
** predictors are reached through coreset_fit. coreset is a JSON array of questions; sources
** and benchmark are found in the matrix (ext/core/matrix/sources.c). Of a NULL matrix or coreset
** the fit is NULL. selector tells how the coreset was chosen, for the intervals of
** NAME_predict(fit, target): a method by name, or 'fixed' if without these sources; by default
** the intervals allow for both; 'none' makes a fit without, in a fraction of the time.
** The aggregates
**
**     coreset_predict(fit, question, score)
**     krr_predict(fit, question, score)
**     ridge_predict(fit, question, score)
**
** apply a fit to the answers of one model: the rows of a group. A question that was
** answered several times counts as the average; questions that the fit does not
** need, and rows with a NULL score, are ignored; a question that it needs and does
** not get is an error. The fit should be a scalar subquery or a bound parameter: as
** a column of a join, SQLite copies it into every row that it sorts.
*/
#include <string.h>

#include "glue/aggregate.h"
#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/json.h"
#include "glue/objects.h"
#include "glue/poller.h"
#include "glue/register.h"
#include "glue/report.h"
#include "matrix/scores.h"
#include "predict/predictor.h"

/* ------------------------------------------------------------------------
** Fitting
*/

#define FIT_ARGUMENT_LIMIT (2 + CORESET_OPTION_LIMIT + 1) /* matrix, coreset, options, selector */

/* The client data of NAME_fit. */
typedef struct fit_function {
  char name[64];                   /* of the SQL function, for messages */
  const coreset_method *predictor; /* its method; NULL for coreset_fit */
} fit_function;

/* What a fit is made of. */
typedef struct fit_making {
  core_arena arena;         /* of the arrays */
  coreset_matrix *matrix;   /* the argument; owned */
  coreset_scores *scores;   /* of its sources; owned */
  coreset_choice predictor; /* the method and its options */
  coreset_origin origin;    /* how the coreset was chosen */
  int has_interval;         /* whether intervals are wanted */
  size_t *questions;        /* the coreset: of the matrix, room for all of them */
  size_t count;             /* how many */
  unsigned char *is_listed; /* for each question of the matrix, whether it is in there */
} fit_making;

static coreset_status take_question(void *data, coreset_context *context, const coreset_id *id, const double *number) {
  fit_making *making = data;
  ptrdiff_t question = coreset_matrix_find_question(making->matrix, id);
  char text[CORE_ID_TEXT_SIZE];
  (void)number;
  if (question < 0) return glue_unknown_question(context, "coreset", making->matrix, id);
  if (making->scores->question_of_matrix[question] < 0) return glue_outside_benchmark(context, "coreset", id);
  if (making->is_listed[question]) {
    return core_fail(context, CORESET_ERROR, "coreset: question %s is listed twice", core_id_format(id, text));
  }
  making->is_listed[question] = 1;
  making->questions[making->count++] = (size_t)question;
  return CORESET_OK;
}

/* The arguments. Those that were not given are NULL. */
static coreset_status read_making(coreset_context *context, sqlite3 *db, const fit_function *function,
                                  sqlite3_value *const *values, fit_making *making) {
  coreset_status status =
      glue_method_arguments(context, db, &core_predictors, function->predictor, values + 2, &making->predictor);
  if (status == CORESET_OK) {
    status = glue_selector_argument(context, db, values[2 + glue_method_argument_count(function->predictor)],
                                    &making->origin, &making->has_interval);
  }
  if (status == CORESET_OK) status = glue_matrix_argument(context, "matrix", values[0], &making->matrix);
  if (status == CORESET_OK) status = coreset_scores_new(context, making->matrix, NULL, &making->scores);
  if (status != CORESET_OK) return status;
  size_t questions = coreset_matrix_question_count(making->matrix);
  making->questions = core_take(context, &making->arena, questions, sizeof(size_t));
  making->is_listed = core_take(context, &making->arena, questions, 1);
  if (making->arena.status != CORESET_OK) return making->arena.status;
  status = glue_questions_argument(context, db, "coreset", values[1], 0, take_question, making);
  if (status == CORESET_OK && making->count == 0) status = core_fail(context, CORESET_ERROR, "coreset is empty");
  return status;
}

static void fit_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  const fit_function *function = sqlite3_user_data(sql);
  sqlite3 *db = sqlite3_context_db_handle(sql);
  sqlite3_value *values[FIT_ARGUMENT_LIMIT] = {NULL};
  fit_making making = {0};
  glue_poller poller;
  coreset_context context;
  coreset_fit *fit = NULL;
  unsigned char *bytes = NULL;
  size_t size = 0;
  if (glue_is_null(argv[0]) || glue_is_null(argv[1])) return; /* a suite without rows, or without a coreset */
  for (int i = 0; i < argc; i++) values[i] = argv[i];
  glue_poller_open(&poller, db, &context);
  coreset_status status = glue_ready_values(&context, argc, argv);
  if (status == CORESET_OK) status = read_making(&context, db, function, values, &making);
  if (status == CORESET_OK) {
    status = coreset_fit_new(&context, making.scores, &making.predictor, making.has_interval ? &making.origin : NULL,
                             making.questions, making.count, &fit);
  }
  if (status == CORESET_OK) status = coreset_fit_write(&context, fit, &bytes, &size);
  if (status == CORESET_OK) {
    sqlite3_result_blob64(sql, bytes, size, coreset_free);
  } else {
    glue_result_status(sql, function->name, status, &context);
  }
  coreset_fit_free(fit);
  coreset_scores_free(making.scores);
  coreset_matrix_free(making.matrix);
  core_release(&making.arena);
  glue_poller_close(&poller);
}

/* ------------------------------------------------------------------------
** Applying
*/

#define HEADER_SIZE ((int)CORE_FRAME_SIZE) /* the beginning of a fit's bytes, which holds its checksum */

/* The state of one group. */
typedef struct apply_group {
  glue_group base;                   /* must be first */
  coreset_fit *fit;                  /* read at the first row */
  unsigned char header[HEADER_SIZE]; /* how its bytes begin, to notice another one */
  int size;                          /* how many bytes it has */
  coreset_builder *answers;          /* a matrix of one model: repeats are averaged exactly, in any order */
} apply_group;

/* Reads the fit at the first row, and sees that it stays the same. */
static coreset_status check_fit(coreset_context *context, const coreset_method *predictor, apply_group *group,
                                sqlite3_value *value) {
  if (group->fit != NULL) {
    if (sqlite3_value_type(value) == SQLITE_BLOB && sqlite3_value_bytes(value) == group->size &&
        memcmp(sqlite3_value_blob(value), group->header, HEADER_SIZE) == 0) {
      return CORESET_OK;
    }
    return core_fail(context, CORESET_ERROR, "fit changes within a group: every row must have the same one");
  }
  if (glue_is_null(value)) return CORESET_OK; /* of a suite that leaves nothing to learn: so far no fit */
  coreset_status status = glue_fit_argument(context, "fit", value, predictor, &group->fit);
  if (status == CORESET_OK) status = coreset_builder_new(context, &group->answers);
  if (status != CORESET_OK) return status;
  group->size = sqlite3_value_bytes(value);
  memcpy(group->header, sqlite3_value_blob(value), HEADER_SIZE);
  return CORESET_OK;
}

static coreset_status apply_step(coreset_context *context, const glue_aggregate *aggregate, void *data, int argc,
                                 sqlite3_value **argv) {
  static const coreset_id the_model = {NULL, 0, 0};
  apply_group *group = data;
  coreset_id id;
  double score;
  (void)argc;
  coreset_status status = check_fit(context, aggregate->method, group, argv[0]);
  if (status == CORESET_OK) status = glue_id_argument(context, "question", argv[1], &id);
  if (status != CORESET_OK || group->fit == NULL || glue_is_null(argv[2])) return status;
  status = glue_real_argument(context, "score", argv[2], &score);
  if (status != CORESET_OK || core_fit_find_question(group->fit, &id) < 0) return status;
  return coreset_builder_add(context, group->answers, &the_model, &id, &score, 1);
}

/* The answers to the questions of the fit. */
static coreset_status collect_answers(coreset_context *context, const coreset_fit *fit, const coreset_matrix *matrix,
                                      double *answers) {
  if (coreset_matrix_question_count(matrix) == 0) {
    return core_fail(context, CORESET_ERROR,
                     "the group has no answer to any question of the fit; if there should "
                     "be some, do the ids differ in type, INTEGER and TEXT?");
  }
  for (size_t i = 0; i < coreset_fit_question_count(fit); i++) {
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_fit_question(fit, i);
    ptrdiff_t question = coreset_matrix_find_question(matrix, &id);
    if (question < 0 || !coreset_matrix_cell(matrix, 0, (size_t)question, &answers[i], NULL)) {
      return core_fail(context, CORESET_ERROR, "question %s is missing from the group; the fit needs it",
                       core_id_format(&id, text));
    }
  }
  return CORESET_OK;
}

static coreset_status apply_finish(coreset_context *context, const glue_aggregate *aggregate, void *data,
                                   sqlite3_context *sql) {
  apply_group *group = data;
  core_arena scratch = {0};
  coreset_matrix *matrix = NULL;
  double predicted = 0;
  if (group->fit == NULL) return CORESET_OK; /* NULL */
  double *answers = core_take(context, &scratch, coreset_fit_question_count(group->fit), sizeof(double));
  coreset_status status = scratch.status;
  (void)aggregate;
  if (status == CORESET_OK) status = coreset_builder_finish(context, group->answers, SIZE_MAX, &matrix);
  if (status == CORESET_OK) status = collect_answers(context, group->fit, matrix, answers);
  if (status == CORESET_OK) status = coreset_fit_predict(context, group->fit, answers, &predicted);
  if (status == CORESET_OK) glue_result_real(sql, predicted);
  coreset_matrix_free(matrix);
  core_release(&scratch);
  return status;
}

static void apply_release(void *data) {
  apply_group *group = data;
  coreset_fit_free(group->fit);
  coreset_builder_free(group->answers);
}

/* Registers NAME_fit, with and without its optional arguments, and the aggregate NAME_predict. */
static int register_fit(sqlite3 *db, const coreset_method *predictor) {
  const char *name = predictor == NULL ? "coreset" : predictor->name;
  int most = 2 + glue_method_argument_count(predictor) + 1, rc = SQLITE_OK;
  for (int arguments = 2; arguments <= most && rc == SQLITE_OK; arguments++) {
    fit_function *function = sqlite3_malloc64(sizeof(*function));
    if (function == NULL) return SQLITE_NOMEM;
    function->predictor = predictor;
    sqlite3_snprintf(sizeof(function->name), function->name, "%s_fit", name);
    rc = sqlite3_create_function_v2(db, function->name, arguments, GLUE_FUNCTION_FLAGS, function, fit_scalar, NULL,
                                    NULL, sqlite3_free);
  }
  if (rc != SQLITE_OK) return rc;
  glue_aggregate aggregate = {.method = predictor,
                              .least = 3,
                              .most = 3,
                              .flags = GLUE_FUNCTION_FLAGS,
                              .group_size = sizeof(apply_group),
                              .step = apply_step,
                              .finish = apply_finish,
                              .release = apply_release};
  sqlite3_snprintf(sizeof(aggregate.name), aggregate.name, "%s_predict", name);
  return glue_register_aggregate(db, &aggregate);
}

int glue_register_fit_functions(sqlite3 *db) {
  const coreset_method *const methods[] = {NULL, core_predictors.methods[0], &core_predictor_krr.method,
                                           &core_predictor_ridge.method};
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]) && rc == SQLITE_OK; i++) {
    rc = register_fit(db, methods[i]);
  }
  return rc;
}
