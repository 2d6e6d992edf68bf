/*
** test_selection.c: mRMR against a literal, eager implementation; the random
** selector; and what selection.c does around every method.
*/
#include "matrices.h"
#include "select/information.h"
#include "select/selector.h"

/* A matrix and the scores of its models. */
typedef struct fixture {
  coreset_matrix *matrix;
  coreset_scores *scores;
} fixture;

/* Takes the values. */
static fixture set_up_values(double *values, size_t models, size_t questions) {
  coreset_context context = {0};
  fixture made = {.matrix = matrix_of(values, models, questions)};
  cr_assert_eq(coreset_scores_new(&context, made.matrix, NULL, &made.scores), CORESET_OK, "%s", context.message);
  free(values);
  return made;
}

static fixture set_up(size_t models, size_t questions) {
  return set_up_values(simulate_binary(models, questions, 5), models, questions);
}

static void tear_down(fixture *made) {
  coreset_scores_free(made->scores);
  coreset_matrix_free(made->matrix);
}

static coreset_selection *start(const fixture *made, const coreset_choice *choice, const coreset_request *request) {
  coreset_context context = {0};
  coreset_selection *selection;
  cr_assert_eq(coreset_selection_new(&context, made->scores, choice, request, &selection), CORESET_OK, "%s",
               context.message);
  return selection;
}

/* mRMR with all its settings. */
static coreset_choice mrmr(int scheme, int neighbors, int estimator) {
  coreset_choice choice = core_default_choice(&core_selector_mrmr.method);
  *coreset_choice_setting(&choice, "scheme") = (coreset_setting){.is_set = 1, .integer = scheme};
  *coreset_choice_setting(&choice, "neighbors") = (coreset_setting){.is_set = 1, .integer = neighbors};
  *coreset_choice_setting(&choice, "estimator") = (coreset_setting){.is_set = 1, .integer = estimator};
  return choice;
}

static double *copy_of(const double *values, size_t count) {
  return memcpy(malloc(count * sizeof(double)), values, count * sizeof(double));
}

/* ------------------------------------------------------------------------
** The oracle: every relevance and redundancy by definition, all pairs, eagerly
*/

