/*
** kriging_selector.c: the questions whose answers leave the least doubt about the
** benchmark's score: Bayesian A-optimal design of one average, the kriging design of
** geostatistics.
**
** The answers a model would give are a Gaussian field with covariance L L^T + R + diag(v)
** (field.c). Each pick is the question whose answer reduces the variance of the (weighted)
** mean of all N answers most. With o_i the question's share in the mean:
**
**     cov_i = L_i . sum_k o_k L_k + sum_k o_k R_ik + o_i v_i    with the mean answer
**     var_i = |L_i|^2 + vb                                      without its noise
**     total = sum_i o_i cov_i                                   of the mean answer
**
**     pick  q = argmax of cov_i^2 / (v_i + var_i)
**     then  col = L L_q + R_.q - sum over earlier picks j of G_j G_jq,  r = sqrt(v_q + var_q)
**           G   = col / r,   total -= cov_q^2 / r^2,   cov -= G cov_q / r,   var -= G^2
**
** which is exact conditioning. objective = cov_q^2 / r^2 is the variance the pick removes,
** remaining_sd = sqrt(total) afterwards; relevance is cov_q before any pick, redundancy the
** share of var_q already explained.
**
** Few models leave many identical columns. Of equal questions the first in a fixed random
** permutation is taken, because the lowest id would follow the order of the file.
**
** The sums of R are the one step that costs N^2. Up to EXACT_LIMIT questions they are
** exact; beyond, they are estimated from SAMPLE columns, the same for every question.
** Memory: (models + picks + a few) N numbers. Time per pick: as many multiplications.
*/
#include <math.h>

#include "field.h"
#include "permutation.h"
#include "row_sums.h"
#include "selector.h"

#define EXACT_LIMIT 8192
#define SAMPLE 4096
#define PERMUTATION_SEED 7
#define BLOCK 512        /* questions worked on at a time: blocks of a column and of four rows stay in cache */
#define ROWS_PER_POLL 64 /* of the N^2 step */

typedef struct kriging_state {
  coreset_field field;                       /* the covariance */
  size_t *order;                             /* the questions, permuted */
  double *covariance;                        /* of each answer with the mean answer, given the picks */
  double *variance;                          /* of each question's field, given the picks */
  double *first_covariance, *first_variance; /* both before any pick */
  double total;                              /* variance of the mean answer */
  double **rows;                             /* N numbers each: the field's factors, then G, one for each pick; owned */
  double *factors;                           /* for each row what to multiply it by; working memory */
  coreset_row_adder add;                     /* how to add rows up here */
  size_t picked_count;                       /* how many picks */
} kriging_state;

static void kriging_finish(void *data) {
  kriging_state *state = data;
  size_t k;
  for (k = 0; k < state->picked_count; k++) coreset_free(state->rows[state->field.factor_count + k]);
  coreset_field_release(&state->field);
  coreset_free(state->order);
  coreset_free(state->covariance);
  coreset_free(state->variance);
  coreset_free(state->first_covariance);
  coreset_free(state->first_variance);
  coreset_free(state->rows);
  coreset_free(state->factors);
  coreset_free(state);
}

/* sum_k o_k R_ik, exactly, or estimated from a sample of the columns. */
static double mean_similarity(const kriging_state *state, size_t i) {
  const coreset_field *field = &state->field;
  size_t questions = field->questions, k;
  double sum = 0, shares = 0, own = field->share[i];
  if (questions <= EXACT_LIMIT) {
    for (k = 0; k < questions; k++) sum += field->share[k] * coreset_field_similarity(field, i, k);
    return sum;
  }
  for (k = 0; k < SAMPLE; k++) {
    size_t question = state->order[k];
    if (question == i) continue;
    sum += field->share[question] * coreset_field_similarity(field, i, question);
    shares += field->share[question];
  }
  return own * field->mean_noise + (shares > 0 ? (1 - own) * sum / shares : 0);
}

/* covariance += L (L^T o), variance += row sums of L^2. */
static void add_factors(kriging_state *state) {
  const coreset_field *field = &state->field;
  size_t questions = field->questions, f, q;
  for (f = 0; f < field->factor_count; f++) {
    const double *row = state->rows[f];
    coreset_sum mean = {0, 0};
    for (q = 0; q < questions; q++) coreset_sum_add(&mean, field->share[q] * row[q]);
    state->factors[f] = coreset_sum_value(&mean);
    for (q = 0; q < questions; q++) state->variance[q] += row[q] * row[q];
  }
  state->add(state->covariance, (const double *const *)state->rows, state->factors, field->factor_count, 0, questions);
}

