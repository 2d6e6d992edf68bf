/*
** items.c: what the owner of a benchmark must know of its questions.
**
** Rows are the questions of the benchmark (matrix/sources.c), from the answers of all models of the matrix. With x_mq the
** score of model m on question q, A the models that answered q, and n_m the questions of the matrix that m answered,
**
**     answered        |A|
**     mean            mean over A of x_mq
**     discrimination  r, Pearson's correlation over A of x_mq with y_mq = (sum_k x_mk - x_mq) / (n_m - 1), the plain mean of
**                     the model's other questions; models without others are left out
**     p_value         P(|T| > |r| sqrt((n - 2) / (1 - r^2))), T of Student's distribution with n - 2 degrees of freedom, n
**                     the models of r: how probable so strong a correlation is where there is none
**
** NaN where there is no such number: without answers, where all x or all y are equal, and p_value with n < 3.
**
** constant_among_best: whether the best models that answered q, two at least, scored the same on it. The best are taken
** from the full sources, by their mean over the benchmark, weighted by the questions' weights; of equals the first.
**
** duplicate_of: the first question of the benchmark before q on which all models that answered both scored the same.
** Questions that have nothing to do with each other do so by chance, the more easily the fewer models or different
** scores there are; and easy ones do because the same bad models fail. So at least FEWEST_SHARED models must have
** answered both, and among models that are about equally good their scores could be arranged in many ways: with the
** models by their mean in groups of ALIKE, and in a group n models of whom n_1 scored the one, n_2 another, ...,
**
**     product over the groups of n! / (n_1! n_2! ...) >= CHANCE N,   N the questions of the benchmark
**
** Fewer than one question in CHANCE then has such a partner by chance. What all models got right, or all but the worst,
** is no duplicate.
**
** The pairs are searched by bits: of two values the one that is higher, of others whether a score is above the mean of
** all; equal scores have equal bits. Time: two passes over the cells, and a word for each pair of questions.
*/
#include <math.h>
#include <string.h>

#include "matrix/sources.h"
#include "numeric/elementary.h"
#include "numeric/sorting.h"
#include "numeric/student.h"
#include "numeric/sums.h"

#define DEFAULT_SHARE 4           /* one in so many sources is among the best */
#define FEWEST_BEST ((size_t)2)   /* one alone always scores the same */
#define FEWEST_SHARED ((size_t)8) /* models; fewer say nothing */
#define ALIKE 8                   /* models that stand next to each other by their means are about equally good */
#define CHANCE 20                 /* one question in so many may have a duplicate by chance */
#define OPERATIONS ((size_t)8)    /* that a cell takes */

struct coreset_items {
  core_arena arena;             /* of all that follows; must be first */
  const coreset_matrix *matrix; /* borrowed */
  core_sources sources;         /* what is the benchmark, and of whom the best are taken */
  uint32_t *ranking;            /* the models by their mean over the benchmark, the highest first; those without last */
  size_t best_count;            /* how many of them, full sources only, are the best */
  double *sums;                 /* for each model the sum of its scores */
  size_t *counts;               /* and how many they are */
  const uint64_t *bits;         /* for each question a bit of each model's score */
  uint64_t *heads, *seen;       /* of each question the first word of its bits, and which of them are known */
  double *x, *y;                /* working memory, one for each model */
  size_t next;                  /* question to look at */
};

void coreset_items_free(coreset_items *items) {
  if (items != NULL) core_release(&items->arena);
}

/* ------------------------------------------------------------------------
** Starting
*/

/* Sums and counts of all models, and what they are ordered by: their means over the benchmark, with the sign changed. */
static coreset_status add_up(coreset_context *context, coreset_items *self, double *order) {
  const coreset_matrix *matrix = self->matrix;
  size_t models = matrix->models.count, questions = matrix->questions.count;
  core_arena scratch = {0};
  core_sum *sums = core_take(context, &scratch, models, sizeof(core_sum));
  core_sum *weighted = core_take(context, &scratch, models, sizeof(core_sum));
  core_sum *weights = core_take(context, &scratch, models, sizeof(core_sum));
  coreset_status status = scratch.status;
  double largest = 0;
  int exponent;
  for (size_t q = 0; q < questions; q++) largest = fmax(largest, coreset_matrix_weight(matrix, q));
  frexp(largest, &exponent); /* weights below 1: products cannot overflow */
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    double weight = ldexp(coreset_matrix_weight(matrix, q), -exponent), score;
    for (size_t m = 0; m < models; m++) {
      if (!coreset_matrix_cell(matrix, m, q, &score, NULL)) continue;
      core_sum_add(&sums[m], score);
      self->counts[m]++;
      if (!self->sources.in_benchmark[q]) continue;
      core_sum_add(&weighted[m], weight * score);
      core_sum_add(&weights[m], weight);
    }
    status = core_poll_work(context, OPERATIONS * models);
  }
  for (size_t m = 0; m < models && status == CORESET_OK; m++) {
    self->sums[m] = core_sum_value(&sums[m]);
    double all = core_sum_value(&weights[m]);
    order[m] = all > 0 ? -core_sum_value(&weighted[m]) / all : INFINITY;
  }
  core_release(&scratch);
  return status;
}

