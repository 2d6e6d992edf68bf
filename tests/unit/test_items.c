/*
** test_items.c: what is said of a benchmark's questions against plain programs, and duplicates that were put in.
*/
#include "matrices.h"
#include "matrix/sources.h"

typedef struct table {
  size_t models, questions;
  double *values; /* question by question; NaN: missing */
} table;

static double value_of(const table *from, size_t m, size_t q) {
  return from->values[q * from->models + m];
}

/* The mean of a model's other questions, or NaN. */
static long double mean_of_others(const table *from, size_t m, size_t question) {
  long double sum = 0, count = 0;
  for (size_t q = 0; q < from->questions; q++) {
    if (q == question || isnan(value_of(from, m, q))) continue;
    sum += (long double)value_of(from, m, q);
    count++;
  }
  return count > 0 ? sum / count : (long double)NAN;
}

/* Pearson's correlation of a question with the others, *count models. */
static long double literal_correlation(const table *from, size_t question, size_t *count) {
  long double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0, n = 0;
  for (int round = 0; round < 2; round++) {
    for (size_t m = 0; m < from->models; m++) {
      long double x = (long double)value_of(from, m, question), y = mean_of_others(from, m, question);
      if (isnan(x) || isnan(y)) continue;
      if (round == 0) {
        mean_x += x, mean_y += y, n++;
      } else {
        xx += (x - mean_x) * (x - mean_x), yy += (y - mean_y) * (y - mean_y), xy += (x - mean_x) * (y - mean_y);
      }
    }
    if (round == 0) mean_x /= n, mean_y /= n;
  }
  *count = (size_t)n;
  return xy / sqrtl(xx * yy);
}

/* P(|T| > t), by Simpson's rule for the density from 0 to t. */
static double literal_tail(double t, double degrees) {
  enum { STEPS = 20000 };
  long double sum = 0, constant = expl(lgammal((long double)(degrees + 1) / 2) - lgammal((long double)degrees / 2)) /
                                  sqrtl((long double)degrees * acosl(-1));
  for (int i = 0; i <= STEPS; i++) {
    long double x = (long double)t * i / STEPS, weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * powl(1 + x * x / (long double)degrees, -(long double)(degrees + 1) / 2);
  }
  return (double)(1 - 2 * constant * sum * (long double)t / (3 * STEPS));
}

/* All rows; as many as questions are in the benchmark. best 0: the default. */
static coreset_item *read_items(const coreset_matrix *matrix, size_t best, size_t *count) {
  coreset_context context = {0};
  coreset_items *items;
  coreset_status status;
  coreset_item *rows = malloc((coreset_matrix_question_count(matrix) + 1) * sizeof(*rows));
  cr_assert_eq(coreset_items_new(&context, matrix, &items), CORESET_OK, "%s", context.message);
  if (best > 0) cr_assert_eq(coreset_items_set_best(&context, items, best), CORESET_OK, "%s", context.message);
  *count = 0;
  while ((status = coreset_items_next(&context, items, &rows[*count])) == CORESET_OK) ++*count;
  cr_assert_eq(status, CORESET_DONE, "%s", context.message);
  cr_assert_eq(coreset_items_next(&context, items, &rows[*count]), CORESET_DONE);
  coreset_items_free(items);
  return rows;
}

/* Whether the best models by their means scored the same; all answered all. */
static int literally_constant(const table *from, size_t question, size_t best) {
  double first = NAN;
  for (size_t m = 0; m < from->models; m++) {
    size_t before = 0;
    double own = 0;
    for (size_t q = 0; q < from->questions; q++) own += value_of(from, m, q);
    for (size_t other = 0; other < from->models; other++) {
      double sum = 0;
      for (size_t q = 0; q < from->questions; q++) sum += value_of(from, other, q);
      before += sum > own + 1e-9 || (fabs(sum - own) <= 1e-9 && other < m);
    }
    if (before >= best) continue;
    if (isnan(first)) first = value_of(from, m, question);
    if (fabs(value_of(from, m, question) - first) > 0) return 0;
  }
  return 1;
}

