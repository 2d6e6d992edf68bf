/*
** builder.c: from rows in any order to a score matrix.
**
** While rows come in, models and questions are numbered (intern.c) and each score is put
** down: in two bits as long as there are at most two different scores and no pair repeats
** (bit_log.c), otherwise in 14 bytes with its numbers. At the end the identifiers are
** sorted once and the scores are dealt out to their cells:
**
**   * bits to bits;
**   * rows, when no pair repeats, straight into values, or into bits where all scores
**     together take at most two values;
**   * otherwise into sums and counts, one of each for every cell. Adding to a sum
**     may round; what rounding loses is put on a list, and the few sums that have
**     something there are made exact again with integers (exact.c).
**
** Sums are exact, so neither the order of the rows nor the way they were spread over
** shards makes a difference.
*/
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matrix/bit_log.h"
#include "matrix/intern.h"
#include "matrix/matrix.h"
#include "numeric/bits.h"
#include "numeric/sums.h"

#define FIRST_ROWS ((size_t)1024)     /* rows of the first block of the log; each next one has twice as many, */
#define LARGEST_ROWS ((size_t)299000) /* up to this: just below two large pages */
#define ROWS_PER_POLL 65536
#define BYTES_PER_ROW (sizeof(double) + sizeof(uint32_t) + sizeof(uint16_t))
#define CHUNK_MODELS ((uint32_t)1 << 16) /* models that a row of a block tells apart */

/* A block of the log: rows with a score. */
typedef struct log_chunk {
  struct log_chunk *next; /* the block begun before */
  uint32_t first_model;   /* that it can hold: a multiple of CHUNK_MODELS */
  size_t count;           /* rows in use */
  size_t capacity;        /* room */
  double *scores;         /* theirs; the three arrays lie behind the block */
  uint32_t *questions;    /* in order of appearance */
  uint16_t *models;       /* in order of appearance, less first_model */
} log_chunk;

/* What a merged cell holds beyond one score, or what adding lost. */
typedef struct extra {
  uint64_t cell;  /* while rows come in: model << 32 | question; later the cell's number */
  double part;    /* to add to its sum; may be 0 */
  uint64_t count; /* to add to its count */
} extra;

struct coreset_builder {
  core_intern models, questions; /* numbers for identifiers */
  core_bit_log bits;             /* the scores, as long as bits will do */
  log_chunk *log;                /* the blocks of the others, from the newest on */
  log_chunk **open;              /* for every CHUNK_MODELS models the block that is being filled, or NULL */
  size_t open_capacity;          /* room in open */
  extra *extras;                 /* from merged matrices */
  size_t extra_count;            /* how many */
  size_t extra_capacity;         /* room */
  double *weights;               /* for each question, in order of appearance */
  size_t weight_capacity;        /* room */
  core_spread spread;            /* of the scores in the log */
};

coreset_status coreset_builder_new(coreset_context *context, coreset_builder **builder) {
  *builder = core_allocate(context, 1, sizeof(**builder));
  if (*builder == NULL) return CORESET_NO_MEMORY;
  return CORESET_OK;
}

static void free_log(coreset_builder *builder) {
  while (builder->log != NULL) {
    log_chunk *next = builder->log->next;
    coreset_free(builder->log);
    builder->log = next;
  }
  coreset_free(builder->open);
  builder->open = NULL;
  builder->open_capacity = 0;
}

void coreset_builder_free(coreset_builder *builder) {
  if (builder == NULL) return;
  core_intern_release(&builder->models);
  core_intern_release(&builder->questions);
  core_bit_log_release(&builder->bits);
  free_log(builder);
  coreset_free(builder->extras);
  coreset_free(builder->weights);
  coreset_free(builder);
}

/* ------------------------------------------------------------------------
** Taking rows
*/

