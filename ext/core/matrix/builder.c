/*
** builder.c: from rows in any order to a score matrix.
**
** While rows come in, models and questions are numbered (intern.c) and each score is
** recorded: in two bits as long as there are at most two different scores and no pair repeats
** (bit_log.c), otherwise in 14 bytes with its numbers (row_log.c). At the end the identifiers
** are sorted once and the scores are dealt out to their cells:
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
#include <string.h>

#include "matrix/bit_log.h"
#include "matrix/intern.h"
#include "matrix/matrix.h"
#include "matrix/row_log.h"
#include "numeric/sorting.h"
#include "numeric/sums.h"

#define LARGE_COUNTS 0x1p28  /* bytes of counts that no limit forbids: the arrays beside them are a few times that */
#define ROWS_PER_POLL 16384  /* dealt out between two polls: about a millisecond */
#define STEPS_PER_POLL 65536 /* parts, or sums to make exact, between two polls: milliseconds */

/* Numbers that belong to cells. */
typedef struct part_list {
  core_matrix_part *parts; /* grows */
  size_t count;            /* how many */
  size_t capacity;         /* room */
} part_list;

/* Everything in it grows, and the scores are released before it is: it has no arena. */
struct coreset_builder {
  core_intern models, questions; /* numbers for identifiers */
  core_bit_log bits;             /* the scores, as long as bits will do */
  core_row_log rows;             /* the others */
  part_list parts;               /* of merged cells: what to add to sums; at the end also what rounding lost of them */
  part_list repeats;             /* of merged cells: how many scores beyond the first */
  double *weights;               /* for each question, in order of appearance */
  size_t weight_capacity;        /* room */
};

coreset_status coreset_builder_new(coreset_context *context, coreset_builder **builder) {
  *builder = core_allocate(context, 1, sizeof(**builder));
  return *builder == NULL ? CORESET_NO_MEMORY : CORESET_OK;
}

void coreset_builder_free(coreset_builder *builder) {
  if (builder == NULL) return;
  core_intern_release(&builder->models);
  core_intern_release(&builder->questions);
  core_bit_log_release(&builder->bits);
  core_row_log_release(&builder->rows);
  coreset_free(builder->parts.parts);
  coreset_free(builder->repeats.parts);
  coreset_free(builder->weights);
  coreset_free(builder);
}

/* ------------------------------------------------------------------------
** Taking rows
*/

/* Records a score that the bits did not take: they are prepared for it, or become rows for good. */
static __attribute__((noinline)) coreset_status add_unexpected(coreset_context *context, coreset_builder *builder,
                                                               uint32_t model, uint32_t question, double score) {
  int possible;
  coreset_status status = core_bit_log_prepare(context, &builder->bits, model, question, score, &possible);
  if (status == CORESET_OK && possible && core_bit_log_take(&builder->bits, model, question, score)) return status;
  if (status == CORESET_OK) status = core_bit_log_spill(context, &builder->bits, &builder->rows);
  return status == CORESET_OK ? core_row_log_add(context, &builder->rows, model, question, score) : status;
}

/* Records a score of at most CORESET_LARGEST_SCORE. */
static inline coreset_status add_score(coreset_context *context, coreset_builder *builder, uint32_t model,
                                       uint32_t question, double score) {
  score += 0.0; /* -0 becomes 0 */
  if (builder->bits.closed) return core_row_log_add(context, &builder->rows, model, question, score);
  if (core_bit_log_take(&builder->bits, model, question, score)) return CORESET_OK;
  return add_unexpected(context, builder, model, question, score);
}

/* Numbers a question and checks its weight against what is known of it. */
static coreset_status add_question(coreset_context *context, coreset_builder *builder, const coreset_id *question,
                                   double weight, uint32_t *index) {
  char text[CORE_ID_TEXT_SIZE];
  size_t known = builder->questions.count;
  if (!(weight >= 0 && weight < INFINITY)) {
    return core_fail(context, CORESET_ERROR, "the weight of question %s must be finite and not negative, got %.15g",
                     core_id_format(question, text), weight);
  }
  coreset_status status = core_intern_add(context, &builder->questions, question, index);
  if (status != CORESET_OK) return status;
  if (*index == known) {
    status = core_grow(context, (void **)&builder->weights, &builder->weight_capacity, known + 1, sizeof(double));
    if (status == CORESET_OK) builder->weights[known] = weight;
  } else if (islessgreater(weight, builder->weights[*index])) {
    double before = builder->weights[*index];
    int digits = fabs(weight - before) < 1e-13 * before ? 17 : 15; /* as many as it takes to tell them apart */
    return core_fail(context, CORESET_ERROR, "the weight of question %s is %.*g here and was %.*g before",
                     core_id_format(question, text), digits, weight, digits, before);
  }
  return status;
}

