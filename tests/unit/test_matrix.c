/*
** test_matrix.c: score matrices: that nothing depends on the order of rows or shards,
** and that sums are exact.
*/
#include "matrix/id_blob.h"
#include "rows.h"

Test(matrix, neither_order_nor_shards_matter) {
  static row rows[1500];
  uint64_t generator = 1;
  for (int kind = 0; kind < 12; kind++) {
    size_t count = make_rows(kind, rows, &generator);
    bytes whole = matrix_bytes(rows, count);
    for (int trial = 0; trial < 4; trial++) {
      coreset_context context = {0};
      coreset_builder *builder = new_builder();
      size_t start = 0;
      shuffle(rows, count, &generator);
      bytes shuffled = matrix_bytes(rows, count);
      cr_assert_eq(shuffled.size, whole.size, "kind %d", kind);
      cr_assert_arr_eq(shuffled.data, whole.data, whole.size, "kind %d", kind);
      coreset_free(shuffled.data);
      while (start < count) { /* shards of any size, each through its bytes */
        size_t size = 1 + (size_t)(core_splitmix(&generator) % (count - start));
        bytes shard = matrix_bytes(rows + start, size);
        coreset_matrix *matrix = read_bytes(&shard);
        cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_OK, "%s", context.message);
        coreset_matrix_free(matrix);
        coreset_free(shard.data);
        start += size;
      }
      bytes merged = finish_bytes(builder);
      cr_assert_eq(merged.size, whole.size, "kind %d merged", kind);
      cr_assert_arr_eq(merged.data, whole.data, whole.size, "kind %d merged", kind);
      coreset_free(merged.data);
    }
    coreset_free(whole.data);
  }
}

/* What a builder makes and what is read from its bytes have the same arrays and counts. */
Test(matrix, a_finished_matrix_is_complete) {
  static row rows[1500];
  uint64_t generator = 12;
  for (int kind = 0; kind < 12; kind++) {
    size_t count = make_rows(kind, rows, &generator);
    coreset_builder *builder = new_builder();
    add_rows(builder, rows, count);
    coreset_matrix *made = finish(builder);
    bytes as_bytes = write_bytes(made);
    coreset_matrix *read = read_bytes(&as_bytes);
    size_t models = made->models.count, cells = models * made->questions.count;
    cr_assert(read->models.count == models && read->questions.count == made->questions.count);
    cr_assert(read->words == made->words && read->cells == made->cells && read->repeats == made->repeats);
    cr_assert(read->spread.low == made->spread.low && read->spread.high == made->spread.high);
    cr_assert_eq(read->spread.distinct, made->spread.distinct);
    cr_assert_arr_eq(read->answered, made->answered, models * sizeof(size_t));
    cr_assert((read->values == NULL) == (made->values == NULL) && (read->ones == NULL) == (made->ones == NULL));
    cr_assert((read->observed == NULL) == (made->observed == NULL) && (read->sums == NULL) == (made->sums == NULL));
    cr_assert((read->counts == NULL) == (made->counts == NULL) && read->part_count == made->part_count);
    if (read->values != NULL) cr_assert_arr_eq(read->values, made->values, cells * sizeof(double));
    coreset_matrix_free(made);
    coreset_matrix_free(read);
    coreset_free(as_bytes.data);
  }
}

/* Sums in units of 2^-60, exactly, in 128 bits. */
Test(matrix, averages_are_those_of_exact_sums) {
  static row rows[1200];
  uint64_t generator = 9;
  __int128 sums[12] = {0};
  double counts[12] = {0};
  for (size_t i = 0; i < 1200; i++) {
    int64_t units = (int64_t)core_splitmix(&generator) >> (i % 11 * 5);
    rows[i].model = (int64_t)(i % 12) * 3 + 1; /* integers: the order of the cells */
    rows[i].question = 0;
    rows[i].score = (double)units * 0x1p-60;
    sums[i % 12] += (__int128)(rows[i].score * 0x1p60); /* the rounded score, an integer of these units */
    counts[i % 12]++;
  }
  coreset_matrix *matrix = build_matrix(rows, 1200);
  for (size_t cell = 0; cell < 12; cell++) {
    double score, expected = (double)((long double)sums[cell] / (long double)counts[cell] * 0x1p-60L);
    uint64_t repeats;
    cr_assert(coreset_matrix_cell(matrix, cell, 0, &score, &repeats));
    cr_assert_eq(repeats, 100);
    cr_assert(fabs(score - expected) <= 1e-15 * fabs(expected) + 0x1p-80, "%.17g, not %.17g", score, expected);
  }
  coreset_matrix_free(matrix);
}

