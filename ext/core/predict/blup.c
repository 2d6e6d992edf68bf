/*
** blup.c: the best linear unbiased prediction of a full score in the field of questions.
**
** Coreset S of n questions, the others U; T a target's answers on S; o_i the share of question i in the
** score. With the field of field.c, without its local part, and z = (vb + v) / 2,
**
**     u = sum over U of o_k L_k,   B = I + L_S^T Z^-1 L_S,   a = Z^-1 L_S B^-1 u
**     b = sum_S o_i T_i + sum_U o_k mu_k + sum_S a_i (T_i - mu_i)
**     V = u^T B^-1 u + sum_U o_k^2 z_k
**
** where the matrix solved is the smaller of F x F, as above, and n x n, by
** Z^-1 L (I + L^T Z^-1 L)^-1 = (Z + L L^T)^-1 L.
**
** Source: C. R. Henderson, Best linear unbiased estimation and prediction under a selection model,
** Biometrics 31, 1975.
*/
#include "predict/blup.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/sums.h"

#define SUM_WORK ((size_t)4) /* operations that a number of an exact sum takes */

/* z of a question. */
static double answer_noise(const core_field *field, size_t question) {
  return (field->mean_noise + field->noise[question]) / 2;
}

/* out = L_S scaled by 1 / sqrt(z), column by column of questions: F x n; by_question 0
** gives its transpose, n x F. */
static void scaled_factors(const core_field *field, const size_t *questions, size_t count, int by_question,
                           double *out) {
  size_t factors = field->factor_count;
  for (size_t f = 0; f < factors; f++) {
    const double *row = field->factors + f * field->questions;
    for (size_t i = 0; i < count; i++) {
      out[by_question ? i * factors + f : f * count + i] = row[questions[i]] / sqrt(answer_noise(field, questions[i]));
    }
  }
}

/* sum over U of o_k times a number for each question. */
static double unseen_sum(const core_field *field, const unsigned char *in_coreset, const double *numbers) {
  core_sum sum = {0, 0};
  for (size_t q = 0; q < field->questions; q++) {
    if (!in_coreset[q]) core_sum_add(&sum, field->share[q] * numbers[q]);
  }
  return core_sum_value(&sum);
}

/* a, one for each question of the coreset, and u^T B^-1 u. unseen, u, stays. */
static coreset_status solve_weights(coreset_context *context, const core_field *field, const size_t *questions,
                                    size_t count, const double *unseen, double *weights, double *variance) {
  size_t factors = field->factor_count, order = count < factors ? count : factors;
  core_arena scratch = {0};
  double *scaled = core_take_matrix(context, &scratch, factors, count, sizeof(double));
  double *system = core_take_matrix(context, &scratch, order, order, sizeof(double));
  double *right = core_take(context, &scratch, order, sizeof(double));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) {
    scaled_factors(field, questions, count, order == factors, scaled);
    status = core_linalg_gram(context, scaled, order, order == factors ? count : factors, system);
  }
  for (size_t i = 0; i < order && status == CORESET_OK; i++) system[i * order + i] += 1;
  if (order == factors) { /* beta = B^-1 u, then a = Z^-1 L beta */
    if (status == CORESET_OK) {
      memcpy(right, unseen, factors * sizeof(double));
      status = core_linalg_solve(context, system, order, right, 1);
    }
    if (status == CORESET_OK) {
      status = core_linalg_multiply_transposed(context, scaled, factors, count, right, weights);
    }
    if (status == CORESET_OK) *variance = core_dot(0, unseen, right, factors);
  } else { /* r = Z^-1/2 L u, w = (I + Z^-1/2 L L^T Z^-1/2)^-1 r, then a = Z^-1/2 w and u^T B^-1 u = u^T u - r^T w */
    if (status == CORESET_OK) status = core_linalg_multiply(context, scaled, count, factors, unseen, weights);
    if (status == CORESET_OK) {
      memcpy(right, weights, count * sizeof(double));
      status = core_linalg_solve(context, system, order, weights, 1);
    }
    if (status == CORESET_OK) *variance = core_dot(0, unseen, unseen, factors) - core_dot(0, right, weights, count);
  }
  for (size_t i = 0; i < count; i++) weights[i] /= sqrt(answer_noise(field, questions[i]));
  core_release(&scratch);
  return status;
}

coreset_status core_blup_fit(coreset_context *context, const core_field *field, const size_t *questions, size_t count,
                             core_blup *blup) {
  core_arena scratch = {0};
  unsigned char *in_coreset = core_take(context, &scratch, field->questions, 1);
  double *unseen = core_take(context, &scratch, field->factor_count, sizeof(double));
  coreset_status status = scratch.status;
  if (status == CORESET_OK) {
    for (size_t i = 0; i < count; i++) in_coreset[questions[i]] = 1;
    for (size_t f = 0; f < field->factor_count && status == CORESET_OK; f++) {
      unseen[f] = unseen_sum(field, in_coreset, field->factors + f * field->questions);
      status = core_poll_work(context, SUM_WORK * field->questions);
    }
  }
  if (status == CORESET_OK) {
    core_sum constant = {unseen_sum(field, in_coreset, field->mean), 0}, rest = {1, 0}, noise = {0, 0};
    status = solve_weights(context, field, questions, count, unseen, blup->weights, &blup->variance);
    for (size_t i = 0; i < count; i++) {
      core_sum_add(&constant, -blup->weights[i] * field->mean[questions[i]]);
      core_sum_add(&rest, -field->share[questions[i]]);
      blup->weights[i] += field->share[questions[i]];
    }
    for (size_t q = 0; q < field->questions; q++) {
      if (!in_coreset[q]) core_sum_add(&noise, field->share[q] * field->share[q] * answer_noise(field, q));
    }
    blup->constant = core_sum_value(&constant);
    blup->rest = count == field->questions ? 0 : fmax(core_sum_value(&rest), 0);
    blup->variance = fmax(blup->variance, 0) + core_sum_value(&noise);
  }
  core_release(&scratch);
  return status;
}
