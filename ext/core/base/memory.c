/*
** memory.c: where the core's memory comes from: the only file of the core that calls malloc and
** free.
*/
#define _DEFAULT_SOURCE /* madvise() and posix_memalign() */

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT ((size_t)64)                      /* of a cache line, and of the widest vectors */
#define LARGE_PAGE ((size_t)2 << 20)                /* of x86-64 and AArch64 with pages of 4 KiB */
#define LARGE_BLOCK ((size_t)64 << 20)              /* which malloc() has from the system by itself */
#define LARGEST_SIZE (PTRDIFF_MAX - 2 * LARGE_PAGE) /* with room for a header and rounding */

#define LEAST_GROWTH ((size_t)16) /* elements that a small array grows by: not one by one */

/* A block's memory lies behind it, aligned as the block is. */
struct core_block {
  core_block *older;                                  /* the one taken before */
  void *allocated;                                    /* what to free */
  char padding[ALIGNMENT - 2 * sizeof(core_block *)]; /* so that what lies behind is aligned */
};

/* Whether count * size bytes, and header more, may be allocated; *byte_count is rounded up to the
** alignment, which keeps vector loads inside. */
static int may_allocate(coreset_context *context, size_t count, size_t size, size_t header, size_t *byte_count) {
  size_t bytes;
  if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= LARGEST_SIZE &&
      (context->refuse_allocation == NULL || !context->refuse_allocation(context->refuse_allocation_data, bytes))) {
    *byte_count = header + (bytes / ALIGNMENT + 1) * ALIGNMENT;
    return 1;
  }
  core_out_of_memory(context);
  return 0;
}

/* Asks for large pages, where the system has them: the first touch of each small one costs as much as writing it
** several times over. */
static void prefer_large_pages(void *memory, size_t byte_count) {
#ifdef MADV_HUGEPAGE
  madvise(memory, byte_count, MADV_HUGEPAGE); /* where refused, all is as it was */
#else
  (void)memory, (void)byte_count;
#endif
}

/* Aligned memory, all zero, or NULL. */
static void *allocate_zeroed(size_t byte_count) {
  void *memory;
  size_t alignment = byte_count >= LARGE_PAGE ? LARGE_PAGE : ALIGNMENT;
  if (posix_memalign(&memory, alignment, byte_count) != 0) return NULL;
  if (alignment == LARGE_PAGE) prefer_large_pages(memory, byte_count);
  return memset(memory, 0, byte_count);
}

/* The same of many large pages, which calloc() has from the system as zeros: to write them all would take up to a
** second, without anybody asking whether to stop. So the first touch of each page is part of the work on it.
** *allocated: what to free. */
static void *allocate_large(size_t byte_count, void **allocated) {
  char *memory = *allocated = calloc(1, byte_count + LARGE_PAGE);
  if (memory == NULL) return NULL;
  memory += (LARGE_PAGE - (uintptr_t)memory % LARGE_PAGE) % LARGE_PAGE;
  prefer_large_pages(memory, byte_count);
  return memory;
}

void *core_take(coreset_context *context, core_arena *arena, size_t count, size_t size) {
  size_t byte_count;
  core_block *block = NULL;
  void *allocated;
  if (arena->status != CORESET_OK) return NULL;
  if (may_allocate(context, count, size, sizeof(*block), &byte_count)) {
    if (byte_count > LARGE_BLOCK) {
      block = allocate_large(byte_count, &allocated);
    } else {
      block = allocated = allocate_zeroed(byte_count);
    }
    if (block == NULL) core_out_of_memory(context);
  }
  if (block == NULL) {
    arena->status = CORESET_NO_MEMORY;
    return NULL;
  }
  block->allocated = allocated;
  block->older = arena->newest;
  arena->newest = block;
  return block + 1;
}

void *core_take_matrix(coreset_context *context, core_arena *arena, size_t rows, size_t columns, size_t size) {
  size_t count;
  if (__builtin_mul_overflow(rows, columns, &count)) count = SIZE_MAX; /* which is refused, unless size is 0 */
  return core_take(context, arena, count, size);
}

void *core_drop(core_arena *arena, void *memory) {
  if (memory == NULL) return NULL;
  core_block **link = &arena->newest;
  while (*link + 1 != memory) link = &(*link)->older;
  core_block *block = *link;
  *link = block->older;
  free(block->allocated);
  return NULL;
}

void core_release(core_arena *arena) {
  core_block *block = arena->newest;
  *arena = (core_arena){0};
  while (block != NULL) { /* the last one may hold the arena itself */
    core_block *older = block->older;
    free(block->allocated);
    block = older;
  }
}

void *core_object(coreset_context *context, size_t size) {
  core_arena arena = {0};
  core_arena *object = core_take(context, &arena, 1, size);
  if (object != NULL) *object = arena;
  return object;
}

void *core_made_object(coreset_status status, void *object) {
  if (status == CORESET_OK) return object;
  if (object != NULL) core_release(object);
  return NULL;
}

void *core_allocate(coreset_context *context, size_t count, size_t size) {
  size_t byte_count;
  if (!may_allocate(context, count, size, 0, &byte_count)) return NULL;
  void *memory = allocate_zeroed(byte_count);
  if (memory == NULL) core_out_of_memory(context);
  return memory;
}

coreset_status core_grow(coreset_context *context, void **array, size_t *capacity, size_t need, size_t size) {
  if (need <= *capacity) return CORESET_OK;
  size_t wanted = *capacity + *capacity / 2 + LEAST_GROWTH;
  if (wanted < need) wanted = need;
  size_t byte_count;
  if (!may_allocate(context, wanted, size, 0, &byte_count)) return CORESET_NO_MEMORY;
  void *grown = realloc(*array, byte_count);
  if (grown == NULL) return core_out_of_memory(context);
  *array = grown;
  *capacity = wanted;
  return CORESET_OK;
}

void coreset_free(void *bytes) {
  free(bytes);
}
