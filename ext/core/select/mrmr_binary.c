/*
** mrmr_binary.c: relevance and redundancy of binary questions.
**
** Relevance is Ross's estimate between the answers and the full scores (ross.c);
** redundancy is the mutual information of the 2 x 2 table of two questions
** (contingency.c), over the models that answered both.
**
** A table is four counts, and the same few tables come up again and again, so the
** values are kept in a cache that the counts index. It changes no result.
*/
#include "matrix/scores.h"
#include "numeric/bits.h"
#include "select/information.h"
#include "statistics/contingency.h"
#include "statistics/ross.h"

/* So many bits of a hash index the cache: half a megabyte, which a processor's second cache holds. */
#define CACHE_BITS 15

/* The multiplier of Fibonacci hashing: 2^64 divided by the golden ratio. */
#define HASH_MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)

/* One table whose value is known. */
typedef struct cached_table {
  uint64_t counts;    /* n, a, b and ab, 16 bits each; 0 for an empty entry, as n is never 0 */
  double information; /* the value */
} cached_table;

typedef struct binary_information {
  core_information base;        /* must be first */
  const coreset_scores *scores; /* borrowed */
  core_ross *ross;              /* prepared for the full scores */
  core_bit_counter count;       /* how to count bits here */
  uint32_t *ones;               /* for each question how many models have it right */
  double *relevance;            /* for each question; NULL where scores are missing */
  cached_table *cache;          /* 2^CACHE_BITS entries */
} binary_information;

static coreset_status binary_relevance(coreset_context *context, core_information *base, size_t question,
                                       double *nats) {
  binary_information *self = (binary_information *)base;
  if (self->relevance == NULL) {
    return core_ross_information(context, self->ross, core_ones_column(self->scores, question),
                                 core_observed_column(self->scores, question), nats);
  }
  *nats = self->relevance[question];
  return CORESET_OK;
}

/* The value of a table, from the cache where it can be there. */
static double table_information(binary_information *self, uint32_t n, uint32_t a, uint32_t b, uint32_t ab) {
  if (n > UINT16_MAX) return core_contingency_information(n, a, b, ab);
  uint64_t counts = (uint64_t)n << 48 | (uint64_t)a << 32 | (uint64_t)b << 16 | ab;
  cached_table *entry = &self->cache[counts * HASH_MULTIPLIER >> (64 - CACHE_BITS)];
  if (entry->counts != counts) {
    entry->counts = counts;
    entry->information = core_contingency_information(n, a, b, ab);
  }
  return entry->information;
}

static coreset_status binary_redundancy(coreset_context *context, core_information *base, size_t candidate,
                                        size_t chosen, double *nats) {
  binary_information *self = (binary_information *)base;
  (void)context;
  const coreset_scores *scores = self->scores;
  const uint64_t *x = core_ones_column(scores, candidate), *y = core_ones_column(scores, chosen);
  uint32_t both = (uint32_t)self->count(x, y, scores->words);
  if (scores->observed == NULL) {
    *nats = table_information(self, (uint32_t)scores->models, self->ones[candidate], self->ones[chosen], both);
    return CORESET_OK;
  }
  const uint64_t *x_observed = core_observed_column(scores, candidate);
  const uint64_t *y_observed = core_observed_column(scores, chosen);
  uint32_t n = (uint32_t)self->count(x_observed, y_observed, scores->words);
  uint32_t a = (uint32_t)self->count(x, y_observed, scores->words);
  uint32_t b = (uint32_t)self->count(x_observed, y, scores->words);
  *nats = n == 0 ? 0 : table_information(self, n, a, b, both);
  return CORESET_OK;
}

coreset_status core_binary_information_new(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                           int64_t neighbors, core_information **information) {
  binary_information *self = core_take(context, arena, 1, sizeof(*self));
  if (self == NULL) return arena->status;
  *information = &self->base;
  self->base = (core_information){.relevance = binary_relevance, .redundancy = binary_redundancy};
  self->scores = scores;
  self->count = core_choose_bit_counter();
  self->ones = core_take(context, arena, scores->questions, sizeof(uint32_t));
  self->cache = core_take(context, arena, (size_t)1 << CACHE_BITS, sizeof(cached_table));
  if (scores->observed == NULL) self->relevance = core_take(context, arena, scores->questions, sizeof(double));
  coreset_status status = core_ross_prepare(context, arena, scores->total, scores->models, neighbors, &self->ross);
  if (status != CORESET_OK) return status;
  for (size_t q = 0; q < scores->questions; q++) {
    const uint64_t *column = core_ones_column(scores, q);
    self->ones[q] = (uint32_t)self->count(column, column, scores->words);
  }
  if (self->relevance == NULL) return CORESET_OK;
  return core_ross_inform(context, self->ross, scores->ones, scores->questions, self->relevance);
}
