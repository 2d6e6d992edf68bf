/*
** ross.c: mutual information of a binary variable and a continuous one.
**
** Formula (B. C. Ross, "Mutual Information between Discrete and Continuous Data
** Sets", PLoS ONE 9(2): e87357, 2014; as used in the published program,
** design/numerics.md). For M models with values y_i, n_0 and n_1 of them in the two
** classes, and k neighbors:
**
**     d_i = the (k+1)-th smallest |y_j - y_i| over the models j in the class of i,
**           i itself included
**     m_i = how many models j of both classes, i itself included,
**           have |y_j - y_i| < d_i;  where d_i = 0, how many have y_j = y_i
**     I   = psi(M) - (n_0 psi(n_0) + n_1 psi(n_1)) / M + psi(k) - mean of psi(m_i)
**
** clamped at 0, and 0 where a class has fewer than k + 1 models.
**
** Ties decide much here: in scores that are fractions with one denominator, most
** distances have equals, and rounding would count them now as nearer, now as not. So
** distances that differ by no more than the rounding of the values count as equal,
** and both conditions on m_i become
**
**     |y_j - y_i| <= max(d_i - e, e),    e = 1e-15 (|y_i| + d_i)
**
** which is twice what rounding can do (the published program, whose values lie in
** [0, 1], takes 1e-15 off d_i). For integer y below 2e14, such as numbers of correct
** answers, that is the definition exactly; and the fractions of correct answers give
** the same result as the numbers.
**
** Computing it. Models are sorted by y once. The k nearest of a class and the model
** itself are k + 1 neighbours in the sorted class, a window that only moves up with
** i. The models nearer than d_i are neighbours in the whole sorted list; both ends
** of that stretch move up with i too, because d_i changes by no more than y_i does.
** So all the m_i take one pass. (Rounding may move an end back by a place or two;
** each is found by walking either way.)
**
** The m_i are integers from 1 to M. They are counted by value, and the mean is summed
** over the values in increasing order: so the order of models with equal y, which
** depends on how models are numbered, cannot change the result.
*/
#include "ross.h"

#include <math.h>

#include "digamma.h"
#include "rank.h"

#define ROUNDING 1e-15 /* of values: a relative difference that means nothing */

struct coreset_ross {
  size_t models;      /* M */
  size_t neighbors;   /* k; at most M, more makes no difference */
  double *sorted;     /* M values of y in increasing order */
  uint32_t *order;    /* the model each of them belongs to */
  double *digamma;    /* psi(n) for n up to M */
  double *observed;   /* scratch: the sorted values that take part, room for M */
  double *classes[2]; /* scratch: the same for the models of each class */
  uint32_t *tally;    /* scratch: tally[m] models have m_i = m, for m up to M; all 0 between calls */
};

/* Fills ross->sorted and ross->order. */
static coreset_status sort_values(coreset_context *context, coreset_ross *ross, const double *y) {
  coreset_status status;
  coreset_pair *pairs = coreset_allocate(context, ross->models, sizeof(*pairs));
  if (pairs == NULL) return CORESET_NO_MEMORY;
  for (size_t model = 0; model < ross->models; model++) {
    pairs[model].x = y[model];
    pairs[model].y = (double)model;
  }
  status = coreset_sort_pairs(context, pairs, ross->models, NULL);
  for (size_t place = 0; status == CORESET_OK && place < ross->models; place++) {
    ross->sorted[place] = pairs[place].x;
    ross->order[place] = (uint32_t)pairs[place].y;
  }
  coreset_free(pairs);
  return status;
}

coreset_status coreset_ross_prepare(coreset_context *context, const double *y, size_t models, int64_t neighbors,
                                    coreset_ross **result) {
  coreset_status status = CORESET_NO_MEMORY;
  coreset_ross *ross = NULL;
  *result = NULL;
  if (neighbors < 1) {
    return coreset_fail(context, CORESET_ERROR, "neighbors must be at least 1, got %lld", (long long)neighbors);
  }
  if (models >= UINT32_MAX) return coreset_fail(context, CORESET_ERROR, "more than 4294967294 models");
  ross = coreset_allocate(context, 1, sizeof(*ross));
  if (ross == NULL) return CORESET_NO_MEMORY;
  ross->models = models;
  ross->neighbors = (uint64_t)neighbors < models ? (size_t)neighbors : models;
  ross->sorted = coreset_allocate(context, models, sizeof(*ross->sorted));
  if (ross->sorted == NULL) goto done;
  ross->order = coreset_allocate(context, models, sizeof(*ross->order));
  if (ross->order == NULL) goto done;
  ross->observed = coreset_allocate(context, models, sizeof(*ross->observed));
  if (ross->observed == NULL) goto done;
  ross->classes[0] = coreset_allocate(context, models, sizeof(*ross->classes[0]));
  if (ross->classes[0] == NULL) goto done;
  ross->classes[1] = coreset_allocate(context, models, sizeof(*ross->classes[1]));
  if (ross->classes[1] == NULL) goto done;
  ross->tally = coreset_allocate(context, models + 1, sizeof(*ross->tally));
  if (ross->tally == NULL) goto done;
  status = coreset_digamma_table(context, models, &ross->digamma);
  if (status == CORESET_OK) status = sort_values(context, ross, y);

done:
  if (status == CORESET_OK) {
    *result = ross;
  } else {
    coreset_ross_free(ross);
  }
  return status;
}

