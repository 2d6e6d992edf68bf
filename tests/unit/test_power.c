/*
** test_power.c: what budgets buy: random questions against all sets of so many, coresets against folds dealt by hand.
*/
#include "fits.h"
#include "select/selector.h"

#define MODELS ((size_t)23)

/* Two-sided quantiles of Student's distribution from tables: at 0.9 and 0.6, of 2, 3 and 22 degrees of freedom. */
#define T90_2 2.9199856
#define T60_2 1.0606602
#define T90_3 2.3533634
#define T60_3 0.9784723
#define T90_22 1.7171444
#define T60_22 0.8583049

static size_t run(const coreset_scores *scores, const coreset_power_request *request, coreset_power_row *rows) {
  coreset_context context = {0};
  coreset_power *power;
  coreset_status status;
  size_t count = 0;
  cr_assert_eq(coreset_power_new(&context, scores, request, &power), CORESET_OK, "%s", context.message);
  while ((status = coreset_power_next(&context, power, &rows[count])) == CORESET_OK) count++;
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  cr_assert_eq(coreset_power_next(&context, power, &rows[count]), CORESET_DONE);
  coreset_power_free(power);
  return count;
}

/* ------------------------------------------------------------------------
** Random questions
*/

/* The variance of the mean of these values over a set of `size` questions, by going through all of them. */
static double variance_of_means(const double *values, size_t questions, size_t size) {
  double sum = 0, squares = 0, count = 0;
  for (unsigned set = 0; set < 1U << questions; set++) {
    double mean = 0;
    if (__builtin_popcount(set) != (int)size) continue;
    for (size_t q = 0; q < questions; q++) mean += (double)(set >> q & 1) * values[q] / (double)size;
    sum += mean, squares += mean * mean, count++;
  }
  return squares / count - sum / count * (sum / count);
}

/* Binary and real-valued scores on two scales. */
Test(power, random_questions_are_all_sets_of_so_many) {
  enum { QUESTIONS = 9 };
  const size_t sizes[] = {3, 4, QUESTIONS, 1};
  const double t[] = {T90_2, T90_3}, u[] = {T60_2, T60_3};
  for (int trial = 0; trial < 4; trial++) {
    double range = trial == 3 ? 100 : 1;
    double *x = trial < 2 ? simulate_binary(MODELS, QUESTIONS, 5 + (uint64_t)trial)
                          : simulate_levels(MODELS, QUESTIONS, 40, 5 + (uint64_t)trial);
    for (size_t i = 0; i < MODELS * QUESTIONS; i++) x[i] *= range;
    coreset_matrix *matrix = matrix_of(x, MODELS, QUESTIONS);
    coreset_scores *scores = scores_of_all(matrix);
    const coreset_power_request request = {sizes, 4, selector("kriging_irt"), 0.8, 0.9};
    coreset_power_row rows[9];
    cr_assert_eq(run(scores, &request, rows), 8);
    for (size_t i = 0; i < 8; i++) {
      cr_assert_eq(rows[i].design, i % 2 == 0 ? CORESET_DESIGN_CORESET : CORESET_DESIGN_RANDOM);
      cr_assert_eq(rows[i].size, sizes[i / 2]);
      cr_assert_float_eq(rows[i].share, (double)sizes[i / 2] / QUESTIONS, 1e-15);
    }
    for (size_t i = 0; i < 2; i++) {
      double half = 0, apart = 0, values[QUESTIONS];
      const coreset_power_row *row = &rows[2 * i + 1];
      for (size_t a = 0; a < MODELS; a++) {
        for (size_t q = 0; q < QUESTIONS; q++) values[q] = x[q * MODELS + a];
        half += t[i] * sqrt(variance_of_means(values, QUESTIONS, sizes[i])) / (double)MODELS;
        for (size_t b = 0; b < a; b++) {
          for (size_t q = 0; q < QUESTIONS; q++) values[q] = x[q * MODELS + a] - x[q * MODELS + b];
          apart += variance_of_means(values, QUESTIONS, sizes[i]) / (double)(MODELS * (MODELS - 1) / 2);
        }
      }
      cr_assert_float_eq(row->half_width, half, 1e-6 * range);
      cr_assert_float_eq(row->difference_half_width, t[i] * sqrt(apart), 1e-6 * range);
      cr_assert_float_eq(row->detectable, (t[i] + u[i]) * sqrt(apart), 1e-6 * range);
    }
    for (size_t i = 4; i < 6; i++) { /* all questions: nothing is left open */
      cr_assert_eq(rows[i].half_width, 0);
      cr_assert_eq(rows[i].detectable, 0);
    }
    cr_assert(isnan(rows[7].half_width) && isnan(rows[7].detectable)); /* of one answer nobody knows */
    cr_assert(!isnan(rows[6].half_width));
    coreset_scores_free(scores);
    coreset_matrix_free(matrix);
    free(x);
  }
}

