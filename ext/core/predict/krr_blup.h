/*
** krr_blup.h: what krr_blup.c and krr_blup_irt.c agree on.
*/
#ifndef CORE_PREDICT_KRR_BLUP_H
#define CORE_PREDICT_KRR_BLUP_H

#include <stddef.h>

/* q, the answers of a target for each source model: n / (6 max(M - 4, 1/2)). */
static inline double core_answer_ratio(size_t answers, size_t models) {
  double beyond = (double)models - 4;
  return (double)answers / (6 * (beyond > 0.5 ? beyond : 0.5));
}

#endif /* CORE_PREDICT_KRR_BLUP_H */
