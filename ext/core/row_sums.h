/*
** row_sums.h: adding multiples of rows to a row, with the widest instructions that this
** processor has.
*/
#ifndef CORESET_ROW_SUMS_H
#define CORESET_ROW_SUMS_H

#include <stddef.h>

/* out[i] += factors[0] rows[0][i], then factors[1] rows[1][i] and so on, for all i from start
** to start + count - 1. Each number is rounded after every multiplication and addition, in
** this order, so every way of adding gives the same bits. */
typedef void (*coreset_row_adder)(double *out, const double *const *rows, const double *factors, size_t row_count,
                                  size_t start, size_t count);

/* A way of adding. */
typedef struct coreset_row_sums_path {
  const char *name;      /* of the instructions */
  coreset_row_adder add; /* how */
} coreset_row_sums_path;

/* The ways that work on this processor, the best one last: there is at least one. */
size_t coreset_row_sums_paths(coreset_row_sums_path paths[3]);

/* The best one. */
coreset_row_adder coreset_choose_row_adder(void);

#endif /* CORESET_ROW_SUMS_H */
