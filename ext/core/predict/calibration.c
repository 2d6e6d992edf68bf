/*
** calibration.c: how far predictions are off, learnt from the source models themselves.
**
** The selection has seen the sources, so the residuals of a fit to them, leave-one-out
** included, are far too small. Here selection and prediction are repeated without the
** models they are tried on: the sources are ranked by full score and dealt out to five
** folds in turn; each fold in its turn is left out, the questions are chosen and the
** predictor fitted on the others, and the models of the fold are predicted. Fewer than
** five sources are left out one by one; fewer than three tell nothing. Then
**
**     scale = 0.97 sqrt(mean of (r / isolation)^2)
**
** over the residuals r of all M sources, with the isolation (interval.c) among the models that
** the fold learnt from. The folds learn from four fifths of the models: kernel regression, whose
** error falls as 1/M, would lose a tenth of its error with the others, prediction across
** questions nothing; 0.97 lies between.
**
** Intervals are wanted for sets of questions. As if the selector had chosen them, a set is replaced in
** each fold by as many questions of a selection made there: one selection serves all sets, since
** the first n of a longer one are the n-question coreset. As if they were chosen without the sources, the
** set itself is predicted from. Where it is not known which is the case, the wider of both is taken.
**
** Questions that were chosen in batches, by a model's answers so far (select/adaptive.c), are in a fold chosen in as many
** batches for each model that was left out, by its own answers.
**
** In a fold, what does not depend on the questions is made once: the scores, the selection, and what
** selector and predictor make of the scores (shared.h). A fold that has too little to work with
** (CORESET_TOO_LITTLE) gives no interval; any other failure is a failure.
**
** Who learns more from the predictions than their scale is given them (suites.c), and how sure they are (judge/power.c).
**
** Two models that answer alike err alike (judge/comparison.c). What is alike is measured by
**
**     spread = mean of (x_q - x'_q)^2 over the questions q of each fold, and over its pairs of models
**
** which for F answers x to a question are F sum of (x - their mean)^2, all pairs together. Where each model has questions
** of its own it is 0: not known.
*/
#include "predict/calibration.h"

#include <math.h>
#include <string.h>

#include "numeric/sorting.h"
#include "numeric/sums.h"
#include "predict/predictor.h"
#include "select/adaptive.h"
#include "select/selector.h"

#define ALL_OF_THEM SIZE_MAX /* in the place of one model */
#define FOLDS 5              /* see above; this project's own choice */

/* The squared residuals of one way to come by questions. */
typedef struct residuals {
  core_sum squares;    /* so far, of residuals over isolation */
  double *found;       /* predictions so far; NULL: not wanted */
  core_left_out *sure; /* how sure they are; NULL: not wanted */
  core_sum apart;      /* mean square differences of pairs so far */
  double pairs;        /* how many */
  int wanted;          /* of so many chosen questions: some set has as many */
  int failed;          /* a fold had too little to work with */
} residuals;

/* Working memory. */
typedef struct folding {
  const coreset_scores *scores;    /* of all sources */
  const coreset_choice *predictor; /* complete */
  const coreset_origin *origin;    /* which trials there are */
  const core_question_set *sets;   /* what intervals are wanted for */
  size_t set_count;                /* how many */
  residuals *given;                /* with the questions of each set */
  residuals *chosen;               /* by number of questions, from 0 to most: with as many of the selector's */
  size_t most;                     /* questions in a set */
  core_interval everyone;          /* full scores of the sources, for isolation */
  core_interval others;            /* the same of those a fold learns from, of scale 1 */
  size_t *fold;                    /* of each source */
  unsigned char *kept;             /* for each model of the matrix, whether it is learnt from */
  size_t *picks;                   /* the selection of a fold, of the matrix, in order */
  unsigned char *marks;            /* for each question of a fold's scores, whether it is in the coreset */
  size_t *questions;               /* a coreset, of a fold's scores, in order */
  double *answers;                 /* to it */
} folding;

