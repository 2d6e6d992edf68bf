/*
** suites_functions.c: the score matrices of several suites as one value.
**
**     coreset_suites(suite, value)   aggregate
**
** bundles score matrices, or fits, one for each suite, into one BLOB for coreset_predict_suites(): question ids may be
** the same in several suites, model ids must mean the same models.
**
**     SELECT coreset_suites(suite, m)
**       FROM (SELECT suite, score_matrix(model, question, score) AS m FROM results GROUP BY suite);
**
** suite is an INTEGER or a TEXT, and comes once. No rows give NULL. The order of the rows does not matter.
*/
#include "glue/aggregate.h"
#include "glue/arguments.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "matrix/id.h"

/* The state of one group. */
typedef struct suites_group {
  glue_group base;        /* must be first */
  coreset_bundle *bundle; /* of the rows so far; NULL before the first */
} suites_group;

static coreset_status suites_step(coreset_context *context, const glue_aggregate *aggregate, void *data, int argc,
                                  sqlite3_value **argv) {
  suites_group *group = data;
  coreset_id suite;
  char text[CORE_ID_TEXT_SIZE], where[CORE_ID_TEXT_SIZE + sizeof("value of suite ")];
  (void)aggregate, (void)argc;
  if (group->bundle == NULL && coreset_bundle_new(context, &group->bundle) != CORESET_OK) return CORESET_NO_MEMORY;
  coreset_status status = glue_id_argument(context, "suite", argv[0], &suite);
  if (status != CORESET_OK) return status;
  sqlite3_snprintf(sizeof(where), where, "value of suite %s", core_id_format(&suite, text));
  status = glue_known_blob(context, where, argv[1]);
  if (status != CORESET_OK) return status;
  status = coreset_bundle_add(context, group->bundle, &suite, sqlite3_value_blob(argv[1]),
                              (size_t)sqlite3_value_bytes(argv[1]));
  return status == CORESET_CORRUPT ? core_fail_within(context, status, where) : status;
}

static coreset_status suites_finish(coreset_context *context, const glue_aggregate *aggregate, void *data,
                                    sqlite3_context *sql) {
  const suites_group *group = data;
  size_t limit = (size_t)sqlite3_limit(sqlite3_context_db_handle(sql), SQLITE_LIMIT_LENGTH, -1), size = 0;
  unsigned char *bytes = NULL;
  (void)aggregate;
  coreset_status status = coreset_bundle_write(context, group->bundle, limit, &bytes, &size);
  if (status == CORESET_OK) sqlite3_result_blob64(sql, bytes, size, coreset_free);
  return status;
}

static void suites_release(void *data) {
  coreset_bundle_free(((suites_group *)data)->bundle);
}

int glue_register_suites_functions(sqlite3 *db) {
  const glue_aggregate aggregate = {.name = "coreset_suites",
                                    .least = 2,
                                    .most = 2,
                                    .flags = GLUE_FUNCTION_FLAGS,
                                    .is_long = 1,
                                    .group_size = sizeof(suites_group),
                                    .step = suites_step,
                                    .finish = suites_finish,
                                    .release = suites_release};
  return glue_register_aggregate(db, &aggregate);
}
