/*
** scores.c: takes models and questions out of a score matrix, drops the questions
** that none of these models answered, and brings the scores to the scale of computing.
**
** Binary scores stay bits, beside which lie the values of missing cells that were
** filled in. Columns of doubles are there where bits cannot say it: for real-valued
** scores, and for successes out of several trials.
*/
#include "matrix/scores.h"

#include <math.h>
#include <string.h>

#include "matrix/fill.h"
#include "matrix/sources.h"
#include "numeric/bits.h"
#include "numeric/sums.h"

#define POLL_CELLS (1U << 20) /* between two polls: some milliseconds */

double core_scores_full_score(const coreset_scores *scores, size_t model) {
  return scores->total[model] / scores->total_weight;
}

double core_scores_map(const coreset_scores *scores, double score) {
  return (score - scores->low) / (scores->high - scores->low);
}

double core_scores_unmap(const coreset_scores *scores, double value) {
  return scores->low + value * (scores->high - scores->low);
}

double *core_scores_full_scores(coreset_context *context, core_arena *arena, const coreset_scores *scores) {
  double *full_scores = core_take(context, arena, scores->models, sizeof(double));
  for (size_t m = 0; full_scores != NULL && m < scores->models; m++) full_scores[m] = core_scores_full_score(scores, m);
  return full_scores;
}

double core_scores_mean(const coreset_scores *scores) {
  core_sum sum = {0, 0};
  for (size_t m = 0; m < scores->models; m++) core_sum_add(&sum, core_scores_full_score(scores, m));
  return core_scores_unmap(scores, core_sum_value(&sum) / (double)scores->models);
}

coreset_status core_scores_find(coreset_context *context, const coreset_scores *scores, size_t matrix_question,
                                size_t *question) {
  size_t all = scores->matrix->questions.count;
  if (matrix_question >= all) {
    return core_fail(context, CORESET_ERROR, "there is no question %zu in a matrix of %zu", matrix_question, all);
  }
  ptrdiff_t found = scores->question_of_matrix[matrix_question];
  if (found < 0) {
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_matrix_question(scores->matrix, matrix_question);
    return core_fail(context, CORESET_ERROR, "no source model answered question %s", core_id_format(&id, text));
  }
  *question = (size_t)found;
  return CORESET_OK;
}

coreset_id core_scores_question(const coreset_scores *scores, size_t question) {
  return coreset_matrix_question(scores->matrix, scores->matrix_question[question]);
}

/* The scores as a table with holes. */
static core_holes holes_of(const coreset_scores *scores) {
  return (core_holes){.models = scores->models,
                      .questions = scores->questions,
                      .words = scores->words,
                      .binary = core_scores_binary_kind(scores),
                      .observed = scores->observed,
                      .ones = scores->values == NULL ? scores->ones : NULL,
                      .values = scores->values,
                      .start = scores->filled_start,
                      .filled = scores->filled};
}

void core_scores_column(const coreset_scores *scores, size_t question, double *values) {
  if (scores->values != NULL) {
    memcpy(values, scores->values + question * scores->models, scores->models * sizeof(double));
    return;
  }
  core_spread_bits(core_ones_column(scores, question), scores->models, values);
  if (scores->filled == NULL) return;
  core_holes holes = holes_of(scores);
  core_fill_column(&holes, question, values);
}

double core_scores_value(const coreset_scores *scores, size_t question, size_t model) {
  if (scores->values != NULL) return scores->values[question * scores->models + model];
  const uint64_t *observed = core_observed_column(scores, question);
  if (observed == NULL || core_bit(observed, model)) return core_bit(core_ones_column(scores, question), model);
  size_t place = scores->filled_start[question];
  for (size_t w = 0; w < model / 64; w++) place += (size_t)__builtin_popcountll(~observed[w]);
  place += (size_t)__builtin_popcountll(~observed[model / 64] & (((uint64_t)1 << model % 64) - 1));
  return scores->filled[place];
}

void coreset_scores_free(coreset_scores *scores) {
  if (scores != NULL) core_release(&scores->arena);
}

/* For loops over the questions that look at each cell. */
static coreset_status poll_cells(coreset_context *context, const coreset_scores *scores) {
  return core_poll_work(context, CORE_POLL_WORK / POLL_CELLS * (scores->models + 1));
}

