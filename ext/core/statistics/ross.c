/*
** ross.c: mutual information of a binary variable and a continuous one.
**
** Formula (B. C. Ross, "Mutual Information between Discrete and Continuous Data
** Sets", PLoS ONE 9(2): e87357, 2014; as used in the published program). For M models
** with values y_i, n_0 and n_1 of them in the two classes, and k neighbors:
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
** distances that differ by no more than the rounding of the values count as equal, and both
** conditions on m_i become
**
**     |y_j - y_i| <= max(d_i - e_i, e_i),    e_i = 2^-48 max(|y_i| + d_i, |Q1|, |Q3|, Q3 - Q1)
**
** with the quartiles Q1 and Q3 of all values (rounding.h; the published program, whose values lie
** in [0, 1], takes 1e-15 off d_i). The quartiles stand for what values near zero have in common
** with the others: a constant may have brought them there. Values that leave digits unused, such as
** numbers of correct answers, are not rounded: e_i is 2^-50 of their range, less than any
** difference between two distances, and that is the definition exactly. The fractions of correct
** answers give the same result as the numbers.
**
** Computing it. Models are sorted by y once. The k nearest of a class and the model
** itself are k + 1 neighbours in the sorted class, a window that only moves up with
** i. The models nearer than d_i are neighbours in the whole sorted list; both ends
** of that stretch move up with i too, because d_i changes by no more than y_i does.
** So all the m_i take one pass. (Rounding may move an end back by a place or two;
** each is found by walking either way.)
**
** Many questions at once. Where no score is missing, the order of the other models by
** distance from model i is the same for all questions, and so is the m_i that each of them
** would lead to as the k-th of the class. Both are listed once. Then 64 questions go down the
** list together, a bit each, counting models of the class of i up to k.
**
** The m_i are integers from 1 to M. They are counted by value, and the mean is summed
** over the values in increasing order: so the order of models with equal y, which
** depends on how models are numbered, cannot change the result.
*/
#include "statistics/ross.h"

#include <math.h>
#include <string.h>

#include "numeric/bits.h"
#include "numeric/digamma.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"
#include "statistics/mutual_information.h"
#include "statistics/rounding.h"

#define EXACT_ROUNDING 0x1p-50            /* of the range: less than any difference of values not rounded */
#define LISTED_MODELS 4096                /* lists of all neighbours of more models would be too long */
#define COUNTED_NEIGHBORS 16              /* k up to which questions go down the lists together */
#define POLL_INTERVAL 256                 /* models or questions between two polls */
#define MODELS_PER_POLL ((size_t)1 << 16) /* the same in a single question, where a model takes little */

struct core_ross {
  size_t models;      /* M */
  size_t neighbors;   /* k; at most M, more makes no difference */
  double relative;    /* e_i is the larger of this times |y_i| + d_i */
  double fixed;       /* and this */
  double *sorted;     /* M values of y in increasing order */
  uint32_t *order;    /* the model each of them belongs to */
  double *digamma;    /* psi(n) for n up to M */
  double *observed;   /* scratch: the sorted values that take part, room for M */
  double *classes[2]; /* scratch: the same for the models of each class */
  uint32_t *tally;    /* scratch: tally[m] models have m_i = m, for m up to M; all 0 between calls */
};

/* Sets what e_i is made of. */
static void choose_tolerance(core_ross *ross) {
  const double *sorted = ross->sorted;
  size_t last = ross->models - 1, quarter = ross->models / 4;
  if (ross->models == 0) return;
  double magnitude = fmax(fabs(sorted[0]), fabs(sorted[last]));
  if (core_leave_digits_unused(sorted, ross->models, magnitude)) {
    ross->fixed = EXACT_ROUNDING * (sorted[last] - sorted[0]);
    return;
  }
  double low = sorted[quarter], high = sorted[last - quarter];
  ross->relative = CORE_ROUNDING;
  ross->fixed = CORE_ROUNDING * fmax(high - low, fmax(fabs(low), fabs(high)));
}