Test(matrix, the_average_of_equal_scores_is_the_score) {
  static const double scores[] = {0.1, 1.0 / 3, 0.7, 1e-300, 123456.789, -2.2};
  for (size_t s = 0; s < 6; s++) {
    for (size_t n = 1; n <= 50; n++) {
      static row rows[50];
      double score;
      for (size_t i = 0; i < n; i++) rows[i].score = scores[s];
      coreset_matrix *matrix = build_matrix(rows, n);
      cr_assert(coreset_matrix_cell(matrix, 0, 0, &score, NULL));
      cr_assert_eq(score, scores[s], "%zu times %.17g gives %.17g", n, scores[s], score);
      coreset_matrix_free(matrix);
    }
  }
}

/* Bits and counts hold 0 and x where x n times adds up to more than one part. */
Test(matrix, two_averages_of_repeats_stay_two) {
  uint64_t generator = 4;
  for (int trial = 0; trial < 300; trial++) {
    static row rows[400];
    double x = uniform(&generator) * 10 - 5;
    size_t count = 0;
    for (size_t m = 0; m < 20; m++) {
      for (size_t n = 0; n <= m; n++) {
        rows[count].model = (int64_t)(3 * m + 1);
        rows[count].question = 0;
        rows[count++].score = m % 3 ? x : x / 3;
      }
    }
    coreset_matrix *matrix = build_matrix(rows, count);
    cr_assert(matrix->ones != NULL && matrix->counts != NULL && matrix->sums == NULL);
    for (size_t m = 0; m < 20; m++) {
      double score, expected = m % 3 ? x : x / 3;
      uint64_t repeats;
      cr_assert(coreset_matrix_cell(matrix, m, 0, &score, &repeats));
      cr_assert_eq(repeats, m + 1);
      cr_assert_eq(score, expected, "%zu times %.17g gives %.17g", m + 1, expected, score);
    }
    coreset_matrix_free(matrix);
  }
}

Test(matrix, a_row_without_score_registers_model_and_question) {
  row rows[] = {{1, 2, NAN}, {4, 2, NAN}, {1, 6, NAN}};
  coreset_matrix *matrix = build_matrix(rows, 3);
  coreset_matrix_summary summary;
  double score;
  coreset_matrix_summarise(matrix, &summary);
  cr_assert(summary.models == 2 && summary.questions == 2 && summary.cells == 0 && summary.repeats == 0);
  cr_assert(summary.low == 0 && summary.high == 0);
  cr_assert_eq(coreset_matrix_cell(matrix, 0, 0, &score, NULL), 0);
  cr_assert_eq(matrix->answered[1], 0);
  coreset_matrix_free(matrix);
}

Test(matrix, minus_zero_is_zero) {
  row plus[] = {{1, 2, 0.0}, {4, 2, 1}, {1, 6, 1}, {4, 6, 0.0}},
      minus[] = {{1, 2, -0.0}, {4, 2, 1}, {1, 6, 1}, {4, 6, 0.0}};
  bytes a = matrix_bytes(plus, 4), b = matrix_bytes(minus, 4);
  double score;
  cr_assert_eq(a.size, b.size);
  cr_assert_arr_eq(a.data, b.data, a.size);
  b.data[88 + 7] = 0x80; /* low becomes -0: harmless, but not to be passed on */
  write_checksum(&b);
  coreset_matrix *matrix = read_bytes(&b);
  cr_assert(coreset_matrix_cell(matrix, 0, 0, &score, NULL));
  cr_assert(!signbit(score));
  coreset_matrix_free(matrix);
  coreset_free(a.data), coreset_free(b.data);
}