/* ------------------------------------------------------------------------
** Coresets
*/

enum { BENCHMARK = 60, SIZE = 12 };

static double full_score(const double *x, size_t m) {
  double sum = 0;
  for (size_t q = 0; q < BENCHMARK; q++) sum += x[q * MODELS + m];
  return sum / BENCHMARK;
}

/* Marks the models that are not in this of five folds. */
static void keep_others(const double *x, size_t fold, unsigned char *kept) {
  for (size_t m = 0; m < MODELS; m++) {
    size_t rank = 0;
    for (size_t k = 0; k < MODELS; k++) {
      double difference = full_score(x, k) - full_score(x, m);
      rank += difference < -1e-12 || (fabs(difference) < 1e-12 && k < m);
    }
    kept[m] = rank % 5 != fold;
  }
}

/* Everything that half a width is made of. */
typedef struct left_out {
  double predicted, isolation, doubt, least, most;
  core_reach reach;
} left_out;

/* Selects and fits without a fold, and predicts its models. */
static void predict_fold(const coreset_matrix *matrix, const double *x, const char *chooser, const unsigned char *kept,
                         left_out *found) {
  coreset_context context = {0};
  const coreset_choice how = predictor("krr_blup_irt"), choice = selector(chooser);
  coreset_request wanted = {.count = SIZE, .budget = INFINITY};
  coreset_selection *selection;
  coreset_scores *scores;
  coreset_fit *fit;
  coreset_pick pick;
  size_t questions[SIZE], picks = 0, others = 0;
  double y[MODELS], answers[SIZE];
  for (size_t m = 0; m < MODELS; m++) {
    if (kept[m]) y[others++] = full_score(x, m);
  }
  cr_assert_eq(coreset_scores_new(&context, matrix, kept, &scores), CORESET_OK);
  cr_assert_eq(coreset_selection_new(&context, scores, &choice, &wanted, &selection), CORESET_OK);
  while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) questions[picks++] = pick.question;
  cr_assert_eq(coreset_fit_new(&context, scores, &how, NULL, questions, SIZE, &fit), CORESET_OK);
  for (size_t m = 0; m < MODELS; m++) {
    if (kept[m]) continue;
    left_out *one = &found[m];
    double given = 0, nearest = INFINITY, lowest = INFINITY, highest = 0;
    for (size_t i = 0; i < SIZE; i++) {
      answers[i] = x[(size_t)coreset_fit_question(fit, i).integer * MODELS + m];
      given += answers[i];
    }
    cr_assert_eq(core_fit_apply(&context, fit, answers, &one->predicted, &one->reach), CORESET_OK);
    for (size_t i = 0; i < others; i++) {
      nearest = fmin(nearest, fabs(y[i] - one->predicted));
      lowest = fmin(lowest, y[i]), highest = fmax(highest, y[i]);
    }
    one->isolation = 1 + fmin(nearest / ((highest - lowest) / (double)(others - 1)), 3) / 2;
    one->doubt = core_reach_doubt(y, others, &one->reach);
    one->least = given / BENCHMARK;
    one->most = (given + BENCHMARK - SIZE) / BENCHMARK;
  }
  coreset_fit_free(fit);
  coreset_selection_free(selection);
  coreset_scores_free(scores);
}

