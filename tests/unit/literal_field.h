/*
** literal_field.h: the field of questions written out: explicit N x N covariances, in plain double sums, for tests.
*/
#ifndef TEST_LITERAL_FIELD_H
#define TEST_LITERAL_FIELD_H

#include "matrices.h"
#include "statistics/field.h"

#define LIMIT 40

typedef struct literal_field {
  size_t models, questions; /* models: anchors included */
  double mu[LIMIT], v[LIMIT], vb;
  double L[LIMIT][LIMIT + 5], R[LIMIT][LIMIT];
} literal_field;

/* Two models that score low and high on everything, of this weight, join the sources; trends are freer by a factor, and
** so much of the noise of real-valued scores is the same for all questions. */
typedef struct literal_anchors {
  double weight, low, high, freedom, even;
} literal_anchors;

static const literal_anchors no_anchors = {0, 0, 0, 1, 0};

static inline double average(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return sum / (double)count;
}

static inline double product(const double *a, const double *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum / (double)count;
}

/* What scores are; averages are of TRIALS trials each. */
enum kind { REAL, BINARY, AVERAGES };

enum { TRIALS = 3 };

/* The matrix of scores of a kind. */
static inline coreset_matrix *matrix_of_kind(const double *x, size_t models, size_t questions, enum kind kind) {
  int trials[LIMIT * LIMIT];
  for (size_t i = 0; i < models * questions; i++) trials[i] = TRIALS;
  return matrix_of_trials(x, kind == AVERAGES ? trials : NULL, models, questions);
}

/* r for every question: literally the share of the variance of one trial that averages have. weights: of the models. */
static inline void share_literally(const literal_field *field, const double *z, const double *weights, double W,
                                   double *r) {
  double within[LIMIT], single[LIMIT];
  for (size_t q = 0; q < field->questions; q++) {
    within[q] = 0;
    for (size_t m = 0; m < field->models; m++) {
      double x = z[q * field->models + m];
      within[q] += weights[m] * x * (1 - x) / W;
    }
    single[q] = field->mu[q] * (1 - field->mu[q]);
  }
  for (size_t q = 0; q < field->questions; q++) {
    r[q] = 1 - (W * within[q] + 2 * average(within, field->questions)) /
                   (W * single[q] + 2 * average(single, field->questions));
  }
}

/* The trends of a difficulty p, orthonormal. */
static inline void trends_literally(const double *p, size_t questions, double (*trend)[LIMIT]) {
  double mean = average(p, questions), total = 0;
  for (size_t q = 0; q < questions; q++) total += (p[q] - mean) * (p[q] - mean);
  double deviation = fmax(sqrt(total / (double)questions), 1e-9);
  for (size_t q = 0; q < questions; q++) {
    double s = (p[q] - mean) / deviation;
    trend[0][q] = 1, trend[1][q] = s, trend[2][q] = s * s;
  }
  for (size_t j = 1; j < 3; j++) {
    double before = sqrt(product(trend[j], trend[j], questions));
    for (int round = 0; round < 2; round++) {
      for (size_t k = 0; k < j; k++) {
        double c = product(trend[j], trend[k], questions);
        for (size_t q = 0; q < questions; q++) trend[j][q] -= c * trend[k][q];
      }
    }
    double norm = sqrt(product(trend[j], trend[j], questions));
    for (size_t q = 0; q < questions; q++) trend[j][q] = norm > 1e-8 * before ? trend[j][q] / norm : 0;
  }
}

