/*
** test_evaluation.c: splits and evaluations against literal implementations: models drawn, lined up and left out one
** by one as the documentation of splits.c tells, errors computed by hand, and several numbers of questions against each
** alone.
*/
#include "fits.h"

#include "judge/splits.h"
#include "select/selector.h"

#define MODELS 40
#define QUESTIONS 60
#define SEEDS 4

/* ------------------------------------------------------------------------
** Splits by hand
*/

/* A suite, and what is known of its models. */
typedef struct suite {
  double *x;               /* the scores, question by question */
  coreset_matrix *matrix;  /* of these */
  double score[MODELS];    /* full scores */
  double released[MODELS]; /* dates; NaN: none */
  size_t families[MODELS]; /* numbers of families */
  int has_families;        /* whether these count */
  unsigned char is_source[MODELS], is_target[MODELS];
} suite;

static suite suite_of(uint64_t seed) {
  suite made = {.x = simulate_binary(MODELS, QUESTIONS, seed)};
  made.matrix = matrix_of(made.x, MODELS, QUESTIONS);
  for (size_t m = 0; m < MODELS; m++) {
    for (size_t q = 0; q < QUESTIONS; q++) made.score[m] += made.x[q * MODELS + m];
    made.score[m] /= QUESTIONS;
    made.released[m] = m % 7 == 3 ? NAN : floor(12 * uniform(&seed));
    made.families[m] = m % 3 == 0 ? 5 * (m % 4) : m; /* four families of three or four, and many of one */
  }
  return made;
}

static void free_suite(suite *made) {
  coreset_matrix_free(made->matrix);
  free(made->x);
}

static int related(const suite *of, size_t a, size_t b) {
  return a == b || (of->has_families && of->families[a] == of->families[b]);
}

/* Whether a stands before b in the line of a split. */
static int before(const suite *of, coreset_split split, size_t a, size_t b) {
  double difference = of->score[a] - of->score[b];
  if (split == CORESET_SPLIT_TIME) difference = of->released[a] - of->released[b];
  if (split == CORESET_SPLIT_WEAK) difference = -difference;
  return difference < -1e-12 || (fabs(difference) < 1e-12 && a < b);
}

/* The targets, then the sources, of a split whose targets are given. */
static void split_line(suite *of, coreset_split split, size_t wanted) {
  size_t count = 0, cut_place = 0;
  double cut = NAN; /* the date of the first model that is too new */
  for (size_t m = 0; m < MODELS; m++) count += split != CORESET_SPLIT_TIME || !isnan(of->released[m]);
  for (int pass = 0; pass < 2; pass++) {
    for (size_t m = 0; m < MODELS; m++) {
      size_t place = 0;
      if (split == CORESET_SPLIT_TIME && isnan(of->released[m])) continue;
      for (size_t k = 0; k < MODELS; k++) place += k != m && before(of, split, k, m);
      if (pass == 0 && place == wanted) cut = of->released[m], cut_place = place;
      if (pass == 0) continue;
      of->is_source[m] = split == CORESET_SPLIT_TIME ? of->released[m] < cut : place < cut_place;
      of->is_target[m] = split == CORESET_SPLIT_GAP ? place >= count - 3 * count / 10 : !of->is_source[m];
    }
  }
  for (size_t m = 0; m < MODELS; m++) {
    for (size_t k = 0; k < MODELS; k++) {
      if (of->is_target[k] && related(of, m, k)) of->is_source[m] = 0;
    }
  }
}

/* Leaves out a tenth of the sources. */
static void repeat(suite *of, const size_t *order) {
  size_t sources = 0, out = 0;
  for (size_t m = 0; m < MODELS; m++) sources += of->is_source[m];
  size_t wanted = sources < 3 ? 0 : sources < 20 ? 1 : sources / 10;
  for (size_t m = 0; m < MODELS && out < wanted; m++) {
    out += of->is_source[order[m]];
    of->is_source[order[m]] = 0;
  }
}

/* Makes a model and its relatives sources if they do not become more than wanted; how many these are. */
static size_t draw(suite *of, size_t model, size_t room) {
  size_t members = 0;
  for (size_t m = 0; m < MODELS; m++) members += related(of, m, model) ? 1 : 0;
  if (members > room) return 0;
  for (size_t m = 0; m < MODELS; m++) of->is_source[m] = (unsigned char)(of->is_source[m] | related(of, m, model));
  return members;
}

