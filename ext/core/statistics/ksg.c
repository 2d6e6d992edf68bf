/*
** ksg.c: mutual information of two continuous variables, from nearest neighbours.
**
** KSG (Kraskov, Stoegbauer, Grassberger 2004, first estimator). For n points (x, y)
** and k neighbors, with distances in the larger of the two coordinates:
**
**     eps_i = the distance of point i to its k-th neighbour
**     r_i   = max(eps_i - tolerance, 0)
**     nx_i  = max(1, how many other points have |x_j - x_i| <= r_i);  ny_i alike
**     I     = psi(k) + psi(n) - mean of (psi(nx_i + 1) + psi(ny_i + 1))
**
** LNC (Gao, Ver Steeg, Galstyan 2015) adds a tiny jitter to both variables, computes
** the same, and adds a correction where neighbours lie along a line that is not
** parallel to an axis:
**
**     + (1/n) sum of ln(V_rect / V_pca) over the points where V_pca < V_rect / 4
**
** V_rect: the product over the two axes of the largest |offset| of the k neighbours
** from the point, each at least 1e-15; V_pca: the same along the eigenvectors of the
** matrix of the offsets' mean products, each at least 1e-30. Both estimators clamp
** the result at 0.
**
** All lengths above are in the units of the variables: the estimates depend on how the two
** compare, and the jitter and what bounds the sides are meant for values between 0 and 1. A variable
** is centred before jitter is added, or a large constant in it would swallow the jitter. The
** tolerance, the larger of the two variables', keeps rounding from counting some of the points
** that are as far away as the k-th neighbour; the published program takes 1e-15.
**
** Finding neighbours. Points with equal x form a *level*, and scores of repeated runs
** have few levels with many points. Levels are kept in order of x, and within a level
** points in order of y; both orders come from the variables' own, by distributing the
** points of the one over the levels of the other. From a point, levels are visited
** outwards, the nearer side first, until a level is further away in x than the k-th
** best neighbour so far; in each, points are visited outwards from the place of y in
** the same manner. Counts come from bisecting the sorted values. A point costs
** O(log n) for every level within reach, and no memory is needed beyond O(n).
*/
#include "statistics/ksg.h"

#include <math.h>
#include <string.h>

#include "numeric/digamma.h"
#include "numeric/elementary.h"
#include "numeric/random.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"

#define SMALLEST_SIDE 1e-15                 /* of V_rect */
#define SMALLEST_AXIS 1e-30                 /* of V_pca */
#define LOG_THRESHOLD (-1.3862943611198906) /* ln 1/4 */
#define JITTER_SIZE 1e-10                   /* part of the contract */
#define WORK_PER_POLL ((size_t)1 << 16)     /* levels visited between two polls: a millisecond or two */
#define POLL_INTERVAL ((size_t)1 << 16)     /* the same in models, where each takes little */

/* A neighbour found. */
typedef struct neighbour {
  double distance; /* the larger of both coordinates' */
  double x, y;     /* its offset from the point */
} neighbour;

struct core_ksg {
  size_t models;          /* room */
  size_t neighbors;       /* k; at most models */
  const double *x_jitter; /* borrowed; NULL without */
  const double *y_jitter; /* borrowed; NULL without */
  double *digamma;        /* psi(n) for n up to models + 1 */
  size_t count;           /* points at present */
  size_t level_count;     /* levels at present */
  double *level_x;        /* their x, increasing */
  uint32_t *level_start;  /* where each begins in level_y; one more for the end */
  uint32_t *level_fill;   /* where the next point of each goes */
  uint32_t *level_of;     /* by model its level */
  double *level_y;        /* y of all points, level by level, increasing in each */
  double *sorted_y;       /* y of all points, increasing */
  neighbour *nearest;     /* the k nearest so far, by distance */
  size_t nearest_count;   /* how many */
  size_t work;            /* levels visited, or their worth, since the last poll */
};

