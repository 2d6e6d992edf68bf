/*
** bits.c: counting and gathering bits. The instructions that count are chosen when the
** program runs, because a build must run on every processor of its architecture.
*/
#include "numeric/bits.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define AVX2_WORDS 8   /* fewer words are counted faster one by one, as measured */
#define AVX512_WORDS 4 /* the same */

/* Also inlined into the next one, which is for other instructions. */
static inline __attribute__((always_inline)) size_t count_portable(const uint64_t *a, const uint64_t *b, size_t words) {
  size_t count = 0;
  for (size_t i = 0; i < words; i++) count += (size_t)__builtin_popcountll(a[i] & b[i]);
  return count;
}

/* The same. */
static inline __attribute__((always_inline)) size_t differ_portable(core_seen_bits a, core_seen_bits b, size_t words,
                                                                    size_t *differ) {
  size_t both = 0, differing = 0;
  for (size_t i = 0; i < words; i++) {
    uint64_t seen = a.seen[i] & b.seen[i];
    both += (size_t)__builtin_popcountll(seen);
    differing += (size_t)__builtin_popcountll((a.ones[i] ^ b.ones[i]) & seen);
  }
  *differ = differing;
  return both;
}

#if defined(__x86_64__)

__attribute__((target("popcnt"))) static size_t differ_popcnt(core_seen_bits a, core_seen_bits b, size_t words,
                                                              size_t *differ) {
  return differ_portable(a, b, words, differ);
}

__attribute__((target("popcnt"))) static size_t count_popcnt(const uint64_t *a, const uint64_t *b, size_t words) {
  return count_portable(a, b, words);
}

/* Each half of a byte looks its count up in a table of 16 (Mula, Kurz and Lemire 2018). */
__attribute__((target("avx2,popcnt"))) static size_t count_avx2(const uint64_t *a, const uint64_t *b, size_t words) {
  const __m256i half = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
  const __m256i table =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  __m256i sums = zero;
  uint64_t parts[4];
  size_t i = 0;
  if (words < AVX2_WORDS) return count_popcnt(a, b, words);
  for (; i + 4 <= words; i += 4) {
    __m256i both = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(const void *)(a + i)),
                                    _mm256_loadu_si256((const __m256i *)(const void *)(b + i)));
    __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(both, half));
    __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(both, 4), half));
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(_mm256_add_epi8(low, high), zero));
  }
  _mm256_storeu_si256((__m256i *)(void *)parts, sums);
  return (size_t)(parts[0] + parts[1] + parts[2] + parts[3]) + count_popcnt(a + i, b + i, words - i);
}

__attribute__((target("avx512f,avx512vpopcntdq,popcnt"))) static size_t count_avx512(const uint64_t *a,
                                                                                     const uint64_t *b, size_t words) {
  __m512i sums = _mm512_setzero_si512();
  if (words < AVX512_WORDS) return count_popcnt(a, b, words);
  for (size_t i = 0; i < words; i += 8) {
    __mmask8 there = (__mmask8)(words - i >= 8 ? 0xFFU : (1U << (words - i)) - 1);
    __m512i both = _mm512_and_si512(_mm512_maskz_loadu_epi64(there, a + i), _mm512_maskz_loadu_epi64(there, b + i));
    sums = _mm512_add_epi64(sums, _mm512_popcnt_epi64(both));
  }
  return (size_t)_mm512_reduce_add_epi64(sums);
}

__attribute__((target("avx512f,avx512vpopcntdq,popcnt"))) static size_t
differ_avx512(core_seen_bits a, core_seen_bits b, size_t words, size_t *differ) {
  __m512i both = _mm512_setzero_si512(), differing = both;
  if (words < AVX512_WORDS) return differ_popcnt(a, b, words, differ);
  for (size_t i = 0; i < words; i += 8) {
    __mmask8 there = (__mmask8)(words - i >= 8 ? 0xFFU : (1U << (words - i)) - 1);
    __m512i seen =
        _mm512_and_si512(_mm512_maskz_loadu_epi64(there, a.seen + i), _mm512_maskz_loadu_epi64(there, b.seen + i));
    __m512i unlike =
        _mm512_xor_si512(_mm512_maskz_loadu_epi64(there, a.ones + i), _mm512_maskz_loadu_epi64(there, b.ones + i));
    both = _mm512_add_epi64(both, _mm512_popcnt_epi64(seen));
    differing = _mm512_add_epi64(differing, _mm512_popcnt_epi64(_mm512_and_si512(unlike, seen)));
  }
  *differ = (size_t)_mm512_reduce_add_epi64(differing);
  return (size_t)_mm512_reduce_add_epi64(both);
}

