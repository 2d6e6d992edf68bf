/*
** krr_blup.h: what krr_blup.c and krr_blup_irt.c agree on.
*/
#ifndef CORESET_KRR_BLUP_H
#define CORESET_KRR_BLUP_H

#include <stddef.h>

/* q, the answers of a target for each source model: n / (6 max(M - 4, 1/2)). */
static inline double coreset_answer_ratio(size_t answers, size_t models) {
  double beyond = (double)models - 4;
  return (double)answers / (6 * (beyond > 0.5 ? beyond : 0.5));
}

#endif /* CORESET_KRR_BLUP_H */
