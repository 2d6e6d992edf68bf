/*
** matrix.c: a score matrix in memory, and what can be asked of it.
*/
#include "matrix/matrix.h"

#include <math.h>

void coreset_matrix_free(coreset_matrix *matrix) {
  if (matrix != NULL) core_release(&matrix->arena);
}

size_t coreset_matrix_model_count(const coreset_matrix *matrix) {
  return matrix->models.count;
}

size_t coreset_matrix_question_count(const coreset_matrix *matrix) {
  return matrix->questions.count;
}

coreset_id coreset_matrix_model(const coreset_matrix *matrix, size_t model) {
  return core_id_list_get(&matrix->models, model);
}

coreset_id coreset_matrix_question(const coreset_matrix *matrix, size_t question) {
  return core_id_list_get(&matrix->questions, question);
}

ptrdiff_t coreset_matrix_find_model(const coreset_matrix *matrix, const coreset_id *id) {
  return core_id_list_find(&matrix->models, id);
}

ptrdiff_t coreset_matrix_find_question(const coreset_matrix *matrix, const coreset_id *id) {
  return core_id_list_find(&matrix->questions, id);
}

int coreset_matrix_cell(const coreset_matrix *matrix, size_t model, size_t question, double *score, uint64_t *repeats) {
  size_t cell = question * matrix->models.count + model;
  if (!core_matrix_observed(matrix, model, question)) return 0;
  if (matrix->values != NULL) {
    *score = matrix->values[cell];
  } else {
    *score = core_bit(matrix->ones + question * matrix->words, model) ? matrix->spread.high : matrix->spread.low;
  }
  if (repeats != NULL) *repeats = matrix->counts == NULL ? 1 : matrix->counts[cell];
  return 1;
}

double coreset_matrix_weight(const coreset_matrix *matrix, size_t question) {
  return matrix->weights == NULL ? 1 : matrix->weights[question];
}

size_t core_matrix_twins(const coreset_matrix *matrix, size_t *integer, size_t *text) {
  core_bit_counter count = core_choose_bit_counter();
  size_t twins = 0, words = matrix->words;
  if (matrix->observed == NULL) return 0; /* every model answered both */
  for (size_t q = matrix->questions.integer_count; q < matrix->questions.count && matrix->questions.integer_count > 0;
       q++) {
    char digits[CORE_TWIN_SIZE];
    coreset_id id = coreset_matrix_question(matrix, q), twin;
    ptrdiff_t other = core_id_twin(&id, digits, &twin) ? coreset_matrix_find_question(matrix, &twin) : -1;
    if (other < 0 || count(matrix->observed + (size_t)other * words, matrix->observed + q * words, words) > 0) continue;
    if (twins == 0 && integer != NULL) *integer = (size_t)other;
    if (twins++ == 0 && text != NULL) *text = q;
  }
  return twins;
}

void coreset_matrix_summarise(const coreset_matrix *matrix, coreset_matrix_summary *summary) {
  *summary = (coreset_matrix_summary){
      .models = matrix->models.count,
      .questions = matrix->questions.count,
      .cells = matrix->cells,
      .repeats = matrix->repeats,
      .binary = matrix->spread.distinct <= 2,
      .low = matrix->spread.low,
      .high = matrix->spread.high,
      .twins = core_matrix_twins(matrix, NULL, NULL),
  };
}

int core_matrix_successes(const coreset_matrix *matrix, size_t model, size_t question, uint32_t *successes) {
  size_t cell = question * matrix->models.count + model;
  double count = (double)matrix->counts[cell], sum, rest = 0;
  if (matrix->sums != NULL) {
    sum = matrix->sums[cell];
  } else {
    double score = 0;
    coreset_matrix_cell(matrix, model, question, &score, NULL);
    sum = score * count;
    rest = fma(score, count, -sum);
  }
  if (!(sum >= 0 && sum <= count) || sum > floor(sum) || fabs(rest) > 0) return 0;
  *successes = (uint32_t)sum;
  return 1;
}

