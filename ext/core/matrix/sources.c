/*
** sources.c: which models of a score matrix are sources, and which questions are the benchmark.
**
** Tables of results are ragged: some models ran a coreset only, some ten times as many questions as
** the others, some a part of their own. What belongs together is a block of models and questions.
** For a number of answers t, the block is what is left when nothing changes any more of
**
**     S = the models with at least t answers
**     B = the questions with at least max(3, c/4) answers of S, c the largest number that any question has
**     S loses the models with fewer than half of S's lower median of answers to B
**
** (at least |S| answers in place of 3, where S is smaller). At most LEVELS quantiles of the numbers of
** answers are tried for t. The block with the largest (min(|S|, 30) - 1) |B| wins, of equals the one
** with the most models: thirty sources are enough, and more questions are worth more than a
** thirty-first. Sources are *full* with at least 9/10 of that median: in a matrix that holds the targets
** too, coreset_predict() learns from these, and predicts everyone else.
**
** Everything is counted in integers. Time: for each t and round one pass over the bits of the
** observed cells.
*/
#include "matrix/sources.h"

#include <string.h>

#include "numeric/bits.h"
#include "numeric/sorting.h"

#define LEVELS ((size_t)32)        /* values of t that are tried */
#define FEWEST_ANSWERS ((size_t)3) /* to a question of the benchmark: fewer say nothing about it */
#define SHARE_OF_QUESTION 4        /* a question needs one in so many of the answers that the fullest has */
#define SHARE_OF_SOURCE 2          /* a source needs one in so many of the median */
#define FULL_TENTHS 9              /* and a full one this many tenths */
#define ENOUGH_SOURCES ((size_t)30)
#define COLUMNS ((size_t)255) /* counted together: what core_count_places() does in one pass */
#define QUESTIONS_PER_POLL ((size_t)4096)

/* A block on its way. */
typedef struct block {
  core_sources found; /* without full */
  uint64_t *mask;     /* a bit for each model that is a source */
  size_t *counts;     /* for each question how many sources answered it */
  size_t *histogram;  /* scratch: for each number of answers how many sources have it */
  uint64_t *columns;  /* scratch: COLUMNS columns of the plane */
  size_t *partial;    /* scratch: for each model */
  core_bit_counter count;
} block;

static void take_block(coreset_context *context, core_arena *arena, const coreset_matrix *matrix, block *work) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  work->found.is_source = core_take(context, arena, models, 1);
  work->found.in_benchmark = core_take(context, arena, questions, 1);
  work->found.answered = core_take(context, arena, models, sizeof(size_t));
  work->mask = core_take(context, arena, matrix->words, sizeof(uint64_t));
  work->counts = core_take(context, arena, questions, sizeof(size_t));
  work->histogram = core_take(context, arena, questions + 1, sizeof(size_t));
  work->columns = core_take_matrix(context, arena, COLUMNS, matrix->words, sizeof(uint64_t));
  work->partial = core_take(context, arena, models, sizeof(size_t));
  work->count = core_choose_bit_counter();
}

/* B: counts the answers of the sources, and takes the questions with enough of them. */
static coreset_status choose_questions(coreset_context *context, const coreset_matrix *matrix, block *work) {
  size_t words = matrix->words, largest = 0, sources = work->found.source_count;
  memset(work->mask, 0, words * sizeof(uint64_t));
  for (size_t m = 0; m < matrix->models.count; m++) {
    work->mask[m / 64] |= (uint64_t)work->found.is_source[m] << (m % 64);
  }
  for (size_t q = 0; q < matrix->questions.count; q++) {
    coreset_status status = core_poll_every(context, QUESTIONS_PER_POLL);
    if (status != CORESET_OK) return status;
    work->counts[q] = work->count(matrix->observed + q * words, work->mask, words);
    if (work->counts[q] > largest) largest = work->counts[q];
  }
  size_t needed = largest / SHARE_OF_QUESTION + (largest % SHARE_OF_QUESTION != 0);
  size_t fewest = sources < FEWEST_ANSWERS ? sources : FEWEST_ANSWERS;
  if (needed < fewest) needed = fewest;
  work->found.question_count = 0;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    work->found.in_benchmark[q] = work->counts[q] >= needed;
    work->found.question_count += work->found.in_benchmark[q];
  }
  return CORESET_OK;
}

