/*
** mutual_information.h: how to name an estimator of mutual information.
**
** coreset_mutual_info() itself is declared in coreset.h.
*/
#ifndef CORE_STATISTICS_MUTUAL_INFORMATION_H
#define CORE_STATISTICS_MUTUAL_INFORMATION_H

#include "base/context.h"

#define CORE_DEFAULT_NEIGHBORS 3 /* k where the user says nothing */

/* The names of the estimators, indexed by coreset_estimator, then NULL. */
extern const char *const core_estimator_names[];

#endif /* CORE_STATISTICS_MUTUAL_INFORMATION_H */
