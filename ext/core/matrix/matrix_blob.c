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
**         12     4  flags: 1 two values, 2 missing cells, 4 counts, 8 weights
**         16     8  size of the whole in bytes
**         24     8  checksum of the whole, these 8 bytes counting as zero (checksum.h)
**         32     8  models with an integer identifier
**         40     8  models with a text
**         48     8  bytes of these texts together
**         56    24  the same three for questions
**         80     8  p, further parts of sums
**         88     8  low, the smaller of the two values (double); 0 without flag 1
**         96     8  high, the larger; equal to low where there is only one
**        104        weights: Q doubles (flag 8; without it each is 1)
**                   values: M Q bits, 1 for high (flag 1), or M Q doubles, each the
**                     first part of the cell's sum; 0 where missing
**                   observed: M Q bits, 1 for a cell with a score (flag 2)
**                   counts: M Q numbers of 4 bytes, how many scores a cell sums,
**                     0 where missing (flag 4; without it each is 1)
**                   parts: p times a cell (8 bytes) and a further part of its sum
**                     (double), by cell, then from large to small (exact.h)
**                   models: integers (8 bytes each, increasing); where each text ends
**                     (4 bytes each; it begins where the one before ends); the texts
**                   questions: the same
**
** Bit i of a section is bit i % 8 of its byte i / 8. One matrix has exactly one form,
** whatever the order of the rows it was made from: bits are used whenever two values
** say all, each optional section only when something in it is not the default.
**
** Bytes come from users' databases: a reader must not believe anything. The checksum
** only tells of accidents, since whoever changes bytes can compute it anew. So every
** count is checked against the size before it is used, and every number against what
** the rest of the core relies on.
*/
#include <math.h>
#include <string.h>

#include "base/bytes.h"
#include "base/checksum.h"
#include "matrix/id_blob.h"
#include "matrix/matrix.h"
#include "numeric/bits.h"

static const unsigned char magic[8] = "CoreMat";

#define FORMAT_VERSION 1
#define CHECKSUM_OFFSET 24
#define HEADER_SIZE 104

enum flag { FLAG_PLANE = 1, FLAG_MISSING = 2, FLAG_COUNTS = 4, FLAG_WEIGHTS = 8, FLAGS_KNOWN = 15 };

/* What a matrix holds and where its sections begin. */
typedef struct layout {
  unsigned flags;
  core_id_counts models, questions;
  uint64_t part_count;
  size_t cells;
  size_t weights, values, observed, counts, parts, model_ids, question_ids; /* offsets */
  size_t size;                                                              /* of the whole */
} layout;

/* Places a section of count elements of unit bits each at *end; 0 on overflow. */
static int place(size_t *end, size_t *offset, uint64_t count, unsigned unit) {
  uint64_t bits, size;
  *offset = *end;
  if (__builtin_mul_overflow(count, (uint64_t)unit, &bits)) return 0;
  size = bits / 8 + (bits % 8 != 0);
  size = (size + 7) / 8 * 8;
  return !__builtin_add_overflow(*end, size, end);
}

/* Computes offsets and size from flags and numbers; 0 on overflow. */
static int lay_out(layout *plan) {
  uint64_t models = core_id_counts_total(&plan->models), questions = core_id_counts_total(&plan->questions);
  uint64_t model_bytes, question_bytes, cells;
  unsigned flags = plan->flags;
  size_t end = HEADER_SIZE;
  if (__builtin_mul_overflow(models, questions, &cells) || cells > SIZE_MAX / 16) return 0;
  plan->cells = (size_t)cells;
  if (!core_id_counts_size(&plan->models, &model_bytes) || !core_id_counts_size(&plan->questions, &question_bytes)) {
    return 0;
  }
  if (!place(&end, &plan->weights, flags & FLAG_WEIGHTS ? questions : 0, 64) ||
      !place(&end, &plan->values, cells, flags & FLAG_PLANE ? 1 : 64) ||
      !place(&end, &plan->observed, flags & FLAG_MISSING ? cells : 0, 1) ||
      !place(&end, &plan->counts, flags & FLAG_COUNTS ? cells : 0, 32) ||
      !place(&end, &plan->parts, plan->part_count, 128) || !place(&end, &plan->model_ids, model_bytes, 8) ||
      !place(&end, &plan->question_ids, question_bytes, 8)) {
    return 0;
  }
  plan->size = end;
  return 1;
}

/* ------------------------------------------------------------------------
** Planes as consecutive bits
*/

