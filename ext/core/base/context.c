/*
** context.c: failing and being interrupted.
*/
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

coreset_status core_fail(coreset_context *context, coreset_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(context->message, sizeof(context->message), format, arguments);
  va_end(arguments);
  return status;
}

coreset_status core_out_of_memory(coreset_context *context) {
  return core_fail(context, CORESET_NO_MEMORY, "out of memory");
}

coreset_status core_fail_within(coreset_context *context, coreset_status status, const char *where) {
  char message[CORESET_MESSAGE_SIZE];
  if (status == CORESET_INTERRUPTED || status == CORESET_NO_MEMORY) return status;
  memcpy(message, context->message, sizeof(message));
  return core_fail(context, status, "%s: %s", where, message);
}

coreset_status core_poll(coreset_context *context) {
  context->unpolled = 0;
  if (context->interrupted == NULL || !context->interrupted(context->interrupted_data)) return CORESET_OK;
  return core_fail(context, CORESET_INTERRUPTED, "interrupted");
}
