/*
** kernel_ridge.c: (kernel) ridge regression from the answers to some questions to the full
** score, on plain arrays.
**
** Notation: X, models x questions (M x p), the answers of the source models; y their full
** scores; alpha >= 0 the penalty; all scores mapped to [0, 1].
**
** Kernels `poly` and `rbf`: no intercept, nothing is centred.
**
**     K(x, z) = (x . z / p + 1)^degree     or     exp(-gamma |x - z|^2)
**     (K + alpha I) c = y                         prediction(x) = sum over i of c_i K(x_i, x)
**     leave-one-out residual of model i  =  c_i / [(K + alpha I)^-1]_ii
**
** Kernel `linear` is ridge regression with an intercept that is not penalised. Xc and yc
** are X and y less their column means m and mean; solved in its dual, M x M, because M is
** small where p may be thousands.
**
**     (Xc Xc^T + alpha I) c = yc,  b = Xc^T c     prediction(x) = mean(y) + (x - m) . b
**     leave-one-out residual  =  (yc_i - yhat_i) / (1 - 1/M - h_ii),
**     h = G (G + alpha I)^-1,  yhat = h yc,  G = Xc Xc^T
**
** One eigendecomposition V diag(w) V^T of K (or G) serves every alpha. Eigenvalues of
** K + alpha I up to M eps max(w) are rounding: their directions are dropped, which gives
** the solution of minimum norm where alpha is 0 and K is singular.
**
** With more than LARGEST_DECOMPOSED models that would take long, and cannot be interrupted: for each alpha there is
** a Cholesky factorisation of K + alpha I, which gives c and the diagonal of the inverse; with G, h = I - alpha
** (G + alpha I)^-1. Only where an alpha is so small that directions may have to be dropped is it the eigenvectors
** all the same.
**
** Sources: Saunders, Gammerman, Vovk 1998 (kernel ridge); Rifkin, Lippert 2007, "Notes on
** regularized least squares" (leave-one-out from one decomposition).
**
** Parameters of a fit, doubles:
**
**     poly, rbf   c_1 .. c_M, then X question by question: M (p + 1) numbers
**     linear      mean(y) - m . b, then b_1 .. b_p: p + 1 numbers
*/
#include "statistics/kernel_ridge.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "numeric/linalg.h"
#include "numeric/sums.h"

#define TIE 1e-10                   /* two mean squares this close, relatively, differ by rounding: a tie */
#define ROUNDING (16 * DBL_EPSILON) /* of a difference of scores, in units of the largest score: a few operations' */

#define OPERATIONS ((size_t)8)           /* of a kernel's value */
#define LARGEST_DECOMPOSED ((size_t)512) /* models */

/* What fitting works with. */
typedef struct workspace {
  double *answers;        /* X, or Xc: models x questions */
  double *question_means; /* m, one for each question; linear only */
  double *target;         /* y, or yc: one for each model */
  double target_mean;     /* mean(y); 0 where nothing is centred */
  double rounding;        /* differences of scores up to this size may be nothing but rounding */
  double *vectors;        /* K, then its eigenvectors: models x models */
  double *values;         /* eigenvalues, increasing: one for each model */
  double *projections;    /* V^T target */
  double *factors;        /* a function of each eigenvalue and alpha */
  double *sums;           /* sum over j of v_ij factor_j projection_j: one for each model */
  double *diagonals;      /* sum over j of v_ij^2 factor_j: one for each model */
  double *factored;       /* K + alpha I, then its Cholesky factor; NULL: K is decomposed */
} workspace;

/* Subtracts the mean of count values from each and returns it. */
static double centre(double *values, size_t count) {
  double mean = core_mean(values, count);
  for (size_t i = 0; i < count; i++) values[i] -= mean;
  return mean;
}

/* base^exponent for a small exponent, at least 1. */
static double power(double base, int exponent) {
  double result = base;
  while (--exponent > 0) result *= base;
  return result;
}

