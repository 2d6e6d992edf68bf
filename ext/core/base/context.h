/*
** context.h: what the files of the numeric core share: failing, allocating,
** interrupting, and sums that are exact or nearly so.
**
** Nothing here is visible outside the library.
*/
#ifndef CORE_BASE_CONTEXT_H
#define CORE_BASE_CONTEXT_H

#include "coreset.h"

/* Puts a printf-style sentence into context->message and returns the status: for
** callbacks, and for everything in the core. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4), cold))
#endif
coreset_status
core_fail(coreset_context *context, coreset_status status, const char *format, ...);

/* Puts where and a colon before the message, unless it is of memory or interruption.
** Returns status. */
coreset_status core_fail_within(coreset_context *context, coreset_status status, const char *where);

/* CORESET_INTERRUPTED, with its message, if the context's callback says so. */
coreset_status core_poll(coreset_context *context);

/* count objects of size bytes each, all zero; NULL with the message set when the
** product overflows or memory is refused. A count of 0 gives a unique pointer.
** The memory is aligned for any vector instruction. Release with coreset_free. */
void *core_allocate(coreset_context *context, size_t count, size_t size);

/* Makes *array, of elements of size bytes, hold at least need elements; *capacity
** grows by half at least. New elements are not initialised. */
coreset_status core_grow(coreset_context *context, void **array, size_t *capacity, size_t need, size_t size);

#endif /* CORE_BASE_CONTEXT_H */
