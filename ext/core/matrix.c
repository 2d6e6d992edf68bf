/*
** matrix.c: looking things up in a score matrix. matrix_read.c makes one.
*/
#include "matrix.h"

void coreset_matrix_free(coreset_matrix *matrix) {
  if (matrix == NULL) return;
  coreset_id_list_release(&matrix->models);
  coreset_id_list_release(&matrix->questions);
  coreset_free(matrix->weights);
  coreset_free(matrix->plane);
  coreset_free(matrix->values);
  coreset_free(matrix->observed);
  coreset_free(matrix->counts);
  coreset_free(matrix->wide_counts);
  coreset_free(matrix->sums);
  coreset_free(matrix->parts);
  coreset_free(matrix);
}

void coreset_matrix_summarise(const coreset_matrix *matrix, coreset_matrix_summary *summary) {
  summary->models = matrix->models.count;
  summary->questions = matrix->questions.count;
  summary->cells = matrix->cells;
  summary->repeats = matrix->repeats;
  summary->binary = matrix->binary;
  summary->low = matrix->low;
  summary->high = matrix->high;
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
  int observed = coreset_matrix_observed(matrix, model, question);
  *score = observed ? coreset_matrix_value(matrix, model, question) : 0.0;
  if (repeats != NULL) *repeats = observed ? coreset_matrix_count(matrix, model, question) : 0;
  return observed;
}

double coreset_matrix_weight(const coreset_matrix *matrix, size_t question) {
  return matrix->weights != NULL ? matrix->weights[question] : 1.0;
}