static void split_by_lot(suite *of, coreset_split split, size_t wanted, const size_t *order) {
  double low = 1, high = 0;
  size_t drawn = 0, in_round = 1;
  for (size_t m = 0; m < MODELS; m++) low = fmin(low, of->score[m]), high = fmax(high, of->score[m]);
  for (size_t m = 0; m < MODELS && split == CORESET_SPLIT_RANDOM; m++) {
    if (!of->is_source[order[m]]) drawn += draw(of, order[m], wanted - drawn);
  }
  while (in_round > 0 && split == CORESET_SPLIT_BINNED) {
    int had_its_turn[10] = {0};
    in_round = 0;
    for (size_t i = 0; i < MODELS; i++) {
      size_t m = order[i], bin = (size_t)fmin((of->score[m] - low) / (high - low) * 10, 9);
      if (had_its_turn[bin] || of->is_source[m]) continue;
      size_t members = draw(of, m, wanted - drawn);
      had_its_turn[bin] = members > 0;
      drawn += members;
      in_round += members;
    }
  }
  for (size_t m = 0; m < MODELS; m++) of->is_target[m] = !of->is_source[m];
}

static void split_literally(suite *of, coreset_split split, size_t wanted, uint64_t seed) {
  coreset_context context = {0};
  core_arena arena = {0};
  size_t *order;
  cr_assert_eq(core_permutation(&context, &arena, MODELS, seed, &order), CORESET_OK);
  memset(of->is_source, 0, MODELS);
  memset(of->is_target, 0, MODELS);
  if (split == CORESET_SPLIT_BINNED || split == CORESET_SPLIT_RANDOM) {
    split_by_lot(of, split, wanted, order);
  } else {
    split_line(of, split, wanted);
    if (seed > 1) repeat(of, order);
  }
  core_release(&arena);
}

/* One split against the same by hand. */
static void check_split(suite *of, const coreset_scores *scores, coreset_split split, size_t wanted, uint64_t seed) {
  coreset_context context = {0};
  unsigned char is_source[MODELS], is_target[MODELS];
  core_split made = {.is_source = is_source, .is_target = is_target};
  coreset_evaluation_request request = {.source_models = wanted,
                                        .split = split,
                                        .released = of->released,
                                        .families = of->has_families ? of->families : NULL};
  const char *name = coreset_split_names[split];
  size_t sources = 0, targets = 0;
  split_literally(of, split, wanted, seed);
  for (size_t m = 0; m < MODELS; m++) sources += of->is_source[m], targets += of->is_target[m];
  coreset_status status = core_split_make(&context, &request, scores, seed, &made);
  if (sources < 2) {
    cr_assert_eq(status, CORESET_ERROR, "%s, %zu wanted", name, wanted);
    return;
  }
  cr_assert_eq(status, CORESET_OK, "%s, %zu wanted: %s", name, wanted, context.message);
  cr_assert(sources <= wanted && targets > 0);
  cr_assert_eq(made.source_count, sources);
  cr_assert_eq(made.target_count, targets);
  for (size_t m = 0; m < MODELS; m++) {
    cr_assert_eq(is_source[m], of->is_source[m], "%s, %zu wanted, seed %zu: model %zu", name, wanted, seed, m);
    cr_assert_eq(is_target[m], of->is_target[m], "%s, %zu wanted, seed %zu: model %zu", name, wanted, seed, m);
  }
}

Test(splits, are_as_documented) {
  const size_t most[] = {MODELS - 1, MODELS - 1, MODELS - 1, MODELS - 1, 28, 33}; /* for gap and time */
  for (uint64_t suites = 1; suites <= 3; suites++) {
    suite of = suite_of(suites);
    coreset_scores *scores = scores_of_all(of.matrix);
    for (of.has_families = 0; of.has_families < 2; of.has_families++) {
      for (int split = CORESET_SPLIT_BINNED; split <= CORESET_SPLIT_TIME; split++) {
        for (size_t wanted = 2; wanted <= most[split]; wanted++) {
          for (uint64_t seed = 1; seed <= SEEDS; seed++) check_split(&of, scores, (coreset_split)split, wanted, seed);
        }
      }
    }
    coreset_scores_free(scores);
    free_suite(&of);
  }
}

/* An evaluation must be refused with this message. */
static void check_refusal(const suite *of, coreset_evaluation_request request, const char *message) {
  coreset_context context = {0};
  coreset_evaluation *evaluation = (coreset_evaluation *)&context;
  cr_assert_eq(coreset_evaluation_new(&context, of->matrix, &request, &evaluation), CORESET_ERROR);
  cr_assert_str_eq(context.message, message);
  cr_assert(evaluation == NULL);
}

