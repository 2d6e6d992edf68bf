/*
** test_matrix_blob.c: score matrices as bytes: which form they take, and that bytes are believed only when
** they are right.
*/
#include "matrix/id_blob.h"
#include "rows.h"

/* Offsets in such a matrix: what is in it, the bits, and the list of repeated cells. */
enum { FLAGS_AT = 12, REPEATED_AT = 80, HIGH_AT = 96, BITS_AT = 104, LIST_AT = 120 };

static uint64_t load(const bytes *from, size_t at, size_t size) {
  uint64_t value = 0;
  memcpy(&value, from->data + at, size);
  return value;
}

/* A bit for each cell, and 16 bytes for each repeated one, whether or not its runs agree. */
Test(matrix_blob, few_repeats_take_few_bytes) {
  static row rows[400];
  static const double again[][2] = {{57, 1}, {7, 0}, {7, 1}, {119, 0}};
  bytes single = matrix_bytes(rows, rows_of_trials(rows, NULL, 0));
  bytes made = matrix_bytes(rows, rows_of_trials(rows, again, 4));
  cr_assert_eq(made.size, single.size + 3 * 16);
  cr_assert_eq(load(&single, FLAGS_AT, 4), 1);
  cr_assert_eq(load(&made, FLAGS_AT, 4), 1 + 16);
  cr_assert_eq(load(&made, REPEATED_AT, 8), 3);
  static const uint64_t list[][3] = {{7, 2, 3}, {57, 2, 2}, {119, 1, 2}}; /* cell, successes, count */
  for (size_t i = 0; i < 3; i++) {
    cr_assert_eq(load(&made, LIST_AT + 16 * i, 8), list[i][0]);
    cr_assert_eq(load(&made, LIST_AT + 16 * i + 8, 4), list[i][1]);
    cr_assert_eq(load(&made, LIST_AT + 16 * i + 12, 4), list[i][2]);
    cr_assert_eq(load(&made, BITS_AT + list[i][0] / 8, 1) >> list[i][0] % 8 & 1, 0);
  }
  coreset_matrix *matrix = read_bytes(&made);
  for (size_t cell = 0; cell < 120; cell++) {
    double score, expected = cell == 7 ? 2.0 / 3 : cell == 57 ? 1 : cell == 119 ? 0.5 : cell % 10 > cell / 10 % 7;
    uint64_t repeats;
    cr_assert(coreset_matrix_cell(matrix, cell % 10, cell / 10, &score, &repeats));
    cr_assert_eq(score, expected, "cell %zu", cell);
    cr_assert_eq(repeats, cell == 7 ? 3 : cell == 57 || cell == 119 ? 2 : 1);
  }
  coreset_matrix_free(matrix);
  coreset_free(single.data);
  coreset_free(made.data);
}

/* The list where it takes fewer bytes, and only where all sums are whole and within their counts. */
Test(matrix_blob, the_form_of_trials_is_used_where_it_is_smaller) {
  static row rows[400];
  static double again[120][2];
  /* 120 counts take 480 bytes, 120 sums 960, a bit for each cell 16 */
  for (size_t disagree = 0; disagree < 2; disagree++) {
    size_t most = disagree ? (480 + 960 - 16 - 1) / 16 : (480 - 1) / 16;
    for (size_t count = most; count <= most + 1; count++) {
      for (size_t i = 0; i < count; i++) {
        double score = i % 10 > i / 10 % 7;
        again[i][0] = (double)i;
        again[i][1] = disagree && i == 3 ? 1 - score : score;
      }
      bytes made = matrix_bytes(rows, rows_of_trials(rows, (const double(*)[2])again, count));
      uint64_t other = disagree ? 4 : 1 + 4;
      cr_assert_eq(load(&made, FLAGS_AT, 4), count == most ? 1 + 16 : other, "%zu repeats, %zu", count, disagree);
      coreset_matrix_free(read_bytes(&made));
      coreset_free(made.data);
    }
  }
  static const double fractions[][2] = {{4, 0.5}}, outside[][2] = {{4, 2}}, below[][2] = {{4, -1}, {4, -1}};
  static const double whole[][2] = {{4, 0.25}, {4, 0.75}}; /* what a sum is made of does not matter */
  const double(*const all[])[2] = {fractions, outside, below, whole};
  static const size_t counts[] = {1, 1, 2, 2};
  for (size_t i = 0; i < 4; i++) {
    bytes made = matrix_bytes(rows, rows_of_trials(rows, all[i], counts[i]));
    cr_assert_eq(load(&made, FLAGS_AT, 4), i < 3 ? 4 : 1 + 16, "case %zu", i);
    coreset_free(made.data);
  }
}