/* Adds the answers to a number of gathered columns to those of each model, or takes them away. */
static void add_columns(const coreset_matrix *matrix, block *work, size_t gathered, int take_away) {
  size_t *answered = work->found.answered;
  core_count_places(work->columns, gathered, matrix->models.count, work->partial);
  for (size_t m = 0; m < matrix->models.count; m++) {
    answered[m] = take_away ? answered[m] - work->partial[m] : answered[m] + work->partial[m];
  }
}

/* For each model how many questions of B it answered: by counting these, or the others, whichever are
** fewer. */
static coreset_status count_answers(coreset_context *context, const coreset_matrix *matrix, block *work) {
  size_t words = matrix->words, questions = matrix->questions.count, gathered = 0;
  int others = 2 * work->found.question_count > questions;
  coreset_status status = CORESET_OK;
  for (size_t m = 0; m < matrix->models.count; m++) work->found.answered[m] = others ? matrix->answered[m] : 0;
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    status = core_poll_every(context, QUESTIONS_PER_POLL);
    if (work->found.in_benchmark[q] == others) continue;
    memcpy(work->columns + gathered++ * words, matrix->observed + q * words, words * sizeof(uint64_t));
    if (gathered < COLUMNS) continue;
    add_columns(matrix, work, gathered, others);
    gathered = 0;
  }
  if (gathered > 0) add_columns(matrix, work, gathered, others);
  return status;
}

/* The lower median of the sources' numbers of answers to B. */
static size_t median_of_sources(const coreset_matrix *matrix, block *work) {
  size_t below = (work->found.source_count - 1) / 2, median = 0;
  memset(work->histogram, 0, (matrix->questions.count + 1) * sizeof(size_t));
  for (size_t m = 0; m < matrix->models.count; m++) {
    if (work->found.is_source[m]) work->histogram[work->found.answered[m]]++;
  }
  while (work->histogram[median] <= below) below -= work->histogram[median++];
  return median;
}

/* Shrinks the sources until nothing changes. */
static coreset_status settle(coreset_context *context, const coreset_matrix *matrix, block *work) {
  for (;;) {
    size_t before = work->found.source_count;
    coreset_status status = choose_questions(context, matrix, work);
    if (status == CORESET_OK) status = count_answers(context, matrix, work);
    if (status != CORESET_OK || before < 2) return status;
    size_t median = median_of_sources(matrix, work);
    for (size_t m = 0; m < matrix->models.count; m++) {
      if (!work->found.is_source[m] || SHARE_OF_SOURCE * work->found.answered[m] >= median) continue;
      work->found.is_source[m] = 0;
      work->found.source_count--;
    }
    if (work->found.source_count == before) return CORESET_OK;
  }
}

/* The different numbers of answers of the candidates, from the most to the fewest, thinned out to
** LEVELS; how many. */
static size_t find_levels(const coreset_matrix *matrix, const unsigned char *candidates, size_t *histogram,
                          size_t *levels) {
  size_t different = 0, seen = 0, count = 0;
  for (size_t m = 0; m < matrix->models.count; m++) {
    if ((candidates == NULL || candidates[m]) && matrix->answered[m] > 0) histogram[matrix->answered[m]] = 1;
  }
  for (size_t n = 1; n <= matrix->questions.count; n++) different += histogram[n];
  for (size_t n = matrix->questions.count; n > 0; n--) {
    if (!histogram[n]) continue;
    /* number i of those kept is number i (different - 1) / (LEVELS - 1) */
    if (different <= LEVELS || seen == count * (different - 1) / (LEVELS - 1)) levels[count++] = n;
    seen++;
  }
  return count;
}

/* How much a block is worth. */
static size_t value_of(const core_sources *found) {
  size_t sources = found->source_count < ENOUGH_SOURCES ? found->source_count : ENOUGH_SOURCES;
  return sources == 0 ? 0 : (sources - 1) * found->question_count;
}

