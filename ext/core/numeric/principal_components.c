/*
** principal_components.c: the directions in which the models of a table of scores differ most.
**
** Block power iteration (Golub and Van Loan, Matrix Computations, "Orthogonal iteration"):
**
**     U <- an orthonormal basis of Xc Xc^T U
**
** With X' = X less the origin, s the sums of its rows, y_q = U^T x'_q and N questions, Xc Xc^T U is
** the sum over questions of x'_q y_q^T less s (U^T s)^T / N: one pass over the columns makes it.
** Axes are made orthonormal by the modified Gram-Schmidt process, run twice.
*/
#include "numeric/principal_components.h"

#include <math.h>
#include <string.h>

#include "numeric/random.h"

#define SEED 1                        /* of the random axes; any will do */
#define BLOCK_CELLS ((size_t)1 << 16) /* of a block: half a megabyte, which stays in a cache of the second level */
#define LEAST_BLOCK                                                                                                    \
  ((size_t)8)            /* columns at least, so that what is added up is read and written less often than they */
#define DEGENERATE 1e-12 /* what rounding leaves of the norm of an axis that is a combination of others */

void core_components_begin(coreset_context *context, core_arena *arena, size_t panels, core_components *components) {
  size_t models = components->models, questions = components->questions, width = panels * CORE_PANEL;
  size_t fitting = BLOCK_CELLS / (models + 1);
  uint64_t state = SEED;
  components->panels = panels;
  components->block_size = fitting < LEAST_BLOCK ? LEAST_BLOCK : fitting;
  if (components->block_size > questions) components->block_size = questions;
  components->axes = core_take_matrix(context, arena, models, width, sizeof(double));
  components->scores = core_take_matrix(context, arena, questions, width, sizeof(double));
  components->cross = core_take_matrix(context, arena, models, width, sizeof(double));
  components->sum = core_take(context, arena, models, sizeof(double));
  components->norm = core_take(context, arena, width, sizeof(double));
  components->block = core_take_matrix(context, arena, components->block_size, models, sizeof(double));
  components->add = core_choose_panel_adder();
  for (size_t i = 0; i < models * width && arena->status == CORESET_OK; i++) {
    components->axes[i] = (double)(int64_t)core_splitmix(&state) * 0x1p-63;
  }
}

/* Fetches count columns from start on into the block, less the origin. */
static void fetch_block(const core_components *components, size_t start, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double *column = components->block + i * components->models;
    components->fetch(components->table, start + i, column);
    for (size_t m = 0; m < components->models; m++) column[m] -= components->origin[m];
  }
}

/* Makes the cells of the block zero that have no bit in observed. */
static void leave_out(const core_components *components, const uint64_t *observed, size_t words, size_t count) {
  size_t models = components->models;
  for (size_t i = 0; i < count * words; i++) {
    double *cells = components->block + i / words * models;
    for (uint64_t absent = ~observed[i]; absent != 0; absent &= absent - 1) {
      size_t model = i % words * 64 + (size_t)__builtin_ctzll(absent);
      if (model < models) cells[model] = 0;
    }
  }
}

coreset_status core_components_project(coreset_context *context, core_components *components, const uint64_t *observed,
                                       size_t words) {
  size_t models = components->models, questions = components->questions;
  coreset_status status = CORESET_OK;
  memset(components->scores, 0, components->panels * questions * CORE_PANEL * sizeof(double));
  memset(components->cross, 0, components->panels * models * CORE_PANEL * sizeof(double));
  memset(components->sum, 0, models * sizeof(double));
  for (size_t start = 0; start < questions && status == CORESET_OK; start += components->block_size) {
    size_t left = questions - start, count = left < components->block_size ? left : components->block_size;
    core_left by_question = {components->block, 1, models}, by_model = {components->block, models, 1};
    fetch_block(components, start, count);
    for (size_t p = 0; p < components->panels; p++) {
      double *scores = components->scores + (p * questions + start) * CORE_PANEL;
      components->add(scores, by_question, components->axes + p * models * CORE_PANEL, NULL, models, count);
    }
    if (observed != NULL) leave_out(components, observed + start * words, words, count);
    for (size_t p = 0; p < components->panels; p++) {
      const double *scores = components->scores + (p * questions + start) * CORE_PANEL;
      components->add(components->cross + p * models * CORE_PANEL, by_model, scores, NULL, count, models);
    }
    for (size_t i = 0; i < count; i++) {
      for (size_t m = 0; m < models; m++) components->sum[m] += components->block[i * models + m];
    }
    status = core_poll_work(context, models * count * components->panels);
  }
  return status;
}