/* Takes any row. */
static __attribute__((noinline)) coreset_status add_row(coreset_context *context, coreset_builder *builder,
                                                        const coreset_id *model, const coreset_id *question,
                                                        const double *score, double weight) {
  char model_text[CORE_ID_TEXT_SIZE], question_text[CORE_ID_TEXT_SIZE];
  uint32_t model_index, question_index;
  if (score != NULL && !(fabs(*score) <= CORESET_LARGEST_SCORE)) {
    return core_fail(context, CORESET_ERROR,
                     "the score of model %s on question %s must be between -%g and %g, got %.15g",
                     core_id_format(model, model_text), core_id_format(question, question_text), CORESET_LARGEST_SCORE,
                     CORESET_LARGEST_SCORE, *score);
  }
  coreset_status status = core_intern_add(context, &builder->models, model, &model_index);
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
      return taken ? CORESET_OK : core_row_log_add(context, &builder->rows, m, q, *score + 0.0); /* -0 becomes 0 */
    }
  }
  return add_row(context, builder, model, question, score, weight);
}

static coreset_status append_part(coreset_context *context, part_list *list, uint64_t cell, double part) {
  coreset_status status =
      core_grow(context, (void **)&list->parts, &list->capacity, list->count + 1, sizeof(core_matrix_part));
  if (status == CORESET_OK) list->parts[list->count++] = (core_matrix_part){cell, part};
  return status;
}

/* What stands for a cell as long as there may be more models: its indices in order of appearance. */
static uint64_t early_cell(uint32_t model, uint32_t question) {
  return (uint64_t)question << 32 | model;
}

/* Adds one cell of a matrix: the first part of its sum as a row, the rest as parts and repeats. */
static coreset_status add_cell(coreset_context *context, coreset_builder *builder, const coreset_matrix *matrix,
                               size_t model, size_t question, uint32_t model_index, uint32_t question_index) {
  coreset_status status = CORESET_OK;
  double value, second = 0;
  uint64_t count, cell = early_cell(model_index, question_index);
  if (!coreset_matrix_cell(matrix, model, question, &value, &count)) return CORESET_OK;
  double first = value;
  if (matrix->sums != NULL) {
    first = matrix->sums[question * matrix->models.count + model];
  } else if (count > 1) {
    first = value * (double)count;
    second = fma(value, (double)count, -first);
  }
  if (count > 1) status = append_part(context, &builder->repeats, cell, (double)(count - 1));
  if (fabs(second) > 0 && status == CORESET_OK) status = append_part(context, &builder->parts, cell, second);
  return status == CORESET_OK ? add_score(context, builder, model_index, question_index, first) : status;
}

coreset_status coreset_builder_add_matrix(coreset_context *context, coreset_builder *builder,
                                          const coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  core_arena scratch = {0};
  uint32_t *model_index = core_take(context, &scratch, models, sizeof(uint32_t));
  uint32_t *question_index = core_take(context, &scratch, questions, sizeof(uint32_t));
  coreset_status status = scratch.status;
  for (size_t m = 0; m < models && status == CORESET_OK; m++) {
    coreset_id id = core_id_list_get(&matrix->models, m);
    status = core_intern_add(context, &builder->models, &id, &model_index[m]);
  }
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    coreset_id id = core_id_list_get(&matrix->questions, q);
    status = add_question(context, builder, &id, coreset_matrix_weight(matrix, q), &question_index[q]);
  }
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    status = core_poll_every(context, core_matrix_block(matrix));
    for (size_t m = 0; m < models && status == CORESET_OK; m++) {
      status = add_cell(context, builder, matrix, m, q, model_index[m], question_index[q]);
    }
  }
  for (size_t p = 0; p < matrix->part_count && status == CORESET_OK; p++) {
    const core_matrix_part *part = &matrix->parts[p];
    uint64_t cell = early_cell(model_index[part->cell % models], question_index[part->cell / models]);
    status = append_part(context, &builder->parts, cell, part->part);
  }
  core_release(&scratch);
  return status;
}

/* ------------------------------------------------------------------------
** Dealing rows out to cells
*/