Test(evaluation, refuses_what_makes_no_sense) {
  suite of = suite_of(5);
  const size_t sizes[] = {9, 3, 9, QUESTIONS + 1};
  const coreset_evaluation_request good = {.sizes = sizes,
                                           .size_count = 2,
                                           .selector = selector("random"),
                                           .predictor = predictor("mean"),
                                           .source_models = 20,
                                           .seeds = 1};
  coreset_evaluation_request wanted = good;
  wanted.selector = predictor("mean");
  check_refusal(&of, wanted, "the selector must be one that coreset_selectors() lists, got mean");
  wanted = good;
  wanted.predictor = (coreset_choice){0};
  check_refusal(&of, wanted, "the predictor must be one that coreset_predictors() lists, got none");
  wanted = good;
  wanted.size_count = 0;
  check_refusal(&of, wanted, "no number of questions is given");
  wanted.size_count = 3;
  check_refusal(&of, wanted, "k: 9 is listed twice");
  wanted.sizes = sizes + 3, wanted.size_count = 1;
  check_refusal(&of, wanted, "k must be between 1 and 60, got 61");
  wanted = good;
  wanted.source_models = 40;
  check_refusal(&of, wanted, "source_models must be between 2 and 39 of 40 models, got 40");
  wanted.split = CORESET_SPLIT_GAP, wanted.source_models = 29;
  check_refusal(&of, wanted,
                "source_models must be between 2 and 28 of 40 models, got 29: sources would overlap with the targets "
                "of split 'gap', the "
                "strongest three tenths");
  wanted.split = CORESET_SPLIT_TIME;
  check_refusal(&of, wanted, "split 'time' needs to know when models were released");
  wanted.split = CORESET_SPLIT_RANDOM, wanted.families = of.families, of.families[3] = MODELS;
  check_refusal(&of, wanted, "the number of a family must be below 40, got 40");
  free_suite(&of);
}

Test(predictions, refuse_methods_of_the_other_kind) {
  suite of = suite_of(5);
  coreset_scores *scores = scores_of_all(of.matrix);
  coreset_prediction_request wanted = {.predictor = selector("random")};
  coreset_context context = {0};
  coreset_predictions *predictions = (coreset_predictions *)&context;
  cr_assert_eq(coreset_predictions_new(&context, scores, of.matrix, &wanted, &predictions), CORESET_ERROR);
  cr_assert_str_eq(context.message, "the predictor must be one that coreset_predictors() lists, got random");
  cr_assert(predictions == NULL);
  coreset_scores_free(scores);
  free_suite(&of);
}

/* ------------------------------------------------------------------------
** What comes of a split
*/

static coreset_evaluation *start(const suite *of, const coreset_evaluation_request *request) {
  coreset_context context = {0};
  coreset_evaluation *evaluation;
  cr_assert_eq(coreset_evaluation_new(&context, of->matrix, request, &evaluation), CORESET_OK, "%s", context.message);
  return evaluation;
}

/* The mean over the first so many questions of a random coreset. */
static double random_mean(const suite *of, uint64_t seed, size_t size, size_t model) {
  coreset_context context = {0};
  core_arena arena = {0};
  size_t *questions;
  double sum = 0;
  cr_assert_eq(core_permutation(&context, &arena, QUESTIONS, seed, &questions), CORESET_OK);
  for (size_t i = 0; i < size; i++) sum += of->x[questions[i] * MODELS + model];
  core_release(&arena);
  return sum / (double)size;
}

