/*
** item_kernels.c: what item response curves spend their time on: a Newton step, and values of curves.
**
** For a question with s_g answers of group g, r_g of them right, and the curve P_g at the group's ability t_g,
** f_g = (1, t_g, t_g^2 - 1), the step from b is, with the population's mean mu and precision A,
**
**     H = A + sum over g of s_g max(P_g (1 - P_g), SMALLEST_VARIANCE) f_g f_g^T
**     b += H^-1 (sum over g of (r_g - s_g P_g) f_g - A (b - mu)),   no coefficient by more than LONGEST_STEP
**
** and H^-1 is the covariance of b.
**
** Questions are worked on side by side, each in a lane of its own in which every operation is that of one
** question alone, in the same order. One loop is compiled for several sets of instructions, without contraction
** (-ffp-contract=off), so that all give the same bits.
*/
#include "statistics/item_kernels.h"

#include "statistics/item_curves.h"

#define LANES CORE_ITEM_LANES
#define SMALLEST_VARIANCE 1e-6 /* of an answer, in H, which keeps certain answers from making it singular */
#define LONGEST_STEP 1.5       /* of a coefficient: far from the mode Newton's steps may overshoot */

/* H^-1 in the place of H, by cofactors. */
static inline __attribute__((always_inline)) void invert(double (*h)[LANES]) {
  for (size_t l = 0; l < LANES; l++) {
    double a = h[0][l], b = h[1][l], c = h[2][l], d = h[3][l], e = h[4][l], f = h[5][l];
    double cofactors[6] = {d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b};
    double determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2];
    for (size_t i = 0; i < 6; i++) h[i][l] = cofactors[i] / determinant;
  }
}

/* The chances of a right answer, group by group: one long loop, which compilers put into vectors. */
static inline __attribute__((always_inline)) void find_chances(const core_item_population *population,
                                                               const double (*b)[LANES], double *chances) {
  for (size_t g = 0; g < population->groups; g++) {
    double t = population->ability[g], quadratic = t * t - 1;
    for (size_t l = 0; l < LANES; l++) chances[g * LANES + l] = b[0][l] + b[1][l] * t + b[2][l] * quadratic;
  }
  for (size_t i = 0; i < population->groups * LANES; i++) chances[i] = core_logistic(chances[i]);
}

/* Adds what one group says to H and to the gradient. */
static inline __attribute__((always_inline)) void add_group(double t, const double *seen, const double *right,
                                                            const double *chance, double (*h)[LANES],
                                                            double (*gradient)[LANES]) {
  const double f[3] = {1, t, t * t - 1};
  const double squares[6] = {f[0] * f[0], f[0] * f[1], f[0] * f[2], f[1] * f[1], f[1] * f[2], f[2] * f[2]};
  double weight[LANES], residual[LANES];
  for (size_t l = 0; l < LANES; l++) {
    double variance = chance[l] * (1 - chance[l]);
    weight[l] = seen[l] * (variance > SMALLEST_VARIANCE ? variance : SMALLEST_VARIANCE);
    residual[l] = right[l] - seen[l] * chance[l];
  }
  for (size_t i = 0; i < 6; i++) {
    for (size_t l = 0; l < LANES; l++) h[i][l] += weight[l] * squares[i];
  }
  for (size_t j = 0; j < 3; j++) {
    for (size_t l = 0; l < LANES; l++) gradient[j][l] += residual[l] * f[j];
  }
}

static inline __attribute__((always_inline)) double bounded(double step) {
  return step < -LONGEST_STEP ? -LONGEST_STEP : step > LONGEST_STEP ? LONGEST_STEP : step;
}

static inline __attribute__((always_inline)) void
step_portable(const core_item_population *population, const core_item_answers *answers, core_item_curves *curves) {
  const double *p = population->precision, *mean = population->mean;
  double(*b)[LANES] = curves->b, (*h)[LANES] = curves->covariance, gradient[3][LANES];
  double chances[CORE_ITEM_GROUPS * LANES];
  for (size_t l = 0; l < LANES; l++) {
    double x = b[0][l] - mean[0], y = b[1][l] - mean[1], z = b[2][l] - mean[2];
    gradient[0][l] = -(p[0] * x + p[1] * y + p[2] * z);
    gradient[1][l] = -(p[1] * x + p[3] * y + p[4] * z);
    gradient[2][l] = -(p[2] * x + p[4] * y + p[5] * z);
    for (size_t i = 0; i < 6; i++) h[i][l] = p[i];
  }
  find_chances(population, (const double(*)[LANES])b, chances);
  for (size_t g = 0; g < population->groups; g++) {
    add_group(population->ability[g], answers->seen[g], answers->right[g], chances + g * LANES, h, gradient);
  }
  invert(h);
  for (size_t l = 0; l < LANES; l++) {
    double x = gradient[0][l], y = gradient[1][l], z = gradient[2][l];
    double steps[3] = {bounded(h[0][l] * x + h[1][l] * y + h[2][l] * z),
                       bounded(h[1][l] * x + h[3][l] * y + h[4][l] * z),
                       bounded(h[2][l] * x + h[4][l] * y + h[5][l] * z)};
    double longest = 0;
    for (size_t j = 0; j < 3; j++) {
      double length = fabs(steps[j]);
      b[j][l] += steps[j];
      longest = length > longest ? length : longest;
    }
    curves->moved[l] = longest;
  }
}

static inline __attribute__((always_inline)) void chances_portable(const double *coefficients, size_t questions,
                                                                   double ability, double *out) {
  for (size_t q = 0; q < questions; q++) {
    out[q] = core_logistic(core_curve_logit(coefficients + q * CORE_CURVE_TERMS, ability));
  }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void step_avx2(const core_item_population *population,
                                                      const core_item_answers *answers, core_item_curves *curves) {
  step_portable(population, answers, curves);
}

__attribute__((target("avx512f"))) static void step_avx512(const core_item_population *population,
                                                           const core_item_answers *answers, core_item_curves *curves) {
  step_portable(population, answers, curves);
}

__attribute__((target("avx2"))) static void chances_avx2(const double *coefficients, size_t questions, double ability,
                                                         double *out) {
  chances_portable(coefficients, questions, ability, out);
}

__attribute__((target("avx512f"))) static void chances_avx512(const double *coefficients, size_t questions,
                                                              double ability, double *out) {
  chances_portable(coefficients, questions, ability, out);
}

static const core_item_stepper steppers[] = {step_portable, step_portable, step_avx2, step_avx512};
static const core_item_chances evaluators[] = {chances_portable, chances_portable, chances_avx2, chances_avx512};

#else

static const core_item_stepper steppers[] = {step_portable};
static const core_item_chances evaluators[] = {chances_portable};

#endif

core_item_stepper core_item_stepper_for(core_cpu level) {
  return steppers[level];
}

core_item_chances core_item_chances_for(core_cpu level) {
  return evaluators[level];
}

core_item_stepper core_choose_item_stepper(void) {
  return core_item_stepper_for(core_cpu_level());
}

core_item_chances core_choose_item_chances(void) {
  return core_item_chances_for(core_cpu_level());
}
