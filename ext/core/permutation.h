/*
** permutation.h: random orders that a seed determines, part of the contract.
*/
#ifndef CORESET_PERMUTATION_H
#define CORESET_PERMUTATION_H

#include "core.h"

/* The numbers 0 .. count - 1 in a random order: number i draws number i + 1 of the
** SplitMix64 generator started at the seed, and the smallest draw comes first. Release
** *order with coreset_free. */
coreset_status coreset_permutation(coreset_context *context, size_t count, uint64_t seed, size_t **order);

#endif /* CORESET_PERMUTATION_H */
