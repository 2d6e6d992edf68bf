/*
** test_matrix.c: score matrices: that nothing depends on the order of rows or shards,
** that sums are exact, and that bytes are believed only when they are right.
*/
#include <stdio.h>

#include "checksum.h"
#include "matrices.h"
#include "matrix.h"

/* A row; a NaN score is a missing cell. */
typedef struct row {
  int64_t model, question;
  double score;
} row;

/* Bytes and how many. */
typedef struct bytes {
  unsigned char *data;
  size_t size;
} bytes;

/* Even questions have integer ids, odd ones texts of many lengths. */
static coreset_id question_id(int64_t number, char text[64]) {
  coreset_id id = {NULL, 0, number};
  if (number % 2 != 0) {
    id.length = (size_t)snprintf(text, 64, "%.*s%d", (int)(number % 19), "abcdefghijklmnopqrstuvwxyz", (int)number);
    id.text = text;
  }
  return id;
}

static void add_rows(coreset_builder *builder, const row *rows, size_t count) {
  coreset_context context = {0};
  size_t i;
  for (i = 0; i < count; i++) {
    char text[64];
    coreset_id model = {NULL, 0, rows[i].model}, question = question_id(rows[i].question, text);
    double weight = rows[i].question == 3 ? 2.5 : 1;
    cr_assert_eq(
        coreset_builder_add(&context, builder, &model, &question, isnan(rows[i].score) ? NULL : &rows[i].score, weight),
        CORESET_OK, "%s", context.message);
  }
}

static coreset_builder *new_builder(void) {
  coreset_context context = {0};
  coreset_builder *builder;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  return builder;
}

static bytes finish(coreset_builder *builder) {
  coreset_context context = {0};
  bytes made;
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &made.data, &made.size), CORESET_OK, "%s",
               context.message);
  coreset_builder_free(builder);
  return made;
}

static bytes matrix_bytes(const row *rows, size_t count) {
  coreset_builder *builder = new_builder();
  add_rows(builder, rows, count);
  return finish(builder);
}

static coreset_matrix *read_bytes(const bytes *from) {
  coreset_context context = {0};
  coreset_matrix *matrix;
  cr_assert_eq(coreset_matrix_read(&context, from->data, from->size, &matrix), CORESET_OK, "%s", context.message);
  return matrix;
}

static void shuffle(row *rows, size_t count, uint64_t *generator) {
  size_t i;
  for (i = count; i > 1; i--) {
    size_t j = (size_t)(coreset_splitmix(generator) % i);
    row swap = rows[i - 1];
    rows[i - 1] = rows[j], rows[j] = swap;
  }
}

/* Rows of several kinds: two values, two odd values, many, and sums that need exactness. */
static size_t make_rows(int kind, row *rows, uint64_t *generator) {
  static const double hard[] = {0.1, 1.0 / 3, 1e200, -1e200, 1e-300, 5e-324, -0.7, 1e16, 1};
  size_t count = kind % 2 == 0 ? 300 : 1500, i;
  for (i = 0; i < count; i++) {
    uint64_t draw = coreset_splitmix(generator);
    rows[i].model = (int64_t)(draw % 23) - 5;
    rows[i].question = (int64_t)(draw >> 8 & 0xFF) % 41;
    switch (kind / 2) {
    case 0:
      rows[i].score = (double)(draw >> 20 & 1);
      break;
    case 1:
      rows[i].score = draw >> 20 & 1 ? 0.1 : -7.25;
      break;
    case 2:
      rows[i].score = (double)(rows[i].model + rows[i].question) / 10; /* equal in all repeats */
      break;
    case 3:
      rows[i].score = rows[i].model % 2 ? 0.1 : 0.3; /* two values, repeated: counts and bits */
      break;
    default:
      rows[i].score = hard[(draw >> 20) % 9];
    }
    if (draw >> 40 & 1 && kind % 4 == 1) rows[i].score = NAN;
  }
  return count;
}

