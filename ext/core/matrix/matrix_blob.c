/*
** matrix_blob.c: a score matrix as bytes and back.
**
** The format, version 1; all numbers are little-endian, doubles are IEEE 754, every
** section is filled up with zeros to a multiple of 8 bytes. M models, Q questions,
** cells numbered question by question: cell = question * M + model.
**
**     offset  size  field
**          0     8  magic, "CoreMat" and a zero
**          8     4  version, 1
**         12     4  flags: 1 two values, 2 missing cells, 4 counts, 8 weights, 16 trials
**         16     8  size of the whole in bytes
**         24     8  checksum of the whole, these 8 bytes counting as zero (checksum.h)
**         32     8  models with an integer identifier
**         40     8  models with a text
**         48     8  bytes of these texts together
**         56    24  the same three for questions
**         80     8  p, further parts of sums; with flag 16 repeated cells
**         88     8  low, the smaller of the two values (double); 0 without flag 1
**         96     8  high, the larger; equal to low where there is only one; 1 with flag 16
**        104        weights: Q doubles (flag 8; without it each is 1)
**                   values: M Q bits, 1 for high (flag 1), or M Q doubles, each the
**                     first part of the cell's sum; 0 where missing, and where the
**                     cell is listed below (flag 16)
**                   observed: M Q bits, 1 for a cell with a score (flag 2)
**                   counts: M Q numbers of 4 bytes, how many scores a cell sums,
**                     0 where missing (flag 4; without it each is 1)
**                   parts: p times a cell (8 bytes) and a further part of its sum
**                     (double), by cell, then from large to small (exact.h); with
**                     flag 16 instead p times a repeated cell (8 bytes), its successes
**                     and how many scores it sums (4 bytes each), by cell
**                   models: integers (8 bytes each, increasing); where each text ends
**                     (4 bytes each; it begins where the one before ends); the texts
**                   questions: the same
**
** Bit i of a section is bit i % 8 of its byte i / 8. One matrix has exactly one form,
** whatever the order of the rows it was made from: bits are used whenever two values
** say all, each optional section only when something in it is not the default.
**
** Trials: where some cells have several scores, and the sum of every cell is a whole number
** from 0 to its count, cells are successes out of trials. Flag 16 says so: flag 1 is set too,
** low and high are 0 and 1, there are no counts and no parts of sums, and the cells whose count
** is not 1, which are at least one, are listed. This is the form where it takes fewer bytes than
** the one above: as long as fewer than about a quarter of the cells are repeated where all
** averages are one of two values, and about three quarters where they are not.
**
** The first 32 bytes are the frame of blob.h. The checksum only tells of accidents, so every
** count is checked against the size before it is used, and every number against what the
** rest of the core relies on.
*/
#include <math.h>
#include <string.h>

#include "matrix/id_blob.h"
#include "matrix/matrix.h"

#define NUMBERS_PER_POLL ((size_t)1 << 16)

enum flag { FLAG_PLANE = 1, FLAG_MISSING = 2, FLAG_COUNTS = 4, FLAG_WEIGHTS = 8, FLAG_TRIALS = 16, FLAGS_KNOWN = 31 };

enum { TRIALS_SIZE = 16, SUCCESSES_AT = 8, COUNT_AT = 12 }; /* an entry of the list of repeated cells */

/* Where the header's fields begin, and its end. */
enum offset { MODELS_AT = 32, QUESTIONS_AT = 56, PART_COUNT_AT = 80, LOW_AT = 88, HIGH_AT = 96, HEADER_SIZE = 104 };

const core_format core_matrix_format = {
    .magic = "CoreMat",
    .name = "score matrix",
    .maker = "score_matrix()",
    .advice = "",
    .version = 1,
    .header_size = HEADER_SIZE,
};

/* What a matrix holds and where its sections begin. */
typedef struct layout {
  uint32_t flags;                                                           /* of enum flag */
  core_id_counts models, questions;                                         /* what their lists hold */
  uint64_t part_count;                                                      /* further parts of sums, or repeats */
  size_t cells;                                                             /* models times questions */
  size_t weights, values, observed, counts, parts, model_ids, question_ids; /* offsets of the sections */
  size_t size;                                                              /* of the whole */
} layout;

