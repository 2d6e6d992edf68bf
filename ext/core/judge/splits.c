/*
** splits.c: which models learn, and which are predicted, when a method is evaluated.
**
** With n models, of which `wanted` are to be sources, and the permutation (random.c) of the models, in order of
** id, that the seed determines:
**
**   random   the first `wanted` models of the permutation are the sources, all others the targets;
**   binned   the models fall into ten bins of equal width between the lowest and the highest full score; each
**            round takes one more model from every bin that has any left, bins and models in them in the order
**            of the permutation, until there are enough: the published split;
**   strong   the sources are the `wanted` models with the lowest full scores, the targets all others;
**   weak     the sources are those with the highest full scores, the targets all others;
**   gap      the sources are those with the lowest full scores, the targets the 3 n / 10 (rounded down, at least
**            one) with the highest: the published extrapolation;
**   time     of the n models with a date, the sources are the oldest `wanted`, the targets all others. Models of one
**            date stay on one side: those of the date at which the cut falls are targets.
**
** Of equal models the one whose id comes first is nearer to the sources.
**
** Families. Relatives, models of one family, are never on both sides. In random and binned a model is drawn
** with its family, and passed over where that has more members than there are sources still to be drawn. In the other
** splits, whose targets are given, relatives of a target are not learnt from.
**
** Repetitions. Strong, weak, gap and time are what they are; for their seeds to mean something, seed 1 learns from all
** these sources, and every other leaves out a tenth of them (rounded down, at least one where that leaves two):
** those that come first in its permutation.
*/
#include "judge/splits.h"

#include <math.h>
#include <string.h>

#include "numeric/random.h"
#include "numeric/sorting.h"

#define BINS 10           /* as published */
#define GAP_TENTHS 3      /* of the models are the targets of a gap: as published */
#define LEAST_SOURCES 2   /* to learn from */
#define LEFT_OUT_SHARE 10 /* one source in so many is left out where seeds are repetitions */
#define NONE SIZE_MAX     /* no model */

const char *const coreset_split_names[] = {"binned", "random", "strong", "weak", "gap", "time", NULL};

enum role { NEITHER, SOURCE, TARGET };

/* A split on its way. Models are those of the scores. */
typedef struct splitting {
  const coreset_evaluation_request *request; /* what is asked */
  const coreset_scores *scores;              /* of the models */
  size_t seed;                               /* of the split */
  double *full_scores;                       /* for each model */
  size_t *order;                             /* the permutation of the models */
  size_t *relative;                          /* for each model the next one of its family, in a ring */
  unsigned char *role;                       /* for each model */
  size_t source_count;                       /* how many are sources */
} splitting;

static int is_dated(const coreset_evaluation_request *request, size_t matrix_model) {
  return request->released != NULL && !isnan(request->released[matrix_model]);
}

static size_t gap_targets(size_t models) {
  size_t targets = GAP_TENTHS * models / 10;
  return targets == 0 ? 1 : targets;
}

/* ------------------------------------------------------------------------
** What is asked
*/

size_t core_split_models(const coreset_evaluation_request *request, const coreset_matrix *matrix,
                         const unsigned char *taking_part) {
  size_t count = 0;
  for (size_t m = 0; m < matrix->models.count; m++) {
    count += taking_part[m] && (request->split != CORESET_SPLIT_TIME || is_dated(request, m));
  }
  return count;
}

/* The numbers of families are those of models. */
static coreset_status check_families(coreset_context *context, const coreset_evaluation_request *request,
                                     const coreset_matrix *matrix) {
  for (size_t m = 0; m < matrix->models.count && request->families != NULL; m++) {
    if (request->families[m] < matrix->models.count) continue;
    return core_fail(context, CORESET_ERROR, "the number of a family must be below %zu, got %zu", matrix->models.count,
                     request->families[m]);
  }
  return CORESET_OK;
}

coreset_status core_split_check(coreset_context *context, const coreset_evaluation_request *request,
                                const coreset_matrix *matrix, size_t models) {
  int by_time = request->split == CORESET_SPLIT_TIME;
  size_t wanted = request->source_models, most = models - 1;
  if (by_time && request->released == NULL) {
    return core_fail(context, CORESET_ERROR, "split 'time' needs to know when models were released");
  }
  if (models <= LEAST_SOURCES) {
    return core_fail(context, CORESET_ERROR,
                     "at least %d models must have answered most of the questions%s, two to learn from and one to "
                     "predict; got %zu",
                     LEAST_SOURCES + 1, by_time ? ", and have a date" : "", models);
  }
  if (request->split == CORESET_SPLIT_GAP) most = models - gap_targets(models);
  if (wanted < LEAST_SOURCES || wanted > most) {
    return core_fail(context, CORESET_ERROR, "source_models must be between %d and %zu of %zu models, got %zu%s",
                     LEAST_SOURCES, most, models, wanted,
                     wanted > most && request->split == CORESET_SPLIT_GAP
                         ? ": sources would overlap with the targets of split 'gap', the strongest three tenths"
                         : "");
  }
  return check_families(context, request, matrix);
}

