/*
** matrix.c: a score matrix in memory, and what can be asked of it.
*/
#include "matrix/matrix.h"

#include "numeric/bits.h"

void coreset_matrix_free(coreset_matrix *matrix) {
  if (matrix == NULL) return;
  core_id_list_release(&matrix->models);
  core_id_list_release(&matrix->questions);
  coreset_free(matrix->ones);
  coreset_free(matrix->observed);
  coreset_free(matrix->values);
  coreset_free(matrix->sums);
  coreset_free(matrix->counts);
  coreset_free(matrix->parts);
  coreset_free(matrix->weights);
  coreset_free(matrix->answered);
  coreset_free(matrix);
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
    *score = matrix->ones[question * matrix->words + model / 64] >> (model % 64) & 1 ? matrix->spread.high
                                                                                     : matrix->spread.low;
  }
  if (repeats != NULL) *repeats = matrix->counts == NULL ? 1 : matrix->counts[cell];
  return 1;
}

double coreset_matrix_weight(const coreset_matrix *matrix, size_t question) {
  return matrix->weights == NULL ? 1 : matrix->weights[question];
}

size_t coreset_matrix_answered(const coreset_matrix *matrix, size_t model) {
  return matrix->answered[model];
}

void coreset_matrix_summarise(const coreset_matrix *matrix, coreset_matrix_summary *summary) {
  summary->models = matrix->models.count;
  summary->questions = matrix->questions.count;
  summary->cells = matrix->cells;
  summary->repeats = matrix->repeats;
  summary->binary = matrix->spread.distinct <= 2;
  summary->low = matrix->spread.low;
  summary->high = matrix->spread.high;
}

coreset_status core_matrix_average(coreset_context *context, coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count, m, q, part = 0;
  matrix->values = core_allocate(context, models * questions, sizeof(double));
  if (matrix->values == NULL) return CORESET_NO_MEMORY;
  for (q = 0; q < questions; q++) {
    if (q % core_matrix_block(matrix) == 0 && core_poll(context) != CORESET_OK) return CORESET_INTERRUPTED;
    for (m = 0; m < models; m++) {
      size_t cell = q * models + m;
      double second = 0;
      if (part < matrix->part_count && matrix->parts[part].cell == cell) second = matrix->parts[part].part;
      while (part < matrix->part_count && matrix->parts[part].cell == cell) part++;
      if (matrix->counts[cell] > 0) {
        matrix->values[cell] = core_exact_mean(matrix->sums[cell], second, matrix->counts[cell]);
      }
    }
  }
  return CORESET_OK;
}

/* Counts the cells with a score. */
static void count_cells(coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count, m;
  if (matrix->observed != NULL) {
    core_count_places(matrix->observed, questions, models, matrix->answered);
  } else {
    for (m = 0; m < models; m++) matrix->answered[m] = questions;
  }
  for (m = 0; m < models; m++) matrix->cells += matrix->answered[m];
}

/* How the values of a question spread. */
static void survey_question(coreset_matrix *matrix, size_t question) {
  const double *values = matrix->values + question * matrix->models.count;
  size_t m;
  for (m = 0; m < matrix->models.count; m++) {
    if (core_matrix_observed(matrix, m, question)) core_spread_add(&matrix->spread, values[m]);
  }
}

coreset_status core_matrix_complete(coreset_context *context, coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count, i;
  matrix->answered = core_allocate(context, models, sizeof(size_t));
  if (matrix->answered == NULL) return CORESET_NO_MEMORY;
  count_cells(matrix);
  if (matrix->counts != NULL) {
    for (i = 0; i < models * questions; i++) matrix->repeats += matrix->counts[i];
    matrix->repeats -= matrix->cells;
  }
  for (i = 0; i < questions && matrix->values != NULL; i++) {
    if (i % core_matrix_block(matrix) == 0 && core_poll(context) != CORESET_OK) return CORESET_INTERRUPTED;
    survey_question(matrix, i);
  }
  return CORESET_OK;
}

coreset_status core_matrix_too_big(coreset_context *context, size_t models, size_t questions, double bytes,
                                   size_t limit) {
  return core_fail(context, CORESET_TOO_BIG,
                   "the matrix of %zu models x %zu questions would take at least %.0f bytes, more than the limit of "
                   "%zu; filter the rows first",
                   models, questions, bytes, limit);
}
