/*
** cpu.h: which sets of instructions to use.
**
** One list for all loops that are compiled more than once. Every level gives the same bits.
*/
#ifndef CORESET_CPU_H
#define CORESET_CPU_H

/* Each includes the ones before. */
typedef enum coreset_cpu {
  CORESET_CPU_PORTABLE, /* what every processor of the architecture has */
  CORESET_CPU_POPCNT,   /* counting the bits of a word */
  CORESET_CPU_AVX2,     /* vectors of 256 bits */
  CORESET_CPU_AVX512    /* vectors of 512 bits, and counting the bits of their words */
} coreset_cpu;

extern const char *const coreset_cpu_names[]; /* in this order; then NULL */

/* The best level of this processor. */
coreset_cpu coreset_cpu_best(void);

/* The level to use: the best, or less where the environment variable CORESET_CPU names less. */
coreset_cpu coreset_cpu_level(void);

#endif /* CORESET_CPU_H */