/* Marks a question of the matrix in the scores of a fold, if it has it. */
static void mark(folding *work, const coreset_scores *scores, size_t matrix_question) {
  ptrdiff_t question = scores->question_of_matrix[matrix_question];
  if (question >= 0) work->marks[question] = 1;
}

/* The question of all scores that is a question of a fold's. */
static size_t in_all(const folding *work, const coreset_scores *scores, size_t question) {
  return (size_t)work->scores->question_of_matrix[scores->matrix_question[question]];
}

/* Adds the differences between models that were left out, in their filled answers to so many questions. */
static void add_differences(const folding *work, const coreset_scores *scores, size_t count, size_t fold,
                            residuals *trial) {
  const coreset_scores *all = work->scores;
  core_sum squares = {0, 0};
  size_t members = 0;
  for (size_t m = 0; m < all->models; m++) members += work->fold[m] == fold;
  if (members < 2) return;
  for (size_t i = 0; i < count; i++) {
    size_t question = in_all(work, scores, work->questions[i]);
    double total = 0;
    for (size_t m = 0; m < all->models; m++) {
      if (work->fold[m] == fold) total += core_scores_value(all, question, m);
    }
    double mean = total / (double)members;
    for (size_t m = 0; m < all->models; m++) {
      if (work->fold[m] != fold) continue;
      double difference = core_scores_value(all, question, m) - mean;
      core_sum_add(&squares, difference * difference);
    }
  }
  core_sum_add(&trial->apart, (double)members * core_sum_value(&squares) / (double)count);
  trial->pairs += (double)members * (double)(members - 1) / 2;
}

/* How sure the prediction from work->answers is. */
static core_left_out how_sure(const folding *work, const coreset_fit *fit, double predicted, const core_reach *reach) {
  core_left_out result = {.deviation = core_interval_deviation(&work->others, predicted, reach)};
  core_fit_possible(fit, work->answers, &result.least, &result.most);
  result.least = core_scores_map(work->scores, result.least);
  result.most = core_scores_map(work->scores, result.most);
  return result;
}

/* Predicts the models that were left out, or only one of them, from their filled answers, and adds the residuals. */
static coreset_status predict_left_out(coreset_context *context, folding *work, const coreset_scores *scores,
                                       const coreset_fit *fit, size_t fold, size_t only, residuals *trial) {
  const coreset_scores *all = work->scores;
  if (only == ALL_OF_THEM) add_differences(work, scores, fit->questions.count, fold, trial);
  for (size_t m = 0; m < all->models; m++) {
    double predicted;
    core_reach reach;
    if (work->fold[m] != fold || (only != ALL_OF_THEM && m != only)) continue;
    for (size_t i = 0; i < fit->questions.count; i++) {
      work->answers[i] = core_scores_unmap(all, core_scores_value(all, in_all(work, scores, work->questions[i]), m));
    }
    coreset_status status = core_fit_apply(context, fit, work->answers, &predicted, &reach);
    if (status != CORESET_OK) return status;
    predicted = core_scores_map(all, predicted);
    if (trial->found != NULL) trial->found[m] = predicted;
    if (trial->sure != NULL) trial->sure[m] = how_sure(work, fit, predicted, &reach);
    double residual = predicted - work->everyone.full_scores[m];
    residual /= core_interval_isolation(&work->everyone, work->fold, fold, predicted);
    core_sum_add(&trial->squares, residual * residual);
  }
  return CORESET_OK;
}

