/*
** judge_functions.c: aggregates over pairs of numbers.
**
**     mae(truth, predicted)             mean absolute error
**     rmse(truth, predicted)            root of the mean squared error
**     pearson_r(truth, predicted)       Pearson's correlation
**     spearman_rho(truth, predicted)    Spearman's rank correlation
**     kendall_tau(truth, predicted)     Kendall's rank correlation, tau-b
**     mutual_info(x, y [, neighbors [, estimator]])
**                                       mutual information in nats
**
** For example
**
**     SELECT suite, rmse(truth, predicted), kendall_tau(truth, predicted)
**       FROM results JOIN predictions USING (suite, model) GROUP BY suite;
**
** A pair with a NULL is skipped. The result is NULL where it is not defined: without
** pairs, and for correlations of one pair or of a constant column. It does not depend
** on the order of the rows, not even in its last bit. A text, a blob or an infinite
** number is an error: SQLite would read 'n/a' as 0, and nobody would notice.
**
** neighbors (3) is the number of neighbors of the estimators that use them; estimator
** is 'auto' (the default), 'ross', 'ksg' or 'lnc'. NULL means the default. Both must
** be the same in all rows of a group.
**
** A group keeps its pairs, 16 bytes each, until its last row.
*/
#include <math.h>

#include "base/context.h"
#include "glue/glue.h"
#include "statistics/mutual_information.h"

#define PAIR_ARGUMENTS 2   /* the values of the pair come first */
#define OPTION_ARGUMENTS 2 /* then the options, if there are any */

/* The pairs of one group, and what else its rows said. SQLite hands it out zeroed. */
typedef struct pair_group {
  coreset_pair *pairs;                        /* the pairs so far; owned */
  size_t count;                               /* how many */
  size_t capacity;                            /* how many fit */
  coreset_setting settings[OPTION_ARGUMENTS]; /* the options in force */
  int has_settings;                           /* a row has set them */
  int failed;                                 /* a row was an error; nothing more is done */
} pair_group;

/* One aggregate: the user data of its SQL function. */
typedef struct pair_function {
  const char *name;                      /* in SQL */
  const char *arguments[PAIR_ARGUMENTS]; /* the names of the pair's values, for messages */
  int most_arguments;                    /* it takes from 2 to this many */
  /* Computes the result from the complete group. */
  coreset_status (*compute)(coreset_context *context, pair_group *group, double *result);
} pair_function;

/* The options of mutual_info(), in positional order. */
static const coreset_option mutual_info_options[OPTION_ARGUMENTS] = {
    {"neighbors", CORESET_OPTION_INTEGER, 1, INFINITY, NULL, {1, CORE_DEFAULT_NEIGHBORS, 0}},
    {"estimator", CORESET_OPTION_CHOICE, 0, 0, core_estimator_names, {1, CORESET_ESTIMATOR_AUTO, 0}},
};

/* Reads one value of a pair. */
static coreset_status pair_value(coreset_context *context, const char *argument, sqlite3_value *value, double *real) {
  char text[GLUE_VALUE_TEXT_SIZE];
  int type = sqlite3_value_type(value);
  if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
    return core_fail(context, CORESET_ERROR, "%s must be a number, got %s; if it holds one, use CAST(%s AS REAL)",
                     argument, glue_value_format(value, text), argument);
  }
  return glue_real_argument(context, argument, value, real);
}

/* Reads the options of a row; they must be those of the rows before. */
static coreset_status read_options(coreset_context *context, pair_group *group, int count, sqlite3_value **values) {
  char text[GLUE_VALUE_TEXT_SIZE];
  for (int i = 0; i < OPTION_ARGUMENTS; i++) {
    const coreset_option *option = &mutual_info_options[i];
    coreset_setting setting;
    coreset_status status = glue_option_argument(context, option, i < count ? values[i] : NULL, &setting);
    if (status != CORESET_OK) return status;
    if (group->has_settings && setting.integer != group->settings[i].integer) {
      return core_fail(context, CORESET_ERROR, "%s must be the same in all rows of a group, got also %s", option->name,
                       glue_value_format(values[i], text));
    }
    group->settings[i] = setting;
  }
  group->has_settings = 1;
  return CORESET_OK;
}

