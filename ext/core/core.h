/*
** core.h: what the files of the numeric core share: failing, allocating,
** interrupting, and sums that are exact or nearly so.
**
** Nothing here is visible outside the library.
*/
#ifndef CORESET_CORE_H
#define CORESET_CORE_H

#include "coreset.h"

/* CORESET_INTERRUPTED, with its message, if the context's callback says so. */
coreset_status coreset_poll(coreset_context *context);

/* count objects of size bytes each, all zero; NULL with the message set when the
** product overflows or memory is refused. A count of 0 gives a unique pointer.
** The memory is aligned for any vector instruction. Release with coreset_free. */
void *coreset_allocate(coreset_context *context, size_t count, size_t size);

/* Makes *array, of elements of size bytes, hold at least need elements; *capacity
** grows by half at least. New elements are not initialised. */
coreset_status coreset_grow(coreset_context *context, void **array, size_t *capacity, size_t need, size_t size);

/* Completes what a user asked for: the default where a setting is not set or settings
** is NULL. Fails where a value is out of its option's range. complete: count of them. */
coreset_status coreset_settings_complete(coreset_context *context, const coreset_option *options, size_t count,
                                         const coreset_setting *settings, coreset_setting *complete);

/*
** Error-free sum (Knuth): returns the rounded sum of a and b; *error is what the
** rounding lost, exactly, unless the sum overflows.
*/
static inline double coreset_two_sum(double a, double b, double *error) {
  double sum = a + b;
  double b_part = sum - a;
  *error = (a - (sum - b_part)) + (b - b_part);
  return sum;
}

/* A running sum with its rounding errors carried along (Neumaier): as if computed
** with twice the digits. Start with {0, 0}. */
typedef struct coreset_sum {
  double high; /* the sum so far, rounded */
  double low;  /* what rounding lost */
} coreset_sum;

static inline void coreset_sum_add(coreset_sum *sum, double value) {
  double error;
  sum->high = coreset_two_sum(sum->high, value, &error);
  sum->low += error;
}

static inline double coreset_sum_value(const coreset_sum *sum) {
  return sum->high + sum->low;
}

#endif /* CORESET_CORE_H */
