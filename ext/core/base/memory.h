/*
** memory.h: where the core's memory comes from. It is zero when it is handed out and aligned for
** any vector instruction, but for arrays that grow, and may be refused by the context.
**
** Memory comes in three ways. Most of it belongs to an arena: working memory to one that a
** function begins as {0} and releases when it is done, an object's to the arena in the object.
** An arena remembers a refusal, so one look at its status serves any number of arrays:
**
**     core_arena scratch = {0};
**     double *mean = core_take(context, &scratch, models, sizeof(double));
**     double *sum = core_take(context, &scratch, models, sizeof(double));
**     coreset_status status = scratch.status;
**     if (status == CORESET_OK) status = ...;
**     core_release(&scratch);
**     return status;
**
** An array that grows is core_grow()'s, and bytes that are handed out are core_allocate()'s;
** both are released with coreset_free().
*/
#ifndef CORE_BASE_MEMORY_H
#define CORE_BASE_MEMORY_H

#include "base/context.h"

/* One piece of an arena. */
typedef struct core_block core_block;

/* Memory that is released together. All zero is an empty one. */
typedef struct core_arena {
  core_block *newest;    /* the others are behind it */
  coreset_status status; /* CORESET_OK, or CORESET_NO_MEMORY from the first refusal on */
} core_arena;

/* count elements of size bytes each, which belong to the arena; NULL, and the arena's status,
** when memory was refused now or before, or their size overflows. A count of 0 gives a unique
** pointer. */
void *core_take(coreset_context *context, core_arena *arena, size_t count, size_t size);

/* The same for rows x columns elements. */
void *core_take_matrix(coreset_context *context, core_arena *arena, size_t rows, size_t columns, size_t size);

/* Releases one piece before the others; NULL does nothing. Returns NULL, what the pointer to it should become. */
void *core_drop(core_arena *arena, void *memory);

/* Releases all of it. The arena is empty afterwards and may be used again. */
void core_release(core_arena *arena);

/* An object of size bytes whose first member is a core_arena, in which it lies itself:
** core_release(&object->arena) releases it. NULL, with the message set, when memory is refused. */
void *core_object(coreset_context *context, size_t size);

/* What a function that makes an object hands out: the object; NULL, and the object, if there is one,
** released, where status is not CORESET_OK. */
void *core_made_object(coreset_status status, void *object);

/* count elements of size bytes each; NULL with the message set when memory is refused or their size
** overflows. Release with coreset_free. */
void *core_allocate(coreset_context *context, size_t count, size_t size);

/* Makes *array, of elements of size bytes, hold at least need elements; *capacity grows by half
** at least. New elements are not initialised. */
coreset_status core_grow(coreset_context *context, void **array, size_t *capacity, size_t need, size_t size);

#endif /* CORE_BASE_MEMORY_H */