Test(matrix, neither_order_nor_shards_matter) {
  static row rows[1500];
  uint64_t generator = 1;
  int kind, trial;
  for (kind = 0; kind < 10; kind++) {
    size_t count = make_rows(kind, rows, &generator);
    bytes whole = matrix_bytes(rows, count), shuffled, merged;
    coreset_matrix *matrix;
    for (trial = 0; trial < 4; trial++) {
      coreset_context context = {0};
      coreset_builder *builder = new_builder();
      size_t start = 0;
      shuffle(rows, count, &generator);
      shuffled = matrix_bytes(rows, count);
      cr_assert_eq(shuffled.size, whole.size, "kind %d", kind);
      cr_assert_arr_eq(shuffled.data, whole.data, whole.size, "kind %d", kind);
      coreset_free(shuffled.data);
      while (start < count) { /* shards of any size, each through its bytes */
        size_t size = 1 + (size_t)(coreset_splitmix(&generator) % (count - start));
        bytes shard = matrix_bytes(rows + start, size);
        matrix = read_bytes(&shard);
        cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_OK, "%s", context.message);
        coreset_matrix_free(matrix);
        coreset_free(shard.data);
        start += size;
      }
      merged = finish(builder);
      cr_assert_eq(merged.size, whole.size, "kind %d merged", kind);
      cr_assert_arr_eq(merged.data, whole.data, whole.size, "kind %d merged", kind);
      coreset_free(merged.data);
    }
    coreset_free(whole.data);
  }
}

/* Sums in units of 2^-60, exactly, in 128 bits. */
Test(matrix, averages_are_those_of_exact_sums) {
  static row rows[1200];
  uint64_t generator = 9;
  size_t i, cell;
  __int128 sums[12] = {0};
  double counts[12] = {0};
  bytes made;
  coreset_matrix *matrix;
  for (i = 0; i < 1200; i++) {
    int64_t units = (int64_t)coreset_splitmix(&generator) >> (i % 11 * 5);
    rows[i].model = (int64_t)(i % 12);
    rows[i].question = 0;
    rows[i].score = (double)units * 0x1p-60;
    sums[i % 12] += (__int128)(rows[i].score * 0x1p60); /* the rounded score, an integer of these units */
    counts[i % 12]++;
  }
  made = matrix_bytes(rows, 1200);
  matrix = read_bytes(&made);
  for (cell = 0; cell < 12; cell++) {
    double score, expected = (double)((long double)sums[cell] / (long double)counts[cell] * 0x1p-60L);
    uint64_t repeats;
    cr_assert(coreset_matrix_cell(matrix, cell, 0, &score, &repeats));
    cr_assert_eq(repeats, 100);
    cr_assert(fabs(score - expected) <= 1e-15 * fabs(expected) + 0x1p-80, "%.17g, not %.17g", score, expected);
  }
  coreset_matrix_free(matrix);
  coreset_free(made.data);
}

Test(matrix, the_average_of_equal_scores_is_the_score) {
  static const double scores[] = {0.1, 1.0 / 3, 0.7, 1e-300, 123456.789, -2.2};
  size_t s, n;
  for (s = 0; s < 6; s++) {
    for (n = 1; n <= 50; n++) {
      static row rows[50];
      size_t i;
      bytes made;
      coreset_matrix *matrix;
      double score;
      for (i = 0; i < n; i++) rows[i].score = scores[s];
      made = matrix_bytes(rows, n);
      matrix = read_bytes(&made);
      cr_assert(coreset_matrix_cell(matrix, 0, 0, &score, NULL));
      cr_assert_eq(score, scores[s], "%zu times %.17g gives %.17g", n, scores[s], score);
      coreset_matrix_free(matrix);
      coreset_free(made.data);
    }
  }
}

Test(matrix, binary_scores_take_one_bit_each) {
  double *values = simulate_binary(100, 1000, 3);
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  bytes made;
  size_t m, q;
  for (q = 0; q < 1000; q++) {
    for (m = 0; m < 100; m++) {
      coreset_id model = {NULL, 0, (int64_t)m}, question = {NULL, 0, (int64_t)q};
      coreset_builder_add(&context, builder, &model, &question, &values[q * 100 + m], 1);
    }
  }
  made = finish(builder);
  cr_assert_leq(made.size, 104 + 100000 / 8 + 8 + 8 * 1100);
  coreset_free(made.data);
  free(values);
}