static void check_numbers(const table *from) {
  coreset_matrix *matrix = matrix_of(from->values, from->models, from->questions);
  size_t rows, count;
  coreset_item *items = read_items(matrix, 0, &rows);
  cr_assert_gt(rows, from->questions / 2);
  for (size_t i = 0; i < rows; i++) {
    size_t q = items[i].question, answered = 0;
    long double sum = 0;
    for (size_t m = 0; m < from->models; m++) {
      if (isnan(value_of(from, m, q))) continue;
      answered++;
      sum += (long double)value_of(from, m, q);
    }
    cr_assert_eq(items[i].answered, answered);
    cr_assert_float_eq(items[i].mean, (double)(sum / answered), 1e-14 * (1 + fabs(items[i].mean)));
    double r = (double)literal_correlation(from, q, &count);
    if (isnan(r)) {
      cr_assert(isnan(items[i].discrimination) && isnan(items[i].p_value));
      continue;
    }
    cr_assert_float_eq(items[i].discrimination, r, 1e-12);
    double tail = literal_tail(fabs(r) * sqrt((double)(count - 2) / (1 - r * r)), (double)count - 2);
    cr_assert_float_eq(items[i].p_value, tail, 1e-10, "%zu: %.17g %.17g", q, items[i].p_value, tail);
  }
  free(items);
  coreset_matrix_free(matrix);
}

/* Of two values and of many, complete and ragged, near 0 and far from it. */
Test(items, numbers) {
  enum { MODELS = 31, QUESTIONS = 40 };
  for (int kind = 0; kind < 8; kind++) {
    table from = {MODELS, QUESTIONS, simulate_scores(MODELS, QUESTIONS, kind % 2 == 0 ? 1 : 7, 2.5, 11)};
    uint64_t generator = 5;
    for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
      if (kind / 2 % 2 == 1 && uniform(&generator) < 0.3) from.values[i] = NAN;
      if (kind / 4 == 1) from.values[i] = 1000 + 3 * from.values[i];
    }
    for (size_t m = 0; m < MODELS; m++) from.values[7 * MODELS + m] = from.values[0]; /* one that is constant */
    if (!isnan(from.values[0])) check_numbers(&from);
    free(from.values);
  }
}

/* Scores near the limits neither overflow nor vanish. */
Test(items, extreme_scores) {
  enum { MODELS = 12, QUESTIONS = 10 };
  double *values = simulate_levels(MODELS, QUESTIONS, 5, 3), *scaled = malloc(MODELS * QUESTIONS * sizeof(double));
  const double units[] = {1e287, 1e-290};
  coreset_matrix *plain = matrix_of(values, MODELS, QUESTIONS);
  size_t count;
  coreset_item *right = read_items(plain, 0, &count);
  for (size_t u = 0; u < 2; u++) {
    for (size_t i = 0; i < MODELS * QUESTIONS; i++) scaled[i] = values[i] * units[u];
    coreset_matrix *matrix = matrix_of(scaled, MODELS, QUESTIONS);
    coreset_item *found = read_items(matrix, 0, &count);
    for (size_t i = 0; i < count; i++) {
      cr_assert(isnan(right[i].discrimination) ? isnan(found[i].discrimination)
                                               : fabs(found[i].discrimination - right[i].discrimination) < 1e-12);
    }
    free(found);
    coreset_matrix_free(matrix);
  }
  free(right), free(values), free(scaled);
  coreset_matrix_free(plain);
}

Test(items, constant_among_best) {
  enum { MODELS = 30, QUESTIONS = 60 };
  table from = {MODELS, QUESTIONS, simulate_binary(MODELS, QUESTIONS, 9)};
  coreset_matrix *matrix = matrix_of(from.values, MODELS, QUESTIONS);
  const size_t bests[] = {0, 2, 5, 30};
  size_t rows, constant = 0;
  for (size_t b = 0; b < 4; b++) {
    size_t best = bests[b] > 0 ? bests[b] : MODELS / 4;
    coreset_item *items = read_items(matrix, bests[b], &rows);
    cr_assert_eq(rows, QUESTIONS);
    for (size_t q = 0; q < rows; q++) {
      cr_assert_eq(items[q].constant_among_best, literally_constant(&from, q, best));
      constant += items[q].constant_among_best == 1;
    }
    free(items);
  }
  cr_assert(constant > 10 && constant < 3 * QUESTIONS);
  coreset_context context = {0};
  coreset_items *items;
  cr_assert_eq(coreset_items_new(&context, matrix, &items), CORESET_OK);
  cr_assert_eq(coreset_items_set_best(&context, items, 1), CORESET_ERROR);
  cr_assert_eq(coreset_items_set_best(&context, items, MODELS + 1), CORESET_ERROR);
  coreset_items_free(items);
  coreset_matrix_free(matrix);
  free(from.values);
}

