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
#include "statistics/item_kernels.h"

#define TERMS CORE_CURVE_TERMS
#define LANES CORE_ITEM_LANES
#define OPERATIONS 16           /* for a value of a curve, roughly */
#define GROUPS CORE_ITEM_GROUPS /* twice as many groups, questions or rounds change no accuracy */
#define SAMPLE 512
#define ROUNDS 30
#define PERMUTATION_SEED 7      /* any will do, but always the same */
#define STEPS 30                /* about 6 are enough, but for few sources */
#define TOLERANCE 1e-6          /* of a coefficient: far below its error */
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
  core_arena arena;             /* of all working memory */
  uint64_t *members;            /* for each group a column of bits: its models */
  double spread;                /* standard deviation of the logits */
  core_item_population curves;  /* groups of models, t of each, mu and V^-1 */
  core_item_stepper step;       /* how to make a Newton step here */
} fitting;

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
  work->curves.groups = models < GROUPS ? models : GROUPS;
  work->members = core_take(context, &work->arena, work->curves.groups * words, sizeof(uint64_t));
  if (work->arena.status != CORESET_OK) return work->arena.status;
  for (size_t m = 0; m < models; m++) {
    logits[m] = logit(bounded(core_scores_full_score(scores, m), margin, 1 - margin));
  }
  double mean = core_mean(logits, models);
  work->spread = sqrt(core_squares(logits, models, mean) / (double)models);
  coreset_status status = core_argsort(context, logits, models, order);
  if (status != CORESET_OK) return status;
  for (size_t m = 0; m < models; m++) {
    size_t model = order[m], g = m * work->curves.groups / models;
    work->members[g * words + model / 64] |= UINT64_C(1) << model % 64;
    work->curves.ability[g] += (logits[model] - mean) / work->spread;
    sizes[g]++;
  }
  for (size_t g = 0; g < work->curves.groups; g++) work->curves.ability[g] /= (double)sizes[g];
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** Curves
*/

/* What the answers to a question say, into a lane, where answers are successes out of trials. */
static void count_trials(const fitting *work, size_t question, size_t lane, core_item_answers *result) {
  const coreset_scores *scores = work->scores;
  const uint64_t *observed = core_observed_column(scores, question);
  for (size_t g = 0; g < work->curves.groups; g++) {
    double right = 0, seen = 0;
    for (size_t w = 0; w < scores->words; w++) {
      uint64_t bits = work->members[g * scores->words + w] & (observed == NULL ? UINT64_MAX : observed[w]);
      for (; bits != 0; bits &= bits - 1) {
        size_t model = 64 * w + (unsigned)__builtin_ctzll(bits);
        double trials = core_scores_trials(scores, question, model);
        right += rint(trials * core_scores_value(scores, question, model));
        seen += trials;
      }
    }
    result->right[g][lane] = right;
    result->seen[g][lane] = seen;
  }
}

static void count_answers(const fitting *work, size_t question, size_t lane, core_item_answers *result) {
  if (work->scores->counted) {
    count_trials(work, question, lane, result);
    return;
  }
  size_t words = work->scores->words;
  const uint64_t *ones = core_ones_column(work->scores, question);
  const uint64_t *observed = core_observed_column(work->scores, question);
  for (size_t g = 0; g < work->curves.groups; g++) {
    const uint64_t *members = work->members + g * words;
    result->right[g][lane] = (double)work->count(ones, members, words);
    result->seen[g][lane] = (double)work->count(observed == NULL ? members : observed, members, words);
  }
}

/* The coefficients of all lanes become mu. */
static void start_curves(const fitting *work, core_item_curves *curves) {
  for (size_t j = 0; j < TERMS; j++) {
    for (size_t l = 0; l < LANES; l++) curves->b[j][l] = work->curves.mean[j];
  }
}

