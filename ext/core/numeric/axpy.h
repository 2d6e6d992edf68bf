/*
** axpy.h: adding multiples of rows to a row, with the widest instructions that this
** processor has.
*/
#ifndef CORE_NUMERIC_AXPY_H
#define CORE_NUMERIC_AXPY_H

#include <stddef.h>

#include "numeric/cpu.h"

/* out[i] += factors[0] rows[0][i], then factors[1] rows[1][i] and so on, for all i from start
** to start + count - 1. Each number is rounded after every multiplication and addition, in
** this order, so every way of adding gives the same bits. */
typedef void (*core_row_adder)(double *out, const double *const *rows, const double *factors, size_t row_count,
                               size_t start, size_t count);

/* The adder of a level that this processor has. */
core_row_adder core_row_adder_for(core_cpu level);

/* The adder to use. */
core_row_adder core_choose_row_adder(void);

#endif /* CORE_NUMERIC_AXPY_H */