/* Begins the block for the rows of a model. */
static coreset_status begin_chunk(coreset_context *context, coreset_builder *builder, uint32_t model) {
  size_t place = model / CHUNK_MODELS, known = builder->open_capacity, capacity = FIRST_ROWS;
  coreset_status status =
      core_grow(context, (void **)&builder->open, &builder->open_capacity, place + 1, sizeof(log_chunk *));
  log_chunk *chunk;
  if (status != CORESET_OK) return status;
  for (; known < builder->open_capacity; known++) builder->open[known] = NULL;
  if (builder->open[place] != NULL) capacity = 2 * builder->open[place]->capacity;
  if (capacity > LARGEST_ROWS) capacity = LARGEST_ROWS;
  chunk = core_allocate(context, 1, sizeof(*chunk) + capacity * BYTES_PER_ROW);
  if (chunk == NULL) return CORESET_NO_MEMORY;
  chunk->capacity = capacity;
  chunk->scores = (double *)(chunk + 1);
  chunk->questions = (uint32_t *)(chunk->scores + capacity);
  chunk->models = (uint16_t *)(chunk->questions + capacity);
  chunk->first_model = (uint32_t)place * CHUNK_MODELS;
  chunk->next = builder->log;
  builder->log = builder->open[place] = chunk;
  return CORESET_OK;
}

static __attribute__((noinline)) coreset_status add_to_log(coreset_context *context, coreset_builder *builder,
                                                           uint32_t model, uint32_t question, double score) {
  size_t place = model / CHUNK_MODELS;
  log_chunk *chunk = place < builder->open_capacity ? builder->open[place] : NULL;
  if (chunk == NULL || chunk->count == chunk->capacity) {
    coreset_status status = begin_chunk(context, builder, model);
    if (status != CORESET_OK) return status;
    chunk = builder->log;
  }
  chunk->scores[chunk->count] = score;
  chunk->questions[chunk->count] = question;
  chunk->models[chunk->count++] = (uint16_t)(model % CHUNK_MODELS);
  core_spread_add(&builder->spread, score);
  return CORESET_OK;
}

/* What core_bit_log_spill() hands over. */
typedef struct spilling {
  coreset_context *context;
  coreset_builder *builder;
} spilling;

static coreset_status take_spilled(void *data, uint32_t model, uint32_t question, double score) {
  spilling *to = data;
  return add_to_log(to->context, to->builder, model, question, score);
}

/* From bits to rows, for good. */
static coreset_status spill_bits(coreset_context *context, coreset_builder *builder) {
  spilling to = {context, builder};
  return core_bit_log_spill(&builder->bits, take_spilled, &to);
}

/* Puts down a score that the bits did not take. */
static coreset_status add_unexpected(coreset_context *context, coreset_builder *builder, uint32_t model,
                                     uint32_t question, double score) {
  int possible;
  coreset_status status = core_bit_log_prepare(context, &builder->bits, model, question, score, &possible);
  if (status == CORESET_OK && possible && core_bit_log_take(&builder->bits, model, question, score)) {
    return CORESET_OK;
  }
  if (status == CORESET_OK) status = spill_bits(context, builder);
  return status == CORESET_OK ? add_to_log(context, builder, model, question, score) : status;
}

/* Puts down a score of at most CORESET_LARGEST_SCORE. */
static inline coreset_status add_score(coreset_context *context, coreset_builder *builder, uint32_t model,
                                       uint32_t question, double score) {
  score += 0.0; /* -0 becomes 0 */
  if (builder->bits.closed) return add_to_log(context, builder, model, question, score);
  if (core_bit_log_take(&builder->bits, model, question, score)) return CORESET_OK;
  return add_unexpected(context, builder, model, question, score);
}