/* What is answered, and how often, by counting. */
Test(matrix, summaries_are_right) {
  static row rows[1500];
  uint64_t generator = 6;
  for (int kind = 0; kind < 12; kind++) {
    size_t count = make_rows(kind, rows, &generator), scores = 0;
    coreset_matrix *matrix = build_matrix(rows, count);
    coreset_matrix_summary summary;
    double low = INFINITY, high = -INFINITY;
    uint64_t cells = 0;
    coreset_matrix_summarise(matrix, &summary);
    for (size_t i = 0; i < count; i++) scores += isnan(rows[i].score) ? 0 : 1;
    for (size_t m = 0; m < summary.models; m++) {
      size_t answered = 0;
      for (size_t q = 0; q < summary.questions; q++) {
        double score;
        if (!coreset_matrix_cell(matrix, m, q, &score, NULL)) continue;
        answered++;
        low = fmin(low, score), high = fmax(high, score);
      }
      cr_assert_eq(matrix->answered[m], answered);
      cells += answered;
    }
    cr_assert_eq(summary.cells, cells);
    cr_assert_eq(summary.repeats, scores - cells);
    cr_assert_eq(summary.low, low);
    cr_assert_eq(summary.high, high);
    coreset_matrix_free(matrix);
  }
}

Test(matrix, binary_scores_take_one_bit_each) {
  double *values = simulate_binary(100, 1000, 3);
  coreset_matrix *matrix = matrix_of(values, 100, 1000);
  bytes made = write_bytes(matrix);
  cr_assert_eq(made.size, 104 + 12504 + 8 * 1100); /* header, bits in whole words, ids */
  coreset_matrix_free(matrix);
  coreset_free(made.data);
  free(values);
}

Test(matrix, ids_are_ordered_integers_first_then_bytes) {
  static char long_text[301];
  const char *const texts[] = {"",         "a",         "ab",      "a\0b", "B",       "\xc3\xa9", "0",
                               "12345678", "123456789", "1234567", "\xff", long_text, long_text};
  static const size_t lengths[] = {0, 1, 2, 3, 1, 2, 1, 8, 9, 7, 1, 300, 299};
  static const char *const expected[] = {"", "0", "1234567", "12345678", "123456789", "B", "a", "a\0b", "ab"};
  static const int64_t integers[] = {5, INT64_MIN, INT64_MAX, -1, 0};
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  coreset_id model = {"m", 1, 0}, previous;
  double score = 1;
  memset(long_text, 'x', 300);
  for (size_t i = 0; i < 18; i++) {
    coreset_id question = {NULL, 0, 0};
    if (i < 13) {
      question.text = texts[i], question.length = lengths[i];
    } else {
      question.integer = integers[i - 13];
    }
    cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 1), CORESET_OK);
  }
  bytes made = finish_bytes(builder);
  coreset_matrix *matrix = read_bytes(&made);
  cr_assert_eq(coreset_matrix_question_count(matrix), 18);
  cr_assert_eq(coreset_matrix_question(matrix, 0).integer, INT64_MIN);
  cr_assert_eq(coreset_matrix_question(matrix, 4).integer, INT64_MAX);
  cr_assert_eq(coreset_matrix_question(matrix, 14).length, 299);
  cr_assert_eq(coreset_matrix_question(matrix, 15).length, 300);
  for (size_t i = 0; i < 18; i++) {
    coreset_id id = coreset_matrix_question(matrix, i);
    cr_assert_eq(id.text == NULL, i < 5);
    if (i >= 5 && i < 14) cr_assert_eq(memcmp(id.text, expected[i - 5], id.length), 0);
    cr_assert_eq(coreset_matrix_find_question(matrix, &id), (ptrdiff_t)i);
    if (i > 0) cr_assert_lt(coreset_id_compare(&previous, &id), 0);
    previous = id;
  }
  coreset_id absent[] = {{NULL, 0, 6}, {"aa", 2, 0}, {"\xff\xff", 2, 0}, {"1", 1, 0}};
  for (size_t i = 0; i < 4; i++) cr_assert_eq(coreset_matrix_find_question(matrix, &absent[i]), -1);
  coreset_matrix_free(matrix);
  coreset_free(made.data);
}