/* The best block of a matrix with missing cells. */
static coreset_status find_block(coreset_context *context, const coreset_matrix *matrix,
                                 const unsigned char *candidates, block *tried, block *best) {
  size_t levels[LEVELS], models = matrix->models.count, best_value = 0;
  size_t count = find_levels(matrix, candidates, tried->histogram, levels);
  for (size_t i = 0; i < count; i++) {
    tried->found.source_count = 0;
    for (size_t m = 0; m < models; m++) {
      tried->found.is_source[m] = (candidates == NULL || candidates[m]) && matrix->answered[m] >= levels[i];
      tried->found.source_count += tried->found.is_source[m];
    }
    coreset_status status = settle(context, matrix, tried);
    if (status != CORESET_OK) return status;
    if (i > 0 && value_of(&tried->found) < best_value) continue;
    best_value = value_of(&tried->found);
    block swap = *best; /* the arrays of the two change places */
    *best = *tried;
    *tried = swap;
  }
  return CORESET_OK;
}

/* Every candidate is a source, and every question in the benchmark, where no cell is missing. */
static void take_all(const coreset_matrix *matrix, const unsigned char *candidates, core_sources *sources) {
  for (size_t m = 0; m < matrix->models.count; m++) {
    sources->answered[m] = matrix->questions.count;
    sources->is_source[m] = candidates == NULL || candidates[m];
    sources->source_count += sources->is_source[m];
  }
  sources->question_count = matrix->questions.count;
  memset(sources->in_benchmark, 1, matrix->questions.count);
}

/* Two ids of questions for one: they would halve the benchmark without a word. */
static coreset_status check_twins(coreset_context *context, const coreset_matrix *matrix) {
  size_t integer, text;
  char integer_text[CORE_ID_TEXT_SIZE], text_text[CORE_ID_TEXT_SIZE];
  if (core_matrix_twins(matrix, &integer, &text) == 0) return CORESET_OK;
  coreset_id first = coreset_matrix_question(matrix, integer), second = coreset_matrix_question(matrix, text);
  return core_fail(context, CORESET_ERROR,
                   "questions %s and %s are both in the matrix, and no model answered both: some ids are INTEGER and "
                   "some TEXT; CAST(question AS TEXT) makes them one",
                   core_id_format(&first, integer_text), core_id_format(&second, text_text));
}

coreset_status core_find_sources(coreset_context *context, core_arena *arena, const coreset_matrix *matrix,
                                 const unsigned char *candidates, core_sources *sources) {
  core_arena scratch = {0};
  block tried = {0}, best = {0};
  size_t models = matrix->models.count, full = 0;
  coreset_status status = check_twins(context, matrix);
  if (status != CORESET_OK) return status;
  *sources = (core_sources){
      .is_source = core_take(context, arena, models, 1),
      .is_full = core_take(context, arena, models, 1),
      .in_benchmark = core_take(context, arena, matrix->questions.count, 1),
      .answered = core_take(context, arena, models, sizeof(size_t)),
  };
  take_block(context, &scratch, matrix, &tried);
  take_block(context, &scratch, matrix, &best);
  status = arena->status != CORESET_OK ? arena->status : scratch.status;
  if (status == CORESET_OK && matrix->observed == NULL) {
    take_all(matrix, candidates, &best.found);
  } else if (status == CORESET_OK) {
    status = find_block(context, matrix, candidates, &tried, &best);
  }
  if (status == CORESET_OK) {
    size_t median = best.found.source_count > 0 ? median_of_sources(matrix, &best) : 0;
    memcpy(sources->is_source, best.found.is_source, models);
    memcpy(sources->in_benchmark, best.found.in_benchmark, matrix->questions.count);
    memcpy(sources->answered, best.found.answered, models * sizeof(size_t));
    for (size_t m = 0; m < models; m++) {
      sources->is_full[m] = sources->is_source[m] && 10 * sources->answered[m] >= FULL_TENTHS * median;
      full += sources->is_full[m];
    }
    sources->source_count = best.found.source_count;
    sources->full_count = full;
    sources->question_count = best.found.question_count;
  }
  core_release(&scratch);
  return status;
}