/* X: question by question. The anchors are two models more, and everything is weighted. */
static inline void build_anchored(const double *x, size_t sources, size_t questions, enum kind kind,
                                  const literal_anchors *anchors, literal_field *field) {
  int binary = kind != REAL;
  static double z[LIMIT * (LIMIT + 2)];
  double r[LIMIT], p[LIMIT], s2[LIMIT], trend[3][LIMIT], weights[LIMIT + 2];
  size_t models = field->models = anchors->weight > 0 ? sources + 2 : sources;
  double W = (double)sources + 2 * anchors->weight, degrees = fmax(W - 1, 1);
  field->questions = questions;
  for (size_t m = 0; m < models; m++) weights[m] = m < sources ? 1 : anchors->weight;
  for (size_t q = 0; q < questions; q++) {
    field->mu[q] = s2[q] = 0;
    for (size_t m = 0; m < models; m++) {
      z[q * models + m] = m < sources ? x[q * sources + m] : m == sources ? anchors->low : anchors->high;
      field->mu[q] += weights[m] * z[q * models + m] / W;
    }
    for (size_t m = 0; m < models; m++) {
      double difference = (z[q * models + m] - field->mu[q]) * sqrt(weights[m]);
      s2[q] += difference * difference / degrees;
      field->L[q][m] = difference / sqrt(degrees);
    }
  }
  share_literally(field, z, weights, W, r);
  for (size_t q = 0; q < questions; q++) {
    p[q] = binary ? (W * field->mu[q] + 2 * average(field->mu, questions)) / (W + 2) : field->mu[q];
    field->v[q] =
        binary ? fmax(p[q] * (1 - p[q]) * r[q], 1e-4) : ((W - 1) * s2[q] + 2 * average(s2, questions)) / (W + 1);
  }
  if (!binary) {
    double mean = average(field->v, questions);
    for (size_t q = 0; q < questions; q++) field->v[q] = fmax(field->v[q], fmax(1e-4 * mean, 1e-12));
  }
  field->vb = average(field->v, questions);
  for (size_t q = 0; q < questions && !binary; q++) field->v[q] += anchors->even * (field->vb - field->v[q]);
  trends_literally(p, questions, trend);
  for (size_t j = 0; j < 3; j++) {
    double w = 0;
    for (size_t m = 0; m < models; m++) {
      double c = 0;
      for (size_t q = 0; q < questions; q++) c += field->L[q][m] * trend[j][q] / (double)questions;
      w += c * c;
    }
    w = fmax(w - field->vb / (double)questions, 1e-4 * field->vb);
    if (j == 0) w = fmax(w, field->vb / (W * W));
    for (size_t q = 0; q < questions; q++) field->L[q][models + j] = trend[j][q] * sqrt(w * anchors->freedom);
  }
  for (size_t q = 0; q < questions; q++) {
    for (size_t k = 0; k < questions; k++) {
      double d = 0;
      for (size_t m = 0; m < sources; m++) {
        d += (x[q * sources + m] - x[k * sources + m]) * (x[q * sources + m] - x[k * sources + m]) / W;
      }
      field->R[q][k] = field->vb * exp(-d / (0.4 * field->vb));
    }
  }
}

/* The field without anchors. */
static inline void build_literally(const double *x, size_t models, size_t questions, enum kind kind,
                                   literal_field *field) {
  build_anchored(x, models, questions, kind, &no_anchors, field);
}

/* The covariance of two answers. */
static inline double covariance(const literal_field *field, size_t i, size_t k) {
  double sum = field->R[i][k] + (i == k ? field->v[i] : 0);
  for (size_t f = 0; f < field->models + 3; f++) sum += field->L[i][f] * field->L[k][f];
  return sum;
}

/* Solves a x = b by Gaussian elimination with pivoting; n x n, both are used up. */
static inline void eliminate(double (*a)[LIMIT], double *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t pivot = i;
    for (size_t j = i + 1; j < n; j++) {
      if (fabs(a[j][i]) > fabs(a[pivot][i])) pivot = j;
    }
    for (size_t k = 0; k < n; k++) {
      double swap = a[i][k];
      a[i][k] = a[pivot][k], a[pivot][k] = swap;
    }
    double swap = b[i];
    b[i] = b[pivot], b[pivot] = swap;
    for (size_t j = 0; j < n; j++) {
      double factor = a[j][i] / a[i][i];
      if (j == i) continue;
      for (size_t k = i; k < n; k++) a[j][k] -= factor * a[i][k];
      b[j] -= factor * b[i];
    }
  }
  for (size_t i = 0; i < n; i++) b[i] /= a[i][i];
}

/* b: the mean of the posterior of the field with noise z, plus the answers themselves. */
static inline double blup_literally(const literal_field *field, const size_t *coreset, size_t count,
                                    const double *answers) {
  static double a[LIMIT][LIMIT];
  double b[LIMIT], sum = 0;
  size_t factors = field->models + 3;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < count; k++) {
      a[i][k] = i == k ? (field->vb + field->v[coreset[i]]) / 2 : 0;
      for (size_t f = 0; f < factors; f++) a[i][k] += field->L[coreset[i]][f] * field->L[coreset[k]][f];
    }
    b[i] = answers[i] - field->mu[coreset[i]];
  }
  eliminate(a, b, count);
  for (size_t k = 0; k < field->questions; k++) {
    double expected = field->mu[k];
    int seen = 0;
    for (size_t i = 0; i < count; i++) {
      if (coreset[i] == k) sum += answers[i], seen = 1;
      for (size_t f = 0; f < factors; f++) expected += field->L[k][f] * field->L[coreset[i]][f] * b[i];
    }
    if (!seen) sum += expected;
  }
  return sum / (double)field->questions;
}

#endif /* TEST_LITERAL_FIELD_H */