void coreset_ross_free(coreset_ross *ross) {
  if (ross == NULL) return;
  coreset_free(ross->sorted);
  coreset_free(ross->order);
  coreset_free(ross->digamma);
  coreset_free(ross->observed);
  coreset_free(ross->classes[0]);
  coreset_free(ross->classes[1]);
  coreset_free(ross->tally);
  coreset_free(ross);
}

/* Whether the bit of a model is set. */
static inline unsigned int bit_of(const uint64_t *plane, uint32_t model) {
  return (unsigned int)(plane[model / 64] >> (model % 64)) & 1u;
}

/* Distributes the sorted values over the classes, counts[c] of them to class c, and
** returns the list of all that take part. */
static const double *split(coreset_ross *ross, const uint64_t *ones, const uint64_t *observed, size_t counts[2]) {
  size_t total = 0;
  double *zero_end = ross->classes[0], *one_end = ross->classes[1];
  for (size_t place = 0; place < ross->models; place++) {
    uint32_t model = ross->order[place];
    unsigned int is_one;
    if (observed != NULL && !bit_of(observed, model)) continue;
    is_one = bit_of(ones, model);
    /* written to both, kept in one: bits are unpredictable, branches on them slow */
    *zero_end = *one_end = ross->sorted[place];
    zero_end += 1u - is_one;
    one_end += is_one;
    if (observed != NULL) ross->observed[total++] = ross->sorted[place];
  }
  counts[0] = (size_t)(zero_end - ross->classes[0]);
  counts[1] = (size_t)(one_end - ross->classes[1]);
  return observed != NULL ? ross->observed : ross->sorted;
}

/* Adds the m_i of all models of one class to the tally. members: the sorted values of
** the class, count > k of them; all: those of everyone, total of them. */
static void tally_class(coreset_ross *ross, const double *members, size_t count, const double *all, size_t total) {
  size_t k = ross->neighbors;
  size_t window = 0;         /* the nearest are members[window] to members[window + k] */
  size_t first = 0, end = 0; /* the counted are all[first] to all[end - 1] */
  for (size_t i = 0; i < count; i++) {
    double y = members[i], below, above, radius, tolerance, limit;
    if (i > 0 && y == members[i - 1]) { /* same neighbours */
      ross->tally[end - first]++;
      continue;
    }
    while (window + k + 1 < count && members[window + k + 1] - y < y - members[window]) window++;
    below = y - members[window];
    above = members[window + k] - y;
    radius = below > above ? below : above;
    tolerance = ROUNDING * (fabs(y) + radius);
    limit = radius - tolerance > tolerance ? radius - tolerance : tolerance;
    while (first > 0 && y - all[first - 1] <= limit) first--;
    while (y - all[first] > limit) first++;
    while (end > 0 && all[end - 1] - y > limit) end--;
    while (end < total && all[end] - y <= limit) end++;
    ross->tally[end - first]++;
  }
}

/* The mean of psi(m_i) over all models; clears the tally. */
static double mean_digamma(coreset_ross *ross, size_t total) {
  coreset_sum sum = {0.0, 0.0};
  for (size_t m = 1; m <= total; m++) {
    if (ross->tally[m] == 0) continue;
    coreset_sum_add(&sum, (double)ross->tally[m] * ross->digamma[m]);
    ross->tally[m] = 0;
  }
  return coreset_sum_value(&sum) / (double)total;
}

double coreset_ross_information(coreset_ross *ross, const uint64_t *ones, const uint64_t *observed) {
  size_t counts[2], total;
  const double *psi = ross->digamma;
  const double *all = split(ross, ones, observed, counts);
  double weighted, information;
  if (counts[0] <= ross->neighbors || counts[1] <= ross->neighbors) return 0.0;
  total = counts[0] + counts[1];
  tally_class(ross, ross->classes[0], counts[0], all, total);
  tally_class(ross, ross->classes[1], counts[1], all, total);
  weighted = (double)counts[0] * psi[counts[0]] + (double)counts[1] * psi[counts[1]];
  information = psi[total] - weighted / (double)total + psi[ross->neighbors] - mean_digamma(ross, total);
  return information > 0.0 ? information : 0.0;
}
