/*
** power.c: what a number of questions buys, before any is run.
**
** Coreset. calibration.c repeats selection and prediction on parts of the M sources; of source m the fold without it
** predicts p_m, with half a width h_m at this level that is made as that of any target (interval.c), with the scale of
** all residuals, and clipped to what its answers leave possible. Then, means over the sources,
**
**     half_width = mean of h_m,   difference_half_width = sqrt(2 mean of h_m^2)
**
** since half the width about a difference is sqrt(h_a^2 + h_b^2) times a factor that is 1 for two models that differ as
** any two sources do, and less for those that answer alike (comparison.c).
**
** Random. k of N questions without replacement and the mean of the answers, weighted where the questions are. This needs no
** trials: with o_q the questions' shares, x the mapped scores and y the full ones,
**
**     e_mq = N o_q (x_mq - y_m),   S_m^2 = sum over q of e_mq^2 / (N - 1)
**     half_width = mean of t sqrt((1 - k/N) S_m^2 / k)
**     difference_half_width = t sqrt((1 - k/N) D / k),   D = mean over pairs a, b of sum over q of (e_aq - e_bq)^2 / (N - 1)
**
** is exact for equal weights, and linearised for others; two models answer the same questions. t is the two-sided quantile
** of Student's distribution, with k - 1 degrees of freedom here, and M - 1 for a coreset.
**
** A two-sided test of this level finds a true difference d with probability P where d / difference_half_width is (t + u) / t,
** u being the one-sided quantile of P with as many degrees of freedom:
**
**     detectable = difference_half_width (t + u) / t
**
** Source: W. G. Cochran, Sampling Techniques, 1977, for the variance of means without replacement.
*/
#include <math.h>

#include "numeric/student.h"
#include "numeric/sums.h"
#include "predict/calibration.h"
#include "predict/predictor.h"
#include "select/selector.h"

const char *const coreset_design_names[] = {"coreset", "random", NULL};

/* A typical interval; mapped. */
typedef struct typical {
  double half_width, difference; /* about one score, and about a difference */
} typical;

struct coreset_power {
  core_arena arena;              /* of all that follows; must be first */
  const coreset_scores *scores;  /* borrowed */
  coreset_power_request request; /* what is asked */
  core_question_set *sets;       /* for each number of questions; NULL until they are calibrated */
  double *full_scores;           /* of the sources */
  double *deviation;             /* S_m; NULL until it is known */
  double apart;                  /* D */
  size_t next;                   /* number of the next row: two for each number of questions */
};

void coreset_power_free(coreset_power *power) {
  if (power != NULL) core_release(&power->arena);
}

/* Fails for a request that makes no sense. */
static coreset_status check_request(coreset_context *context, const coreset_scores *scores,
                                    const coreset_power_request *request) {
  if (request->size_count == 0) return core_fail(context, CORESET_ERROR, "no number of questions is given");
  for (size_t i = 0; i < request->size_count; i++) {
    size_t size = request->sizes[i];
    if (size < 1 || size > scores->questions) {
      return core_fail(context, CORESET_ERROR, "k must be between 1 and %zu, got %zu", scores->questions, size);
    }
  }
  if (!(request->level > 0 && request->level < 1)) {
    return core_fail(context, CORESET_ERROR, "level must be more than 0 and less than 1, got %.15g", request->level);
  }
  if (!(request->power > 0 && request->power < 1)) {
    return core_fail(context, CORESET_ERROR,
                     "power is the probability that a difference is found, and must be more than 0 and less than 1, "
                     "got %.15g",
                     request->power);
  }
  return core_check_choice(context, &core_selectors, &request->selector);
}

/* Errors: CORESET_ERROR for a request that makes no sense; CORESET_NO_MEMORY. */
coreset_status coreset_power_new(coreset_context *context, const coreset_scores *scores,
                                 const coreset_power_request *request, coreset_power **result) {
  coreset_power *self = core_object(context, sizeof(*self));
  coreset_status status = self == NULL ? CORESET_NO_MEMORY : check_request(context, scores, request);
  *result = NULL;
  if (status == CORESET_OK) {
    self->scores = scores;
    self->request = *request;
    self->full_scores = core_scores_full_scores(context, &self->arena, scores);
    status = self->arena.status;
  }
  *result = core_made_object(status, self);
  return status;
}

/* ------------------------------------------------------------------------
** Coresets
*/

/* All numbers of questions in one pass over the folds. */
static coreset_status calibrate(coreset_context *context, coreset_power *self) {
  const coreset_scores *scores = self->scores;
  const coreset_origin origin = {.selector = self->request.selector};
  const coreset_choice predictor = core_default_choice(core_predictors.methods[0]);
  size_t count = self->request.size_count;
  core_question_set *sets = core_take(context, &self->arena, count, sizeof(*sets));
  size_t *questions = core_take(context, &self->arena, scores->questions, sizeof(size_t));
  if (self->arena.status != CORESET_OK) return self->arena.status;
  for (size_t q = 0; q < scores->questions; q++) questions[q] = q; /* any: only how many there are counts */
  for (size_t i = 0; i < count; i++) {
    sets[i] = (core_question_set){.questions = questions, .count = self->request.sizes[i]};
    sets[i].predictions = core_take(context, &self->arena, scores->models, sizeof(double));
    sets[i].left_out = core_take(context, &self->arena, scores->models, sizeof(core_left_out));
  }
  if (self->arena.status != CORESET_OK) return self->arena.status;
  coreset_status status = core_calibrate(context, scores, &predictor, &origin, sets, count);
  if (status == CORESET_OK) self->sets = sets;
  return status;
}