/* What a pass over the chosen rows finds out. */
typedef struct survey {
  core_spread spread; /* of the scores */
  size_t missing;     /* missing cells in the questions kept */
  uint64_t *mask;     /* a bit for each model of the matrix that is chosen */
} survey;

/* How many of the chosen models answered a question; their scores go into the spread. */
static size_t survey_values(const coreset_scores *scores, size_t question, core_spread *spread) {
  const coreset_matrix *matrix = scores->matrix;
  const double *values = matrix->values + question * matrix->models.count;
  size_t answered = 0;
  for (size_t m = 0; m < scores->models; m++) {
    size_t model = scores->matrix_model[m];
    if (!core_matrix_observed(matrix, model, question)) continue;
    core_spread_add(spread, values[model]);
    answered++;
  }
  return answered;
}

/* The same for a matrix of bits. mask: the chosen models. */
static size_t survey_bits(const coreset_matrix *matrix, const uint64_t *mask, core_bit_counter count, size_t question,
                          core_spread *spread) {
  size_t words = matrix->words;
  size_t ones = count(matrix->ones + question * words, mask, words);
  size_t answered = count(matrix->observed == NULL ? mask : matrix->observed + question * words, mask, words);
  if (ones > 0) core_spread_add(spread, matrix->spread.high);
  if (ones < answered) core_spread_add(spread, matrix->spread.low);
  return answered;
}

/* Lists the models and the questions that are kept, and surveys their scores. */
static coreset_status choose_cells(coreset_context *context, core_arena *scratch, const unsigned char *chosen,
                                   const unsigned char *kept, coreset_scores *scores, survey *found) {
  const coreset_matrix *matrix = scores->matrix;
  size_t models = matrix->models.count, questions = matrix->questions.count;
  core_bit_counter count = core_choose_bit_counter();
  found->mask = core_take(context, scratch, matrix->words, sizeof(uint64_t));
  scores->matrix_model = core_take(context, &scores->arena, models, sizeof(size_t));
  scores->matrix_question = core_take(context, &scores->arena, questions, sizeof(size_t));
  scores->question_of_matrix = core_take(context, &scores->arena, questions, sizeof(ptrdiff_t));
  if (scratch->status != CORESET_OK || scores->arena.status != CORESET_OK) return CORESET_NO_MEMORY;
  for (size_t m = 0; m < models; m++) {
    if (!chosen[m]) continue;
    scores->matrix_model[scores->models++] = m;
    found->mask[m / 64] |= (uint64_t)1 << (m % 64);
  }
  for (size_t q = 0; q < questions; q++) {
    coreset_status status = core_poll_work(context, matrix->ones != NULL ? matrix->words : models);
    if (status != CORESET_OK) return status;
    scores->question_of_matrix[q] = -1;
    if (kept != NULL && !kept[q]) continue;
    size_t answered = matrix->ones != NULL ? survey_bits(matrix, found->mask, count, q, &found->spread)
                                           : survey_values(scores, q, &found->spread);
    if (answered == 0) continue;
    found->missing += scores->models - answered;
    scores->question_of_matrix[q] = (ptrdiff_t)scores->questions;
    scores->matrix_question[scores->questions++] = q;
  }
  return CORESET_OK;
}

/* Refuses what no method can work with. */
static coreset_status check_cells(coreset_context *context, const coreset_scores *scores, const survey *found) {
  if (scores->models < 2) {
    return core_fail(context, CORESET_TOO_LITTLE, "at least 2 source models are needed, got %zu", scores->models);
  }
  if (scores->questions < 2) {
    return core_fail(context, CORESET_TOO_LITTLE, "at least 2 questions that source models share are needed, got %zu",
                     scores->questions);
  }
  if (found->spread.distinct < 2) {
    return core_fail(context, CORESET_TOO_LITTLE, "all scores of the source models are equal (%.15g)",
                     found->spread.low);
  }
  return CORESET_OK;
}

