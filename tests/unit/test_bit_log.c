/*
** test_bit_log.c: scores in bits, and builders that leave bits for rows at any point.
*/
#include "matrices.h"
#include "matrix/bit_log.h"

/* What a log took, or gave away. */
typedef struct table {
  double scores[300][300]; /* NaN where there is none */
  size_t count;            /* of scores */
} table;

static void note(table *all, uint32_t model, uint32_t question, double score) {
  cr_assert(isnan(all->scores[model][question]), "twice");
  all->scores[model][question] = score;
  all->count++;
}

/* Records a score: 1 if the log takes it, perhaps after preparing. */
static int put(core_bit_log *log, uint32_t model, uint32_t question, double score) {
  coreset_context context = {0};
  int possible;
  if (core_bit_log_take(log, model, question, score)) return 1;
  cr_assert_eq(core_bit_log_prepare(&context, log, model, question, score, &possible), CORESET_OK);
  return possible && core_bit_log_take(log, model, question, score);
}

Test(bit_log, gives_back_what_it_took) {
  static table found, expected;
  coreset_context context = {0};
  core_bit_log log = {0};
  core_row_log rows = {0};
  uint64_t generator = 3;
  for (size_t m = 0; m < 300; m++) {
    for (size_t q = 0; q < 300; q++) found.scores[m][q] = expected.scores[m][q] = NAN;
  }
  for (uint32_t q = 0; q < 2; q++) { /* both values */
    cr_assert(put(&log, 299, q, q == 0 ? -2.5 : 0.1));
    note(&expected, 299, q, q == 0 ? -2.5 : 0.1);
  }
  for (size_t i = 0; i < 20000; i++) {
    uint32_t model = (uint32_t)(core_splitmix(&generator) % (1 + i / 50 % 300)), question = (uint32_t)(i * 7 % 300);
    double score = core_splitmix(&generator) & 1 ? -2.5 : 0.1;
    int is_new = isnan(expected.scores[model][question]);
    cr_assert_eq(put(&log, model, question, score), is_new, "row %zu", i);
    if (is_new) note(&expected, model, question, score);
    cr_assert_not(put(&log, model, question, 7), "a third value");
  }
  cr_assert_eq(log.count, expected.count);
  cr_assert_eq(core_bit_log_spill(&context, &log, &rows), CORESET_OK);
  cr_assert_eq(core_row_log_count(&rows), expected.count);
  cr_assert(rows.spread.distinct == 2 && rows.spread.low == -2.5 && rows.spread.high == 0.1);
  for (const core_row_block *block = rows.newest; block != NULL; block = block->next) {
    for (size_t i = 0; i < block->count; i++) {
      note(&found, block->first_model + block->models[i], block->questions[i], block->scores[i]);
    }
  }
  cr_assert_eq(found.count, expected.count);
  for (size_t m = 0; m < 300; m++) {
    for (size_t q = 0; q < 300; q++) {
      double a = found.scores[m][q], b = expected.scores[m][q];
      cr_assert((isnan(a) && isnan(b)) || a == b, "%zu, %zu", m, q);
    }
  }
  cr_assert_not(put(&log, 0, 0, 0.1), "closed");
  core_bit_log_release(&log);
  core_row_log_release(&rows);
}

Test(bit_log, few_scores_among_many_are_not_for_bits) {
  core_bit_log log = {0};
  uint32_t i = 0;
  while (i < 100000 && put(&log, i, i, 1)) i++;
  cr_assert(i > 1000 && i < 20000, "%u", (unsigned)i);
  core_bit_log_release(&log);
}

