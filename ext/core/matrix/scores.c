/*
** scores.c: takes the source models out of a score matrix, drops the questions
** that none of them answered, and brings the scores to the scale of computing.
**
** Binary scores stay bits. A column of doubles exists only where bits cannot say
** it: for real-valued scores, and for binary scores with missing cells, because a
** filled cell is real-valued.
*/
#include "matrix/scores.h"

#include <math.h>
#include <string.h>

#include "matrix/matrix.h"
#include "numeric/bits.h"
#include "numeric/sums.h"

size_t core_scores_model_count(const coreset_scores *scores) {
  return scores->models;
}

size_t core_scores_question_count(const coreset_scores *scores) {
  return scores->questions;
}

int core_scores_binary(const coreset_scores *scores) {
  return scores->binary;
}

size_t core_scores_matrix_model(const coreset_scores *scores, size_t model) {
  return scores->matrix_model[model];
}

size_t core_scores_matrix_question(const coreset_scores *scores, size_t question) {
  return scores->matrix_question[question];
}

ptrdiff_t core_scores_find_question(const coreset_scores *scores, size_t matrix_question) {
  return scores->question_of_matrix[matrix_question];
}

double core_scores_full_score(const coreset_scores *scores, size_t model) {
  return scores->total[model] / scores->total_weight;
}

double core_scores_map(const coreset_scores *scores, double score) {
  return (score - scores->low) / (scores->high - scores->low);
}

double core_scores_unmap(const coreset_scores *scores, double value) {
  return scores->low + value * (scores->high - scores->low);
}

void core_scores_column(const coreset_scores *scores, size_t question, double *values) {
  const uint64_t *ones;
  size_t m;
  if (scores->values != NULL) {
    memcpy(values, scores->values + question * scores->models, scores->models * sizeof(double));
    return;
  }
  ones = core_ones_column(scores, question);
  for (m = 0; m < scores->models; m++) values[m] = core_bit(ones, m);
}

void coreset_scores_free(coreset_scores *scores) {
  if (scores == NULL) return;
  coreset_free(scores->ones);
  coreset_free(scores->observed);
  coreset_free(scores->values);
  coreset_free(scores->total);
  coreset_free(scores->weights);
  coreset_free(scores->matrix_model);
  coreset_free(scores->matrix_question);
  coreset_free(scores->question_of_matrix);
  coreset_free(scores);
}

size_t core_source_models(const coreset_matrix *matrix, unsigned percent, unsigned char *chosen) {
  size_t models = coreset_matrix_model_count(matrix);
  size_t fullest = 0, count = 0, m;
  for (m = 0; m < models; m++) {
    size_t answered = coreset_matrix_answered(matrix, m);
    if (answered > fullest) fullest = answered;
  }
  for (m = 0; m < models; m++) {
    chosen[m] = fullest > 0 && 100 * coreset_matrix_answered(matrix, m) >= percent * fullest;
    count += chosen[m];
  }
  return count;
}

/* What a pass over the chosen rows finds out. */
typedef struct survey {
  core_spread spread; /* of the scores */
  size_t missing;     /* missing cells in the questions kept */
  uint64_t *mask;     /* a bit for each model of the matrix that is chosen; owned */
} survey;

