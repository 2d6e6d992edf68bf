/*
** item_curves.c: how the chance of a right answer depends on a model's ability: item
** response curves with a quadratic logit.
**
** Sources m = 1..M with full scores y_m, N questions. The sources' abilities are known from
** all their answers:
**
**     t_m = (l_m - mean(l)) / sd(l),   l_m = logit(y_m), y_m kept 1/(2N) away from 0 and 1
**     P(m answers q rightly) = 1 / (1 + exp(-eta)),   eta = b_q . f(t_m),   f(t) = (1, t, t^2 - 1)
**
** The b_q are normal, N(mu, V), and empirical Bayes finds mu and V: each of ROUNDS rounds
** takes one Newton step towards the mode of every b_q, with H the precision there, and then
**
**     mu = mean of b_q,   V = mean of (b_q - mu)(b_q - mu)^T + mean of H^-1
**
** (EM with Laplace's approximation), over at most SAMPLE questions, the first of a fixed
** permutation. Then Newton steps from mu fit every question, until none of its coefficients moves
** by more than TOLERANCE, STEPS at most. More than GROUPS models
** are put, in order of ability, into GROUPS groups of nearly equal size that share their mean
** ability. Missing answers count neither as right nor as wrong.
**
** Every sum has a fixed order and exp and log are our own: the same bits on every machine.
** Time: (ROUNDS min(N, SAMPLE) + about 6 N) min(M, GROUPS) exponentials. The accuracy of
** predictions does not change with twice as many rounds, questions or groups.
**
** Source: Bock and Aitkin, "Marginal maximum likelihood estimation of item parameters",
** 1981, with abilities taken as known, and Laplace's approximation.
*/
#include "statistics/item_curves.h"

#include <math.h>

#include "numeric/bits.h"
#include "numeric/elementary.h"
#include "numeric/random.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"

#define TERMS CORE_CURVE_TERMS
#define GROUPS 32
#define SAMPLE 512
#define PERMUTATION_SEED 7
#define ROUNDS 30
#define STEPS 30
#define TOLERANCE 1e-6
#define LONGEST_STEP 1.5       /* of one coefficient, in one Newton step */
#define SMALLEST_VARIANCE 1e-6 /* of an answer, in H */
#define SMALLEST_SPREAD 1e-3   /* sd of logits below which models do not differ */

/* A symmetric matrix of TERMS x TERMS. */
typedef struct symmetric {
  double a00, a01, a02, a11, a12, a22; /* its upper triangle */
} symmetric;

/* Working memory of a fit. */
typedef struct fitting {
  const coreset_scores *scores; /* what is fitted */
  core_bit_counter count;       /* how to count bits */
  size_t groups;                /* groups of models */
  uint64_t *members;            /* for each group a column of bits: its models */
  double linear[GROUPS];        /* t of each group */
  double quadratic[GROUPS];     /* t^2 - 1 */
  double spread;                /* standard deviation of the logits */
  double mean[TERMS];           /* mu */
  symmetric precision;          /* V^-1 */
} fitting;

/* What a question's answers say. */
typedef struct answers {
  double seen[GROUPS];  /* how many models of each group answered */
  double right[GROUPS]; /* how many of them rightly */
} answers;

/* The inverse of a positive definite matrix, by cofactors. */
static symmetric inverse(const symmetric *m) {
  symmetric c = {m->a11 * m->a22 - m->a12 * m->a12, m->a02 * m->a12 - m->a01 * m->a22,
                 m->a01 * m->a12 - m->a02 * m->a11, m->a00 * m->a22 - m->a02 * m->a02,
                 m->a01 * m->a02 - m->a00 * m->a12, m->a00 * m->a11 - m->a01 * m->a01};
  double determinant = m->a00 * c.a00 + m->a01 * c.a01 + m->a02 * c.a02;
  c.a00 /= determinant, c.a01 /= determinant, c.a02 /= determinant;
  c.a11 /= determinant, c.a12 /= determinant, c.a22 /= determinant;
  return c;
}

/* to += factor * m */
static void add_matrix(symmetric *to, const symmetric *m, double factor) {
  to->a00 += factor * m->a00, to->a01 += factor * m->a01, to->a02 += factor * m->a02;
  to->a11 += factor * m->a11, to->a12 += factor * m->a12, to->a22 += factor * m->a22;
}

/* to += factor * x x^T */
static void add_square(symmetric *to, const double *x, double factor) {
  symmetric m = {x[0] * x[0], x[0] * x[1], x[0] * x[2], x[1] * x[1], x[1] * x[2], x[2] * x[2]};
  add_matrix(to, &m, factor);
}