/* Ross 2014 by comparing all pairs of models. y: numbers of right answers. */
static double ross_literally(const double *x, const double *y, size_t models, int k) {
  double psi[512], mean = 0, harmonic = -0.57721566490153286;
  for (size_t i = 1; i < 512; i++) {
    psi[i] = harmonic;
    harmonic += 1.0 / (double)i;
  }
  size_t ones = 0;
  for (size_t i = 0; i < models; i++) ones += x[i] > 0.5;
  size_t zeros = models - ones;
  if (ones < (size_t)k + 1 || zeros < (size_t)k + 1) return 0;
  for (size_t i = 0; i < models; i++) {
    double same[512];
    size_t count = 0, m = 0;
    for (size_t j = 0; j < models; j++) {
      if ((x[j] > 0.5) == (x[i] > 0.5)) same[count++] = fabs(y[j] - y[i]);
    }
    for (size_t j = 1; j < count; j++) { /* insertion sort */
      double value = same[j];
      size_t at = j;
      while (at > 0 && same[at - 1] > value) same[at] = same[at - 1], at--;
      same[at] = value;
    }
    double d = same[k];
    for (size_t j = 0; j < models; j++) {
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
  for (size_t m = 0; m < models; m++) n[x[m] > 0.5][y[m] > 0.5]++;
  for (int a = 0; a < 2; a++) {
    for (int b = 0; b < 2; b++) {
      double p = n[a][b] / (double)models;
      double q = (n[a][0] + n[a][1]) * (n[0][b] + n[1][b]) / ((double)models * (double)models);
      if (p > 0) sum += p * log(p / (q + 1e-15));
    }
  }
  return fmax(0, sum);
}

static const char *const schemes[] = {"MID", "MIQ", "MI"};

static double objective_literally(int scheme, double relevance, double sum, size_t taken) {
  if (taken == 0 || strcmp(schemes[scheme], "MI") == 0) return relevance;
  if (strcmp(schemes[scheme], "MID") == 0) return relevance - sum / (double)taken;
  return relevance / (sum / (double)taken + 1e-10);
}

/* Follows a selection and demands that each pick is, up to rounding, a best one. */
static void follow(const double *values, size_t models, size_t questions, int scheme, int neighbors) {
  coreset_context context = {0};
  fixture made = set_up_values(copy_of(values, models * questions), models, questions);
  coreset_request request = {.count = questions, .budget = INFINITY};
  coreset_choice choice = mrmr(scheme, neighbors, CORESET_ESTIMATOR_AUTO);
  coreset_selection *selection = start(&made, &choice, &request);
  double *relevance = calloc(questions, sizeof(double)), *sum = calloc(questions, sizeof(double));
  double *y = calloc(models, sizeof(double));
  unsigned char *used = calloc(questions, 1);
  coreset_pick pick;
  size_t taken = 0;
  for (size_t q = 0; q < questions; q++) {
    for (size_t m = 0; m < models; m++) y[m] += values[q * models + m];
  }
  for (size_t q = 0; q < questions; q++) relevance[q] = ross_literally(values + q * models, y, models, neighbors);
  for (; coreset_selection_next(&context, selection, &pick) == CORESET_OK; taken++) {
    double tolerance = scheme == 1 ? 1e-9 * fabs(pick.objective) + 1e-6 : 1e-13;
    cr_assert(!used[pick.question]);
    cr_assert_float_eq(pick.relevance, relevance[pick.question], 1e-13);
    cr_assert_float_eq(pick.redundancy, taken == 0 ? 0 : sum[pick.question] / (double)taken, 1e-13);
    for (size_t q = 0; q < questions; q++) {
      double objective = objective_literally(scheme, relevance[q], sum[q], taken);
      if (used[q]) continue;
      cr_assert(objective <= pick.objective + tolerance, "%s, pick %zu: question %zu has %.17g, more than %.17g",
                schemes[scheme], taken, q, objective, pick.objective);
    }
    used[pick.question] = 1;
    for (size_t q = 0; q < questions; q++) {
      sum[q] += redundancy_literally(values + q * models, values + pick.question * models, models);
    }
  }
  cr_assert_eq(taken, questions);
  coreset_selection_free(selection);
  tear_down(&made);
  free(relevance), free(sum), free(y), free(used);
}

Test(mrmr, follows_the_definition) {
  size_t sizes[][2] = {{20, 40}, {64, 30}, {65, 30}, {130, 60}};
  for (size_t i = 0; i < 4; i++) {
    double *values = simulate_binary(sizes[i][0], sizes[i][1], 100 + i);
    for (int scheme = 0; scheme < 3; scheme++) follow(values, sizes[i][0], sizes[i][1], scheme, 3 + (int)i);
    free(values);
  }
}

/* The estimator that mRMR uses for these scores. */
static core_information *estimator_for(const coreset_scores *scores, core_arena *arena, int neighbors, int estimator) {
  coreset_context context = {0};
  core_information *information;
  coreset_status status;
  if (scores->binary) {
    status = core_binary_information_new(&context, arena, scores, neighbors, &information);
  } else {
    int correct = estimator == CORESET_ESTIMATOR_LNC;
    status = core_continuous_information_new(&context, arena, scores, neighbors, correct, NULL, &information);
  }
  cr_assert_eq(status, CORESET_OK, "%s", context.message);
  return information;
}

/* Whether all scores of a question that are there are equal. */
static int is_constant(const double *column, size_t models) {
  double low = INFINITY, high = -INFINITY;
  for (size_t m = 0; m < models; m++) {
    if (column[m] < low) low = column[m];
    if (column[m] > high) high = column[m];
  }
  return !(low < high);
}

/* The eager loop over the very functions the lazy search uses must give the same picks,
** ties included. Takes the values. */
static void compare_with_eager(double *values, size_t models, size_t questions, int scheme, int estimator) {
  coreset_context context = {0};
  fixture made = set_up_values(copy_of(values, models * questions), models, questions);
  coreset_request request = {.count = questions, .budget = INFINITY};
  coreset_choice choice = mrmr(scheme, 3, estimator);
  core_arena arena = {0};
  core_information *information = estimator_for(made.scores, &arena, 3, estimator);
  coreset_selection *selection = start(&made, &choice, &request);
  double *sum = calloc(questions, sizeof(double)), *relevance = calloc(questions, sizeof(double));
  unsigned char *used = calloc(questions, 1);
  coreset_pick pick;
  size_t taken = 0;
  cr_assert_eq(made.scores->questions, questions);
  for (size_t q = 0; q < questions; q++) {
    cr_assert_eq(information->relevance(&context, information, q, &relevance[q]), CORESET_OK);
  }
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
    size_t best = questions;
    double best_objective = -INFINITY;
    for (int constants = 0; constants < 2 && best == questions; constants++) {
      for (size_t q = 0; q < questions; q++) {
        double objective = objective_literally(scheme, relevance[q], sum[q], taken);
        if (used[q] || (!made.scores->binary && is_constant(values + q * models, models) != constants)) continue;
        if (objective > best_objective) best = q, best_objective = objective;
      }
    }
    cr_assert_eq(pick.question, best, "scheme %d, pick %zu: %zu, not %zu", scheme, taken, pick.question, best);
    used[best] = 1;
    taken++;
    if (information->choose != NULL) {
      cr_assert_eq(information->choose(&context, &arena, information, best), CORESET_OK);
    }
    for (size_t q = 0; q < questions; q++) {
      double redundancy;
      cr_assert_eq(information->redundancy(&context, information, q, best, &redundancy), CORESET_OK);
      sum[q] += redundancy;
    }
  }
  cr_assert_eq(taken, questions);
  core_release(&arena);
  coreset_selection_free(selection);
  tear_down(&made);
  free(values), free(sum), free(relevance), free(used);
}

/* Makes the second half of the questions copies of the first: exact ties. */
static double *with_copies(double *values, size_t models, size_t questions) {
  memcpy(values + questions / 2 * models, values, questions / 2 * models * sizeof(double));
  return values;
}

Test(mrmr, lazy_search_equals_eager_search) {
  for (uint64_t seed = 1; seed <= 8; seed++) {
    size_t models = 10 + 9 * seed;
    for (int scheme = 0; scheme < 3; scheme++) {
      compare_with_eager(with_copies(simulate_binary(models, 60, seed), models, 60), models, 60, scheme,
                         CORESET_ESTIMATOR_ROSS);
    }
  }
}

/* The same with holes, for binary and continuous scores; epochs make few levels. */
Test(mrmr, lazy_search_equals_eager_search_for_other_scores) {
  uint64_t seed = 7;
  for (int scheme = 0; scheme < 3; scheme++) {
    for (int levels = 2; levels <= 64; levels *= 4) {
      for (int holes = 0; holes < 2; holes++) {
        for (int estimator = CORESET_ESTIMATOR_KSG; estimator <= CORESET_ESTIMATOR_LNC; estimator++) {
          double *values = simulate_levels(20, 30, levels, ++seed);
          for (size_t i = 0; i < 20; i++) values[3 * 20 + i] = 0.5; /* a constant question */
          with_copies(values, 20, 30);
          for (size_t i = 0; holes && i < 20 * 30; i += 13) values[i] = NAN;
          compare_with_eager(values, 20, 30, scheme, estimator);
        }
      }
    }
  }
  for (int scheme = 0; scheme < 3; scheme++) {
    double *values = simulate_binary(40, 50, 3);
    for (size_t i = 0; i < 40 * 50; i += 7) values[i] = NAN;
    compare_with_eager(values, 40, 50, scheme, CORESET_ESTIMATOR_ROSS);
  }
}

/* Constant continuous questions come after every other one, in order. */
Test(mrmr, constant_continuous_questions_come_last) {
  for (int scheme = 0; scheme < 3; scheme++) {
    for (int estimator = CORESET_ESTIMATOR_KSG; estimator <= CORESET_ESTIMATOR_LNC; estimator++) {
      coreset_context context = {0};
      double *values = simulate_levels(12, 20, 5, 99);
      for (size_t i = 0; i < 12; i++) values[2 * 12 + i] = 1, values[7 * 12 + i] = 0;
      fixture made = set_up_values(values, 12, 20);
      coreset_request request = {.count = 20, .budget = INFINITY};
      coreset_choice choice = mrmr(scheme, 3, estimator);
      coreset_selection *selection = start(&made, &choice, &request);
      coreset_pick pick;
      size_t taken = 0;
      while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
        cr_assert_eq(pick.question == 2 || pick.question == 7, taken >= 18, "pick %zu is %zu", taken, pick.question);
        taken++;
      }
      cr_assert_eq(taken, 20);
      coreset_selection_free(selection);
      tear_down(&made);
    }
  }
}

