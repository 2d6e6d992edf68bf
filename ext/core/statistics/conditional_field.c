/*
** conditional_field.c: what is known of a benchmark's mean answer, given answers to some questions.
**
** The answers a model would give are a Gaussian field with covariance L L^T + R + diag(v)
** (field.c). With o_i the question's share in the (weighted) mean of all N answers, and q the
** question that is picked next:
**
**     cov_i = L_i . sum_k o_k L_k + sum_k o_k R_ik + o_i v_i    with the mean answer
**     var_i = |L_i|^2 + vb                                      without its noise
**     total = sum_i o_i cov_i                                   of the mean answer
**
**     gain_q = cov_q^2 / (v_q + var_q)
**     col = L L_q + R_.q - sum over earlier picks j of G_j G_jq,  r = sqrt(v_q + var_q)
**     G   = col / r,   total -= gain_q,   cov -= G cov_q / r,   var -= G^2
**
** which is exact conditioning. gain_q, the objective of a pick, is the variance it removes,
** remaining_sd = sqrt(total) afterwards; relevance is cov_q before any pick, redundancy the
** share of var_q already explained.
**
** Few models leave many identical columns. Of equal questions selectors take the first in a
** fixed random permutation, because the lowest id would follow the order of the file.
**
** The sums of R are the one step that costs N^2. Up to EXACT_LIMIT questions they are
** exact; beyond, they are estimated from SAMPLE columns, the same for every question.
** Memory: (models + picks + a few) N numbers. Time per pick: as many multiplications.
*/
#include <math.h>

#include "numeric/random.h"
#include "numeric/sums.h"
#include "statistics/conditional_field.h"

#define EXACT_LIMIT 8192
#define SAMPLE 4096
#define PERMUTATION_SEED 7
#define BLOCK 512        /* questions worked on at a time: blocks of a column and of four rows stay in cache */
#define ROWS_PER_POLL 64 /* of the N^2 step */

void core_kriging_release(core_kriging *kriging) {
  size_t k;
  for (k = 0; k < kriging->picked_count; k++) coreset_free(kriging->rows[kriging->field.factor_count + k]);
  core_field_release(&kriging->field);
  coreset_free(kriging->order);
  coreset_free(kriging->covariance);
  coreset_free(kriging->variance);
  coreset_free(kriging->first_covariance);
  coreset_free(kriging->first_variance);
  coreset_free(kriging->rows);
  coreset_free(kriging->factors);
}

/* sum_k o_k R_ik, exactly, or estimated from a sample of the columns. */
static double mean_similarity(const core_kriging *kriging, size_t i) {
  const core_field *field = &kriging->field;
  size_t questions = field->questions, k;
  double sum = 0, shares = 0, own = field->share[i];
  if (questions <= EXACT_LIMIT) {
    for (k = 0; k < questions; k++) sum += field->share[k] * core_field_similarity(field, i, k);
    return sum;
  }
  for (k = 0; k < SAMPLE; k++) {
    size_t question = kriging->order[k];
    if (question == i) continue;
    sum += field->share[question] * core_field_similarity(field, i, question);
    shares += field->share[question];
  }
  return own * field->mean_noise + (shares > 0 ? (1 - own) * sum / shares : 0);
}

/* covariance += L (L^T o), variance += row sums of L^2. */
static void add_factors(core_kriging *kriging) {
  const core_field *field = &kriging->field;
  size_t questions = field->questions, f, q;
  for (f = 0; f < field->factor_count; f++) {
    const double *row = kriging->rows[f];
    core_sum mean = {0, 0};
    for (q = 0; q < questions; q++) core_sum_add(&mean, field->share[q] * row[q]);
    kriging->factors[f] = core_sum_value(&mean);
    for (q = 0; q < questions; q++) kriging->variance[q] += row[q] * row[q];
  }
  kriging->add(kriging->covariance, (const double *const *)kriging->rows, kriging->factors, field->factor_count, 0,
               questions);
}