/* ------------------------------------------------------------------------
** Sources that are drawn
*/

/* Makes a model and its relatives sources, where they fit. */
static void draw_family(splitting *work, size_t model) {
  size_t members = 0, next = model;
  do {
    members++;
    next = work->relative[next];
  } while (next != model);
  if (members > work->request->source_models - work->source_count) return;
  work->source_count += members;
  do {
    work->role[next] = SOURCE;
    next = work->relative[next];
  } while (next != model);
}

static void draw_random(splitting *work) {
  for (size_t i = 0; i < work->scores->models; i++) {
    if (work->role[work->order[i]] != SOURCE) draw_family(work, work->order[i]);
  }
}

static size_t bin_of(double full_score, double lowest, double highest) {
  double place = (full_score - lowest) / (highest - lowest) * BINS;
  return place >= BINS - 1 ? BINS - 1 : (size_t)place;
}

static void draw_binned(splitting *work) {
  double lowest = INFINITY, highest = -INFINITY;
  size_t models = work->scores->models, before;
  for (size_t m = 0; m < models; m++) {
    lowest = fmin(lowest, work->full_scores[m]);
    highest = fmax(highest, work->full_scores[m]);
  }
  if (!(highest > lowest)) highest = lowest + 1;
  do { /* a round */
    unsigned char served[BINS] = {0};
    before = work->source_count;
    for (size_t i = 0; i < models; i++) {
      size_t model = work->order[i], bin = bin_of(work->full_scores[model], lowest, highest);
      if (served[bin] || work->role[model] == SOURCE) continue;
      draw_family(work, model);
      served[bin] = work->role[model] == SOURCE;
    }
  } while (work->source_count > before);
}

/* Sources by lot; everyone else is a target. */
static void draw_sources(splitting *work) {
  if (work->request->split == CORESET_SPLIT_BINNED) {
    draw_binned(work);
  } else {
    draw_random(work);
  }
  for (size_t m = 0; m < work->scores->models; m++) {
    if (work->role[m] != SOURCE) work->role[m] = TARGET;
  }
}

/* ------------------------------------------------------------------------
** Sources and targets that are given
*/

/* By what the models stand in line, the sources first. */
static double place_in_line(const splitting *work, size_t model) {
  if (work->request->split == CORESET_SPLIT_TIME) return work->request->released[work->scores->matrix_model[model]];
  return work->request->split == CORESET_SPLIT_WEAK ? -work->full_scores[model] : work->full_scores[model];
}

/* Lines the models up, those without a date left out where it is about time. *count of them, their places in
** increasing order. */
static coreset_status line_up(coreset_context *context, core_arena *arena, const splitting *work, size_t **line,
                              double **places, size_t *count) {
  size_t models = work->scores->models;
  double *unsorted = core_take(context, arena, models, sizeof(double));
  size_t *members = core_take(context, arena, models, sizeof(size_t));
  uint32_t *order = core_take(context, arena, models, sizeof(uint32_t));
  *line = core_take(context, arena, models, sizeof(size_t));
  *places = core_take(context, arena, models, sizeof(double));
  *count = 0;
  if (arena->status != CORESET_OK) return arena->status;
  for (size_t m = 0; m < models; m++) {
    if (work->request->split == CORESET_SPLIT_TIME && !is_dated(work->request, work->scores->matrix_model[m])) continue;
    unsorted[*count] = place_in_line(work, m);
    members[(*count)++] = m;
  }
  coreset_status status = core_argsort(context, unsorted, *count, order);
  for (size_t i = 0; i < *count && status == CORESET_OK; i++) {
    (*line)[i] = members[order[i]];
    (*places)[i] = unsorted[order[i]];
  }
  return status;
}

/* Relatives of a target are not learnt from. */
static void drop_relatives(splitting *work) {
  for (size_t m = 0; m < work->scores->models; m++) {
    if (work->role[m] != TARGET) continue;
    for (size_t next = work->relative[m]; next != m; next = work->relative[next]) {
      if (work->role[next] != SOURCE) continue;
      work->role[next] = NEITHER;
      work->source_count--;
    }
  }
}