/* A question that too few models answered is never chosen, but can be included. */
Test(mrmr, questions_with_few_answers_are_never_chosen) {
  coreset_context context = {0};
  double *values = simulate_binary(20, 10, 4);
  for (size_t m = 7; m < 20; m++) values[6 * 20 + m] = NAN; /* 7 answers: one too few for 3 neighbors */
  for (size_t m = 8; m < 20; m++) values[2 * 20 + m] = NAN; /* 8: enough */
  fixture made = set_up_values(values, 20, 10);
  coreset_choice choice = core_default_choice(&core_selector_mrmr.method);
  coreset_request request = {.count = 10, .budget = INFINITY};
  coreset_selection *selection = start(&made, &choice, &request);
  coreset_pick pick;
  size_t include[] = {6}, taken = 0;
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
    cr_assert_neq(pick.question, 6);
    taken++;
  }
  cr_assert_eq(taken, 9);
  coreset_selection_free(selection);
  request.include = include;
  request.include_count = 1;
  selection = start(&made, &choice, &request);
  taken = 0;
  for (; coreset_selection_next(&context, selection, &pick) == CORESET_OK; taken++) {
    cr_assert_eq(pick.question == 6, taken == 0);
  }
  cr_assert_eq(taken, 10);
  coreset_selection_free(selection);
  tear_down(&made);
}