/* The hash of the questions of a matrix in which one model has scores on these. */
static uint64_t question_hash(const coreset_id *model, const coreset_id *questions, size_t count, double score) {
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  uint64_t hash;
  for (size_t i = 0; i < count; i++, score /= 3) {
    cr_assert_eq(coreset_builder_add(&context, builder, model, &questions[i], &score, 1 + score), CORESET_OK);
  }
  coreset_matrix *matrix = finish(builder);
  cr_assert_eq(core_id_list_hash(&context, &matrix->questions, &hash), CORESET_OK);
  coreset_matrix_free(matrix);
  return hash;
}

/* The values were computed by another program, from the descriptions in checksum.c and id_blob.h. */
Test(matrix, hashes_of_identifiers_depend_on_nothing_else) {
  coreset_id first = {"gpt", 3, 0}, second = {NULL, 0, 8};
  coreset_id questions[] = {{"five", 4, 0}, {NULL, 0, 5}, {"5", 1, 0}, {NULL, 0, -3}};
  coreset_id reversed[] = {questions[3], questions[2], questions[1], questions[0]};
  cr_assert_eq(question_hash(&first, questions, 4, 1), UINT64_C(0x519C75280CEF28E4));
  cr_assert_eq(question_hash(&first, questions, 4, 0.25), UINT64_C(0x519C75280CEF28E4));
  cr_assert_eq(question_hash(&second, reversed, 4, 1), UINT64_C(0x519C75280CEF28E4));
  cr_assert_eq(question_hash(&first, &questions[1], 1, 1), UINT64_C(0xCF62FBBCA4E072A9), "the integer");
  cr_assert_eq(question_hash(&first, &questions[2], 1, 1), UINT64_C(0xE8778CA5407A7FB2), "the text");
  cr_assert_eq(question_hash(&first, questions, 0, 1), UINT64_C(0xC3069D0421398782), "none");
}

Test(matrix, refuses_bad_rows_and_says_why) {
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  coreset_id model = {"gpt", 3, 0}, question = {NULL, 0, 17};
  double score = 1, large = 2e288, infinite = INFINITY, nan = NAN;
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 2), CORESET_OK);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 3), CORESET_ERROR);
  cr_assert_str_eq(context.message, "the weight of question 17 is 3 here and was 2 before");
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 2 + 0x1p-51), CORESET_ERROR);
  cr_assert_str_eq(context.message, "the weight of question 17 is 2.0000000000000004 here and was 2 before");
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &large, 2), CORESET_ERROR);
  cr_assert(strstr(context.message, "'gpt'") && strstr(context.message, "17") && strstr(context.message, "2e+288"));
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &infinite, 2), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &nan, 2), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, -1), CORESET_ERROR);
  cr_assert_str_eq(context.message, "the weight of question 17 must be finite and not negative, got -1");
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, NAN), CORESET_ERROR);
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, INFINITY), CORESET_ERROR);
  coreset_builder_free(builder);
}

/* A blob states a count of 2^32 - 1; twice that does not fit. */
Test(matrix, counts_do_not_overflow) {
  row rows[] = {{1, 2, 1}, {1, 2, 1}, {4, 2, 0}, {4, 2, 0}};
  bytes made = matrix_bytes(rows, 4);
  coreset_context context = {0};
  coreset_builder *builder = new_builder();
  memset(made.data + 104 + 8, 0xFF, 4); /* after header and bits */
  write_checksum(&made);
  coreset_matrix *matrix = read_bytes(&made), *result;
  cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_OK);
  cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_OK);
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &result), CORESET_TOO_BIG);
  cr_assert_null(result);
  cr_assert_str_eq(context.message, "one cell has more than 4294967295 scores");
  coreset_builder_free(builder);
  coreset_matrix_free(matrix);
  coreset_free(made.data);
}

