/*
** test_selection.c: mRMR against a literal, eager implementation; the random
** selector; and what selection.c does around every method.
*/
#include "matrices.h"
#include "select/information.h"
#include "select/selector.h"

/* ------------------------------------------------------------------------
** The oracle: every relevance and redundancy by definition, all pairs, eagerly
*/

/* Ross 2014 by comparing all pairs of models. y: numbers of right answers. */
static double ross_literally(const double *x, const double *y, size_t models, int k) {
  double psi[512], mean = 0, harmonic = -0.57721566490153286;
  size_t ones = 0, zeros, i, j;
  for (i = 1; i < 512; i++) {
    psi[i] = harmonic;
    harmonic += 1.0 / (double)i;
  }
  for (i = 0; i < models; i++) ones += x[i] > 0.5;
  zeros = models - ones;
  if (ones < (size_t)k + 1 || zeros < (size_t)k + 1) return 0;
  for (i = 0; i < models; i++) {
    double same[512], d;
    size_t count = 0, m = 0;
    for (j = 0; j < models; j++) {
      if ((x[j] > 0.5) == (x[i] > 0.5)) same[count++] = fabs(y[j] - y[i]);
    }
    for (j = 1; j < count; j++) { /* insertion sort */
      double value = same[j];
      size_t at = j;
      while (at > 0 && same[at - 1] > value) same[at] = same[at - 1], at--;
      same[at] = value;
    }
    d = same[k];
    for (j = 0; j < models; j++) {
      double distance = fabs(y[j] - y[i]);
      m += d > 0 ? distance < d : distance <= 0;
    }
    mean += psi[m] / (double)models;
  }
  return fmax(0,
              psi[models] - ((double)zeros * psi[zeros] + (double)ones * psi[ones]) / (double)models + psi[k] - mean);
}

/* A 2 x 2 table counted cell by cell. */
static double redundancy_literally(const double *x, const double *y, size_t models) {
  double n[2][2] = {{0, 0}, {0, 0}}, sum = 0;
  size_t m;
  int a, b;
  for (m = 0; m < models; m++) n[x[m] > 0.5][y[m] > 0.5]++;
  for (a = 0; a < 2; a++) {
    for (b = 0; b < 2; b++) {
      double p = n[a][b] / (double)models;
      double q = (n[a][0] + n[a][1]) * (n[0][b] + n[1][b]) / ((double)models * (double)models);
      if (p > 0) sum += p * log(p / (q + 1e-15));
    }
  }
  return fmax(0, sum);
}

static double objective_literally(const char *scheme, double relevance, double sum, size_t taken) {
  if (taken == 0 || strcmp(scheme, "MI") == 0) return relevance;
  if (strcmp(scheme, "MID") == 0) return relevance - sum / (double)taken;
  return relevance / (sum / (double)taken + 1e-10);
}

/* Follows a selection and demands that each pick is, up to rounding, a best one. */
static void follow(const double *values, size_t models, size_t questions, int scheme, int neighbors) {
  static const char *const schemes[] = {"MID", "MIQ", "MI"};
  coreset_context context = {0};
  coreset_matrix *matrix = matrix_of(values, models, questions);
  coreset_scores *scores;
  coreset_selection *selection;
  coreset_request request = {.count = questions, .budget = INFINITY};
  coreset_setting settings[CORESET_OPTION_LIMIT] = {{1, scheme, 0}, {1, neighbors, 0}, {1, 0, 0}};
  double *relevance = calloc(questions, sizeof(double)), *sum = calloc(questions, sizeof(double));
  double *y = calloc(models, sizeof(double));
  unsigned char *used = calloc(questions, 1);
  coreset_pick pick;
  size_t m, q, taken;
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_selection_new(&context, scores, &core_selector_mrmr, settings, &request, &selection), CORESET_OK,
               "%s", context.message);
  for (q = 0; q < questions; q++) {
    for (m = 0; m < models; m++) y[m] += values[q * models + m];
  }
  for (q = 0; q < questions; q++) relevance[q] = ross_literally(values + q * models, y, models, neighbors);
  for (taken = 0; coreset_selection_next(&context, selection, &pick) == CORESET_OK; taken++) {
    double tolerance = scheme == 1 ? 1e-9 * fabs(pick.objective) + 1e-6 : 1e-13;
    cr_assert(!used[pick.question]);
    cr_assert_float_eq(pick.relevance, relevance[pick.question], 1e-13);
    cr_assert_float_eq(pick.redundancy, taken == 0 ? 0 : sum[pick.question] / (double)taken, 1e-13);
    for (q = 0; q < questions; q++) {
      double objective = objective_literally(schemes[scheme], relevance[q], sum[q], taken);
      if (!used[q]) {
        cr_assert(objective <= pick.objective + tolerance, "%s, pick %zu: question %zu has %.17g, more than %.17g",
                  schemes[scheme], taken, q, objective, pick.objective);
      }
    }
    used[pick.question] = 1;
    for (q = 0; q < questions; q++) {
      sum[q] += redundancy_literally(values + q * models, values + pick.question * models, models);
    }
  }
  cr_assert_eq(taken, questions);
  coreset_selection_free(selection);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(relevance), free(sum), free(y), free(used);
}