/* The kernel of two models from their inner product or, for the radial kernel, their
** squared distance. The linear kernel is the inner product. */
static double kernel_value(const core_kernel_ridge *regression, double measure) {
  if (regression->kernel == CORE_KERNEL_LINEAR) return measure;
  if (regression->kernel == CORE_KERNEL_RADIAL) return exp(-regression->gamma * measure);
  return power(measure / (double)regression->questions + 1, regression->degree);
}

/* distances_i += (answer_i - answer)^2: what one question adds to the squared distances of
** count models from another. */
static void add_distances(const double *answers, size_t count, double answer, double *distances) {
  for (size_t i = 0; i < count; i++) distances[i] += (answers[i] - answer) * (answers[i] - answer);
}

/* The kernel of all pairs of models, models x models. Distances are summed directly, not
** taken from inner products, so that equal models are at distance 0. */
static coreset_status kernel_matrix(coreset_context *context, const core_kernel_ridge *regression,
                                    const double *answers, double *kernel) {
  size_t models = regression->models;
  coreset_status status = CORESET_OK;
  if (regression->kernel == CORE_KERNEL_RADIAL) {
    for (size_t q = 0; q < regression->questions && status == CORESET_OK; q++) {
      const double *column = answers + q * models;
      for (size_t i = 0; i < models && status == CORESET_OK; i++) {
        add_distances(column, models, column[i], kernel + i * models);
        status = core_poll_work(context, models);
      }
    }
  } else {
    status = core_linalg_gram(context, answers, models, regression->questions, kernel);
  }
  if (status != CORESET_OK) return status;
  for (size_t j = 0; j < models && status == CORESET_OK; j++) {
    for (size_t i = 0; i < models; i++) kernel[j * models + i] = kernel_value(regression, kernel[j * models + i]);
    status = core_poll_work(context, OPERATIONS * models);
  }
  return status;
}

/* Takes memory for factors where the kernel matrix is large and no alpha is lost beside its rounding. Its largest
** eigenvalue is at most the largest sum of a row. */
static coreset_status choose_method(coreset_context *context, size_t models, double smallest_alpha, workspace *work,
                                    core_arena *scratch) {
  double largest = 0;
  if (models <= LARGEST_DECOMPOSED) return CORESET_OK;
  for (size_t j = 0; j < models; j++) {
    double sum = 0;
    for (size_t i = 0; i < models; i++) sum += fabs(work->vectors[j * models + i]);
    largest = fmax(largest, sum);
    coreset_status status = core_poll_work(context, models);
    if (status != CORESET_OK) return status;
  }
  if (smallest_alpha <= 2 * (double)models * DBL_EPSILON * largest) return CORESET_OK;
  work->factored = core_take_matrix(context, scratch, models, models, sizeof(double));
  return scratch->status;
}

/* Fills in answers and target, centred for the linear kernel, and the kernel matrix, which is decomposed unless it is
** large: vectors, values, projections. */
static coreset_status decompose(coreset_context *context, const core_kernel_ridge *regression, const double *answers,
                                const double *full_scores, double smallest_alpha, workspace *work,
                                core_arena *scratch) {
  size_t models = regression->models, questions = regression->questions;
  memcpy(work->answers, answers, models * questions * sizeof(double));
  memcpy(work->target, full_scores, models * sizeof(double));
  for (size_t i = 0; i < models; i++) work->rounding = fmax(work->rounding, ROUNDING * fabs(full_scores[i]));
  if (regression->kernel == CORE_KERNEL_LINEAR) {
    for (size_t q = 0; q < questions; q++) work->question_means[q] = centre(work->answers + q * models, models);
    work->target_mean = centre(work->target, models);
  }
  coreset_status status = core_poll_work(context, models * questions);
  if (status == CORESET_OK) status = kernel_matrix(context, regression, work->answers, work->vectors);
  if (status == CORESET_OK) status = choose_method(context, models, smallest_alpha, work, scratch);
  if (status != CORESET_OK || work->factored != NULL) return status;
  status = core_linalg_eigen(context, work->vectors, models, work->values);
  if (status != CORESET_OK) return status;
  return core_linalg_multiply_transposed(context, work->vectors, models, models, work->target, work->projections);
}

