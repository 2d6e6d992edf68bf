/*
** random.c: random orders that a seed determines (SplitMix64: Steele, Lea and Flood
** 2014). The place of a number depends only on its own draw and those of the others, so
** leaving some out does not change the order of the rest.
*/
#include "numeric/random.h"

#include "numeric/sorting.h"

/* A pair is a draw and its number, exactly: x has the draw's upper bits, y the others above
** those of the number. Draws are distinct: the generator is a bijection of its counter. */
#define LOWER_BITS 11  /* a double holds the 53 others */
#define NUMBER_BITS 42 /* what they leave of another; more numbers fit no memory */

coreset_status core_permutation(coreset_context *context, core_arena *arena, size_t count, uint64_t seed,
                                size_t **order) {
  core_arena scratch = {0};
  coreset_pair *draws = core_take(context, &scratch, count, sizeof(*draws));
  coreset_status status = scratch.status;
  *order = core_take(context, arena, count, sizeof(size_t));
  if (status == CORESET_OK) status = arena->status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    uint64_t draw = core_splitmix(&seed), lower = draw & ((1U << LOWER_BITS) - 1);
    draws[i].x = (double)(draw >> LOWER_BITS);
    draws[i].y = (double)(lower << NUMBER_BITS | i);
  }
  if (status == CORESET_OK) status = core_sort_pairs(context, draws, count, NULL);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    (*order)[i] = (size_t)((uint64_t)draws[i].y & ((UINT64_C(1) << NUMBER_BITS) - 1));
  }
  core_release(&scratch);
  return status;
}
