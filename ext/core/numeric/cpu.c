/*
** cpu.c: which sets of instructions to use.
*/
#include "numeric/cpu.h"

#include <stdatomic.h>
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

/* What the environment asks for. */
static core_cpu wanted_level(void) {
  const char *wanted = getenv("CORESET_CPU");
  core_cpu level = CORE_CPU_PORTABLE, best = core_cpu_best();
  if (wanted == NULL) return best;
  while (level < best && strcmp(wanted, core_cpu_names[level]) != 0) level++;
  return level;
}

core_cpu core_cpu_level(void) {
  /* 1 + the level, 0 before it is known. This is the only variable of the core that outlives a
  ** call. The environment belongs to the host, one of whose threads may be changing it while
  ** another reads it, so it is read once, when the level is first asked for, and not by every
  ** loop. Threads that ask for the first time together read the same. */
  static atomic_int known;
  int level = atomic_load(&known);
  if (level == 0) {
    level = 1 + (int)wanted_level();
    atomic_store(&known, level);
  }
  return (core_cpu)(level - 1);
}

const char *coreset_cpu_dispatch(void) {
  return core_cpu_names[core_cpu_level()];
}