Test(matrix, weights_must_agree_between_shards) {
  coreset_context context = {0};
  row rows[] = {{1, 3, 1}, {2, 3, 0}};
  bytes made = matrix_bytes(rows, 2); /* question 3 weighs 2.5 */
  coreset_matrix *matrix = read_bytes(&made);
  coreset_builder *builder = new_builder();
  char text[64];
  coreset_id model = {NULL, 0, 1}, question = question_id(3, text);
  double score = 1;
  cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 1), CORESET_OK);
  cr_assert_eq(coreset_builder_add_matrix(&context, builder, matrix), CORESET_ERROR);
  cr_assert_str_eq(context.message, "the weight of question 'abc3' is 2.5 here and was 1 before");
  coreset_builder_free(builder);
  coreset_matrix_free(matrix);
  coreset_free(made.data);
}

/* Remembers the largest allocation. */
static int watch(void *data, size_t byte_count) {
  size_t *largest = data;
  if (byte_count > *largest) *largest = byte_count;
  return 0;
}

Test(matrix, a_result_that_is_too_big_is_refused_before_it_is_made) {
  static const double scores[][3] = {{1, 1, 1}, {0, 0.5, 1}};
  static const int64_t sizes[] = {100000, 65000};
  size_t largest = 0;
  coreset_context context = {.refuse_allocation = watch, .refuse_allocation_data = &largest};
  for (size_t s = 0; s < 2; s++) {
    for (size_t n = 0; n < 2; n++) {
      coreset_builder *builder = new_builder();
      coreset_matrix *result;
      for (int64_t i = 0; i < sizes[n]; i++) {
        coreset_id id = {NULL, 0, i};
        cr_assert_eq(coreset_builder_add(&context, builder, &id, &id, &scores[s][i % 3], 1), CORESET_OK);
      }
      cr_assert_eq(coreset_builder_finish(&context, builder, 1000000000, &result), CORESET_TOO_BIG);
      cr_assert(strstr(context.message, n == 0 ? "100000 models x 100000 questions" : "65000 models x 65000 questions"),
                "%s", context.message);
      cr_assert_null(result);
      coreset_builder_free(builder);
    }
  }
  cr_assert_lt(largest, 80000000); /* bits may take 64 MiB, however few the rows */
}

/* 20 models x 30 questions of three values take 4800 bytes and more; where repeats
** leave two averages, bits and counts take less, and where few trials are repeated a bit for each cell. */
Test(matrix, the_limit_is_exact) {
  for (int repeated = 0; repeated < 3; repeated++) {
    static row rows[1200];
    size_t count = repeated == 1 ? 1200 : repeated == 2 ? 601 : 600, size;
    unsigned char *data;
    coreset_matrix *matrix;
    coreset_context context = {0};
    for (size_t i = 0; i < 1200; i++) {
      double third = (double)(i % 600 / 20 % 3) - 1;
      rows[i].model = (int64_t)(i % 600 % 20);
      rows[i].question = (int64_t)(i % 600 / 20);
      rows[i].score = i < 600 ? third : -third;
      if (repeated == 2) rows[i].score = i < 600 && third > 0; /* a cell of two trials that disagree */
    }
    bytes made = matrix_bytes(rows, count);
    size_t needed = made.size;
    coreset_builder *builder = new_builder();
    add_rows(builder, rows, count);
    cr_assert_eq(coreset_builder_finish(&context, builder, needed - 1, &matrix), CORESET_TOO_BIG);
    cr_assert_null(matrix);
    coreset_builder_free(builder);
    builder = new_builder();
    add_rows(builder, rows, count);
    cr_assert_eq(coreset_builder_finish(&context, builder, needed, &matrix), CORESET_OK, "%s", context.message);
    coreset_builder_free(builder);
    cr_assert_eq(coreset_matrix_write(&context, matrix, needed - 1, &data, &size), CORESET_TOO_BIG);
    cr_assert_null(data);
    cr_assert_eq(coreset_matrix_write(&context, matrix, needed, &data, &size), CORESET_OK, "%s", context.message);
    cr_assert_eq(size, needed);
    coreset_matrix_free(matrix);
    coreset_free(data);
    coreset_free(made.data);
  }
}

