/*
** next.c: which questions each target should answer next, given its answers so far.
**
** For each target the search of select/adaptive.c goes on from the questions that it answered, and its answers say where its
** ability lies. That loses where one ability does not describe the benchmark: where models are near chance, or prefer
** certain answers. So it is done only if the item curves say so, of which, with P_q the curve of question q,
**
**     m_q  = mean over abilities t ~ N(0, 1) of P_q (1 - P_q) dlogit P_q / dt
**     wneg = sum_q max(-m_q, 0) / sum_q |m_q|                        the share of questions that good models fail
**     g    = mean over sizes of ln(RMSE of the curves alone / RMSE of krr_blup)
**
** the RMSE those of the sources in the folds of calibration.c, with 1, 3 and 10% of the questions:
**
**     wneg < 0.06 and g < 0.10
**
** Else, and for scores that are not binary in kind, the design is static: the default selector goes on as if the answers
** were not known.
*/
#include "predict/next.h"

#include <math.h>
#include <string.h>

#include "numeric/sums.h"
#include "predict/calibration.h"
#include "predict/predictions.h"
#include "predict/predictor.h"
#include "select/adaptive.h"
#include "select/selector.h"

/* This project's own choices (tests/experiments/ACCURACY.md). */
#define MOST_NEGATIVE 0.06 /* wneg */
#define MOST_BEHIND 0.10   /* g */
#define SIZES 3            /* at which g is measured */
#define LEAST_QUESTIONS 3  /* of a size */
#define SLOPE_POINTS 33    /* abilities from -4 to 4 for m_q */
#define OPERATIONS 32      /* for a slope of a curve at an ability, roughly */
#define LEAST_ERROR 1e-12  /* keeps a quotient finite where nothing is off */

static const size_t size_percentages[SIZES] = {1, 3, 10};

/* ------------------------------------------------------------------------
** Whether answers have a say
*/

/* wneg. */
static coreset_status negative_share(coreset_context *context, const double *coefficients, size_t questions,
                                     double *share) {
  core_sum negative = {0, 0}, all = {0, 0};
  coreset_status status = CORESET_OK;
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    const double *b = coefficients + q * CORE_CURVE_TERMS;
    double slope = 0;
    for (size_t g = 0; g < SLOPE_POINTS; g++) {
      double t = core_ability(g, SLOPE_POINTS), chance = core_logistic(core_curve_logit(b, t));
      slope += core_exp(-t * t / 2) * chance * (1 - chance) * (b[1] + 2 * b[2] * t);
    }
    core_sum_add(&negative, fmax(-slope, 0));
    core_sum_add(&all, fabs(slope));
    status = core_poll_work(context, OPERATIONS * SLOPE_POINTS);
  }
  double total = core_sum_value(&all);
  *share = total > 0 ? core_sum_value(&negative) / total : 1;
  return status;
}

/* The sum of the squared errors of predictions of the sources; NaN where there are none. */
static double squares_of(const coreset_scores *scores, const double *full_scores, const core_question_set *set) {
  core_sum squares = {0, 0};
  if (isnan(set->scale)) return NAN;
  for (size_t m = 0; m < scores->models; m++) {
    double error = set->predictions[m] - full_scores[m];
    core_sum_add(&squares, error * error);
  }
  return core_sum_value(&squares);
}