/* Finds out whether all scores, which map to themselves, are successes out of trials. */
static coreset_status find_trials(coreset_context *context, coreset_scores *scores, const survey *found) {
  const coreset_matrix *matrix = scores->matrix;
  size_t models = matrix->models.count, cells = 0;
  double inverses = 0;
  scores->mean_inverse_trials = 1;
  if (matrix->counts == NULL || scores->low < 0 || scores->low > 0 || islessgreater(scores->high, 1)) {
    return CORESET_OK;
  }
  for (size_t q = 0; q < scores->questions; q++) {
    coreset_status status = poll_cells(context, scores);
    if (status != CORESET_OK) return status;
    for (size_t m = 0; m < scores->models; m++) {
      uint32_t successes, count = matrix->counts[scores->matrix_question[q] * models + scores->matrix_model[m]];
      if (!core_matrix_successes(matrix, scores->matrix_model[m], scores->matrix_question[q], &successes))
        return CORESET_OK;
      if (count == 0) continue;
      inverses += 1 / (double)count;
      cells++;
    }
  }
  for (size_t p = 0; p < matrix->part_count; p++) { /* a sum with a further part is not whole */
    uint64_t cell = matrix->parts[p].cell;
    if (core_bit(found->mask, cell % models) && scores->question_of_matrix[cell / models] >= 0) return CORESET_OK;
  }
  scores->counted = 1;
  scores->mean_inverse_trials = inverses / (double)cells;
  return CORESET_OK;
}

/* Decides which scores map to 0 and 1. */
static void choose_scale(coreset_scores *scores, const core_spread *spread) {
  scores->binary = spread->distinct <= 2;
  scores->low = spread->low;
  scores->high = spread->high;
  if (!scores->binary && scores->low >= 0 && scores->high <= 1) {
    scores->low = 0;
    scores->high = 1;
  }
}

/* Copies the chosen models' values of one question, mapped. */
static void copy_values(coreset_scores *scores, size_t question) {
  const coreset_matrix *matrix = scores->matrix;
  const double *values = matrix->values + scores->matrix_question[question] * matrix->models.count;
  for (size_t m = 0; m < scores->models; m++) {
    uint64_t bit = (uint64_t)1 << (m % 64);
    size_t word = question * scores->words + m / 64, model = scores->matrix_model[m];
    if (!core_matrix_observed(matrix, model, scores->matrix_question[question])) continue;
    if (scores->observed != NULL) scores->observed[word] |= bit;
    if (scores->ones != NULL && values[model] >= scores->high) scores->ones[word] |= bit;
    if (scores->values != NULL) {
      scores->values[question * scores->models + m] = core_scores_map(scores, values[model]);
    }
  }
}

/* Gathers the chosen models' bits of one question. plans: one for each word. to: zeros. */
static void gather_column(const core_gathering *plans, const uint64_t *from, size_t words, uint64_t *to) {
  size_t place = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t bits = core_gather_bits(&plans[w], from[w]);
    size_t shift = place % 64;
    if (plans[w].count == 0) continue;
    to[place / 64] |= bits << shift;
    if (shift + plans[w].count > 64) to[place / 64 + 1] = bits >> (64 - shift);
    place += plans[w].count;
  }
}

/* Copies all cells from a matrix of bits. mask: the chosen models. */
static coreset_status copy_bits(coreset_context *context, core_arena *scratch, const uint64_t *mask,
                                coreset_scores *scores) {
  const coreset_matrix *matrix = scores->matrix;
  size_t words = matrix->words;
  core_gathering *plans = core_take(context, scratch, words, sizeof(core_gathering));
  if (plans == NULL) return CORESET_NO_MEMORY;
  for (size_t w = 0; w < words; w++) plans[w] = core_plan_gathering(mask[w]);
  for (size_t q = 0; q < scores->questions; q++) {
    size_t from = scores->matrix_question[q] * words, to = q * scores->words;
    gather_column(plans, matrix->ones + from, words, scores->ones + to);
    if (scores->observed != NULL) gather_column(plans, matrix->observed + from, words, scores->observed + to);
  }
  return CORESET_OK;
}