coreset_status core_ross_prepare(coreset_context *context, core_arena *arena, const double *y, size_t models,
                                 int64_t neighbors, core_ross **result) {
  *result = NULL;
  if (neighbors < 1) {
    return core_fail(context, CORESET_ERROR, "neighbors must be at least 1, got %lld", (long long)neighbors);
  }
  if (models >= UINT32_MAX) return core_fail(context, CORESET_ERROR, "more than 4294967294 models");
  core_ross *ross = core_take(context, arena, 1, sizeof(*ross));
  if (ross == NULL) return arena->status;
  ross->models = models;
  ross->neighbors = (uint64_t)neighbors < models ? (size_t)neighbors : models;
  ross->sorted = core_take(context, arena, models, sizeof(*ross->sorted));
  ross->order = core_take(context, arena, models, sizeof(*ross->order));
  ross->observed = core_take(context, arena, models, sizeof(*ross->observed));
  ross->classes[0] = core_take(context, arena, models, sizeof(*ross->classes[0]));
  ross->classes[1] = core_take(context, arena, models, sizeof(*ross->classes[1]));
  ross->tally = core_take(context, arena, models + 1, sizeof(*ross->tally));
  coreset_status status = core_digamma_table(context, arena, models, &ross->digamma);
  if (status == CORESET_OK) status = core_argsort(context, y, models, ross->order);
  if (status != CORESET_OK) return status;
  for (size_t place = 0; place < models; place++) ross->sorted[place] = y[ross->order[place]];
  choose_tolerance(ross);
  *result = ross;
  return CORESET_OK;
}

/* Whether the bit of a model is set. */
static inline unsigned int bit_of(const uint64_t *plane, uint32_t model) {
  return (unsigned int)(plane[model / 64] >> (model % 64)) & 1u;
}

/* Distributes the sorted values over the classes, counts[c] of them to class c; *all is the list
** of all that take part. */
static coreset_status split(coreset_context *context, core_ross *ross, const uint64_t *ones, const uint64_t *observed,
                            size_t counts[2], const double **all) {
  size_t total = 0;
  double *zero_end = ross->classes[0], *one_end = ross->classes[1];
  coreset_status status = CORESET_OK;
  for (size_t place = 0; place < ross->models && status == CORESET_OK; place++) {
    uint32_t model = ross->order[place];
    status = core_poll_every(context, MODELS_PER_POLL);
    if (observed != NULL && !bit_of(observed, model)) continue;
    unsigned int is_one = bit_of(ones, model);
    /* written to both, kept in one: bits are unpredictable, branches on them slow */
    *zero_end = *one_end = ross->sorted[place];
    zero_end += 1u - is_one;
    one_end += is_one;
    if (observed != NULL) ross->observed[total++] = ross->sorted[place];
  }
  counts[0] = (size_t)(zero_end - ross->classes[0]);
  counts[1] = (size_t)(one_end - ross->classes[1]);
  *all = observed != NULL ? ross->observed : ross->sorted;
  return status;
}

/* How far from y models are counted whose k-th neighbour is at the radius. */
static inline double limit_of(const core_ross *ross, double y, double radius) {
  double relative = ross->relative * (fabs(y) + radius);
  double tolerance = relative > ross->fixed ? relative : ross->fixed;
  return radius - tolerance > tolerance ? radius - tolerance : tolerance;
}