/* Copies of questions are found, the first of them is named, and nothing else is called a copy. */
static void check_duplicates(int levels, double missing, size_t models) {
  enum { QUESTIONS = 200, COPIES = 30 };
  uint64_t generator = 77;
  double *values = simulate_scores(models, QUESTIONS, levels, 1.5, 21);
  size_t original[QUESTIONS], rows, found = 0;
  for (size_t q = 0; q < QUESTIONS; q++) original[q] = q;
  for (size_t c = 0; c < COPIES; c++) { /* the questions from 100 on; the last ten are copies of copies */
    size_t copy = 100 + 3 * c, of = c < 20 ? 2 * c : 100 + 3 * (c - 20);
    memcpy(values + copy * models, values + of * models, models * sizeof(double));
    original[copy] = original[of];
  }
  for (size_t i = 0; i < models * QUESTIONS; i++) {
    if (uniform(&generator) < missing) values[i] = NAN;
  }
  coreset_matrix *matrix = matrix_of(values, models, QUESTIONS);
  coreset_item *items = read_items(matrix, 0, &rows);
  cr_assert_eq(rows, QUESTIONS);
  for (size_t q = 0; q < rows; q++) {
    if (items[q].duplicate_of == -1) continue;
    cr_assert_eq((size_t)items[q].duplicate_of, original[q], "%zu: %td", q, items[q].duplicate_of);
    found++;
  }
  cr_assert_geq(found, missing > 0 ? COPIES - 2 : COPIES, "%zu of %d", found, COPIES);
  free(items), free(values);
  coreset_matrix_free(matrix);
}

Test(items, duplicates) {
  check_duplicates(1, 0, 130);
  check_duplicates(1, 0.3, 130);
  check_duplicates(7, 0, 130);
  check_duplicates(7, 0.3, 130);
  check_duplicates(7, 0, 40);
}

/* What the worst fail and all others know is no sign of a duplicate; nor is what nobody fails. */
Test(items, easy_questions_are_no_duplicates) {
  enum { MODELS = 64, QUESTIONS = 300 };
  double *values = malloc(MODELS * QUESTIONS * sizeof(double));
  for (size_t q = 0; q < QUESTIONS; q++) {
    for (size_t m = 0; m < MODELS; m++) values[q * MODELS + m] = m >= (q * 7) % 40;
  }
  coreset_matrix *matrix = matrix_of(values, MODELS, QUESTIONS);
  size_t rows;
  coreset_item *items = read_items(matrix, 0, &rows);
  for (size_t i = 0; i < rows; i++) cr_assert_eq(items[i].duplicate_of, -1);
  free(items), free(values);
  coreset_matrix_free(matrix);
}

/* Fewer than eight models in common say nothing, eight do where their scores are many. */
Test(items, few_models) {
  for (size_t models = 7; models <= 8; models++) {
    double values[8 * 4];
    for (size_t q = 0; q < 4; q++) {
      for (size_t m = 0; m < models; m++)
        values[q * models + m] = (double)(m * 37 % 11) + (q < 2 ? 0 : (double)(q * m));
    }
    coreset_matrix *matrix = matrix_of(values, models, 4);
    size_t rows;
    coreset_item *items = read_items(matrix, 0, &rows);
    cr_assert_eq(items[1].duplicate_of, models < 8 ? -1 : 0);
    free(items);
    coreset_matrix_free(matrix);
  }
}

Test(items, too_few_sources) {
  double values[] = {1, 0, 1};
  coreset_matrix *matrix = matrix_of(values, 1, 3);
  coreset_context context = {0};
  coreset_items *items = NULL;
  cr_assert_eq(coreset_items_new(&context, matrix, &items), CORESET_TOO_LITTLE);
  cr_assert_null(items);
  coreset_matrix_free(matrix);
}

/* Every place where it can be interrupted, and where memory can be refused. */
static int refuse_after(void *data, size_t byte_count) {
  (void)byte_count;
  return --*(int *)data < 0;
}

Test(items, failures) {
  double *values = simulate_levels(20, 30, 3, 4);
  coreset_matrix *matrix = matrix_of(values, 20, 30);
  for (int kind = 0; kind < 2; kind++) {
    int succeeded = 0;
    for (int left = 0; !succeeded; left++) {
      interruption stopped = {0};
      int allocations = left;
      coreset_items *items;
      coreset_item item;
      cr_assert_lt(left, 2000);
      if (kind == 0) {
        interrupt_after(&stopped, left);
      } else {
        stopped.context.refuse_allocation = refuse_after;
        stopped.context.refuse_allocation_data = &allocations;
      }
      coreset_status status = coreset_items_new(&stopped.context, matrix, &items);
      while (status == CORESET_OK) status = coreset_items_next(&stopped.context, items, &item);
      succeeded = status == CORESET_DONE;
      cr_assert(succeeded || status == (kind == 0 ? CORESET_INTERRUPTED : CORESET_NO_MEMORY));
      coreset_items_free(items);
    }
  }
  coreset_matrix_free(matrix);
  free(values);
}