/* The weights in the order of the questions, where any is not 1. */
static coreset_status order_weights(coreset_context *context, const coreset_builder *builder, coreset_matrix *matrix) {
  size_t questions = matrix->questions.count;
  int equal = 1;
  for (size_t q = 0; q < questions; q++) equal = equal && !islessgreater(builder->weights[q], 1);
  if (equal) return CORESET_OK;
  matrix->weights = core_take(context, &matrix->arena, questions, sizeof(double));
  if (matrix->weights == NULL) return CORESET_NO_MEMORY;
  for (size_t q = 0; q < questions; q++) matrix->weights[builder->questions.ranks[q]] = builder->weights[q] + 0.0;
  return CORESET_OK;
}

/* Copies 64 bits of one question from order of appearance to that of the matrix. ranks: of the models; NULL
** where the two are the same. */
static void place_word(const uint32_t *ranks, uint64_t bits, size_t first_model, uint64_t *row) {
  if (ranks == NULL && bits != 0) row[first_model / 64] = bits;
  for (; ranks != NULL && bits != 0; bits &= bits - 1) {
    uint32_t model = ranks[first_model + (unsigned)__builtin_ctzll(bits)];
    row[model / 64] |= (uint64_t)1 << (model % 64);
  }
}

/* Makes a matrix of bits from bits. */
static coreset_status fill_from_bits(coreset_context *context, const coreset_builder *builder, coreset_matrix *matrix) {
  const core_bit_log *log = &builder->bits;
  size_t models = matrix->models.count, questions = matrix->questions.count, in_order = 0;
  while (in_order < models && builder->models.ranks[in_order] == in_order) in_order++;
  const uint32_t *ranks = in_order < models ? builder->models.ranks : NULL;
  int second_is_high = log->scores[1] > log->scores[0];
  matrix->ones = core_matrix_take_plane(context, matrix);
  if (log->count < (uint64_t)questions * models) matrix->observed = core_matrix_take_plane(context, matrix);
  if (matrix->arena.status != CORESET_OK) return matrix->arena.status;
  for (size_t q = 0; q < questions && q < log->questions; q++) {
    size_t row = builder->questions.ranks[q] * matrix->words;
    coreset_status status = core_poll_every(context, core_matrix_block(matrix));
    if (status != CORESET_OK) return status;
    for (size_t w = 0; w < log->words; w++) {
      const core_bit_cells *cells = &log->cells[w * log->questions + q];
      uint64_t ones = second_is_high ? cells->second : cells->observed & ~cells->second;
      if (log->known == 2) place_word(ranks, ones, 64 * w, matrix->ones + row);
      if (matrix->observed != NULL) place_word(ranks, cells->observed, 64 * w, matrix->observed + row);
    }
  }
  for (int known = 0; known < log->known; known++) core_spread_add(&matrix->spread, log->scores[known]);
  return CORESET_OK;
}

/* Deals out to the observed plane, and to the ones or the values, whichever is there.
** *repeated: a pair came twice, and ones and values are useless. */
static coreset_status place_scores(coreset_context *context, const coreset_builder *builder, coreset_matrix *matrix,
                                   int *repeated) {
  size_t words = matrix->words, models = matrix->models.count;
  double low = builder->rows.spread.low;
  uint64_t already = 0;
  for (const core_row_block *block = builder->rows.newest; block != NULL && already == 0; block = block->next) {
    coreset_status status = core_poll_work(context, CORE_POLL_WORK / ROWS_PER_POLL * block->count);
    if (status != CORESET_OK) return status;
    for (size_t i = 0; i < block->count; i++) {
      uint32_t model = builder->models.ranks[block->first_model + block->models[i]];
      uint32_t question = builder->questions.ranks[block->questions[i]];
      size_t word = question * words + model / 64;
      already |= matrix->observed[word] >> (model % 64) & 1;
      matrix->observed[word] |= (uint64_t)1 << (model % 64);
      if (matrix->ones != NULL) {
        matrix->ones[word] |= (uint64_t)(block->scores[i] > low) << (model % 64);
      } else if (matrix->values != NULL) {
        matrix->values[question * models + model] = block->scores[i];
      }
    }
  }
  *repeated = already != 0;
  return CORESET_OK;
}

