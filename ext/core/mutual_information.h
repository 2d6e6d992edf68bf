/*
** mutual_information.h: how to name an estimator of mutual information.
**
** coreset_mutual_info() itself is declared in coreset.h.
*/
#ifndef CORESET_MUTUAL_INFORMATION_H
#define CORESET_MUTUAL_INFORMATION_H

#include "core.h"

#define CORESET_DEFAULT_NEIGHBORS 3

/* The names of the estimators, indexed by coreset_estimator, then NULL. */
extern const char *const coreset_estimator_names[];

#endif /* CORESET_MUTUAL_INFORMATION_H */
