/*
** test_scores.c: the working form of the scores.
*/
#include "matrices.h"

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

Test(scores, questions_without_answers_are_no_part) {
  double values[] = {0, 1, 1, NAN, NAN, NAN, 1, 1, 0};
  coreset_matrix *matrix = matrix_of(values, 3, 3);
  coreset_scores *scores = scores_of_all(matrix);
  cr_assert_eq(scores->questions, 2);
  cr_assert_eq(scores->matrix_question[1], 2);
  cr_assert_eq(core_scores_question(scores, 1).integer, 2);
  cr_assert_eq(scores->question_of_matrix[1], -1);
  cr_assert_eq(scores->question_of_matrix[2], 1);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
}

Test(scores, sources_answered_nine_tenths_of_the_fullest) {
  double values[40];
  unsigned char chosen[4];
  coreset_context context = {0};
  coreset_matrix *matrix;
  coreset_scores *scores;
  for (size_t q = 0; q < 10; q++) {
    values[q * 4] = q % 2 == 0;
    values[q * 4 + 1] = q < 9 ? q % 3 == 0 : NAN;
    values[q * 4 + 2] = q < 8 ? q % 3 == 1 : NAN;
    values[q * 4 + 3] = NAN;
  }
  matrix = matrix_of(values, 4, 10);
  cr_assert_eq(core_source_models(matrix, CORE_SOURCE_PERCENT, chosen), 2);
  cr_assert(chosen[0] && chosen[1] && !chosen[2] && !chosen[3]);
  cr_assert_eq(core_source_models(matrix, CORE_LEARNING_PERCENT, chosen), 3);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(scores->models, 3); /* those who answered half as many, where none are chosen */
  for (size_t m = 0; m < 3; m++) cr_assert_eq(scores->matrix_model[m], m);
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
  double half[] = {0, 1, 1, NAN, 0, NAN, 1, 0, 0, NAN};
  struct {
    const double *values;
    size_t models, questions;
    const char *says;
  } cases[] = {{one_model, 1, 2, "at least 2 source models are needed, got 1"},
               {one_question, 3, 1, "at least 2 questions are needed, got 1"},
               {equal, 2, 2, "all scores of the source models are equal (3)"},
               {half, 2, 5, "model 1 answered 2 of 5 questions"}};
  for (size_t i = 0; i < 4; i++) {
    unsigned char chosen[] = {1, 1, 1};
    coreset_context context = {0};
    coreset_matrix *matrix = matrix_of(cases[i].values, cases[i].models, cases[i].questions);
    coreset_scores *scores;
    cr_assert_eq(coreset_scores_new(&context, matrix, chosen, &scores), CORESET_ERROR);
    cr_assert(strstr(context.message, cases[i].says) != NULL, "%s", context.message);
    cr_assert_null(scores);
    coreset_matrix_free(matrix);
  }
}