static coreset_status start_sums(coreset_context *context, core_kriging *kriging) {
  const core_field *field = &kriging->field;
  size_t questions = field->questions, q;
  core_sum total = {0, 0};
  coreset_status status = CORESET_OK;
  add_factors(kriging);
  for (q = 0; q < questions && status == CORESET_OK; q++) {
    if (q % ROWS_PER_POLL == 0) status = core_poll(context);
    kriging->variance[q] += field->mean_noise;
    kriging->covariance[q] += mean_similarity(kriging, q) + field->share[q] * field->noise[q];
    core_sum_add(&total, field->share[q] * kriging->covariance[q]);
    kriging->first_covariance[q] = kriging->covariance[q];
    kriging->first_variance[q] = kriging->variance[q];
  }
  kriging->total = core_sum_value(&total);
  return status;
}

coreset_status core_kriging_start(coreset_context *context, const coreset_scores *scores, core_kriging *kriging) {
  size_t questions = scores->questions, f;
  coreset_status status = core_field_build(context, scores, &kriging->field);
  if (status == CORESET_OK) status = core_permutation(context, questions, PERMUTATION_SEED, &kriging->order);
  if (status != CORESET_OK) return status;
  if ((kriging->covariance = core_allocate(context, questions, sizeof(double))) == NULL ||
      (kriging->variance = core_allocate(context, questions, sizeof(double))) == NULL ||
      (kriging->first_covariance = core_allocate(context, questions, sizeof(double))) == NULL ||
      (kriging->first_variance = core_allocate(context, questions, sizeof(double))) == NULL ||
      (kriging->rows = core_allocate(context, kriging->field.factor_count + questions, sizeof(double *))) == NULL ||
      (kriging->factors = core_allocate(context, kriging->field.factor_count + questions, sizeof(double))) == NULL) {
    return CORESET_NO_MEMORY;
  }
  for (f = 0; f < kriging->field.factor_count; f++) kriging->rows[f] = kriging->field.factors + f * questions;
  kriging->add = core_choose_row_adder();
  return start_sums(context, kriging);
}

/* The covariance of every question's field with that of q, given the picks, block by
** block: in each, all factors, then all earlier picks, are added in order. */
static void conditional_column(core_kriging *kriging, size_t q, double *column) {
  const core_field *field = &kriging->field;
  size_t questions = field->questions, row_count = field->factor_count + kriging->picked_count, start, k, i;
  for (k = 0; k < row_count; k++)
    kriging->factors[k] = k < field->factor_count ? kriging->rows[k][q] : -kriging->rows[k][q];
  for (start = 0; start < questions; start += BLOCK) {
    size_t count = questions - start < BLOCK ? questions - start : BLOCK;
    for (i = start; i < start + count; i++) column[i] = core_field_similarity(field, i, q);
    kriging->add(column, (const double *const *)kriging->rows, kriging->factors, row_count, start, count);
  }
}

coreset_status core_kriging_take(coreset_context *context, core_kriging *kriging, size_t question, coreset_pick *pick) {
  size_t questions = kriging->field.questions, i;
  double covariance = kriging->covariance[question];
  double deviation = sqrt(kriging->field.noise[question] + kriging->variance[question]);
  double *column = core_allocate(context, questions, sizeof(double));
  if (column == NULL) return CORESET_NO_MEMORY;
  pick->question = question;
  pick->relevance = kriging->first_covariance[question];
  pick->redundancy = 1 - kriging->variance[question] / kriging->first_variance[question];
  pick->objective = core_kriging_gain(kriging, question);
  conditional_column(kriging, question, column);
  for (i = 0; i < questions; i++) {
    double value = column[i] / deviation, variance = kriging->variance[i] - value * value;
    column[i] = value;
    kriging->covariance[i] -= value * (covariance / deviation);
    kriging->variance[i] = variance > 0 ? variance : 0;
  }
  kriging->rows[kriging->field.factor_count + kriging->picked_count++] = column;
  kriging->total -= pick->objective;
  if (kriging->total < 0 || kriging->picked_count == questions) kriging->total = 0; /* what is left is rounding */
  pick->remaining_sd = sqrt(kriging->total);
  return CORESET_OK;
}
