/*
** cpu.c: which sets of instructions to use.
*/
#include "numeric/cpu.h"

#include <stdlib.h>
#include <string.h>

#include "coreset.h"

const char *const core_cpu_names[] = {"portable", "popcnt", "avx2", "avx512", NULL};

core_cpu core_cpu_best(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("popcnt")) return CORE_CPU_PORTABLE;
  if (!__builtin_cpu_supports("avx2")) return CORE_CPU_POPCNT;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vpopcntdq")) return CORE_CPU_AVX2;
  return CORE_CPU_AVX512;
#else
  return CORE_CPU_PORTABLE;
#endif
}

core_cpu core_cpu_level(void) {
  const char *wanted = getenv("CORESET_CPU");
  core_cpu level = CORE_CPU_PORTABLE, best = core_cpu_best();
  if (wanted == NULL) return best;
  while (level < best && strcmp(wanted, core_cpu_names[level]) != 0) level++;
  return level;
}

const char *coreset_cpu_dispatch(void) {
  return core_cpu_names[core_cpu_level()];
}
