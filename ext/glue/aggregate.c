/*
** aggregate.c: the frame of every aggregate function.
*/
#include "glue/aggregate.h"

#include <string.h>

#include "glue/arguments.h"
#include "glue/poller.h"
#include "glue/report.h"

static void aggregate_step(sqlite3_context *sql, int argc, sqlite3_value **argv) {
  const glue_aggregate *aggregate = sqlite3_user_data(sql);
  glue_group *group = sqlite3_aggregate_context(sql, (int)aggregate->group_size);
  coreset_context context; /* its message is written before it is read: no time to clear it for every row */
  if (group == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  if (group->failed) return;
  glue_poller poller;
  if (aggregate->is_long) {
    glue_poller_open(&poller, aggregate->db, &context);
  } else {
    context.interrupted = NULL;
    context.refuse_allocation = NULL;
    context.unpolled = 0;
  }
  memcpy(context.hash_key, aggregate->hash_key, sizeof(context.hash_key));
  coreset_status status = glue_ready_values(&context, argc - aggregate->unready, argv + aggregate->unready);
  if (status == CORESET_OK) status = aggregate->step(&context, aggregate, group, argc, argv);
  if (aggregate->is_long) glue_poller_close(&poller);
  if (status == CORESET_OK) return;
  group->failed = 1;
  glue_result_status(sql, aggregate->name, status, &context);
}

static void aggregate_final(sqlite3_context *sql) {
  const glue_aggregate *aggregate = sqlite3_user_data(sql);
  glue_group *group = sqlite3_aggregate_context(sql, 0);
  if (group == NULL) return; /* no rows: NULL */
  if (!group->failed) {
    glue_poller poller;
    coreset_context context;
    glue_poller_open(&poller, sqlite3_context_db_handle(sql), &context);
    coreset_status status = core_poll(&context);
    if (status == CORESET_OK) status = aggregate->finish(&context, aggregate, group, sql);
    if (status != CORESET_OK) glue_result_status(sql, aggregate->name, status, &context);
    glue_poller_close(&poller);
  }
  aggregate->release(group);
}

int glue_register_aggregate(sqlite3 *db, const glue_aggregate *aggregate) {
  int rc = SQLITE_OK;
  for (int count = aggregate->least; count <= aggregate->most && rc == SQLITE_OK; count++) {
    glue_aggregate *copy = sqlite3_malloc64(sizeof(*copy));
    if (copy == NULL) return SQLITE_NOMEM;
    *copy = *aggregate;
    copy->db = db;
    sqlite3_randomness(sizeof(copy->hash_key), copy->hash_key);
    rc = sqlite3_create_function_v2(db, copy->name, count, aggregate->flags, copy, NULL, aggregate_step,
                                    aggregate_final, sqlite3_free);
  }
  return rc;
}