/* The bits of scores of more than two values. */
static coreset_status make_bits(coreset_context *context, coreset_items *self) {
  const coreset_matrix *matrix = self->matrix;
  size_t models = matrix->models.count, questions = matrix->questions.count;
  uint64_t *bits = core_take_matrix(context, &self->arena, questions, matrix->words, sizeof(uint64_t));
  coreset_status status = self->arena.status;
  double threshold = core_total(self->sums, models) / (double)matrix->cells;
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    for (size_t m = 0; m < models; m++) {
      uint64_t one = core_matrix_observed(matrix, m, q) && matrix->values[q * models + m] > threshold;
      bits[q * matrix->words + m / 64] |= one << (m % 64);
    }
    status = core_poll_work(context, models);
  }
  self->bits = bits;
  return status;
}

/* What duplicates are found by. */
static coreset_status start_duplicates(coreset_context *context, coreset_items *self) {
  const coreset_matrix *matrix = self->matrix;
  coreset_status status = CORESET_OK;
  self->bits = matrix->ones;
  if (matrix->ones == NULL) status = make_bits(context, self);
  for (size_t q = 0; q < matrix->questions.count && status == CORESET_OK; q++) {
    self->heads[q] = self->bits[q * matrix->words];
    self->seen[q] = matrix->observed == NULL ? UINT64_MAX : matrix->observed[q * matrix->words];
  }
  return status;
}

/* Errors: CORESET_TOO_LITTLE with fewer than two sources; CORESET_ERROR where ids are mixed up; CORESET_NO_MEMORY;
** CORESET_INTERRUPTED. */
coreset_status coreset_items_new(coreset_context *context, const coreset_matrix *matrix, coreset_items **result) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  coreset_items *self = core_object(context, sizeof(*self));
  *result = NULL;
  if (self == NULL) return CORESET_NO_MEMORY;
  core_arena *arena = &self->arena, scratch = {0};
  self->matrix = matrix;
  self->ranking = core_take(context, arena, models, sizeof(*self->ranking));
  self->sums = core_take(context, arena, models, sizeof(double));
  self->counts = core_take(context, arena, models, sizeof(size_t));
  self->heads = core_take(context, arena, questions, sizeof(uint64_t));
  self->seen = core_take(context, arena, questions, sizeof(uint64_t));
  self->x = core_take(context, arena, models, sizeof(double));
  self->y = core_take(context, arena, models, sizeof(double));
  double *order = core_take(context, &scratch, models, sizeof(double));
  coreset_status status = arena->status != CORESET_OK ? arena->status : scratch.status;
  if (status == CORESET_OK) status = core_find_sources(context, arena, matrix, NULL, &self->sources);
  if (status == CORESET_OK && self->sources.full_count < FEWEST_BEST) {
    status = core_fail(context, CORESET_TOO_LITTLE,
                       "questions are judged by models that answered the same ones, two at least, got %zu",
                       self->sources.full_count);
  }
  if (status == CORESET_OK) status = add_up(context, self, order);
  if (status == CORESET_OK) status = core_argsort(context, order, models, self->ranking);
  if (status == CORESET_OK) status = start_duplicates(context, self);
  if (status == CORESET_OK) {
    size_t best = self->sources.full_count / DEFAULT_SHARE;
    self->best_count = best > FEWEST_BEST ? best : FEWEST_BEST;
  }
  core_release(&scratch);
  *result = core_made_object(status, self);
  return status;
}

size_t coreset_items_source_count(const coreset_items *items) {
  return items->sources.full_count;
}

size_t coreset_items_best(const coreset_items *items) {
  return items->best_count;
}

