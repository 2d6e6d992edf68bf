/*
** test_suites.c: several suites against their formulas, written out; and bundles as bytes.
*/
#include "fits.h"

#include <stdio.h>

#include "base/checksum.h"
#include "numeric/student.h"
#include "predict/joint.h"

#define SUITES 3
#define SOURCES 14
#define MODELS 22
#define LEVEL 0.8

/* ------------------------------------------------------------------------
** The formulas, suite by suite
*/

static double literal_logit(double x) {
  x = x < 0.01 ? 0.01 : x > 0.99 ? 0.99 : x;
  return log(x / (1 - x));
}

/* Solves a x = b by elimination; b becomes x. */
static void solve(size_t n, double a[SUITES][SUITES], double *b) {
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      double factor = a[j][i] / a[i][i];
      for (size_t k = 0; k < n; k++) a[j][k] -= factor * a[i][k];
      b[j] -= factor * b[i];
    }
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; k++) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
}

/* mu and Sigma of the sources but one; full scores y, all there. */
static void literal_moments(double y[][SUITES], size_t without, double *mu, double sigma[SUITES][SUITES]) {
  double count = without < SOURCES ? SOURCES - 1 : SOURCES;
  for (size_t s = 0; s < SUITES; s++) {
    mu[s] = 0;
    for (size_t m = 0; m < SOURCES; m++) mu[s] += m == without ? 0 : literal_logit(y[m][s]) / count;
  }
  for (size_t s = 0; s < SUITES; s++) {
    for (size_t t = 0; t < SUITES; t++) {
      sigma[s][t] = 0;
      for (size_t m = 0; m < SOURCES; m++) {
        double product = (literal_logit(y[m][s]) - mu[s]) * (literal_logit(y[m][t]) - mu[t]);
        sigma[s][t] += m == without ? 0 : product / (count - 1) * (s == t ? 1 : 1 - 0.5 / count);
      }
    }
  }
}

/* Where a target, or a source in its place, has no prediction: NaN. exact: p is the full score. c: of suites not run. */
static void literal_rule(const double *mu, double sigma[SUITES][SUITES], const double *v, const double *p,
                         const int *exact, double *result, double *c) {
  double z[SUITES], r[SUITES];
  for (size_t s = 0; s < SUITES; s++) {
    double k = exact[s] ? 1 : fmax(1 - v[s] / sigma[s][s], 0.1);
    z[s] = (literal_logit(p[s]) - mu[s]) / k;
    r[s] = exact[s] ? 0 : v[s] / k;
  }
  for (size_t j = 0; j < SUITES; j++) {
    double a[SUITES][SUITES], w[SUITES], m = 0;
    size_t others[SUITES], n = 0;
    for (size_t o = 0; o < SUITES; o++) {
      if (o != j && !isnan(p[o])) others[n++] = o;
    }
    for (size_t i = 0; i < n; i++) {
      for (size_t k = 0; k < n; k++) a[i][k] = sigma[others[i]][others[k]] + (i == k ? r[others[i]] : 0);
      w[i] = sigma[others[i]][j];
    }
    solve(n, a, w);
    c[j] = sigma[j][j];
    for (size_t i = 0; i < n; i++) {
      m += w[i] * z[others[i]];
      c[j] -= w[i] * sigma[others[i]][j];
    }
    result[j] = p[j];
    if (isnan(p[j])) {
      result[j] = n == 0 ? NAN : 1 / (1 + exp(-mu[j] - m));
    } else if (n > 0 && !exact[j] && p[j] >= 0.01 && p[j] <= 0.99) {
      double q = (m * r[j] + z[j] * c[j]) / (r[j] + c[j]), apart = (z[j] - m) * (z[j] - m) / (r[j] + c[j]);
      double own = literal_logit(p[j]) - mu[j];
      result[j] = 1 / (1 + exp(-mu[j] - own - (q - own) * fmin(1, 6 / (5 + apart))));
    }
  }
}

/* Isolation of x among so many scores, but one. */
static double literal_isolation(const double *scores, size_t without, double x) {
  double nearest = 9, low = 9, high = -9, count = 0;
  for (size_t m = 0; m < SOURCES; m++) {
    if (m == without) continue;
    nearest = fmin(nearest, fabs(scores[m] - x));
    low = fmin(low, scores[m]);
    high = fmax(high, scores[m]);
    count++;
  }
  return 1 + fmin(nearest / ((high - low) / (count - 1)), 3) / 2;
}

