/*
** method.h: the options of methods.
*/
#ifndef CORE_BASE_METHOD_H
#define CORE_BASE_METHOD_H

#include "base/context.h"

/* Completes what a user asked for: the default where a setting is not set or settings
** is NULL. Fails where a value is out of its option's range. complete: count of them. */
coreset_status core_settings_complete(coreset_context *context, const coreset_option *options, size_t count,
                                      const coreset_setting *settings, coreset_setting *complete);

#endif /* CORE_BASE_METHOD_H */