/* Selections from scores on scales that differ by a positive affine map are the same:
** for binary scores any two values, for others two scales outside [0, 1]. */
Test(mrmr, scales_do_not_matter) {
  static const double scales[][2] = {{100, 0}, {-37.5, 1200}, {400, 1000}, {3e6, -5}};
  for (int estimator = CORESET_ESTIMATOR_ROSS; estimator <= CORESET_ESTIMATOR_LNC; estimator++) {
    int binary = estimator == CORESET_ESTIMATOR_ROSS;
    size_t first[30] = {0};
    for (size_t s = 0; s < 4; s++) {
      if (scales[s][0] < 0 && !binary) continue; /* only positive maps keep the order */
      coreset_context context = {0};
      double *values = binary ? simulate_binary(24, 30, 8) : simulate_levels(24, 30, 64, 8);
      for (size_t i = 0; i < 24 * 30; i++) values[i] = scales[s][1] + scales[s][0] * values[i];
      fixture made = set_up_values(values, 24, 30);
      coreset_request request = {.count = 30, .budget = INFINITY};
      coreset_choice choice = mrmr(0, 3, estimator);
      coreset_selection *selection = start(&made, &choice, &request);
      coreset_pick pick;
      for (size_t taken = 0; coreset_selection_next(&context, selection, &pick) == CORESET_OK && taken < 10; taken++) {
        if (s == 0) first[taken] = pick.question;
        cr_assert_eq(pick.question, first[taken], "estimator %d, scale %zu, pick %zu", estimator, s, taken);
      }
      coreset_selection_free(selection);
      tear_down(&made);
    }
  }
}

/* What a choice leaves open is decided, and told. */
Test(mrmr, decides_what_is_not_set) {
  fixture made = set_up(30, 20);
  coreset_choice choice = {.method = &core_selector_mrmr.method};
  coreset_request request = {.count = 1, .budget = INFINITY};
  coreset_selection *selection = start(&made, &choice, &request);
  choice = *coreset_selection_choice(selection);
  cr_assert_eq(choice.method, &core_selector_mrmr.method);
  cr_assert_eq(coreset_choice_setting(&choice, "neighbors")->integer, 3);
  cr_assert_eq(coreset_choice_setting(&choice, "estimator")->integer, CORESET_ESTIMATOR_ROSS);
  coreset_selection_free(selection);
  tear_down(&made);
}

/* ------------------------------------------------------------------------
** Around the method
*/