/* One round of EM over a sample of questions, whose curves are those of the first count lanes. */
static void improve_population(fitting *work, const core_item_answers *sample, size_t count, core_item_curves *curves) {
  symmetric covariance = {{0}};
  double mean[TERMS] = {0, 0, 0}, share = 1 / (double)count;
  for (size_t i = 0; i < count; i++) {
    core_item_curves *block = &curves[i / LANES];
    size_t l = i % LANES;
    if (l == 0) work->step(&work->curves, &sample[i / LANES], block);
    for (size_t k = 0; k < 6; k++) covariance.at[k] += share * block->covariance[k][l];
    for (size_t j = 0; j < TERMS; j++) mean[j] += share * block->b[j][l];
  }
  for (size_t i = 0; i < count; i++) {
    double from_mean[TERMS];
    for (size_t j = 0; j < TERMS; j++) from_mean[j] = curves[i / LANES].b[j][i % LANES] - mean[j];
    add_square(&covariance, from_mean, share);
  }
  covariance = inverse(&covariance);
  for (size_t j = 0; j < TERMS; j++) work->curves.mean[j] = mean[j];
  for (size_t k = 0; k < 6; k++) work->curves.precision[k] = covariance.at[k];
}

/* mu and V, from a sample of the questions. */
static coreset_status fit_population(coreset_context *context, fitting *work) {
  size_t questions = work->scores->questions, count = questions < SAMPLE ? questions : SAMPLE, *order;
  size_t blocks = (count + LANES - 1) / LANES;
  core_item_answers *sample = core_take(context, &work->arena, blocks, sizeof(*sample));
  core_item_curves *curves = core_take(context, &work->arena, blocks, sizeof(*curves));
  coreset_status status = core_permutation(context, &work->arena, questions, PERMUTATION_SEED, &order);
  if (status != CORESET_OK) return status;
  double right = 0, seen = 0;
  for (size_t i = 0; i < count; i++) {
    core_item_answers *block = &sample[i / LANES];
    count_answers(work, order[i], i % LANES, block);
    for (size_t g = 0; g < work->curves.groups; g++) {
      right += block->right[g][i % LANES];
      seen += block->seen[g][i % LANES];
    }
  }
  const symmetric first = inverse(&first_covariance);
  work->curves.mean[0] = logit(bounded(seen > 0 ? right / seen : 0.5, SHARE_MARGIN, 1 - SHARE_MARGIN));
  work->curves.mean[1] = FIRST_SLOPE * work->spread;
  work->curves.mean[2] = FIRST_CURVATURE;
  for (size_t k = 0; k < 6; k++) work->curves.precision[k] = first.at[k];
  for (size_t i = 0; i < blocks; i++) start_curves(work, &curves[i]);
  for (int round = 0; round < ROUNDS && status == CORESET_OK; round++) {
    improve_population(work, sample, count, curves);
    status = core_poll_work(context, OPERATIONS * count * work->curves.groups);
  }
  return status;
}

/* Newton steps until no coefficient of a lane moves any more, lane by lane: from then on it stays what it is. */
static void settle(const fitting *work, const core_item_answers *given, core_item_curves *curves) {
  int is_moving[LANES], any = 1;
  for (size_t l = 0; l < LANES; l++) is_moving[l] = 1;
  for (int step = 0; step < STEPS && any; step++) {
    const core_item_curves before = *curves;
    work->step(&work->curves, given, curves);
    any = 0;
    for (size_t l = 0; l < LANES; l++) {
      for (size_t j = 0; j < TERMS && !is_moving[l]; j++) curves->b[j][l] = before.b[j][l];
      is_moving[l] = is_moving[l] && curves->moved[l] > TOLERANCE;
      any = any || is_moving[l];
    }
  }
}

/* Every question's curve, given the population's. */
static coreset_status fit_questions(coreset_context *context, const fitting *work, double *coefficients) {
  size_t questions = work->scores->questions;
  core_item_answers given = {0};
  core_item_curves curves = {0};
  coreset_status status = CORESET_OK;
  for (size_t start = 0; start < questions && status == CORESET_OK; start += LANES) {
    size_t count = questions - start < LANES ? questions - start : LANES;
    for (size_t l = 0; l < count; l++)
      count_answers(work, start + l, l, &given); /* others are as before: any will do */
    start_curves(work, &curves);
    settle(work, &given, &curves);
    for (size_t l = 0; l < count; l++) {
      for (size_t j = 0; j < TERMS; j++) coefficients[(start + l) * TERMS + j] = curves.b[j][l];
    }
    status = core_poll_every(context, QUESTIONS_PER_POLL / LANES);
  }
  return status;
}

coreset_status core_item_curves_fit(coreset_context *context, core_arena *arena, const coreset_scores *scores,
                                    double **coefficients) {
  *coefficients = NULL;
  if (!core_scores_binary_kind(scores)) return CORESET_OK;
  fitting work = {.scores = scores, .count = core_choose_bit_counter(), .step = core_choose_item_stepper()};
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
