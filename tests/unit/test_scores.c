/*
** test_scores.c: the working form of the scores.
*/
#include "matrices.h"
#include "matrix/sources.h"

Test(scores, any_two_values_are_binary) {
  double plain[] = {0, 1, 1, 0, 0, 1}, scaled[] = {-3, 12.5, 12.5, -3, -3, 12.5}, column[3];
  coreset_matrix *a = matrix_of(plain, 3, 2), *b = matrix_of(scaled, 3, 2);
  coreset_scores *x = scores_of_all(a), *y = scores_of_all(b);
  cr_assert(x->binary && y->binary);
  for (size_t q = 0; q < 2; q++) {
    core_scores_column(y, q, column);
    for (size_t m = 0; m < 3; m++) cr_assert_eq(column[m], plain[q * 3 + m]);
  }
  for (size_t m = 0; m < 3; m++) cr_assert_eq(core_scores_full_score(x, m), core_scores_full_score(y, m));
  cr_assert_eq(core_scores_unmap(y, 1), 12.5);
  cr_assert_eq(core_scores_map(y, -3), 0);
  coreset_scores_free(x);
  coreset_scores_free(y);
  coreset_matrix_free(a);
  coreset_matrix_free(b);
}

Test(scores, unit_interval_is_kept_and_other_ranges_are_mapped) {
  double unit[] = {0.2, 0.5, 0.9, 0.4}, wide[] = {20, 50, 90, 40}, column[2];
  coreset_matrix *a = matrix_of(unit, 2, 2), *b = matrix_of(wide, 2, 2);
  coreset_scores *x = scores_of_all(a), *y = scores_of_all(b);
  core_scores_column(x, 0, column);
  cr_assert_eq(column[0], 0.2);
  core_scores_column(y, 0, column);
  cr_assert_eq(column[0], 0);
  cr_assert_float_eq(column[1], 30.0 / 70, 1e-15);
  coreset_scores_free(x);
  coreset_scores_free(y);
  coreset_matrix_free(a);
  coreset_matrix_free(b);
}