/* Runs a selection to its end; returns how many questions it gave. */
static size_t run(const fixture *made, const coreset_method *method, const coreset_request *request,
                  size_t *questions) {
  coreset_context context = {0};
  coreset_choice choice = core_default_choice(method);
  coreset_selection *selection = start(made, &choice, request);
  coreset_pick pick;
  size_t count = 0;
  coreset_status status = coreset_selection_next(&context, selection, &pick);
  for (; status == CORESET_OK; status = coreset_selection_next(&context, selection, &pick)) {
    questions[count++] = pick.question;
  }
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  coreset_selection_free(selection);
  return count;
}

Test(selection, is_nested_for_every_selector) {
  fixture made = set_up(30, 50);
  size_t all[50], some[50], count;
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t s = 0; s < count; s++) {
    coreset_request request = {.count = 50, .budget = INFINITY};
    cr_assert_eq(run(&made, methods[s], &request, all), 50);
    request.count = 7;
    cr_assert_eq(run(&made, methods[s], &request, some), 7);
    for (size_t i = 0; i < 7; i++) cr_assert_eq(some[i], all[i]);
  }
  tear_down(&made);
}

Test(selection, all_of_it_at_once) {
  fixture made = set_up(30, 50);
  coreset_context context = {0};
  coreset_choice choice = core_default_choice(&core_selector_kriging.method);
  coreset_request request = {.count = 7, .budget = INFINITY};
  core_arena arena = {0};
  core_shared shared = {.arena = &arena, .scores = made.scores};
  size_t picks[50], chosen[50], found;
  cr_assert_eq(core_select(&context, &shared, &choice, 7, chosen, &found), CORESET_OK);
  cr_assert_eq(run(&made, &core_selector_kriging.method, &request, picks), 7);
  cr_assert_eq(found, 7);
  for (size_t i = 0; i < 7; i++) cr_assert_eq(chosen[i], picks[i]);
  cr_assert_eq(core_select(&context, &shared, &choice, 1000, chosen, &found),
               CORESET_OK); /* with the field made before */
  cr_assert_eq(found, 50);
  for (size_t i = 0; i < 7; i++) cr_assert_eq(chosen[i], picks[i]);
  choice.method = NULL;
  cr_assert_eq(core_select(&context, &shared, &choice, 7, chosen, &found), CORESET_ERROR);
  core_release(&arena);
  tear_down(&made);
}

Test(selection, takes_included_questions_first) {
  fixture made = set_up(30, 50);
  size_t include[] = {41, 3, 17}, picks[50], again[50], count;
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t s = 0; s < count; s++) {
    coreset_request request = {.count = 10, .budget = INFINITY, .include = include, .include_count = 3};
    cr_assert_eq(run(&made, methods[s], &request, picks), 10);
    for (size_t i = 0; i < 3; i++) cr_assert_eq(picks[i], include[i]);
    /* what the method chose is what it would go on with */
    request.include = picks;
    request.include_count = 10;
    cr_assert_eq(run(&made, methods[s], &request, again), 10);
    cr_assert_arr_eq(again, picks, 10 * sizeof(size_t));
  }
  tear_down(&made);
}

Test(selection, never_takes_excluded_questions) {
  fixture made = set_up(30, 50);
  unsigned char excluded[50] = {0};
  size_t picks[50], count;
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t i = 0; i < 50; i += 2) excluded[i] = 1;
  for (size_t s = 0; s < count; s++) {
    coreset_request request = {.count = 50, .budget = INFINITY, .excluded = excluded};
    cr_assert_eq(run(&made, methods[s], &request, picks), 25);
    for (size_t i = 0; i < 25; i++) cr_assert_eq(picks[i] % 2, 1);
  }
  tear_down(&made);
}

Test(selection, stays_within_the_budget) {
  fixture made = set_up(30, 50);
  double costs[50];
  size_t picks[50], count;
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t i = 0; i < 50; i++) costs[i] = 1 + (double)(i % 7);
  for (size_t s = 0; s < count; s++) {
    unsigned char used[50] = {0};
    coreset_request request = {.count = 50, .budget = 20, .costs = costs};
    size_t taken = run(&made, methods[s], &request, picks);
    double spent = 0;
    for (size_t i = 0; i < taken; i++) {
      spent += costs[picks[i]];
      used[picks[i]] = 1;
    }
    cr_assert(spent <= 20);
    for (size_t i = 0; i < 50; i++) cr_assert(used[i] || spent + costs[i] > 20, "question %zu still fits", i);
  }
  tear_down(&made);
}

