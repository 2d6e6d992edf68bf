/*
** fit_functions.c: learning a predictor once and applying it in a GROUP BY.
**
**     coreset_fit(matrix, coreset [, predictor [, options [, selector]]])
**     krr_fit(matrix, coreset [, kernel [, degree [, alpha [, gamma [, selector]]]]])
**     ridge_fit(matrix, coreset [, alpha [, selector]])
**
** and one for each further predictor, NAME_fit(matrix, coreset, its options, selector),
** return the fitted predictor as a BLOB. coreset is a JSON array of questions; the
** source models are those of the matrix that answered at least half as many
** questions as the fullest one. selector tells how the coreset was chosen, for the
** intervals of NAME_predict(fit, target): by default coreset_select's own, 'fixed' if
** without these sources; 'none' makes a fit without intervals, in a fraction of the time.
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
#include <math.h>
#include <string.h>

#include "glue/glue.h"

/* The client data of a scalar or aggregate function. */
typedef struct fit_function {
  char name[64];                      /* of the SQL function, for messages */
  const coreset_predictor *predictor; /* its method; NULL for any */
} fit_function;

coreset_status glue_fit_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                 const coreset_predictor *predictor, coreset_fit **fit) {
  char text[GLUE_VALUE_TEXT_SIZE];
  coreset_status status;
  const coreset_predictor *found;
  *fit = NULL;
  if (sqlite3_value_type(value) != SQLITE_BLOB) {
    return core_fail(context, CORESET_ERROR, "%s must be a fit, made by a function such as krr_fit(), got %s", argument,
                     glue_value_format(value, text));
  }
  if (core_matrix_recognise(sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value))) {
    return core_fail(context, CORESET_ERROR, "%s must be a fit, got a score matrix: make a fit of it by coreset_fit()",
                     argument);
  }
  status = coreset_fit_read(context, sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value), fit);
  if (status == CORESET_CORRUPT) return core_fail_within(context, status, argument);
  if (status != CORESET_OK || predictor == NULL) return status;
  found = coreset_fit_predictor(*fit);
  if (found == predictor) return CORESET_OK;
  coreset_fit_free(*fit);
  *fit = NULL;
  return core_fail(context, CORESET_ERROR, "%s is a fit of %s; apply it with %s_predict or coreset_predict", argument,
                   coreset_predictor_name(found), coreset_predictor_name(found));
}

/* ------------------------------------------------------------------------
** Fitting
*/

/* A coreset on its way from JSON to indices. */
typedef struct glue_list {
  const coreset_matrix *matrix; /* where the questions are */
  const coreset_scores *scores; /* whose indices are wanted */
  size_t *questions;            /* room for every question of the scores */
  size_t count;                 /* how many so far */
  unsigned char *listed;        /* for each question of the scores */
} glue_list;

static coreset_status take_question(void *data, coreset_context *context, const coreset_id *id, const double *number) {
  glue_list *list = data;
  ptrdiff_t question = coreset_matrix_find_question(list->matrix, id);
  char text[CORE_ID_TEXT_SIZE];
  (void)number;
  if (question >= 0) question = core_scores_find_question(list->scores, (size_t)question);
  if (question < 0) return glue_unknown_question(context, "coreset", list->matrix, id);
  if (list->listed[question]) {
    return core_fail(context, CORESET_ERROR, "coreset: question %s is listed twice", core_id_format(id, text));
  }
  list->listed[question] = 1;
  list->questions[list->count++] = (size_t)question;
  return CORESET_OK;
}

/* What is to be fitted. */
typedef struct fit_request {
  coreset_prediction_request request;                      /* the methods */
  coreset_setting settings[CORESET_OPTION_LIMIT];          /* options of the predictor */
  coreset_setting selector_settings[CORESET_OPTION_LIMIT]; /* and of the selector */
  int calibrate;                                           /* whether for intervals too */
} fit_request;

/* The method, its options and the selector, from the arguments that follow matrix and
** coreset. */
static coreset_status read_options(coreset_context *context, sqlite3 *db, const fit_function *function, int argc,
                                   sqlite3_value **argv, fit_request *wanted) {
  coreset_prediction_request *request = &wanted->request;
  const coreset_option *options;
  coreset_status status = CORESET_OK;
  size_t i, count, next = 2; /* the argument whose turn it is */
  sqlite3_value *values[CORESET_OPTION_LIMIT + 3] = {0};
  for (i = 0; i < (size_t)argc && i < CORESET_OPTION_LIMIT + 3; i++) values[i] = argv[i];
  request->settings = wanted->settings;
  request->predictor = function->predictor;
  if (request->predictor == NULL) {
    status = glue_predictor_argument(context, db, "predictor", values[next++], &request->predictor, wanted->settings);
    if (status != CORESET_OK) return status;
    options = coreset_predictor_options(request->predictor, &count);
    status = glue_options_argument(context, db, "options", values[next++], coreset_predictor_name(request->predictor),
                                   options, count, wanted->settings);
  } else {
    options = coreset_predictor_options(request->predictor, &count);
    for (i = 0; i < count && status == CORESET_OK; i++) {
      status = glue_option_argument(context, &options[i], values[next++], &wanted->settings[i]);
    }
  }
  if (status != CORESET_OK) return status;
  return glue_choice_argument(context, db, "selector", values[next], request, wanted->selector_settings,
                              &wanted->calibrate);
}