/* Numbers a question and checks its weight against what is known of it. */
static coreset_status add_question(coreset_context *context, coreset_builder *builder, const coreset_id *question,
                                   double weight, uint32_t *index) {
  char text[CORE_ID_TEXT_SIZE];
  size_t known = builder->questions.count;
  coreset_status status = CORESET_OK;
  if (!(weight >= 0 && weight < INFINITY)) {
    return core_fail(context, CORESET_ERROR, "the weight of question %s must be finite and not negative, got %.15g",
                     core_id_format(question, text), weight);
  }
  if (known == builder->weight_capacity) {
    status = core_grow(context, (void **)&builder->weights, &builder->weight_capacity, known + 1, sizeof(double));
  }
  if (status == CORESET_OK) status = core_intern_add(context, &builder->questions, question, index);
  if (status != CORESET_OK) return status;
  if (*index == known) {
    builder->weights[known] = weight;
  } else if (islessgreater(weight, builder->weights[*index])) {
    double before = builder->weights[*index];
    int digits = fabs(weight - before) < 1e-13 * before ? 17 : 15; /* as many as it takes to tell them apart */
    return core_fail(context, CORESET_ERROR, "the weight of question %s is %.*g here and was %.*g before",
                     core_id_format(question, text), digits, weight, digits, before);
  }
  return CORESET_OK;
}

/* Takes any row. */
static __attribute__((noinline)) coreset_status add_row(coreset_context *context, coreset_builder *builder,
                                                        const coreset_id *model, const coreset_id *question,
                                                        const double *score, double weight) {
  char model_text[CORE_ID_TEXT_SIZE], question_text[CORE_ID_TEXT_SIZE];
  uint32_t model_index, question_index;
  coreset_status status;
  if (score != NULL && !(fabs(*score) <= CORESET_LARGEST_SCORE)) {
    return core_fail(context, CORESET_ERROR,
                     "the score of model %s on question %s must be between -%g and %g, got %.15g",
                     core_id_format(model, model_text), core_id_format(question, question_text), CORESET_LARGEST_SCORE,
                     CORESET_LARGEST_SCORE, *score);
  }
  status = core_intern_add(context, &builder->models, model, &model_index);
  if (status == CORESET_OK) status = add_question(context, builder, question, weight, &question_index);
  if (status != CORESET_OK || score == NULL) return status;
  return add_score(context, builder, model_index, question_index, *score);
}

/* Nearly all rows of a sorted table are as expected: both identifiers follow the ones before
** as they did last time, and bits hold the score, or none of the scores. Such a row takes the
** short way through here; what is called from it is not inlined, to keep it short. */
coreset_status coreset_builder_add(coreset_context *context, coreset_builder *builder, const coreset_id *model,
                                   const coreset_id *question, const double *score, double weight) {
  uint32_t m = core_intern_guess(&builder->models, model);
  uint32_t q = core_intern_guess(&builder->questions, question);
  if (m != CORE_INTERN_NONE && q != CORE_INTERN_NONE && score != NULL &&
      core_bits_of(weight) == core_bits_of(builder->weights[q])) {
    int taken = core_bit_log_take(&builder->bits, m, q, *score);
    if (taken || (builder->bits.closed && fabs(*score) <= CORESET_LARGEST_SCORE)) {
      builder->models.last = m;
      builder->questions.last = q;
      return taken ? CORESET_OK : add_to_log(context, builder, m, q, *score + 0.0); /* -0 becomes 0 */
    }
  }
  return add_row(context, builder, model, question, score, weight);
}

static coreset_status add_extra(coreset_context *context, coreset_builder *builder, uint32_t model, uint32_t question,
                                double part, uint64_t count) {
  coreset_status status =
      core_grow(context, (void **)&builder->extras, &builder->extra_capacity, builder->extra_count + 1, sizeof(extra));
  if (status != CORESET_OK) return status;
  builder->extras[builder->extra_count].cell = (uint64_t)model << 32 | question;
  builder->extras[builder->extra_count].part = part;
  builder->extras[builder->extra_count].count = count;
  builder->extra_count++;
  return CORESET_OK;
}