/* factors_j = 1 / (w_j + alpha), or 0 where that is the inverse of rounding, or too large for a number. Returns
** whether any was. */
static int invert_eigenvalues(const workspace *work, size_t models, double alpha) {
  double smallest = fmax((double)models * DBL_EPSILON * work->values[models - 1], DBL_MIN);
  int dropped = 0;
  for (size_t j = 0; j < models; j++) {
    double value = work->values[j] + alpha;
    work->factors[j] = value > smallest ? 1 / value : 0;
    if (work->factors[j] == 0) dropped = 1;
  }
  return dropped;
}

/* sums_i = sum over j of v_ij factor_j projection_j, diagonals_i = sum over j of
** v_ij^2 factor_j: the vector f(K) target and the diagonal of f(K). */
static void apply_factors(const workspace *work, size_t models) {
  memset(work->sums, 0, models * sizeof(double));
  memset(work->diagonals, 0, models * sizeof(double));
  for (size_t j = 0; j < models; j++) {
    const double *vector = work->vectors + j * models;
    double factor = work->factors[j];
    double scaled = factor * work->projections[j];
    for (size_t i = 0; i < models; i++) {
      work->sums[i] += vector[i] * scaled;
      work->diagonals[i] += vector[i] * vector[i] * factor;
    }
  }
}

/* The same from the factorisation at one alpha: c in sums and the diagonal of (K + alpha I)^-1 in diagonals, which may
** be NULL. *is_definite: 0 where rounding is in the way. */
static coreset_status factor_and_solve(coreset_context *context, size_t models, double alpha, const workspace *work,
                                       double *diagonals, int *is_definite) {
  coreset_status status = CORESET_OK;
  for (size_t j = 0; j < models && status == CORESET_OK; j++) {
    memcpy(work->factored + j * models, work->vectors + j * models, models * sizeof(double));
    work->factored[j * models + j] += alpha;
    status = core_poll_work(context, models);
  }
  memcpy(work->sums, work->target, models * sizeof(double));
  if (status == CORESET_OK) status = core_linalg_factor(context, work->factored, models, is_definite);
  if (status != CORESET_OK || !*is_definite) return status;
  status = core_linalg_factor_solve(context, work->factored, models, work->sums, 1);
  if (status != CORESET_OK || diagonals == NULL) return status;
  return core_linalg_factor_diagonal(context, work->factored, models, diagonals);
}

/* What leave_one_out_mean_square() needs at one alpha, in sums and diagonals. *is_defined: 0 where residuals are not. */
static coreset_status apply_alpha(coreset_context *context, const core_kernel_ridge *regression, double alpha,
                                  workspace *work, int *is_defined) {
  size_t models = regression->models;
  int linear = regression->kernel == CORE_KERNEL_LINEAR;
  *is_defined = 1;
  if (work->factored != NULL) {
    coreset_status status = factor_and_solve(context, models, alpha, work, work->diagonals, is_defined);
    for (size_t i = 0; i < models && linear; i++) { /* from (G + alpha I)^-1 to h */
      work->sums[i] = work->target[i] - alpha * work->sums[i];
      work->diagonals[i] = 1 - alpha * work->diagonals[i];
    }
    return status;
  }
  if (invert_eigenvalues(work, models, alpha) && !linear) *is_defined = 0;
  for (size_t i = 0; i < models && linear; i++) work->factors[i] *= work->values[i];
  apply_factors(work, models);
  return core_poll_work(context, models * models);
}

/* The mean square of the leave-one-out residuals at one alpha, in squared units of score;
** infinite where they are not defined, as with alpha 0 and a singular kernel. */
static double leave_one_out_mean_square(const core_kernel_ridge *regression, const workspace *work) {
  size_t models = regression->models;
  int linear = regression->kernel == CORE_KERNEL_LINEAR;
  core_sum sum = {0, 0};
  for (size_t i = 0; i < models; i++) {
    double numerator = linear ? work->target[i] - work->sums[i] : work->sums[i];
    double denominator = linear ? 1 - 1 / (double)models - work->diagonals[i] : work->diagonals[i];
    if (!(denominator > 0)) return INFINITY;
    if (linear && fabs(numerator) <= work->rounding) numerator = 0; /* else it would decide between exact fits */
    double residual = numerator / denominator;
    core_sum_add(&sum, residual * residual);
  }
  double mean_square = core_sum_value(&sum) / (double)models;
  return isfinite(mean_square) ? mean_square : INFINITY;
}

