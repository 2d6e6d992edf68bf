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
** ability. Missing answers count neither as right nor as wrong. Where a model was run several times on
** a question, s_mq right answers of n_mq count as n_mq answers of models of that ability:
**
**     ln L(b_q) = sum over m of s_mq ln P(m answers q rightly) + (n_mq - s_mq) ln(1 - P)
**
** with n = 1 where it was run once.
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
#include "numeric/random.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"

#define TERMS CORE_CURVE_TERMS
#define OPERATIONS 16 /* for a value of a curve, roughly */
#define GROUPS 32     /* twice as many groups, questions or rounds change no accuracy */
#define SAMPLE 512
#define ROUNDS 30
#define PERMUTATION_SEED 7      /* any will do, but always the same */
#define STEPS 30                /* about 6 are enough, but for few sources */
#define TOLERANCE 1e-6          /* of a coefficient: far below its error */
#define LONGEST_STEP 1.5        /* of a coefficient: far from the mode Newton's steps may overshoot */
#define SMALLEST_VARIANCE 1e-6  /* of an answer, in H, which keeps certain answers from making it singular */
#define SMALLEST_SPREAD 1e-3    /* sd of logits below which models do not differ */
#define QUESTIONS_PER_POLL 1024 /* some milliseconds of Newton steps */

/* Where EM starts: about what it finds on benchmarks. first_covariance is V. */
#define FIRST_SLOPE 1.2      /* of mu, for abilities whose sd is one logit */
#define FIRST_CURVATURE 0.05 /* of mu */
#define SHARE_MARGIN 0.01    /* the share of right answers is kept so far away from 0 and 1 */

/* A symmetric matrix of TERMS x TERMS. */
typedef struct symmetric {
  double at[6]; /* its upper triangle, row by row: a b c, d e, f */
} symmetric;

/* Standard deviations 1.8, 0.7 and 0.3, correlations 0.35, -0.3 and 0.2. */
static const symmetric first_covariance = {{3.24, 0.441, -0.162, 0.49, 0.042, 0.09}};

/* Working memory of a fit. */
typedef struct fitting {
  const coreset_scores *scores; /* what is fitted */
  core_bit_counter count;       /* how to count bits */
  size_t groups;                /* groups of models */
  core_arena arena;             /* of all working memory */
  uint64_t *members;            /* for each group a column of bits: its models */
  double ability[GROUPS];       /* t of each group */
  double spread;                /* standard deviation of the logits */
  double mean[TERMS];           /* mu */
  symmetric precision;          /* V^-1 */
} fitting;

/* What a question's answers say. */
typedef struct answers {
  double seen[GROUPS];  /* how many answers the models of each group gave: one each, or so many trials */
  double right[GROUPS]; /* how many of them are right */
} answers;

/* The inverse of a positive definite matrix, by cofactors. */
static symmetric inverse(const symmetric *m) {
  double a = m->at[0], b = m->at[1], c = m->at[2], d = m->at[3], e = m->at[4], f = m->at[5];
  symmetric result = {{d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b}};
  double determinant = a * result.at[0] + b * result.at[1] + c * result.at[2];
  for (size_t i = 0; i < 6; i++) result.at[i] /= determinant;
  return result;
}

/* to += factor * m */
static void add_matrix(symmetric *to, const symmetric *m, double factor) {
  for (size_t i = 0; i < 6; i++) to->at[i] += factor * m->at[i];
}

/* to += factor * x x^T */
static void add_square(symmetric *to, const double *x, double factor) {
  symmetric m = {{x[0] * x[0], x[0] * x[1], x[0] * x[2], x[1] * x[1], x[1] * x[2], x[2] * x[2]}};
  add_matrix(to, &m, factor);
}

/* m x */
static void multiply(const symmetric *m, const double *x, double *result) {
  result[0] = m->at[0] * x[0] + m->at[1] * x[1] + m->at[2] * x[2];
  result[1] = m->at[1] * x[0] + m->at[3] * x[1] + m->at[4] * x[2];
  result[2] = m->at[2] * x[0] + m->at[4] * x[1] + m->at[5] * x[2];
}

/* ------------------------------------------------------------------------
** Abilities
*/