Test(mrmr, follows_the_definition) {
  size_t sizes[][2] = {{20, 40}, {64, 30}, {65, 30}, {130, 60}};
  size_t i;
  for (i = 0; i < 4; i++) {
    double *values = simulate_binary(sizes[i][0], sizes[i][1], 100 + i);
    int scheme;
    for (scheme = 0; scheme < 3; scheme++) follow(values, sizes[i][0], sizes[i][1], scheme, 3 + (int)i);
    free(values);
  }
}

/* The estimator that mRMR uses for these scores. */
static core_information *estimator_for(const coreset_scores *scores, int neighbors, int estimator) {
  coreset_context context = {0};
  core_information *information;
  coreset_status status;
  if (scores->binary) {
    status = core_binary_information_new(&context, scores, neighbors, &information);
  } else {
    int correct = estimator == CORESET_ESTIMATOR_LNC;
    status = core_continuous_information_new(&context, scores, neighbors, correct, NULL, &information);
  }
  cr_assert_eq(status, CORESET_OK, "%s", context.message);
  return information;
}

/* Whether all scores of a question that are there are equal. */
static int is_constant(const double *column, size_t models) {
  double low = INFINITY, high = -INFINITY;
  size_t m;
  for (m = 0; m < models; m++) {
    if (column[m] < low) low = column[m];
    if (column[m] > high) high = column[m];
  }
  return !(low < high);
}

/* The eager loop over the very functions the lazy search uses must give the same picks,
** ties included. Takes the values. */
static void compare_with_eager(double *values, size_t models, size_t questions, int scheme, int estimator) {
  static const char *const schemes[] = {"MID", "MIQ", "MI"};
  coreset_context context = {0};
  coreset_matrix *matrix = matrix_of(values, models, questions);
  coreset_scores *scores;
  coreset_selection *selection;
  coreset_request request = {.count = questions, .budget = INFINITY};
  coreset_setting settings[CORESET_OPTION_LIMIT] = {{1, scheme, 0}, {1, 3, 0}, {1, estimator, 0}};
  double *sum = calloc(questions, sizeof(double)), *relevance = calloc(questions, sizeof(double));
  unsigned char *used = calloc(questions, 1);
  core_information *information;
  coreset_pick pick;
  size_t q, taken = 0;
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(scores->questions, questions);
  information = estimator_for(scores, 3, estimator);
  for (q = 0; q < questions; q++) relevance[q] = information->relevance(information, q);
  cr_assert_eq(coreset_selection_new(&context, scores, &core_selector_mrmr, settings, &request, &selection), CORESET_OK,
               "%s", context.message);
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
    size_t best = questions;
    double best_objective = -INFINITY;
    int constants;
    for (constants = 0; constants < 2 && best == questions; constants++) {
      for (q = 0; q < questions; q++) {
        double objective = objective_literally(schemes[scheme], relevance[q], sum[q], taken);
        if (used[q] || (!scores->binary && is_constant(values + q * models, models) != constants)) continue;
        if (objective > best_objective) best = q, best_objective = objective;
      }
    }
    cr_assert_eq(pick.question, best, "scheme %d, pick %zu: %zu, not %zu", scheme, taken, pick.question, best);
    used[best] = 1;
    taken++;
    if (information->choose != NULL) {
      cr_assert_eq(information->choose(&context, information, best), CORESET_OK);
    }
    for (q = 0; q < questions; q++) sum[q] += information->redundancy(information, q, best);
  }
  cr_assert_eq(taken, questions);
  information->release(information);
  coreset_selection_free(selection);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(values), free(sum), free(relevance), free(used);
}

/* Makes the second half of the questions copies of the first: exact ties. */
static double *with_copies(double *values, size_t models, size_t questions) {
  memcpy(values + questions / 2 * models, values, questions / 2 * models * sizeof(double));
  return values;
}