/* Adds one cell of a matrix: the first part of its sum as a row, the rest as extras. */
static coreset_status add_cell(coreset_context *context, coreset_builder *builder, const coreset_matrix *matrix,
                               size_t model, size_t question, uint32_t model_index, uint32_t question_index) {
  size_t cell = question * matrix->models.count + model;
  double value, first, second = 0;
  uint64_t count;
  coreset_status status = CORESET_OK;
  if (!coreset_matrix_cell(matrix, model, question, &value, &count)) return CORESET_OK;
  first = value;
  if (matrix->sums != NULL) {
    first = matrix->sums[cell];
  } else if (count > 1) {
    first = value * (double)count;
    second = fma(value, (double)count, -first);
  }
  if (count > 1) status = add_extra(context, builder, model_index, question_index, second, count - 1);
  if (status != CORESET_OK) return status;
  return add_score(context, builder, model_index, question_index, first);
}

coreset_status coreset_builder_add_matrix(coreset_context *context, coreset_builder *builder,
                                          const coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count, m, q, p;
  uint32_t *model_index = core_allocate(context, models, sizeof(uint32_t));
  uint32_t *question_index = core_allocate(context, questions, sizeof(uint32_t));
  coreset_status status = model_index == NULL || question_index == NULL ? CORESET_NO_MEMORY : CORESET_OK;
  for (m = 0; m < models && status == CORESET_OK; m++) {
    coreset_id id = core_id_list_get(&matrix->models, m);
    status = core_intern_add(context, &builder->models, &id, &model_index[m]);
  }
  for (q = 0; q < questions && status == CORESET_OK; q++) {
    coreset_id id = core_id_list_get(&matrix->questions, q);
    status = add_question(context, builder, &id, coreset_matrix_weight(matrix, q), &question_index[q]);
  }
  for (q = 0; q < questions && status == CORESET_OK; q++) {
    if (q % core_matrix_block(matrix) == 0) status = core_poll(context);
    for (m = 0; m < models && status == CORESET_OK; m++) {
      status = add_cell(context, builder, matrix, m, q, model_index[m], question_index[q]);
    }
  }
  for (p = 0; p < matrix->part_count && status == CORESET_OK; p++) {
    const core_matrix_part *part = &matrix->parts[p];
    status = add_extra(context, builder, model_index[part->cell % models], question_index[part->cell / models],
                       part->part, 0);
  }
  coreset_free(model_index);
  coreset_free(question_index);
  return status;
}

/* ------------------------------------------------------------------------
** Dealing rows out to cells
*/

/* What finishing works with. */
typedef struct finishing {
  coreset_builder *builder;
  coreset_matrix *matrix;  /* under construction */
  uint32_t *model_rank;    /* for each model in order of appearance its index in the matrix */
  uint32_t *question_rank; /* the same for questions */
  extra *lost;             /* by cell: what the sums do not hold; the builder's extras come first */
  size_t lost_count;       /* how many */
  size_t lost_capacity;    /* room */
} finishing;

/* The weights in the order of the questions, where any is not 1. */
static coreset_status order_weights(coreset_context *context, finishing *work) {
  size_t questions = work->matrix->questions.count, q;
  int equal = 1;
  for (q = 0; q < questions; q++) equal = equal && !islessgreater(work->builder->weights[q], 1);
  if (equal) return CORESET_OK;
  work->matrix->weights = core_allocate(context, questions, sizeof(double));
  if (work->matrix->weights == NULL) return CORESET_NO_MEMORY;
  for (q = 0; q < questions; q++) work->matrix->weights[work->question_rank[q]] = work->builder->weights[q] + 0.0;
  return CORESET_OK;
}

