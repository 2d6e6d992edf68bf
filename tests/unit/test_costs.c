/*
** test_costs.c: selections with costs and a budget against a literal search by single selections, and against the best
** of all sets.
*/
#include "matrices.h"

#define MODELS 24

/* Objective and remaining_sd of the last of these questions, taken in this order, when nothing costs anything. */
static coreset_pick last_pick(const coreset_scores *scores, const char *selector, const size_t *taken, size_t count) {
  coreset_context context = {0};
  coreset_choice choice;
  coreset_selection *selection;
  coreset_request request = {.count = count, .include = taken, .include_count = count, .budget = INFINITY};
  coreset_pick pick = {0};
  cr_assert_eq(coreset_choose_selector(&context, selector, &choice), CORESET_OK);
  cr_assert_eq(coreset_selection_new(&context, scores, &choice, &request, &selection), CORESET_OK);
  for (size_t i = 0; i < count; i++) cr_assert_eq(coreset_selection_next(&context, selection, &pick), CORESET_OK);
  coreset_selection_free(selection);
  return pick;
}

/* What a selection takes; returns how many. */
static size_t run(const coreset_scores *scores, const char *selector, const coreset_request *request,
                  coreset_pick *picks) {
  coreset_context context = {0};
  coreset_choice choice;
  coreset_selection *selection;
  coreset_status status;
  size_t count = 0;
  cr_assert_eq(coreset_choose_selector(&context, selector, &choice), CORESET_OK);
  cr_assert_eq(coreset_selection_new(&context, scores, &choice, request, &selection), CORESET_OK, "%s",
               context.message);
  while ((status = coreset_selection_next(&context, selection, &picks[count])) == CORESET_OK) count++;
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  cr_assert_eq(coreset_selection_next(&context, selection, &picks[count]), CORESET_DONE);
  coreset_selection_free(selection);
  return count;
}

/* Greedily by the objective, or by it for each unit of cost; includes come first. *left: the remaining_sd. */
static size_t search(const coreset_scores *scores, const char *selector, const coreset_request *request, int by_cost,
                     size_t *taken, double *left) {
  size_t count = request->include_count;
  double spent = 0;
  for (size_t i = 0; i < count; i++) taken[i] = request->include[i];
  for (size_t i = 0; i < count; i++) spent += request->costs[taken[i]];
  while (count < request->count) {
    double best = -INFINITY;
    size_t question = SIZE_MAX;
    for (size_t q = 0; q < scores->questions; q++) {
      int allowed = request->excluded == NULL || !request->excluded[q];
      for (size_t i = 0; i < count; i++) allowed = allowed && taken[i] != q;
      if (!allowed || spent + request->costs[q] > request->budget + 1e-9) continue;
      taken[count] = q;
      double value = last_pick(scores, selector, taken, count + 1).objective / (by_cost ? request->costs[q] : 1);
      if (value > best) best = value, question = q;
    }
    if (question == SIZE_MAX) break;
    taken[count++] = question;
    spent += request->costs[question];
  }
  *left = count > 0 ? last_pick(scores, selector, taken, count).remaining_sd : INFINITY;
  return count;
}

static const char *const selectors[] = {"kriging_irt", "kriging"};