/* Takes the arrays that the survey calls for and copies the cells, mapped. */
static coreset_status copy_cells(coreset_context *context, core_arena *scratch, const survey *found,
                                 coreset_scores *scores) {
  core_arena *arena = &scores->arena;
  int holes = found->missing > 0;
  choose_scale(scores, &found->spread);
  coreset_status status = find_trials(context, scores, found);
  if (status != CORESET_OK) return status;
  scores->words = (scores->models + 63) / 64;
  if (core_scores_binary_kind(scores)) {
    scores->ones = core_take_matrix(context, arena, scores->questions, scores->words, sizeof(uint64_t));
  }
  if (holes) scores->observed = core_take_matrix(context, arena, scores->questions, scores->words, sizeof(uint64_t));
  if (!scores->binary) {
    scores->values = core_take_matrix(context, arena, scores->questions, scores->models, sizeof(double));
  }
  if (arena->status != CORESET_OK) return arena->status;
  if (scores->matrix->ones != NULL) return copy_bits(context, scratch, found->mask, scores);
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
    copy_values(scores, q);
    status = poll_cells(context, scores);
  }
  return status;
}

/* The weights of the questions kept. */
static coreset_status copy_weights(coreset_context *context, coreset_scores *scores) {
  double *weights = core_take(context, &scores->arena, scores->questions, sizeof(double));
  core_sum sum = {0, 0};
  int equal = 1;
  if (weights == NULL) return CORESET_NO_MEMORY;
  for (size_t q = 0; q < scores->questions; q++) {
    weights[q] = coreset_matrix_weight(scores->matrix, scores->matrix_question[q]);
    core_sum_add(&sum, weights[q]);
    if (weights[q] < 1 || weights[q] > 1) equal = 0;
  }
  scores->total_weight = core_sum_value(&sum);
  if (!isfinite(scores->total_weight)) {
    return core_fail(context, CORESET_ERROR, "the weights of the questions add up to more than a number can hold");
  }
  if (!(scores->total_weight > 0)) {
    return core_fail(context, CORESET_ERROR, "the weights of the questions must add up to a positive number, got %.15g",
                     scores->total_weight);
  }
  if (equal) {
    core_drop(&scores->arena, weights);
  } else {
    scores->weights = weights;
  }
  return CORESET_OK;
}

/* Fills the missing cells. What is filled in has a place of its own only where bits leave none. */
static coreset_status fill_cells(coreset_context *context, coreset_scores *scores, size_t missing) {
  core_bit_counter count = core_choose_bit_counter();
  size_t *start = core_take(context, &scores->arena, scores->questions + 1, sizeof(size_t));
  double *filled = core_take(context, &scores->arena, missing, sizeof(double));
  if (scores->arena.status != CORESET_OK) return scores->arena.status;
  for (size_t q = 0; q < scores->questions; q++) {
    const uint64_t *observed = core_observed_column(scores, q);
    start[q + 1] = start[q] + scores->models - count(observed, observed, scores->words);
  }
  scores->filled = filled;
  scores->filled_start = start;
  core_holes holes = holes_of(scores);
  coreset_status status = core_fill_missing(context, &holes);
  if (scores->values == NULL) return status;
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
    core_fill_column(&holes, q, scores->values + q * scores->models);
  }
  core_drop(&scores->arena, start);
  core_drop(&scores->arena, filled);
  scores->filled = NULL;
  scores->filled_start = NULL;
  return status;
}

/* Adds what is filled in to a sum for each model. */
static coreset_status add_filled(coreset_context *context, const coreset_scores *scores, core_sum *sums) {
  coreset_status status = CORESET_OK;
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
    const uint64_t *observed = core_observed_column(scores, q);
    const double *filled = scores->filled + scores->filled_start[q];
    const double *end = scores->filled + scores->filled_start[q + 1];
    for (size_t w = 0; filled < end; w++) {
      for (uint64_t absent = ~observed[w]; absent != 0 && filled < end; absent &= absent - 1) {
        core_sum_add(&sums[64 * w + (size_t)__builtin_ctzll(absent)], *filled++);
      }
    }
    status = poll_cells(context, scores);
  }
  return status;
}

