/*
** next.h: whether questions can be chosen by a model's answers so far.
*/
#ifndef CORE_PREDICT_NEXT_H
#define CORE_PREDICT_NEXT_H

#include "matrix/scores.h"

/* *fits: whether item curves describe the benchmark well enough, as next.c says. */
coreset_status core_next_fits(coreset_context *context, const coreset_scores *scores, int *fits);

#endif /* CORE_PREDICT_NEXT_H */