/* Adds the m_i of all models of one class to the tally. members: the sorted values of
** the class, count > k of them; all: those of everyone, total of them. */
static coreset_status tally_class(coreset_context *context, core_ross *ross, const double *members, size_t count,
                                  const double *all, size_t total) {
  size_t k = ross->neighbors;
  coreset_status status = CORESET_OK;
  size_t window = 0;         /* the nearest are members[window] to members[window + k] */
  size_t first = 0, end = 0; /* the counted are all[first] to all[end - 1] */
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    double y = members[i];
    status = core_poll_every(context, MODELS_PER_POLL);
    if (i > 0 && y == members[i - 1]) { /* same neighbours */
      ross->tally[end - first]++;
      continue;
    }
    while (window + k + 1 < count && members[window + k + 1] - y < y - members[window]) window++;
    double below = y - members[window], above = members[window + k] - y;
    double limit = limit_of(ross, y, below > above ? below : above);
    while (first > 0 && y - all[first - 1] <= limit) first--;
    while (y - all[first] > limit) first++;
    while (end > 0 && all[end - 1] - y > limit) end--;
    while (end < total && all[end] - y <= limit) end++;
    ross->tally[end - first]++;
  }
  return status;
}

/* The information of a tally whose m_i are at most largest; clears it. */
static double tallied_information(const core_ross *ross, uint32_t *tally, size_t largest, const size_t counts[2]) {
  const double *psi = ross->digamma;
  double total = (double)(counts[0] + counts[1]);
  core_sum sum = {0.0, 0.0};
  for (size_t m = 1; m <= largest; m++) {
    if (tally[m] == 0) continue;
    core_sum_add(&sum, (double)tally[m] * psi[m]);
    tally[m] = 0;
  }
  double weighted = (double)counts[0] * psi[counts[0]] + (double)counts[1] * psi[counts[1]];
  double prior = psi[counts[0] + counts[1]] - weighted / total + psi[ross->neighbors];
  double information = prior - core_sum_value(&sum) / total;
  return information > 0.0 ? information : 0.0;
}

coreset_status core_ross_information(coreset_context *context, core_ross *ross, const uint64_t *ones,
                                     const uint64_t *observed, double *information) {
  size_t counts[2];
  const double *all;
  *information = 0.0;
  coreset_status status = split(context, ross, ones, observed, counts, &all);
  if (status != CORESET_OK || counts[0] <= ross->neighbors || counts[1] <= ross->neighbors) return status;
  size_t total = counts[0] + counts[1];
  status = tally_class(context, ross, ross->classes[0], counts[0], all, total);
  if (status == CORESET_OK) status = tally_class(context, ross, ross->classes[1], counts[1], all, total);
  double estimate = tallied_information(ross, ross->tally, total, counts); /* leaves the tally clean */
  if (status == CORESET_OK) *information = estimate;
  return status;
}

/* ------------------------------------------------------------------------
** 64 questions at a time
*/

/* One of the other models, seen from model i. */
typedef struct ross_neighbor {
  uint16_t model;   /* which */
  uint16_t counted; /* m_i, if it is the k-th of the class */
} ross_neighbor;

/* What 64 questions work with. */
typedef struct ross_batch {
  ross_neighbor *lists; /* for each place in the sorted values the other models from near to far */
  uint64_t *right;      /* for each model, in order of index, a bit for each of the questions */
  uint32_t *tallies;    /* for each of the questions models + 1 counts; all 0 between batches */
  size_t largest;       /* of the m_i so far */
} ross_batch;

/* The list of the model at a place. */
static void list_neighbors(const core_ross *ross, size_t place, ross_neighbor *list) {
  const double *sorted = ross->sorted, y = sorted[place];
  size_t below = place, above = place + 1; /* the next ones are at below - 1 and above */
  size_t first = place, end = place + 1;   /* the counted are at first to end - 1 */
  for (size_t n = 0; n + 1 < ross->models; n++) {
    int down = below > 0 && (above == ross->models || y - sorted[below - 1] <= sorted[above] - y);
    double limit = limit_of(ross, y, down ? y - sorted[below - 1] : sorted[above] - y);
    list[n].model = (uint16_t)ross->order[down ? --below : above++];
    while (first > 0 && y - sorted[first - 1] <= limit) first--;
    while (end < ross->models && sorted[end] - y <= limit) end++;
    list[n].counted = (uint16_t)(end - first);
  }
}

