/*
** kernel_ridge.h: kernel ridge regression on plain arrays.
**
** kernel_ridge.c documents the formulas. The predictors krr.c and ridge.c apply them to
** scores; the tests call them directly.
*/
#ifndef CORE_STATISTICS_KERNEL_RIDGE_H
#define CORE_STATISTICS_KERNEL_RIDGE_H

#include "base/context.h"

typedef enum core_kernel {
  CORE_KERNEL_POLYNOMIAL, /* (x . z / p + 1)^degree, no intercept */
  CORE_KERNEL_LINEAR,     /* ridge regression with an intercept that is not penalised */
  CORE_KERNEL_RADIAL      /* exp(-gamma |x - z|^2), no intercept */
} core_kernel;

/* A regression: its size, its kernel, and the penalty that was used. */
typedef struct core_kernel_ridge {
  size_t models;      /* how many models it learns from */
  size_t questions;   /* how many answers it sees of each */
  core_kernel kernel; /* which kernel */
  int degree;         /* of the polynomial kernel, at least 1 */
  double gamma;       /* of the radial kernel, per squared unit of score, more than 0 */
  double alpha;       /* the penalty, at least 0; set by fitting */
} core_kernel_ridge;

/* How many parameters a regression has; 0 when that overflows a size_t. */
size_t core_kernel_ridge_parameter_count(const core_kernel_ridge *regression);

/*
** Fits the full scores of the models to their answers (models x questions, question
** by question).
**
** alphas: alpha_count penalties, increasing. With one it is used; with more, the one with
** the smallest mean square of the leave-one-out residuals, the smallest such alpha on a
** tie. mean_squares receives these figures, one for each alpha; or NULL.
** parameters: core_kernel_ridge_parameter_count() numbers; sets regression->alpha.
*/
coreset_status core_kernel_ridge_fit(coreset_context *context, core_kernel_ridge *regression, const double *answers,
                                     const double *full_scores, const double *alphas, size_t alpha_count,
                                     double *parameters, double *mean_squares);

/* The full score predicted from the answers of one model, one for each question. */
coreset_status core_kernel_ridge_predict(coreset_context *context, const core_kernel_ridge *regression,
                                         const double *parameters, const double *answers, double *predicted);

#endif /* CORE_STATISTICS_KERNEL_RIDGE_H */