/* total[m] = sum over q of weight_q x_mq. For complete binary scores of equal weight
** this is an exact integer, which Ross's estimator relies on. */
static coreset_status add_totals(coreset_context *context, core_arena *scratch, coreset_scores *scores) {
  size_t models = scores->models;
  size_t *counts = core_take(context, scratch, models, sizeof(size_t));
  core_sum *sums = core_take(context, scratch, models, sizeof(core_sum));
  double *column = core_take(context, scratch, models, sizeof(double));
  scores->total = core_take(context, &scores->arena, models, sizeof(double));
  if (scratch->status != CORESET_OK || scores->arena.status != CORESET_OK) return CORESET_NO_MEMORY;
  coreset_status status = CORESET_OK;
  if (scores->values == NULL && scores->weights == NULL) {
    core_count_places(scores->ones, scores->questions, models, counts);
    for (size_t m = 0; m < models; m++) sums[m].high = (double)counts[m];
    if (scores->filled != NULL) status = add_filled(context, scores, sums);
  } else {
    for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
      double weight = scores->weights == NULL ? 1 : scores->weights[q];
      core_scores_column(scores, q, column);
      for (size_t m = 0; m < models; m++) core_sum_add(&sums[m], weight * column[m]);
      status = poll_cells(context, scores);
    }
  }
  for (size_t m = 0; m < models; m++) scores->total[m] = core_sum_value(&sums[m]);
  return status;
}

/* Refuses a model without any answer, whose row nothing could be said about. */
static coreset_status check_models(coreset_context *context, core_arena *scratch, const coreset_scores *scores) {
  size_t *answered = core_take(context, scratch, scores->models, sizeof(size_t));
  if (answered == NULL) return CORESET_NO_MEMORY;
  core_count_places(scores->observed, scores->questions, scores->models, answered);
  for (size_t m = 0; m < scores->models; m++) {
    char text[CORE_ID_TEXT_SIZE];
    coreset_id id = coreset_matrix_model(scores->matrix, scores->matrix_model[m]);
    if (answered[m] > 0) continue;
    return core_fail(context, CORESET_ERROR, "model %s answered none of the %zu questions", core_id_format(&id, text),
                     scores->questions);
  }
  return CORESET_OK;
}

coreset_status core_scores_of(coreset_context *context, const coreset_matrix *matrix, const unsigned char *models,
                              const unsigned char *questions, coreset_scores **result) {
  coreset_scores *scores = core_object(context, sizeof(*scores));
  *result = NULL;
  if (scores == NULL) return CORESET_NO_MEMORY;
  core_arena scratch = {0};
  survey found = {0};
  scores->matrix = matrix;
  coreset_status status = choose_cells(context, &scratch, models, questions, scores, &found);
  if (status == CORESET_OK) status = check_cells(context, scores, &found);
  if (status == CORESET_OK) status = copy_cells(context, &scratch, &found, scores);
  if (status == CORESET_OK) status = copy_weights(context, scores);
  if (status == CORESET_OK && scores->observed != NULL) status = check_models(context, &scratch, scores);
  if (status == CORESET_OK && scores->observed != NULL) status = fill_cells(context, scores, found.missing);
  if (status == CORESET_OK) status = add_totals(context, &scratch, scores);
  core_release(&scratch);
  *result = core_made_object(status, scores);
  return status;
}

coreset_status core_scores_part(coreset_context *context, const coreset_scores *whole, const unsigned char *models,
                                coreset_scores **scores) {
  core_arena scratch = {0};
  unsigned char *questions = core_take(context, &scratch, whole->matrix->questions.count, 1);
  coreset_status status = scratch.status;
  *scores = NULL;
  for (size_t q = 0; q < whole->questions && status == CORESET_OK; q++) questions[whole->matrix_question[q]] = 1;
  if (status == CORESET_OK) status = core_scores_of(context, whole->matrix, models, questions, scores);
  core_release(&scratch);
  return status;
}

coreset_status coreset_scores_new(coreset_context *context, const coreset_matrix *matrix, const unsigned char *chosen,
                                  coreset_scores **scores) {
  core_arena scratch = {0};
  core_sources found;
  *scores = NULL;
  if (chosen != NULL) return core_scores_of(context, matrix, chosen, NULL, scores);
  coreset_status status = core_find_sources(context, &scratch, matrix, NULL, &found);
  if (status == CORESET_OK) {
    status = core_scores_of(context, matrix, found.is_source, found.in_benchmark, scores);
  }
  core_release(&scratch);
  return status;
}