/* The better of both searches, question for question, of scores of two values and of many, with includes, exclusions and
** a small k too. */
Test(costs, the_better_search) {
  enum { QUESTIONS = 22 };
  uint64_t seed = 8;
  size_t plain_wins = 0, by_cost_wins = 0;
  for (int trial = 0; trial < 24; trial++) {
    double *values = simulate_scores(MODELS, QUESTIONS, trial % 2 == 0 ? 1 : 5, 2, (uint64_t)trial + 50),
           costs[QUESTIONS];
    coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
    coreset_scores *scores = scores_of_all(matrix);
    size_t include[] = {3, 17};
    unsigned char excluded[QUESTIONS] = {[5] = 1, [6] = 1};
    for (size_t q = 0; q < QUESTIONS; q++) costs[q] = exp(trial % 3 * (2 * uniform(&seed) - 1)) + 0.01;
    coreset_request request = {.count = trial % 4 == 3 ? 4 : QUESTIONS, .costs = costs, .budget = 3 + trial % 5};
    if (trial % 5 == 4) request.include = include, request.include_count = 2, request.excluded = excluded;
    for (size_t s = 0; s < 2; s++) {
      coreset_pick picks[QUESTIONS + 1];
      size_t plain[QUESTIONS], by_cost[QUESTIONS], count;
      double plain_left, by_cost_left;
      if (request.include_count > 0 && costs[3] + costs[17] > request.budget) continue;
      size_t plain_count = search(scores, selectors[s], &request, 0, plain, &plain_left);
      size_t by_cost_count = search(scores, selectors[s], &request, 1, by_cost, &by_cost_left);
      int is_plain = plain_left < by_cost_left;
      count = run(scores, selectors[s], &request, picks);
      cr_assert_eq(count, is_plain ? plain_count : by_cost_count);
      for (size_t i = 0; i < count; i++) {
        const size_t *wanted = is_plain ? plain : by_cost;
        cr_assert_eq(picks[i].question, wanted[i], "%d %zu %zu", trial, s, i);
        coreset_pick right = last_pick(scores, selectors[s], wanted, i + 1);
        cr_assert_float_eq(picks[i].objective, right.objective, 1e-14);
        cr_assert_float_eq(picks[i].remaining_sd, right.remaining_sd, 1e-14);
      }
      plain_wins += is_plain ? 1 : 0;
      by_cost_wins += by_cost_left < plain_left;
    }
    coreset_scores_free(scores), coreset_matrix_free(matrix), free(values);
  }
  cr_assert(plain_wins >= 2 && by_cost_wins >= 20, "%zu %zu", plain_wins, by_cost_wins);
}

/* A cheap question with the best ratio leaves no room for the one that is worth all others: it is not taken. Nor is the
** dear one where many cheap ones are worth more. */
Test(costs, neither_trap) {
  enum { QUESTIONS = 20 };
  double *values = simulate_binary(MODELS, QUESTIONS, 3), costs[QUESTIONS];
  coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
  coreset_scores *scores = scores_of_all(matrix);
  for (size_t s = 0; s < 2; s++) {
    coreset_pick picks[QUESTIONS + 1];
    coreset_request all = {.count = QUESTIONS, .budget = INFINITY};
    cr_assert_eq(run(scores, selectors[s], &all, picks), QUESTIONS);
    size_t dear = picks[0].question, cheap = picks[QUESTIONS - 1].question;
    for (size_t q = 0; q < QUESTIONS; q++) costs[q] = 20;
    costs[dear] = 10;
    costs[cheap] = 1e-6;
    coreset_request request = {.count = QUESTIONS, .budget = 10, .costs = costs};
    cr_assert_eq(run(scores, selectors[s], &request, picks), 1);
    cr_assert_eq(picks[0].question, dear);
    for (size_t q = 0; q < QUESTIONS; q++) costs[q] = 1;
    costs[dear] = 10;
    cr_assert_eq(run(scores, selectors[s], &request, picks), 10);
    for (size_t i = 0; i < 10; i++) cr_assert_neq(picks[i].question, dear);
  }
  coreset_scores_free(scores), coreset_matrix_free(matrix), free(values);
}

/* Of all sets that can be paid the best leaves hardly less. */
Test(costs, near_the_best_of_all_sets) {
  enum { QUESTIONS = 11, TRIALS = 12 };
  double worst = 1, sum = 0;
  uint64_t seed = 4;
  for (int trial = 0; trial < TRIALS; trial++) {
    double *values = simulate_binary(MODELS, QUESTIONS, (uint64_t)trial), costs[QUESTIONS];
    coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
    coreset_scores *scores = scores_of_all(matrix);
    coreset_pick picks[QUESTIONS + 1];
    double best = INFINITY;
    for (size_t q = 0; q < QUESTIONS; q++) costs[q] = exp(3 * uniform(&seed));
    coreset_request request = {.count = QUESTIONS, .budget = 15, .costs = costs};
    size_t found = run(scores, "kriging", &request, picks), first = 0;
    coreset_pick one = last_pick(scores, "kriging", &first, 1);
    double before = one.remaining_sd * one.remaining_sd + one.objective;
    for (size_t set = 1; set < 1 << QUESTIONS; set++) {
      size_t taken[QUESTIONS], count = 0;
      double spent = 0;
      for (size_t q = 0; q < QUESTIONS; q++) {
        if (set >> q & 1) taken[count++] = q, spent += costs[q];
      }
      if (spent <= request.budget) best = fmin(best, last_pick(scores, "kriging", taken, count).remaining_sd);
    }
    double left = picks[found - 1].remaining_sd;
    cr_assert_geq(left, best - 1e-12);
    double share = (before - left * left) / (before - best * best);
    worst = fmin(worst, share);
    sum += share / TRIALS;
    coreset_scores_free(scores), coreset_matrix_free(matrix), free(values);
  }
  cr_assert_geq(worst, (1 - exp(-1)) / 2);
  cr_assert_geq(sum, 0.95, "%g", sum);
}