/* A matrix with every section: weights, doubles, missing cells, counts, parts. */
static bytes rich_matrix(void) {
  static row rows[1500];
  uint64_t generator = 77;
  size_t count = make_rows(11, rows, &generator);
  bytes made = matrix_bytes(rows, count);
  coreset_matrix *matrix = read_bytes(&made);
  cr_assert(matrix->weights && matrix->observed && matrix->counts && matrix->part_count > 0);
  coreset_matrix_free(matrix);
  return made;
}

/* Asks everything of a matrix that can be asked, and merges it with itself. */
static void use(const coreset_matrix *matrix) {
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  coreset_matrix *merged;
  coreset_scores *scores;
  coreset_matrix_summary summary;
  coreset_matrix_summarise(matrix, &summary);
  for (size_t m = 0; m < summary.models; m++) {
    coreset_id id = coreset_matrix_model(matrix, m);
    cr_assert_eq(coreset_matrix_find_model(matrix, &id), (ptrdiff_t)m);
    cr_assert_leq(matrix->answered[m], summary.questions);
    for (size_t q = 0; q < summary.questions; q++) {
      double score;
      if (!coreset_matrix_cell(matrix, m, q, &score, NULL)) continue;
      cr_assert(score >= summary.low && score <= summary.high);
    }
  }
  for (size_t q = 0; q < summary.questions; q++) {
    coreset_id id = coreset_matrix_question(matrix, q);
    cr_assert_eq(coreset_matrix_find_question(matrix, &id), (ptrdiff_t)q);
    cr_assert_geq(coreset_matrix_weight(matrix, q), 0);
  }
  if (coreset_scores_new(&context, matrix, NULL, &scores) == CORESET_OK) coreset_scores_free(scores);
  cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_OK, "%s", context.message);
  coreset_status status = coreset_builder_finish(&context, builder, SIZE_MAX, &merged);
  coreset_builder_free(builder);
  if (status == CORESET_OK) {
    bytes made = write_bytes(merged);
    coreset_matrix_free(read_bytes(&made));
    coreset_matrix_free(merged);
    coreset_free(made.data);
  } else {
    cr_assert_eq(status, CORESET_TOO_BIG, "%s", context.message);
  }
}

/* Reads a copy that ends where its memory ends, at an odd address. */
static coreset_status try_reading(const unsigned char *data, size_t size) {
  coreset_context context = {0};
  unsigned char *copy = malloc(size + 1);
  coreset_matrix *matrix;
  memcpy(copy + 1, data, size);
  coreset_status status = coreset_matrix_read(&context, copy + 1, size, &matrix);
  if (status == CORESET_OK) {
    use(matrix);
  } else {
    cr_assert(matrix == NULL && context.message[0] != 0);
  }
  coreset_matrix_free(matrix);
  free(copy);
  return status;
}

Test(matrix_blob, every_changed_byte_is_noticed) {
  bytes made = rich_matrix();
  for (size_t i = 0; i < made.size; i++) {
    made.data[i] ^= (unsigned char)(1 << i % 8);
    cr_assert_eq(try_reading(made.data, made.size), CORESET_CORRUPT, "byte %zu", i);
    made.data[i] ^= (unsigned char)(1 << i % 8);
  }
  cr_assert_eq(try_reading(made.data, made.size), CORESET_OK);
  coreset_free(made.data);
}

Test(matrix_blob, every_truncation_is_noticed) {
  bytes made = rich_matrix();
  unsigned char *longer = calloc(made.size + 8, 1);
  for (size_t size = 0; size < made.size; size++) {
    cr_assert_eq(try_reading(made.data, size), CORESET_CORRUPT, "%zu bytes", size);
  }
  memcpy(longer, made.data, made.size);
  cr_assert_eq(try_reading(longer, made.size + 1), CORESET_CORRUPT);
  cr_assert_eq(try_reading(longer, made.size + 8), CORESET_CORRUPT);
  free(longer);
  coreset_free(made.data);
}