/* g; NaN where the folds have too little to work with. */
static coreset_status curves_behind(coreset_context *context, const coreset_scores *scores, double *behind) {
  core_arena scratch = {0};
  const core_predictor *predictors[2] = {&core_predictor_curves, &core_predictor_krr_blup};
  const coreset_origin origin = {.selector = core_default_choice(core_selectors.methods[0])};
  core_question_set sets[SIZES];
  double *full_scores = core_scores_full_scores(context, &scratch, scores), sum = 0;
  size_t *questions = core_take(context, &scratch, scores->questions, sizeof(size_t));
  coreset_status status = scratch.status;
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) questions[q] = q;
  for (size_t p = 0; p < 2 && status == CORESET_OK; p++) {
    coreset_choice choice = core_default_choice(&predictors[p]->method);
    for (size_t i = 0; i < SIZES; i++) {
      size_t count = scores->questions * size_percentages[i] / 100;
      if (count < LEAST_QUESTIONS) count = LEAST_QUESTIONS < scores->questions ? LEAST_QUESTIONS : scores->questions;
      sets[i] = (core_question_set){.questions = questions, .count = count};
      sets[i].predictions = core_take(context, &scratch, scores->models, sizeof(double));
    }
    status = scratch.status;
    if (status == CORESET_OK) status = core_calibrate_complete(context, scores, &choice, &origin, sets, SIZES);
    for (size_t i = 0; i < SIZES && status == CORESET_OK; i++) {
      double log_error = core_log(fmax(squares_of(scores, full_scores, &sets[i]), LEAST_ERROR)) / 2;
      sum += isnan(sets[i].scale) ? NAN : p == 0 ? log_error : -log_error;
    }
  }
  *behind = sum / SIZES;
  core_release(&scratch);
  return status;
}