/* ------------------------------------------------------------------------
** Data: suites of which the answers are alike, and targets that lack some
*/

static const size_t questions[SUITES] = {30, 40, 24};

enum { CORESET = 8 }; /* the first so many of each suite */

/* All suites, what the targets answered, and predictions. */
typedef struct suites_data {
  double *x[SUITES]; /* question by question, of all MODELS; the first SOURCES learn */
  coreset_matrix *source[SUITES], *target[SUITES];
  coreset_scores *scores[SUITES];
  coreset_predictions *predictions[SUITES];
  coreset_fit *fits[SUITES];
} suites_data;

/* Whether a target ran a suite. Model SOURCES lacks suite 0, the next 1 and 2, the one behind that 2. */
static int runs(size_t model, size_t suite) {
  if (model == SOURCES) return suite != 0;
  if (model == SOURCES + 1) return suite == 0;
  return model != SOURCES + 2 || suite != 2;
}

static coreset_matrix *matrix_of_models(const double *x, size_t suite, size_t first, size_t last, size_t count) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t m = first; m < last; m++) {
    for (size_t q = 0; q < count; q++) {
      coreset_id model = {NULL, 0, (int64_t)m}, question = {NULL, 0, (int64_t)q};
      if (m >= SOURCES && first > 0 && !runs(m, suite)) continue;
      cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &x[q * MODELS + m], 1), CORESET_OK);
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  coreset_builder_free(builder);
  return matrix;
}

static void set_up(suites_data *this, uint64_t seed, int by_fits) {
  coreset_context context = {0};
  double ability[MODELS];
  coreset_prediction_request wanted = {.predictor = without_outside(predictor("krr_blup_irt")), .level = LEVEL};
  for (size_t m = 0; m < MODELS; m++) ability[m] = 3 * (uniform(&seed) - 0.5);
  for (size_t s = 0; s < SUITES; s++) {
    size_t fixed[CORESET];
    this->x[s] = malloc(questions[s] * MODELS * sizeof(double));
    for (size_t q = 0; q < questions[s]; q++) {
      double hardness = 2 * (uniform(&seed) - 0.5);
      for (size_t m = 0; m < MODELS; m++) {
        this->x[s][q * MODELS + m] = uniform(&seed) < 1 / (1 + exp(hardness - ability[m]));
      }
    }
    this->source[s] = matrix_of_models(this->x[s], s, 0, SOURCES, questions[s]);
    this->target[s] = matrix_of_models(this->x[s], s, SOURCES, MODELS, CORESET);
    cr_assert_eq(coreset_scores_new(&context, this->source[s], NULL, &this->scores[s]), CORESET_OK);
    for (size_t i = 0; i < CORESET; i++) fixed[i] = i;
    coreset_origin fixed_origin = {0};
    cr_assert_eq(
        coreset_fit_new(&context, this->scores[s], &wanted.predictor, &fixed_origin, fixed, CORESET, &this->fits[s]),
        CORESET_OK);
    if (by_fits) {
      cr_assert_eq(coreset_predictions_from_fit(&context, this->fits[s], this->target[s], LEVEL, &this->predictions[s]),
                   CORESET_OK);
    } else {
      cr_assert_eq(coreset_predictions_new(&context, this->scores[s], this->target[s], &wanted, &this->predictions[s]),
                   CORESET_OK);
    }
  }
}

static void tear_down(suites_data *this) {
  for (size_t s = 0; s < SUITES; s++) {
    coreset_predictions_free(this->predictions[s]);
    coreset_fit_free(this->fits[s]);
    coreset_scores_free(this->scores[s]);
    coreset_matrix_free(this->target[s]);
    coreset_matrix_free(this->source[s]);
    free(this->x[s]);
  }
}

static double full_score(const suites_data *this, size_t model, size_t suite) {
  double sum = 0;
  for (size_t q = 0; q < questions[suite]; q++) sum += this->x[suite][q * MODELS + model];
  return sum / (double)questions[suite];
}