/* With a checksum that is right nothing but the checks remains. */
Test(matrix_blob, hostile_bytes_do_no_harm) {
  bytes made[3];
  static row rows[1500];
  uint64_t generator = 5;
  size_t accepted = 0;
  made[0] = rich_matrix();
  made[1] = matrix_bytes(rows, make_rows(0, rows, &generator));
  cr_assert(load(&made[1], FLAGS_AT, 4) & 16); /* trials */
  made[2] = matrix_bytes(rows, make_rows(6, rows, &generator));
  for (size_t m = 0; m < 3; m++) {
    for (int trial = 0; trial < 34000; trial++) {
      unsigned char *copy = malloc(made[m].size);
      int changes = 1 + trial % 3;
      memcpy(copy, made[m].data, made[m].size);
      while (changes-- > 0) {
        size_t at = (size_t)(core_splitmix(&generator) % (trial % 2 ? 104 : made[m].size));
        copy[at] = (unsigned char)(trial % 5 == 0 ? 0xFF : core_splitmix(&generator));
      }
      write_checksum(&(bytes){copy, made[m].size});
      accepted += try_reading(copy, made[m].size) == CORESET_OK;
      free(copy);
    }
    coreset_free(made[m].data);
  }
  cr_assert_gt(accepted, 1000); /* a changed score or name is a score or name */
}

/* Changes some bytes of a matrix, whose checksum is made right, and reads it. reason: part of the message; NULL: it
** must be accepted. */
static void forge(const bytes *from, size_t at, uint64_t value, size_t size, const char *reason) {
  coreset_context context = {0};
  bytes copy = {malloc(from->size), from->size};
  coreset_matrix *matrix;
  memcpy(copy.data, from->data, from->size);
  memcpy(copy.data + at, &value, size);
  write_checksum(&copy);
  coreset_status status = coreset_matrix_read(&context, copy.data, copy.size, &matrix);
  cr_assert_eq(status, reason == NULL ? CORESET_OK : CORESET_CORRUPT, "byte %zu: %s", at, context.message);
  cr_assert(reason == NULL || strstr(context.message, reason), "byte %zu: %s", at, context.message);
  if (reason == NULL) use(matrix);
  coreset_matrix_free(matrix);
  free(copy.data);
}

Test(matrix_blob, forged_trials_are_refused) {
  static row rows[400];
  static const double again[][2] = {{7, 0}, {57, 1}, {119, 0}};
  static const char order[] = "repeated cells are out of order or do not exist";
  static const char impossible[] = "the scores of a repeated cell are impossible";
  static const char size[] = "do not add up to its size", flags[] = "its flags contradict each other";
  size_t count = rows_of_trials(rows, again, 3);
  bytes made = matrix_bytes(rows, count);
  forge(&made, LIST_AT, 7, 8, NULL);
  forge(&made, LIST_AT, 8, 8, impossible); /* whose bit is set */
  forge(&made, LIST_AT, 10, 8, NULL);
  forge(&made, LIST_AT, 57, 8, order); /* twice */
  forge(&made, LIST_AT, 60, 8, order); /* behind the next */
  forge(&made, LIST_AT + 16, 7, 8, order);
  forge(&made, LIST_AT + 16, 6, 8, order);
  forge(&made, LIST_AT + 32, 120, 8, order); /* no cell */
  forge(&made, LIST_AT + 32, UINT64_MAX, 8, order);
  forge(&made, LIST_AT + 8, 0, 4, NULL);
  forge(&made, LIST_AT + 8, 3, 4, impossible);
  forge(&made, LIST_AT + 8, UINT32_MAX, 4, impossible);
  forge(&made, LIST_AT + 12, UINT32_MAX, 4, NULL);
  forge(&made, LIST_AT + 12, 1, 4, impossible);
  forge(&made, LIST_AT + 12, 0, 4, impossible);
  forge(&made, REPEATED_AT, 2, 8, size);
  forge(&made, REPEATED_AT, 4, 8, size);
  forge(&made, REPEATED_AT, UINT64_MAX, 8, size);
  forge(&made, REPEATED_AT, UINT64_C(1) << 60, 8, size);
  forge(&made, FLAGS_AT, 16, 4, size);
  forge(&made, FLAGS_AT, 1, 4, "a part of a sum belongs to no cell");
  forge(&made, FLAGS_AT, 1 + 32, 4, size);
  forge(&made, HIGH_AT, 0, 8, "its two values are impossible");
  forge(&made, HIGH_AT - 8, UINT64_C(0x3FE0000000000000), 8, "its two values are impossible");
  coreset_free(made.data);
  made = matrix_bytes(rows, count - 3);
  forge(&made, FLAGS_AT, 1 + 16, 4, flags); /* an empty list */
  coreset_free(made.data);
  rows[8].score = NAN; /* which makes a plane of the observed, ahead of the list */
  made = matrix_bytes(rows, count);
  forge(&made, LIST_AT + 16, 8, 8, order);
  forge(&made, BITS_AT + 1, load(&made, BITS_AT + 1, 1) | 1, 1, "a missing cell has a score");
  coreset_free(made.data);
}