/* Writes a plane's columns of models bits one after another. bytes is zero and has
** whole words to its end. */
static void pack_plane(unsigned char *bytes, const uint64_t *plane, size_t models, size_t questions) {
  size_t words = (models + 63) / 64, q, w, bit = 0;
  for (q = 0; q < questions; q++) {
    for (w = 0; w < words; w++) {
      uint64_t word = plane[q * words + w];
      size_t width = w + 1 < words ? 64 : models - 64 * w, at = bit / 64 * 8, shift = bit % 64;
      core_store64(bytes + at, core_load64(bytes + at) | word << shift);
      if (shift + width > 64) core_store64(bytes + at + 8, word >> (64 - shift));
      bit += width;
    }
  }
}

/* The reverse. */
static void unpack_plane(const unsigned char *bytes, uint64_t *plane, size_t models, size_t questions) {
  size_t words = (models + 63) / 64, q, w, bit = 0;
  for (q = 0; q < questions; q++) {
    for (w = 0; w < words; w++) {
      size_t width = w + 1 < words ? 64 : models - 64 * w, at = bit / 64 * 8, shift = bit % 64;
      uint64_t word = core_load64(bytes + at) >> shift;
      if (shift + width > 64) word |= core_load64(bytes + at + 8) << (64 - shift);
      if (width < 64) word &= ((uint64_t)1 << width) - 1;
      plane[q * words + w] = word;
      bit += width;
    }
  }
}

/* ------------------------------------------------------------------------
** Writing
*/

static void write_header(unsigned char *bytes, const coreset_matrix *matrix, const layout *plan) {
  memcpy(bytes, magic, sizeof(magic));
  core_store32(bytes + 8, FORMAT_VERSION);
  core_store32(bytes + 12, plan->flags);
  core_store64(bytes + 16, plan->size);
  core_id_counts_store(bytes + 32, &plan->models);
  core_id_counts_store(bytes + 56, &plan->questions);
  core_store64(bytes + 80, plan->part_count);
  if (plan->flags & FLAG_PLANE) {
    core_store_double(bytes + 88, matrix->spread.low);
    core_store_double(bytes + 96, matrix->spread.high);
  }
}

static void write_sections(unsigned char *bytes, const coreset_matrix *matrix, const layout *plan) {
  size_t models = matrix->models.count, questions = matrix->questions.count, i;
  const double *values = matrix->sums != NULL ? matrix->sums : matrix->values;
  if (matrix->weights != NULL) {
    for (i = 0; i < questions; i++) core_store_double(bytes + plan->weights + 8 * i, matrix->weights[i]);
  }
  if (plan->flags & FLAG_PLANE) {
    pack_plane(bytes + plan->values, matrix->ones, models, questions);
  } else {
    for (i = 0; i < plan->cells; i++) core_store_double(bytes + plan->values + 8 * i, values[i]);
  }
  if (matrix->observed != NULL) pack_plane(bytes + plan->observed, matrix->observed, models, questions);
  if (matrix->counts != NULL) {
    for (i = 0; i < plan->cells; i++) core_store32(bytes + plan->counts + 4 * i, matrix->counts[i]);
  }
  for (i = 0; i < matrix->part_count; i++) {
    core_store64(bytes + plan->parts + 16 * i, matrix->parts[i].cell);
    core_store_double(bytes + plan->parts + 16 * i + 8, matrix->parts[i].part);
  }
  core_id_list_store(bytes + plan->model_ids, &matrix->models);
  core_id_list_store(bytes + plan->question_ids, &matrix->questions);
}