/* Places a section of count elements of unit bits each at *end; 0 on overflow. */
static int place(size_t *end, size_t *offset, uint64_t count, unsigned unit) {
  uint64_t bits;
  *offset = *end;
  if (__builtin_mul_overflow(count, (uint64_t)unit, &bits)) return 0;
  uint64_t words = bits / 64 + (bits % 64 != 0);
  return !__builtin_add_overflow(*end, 8 * words, end);
}

/* Computes offsets and size from flags and numbers; 0 on overflow. */
static int lay_out(layout *plan) {
  uint64_t models = core_id_counts_total(&plan->models), questions = core_id_counts_total(&plan->questions);
  uint64_t model_bytes, question_bytes;
  unsigned flags = plan->flags;
  plan->size = HEADER_SIZE;
  return !__builtin_mul_overflow(models, questions, &plan->cells) && plan->cells <= SIZE_MAX / 16 &&
         core_id_counts_size(&plan->models, &model_bytes) && core_id_counts_size(&plan->questions, &question_bytes) &&
         place(&plan->size, &plan->weights, flags & FLAG_WEIGHTS ? questions : 0, 64) &&
         place(&plan->size, &plan->values, plan->cells, flags & FLAG_PLANE ? 1 : 64) &&
         place(&plan->size, &plan->observed, flags & FLAG_MISSING ? plan->cells : 0, 1) &&
         place(&plan->size, &plan->counts, flags & FLAG_COUNTS ? plan->cells : 0, 32) &&
         place(&plan->size, &plan->parts, plan->part_count, 128) &&
         place(&plan->size, &plan->model_ids, model_bytes, 8) &&
         place(&plan->size, &plan->question_ids, question_bytes, 8);
}

/* ------------------------------------------------------------------------
** Planes as consecutive bits
*/

/* Stores a plane of the matrix. bytes is zero and has whole words to its end. */
static void store_plane(unsigned char *bytes, const coreset_matrix *matrix, const uint64_t *plane) {
  size_t words = matrix->words, bit = 0;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    for (size_t w = 0; w < words; w++) {
      uint64_t word = plane[q * words + w];
      size_t width = w + 1 < words ? 64 : matrix->models.count - 64 * w, at = bit / 64 * 8, shift = bit % 64;
      core_store64(bytes + at, core_load64(bytes + at) | word << shift);
      if (shift + width > 64) core_store64(bytes + at + 8, word >> (64 - shift));
      bit += width;
    }
  }
}

/* The reverse: a plane from the matrix's arena. */
static uint64_t *load_plane(coreset_context *context, coreset_matrix *matrix, const unsigned char *bytes) {
  uint64_t *plane = core_matrix_take_plane(context, matrix);
  size_t words = matrix->words, bit = 0;
  for (size_t q = 0; q < matrix->questions.count && plane != NULL; q++) {
    for (size_t w = 0; w < words; w++) {
      size_t width = w + 1 < words ? 64 : matrix->models.count - 64 * w, at = bit / 64 * 8, shift = bit % 64;
      uint64_t word = core_load64(bytes + at) >> shift;
      if (shift + width > 64) word |= core_load64(bytes + at + 8) << (64 - shift);
      if (width < 64) word &= ((uint64_t)1 << width) - 1;
      plane[q * words + w] = word;
      bit += width;
    }
  }
  return plane;
}

/* ------------------------------------------------------------------------
** Writing
*/

/* How many cells are repeated; 0 where not all cells are successes out of trials. */
static uint64_t count_trials(const coreset_matrix *matrix) {
  uint64_t repeated = 0;
  if (matrix->counts == NULL || matrix->part_count > 0) return 0;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    for (size_t m = 0; m < matrix->models.count; m++) {
      uint32_t successes;
      if (!core_matrix_successes(matrix, m, q, &successes)) return 0;
      repeated += matrix->counts[q * matrix->models.count + m] > 1;
    }
  }
  return repeated;
}

