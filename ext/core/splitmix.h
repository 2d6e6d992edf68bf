/*
** splitmix.h: the SplitMix64 generator of pseudo-random numbers (Steele, Lea and
** Flood, "Fast splittable pseudorandom number generators", 2014): the state advances
** by a constant and the output is a bijective mix of it. It is part of the contract:
** what a seed gives never changes.
*/
#ifndef CORESET_SPLITMIX_H
#define CORESET_SPLITMIX_H

#include <stdint.h>

/* The next 64 bits; *state starts as the seed. */
static inline uint64_t coreset_splitmix(uint64_t *state) {
  uint64_t mixed = *state += UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
  return mixed ^ mixed >> 31;
}

#endif /* CORESET_SPLITMIX_H */
