/*
** matrix.c: a score matrix in memory, and what can be asked of it.
*/
#include "matrix.h"

#include <math.h>

void coreset_matrix_free(coreset_matrix *matrix) {
  if (matrix == NULL) return;
  coreset_id_list_release(&matrix->models);
  coreset_id_list_release(&matrix->questions);
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
  return coreset_id_list_get(&matrix->models, model);
}

coreset_id coreset_matrix_question(const coreset_matrix *matrix, size_t question) {
  return coreset_id_list_get(&matrix->questions, question);
}

ptrdiff_t coreset_matrix_find_model(const coreset_matrix *matrix, const coreset_id *id) {
  return coreset_id_list_find(&matrix->models, id);
}

ptrdiff_t coreset_matrix_find_question(const coreset_matrix *matrix, const coreset_id *id) {
  return coreset_id_list_find(&matrix->questions, id);
}

int coreset_matrix_cell(const coreset_matrix *matrix, size_t model, size_t question, double *score, uint64_t *repeats) {
  size_t cell = question * matrix->models.count + model;
  if (!coreset_matrix_observed(matrix, model, question)) return 0;
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

/* The average of each cell of a matrix with repeats, from its sum. */
static coreset_status average_sums(coreset_context *context, coreset_matrix *matrix) {
  size_t cells = matrix->models.count * matrix->questions.count, cell, part = 0;
  matrix->values = coreset_allocate(context, cells, sizeof(double));
  if (matrix->values == NULL) return CORESET_NO_MEMORY;
  for (cell = 0; cell < cells; cell++) {
    double second = 0;
    if (part < matrix->part_count && matrix->parts[part].cell == cell) second = matrix->parts[part].part;
    while (part < matrix->part_count && matrix->parts[part].cell == cell) part++;
    if (matrix->counts[cell] > 0) {
      matrix->values[cell] = coreset_exact_mean(matrix->sums[cell], second, matrix->counts[cell]);
    }
  }
  return CORESET_OK;
}

/* Counts what is observed and, where there are values, how they spread. */
static void survey_question(coreset_matrix *matrix, size_t question) {
  size_t models = matrix->models.count, m;
  for (m = 0; m < models; m++) {
    size_t cell = question * models + m;
    if (!coreset_matrix_observed(matrix, m, question)) continue;
    matrix->answered[m]++;
    matrix->cells++;
    if (matrix->counts != NULL) matrix->repeats += matrix->counts[cell] - 1;
    if (matrix->values != NULL) coreset_spread_add(&matrix->spread, matrix->values[cell], 1, 0, 0, 0);
  }
}

coreset_status coreset_matrix_complete(coreset_context *context, coreset_matrix *matrix) {
  size_t questions = matrix->questions.count, q;
  coreset_status status = CORESET_OK;
  matrix->answered = coreset_allocate(context, matrix->models.count, sizeof(size_t));
  if (matrix->answered == NULL) return CORESET_NO_MEMORY;
  if (matrix->sums != NULL) status = average_sums(context, matrix);
  for (q = 0; q < questions && status == CORESET_OK; q++) {
    survey_question(matrix, q);
    if (q % 4096 == 4095) status = coreset_poll(context);
  }
  return status;
}

coreset_status coreset_matrix_too_big(coreset_context *context, size_t models, size_t questions, double bytes,
                                      size_t limit) {
  return coreset_fail(context, CORESET_TOO_BIG,
                      "the matrix of %zu models x %zu questions would take at least %.0f bytes, more than the limit of "
                      "%zu; filter the rows first",
                      models, questions, bytes, limit);
}
