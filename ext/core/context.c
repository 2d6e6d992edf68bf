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

#include "core.h"

#define ALIGNMENT ((size_t)64)
#define LARGE_PAGE ((size_t)2 << 20)

coreset_status coreset_fail(coreset_context *context, coreset_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(context->message, sizeof(context->message), format, arguments);
  va_end(arguments);
  return status;
}

coreset_status coreset_fail_within(coreset_context *context, coreset_status status, const char *where) {
  char message[CORESET_MESSAGE_SIZE];
  memcpy(message, context->message, sizeof(message));
  if (status == CORESET_INTERRUPTED || status == CORESET_NO_MEMORY) return status;
  return coreset_fail(context, status, "%s: %s", where, message);
}

const char *coreset_id_format(const coreset_id *id, char text[CORESET_ID_TEXT_SIZE]) {
  size_t shown;
  if (id->text == NULL) {
    snprintf(text, CORESET_ID_TEXT_SIZE, "%lld", (long long)id->integer);
    return text;
  }
  shown = id->length;
  if (shown > CORESET_ID_TEXT_SIZE - 8) {
    shown = CORESET_ID_TEXT_SIZE - 8;
    /* not in the middle of a UTF-8 character */
    while (shown > 0 && ((unsigned char)id->text[shown] & 0xC0) == 0x80) shown--;
    snprintf(text, CORESET_ID_TEXT_SIZE, "'%.*s...'", (int)shown, id->text);
  } else {
    snprintf(text, CORESET_ID_TEXT_SIZE, "'%.*s'", (int)shown, id->text);
  }
  return text;
}

coreset_status coreset_poll(coreset_context *context) {
  if (context->interrupted != NULL && context->interrupted(context->interrupted_data)) {
    return coreset_fail(context, CORESET_INTERRUPTED, "interrupted");
  }
  return CORESET_OK;
}

/* Whether count * size bytes may be allocated; *byte_count is rounded up to the
** alignment, which aligned_alloc() wants and which keeps vector loads inside. */
static int may_allocate(coreset_context *context, size_t count, size_t size, size_t *byte_count) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - LARGE_PAGE) {
    coreset_fail(context, CORESET_NO_MEMORY, "out of memory");
    return 0;
  }
  *byte_count = (bytes / ALIGNMENT + 1) * ALIGNMENT;
  if (context->refuse_allocation != NULL && context->refuse_allocation(context->refuse_allocation_data, bytes)) {
    coreset_fail(context, CORESET_NO_MEMORY, "out of memory");
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

void *coreset_allocate(coreset_context *context, size_t count, size_t size) {
  size_t byte_count;
  void *memory;
  if (!may_allocate(context, count, size, &byte_count)) return NULL;
  memory = allocate_aligned(byte_count);
  if (memory == NULL) {
    coreset_fail(context, CORESET_NO_MEMORY, "out of memory");
    return NULL;
  }
  return memset(memory, 0, byte_count);
}

coreset_status coreset_grow(coreset_context *context, void **array, size_t *capacity, size_t need, size_t size) {
  size_t wanted = *capacity + *capacity / 2 + 16;
  size_t byte_count;
  void *grown;
  if (need <= *capacity) return CORESET_OK;
  if (wanted < need) wanted = need;
  if (!may_allocate(context, wanted, size, &byte_count)) return CORESET_NO_MEMORY;
  grown = realloc(*array, byte_count);
  if (grown == NULL) return coreset_fail(context, CORESET_NO_MEMORY, "out of memory");
  *array = grown;
  *capacity = wanted;
  return CORESET_OK;
}

void coreset_free(void *bytes) {
  free(bytes);
}
