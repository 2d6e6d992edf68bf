/*
** bits.c: counting bits. The instruction is chosen when the program runs, because
** a build must run on every processor of its architecture.
*/
#include "bits.h"

#include "coreset.h"

static size_t count_portable(const uint64_t *a, const uint64_t *b, size_t words) {
  size_t count = 0, i;
  for (i = 0; i < words; i++) count += (size_t)__builtin_popcountll(a[i] & b[i]);
  return count;
}

#if defined(__x86_64__)

__attribute__((target("popcnt"))) static size_t count_popcnt(const uint64_t *a, const uint64_t *b, size_t words) {
  size_t count = 0, i;
  for (i = 0; i < words; i++) count += (size_t)__builtin_popcountll(a[i] & b[i]);
  return count;
}

coreset_bit_counter coreset_choose_bit_counter(void) {
  return __builtin_cpu_supports("popcnt") ? count_popcnt : count_portable;
}

const char *coreset_cpu_dispatch(void) {
  return __builtin_cpu_supports("popcnt") ? "popcnt" : "portable";
}

#else

coreset_bit_counter coreset_choose_bit_counter(void) {
  return count_portable;
}

const char *coreset_cpu_dispatch(void) {
  return "portable";
}

#endif