Test(power, coresets_are_intervals_of_the_sources) {
  static const char *const choosers[] = {"kriging_irt", "random"};
  for (size_t trial = 0; trial < 4; trial++) {
    double *x = simulate_scores(MODELS, BENCHMARK, 1, 2.5, 31 + (uint64_t)trial), squares = 0;
    coreset_matrix *matrix = matrix_of(x, MODELS, BENCHMARK);
    coreset_scores *scores = scores_of_all(matrix);
    left_out found[MODELS];
    for (size_t fold = 0; fold < 5; fold++) {
      unsigned char kept[MODELS];
      keep_others(x, fold, kept);
      predict_fold(matrix, x, choosers[trial % 2], kept, found);
    }
    for (size_t m = 0; m < MODELS; m++) {
      double residual = (found[m].predicted - full_score(x, m)) / found[m].isolation;
      squares += residual * residual / (double)MODELS;
    }
    double half_width = 0, of_two = 0;
    for (size_t m = 0; m < MODELS; m++) {
      const left_out *one = &found[m];
      double psi = sqrt(one->reach.outside), inside = 0.93 * 0.97 * sqrt(squares) * T90_22 * one->isolation;
      double half = sqrt((1 - psi) * inside * inside + psi * pow(1.6450, 2) * pow(one->doubt, 2) +
                         psi * (1 - psi) * pow(1.6450 * one->reach.disagreement, 2));
      double lower = fmin(fmax(one->predicted - half, one->least), one->predicted);
      double upper = fmax(fmin(one->predicted + half, one->most), one->predicted);
      half_width += (upper - lower) / 2 / (double)MODELS;
      of_two += (upper - lower) * (upper - lower) / 2 / (double)MODELS;
    }
    const size_t size = SIZE;
    const coreset_power_request request = {&size, 1, selector(choosers[trial % 2]), 0.8, 0.9};
    coreset_power_row rows[3];
    cr_assert_eq(run(scores, &request, rows), 2);
    cr_assert_float_eq(rows[0].half_width, half_width, 1e-5);
    cr_assert_float_eq(rows[0].difference_half_width, sqrt(of_two), 1e-5);
    cr_assert_float_eq(rows[0].detectable, sqrt(of_two) * (T90_22 + T60_22) / T90_22, 1e-5);
    coreset_scores_free(scores);
    coreset_matrix_free(matrix);
    free(x);
  }
}

/* With weights the linearised variance, by its formula; a power below a half needs less than the half width. */
Test(power, weights_and_little_power) {
  enum { QUESTIONS = 12 };
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  double *x = simulate_binary(MODELS, QUESTIONS, 9), half = 0, apart = 0, e[MODELS][QUESTIONS];
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
    coreset_id model = {NULL, 0, (int64_t)(i % MODELS)}, question = {NULL, 0, (int64_t)(i / MODELS)};
    cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &x[i], (double)(1 + i / MODELS % 3)),
                 CORESET_OK);
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  coreset_builder_free(builder);
  coreset_scores *scores = scores_of_all(matrix);
  for (size_t m = 0; m < MODELS; m++) {
    double y = 0, squares = 0;
    for (size_t q = 0; q < QUESTIONS; q++) y += (double)(1 + q % 3) / 24 * x[q * MODELS + m];
    for (size_t q = 0; q < QUESTIONS; q++) {
      e[m][q] = QUESTIONS * (double)(1 + q % 3) / 24 * (x[q * MODELS + m] - y);
      squares += e[m][q] * e[m][q] / (QUESTIONS - 1);
    }
    half += T90_2 * sqrt((1 - 3.0 / QUESTIONS) * squares / 3) / (double)MODELS;
  }
  for (size_t a = 0; a < MODELS; a++) {
    for (size_t b = 0; b < a; b++) {
      for (size_t q = 0; q < QUESTIONS; q++) {
        apart += (e[a][q] - e[b][q]) * (e[a][q] - e[b][q]) / (QUESTIONS - 1) / (double)(MODELS * (MODELS - 1) / 2);
      }
    }
  }
  const size_t size = 3;
  coreset_power_request request = {&size, 1, selector("random"), 0.8, 0.9};
  coreset_power_row rows[3];
  cr_assert_eq(run(scores, &request, rows), 2);
  cr_assert_float_eq(rows[1].half_width, half, 1e-6);
  cr_assert_float_eq(rows[1].difference_half_width, T90_2 * sqrt((1 - 3.0 / QUESTIONS) * apart / 3), 1e-6);
  for (int is_low = 0; is_low < 2; is_low++) {
    request.power = is_low ? 0.2 : 0.5;
    cr_assert_eq(run(scores, &request, rows), 2);
    double t = T90_2, u = is_low ? T60_2 : 0;
    cr_assert_float_eq(rows[1].detectable, rows[1].difference_half_width * (t - u) / t, 1e-6);
  }
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