/* Without a budget, with costs that are all alike, or by a method whose objective is no gain nothing changes, to the bit. */
Test(costs, nothing_changes_otherwise) {
  enum { QUESTIONS = 40 };
  double *values = simulate_binary(MODELS, QUESTIONS, 6), uneven[QUESTIONS], even[QUESTIONS];
  coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
  coreset_scores *scores = scores_of_all(matrix);
  size_t count;
  const coreset_method *const *all = coreset_selectors(&count);
  for (size_t q = 0; q < QUESTIONS; q++) uneven[q] = 1 + (double)(q * 7 % 5), even[q] = 0.1;
  for (size_t s = 0; s < count; s++) {
    coreset_pick plain[QUESTIONS + 1], found[QUESTIONS + 1];
    coreset_request requests[] = {{.count = 12, .budget = INFINITY},
                                  {.count = 12, .budget = INFINITY, .costs = uneven},
                                  {.count = 12, .budget = 1e9, .costs = even},
                                  {.count = QUESTIONS, .budget = 12},
                                  {.count = QUESTIONS, .budget = 1.2, .costs = even}};
    cr_assert_eq(run(scores, all[s]->name, &requests[0], plain), 12);
    for (size_t r = 1; r < sizeof(requests) / sizeof(requests[0]); r++) {
      memset(found, 0, sizeof(found));
      cr_assert_eq(run(scores, all[s]->name, &requests[r], found), 12);
      for (size_t i = 0; i < 12; i++)
        cr_assert_eq(memcmp(&plain[i], &found[i], sizeof(plain[i])), 0, "%s %zu %zu", all[s]->name, r, i);
    }
  }
  for (size_t s = 2; s < 4; s++) { /* mrmr and random: the order without costs, but for what no longer fits */
    coreset_pick plain[QUESTIONS + 1], found[QUESTIONS + 1];
    coreset_request request = {.count = QUESTIONS, .budget = 9, .costs = uneven};
    coreset_request free_of_cost = {.count = QUESTIONS, .budget = INFINITY};
    run(scores, all[s]->name, &free_of_cost, plain);
    cr_assert_gt(run(scores, all[s]->name, &request, found), 1);
    cr_assert_eq(found[0].question, plain[0].question, "%s", all[s]->name);
  }
  coreset_scores_free(scores), coreset_matrix_free(matrix), free(values);
}

/* What costs nothing comes first, and all of it is taken; a budget of 0 takes nothing else. */
Test(costs, free_questions) {
  enum { QUESTIONS = 16 };
  double *values = simulate_binary(MODELS, QUESTIONS, 12), costs[QUESTIONS];
  coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
  coreset_scores *scores = scores_of_all(matrix);
  for (size_t q = 0; q < QUESTIONS; q++) costs[q] = q % 4 == 0 ? 0 : 5;
  for (size_t s = 0; s < 2; s++) {
    coreset_pick picks[QUESTIONS + 1];
    coreset_request request = {.count = QUESTIONS, .budget = 0, .costs = costs};
    cr_assert_eq(run(scores, selectors[s], &request, picks), QUESTIONS / 4);
    for (size_t i = 0; i < QUESTIONS / 4; i++) {
      cr_assert_eq(picks[i].question % 4, 0);
      if (i > 0) cr_assert_leq(picks[i].remaining_sd, picks[i - 1].remaining_sd);
    }
    request.budget = 11;
    cr_assert_eq(run(scores, selectors[s], &request, picks), QUESTIONS / 4 + 2);
  }
  coreset_scores_free(scores), coreset_matrix_free(matrix), free(values);
}
