/*
** sorting.c: sorting numbers and pairs of them, and ranks.
**
** The sort is a merge sort, because it counts exchanges on the way (Knight 1966, for
** Kendall's tau), never takes quadratic time, and, unlike qsort() of the C library,
** takes its memory where allocations can be refused and can be interrupted.
*/
#include "numeric/sorting.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

#define SHORT_RUN ((size_t)16)       /* runs up to this long are sorted by insertion */
#define POLLED_RUN ((size_t)1 << 16) /* merges at least this long are worth a poll */

/* Whether a must come before b. */
static inline int comes_before(const coreset_pair *a, const coreset_pair *b) {
  return a->x < b->x || (a->x == b->x && a->y < b->y);
}

/* Merges the sorted pairs before middle with the sorted ones from middle on. scratch
** has room for the former. Returns the number of exchanges: a pair from the right
** part passes all pairs of the left part that are not placed yet. */
static uint64_t merge(coreset_pair *pairs, size_t middle, size_t count, coreset_pair *scratch) {
  uint64_t exchanges = 0;
  size_t left = 0, right = middle, out = 0;
  memcpy(scratch, pairs, middle * sizeof(*pairs));
  while (left < middle && right < count) {
    if (comes_before(&pairs[right], &scratch[left])) {
      exchanges += middle - left;
      pairs[out++] = pairs[right++];
    } else {
      pairs[out++] = scratch[left++];
    }
  }
  memcpy(pairs + out, scratch + left, (middle - left) * sizeof(*pairs));
  return exchanges;
}

/* Sorts count pairs, with room for half of them in scratch, and adds to *exchanges.
** The depth of recursion is the logarithm of count. */
static coreset_status sort_part(coreset_context *context, coreset_pair *pairs, size_t count, coreset_pair *scratch,
                                uint64_t *exchanges) {
  size_t middle = count / 2;
  if (count <= SHORT_RUN) {
    for (size_t i = 1; i < count; i++) {
      coreset_pair moved = pairs[i];
      size_t j = i;
      for (; j > 0 && comes_before(&moved, &pairs[j - 1]); j--) pairs[j] = pairs[j - 1];
      pairs[j] = moved;
      *exchanges += i - j;
    }
    return CORESET_OK;
  }
  coreset_status status = sort_part(context, pairs, middle, scratch, exchanges);
  if (status == CORESET_OK) status = sort_part(context, pairs + middle, count - middle, scratch, exchanges);
  if (status == CORESET_OK && count >= POLLED_RUN) status = core_poll(context);
  if (status != CORESET_OK) return status;
  /* often sorted already: tables are stored in some order */
  if (comes_before(&pairs[middle], &pairs[middle - 1])) *exchanges += merge(pairs, middle, count, scratch);
  return CORESET_OK;
}

coreset_status core_sort_pairs(coreset_context *context, coreset_pair *pairs, size_t count, uint64_t *exchanges) {
  uint64_t counted = 0;
  core_arena scratch = {0};
  coreset_pair *half = core_take(context, &scratch, count / 2, sizeof(*half));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = sort_part(context, pairs, count, half, &counted);
  core_release(&scratch);
  if (exchanges != NULL) *exchanges = counted;
  return status;
}

coreset_status core_argsort(coreset_context *context, const double *values, size_t count, uint32_t *order) {
  core_arena scratch = {0};
  coreset_pair *pairs = core_take(context, &scratch, count, sizeof(*pairs));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) pairs[i] = (coreset_pair){values[i], (double)i};
  if (status == CORESET_OK) status = core_sort_pairs(context, pairs, count, NULL);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) order[i] = (uint32_t)pairs[i].y;
  core_release(&scratch);
  return status;
}

coreset_status core_order_pairs(coreset_context *context, coreset_pair *pairs, size_t count) {
  if (count > UINT32_MAX) return core_fail(context, CORESET_ERROR, "more than 4294967295 pairs");
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(pairs[i].x) || !isfinite(pairs[i].y)) {
      return core_fail(context, CORESET_ERROR, "the values of a pair must be finite, got %g and %g", pairs[i].x,
                       pairs[i].y);
    }
    /* equal values must be the same bits, or the order of equal pairs could show */
    pairs[i].x += 0.0;
    pairs[i].y += 0.0;
  }
  return core_sort_pairs(context, pairs, count, NULL);
}

void core_swap_pairs(coreset_pair *pairs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double x = pairs[i].x;
    pairs[i].x = pairs[i].y;
    pairs[i].y = x;
  }
}

void core_rank_sorted(coreset_pair *pairs, size_t count) {
  for (size_t start = 0, end; start < count; start = end) {
    for (end = start + 1; end < count && pairs[end].x == pairs[start].x;) end++;
    /* ranks start + 1 to end, twice their average is start + 1 + end */
    double rank = (double)(start + end) - (double)count;
    for (size_t i = start; i < end; i++) pairs[i].x = rank;
  }
}
