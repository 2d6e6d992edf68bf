/*
** aggregate.h: the frame of every aggregate function.
**
** SQLite calls xFinal after a failure too, to have the group released, and after a failed step
** nothing may be computed. This is kept here once.
*/
#ifndef GLUE_AGGREGATE_H
#define GLUE_AGGREGATE_H

#include "base/method.h"
#include "glue/sqlite.h"

/* How the state of a group begins. SQLite hands it out zeroed. */
typedef struct glue_group {
  int failed; /* a step reported an error */
} glue_group;

/* One aggregate function. */
typedef struct glue_aggregate {
  char name[64];                /* in SQL */
  const coreset_method *method; /* whose function it is, or NULL */
  const void *data;             /* for the function's own use */
  int least, most;              /* how many arguments it takes */
  int flags;                    /* of its registration */
  uint64_t hash_key[2];         /* for the context; drawn when it is registered */
  sqlite3 *db;                  /* the connection; set when it is registered */
  int unready;                  /* arguments, the first ones, that step() makes ready itself where it needs it */
  int is_long;                  /* a row may be much work: step() can be interrupted */
  size_t group_size;            /* bytes of the state of a group, which begins with a glue_group */

  /* Takes a row, whose values are ready (arguments.h), but for the first ones: of a million rows each step counts. The context can be interrupted only where is_long says so. */
  coreset_status (*step)(coreset_context *context, const struct glue_aggregate *aggregate, void *group, int argc,
                         sqlite3_value **argv);
  /* Sets the result from the complete group; not setting any leaves NULL. */
  coreset_status (*finish)(coreset_context *context, const struct glue_aggregate *aggregate, void *group,
                           sqlite3_context *sql);
  /* Releases what the group owns, in whatever state it is. */
  void (*release)(void *group);
} glue_aggregate;

/* Registers a function for every number of arguments; the description is copied. */
int glue_register_aggregate(sqlite3 *db, const glue_aggregate *aggregate);

#endif /* GLUE_AGGREGATE_H */
