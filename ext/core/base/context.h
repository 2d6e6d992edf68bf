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

/* To be told of work that was done, in operations: polls when about a millisecond of it has come together. A poll
** takes some tens of microseconds, so that what takes less is not worth one of its own. */
#define CORE_POLL_WORK ((uint64_t)1 << 20)
static inline coreset_status core_poll_work(coreset_context *context, uint64_t operations) {
  context->unpolled += operations;
  return context->unpolled < CORE_POLL_WORK ? CORESET_OK : core_poll(context);
}

/* The same in a loop, so many steps of which take a millisecond or some. */
static inline coreset_status core_poll_every(coreset_context *context, size_t steps) {
  return core_poll_work(context, CORE_POLL_WORK / steps + 1);
}

#endif /* CORE_BASE_CONTEXT_H */