/* Puts bits in the place of values and sums. */
static coreset_status make_plane(coreset_context *context, coreset_matrix *matrix) {
  size_t models = matrix->models.count;
  matrix->ones = core_matrix_take_plane(context, matrix);
  if (matrix->ones == NULL) return CORESET_NO_MEMORY;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    for (size_t m = 0; m < models; m++) {
      size_t cell = q * models + m;
      uint64_t one = matrix->counts[cell] > 0 && matrix->values[cell] > matrix->spread.low;
      matrix->ones[q * matrix->words + m / 64] |= one << (m % 64);
    }
  }
  matrix->sums = core_drop(&matrix->arena, matrix->sums);
  matrix->values = core_drop(&matrix->arena, matrix->values);
  matrix->parts = core_drop(&matrix->arena, matrix->parts);
  matrix->part_count = 0;
  return CORESET_OK;
}

coreset_status core_matrix_average(coreset_context *context, coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count, part = 0;
  core_spread *spread = &matrix->spread;
  matrix->values = core_take_matrix(context, &matrix->arena, questions, models, sizeof(double));
  if (matrix->values == NULL) return CORESET_NO_MEMORY;
  for (size_t q = 0; q < questions; q++) {
    coreset_status status = core_poll_every(context, core_matrix_block(matrix));
    if (status != CORESET_OK) return status;
    for (size_t cell = q * models; cell < (q + 1) * models; cell++) {
      const core_matrix_part *further = matrix->parts + part;
      while (part < matrix->part_count && matrix->parts[part].cell == cell) part++;
      if (matrix->counts[cell] == 0) continue;
      ptrdiff_t further_count = matrix->parts + part - further;
      double first = matrix->sums[cell], second = further_count > 0 ? further->part : 0;
      double mean = matrix->values[cell] = core_exact_mean(first, second, matrix->counts[cell]);
      core_spread_add(spread, mean);
      if (matrix->counts[cell] == 1 || spread->distinct > 2) continue;
      double product = mean * (double)matrix->counts[cell];
      double rest = fma(mean, (double)matrix->counts[cell], -product);
      if (further_count > 1 || product != first || rest != second) spread->unrecoverable = 1;
    }
  }
  return core_spread_fits_plane(spread) ? make_plane(context, matrix) : CORESET_OK;
}

/* Counts the cells with a score, and the scores. */
static void count_cells(coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  if (matrix->observed != NULL) {
    core_count_places(matrix->observed, questions, models, matrix->answered);
  } else {
    for (size_t m = 0; m < models; m++) matrix->answered[m] = questions;
  }
  for (size_t m = 0; m < models; m++) matrix->cells += matrix->answered[m];
  if (matrix->counts == NULL) return;
  for (size_t i = 0; i < models * questions; i++) matrix->repeats += matrix->counts[i];
  matrix->repeats -= matrix->cells;
}

coreset_status core_matrix_complete(coreset_context *context, coreset_matrix *matrix) {
  size_t models = matrix->models.count;
  core_spread spread = {0};
  matrix->answered = core_take(context, &matrix->arena, models, sizeof(size_t));
  if (matrix->answered == NULL) return CORESET_NO_MEMORY;
  count_cells(matrix);
  if (matrix->values == NULL || matrix->spread.distinct > 0) return CORESET_OK;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    const double *values = matrix->values + q * models;
    coreset_status status = core_poll_every(context, core_matrix_block(matrix));
    if (status != CORESET_OK) return status;
    for (size_t m = 0; m < models; m++) {
      if (core_matrix_observed(matrix, m, q)) core_spread_add(&spread, values[m]);
    }
  }
  matrix->spread = spread;
  return CORESET_OK;
}

coreset_status core_matrix_check_limit(coreset_context *context, const coreset_matrix *matrix, double bytes,
                                       size_t limit) {
  if (bytes <= (double)limit) return CORESET_OK;
  return core_fail(context, CORESET_TOO_BIG,
                   "the matrix of %zu models x %zu questions would take at least %.0f bytes, more than the limit of "
                   "%zu; filter the rows first",
                   matrix->models.count, matrix->questions.count, bytes, limit);
}
