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
** share of var_q already explained. The selectors select/kriging.c and select/kriging_irt.c
** decide what is picked.
**
** Few models leave many identical columns. Of equal questions selectors take the first in a
** fixed random permutation, because the lowest id would follow the order of the file.
**
** The sums of R are the one step that costs N^2. Up to EXACT_LIMIT questions they are
** exact; beyond, they are estimated from SAMPLE columns, the same for every question.
** Memory: (models + picks + a few) N numbers. Time per pick: as many multiplications.
*/
#include "statistics/conditional_field.h"

#include <math.h>

#include "numeric/random.h"
#include "numeric/sums.h"

#define EXACT_LIMIT 8192   /* beyond, N^2 similarities take seconds */
#define SAMPLE 4096        /* half of that */
#define PERMUTATION_SEED 7 /* any will do, but always the same */
#define BLOCK 512          /* questions worked on at a time: blocks of a column and of four rows stay in cache */
#define SIMILARITY_WORK 4  /* operations of one similarity, besides the words or models it goes through */

/* Operations of one similarity. */
static size_t similarity_work(const core_field *field) {
  return field->ones == NULL || field->averages != NULL ? field->scores->models
                                                        : SIMILARITY_WORK + field->scores->words;
}

/* sums_i += sum_k o_k R_ik for every question, each R once: the sum of a question is in order of k, since those
** before it have added theirs by then. */
static coreset_status add_similarities(coreset_context *context, const core_field *field, double *sums) {
  coreset_status status = CORESET_OK;
  for (size_t i = 0; i < field->questions && status == CORESET_OK; i++) {
    double sum = sums[i] + field->share[i] * core_field_similarity(field, i, i);
    for (size_t k = i + 1; k < field->questions; k++) {
      double similarity = core_field_similarity(field, i, k);
      sum += field->share[k] * similarity;
      sums[k] += field->share[i] * similarity;
    }
    sums[i] = sum;
    status = core_poll_work(context, (field->questions - i) * similarity_work(field));
  }
  return status;
}

/* The same estimated from a sample of the columns. */
static double sampled_similarity(const core_conditional_field *conditional, size_t i) {
  const core_field *field = &conditional->field;
  double sum = 0, shares = 0, own = field->share[i];
  for (size_t k = 0; k < SAMPLE; k++) {
    size_t question = conditional->order[k];
    if (question == i) continue;
    sum += field->share[question] * core_field_similarity(field, i, question);
    shares += field->share[question];
  }
  return own * field->mean_noise + (shares > 0 ? (1 - own) * sum / shares : 0);
}

/* column += the rows from start to start + count - 1, each times its factor. */
static void add_rows(const core_conditional_field *conditional, double *column, size_t row_count, size_t start,
                     size_t count) {
  conditional->add(column, (const double *const *)conditional->rows, conditional->factors, row_count, start, count);
}

/* cov, var and total before any pick. */
static coreset_status start_sums(coreset_context *context, core_conditional_field *conditional) {
  const core_field *field = &conditional->field;
  double *similarities = conditional->first_variance; /* until that is known */
  int is_exact = field->questions <= EXACT_LIMIT;
  coreset_status status = CORESET_OK;
  for (size_t f = 0; f < field->factor_count && status == CORESET_OK; f++) { /* L^T o, and row sums of L^2 */
    const double *row = conditional->rows[f];
    conditional->factors[f] = core_dot(0, field->share, row, field->questions);
    for (size_t q = 0; q < field->questions; q++) conditional->variance[q] += row[q] * row[q];
    status = core_poll_work(context, field->questions);
  }
  for (size_t q = 0; q < field->questions && status == CORESET_OK; q += BLOCK) {
    size_t count = field->questions - q < BLOCK ? field->questions - q : BLOCK;
    add_rows(conditional, conditional->covariance, field->factor_count, q, count);
    status = core_poll_work(context, count * field->factor_count);
  }
  if (status != CORESET_OK) return status;
  if (is_exact) status = add_similarities(context, field, similarities);
  for (size_t q = 0; q < field->questions && status == CORESET_OK; q++) {
    double similarity = is_exact ? similarities[q] : sampled_similarity(conditional, q);
    conditional->variance[q] += field->mean_noise;
    conditional->covariance[q] += similarity + field->share[q] * field->noise[q];
    conditional->first_covariance[q] = conditional->covariance[q];
    conditional->first_variance[q] = conditional->variance[q];
    if (!is_exact) status = core_poll_work(context, SAMPLE * similarity_work(field));
  }
  conditional->total = core_dot(0, field->share, conditional->covariance, field->questions);
  return status;
}

