/*
** selectors.c: the list of all selectors.
*/
#include <string.h>

#include "select/selector.h"

static const coreset_selector *const selectors[] = {
    &core_selector_kriging_irt,
    &core_selector_kriging,
    &core_selector_mrmr,
    &core_selector_random,
};

#define SELECTOR_COUNT (sizeof(selectors) / sizeof(selectors[0]))

const coreset_selector *const *coreset_selectors(size_t *count) {
  *count = SELECTOR_COUNT;
  return selectors;
}

const coreset_selector *coreset_find_selector(const char *name) {
  size_t i;
  for (i = 0; i < SELECTOR_COUNT; i++) {
    if (strcmp(selectors[i]->name, name) == 0) return selectors[i];
  }
  return NULL;
}

const char *coreset_selector_name(const coreset_selector *selector) {
  return selector->name;
}

const coreset_option *coreset_selector_options(const coreset_selector *selector, size_t *count) {
  *count = selector->option_count;
  return selector->options;
}