/* Sets regression->alpha to the best of the alphas, which increase: the first whose mean
** square no later one beats by more than rounding. */
static coreset_status choose_alpha(coreset_context *context, core_kernel_ridge *regression, const double *alphas,
                                   size_t alpha_count, workspace *work, double *mean_squares) {
  double best = INFINITY;
  regression->alpha = alphas[0];
  if (alpha_count == 1 && mean_squares == NULL) return CORESET_OK;
  for (size_t i = 0; i < alpha_count; i++) {
    int is_defined;
    coreset_status status = apply_alpha(context, regression, alphas[i], work, &is_defined);
    if (status != CORESET_OK) return status;
    double mean_square = is_defined ? leave_one_out_mean_square(regression, work) : INFINITY;
    if (mean_squares != NULL) mean_squares[i] = mean_square;
    if (mean_square < best * (1 - TIE)) {
      best = mean_square;
      regression->alpha = alphas[i];
    }
  }
  return CORESET_OK;
}

/* Solves for the chosen alpha and writes the parameters. */
static coreset_status solve(coreset_context *context, const core_kernel_ridge *regression, workspace *work,
                            double *parameters) {
  size_t models = regression->models, questions = regression->questions;
  int is_definite = 1;
  if (work->factored != NULL) {
    coreset_status factored = factor_and_solve(context, models, regression->alpha, work, NULL, &is_definite);
    if (factored != CORESET_OK) return factored;
    if (!is_definite) return core_fail(context, CORESET_ERROR, "the fit is lost in rounding; a larger alpha is needed");
  } else {
    invert_eigenvalues(work, models, regression->alpha);
    apply_factors(work, models);
  }
  if (regression->kernel != CORE_KERNEL_LINEAR) {
    memcpy(parameters, work->sums, models * sizeof(double));
    memcpy(parameters + models, work->answers, models * questions * sizeof(double));
    return CORESET_OK;
  }
  coreset_status status =
      core_linalg_multiply_transposed(context, work->answers, models, questions, work->sums, parameters + 1);
  parameters[0] = -core_dot(-work->target_mean, work->question_means, parameters + 1, questions);
  return status;
}

size_t core_kernel_ridge_parameter_count(const core_kernel_ridge *regression) {
  size_t count;
  if (__builtin_add_overflow(regression->questions, (size_t)1, &count)) return 0;
  if (regression->kernel == CORE_KERNEL_LINEAR) return count;
  return __builtin_mul_overflow(count, regression->models, &count) ? 0 : count;
}

/* CORESET_ERROR for a regression or penalties that make no sense. */
static coreset_status check_arguments(coreset_context *context, const core_kernel_ridge *regression,
                                      const double *alphas, size_t alpha_count) {
  if (regression->models < 2 || regression->questions < 1) {
    return core_fail(context, CORESET_ERROR, "a fit needs at least 2 models and 1 question, got %zu and %zu",
                     regression->models, regression->questions);
  }
  if (regression->kernel == CORE_KERNEL_POLYNOMIAL && regression->degree < 1) {
    return core_fail(context, CORESET_ERROR, "degree must be at least 1, got %d", regression->degree);
  }
  if (regression->kernel == CORE_KERNEL_RADIAL && !(regression->gamma > 0 && isfinite(regression->gamma))) {
    return core_fail(context, CORESET_ERROR, "gamma must be more than 0, got %.15g", regression->gamma);
  }
  for (size_t i = 0; i < alpha_count; i++) {
    if (!(alphas[i] >= 0 && isfinite(alphas[i]))) {
      return core_fail(context, CORESET_ERROR, "alpha must be at least 0, got %.15g", alphas[i]);
    }
  }
  return CORESET_OK;
}