/* What a fit to the sources that are not in the fold of this one, by rank dealt out to five, predicts of it. */
static double literal_out_of_fold(const suites_data *this, size_t model, size_t suite) {
  coreset_context context = {0};
  size_t rank[SOURCES] = {0}, fixed[CORESET];
  unsigned char kept[SOURCES] = {0};
  double answers[CORESET], predicted;
  coreset_choice choice = without_outside(predictor("krr_blup_irt"));
  coreset_scores *scores;
  coreset_fit *fit;
  for (size_t m = 0; m < SOURCES; m++) {
    for (size_t k = 0; k < SOURCES; k++) {
      double difference = full_score(this, k, suite) - full_score(this, m, suite);
      rank[m] += difference < -1e-12 || (fabs(difference) < 1e-12 && k < m);
    }
  }
  for (size_t m = 0; m < SOURCES; m++) kept[m] = rank[m] % 5 != rank[model] % 5;
  for (size_t i = 0; i < CORESET; i++) {
    fixed[i] = i;
    answers[i] = this->x[suite][i * MODELS + model];
  }
  cr_assert_eq(coreset_scores_new(&context, this->source[suite], kept, &scores), CORESET_OK);
  cr_assert_eq(coreset_fit_new(&context, scores, &choice, NULL, fixed, CORESET, &fit), CORESET_OK);
  cr_assert_eq(coreset_fit_predict(&context, fit, answers, &predicted), CORESET_OK);
  coreset_fit_free(fit);
  coreset_scores_free(scores);
  return predicted;
}

static void close_to(double actual, double expected, const char *what, size_t model, size_t suite) {
  cr_assert(fabs(actual - expected) < 1e-9, "%s of model %zu in suite %zu: %.15g, expected %.15g", what, model, suite,
            actual, expected);
}

/* Compares all rows of one target. y, o: of the sources. */
static void check_target(const suites_data *this, size_t model, const double *weights, double y[][SUITES],
                         double o[][SUITES], const coreset_suite_prediction *rows) {
  double mu[SUITES], sigma[SUITES][SUITES], v[SUITES] = {0}, p[SUITES], c[SUITES], joined[SUITES];
  double said[SOURCES][SUITES], po[SOURCES][SUITES], lower[SUITES], upper[SUITES], final[SUITES], least[SUITES],
      most[SUITES];
  double quantile = core_student_quantile(LEVEL, SOURCES - 1);
  const int exact[SUITES] = {0, 0, 0};
  for (size_t s = 0; s < SUITES; s++) {
    double answers[CORESET];
    p[s] = NAN;
    least[s] = 0;
    most[s] = 1;
    for (size_t m = 0; m < SOURCES; m++)
      v[s] += 0.7 * 0.94 * pow(literal_logit(o[m][s]) - literal_logit(y[m][s]), 2) / SOURCES;
    if (!runs(model, s)) continue;
    for (size_t q = 0; q < CORESET; q++)
      least[s] += (answers[q] = this->x[s][q * MODELS + model]) / (double)questions[s];
    p[s] = predict(this->fits[s], answers);
    most[s] = least[s] + 1 - CORESET / (double)questions[s];
  }
  for (size_t m = 0; m < SOURCES; m++) {
    double seen[SUITES];
    for (size_t s = 0; s < SUITES; s++) seen[s] = isnan(p[s]) ? NAN : o[m][s];
    literal_moments(y, m, mu, sigma);
    literal_rule(mu, sigma, v, seen, exact, po[m], c);
  }
  literal_moments(y, SIZE_MAX, mu, sigma);
  literal_rule(mu, sigma, v, p, exact, joined, c);
  for (size_t s = 0; s < SUITES; s++) {
    double before = 0, after = 0, squares = 0, scores[SOURCES];
    for (size_t m = 0; m < SOURCES; m++) {
      scores[m] = y[m][s];
      before += pow(o[m][s] - y[m][s], 2);
      after += pow(po[m][s] - y[m][s], 2);
      said[m][s] = o[m][s];
    }
    final[s] = p[s];
    lower[s] = upper[s] = NAN; /* as of one suite: not compared */
    if (isnan(p[s])) {
      final[s] = joined[s];
      lower[s] = 1 / (1 + exp(-literal_logit(joined[s]) + quantile * sqrt(c[s])));
      upper[s] = 1 / (1 + exp(-literal_logit(joined[s]) - quantile * sqrt(c[s])));
    } else if (after < before) {
      for (size_t m = 0; m < SOURCES; m++)
        squares += pow((po[m][s] - y[m][s]) / literal_isolation(scores, m, po[m][s]), 2);
      double half = 0.97 * sqrt(squares / SOURCES) * quantile * literal_isolation(scores, SIZE_MAX, joined[s]);
      final[s] = joined[s];
      lower[s] = fmin(fmax(joined[s] - half, least[s]), joined[s]);
      upper[s] = fmax(fmin(joined[s] + half, most[s]), joined[s]);
    }
    for (size_t m = 0; m < SOURCES; m++) said[m][s] = isnan(p[s]) || after < before ? po[m][s] : o[m][s];
    close_to(rows[s].predicted, final[s], "prediction", model, s);
    if (!isnan(lower[s])) close_to(rows[s].lower, lower[s], "lower", model, s);
    if (!isnan(upper[s])) close_to(rows[s].upper, upper[s], "upper", model, s);
    cr_assert_eq(isnan(rows[s].alone), isnan(p[s]));
    if (!isnan(p[s])) close_to(rows[s].alone, p[s], "alone", model, s);
    cr_assert_eq(rows[s].answered, runs(model, s) ? CORESET : 0);
  }
  double total = 0, low = 0, high = 0, squares = 0, overall[SOURCES], sum = weights[0] + weights[1] + weights[2];
  for (size_t m = 0; m < SOURCES; m++) {
    overall[m] = 0;
    for (size_t s = 0; s < SUITES; s++) overall[m] += weights[s] / sum * y[m][s];
  }
  for (size_t m = 0; m < SOURCES; m++) {
    double at = 0;
    for (size_t s = 0; s < SUITES; s++) at += weights[s] / sum * said[m][s];
    squares += pow((at - overall[m]) / literal_isolation(overall, m, at), 2);
  }
  for (size_t s = 0; s < SUITES; s++) {
    total += weights[s] / sum * final[s];
    low += weights[s] / sum * least[s];
    high += weights[s] / sum * most[s];
  }
  double half = 0.97 * sqrt(squares / SOURCES) * quantile * literal_isolation(overall, SIZE_MAX, total);
  close_to(rows[SUITES].predicted, total, "prediction", model, SUITES);
  close_to(rows[SUITES].lower, fmin(fmax(total - half, low), total), "lower", model, SUITES);
  close_to(rows[SUITES].upper, fmax(fmin(total + half, high), total), "upper", model, SUITES);
}