/* ------------------------------------------------------------------------
** Refusals
*/

static coreset_status start(const coreset_scores *scores, const coreset_power_request *request, char *message) {
  coreset_context context = {0};
  coreset_power *power;
  coreset_status status = coreset_power_new(&context, scores, request, &power);
  cr_assert_eq(power == NULL, status != CORESET_OK);
  strcpy(message, context.message);
  coreset_power_free(power);
  return status;
}

typedef struct limits {
  int allocations;
} limits;

static int refuse(void *data, size_t byte_count) {
  limits *left = data;
  (void)byte_count;
  return left->allocations-- == 0;
}

static coreset_status run_within(const coreset_scores *scores, const coreset_power_request *request, int allocations,
                                 int polls) {
  limits left = {allocations};
  interruption limited = {.context = {.refuse_allocation = refuse, .refuse_allocation_data = &left}};
  coreset_context *context = &limited.context;
  coreset_power *power;
  coreset_power_row row;
  interrupt_after(&limited, polls);
  coreset_status status = coreset_power_new(context, scores, request, &power);
  while (status == CORESET_OK) status = coreset_power_next(context, power, &row);
  coreset_power_free(power);
  return status;
}

Test(power, refuses_nonsense_and_stops_anywhere) {
  double *x = simulate_binary(MODELS, 20, 3);
  coreset_matrix *matrix = matrix_of(x, MODELS, 20);
  coreset_scores *scores = scores_of_all(matrix);
  const size_t sizes[] = {0, 21, 5};
  char message[CORESET_MESSAGE_SIZE];
  const coreset_power_request good = {sizes + 2, 1, selector("kriging_irt"), 0.8, 0.9};
  const double wrong[] = {0, 1, -0.5, 1.5, NAN};
  coreset_power_request bad = good;
  cr_assert_eq(start(scores, &good, message), CORESET_OK);
  bad.size_count = 0;
  cr_assert_eq(start(scores, &bad, message), CORESET_ERROR);
  for (size_t i = 0; i < 2; i++) {
    bad = good, bad.sizes = sizes + i;
    cr_assert_eq(start(scores, &bad, message), CORESET_ERROR);
  }
  cr_assert_str_eq(message, "k must be between 1 and 20, got 21");
  for (size_t i = 0; i < 5; i++) {
    bad = good, bad.level = wrong[i];
    cr_assert_eq(start(scores, &bad, message), CORESET_ERROR);
    bad = good, bad.power = wrong[i];
    cr_assert_eq(start(scores, &bad, message), CORESET_ERROR);
  }
  bad = good, bad.selector = predictor("krr");
  cr_assert_eq(start(scores, &bad, message), CORESET_ERROR);
  coreset_status status = CORESET_NO_MEMORY;
  int count = 0;
  for (; status == CORESET_NO_MEMORY; count++) status = run_within(scores, &good, count, -1);
  cr_assert_eq(status, CORESET_DONE);
  cr_assert_gt(count, 50);
  status = CORESET_INTERRUPTED;
  for (count = 0; status == CORESET_INTERRUPTED; count += 3) status = run_within(scores, &good, -1, count);
  cr_assert_eq(status, CORESET_DONE);
  cr_assert_gt(count, 30);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

/* Two sources are too few for folds, and random questions need none. */
Test(power, two_sources) {
  double x[] = {1, 0, 0, 1, 1, 0, 1, 1};
  coreset_matrix *matrix = matrix_of(x, 2, 4);
  coreset_scores *scores = scores_of_all(matrix);
  const size_t size = 2;
  const coreset_power_request request = {&size, 1, selector("kriging_irt"), 0.8, 0.9};
  coreset_power_row rows[3];
  cr_assert_eq(run(scores, &request, rows), 2);
  cr_assert(isnan(rows[0].half_width) && isnan(rows[0].difference_half_width) && isnan(rows[0].detectable));
  cr_assert_gt(rows[1].half_width, 0);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
}
