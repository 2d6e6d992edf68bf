/*
** plain.c: the selectors in plain loops over doubles.
*/
#include "plain.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#define NEIGHBORS 3

/* psi at positive integers up to count. */
static double *digamma_table(size_t count) {
  double *psi = malloc((count + 1) * sizeof(double)), harmonic = -0.57721566490153286;
  for (size_t i = 1; i <= count; i++) {
    psi[i] = harmonic;
    harmonic += 1 / (double)i;
  }
  return psi;
}

/* Ross's estimate, every model beside every other. */
static double plain_relevance(const double *x, const double *y, const double *psi, size_t models) {
  double ones = 0, sum = 0, M = (double)models;
  for (size_t i = 0; i < models; i++) ones += x[i];
  double zeros = M - ones;
  if (ones <= NEIGHBORS || zeros <= NEIGHBORS) return 0;
  for (size_t i = 0; i < models; i++) {
    double nearest[NEIGHBORS + 1];
    size_t found = 0, counted = 0;
    for (size_t j = 0; j < models; j++) {
      double distance = fabs(y[j] - y[i]);
      if (fabs(x[j] - x[i]) > 0.5 || (found > NEIGHBORS && distance >= nearest[NEIGHBORS])) continue;
      size_t k = found > NEIGHBORS ? NEIGHBORS : found;
      for (; k > 0 && nearest[k - 1] > distance; k--) nearest[k] = nearest[k - 1];
      nearest[k] = distance;
      found += found <= NEIGHBORS;
    }
    for (size_t j = 0; j < models; j++) {
      double distance = fabs(y[j] - y[i]);
      counted += nearest[NEIGHBORS] > 0 ? distance < nearest[NEIGHBORS] : distance <= 0;
    }
    sum += psi[counted];
  }
  double classes = ones * psi[(size_t)ones] + zeros * psi[(size_t)zeros];
  return fmax(psi[models] - classes / M + psi[NEIGHBORS] - sum / M, 0);
}

static double plain_redundancy(const double *x, const double *y, size_t models) {
  double joint[2][2] = {{0}}, sum = 0;
  for (size_t m = 0; m < models; m++) joint[x[m] > 0.5][y[m] > 0.5] += 1 / (double)models;
  for (size_t i = 0; i < 2; i++) {
    for (size_t j = 0; j < 2; j++) {
      double marginals = (joint[i][0] + joint[i][1]) * (joint[0][j] + joint[1][j]);
      if (joint[i][j] > 0) sum += joint[i][j] * log(joint[i][j] / (marginals + 1e-15));
    }
  }
  return fmax(sum, 0);
}

void plain_mrmr(const double *x, size_t models, size_t questions, size_t picks, size_t *chosen) {
  double *relevance = malloc(questions * sizeof(double)), *redundancy = calloc(questions, sizeof(double));
  double *y = calloc(models, sizeof(double)), *psi = digamma_table(models);
  unsigned char *taken = calloc(questions, 1);
  for (size_t q = 0; q < questions; q++) {
    for (size_t m = 0; m < models; m++) y[m] += x[q * models + m];
  }
  for (size_t q = 0; q < questions; q++) relevance[q] = plain_relevance(x + q * models, y, psi, models);
  for (size_t t = 0; t < picks; t++) {
    size_t best = questions;
    double best_objective = 0;
    for (size_t q = 0; q < questions; q++) {
      double objective = relevance[q] - (t == 0 ? 0 : redundancy[q] / (double)t);
      if (taken[q] || (best < questions && objective <= best_objective)) continue;
      best = q, best_objective = objective;
    }
    taken[chosen[t] = best] = 1;
    for (size_t q = 0; q < questions; q++) {
      if (!taken[q]) redundancy[q] += plain_redundancy(x + q * models, x + best * models, models);
    }
  }
  free(relevance), free(redundancy), free(y), free(psi), free(taken);
}

/* R_ik. */
static double similarity(const core_field *field, const double *x, size_t i, size_t k) {
  size_t models = field->scores->models;
  double sum = 0;
  for (size_t m = 0; m < models; m++) {
    double difference = x[i * models + m] - x[k * models + m];
    sum += difference * difference;
  }
  return field->mean_noise * exp(-sum / (double)models / (0.4 * field->mean_noise));
}

void plain_kriging(const core_field *field, const double *x, size_t picks, size_t *chosen) {
  size_t questions = field->questions, factors = field->factor_count;
  double *covariance = calloc(questions, sizeof(double)), *variance = calloc(questions, sizeof(double));
  double *columns = malloc(picks * questions * sizeof(double));
  unsigned char *taken = calloc(questions, 1);
  for (size_t f = 0; f < factors; f++) {
    const double *row = field->factors + f * questions;
    double mean = 0;
    for (size_t q = 0; q < questions; q++) mean += field->share[q] * row[q];
    for (size_t q = 0; q < questions; q++) covariance[q] += row[q] * mean, variance[q] += row[q] * row[q];
  }
  for (size_t q = 0; q < questions; q++) {
    for (size_t k = 0; k < questions; k++) covariance[q] += field->share[k] * similarity(field, x, q, k);
    covariance[q] += field->share[q] * field->noise[q];
    variance[q] += field->mean_noise;
  }
  for (size_t t = 0; t < picks; t++) {
    double *column = columns + t * questions, best_objective = -1;
    size_t best = 0;
    for (size_t q = 0; q < questions; q++) {
      double objective = covariance[q] * covariance[q] / (field->noise[q] + variance[q]);
      if (!taken[q] && objective > best_objective) best = q, best_objective = objective;
    }
    taken[chosen[t] = best] = 1;
    double deviation = sqrt(field->noise[best] + variance[best]);
    for (size_t q = 0; q < questions; q++) column[q] = similarity(field, x, q, best);
    for (size_t f = 0; f < factors; f++) {
      const double *row = field->factors + f * questions;
      for (size_t q = 0; q < questions; q++) column[q] += row[q] * row[best];
    }
    for (size_t p = 0; p < t; p++) {
      const double *earlier = columns + p * questions;
      for (size_t q = 0; q < questions; q++) column[q] -= earlier[q] * earlier[best];
    }
    for (size_t q = 0; q < questions; q++) column[q] /= deviation;
    double share = covariance[best] / deviation;
    for (size_t q = 0; q < questions; q++) {
      covariance[q] -= column[q] * share;
      variance[q] = fmax(variance[q] - column[q] * column[q], 0);
    }
  }
  free(covariance), free(variance), free(columns), free(taken);
}

void blas_pass(const core_field *field, size_t picks) {
  size_t questions = field->questions, rows = field->factor_count + picks;
  double *matrix = malloc(rows * questions * sizeof(double)), *factors = malloc(rows * sizeof(double));
  double *column = malloc(questions * sizeof(double));
  for (size_t i = 0; i < rows * questions; i++) matrix[i] = 1e-3 * (double)(i % 1000);
  for (size_t i = 0; i < rows; i++) factors[i] = 1e-3 * (double)i;
  openblas_set_num_threads(1); /* kriging_select uses one */
  for (size_t t = 0; t < picks; t++) {
    cblas_dgemv(CblasColMajor, CblasNoTrans, (int)questions, (int)(field->factor_count + t), 1.0, matrix,
                (int)questions, factors, 1, 0.0, column, 1);
  }
  free(matrix), free(factors), free(column);
}
