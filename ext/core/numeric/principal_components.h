/*
** principal_components.h: the directions in which the models of a table of scores differ most.
**
** X is a table of models x questions, fetched question by question, Xc the same less the mean of each
** row. Its first components, over models, are the leading eigenvectors of Xc Xc^T. What is computed
** here is an orthonormal basis U of the space that they span, the *axes*, and the *scores*
** U^T x_q of each question q, whose column is x_q. What is made of them must not depend on which
** basis it is.
**
** Everything runs in a fixed order of operations, so that selections may depend on it.
*/
#ifndef CORE_NUMERIC_PRINCIPAL_COMPONENTS_H
#define CORE_NUMERIC_PRINCIPAL_COMPONENTS_H

#include "base/memory.h"
#include "numeric/panel.h"

/* A table and its components. What has a number for each component lies in panels (panel.h): all
** that is of the first CORE_PANEL components, then all that is of the next. */
typedef struct core_components {
  size_t models, questions; /* size of the table */
  const void *table;        /* the table, which may change between calls; borrowed */
  void (*fetch)(const void *table, size_t question, double *column); /* copies models numbers */
  const double *origin; /* for each model a number near its mean, taken off so that digits are kept */
  size_t panels;        /* of components */
  double *axes;         /* panels x models rows: U */
  double *scores;       /* panels x questions rows: U^T (x_q - origin) */
  double *cross;        /* panels x models rows: sum over questions of (x_mq - origin_m) times scores */
  double *sum;          /* for each model the sum over questions of x_mq - origin_m */
  double *norm;         /* working memory: for each component */
  double *block;        /* working memory: some columns, less the origin */
  size_t block_size;    /* how many */
  core_panel_adder add; /* the way of adding */
} core_components;

/* Takes the arrays, from an arena whose status tells of a failure, for so many panels of components
** of a table: what is above panels is set. The axes are random numbers, always the
** same. */
void core_components_begin(coreset_context *context, core_arena *arena, size_t panels, core_components *components);

/* One step of block power iteration: Xc Xc^T U, made orthonormal. Where Xc has fewer dimensions than
** there are components the others become zero. Overwrites scores, cross and sum. */
coreset_status core_components_improve(coreset_context *context, core_components *components);

/* Computes the scores, and cross and sum over the cells that have a bit in observed, words 64-bit
** words for each question; NULL means all. */
coreset_status core_components_project(coreset_context *context, core_components *components, const uint64_t *observed,
                                       size_t words);

#endif /* CORE_NUMERIC_PRINCIPAL_COMPONENTS_H */