/* Deals out to the observed plane, and to the ones or the values, whichever is there.
** *repeated: a pair came twice, and all of them are useless. */
static coreset_status place_scores(coreset_context *context, const finishing *work, int *repeated) {
  coreset_matrix *matrix = work->matrix;
  size_t words = matrix->words, models = matrix->models.count, i;
  double low = work->builder->spread.low;
  uint64_t already = 0;
  const log_chunk *chunk;
  *repeated = 0;
  for (chunk = work->builder->log; chunk != NULL && !*repeated; chunk = chunk->next) {
    coreset_status status = core_poll(context);
    if (status != CORESET_OK) return status;
    for (i = 0; i < chunk->count; i++) {
      uint32_t model = work->model_rank[chunk->first_model + chunk->models[i]];
      uint32_t question = work->question_rank[chunk->questions[i]];
      size_t word = question * words + model / 64;
      already |= matrix->observed[word] >> (model % 64) & 1;
      matrix->observed[word] |= (uint64_t)1 << (model % 64);
      if (matrix->ones != NULL) {
        matrix->ones[word] |= (uint64_t)(chunk->scores[i] > low) << (model % 64);
      } else if (matrix->values != NULL) {
        matrix->values[question * models + model] = chunk->scores[i];
      }
    }
    *repeated = already != 0;
  }
  return CORESET_OK;
}

/* Whether the models appeared in the order of their identifiers. */
static int models_came_in_order(const finishing *work) {
  size_t m = 0;
  while (m < work->matrix->models.count && work->model_rank[m] == m) m++;
  return m == work->matrix->models.count;
}

/* Copies 64 bits of one question from order of appearance to that of the matrix. */
static void place_word(const finishing *work, int in_order, uint64_t bits, size_t first_model, uint64_t *row) {
  if (in_order && bits != 0) {
    row[first_model / 64] = bits;
    return;
  }
  for (; bits != 0; bits &= bits - 1) {
    uint32_t model = work->model_rank[first_model + (unsigned)__builtin_ctzll(bits)];
    row[model / 64] |= (uint64_t)1 << (model % 64);
  }
}

/* Makes a matrix of bits from bits. */
static coreset_status fill_from_bits(coreset_context *context, finishing *work) {
  coreset_matrix *matrix = work->matrix;
  const core_bit_log *log = &work->builder->bits;
  size_t questions = matrix->questions.count, q, w;
  int second_is_high = log->scores[1] > log->scores[0];
  int in_order = models_came_in_order(work);
  int full = log->count == (uint64_t)questions * matrix->models.count;
  matrix->ones = core_allocate(context, questions * matrix->words, sizeof(uint64_t));
  if (!full) matrix->observed = core_allocate(context, questions * matrix->words, sizeof(uint64_t));
  if (matrix->ones == NULL || (!full && matrix->observed == NULL)) return CORESET_NO_MEMORY;
  for (q = 0; q < questions && q < log->questions; q++) {
    size_t row = work->question_rank[q] * matrix->words;
    coreset_status status = q % core_matrix_block(matrix) == 0 ? core_poll(context) : CORESET_OK;
    if (status != CORESET_OK) return status;
    for (w = 0; w < log->words; w++) {
      const core_bit_cells *cells = &log->cells[w * log->questions + q];
      uint64_t ones = second_is_high ? cells->second : cells->observed & ~cells->second;
      if (log->known == 2) place_word(work, in_order, ones, 64 * w, matrix->ones + row);
      if (!full) place_word(work, in_order, cells->observed, 64 * w, matrix->observed + row);
    }
  }
  for (w = 0; w < (size_t)log->known; w++) core_spread_add(&matrix->spread, log->scores[w]);
  return CORESET_OK;
}