/* Makes a matrix of single scores; its observed plane is there. *repeated: that is impossible, because a pair
** came twice. */
static coreset_status fill_once(coreset_context *context, const coreset_builder *builder, coreset_matrix *matrix,
                                size_t limit, int *repeated) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  int is_binary = core_spread_fits_plane(&builder->rows.spread);
  double bytes = is_binary ? 0 : (double)models * (double)questions * sizeof(double);
  if (is_binary) {
    matrix->ones = core_matrix_take_plane(context, matrix);
  } else if (bytes <= (double)limit) { /* else only repeats could make it smaller: look for one */
    matrix->values = core_take_matrix(context, &matrix->arena, questions, models, sizeof(double));
  }
  if (matrix->arena.status != CORESET_OK) return matrix->arena.status;
  coreset_status status = place_scores(context, builder, matrix, repeated);
  if (status != CORESET_OK) return status;
  if (!*repeated) {
    matrix->spread = builder->rows.spread;
    return core_matrix_check_limit(context, matrix, bytes, limit);
  }
  matrix->ones = core_drop(&matrix->arena, matrix->ones);
  matrix->values = core_drop(&matrix->arena, matrix->values);
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

/* The cell that an early one has become. */
static inline uint64_t cell_of(const coreset_builder *builder, const coreset_matrix *matrix, uint64_t early) {
  return (uint64_t)builder->questions.ranks[early >> 32] * matrix->models.count +
         builder->models.ranks[early & UINT32_MAX];
}

/* Adds all rows and repeats to sums and counts, but for what is lost by rounding, which joins the parts. */
static coreset_status add_up(coreset_context *context, coreset_builder *builder, coreset_matrix *matrix) {
  coreset_status status = CORESET_OK;
  for (size_t i = 0; i < builder->parts.count && status == CORESET_OK; i++) {
    builder->parts.parts[i].cell = cell_of(builder, matrix, builder->parts.parts[i].cell);
    status = core_poll_every(context, STEPS_PER_POLL);
  }
  for (size_t i = 0; i < builder->repeats.count && status == CORESET_OK; i++) {
    const core_matrix_part *more = &builder->repeats.parts[i];
    uint64_t cell = cell_of(builder, matrix, more->cell);
    status = core_poll_every(context, STEPS_PER_POLL);
    if (status == CORESET_OK) status = add_count(context, &matrix->counts[cell], (uint64_t)more->part);
  }
  for (const core_row_block *block = builder->rows.newest; block != NULL && status == CORESET_OK; block = block->next) {
    status = core_poll_work(context, CORE_POLL_WORK / ROWS_PER_POLL * block->count);
    for (size_t i = 0; i < block->count && status == CORESET_OK; i++) {
      uint64_t cell = cell_of(builder, matrix, early_cell(block->first_model + block->models[i], block->questions[i]));
      double error;
      matrix->sums[cell] = core_two_sum(matrix->sums[cell], block->scores[i], &error);
      status = add_count(context, &matrix->counts[cell], 1);
      if (fabs(error) > 0 && status == CORESET_OK) status = append_part(context, &builder->parts, cell, error);
    }
  }
  return status;
}

/* Sorts parts by cell. Cells are counted in doubles for that, exactly: there are fewer than 2^53. */
static coreset_status sort_parts(coreset_context *context, core_matrix_part *parts, size_t count) {
  _Static_assert(sizeof(core_matrix_part) == sizeof(coreset_pair), "a part can take the place of a pair");
  coreset_pair *pairs = (coreset_pair *)(void *)parts;
  for (size_t i = 0; i < count; i++) pairs[i] = (coreset_pair){(double)parts[i].cell, parts[i].part};
  coreset_status status = core_sort_pairs(context, pairs, count, NULL);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    parts[i] = (core_matrix_part){(uint64_t)pairs[i].x, pairs[i].y};
  }
  return status;
}

/* Makes the sums exact that have a part on the list: the first part in sums, the others in the matrix's parts,
** by way of the end of the list. */
static coreset_status make_exact(coreset_context *context, part_list *list, coreset_matrix *matrix) {
  size_t lost = list->count, i = 0;
  coreset_status status = sort_parts(context, list->parts, lost);
  while (i < lost && status == CORESET_OK) {
    uint64_t cell = list->parts[i].cell;
    core_exact exact = {{0}, 0};
    double parts[CORE_LARGEST_PARTS];
    core_exact_add(&exact, matrix->sums[cell]);
    for (; i < lost && list->parts[i].cell == cell; i++) core_exact_add(&exact, list->parts[i].part);
    size_t count = core_exact_parts(&exact, parts);
    matrix->sums[cell] = count == 0 ? 0 : parts[0];
    status = core_poll_every(context, STEPS_PER_POLL);
    for (size_t p = 1; p < count && status == CORESET_OK; p++) status = append_part(context, list, cell, parts[p]);
  }
  if (status != CORESET_OK) return status;
  matrix->parts = core_take(context, &matrix->arena, list->count - lost, sizeof(core_matrix_part));
  if (matrix->parts == NULL) return CORESET_NO_MEMORY;
  matrix->part_count = list->count - lost;
  for (size_t p = 0; p < matrix->part_count; p++) matrix->parts[p] = list->parts[lost + p];
  return CORESET_OK;
}