/* A seed beyond the first leaves out a tenth of the sources. */
static void leave_out(splitting *work) {
  size_t count = work->source_count / LEFT_OUT_SHARE;
  if (work->seed == 1 || work->source_count <= LEAST_SOURCES) return;
  if (count == 0) count = 1;
  for (size_t i = 0; count > 0; i++) {
    if (work->role[work->order[i]] != SOURCE) continue;
    work->role[work->order[i]] = NEITHER;
    work->source_count--;
    count--;
  }
}

static coreset_status cut_line(coreset_context *context, splitting *work) {
  core_arena scratch = {0};
  const coreset_evaluation_request *request = work->request;
  size_t *line, count, sources = request->source_models;
  double *places;
  coreset_status status = line_up(context, &scratch, work, &line, &places, &count);
  if (status == CORESET_OK) {
    if (request->split == CORESET_SPLIT_TIME) {
      while (sources > 0 && places[sources - 1] == places[sources]) sources--;
    }
    size_t first_target = request->split == CORESET_SPLIT_GAP ? count - gap_targets(count) : sources;
    for (size_t i = 0; i < sources; i++) work->role[line[i]] = SOURCE;
    for (size_t i = first_target; i < count; i++) work->role[line[i]] = TARGET;
    work->source_count = sources;
    if (sources < LEAST_SOURCES) {
      status =
          core_fail(context, CORESET_ERROR,
                    "at least %d source models are needed, and split 'time' leaves %zu: models of one date stay on "
                    "one side, and those of the date at which the cut falls are targets",
                    LEAST_SOURCES, sources);
    }
  }
  if (status == CORESET_OK) {
    drop_relatives(work);
    leave_out(work);
  }
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** One split
*/

/* Joins the members of each family in a ring. */
static coreset_status join_families(coreset_context *context, core_arena *arena, splitting *work) {
  const coreset_scores *scores = work->scores;
  const size_t *families = work->request->families;
  size_t *last = core_take(context, arena, scores->matrix->models.count, sizeof(size_t)); /* seen, of each family */
  work->relative = core_take(context, arena, scores->models, sizeof(size_t));
  if (arena->status != CORESET_OK) return arena->status;
  for (size_t f = 0; f < scores->matrix->models.count; f++) last[f] = NONE;
  for (size_t m = 0; m < scores->models; m++) {
    work->relative[m] = m;
    if (families == NULL) continue;
    size_t *before = &last[families[scores->matrix_model[m]]];
    if (*before != NONE) {
      work->relative[m] = work->relative[*before];
      work->relative[*before] = m;
    }
    *before = m;
  }
  return CORESET_OK;
}

/* Who is what, to those who know models by their index in the matrix. */
static void report_roles(const splitting *work, core_split *split) {
  const coreset_scores *scores = work->scores;
  memset(split->is_source, 0, scores->matrix->models.count);
  memset(split->is_target, 0, scores->matrix->models.count);
  split->source_count = split->target_count = 0;
  for (size_t m = 0; m < scores->models; m++) {
    split->is_source[scores->matrix_model[m]] = work->role[m] == SOURCE;
    split->is_target[scores->matrix_model[m]] = work->role[m] == TARGET;
    split->source_count += work->role[m] == SOURCE;
    split->target_count += work->role[m] == TARGET;
  }
}

coreset_status core_split_make(coreset_context *context, const coreset_evaluation_request *request,
                               const coreset_scores *scores, size_t seed, core_split *split) {
  core_arena scratch = {0};
  splitting work = {.request = request, .scores = scores, .seed = seed};
  work.full_scores = core_scores_full_scores(context, &scratch, scores);
  work.role = core_take(context, &scratch, scores->models, 1);
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_permutation(context, &scratch, scores->models, seed, &work.order);
  if (status == CORESET_OK) status = join_families(context, &scratch, &work);
  if (status == CORESET_OK) {
    if (request->split == CORESET_SPLIT_BINNED || request->split == CORESET_SPLIT_RANDOM) {
      draw_sources(&work);
    } else {
      status = cut_line(context, &work);
    }
  }
  if (status == CORESET_OK && work.source_count < LEAST_SOURCES) {
    status =
        core_fail(context, CORESET_ERROR,
                  "at least %d source models are needed, and in split '%s', seed %zu, families, whose members stay "
                  "on one side, leave %zu",
                  LEAST_SOURCES, coreset_split_names[request->split], seed, work.source_count);
  }
  if (status == CORESET_OK) report_roles(&work, split);
  core_release(&scratch);
  return status;
}
