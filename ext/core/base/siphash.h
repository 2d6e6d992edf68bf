/*
** siphash.h: a keyed hash of a few words, which who does not know the key cannot make collide.
**
** SipHash-1-3 of the words' bytes, little-endian, as Python and Rust use it for their tables.
**
** Source: Aumasson and Bernstein 2012, "SipHash: a fast short-input PRF". One round for each word and three at the end
** are the usual choice for tables, whose hashes nobody gets to see.
*/
#ifndef CORE_BASE_SIPHASH_H
#define CORE_BASE_SIPHASH_H

#include <stdint.h>

/* The state between words. */
typedef struct core_siphash {
  uint64_t a, b, c, d; /* v0 to v3 of the paper */
  uint64_t count;      /* words so far */
} core_siphash;

static inline uint64_t core_rotate(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

static inline void core_siphash_round(core_siphash *state) {
  state->a += state->b;
  state->c += state->d;
  state->b = core_rotate(state->b, 13) ^ state->a;
  state->d = core_rotate(state->d, 16) ^ state->c;
  state->a = core_rotate(state->a, 32) + state->d;
  state->c += state->b;
  state->d = core_rotate(state->d, 21) ^ state->a;
  state->b = core_rotate(state->b, 17) ^ state->c;
  state->c = core_rotate(state->c, 32);
}

static inline core_siphash core_siphash_begin(const uint64_t key[2]) {
  return (core_siphash){key[0] ^ UINT64_C(0x736F6D6570736575), key[1] ^ UINT64_C(0x646F72616E646F6D),
                        key[0] ^ UINT64_C(0x6C7967656E657261), key[1] ^ UINT64_C(0x7465646279746573), 0};
}

static inline void core_siphash_add(core_siphash *state, uint64_t word) {
  state->d ^= word;
  core_siphash_round(state);
  state->a ^= word;
  state->count++;
}

static inline uint64_t core_siphash_end(core_siphash *state) {
  core_siphash_add(state, state->count << 59); /* how many bytes, in the highest byte */
  state->c ^= 0xFF;
  for (int i = 0; i < 3; i++) core_siphash_round(state);
  return state->a ^ state->b ^ state->c ^ state->d;
}

#endif /* CORE_BASE_SIPHASH_H */
