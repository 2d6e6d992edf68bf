/*
** context.h: what every file of the core shares: failing and being interrupted.
*/
#ifndef CORE_BASE_CONTEXT_H
#define CORE_BASE_CONTEXT_H

#include "coreset.h"

/* Puts a printf-style sentence into context->message and returns the status. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4), cold))
#endif
coreset_status
core_fail(coreset_context *context, coreset_status status, const char *format, ...);

/* CORESET_NO_MEMORY, with its message. */
coreset_status core_out_of_memory(coreset_context *context);

/* Puts where and a colon before the message, unless it is of memory or interruption.
** Returns status. */
coreset_status core_fail_within(coreset_context *context, coreset_status status, const char *where);

/* CORESET_INTERRUPTED, with its message, if the context's callback says so. */
coreset_status core_poll(coreset_context *context);

/* The same in a loop: polls at the first step and then every so many steps. */
static inline coreset_status core_poll_every(coreset_context *context, size_t step, size_t interval) {
  return step % interval == 0 ? core_poll(context) : CORESET_OK;
}

#endif /* CORE_BASE_CONTEXT_H */