Test(mrmr, lazy_search_equals_eager_search) {
  uint64_t seed;
  int scheme;
  for (seed = 1; seed <= 8; seed++) {
    size_t models = 10 + 9 * seed;
    for (scheme = 0; scheme < 3; scheme++) {
      compare_with_eager(with_copies(simulate_binary(models, 60, seed), models, 60), models, 60, scheme,
                         CORESET_ESTIMATOR_ROSS);
    }
  }
}

/* The same with holes, for binary and continuous scores; epochs make few levels. */
Test(mrmr, lazy_search_equals_eager_search_for_other_scores) {
  int scheme, estimator, levels, holes;
  uint64_t seed = 7;
  for (scheme = 0; scheme < 3; scheme++) {
    for (levels = 2; levels <= 64; levels *= 4) {
      for (holes = 0; holes < 2; holes++) {
        for (estimator = CORESET_ESTIMATOR_KSG; estimator <= CORESET_ESTIMATOR_LNC; estimator++) {
          double *values = simulate_levels(20, 30, levels, ++seed);
          size_t i;
          for (i = 0; i < 20; i++) values[3 * 20 + i] = 0.5; /* a constant question */
          with_copies(values, 20, 30);
          for (i = 0; holes && i < 20 * 30; i += 13) values[i] = NAN;
          compare_with_eager(values, 20, 30, scheme, estimator);
        }
      }
    }
  }
  for (scheme = 0; scheme < 3; scheme++) {
    double *values = simulate_binary(40, 50, 3);
    size_t i;
    for (i = 0; i < 40 * 50; i += 7) values[i] = NAN;
    compare_with_eager(values, 40, 50, scheme, CORESET_ESTIMATOR_ROSS);
  }
}

/* Constant continuous questions come after every other one, in order. */
Test(mrmr, constant_continuous_questions_come_last) {
  int scheme, estimator;
  for (scheme = 0; scheme < 3; scheme++) {
    for (estimator = CORESET_ESTIMATOR_KSG; estimator <= CORESET_ESTIMATOR_LNC; estimator++) {
      coreset_context context = {0};
      double *values = simulate_levels(12, 20, 5, 99);
      coreset_matrix *matrix;
      coreset_scores *scores;
      coreset_selection *selection;
      coreset_request request = {.count = 20, .budget = INFINITY};
      coreset_setting settings[CORESET_OPTION_LIMIT] = {{1, scheme, 0}, {1, 3, 0}, {1, estimator, 0}};
      coreset_pick pick;
      size_t i, taken = 0;
      for (i = 0; i < 12; i++) values[2 * 12 + i] = 1, values[7 * 12 + i] = 0;
      matrix = matrix_of(values, 12, 20);
      cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK);
      cr_assert_eq(coreset_selection_new(&context, scores, &core_selector_mrmr, settings, &request, &selection),
                   CORESET_OK, "%s", context.message);
      while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
        cr_assert_eq(pick.question == 2 || pick.question == 7, taken >= 18, "pick %zu is %zu", taken, pick.question);
        taken++;
      }
      cr_assert_eq(taken, 20);
      coreset_selection_free(selection);
      coreset_scores_free(scores);
      coreset_matrix_free(matrix);
      free(values);
    }
  }
}

/* A question that too few models answered is never chosen, but can be included. */
Test(mrmr, questions_with_few_answers_are_never_chosen) {
  coreset_context context = {0};
  double *values = simulate_binary(20, 10, 4);
  coreset_matrix *matrix;
  coreset_scores *scores;
  coreset_selection *selection;
  size_t include[] = {6}, taken = 0, m;
  coreset_request request = {.count = 10, .budget = INFINITY};
  coreset_pick pick;
  for (m = 7; m < 20; m++) values[6 * 20 + m] = NAN; /* 7 answers: one too few for 3 neighbors */
  for (m = 8; m < 20; m++) values[2 * 20 + m] = NAN; /* 8: enough */
  matrix = matrix_of(values, 20, 10);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_selection_new(&context, scores, &core_selector_mrmr, NULL, &request, &selection), CORESET_OK);
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
    cr_assert_neq(pick.question, 6);
    taken++;
  }
  cr_assert_eq(taken, 9);
  coreset_selection_free(selection);
  request.include = include;
  request.include_count = 1;
  cr_assert_eq(coreset_selection_new(&context, scores, &core_selector_mrmr, NULL, &request, &selection), CORESET_OK);
  for (taken = 0; coreset_selection_next(&context, selection, &pick) == CORESET_OK; taken++) {
    cr_assert_eq(pick.question == 6, taken == 0);
  }
  cr_assert_eq(taken, 10);
  coreset_selection_free(selection);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(values);
}

