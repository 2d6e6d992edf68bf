/*
** method.h: lists of methods, and choices of one.
**
** A selector or predictor is one file that fills in one struct, whose first member is the
** coreset_method, and one line in a registry; the SQL functions, evaluation and tests follow
** from the registries (select/selectors.c, predict/predictors.c).
*/
#ifndef CORE_BASE_METHOD_H
#define CORE_BASE_METHOD_H

#include "base/context.h"

/* All methods of one kind. */
typedef struct core_registry {
  const char *kind;                     /* "selector" or "predictor" */
  size_t count;                         /* how many */
  const coreset_method *const *methods; /* the default method first */
} core_registry;

/* The method of this name, in any case; the default for NULL. NULL if there is none. */
const coreset_method *core_find_method(const core_registry *registry, const char *name);

/* A choice of the method with its default settings. */
coreset_choice core_default_choice(const coreset_method *method);

/* coreset_choose_selector() and coreset_choose_predictor(). */
coreset_status core_choose(coreset_context *context, const core_registry *registry, const char *name,
                           coreset_choice *choice);

/* Checks that the method is one of the registry, and that every setting that is set lies within its
** option's range. */
coreset_status core_check_choice(coreset_context *context, const core_registry *registry, const coreset_choice *choice);

/* The same, and then replaces what is not set by the method's defaults. */
coreset_status core_complete_choice(coreset_context *context, const core_registry *registry, coreset_choice *choice);

#endif /* CORE_BASE_METHOD_H */