static const core_bit_counter counters[] = {count_portable, count_popcnt, count_avx2, count_avx512};
static const core_difference_counter difference_counters[] = {differ_portable, differ_popcnt, differ_popcnt,
                                                              differ_avx512};

#else

static const core_bit_counter counters[] = {count_portable};
static const core_difference_counter difference_counters[] = {differ_portable};

#endif

core_bit_counter core_bit_counter_for(core_cpu level) {
  return counters[level];
}

core_bit_counter core_choose_bit_counter(void) {
  return core_bit_counter_for(core_cpu_level());
}

core_difference_counter core_difference_counter_for(core_cpu level) {
  return difference_counters[level];
}

core_difference_counter core_choose_difference_counter(void) {
  return core_difference_counter_for(core_cpu_level());
}

/* 64 counters of 8 bits lie across 8 words: bit i of word d is digit d of counter i.
** Adding a word to all of them takes a few operations on whole words. */
#define DIGITS 8
#define LARGEST_COUNT (((size_t)1 << DIGITS) - 1)

/* Adds column_count words, stride apart and at most LARGEST_COUNT, to places counts. */
static void count_block(const uint64_t *words, size_t stride, size_t column_count, size_t places, size_t *counts) {
  uint64_t digits[DIGITS] = {0};
  for (size_t c = 0; c < column_count; c++) {
    uint64_t carry = words[c * stride];
    for (size_t d = 0; d < DIGITS; d++) {
      uint64_t digit = digits[d];
      digits[d] = digit ^ carry;
      carry &= digit;
    }
  }
  for (size_t p = 0; p < places; p++) {
    for (size_t d = 0; d < DIGITS; d++) counts[p] += (size_t)(digits[d] >> p & 1) << d;
  }
}

void core_count_places(const uint64_t *columns, size_t column_count, size_t places, size_t *counts) {
  size_t words = (places + 63) / 64;
  memset(counts, 0, places * sizeof(*counts));
  for (size_t start = 0; start < column_count; start += LARGEST_COUNT) {
    size_t block = column_count - start < LARGEST_COUNT ? column_count - start : LARGEST_COUNT;
    for (size_t w = 0; w < words; w++) {
      size_t width = places - 64 * w < 64 ? places - 64 * w : 64;
      count_block(columns + start * words + w, words, block, width, counts + 64 * w);
    }
  }
}

void core_spread_bits(const uint64_t *bits, size_t count, double *numbers) {
  static const double fours[16][4] = {
      {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
      {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1}, {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) memcpy(numbers + i, fours[bits[i / 64] >> i % 64 & 15], sizeof(fours[0]));
  for (; i < count; i++) numbers[i] = (double)(bits[i / 64] >> i % 64 & 1);
}

/* The four quarters of a square change places, then those of each quarter, and so on (Warren,
** Hacker's Delight, 7-3). */
void core_transpose_bits(uint64_t block[64]) {
  for (size_t width = 32; width > 0; width /= 2) {
    uint64_t low = UINT64_MAX / (((uint64_t)1 << width) + 1); /* of each pair of parts the lower one */
    for (size_t i = 0; i < 64; i = (i + width + 1) & ~width) {
      uint64_t change = (block[i] >> width ^ block[i + width]) & low;
      block[i] ^= change << width;
      block[i + width] ^= change;
    }
  }
}

/* A wanted bit goes down as many places as there are unwanted bits below it. Steele's
** method (Warren, Hacker's Delight, 7-4): digit i of that number, for all bits at once,
** is the parity of the unwanted bits below that are still counted. */
core_gathering core_plan_gathering(uint64_t mask) {
  core_gathering plan = {.mask = mask, .count = (unsigned)__builtin_popcountll(mask)};
  uint64_t unwanted = ~mask << 1;
  for (int i = 0; i < 6; i++) {
    uint64_t parity = unwanted;
    for (int shift = 1; shift < 64; shift *= 2) parity ^= parity << shift;
    plan.moves[i] = parity & mask;
    mask = (mask ^ plan.moves[i]) | plan.moves[i] >> (1 << i);
    unwanted &= ~parity;
  }
  return plan;
}