static double bounded(double value, double low, double high) {
  return value < low ? low : value > high ? high : value;
}

static double logit(double p) {
  return core_log(p) - core_log(1 - p);
}

/* Puts the models into groups in order of ability. */
static coreset_status form_groups(coreset_context *context, fitting *work) {
  const coreset_scores *scores = work->scores;
  size_t models = scores->models, words = scores->words, sizes[GROUPS] = {0};
  double margin = 0.5 / (double)scores->questions;
  double *logits = core_take(context, &work->arena, models, sizeof(double));
  uint32_t *order = core_take(context, &work->arena, models, sizeof(uint32_t));
  work->groups = models < GROUPS ? models : GROUPS;
  work->members = core_take(context, &work->arena, work->groups * words, sizeof(uint64_t));
  if (work->arena.status != CORESET_OK) return work->arena.status;
  for (size_t m = 0; m < models; m++) {
    logits[m] = logit(bounded(core_scores_full_score(scores, m), margin, 1 - margin));
  }
  double mean = core_mean(logits, models);
  work->spread = sqrt(core_squares(logits, models, mean) / (double)models);
  coreset_status status = core_argsort(context, logits, models, order);
  if (status != CORESET_OK) return status;
  for (size_t m = 0; m < models; m++) {
    size_t model = order[m], g = m * work->groups / models;
    work->members[g * words + model / 64] |= UINT64_C(1) << model % 64;
    work->ability[g] += (logits[model] - mean) / work->spread;
    sizes[g]++;
  }
  for (size_t g = 0; g < work->groups; g++) work->ability[g] /= (double)sizes[g];
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** Curves
*/

/* The same where answers are successes out of trials. */
static void count_trials(const fitting *work, size_t question, answers *result) {
  const coreset_scores *scores = work->scores;
  const uint64_t *observed = core_observed_column(scores, question);
  *result = (answers){0};
  for (size_t g = 0; g < work->groups; g++) {
    for (size_t w = 0; w < scores->words; w++) {
      uint64_t bits = work->members[g * scores->words + w] & (observed == NULL ? UINT64_MAX : observed[w]);
      for (; bits != 0; bits &= bits - 1) {
        size_t model = 64 * w + (unsigned)__builtin_ctzll(bits);
        double trials = core_scores_trials(scores, question, model);
        result->right[g] += rint(trials * core_scores_value(scores, question, model));
        result->seen[g] += trials;
      }
    }
  }
}

static void count_answers(const fitting *work, size_t question, answers *result) {
  if (work->scores->counted) {
    count_trials(work, question, result);
    return;
  }
  size_t words = work->scores->words;
  const uint64_t *ones = core_ones_column(work->scores, question);
  const uint64_t *observed = core_observed_column(work->scores, question);
  for (size_t g = 0; g < work->groups; g++) {
    const uint64_t *members = work->members + g * words;
    result->right[g] = (double)work->count(ones, members, words);
    result->seen[g] = (double)work->count(observed == NULL ? members : observed, members, words);
  }
}

/* One Newton step of b towards the mode of its posterior; covariance receives H^-1. Returns by
** how much a coefficient moved at most. */
static double newton_step(const fitting *work, const answers *given, double *b, symmetric *covariance) {
  symmetric precision = work->precision;
  double chance[GROUPS], from_mean[TERMS], gradient[TERMS];
  for (size_t j = 0; j < TERMS; j++) from_mean[j] = b[j] - work->mean[j];
  multiply(&work->precision, from_mean, gradient);
  for (size_t j = 0; j < TERMS; j++) gradient[j] = -gradient[j];
  for (size_t g = 0; g < work->groups; g++) chance[g] = core_logistic(core_curve_logit(b, work->ability[g]));
  for (size_t g = 0; g < work->groups; g++) {
    double f[TERMS] = {1, work->ability[g], work->ability[g] * work->ability[g] - 1};
    double variance = chance[g] * (1 - chance[g]), residual = given->right[g] - given->seen[g] * chance[g];
    add_square(&precision, f, given->seen[g] * (variance > SMALLEST_VARIANCE ? variance : SMALLEST_VARIANCE));
    for (size_t j = 0; j < TERMS; j++) gradient[j] += residual * f[j];
  }
  *covariance = inverse(&precision);
  double step[TERMS], longest = 0;
  multiply(covariance, gradient, step);
  for (size_t j = 0; j < TERMS; j++) {
    step[j] = bounded(step[j], -LONGEST_STEP, LONGEST_STEP);
    b[j] += step[j];
    if (fabs(step[j]) > longest) longest = fabs(step[j]);
  }
  return longest;
}

/* One round of EM over a sample of questions with coefficients b. */
static void improve_population(fitting *work, const answers *sample, size_t count, double *b) {
  symmetric covariance = {{0}};
  double mean[TERMS] = {0, 0, 0}, share = 1 / (double)count;
  for (size_t i = 0; i < count; i++) {
    symmetric of_question;
    newton_step(work, &sample[i], b + i * TERMS, &of_question);
    add_matrix(&covariance, &of_question, share);
    for (size_t j = 0; j < TERMS; j++) mean[j] += share * b[i * TERMS + j];
  }
  for (size_t i = 0; i < count; i++) {
    double from_mean[TERMS];
    for (size_t j = 0; j < TERMS; j++) from_mean[j] = b[i * TERMS + j] - mean[j];
    add_square(&covariance, from_mean, share);
  }
  for (size_t j = 0; j < TERMS; j++) work->mean[j] = mean[j];
  work->precision = inverse(&covariance);
}

/* mu and V, from a sample of the questions. */
static coreset_status fit_population(coreset_context *context, fitting *work) {
  size_t questions = work->scores->questions, count = questions < SAMPLE ? questions : SAMPLE, *order;
  answers *sample = core_take(context, &work->arena, count, sizeof(*sample));
  double *b = core_take(context, &work->arena, count * TERMS, sizeof(double));
  coreset_status status = core_permutation(context, &work->arena, questions, PERMUTATION_SEED, &order);
  if (status != CORESET_OK) return status;
  double right = 0, seen = 0;
  for (size_t i = 0; i < count; i++) {
    count_answers(work, order[i], &sample[i]);
    for (size_t g = 0; g < work->groups; g++) {
      right += sample[i].right[g];
      seen += sample[i].seen[g];
    }
  }
  work->mean[0] = logit(bounded(seen > 0 ? right / seen : 0.5, SHARE_MARGIN, 1 - SHARE_MARGIN));
  work->mean[1] = FIRST_SLOPE * work->spread;
  work->mean[2] = FIRST_CURVATURE;
  work->precision = inverse(&first_covariance);
  for (size_t i = 0; i < count * TERMS; i++) b[i] = work->mean[i % TERMS];
  for (int round = 0; round < ROUNDS && status == CORESET_OK; round++) {
    improve_population(work, sample, count, b);
    status = core_poll_work(context, OPERATIONS * count * work->groups);
  }
  return status;
}

/* Every question's curve, given the population's. */
static coreset_status fit_questions(coreset_context *context, const fitting *work, double *coefficients) {
  coreset_status status = CORESET_OK;
  for (size_t q = 0; q < work->scores->questions && status == CORESET_OK; q++) {
    double *b = coefficients + q * TERMS;
    answers given;
    count_answers(work, q, &given);
    for (size_t j = 0; j < TERMS; j++) b[j] = work->mean[j];
    symmetric covariance;
    int step = 0;
    while (step < STEPS && newton_step(work, &given, b, &covariance) > TOLERANCE) step++;
    status = core_poll_every(context, QUESTIONS_PER_POLL);
  }
  return status;
}

coreset_status core_item_curves_fit(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                    double **coefficients) {
  *coefficients = NULL;
  if (!core_scores_binary_kind(scores)) return CORESET_OK;
  fitting work = {.scores = scores, .count = core_choose_bit_counter()};
  double *result = NULL;
  coreset_status status = form_groups(context, &work);
  if (status == CORESET_OK && work.spread >= SMALLEST_SPREAD) {
    result = core_take_matrix(context, arena, scores->questions, TERMS, sizeof(double));
    status = arena->status;
    if (status == CORESET_OK) status = fit_population(context, &work);
    if (status == CORESET_OK) status = fit_questions(context, &work, result);
  }
  core_release(&work.arena);
  if (status == CORESET_OK) *coefficients = result;
  return status;
}