coreset_status core_matrix_write(coreset_context *context, const coreset_matrix *matrix, size_t limit,
                                 unsigned char **result, size_t *size) {
  layout plan = {.size = SIZE_MAX};
  unsigned char *bytes;
  if (matrix->ones != NULL) plan.flags |= FLAG_PLANE;
  if (matrix->observed != NULL) plan.flags |= FLAG_MISSING;
  if (matrix->counts != NULL) plan.flags |= FLAG_COUNTS;
  if (matrix->weights != NULL) plan.flags |= FLAG_WEIGHTS;
  plan.models = core_id_list_counts(&matrix->models);
  plan.questions = core_id_list_counts(&matrix->questions);
  plan.part_count = matrix->part_count;
  if (!lay_out(&plan) || plan.size > limit) {
    return core_matrix_too_big(context, matrix->models.count, matrix->questions.count, (double)plan.size, limit);
  }
  bytes = core_allocate(context, plan.size, 1);
  if (bytes == NULL) return CORESET_NO_MEMORY;
  write_header(bytes, matrix, &plan);
  write_sections(bytes, matrix, &plan);
  core_store64(bytes + CHECKSUM_OFFSET, core_checksum(bytes, plan.size, CHECKSUM_OFFSET));
  *result = bytes;
  *size = plan.size;
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** Reading
*/

int core_matrix_recognise(const void *bytes, size_t size) {
  return bytes != NULL && size >= sizeof(magic) && memcmp(bytes, magic, sizeof(magic)) == 0;
}

/* CORESET_CORRUPT with the reason, the rest of a sentence. */
static coreset_status corrupt(coreset_context *context, const char *reason) {
  return core_fail(context, CORESET_CORRUPT, "this score matrix is damaged: %s", reason);
}

/* Checks magic, version, sizes and checksum: afterwards all sections lie within the
** bytes. */
static coreset_status read_frame(coreset_context *context, const unsigned char *bytes, size_t size, layout *plan) {
  uint64_t stated;
  if (!core_matrix_recognise(bytes, size)) {
    return core_fail(context, CORESET_CORRUPT, "these %zu bytes are not a score matrix, as made by score_matrix()",
                     size);
  }
  if (size < HEADER_SIZE) return corrupt(context, "it is truncated");
  if (core_load32(bytes + 8) != FORMAT_VERSION) {
    return core_fail(context, CORESET_CORRUPT,
                     "this score matrix has format version %lu, this program reads version %d",
                     (unsigned long)core_load32(bytes + 8), FORMAT_VERSION);
  }
  stated = core_load64(bytes + 16);
  if (stated > size) {
    return core_fail(context, CORESET_CORRUPT, "this score matrix is truncated: %zu of %llu bytes", size,
                     (unsigned long long)stated);
  }
  plan->flags = core_load32(bytes + 12);
  plan->part_count = core_load64(bytes + 80);
  if (stated < size || plan->flags > FLAGS_KNOWN || !core_id_counts_load(bytes + 32, &plan->models) ||
      !core_id_counts_load(bytes + 56, &plan->questions) || !lay_out(plan) || plan->size != size) {
    return corrupt(context, "its counts do not add up to its size");
  }
  if (core_load64(bytes + CHECKSUM_OFFSET) != core_checksum(bytes, size, CHECKSUM_OFFSET)) {
    return corrupt(context, "its checksum does not match");
  }
  return CORESET_OK;
}

/* Allocates the arrays that the flags call for. */
static coreset_status allocate_arrays(coreset_context *context, const layout *plan, coreset_matrix *matrix) {
  size_t plane = matrix->questions.count * matrix->words;
  double **doubles = plan->flags & FLAG_COUNTS ? &matrix->sums : &matrix->values;
  if ((plan->flags & FLAG_PLANE && (matrix->ones = core_allocate(context, plane, sizeof(uint64_t))) == NULL) ||
      (!(plan->flags & FLAG_PLANE) && (*doubles = core_allocate(context, plan->cells, sizeof(double))) == NULL) ||
      (plan->flags & FLAG_MISSING && (matrix->observed = core_allocate(context, plane, sizeof(uint64_t))) == NULL) ||
      (plan->flags & FLAG_COUNTS && (matrix->counts = core_allocate(context, plan->cells, sizeof(uint32_t))) == NULL) ||
      (plan->flags & FLAG_WEIGHTS &&
       (matrix->weights = core_allocate(context, matrix->questions.count, sizeof(double))) == NULL) ||
      (matrix->parts = core_allocate(context, (size_t)plan->part_count, sizeof(core_matrix_part))) == NULL) {
    return CORESET_NO_MEMORY;
  }
  return CORESET_OK;
}

/* Copies doubles; -0 becomes 0. */
static void load_doubles(const unsigned char *bytes, double *values, size_t count) {
  size_t i;
  for (i = 0; i < count; i++) values[i] = core_load_double(bytes + 8 * i) + 0.0;
}

static void load_sections(const unsigned char *bytes, const layout *plan, coreset_matrix *matrix) {
  size_t models = matrix->models.count, questions = matrix->questions.count, i;
  if (matrix->weights != NULL) load_doubles(bytes + plan->weights, matrix->weights, questions);
  if (matrix->values != NULL) load_doubles(bytes + plan->values, matrix->values, plan->cells);
  if (matrix->sums != NULL) load_doubles(bytes + plan->values, matrix->sums, plan->cells);
  if (matrix->ones != NULL) unpack_plane(bytes + plan->values, matrix->ones, models, questions);
  if (matrix->observed != NULL) unpack_plane(bytes + plan->observed, matrix->observed, models, questions);
  for (i = 0; i < plan->cells && matrix->counts != NULL; i++) {
    matrix->counts[i] = core_load32(bytes + plan->counts + 4 * i);
  }
  matrix->part_count = (size_t)plan->part_count;
  for (i = 0; i < matrix->part_count; i++) {
    matrix->parts[i].cell = core_load64(bytes + plan->parts + 16 * i);
    matrix->parts[i].part = core_load_double(bytes + plan->parts + 16 * i + 8);
  }
}

/* Checks the two values and the plane of a binary matrix: each value occurs. */
static coreset_status check_plane(coreset_context *context, const unsigned char *bytes, coreset_matrix *matrix) {
  core_bit_counter count = core_choose_bit_counter();
  core_spread *spread = &matrix->spread;
  size_t words = matrix->questions.count * matrix->words;
  size_t cells = matrix->models.count * matrix->questions.count;
  size_t ones = count(matrix->ones, matrix->ones, words);
  if (matrix->observed != NULL) {
    cells = count(matrix->observed, matrix->observed, words);
    if (count(matrix->ones, matrix->observed, words) < ones) return corrupt(context, "a missing cell has a score");
  }
  load_doubles(bytes + 88, &spread->low, 1);
  load_doubles(bytes + 96, &spread->high, 1);
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
  size_t models = matrix->models.count, m, q;
  if (values == NULL && matrix->counts == NULL) return CORESET_OK;
  for (q = 0; q < matrix->questions.count; q++) {
    int miscounted = 0, impossible = 0;
    for (m = 0; m < models; m++) {
      size_t cell = q * models + m;
      uint32_t observed = (uint32_t)core_matrix_observed(matrix, m, q);
      uint32_t count = matrix->counts == NULL ? observed : matrix->counts[cell];
      miscounted |= (count > 0) != observed;
      if (values != NULL) impossible |= !(fabs(values[cell]) <= CORESET_LARGEST_SCORE * count);
    }
    if (miscounted) return corrupt(context, "a count does not go with its cell");
    if (impossible) return corrupt(context, "a score is impossible");
  }
  return CORESET_OK;
}

/* Checks the further parts of sums, and the weights. */
static coreset_status check_parts(coreset_context *context, const layout *plan, const coreset_matrix *matrix) {
  size_t i;
  for (i = 0; i < matrix->part_count; i++) {
    const core_matrix_part *part = &matrix->parts[i];
    int follows = i > 0 && part[-1].cell == part->cell;
    double before;
    if (part->cell >= plan->cells || matrix->sums == NULL || matrix->counts[part->cell] < 2 ||
        (i > 0 && part[-1].cell > part->cell)) {
      return corrupt(context, "a part of a sum belongs to no cell");
    }
    before = fabs(follows ? part[-1].part : matrix->sums[part->cell]);
    /* below half a unit in the last place, hence well below */
    if (!(fabs(part->part) > 0 && fabs(part->part) <= before * 0x1p-53)) {
      return corrupt(context, "a part of a sum is impossible");
    }
  }
  for (i = 0; i < matrix->questions.count && matrix->weights != NULL; i++) {
    if (!(matrix->weights[i] >= 0) || isinf(matrix->weights[i])) return corrupt(context, "a weight is impossible");
  }
  return CORESET_OK;
}

coreset_status coreset_matrix_read(coreset_context *context, const void *source, size_t size, coreset_matrix **result) {
  const unsigned char *bytes = source;
  layout plan = {0};
  coreset_matrix *matrix = NULL;
  const char *reason = NULL;
  coreset_status status;
  *result = NULL;
  status = read_frame(context, bytes, size, &plan);
  if (status != CORESET_OK) return status;
  matrix = core_allocate(context, 1, sizeof(*matrix));
  if (matrix == NULL) return CORESET_NO_MEMORY;
  status = core_id_list_load(context, bytes + plan.model_ids, &plan.models, &matrix->models, &reason);
  if (status == CORESET_OK) {
    status = core_id_list_load(context, bytes + plan.question_ids, &plan.questions, &matrix->questions, &reason);
  }
  if (status == CORESET_CORRUPT) status = corrupt(context, reason);
  matrix->words = (matrix->models.count + 63) / 64;
  if (status == CORESET_OK) status = allocate_arrays(context, &plan, matrix);
  if (status == CORESET_OK) {
    load_sections(bytes, &plan, matrix);
    status = check_values(context, matrix);
  }
  if (status == CORESET_OK && matrix->ones != NULL) status = check_plane(context, bytes, matrix);
  if (status == CORESET_OK) status = check_parts(context, &plan, matrix);
  if (status == CORESET_OK && matrix->sums != NULL) status = core_matrix_average(context, matrix);
  if (status == CORESET_OK) status = core_matrix_complete(context, matrix);
  if (status == CORESET_OK) {
    *result = matrix;
  } else {
    coreset_matrix_free(matrix);
  }
  return status;
}