/* Fits to the listed questions: *bytes is the result, to be released with coreset_free. */
static coreset_status make_fit(coreset_context *context, sqlite3 *db, const fit_function *function, int argc,
                               sqlite3_value **argv, unsigned char **bytes, size_t *size) {
  coreset_matrix *matrix = NULL;
  coreset_scores *scores = NULL;
  coreset_fit *fit = NULL;
  glue_list list = {0};
  fit_request wanted = {0};
  coreset_status status = read_options(context, db, function, argc, argv, &wanted);
  if (status == CORESET_OK) status = glue_matrix_argument(context, "matrix", argv[0], &matrix);
  if (status == CORESET_OK) status = coreset_source_scores(context, matrix, CORE_LEARNING_PERCENT, &scores);
  if (status != CORESET_OK) goto done;
  list.matrix = matrix;
  list.scores = scores;
  list.questions = core_allocate(context, core_scores_question_count(scores), sizeof(size_t));
  list.listed = core_allocate(context, core_scores_question_count(scores), 1);
  status = CORESET_NO_MEMORY;
  if (list.questions == NULL || list.listed == NULL) goto done;
  status = glue_questions_argument(context, db, "coreset", argv[1], 0, take_question, &list);
  if (status == CORESET_OK && list.count == 0) status = core_fail(context, CORESET_ERROR, "coreset is empty");
  if (status == CORESET_OK) {
    status = coreset_fit_new(context, matrix, scores, wanted.request.predictor, wanted.settings, list.questions,
                             list.count, &fit);
  }
  if (status == CORESET_OK && wanted.calibrate) {
    status = coreset_fit_calibrate(context, matrix, scores, &wanted.request, fit);
  }
  if (status == CORESET_OK) status = coreset_fit_write(context, fit, bytes, size);
done:
  coreset_free(list.questions);
  coreset_free(list.listed);
  coreset_fit_free(fit);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  return status;
}

static void fit_scalar(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  const fit_function *function = sqlite3_user_data(sql);
  sqlite3 *db = sqlite3_context_db_handle(sql);
  glue_poller poller;
  coreset_context context;
  unsigned char *bytes = NULL;
  size_t size = 0;
  coreset_status status;
  glue_poller_open(&poller, db, &context);
  status = make_fit(&context, db, function, argc, argv, &bytes, &size);
  if (status == CORESET_OK) {
    sqlite3_result_blob64(sql, bytes, size, coreset_free);
  } else {
    glue_result_status(sql, function->name, status, &context);
  }
  glue_poller_close(&poller);
}

/* ------------------------------------------------------------------------
** Applying
*/

#define HEADER_SIZE 64 /* the beginning of a fit's bytes, which holds its checksum */

/* The state of one group. */
typedef struct apply_state {
  coreset_fit *fit;                  /* read at the first row */
  unsigned char header[HEADER_SIZE]; /* how its bytes begin, to notice another one */
  int size;                          /* how many bytes it has */
  coreset_builder *answers;          /* a matrix of one model: repeats are averaged exactly, in any order */
  int failed;                        /* a step reported an error */
} apply_state;

/* Reads the fit at the first row, and sees that it stays the same. */
static coreset_status check_fit(coreset_context *context, const fit_function *function, apply_state *state,
                                sqlite3_value *value) {
  coreset_status status;
  if (state->fit != NULL) {
    if (sqlite3_value_type(value) == SQLITE_BLOB && sqlite3_value_bytes(value) == state->size &&
        memcmp(sqlite3_value_blob(value), state->header, HEADER_SIZE) == 0) {
      return CORESET_OK;
    }
    return core_fail(context, CORESET_ERROR, "fit changes within a group: every row must have the same one");
  }
  status = glue_fit_argument(context, "fit", value, function->predictor, &state->fit);
  if (status == CORESET_OK) status = coreset_builder_new(context, &state->answers);
  if (status != CORESET_OK) return status;
  state->size = sqlite3_value_bytes(value);
  memcpy(state->header, sqlite3_value_blob(value), HEADER_SIZE);
  return CORESET_OK;
}

static coreset_status take_answer(coreset_context *context, const fit_function *function, apply_state *state,
                                  sqlite3_value **argv) {
  static const coreset_id the_model = {NULL, 0, 0};
  coreset_id id;
  double score;
  coreset_status status = check_fit(context, function, state, argv[0]);
  if (status == CORESET_OK) status = glue_id_argument(context, "question", argv[1], &id);
  if (status != CORESET_OK || glue_is_null(argv[2])) return status;
  status = glue_real_argument(context, "score", argv[2], &score);
  if (status != CORESET_OK || core_fit_find_question(state->fit, &id) < 0) return status;
  return coreset_builder_add(context, state->answers, &the_model, &id, &score, 1);
}