coreset_status core_ksg_prepare(coreset_context *context, core_arena *arena, size_t models, int64_t neighbors,
                                const double *x_jitter, const double *y_jitter, core_ksg **result) {
  *result = NULL;
  core_ksg *ksg = core_take(context, arena, 1, sizeof(*ksg));
  if (ksg == NULL) return arena->status;
  ksg->models = models;
  ksg->neighbors = (uint64_t)neighbors < models ? (size_t)neighbors : models;
  ksg->x_jitter = x_jitter;
  ksg->y_jitter = y_jitter;
  ksg->level_x = core_take(context, arena, models, sizeof(double));
  ksg->level_start = core_take(context, arena, models + 1, sizeof(uint32_t));
  ksg->level_fill = core_take(context, arena, models, sizeof(uint32_t));
  ksg->level_of = core_take(context, arena, models, sizeof(uint32_t));
  ksg->level_y = core_take(context, arena, models, sizeof(double));
  ksg->sorted_y = core_take(context, arena, models, sizeof(double));
  ksg->nearest = core_take(context, arena, ksg->neighbors + 1, sizeof(neighbour));
  coreset_status status = core_digamma_table(context, arena, models + 1, &ksg->digamma);
  if (status == CORESET_OK) *result = ksg;
  return status;
}

/* What the estimator sees of a model. */
static inline double seen(const core_ksg_variable *variable, const double *jitter, size_t model) {
  return (variable->values[model] - variable->centre) / variable->unit + (jitter == NULL ? 0 : jitter[model]);
}

coreset_status core_ksg_order(coreset_context *context, const core_ksg_variable *variable, const double *jitter,
                              size_t models, uint32_t *order) {
  core_arena scratch = {0};
  double *keys = core_take(context, &scratch, models, sizeof(*keys));
  coreset_status status = scratch.status;
  for (size_t m = 0; m < models && status == CORESET_OK; m++) keys[m] = seen(variable, jitter, m);
  if (status == CORESET_OK) status = core_argsort(context, keys, models, order);
  core_release(&scratch);
  return status;
}

coreset_status core_ksg_jitter(coreset_context *context, core_arena *arena, int axis, size_t count, double **jitter) {
  uint64_t generator = (uint64_t)axis;
  *jitter = core_take(context, arena, count, sizeof(double));
  coreset_status status = arena->status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    status = core_poll_every(context, POLL_INTERVAL);
    double sum = -6; /* the sum of twelve uniform numbers less 6 has variance 1 */
    for (int draw = 0; draw < 12; draw++) sum += (double)(core_splitmix(&generator) >> 11) * 0x1p-53;
    (*jitter)[i] = JITTER_SIZE * sum;
  }
  return status;
}

/* ------------------------------------------------------------------------
** Laying out the points
*/

static int has_value(const core_ksg_variable *variable, uint32_t model) {
  return variable->observed == NULL || (variable->observed[model / 64] >> (model % 64) & 1);
}

/* Sorts the models that have both values into levels of x, by y in each. */
static coreset_status lay_out(coreset_context *context, core_ksg *ksg, const core_ksg_variable *x,
                              const core_ksg_variable *y) {
  coreset_status status = CORESET_OK;
  ksg->count = ksg->level_count = 0;
  for (size_t i = 0; i < ksg->models && status == CORESET_OK; i++) {
    uint32_t model = x->order[i];
    status = core_poll_every(context, POLL_INTERVAL);
    if (!has_value(x, model) || !has_value(y, model)) continue;
    double value = seen(x, ksg->x_jitter, model);
    if (ksg->level_count == 0 || value > ksg->level_x[ksg->level_count - 1]) {
      ksg->level_x[ksg->level_count] = value;
      ksg->level_start[ksg->level_count] = ksg->level_fill[ksg->level_count] = (uint32_t)ksg->count;
      ksg->level_count++;
    }
    ksg->level_of[model] = (uint32_t)ksg->level_count - 1;
    ksg->count++;
  }
  ksg->level_start[ksg->level_count] = (uint32_t)ksg->count;
  ksg->count = 0;
  for (size_t i = 0; i < ksg->models && status == CORESET_OK; i++) {
    uint32_t model = y->order[i];
    status = core_poll_every(context, POLL_INTERVAL);
    if (!has_value(x, model) || !has_value(y, model)) continue;
    double value = seen(y, ksg->y_jitter, model);
    ksg->level_y[ksg->level_fill[ksg->level_of[model]]++] = value;
    ksg->sorted_y[ksg->count++] = value;
  }
  ksg->work += ksg->models;
  return status;
}