/* Ten costs of 0.1 add up to a budget of 1, whatever rounding says. */
Test(selection, budget_forgives_rounding) {
  fixture made = set_up(30, 50);
  double costs[50];
  size_t picks[50];
  coreset_request request = {.count = 50, .budget = 1, .costs = costs};
  for (size_t i = 0; i < 50; i++) costs[i] = 0.1;
  cr_assert_eq(run(&made, &core_selector_random.method, &request, picks), 10);
  tear_down(&made);
}

Test(selection, random_order_is_part_of_the_contract) {
  fixture made = set_up(30, 10);
  size_t picks[10];
  uint64_t draws[10], generator = 0;
  coreset_request request = {.count = 10, .budget = INFINITY};
  cr_assert_eq(run(&made, &core_selector_random.method, &request, picks), 10);
  for (size_t i = 0; i < 10; i++) draws[i] = core_splitmix(&generator);
  cr_assert_eq(draws[0], UINT64_C(0xE220A8397B1DCDAF)); /* the generator's published first output for seed 0 */
  for (size_t i = 1; i < 10; i++) cr_assert(draws[picks[i - 1]] < draws[picks[i]]);
  tear_down(&made);
}

/* Indices are the matrix's where the sources answered only some of its questions: every selection
** is that from the matrix of these questions alone. */
Test(selection, speaks_of_the_questions_of_the_matrix) {
  enum { MODELS = 30, QUESTIONS = 40, ANSWERED = 30 };
  coreset_context context = {0};
  double *values = simulate_binary(MODELS, QUESTIONS, 9), *dense = malloc(MODELS * ANSWERED * sizeof(double));
  double costs[QUESTIONS], dense_costs[ANSWERED];
  unsigned char sources[MODELS], excluded[QUESTIONS], dense_excluded[ANSWERED];
  size_t matrix_question[ANSWERED], answered = 0, picks[ANSWERED], dense_picks[ANSWERED], count;
  for (size_t q = 0; q < QUESTIONS; q++) {
    costs[q] = q % 4 == 1 ? NAN : 1 + (double)(q % 5);
    excluded[q] = q % 6 == 0;
    if (q % 4 == 1) { /* the last model alone answered it */
      for (size_t m = 0; m + 1 < MODELS; m++) values[q * MODELS + m] = NAN;
    } else {
      memcpy(dense + answered * MODELS, values + q * MODELS, MODELS * sizeof(double));
      dense_costs[answered] = costs[q];
      dense_excluded[answered] = excluded[q];
      matrix_question[answered++] = q;
    }
  }
  for (size_t m = 0; m < MODELS; m++) sources[m] = m + 1 < MODELS;
  fixture made = {.matrix = matrix_of(values, MODELS, QUESTIONS)};
  fixture reduced = {.matrix = matrix_of(dense, MODELS, ANSWERED)};
  cr_assert_eq(answered, ANSWERED);
  cr_assert_eq(coreset_scores_new(&context, made.matrix, sources, &made.scores), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_scores_new(&context, reduced.matrix, sources, &reduced.scores), CORESET_OK);
  cr_assert_eq(made.scores->questions, ANSWERED);
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t s = 0; s < count; s++) {
    size_t include[] = {38, 2}, dense_include[] = {28, 1};
    coreset_request request = {ANSWERED, include, 2, excluded, costs, 30};
    coreset_request dense_request = {ANSWERED, dense_include, 2, dense_excluded, dense_costs, 30};
    size_t taken = run(&made, methods[s], &request, picks);
    cr_assert_eq(taken, run(&reduced, methods[s], &dense_request, dense_picks));
    cr_assert_gt(taken, 5);
    for (size_t i = 0; i < taken; i++) cr_assert_eq(picks[i], matrix_question[dense_picks[i]]);
  }
  tear_down(&made);
  tear_down(&reduced);
  free(values), free(dense);
}