/* How many of the chosen models answered a question; takes note of their scores. */
static size_t survey_values(const coreset_matrix *matrix, const coreset_scores *scores, size_t question,
                            core_spread *spread) {
  const double *values = matrix->values + question * matrix->models.count;
  size_t answered = 0, m;
  for (m = 0; m < scores->models; m++) {
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
static coreset_status choose_cells(coreset_context *context, const coreset_matrix *matrix, const unsigned char *chosen,
                                   coreset_scores *scores, survey *found) {
  size_t models = matrix->models.count, questions = matrix->questions.count, m, q;
  core_bit_counter count = core_choose_bit_counter();
  found->mask = core_allocate(context, matrix->words, sizeof(uint64_t));
  scores->matrix_model = core_allocate(context, models, sizeof(size_t));
  scores->matrix_question = core_allocate(context, questions, sizeof(size_t));
  scores->question_of_matrix = core_allocate(context, questions, sizeof(ptrdiff_t));
  if (found->mask == NULL || scores->matrix_model == NULL || scores->matrix_question == NULL ||
      scores->question_of_matrix == NULL) {
    return CORESET_NO_MEMORY;
  }
  for (m = 0; m < models; m++) {
    if (chosen != NULL && !chosen[m]) continue;
    scores->matrix_model[scores->models++] = m;
    found->mask[m / 64] |= (uint64_t)1 << (m % 64);
  }
  for (q = 0; q < questions; q++) {
    size_t answered = matrix->ones != NULL ? survey_bits(matrix, found->mask, count, q, &found->spread)
                                           : survey_values(matrix, scores, q, &found->spread);
    scores->question_of_matrix[q] = -1;
    if (answered == 0) continue;
    found->missing += scores->models - answered;
    scores->question_of_matrix[q] = (ptrdiff_t)scores->questions;
    scores->matrix_question[scores->questions++] = q;
  }
  return CORESET_OK;
}

/* Refuses what no method can work with. */
static coreset_status check_cells(coreset_context *context, const coreset_matrix *matrix, const coreset_scores *scores,
                                  const survey *found) {
  size_t m;
  if (scores->models < 2) {
    return core_fail(context, CORESET_ERROR, "at least 2 source models are needed, got %zu", scores->models);
  }
  if (scores->questions < 2) {
    return core_fail(context, CORESET_ERROR, "at least 2 questions are needed, got %zu", scores->questions);
  }
  for (m = 0; m < scores->models; m++) {
    size_t answered = coreset_matrix_answered(matrix, scores->matrix_model[m]);
    if (2 * answered < scores->questions) {
      char text[CORE_ID_TEXT_SIZE];
      coreset_id id = coreset_matrix_model(matrix, scores->matrix_model[m]);
      return core_fail(context, CORESET_ERROR,
                       "model %s answered %zu of %zu questions: a source model must have answered at least half",
                       core_id_format(&id, text), answered, scores->questions);
    }
  }
  if (found->spread.distinct < 2) {
    return core_fail(context, CORESET_ERROR, "all scores of the source models are equal (%.15g)", found->spread.low);
  }
  return CORESET_OK;
}

/* Copies the chosen models' values of one question, mapped. */
static void copy_values(const coreset_matrix *matrix, coreset_scores *scores, size_t question) {
  const double *values = matrix->values + scores->matrix_question[question] * matrix->models.count;
  size_t m;
  for (m = 0; m < scores->models; m++) {
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
  size_t place = 0, w;
  for (w = 0; w < words; w++) {
    uint64_t bits = core_gather_bits(&plans[w], from[w]);
    size_t shift = place % 64;
    if (plans[w].count == 0) continue;
    to[place / 64] |= bits << shift;
    if (shift + plans[w].count > 64) to[place / 64 + 1] = bits >> (64 - shift);
    place += plans[w].count;
  }
}

/* Copies all cells from a matrix of bits. mask: the chosen models. */
static coreset_status copy_bits(coreset_context *context, const coreset_matrix *matrix, const uint64_t *mask,
                                coreset_scores *scores) {
  size_t words = matrix->words, w, m, q;
  core_gathering *plans = core_allocate(context, words, sizeof(core_gathering));
  if (plans == NULL) return CORESET_NO_MEMORY;
  for (w = 0; w < words; w++) plans[w] = core_plan_gathering(mask[w]);
  for (q = 0; q < scores->questions; q++) {
    size_t from = scores->matrix_question[q] * words, to = q * scores->words;
    gather_column(plans, matrix->ones + from, words, scores->ones + to);
    if (scores->observed != NULL) gather_column(plans, matrix->observed + from, words, scores->observed + to);
    for (m = 0; m < scores->models && scores->values != NULL; m++) {
      scores->values[q * scores->models + m] = core_bit(scores->ones + to, m);
    }
  }
  coreset_free(plans);
  return CORESET_OK;
}

/* Allocates what the survey calls for and copies the cells, mapped. */
static coreset_status copy_cells(coreset_context *context, const coreset_matrix *matrix, coreset_scores *scores,
                                 const survey *found) {
  size_t plane = scores->questions * scores->words, q;
  if (scores->binary) scores->ones = core_allocate(context, plane, sizeof(uint64_t));
  if (found->missing > 0) scores->observed = core_allocate(context, plane, sizeof(uint64_t));
  if (!scores->binary || found->missing > 0) {
    scores->values = core_allocate(context, scores->questions * scores->models, sizeof(double));
    if (scores->values == NULL) return CORESET_NO_MEMORY;
  }
  if ((scores->binary && scores->ones == NULL) || (found->missing > 0 && scores->observed == NULL)) {
    return CORESET_NO_MEMORY;
  }
  if (matrix->ones != NULL) return copy_bits(context, matrix, found->mask, scores);
  for (q = 0; q < scores->questions; q++) copy_values(matrix, scores, q);
  return CORESET_OK;
}

/* The weights of the questions kept. */
static coreset_status copy_weights(coreset_context *context, const coreset_matrix *matrix, coreset_scores *scores) {
  core_sum sum = {0, 0};
  size_t q;
  int equal = 1;
  for (q = 0; q < scores->questions; q++) {
    double weight = coreset_matrix_weight(matrix, scores->matrix_question[q]);
    core_sum_add(&sum, weight);
    if (weight < 1 || weight > 1) equal = 0;
  }
  scores->total_weight = core_sum_value(&sum);
  if (!isfinite(scores->total_weight)) {
    return core_fail(context, CORESET_ERROR, "the weights of the questions add up to more than a number can hold");
  }
  if (!(scores->total_weight > 0)) {
    return core_fail(context, CORESET_ERROR, "the weights of the questions must add up to a positive number, got %.15g",
                     scores->total_weight);
  }
  if (equal) return CORESET_OK;
  scores->weights = core_allocate(context, scores->questions, sizeof(double));
  if (scores->weights == NULL) return CORESET_NO_MEMORY;
  for (q = 0; q < scores->questions; q++) {
    scores->weights[q] = coreset_matrix_weight(matrix, scores->matrix_question[q]);
  }
  return CORESET_OK;
}

/* total[m] = number of ones. */
static coreset_status count_totals(coreset_context *context, coreset_scores *scores) {
  size_t *counts = core_allocate(context, scores->models, sizeof(size_t));
  coreset_status status = CORESET_NO_MEMORY;
  size_t m;
  scores->total = core_allocate(context, scores->models, sizeof(double));
  if (counts == NULL || scores->total == NULL) goto done;
  core_count_places(scores->ones, scores->questions, scores->models, counts);
  for (m = 0; m < scores->models; m++) scores->total[m] = (double)counts[m];
  status = CORESET_OK;
done:
  coreset_free(counts);
  return status;
}

/* total[m] = sum over q of weight_q x_mq. For complete binary scores of equal weight
** this is an exact integer, which Ross's estimator relies on. */
static coreset_status add_totals(coreset_context *context, coreset_scores *scores) {
  core_sum *sums = core_allocate(context, scores->models, sizeof(core_sum));
  double *column = core_allocate(context, scores->models, sizeof(double));
  coreset_status status = CORESET_NO_MEMORY;
  size_t m, q;
  scores->total = core_allocate(context, scores->models, sizeof(double));
  if (sums == NULL || column == NULL || scores->total == NULL) goto done;
  for (q = 0; q < scores->questions; q++) {
    double weight = scores->weights == NULL ? 1 : scores->weights[q];
    core_scores_column(scores, q, column);
    for (m = 0; m < scores->models; m++) core_sum_add(&sums[m], weight * column[m]);
  }
  for (m = 0; m < scores->models; m++) scores->total[m] = core_sum_value(&sums[m]);
  status = CORESET_OK;
done:
  coreset_free(sums);
  coreset_free(column);
  return status;
}

coreset_status coreset_scores_new(coreset_context *context, const coreset_matrix *matrix, const unsigned char *chosen,
                                  coreset_scores **result) {
  coreset_scores *scores = core_allocate(context, 1, sizeof(*scores));
  survey found = {0};
  coreset_status status;
  *result = NULL;
  if (scores == NULL) return CORESET_NO_MEMORY;
  status = choose_cells(context, matrix, chosen, scores, &found);
  if (status == CORESET_OK) status = check_cells(context, matrix, scores, &found);
  if (status == CORESET_OK) {
    scores->words = (scores->models + 63) / 64;
    scores->binary = found.spread.distinct <= 2;
    scores->low = found.spread.low;
    scores->high = found.spread.high;
    if (!scores->binary && scores->low >= 0 && scores->high <= 1) {
      scores->low = 0;
      scores->high = 1;
    }
    status = copy_cells(context, matrix, scores, &found);
  }
  coreset_free(found.mask);
  if (status == CORESET_OK) status = copy_weights(context, matrix, scores);
  if (status == CORESET_OK && scores->observed != NULL) status = core_fill_missing(context, scores);
  if (status == CORESET_OK) {
    int countable = scores->values == NULL && scores->weights == NULL;
    status = countable ? count_totals(context, scores) : add_totals(context, scores);
  }
  if (status == CORESET_OK) {
    *result = scores;
  } else {
    coreset_scores_free(scores);
  }
  return status;
}

coreset_status coreset_source_scores(coreset_context *context, const coreset_matrix *matrix, unsigned percent,
                                     coreset_scores **scores) {
  unsigned char *chosen = core_allocate(context, coreset_matrix_model_count(matrix), 1);
  coreset_status status = CORESET_NO_MEMORY;
  *scores = NULL;
  if (chosen != NULL) {
    core_source_models(matrix, percent, chosen);
    status = coreset_scores_new(context, matrix, chosen, scores);
  }
  coreset_free(chosen);
  return status;
}
