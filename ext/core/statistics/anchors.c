/*
** anchors.c: two made-up models, of which one has everything wrong and the other everything right.
**
** No regression across models knows what none of them is like, and the models that people predict are better
** than those they have. What is known of every model is that it scores between the lowest and the highest
** that there is; two models that do so on all questions tell the field (field.c) that levels beyond
** those of the sources exist, and that there questions go together.
**
**     binary in kind:  low = 0, high = 1
**     others:          low = max(smallest score, m - 2 s), high = min(largest score, m + 2 s),
**                      m and s the mean and the standard deviation of all cells, filled
**
** To predict, each counts like a source. To select, they would take questions away from what
** tells the sources apart: there each has the weight
**
**     min(1, 1/4 M var(y) / ((high - mean(y))^2 + (mean(y) - low)^2))
**
** with M source models of full scores y, so that the two add at most a quarter of the variance
** in level that the sources have.
*/
#include "statistics/anchors.h"

#include <math.h>

#include "numeric/sums.h"

/* This project's own choices (tests/experiments/ACCURACY.md). The first is set by `make dial`. */
#ifndef CORE_ANCHOR_SHARE
#define CORE_ANCHOR_SHARE 0.25 /* of the sources' variance in level */
#endif
#define SPREAD 2.0            /* standard deviations from the mean to the anchors of real-valued scores */
#define SMALLEST_WEIGHT 1e-6  /* where the sources do not differ */
#define CELLS_PER_POLL 262144 /* a millisecond */

static const char *const outside_names[] = {"auto", "none", NULL};

const coreset_option core_outside_option = {"outside", CORESET_OPTION_CHOICE, 0,
                                            0,         outside_names,         {1, CORE_OUTSIDE_AUTO, 0}};

/* The anchors of real-valued scores. */
static coreset_status find_ends(coreset_context *context, const coreset_scores *scores, core_anchors *anchors) {
  size_t cells = scores->models * scores->questions;
  double lowest = INFINITY, highest = -INFINITY;
  core_sum sum = {0, 0}, squares = {0, 0};
  coreset_status status = CORESET_OK;
  for (size_t i = 0; i < cells && status == CORESET_OK; i++) {
    core_sum_add(&sum, scores->values[i]);
    lowest = fmin(lowest, scores->values[i]);
    highest = fmax(highest, scores->values[i]);
    status = core_poll_every(context, CELLS_PER_POLL);
  }
  double mean = core_sum_value(&sum) / (double)cells;
  for (size_t i = 0; i < cells && status == CORESET_OK; i++) {
    core_sum_add(&squares, (scores->values[i] - mean) * (scores->values[i] - mean));
    status = core_poll_every(context, CELLS_PER_POLL);
  }
  double deviation = sqrt(core_sum_value(&squares) / (double)cells);
  anchors->low = fmax(lowest, mean - SPREAD * deviation);
  anchors->high = fmin(highest, mean + SPREAD * deviation);
  return status;
}

/* The weight of anchors for a selection. */
static coreset_status weigh(coreset_context *context, const coreset_scores *scores, core_anchors *anchors) {
  core_arena scratch = {0};
  const double *full_scores = core_scores_full_scores(context, &scratch, scores);
  coreset_status status = scratch.status;
  if (status == CORESET_OK) {
    double mean = core_mean(full_scores, scores->models);
    double above = anchors->high - mean, below = mean - anchors->low;
    double share = CORE_ANCHOR_SHARE * core_squares(full_scores, scores->models, mean) /
                   fmax(above * above + below * below, 1e-300);
    anchors->weight = fmin(1, share + SMALLEST_WEIGHT);
  }
  core_release(&scratch);
  return status;
}

coreset_status core_anchors_find(coreset_context *context, const coreset_scores *scores, core_field_kind kind,
                                 core_anchors *anchors) {
  coreset_status status = CORESET_OK;
  *anchors = (core_anchors){.low = 0, .high = 1, .weight = kind == CORE_FIELD_PLAIN ? 0 : 1};
  if (kind == CORE_FIELD_PLAIN) return CORESET_OK;
  if (!core_scores_binary_kind(scores)) status = find_ends(context, scores, anchors);
  if (status == CORESET_OK && kind == CORE_FIELD_SELECTION) status = weigh(context, scores, anchors);
  return status;
}
