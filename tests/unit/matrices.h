/*
** matrices.h: score matrices for tests.
*/
#ifndef TEST_MATRICES_H
#define TEST_MATRICES_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "matrix/scores.h"
#include "numeric/random.h"

/* A number in [0, 1) from a generator. */
static inline double uniform(uint64_t *generator) {
  return (double)(core_splitmix(generator) >> 11) * 0x1p-53;
}

/* The matrix of models x questions values, question by question; NaN is a missing
** cell. Models and questions are numbered from 0. */
static inline coreset_matrix *matrix_of(const double *values, size_t models, size_t questions) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  unsigned char *bytes;
  size_t size, m, q;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (q = 0; q < questions; q++) {
    for (m = 0; m < models; m++) {
      coreset_id model = {NULL, 0, (int64_t)m}, question = {NULL, 0, (int64_t)q};
      const double *value = &values[q * models + m];
      cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, isnan(*value) ? NULL : value, 1),
                   CORESET_OK, "%s", context.message);
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &bytes, &size), CORESET_OK);
  cr_assert_eq(coreset_matrix_read(&context, bytes, size, &matrix), CORESET_OK, "%s", context.message);
  coreset_builder_free(builder);
  coreset_free(bytes);
  return matrix;
}

/* Binary answers of models with abilities to questions with difficulties, question
** by question. */
static inline double *simulate_binary(size_t models, size_t questions, uint64_t seed) {
  double *values = malloc(models * questions * sizeof(double));
  double *ability = malloc(models * sizeof(double));
  size_t m, q;
  for (m = 0; m < models; m++) ability[m] = 4 * uniform(&seed) - 2;
  for (q = 0; q < questions; q++) {
    double difficulty = 5 * uniform(&seed) - 2.5, discrimination = 0.3 + 2 * uniform(&seed);
    for (m = 0; m < models; m++) {
      double p = 1 / (1 + exp(-discrimination * (ability[m] - difficulty)));
      values[q * models + m] = uniform(&seed) < p;
    }
  }
  free(ability);
  return values;
}

/* The same as pass rates: each score is the average of so many binary ones. */
static inline double *simulate_levels(size_t models, size_t questions, int levels, uint64_t seed) {
  double *values = malloc(models * questions * sizeof(double));
  double *ability = malloc(models * sizeof(double));
  size_t m, q;
  for (m = 0; m < models; m++) ability[m] = 4 * uniform(&seed) - 2;
  for (q = 0; q < questions; q++) {
    double difficulty = 4 * uniform(&seed) - 2, discrimination = 0.3 + 2 * uniform(&seed);
    for (m = 0; m < models; m++) {
      double p = 1 / (1 + exp(-discrimination * (ability[m] - difficulty)));
      int right = 0, i;
      for (i = 0; i < levels; i++) right += uniform(&seed) < p;
      values[q * models + m] = (double)right / levels;
    }
  }
  free(ability);
  return values;
}

#endif /* TEST_MATRICES_H */