coreset_status core_conditional_start(coreset_context *context, core_arena *arena, core_shared *shared,
                                      core_field_kind kind, core_conditional_field *conditional) {
  size_t questions = shared->scores->questions;
  const core_field *field;
  coreset_status status = core_shared_field(context, shared, kind, &field);
  if (status == CORESET_OK) status = core_permutation(context, arena, questions, PERMUTATION_SEED, &conditional->order);
  if (status != CORESET_OK) return status;
  conditional->covariance = core_take(context, arena, questions, sizeof(double));
  conditional->variance = core_take(context, arena, questions, sizeof(double));
  conditional->first_covariance = core_take(context, arena, questions, sizeof(double));
  conditional->first_variance = core_take(context, arena, questions, sizeof(double));
  conditional->rows = core_take(context, arena, field->factor_count + questions, sizeof(double *));
  conditional->factors = core_take(context, arena, field->factor_count + questions, sizeof(double));
  if (arena->status != CORESET_OK) return arena->status;
  conditional->field = *field; /* whose arrays stay where they are */
  for (size_t f = 0; f < conditional->field.factor_count; f++) {
    conditional->rows[f] = conditional->field.factors + f * questions;
  }
  conditional->add = core_choose_row_adder();
  return start_sums(context, conditional);
}

/* The covariance of every question's field with that of q, given the picks, block by
** block: in each, all factors, then all earlier picks, are added in order. */
static coreset_status conditional_column(coreset_context *context, core_conditional_field *conditional, size_t q,
                                         double *column) {
  coreset_status status = CORESET_OK;
  const core_field *field = &conditional->field;
  size_t questions = field->questions, row_count = field->factor_count + conditional->picked_count;
  for (size_t k = 0; k < row_count; k++) {
    double value = conditional->rows[k][q];
    conditional->factors[k] = k < field->factor_count ? value : -value;
  }
  for (size_t start = 0; start < questions && status == CORESET_OK; start += BLOCK) {
    size_t count = questions - start < BLOCK ? questions - start : BLOCK;
    for (size_t i = start; i < start + count; i++) column[i] = core_field_similarity(field, i, q);
    add_rows(conditional, column, row_count, start, count);
    status = core_poll_work(context, count * (row_count + similarity_work(field)));
  }
  return status;
}

coreset_status core_conditional_take(coreset_context *context, core_arena *arena, core_conditional_field *conditional,
                                     size_t question, coreset_pick *pick) {
  size_t questions = conditional->field.questions;
  double covariance = conditional->covariance[question];
  double deviation = sqrt(conditional->field.noise[question] + conditional->variance[question]);
  double *column = core_take(context, arena, questions, sizeof(double));
  if (column == NULL) return arena->status;
  pick->relevance = conditional->first_covariance[question];
  pick->redundancy = 1 - conditional->variance[question] / conditional->first_variance[question];
  pick->objective = core_conditional_gain(conditional, question);
  coreset_status status = conditional_column(context, conditional, question, column);
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < questions; i++) {
    double value = column[i] / deviation, variance = conditional->variance[i] - value * value;
    column[i] = value;
    conditional->covariance[i] -= value * (covariance / deviation);
    conditional->variance[i] = variance > 0 ? variance : 0;
  }
  conditional->rows[conditional->field.factor_count + conditional->picked_count++] = column;
  conditional->total -= pick->objective;
  if (conditional->total < 0 || conditional->picked_count == questions)
    conditional->total = 0; /* the rest is rounding */
  pick->remaining_sd = sqrt(conditional->total);
  return CORESET_OK;
}
