/*
** random.h: random orders that a seed determines, part of the contract.
*/
#ifndef CORE_NUMERIC_RANDOM_H
#define CORE_NUMERIC_RANDOM_H

#include "base/memory.h"

/* The SplitMix64 generator of pseudo-random numbers (Steele, Lea and Flood, "Fast splittable
** pseudorandom number generators", 2014): the state advances by a constant and the output is a
** bijective mix of it. What a seed gives never changes. The next 64 bits; *state starts as the seed. */
static inline uint64_t core_splitmix(uint64_t *state) {
  uint64_t mixed = *state += UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
  return mixed ^ mixed >> 31;
}

/* The numbers 0 .. count - 1 in a random order: number i draws number i + 1 of the
** SplitMix64 generator started at the seed, and the smallest draw comes first. They belong
** to the arena. */
coreset_status core_permutation(coreset_context *context, core_arena *arena, size_t count, uint64_t seed,
                                size_t **order);

#endif /* CORE_NUMERIC_RANDOM_H */