/* The numbers of axis k are CORE_PANEL apart. */
static double *axis_of(const core_components *components, size_t k) {
  return components->axes + k / CORE_PANEL * components->models * CORE_PANEL + k % CORE_PANEL;
}

/* Makes the axes behind axis k, whose norm is 1 or 0, orthogonal to it. */
static void remove_axis(const core_components *components, size_t k) {
  size_t models = components->models;
  const double *axis = axis_of(components, k);
  for (size_t p = k / CORE_PANEL; p < components->panels; p++) {
    double overlap[CORE_PANEL] = {0}, *panel = components->axes + p * models * CORE_PANEL;
    components->add(overlap, (core_left){axis, CORE_PANEL, 1}, panel, NULL, models, 1);
    for (size_t i = p * CORE_PANEL; i <= k; i++) overlap[i - p * CORE_PANEL] = 0;
    for (size_t m = 0; m < models; m++) {
      double factor = axis[m * CORE_PANEL];
      for (size_t i = 0; i < CORE_PANEL; i++) panel[m * CORE_PANEL + i] -= factor * overlap[i];
    }
  }
}

static double norm_of(const double *axis, size_t models) {
  double sum = 0;
  for (size_t m = 0; m < models; m++) sum += axis[m * CORE_PANEL] * axis[m * CORE_PANEL];
  return sqrt(sum);
}

/* Makes the norm of an axis 1, or 0 where little is left of what it was. */
static void normalise(double *axis, size_t models, double norm) {
  double now = norm_of(axis, models);
  for (size_t m = 0; m < models; m++) axis[m * CORE_PANEL] = now > DEGENERATE * norm ? axis[m * CORE_PANEL] / now : 0;
}

/* Makes the axes orthonormal. */
static coreset_status orthonormalise(coreset_context *context, core_components *components) {
  size_t models = components->models, width = components->panels * CORE_PANEL;
  coreset_status status = CORESET_OK;
  for (int round = 0; round < 2; round++) {
    for (size_t k = 0; k < width; k++) components->norm[k] = norm_of(axis_of(components, k), models);
    for (size_t k = 0; k < width && status == CORESET_OK; k++) {
      normalise(axis_of(components, k), models, components->norm[k]);
      remove_axis(components, k);
      status = core_poll_work(context, models * width);
    }
  }
  return status;
}

coreset_status core_components_improve(coreset_context *context, core_components *components) {
  size_t models = components->models;
  coreset_status status = core_components_project(context, components, NULL, 0);
  if (status != CORESET_OK) return status;
  for (size_t p = 0; p < components->panels; p++) {
    double mean[CORE_PANEL] = {0}, *axes = components->axes + p * models * CORE_PANEL;
    const double *cross = components->cross + p * models * CORE_PANEL;
    components->add(mean, (core_left){components->sum, 1, 1}, axes, NULL, models, 1);
    for (size_t k = 0; k < CORE_PANEL; k++) mean[k] /= (double)components->questions;
    for (size_t m = 0; m < models; m++) {
      for (size_t k = 0; k < CORE_PANEL; k++) {
        axes[m * CORE_PANEL + k] = cross[m * CORE_PANEL + k] - components->sum[m] * mean[k];
      }
    }
  }
  return orthonormalise(context, components);
}
