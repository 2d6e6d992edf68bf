/*
** ksg.c: mutual information of two continuous variables, from nearest neighbours.
**
** KSG (Kraskov, Stoegbauer, Grassberger 2004, first estimator). For n points (x, y)
** and k neighbors, with distances in the larger of the two coordinates:
**
**     eps_i = the distance of point i to its k-th neighbour
**     r_i   = max(eps_i - 1e-15, 0)
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

#define DISTANCE_ROUNDING 1e-15             /* taken off the distance, so that it excludes the k-th neighbour */
#define SMALLEST_SIDE 1e-15                 /* of V_rect */
#define SMALLEST_AXIS 1e-30                 /* of V_pca */
#define LOG_THRESHOLD (-1.3862943611198906) /* ln 1/4 */
#define JITTER_SIZE 1e-10

/* A point, in order of x, then y. */
typedef struct point {
  double x, y;
} point;

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
  uint32_t *level_start;  /* where each begins in points; one more for the end */
  uint32_t *level_fill;   /* where the next point of each goes */
  uint32_t *level_of;     /* by model its level */
  point *points;          /* level by level, by y in each */
  double *sorted_y;       /* y of all points, increasing */
  neighbour *nearest;     /* the k nearest so far, by distance */
  size_t nearest_count;   /* how many */
};

void core_ksg_free(core_ksg *ksg) {
  if (ksg == NULL) return;
  coreset_free(ksg->digamma);
  coreset_free(ksg->level_x);
  coreset_free(ksg->level_start);
  coreset_free(ksg->level_fill);
  coreset_free(ksg->level_of);
  coreset_free(ksg->points);
  coreset_free(ksg->sorted_y);
  coreset_free(ksg->nearest);
  coreset_free(ksg);
}

coreset_status core_ksg_prepare(coreset_context *context, size_t models, int64_t neighbors, const double *x_jitter,
                                const double *y_jitter, core_ksg **result) {
  core_ksg *ksg = core_allocate(context, 1, sizeof(*ksg));
  coreset_status status = CORESET_NO_MEMORY;
  *result = NULL;
  if (ksg == NULL) return CORESET_NO_MEMORY;
  ksg->models = models;
  ksg->neighbors = (uint64_t)neighbors < models ? (size_t)neighbors : models;
  ksg->x_jitter = x_jitter;
  ksg->y_jitter = y_jitter;
  if ((ksg->level_x = core_allocate(context, models, sizeof(double))) != NULL &&
      (ksg->level_start = core_allocate(context, models + 1, sizeof(uint32_t))) != NULL &&
      (ksg->level_fill = core_allocate(context, models, sizeof(uint32_t))) != NULL &&
      (ksg->level_of = core_allocate(context, models, sizeof(uint32_t))) != NULL &&
      (ksg->points = core_allocate(context, models, sizeof(point))) != NULL &&
      (ksg->sorted_y = core_allocate(context, models, sizeof(double))) != NULL &&
      (ksg->nearest = core_allocate(context, ksg->neighbors + 1, sizeof(neighbour))) != NULL) {
    status = core_digamma_table(context, models + 1, &ksg->digamma);
  }
  if (status == CORESET_OK) {
    *result = ksg;
  } else {
    core_ksg_free(ksg);
  }
  return status;
}

coreset_status core_ksg_order(coreset_context *context, const double *values, const double *jitter, size_t models,
                              uint32_t *order) {
  coreset_pair *pairs = core_allocate(context, models, sizeof(*pairs));
  coreset_status status;
  size_t m;
  if (pairs == NULL) return CORESET_NO_MEMORY;
  for (m = 0; m < models; m++) {
    pairs[m].x = values[m] + (jitter == NULL ? 0 : jitter[m]);
    pairs[m].y = (double)m;
  }
  status = core_sort_pairs(context, pairs, models, NULL);
  for (m = 0; m < models && status == CORESET_OK; m++) order[m] = (uint32_t)pairs[m].y;
  coreset_free(pairs);
  return status;
}