/* m x */
static void multiply(const symmetric *m, const double *x, double *result) {
  result[0] = m->a00 * x[0] + m->a01 * x[1] + m->a02 * x[2];
  result[1] = m->a01 * x[0] + m->a11 * x[1] + m->a12 * x[2];
  result[2] = m->a02 * x[0] + m->a12 * x[1] + m->a22 * x[2];
}

/* ------------------------------------------------------------------------
** Abilities
*/

/* Logits of the full scores, with their models, unsorted and not yet standardised; their mean
** and spread. */
static void find_abilities(const coreset_scores *scores, coreset_pair *order, double *mean, double *spread) {
  double margin = 0.5 / (double)scores->questions, models = (double)scores->models;
  core_sum sum = {0, 0}, squares = {0, 0};
  size_t m;
  for (m = 0; m < scores->models; m++) {
    double score = core_scores_full_score(scores, m);
    if (score < margin) score = margin;
    if (score > 1 - margin) score = 1 - margin;
    order[m].x = core_log(score) - core_log(1 - score);
    order[m].y = (double)m;
    core_sum_add(&sum, order[m].x);
  }
  *mean = core_sum_value(&sum) / models;
  for (m = 0; m < scores->models; m++) {
    double deviation = order[m].x - *mean;
    core_sum_add(&squares, deviation * deviation);
  }
  *spread = sqrt(core_sum_value(&squares) / models);
}

/* Puts the models into groups in order of ability. */
static coreset_status form_groups(coreset_context *context, fitting *work) {
  const coreset_scores *scores = work->scores;
  size_t models = scores->models, words = scores->words, sizes[GROUPS] = {0}, m, g;
  coreset_pair *order = core_allocate(context, models, sizeof(*order));
  coreset_status status;
  double mean;
  work->groups = models < GROUPS ? models : GROUPS;
  work->members = core_allocate(context, work->groups * words, sizeof(uint64_t));
  if (order == NULL || work->members == NULL) {
    coreset_free(order);
    return CORESET_NO_MEMORY;
  }
  find_abilities(scores, order, &mean, &work->spread);
  status = core_sort_pairs(context, order, models, NULL);
  for (m = 0; m < models && status == CORESET_OK; m++) {
    size_t model = (size_t)order[m].y;
    g = m * work->groups / models;
    work->members[g * words + model / 64] |= UINT64_C(1) << model % 64;
    work->linear[g] += (order[m].x - mean) / work->spread;
    sizes[g]++;
  }
  for (g = 0; g < work->groups && status == CORESET_OK; g++) {
    work->linear[g] /= (double)sizes[g];
    work->quadratic[g] = work->linear[g] * work->linear[g] - 1;
  }
  coreset_free(order);
  return status;
}

/* ------------------------------------------------------------------------
** Curves
*/

static void count_answers(const fitting *work, size_t question, answers *result) {
  size_t words = work->scores->words, g;
  const uint64_t *ones = core_ones_column(work->scores, question);
  const uint64_t *observed = core_observed_column(work->scores, question);
  for (g = 0; g < work->groups; g++) {
    const uint64_t *members = work->members + g * words;
    result->right[g] = (double)work->count(ones, members, words);
    result->seen[g] = (double)work->count(observed == NULL ? members : observed, members, words);
  }
}

/* One Newton step of b towards the mode of its posterior; covariance receives H^-1. Returns by
** how much a coefficient moved at most. */
static double newton_step(const fitting *work, const answers *given, double *b, symmetric *covariance) {
  symmetric precision = work->precision;
  double chance[GROUPS], from_mean[TERMS], gradient[TERMS], step[TERMS], longest = 0;
  size_t g, j;
  for (j = 0; j < TERMS; j++) from_mean[j] = b[j] - work->mean[j];
  multiply(&work->precision, from_mean, gradient);
  for (j = 0; j < TERMS; j++) gradient[j] = -gradient[j];
  for (g = 0; g < work->groups; g++) {
    chance[g] = core_logistic(b[0] + b[1] * work->linear[g] + b[2] * work->quadratic[g]);
  }
  for (g = 0; g < work->groups; g++) {
    double f[TERMS] = {1, work->linear[g], work->quadratic[g]};
    double variance = chance[g] * (1 - chance[g]), residual = given->right[g] - given->seen[g] * chance[g];
    add_square(&precision, f, given->seen[g] * (variance > SMALLEST_VARIANCE ? variance : SMALLEST_VARIANCE));
    for (j = 0; j < TERMS; j++) gradient[j] += residual * f[j];
  }
  *covariance = inverse(&precision);
  multiply(covariance, gradient, step);
  for (j = 0; j < TERMS; j++) {
    step[j] = step[j] > LONGEST_STEP ? LONGEST_STEP : step[j] < -LONGEST_STEP ? -LONGEST_STEP : step[j];
    b[j] += step[j];
    if (fabs(step[j]) > longest) longest = fabs(step[j]);
  }
  return longest;
}