/* Goes down the list of one model for the questions in left, in each of which its class has
** more than k members, and tallies its m_i. */
static inline __attribute__((always_inline)) void walk(ross_batch *batch, const ross_neighbor *list, uint64_t own,
                                                       uint64_t left, size_t models, size_t k) {
  uint64_t seen[COUNTED_NEIGHBORS] = {0}; /* seen[l]: more than l models of the class */
  for (; left != 0; list++) {
    uint64_t same = ~(own ^ batch->right[list->model]), reached = left & same;
    if (k > 1) reached &= seen[k - 2];
    for (size_t level = k - 1; level > 1; level--) seen[level - 1] |= seen[level - 2] & same;
    seen[0] |= same;
    left &= ~reached;
    if (list->counted > batch->largest && reached != 0) batch->largest = list->counted;
    for (; reached != 0; reached &= reached - 1) {
      batch->tallies[(unsigned)__builtin_ctzll(reached) * (models + 1) + list->counted]++;
    }
  }
}

/* The information of up to 64 questions, whose columns are words long. */
static void inform_batch(core_ross *ross, ross_batch *batch, const uint64_t *columns, size_t words, size_t count,
                         double *information) {
  size_t models = ross->models, k = ross->neighbors, counts[64][2] = {{0}};
  uint64_t live = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t block[64] = {0};
    for (size_t q = 0; q < count; q++) {
      block[q] = columns[q * words + w];
      counts[q][1] += (size_t)__builtin_popcountll(block[q]);
    }
    core_transpose_bits(block);
    memcpy(batch->right + 64 * w, block, sizeof(block));
  }
  for (size_t q = 0; q < count; q++) {
    counts[q][0] = models - counts[q][1];
    live |= (uint64_t)(counts[q][0] > k && counts[q][1] > k) << q;
  }
  batch->largest = 0;
  for (size_t place = 0; place < models; place++) {
    const ross_neighbor *list = batch->lists + place * models;
    uint64_t own = batch->right[ross->order[place]];
    if (k == CORE_DEFAULT_NEIGHBORS) { /* known when this is compiled: faster */
      walk(batch, list, own, live, models, CORE_DEFAULT_NEIGHBORS);
    } else {
      walk(batch, list, own, live, models, k);
    }
  }
  for (size_t q = 0; q < count; q++) {
    information[q] =
        live >> q & 1 ? tallied_information(ross, batch->tallies + q * (models + 1), batch->largest, counts[q]) : 0.0;
  }
}

coreset_status core_ross_inform(coreset_context *context, core_ross *ross, const uint64_t *columns, size_t questions,
                                double *information) {
  size_t models = ross->models, words = (models + 63) / 64;
  coreset_status status = CORESET_OK;
  if (models > LISTED_MODELS || ross->neighbors > COUNTED_NEIGHBORS) {
    for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
      status = core_poll_every(context, POLL_INTERVAL);
      if (status == CORESET_OK) {
        status = core_ross_information(context, ross, columns + q * words, NULL, &information[q]);
      }
    }
    return status;
  }
  core_arena scratch = {0};
  ross_batch batch = {0};
  batch.lists = core_take_matrix(context, &scratch, models, models, sizeof(ross_neighbor));
  batch.right = core_take(context, &scratch, 64 * words, sizeof(uint64_t));
  batch.tallies = core_take(context, &scratch, 64 * (models + 1), sizeof(uint32_t));
  status = scratch.status;
  for (size_t place = 0; place < models && status == CORESET_OK; place++) {
    status = core_poll_every(context, POLL_INTERVAL);
    list_neighbors(ross, place, batch.lists + place * models);
  }
  for (size_t start = 0; start < questions && status == CORESET_OK; start += 64) {
    size_t count = questions - start < 64 ? questions - start : 64;
    status = core_poll(context);
    inform_batch(ross, &batch, columns + start * words, words, count, information + start);
  }
  core_release(&scratch);
  return status;
}