/* Makes a matrix of single scores. *repeated: there is none, because a pair came twice. */
static coreset_status fill_once(coreset_context *context, finishing *work, size_t limit, int *repeated) {
  coreset_matrix *matrix = work->matrix;
  size_t models = matrix->models.count, questions = matrix->questions.count;
  double bytes = (double)models * (double)questions * sizeof(double);
  int use_plane = core_spread_fits_plane(&work->builder->spread);
  int fits = use_plane || bytes <= (double)limit;
  coreset_status status = CORESET_NO_MEMORY;
  matrix->observed = core_allocate(context, questions * matrix->words, sizeof(uint64_t));
  if (use_plane) {
    matrix->ones = core_allocate(context, questions * matrix->words, sizeof(uint64_t));
  } else if (fits) { /* else only repeats could make it smaller: look for one */
    matrix->values = core_allocate(context, models * questions, sizeof(double));
  }
  if (matrix->observed != NULL && (!fits || matrix->ones != NULL || matrix->values != NULL)) {
    status = place_scores(context, work, repeated);
  }
  if (status != CORESET_OK) return status;
  if (!*repeated) {
    matrix->spread = work->builder->spread;
    return fits ? CORESET_OK : core_matrix_too_big(context, models, questions, bytes, limit);
  }
  coreset_free(matrix->observed);
  coreset_free(matrix->ones);
  coreset_free(matrix->values);
  matrix->observed = matrix->ones = NULL;
  matrix->values = NULL;
  return CORESET_OK;
}

/* Puts down what the sum of a cell does not hold. */
static coreset_status note_lost(coreset_context *context, finishing *work, uint64_t cell, double part) {
  coreset_status status =
      core_grow(context, (void **)&work->lost, &work->lost_capacity, work->lost_count + 1, sizeof(extra));
  if (status != CORESET_OK) return status;
  work->lost[work->lost_count].cell = cell;
  work->lost[work->lost_count].part = part;
  work->lost[work->lost_count++].count = 0;
  return CORESET_OK;
}

/* Adds to a count; the limit is what the bytes have room for. */
static coreset_status add_count(coreset_context *context, uint32_t *count, uint64_t more) {
  if (more > UINT32_MAX - *count) {
    return core_fail(context, CORESET_TOO_BIG, "one cell has more than %" PRIu32 " scores", UINT32_MAX);
  }
  *count += (uint32_t)more;
  return CORESET_OK;
}

/* Adds all rows and extras to sums and counts; what rounding loses goes on the list. */
static coreset_status add_up(coreset_context *context, finishing *work) {
  coreset_matrix *matrix = work->matrix;
  size_t models = matrix->models.count, i;
  const log_chunk *chunk;
  coreset_status status = CORESET_OK;
  for (i = 0; i < work->builder->extra_count && status == CORESET_OK; i++) {
    const extra *from = &work->builder->extras[i];
    uint64_t cell = (uint64_t)work->question_rank[(uint32_t)from->cell] * models + work->model_rank[from->cell >> 32];
    if (i % ROWS_PER_POLL == 0) status = core_poll(context);
    if (status == CORESET_OK) status = add_count(context, &matrix->counts[cell], from->count);
    if (status == CORESET_OK && fabs(from->part) > 0) status = note_lost(context, work, cell, from->part);
  }
  for (chunk = work->builder->log; chunk != NULL && status == CORESET_OK; chunk = chunk->next) {
    status = core_poll(context);
    for (i = 0; i < chunk->count && status == CORESET_OK; i++) {
      uint32_t model = work->model_rank[chunk->first_model + chunk->models[i]];
      uint64_t cell = (uint64_t)work->question_rank[chunk->questions[i]] * models + model;
      double error;
      matrix->sums[cell] = core_two_sum(matrix->sums[cell], chunk->scores[i], &error);
      status = add_count(context, &matrix->counts[cell], 1);
      if (fabs(error) > 0 && status == CORESET_OK) status = note_lost(context, work, cell, error);
    }
  }
  return status;
}

static int compare_extras(const void *a, const void *b) {
  uint64_t left = ((const extra *)a)->cell, right = ((const extra *)b)->cell;
  return (left > right) - (left < right);
}

