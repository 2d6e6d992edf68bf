/*
** cpu.c: which sets of instructions to use.
*/
#include "cpu.h"

#include <stdlib.h>
#include <string.h>

#include "coreset.h"

const char *const coreset_cpu_names[] = {"portable", "popcnt", "avx2", "avx512", NULL};

coreset_cpu coreset_cpu_best(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("popcnt")) return CORESET_CPU_PORTABLE;
  if (!__builtin_cpu_supports("avx2")) return CORESET_CPU_POPCNT;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vpopcntdq")) return CORESET_CPU_AVX2;
  return CORESET_CPU_AVX512;
#else
  return CORESET_CPU_PORTABLE;
#endif
}

coreset_cpu coreset_cpu_level(void) {
  const char *wanted = getenv("CORESET_CPU");
  coreset_cpu level = CORESET_CPU_PORTABLE, best = coreset_cpu_best();
  if (wanted == NULL) return best;
  while (level < best && strcmp(wanted, coreset_cpu_names[level]) != 0) level++;
  return level;
}

const char *coreset_cpu_dispatch(void) {
  return coreset_cpu_names[coreset_cpu_level()];
}