coreset_status core_ksg_jitter(coreset_context *context, int axis, size_t count, double **result) {
  double *jitter = core_allocate(context, count, sizeof(double));
  uint64_t generator = (uint64_t)axis;
  size_t i;
  int draw;
  *result = jitter;
  if (jitter == NULL) return CORESET_NO_MEMORY;
  for (i = 0; i < count; i++) {
    double sum = -6; /* the sum of twelve uniform numbers less 6 has variance 1 */
    for (draw = 0; draw < 12; draw++) sum += (double)(core_splitmix(&generator) >> 11) * 0x1p-53;
    jitter[i] = JITTER_SIZE * sum;
  }
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** Laying out the points
*/

static int has_value(const core_ksg_variable *variable, uint32_t model) {
  return variable->observed == NULL || (variable->observed[model / 64] >> (model % 64) & 1);
}

/* Sorts the models that have both values into levels of x, by y in each. */
static void lay_out(core_ksg *ksg, const core_ksg_variable *x, const core_ksg_variable *y) {
  size_t i;
  ksg->count = ksg->level_count = 0;
  for (i = 0; i < ksg->models; i++) {
    uint32_t model = x->order[i];
    double value;
    if (!has_value(x, model) || !has_value(y, model)) continue;
    value = x->values[model] + (ksg->x_jitter == NULL ? 0 : ksg->x_jitter[model]);
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
  for (i = 0; i < ksg->models; i++) {
    uint32_t model = y->order[i], level;
    point *next;
    if (!has_value(x, model) || !has_value(y, model)) continue;
    level = ksg->level_of[model];
    next = &ksg->points[ksg->level_fill[level]++];
    next->x = ksg->level_x[level];
    next->y = y->values[model] + (ksg->y_jitter == NULL ? 0 : ksg->y_jitter[model]);
    ksg->sorted_y[ksg->count++] = next->y;
  }
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
  size_t at;
  if (distance >= reach(ksg)) return;
  at = ksg->nearest_count < ksg->neighbors ? ksg->nearest_count++ : ksg->neighbors - 1;
  for (; at > 0 && ksg->nearest[at - 1].distance > distance; at--) ksg->nearest[at] = ksg->nearest[at - 1];
  ksg->nearest[at].distance = distance;
  ksg->nearest[at].x = x;
  ksg->nearest[at].y = y;
}

/* Offers the points of a level, outwards from the place where y belongs; own is the
** index of the point itself, which is not offered. */
static void visit_level(core_ksg *ksg, size_t level, const point *from, size_t own) {
  size_t begin = ksg->level_start[level], end = ksg->level_start[level + 1], below = begin, high = end, above;
  double x = ksg->level_x[level] - from->x;
  while (below < high) { /* the first whose y is not below */
    size_t middle = below + (high - below) / 2;
    if (ksg->points[middle].y < from->y) {
      below = middle + 1;
    } else {
      high = middle;
    }
  }
  above = below;
  while (below > begin || above < end) {
    double down = below > begin ? from->y - ksg->points[below - 1].y : INFINITY;
    double up = above < end ? ksg->points[above].y - from->y : INFINITY;
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
  const point *from = &ksg->points[own];
  size_t left = level, right = level + 1; /* levels below left and from right on are not visited yet */
  ksg->nearest_count = 0;
  visit_level(ksg, level, from, own);
  while (left > 0 || right < ksg->level_count) {
    double down = left > 0 ? from->x - ksg->level_x[left - 1] : INFINITY;
    double up = right < ksg->level_count ? ksg->level_x[right] - from->x : INFINITY;
    double limit = reach(ksg);
    if (down >= limit && up >= limit) return;
    if (up <= down) {
      visit_level(ksg, right++, from, own);
    } else {
      visit_level(ksg, --left, from, own);
    }
  }
}

/* How many of sorted values lie within radius of value: bounds by bisection. */
static void find_range(const double *values, size_t count, double value, double radius, size_t *first, size_t *end) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (value - values[middle] > radius) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *first = low;
  high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (values[middle] - value > radius) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  *end = low;
}

/* How many points, itself included, are within radius of a point in x, or in y. */
static size_t count_in_x(const core_ksg *ksg, double x, double radius) {
  size_t first, end;
  find_range(ksg->level_x, ksg->level_count, x, radius, &first, &end);
  return ksg->level_start[end] - ksg->level_start[first];
}

static size_t count_in_y(const core_ksg *ksg, double y, double radius) {
  size_t first, end;
  find_range(ksg->sorted_y, ksg->count, y, radius, &first, &end);
  return end - first;
}

/* The correction of one point, from its neighbours' offsets: ln(V_rect / V_pca), or 0
** where the neighbours are not along a line. */
static double nonuniformity(const core_ksg *ksg) {
  double xx = 0, xy = 0, yy = 0, width = SMALLEST_SIDE, height = SMALLEST_SIDE;
  double along = SMALLEST_AXIS, across = SMALLEST_AXIS, half_difference, length, cosine = 1, sine = 0, log_ratio;
  size_t i;
  for (i = 0; i < ksg->neighbors; i++) {
    double x = ksg->nearest[i].x, y = ksg->nearest[i].y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    if (fabs(x) > width) width = fabs(x);
    if (fabs(y) > height) height = fabs(y);
  }
  /* the first eigenvector of ((xx, xy), (xy, yy)) is (xy, l - xx) or (l - yy, xy),
  ** l = mean + sqrt(half_difference^2 + xy^2); the longer of the two is taken */
  half_difference = (xx - yy) / 2;
  length = sqrt(half_difference * half_difference + xy * xy);
  if (length > 0) {
    double x = half_difference >= 0 ? half_difference + length : xy;
    double y = half_difference >= 0 ? xy : length - half_difference;
    double norm = sqrt(x * x + y * y);
    if (norm > 0) {
      cosine = x / norm;
      sine = y / norm;
    }
  }
  for (i = 0; i < ksg->neighbors; i++) {
    double x = ksg->nearest[i].x, y = ksg->nearest[i].y;
    double first = fabs(x * cosine + y * sine), second = fabs(y * cosine - x * sine);
    if (first > along) along = first;
    if (second > across) across = second;
  }
  log_ratio = core_log(along) + core_log(across) - (core_log(width) + core_log(height));
  return log_ratio < LOG_THRESHOLD ? -log_ratio : 0;
}

double core_ksg_information(core_ksg *ksg, const core_ksg_variable *x, const core_ksg_variable *y) {
  core_sum sum = {0, 0};
  size_t level, i;
  double information;
  lay_out(ksg, x, y);
  if (ksg->count <= ksg->neighbors) return 0;
  for (level = 0; level < ksg->level_count; level++) {
    for (i = ksg->level_start[level]; i < ksg->level_start[level + 1]; i++) {
      const point *from = &ksg->points[i];
      double radius;
      size_t in_x, in_y;
      find_nearest(ksg, i, level);
      radius = ksg->nearest[ksg->neighbors - 1].distance - DISTANCE_ROUNDING;
      if (radius < 0) radius = 0;
      in_x = count_in_x(ksg, from->x, radius);
      in_y = count_in_y(ksg, from->y, radius);
      core_sum_add(&sum, -ksg->digamma[in_x < 2 ? 2 : in_x]);
      core_sum_add(&sum, -ksg->digamma[in_y < 2 ? 2 : in_y]);
      if (ksg->x_jitter != NULL) core_sum_add(&sum, nonuniformity(ksg));
    }
  }
  information = ksg->digamma[ksg->neighbors] + ksg->digamma[ksg->count] + core_sum_value(&sum) / (double)ksg->count;
  return information > 0 ? information : 0;
}
