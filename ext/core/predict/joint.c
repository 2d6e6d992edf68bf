/*
** joint.c: the scores of several suites as one Gaussian.
**
** l(x) is the logit of x clipped to [0.01, 0.99]; y_ms the full score of source m in suite s, o_ms what is predicted of
** it by the fold without it (calibration.c), p_s the prediction of a target, all mapped. With M sources that ran all suites
**
**     mu_s = mean of l(y_ms);  Sigma = covariance (M - 1) of l(y), its correlations times 1 - 0.5 / M
**     v_s = 0.7 * 0.94 * mean of (l(o_ms) - l(y_ms))^2
**     k_s = max(1 - v_s / Sigma_ss, 0.1),  z_s = (l(p_s) - mu_s) / k_s,  r_s = v_s / k_s
**
** since p is a posterior mean: z is the observation, and r the variance of its noise, of which it is the posterior. For each suite j,
** with o the other ones that the target ran,
**
**     w = (Sigma_oo + diag r_o)^-1 Sigma_oj;  m = w . z_o;  c = Sigma_jj - w . Sigma_oj
**     q = (m r_j + z_j c) / (r_j + c);  d2 = (z_j - m)^2 / (r_j + c);  own = l(p_j) - mu_j
**     new_j = logistic(mu_j + own + (q - own) min(1, 6 / (5 + d2)))
**
** which pulls little where suites disagree implausibly: specialists stay what they are. Outside of [0.01, 0.99] p_j
** stays, and so does the prediction of a target that ran one suite. A suite that was not run: logistic(mu_j + m), of variance c on the
** logit scale. A suite whose score is known has r = 0 and k = 1, and stays.
**
** All m and c come from one inverse: with Q that of Sigma + diag r over the suites that were run,
** z_j - m = (Q z)_j / Q_jj and c + r_j = 1 / Q_jj.
**
** Sources that lack suites: mu_s and Sigma_ss are of all that ran s; the correlation of two suites is that over the models that ran
** both, times 1 - 0.5 / (how many these are), and 0 where there are fewer than two, or all are alike in one. Correlations that come from different models
** need not go together: as long as a pivot of their matrix is less than 0.001, all but the diagonal is multiplied by 0.9.
*/
#include "predict/joint.h"

#include <math.h>

#include "numeric/cholesky.h"
#include "numeric/elementary.h"
#include "numeric/sums.h"

/* This project's own choices (tests/experiments/ACCURACY.md). */
#define EDGE 0.01          /* a score closer to 0 or 1 counts as this */
#define SHRINKAGE 0.5      /* of correlations, in models */
#define NOISE (0.7 * 0.94) /* what of a mean square residual is noise: folds learn from fewer models, and logits bend */
#define LEAST_KEPT 0.1     /* k */
#define DEGREES 5.0        /* of freedom of a disagreement between suites */
#define LEAST_PIVOT 1e-3   /* of correlations */
#define STEP 0.9           /* of shrinking them */
#define LEAST_VARIANCE 1e-9 /* where all sources score alike */
#define LEAST_LEFT 1e-12    /* c */

double core_joint_logit(double score) {
  double clipped = fmin(fmax(score, EDGE), 1 - EDGE);
  return core_log(clipped / (1 - clipped));
}

double core_joint_error(const double *predicted, const double *full_scores, size_t count) {
  core_sum squares = {0, 0};
  for (size_t m = 0; m < count; m++) {
    double residual = core_joint_logit(predicted[m]) - core_joint_logit(full_scores[m]);
    core_sum_add(&squares, residual * residual);
  }
  return NOISE * core_sum_value(&squares) / (double)count;
}

/* ------------------------------------------------------------------------
** Learning
*/

/* The moments of suites s and t over the models that ran both. */
static void compare_suites(core_joint *joint, size_t s, size_t t) {
  const double *logits = joint->logits;
  size_t suites = joint->suites, at = s * suites + t, back = t * suites + s, count = 0;
  core_sum sum_s = {0, 0}, sum_t = {0, 0}, square_s = {0, 0}, square_t = {0, 0}, cross = {0, 0};
  for (size_t m = 0; m < joint->models; m++) {
    double x = logits[m * suites + s], y = logits[m * suites + t];
    if (isnan(x) || isnan(y)) continue;
    core_sum_add(&sum_s, x);
    core_sum_add(&sum_t, y);
    count++;
  }
  double mean_s = core_sum_value(&sum_s) / (double)count, mean_t = core_sum_value(&sum_t) / (double)count;
  for (size_t m = 0; m < joint->models; m++) {
    double x = logits[m * suites + s] - mean_s, y = logits[m * suites + t] - mean_t;
    if (isnan(x) || isnan(y)) continue;
    core_sum_add(&square_s, x * x);
    core_sum_add(&square_t, y * y);
    core_sum_add(&cross, x * y);
  }
  joint->count[at] = joint->count[back] = (double)count;
  joint->mean[at] = mean_s;
  joint->mean[back] = mean_t;
  joint->square[at] = core_sum_value(&square_s);
  joint->square[back] = core_sum_value(&square_t);
  joint->cross[at] = joint->cross[back] = core_sum_value(&cross);
  if (count < joint->models) joint->complete = 0;
}

