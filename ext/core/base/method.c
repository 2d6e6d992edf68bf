/*
** method.c: lists of methods, and choices of one.
*/
#include "base/method.h"

#include <math.h>

/* ASCII letters in either case are the same, in every locale. */
static int lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter;
}

static int same_name(const char *a, const char *b) {
  while (*a != 0 && lower(*a) == lower(*b)) a++, b++;
  return lower(*a) == lower(*b);
}

const coreset_method *core_find_method(const core_registry *registry, const char *name) {
  if (name == NULL) return registry->methods[0];
  for (size_t i = 0; i < registry->count; i++) {
    if (same_name(registry->methods[i]->name, name)) return registry->methods[i];
  }
  return NULL;
}

coreset_choice core_default_choice(const coreset_method *method) {
  coreset_choice choice = {.method = method};
  for (size_t i = 0; i < method->option_count; i++) choice.settings[i] = method->options[i].default_value;
  return choice;
}

coreset_status core_choose(coreset_context *context, const core_registry *registry, const char *name,
                           coreset_choice *choice) {
  const coreset_method *method = core_find_method(registry, name);
  if (method == NULL) return core_fail(context, CORESET_ERROR, "there is no %s '%s'", registry->kind, name);
  *choice = core_default_choice(method);
  return CORESET_OK;
}

coreset_setting *coreset_choice_setting(coreset_choice *choice, const char *option) {
  for (size_t i = 0; i < choice->method->option_count; i++) {
    if (same_name(choice->method->options[i].name, option)) return &choice->settings[i];
  }
  return NULL;
}

/* Refuses a method that is not one of the registry, such as one of the other kind: what stands behind
** it would be taken for functions. */
static coreset_status check_method(coreset_context *context, const core_registry *registry,
                                   const coreset_method *method) {
  for (size_t i = 0; i < registry->count; i++) {
    if (registry->methods[i] == method) return CORESET_OK;
  }
  return core_fail(context, CORESET_ERROR, "the %s must be one that coreset_%ss() lists, got %s", registry->kind,
                   registry->kind, method == NULL ? "none" : method->name);
}

coreset_status core_check_choice(coreset_context *context, const core_registry *registry,
                                 const coreset_choice *choice) {
  coreset_status status = check_method(context, registry, choice->method);
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < choice->method->option_count; i++) {
    const coreset_option *option = &choice->method->options[i];
    const coreset_setting *setting = &choice->settings[i];
    if (!setting->is_set) continue;
    double value = option->type == CORESET_OPTION_REAL ? setting->real : (double)setting->integer;
    double minimum = option->minimum, maximum = option->maximum;
    if (option->type == CORESET_OPTION_CHOICE) {
      size_t choices = 0;
      while (option->choices[choices] != NULL) choices++;
      minimum = 0;
      maximum = (double)choices - 1;
    }
    if (isfinite(value) && value >= minimum && value <= maximum) continue;
    return core_fail(context, CORESET_ERROR, "%s must be between %.15g and %.15g, got %.15g", option->name, minimum,
                     maximum, value);
  }
  return CORESET_OK;
}

coreset_status core_complete_choice(coreset_context *context, const core_registry *registry, coreset_choice *choice) {
  coreset_status status = core_check_choice(context, registry, choice);
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < choice->method->option_count; i++) {
    if (!choice->settings[i].is_set) choice->settings[i] = choice->method->options[i].default_value;
  }
  return CORESET_OK;
}
