/*
** context.c: failing, allocating and interrupting: the only file of the core that
** calls malloc and free.
*/
#define _DEFAULT_SOURCE /* madvise() and posix_memalign() */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/context.h"

#define ALIGNMENT ((size_t)64)
#define LARGE_PAGE ((size_t)2 << 20)

coreset_status core_fail(coreset_context *context, coreset_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(context->message, sizeof(context->message), format, arguments);
  va_end(arguments);
  return status;
}

coreset_status core_fail_within(coreset_context *context, coreset_status status, const char *where) {
  char message[CORESET_MESSAGE_SIZE];
  memcpy(message, context->message, sizeof(message));
  if (status == CORESET_INTERRUPTED || status == CORESET_NO_MEMORY) return status;
  return core_fail(context, status, "%s: %s", where, message);
}

coreset_status core_poll(coreset_context *context) {
  if (context->interrupted != NULL && context->interrupted(context->interrupted_data)) {
    return core_fail(context, CORESET_INTERRUPTED, "interrupted");
  }
  return CORESET_OK;
}

/* Whether count * size bytes may be allocated; *byte_count is rounded up to the
** alignment, which aligned_alloc() wants and which keeps vector loads inside. */
static int may_allocate(coreset_context *context, size_t count, size_t size, size_t *byte_count) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - LARGE_PAGE) {
    core_fail(context, CORESET_NO_MEMORY, "out of memory");
    return 0;
  }
  *byte_count = (bytes / ALIGNMENT + 1) * ALIGNMENT;
  if (context->refuse_allocation != NULL && context->refuse_allocation(context->refuse_allocation_data, bytes)) {
    core_fail(context, CORESET_NO_MEMORY, "out of memory");
    return 0;
  }
  return 1;
}

/* Aligned memory, uninitialised. Much of it is asked for in large pages: the first touch of each
** small one costs as much as writing it several times over. */
static void *allocate_aligned(size_t byte_count) {
#ifdef MADV_HUGEPAGE
  if (byte_count >= LARGE_PAGE) {
    void *memory = NULL;
    if (posix_memalign(&memory, LARGE_PAGE, byte_count) != 0) return NULL;
    madvise(memory, byte_count, MADV_HUGEPAGE); /* where that is refused, all is as it was */
    return memory;
  }
#endif
  return aligned_alloc(ALIGNMENT, byte_count);
}

void *core_allocate(coreset_context *context, size_t count, size_t size) {
  size_t byte_count;
  void *memory;
  if (!may_allocate(context, count, size, &byte_count)) return NULL;
  memory = allocate_aligned(byte_count);
  if (memory == NULL) {
    core_fail(context, CORESET_NO_MEMORY, "out of memory");
    return NULL;
  }
  return memset(memory, 0, byte_count);
}

coreset_status core_grow(coreset_context *context, void **array, size_t *capacity, size_t need, size_t size) {
  size_t wanted = *capacity + *capacity / 2 + 16;
  size_t byte_count;
  void *grown;
  if (need <= *capacity) return CORESET_OK;
  if (wanted < need) wanted = need;
  if (!may_allocate(context, wanted, size, &byte_count)) return CORESET_NO_MEMORY;
  grown = realloc(*array, byte_count);
  if (grown == NULL) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
  *array = grown;
  *capacity = wanted;
  return CORESET_OK;
}

void coreset_free(void *bytes) {
  free(bytes);
}