/* Demands that a selection is refused with a message that holds these words. */
static void expect_refusal_of(const fixture *made, const coreset_choice *choice, const coreset_request *request,
                              const char *words) {
  coreset_context context = {0};
  coreset_selection *selection = (coreset_selection *)&context;
  coreset_status status = strncmp(words, "at least 8", 8) == 0 ? CORESET_TOO_LITTLE : CORESET_ERROR;
  cr_assert_eq(coreset_selection_new(&context, made->scores, choice, request, &selection), status);
  cr_assert(strstr(context.message, words) != NULL, "%s", context.message);
  cr_assert_null(selection);
}

/* The same with the default settings. */
static void expect_refusal(const fixture *made, const core_selector *selector, const coreset_request *request,
                           const char *words) {
  coreset_choice choice = core_default_choice(&selector->method);
  expect_refusal_of(made, &choice, request, words);
}

Test(selection, refuses_what_it_cannot_do) {
  fixture made = set_up(7, 10);
  coreset_request request = {.count = 5, .budget = INFINITY};
  expect_refusal(&made, &core_selector_mrmr, &request, "at least 8 source models, got 7");
  request.count = 11;
  expect_refusal(&made, &core_selector_random, &request, "k must be between 1 and 10, got 11");
  request.count = 5;
  request.budget = NAN;
  expect_refusal(&made, &core_selector_random, &request, "budget must not be negative");
  tear_down(&made);
}

Test(selection, refuses_methods_that_select_nothing) {
  fixture made = set_up(30, 50);
  coreset_request request = {.count = 5, .budget = INFINITY};
  coreset_choice choice = {0};
  coreset_context context = {0};
  expect_refusal_of(&made, &choice, &request, "the selector must be one that coreset_selectors() lists, got none");
  cr_assert_eq(coreset_choose_predictor(&context, "krr", &choice), CORESET_OK);
  expect_refusal_of(&made, &choice, &request, "the selector must be one that coreset_selectors() lists, got krr");
  tear_down(&made);
}

Test(selection, refuses_questions_that_cannot_be_included) {
  double *values = simulate_binary(9, 10, 5);
  unsigned char sources[9] = {1, 1, 1, 1, 1, 1, 1, 1, 0};
  coreset_context context = {0};
  size_t include[2] = {3, 3};
  coreset_request request = {.count = 5, .include = include, .include_count = 2, .budget = INFINITY};
  for (size_t m = 0; m < 8; m++) values[4 * 9 + m] = NAN;
  fixture made = {.matrix = matrix_of(values, 9, 10)};
  cr_assert_eq(coreset_scores_new(&context, made.matrix, sources, &made.scores), CORESET_OK, "%s", context.message);
  expect_refusal(&made, &core_selector_random, &request, "include: question 3 is listed twice");
  include[1] = 4;
  expect_refusal(&made, &core_selector_random, &request, "include: no source model answered question 4");
  include[1] = 10;
  expect_refusal(&made, &core_selector_random, &request, "include: there is no question 10");
  request.count = 1;
  expect_refusal(&made, &core_selector_random, &request, "include lists 2 questions, more than k = 1");
  tear_down(&made);
  free(values);
}

static int refuse(void *data, size_t bytes) {
  int *left = data;
  (void)bytes;
  return (*left)-- == 0;
}

/* Each allocation fails in turn, until none is left to fail. */
Test(selection, survives_refused_allocations) {
  fixture fixtures[] = {set_up(30, 50), set_up_values(simulate_levels(20, 30, 64, 1), 20, 30)};
  size_t count;
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t s = 0; s < 2 * count; s++) {
    coreset_choice choice = core_default_choice(methods[s / 2]);
    coreset_status status = CORESET_NO_MEMORY;
    int nth = 0;
    for (; status == CORESET_NO_MEMORY; nth++) {
      int left = nth;
      coreset_context context = {.refuse_allocation = refuse, .refuse_allocation_data = &left};
      coreset_request request = {.count = 5, .budget = INFINITY};
      coreset_selection *selection;
      coreset_pick pick;
      status = coreset_selection_new(&context, fixtures[s % 2].scores, &choice, &request, &selection);
      while (status == CORESET_OK) status = coreset_selection_next(&context, selection, &pick);
      coreset_selection_free(selection);
    }
    cr_assert_eq(status, CORESET_DONE);
    cr_assert_gt(nth, 3);
  }
  tear_down(&fixtures[0]);
  tear_down(&fixtures[1]);
}
