/*
** choices.h: methods and their options as SQL gives and shows them.
*/
#ifndef GLUE_CHOICES_H
#define GLUE_CHOICES_H

#include "base/method.h"
#include "glue/sqlite.h"

/* The value of a method's option; NULL gives its default. */
coreset_status glue_option_argument(coreset_context *context, const coreset_option *option, sqlite3_value *value,
                                    coreset_setting *setting);

/* A method by name, 'mrmr', or by a JSON object that may hold its name and options,
** {"selector":"mrmr","scheme":"MIQ"}; NULL gives the default method. */
coreset_status glue_choice_argument(coreset_context *context, sqlite3 *db, const core_registry *registry,
                                    const char *argument, sqlite3_value *value, coreset_choice *choice);

/* A method and its options from the arguments of a function. method: whose function it is, and values
** has one for each of its options. Without one it is a front door, and values are two: the method as
** for glue_choice_argument(), then its options as a JSON object; an option that both give is an
** error. A value that was not given is NULL. */
coreset_status glue_method_arguments(coreset_context *context, sqlite3 *db, const core_registry *registry,
                                     const coreset_method *method, sqlite3_value *const *values,
                                     coreset_choice *choice);

/* How many arguments that takes. */
static inline int glue_method_argument_count(const coreset_method *method) {
  return method == NULL ? 2 : (int)method->option_count;
}

/* How a coreset was chosen, for intervals: a selector as for glue_choice_argument(), and NULL for the default
** one or without the sources, whichever is wider; or 'fixed' for chosen without the sources; or 'none' for no
** intervals, *wanted 0. */
coreset_status glue_selector_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value,
                                      coreset_origin *origin, int *wanted);

/* A setting as SQL shows it. */
void glue_result_setting(sqlite3_context *sql, const coreset_option *option, const coreset_setting *setting);

/* Appends the settings of a choice as a JSON object. */
void glue_append_json_settings(sqlite3_str *json, const coreset_choice *choice);

/* Shows the method, the options as JSON, or one option, whichever is asked for of a function's inputs
** (named as its kind, "options", or as the option): 1, or 0 if it is none of them. */
int glue_echo_choice(sqlite3_context *sql, const core_registry *registry, const coreset_choice *choice,
                     const char *input);

#endif /* GLUE_CHOICES_H */