/* Selections from scores on scales that differ by a positive affine map are the same:
** for binary scores any two values, for others two scales outside [0, 1]. */
Test(mrmr, scales_do_not_matter) {
  static const double scales[][2] = {{100, 0}, {-37.5, 1200}, {400, 1000}, {3e6, -5}};
  size_t s, i;
  int estimator;
  for (estimator = CORESET_ESTIMATOR_ROSS; estimator <= CORESET_ESTIMATOR_LNC; estimator++) {
    size_t first[30] = {0};
    for (s = 0; s < 4; s++) {
      coreset_context context = {0};
      double *values =
          estimator == CORESET_ESTIMATOR_ROSS ? simulate_binary(24, 30, 8) : simulate_levels(24, 30, 64, 8);
      coreset_matrix *matrix;
      coreset_scores *scores;
      coreset_selection *selection;
      coreset_request request = {.count = 30, .budget = INFINITY};
      coreset_setting settings[CORESET_OPTION_LIMIT] = {{1, 0, 0}, {1, 3, 0}, {1, estimator, 0}};
      coreset_pick pick;
      size_t taken = 0;
      if (scales[s][0] < 0 && estimator != CORESET_ESTIMATOR_ROSS) { /* only positive maps keep the order */
        free(values);
        continue;
      }
      for (i = 0; i < 24 * 30; i++) values[i] = scales[s][1] + scales[s][0] * values[i];
      matrix = matrix_of(values, 24, 30);
      cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK);
      cr_assert_eq(coreset_selection_new(&context, scores, &core_selector_mrmr, settings, &request, &selection),
                   CORESET_OK, "%s", context.message);
      for (; coreset_selection_next(&context, selection, &pick) == CORESET_OK && taken < 10; taken++) {
        if (s == 0) first[taken] = pick.question;
        cr_assert_eq(pick.question, first[taken], "estimator %d, scale %zu, pick %zu", estimator, s, taken);
      }
      coreset_selection_free(selection);
      coreset_scores_free(scores);
      coreset_matrix_free(matrix);
      free(values);
    }
  }
}

/* ------------------------------------------------------------------------
** Around the method
*/

/* A selection over simulated scores, and its parts. */
typedef struct fixture {
  coreset_matrix *matrix;
  coreset_scores *scores;
} fixture;

static fixture set_up(size_t models, size_t questions) {
  coreset_context context = {0};
  double *values = simulate_binary(models, questions, 5);
  fixture made;
  made.matrix = matrix_of(values, models, questions);
  cr_assert_eq(coreset_scores_new(&context, made.matrix, NULL, &made.scores), CORESET_OK);
  free(values);
  return made;
}

static void tear_down(fixture *made) {
  coreset_scores_free(made->scores);
  coreset_matrix_free(made->matrix);
}

/* Runs a selection to its end; returns how many questions it gave. */
static size_t run(const fixture *made, const coreset_selector *selector, const coreset_request *request,
                  size_t *questions) {
  coreset_context context = {0};
  coreset_selection *selection;
  coreset_pick pick;
  coreset_status status;
  size_t count = 0;
  cr_assert_eq(coreset_selection_new(&context, made->scores, selector, NULL, request, &selection), CORESET_OK, "%s",
               context.message);
  while ((status = coreset_selection_next(&context, selection, &pick)) == CORESET_OK)
    questions[count++] = pick.question;
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  coreset_selection_free(selection);
  return count;
}

Test(selection, is_nested_for_every_selector) {
  fixture made = set_up(30, 50);
  size_t all[50], some[50], i, s, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  for (s = 0; s < count; s++) {
    coreset_request request = {.count = 50, .budget = INFINITY};
    cr_assert_eq(run(&made, selectors[s], &request, all), 50);
    request.count = 7;
    cr_assert_eq(run(&made, selectors[s], &request, some), 7);
    for (i = 0; i < 7; i++) cr_assert_eq(some[i], all[i]);
  }
  tear_down(&made);
}

Test(selection, takes_included_questions_first) {
  fixture made = set_up(30, 50);
  size_t include[] = {41, 3, 17}, picks[50], again[50], i, s, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  for (s = 0; s < count; s++) {
    coreset_request request = {.count = 10, .budget = INFINITY, .include = include, .include_count = 3};
    cr_assert_eq(run(&made, selectors[s], &request, picks), 10);
    for (i = 0; i < 3; i++) cr_assert_eq(picks[i], include[i]);
    /* what the method chose is what it would go on with */
    request.include = picks;
    request.include_count = 10;
    cr_assert_eq(run(&made, selectors[s], &request, again), 10);
    cr_assert_arr_eq(again, picks, 10 * sizeof(size_t));
  }
  tear_down(&made);
}

