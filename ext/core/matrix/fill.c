/*
** fill.c: what the missing cells of a table of scores probably were.
**
** Start: row and column effects. x_mq = r_m + c_q by least squares on the observed
** cells, clipped to [0, 1]. Then sweeps. In each, the first K components U over the models of the
** filled table are improved by one step (numeric/principal_components.h), which gives
** y_q = U^T x_q for each question. The missing cells of model m are predicted by ridge regression
** on these, after the model's own part is taken out of them:
**
**     f_q = y_q - x_mq u_m,   x_mq = mean(x_m) + b . (f_q - mean(f)),
**     b minimises |x_m - mean(x_m) - (f - mean(f)) b|^2 + alpha |b - u'|^2
**
** over the questions that the model answered; again clipped to [0, 1]. u' is the mean of the
** other rows of U: a model of which little is known is predicted like the others, but for its
** mean. If there are no more models than components, this is ridge regression on the rows of all
** others.
**
** alpha is what the data say (MacKay, "Bayesian interpolation", Neural Computation 4, 1992): if b
** scatters about u' with variance v and answers about their regression with variance noise, then
** alpha = noise / v, and a regression determines g = K - alpha tr((F^T F + alpha I)^-1) of its K
** coefficients, F being f less its mean. After each sweep, with sums over the models with holes,
**
**     noise = sum of squared residuals / sum of (answers - 1 - g),   v = sum |b - u'|^2 / sum g,
**     alpha = EXTRA noise / v.
**
** The first alpha is FIRST sqrt(M) times the mean square of what row and column effects leave, M
** being the number of models.
**
** Everything runs in a fixed order of operations with code of our own, because
** full scores, and so selections, depend on it.
**
** Cost of a sweep with N questions: 5 M N K multiplications, K^2 for each cell that is missing or,
** where a model lacks more than half of them, observed, and K^3 / 3 for each model.
*/
#include "matrix/fill.h"

#include <math.h>
#include <string.h>

#include "matrix/scores.h"
#include "numeric/bits.h"
#include "numeric/cholesky.h"
#include "numeric/principal_components.h"

/* As measured on real results: binary scores have no use for more components or sweeps; real-valued
** scores, which can be smooth, have. */
#define BINARY_PANELS ((size_t)1) /* of CORE_PANEL components */
#define REAL_PANELS ((size_t)2)
#define BINARY_SWEEPS 3
#define REAL_SWEEPS 5
#define FIRST 40.0             /* measured too; later sweeps forget it */
#define EXTRA 2.0              /* measured too: axes are not known exactly, as alpha supposes; 3 is about as good */
#define SMALLEST_RIDGE 1e-12   /* alpha as a share of all squares: rounding must leave systems positive */
#define LARGEST_RIDGE 1e6      /* the same: b is u' then */
#define TINY 1e-20             /* alpha where squares are those of rounding errors */
#define EFFECT_ROUNDS 50       /* at most, when cells are so few that effects move slowly */
#define EFFECT_TOLERANCE 1e-9  /* of scores between 0 and 1: what stands still */
#define TOGETHER ((size_t)64)  /* questions whose moments are added in one go: their scores stay in a cache */
#define PREDICTED ((size_t)64) /* questions whose cells are predicted in one go */
#define MOMENT_BLOCK ((size_t)1 << 14) /* questions between two polls where all are added: a millisecond */
#define POLL_BATCHES 256               /* of TOGETHER questions between two polls: about a millisecond */
#define POLL_CELLS (1U << 18)          /* cells between two polls where each costs little */

#define LARGEST_WIDTH (REAL_PANELS * CORE_PANEL)
#define TILE (CORE_PANEL * CORE_PANEL) /* numbers of the products of two panels */

static const double one = 1; /* times which sums are sums of products */

/* Sums over questions. Products lie in tiles: of each panel with itself and those before it. */
typedef struct question_moments {
  double products[LARGEST_WIDTH * LARGEST_WIDTH]; /* of y y^T */
  double sums[LARGEST_WIDTH];                     /* of y */
} question_moments;

