/*
** selectors.c: the list of all selectors.
*/
#include "select/selector.h"

static const coreset_method *const selectors[] = {
    &core_selector_kriging_irt.method, /* the default */
    &core_selector_kriging.method,
    &core_selector_mrmr.method,
    &core_selector_random.method,
};

const core_registry core_selectors = {"selector", sizeof(selectors) / sizeof(selectors[0]), selectors};

const coreset_method *const *coreset_selectors(size_t *count) {
  *count = core_selectors.count;
  return selectors;
}

coreset_status coreset_choose_selector(coreset_context *context, const char *name, coreset_choice *choice) {
  return core_choose(context, &core_selectors, name, choice);
}