/* Makes the sums on the list exact: the first part in sums, the others in parts. */
static coreset_status make_exact(coreset_context *context, finishing *work) {
  coreset_matrix *matrix = work->matrix;
  size_t i = 0, cell_count = 0, capacity = 0;
  if (work->lost_count > 0) qsort(work->lost, work->lost_count, sizeof(extra), compare_extras);
  while (i < work->lost_count) {
    uint64_t cell = work->lost[i].cell;
    core_exact exact = {{0}, 0};
    double parts[CORE_LARGEST_PARTS];
    size_t count, p;
    coreset_status status = cell_count++ % ROWS_PER_POLL == 0 ? core_poll(context) : CORESET_OK;
    if (status != CORESET_OK) return status;
    core_exact_add(&exact, matrix->sums[cell]);
    for (; i < work->lost_count && work->lost[i].cell == cell; i++) core_exact_add(&exact, work->lost[i].part);
    count = core_exact_parts(&exact, parts);
    matrix->sums[cell] = count == 0 ? 0 : parts[0];
    if (count < 2) continue;
    status = core_grow(context, (void **)&matrix->parts, &capacity, matrix->part_count + count - 1,
                       sizeof(core_matrix_part));
    if (status != CORESET_OK) return status;
    for (p = 1; p < count; p++) {
      matrix->parts[matrix->part_count].cell = cell;
      matrix->parts[matrix->part_count++].part = parts[p];
    }
  }
  return CORESET_OK;
}

/* How the averages spread, and whether a bit and a count for each cell say all. */
static core_spread survey_sums(const coreset_matrix *matrix) {
  size_t cells = matrix->models.count * matrix->questions.count, cell, part = 0;
  core_spread spread = {0};
  for (cell = 0; cell < cells; cell++) {
    size_t from = part;
    while (part < matrix->part_count && matrix->parts[part].cell == cell) part++;
    if (matrix->counts[cell] == 0) continue;
    core_spread_add_sum(&spread, matrix->values[cell], matrix->counts[cell], matrix->sums[cell],
                        part > from ? matrix->parts[from].part : 0, part > from + 1);
  }
  return spread;
}

/* Makes the planes of a matrix of sums: of the cells that have a score, and of those
** whose average is high, if ones is not NULL. */
static void mark_cells(const coreset_matrix *matrix, uint64_t *observed, uint64_t *ones) {
  size_t models = matrix->models.count, m, q;
  for (q = 0; q < matrix->questions.count; q++) {
    const uint32_t *counts = matrix->counts + q * models;
    const double *values = matrix->values + q * models;
    for (m = 0; m < models; m++) {
      size_t word = q * matrix->words + m / 64;
      observed[word] |= (uint64_t)(counts[m] > 0) << (m % 64);
      if (ones != NULL) ones[word] |= (uint64_t)(counts[m] > 0 && values[m] > matrix->spread.low) << (m % 64);
    }
  }
}

/* Forgets the sums, which two values and the counts say as well. */
static void drop_sums(coreset_matrix *matrix) {
  coreset_free(matrix->sums);
  coreset_free(matrix->values);
  coreset_free(matrix->parts);
  matrix->sums = matrix->values = NULL;
  matrix->parts = NULL;
  matrix->part_count = 0;
}

/* Deals out to sums and counts. */
static coreset_status fill_sums(coreset_context *context, finishing *work, size_t limit) {
  coreset_matrix *matrix = work->matrix;
  size_t models = matrix->models.count, questions = matrix->questions.count;
  double bytes = (double)models * (double)questions * sizeof(uint32_t);
  coreset_status status = CORESET_OK;
  if (bytes > (double)limit) return core_matrix_too_big(context, models, questions, bytes, limit);
  matrix->counts = core_allocate(context, models * questions, sizeof(uint32_t));
  matrix->sums = core_allocate(context, models * questions, sizeof(double));
  matrix->observed = core_allocate(context, questions * matrix->words, sizeof(uint64_t));
  if (matrix->counts == NULL || matrix->sums == NULL || matrix->observed == NULL) return CORESET_NO_MEMORY;
  status = add_up(context, work);
  if (status != CORESET_OK) return status;
  free_log(work->builder);
  status = make_exact(context, work);
  if (status == CORESET_OK) status = core_matrix_average(context, matrix);
  if (status != CORESET_OK) return status;
  matrix->spread = survey_sums(matrix);
  if (core_spread_fits_plane(&matrix->spread)) {
    matrix->ones = core_allocate(context, questions * matrix->words, sizeof(uint64_t));
    if (matrix->ones == NULL) return CORESET_NO_MEMORY;
  }
  mark_cells(matrix, matrix->observed, matrix->ones);
  if (matrix->ones != NULL) drop_sums(matrix);
  return CORESET_OK;
}