/* Errors: CORESET_ERROR for a number out of range. */
coreset_status coreset_items_set_best(coreset_context *context, coreset_items *self, size_t best) {
  if (best < FEWEST_BEST || best > self->sources.full_count) {
    return core_fail(context, CORESET_ERROR, "best must be between %zu and %zu, the models that are sources, got %zu",
                     FEWEST_BEST, self->sources.full_count, best);
  }
  self->best_count = best;
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** One question
*/

/* Replaces values by their distances from the mean, on a scale with magnitudes up to 1: 0 if all are equal. */
static int centre(double *values, size_t count) {
  double first = count > 0 ? values[0] : 0, sum = 0, largest = 0;
  for (size_t i = 0; i < count; i++) { /* from the first: where values differ little this loses nothing */
    values[i] -= first;
    largest = fmax(largest, fabs(values[i]));
  }
  if (!(largest > 0)) return 0;
  for (size_t i = 0; i < count; i++) sum += values[i] /= largest;
  double mean = sum / (double)count;
  for (size_t i = 0; i < count; i++) values[i] -= mean;
  return 1;
}

/* Pearson's correlation; NaN where there is none. */
static double correlation(double *x, double *y, size_t count) {
  double xx = 0, yy = 0, xy = 0;
  if (!centre(x, count) || !centre(y, count)) return NAN;
  for (size_t i = 0; i < count; i++) {
    xx += x[i] * x[i];
    yy += y[i] * y[i];
    xy += x[i] * y[i];
  }
  return fmin(fmax(xy / sqrt(xx * yy), -1), 1);
}

/* answered, mean, discrimination and p_value. */
static void describe(coreset_items *self, coreset_item *item) {
  core_sum sum = {0, 0};
  size_t count = 0;
  for (size_t m = 0; m < self->matrix->models.count; m++) {
    double score;
    if (!coreset_matrix_cell(self->matrix, m, item->question, &score, NULL)) continue;
    core_sum_add(&sum, score);
    item->answered++;
    if (self->counts[m] < 2) continue;
    self->x[count] = score;
    self->y[count++] = (self->sums[m] - score) / (double)(self->counts[m] - 1);
  }
  item->mean = core_sum_value(&sum) / (double)item->answered; /* NaN without answers */
  double r = item->discrimination = correlation(self->x, self->y, count);
  if (count < 3 || isnan(r)) return;
  double left = (1 - r) * (1 + r);
  item->p_value = left > 0 ? core_student_tail(fabs(r) * sqrt((double)(count - 2) / left), count - 2) : 0;
}

/* 1, 0, or -1 where fewer than two of the best answered. */
static int is_constant_among_best(const coreset_items *self, size_t question) {
  double first = NAN, score;
  size_t answered = 0, best = 0;
  for (size_t i = 0; best < self->best_count; i++) {
    size_t model = self->ranking[i];
    if (!self->sources.is_full[model]) continue;
    best++;
    if (!coreset_matrix_cell(self->matrix, model, question, &score, NULL)) continue;
    if (answered++ == 0) first = score;
    if (islessgreater(score, first)) return 0;
  }
  return answered < 2 ? -1 : 1;
}

/* ------------------------------------------------------------------------
** Duplicates
*/

/* Whether the bits of two questions agree where both are known: the cheap test, which decides mostly. */
static int bits_agree(const coreset_items *self, size_t a, size_t b) {
  const coreset_matrix *matrix = self->matrix;
  size_t words = matrix->words;
  for (size_t w = 0; w < words; w++) {
    uint64_t both = UINT64_MAX;
    if (matrix->observed != NULL) both = matrix->observed[a * words + w] & matrix->observed[b * words + w];
    if ((self->bits[a * words + w] ^ self->bits[b * words + w]) & both) return 0;
  }
  return 1;
}

/* Whether all models that answered both questions scored the same, and that is no chance. */
static int are_same(const coreset_items *self, size_t a, size_t b) {
  size_t models = self->matrix->models.count, shared = 0;
  double needed = core_log(CHANCE * (double)self->sources.question_count);
  for (size_t start = 0; start < models; start += ALIKE) {
    double group[ALIKE], other;
    size_t count = 0;
    for (size_t i = start; i < start + ALIKE && i < models; i++) {
      size_t model = self->ranking[i], equal = 0;
      if (!coreset_matrix_cell(self->matrix, model, a, &group[count], NULL)) continue;
      if (!coreset_matrix_cell(self->matrix, model, b, &other, NULL)) continue;
      if (islessgreater(group[count], other)) return 0;
      for (size_t j = 0; j < count; j++) equal += islessgreater(group[j], group[count]) ? 0 : 1;
      count++;
      if (equal + 1 < count) needed -= core_log((double)count / (double)(equal + 1));
    }
    shared += count;
  }
  return shared >= FEWEST_SHARED && needed <= 0;
}

/* The first duplicate before a question, or -1. */
static coreset_status find_duplicate(coreset_context *context, const coreset_items *self, size_t question,
                                     ptrdiff_t *duplicate) {
  uint64_t head = self->heads[question], seen = self->seen[question];
  coreset_status status = core_poll_work(context, question);
  *duplicate = -1;
  for (size_t other = 0; other < question && status == CORESET_OK; other++) {
    if (((self->heads[other] ^ head) & self->seen[other] & seen) != 0) continue;
    if (!self->sources.in_benchmark[other] || !bits_agree(self, other, question)) continue;
    if (are_same(self, other, question)) {
      *duplicate = (ptrdiff_t)other;
      break;
    }
    if (!are_same(self, question, question)) break; /* with all of its scores it could not be */
    status = core_poll_work(context, OPERATIONS * self->matrix->models.count);
  }
  return status;
}

coreset_status coreset_items_next(coreset_context *context, coreset_items *self, coreset_item *item) {
  size_t questions = self->matrix->questions.count;
  while (self->next < questions && !self->sources.in_benchmark[self->next]) self->next++;
  if (self->next == questions) return CORESET_DONE;
  *item = (coreset_item){.duplicate_of = -1, .question = self->next, .discrimination = NAN, .p_value = NAN};
  describe(self, item);
  item->constant_among_best = is_constant_among_best(self, item->question);
  coreset_status status = core_poll_work(context, OPERATIONS * self->matrix->models.count);
  if (status == CORESET_OK) status = find_duplicate(context, self, item->question, &item->duplicate_of);
  if (status == CORESET_OK) self->next++;
  return status;
}
