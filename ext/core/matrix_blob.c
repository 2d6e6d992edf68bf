/*
** matrix_blob.c: a score matrix as bytes: the format, and writing it.
**
** All numbers are little-endian, doubles are IEEE 754, integers unsigned unless
** said otherwise. Equal matrices have equal bytes: whatever could be written in
** two ways has one that is right, and reading (matrix_read.c) refuses the other.
**
**   offset  size  header, 128 bytes
**        0     8  "scoremtx"
**        8     4  version of the format: 1
**       12     4  flags: 1 plane, 2 missing, 4 counts, 8 wide counts, 16 weights
**       16     8  checksum of all bytes, these 8 taken as zero (checksum.c)
**       24     8  size of everything in bytes
**       32     8  M, number of models, below 2^31
**       40     8  Q, number of questions, below 2^31
**       48     8  cells that have a score
**       56     8  repeats: scores beyond the first of their cell
**       64     8  MI, number of models whose identifier is an integer
**       72     8  MT, bytes of all other models' identifiers, below 2^32
**       80     8  QI, the same for questions
**       88     8  QT
**       96     8  P, number of further parts of sums
**      104     8  low, double: what bit 0 of the plane means
**      112     8  high, double: what bit 1 means
**      120     8  zero
**
** Sections follow in this order. Each begins at a multiple of 8 bytes, with zeros
** filling the gap before it; so do zeros after the last.
**
**   bytes       section
**   8 MI        model identifiers that are integers, signed, increasing
**   4 (M - MI)  for each model identifier that is a text, where it ends in the next
**               section; it begins where the one before ends
**   MT          texts of model identifiers, increasing by bytes
**   8 QI        the same three for questions
**   4 (Q - QI)
**   QT
**   8 Q         if flag 16: weight of each question, double
**   8 W         if flag 2: bit 1 for each cell that has a score, W = ceil(M Q / 64)
**   8 W         if flag 1: bit 1 for each cell that equals high; or
**   8 M Q       if not: double, the sum of the cell's scores, rounded to nearest
**   4 M Q       if flag 4: the number of scores of each cell; or
**   8 M Q       if flag 8: the same with 64 bits
**   16 P        further parts of sums: number of the cell, then a double
**
** Cells are counted question by question: question * M + model. Bit i of a plane is
** bit i % 8 of byte i / 8, the lowest being bit 0; unused bits are 0. A missing
** cell is 0 in every section.
**
** What is right where there is a choice:
**
**   * flag 2 is set if a cell is missing; 4 if some cell has two scores or more,
**     unless some has 2^32 or more, then 8; 16 if some weight is not 1.
**   * flag 1 is set if the averages of the cells have at most two distinct values,
**     and each sum is exactly the average times the count. low and high are the
**     smallest and largest; if they are equal all bits are 0; without any cell both
**     are 0. Without flag 1 both are 0 as well.
**   * a sum that is no double has further parts: what rounding it left, rounded to
**     nearest, and so on, until nothing is left (exact.c). They are ordered by cell,
**     then as they arise.
**   * no double is -0.
*/
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "matrix_blob.h"

/* Appends a section of count elements of size bytes to the layout: returns where it
** begins. *sound is cleared when that does not fit into 64 bits. */
static uint64_t place(uint64_t *end, uint64_t count, uint64_t size, int *sound) {
  uint64_t start = *end, length;
  if (__builtin_mul_overflow(count, size, &length) || __builtin_add_overflow(length, 7, &length) ||
      __builtin_add_overflow(start, length & ~UINT64_C(7), end)) {
    *sound = 0;
  }
  return start;
}

static coreset_blob_ids place_ids(uint64_t *end, uint64_t count, uint64_t integers, uint64_t text, int *sound) {
  coreset_blob_ids ids;
  ids.integers = place(end, integers, 8, sound);
  ids.ends = place(end, count - integers, 4, sound);
  ids.text = place(end, text, 1, sound);
  return ids;
}

int coreset_blob_lay_out(const coreset_blob_header *header, coreset_blob_layout *layout) {
  const uint64_t limit = UINT64_C(1) << 31;
  uint64_t cells, plane_words, end = CORESET_BLOB_HEADER_SIZE;
  unsigned flags = header->flags;
  int sound = 1;
  if (header->models >= limit || header->questions >= limit || header->model_integers > header->models ||
      header->question_integers > header->questions || header->model_text > UINT32_MAX ||
      header->question_text > UINT32_MAX) {
    return 0;
  }
  cells = header->models * header->questions;
  plane_words = coreset_blob_plane_words(header);
  layout->models = place_ids(&end, header->models, header->model_integers, header->model_text, &sound);
  layout->questions = place_ids(&end, header->questions, header->question_integers, header->question_text, &sound);
  layout->weights = place(&end, flags & CORESET_BLOB_WEIGHTS ? header->questions : 0, 8, &sound);
  layout->observed = place(&end, flags & CORESET_BLOB_MISSING ? plane_words : 0, 8, &sound);
  layout->values = place(&end, flags & CORESET_BLOB_PLANE ? plane_words : cells, 8, &sound);
  layout->counts = place(&end, flags & (CORESET_BLOB_COUNTS | CORESET_BLOB_WIDE_COUNTS) ? cells : 0,
                         flags & CORESET_BLOB_WIDE_COUNTS ? 8 : 4, &sound);
  layout->parts = place(&end, header->parts, 16, &sound);
  layout->size = end;
  return sound;
}