/* Fits to the marked questions, and unmarks them, and predicts the models that were left out, or only one of them. */
static coreset_status try_marked(coreset_context *context, folding *work, const coreset_scores *scores,
                                 const void *prepared, size_t fold, size_t only, residuals *trial) {
  coreset_fit *fit = NULL;
  size_t count = 0;
  coreset_status status = CORESET_TOO_LITTLE; /* a fold without any of the questions */
  for (size_t q = 0; q < scores->questions; q++) {
    if (work->marks[q]) work->questions[count++] = q;
    work->marks[q] = 0;
  }
  if (count > 0) {
    status = core_fit_prepared(context, scores, work->predictor, prepared, work->questions, count, &fit);
  }
  if (status == CORESET_OK) status = predict_left_out(context, work, scores, fit, fold, only, trial);
  coreset_fit_free(fit);
  if (status != CORESET_TOO_LITTLE) return status;
  trial->failed = 1;
  return CORESET_OK;
}

/* Chooses n questions for a model that was left out, `part` at a time as its answers come: the first, which are taken in
** `first`, are in chosen. */
static coreset_status choose_batches(coreset_context *context, folding *work, const coreset_scores *scores,
                                     const core_adaptive *first, size_t model, size_t n, size_t part, size_t *chosen) {
  core_arena scratch = {0};
  core_adaptive later = {.base = NULL};
  size_t found = first->count, got;
  unsigned char *allowed = core_take(context, &scratch, scores->questions, 1);
  double *answers = core_take(context, &scratch, n, sizeof(double));
  coreset_pick *picks = core_take(context, &scratch, part, sizeof(*picks));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_adaptive_copy(context, first, &later);
  while (status == CORESET_OK && found < n) {
    status = core_adaptive_add(context, &later, chosen, found);
    if (status != CORESET_OK) break;
    memset(allowed, 1, scores->questions);
    for (size_t i = 0; i < found; i++) {
      allowed[chosen[i]] = 0;
      answers[i] = core_scores_value(work->scores, in_all(work, scores, chosen[i]), model);
    }
    const core_adaptive_limits limits = {.allowed = allowed, .budget = INFINITY, .count = part};
    status = core_adaptive_choose(context, &later, answers, &limits, picks, &got);
    for (size_t i = 0; status == CORESET_OK && i < got; i++) chosen[found++] = picks[i].question;
  }
  core_adaptive_release(&later);
  core_release(&scratch);
  return status;
}

/* The trial with n questions in batches: each model that was left out has its own. The fold's scores have as many. */
static coreset_status try_batches(coreset_context *context, folding *work, core_adaptive *adaptive,
                                  const coreset_scores *scores, const void *prepared, size_t fold, size_t n) {
  size_t batches = work->origin->batches < n ? work->origin->batches : n, part = n / batches;
  size_t first = n - (batches - 1) * part;
  core_arena scratch = {0};
  size_t *chosen = core_take(context, &scratch, n, sizeof(size_t));
  coreset_status status = scratch.status;
  for (size_t i = 0; i < first && status == CORESET_OK; i++) {
    chosen[i] = (size_t)scores->question_of_matrix[work->picks[i]];
  }
  if (status == CORESET_OK) status = core_adaptive_take(context, adaptive, chosen, first);
  for (size_t m = 0; m < work->scores->models && status == CORESET_OK && !work->chosen[n].failed; m++) {
    if (work->fold[m] != fold) continue;
    status = choose_batches(context, work, scores, adaptive, m, n, part, chosen);
    for (size_t i = 0; i < n && status == CORESET_OK; i++) work->marks[chosen[i]] = 1;
    if (status == CORESET_OK) status = try_marked(context, work, scores, prepared, fold, m, &work->chosen[n]);
  }
  core_release(&scratch);
  return status;
}