static coreset_suites *open_suites(const suites_data *this, const double *weights, int by_fits) {
  coreset_context context = {0};
  coreset_suite suites[SUITES];
  coreset_suites *result;
  for (size_t s = 0; s < SUITES; s++) {
    suites[s] =
        (coreset_suite){.name = {NULL, 0, (int64_t)s}, .predictions = this->predictions[s], .weight = weights[s]};
    if (by_fits) {
      suites[s].fit = this->fits[s];
    } else {
      suites[s].scores = this->scores[s];
    }
  }
  cr_assert_eq(coreset_suites_new(&context, suites, SUITES, LEVEL, &result), CORESET_OK, "%s", context.message);
  return result;
}

Test(suites, formulas_literally) {
  static const double weights[][SUITES] = {{1, 1, 1}, {3, 0, 0.5}};
  size_t pulled = 0, kept = 0;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    int by_fits = seed % 2 == 0;
    suites_data this;
    coreset_context context = {0};
    double y[SOURCES][SUITES], o[SOURCES][SUITES];
    coreset_suite_prediction rows[SUITES + 1];
    coreset_status status;
    size_t targets = 0;
    set_up(&this, seed, by_fits);
    coreset_suites *suites = open_suites(&this, weights[seed % 2], by_fits);
    for (size_t m = 0; m < SOURCES; m++) {
      for (size_t s = 0; s < SUITES; s++) {
        y[m][s] = full_score(&this, m, s);
        o[m][s] = literal_out_of_fold(&this, m, s);
      }
    }
    for (;;) {
      for (size_t s = 0; s <= SUITES; s++) {
        status = coreset_suites_next(&context, suites, &rows[s]);
        if (status == CORESET_DONE) break;
        cr_assert_eq(status, CORESET_OK, "%s", context.message);
        cr_assert_eq(rows[s].suite, s);
        cr_assert_eq(rows[s].model.integer, rows[0].model.integer);
        if (s < SUITES) {
          pulled += fabs(rows[s].predicted - rows[s].alone) > 1e-9;
          kept += rows[s].predicted == rows[s].alone;
        }
      }
      if (status == CORESET_DONE) break;
      cr_assert_eq(rows[0].model.integer, (int64_t)(SOURCES + targets));
      check_target(&this, SOURCES + targets, weights[seed % 2], y, o, rows);
      targets++;
    }
    cr_assert_eq(targets, MODELS - SOURCES);
    coreset_suites_free(suites);
    tear_down(&this);
  }
  cr_assert(pulled > 20 && kept > 20, "%zu pulled, %zu kept", pulled, kept);
}