/* Lays out the bytes of a matrix, at most limit. */
static coreset_status plan_bytes(coreset_context *context, const coreset_matrix *matrix, size_t limit, layout *plan) {
  *plan = (layout){
      .flags = (matrix->ones != NULL ? FLAG_PLANE : 0u) | (matrix->observed != NULL ? FLAG_MISSING : 0u) |
               (matrix->counts != NULL ? FLAG_COUNTS : 0u) | (matrix->weights != NULL ? FLAG_WEIGHTS : 0u),
      .models = core_id_list_counts(&matrix->models),
      .questions = core_id_list_counts(&matrix->questions),
      .part_count = matrix->part_count,
  };
  layout trials = *plan;
  trials.flags = (plan->flags & (FLAG_MISSING | FLAG_WEIGHTS)) | FLAG_PLANE | FLAG_TRIALS;
  trials.part_count = count_trials(matrix);
  int possible = lay_out(plan);
  if (trials.part_count > 0 && lay_out(&trials) && (!possible || trials.size < plan->size)) {
    *plan = trials;
    possible = 1;
  }
  return core_matrix_check_limit(context, matrix, possible ? (double)plan->size : INFINITY, limit);
}

coreset_status core_matrix_check_size(coreset_context *context, const coreset_matrix *matrix, size_t limit) {
  layout plan;
  return plan_bytes(context, matrix, limit, &plan);
}

/* Cells that are successes out of trials: a bit for each of one trial, a list of the others. bytes is zero. */
static coreset_status write_trials(coreset_context *context, unsigned char *bytes, const coreset_matrix *matrix,
                                   const layout *plan) {
  unsigned char *next = bytes + plan->parts;
  coreset_status status = CORESET_OK;
  for (size_t cell = 0; cell < plan->cells && status == CORESET_OK; cell++) {
    status = core_poll_work(context, 1);
    size_t models = matrix->models.count;
    uint32_t count = matrix->counts[cell], successes = 0;
    core_matrix_successes(matrix, cell % models, cell / models, &successes);
    if (count > 1) {
      core_store64(next, cell);
      core_store32(next + SUCCESSES_AT, successes);
      core_store32(next + COUNT_AT, count);
      next += TRIALS_SIZE;
    } else {
      bytes[plan->values + cell / 8] |= (unsigned char)(successes << (cell % 8));
    }
  }
  core_store_double(bytes + HIGH_AT, 1);
  return status;
}

/* Cells that are sums of scores. */
static coreset_status write_sums(coreset_context *context, unsigned char *bytes, const coreset_matrix *matrix,
                                 const layout *plan) {
  const double *values = matrix->sums != NULL ? matrix->sums : matrix->values;
  coreset_status status = CORESET_OK;
  if (matrix->ones != NULL) {
    core_store_double(bytes + LOW_AT, matrix->spread.low);
    core_store_double(bytes + HIGH_AT, matrix->spread.high);
    store_plane(bytes + plan->values, matrix, matrix->ones);
  }
  size_t models = matrix->models.count;
  for (size_t cell = 0; cell < plan->cells && status == CORESET_OK; cell += models) { /* question by question */
    if (matrix->ones == NULL) core_copy64(bytes + plan->values + 8 * cell, values + cell, models);
    for (size_t i = cell; i < cell + models && matrix->counts != NULL; i++) {
      core_store32(bytes + plan->counts + 4 * i, matrix->counts[i]);
    }
    status = core_poll_work(context, models);
  }
  core_copy64(bytes + plan->parts, matrix->parts, 2 * matrix->part_count); /* cell and part */
  return status;
}

/* All but the frame. */
static coreset_status write_content(coreset_context *context, unsigned char *bytes, const coreset_matrix *matrix,
                                    const layout *plan) {
  coreset_status status;
  core_id_counts_store(bytes + MODELS_AT, &plan->models);
  core_id_counts_store(bytes + QUESTIONS_AT, &plan->questions);
  core_store64(bytes + PART_COUNT_AT, plan->part_count);
  if (matrix->weights != NULL) core_copy64(bytes + plan->weights, matrix->weights, matrix->questions.count);
  if (plan->flags & FLAG_TRIALS) {
    status = write_trials(context, bytes, matrix, plan);
  } else {
    status = write_sums(context, bytes, matrix, plan);
  }
  if (matrix->observed != NULL) store_plane(bytes + plan->observed, matrix, matrix->observed);
  core_id_list_store(bytes + plan->model_ids, &matrix->models);
  core_id_list_store(bytes + plan->question_ids, &matrix->questions);
  return status;
}

