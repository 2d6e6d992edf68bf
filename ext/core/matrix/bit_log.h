/*
** bit_log.h: scores of at most two values, recorded in bits as they come.
**
** Most benchmarks are of right and wrong answers, each once. As long as that is so, a
** row needs no more than its two bits, at the place of its model and question in order
** of appearance: whether there is a score, and which of the two. The bits are few enough
** to stay in cache, in whatever order rows come.
*/
#ifndef CORE_MATRIX_BIT_LOG_H
#define CORE_MATRIX_BIT_LOG_H

#include <math.h>

#include "base/bytes.h"
#include "matrix/row_log.h"

/* 64 models on one question. */
typedef struct core_bit_cells {
  uint64_t observed; /* who has a score */
  uint64_t second;   /* whose score is the second of the two values */
} core_bit_cells;

/* The log. All zero is an empty one. */
typedef struct core_bit_log {
  double scores[2];      /* the values, in order of appearance; while there is one, twice the same */
  int known;             /* how many values: 0, 1, 2 */
  size_t words;          /* room for 64 times as many models; a power of two */
  size_t questions;      /* room; a power of two */
  core_bit_cells *cells; /* for each word its questions: rows by model and rows by question are both near */
  uint64_t count;        /* scores so far */
  int closed;            /* it cannot take what came: it is empty and stays so */
} core_bit_log;

/* Takes a score and returns 1; or returns 0, where there is no room, the value is not one of
** those known, or the cell has a score. Bits are compared in the place of numbers, which compilers
** compare with a branch that nobody can predict. */
static inline int core_bit_log_take(core_bit_log *log, uint32_t model, uint32_t question, double score) {
  uint64_t second = core_bits_of(score) != core_bits_of(log->scores[0]);
  uint64_t bit = (uint64_t)1 << (model % 64);
  if (core_bits_of(score) != core_bits_of(log->scores[second])) return 0;
  if (model / 64 >= log->words || question >= log->questions) return 0;
  core_bit_cells *cells = &log->cells[model / 64 * log->questions + question];
  if (cells->observed & bit) return 0;
  cells->observed |= bit;
  cells->second |= second << (model % 64);
  log->count++;
  return 1;
}

/* Prepares for a score that was not taken: makes room, learns its value. Afterwards only a
** cell that has a score is an obstacle, or *possible is 0: a third value, or so few scores
** among so many models and questions that a list of them is smaller. */
coreset_status core_bit_log_prepare(coreset_context *context, core_bit_log *log, uint32_t model, uint32_t question,
                                    double score, int *possible);

/* Moves all scores to rows, in any order, and closes the log. */
coreset_status core_bit_log_spill(coreset_context *context, core_bit_log *log, core_row_log *rows);

void core_bit_log_release(core_bit_log *log);

#endif /* CORE_MATRIX_BIT_LOG_H */