static int refuse(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

/* Builds, merges, writes and reads with the n-th allocation refused. */
static coreset_status build_with_refusal(int kind, int *left) {
  coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = left};
  static row rows[1500];
  uint64_t generator = 3;
  size_t count = make_rows(kind, rows, &generator), size;
  coreset_builder *builder = NULL;
  coreset_matrix *made = NULL, *read = NULL;
  unsigned char *data = NULL;
  coreset_matrix *shard = build_matrix(rows, 40);
  coreset_status status = coreset_builder_new(&context, &builder);
  for (size_t i = 0; i < count && status == CORESET_OK; i++) {
    char model_text[64], text[64];
    coreset_id model = model_id(rows[i].model, model_text), question = question_id(rows[i].question, text);
    status = coreset_builder_add(&context, builder, &model, &question, isnan(rows[i].score) ? NULL : &rows[i].score,
                                 rows[i].question == 3 ? 2.5 : 1);
  }
  if (status == CORESET_OK) status = coreset_builder_add_matrix(&context, builder, shard);
  if (status == CORESET_OK) status = coreset_builder_finish(&context, builder, SIZE_MAX, &made);
  if (status == CORESET_OK) status = coreset_matrix_write(&context, made, SIZE_MAX, &data, &size);
  if (status == CORESET_OK) status = coreset_matrix_read(&context, data, size, &read);
  cr_assert((status == CORESET_OK) == (read != NULL));
  coreset_matrix_free(shard);
  coreset_matrix_free(made);
  coreset_matrix_free(read);
  coreset_builder_free(builder);
  coreset_free(data);
  return status;
}

Test(matrix, survives_refused_allocations) {
  for (int kind = 0; kind <= 11; kind += 11) { /* trials, and sums with further parts */
    coreset_status status = CORESET_NO_MEMORY;
    int nth = 0;
    for (; status == CORESET_NO_MEMORY; nth++) {
      int left = nth;
      status = build_with_refusal(kind, &left);
    }
    cr_assert_eq(status, CORESET_OK);
    cr_assert_gt(nth, 20);
  }
}

/* Stops at each poll in turn, until none is left. */
Test(matrix, merging_finishing_and_reading_can_be_interrupted) {
  coreset_status status = CORESET_INTERRUPTED;
  static row rows[1500];
  uint64_t generator = 3;
  coreset_matrix *matrix = build_matrix(rows, make_rows(11, rows, &generator));
  int nth = 0;
  for (; status == CORESET_INTERRUPTED; nth++) {
    interruption limited = {.left = 0};
    coreset_context *context = &limited.context;
    interrupt_after(&limited, nth);
    coreset_builder *builder = new_builder();
    coreset_matrix *made = NULL, *read = NULL;
    unsigned char *data = NULL;
    size_t size;
    status = coreset_builder_add_matrix(context, builder, matrix);
    if (status == CORESET_OK) status = coreset_builder_finish(context, builder, SIZE_MAX, &made);
    if (status == CORESET_OK) status = coreset_matrix_write(context, made, SIZE_MAX, &data, &size);
    if (status == CORESET_OK) status = coreset_matrix_read(context, data, size, &read);
    cr_assert((status == CORESET_OK) == (read != NULL));
    coreset_builder_free(builder);
    coreset_matrix_free(made);
    coreset_matrix_free(read);
    coreset_free(data);
  }
  cr_assert_eq(status, CORESET_OK);
  cr_assert_gt(nth, 5);
  coreset_matrix_free(matrix);
}