/* What the scores of all but the last `without` models are: binary, counted. Rows are model, question and score. */
static void check_kind(const double (*rows)[3], size_t count, size_t without, int binary, int counted,
                       double mean_inverse_trials) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  coreset_scores *scores;
  unsigned char chosen[8];
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t i = 0; i < count; i++) {
    coreset_id model = {NULL, 0, (int64_t)rows[i][0]}, question = {NULL, 0, (int64_t)rows[i][1]};
    cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &rows[i][2], 1), CORESET_OK);
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  for (size_t m = 0; m < 8; m++) chosen[m] = m + without < coreset_matrix_model_count(matrix);
  cr_assert_eq(coreset_scores_new(&context, matrix, chosen, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(scores->binary, binary);
  cr_assert_eq(scores->counted, counted);
  cr_assert_eq(core_scores_binary_kind(scores), binary || counted);
  cr_assert_float_eq(scores->mean_inverse_trials, mean_inverse_trials, 1e-15);
  if (counted) {
    cr_assert(scores->low == 0 && scores->high == 1);
    for (size_t q = 0; q < scores->questions; q++) {
      for (size_t m = 0; m < scores->models; m++) {
        uint32_t trials = 0;
        for (size_t i = 0; i < count; i++) {
          trials += (size_t)rows[i][0] == scores->matrix_model[m] && (size_t)rows[i][1] == scores->matrix_question[q];
        }
        cr_assert_eq(core_scores_trials(scores, q, m), trials);
      }
    }
  }
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  coreset_builder_free(builder);
}

Test(scores, trials_are_binary_in_kind) {
  /* 2 models x 2 questions, and what comes upon that */
  double rows[][3] = {{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
  check_kind((const double(*)[3])rows, 4, 0, 1, 0, 1);
  check_kind((const double(*)[3])rows, 5, 0, 1, 1, 3.5 / 4); /* a run that agrees */
  rows[4][2] = 0;
  check_kind((const double(*)[3])rows, 5, 0, 0, 1, 3.5 / 4); /* and one that does not */
  check_kind((const double(*)[3])rows, 7, 0, 0, 1, 3.25 / 4);
  rows[4][2] = 0.5;
  check_kind((const double(*)[3])rows, 5, 0, 0, 0, 1); /* half a success */
  rows[5][2] = 0.5;
  check_kind((const double(*)[3])rows, 6, 0, 0, 1, (3 + 1.0 / 3) / 4); /* two of three */
  rows[4][2] = 2;
  check_kind((const double(*)[3])rows, 5, 0, 0, 0, 1); /* more than there were trials */
  rows[4][2] = -2;
  check_kind((const double(*)[3])rows, 5, 0, 0, 0, 1);
  rows[4][2] = 1 + 0x1p-60;
  check_kind((const double(*)[3])rows, 5, 0, 1, 1, 3.5 / 4); /* which is 1 */
  rows[4][2] = 0x1p-60;
  check_kind((const double(*)[3])rows, 5, 0, 0, 0, 1); /* a sum that is whole but for a further part */
  rows[3][2] = 0.25;
  check_kind((const double(*)[3])rows, 4, 0, 0, 0, 1); /* a fraction of unknown trials */
}

/* What other models of the matrix scored does not matter. */
Test(scores, trials_are_those_of_the_sources) {
  static const double others[] = {0.25, 0x1p-60, 7, 0};
  for (size_t i = 0; i < 4; i++) {
    double rows[][3] = {{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}, {1, 1, 0}, {2, 1, 1}, {2, 1, 1}};
    rows[6][2] = others[i];
    check_kind((const double(*)[3])rows, 7, 1, 0, 1, 3.5 / 4);
    check_kind((const double(*)[3])rows, 7, 0, 0, i == 3, i == 3 ? (3 + 1.0) / 5 : 1);
  }
}

Test(scores, questions_without_answers_are_no_part) {
  double values[] = {0, 1, 1, NAN, NAN, NAN, 1, 1, 0};
  coreset_matrix *matrix = matrix_of(values, 3, 3);
  coreset_scores *scores = scores_of_all(matrix);
  cr_assert_eq(scores->questions, 2);
  cr_assert_eq(scores->matrix_question[1], 2);
  cr_assert_eq(core_scores_question(scores, 1).integer, 2);
  cr_assert_eq(scores->question_of_matrix[1], -1);
  cr_assert_eq(scores->question_of_matrix[2], 1);
  coreset_context context = {0};
  size_t question = 7;
  cr_assert_eq(core_scores_find(&context, scores, 2, &question), CORESET_OK);
  cr_assert_eq(question, 1);
  cr_assert_eq(core_scores_find(&context, scores, 1, &question), CORESET_ERROR);
  cr_assert_str_eq(context.message, "no source model answered question 1");
  cr_assert_eq(core_scores_find(&context, scores, 3, &question), CORESET_ERROR);
  cr_assert_str_eq(context.message, "there is no question 3 in a matrix of 3");
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
}

Test(scores, full_sources_answered_nine_tenths_of_the_median) {
  double values[80];
  core_arena arena = {0};
  core_sources found;
  coreset_context context = {0};
  coreset_matrix *matrix;
  coreset_scores *scores;
  for (size_t i = 0; i < 80; i++) {
    size_t m = i % 8, q = i / 8;
    int answered = m < 5 || (m == 5 && q < 9) || (m == 6 && q < 8); /* the last one answered nothing */
    values[i] = answered ? (m + q) % 3 == 0 : NAN;
  }
  matrix = matrix_of(values, 8, 10);
  cr_assert_eq(core_find_sources(&context, &arena, matrix, NULL, &found), CORESET_OK);
  for (size_t m = 0; m < 8; m++) cr_assert_eq(found.is_full[m], m < 6);
  cr_assert_eq(found.full_count, 6);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(scores->models, 7); /* the sources, where none are chosen */
  for (size_t m = 0; m < 7; m++) cr_assert_eq(scores->matrix_model[m], m);
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
}

/* Any choice of models, in bits and in doubles, with and without missing cells: each
** observed cell arrives, and the full score is the mean. */
Test(scores, any_choice_of_models_is_copied) {
  static const size_t models[] = {3, 64, 65, 130};
  uint64_t generator = 12;
  for (int trial = 0; trial < 48; trial++) {
    size_t count = models[trial % 4], of = (size_t)trial / 16; /* none, some or nearly all are left out */
    int real = trial / 4 % 2, holes = trial / 8 % 2;
    double *values = simulate_binary(count, 20, 30 + (uint64_t)trial), *column = malloc(count * sizeof(double));
    unsigned char *chosen = malloc(count);
    coreset_context context = {0};
    coreset_matrix *matrix;
    coreset_scores *scores;
    for (size_t i = 0; i < 20 * count; i++) {
      if (real) values[i] = 0.5 * values[i] + 0.1 * (double)(core_splitmix(&generator) % 5);
      if (holes && core_splitmix(&generator) % 8 == 0) values[i] = NAN;
    }
    for (size_t m = 0; m < count; m++) {
      chosen[m] = m < 2 || of == 0 || core_splitmix(&generator) % 4 < (of == 1 ? 3 : 1);
    }
    matrix = matrix_of(values, count, 20);
    cr_assert_eq(coreset_scores_new(&context, matrix, chosen, &scores), CORESET_OK, "%s", context.message);
    for (size_t m = 0; m < scores->models; m++) {
      double total = 0;
      cr_assert(chosen[scores->matrix_model[m]]);
      for (size_t q = 0; q < scores->questions; q++) {
        size_t cell = scores->matrix_question[q] * count + scores->matrix_model[m];
        core_scores_column(scores, q, column);
        total += column[m];
        if (isnan(values[cell])) {
          cr_assert(scores->observed != NULL && !core_bit(core_observed_column(scores, q), m));
          continue;
        }
        cr_assert(scores->observed == NULL || core_bit(core_observed_column(scores, q), m));
        cr_assert_eq(column[m], core_scores_map(scores, values[cell]));
        if (scores->ones != NULL) cr_assert_eq(core_bit(core_ones_column(scores, q), m), column[m] > 0.5);
      }
      cr_assert_float_eq(core_scores_full_score(scores, m), total / (double)scores->questions, 1e-13);
    }
    coreset_scores_free(scores);
    coreset_matrix_free(matrix);
    free(values);
    free(column);
    free(chosen);
  }
}

/* Every refusal says what is wrong. */
Test(scores, refuses_what_no_method_can_use) {
  double one_model[] = {0, 1}, one_question[] = {0, 1, 1}, equal[] = {3, 3, 3, 3};
  double nothing[] = {0, NAN, 1, NAN, 0, NAN, 1, NAN, 0, NAN};
  struct {
    const double *values;
    size_t models, questions;
    coreset_status status;
    const char *says;
  } cases[] = {
      {one_model, 1, 2, CORESET_TOO_LITTLE, "at least 2 source models are needed, got 1"},
      {one_question, 3, 1, CORESET_TOO_LITTLE, "at least 2 questions that source models share are needed, got 1"},
      {equal, 2, 2, CORESET_TOO_LITTLE, "all scores of the source models are equal (3)"},
      {nothing, 2, 5, CORESET_ERROR, "model 1 answered none of the 5 questions"}};
  for (size_t i = 0; i < 4; i++) {
    unsigned char chosen[] = {1, 1, 1};
    coreset_context context = {0};
    coreset_matrix *matrix = matrix_of(cases[i].values, cases[i].models, cases[i].questions);
    coreset_scores *scores;
    cr_assert_eq(coreset_scores_new(&context, matrix, chosen, &scores), cases[i].status);
    cr_assert(strstr(context.message, cases[i].says) != NULL, "%s", context.message);
    cr_assert_null(scores);
    coreset_matrix_free(matrix);
  }
}