static coreset_status start_state(coreset_context *context, kriging_state *state) {
  const coreset_field *field = &state->field;
  size_t questions = field->questions, q;
  coreset_sum total = {0, 0};
  coreset_status status = CORESET_OK;
  add_factors(state);
  for (q = 0; q < questions && status == CORESET_OK; q++) {
    if (q % ROWS_PER_POLL == 0) status = coreset_poll(context);
    state->variance[q] += field->mean_noise;
    state->covariance[q] += mean_similarity(state, q) + field->share[q] * field->noise[q];
    coreset_sum_add(&total, field->share[q] * state->covariance[q]);
    state->first_covariance[q] = state->covariance[q];
    state->first_variance[q] = state->variance[q];
  }
  state->total = coreset_sum_value(&total);
  return status;
}

static coreset_status kriging_start(coreset_context *context, const coreset_scores *scores, coreset_setting *settings,
                                    void **result) {
  kriging_state *state = coreset_allocate(context, 1, sizeof(*state));
  size_t questions = scores->questions, f;
  coreset_status status;
  (void)settings;
  *result = state;
  if (state == NULL) return CORESET_NO_MEMORY;
  status = coreset_field_build(context, scores, &state->field);
  if (status == CORESET_OK) status = coreset_permutation(context, questions, PERMUTATION_SEED, &state->order);
  if (status != CORESET_OK) return status;
  if ((state->covariance = coreset_allocate(context, questions, sizeof(double))) == NULL ||
      (state->variance = coreset_allocate(context, questions, sizeof(double))) == NULL ||
      (state->first_covariance = coreset_allocate(context, questions, sizeof(double))) == NULL ||
      (state->first_variance = coreset_allocate(context, questions, sizeof(double))) == NULL ||
      (state->rows = coreset_allocate(context, state->field.factor_count + questions, sizeof(double *))) == NULL ||
      (state->factors = coreset_allocate(context, state->field.factor_count + questions, sizeof(double))) == NULL) {
    return CORESET_NO_MEMORY;
  }
  for (f = 0; f < state->field.factor_count; f++) state->rows[f] = state->field.factors + f * questions;
  state->add = coreset_choose_row_adder();
  return start_state(context, state);
}

static double objective(const kriging_state *state, size_t question) {
  double covariance = state->covariance[question];
  return covariance * covariance / (state->field.noise[question] + state->variance[question]);
}

static coreset_status kriging_choose(coreset_context *context, void *data, const unsigned char *allowed,
                                     size_t *question) {
  const kriging_state *state = data;
  double best = -INFINITY;
  size_t i;
  *question = 0;
  while (!allowed[*question]) ++*question; /* one at least is */
  for (i = 0; i < state->field.questions; i++) {
    size_t q = state->order[i];
    double value;
    if (!allowed[q]) continue;
    value = objective(state, q);
    if (value > best) {
      best = value;
      *question = q;
    }
  }
  return coreset_poll(context);
}

/* The covariance of every question's field with that of q, given the picks, block by
** block: in each, all factors, then all earlier picks, are added in order. */
static void conditional_column(kriging_state *state, size_t q, double *column) {
  const coreset_field *field = &state->field;
  size_t questions = field->questions, row_count = field->factor_count + state->picked_count, start, k, i;
  for (k = 0; k < row_count; k++) state->factors[k] = k < field->factor_count ? state->rows[k][q] : -state->rows[k][q];
  for (start = 0; start < questions; start += BLOCK) {
    size_t count = questions - start < BLOCK ? questions - start : BLOCK;
    for (i = start; i < start + count; i++) column[i] = coreset_field_similarity(field, i, q);
    state->add(column, (const double *const *)state->rows, state->factors, row_count, start, count);
  }
}

static coreset_status kriging_take(coreset_context *context, void *data, size_t question, coreset_pick *pick) {
  kriging_state *state = data;
  size_t questions = state->field.questions, i;
  double covariance = state->covariance[question];
  double deviation = sqrt(state->field.noise[question] + state->variance[question]);
  double *column = coreset_allocate(context, questions, sizeof(double));
  if (column == NULL) return CORESET_NO_MEMORY;
  pick->question = question;
  pick->relevance = state->first_covariance[question];
  pick->redundancy = 1 - state->variance[question] / state->first_variance[question];
  pick->objective = objective(state, question);
  conditional_column(state, question, column);
  for (i = 0; i < questions; i++) {
    double value = column[i] / deviation, variance = state->variance[i] - value * value;
    column[i] = value;
    state->covariance[i] -= value * (covariance / deviation);
    state->variance[i] = variance > 0 ? variance : 0;
  }
  state->rows[state->field.factor_count + state->picked_count++] = column;
  state->total -= pick->objective;
  if (state->total < 0 || state->picked_count == questions) state->total = 0; /* what is left is rounding */
  pick->remaining_sd = sqrt(state->total);
  return CORESET_OK;
}

const coreset_selector coreset_selector_kriging = {
    .name = "kriging",
    .summary = "the questions that leave the least doubt about the benchmark's score",
    .start = kriging_start,
    .choose = kriging_choose,
    .take = kriging_take,
    .finish = kriging_finish,
};
