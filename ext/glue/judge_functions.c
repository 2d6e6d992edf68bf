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
** on the order of the rows, not even in its last bit. A text that is wholly a number counts as that
** number; any other, a blob or an infinite number is an error: SQLite would read 'n/a' as 0, and nobody would
** notice.
**
** neighbors (3) is the number of neighbors of the estimators that use them; estimator
** is 'auto' (the default), 'ross', 'ksg' or 'lnc'. NULL means the default. Both must
** be the same in all rows of a group.
**
** A group keeps its pairs, 16 bytes each, until its last row.
*/
#include <math.h>

#include "base/memory.h"
#include "glue/aggregate.h"
#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/register.h"
#include "glue/report.h"
#include "statistics/mutual_information.h"

#define PAIR_ARGUMENTS 2   /* the values of the pair come first */
#define OPTION_ARGUMENTS 2 /* then the options, if there are any */

/* The pairs of one group, and what else its rows said. SQLite hands it out zeroed. */
typedef struct pair_group {
  glue_group base;                            /* must be first */
  coreset_pair *pairs;                        /* the pairs so far; owned */
  size_t count;                               /* how many */
  size_t capacity;                            /* how many fit */
  coreset_setting settings[OPTION_ARGUMENTS]; /* the options in force */
  int has_settings;                           /* a row has set them */
} pair_group;

/* One aggregate. */
typedef struct pair_function {
  const char *name;                      /* in SQL */
  const char *arguments[PAIR_ARGUMENTS]; /* the names of the pair's values, for messages */
  int most_arguments;                    /* it takes from 2 to this many */
  /* Computes the result from all pairs; NULL: mutual information, which has options. */
  coreset_status (*compute)(coreset_context *context, coreset_pair *pairs, size_t count, double *result);
} pair_function;

/* The options of mutual_info(), in positional order. */
static const coreset_option mutual_info_options[OPTION_ARGUMENTS] = {
    {"neighbors", CORESET_OPTION_INTEGER, 1, INFINITY, NULL, {1, CORE_DEFAULT_NEIGHBORS, 0}},
    {"estimator", CORESET_OPTION_CHOICE, 0, 0, core_estimator_names, {1, CORESET_ESTIMATOR_AUTO, 0}},
};

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
static coreset_status pair_step(coreset_context *context, const glue_aggregate *aggregate, void *data, int count,
                                sqlite3_value **values) {
  const pair_function *function = aggregate->data;
  pair_group *group = data;
  coreset_status status = CORESET_OK;
  coreset_pair pair = {0, 0};
  void *grown = group->pairs;
  /* options in every row: one that is wrong, or changes, should not hide behind a NULL */
  if (function->most_arguments > PAIR_ARGUMENTS) {
    status = read_options(context, group, count - PAIR_ARGUMENTS, values + PAIR_ARGUMENTS);
  }
  if (status != CORESET_OK || glue_is_null(values[0]) || glue_is_null(values[1])) return status;
  status = glue_real_argument(context, function->arguments[0], values[0], &pair.x);
  if (status == CORESET_OK) status = glue_real_argument(context, function->arguments[1], values[1], &pair.y);
  if (status != CORESET_OK) return status;
  status = core_grow(context, &grown, &group->capacity, group->count + 1, sizeof(pair));
  group->pairs = grown;
  if (status == CORESET_OK) group->pairs[group->count++] = pair;
  return status;
}

static coreset_status pair_finish(coreset_context *context, const glue_aggregate *aggregate, void *data,
                                  sqlite3_context *sql) {
  const pair_function *function = aggregate->data;
  pair_group *group = data;
  double result = NAN;
  coreset_status status = function->compute != NULL
                              ? function->compute(context, group->pairs, group->count, &result)
                              : coreset_mutual_info(context, group->pairs, group->count, group->settings[0].integer,
                                                    (coreset_estimator)group->settings[1].integer, &result);
  if (status == CORESET_OK) glue_result_real(sql, result);
  return status;
}

static void pair_release(void *data) {
  coreset_free(((pair_group *)data)->pairs);
}

static const pair_function pair_functions[] = {
    {"mae", {"truth", "predicted"}, PAIR_ARGUMENTS, coreset_mae},
    {"rmse", {"truth", "predicted"}, PAIR_ARGUMENTS, coreset_rmse},
    {"pearson_r", {"truth", "predicted"}, PAIR_ARGUMENTS, coreset_pearson_r},
    {"spearman_rho", {"truth", "predicted"}, PAIR_ARGUMENTS, coreset_spearman_rho},
    {"kendall_tau", {"truth", "predicted"}, PAIR_ARGUMENTS, coreset_kendall_tau},
    {"mutual_info", {"x", "y"}, PAIR_ARGUMENTS + OPTION_ARGUMENTS, NULL},
};

int glue_register_judge_functions(sqlite3 *db) {
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof(pair_functions) / sizeof(pair_functions[0]) && rc == SQLITE_OK; i++) {
    glue_aggregate aggregate = {.data = &pair_functions[i],
                                .least = PAIR_ARGUMENTS,
                                .most = pair_functions[i].most_arguments,
                                .flags = GLUE_FUNCTION_FLAGS,
                                .group_size = sizeof(pair_group),
                                .step = pair_step,
                                .finish = pair_finish,
                                .release = pair_release};
    sqlite3_snprintf(sizeof(aggregate.name), aggregate.name, "%s", pair_functions[i].name);
    rc = glue_register_aggregate(db, &aggregate);
  }
  return rc;
}