Test(suites, what_cannot_be_used_is_refused) {
  suites_data this;
  coreset_context context = {0};
  coreset_suites *result;
  set_up(&this, 3, 1);
  coreset_suite suites[SUITES];
  for (size_t s = 0; s < SUITES; s++) {
    suites[s] =
        (coreset_suite){.name = {"a", 1, 0}, .fit = this.fits[s], .predictions = this.predictions[s], .weight = 1};
  }
  static const double wrong[] = {-1, INFINITY, NAN};
  for (size_t i = 0; i < 3; i++) {
    suites[1].weight = wrong[i];
    cr_assert_eq(coreset_suites_new(&context, suites, SUITES, LEVEL, &result), CORESET_ERROR);
    cr_assert(result == NULL && strstr(context.message, "weights must be") != NULL);
  }
  suites[0].weight = suites[1].weight = suites[2].weight = 0;
  cr_assert_eq(coreset_suites_new(&context, suites, SUITES, LEVEL, &result), CORESET_ERROR);
  suites[0].weight = 1;
  double *kept = this.fits[1]->out_of_fold; /* as earlier programs made fits, with intervals */
  this.fits[1]->out_of_fold = NULL;
  cr_assert_eq(coreset_suites_new(&context, suites, SUITES, LEVEL, &result), CORESET_ERROR);
  cr_assert(result == NULL &&
            strstr(context.message,
                   "the fit of suite 'a' does not keep what is predicted of its sources: make it anew") != NULL);
  this.fits[1]->out_of_fold = kept;
  tear_down(&this);
}

/* A score that is known pulls the others, has no error, and stays. */
Test(suites, exact_scores_pull) {
  core_arena scratch = {0};
  coreset_context context = {0};
  double y[SOURCES][SUITES], mu[SUITES], sigma[SUITES][SUITES], c[SUITES], result[SUITES];
  const double v[SUITES] = {0.2, 0.1, 0.3}, p[SUITES] = {0.3, 0.6, 0.005};
  const int exact[SUITES] = {0, 1, 0};
  core_joint joint;
  core_joint_moments moments;
  core_joint_said said[SUITES];
  uint64_t seed = 5;
  for (size_t m = 0; m < SOURCES; m++) {
    double common = uniform(&seed);
    for (size_t s = 0; s < SUITES; s++) y[m][s] = 0.7 * common + 0.3 * uniform(&seed);
  }
  cr_assert_eq(core_joint_learn(&context, &scratch, y[0], SOURCES, SUITES, &joint), CORESET_OK);
  core_joint_allocate(&context, &scratch, SUITES, &moments);
  for (size_t without = 0; without <= SOURCES; without++) {
    core_joint_view views[SUITES];
    for (size_t s = 0; s < SUITES; s++) views[s] = (core_joint_view){1, exact[s], v[s]};
    size_t left_out = without < SOURCES ? without : SIZE_MAX;
    literal_moments(y, left_out, mu, sigma);
    literal_rule(mu, sigma, v, p, exact, result, c);
    cr_assert_eq(core_joint_find(&context, &joint, left_out, &moments), CORESET_OK);
    cr_assert_eq(core_joint_apply(&context, &moments, views, p, SUITES, said), CORESET_OK);
    for (size_t s = 0; s < SUITES; s++) {
      close_to(moments.mean[s], mu[s], "mean", without, s);
      for (size_t t = 0; t < SUITES; t++) close_to(moments.covariance[s * SUITES + t], sigma[s][t], "covariance", s, t);
      close_to(said[s].predicted, result[s], "prediction", without, s);
      cr_assert(isnan(said[s].variance));
    }
    cr_assert(said[1].predicted == p[1] && said[2].predicted == p[2] && fabs(said[0].predicted - p[0]) > 0.01);
  }
  core_release(&scratch);
}