/* The bytes of the matrix of 80 models x 25 questions with a row more: at the start, in the
** middle, or at the end. */
static unsigned char *build(const double *values, size_t at, int64_t model, int64_t question, double score,
                            size_t *size) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  unsigned char *bytes;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t i = 0; i <= 2000; i++) {
    coreset_id m = {NULL, 0, (int64_t)(i % 80)}, q = {NULL, 0, (int64_t)(i / 80)};
    coreset_id extra_model = {NULL, 0, model}, extra_question = {NULL, 0, question};
    if (i == at) {
      cr_assert_eq(coreset_builder_add(&context, builder, &extra_model, &extra_question, &score, 1), CORESET_OK);
    }
    if (i == 2000 || isnan(values[i])) continue;
    cr_assert_eq(coreset_builder_add(&context, builder, &m, &q, &values[i], 1), CORESET_OK);
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  cr_assert_eq(coreset_matrix_write(&context, matrix, SIZE_MAX, &bytes, size), CORESET_OK);
  coreset_builder_free(builder);
  coreset_matrix_free(matrix);
  return bytes;
}

/* What bits cannot hold, a repeat or a third value, may come early or late. */
Test(bit_log, two_values_may_become_more_at_any_row) {
  static const struct {
    int64_t model, question;
    double score;
  } extras[] = {{3, 7, 0.5}, {3, 7, 1}, {3, 7, 0}, {500, 7, 1}, {500, 7, 0.5}};
  double values[2000];
  uint64_t generator = 9;
  for (size_t i = 0; i < 2000; i++) {
    values[i] = (double)(core_splitmix(&generator) & 1);
    if (core_splitmix(&generator) % 5 == 0 && i != 7 * 80 + 3) values[i] = NAN;
  }
  for (size_t kind = 0; kind < sizeof(extras) / sizeof(extras[0]); kind++) {
    coreset_context context = {0};
    coreset_matrix *matrix;
    size_t first_size, size;
    unsigned char *first = build(values, 0, extras[kind].model, extras[kind].question, extras[kind].score, &first_size);
    for (size_t at = 1; at <= 2000; at += 333) {
      unsigned char *bytes = build(values, at, extras[kind].model, extras[kind].question, extras[kind].score, &size);
      cr_assert_eq(size, first_size, "kind %zu, at %zu", kind, at);
      cr_assert_arr_eq(bytes, first, size, "kind %zu, at %zu", kind, at);
      coreset_free(bytes);
    }
    cr_assert_eq(coreset_matrix_read(&context, first, first_size, &matrix), CORESET_OK, "%s", context.message);
    for (size_t i = 0; i < 2000; i++) {
      double value;
      uint64_t count;
      int there = coreset_matrix_cell(matrix, i % 80, i / 80, &value, &count);
      cr_assert_eq(there, !isnan(values[i]));
      if (!there) continue;
      if (extras[kind].model == 3 && i == 7 * 80 + 3) {
        cr_assert_eq(count, 2);
        cr_assert_float_eq(value, (values[i] + extras[kind].score) / 2, 1e-15);
      } else {
        cr_assert_eq(value, values[i]);
        cr_assert_eq(count, 1);
      }
    }
    coreset_matrix_free(matrix);
    coreset_free(first);
  }
}

/* Rows tell apart 65536 models of a block by 16 bits: here are more, in turn from both ends. */
Test(bit_log, rows_of_many_models_find_their_cells) {
  enum { MODELS = 150000, QUESTIONS = 2 };
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
    int64_t number = (int64_t)(i / QUESTIONS);
    coreset_id model = {NULL, 0, number % 2 == 0 ? number : MODELS - number}, question = {NULL, 0, i % QUESTIONS};
    double score = (double)model.integer + 0.5 * (double)question.integer;
    cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 1), CORESET_OK);
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK, "%s", context.message);
  coreset_builder_free(builder);
  cr_assert_eq(coreset_matrix_model_count(matrix), MODELS);
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
    double value;
    cr_assert(coreset_matrix_cell(matrix, i / QUESTIONS, i % QUESTIONS, &value, NULL));
    cr_assert_eq(value, (double)(i / QUESTIONS) + 0.5 * (double)(i % QUESTIONS));
  }
  coreset_matrix_free(matrix);
}
