/*
** sorting.h: sorting numbers and pairs of them, and ranks.
*/
#ifndef CORE_NUMERIC_SORTING_H
#define CORE_NUMERIC_SORTING_H

#include "base/context.h"

/* Makes what follows independent of the order of the pairs: sorts them by x, then y,
** after checking that all values are finite, and that there are fewer than 2^32
** pairs, so that products of two counts fit 64 bits. A negative zero becomes a
** positive one. Fails like core_sort_pairs. */
coreset_status core_order_pairs(coreset_context *context, coreset_pair *pairs, size_t count);

/* Sorts count pairs, none with a NaN, by x and where x is equal by y. exchanges may
** be NULL; it receives how many of the count * (count - 1) / 2 pairs of pairs stood
** in the wrong order. Needs memory for half the pairs, and polls for interruption;
** after a failure the pairs are in no particular order, and some may be lost. */
coreset_status core_sort_pairs(coreset_context *context, coreset_pair *pairs, size_t count, uint64_t *exchanges);

/* The indices of count values, none a NaN, in increasing order of value, equal ones in order of
** index. Fewer than 2^32. */
coreset_status core_argsort(coreset_context *context, const double *values, size_t count, uint32_t *order);

/* Exchanges x and y in each pair. */
void core_swap_pairs(coreset_pair *pairs, size_t count);

/* In pairs sorted by x: replaces each x by its centred rank, which is
** 2 * rank - (count + 1) with ranks from 1 and the average rank for equal ones. It
** is an integer, exactly, and the mean of all is 0. */
void core_rank_sorted(coreset_pair *pairs, size_t count);

#endif /* CORE_NUMERIC_SORTING_H */