/* Adds one row to the group. */
static coreset_status add_row(coreset_context *context, const pair_function *function, pair_group *group, int count,
                              sqlite3_value **values) {
  coreset_status status = CORESET_OK;
  coreset_pair pair = {0, 0};
  void *grown = group->pairs;
  /* options in every row: one that is wrong, or changes, should not hide behind a NULL */
  if (function->most_arguments > PAIR_ARGUMENTS) {
    status = read_options(context, group, count - PAIR_ARGUMENTS, values + PAIR_ARGUMENTS);
  }
  if (status != CORESET_OK || glue_is_null(values[0]) || glue_is_null(values[1])) return status;
  status = pair_value(context, function->arguments[0], values[0], &pair.x);
  if (status == CORESET_OK) status = pair_value(context, function->arguments[1], values[1], &pair.y);
  if (status != CORESET_OK) return status;
  status = core_grow(context, &grown, &group->capacity, group->count + 1, sizeof(pair));
  group->pairs = grown;
  if (status == CORESET_OK) group->pairs[group->count++] = pair;
  return status;
}

/* xStep of all aggregates. */
static void pair_step(sqlite3_context *sql, int count, sqlite3_value **values) {
  const pair_function *function = sqlite3_user_data(sql);
  pair_group *group = sqlite3_aggregate_context(sql, sizeof(*group));
  coreset_context context = {0};
  coreset_status status;
  if (group == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  if (group->failed) return;
  status = add_row(&context, function, group, count, values);
  if (status != CORESET_OK) {
    group->failed = 1;
    glue_result_status(sql, function->name, status, &context);
  }
}

/* xFinal of all aggregates. It also runs when the statement failed or was interrupted
** before, to release the group; then it must not compute anything. */
static void pair_final(sqlite3_context *sql) {
  const pair_function *function = sqlite3_user_data(sql);
  pair_group *group = sqlite3_aggregate_context(sql, 0);
  glue_poller poller;
  coreset_context context;
  coreset_status status;
  double result = NAN;
  if (group == NULL || group->failed) {
    if (group != NULL) coreset_free(group->pairs);
    return;
  }
  glue_poller_open(&poller, sqlite3_context_db_handle(sql), &context);
  status = core_poll(&context);
  if (status == CORESET_OK) status = function->compute(&context, group, &result);
  if (status == CORESET_OK) {
    glue_result_real(sql, result);
  } else {
    glue_result_status(sql, function->name, status, &context);
  }
  glue_poller_close(&poller);
  coreset_free(group->pairs);
}

static coreset_status compute_mae(coreset_context *context, pair_group *group, double *result) {
  return coreset_mae(context, group->pairs, group->count, result);
}

static coreset_status compute_rmse(coreset_context *context, pair_group *group, double *result) {
  return coreset_rmse(context, group->pairs, group->count, result);
}

static coreset_status compute_pearson_r(coreset_context *context, pair_group *group, double *result) {
  return coreset_pearson_r(context, group->pairs, group->count, result);
}

static coreset_status compute_spearman_rho(coreset_context *context, pair_group *group, double *result) {
  return coreset_spearman_rho(context, group->pairs, group->count, result);
}

static coreset_status compute_kendall_tau(coreset_context *context, pair_group *group, double *result) {
  return coreset_kendall_tau(context, group->pairs, group->count, result);
}

static coreset_status compute_mutual_info(coreset_context *context, pair_group *group, double *result) {
  return coreset_mutual_info(context, group->pairs, group->count, group->settings[0].integer,
                             (coreset_estimator)group->settings[1].integer, result);
}

static const pair_function pair_functions[] = {
    {"mae", {"truth", "predicted"}, PAIR_ARGUMENTS, compute_mae},
    {"rmse", {"truth", "predicted"}, PAIR_ARGUMENTS, compute_rmse},
    {"pearson_r", {"truth", "predicted"}, PAIR_ARGUMENTS, compute_pearson_r},
    {"spearman_rho", {"truth", "predicted"}, PAIR_ARGUMENTS, compute_spearman_rho},
    {"kendall_tau", {"truth", "predicted"}, PAIR_ARGUMENTS, compute_kendall_tau},
    {"mutual_info", {"x", "y"}, PAIR_ARGUMENTS + OPTION_ARGUMENTS, compute_mutual_info},
};

int glue_register_judge_functions(sqlite3 *db) {
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof(pair_functions) / sizeof(pair_functions[0]); i++) {
    const pair_function *function = &pair_functions[i];
    for (int count = PAIR_ARGUMENTS; rc == SQLITE_OK && count <= function->most_arguments; count++) {
      /* SQLite takes user data as void *, and only hands it back */
      rc = sqlite3_create_function_v2(db, function->name, count, GLUE_FUNCTION_FLAGS, (void *)(uintptr_t)function, NULL,
                                      pair_step, pair_final, NULL);
    }
  }
  return rc;
}