/* Without the one source that differs, the others are alike: their squares and products are what rounding leaves. */
Test(suites, sources_that_are_alike_but_for_one) {
  coreset_context context = {0};
  core_arena scratch = {0};
  core_joint joint;
  core_joint_moments moments;
  for (size_t i = 0; i < 200; i++) {
    double y[SOURCES][SUITES];
    for (size_t m = 0; m < SOURCES; m++) {
      for (size_t s = 0; s < SUITES; s++)
        y[m][s] = m == 5 ? 0.9 - 0.03 * (double)s : 0.1 + 0.002 * (double)(i + 11 * s);
    }
    cr_assert_eq(core_joint_learn(&context, &scratch, y[0], SOURCES, SUITES, &joint), CORESET_OK);
    core_joint_allocate(&context, &scratch, SUITES, &moments);
    cr_assert_eq(core_joint_find(&context, &joint, 5, &moments), CORESET_OK);
    for (size_t s = 0; s < SUITES; s++) {
      for (size_t t = 0; t < s; t++)
        cr_assert_eq(moments.covariance[s * SUITES + t], 0, "%g",
                     moments.covariance[s * SUITES + t] / moments.covariance[0]);
    }
  }
  core_release(&scratch);
}

/* Correlations of different models that do not go together are made to. */
Test(suites, correlations_that_contradict_each_other) {
  core_arena scratch = {0};
  coreset_context context = {0};
  double y[3 * SOURCES][SUITES];
  core_joint joint;
  core_joint_moments moments;
  core_joint_said said[SUITES];
  uint64_t seed = 9;
  for (size_t m = 0; m < 3 * SOURCES; m++) { /* 0 and 1 alike, 1 and 2 too, 0 and 2 the opposite */
    double score = 0.1 + 0.8 * uniform(&seed);
    y[m][m % 3] = NAN;
    y[m][(m + 1) % 3] = score;
    y[m][(m + 2) % 3] = m % 3 == 1 ? 1 - score : score;
  }
  cr_assert_eq(core_joint_learn(&context, &scratch, y[0], 3 * SOURCES, SUITES, &joint), CORESET_OK);
  cr_assert(!joint.complete);
  core_joint_allocate(&context, &scratch, SUITES, &moments);
  cr_assert_eq(core_joint_find(&context, &joint, SIZE_MAX, &moments), CORESET_OK);
  const double *a = moments.covariance;
  double determinant =
      a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6]) + a[2] * (a[3] * a[7] - a[4] * a[6]);
  cr_assert_gt(determinant, 0);
  cr_assert(a[1] > 0 && a[5] > 0 && a[2] < 0);
  cr_assert_lt(a[1] / sqrt(a[0] * a[4]), 0.6); /* it was 1 - 0.5 / 14 */
  const core_joint_view views[SUITES] = {{1, 0, 0.1}, {1, 0, 0.1}, {0, 0, 0}};
  const double p[SUITES] = {0.4, 0.7, NAN};
  cr_assert_eq(core_joint_apply(&context, &moments, views, p, SUITES, said), CORESET_OK);
  for (size_t s = 0; s < SUITES; s++) cr_assert(said[s].predicted > 0 && said[s].predicted < 1);
  cr_assert_gt(said[2].variance, 0);
  core_release(&scratch);
}

/* ------------------------------------------------------------------------
** Bundles
*/

static const coreset_id names[] = {{NULL, 0, -3}, {NULL, 0, 8}, {"", 0, 0}, {"a\0b", 3, 0}, {"b", 1, 0}};
enum { NAMES = sizeof(names) / sizeof(names[0]), SIZE = 16, CHECKSUM = 24 };

static unsigned char *matrix_bytes(size_t number, size_t *size) {
  coreset_context context = {0};
  uint64_t seed = number;
  double x[12];
  unsigned char *bytes;
  for (size_t i = 0; i < 12; i++) x[i] = uniform(&seed);
  coreset_matrix *matrix = matrix_of(x, 3, 4);
  cr_assert_eq(coreset_matrix_write(&context, matrix, SIZE_MAX, &bytes, size), CORESET_OK);
  coreset_matrix_free(matrix);
  return bytes;
}

/* A bundle of matrices, added in an order that depends on the rotation. */
static unsigned char *bundle_bytes(size_t rotation, size_t *size) {
  coreset_context context = {0};
  coreset_bundle *bundle;
  unsigned char *bytes;
  cr_assert_eq(coreset_bundle_new(&context, &bundle), CORESET_OK);
  for (size_t i = 0; i < NAMES; i++) {
    size_t which = (i * 2 + rotation) % NAMES, value_size;
    unsigned char *value = matrix_bytes(which + 1, &value_size);
    cr_assert_eq(coreset_bundle_add(&context, bundle, &names[which], value, value_size), CORESET_OK, "%s",
                 context.message);
    cr_assert_eq(coreset_bundle_add(&context, bundle, &names[which], value, value_size), CORESET_ERROR);
    cr_assert(strstr(context.message, "comes twice") != NULL);
    coreset_free(value);
  }
  cr_assert_eq(coreset_bundle_write(&context, bundle, SIZE_MAX, &bytes, size), CORESET_OK);
  unsigned char *none;
  size_t none_size;
  cr_assert_eq(coreset_bundle_write(&context, bundle, *size - 1, &none, &none_size), CORESET_TOO_BIG);
  cr_assert_null(none);
  coreset_bundle_free(bundle);
  return bytes;
}