static void apply_step(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  const fit_function *function = sqlite3_user_data(sql);
  apply_state *state = sqlite3_aggregate_context(sql, sizeof(*state));
  coreset_context context = {0};
  coreset_status status;
  (void)argc;
  if (state == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  if (state->failed) return;
  status = take_answer(&context, function, state, argv);
  if (status == CORESET_OK) return;
  state->failed = 1;
  glue_result_status(sql, function->name, status, &context);
}

/* The prediction from the answers of the group. */
static coreset_status apply_fit(coreset_context *context, apply_state *state, double *predicted) {
  size_t count = coreset_fit_question_count(state->fit), size, i;
  unsigned char *bytes = NULL;
  coreset_matrix *matrix = NULL;
  double *answers = core_allocate(context, count, sizeof(double));
  coreset_status status = answers == NULL ? CORESET_NO_MEMORY : core_poll(context);
  if (status == CORESET_OK) status = coreset_builder_finish(context, state->answers, SIZE_MAX, &bytes, &size);
  if (status == CORESET_OK) status = coreset_matrix_read(context, bytes, size, &matrix);
  if (status == CORESET_OK && coreset_matrix_question_count(matrix) == 0) {
    status = core_fail(context, CORESET_ERROR,
                       "the group has no answer to any question of the fit; if there should "
                       "be some, do the ids differ in type, INTEGER and TEXT?");
  }
  for (i = 0; i < count && status == CORESET_OK; i++) {
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_fit_question(state->fit, i);
    ptrdiff_t question = coreset_matrix_find_question(matrix, &id);
    if (question < 0 || !coreset_matrix_cell(matrix, 0, (size_t)question, &answers[i], NULL)) {
      status = core_fail(context, CORESET_ERROR, "question %s is missing from the group; the fit needs it",
                         core_id_format(&id, text));
    }
  }
  if (status == CORESET_OK) status = coreset_fit_predict(context, state->fit, answers, predicted);
  coreset_free(answers);
  coreset_matrix_free(matrix);
  coreset_free(bytes);
  return status;
}

static void apply_final(sqlite3_context *sql) {
  const fit_function *function = sqlite3_user_data(sql);
  apply_state *state = sqlite3_aggregate_context(sql, 0);
  glue_poller poller;
  coreset_context context;
  double predicted;
  if (state == NULL) return; /* no rows: NULL */
  if (!state->failed) {
    coreset_status status;
    glue_poller_open(&poller, sqlite3_context_db_handle(sql), &context);
    status = apply_fit(&context, state, &predicted);
    if (status == CORESET_OK) {
      glue_result_real(sql, predicted);
    } else {
      glue_result_status(sql, function->name, status, &context);
    }
    glue_poller_close(&poller);
  }
  coreset_fit_free(state->fit);
  coreset_builder_free(state->answers);
}

/* Registers NAME_fit, with and without its optional arguments, of which the last is
** selector, and the aggregate NAME_predict. */
static int register_fit(sqlite3 *db, const coreset_predictor *predictor) {
  const char *name = predictor == NULL ? "coreset" : coreset_predictor_name(predictor);
  size_t option_count = 2;
  int arguments, rc = SQLITE_OK;
  if (predictor != NULL) coreset_predictor_options(predictor, &option_count);
  for (arguments = 2; arguments <= 3 + (int)option_count && rc == SQLITE_OK; arguments++) {
    fit_function *function = sqlite3_malloc64(sizeof(*function));
    if (function == NULL) return SQLITE_NOMEM;
    function->predictor = predictor;
    sqlite3_snprintf(sizeof(function->name), function->name, "%s_fit", name);
    rc = sqlite3_create_function_v2(db, function->name, arguments, GLUE_FUNCTION_FLAGS, function, fit_scalar, NULL,
                                    NULL, sqlite3_free);
  }
  if (rc == SQLITE_OK) {
    fit_function *function = sqlite3_malloc64(sizeof(*function));
    if (function == NULL) return SQLITE_NOMEM;
    function->predictor = predictor;
    sqlite3_snprintf(sizeof(function->name), function->name, "%s_predict", name);
    rc = sqlite3_create_function_v2(db, function->name, 3, GLUE_FUNCTION_FLAGS, function, NULL, apply_step, apply_final,
                                    sqlite3_free);
  }
  return rc;
}

int glue_register_fit_functions(sqlite3 *db) {
  size_t i, count;
  const coreset_predictor *const *predictors = coreset_predictors(&count);
  int rc = register_fit(db, NULL);
  for (i = 0; i < count && rc == SQLITE_OK; i++) rc = register_fit(db, predictors[i]);
  return rc;
}
