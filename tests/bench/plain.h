/*
** plain.h: the selectors in plain loops over doubles, to compare speed with: no bits, no
** tables, no laziness, no vectors by hand.
*/
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include "statistics/field.h"

/* mRMR, MID with 3 neighbours, of binary answers x, question by question: picks questions. */
void plain_mrmr(const double *x, size_t models, size_t questions, size_t picks, size_t *chosen);

/* kriging_select, from its field. */
void plain_kriging(const core_field *field, const double *x, size_t picks, size_t *chosen);

/* The multiplications of plain_kriging's picks alone, one product of a matrix and a vector
** by OpenBLAS for each. */
void blas_pass(const core_field *field, size_t picks);

#endif /* BENCH_PLAIN_H */
