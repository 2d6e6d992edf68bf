/*
** random.c: random orders that a seed determines (SplitMix64: Steele, Lea and Flood
** 2014). The place of a number depends only on its own draw and those of the others, so
** leaving some out does not change the order of the rest.
*/
#include "numeric/random.h"

#include <stdlib.h>

/* A number and what it drew. */
typedef struct draw {
  uint64_t key;  /* draws are distinct: the generator is a bijection of its counter */
  size_t number; /* which number */
} draw;

static int compare_draws(const void *a, const void *b) {
  uint64_t left = ((const draw *)a)->key, right = ((const draw *)b)->key;
  return (left > right) - (left < right);
}

coreset_status core_permutation(coreset_context *context, size_t count, uint64_t seed, size_t **order) {
  draw *draws = core_allocate(context, count, sizeof(draw));
  size_t i;
  *order = core_allocate(context, count, sizeof(size_t));
  if (draws == NULL || *order == NULL) {
    coreset_free(draws);
    return CORESET_NO_MEMORY;
  }
  for (i = 0; i < count; i++) {
    draws[i].key = core_splitmix(&seed);
    draws[i].number = i;
  }
  qsort(draws, count, sizeof(draw), compare_draws);
  for (i = 0; i < count; i++) (*order)[i] = draws[i].number;
  coreset_free(draws);
  return CORESET_OK;
}
