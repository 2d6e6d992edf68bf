/*
** digamma.h: the digamma function at positive integers, as a table.
**
** The neighbour-based estimators of mutual information need psi(n) for the counts
** n they meet, which are at most the number of models.
*/
#ifndef CORE_NUMERIC_DIGAMMA_H
#define CORE_NUMERIC_DIGAMMA_H

#include "base/memory.h"

/* Makes a table of largest + 1 doubles: (*table)[n] = psi(n) for n from 1 to
** largest, rounded correctly but for a rare last bit; (*table)[0] is 0 and means
** nothing. It belongs to the arena. */
coreset_status core_digamma_table(coreset_context *context, core_arena *arena, size_t largest, double **table);

#endif /* CORE_NUMERIC_DIGAMMA_H */