Test(matrix, ids_are_ordered_integers_first_then_bytes) {
  static const char *const texts[] = {"", "a", "ab", "a\0b", "B", "\xc3\xa9", "0", "12345678", "123456789", "1234567"};
  static const size_t lengths[] = {0, 1, 2, 3, 1, 2, 1, 8, 9, 7};
  static const int64_t integers[] = {5, INT64_MIN, INT64_MAX, -1, 0};
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  coreset_id model = {"m", 1, 0}, previous;
  double score = 1;
  coreset_matrix *matrix;
  bytes made;
  size_t i;
  for (i = 0; i < 15; i++) {
    coreset_id question = {NULL, 0, 0};
    if (i < 10) {
      question.text = texts[i], question.length = lengths[i];
    } else {
      question.integer = integers[i - 10];
    }
    cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 1), CORESET_OK);
  }
  made = finish(builder);
  matrix = read_bytes(&made);
  cr_assert_eq(coreset_matrix_question_count(matrix), 15);
  for (i = 0; i < 15; i++) {
    coreset_id id = coreset_matrix_question(matrix, i);
    cr_assert_eq(id.text == NULL, i < 5);
    cr_assert_eq(coreset_matrix_find_question(matrix, &id), (ptrdiff_t)i);
    if (i > 0) cr_assert_lt(coreset_id_compare(&previous, &id), 0);
    previous = id;
  }
  coreset_matrix_free(matrix);
  coreset_free(made.data);
}

Test(matrix, refuses_bad_rows_and_says_why) {
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  coreset_id model = {"gpt", 3, 0}, question = {NULL, 0, 17};
  double score = 1, large = 2e288, infinite = INFINITY, nan = NAN;
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 2), CORESET_OK);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 3), CORESET_ERROR);
  cr_assert(strstr(context.message, "17") && strstr(context.message, "3") && strstr(context.message, "2"));
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &large, 2), CORESET_ERROR);
  cr_assert(strstr(context.message, "'gpt'") && strstr(context.message, "17") && strstr(context.message, "2e+288"));
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &infinite, 2), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &nan, 2), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, -1), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, NAN), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, INFINITY), CORESET_ERROR);
  coreset_builder_free(builder);
}

/* A matrix with every section: weights, doubles, missing cells, counts, parts. */
static bytes rich_matrix(void) {
  static row rows[1500];
  uint64_t generator = 77;
  size_t count = make_rows(9, rows, &generator);
  bytes made = matrix_bytes(rows, count);
  coreset_matrix *matrix = read_bytes(&made);
  cr_assert(matrix->weights && matrix->observed && matrix->counts && matrix->part_count > 0);
  coreset_matrix_free(matrix);
  return made;
}

/* Reads a copy that ends where its memory ends, at an odd address. */
static coreset_status try_reading(const unsigned char *data, size_t size) {
  coreset_context context = {0};
  unsigned char *copy = malloc(size + 1);
  coreset_matrix *matrix;
  coreset_status status;
  memcpy(copy + 1, data, size);
  status = coreset_matrix_read(&context, copy + 1, size, &matrix);
  if (status == CORESET_OK) {
    coreset_matrix_summary summary;
    double score;
    coreset_matrix_summarise(matrix, &summary);
    if (summary.models > 0 && summary.questions > 0) coreset_matrix_cell(matrix, 0, 0, &score, NULL);
  } else {
    cr_assert(matrix == NULL && context.message[0] != 0);
  }
  coreset_matrix_free(matrix);
  free(copy);
  return status;
}

Test(matrix, every_changed_byte_is_noticed) {
  bytes made = rich_matrix();
  size_t i;
  for (i = 0; i < made.size; i++) {
    made.data[i] ^= (unsigned char)(1 << i % 8);
    cr_assert_eq(try_reading(made.data, made.size), CORESET_CORRUPT, "byte %zu", i);
    made.data[i] ^= (unsigned char)(1 << i % 8);
  }
  cr_assert_eq(try_reading(made.data, made.size), CORESET_OK);
  coreset_free(made.data);
}

Test(matrix, every_truncation_is_noticed) {
  bytes made = rich_matrix();
  unsigned char *longer = calloc(made.size + 8, 1);
  size_t size;
  for (size = 0; size < made.size; size++) {
    cr_assert_eq(try_reading(made.data, size), CORESET_CORRUPT, "%zu bytes", size);
  }
  memcpy(longer, made.data, made.size);
  cr_assert_eq(try_reading(longer, made.size + 1), CORESET_CORRUPT);
  cr_assert_eq(try_reading(longer, made.size + 8), CORESET_CORRUPT);
  free(longer);
  coreset_free(made.data);
}

