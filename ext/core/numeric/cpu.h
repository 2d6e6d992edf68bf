/*
** cpu.h: which sets of instructions to use.
**
** One list for all loops that are compiled more than once. Every level gives the same bits.
*/
#ifndef CORE_NUMERIC_CPU_H
#define CORE_NUMERIC_CPU_H

/* Each includes the ones before. */
typedef enum core_cpu {
  CORE_CPU_PORTABLE, /* what every processor of the architecture has */
  CORE_CPU_POPCNT,   /* counting the bits of a word */
  CORE_CPU_AVX2,     /* vectors of 256 bits */
  CORE_CPU_AVX512    /* vectors of 512 bits, and counting the bits of their words */
} core_cpu;

extern const char *const core_cpu_names[]; /* in this order; then NULL */

/* The best level of this processor. */
core_cpu core_cpu_best(void);

/* The level to use: the best, or less where the environment variable CORESET_CPU names less. It
** is read once in a process. */
core_cpu core_cpu_level(void);

#endif /* CORE_NUMERIC_CPU_H */
