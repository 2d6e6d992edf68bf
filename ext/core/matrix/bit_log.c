/*
** bit_log.c: scores of at most two values, put down in bits as they come.
*/
#include "matrix/bit_log.h"

#define FIRST_QUESTIONS ((size_t)16)
#define FREE_BYTES ((size_t)64 << 20) /* however few the scores */
#define BYTES_PER_SCORE ((size_t)16)  /* what a list takes */

static size_t power_of_two(size_t least, size_t need) {
  while (least < need) least *= 2;
  return least;
}

/* Makes room for a model and a question; *possible is 0 where it would be too much. */
static coreset_status grow(coreset_context *context, core_bit_log *log, uint32_t model, uint32_t question,
                           int *possible) {
  size_t words = power_of_two(log->words == 0 ? 1 : log->words, (size_t)model / 64 + 1);
  size_t questions = power_of_two(log->questions == 0 ? FIRST_QUESTIONS : log->questions, (size_t)question + 1);
  core_bit_cells *cells;
  size_t w;
  *possible = words * questions <= (FREE_BYTES + BYTES_PER_SCORE * log->count) / sizeof(*cells);
  if (!*possible || (words == log->words && questions == log->questions)) return CORESET_OK;
  cells = core_allocate(context, words * questions, sizeof(*cells));
  if (cells == NULL) return CORESET_NO_MEMORY;
  for (w = 0; w < log->words; w++) {
    memcpy(cells + w * questions, log->cells + w * log->questions, log->questions * sizeof(*cells));
  }
  coreset_free(log->cells);
  log->cells = cells;
  log->words = words;
  log->questions = questions;
  return CORESET_OK;
}

coreset_status core_bit_log_prepare(coreset_context *context, core_bit_log *log, uint32_t model, uint32_t question,
                                    double score, int *possible) {
  coreset_status status;
  int place = 0;
  while (place < log->known && islessgreater(score, log->scores[place])) place++;
  *possible = !log->closed && place < 2;
  if (!*possible) return CORESET_OK;
  status = grow(context, log, model, question, possible);
  if (status != CORESET_OK || !*possible || place < log->known) return status;
  log->scores[place] = log->scores[1] = score;
  log->known++;
  return CORESET_OK;
}

coreset_status core_bit_log_spill(core_bit_log *log,
                                  coreset_status (*take)(void *data, uint32_t model, uint32_t question, double score),
                                  void *data) {
  coreset_status status = CORESET_OK;
  size_t i;
  for (i = 0; i < log->words * log->questions && status == CORESET_OK; i++) {
    uint64_t left = log->cells[i].observed;
    for (; left != 0 && status == CORESET_OK; left &= left - 1) {
      unsigned place = (unsigned)__builtin_ctzll(left);
      status = take(data, (uint32_t)(i / log->questions * 64 + place), (uint32_t)(i % log->questions),
                    log->scores[log->cells[i].second >> place & 1]);
    }
  }
  if (status != CORESET_OK) return status;
  core_bit_log_release(log);
  log->closed = 1;
  return CORESET_OK;
}

void core_bit_log_release(core_bit_log *log) {
  coreset_free(log->cells);
  memset(log, 0, sizeof(*log));
}
