/*
** bits.h: counting bits, with the best instructions that this processor has, and
** gathering them.
**
** Counts are integers, so every way of counting gives the same results.
*/
#ifndef CORE_NUMERIC_BITS_H
#define CORE_NUMERIC_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/cpu.h"

/* The bit of one place, of bits in words: 0 or 1. */
static inline int core_bit(const uint64_t *words, size_t place) {
  return (int)(words[place / 64] >> (place % 64) & 1);
}

/* How many bits are set in both a and b, of the given number of words. */
typedef size_t (*core_bit_counter)(const uint64_t *a, const uint64_t *b, size_t words);

/* Bits of which some are not known: a bit of ones is set only where that of seen is. */
typedef struct core_seen_bits {
  const uint64_t *ones; /* the bits */
  const uint64_t *seen; /* which of them are known */
} core_seen_bits;

/* How many bits are known in both a and b, of the given number of words, and how many of these *differ. */
typedef size_t (*core_difference_counter)(core_seen_bits a, core_seen_bits b, size_t words, size_t *differ);

/* The counters of a level that this processor has. */
core_bit_counter core_bit_counter_for(core_cpu level);
core_difference_counter core_difference_counter_for(core_cpu level);

/* The counters to use. */
core_bit_counter core_choose_bit_counter(void);
core_difference_counter core_choose_difference_counter(void);

/* For each of so many places how many columns have that bit set. The columns lie next
** to each other, each filled up to whole words with zeros. */
void core_count_places(const uint64_t *columns, size_t column_count, size_t places, size_t *counts);

/* Writes the first count bits as numbers, 0 or 1. */
void core_spread_bits(const uint64_t *bits, size_t count, double *numbers);

/* Exchanges rows and columns: bit j of word i becomes bit i of word j. */
void core_transpose_bits(uint64_t block[64]);

/* How to gather some bits of a word at its lower end. */
typedef struct core_gathering {
  uint64_t mask;     /* the bits that are wanted */
  uint64_t moves[6]; /* those of them that go down 1, 2, 4, ... 32 places, where they have got to by then */
  unsigned count;    /* how many are wanted */
} core_gathering;

core_gathering core_plan_gathering(uint64_t mask);

static inline uint64_t core_gather_bits(const core_gathering *plan, uint64_t word) {
  word &= plan->mask;
  for (int i = 0; i < 6; i++) {
    uint64_t moving = word & plan->moves[i];
    word = (word ^ moving) | moving >> (1 << i);
  }
  return word;
}

#endif /* CORE_NUMERIC_BITS_H */