coreset_status coreset_matrix_write(coreset_context *context, const coreset_matrix *matrix, size_t limit,
                                    unsigned char **bytes, size_t *size) {
  layout plan;
  *bytes = NULL;
  *size = 0;
  coreset_status status = plan_bytes(context, matrix, limit, &plan);
  if (status != CORESET_OK) return status;
  unsigned char *written = core_allocate(context, plan.size, 1);
  if (written == NULL) return CORESET_NO_MEMORY;
  status = write_content(context, written, matrix, &plan);
  if (status == CORESET_OK) status = core_blob_seal(context, &core_matrix_format, plan.flags, written, plan.size);
  return core_blob_deliver(status, written, plan.size, bytes, size);
}

/* ------------------------------------------------------------------------
** Reading
*/

/* CORESET_CORRUPT with the reason, the rest of a sentence. */
static coreset_status corrupt(coreset_context *context, const char *reason) {
  return core_blob_damaged(context, &core_matrix_format, reason);
}

/* Checks frame, sizes and checksum: afterwards all sections lie within the bytes. */
static coreset_status read_header(coreset_context *context, const unsigned char *bytes, size_t size, layout *plan) {
  coreset_status status = core_blob_open(context, &core_matrix_format, bytes, size, &plan->flags);
  if (status != CORESET_OK) return status;
  plan->part_count = core_load64(bytes + PART_COUNT_AT);
  if (plan->flags > FLAGS_KNOWN || !core_id_counts_load(bytes + MODELS_AT, &plan->models) ||
      !core_id_counts_load(bytes + QUESTIONS_AT, &plan->questions) || !lay_out(plan) || plan->size != size) {
    return corrupt(context, "its counts do not add up to its size");
  }
  return core_blob_verify(context, &core_matrix_format, bytes, size);
}

/* The identifiers, in order. */
static coreset_status load_ids(coreset_context *context, const unsigned char *bytes, const layout *plan,
                               coreset_matrix *matrix) {
  const char *reason = NULL;
  coreset_status status =
      core_id_list_load(context, &matrix->arena, bytes + plan->model_ids, &plan->models, &matrix->models, &reason);
  if (status == CORESET_OK) {
    status = core_id_list_load(context, &matrix->arena, bytes + plan->question_ids, &plan->questions,
                               &matrix->questions, &reason);
  }
  matrix->words = (matrix->models.count + 63) / 64;
  return status == CORESET_CORRUPT ? corrupt(context, reason) : status;
}

/* Numbers in the matrix's arena; -0 becomes 0. */
static coreset_status load_doubles(coreset_context *context, coreset_matrix *matrix, const unsigned char *bytes,
                                   size_t count, double **values) {
  *values = core_take(context, &matrix->arena, count, sizeof(double));
  coreset_status status = matrix->arena.status;
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    (*values)[i] = core_load_double(bytes + 8 * i) + 0.0;
    if (i % NUMBERS_PER_POLL == 0) status = core_poll_work(context, NUMBERS_PER_POLL);
  }
  return status;
}

/* The arrays that the flags call for, and what is in them. */
static coreset_status load_sections(coreset_context *context, const unsigned char *bytes, const layout *plan,
                                    coreset_matrix *matrix) {
  core_arena *arena = &matrix->arena;
  double **values = plan->flags & FLAG_COUNTS ? &matrix->sums : &matrix->values;
  coreset_status status = CORESET_OK;
  if (plan->flags & FLAG_WEIGHTS) {
    status = load_doubles(context, matrix, bytes + plan->weights, matrix->questions.count, &matrix->weights);
  }
  if (plan->flags & FLAG_PLANE) {
    matrix->spread.low = core_load_double(bytes + LOW_AT) + 0.0;
    matrix->spread.high = core_load_double(bytes + HIGH_AT) + 0.0;
    matrix->ones = load_plane(context, matrix, bytes + plan->values);
  } else if (status == CORESET_OK) {
    status = load_doubles(context, matrix, bytes + plan->values, plan->cells, values);
  }
  if (status != CORESET_OK) return status;
  if (plan->flags & FLAG_MISSING) matrix->observed = load_plane(context, matrix, bytes + plan->observed);
  if (plan->flags & FLAG_COUNTS) matrix->counts = core_take(context, arena, plan->cells, sizeof(uint32_t));
  for (size_t i = 0; i < plan->cells && matrix->counts != NULL; i++) {
    matrix->counts[i] = core_load32(bytes + plan->counts + 4 * i);
  }
  matrix->part_count = plan->flags & FLAG_TRIALS ? 0 : (size_t)plan->part_count;
  matrix->parts = core_take(context, arena, matrix->part_count, sizeof(core_matrix_part));
  if (arena->status != CORESET_OK) return arena->status;
  core_copy64(matrix->parts, bytes + plan->parts, 2 * matrix->part_count);
  return CORESET_OK;
}

