/*
** method.c: completes and checks the options of a selector or predictor.
*/
#include <math.h>

#include "base/context.h"
#include "base/method.h"

coreset_status core_settings_complete(coreset_context *context, const coreset_option *options, size_t count,
                                      const coreset_setting *settings, coreset_setting *complete) {
  size_t i;
  for (i = 0; i < count; i++) {
    const coreset_option *option = &options[i];
    double value;
    complete[i] = settings != NULL && settings[i].is_set ? settings[i] : option->default_value;
    if (!complete[i].is_set) continue;
    value = option->type == CORESET_OPTION_REAL ? complete[i].real : (double)complete[i].integer;
    if (option->type == CORESET_OPTION_CHOICE) {
      size_t choices = 0;
      while (option->choices[choices] != NULL) choices++;
      if (value >= 0 && value < (double)choices) continue;
    } else if (isfinite(value) && value >= option->minimum && value <= option->maximum) {
      continue;
    }
    return core_fail(context, CORESET_ERROR, "%s must be between %.15g and %.15g, got %.15g", option->name,
                     option->minimum, option->maximum, value);
  }
  return CORESET_OK;
}