/* The trials with questions that the selector chooses. */
static coreset_status try_chosen(coreset_context *context, folding *work, core_shared *shared, const void *prepared,
                                 size_t fold) {
  const coreset_scores *scores = shared->scores;
  core_adaptive adaptive = {.base = NULL};
  size_t found = 0;
  if (work->origin->selector.method == NULL) return CORESET_OK;
  coreset_status status = core_select(context, shared, &work->origin->selector, work->most, work->picks, &found);
  if (status == CORESET_TOO_LITTLE) {
    for (size_t n = 1; n <= work->most; n++) work->chosen[n].failed = 1;
    return CORESET_OK;
  }
  if (status == CORESET_OK && work->origin->batches > 1) status = core_adaptive_start(context, shared, &adaptive);
  for (size_t n = 1; n <= work->most && status == CORESET_OK; n++) {
    if (!work->chosen[n].wanted || work->chosen[n].failed) continue;
    if (work->origin->batches > 1 && found >= n) {
      status = try_batches(context, work, &adaptive, scores, prepared, fold, n);
      continue;
    }
    for (size_t i = 0; i < n && i < found; i++) mark(work, scores, work->picks[i]);
    status = try_marked(context, work, scores, prepared, fold, ALL_OF_THEM, &work->chosen[n]);
  }
  core_adaptive_release(&adaptive);
  return status;
}

/* The trials with the questions of the sets themselves. */
static coreset_status try_given(coreset_context *context, folding *work, core_shared *shared, const void *prepared,
                                size_t fold) {
  coreset_status status = CORESET_OK;
  if (work->origin->selector.method != NULL && !work->origin->or_without) return CORESET_OK;
  for (size_t s = 0; s < work->set_count && status == CORESET_OK; s++) {
    const core_question_set *set = &work->sets[s];
    if (work->given[s].failed) continue;
    for (size_t i = 0; i < set->count; i++) {
      mark(work, shared->scores, work->scores->matrix_question[set->questions[i]]);
    }
    status = try_marked(context, work, shared->scores, prepared, fold, ALL_OF_THEM, &work->given[s]);
  }
  return status;
}

static coreset_status run_fold(coreset_context *context, folding *work, size_t fold) {
  const coreset_scores *all = work->scores;
  core_arena scratch = {0};
  core_shared shared = {.arena = &scratch};
  coreset_scores *scores = NULL;
  void *prepared = NULL;
  coreset_status status = core_poll_work(context, all->models);
  work->others.count = 0;
  for (size_t m = 0; m < all->models; m++) {
    work->kept[all->matrix_model[m]] = work->fold[m] != fold;
    if (work->fold[m] != fold) work->others.full_scores[work->others.count++] = work->everyone.full_scores[m];
  }
  if (status == CORESET_OK) status = core_scores_part(context, all, work->kept, &scores);
  shared.scores = scores;
  if (status == CORESET_OK) status = core_prepare(context, &scratch, work->predictor, &shared, &prepared);
  if (status == CORESET_OK) status = try_chosen(context, work, &shared, prepared, fold);
  if (status == CORESET_OK) status = try_given(context, work, &shared, prepared, fold);
  core_release(&scratch);
  coreset_scores_free(scores);
  return status;
}

/* The scale of a trial that all folds have gone through. */
static double scale_of(const folding *work, const residuals *trial) {
  if (trial->failed) return NAN;
  return CORE_TRAINING_SIZE * sqrt(core_sum_value(&trial->squares) / (double)work->scores->models);
}

/* All folds, and what they tell. order: the sources by full score. */
static coreset_status run_folds(coreset_context *context, folding *work, const uint32_t *order,
                                core_question_set *sets) {
  size_t models = work->scores->models, folds = models < FOLDS ? models : FOLDS;
  coreset_status status = CORESET_OK;
  for (size_t rank = 0; rank < models; rank++) work->fold[order[rank]] = rank % folds;
  for (size_t fold = 0; fold < folds && status == CORESET_OK; fold++) status = run_fold(context, work, fold);
  if (status == CORESET_TOO_LITTLE) return CORESET_OK; /* no set has an interval */
  for (size_t s = 0; s < work->set_count && status == CORESET_OK; s++) {
    const residuals *given = &work->given[s], *taken = &work->chosen[sets[s].count];
    int wider = work->origin->or_without && !(scale_of(work, given) <= scale_of(work, taken));
    if (work->origin->selector.method == NULL || (wider && !given->failed)) taken = given;
    sets[s].scale = scale_of(work, taken);
    sets[s].spread = taken->pairs > 0 ? core_sum_value(&taken->apart) / taken->pairs : 0;
    for (size_t m = 0; m < models && sets[s].predictions != NULL; m++) sets[s].predictions[m] = taken->found[m];
    for (size_t m = 0; m < models && sets[s].left_out != NULL; m++) sets[s].left_out[m] = taken->sure[m];
  }
  return status;
}