/* What an interval of a coreset is like. */
static typical typical_of_coreset(const coreset_power *self, const core_question_set *set) {
  const core_quantiles quantiles = core_interval_quantiles(self->request.level, self->scores->models);
  size_t models = self->scores->models;
  core_sum sum = {0, 0}, squares = {0, 0};
  if (isnan(set->scale)) return (typical){NAN, NAN};
  if (set->count == self->scores->questions) return (typical){0, 0}; /* but for rounding */
  for (size_t m = 0; m < models; m++) {
    const core_left_out *one = &set->left_out[m];
    const core_deviation deviation = {one->deviation.residual * set->scale, one->deviation.field};
    double predicted = set->predictions[m], half = core_deviation_half_width(&deviation, &quantiles);
    double lower = fmin(fmax(predicted - half, one->least), predicted);
    double upper = fmax(fmin(predicted + half, one->most), predicted);
    core_sum_add(&sum, (upper - lower) / 2);
    core_sum_add(&squares, (upper - lower) * (upper - lower) / 4);
  }
  return (typical){core_sum_value(&sum) / (double)models, sqrt(2 * core_sum_value(&squares) / (double)models)};
}

/* ------------------------------------------------------------------------
** Random questions
*/

/* S_m, and D: the mean over pairs of a sum of squared differences is twice the variance over the models, summed. */
static coreset_status measure_answers(coreset_context *context, coreset_power *self) {
  const coreset_scores *scores = self->scores;
  size_t models = scores->models, questions = scores->questions;
  double *answers = core_take(context, &self->arena, models, sizeof(double));
  double *deviation = core_take(context, &self->arena, models, sizeof(double));
  core_sum *squares = core_take(context, &self->arena, models, sizeof(core_sum)), apart = {0, 0};
  coreset_status status = self->arena.status;
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    double factor = (double)questions * core_scores_share(scores, q);
    core_scores_column(scores, q, answers);
    for (size_t m = 0; m < models; m++) {
      answers[m] = factor * (answers[m] - self->full_scores[m]);
      core_sum_add(&squares[m], answers[m] * answers[m]);
    }
    core_sum_add(&apart, 2 * core_squares(answers, models, core_mean(answers, models)) / (double)(models - 1));
    status = core_poll_work(context, models);
  }
  if (status != CORESET_OK) return status;
  for (size_t m = 0; m < models; m++) deviation[m] = sqrt(core_sum_value(&squares[m]) / (double)(questions - 1));
  self->apart = core_sum_value(&apart) / (double)(questions - 1);
  self->deviation = deviation;
  return CORESET_OK;
}

/* What an interval from so many random questions is like. */
static typical typical_of_random(const coreset_power *self, size_t size, double t) {
  double rest = 1 - (double)size / (double)self->scores->questions, share = rest / (double)size;
  if (size == self->scores->questions) return (typical){0, 0};
  return (typical){t * sqrt(share) * core_mean(self->deviation, self->scores->models), t * sqrt(share * self->apart)};
}

/* ------------------------------------------------------------------------
** Rows
*/

/* (t + u) / t. */
static double detection_factor(const coreset_power *self, double t, size_t degrees) {
  double power = self->request.power;
  double u =
      power >= 0.5 ? core_student_quantile(2 * power - 1, degrees) : -core_student_quantile(1 - 2 * power, degrees);
  return fmax((t + u) / t, 0);
}

coreset_status coreset_power_next(coreset_context *context, coreset_power *self, coreset_power_row *row) {
  const coreset_scores *scores = self->scores;
  size_t place = self->next / 2;
  coreset_status status = CORESET_OK;
  typical found = {NAN, NAN};
  double factor = NAN, range = scores->high - scores->low;
  if (place == self->request.size_count) return CORESET_DONE;
  coreset_design design = self->next % 2 == 0 ? CORESET_DESIGN_CORESET : CORESET_DESIGN_RANDOM;
  size_t size = self->request.sizes[place], degrees = design == CORESET_DESIGN_CORESET ? scores->models - 1 : size - 1;
  if (design == CORESET_DESIGN_CORESET && self->sets == NULL) status = calibrate(context, self);
  if (design == CORESET_DESIGN_RANDOM && self->deviation == NULL) status = measure_answers(context, self);
  if (status != CORESET_OK) return status;
  if (degrees > 0) {
    double t = core_student_quantile(self->request.level, degrees);
    found = design == CORESET_DESIGN_CORESET ? typical_of_coreset(self, &self->sets[place])
                                             : typical_of_random(self, size, t);
    factor = detection_factor(self, t, degrees);
  }
  *row = (coreset_power_row){
      .design = design,
      .size = size,
      .share = (double)size / (double)scores->questions,
      .half_width = range * found.half_width,
      .difference_half_width = range * found.difference,
      .detectable = range * found.difference * factor,
  };
  self->next++;
  return CORESET_OK;
}
