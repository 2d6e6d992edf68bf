/*
** bit_log.c: scores of at most two values, recorded in bits as they come.
*/
#include "matrix/bit_log.h"

#define FIRST_QUESTIONS ((size_t)16)
#define FREE_BYTES ((size_t)64 << 20) /* however few the scores */
#define BYTES_PER_SCORE ((size_t)16)  /* what a list takes */

static size_t power_of_two(size_t least, size_t need) {
  while (least < need) least *= 2;
  return least;
}

coreset_status core_bit_log_prepare(coreset_context *context, core_bit_log *log, uint32_t model, uint32_t question,
                                    double score, int *possible) {
  int place = 0;
  while (place < log->known && islessgreater(score, log->scores[place])) place++;
  size_t words = power_of_two(log->words == 0 ? 1 : log->words, (size_t)model / 64 + 1);
  size_t questions = power_of_two(log->questions == 0 ? FIRST_QUESTIONS : log->questions, (size_t)question + 1);
  *possible = !log->closed && place < 2 &&
              words * questions <= (FREE_BYTES + BYTES_PER_SCORE * log->count) / sizeof(core_bit_cells);
  if (!*possible) return CORESET_OK;
  if (words > log->words || questions > log->questions) {
    core_bit_cells *cells = core_allocate(context, words * questions, sizeof(*cells));
    if (cells == NULL) return CORESET_NO_MEMORY;
    for (size_t w = 0; w < log->words; w++) {
      memcpy(cells + w * questions, log->cells + w * log->questions, log->questions * sizeof(*cells));
    }
    coreset_free(log->cells);
    log->cells = cells;
    log->words = words;
    log->questions = questions;
  }
  if (place < log->known) return CORESET_OK;
  log->scores[place] = log->scores[1] = score;
  log->known++;
  return CORESET_OK;
}

coreset_status core_bit_log_spill(coreset_context *context, core_bit_log *log, core_row_log *rows) {
  for (size_t i = 0; i < log->words * log->questions; i++) {
    for (uint64_t left = log->cells[i].observed; left != 0; left &= left - 1) {
      unsigned place = (unsigned)__builtin_ctzll(left);
      coreset_status status =
          core_row_log_add(context, rows, (uint32_t)(i / log->questions * 64 + place), (uint32_t)(i % log->questions),
                           log->scores[log->cells[i].second >> place & 1]);
      if (status != CORESET_OK) return status;
    }
  }
  core_bit_log_release(log);
  log->closed = 1;
  return CORESET_OK;
}

void core_bit_log_release(core_bit_log *log) {
  coreset_free(log->cells);
  *log = (core_bit_log){0};
}
