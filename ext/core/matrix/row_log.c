/*
** row_log.c: scores recorded as they come.
**
** A row takes 14 bytes: its score, its question in 32 bits, and of its model the lower 16 bits,
** since the rows of one block are of 2^16 models at most. Blocks grow up to a size at which they
** take large pages, and no row is ever moved.
*/
#include "matrix/row_log.h"

#define FIRST_ROWS ((size_t)1024)     /* rows of the first block; each next one has twice as many, */
#define LARGEST_ROWS ((size_t)299000) /* up to this: just below two large pages (base/memory.c) */
#define BYTES_PER_ROW (sizeof(double) + sizeof(uint32_t) + sizeof(uint16_t))
#define BLOCK_MODELS ((uint32_t)1 << 16) /* models that the rows of a block tell apart */

/* Begins the block for the rows of a model. */
static coreset_status begin_block(coreset_context *context, core_row_log *log, uint32_t model) {
  size_t place = model / BLOCK_MODELS, known = log->open_capacity, capacity = FIRST_ROWS;
  coreset_status status =
      core_grow(context, (void **)&log->open, &log->open_capacity, place + 1, sizeof(core_row_block *));
  if (status != CORESET_OK) return status;
  for (; known < log->open_capacity; known++) log->open[known] = NULL;
  if (log->open[place] != NULL) capacity = 2 * log->open[place]->capacity;
  if (capacity > LARGEST_ROWS) capacity = LARGEST_ROWS;
  core_row_block *block = core_allocate(context, 1, sizeof(*block) + capacity * BYTES_PER_ROW);
  if (block == NULL) return CORESET_NO_MEMORY;
  block->capacity = capacity;
  block->scores = (double *)(block + 1);
  block->questions = (uint32_t *)(block->scores + capacity);
  block->models = (uint16_t *)(block->questions + capacity);
  block->first_model = (uint32_t)place * BLOCK_MODELS;
  block->next = log->newest;
  log->newest = log->open[place] = block;
  return CORESET_OK;
}

coreset_status core_row_log_add(coreset_context *context, core_row_log *log, uint32_t model, uint32_t question,
                                double score) {
  size_t place = model / BLOCK_MODELS;
  core_row_block *block = place < log->open_capacity ? log->open[place] : NULL;
  if (block == NULL || block->count == block->capacity) {
    coreset_status status = begin_block(context, log, model);
    if (status != CORESET_OK) return status;
    block = log->newest;
  }
  block->scores[block->count] = score;
  block->questions[block->count] = question;
  block->models[block->count++] = (uint16_t)(model % BLOCK_MODELS);
  core_spread_add(&log->spread, score);
  return CORESET_OK;
}

size_t core_row_log_count(const core_row_log *log) {
  size_t count = 0;
  for (const core_row_block *block = log->newest; block != NULL; block = block->next) count += block->count;
  return count;
}

void core_row_log_release(core_row_log *log) {
  while (log->newest != NULL) {
    core_row_block *next = log->newest->next;
    coreset_free(log->newest);
    log->newest = next;
  }
  coreset_free(log->open);
  log->open = NULL;
  log->open_capacity = 0;
}