/*
** Errors: CORESET_ERROR for arguments out of range and numbers that overflow,
** CORESET_NO_MEMORY, CORESET_INTERRUPTED. Time: M^2 p + M^3 for the decomposition, M^2
** more for each alpha. The caller owns every array.
*/
coreset_status core_kernel_ridge_fit(coreset_context *context, core_kernel_ridge *regression, const double *answers,
                                     const double *full_scores, const double *alphas, size_t alpha_count,
                                     double *parameters, double *mean_squares) {
  size_t models = regression->models, questions = regression->questions;
  coreset_status status = check_arguments(context, regression, alphas, alpha_count);
  if (status != CORESET_OK) return status;
  core_arena scratch = {0};
  workspace work = {
      .answers = core_take_matrix(context, &scratch, models, questions, sizeof(double)),
      .question_means = core_take(context, &scratch, questions, sizeof(double)),
      .target = core_take(context, &scratch, models, sizeof(double)),
      .vectors = core_take_matrix(context, &scratch, models, models, sizeof(double)),
      .values = core_take(context, &scratch, models, sizeof(double)),
      .projections = core_take(context, &scratch, models, sizeof(double)),
      .factors = core_take(context, &scratch, models, sizeof(double)),
      .sums = core_take(context, &scratch, models, sizeof(double)),
      .diagonals = core_take(context, &scratch, models, sizeof(double)),
  };
  double smallest_alpha = INFINITY;
  for (size_t i = 0; i < alpha_count; i++) smallest_alpha = fmin(smallest_alpha, alphas[i]);
  status = scratch.status;
  if (status == CORESET_OK) {
    status = decompose(context, regression, answers, full_scores, smallest_alpha, &work, &scratch);
  }
  if (status == CORESET_OK) status = choose_alpha(context, regression, alphas, alpha_count, &work, mean_squares);
  if (status == CORESET_OK) status = solve(context, regression, &work, parameters);
  core_release(&scratch);
  if (status == CORESET_OK && !core_linalg_finite(parameters, core_kernel_ridge_parameter_count(regression))) {
    status = core_fail(context, CORESET_ERROR, "the fit overflows; a larger alpha is needed");
  }
  return status;
}

/* Prediction with the kernels that need the answers of the source models. */
static coreset_status predict_by_kernel(coreset_context *context, const core_kernel_ridge *regression,
                                        const double *parameters, const double *answers, double *predicted) {
  size_t models = regression->models, questions = regression->questions;
  const double *source_answers = parameters + models;
  core_arena scratch = {0};
  double *kernel = core_take(context, &scratch, models, sizeof(double));
  coreset_status status = scratch.status;
  if (status == CORESET_OK && regression->kernel == CORE_KERNEL_RADIAL) {
    for (size_t q = 0; q < questions; q++) add_distances(source_answers + q * models, models, answers[q], kernel);
  } else if (status == CORESET_OK) {
    status = core_linalg_multiply(context, source_answers, models, questions, answers, kernel);
  }
  if (status == CORESET_OK) {
    for (size_t i = 0; i < models; i++) kernel[i] = kernel_value(regression, kernel[i]);
    *predicted = core_dot(0, parameters, kernel, models);
  }
  core_release(&scratch);
  return status;
}

/* Errors: CORESET_NO_MEMORY, and CORESET_ERROR where the prediction overflows. */
coreset_status core_kernel_ridge_predict(coreset_context *context, const core_kernel_ridge *regression,
                                         const double *parameters, const double *answers, double *predicted) {
  coreset_status status = CORESET_OK;
  if (regression->kernel == CORE_KERNEL_LINEAR) {
    *predicted = core_dot(parameters[0], parameters + 1, answers, regression->questions);
  } else {
    status = predict_by_kernel(context, regression, parameters, answers, predicted);
  }
  if (status == CORESET_OK && !isfinite(*predicted)) {
    status = core_fail(context, CORESET_ERROR, "the prediction overflows: the answers are too large");
  }
  return status;
}