/* Where EM starts: what benchmarks have in common, and the share of right answers. */
static void start_population(fitting *work, const answers *sample, size_t count) {
  static const symmetric usual = {3.24, 0.441, -0.162, 0.49, 0.042, 0.09};
  double right = 0, seen = 0, share;
  size_t i, g;
  for (i = 0; i < count; i++) {
    for (g = 0; g < work->groups; g++) {
      right += sample[i].right[g];
      seen += sample[i].seen[g];
    }
  }
  share = seen > 0 ? right / seen : 0.5;
  share = share < 0.01 ? 0.01 : share > 0.99 ? 0.99 : share;
  work->mean[0] = core_log(share) - core_log(1 - share);
  work->mean[1] = 1.2 * work->spread;
  work->mean[2] = 0.05;
  work->precision = inverse(&usual);
}

/* One round of EM over a sample of questions with coefficients b. */
static void improve_population(fitting *work, const answers *sample, size_t count, double *b) {
  symmetric covariance = {0, 0, 0, 0, 0, 0}, of_question;
  double mean[TERMS] = {0, 0, 0}, share = 1 / (double)count;
  size_t i, j;
  for (i = 0; i < count; i++) {
    newton_step(work, &sample[i], b + i * TERMS, &of_question);
    add_matrix(&covariance, &of_question, share);
    for (j = 0; j < TERMS; j++) mean[j] += share * b[i * TERMS + j];
  }
  for (i = 0; i < count; i++) {
    double from_mean[TERMS];
    for (j = 0; j < TERMS; j++) from_mean[j] = b[i * TERMS + j] - mean[j];
    add_square(&covariance, from_mean, share);
  }
  for (j = 0; j < TERMS; j++) work->mean[j] = mean[j];
  work->precision = inverse(&covariance);
}

/* mu and V, from a sample of the questions. */
static coreset_status fit_population(coreset_context *context, fitting *work) {
  size_t questions = work->scores->questions, count = questions < SAMPLE ? questions : SAMPLE, *order = NULL, i;
  answers *sample = core_allocate(context, count, sizeof(*sample));
  double *b = core_allocate(context, count * TERMS, sizeof(double));
  coreset_status status = sample == NULL || b == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  int round;
  if (status == CORESET_OK) status = core_permutation(context, questions, PERMUTATION_SEED, &order);
  if (status != CORESET_OK) goto done;
  for (i = 0; i < count; i++) count_answers(work, order[i], &sample[i]);
  start_population(work, sample, count);
  for (i = 0; i < count * TERMS; i++) b[i] = work->mean[i % TERMS];
  for (round = 0; round < ROUNDS && status == CORESET_OK; round++) {
    improve_population(work, sample, count, b);
    status = core_poll(context);
  }
done:
  coreset_free(order);
  coreset_free(sample);
  coreset_free(b);
  return status;
}

/* Every question's curve, given the population's. */
static coreset_status fit_questions(coreset_context *context, const fitting *work, double *coefficients) {
  coreset_status status = CORESET_OK;
  size_t q, j;
  for (q = 0; q < work->scores->questions && status == CORESET_OK; q++) {
    symmetric covariance;
    answers given;
    int step = 0;
    count_answers(work, q, &given);
    for (j = 0; j < TERMS; j++) coefficients[q * TERMS + j] = work->mean[j];
    while (step < STEPS && newton_step(work, &given, coefficients + q * TERMS, &covariance) > TOLERANCE) step++;
    if (q % 1024 == 1023) status = core_poll(context);
  }
  return status;
}

coreset_status core_item_curves_fit(coreset_context *context, const coreset_scores *scores, double **coefficients) {
  fitting work = {.scores = scores, .count = core_choose_bit_counter()};
  coreset_status status;
  double *result = NULL;
  *coefficients = NULL;
  if (!scores->binary) return CORESET_OK;
  status = form_groups(context, &work);
  if (status != CORESET_OK || !(work.spread >= SMALLEST_SPREAD)) goto done;
  status = fit_population(context, &work);
  if (status != CORESET_OK) goto done;
  result = core_allocate(context, scores->questions * TERMS, sizeof(double));
  status = result == NULL ? CORESET_NO_MEMORY : fit_questions(context, &work, result);
  if (status == CORESET_OK) {
    *coefficients = result;
    result = NULL;
  }
done:
  coreset_free(result);
  coreset_free(work.members);
  return status;
}
