/*
** panel.h: products of matrices that lie in panels, with the widest instructions that this
** processor has.
**
** A panel is some columns of a matrix, CORE_PANEL of them, stored row by row.
*/
#ifndef CORE_NUMERIC_PANEL_H
#define CORE_NUMERIC_PANEL_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/cpu.h"

#define CORE_PANEL ((size_t)16) /* two of the widest vectors */

/* A matrix whose number (i, j) is at[i * along + j * across]. */
typedef struct core_left {
  const double *at;
  size_t along, across;
} core_left;

/* out += L^T P, where P and out are panels and out has height rows:
**
**     out[j][k] += L[i][j] P[i][k] for count numbers i, one after the other, and all j and k.
**
** i runs from 0, or over what is in rows. Each number is rounded after every multiplication and
** addition, in this order, so every way of adding gives the same bits. */
typedef void (*core_panel_adder)(double *out, core_left left, const double *panel, const uint32_t *rows, size_t count,
                                 size_t height);

/* The adder of a level that this processor has. */
core_panel_adder core_panel_adder_for(core_cpu level);

/* The adder to use. */
core_panel_adder core_choose_panel_adder(void);

#endif /* CORE_NUMERIC_PANEL_H */