coreset_status core_next_fits(coreset_context *context, const coreset_scores *scores, int *fits) {
  core_arena scratch = {0};
  core_shared shared = {.arena = &scratch, .scores = scores};
  const double *coefficients = NULL;
  double negative = 1, behind = NAN;
  *fits = 0;
  coreset_status status = core_shared_curves(context, &shared, &coefficients);
  if (status == CORESET_OK && coefficients != NULL) {
    status = negative_share(context, coefficients, scores->questions, &negative);
  }
  if (status == CORESET_OK && negative < MOST_NEGATIVE) {
    status = curves_behind(context, scores, &behind);
    *fits = behind < MOST_BEHIND; /* not with NaN */
  }
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** Targets
*/

struct coreset_next {
  core_arena arena;                 /* of all that follows but for predictions and design; must be first */
  const coreset_scores *scores;     /* borrowed */
  coreset_predictions *predictions; /* of the targets, of which none is made: who answered what */
  coreset_next_request request;     /* what is wanted */
  core_shared shared;               /* the field and the curves */
  int adaptive;                     /* whether answers have a say */
  double *costs;                    /* for each question of the scores; NULL: each costs 1 */
  core_adaptive design;             /* with what the present target answered taken */
  size_t *taken, *answered;         /* these questions; working memory */
  size_t taken_count;               /* how many of the first; SIZE_MAX before there are any */
  double *answers;                  /* the present target's answers to them, mapped */
  unsigned char *allowed;           /* for each question of the scores */
  coreset_pick *picks;              /* what was chosen for the present target */
  size_t found, shown;              /* how many these are, and how many of them were handed out */
  size_t next;                      /* number of the next target; the present one is the one before */
};

void coreset_next_free(coreset_next *next) {
  if (next == NULL) return;
  core_adaptive_release(&next->design);
  coreset_predictions_free(next->predictions);
  core_release(&next->arena);
}

/* Fails for a request that makes no sense. */
static coreset_status check_request(coreset_context *context, const coreset_scores *scores,
                                    const coreset_next_request *request) {
  if (request->count < 1 || request->count > scores->questions) {
    return core_fail(context, CORESET_ERROR, "n must be between 1 and %zu, got %zu", scores->questions, request->count);
  }
  if (isnan(request->budget) || request->budget < 0) {
    return core_fail(context, CORESET_ERROR, "budget must not be negative, got %.15g", request->budget);
  }
  return CORESET_OK;
}

/* Errors: CORESET_ERROR for a request that makes no sense, and where source and target share no question;
** CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_next_new(coreset_context *context, const coreset_scores *scores, const coreset_matrix *target,
                                const coreset_next_request *request, coreset_next **result) {
  size_t questions = scores->questions;
  coreset_next *self = core_object(context, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  core_arena *arena = &self->arena;
  self->scores = scores;
  self->request = *request;
  self->shared = (core_shared){.arena = arena, .scores = scores};
  self->taken_count = SIZE_MAX;
  self->taken = core_take(context, arena, questions, sizeof(size_t));
  self->answered = core_take(context, arena, questions, sizeof(size_t));
  self->answers = core_take(context, arena, questions, sizeof(double));
  self->allowed = core_take(context, arena, questions, 1);
  self->picks = core_take(context, arena, questions, sizeof(coreset_pick));
  if (request->costs != NULL) self->costs = core_take(context, arena, questions, sizeof(double));
  coreset_status status = arena->status;
  for (size_t q = 0; q < questions && status == CORESET_OK && self->costs != NULL; q++) {
    self->costs[q] = request->costs[scores->matrix_question[q]];
  }
  const coreset_prediction_request none = {.predictor = core_default_choice(core_predictors.methods[0]),
                                           .models = request->models};
  if (status == CORESET_OK) status = check_request(context, scores, request);
  if (status == CORESET_OK) status = coreset_predictions_new(context, scores, target, &none, &self->predictions);
  if (status == CORESET_OK) status = core_next_fits(context, scores, &self->adaptive);
  if (status == CORESET_OK) status = core_adaptive_start(context, &self->shared, &self->design);
  if (status != CORESET_OK) coreset_next_free(self);
  *result = status == CORESET_OK ? self : NULL;
  return status;
}

/* Finds what a target answered, *count questions, and what may be chosen for it. */
static coreset_status read_answers(coreset_context *context, coreset_next *self, size_t target, size_t *count) {
  const unsigned char *excluded = self->request.excluded;
  const coreset_scores *scores = self->scores;
  int binary = core_scores_binary_kind(scores);
  coreset_status status = core_poll_work(context, scores->questions);
  *count = 0;
  for (size_t q = 0; q < scores->questions && status == CORESET_OK; q++) {
    double answer;
    int has = core_predictions_answer(self->predictions, target, q, &answer);
    self->allowed[q] = !has && !(excluded != NULL && excluded[scores->matrix_question[q]]);
    if (!has) continue;
    coreset_id id = core_scores_question(scores, q);
    status = core_check_answer(context, scores->low, scores->high, binary, &id, answer);
    self->answers[*count] = core_scores_map(scores, answer);
    self->answered[(*count)++] = q;
  }
  return status == CORESET_OK ? status : core_predictions_fail_at(context, self->predictions, target, status);
}

/* Chooses for one target. */
static coreset_status choose_for(coreset_context *context, coreset_next *self, size_t target) {
  size_t count;
  coreset_status status = read_answers(context, self, target, &count);
  if (status != CORESET_OK) return status;
  if (count != self->taken_count || memcmp(self->taken, self->answered, count * sizeof(size_t)) != 0) {
    memcpy(self->taken, self->answered, count * sizeof(size_t));
    self->taken_count = SIZE_MAX;
    status = core_adaptive_take(context, &self->design, self->taken, count);
    if (status != CORESET_OK) return status;
    self->taken_count = count;
  }
  const core_adaptive_limits limits = {self->allowed, self->costs, self->request.budget, self->request.count};
  return core_adaptive_choose(context, &self->design, self->adaptive && count > 0 ? self->answers : NULL, &limits,
                              self->picks, &self->found);
}

coreset_status coreset_next_get(coreset_context *context, coreset_next *self, coreset_next_question *row) {
  while (self->shown == self->found) {
    if (self->next == core_predictions_count(self->predictions)) return CORESET_DONE;
    self->shown = self->found = 0;
    coreset_status status = choose_for(context, self, self->next);
    if (status != CORESET_OK) return status;
    self->next++;
  }
  const coreset_pick *pick = &self->picks[self->shown++];
  *row = (coreset_next_question){
      .model = core_predictions_row(self->predictions, self->next - 1)->model,
      .rank = self->shown,
      .question = self->scores->matrix_question[pick->question],
      .gain = pick->objective,
      .remaining_sd = pick->remaining_sd * (self->scores->high - self->scores->low),
      .adaptive = self->adaptive && self->taken_count > 0,
  };
  return CORESET_OK;
}