/* Checks and adds the list of repeated cells to sums and counts, which hold the others, for which the plane stands. */
static coreset_status add_trials(coreset_context *context, const unsigned char *bytes, const layout *plan,
                                 coreset_matrix *matrix) {
  size_t models = matrix->models.count;
  uint64_t least = 0; /* the first cell that may come next */
  for (size_t i = 0; i < plan->part_count; i++) {
    const unsigned char *entry = bytes + plan->parts + TRIALS_SIZE * i;
    uint64_t cell = core_load64(entry);
    uint32_t successes = core_load32(entry + SUCCESSES_AT), count = core_load32(entry + COUNT_AT);
    if (cell < least || cell >= plan->cells || matrix->counts[cell] == 0) {
      return corrupt(context, "its repeated cells are out of order or do not exist");
    }
    if (count < 2 || successes > count || core_bit(matrix->ones + cell / models * matrix->words, cell % models)) {
      return corrupt(context, "the scores of a repeated cell are impossible");
    }
    matrix->sums[cell] = successes;
    matrix->counts[cell] = count;
    least = cell + 1;
  }
  return CORESET_OK;
}

/* Turns successes out of trials into sums and counts. */
static coreset_status expand_trials(coreset_context *context, const unsigned char *bytes, const layout *plan,
                                    coreset_matrix *matrix) {
  size_t models = matrix->models.count;
  if (!(plan->flags & FLAG_PLANE) || (plan->flags & FLAG_COUNTS) || plan->part_count == 0) {
    return corrupt(context, "its flags contradict each other");
  }
  if (fabs(matrix->spread.low) > 0 || islessgreater(matrix->spread.high, 1) || isnan(matrix->spread.high)) {
    return corrupt(context, "its two values are impossible");
  }
  matrix->sums = core_take(context, &matrix->arena, plan->cells, sizeof(double));
  matrix->counts = core_take(context, &matrix->arena, plan->cells, sizeof(uint32_t));
  if (matrix->arena.status != CORESET_OK) return matrix->arena.status;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    for (size_t m = 0; m < models; m++) {
      int one = core_bit(matrix->ones + q * matrix->words, m), observed = core_matrix_observed(matrix, m, q);
      if (one > observed) return corrupt(context, "a missing cell has a score");
      matrix->sums[q * models + m] = one;
      matrix->counts[q * models + m] = (uint32_t)observed;
    }
  }
  coreset_status status = add_trials(context, bytes, plan, matrix);
  matrix->ones = core_drop(&matrix->arena, matrix->ones);
  matrix->spread = (core_spread){0};
  return status;
}

/* Checks the two values and the plane of a binary matrix: each value occurs. */
static coreset_status check_plane(coreset_context *context, coreset_matrix *matrix) {
  core_bit_counter count = core_choose_bit_counter();
  core_spread *spread = &matrix->spread;
  size_t words = matrix->questions.count * matrix->words;
  size_t cells = matrix->models.count * matrix->questions.count;
  size_t ones = count(matrix->ones, matrix->ones, words);
  if (matrix->observed != NULL) {
    cells = count(matrix->observed, matrix->observed, words);
    if (count(matrix->ones, matrix->observed, words) < ones) return corrupt(context, "a missing cell has a score");
  }
  if (!(spread->low >= -CORESET_LARGEST_SCORE && spread->low <= spread->high &&
        spread->high <= CORESET_LARGEST_SCORE)) {
    return corrupt(context, "its two values are impossible");
  }
  spread->distinct = (ones < cells) + (ones > 0);
  if ((spread->distinct == 2) != (spread->low < spread->high) || (ones > 0 && spread->distinct == 1) ||
      (spread->distinct == 0 && fabs(spread->low) > 0)) {
    return corrupt(context, "its two values are not those of its cells");
  }
  return CORESET_OK;
}