/* Whoever changes bytes can compute the checksum anew: nothing but the checks remains. */
Test(matrix, hostile_bytes_do_no_harm) {
  bytes made[3];
  static row rows[1500];
  uint64_t generator = 5;
  size_t m;
  int trial;
  made[0] = rich_matrix();
  made[1] = matrix_bytes(rows, make_rows(0, rows, &generator));
  made[2] = matrix_bytes(rows, make_rows(6, rows, &generator));
  for (m = 0; m < 3; m++) {
    for (trial = 0; trial < 30000; trial++) {
      unsigned char *copy = malloc(made[m].size);
      int changes = 1 + trial % 3;
      memcpy(copy, made[m].data, made[m].size);
      while (changes-- > 0) {
        size_t at = (size_t)(coreset_splitmix(&generator) % (trial % 2 ? 104 : made[m].size));
        copy[at] = (unsigned char)(trial % 5 == 0 ? 0xFF : coreset_splitmix(&generator));
      }
      {
        uint64_t checksum = coreset_checksum(copy, made[m].size, 24);
        memcpy(copy + 24, &checksum, 8);
      }
      try_reading(copy, made[m].size);
      free(copy);
    }
    coreset_free(made[m].data);
  }
}

Test(matrix, a_result_that_is_too_big_is_refused_before_it_is_made) {
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  unsigned char *data;
  size_t size;
  int64_t i;
  double score = 1;
  for (i = 0; i < 200000; i++) {
    coreset_id id = {NULL, 0, i};
    cr_assert_eq(coreset_builder_add(&context, builder, &id, &id, &score, 1), CORESET_OK);
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, 1000000000, &data, &size), CORESET_TOO_BIG);
  cr_assert(strstr(context.message, "200000 models x 200000 questions") != NULL, "%s", context.message);
  cr_assert_null(data);
  coreset_builder_free(builder);
}

static int refuse(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

/* Builds, merges and reads with the n-th allocation refused. */
static coreset_status build_with_refusal(int *left) {
  coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = left};
  static row rows[1500];
  uint64_t generator = 3;
  size_t count = make_rows(9, rows, &generator), i, size;
  coreset_builder *builder = NULL;
  coreset_matrix *matrix = NULL;
  unsigned char *data = NULL;
  bytes part = matrix_bytes(rows, 40);
  coreset_matrix *shard = read_bytes(&part);
  coreset_status status = coreset_builder_new(&context, &builder);
  for (i = 0; i < count && status == CORESET_OK; i++) {
    char text[64];
    coreset_id model = {NULL, 0, rows[i].model}, question = question_id(rows[i].question, text);
    status = coreset_builder_add(&context, builder, &model, &question, isnan(rows[i].score) ? NULL : &rows[i].score,
                                 rows[i].question == 3 ? 2.5 : 1);
  }
  if (status == CORESET_OK) status = coreset_builder_add_matrix(&context, builder, shard);
  if (status == CORESET_OK) status = coreset_builder_finish(&context, builder, SIZE_MAX, &data, &size);
  if (status == CORESET_OK) status = coreset_matrix_read(&context, data, size, &matrix);
  coreset_matrix_free(shard);
  coreset_free(part.data);
  coreset_matrix_free(matrix);
  coreset_builder_free(builder);
  coreset_free(data);
  return status;
}

Test(matrix, survives_refused_allocations) {
  coreset_status status = CORESET_NO_MEMORY;
  int nth;
  for (nth = 0; status == CORESET_NO_MEMORY; nth++) {
    int left = nth;
    status = build_with_refusal(&left);
  }
  cr_assert_eq(status, CORESET_OK);
  cr_assert_gt(nth, 20);
}

static int stop(void *data) {
  return ++*(int *)data > 0;
}

Test(matrix, finishing_can_be_interrupted) {
  int calls = 0;
  coreset_context context = {.interrupted = stop, .interrupted_data = &calls};
  coreset_builder *builder = new_builder();
  static row rows[1500];
  uint64_t generator = 3;
  unsigned char *data;
  size_t size;
  add_rows(builder, rows, make_rows(0, rows, &generator));
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &data, &size), CORESET_INTERRUPTED);
  cr_assert_null(data);
  coreset_builder_free(builder);
}
