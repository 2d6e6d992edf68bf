/*
** rank.h: sorting pairs of numbers, and ranks.
*/
#ifndef CORESET_RANK_H
#define CORESET_RANK_H

#include "core.h"

/* Makes what follows independent of the order of the pairs: sorts them by x, then y,
** after checking that all values are finite, and that there are fewer than 2^32
** pairs, so that products of two counts fit 64 bits. A negative zero becomes a
** positive one. Fails like coreset_sort_pairs. */
coreset_status coreset_order_pairs(coreset_context *context, coreset_pair *pairs, size_t count);

/* Sorts count pairs, none with a NaN, by x and where x is equal by y. exchanges may
** be NULL; it receives how many of the count * (count - 1) / 2 pairs of pairs stood
** in the wrong order. Needs memory for half the pairs, and polls for interruption;
** after a failure the pairs are in no particular order, and some may be lost. */
coreset_status coreset_sort_pairs(coreset_context *context, coreset_pair *pairs, size_t count, uint64_t *exchanges);

/* Exchanges x and y in each pair. */
void coreset_swap_pairs(coreset_pair *pairs, size_t count);

/* In pairs sorted by x: replaces each x by its centred rank, which is
** 2 * rank - (count + 1) with ranks from 1 and the average rank for equal ones. It
** is an integer, exactly, and the mean of all is 0. */
void coreset_rank_sorted(coreset_pair *pairs, size_t count);

#endif /* CORESET_RANK_H */
