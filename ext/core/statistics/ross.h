/*
** ross.h: mutual information of a binary and a continuous variable (Ross 2014).
**
** The continuous variable, one value y for each model, is prepared once; then each
** binary variable costs time proportional to the number of models. See ross.c for
** the formula.
*/
#ifndef CORE_STATISTICS_ROSS_H
#define CORE_STATISTICS_ROSS_H

#include "base/memory.h"

typedef struct core_ross core_ross;

/* Prepares the values y, one for each of models models, for estimates from the given
** number of neighbors, at least 1. The values are finite, and so are all differences
** of two; differences that are equal but for rounding count as equal (ross.c). y is
** copied. It belongs to the arena. */
coreset_status core_ross_prepare(coreset_context *context, core_arena *arena, const double *y, size_t models,
                                 int64_t neighbors, core_ross **ross);

/* The mutual information, in nats, of y and the binary variable that is 1 for
** model m exactly if bit m % 64 of ones[m / 64] is set. observed, of the same
** shape, marks the models that take part; NULL: all do. Bits beyond the last model
** are not looked at. 0 where either value has fewer than neighbors + 1 models;
** never negative. Does not depend, in a single bit, on the order of the models.
** Allocates nothing, but works in memory of *ross: one thread at a time. Polls where
** there are many models; a caller with many questions polls between them. */
coreset_status core_ross_information(coreset_context *context, core_ross *ross, const uint64_t *ones,
                                     const uint64_t *observed, double *information);

/* The same for many binary variables, bit for bit, where all models take part: their ones
** one after another, each filled up to whole words with zeros. Much faster. */
coreset_status core_ross_inform(coreset_context *context, core_ross *ross, const uint64_t *columns, size_t questions,
                                double *information);

#endif /* CORE_STATISTICS_ROSS_H */