/* Reads a copy that ends where its memory ends, so that reading on is noticed. */
static coreset_status read_copy(const unsigned char *bytes, size_t size, coreset_bundle **bundle, char *message) {
  coreset_context context = {0};
  unsigned char *copy = malloc(size > 0 ? size : 1);
  memcpy(copy, bytes, size);
  coreset_status status = coreset_bundle_read(&context, copy, size, bundle);
  free(copy);
  cr_assert_eq(status == CORESET_OK, *bundle != NULL);
  cr_assert(status == CORESET_OK || (status == CORESET_CORRUPT && context.message[0] != 0));
  if (message != NULL) memcpy(message, context.message, sizeof(context.message));
  return status;
}

static void mend(unsigned char *bytes, size_t size) {
  coreset_context context = {0};
  uint64_t checksum;
  cr_assert_eq(core_checksum_large(&context, bytes, size, CHECKSUM, &checksum), CORESET_OK);
  core_store64(bytes + CHECKSUM, checksum);
}

Test(suites, bundles_come_back_whatever_the_order) {
  size_t size, again_size, value_size;
  coreset_context context = {0};
  unsigned char *bytes = bundle_bytes(0, &size), *again = bundle_bytes(3, &again_size);
  coreset_bundle *read;
  cr_assert(size == again_size && memcmp(bytes, again, size) == 0);
  cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
  cr_assert_eq(coreset_bundle_count(read), NAMES);
  cr_assert(!coreset_bundle_has_fits(read));
  coreset_free(again);
  cr_assert_eq(coreset_bundle_write(&context, read, SIZE_MAX, &again, &again_size), CORESET_OK);
  cr_assert(size == again_size && memcmp(bytes, again, size) == 0);
  for (size_t i = 0; i < NAMES; i++) {
    coreset_id name = coreset_bundle_suite(read, i);
    coreset_matrix *matrix;
    cr_assert_eq(coreset_id_compare(&name, &names[i]), 0);
    cr_assert_eq(coreset_bundle_find(read, &names[i]), (ptrdiff_t)i);
    cr_assert_eq(coreset_bundle_matrix(&context, read, i, &matrix), CORESET_OK);
    unsigned char *value = matrix_bytes(i + 1, &value_size), *written;
    size_t written_size;
    cr_assert_eq(coreset_matrix_write(&context, matrix, SIZE_MAX, &written, &written_size), CORESET_OK);
    cr_assert(value_size == written_size && memcmp(value, written, value_size) == 0);
    coreset_free(value), coreset_free(written);
    coreset_matrix_free(matrix);
  }
  coreset_id unknown = {"c", 1, 0};
  cr_assert_eq(coreset_bundle_find(read, &unknown), -1);
  coreset_bundle_free(read);
  coreset_free(bytes), coreset_free(again);
}

Test(suites, bundles_that_are_not_written) {
  size_t size, value_size;
  unsigned char *bytes = bundle_bytes(0, &size), *value = matrix_bytes(1, &value_size), *none;
  const coreset_id long_name = {"of which nobody reads more", ((size_t)1 << 30) + 1, 0};
  coreset_context context = {0};
  coreset_bundle *bundle;
  coreset_status status = CORESET_INTERRUPTED;
  cr_assert_eq(coreset_bundle_new(&context, &bundle), CORESET_OK);
  cr_assert_eq(coreset_bundle_add(&context, bundle, &long_name, value, value_size), CORESET_TOO_BIG);
  coreset_bundle_free(bundle);
  cr_assert_eq(read_copy(bytes, size, &bundle, NULL), CORESET_OK);
  for (int polls = 0; status != CORESET_OK; polls++) {
    interruption limited = {.left = polls};
    interrupt_after(&limited, polls);
    status = coreset_bundle_write(&limited.context, bundle, SIZE_MAX, &none, &size);
    cr_assert(status == CORESET_OK ? polls > 0 : status == CORESET_INTERRUPTED && none == NULL && size == 0);
    coreset_free(none);
  }
  coreset_bundle_free(bundle);
  coreset_free(value);
  coreset_free(bytes);
}