/* Random coresets and the plain mean: all can be computed by hand. */
Test(evaluation, compares_predictions_with_the_truth) {
  suite of = suite_of(5);
  const size_t sizes[] = {9, 4};
  for (int split = CORESET_SPLIT_BINNED; split <= CORESET_SPLIT_TIME; split++) {
    coreset_context context = {0};
    coreset_evaluation_request wanted = {.sizes = sizes,
                                         .size_count = 2,
                                         .selector = selector("random"),
                                         .predictor = predictor("mean"),
                                         .source_models = 20,
                                         .split = (coreset_split)split,
                                         .seeds = SEEDS,
                                         .released = of.released};
    coreset_evaluation *results = start(&of, &wanted), *models = start(&of, &wanted);
    coreset_evaluation_result row;
    coreset_evaluated_model one;
    size_t rows = 0;
    for (; coreset_evaluation_next(&context, results, &row) == CORESET_OK; rows++) {
      double squares = 0, errors = 0;
      size_t targets = 0;
      split_literally(&of, wanted.split, 20, rows / 2 + 1);
      for (size_t m = 0; m < MODELS; m++) {
        if (!of.is_target[m]) continue;
        double predicted = random_mean(&of, rows / 2 + 1, sizes[rows % 2], m), error = predicted - of.score[m];
        squares += error * error;
        errors += fabs(error);
        targets++;
        cr_assert_eq(coreset_evaluation_next_model(&context, models, &one), CORESET_OK, "%s", context.message);
        cr_assert(one.seed == rows / 2 + 1 && one.size == sizes[rows % 2] && one.prediction.model == m);
        cr_assert_float_eq(one.truth, of.score[m], 1e-12);
        cr_assert_float_eq(one.prediction.predicted, predicted, 1e-12);
      }
      cr_assert_eq(row.seed, rows / 2 + 1);
      cr_assert_eq(row.size, sizes[rows % 2]);
      cr_assert_eq(row.targets, targets);
      cr_assert_eq(row.undated, split == CORESET_SPLIT_TIME ? 6 : 0);
      cr_assert_float_eq(row.rmse, sqrt(squares / (double)targets), 1e-12);
      cr_assert_float_eq(row.mae, errors / (double)targets, 1e-12);
    }
    cr_assert_eq(rows, 2 * SEEDS);
    cr_assert_eq(coreset_evaluation_next_model(&context, models, &one), CORESET_DONE);
    coreset_evaluation_free(results);
    coreset_evaluation_free(models);
  }
  free_suite(&of);
}

/* With every selector, one selection of the most questions must give what selections of fewer would. */
static void check_sizes(const suite *of, const coreset_choice *selects) {
  const size_t sizes[] = {7, 12, 3};
  coreset_context context = {0};
  coreset_evaluation_request wanted = {.sizes = sizes,
                                       .size_count = 3,
                                       .selector = *selects,
                                       .predictor = predictor("krr_blup"),
                                       .source_models = 15,
                                       .split = CORESET_SPLIT_STRONG,
                                       .seeds = 2,
                                       .level = 0.9};
  coreset_evaluation *together = start(of, &wanted), *questions = start(of, &wanted);
  coreset_evaluation_result all[6], row;
  coreset_evaluated_question longest[24], one;
  for (size_t i = 0; i < 6; i++) cr_assert_eq(coreset_evaluation_next(&context, together, &all[i]), CORESET_OK);
  cr_assert_eq(coreset_evaluation_next(&context, together, &row), CORESET_DONE);
  for (size_t i = 0; i < 24; i++) {
    cr_assert_eq(coreset_evaluation_next_question(&context, questions, &longest[i]), CORESET_OK);
    cr_assert(longest[i].seed == i / 12 + 1 && longest[i].rank == i % 12 + 1);
  }
  cr_assert_eq(coreset_evaluation_next_question(&context, questions, &one), CORESET_DONE);
  coreset_evaluation_free(together);
  coreset_evaluation_free(questions);
  for (size_t size = 0; size < 3; size++) {
    wanted.sizes = &sizes[size], wanted.size_count = 1;
    coreset_evaluation *alone = start(of, &wanted), *shorter = start(of, &wanted);
    for (size_t seed = 0; seed < 2; seed++) {
      const coreset_evaluation_result *same = &all[3 * seed + size];
      cr_assert_eq(coreset_evaluation_next(&context, alone, &row), CORESET_OK);
      cr_assert(row.seed == same->seed && row.size == same->size && row.sources == same->sources);
      cr_assert_float_eq(row.rmse, same->rmse, 1e-12);
      cr_assert_float_eq(row.kendall_tau_all, same->kendall_tau_all, 1e-12);
      cr_assert_eq(row.coverage, same->coverage);
      cr_assert_float_eq(row.width, same->width, 1e-12);
      for (size_t i = 0; i < sizes[size]; i++) {
        cr_assert_eq(coreset_evaluation_next_question(&context, shorter, &one), CORESET_OK);
        cr_assert_eq(one.question, longest[12 * seed + i].question, "%s, %zu", selects->method->name, sizes[size]);
      }
    }
    coreset_evaluation_free(alone);
    coreset_evaluation_free(shorter);
  }
}