/* ------------------------------------------------------------------------
** The neighbours of one point
*/

/* The distance that a point must beat to be among the k nearest. */
static double reach(const core_ksg *ksg) {
  return ksg->nearest_count < ksg->neighbors ? INFINITY : ksg->nearest[ksg->neighbors - 1].distance;
}

/* Offers a point at this offset. */
static void offer(core_ksg *ksg, double x, double y) {
  double distance = fabs(x) > fabs(y) ? fabs(x) : fabs(y);
  if (distance >= reach(ksg)) return;
  size_t at = ksg->nearest_count < ksg->neighbors ? ksg->nearest_count++ : ksg->neighbors - 1;
  for (; at > 0 && ksg->nearest[at - 1].distance > distance; at--) ksg->nearest[at] = ksg->nearest[at - 1];
  ksg->nearest[at] = (neighbour){distance, x, y};
}

/* The first place from low on, before high, whose value is at least value + offset; or, with
** beyond, more. The values increase. */
static inline size_t bisect(const double *values, size_t low, size_t high, double value, double offset, int beyond) {
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    double difference = values[middle] - value;
    if (beyond ? difference <= offset : difference < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Offers the points of a level to the point with index own, whose x this is, outwards from the
** place where its y belongs; but not the point itself. */
static void visit_level(core_ksg *ksg, size_t level, size_t own, double own_x) {
  size_t begin = ksg->level_start[level], end = ksg->level_start[level + 1];
  double x = ksg->level_x[level] - own_x, y = ksg->level_y[own];
  size_t below = bisect(ksg->level_y, begin, end, y, 0, 0), above = below;
  while (below > begin || above < end) {
    double down = below > begin ? y - ksg->level_y[below - 1] : INFINITY;
    double up = above < end ? ksg->level_y[above] - y : INFINITY;
    double limit = reach(ksg);
    if (fabs(x) >= limit || (down >= limit && up >= limit)) return;
    if (up <= down) {
      if (above != own) offer(ksg, x, up);
      above++;
    } else {
      below--;
      if (below != own) offer(ksg, x, -down);
    }
  }
}

/* Finds the k nearest of the point with index own, on the given level. */
static void find_nearest(core_ksg *ksg, size_t own, size_t level) {
  double x = ksg->level_x[level];
  size_t left = level, right = level + 1; /* levels below left and from right on are not visited yet */
  ksg->nearest_count = 0;
  visit_level(ksg, level, own, x);
  ksg->work++;
  while (left > 0 || right < ksg->level_count) {
    double down = left > 0 ? x - ksg->level_x[left - 1] : INFINITY;
    double up = right < ksg->level_count ? ksg->level_x[right] - x : INFINITY;
    double limit = reach(ksg);
    if (down >= limit && up >= limit) return;
    ksg->work++;
    if (up <= down) {
      visit_level(ksg, right++, own, x);
    } else {
      visit_level(ksg, --left, own, x);
    }
  }
}

/* How many points, itself included, are within radius of a point in x, or in y. */
static size_t count_in_x(const core_ksg *ksg, double x, double radius) {
  size_t first = bisect(ksg->level_x, 0, ksg->level_count, x, -radius, 0);
  size_t end = bisect(ksg->level_x, first, ksg->level_count, x, radius, 1);
  return ksg->level_start[end] - ksg->level_start[first];
}

static size_t count_in_y(const core_ksg *ksg, double y, double radius) {
  size_t first = bisect(ksg->sorted_y, 0, ksg->count, y, -radius, 0);
  return bisect(ksg->sorted_y, first, ksg->count, y, radius, 1) - first;
}

/* The correction of one point, from its neighbours' offsets: ln(V_rect / V_pca), or 0
** where the neighbours are not along a line. */
static double nonuniformity(const core_ksg *ksg) {
  double xx = 0, xy = 0, yy = 0, width = SMALLEST_SIDE, height = SMALLEST_SIDE;
  double along = SMALLEST_AXIS, across = SMALLEST_AXIS, cosine = 1, sine = 0;
  for (size_t i = 0; i < ksg->neighbors; i++) {
    double x = ksg->nearest[i].x, y = ksg->nearest[i].y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    if (fabs(x) > width) width = fabs(x);
    if (fabs(y) > height) height = fabs(y);
  }
  /* the first eigenvector of ((xx, xy), (xy, yy)) is (xy, l - xx) or (l - yy, xy),
  ** l = mean + sqrt(half_difference^2 + xy^2); the longer of the two is taken */
  double half_difference = (xx - yy) / 2;
  double length = sqrt(half_difference * half_difference + xy * xy);
  if (length > 0) {
    double x = half_difference >= 0 ? half_difference + length : xy;
    double y = half_difference >= 0 ? xy : length - half_difference;
    double norm = sqrt(x * x + y * y);
    if (norm > 0) {
      cosine = x / norm;
      sine = y / norm;
    }
  }
  for (size_t i = 0; i < ksg->neighbors; i++) {
    double x = ksg->nearest[i].x, y = ksg->nearest[i].y;
    double first = fabs(x * cosine + y * sine), second = fabs(y * cosine - x * sine);
    if (first > along) along = first;
    if (second > across) across = second;
  }
  double log_ratio = core_log(along) + core_log(across) - (core_log(width) + core_log(height));
  return log_ratio < LOG_THRESHOLD ? -log_ratio : 0;
}

/* Adds what one point contributes to the mean. */
static void add_point(core_ksg *ksg, size_t own, size_t level, double tolerance, core_sum *sum) {
  find_nearest(ksg, own, level);
  double radius = fmax(ksg->nearest[ksg->neighbors - 1].distance - tolerance, 0);
  size_t in_x = count_in_x(ksg, ksg->level_x[level], radius), in_y = count_in_y(ksg, ksg->level_y[own], radius);
  core_sum_add(sum, -ksg->digamma[in_x < 2 ? 2 : in_x]);
  core_sum_add(sum, -ksg->digamma[in_y < 2 ? 2 : in_y]);
  if (ksg->x_jitter != NULL) core_sum_add(sum, nonuniformity(ksg));
}

coreset_status core_ksg_information(coreset_context *context, core_ksg *ksg, const core_ksg_variable *x,
                                    const core_ksg_variable *y, double *information) {
  double tolerance = fmax(x->tolerance, y->tolerance);
  core_sum sum = {0, 0};
  *information = 0;
  coreset_status status = lay_out(context, ksg, x, y);
  if (status != CORESET_OK || ksg->count <= ksg->neighbors) return status;
  for (size_t level = 0; level < ksg->level_count; level++) {
    for (size_t i = ksg->level_start[level]; i < ksg->level_start[level + 1]; i++) {
      if (ksg->work >= WORK_PER_POLL) {
        ksg->work = 0;
        status = core_poll(context);
        if (status != CORESET_OK) return status;
      }
      add_point(ksg, i, level, tolerance, &sum);
    }
  }
  double mean = core_sum_value(&sum) / (double)ksg->count;
  double estimate = ksg->digamma[ksg->neighbors] + ksg->digamma[ksg->count] + mean;
  if (estimate > 0) *information = estimate;
  return CORESET_OK;
}