/* Checks the values or sums, and the counts: a missing cell has a count of 0 and so
** nothing but 0 can be its sum. */
static coreset_status check_values(coreset_context *context, const coreset_matrix *matrix) {
  const double *values = matrix->sums != NULL ? matrix->sums : matrix->values;
  const uint32_t *counts = matrix->counts;
  size_t models = matrix->models.count;
  for (size_t q = 0; q < matrix->questions.count; q++) {
    int miscounted = 0, impossible = 0;
    coreset_status status = core_poll_work(context, models);
    if (status != CORESET_OK) return status;
    for (size_t m = 0; m < models && counts != NULL; m++) {
      miscounted |= (counts[q * models + m] > 0) != core_matrix_observed(matrix, m, q);
    }
    for (size_t m = 0; m < models && values != NULL; m++) {
      uint32_t count = counts == NULL ? (uint32_t)core_matrix_observed(matrix, m, q) : counts[q * models + m];
      impossible |= !(fabs(values[q * models + m]) <= CORESET_LARGEST_SCORE * count);
    }
    if (miscounted) return corrupt(context, "a count does not go with its cell");
    if (impossible) return corrupt(context, "a score is impossible");
  }
  return CORESET_OK;
}

/* Checks the further parts of sums, and the weights. */
static coreset_status check_parts(coreset_context *context, const layout *plan, const coreset_matrix *matrix) {
  for (size_t i = 0; i < matrix->part_count; i++) {
    const core_matrix_part *part = &matrix->parts[i];
    int follows = i > 0 && part[-1].cell == part->cell;
    if (part->cell >= plan->cells || matrix->sums == NULL || matrix->counts[part->cell] < 2 ||
        (i > 0 && part[-1].cell > part->cell)) {
      return corrupt(context, "a part of a sum belongs to no cell");
    }
    double before = fabs(follows ? part[-1].part : matrix->sums[part->cell]);
    /* below half a unit in the last place, hence well below */
    if (!(fabs(part->part) > 0 && fabs(part->part) <= before * 0x1p-53)) {
      return corrupt(context, "a part of a sum is impossible");
    }
  }
  for (size_t q = 0; q < matrix->questions.count && matrix->weights != NULL; q++) {
    if (!(matrix->weights[q] >= 0 && matrix->weights[q] < INFINITY)) return corrupt(context, "a weight is impossible");
  }
  return CORESET_OK;
}

coreset_status coreset_matrix_read(coreset_context *context, const void *bytes, size_t size, coreset_matrix **result) {
  layout plan = {0};
  *result = NULL;
  coreset_status status = read_header(context, bytes, size, &plan);
  if (status != CORESET_OK) return status;
  coreset_matrix *matrix = core_object(context, sizeof(*matrix));
  if (matrix == NULL) return CORESET_NO_MEMORY;
  status = load_ids(context, bytes, &plan, matrix);
  if (status == CORESET_OK) status = load_sections(context, bytes, &plan, matrix);
  if (status == CORESET_OK && (plan.flags & FLAG_TRIALS)) status = expand_trials(context, bytes, &plan, matrix);
  if (status == CORESET_OK) status = check_values(context, matrix);
  if (status == CORESET_OK && matrix->ones != NULL) status = check_plane(context, matrix);
  if (status == CORESET_OK) status = check_parts(context, &plan, matrix);
  if (status == CORESET_OK && matrix->sums != NULL) status = core_matrix_average(context, matrix);
  if (status == CORESET_OK) status = core_matrix_complete(context, matrix);
  *result = status == CORESET_OK ? matrix : NULL;
  if (status != CORESET_OK) coreset_matrix_free(matrix);
  return status;
}