Test(suites, damaged_bundles_are_noticed) {
  size_t size;
  unsigned char *bytes = bundle_bytes(0, &size), *longer = calloc(size + 9, 1);
  coreset_bundle *read;
  for (size_t i = 0; i < 8 * size; i++) {
    bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_CORRUPT, "bit %zu", i);
    bytes[i / 8] ^= (unsigned char)(1 << i % 8);
  }
  memcpy(longer, bytes, size);
  for (size_t i = 0; i < size + 9; i++) {
    cr_assert_eq(read_copy(longer, i, &read, NULL) == CORESET_OK, i == size, "%zu bytes", i);
    coreset_bundle_free(read);
  }
  free(longer);
  coreset_free(bytes);
}

/* With one word of it replaced and the checksum mended, this is what is said. */
static void check_forgery(size_t at, uint64_t word, const char *reason) {
  size_t size;
  char message[CORESET_MESSAGE_SIZE];
  unsigned char *bytes = bundle_bytes(0, &size);
  coreset_bundle *read;
  core_store64(bytes + at, word);
  mend(bytes, size);
  cr_assert_eq(read_copy(bytes, size, &read, message), CORESET_CORRUPT, "%s", reason);
  cr_assert(strstr(message, reason) != NULL, "%s, not %s", message, reason);
  coreset_free(bytes);
}

Test(suites, forged_bundles_say_why) {
  /* integers, texts, bytes of texts; two integers, ends 0, 3, 4 of texts, "a\0bb": 16 + 12 + 4 bytes; sizes; values */
  enum { COUNTS = 32, LIST = 56, ENDS = LIST + 16, TEXT = ENDS + 12, SIZES = LIST + 32, VALUES = SIZES + 8 * NAMES };
  size_t value_size;
  coreset_free(matrix_bytes(1, &value_size));
  check_forgery(0, 0, "not a bundle of suites");
  check_forgery(8, 2, "format version 2, this program reads version 1");
  check_forgery(8, 1 | UINT64_C(2) << 32, "flags");
  check_forgery(8, 1 | UINT64_C(1) << 32, "of another kind");
  check_forgery(COUNTS, 0, "overlap");
  check_forgery(COUNTS, UINT64_MAX, "do not add up");
  check_forgery(COUNTS, 3, "damaged");
  check_forgery(COUNTS + 8, UINT64_MAX / 8, "do not add up");
  check_forgery(COUNTS + 16, UINT64_C(1) << 62, "do not add up");
  check_forgery(LIST, 9, "not in order");
  check_forgery(ENDS, UINT64_C(5) << 32, "overlap");
  check_forgery(SIZES, 0, "of another kind");
  check_forgery(SIZES, 25, "something behind a value");
  check_forgery(SIZES, UINT64_MAX, "larger than what is left");
  check_forgery(SIZES, UINT64_MAX - 7, "larger than what is left");
  check_forgery(SIZES, UINT64_C(1) << 40, "larger than what is left");
  check_forgery(SIZES + 8 * (NAMES - 1), value_size - 8, "something behind its values");
  check_forgery(VALUES, 0, "of another kind");
}

Test(suites, forged_bundles_never_crash) {
  size_t size;
  unsigned char *bytes = bundle_bytes(0, &size), *forged = malloc(size);
  uint64_t seed = 4;
  for (size_t i = 0; i < 30000; i++) {
    coreset_context context = {0};
    coreset_bundle *read;
    memcpy(forged, bytes, size);
    for (size_t changes = 1 + core_splitmix(&seed) % 4; changes > 0; changes--) {
      size_t at = core_splitmix(&seed) % (i % 2 ? 160 : size - 8);
      if (core_splitmix(&seed) % 2) {
        forged[at] = (unsigned char)core_splitmix(&seed);
      } else {
        core_store64(forged + at / 8 * 8, core_splitmix(&seed) % 16);
      }
    }
    mend(forged, size);
    if (read_copy(forged, size, &read, NULL) != CORESET_OK) continue;
    for (size_t s = 0; s < coreset_bundle_count(read); s++) {
      coreset_matrix *matrix;
      coreset_fit *fit;
      coreset_bundle_matrix(&context, read, s, &matrix);
      coreset_bundle_fit(&context, read, s, &fit);
      coreset_matrix_free(matrix);
      coreset_fit_free(fit);
    }
    coreset_bundle_free(read);
  }
  free(forged);
  coreset_free(bytes);
}
