/*
** bits.h: counting bits, with the best instructions that this processor has.
**
** Counts are integers, so every way of counting gives the same results.
*/
#ifndef CORESET_BITS_H
#define CORESET_BITS_H

#include <stddef.h>
#include <stdint.h>

/* How many bits are set in both a and b, of the given number of words. */
typedef size_t (*coreset_bit_counter)(const uint64_t *a, const uint64_t *b, size_t words);

/* The counter for this processor. */
coreset_bit_counter coreset_choose_bit_counter(void);

#endif /* CORESET_BITS_H */
