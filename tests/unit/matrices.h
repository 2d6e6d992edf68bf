/*
** matrices.h: score matrices for tests.
*/
#ifndef TEST_MATRICES_H
#define TEST_MATRICES_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matrix/scores.h"
#include "numeric/random.h"

/* A context whose work is interrupted at a poll, and asks at every place where it can ask. */
typedef struct interruption {
  coreset_context context;
  int left; /* polls that are answered with no; negative: all */
} interruption;

static inline int interruption_poll(void *data) {
  interruption *self = data;
  self->context.unpolled = CORE_POLL_WORK;
  return self->left-- == 0;
}

static inline void interrupt_after(interruption *self, int polls) {
  self->left = polls;
  self->context.interrupted = interruption_poll;
  self->context.interrupted_data = self;
  self->context.unpolled = CORE_POLL_WORK;
}

/* A number in [0, 1) from a generator. */
static inline double uniform(uint64_t *generator) {
  return (double)(core_splitmix(generator) >> 11) * 0x1p-53;
}

/* The matrix of models x questions averages of so many trials, question by question, each of which is 0 or 1;
** NaN is a missing cell. trials NULL: of any values, each given once. Models and questions are numbered from 0. */
static inline coreset_matrix *matrix_of_trials(const double *values, const int *trials, size_t models,
                                               size_t questions) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t q = 0; q < questions; q++) {
    for (size_t m = 0; m < models; m++) {
      coreset_id model = {NULL, 0, (int64_t)m}, question = {NULL, 0, (int64_t)q};
      double value = values[q * models + m];
      int count = trials == NULL || isnan(value) ? 1 : trials[q * models + m];
      for (int i = 0; i < count; i++) {
        double score = trials == NULL ? value : i < (int)lround(value * count);
        cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, isnan(value) ? NULL : &score, 1),
                     CORESET_OK, "%s", context.message);
      }
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK, "%s", context.message);
  coreset_builder_free(builder);
  return matrix;
}

/* The same of values that are each given once. */
static inline coreset_matrix *matrix_of(const double *values, size_t models, size_t questions) {
  return matrix_of_trials(values, NULL, models, questions);
}

/* The scores of all models of a matrix, however little they answered. */
static inline coreset_scores *scores_of_all(const coreset_matrix *matrix) {
  coreset_context context = {0};
  size_t models = coreset_matrix_model_count(matrix);
  unsigned char *chosen = malloc(models);
  coreset_scores *scores;
  memset(chosen, 1, models);
  cr_assert_eq(coreset_scores_new(&context, matrix, chosen, &scores), CORESET_OK, "%s", context.message);
  free(chosen);
  return scores;
}

/* Scores that are averages of so many binary answers, question by question, of models with
** abilities to questions with difficulties, which lie up to half_range from 0. */
static inline double *simulate_scores(size_t models, size_t questions, int levels, double half_range, uint64_t seed) {
  double *values = malloc(models * questions * sizeof(double));
  double *ability = malloc(models * sizeof(double));
  for (size_t m = 0; m < models; m++) ability[m] = 4 * uniform(&seed) - 2;
  for (size_t q = 0; q < questions; q++) {
    double difficulty = 2 * half_range * uniform(&seed) - half_range, discrimination = 0.3 + 2 * uniform(&seed);
    for (size_t m = 0; m < models; m++) {
      double p = 1 / (1 + exp(-discrimination * (ability[m] - difficulty)));
      int right = 0;
      for (int i = 0; i < levels; i++) right += uniform(&seed) < p;
      values[q * models + m] = (double)right / levels;
    }
  }
  free(ability);
  return values;
}

/* Binary answers. */
static inline double *simulate_binary(size_t models, size_t questions, uint64_t seed) {
  return simulate_scores(models, questions, 1, 2.5, seed);
}

/* Pass rates: each score is the average of so many binary ones. */
static inline double *simulate_levels(size_t models, size_t questions, int levels, uint64_t seed) {
  return simulate_scores(models, questions, levels, 2, seed);
}

#endif /* TEST_MATRICES_H */