/* Working memory of the regression of one model. */
typedef struct model_regression {
  question_moments all;                         /* over all questions: the same for every model */
  question_moments own;                         /* over those that it answered, or did not */
  double axis_sum[LARGEST_WIDTH];               /* of the rows of U: the same for every model */
  double axis[LARGEST_WIDTH];                   /* u */
  double prior[LARGEST_WIDTH];                  /* u' */
  double mean[LARGEST_WIDTH];                   /* of f */
  double matrix[LARGEST_WIDTH * LARGEST_WIDTH]; /* sums of f f^T, centred */
  double system[LARGEST_WIDTH * LARGEST_WIDTH]; /* the same and alpha, then its Cholesky factor */
  double covariance[LARGEST_WIDTH];             /* sums of f times the model's scores, centred */
  double right[LARGEST_WIDTH];                  /* the system's right side, then its solution */
} model_regression;

/* Working memory of one fill. What has a number for each component lies in panels (numeric/panel.h). */
typedef struct filling {
  const core_holes *holes;      /* what is filled, in place */
  core_components components;   /* of it; the origin is each model's mean over what it answered */
  size_t width;                 /* how many components */
  double *answered;             /* for each model how many questions it answered */
  double *mean;                 /* for each model the mean of its scores */
  double *squares;              /* for each model the sum of their squares about it */
  double *model_effect;         /* r */
  double *question_effect;      /* c */
  double *question_sum;         /* for each question the sum of its scores */
  double *sum;                  /* working memory: one number for each model */
  double *column;               /* working memory: the scores of a question */
  uint32_t *places;             /* some models or questions */
  uint64_t *absent;             /* for each model the bits of the questions that it did not answer */
  size_t absent_words;          /* 64-bit words of them */
  model_regression *regression; /* of one model */
  size_t groups;                /* of CORE_PANEL models */
  double *coefficients;         /* for each group a panel of width rows: b of its models */
  double *predicted;            /* for each group a panel of PREDICTED rows: b . y of some questions */
  double *constant;             /* for each model what does not depend on the question */
  double *own_part;             /* for each model b . u */
  double ridge;                 /* alpha */
  double residuals;             /* of this sweep: the sum of squared residuals */
  double degrees;               /* of this sweep: the sum of answers - 1 */
  double determined;            /* of this sweep: the sum of g */
  double deviations;            /* of this sweep: the sum of |b - u'|^2 */
} filling;