Test(evaluation, selects_once_for_several_numbers_of_questions) {
  suite of = suite_of(7);
  size_t count;
  const coreset_method *const *methods = coreset_selectors(&count);
  for (size_t i = 0; i < count; i++) {
    coreset_choice choice = selector(methods[i]->name);
    check_sizes(&of, &choice);
  }
  free_suite(&of);
}

/* The questions of a split are those that a selection from its sources chooses. */
Test(evaluation, chooses_from_the_sources) {
  suite of = suite_of(8);
  const size_t size = 10;
  coreset_context context = {0};
  coreset_evaluation_request wanted = {.sizes = &size,
                                       .size_count = 1,
                                       .selector = selector("mrmr"),
                                       .predictor = predictor("mean"),
                                       .source_models = 20,
                                       .split = CORESET_SPLIT_GAP,
                                       .seeds = 2};
  coreset_evaluation *evaluation = start(&of, &wanted);
  for (uint64_t seed = 1; seed <= 2; seed++) {
    coreset_request all = {.count = size, .budget = INFINITY};
    coreset_scores *scores;
    coreset_selection *selection;
    coreset_pick pick;
    coreset_evaluated_question one;
    split_literally(&of, CORESET_SPLIT_GAP, 20, seed);
    cr_assert_eq(coreset_scores_new(&context, of.matrix, of.is_source, &scores), CORESET_OK);
    cr_assert_eq(coreset_selection_new(&context, scores, &wanted.selector, &all, &selection), CORESET_OK);
    while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
      cr_assert_eq(coreset_evaluation_next_question(&context, evaluation, &one), CORESET_OK);
      cr_assert_eq(one.question, pick.question);
    }
    coreset_selection_free(selection);
    coreset_scores_free(scores);
  }
  coreset_evaluation_free(evaluation);
  free_suite(&of);
}

/* ------------------------------------------------------------------------
** Failing
*/

typedef struct limits {
  int allocations, polls; /* how many are allowed; negative: any number */
} limits;

static int refuse(void *data, size_t byte_count) {
  limits *left = data;
  (void)byte_count;
  return left->allocations-- == 0;
}

/* Evaluates to the end, as far as the limits allow; how many rows there were. */
static coreset_status evaluate(const suite *of, const coreset_evaluation_request *wanted, limits left, size_t *rows) {
  interruption limited = {.context = {.refuse_allocation = refuse, .refuse_allocation_data = &left}};
  coreset_context *context = &limited.context;
  interrupt_after(&limited, left.polls);
  coreset_evaluation *evaluation = (coreset_evaluation *)context;
  coreset_evaluation_result row;
  coreset_status status = coreset_evaluation_new(context, of->matrix, wanted, &evaluation);
  cr_assert_eq(status == CORESET_OK, evaluation != NULL);
  for (*rows = 0; status == CORESET_OK; *rows += status == CORESET_OK) {
    status = coreset_evaluation_next(context, evaluation, &row);
  }
  cr_assert(status == CORESET_DONE || context->message[0] != 0);
  coreset_evaluation_free(evaluation);
  return status;
}

Test(evaluation, every_refused_allocation_and_interruption_leaves_nothing_behind) {
  suite of = suite_of(9);
  const size_t sizes[] = {3, 5};
  for (int split = CORESET_SPLIT_BINNED; split <= CORESET_SPLIT_TIME; split += CORESET_SPLIT_TIME) {
    coreset_evaluation_request wanted = {.sizes = sizes,
                                         .size_count = 2,
                                         .selector = selector("random"),
                                         .predictor = predictor("mean"),
                                         .source_models = 20,
                                         .split = (coreset_split)split,
                                         .seeds = 2,
                                         .released = of.released,
                                         .families = of.families};
    coreset_status status = CORESET_NO_MEMORY;
    size_t rows;
    int attempt = 0;
    for (; status != CORESET_DONE; attempt++) {
      status = evaluate(&of, &wanted, (limits){attempt, -1}, &rows);
      cr_assert(status == CORESET_DONE || status == CORESET_NO_MEMORY);
    }
    cr_assert(attempt > 100 && rows == 4);
    status = CORESET_INTERRUPTED;
    for (attempt = 0; status != CORESET_DONE; attempt++) {
      status = evaluate(&of, &wanted, (limits){-1, attempt}, &rows);
      cr_assert(status == CORESET_DONE || status == CORESET_INTERRUPTED);
    }
    cr_assert(attempt > 10 && rows == 4);
  }
  free_suite(&of);
}