coreset_status core_joint_learn(coreset_context *context, core_arena *arena, const double *full_scores, size_t models,
                                size_t suites, core_joint *joint) {
  *joint = (core_joint){.models = models, .suites = suites, .complete = 1};
  joint->logits = core_take_matrix(context, arena, models, suites, sizeof(double));
  joint->count = core_take_matrix(context, arena, suites, suites, sizeof(double));
  joint->mean = core_take_matrix(context, arena, suites, suites, sizeof(double));
  joint->square = core_take_matrix(context, arena, suites, suites, sizeof(double));
  joint->cross = core_take_matrix(context, arena, suites, suites, sizeof(double));
  coreset_status status = arena->status;
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < models * suites; i++) {
    joint->logits[i] = isnan(full_scores[i]) ? NAN : core_joint_logit(full_scores[i]);
  }
  for (size_t s = 0; s < suites && status == CORESET_OK; s++) {
    for (size_t t = 0; t <= s && status == CORESET_OK; t++) {
      compare_suites(joint, s, t);
      status = core_poll_work(context, 32 * models);
    }
  }
  return status;
}

/* ------------------------------------------------------------------------
** Moments
*/

void core_joint_allocate(coreset_context *context, core_arena *arena, size_t suites, core_joint_moments *moments) {
  moments->mean = core_take(context, arena, suites, sizeof(double));
  moments->covariance = core_take_matrix(context, arena, suites, suites, sizeof(double));
}

/* The shrunken correlation of suites s and t, and the mean and variance of s, without a model. */
static double correlate(const core_joint *joint, size_t s, size_t t, size_t without, double *mean, double *variance) {
  size_t suites = joint->suites, at = s * suites + t, back = t * suites + s;
  double count = joint->count[at], square_s = joint->square[at], square_t = joint->square[back];
  double cross = joint->cross[at], shift = 0;
  if (without != SIZE_MAX) {
    double x = joint->logits[without * suites + s] - joint->mean[at];
    double y = joint->logits[without * suites + t] - joint->mean[back];
    if (!isnan(x) && !isnan(y)) {
      double share = count / (count - 1);
      square_s = fmax(square_s - share * x * x, 0);
      square_t = fmax(square_t - share * y * y, 0);
      cross -= share * x * y;
      shift = x / (count - 1);
      count--;
    }
  }
  *mean = joint->mean[at] - shift;
  *variance = fmax(square_s / (count - 1), LEAST_VARIANCE); /* a NaN, of one model, is less */
  if (s == t) return 1;
  /* of models that are alike squares and products are what rounding leaves, whose quotient can be anything */
  if (!(fmin(square_s, square_t) > LEAST_VARIANCE * (count - 1)) || count < 2) return 0;
  return cross / (sqrt(square_s) * sqrt(square_t)) * (1 - SHRINKAGE / count);
}

/* Makes correlations positive definite. */
static coreset_status repair(coreset_context *context, double *correlations, size_t suites) {
  core_arena scratch = {0};
  double *factor = core_take_matrix(context, &scratch, suites, suites, sizeof(double));
  double *inverse = core_take_matrix(context, &scratch, suites, suites, sizeof(double));
  coreset_status status = scratch.status;
  while (status == CORESET_OK) {
    for (size_t i = 0; i < suites * suites; i++) factor[i] = correlations[i];
    status = core_poll_work(context, suites * suites * suites);
    if (core_cholesky_invert(factor, inverse, suites) >= LEAST_PIVOT) break;
    for (size_t s = 0; s < suites; s++) {
      for (size_t t = 0; t < suites; t++) {
        if (s != t) correlations[s * suites + t] *= STEP;
      }
    }
  }
  core_release(&scratch);
  return status;
}

