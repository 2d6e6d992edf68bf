/*
** sizes.h: several numbers of questions as one argument.
*/
#ifndef GLUE_SIZES_H
#define GLUE_SIZES_H

#include "base/memory.h"
#include "glue/sqlite.h"

/* Different numbers of questions, in the order they were given. */
typedef struct glue_sizes {
  size_t *sizes;  /* of the arena */
  size_t count;   /* at least 1 */
  size_t largest; /* of them */
} glue_sizes;

/* The argument k: a count, or a percentage of so many questions, or a JSON array of such. */
coreset_status glue_sizes_argument(coreset_context *context, sqlite3 *db, sqlite3_value *k, size_t questions,
                                   core_arena *arena, glue_sizes *sizes);

/* For who gives none: 1, 2, 3, 5, 7, 10, 15, 20, 30 and 50% of so many questions, at least one, each number once. */
coreset_status glue_sizes_usual(coreset_context *context, size_t questions, core_arena *arena, glue_sizes *sizes);

#endif /* GLUE_SIZES_H */
