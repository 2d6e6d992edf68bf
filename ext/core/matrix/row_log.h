/*
** row_log.h: scores recorded as they come, in 14 bytes each: what builder.c does with rows that
** bit_log.h cannot hold.
*/
#ifndef CORE_MATRIX_ROW_LOG_H
#define CORE_MATRIX_ROW_LOG_H

#include "base/memory.h"
#include "matrix/exact.h"

/* A block of the log: rows with a score. */
typedef struct core_row_block {
  struct core_row_block *next; /* the block begun before */
  uint32_t first_model;        /* that it can hold: a multiple of 2^16 */
  size_t count;                /* rows in use */
  size_t capacity;             /* room */
  double *scores;              /* theirs; the three arrays lie behind the block */
  uint32_t *questions;         /* in order of appearance */
  uint16_t *models;            /* in order of appearance, less first_model */
} core_row_block;

/* The log. All zero is an empty one. */
typedef struct core_row_log {
  core_row_block *newest; /* the blocks, from the newest on */
  core_row_block **open;  /* for every 2^16 models the block that is being filled, or NULL */
  size_t open_capacity;   /* room in open */
  core_spread spread;     /* of the scores */
} core_row_log;

/* Adds a row. */
coreset_status core_row_log_add(coreset_context *context, core_row_log *log, uint32_t model, uint32_t question,
                                double score);

/* How many rows there are. */
size_t core_row_log_count(const core_row_log *log);

/* Releases the rows; spread stays. */
void core_row_log_release(core_row_log *log);

#endif /* CORE_MATRIX_ROW_LOG_H */