coreset_status core_joint_find(coreset_context *context, const core_joint *joint, size_t without,
                               const core_joint_moments *moments) {
  core_arena scratch = {0};
  size_t suites = joint->suites;
  double *deviation = core_take(context, &scratch, suites, sizeof(double)), mean, variance;
  double *covariance = moments->covariance;
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_poll_work(context, 16 * suites * suites);
  for (size_t s = 0; s < suites && status == CORESET_OK; s++) {
    for (size_t t = 0; t < s; t++) {
      covariance[s * suites + t] = covariance[t * suites + s] = correlate(joint, s, t, without, &mean, &variance);
    }
    covariance[s * suites + s] = correlate(joint, s, s, without, &moments->mean[s], &variance);
    deviation[s] = sqrt(variance);
  }
  if (status == CORESET_OK && !joint->complete) status = repair(context, covariance, suites);
  for (size_t s = 0; s < suites && status == CORESET_OK; s++) {
    for (size_t t = 0; t < suites; t++) covariance[s * suites + t] *= deviation[s] * deviation[t];
  }
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** One model
*/

/* Working memory, for the suites that are seen. */
typedef struct working {
  size_t *suite;    /* which they are */
  size_t count;     /* how many */
  double *observed; /* z */
  double *noise;    /* r */
  double *pulled;   /* Q z */
  double *system;   /* Sigma + diag r, then its factor */
  double *inverse;  /* Q */
} working;

/* Sets up and inverts the system. */
static void observe(const core_joint_moments *moments, const core_joint_view *views, const double *scores,
                    size_t suites, working *work) {
  for (size_t s = 0; s < suites; s++) {
    if (!views[s].is_seen) continue;
    double kept = views[s].is_exact ? 1 : fmax(1 - views[s].error / moments->covariance[s * suites + s], LEAST_KEPT);
    work->observed[work->count] = (core_joint_logit(scores[s]) - moments->mean[s]) / kept;
    work->noise[work->count] = views[s].is_exact ? 0 : views[s].error / kept;
    work->suite[work->count++] = s;
  }
  for (size_t i = 0; i < work->count; i++) {
    for (size_t j = 0; j < work->count; j++) {
      double noise = i == j ? work->noise[i] : 0;
      work->system[i * work->count + j] = moments->covariance[work->suite[i] * suites + work->suite[j]] + noise;
    }
  }
  core_cholesky_invert(work->system, work->inverse, work->count);
  for (size_t i = 0; i < work->count; i++) {
    work->pulled[i] = core_dot(0, work->inverse + i * work->count, work->observed, work->count);
  }
}

/* What is said of a seen suite, number i of them, with this prediction and mean. */
static double pull(const working *work, size_t i, double score, double mean) {
  if (work->count == 1 || !(score >= EDGE && score <= 1 - EDGE)) return score;
  double diagonal = work->inverse[i * work->count + i], gap = work->pulled[i] / diagonal, noise = work->noise[i];
  double total = fmax(1 / diagonal - noise, LEAST_LEFT) + noise, apart = gap * gap / total;
  double own = core_joint_logit(score) - mean, joined = work->observed[i] - gap * noise / total;
  return core_logistic(mean + own + (joined - own) * fmin(1, (DEGREES + 1) / (DEGREES + apart)));
}

/* What is said of a suite that is not seen. */
static core_joint_said foretell(const working *work, const core_joint_moments *moments, size_t suite, size_t suites) {
  const double *covariance = moments->covariance + suite * suites;
  double expected = 0, left = covariance[suite];
  if (work->count == 0) return (core_joint_said){NAN, NAN, NAN};
  for (size_t i = 0; i < work->count; i++) {
    double weight = 0;
    for (size_t j = 0; j < work->count; j++) weight += work->inverse[i * work->count + j] * covariance[work->suite[j]];
    expected += covariance[work->suite[i]] * work->pulled[i];
    left -= weight * covariance[work->suite[i]];
  }
  double logit = moments->mean[suite] + expected;
  return (core_joint_said){core_logistic(logit), logit, fmax(left, LEAST_LEFT)};
}

coreset_status core_joint_apply(coreset_context *context, const core_joint_moments *moments,
                                const core_joint_view *views, const double *scores, size_t suites,
                                core_joint_said *said) {
  core_arena scratch = {0};
  working work = {.count = 0};
  work.suite = core_take(context, &scratch, suites, sizeof(size_t));
  work.observed = core_take(context, &scratch, suites, sizeof(double));
  work.noise = core_take(context, &scratch, suites, sizeof(double));
  work.pulled = core_take(context, &scratch, suites, sizeof(double));
  work.system = core_take_matrix(context, &scratch, suites, suites, sizeof(double));
  work.inverse = core_take_matrix(context, &scratch, suites, suites, sizeof(double));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = core_poll_work(context, 64 * suites + 2 * suites * suites * suites);
  if (status == CORESET_OK) observe(moments, views, scores, suites, &work);
  for (size_t s = 0, i = 0; s < suites && status == CORESET_OK; s++) {
    said[s] = (core_joint_said){scores[s], NAN, NAN};
    if (!views[s].is_seen) said[s] = foretell(&work, moments, s, suites);
    if (views[s].is_seen && !views[s].is_exact) said[s].predicted = pull(&work, i, scores[s], moments->mean[s]);
    i += views[s].is_seen != 0;
  }
  core_release(&scratch);
  return status;
}