/* Deals out to sums and counts. The rows and parts are released on the way, so that the averages can take
** their place. As bytes the matrix may be smaller than its counts (matrix_blob.c), but where these are large
** the limit holds for them too: it keeps memory from being used up by rows that were not meant. */
static coreset_status fill_sums(coreset_context *context, coreset_builder *builder, coreset_matrix *matrix,
                                size_t limit) {
  size_t models = matrix->models.count, questions = matrix->questions.count;
  double bytes = (double)models * (double)questions * sizeof(uint32_t);
  coreset_status status = CORESET_OK;
  if (bytes > LARGE_COUNTS) status = core_matrix_check_limit(context, matrix, bytes, limit);
  if (status != CORESET_OK) return status;
  matrix->counts = core_take_matrix(context, &matrix->arena, questions, models, sizeof(uint32_t));
  matrix->sums = core_take_matrix(context, &matrix->arena, questions, models, sizeof(double));
  status = matrix->arena.status;
  if (status == CORESET_OK) status = add_up(context, builder, matrix);
  core_row_log_release(&builder->rows);
  if (status == CORESET_OK) status = make_exact(context, &builder->parts, matrix);
  coreset_free(builder->parts.parts);
  builder->parts = (part_list){0};
  for (size_t q = 0; q < questions && status == CORESET_OK; q++) {
    status = core_poll_work(context, models);
    for (size_t m = 0; m < models; m++) {
      uint64_t observed = matrix->counts[q * models + m] > 0;
      matrix->observed[q * matrix->words + m / 64] |= observed << (m % 64);
    }
  }
  return status == CORESET_OK ? core_matrix_average(context, matrix) : status;
}

/* All cells of the matrix, whose identifiers are there. */
static coreset_status fill_cells(coreset_context *context, coreset_builder *builder, coreset_matrix *matrix,
                                 size_t limit) {
  /* the least that its bytes can take: a bit for each cell, and another if there are more cells than rows */
  double cells = (double)matrix->models.count * (double)matrix->questions.count;
  double rows = (double)builder->bits.count + (double)core_row_log_count(&builder->rows);
  coreset_status status = core_matrix_check_limit(context, matrix, rows < cells ? cells / 4 : cells / 8, limit);
  int repeated = builder->repeats.count > 0;
  if (repeated && status == CORESET_OK) status = core_bit_log_spill(context, &builder->bits, &builder->rows);
  if (status != CORESET_OK) return status;
  if (builder->bits.count > 0) return fill_from_bits(context, builder, matrix);
  matrix->observed = core_matrix_take_plane(context, matrix);
  if (matrix->observed == NULL) return CORESET_NO_MEMORY;
  if (!repeated) status = fill_once(context, builder, matrix, limit, &repeated);
  if (repeated && status == CORESET_OK) status = fill_sums(context, builder, matrix, limit);
  return status;
}

coreset_status coreset_builder_finish(coreset_context *context, coreset_builder *builder, size_t limit,
                                      coreset_matrix **result) {
  coreset_matrix *matrix = *result = core_object(context, sizeof(*matrix));
  if (matrix == NULL) return CORESET_NO_MEMORY;
  coreset_status status = core_intern_sort(context, &builder->models, &matrix->arena, &matrix->models);
  if (status == CORESET_OK) status = core_intern_sort(context, &builder->questions, &matrix->arena, &matrix->questions);
  matrix->words = (matrix->models.count + 63) / 64;
  if (status == CORESET_OK) status = order_weights(context, builder, matrix);
  if (status == CORESET_OK) status = fill_cells(context, builder, matrix, limit);
  core_row_log_release(&builder->rows);
  core_bit_log_release(&builder->bits);
  if (status == CORESET_OK) status = core_matrix_complete(context, matrix);
  if (status == CORESET_OK && matrix->cells == matrix->models.count * matrix->questions.count) {
    matrix->observed = core_drop(&matrix->arena, matrix->observed); /* it says nothing */
  }
  if (status == CORESET_OK) status = core_matrix_check_size(context, matrix, limit);
  if (status != CORESET_OK) {
    coreset_matrix_free(matrix);
    *result = NULL;
  }
  return status;
}