Test(selection, never_takes_excluded_questions) {
  fixture made = set_up(30, 50);
  unsigned char excluded[50] = {0};
  size_t picks[50], i, s, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  for (i = 0; i < 50; i += 2) excluded[i] = 1;
  for (s = 0; s < count; s++) {
    coreset_request request = {.count = 50, .budget = INFINITY, .excluded = excluded};
    cr_assert_eq(run(&made, selectors[s], &request, picks), 25);
    for (i = 0; i < 25; i++) cr_assert_eq(picks[i] % 2, 1);
  }
  tear_down(&made);
}

Test(selection, stays_within_the_budget) {
  fixture made = set_up(30, 50);
  double costs[50], spent = 0;
  size_t picks[50], i, s, count, taken;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  for (i = 0; i < 50; i++) costs[i] = 1 + (double)(i % 7);
  for (s = 0; s < count; s++) {
    unsigned char used[50] = {0};
    coreset_request request = {.count = 50, .budget = 20, .costs = costs};
    taken = run(&made, selectors[s], &request, picks);
    for (i = 0, spent = 0; i < taken; i++) {
      spent += costs[picks[i]];
      used[picks[i]] = 1;
    }
    cr_assert(spent <= 20);
    for (i = 0; i < 50; i++) cr_assert(used[i] || spent + costs[i] > 20, "question %zu still fits", i);
  }
  tear_down(&made);
}

/* Ten costs of 0.1 add up to a budget of 1, whatever rounding says. */
Test(selection, budget_forgives_rounding) {
  fixture made = set_up(30, 50);
  double costs[50];
  size_t picks[50], i;
  coreset_request request = {.count = 50, .budget = 1, .costs = costs};
  for (i = 0; i < 50; i++) costs[i] = 0.1;
  cr_assert_eq(run(&made, &core_selector_random, &request, picks), 10);
  tear_down(&made);
}

Test(selection, random_order_is_part_of_the_contract) {
  fixture made = set_up(30, 10);
  size_t picks[10], i;
  uint64_t draws[10], generator = 0;
  coreset_request request = {.count = 10, .budget = INFINITY};
  cr_assert_eq(run(&made, &core_selector_random, &request, picks), 10);
  for (i = 0; i < 10; i++) draws[i] = core_splitmix(&generator);
  cr_assert_eq(draws[0], UINT64_C(0xE220A8397B1DCDAF)); /* the generator's published first output for seed 0 */
  for (i = 1; i < 10; i++) cr_assert(draws[picks[i - 1]] < draws[picks[i]]);
  tear_down(&made);
}

Test(selection, refuses_what_it_cannot_do) {
  fixture made = set_up(7, 10);
  coreset_context context = {0};
  coreset_selection *selection;
  coreset_request request = {.count = 5, .budget = INFINITY};
  cr_assert_eq(coreset_selection_new(&context, made.scores, &core_selector_mrmr, NULL, &request, &selection),
               CORESET_ERROR);
  cr_assert(strstr(context.message, "at least 8") != NULL && strstr(context.message, "got 7") != NULL, "%s",
            context.message);
  cr_assert_null(selection);
  request.count = 11;
  cr_assert_eq(coreset_selection_new(&context, made.scores, &core_selector_random, NULL, &request, &selection),
               CORESET_ERROR);
  tear_down(&made);
}

static int refuse(void *data, size_t bytes) {
  int *left = data;
  (void)bytes;
  return (*left)-- == 0;
}

/* Each allocation fails in turn, until none is left to fail. */
Test(selection, survives_refused_allocations) {
  fixture made = set_up(30, 50);
  size_t s, count;
  const coreset_selector *const *selectors = coreset_selectors(&count);
  for (s = 0; s < count; s++) {
    int nth;
    coreset_status status = CORESET_NO_MEMORY;
    for (nth = 0; status == CORESET_NO_MEMORY; nth++) {
      int left = nth;
      coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = &left};
      coreset_request request = {.count = 5, .budget = INFINITY};
      coreset_selection *selection;
      coreset_pick pick;
      status = coreset_selection_new(&context, made.scores, selectors[s], NULL, &request, &selection);
      while (status == CORESET_OK) status = coreset_selection_next(&context, selection, &pick);
      coreset_selection_free(selection);
    }
    cr_assert_eq(status, CORESET_DONE);
    cr_assert_gt(nth, 3);
  }
  tear_down(&made);
}