coreset_status coreset_blob_measure(coreset_context *context, const coreset_blob_header *header, size_t limit,
                                    coreset_blob_layout *layout) {
  int sound = coreset_blob_lay_out(header, layout);
  if (sound && layout->size <= limit) return CORESET_OK;
  return coreset_fail(context, CORESET_TOO_BIG,
                      "the score matrix of %llu models x %llu questions would take %s%llu bytes; the limit is %zu",
                      (unsigned long long)header->models, (unsigned long long)header->questions,
                      sound ? "" : "more than ", sound ? (unsigned long long)layout->size : UINT64_MAX, limit);
}

void coreset_contents_describe_ids(coreset_contents *contents) {
  coreset_blob_header *header = &contents->header;
  header->models = contents->models.count;
  header->model_integers = contents->models.integer_count;
  header->model_text = coreset_id_list_text_size(&contents->models);
  header->questions = contents->questions.count;
  header->question_integers = contents->questions.integer_count;
  header->question_text = coreset_id_list_text_size(&contents->questions);
}

static void write_header(unsigned char *bytes, const coreset_blob_header *header, uint64_t size) {
  memcpy(bytes, CORESET_BLOB_MAGIC, 8);
  coreset_store32(bytes + CORESET_BLOB_VERSION_OFFSET, CORESET_BLOB_VERSION);
  coreset_store32(bytes + 12, header->flags);
  coreset_store64(bytes + CORESET_BLOB_SIZE_OFFSET, size);
  coreset_store64(bytes + 32, header->models);
  coreset_store64(bytes + 40, header->questions);
  coreset_store64(bytes + 48, header->cells);
  coreset_store64(bytes + 56, header->repeats);
  coreset_store64(bytes + 64, header->model_integers);
  coreset_store64(bytes + 72, header->model_text);
  coreset_store64(bytes + 80, header->question_integers);
  coreset_store64(bytes + 88, header->question_text);
  coreset_store64(bytes + 96, header->parts);
  coreset_store_double(bytes + 104, header->low);
  coreset_store_double(bytes + 112, header->high);
}

static void write_ids(unsigned char *bytes, const coreset_blob_ids *at, const coreset_id_list *ids) {
  size_t texts = ids->count - ids->integer_count;
  for (size_t i = 0; i < ids->integer_count; i++) {
    coreset_store64(bytes + at->integers + 8 * i, (uint64_t)ids->integers[i]);
  }
  for (size_t i = 0; i < texts; i++) coreset_store32(bytes + at->ends + 4 * i, ids->ends[i]);
  memcpy(bytes + at->text, ids->text, coreset_id_list_text_size(ids));
}

static void write_words(unsigned char *bytes, const uint64_t *words, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) coreset_store64(bytes + 8 * i, words[i]);
}

static void write_doubles(unsigned char *bytes, const double *values, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) coreset_store_double(bytes + 8 * i, values[i]);
}

coreset_status coreset_contents_write(coreset_context *context, const coreset_contents *contents, size_t limit,
                                      unsigned char **bytes, size_t *size) {
  const coreset_blob_header *header = &contents->header;
  uint64_t cells = header->models * header->questions;
  coreset_blob_layout at;
  unsigned char *blob;
  coreset_status status = coreset_blob_measure(context, header, limit, &at);
  if (status != CORESET_OK) return status;
  blob = coreset_allocate(context, (size_t)at.size, 1);
  if (blob == NULL) return CORESET_NO_MEMORY;

  write_header(blob, header, at.size);
  write_ids(blob, &at.models, &contents->models);
  write_ids(blob, &at.questions, &contents->questions);
  if (header->flags & CORESET_BLOB_WEIGHTS) write_doubles(blob + at.weights, contents->weights, header->questions);
  if (header->flags & CORESET_BLOB_MISSING) {
    write_words(blob + at.observed, contents->observed, coreset_blob_plane_words(header));
  }
  if (header->flags & CORESET_BLOB_PLANE) {
    write_words(blob + at.values, contents->plane, coreset_blob_plane_words(header));
  } else {
    write_doubles(blob + at.values, contents->sums, cells);
  }
  if (header->flags & CORESET_BLOB_WIDE_COUNTS) {
    write_words(blob + at.counts, contents->counts, cells);
  } else if (header->flags & CORESET_BLOB_COUNTS) {
    for (uint64_t i = 0; i < cells; i++) coreset_store32(blob + at.counts + 4 * i, (uint32_t)contents->counts[i]);
  }
  for (uint64_t i = 0; i < header->parts; i++) {
    coreset_store64(blob + at.parts + 16 * i, contents->parts[i].cell);
    coreset_store_double(blob + at.parts + 16 * i + 8, contents->parts[i].value);
  }
  coreset_store64(blob + CORESET_BLOB_CHECKSUM_OFFSET,
                  coreset_checksum(blob, (size_t)at.size, CORESET_BLOB_CHECKSUM_OFFSET));
  *bytes = blob;
  *size = (size_t)at.size;
  return CORESET_OK;
}

void coreset_contents_release(coreset_contents *contents) {
  coreset_id_list_release(&contents->models);
  coreset_id_list_release(&contents->questions);
  coreset_free(contents->weights);
  coreset_free(contents->observed);
  coreset_free(contents->plane);
  coreset_free(contents->sums);
  coreset_free(contents->counts);
  coreset_free(contents->parts);
  memset(contents, 0, sizeof(*contents));
}