/* Forgets the observed plane where it says nothing. */
static void drop_full_plane(coreset_matrix *matrix) {
  size_t words = matrix->questions.count * matrix->words;
  if (matrix->observed == NULL) return;
  if (core_choose_bit_counter()(matrix->observed, matrix->observed, words) <
      matrix->models.count * matrix->questions.count) {
    return;
  }
  coreset_free(matrix->observed);
  matrix->observed = NULL;
}

/* The least that the bytes of the matrix can take: a bit for each cell, and another
** if there are more cells than rows. */
static double fewest_bytes(const finishing *work) {
  double cells = (double)work->matrix->models.count * (double)work->matrix->questions.count;
  double rows = (double)work->builder->bits.count;
  const log_chunk *chunk;
  for (chunk = work->builder->log; chunk != NULL; chunk = chunk->next) rows += (double)chunk->count;
  return rows < cells ? cells / 4 : cells / 8;
}

/* All cells of the matrix, whose identifiers are there. */
static coreset_status fill_cells(coreset_context *context, finishing *work, size_t limit) {
  coreset_matrix *matrix = work->matrix;
  double bytes = fewest_bytes(work);
  coreset_status status = CORESET_OK;
  int repeated = work->builder->extra_count > 0;
  if (bytes > (double)limit) {
    return core_matrix_too_big(context, matrix->models.count, matrix->questions.count, bytes, limit);
  }
  if (work->builder->bits.count > 0 && repeated) status = spill_bits(context, work->builder);
  if (status == CORESET_OK && work->builder->bits.count > 0) {
    status = fill_from_bits(context, work);
  } else if (status == CORESET_OK && !repeated) {
    status = fill_once(context, work, limit, &repeated);
  }
  if (status == CORESET_OK && repeated) status = fill_sums(context, work, limit);
  if (status == CORESET_OK) drop_full_plane(matrix);
  return status;
}

coreset_status coreset_builder_finish(coreset_context *context, coreset_builder *builder, size_t limit,
                                      unsigned char **bytes, size_t *size) {
  finishing work = {0};
  coreset_status status = CORESET_NO_MEMORY;
  *bytes = NULL;
  *size = 0;
  work.builder = builder;
  work.matrix = core_allocate(context, 1, sizeof(*work.matrix));
  if (work.matrix == NULL) goto done;
  status = core_intern_sort(context, &builder->models, &work.matrix->models, &work.model_rank);
  if (status != CORESET_OK) goto done;
  status = core_intern_sort(context, &builder->questions, &work.matrix->questions, &work.question_rank);
  if (status != CORESET_OK) goto done;
  work.matrix->words = (work.matrix->models.count + 63) / 64;
  status = order_weights(context, &work);
  if (status != CORESET_OK) goto done;
  status = fill_cells(context, &work, limit);
  if (status != CORESET_OK) goto done;
  free_log(builder);
  core_bit_log_release(&builder->bits);
  status = core_matrix_write(context, work.matrix, limit, bytes, size);

done:
  coreset_matrix_free(work.matrix);
  coreset_free(work.model_rank);
  coreset_free(work.question_rank);
  coreset_free(work.lost);
  return status;
}