/* Room for what is kept of the predictions of trials, where a set wants it of one of them. */
static coreset_status keep_predictions(coreset_context *context, core_arena *arena, folding *work) {
  size_t models = work->scores->models;
  for (size_t s = 0; s < work->set_count; s++) {
    const core_question_set *set = &work->sets[s];
    residuals *trials[2] = {&work->given[s], &work->chosen[set->count]};
    for (size_t i = 0; i < 2; i++) {
      if (set->predictions != NULL && trials[i]->found == NULL) {
        trials[i]->found = core_take(context, arena, models, sizeof(double));
      }
      if (set->left_out != NULL && trials[i]->sure == NULL) {
        trials[i]->sure = core_take(context, arena, models, sizeof(core_left_out));
      }
    }
  }
  return arena->status;
}

coreset_status core_calibrate(coreset_context *context, const coreset_scores *scores, const coreset_choice *predictor,
                              const coreset_origin *origin, core_question_set *sets, size_t set_count) {
  coreset_choice complete = *predictor;
  coreset_status status = core_complete_choice(context, &core_predictors, &complete);
  return status == CORESET_OK ? core_calibrate_complete(context, scores, &complete, origin, sets, set_count) : status;
}

coreset_status core_calibrate_complete(coreset_context *context, const coreset_scores *scores,
                                       const coreset_choice *predictor, const coreset_origin *origin,
                                       core_question_set *sets, size_t set_count) {
  core_arena scratch = {0};
  folding work = {.scores = scores, .predictor = predictor, .origin = origin, .sets = sets, .set_count = set_count};
  for (size_t s = 0; s < set_count; s++) {
    sets[s].scale = NAN;
    sets[s].spread = 0;
    if (sets[s].count > work.most) work.most = sets[s].count;
  }
  work.given = core_take(context, &scratch, set_count, sizeof(residuals));
  work.chosen = core_take(context, &scratch, work.most + 1, sizeof(residuals));
  work.everyone = (core_interval){scores->models, 1, 0, core_scores_full_scores(context, &scratch, scores)};
  work.others = (core_interval){0, 1, 0, core_take(context, &scratch, scores->models, sizeof(double))};
  work.fold = core_take(context, &scratch, scores->models, sizeof(size_t));
  work.kept = core_take(context, &scratch, scores->matrix->models.count, 1);
  work.picks = core_take(context, &scratch, scores->questions, sizeof(size_t));
  work.marks = core_take(context, &scratch, scores->questions, 1);
  work.questions = core_take(context, &scratch, scores->questions, sizeof(size_t));
  work.answers = core_take(context, &scratch, scores->questions, sizeof(double));
  uint32_t *order = core_take(context, &scratch, scores->models, sizeof(uint32_t));
  coreset_status status = scratch.status;
  if (status == CORESET_OK && origin->selector.method != NULL) {
    status = core_check_choice(context, &core_selectors, &origin->selector);
  }
  if (status == CORESET_OK && scores->models >= CORE_LEAST_SOURCES) {
    for (size_t s = 0; s < set_count; s++) work.chosen[sets[s].count].wanted = 1;
    status = keep_predictions(context, &scratch, &work);
  }
  if (status == CORESET_OK && scores->models >= CORE_LEAST_SOURCES) {
    status = core_argsort(context, work.everyone.full_scores, scores->models, order);
    if (status == CORESET_OK) status = run_folds(context, &work, order, sets);
  }
  core_release(&scratch);
  return status;
}