static double clip(double value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* Lists the places below size whose bit is wanted; returns how many there are. */
static size_t list_places(const uint64_t *bits, size_t size, int wanted, uint32_t *places) {
  size_t count = 0;
  for (size_t start = 0; start < size; start += 64) {
    uint64_t word = wanted ? bits[start / 64] : ~bits[start / 64];
    if (size - start < 64) word &= ((uint64_t)1 << (size - start)) - 1;
    for (; word != 0; word &= word - 1) places[count++] = (uint32_t)(start + (size_t)__builtin_ctzll(word));
  }
  return count;
}

/* The models that did not answer a question, in places; returns how many. */
static size_t list_missing(const filling *work, size_t question) {
  const core_holes *holes = work->holes;
  return list_places(holes->observed + question * holes->words, holes->models, 0, work->places);
}

void core_fill_column(const core_holes *holes, size_t question, double *column) {
  const uint64_t *observed = holes->observed + question * holes->words;
  const double *filled = holes->filled + holes->start[question], *end = holes->filled + holes->start[question + 1];
  for (size_t w = 0; filled < end; w++) {
    for (uint64_t absent = ~observed[w]; absent != 0 && filled < end; absent &= absent - 1) {
      column[64 * w + (size_t)__builtin_ctzll(absent)] = *filled++;
    }
  }
}

/* The scores of a question of a table with holes, as core_components fetches them. */
static void fetch_column(const void *table, size_t question, double *column) {
  const core_holes *holes = table;
  if (holes->ones != NULL) {
    core_spread_bits(holes->ones + question * holes->words, holes->models, column);
  } else {
    memcpy(column, holes->values + question * holes->models, holes->models * sizeof(double));
  }
  core_fill_column(holes, question, column);
}

/* For loops over the questions that look at each cell once. */
static coreset_status poll_cells(coreset_context *context, const filling *work) {
  return core_poll_work(context, CORE_POLL_WORK / POLL_CELLS * (work->holes->models + 1));
}

/* ------------------------------------------------------------------------
** Row and column effects
*/

/* The sum of so many numbers: four sums side by side, always in this order. */
static double add_numbers(const double *numbers, size_t count) {
  double sums[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (size_t j = 0; j < 4; j++) sums[j] += numbers[i + j];
  }
  for (; i < count; i++) sums[0] += numbers[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* Counts, sums and means of the scores of models and questions. */
static coreset_status add_up(coreset_context *context, filling *work) {
  const core_holes *holes = work->holes;
  coreset_status status = CORESET_OK;
  for (size_t m = 0; m < holes->models; m++) work->answered[m] = (double)holes->questions;
  for (size_t q = 0; q < holes->questions && status == CORESET_OK; q++) {
    size_t missing = list_missing(work, q);
    fetch_column(holes, q, work->column);
    for (size_t i = 0; i < missing; i++) work->answered[work->places[i]]--;
    for (size_t m = 0; m < holes->models; m++) work->mean[m] += work->column[m];
    work->question_sum[q] = add_numbers(work->column, holes->models);
    status = poll_cells(context, work);
  }
  for (size_t m = 0; m < holes->models; m++) work->mean[m] /= work->answered[m];
  return status;
}

/* Improves the effects once, those of questions first; *change: by how much one of a model moved at
** most. A sum over observed cells is that over all less that over missing ones. */
static coreset_status improve_effects(coreset_context *context, filling *work, double *change) {
  const core_holes *holes = work->holes;
  double all_models = add_numbers(work->model_effect, holes->models);
  coreset_status status = CORESET_OK;
  memset(work->sum, 0, holes->models * sizeof(double));
  for (size_t q = 0; q < holes->questions && status == CORESET_OK; q++) {
    size_t missing = list_missing(work, q);
    double sum = all_models;
    for (size_t i = 0; i < missing; i++) sum -= work->model_effect[work->places[i]];
    work->question_effect[q] = (work->question_sum[q] - sum) / (double)(holes->models - missing);
    for (size_t i = 0; i < missing; i++) work->sum[work->places[i]] += work->question_effect[q];
    status = poll_cells(context, work);
  }
  double all_questions = add_numbers(work->question_effect, holes->questions);
  *change = 0;
  for (size_t m = 0; m < holes->models; m++) {
    double effect = work->mean[m] - (all_questions - work->sum[m]) / work->answered[m];
    *change = fmax(*change, fabs(effect - work->model_effect[m]));
    work->model_effect[m] = effect;
  }
  return status;
}

/* For each model: adds to squares that of its number in column less that in row and another one. */
static void add_squares(const double *column, const double *row, double number, size_t models, double *squares) {
  for (size_t m = 0; m < models; m++) {
    double difference = column[m] - (row[m] + number);
    squares[m] += difference * difference;
  }
}

/* Fills a question by the effects. Squares of its observed cells less the effects are added to
** work->sum, less the means of the models to work->squares; meanwhile missing cells hold what adds 0. */
static void fill_question(filling *work, size_t question) {
  const core_holes *holes = work->holes;
  double *column = work->column, effect = work->question_effect[question];
  size_t missing = list_missing(work, question);
  fetch_column(holes, question, column);
  for (size_t i = 0; i < missing; i++) column[work->places[i]] = work->mean[work->places[i]];
  add_squares(column, work->mean, 0, holes->models, work->squares);
  for (size_t i = 0; i < missing; i++) column[work->places[i]] = work->model_effect[work->places[i]] + effect;
  add_squares(column, work->model_effect, effect, holes->models, work->sum);
  for (size_t i = 0; i < missing; i++) holes->filled[holes->start[question] + i] = clip(column[work->places[i]]);
}

/* Least squares by alternating the two kinds of effects until they stand still. */
static coreset_status fill_with_effects(coreset_context *context, filling *work) {
  const core_holes *holes = work->holes;
  double change = 1;
  coreset_status status = add_up(context, work);
  for (int round = 0; round < EFFECT_ROUNDS && change > EFFECT_TOLERANCE && status == CORESET_OK; round++) {
    status = improve_effects(context, work, &change);
  }
  memset(work->sum, 0, holes->models * sizeof(double));
  for (size_t q = 0; q < holes->questions && status == CORESET_OK; q++) {
    fill_question(work, q);
    status = poll_cells(context, work);
  }
  work->ridge = FIRST * sqrt((double)holes->models) * add_numbers(work->sum, holes->models) /
                add_numbers(work->answered, holes->models);
  return status;
}

/* ------------------------------------------------------------------------
** Regressions
*/

/* The missing cells by models. */
static coreset_status transpose_holes(coreset_context *context, filling *work) {
  const core_holes *holes = work->holes;
  coreset_status status = CORESET_OK;
  for (size_t start = 0; start < holes->questions && status == CORESET_OK; start += 64) {
    size_t questions = holes->questions - start < 64 ? holes->questions - start : 64;
    for (size_t w = 0; w < holes->words; w++) {
      uint64_t block[64] = {0};
      size_t models = holes->models - 64 * w < 64 ? holes->models - 64 * w : 64;
      for (size_t q = 0; q < questions; q++) block[q] = ~holes->observed[(start + q) * holes->words + w];
      core_transpose_bits(block);
      for (size_t m = 0; m < models; m++) work->absent[(64 * w + m) * work->absent_words + start / 64] = block[m];
    }
    status = poll_cells(context, work);
  }
  return status;
}

/* Adds to moments those of count questions: from start on, or those in places. */
static void add_moments(const filling *work, size_t start, const uint32_t *places, size_t count,
                        question_moments *moments) {
  const core_components *components = &work->components;
  for (size_t p = 0; p < components->panels; p++) {
    const double *scores = components->scores + (p * components->questions + start) * CORE_PANEL;
    components->add(moments->sums + p * CORE_PANEL, (core_left){&one, 0, 0}, scores, places, count, 1);
    for (size_t o = 0; o <= p; o++) {
      components->add(moments->products + (p * components->panels + o) * TILE, (core_left){scores, CORE_PANEL, 1},
                      scores - (p - o) * components->questions * CORE_PANEL, places, count, CORE_PANEL);
    }
  }
}

/* A product, i not below j. */
static double product_of(const filling *work, const question_moments *moments, size_t i, size_t j) {
  size_t tile = i / CORE_PANEL * work->components.panels + j / CORE_PANEL;
  return moments->products[tile * TILE + i % CORE_PANEL * CORE_PANEL + j % CORE_PANEL];
}

/* What is the same for all models of a sweep. */
static coreset_status prepare_regressions(coreset_context *context, filling *work) {
  const core_components *components = &work->components;
  size_t questions = components->questions, models = components->models;
  model_regression *regression = work->regression;
  coreset_status status = CORESET_OK;
  memset(&regression->all, 0, sizeof(regression->all));
  memset(regression->axis_sum, 0, sizeof(regression->axis_sum));
  for (size_t p = 0; p < components->panels; p++) {
    components->add(regression->axis_sum + p * CORE_PANEL, (core_left){&one, 0, 0},
                    components->axes + p * models * CORE_PANEL, NULL, models, 1);
  }
  for (size_t start = 0; start < questions && status == CORESET_OK; start += MOMENT_BLOCK) {
    size_t count = questions - start < MOMENT_BLOCK ? questions - start : MOMENT_BLOCK;
    add_moments(work, start, NULL, count, &regression->all);
    status = core_poll_work(context, CORE_POLL_WORK / MOMENT_BLOCK * count);
  }
  double trace = 0;
  for (size_t i = 0; i < work->width; i++) trace += product_of(work, &regression->all, i, i);
  work->ridge = fmin(fmax(work->ridge, SMALLEST_RIDGE * trace), LARGEST_RIDGE * trace) + TINY;
  work->residuals = work->degrees = work->determined = work->deviations = 0;
  return status;
}

/* The moments over the questions that a model answered: added up, or what is left of all without
** the others, whichever are fewer. */
static coreset_status restrict_moments(coreset_context *context, filling *work, size_t model, size_t missing) {
  const core_components *components = &work->components;
  model_regression *regression = work->regression;
  int by_missing = 2 * missing <= components->questions;
  size_t count =
      list_places(work->absent + model * work->absent_words, components->questions, by_missing, work->places);
  question_moments *own = &regression->own;
  const question_moments *all = &regression->all;
  coreset_status status = CORESET_OK;
  memset(own, 0, sizeof(*own));
  for (size_t start = 0; start < count && status == CORESET_OK; start += TOGETHER) {
    add_moments(work, 0, work->places + start, count - start < TOGETHER ? count - start : TOGETHER, own);
    status = core_poll_every(context, POLL_BATCHES);
  }
  if (!by_missing) return status;
  for (size_t i = 0; i < work->width; i++) own->sums[i] = all->sums[i] - own->sums[i];
  for (size_t i = 0; i < work->width * work->width; i++) own->products[i] = all->products[i] - own->products[i];
  return status;
}

/* Sets up matrix, covariance and mean of a model's regression from the moments over what it
** answered, which are about y, and not yet about f. */
static void set_up_regression(filling *work, size_t model) {
  const core_components *components = &work->components;
  model_regression *regression = work->regression;
  double answered = work->answered[model], squares = work->squares[model], cross[LARGEST_WIDTH];
  double sum = components->sum[model]; /* what rounding left of the mean */
  for (size_t i = 0; i < work->width; i++) {
    size_t place = (i / CORE_PANEL * components->models + model) * CORE_PANEL + i % CORE_PANEL;
    double axis = components->axes[place];
    cross[i] = components->cross[place];
    regression->axis[i] = axis;
    regression->prior[i] = (regression->axis_sum[i] - axis) / (double)(components->models - 1);
    regression->mean[i] = (regression->own.sums[i] - axis * sum) / answered;
    regression->covariance[i] = cross[i] - axis * squares - regression->mean[i] * sum;
  }
  for (size_t i = 0; i < work->width; i++) {
    double axis = regression->axis[i];
    for (size_t j = 0; j <= i; j++) {
      double value = product_of(work, &regression->own, i, j) - answered * regression->mean[i] * regression->mean[j];
      value -= axis * cross[j] + cross[i] * regression->axis[j] - axis * regression->axis[j] * squares;
      regression->matrix[i * work->width + j] = value;
      regression->matrix[j * work->width + i] = value;
    }
  }
}

/* Row number i of the matrix times a vector. */
static double multiply_row(const filling *work, size_t i, const double *vector) {
  double sum = 0;
  for (size_t j = 0; j < work->width; j++) sum += work->regression->matrix[i * work->width + j] * vector[j];
  return sum;
}

/* The trace of the inverse of the system, from its Cholesky factor L: the sum of squares of L^-1,
** whose columns are computed in the first row of the matrix, which is not needed any more. */
static double inverse_trace(filling *work) {
  const double *factor = work->regression->system;
  double *column = work->regression->matrix, trace = 0;
  for (size_t j = 0; j < work->width; j++) {
    for (size_t i = j; i < work->width; i++) {
      double sum = i == j;
      for (size_t k = j; k < i; k++) sum -= factor[i * work->width + k] * column[k];
      column[i] = sum / factor[i * work->width + i];
      trace += column[i] * column[i];
    }
  }
  return trace;
}

/* Solves the regression of a model, and records what predicts its cells and what alpha follows from. */
static void solve_regression(filling *work, size_t model) {
  model_regression *regression = work->regression;
  size_t width = work->width;
  double residuals = work->squares[model];
  memcpy(regression->system, regression->matrix, width * width * sizeof(double));
  for (size_t i = 0; i < width; i++) {
    regression->system[i * width + i] += work->ridge;
    regression->right[i] = regression->covariance[i] - multiply_row(work, i, regression->prior);
  }
  core_cholesky_solve(regression->system, regression->right, width);
  for (size_t i = 0; i < width; i++) {
    work->deviations += regression->right[i] * regression->right[i];
    regression->right[i] += regression->prior[i];
  }
  work->constant[model] = work->components.sum[model] / work->answered[model];
  work->own_part[model] = 0;
  for (size_t i = 0; i < width; i++) {
    double b = regression->right[i];
    work->coefficients[(model / CORE_PANEL * width + i) * CORE_PANEL + model % CORE_PANEL] = b;
    work->constant[model] -= b * regression->mean[i];
    work->own_part[model] += b * regression->axis[i];
    residuals += b * (multiply_row(work, i, regression->right) - 2 * regression->covariance[i]);
  }
  work->residuals += fmax(residuals, 0);
  work->degrees += work->answered[model] - 1;
  work->determined += fmax((double)width - work->ridge * inverse_trace(work), 0);
}

/* Computes alpha for the next sweep. */
static void improve_ridge(filling *work) {
  double noise = work->residuals / fmax(work->degrees - work->determined, 1);
  if (work->deviations > 0) work->ridge = EXTRA * noise * work->determined / work->deviations;
}

/* b . y of all models and count questions from start on: for each group of models a panel with a
** row for each question, in work->predicted. */
static void multiply_coefficients(filling *work, size_t start, size_t count) {
  const core_components *components = &work->components;
  memset(work->predicted, 0, work->groups * PREDICTED * CORE_PANEL * sizeof(double));
  for (size_t group = 0; group < work->groups; group++) {
    double *predicted = work->predicted + group * PREDICTED * CORE_PANEL;
    for (size_t p = 0; p < components->panels; p++) {
      const double *scores = components->scores + (p * components->questions + start) * CORE_PANEL;
      const double *coefficients = work->coefficients + (group * work->width + p * CORE_PANEL) * CORE_PANEL;
      components->add(predicted, (core_left){scores, 1, CORE_PANEL}, coefficients, NULL, CORE_PANEL, count);
    }
  }
}

/* Predicts the missing cells of all questions. */
static coreset_status predict_cells(coreset_context *context, filling *work) {
  const core_holes *holes = work->holes;
  coreset_status status = CORESET_OK;
  for (size_t q = 0; q < holes->questions && status == CORESET_OK; q++) {
    double *filled = holes->filled + holes->start[q];
    size_t missing = list_missing(work, q), left = holes->questions - q;
    if (q % PREDICTED == 0) multiply_coefficients(work, q, left < PREDICTED ? left : PREDICTED);
    for (size_t i = 0; i < missing; i++) {
      size_t m = work->places[i];
      double common = work->predicted[(m / CORE_PANEL * PREDICTED + q % PREDICTED) * CORE_PANEL + m % CORE_PANEL];
      double own = work->own_part[m] * (filled[i] - work->mean[m]);
      filled[i] = clip(work->mean[m] + (work->constant[m] + common - own));
    }
    status = poll_cells(context, work);
  }
  return status;
}

static coreset_status sweep(coreset_context *context, filling *work) {
  const core_holes *holes = work->holes;
  coreset_status status = core_components_improve(context, &work->components);
  if (status == CORESET_OK) {
    status = core_components_project(context, &work->components, holes->observed, holes->words);
  }
  if (status == CORESET_OK) status = prepare_regressions(context, work);
  for (size_t m = 0; m < holes->models && status == CORESET_OK; m++) {
    size_t missing = holes->questions - (size_t)work->answered[m];
    if (missing == 0) continue;
    status = restrict_moments(context, work, m, missing);
    set_up_regression(work, m);
    solve_regression(work, m);
  }
  if (status == CORESET_OK) status = predict_cells(context, work);
  improve_ridge(work);
  return status;
}

coreset_status core_fill_missing(coreset_context *context, const core_holes *holes) {
  size_t models = holes->models, questions = holes->questions, panels = holes->binary ? BINARY_PANELS : REAL_PANELS;
  size_t width = panels * CORE_PANEL, words = (questions + 63) / 64, groups = (models + CORE_PANEL - 1) / CORE_PANEL;
  core_arena scratch = {0};
  double *mean = core_take(context, &scratch, models, sizeof(double));
  filling work = {
      .holes = holes,
      .components = {.models = models, .questions = questions, .table = holes, .fetch = fetch_column, .origin = mean},
      .width = width,
      .answered = core_take(context, &scratch, models, sizeof(double)),
      .mean = mean,
      .squares = core_take(context, &scratch, models, sizeof(double)),
      .model_effect = core_take(context, &scratch, models, sizeof(double)),
      .question_effect = core_take(context, &scratch, questions, sizeof(double)),
      .question_sum = core_take(context, &scratch, questions, sizeof(double)),
      .sum = core_take(context, &scratch, models, sizeof(double)),
      .column = core_take(context, &scratch, models, sizeof(double)),
      .places = core_take(context, &scratch, models > questions ? models : questions, sizeof(uint32_t)),
      .absent = core_take_matrix(context, &scratch, models, words, sizeof(uint64_t)),
      .absent_words = words,
      .regression = core_take(context, &scratch, 1, sizeof(model_regression)),
      .groups = groups,
      .coefficients = core_take_matrix(context, &scratch, groups, width * CORE_PANEL, sizeof(double)),
      .predicted = core_take_matrix(context, &scratch, groups, PREDICTED * CORE_PANEL, sizeof(double)),
      .constant = core_take(context, &scratch, models, sizeof(double)),
      .own_part = core_take(context, &scratch, models, sizeof(double)),
  };
  core_components_begin(context, &scratch, panels, &work.components);
  coreset_status status = scratch.status;
  if (status == CORESET_OK) status = fill_with_effects(context, &work);
  if (status == CORESET_OK) status = transpose_holes(context, &work);
  int sweeps = holes->binary ? BINARY_SWEEPS : REAL_SWEEPS;
  for (int i = 0; i < sweeps && status == CORESET_OK; i++) status = sweep(context, &work);
  core_release(&scratch);
  return status;
}
