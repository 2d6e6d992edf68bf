/*
** test_sources.c: the rule for sources and the benchmark against a literal one, on ragged tables of
** many kinds; and mixed up identifiers.
*/
#include "matrices.h"
#include "matrix/sources.h"
#include "numeric/random.h"

#define MODELS 48
#define QUESTIONS 90

/* A table: who answered what. */
typedef struct table {
  size_t models, questions;
  unsigned char answered[MODELS][QUESTIONS];
} table;

/* A block, as the literal rule finds it. */
typedef struct literal {
  unsigned char source[MODELS], full[MODELS], benchmark[QUESTIONS];
  size_t own[MODELS]; /* answers to the benchmark */
  size_t sources, questions;
} literal;

static int compare_sizes(const void *a, const void *b) {
  size_t left = *(const size_t *)a, right = *(const size_t *)b;
  return (left > right) - (left < right);
}

static size_t lower_median(const literal *found, size_t models) {
  size_t own[MODELS], count = 0;
  for (size_t m = 0; m < models; m++) {
    if (found->source[m]) own[count++] = found->own[m];
  }
  qsort(own, count, sizeof(size_t), compare_sizes);
  return own[(count - 1) / 2];
}

static void settle_literally(const table *from, literal *found) {
  for (;;) {
    size_t counts[QUESTIONS] = {0}, largest = 0, dropped = 0;
    found->sources = found->questions = 0;
    for (size_t m = 0; m < from->models; m++) found->sources += found->source[m];
    for (size_t q = 0; q < from->questions; q++) {
      for (size_t m = 0; m < from->models; m++) counts[q] += found->source[m] && from->answered[m][q];
      largest = counts[q] > largest ? counts[q] : largest;
    }
    for (size_t q = 0; q < from->questions; q++) {
      found->benchmark[q] = 4 * counts[q] >= largest && counts[q] >= (found->sources < 3 ? found->sources : 3);
      found->questions += found->benchmark[q];
    }
    for (size_t m = 0; m < from->models; m++) {
      found->own[m] = 0;
      for (size_t q = 0; q < from->questions; q++) found->own[m] += found->benchmark[q] && from->answered[m][q];
    }
    if (found->sources < 2) return;
    size_t median = lower_median(found, from->models);
    for (size_t m = 0; m < from->models; m++) {
      if (!found->source[m] || 2 * found->own[m] >= median) continue;
      found->source[m] = 0;
      dropped++;
    }
    if (dropped == 0) return;
  }
}

/* The rule, with every level tried while there are at most 32. */
static literal find_literally(const table *from, const unsigned char *candidates) {
  size_t answers[MODELS], levels[MODELS], count = 0, kept = 0;
  literal best = {0};
  double best_value = -1;
  for (size_t m = 0; m < from->models; m++) {
    size_t n = 0;
    for (size_t q = 0; q < from->questions; q++) n += from->answered[m][q];
    answers[m] = n;
    if (n > 0 && (candidates == NULL || candidates[m])) levels[count++] = n;
  }
  qsort(levels, count, sizeof(size_t), compare_sizes);
  for (size_t i = 0; i < count; i++) {
    if (kept == 0 || levels[i] > levels[kept - 1]) levels[kept++] = levels[i];
  }
  for (size_t i = 0; i < (kept < 32 ? kept : 32); i++) {
    size_t level = levels[kept - 1 - (kept <= 32 ? i : i * (kept - 1) / 31)];
    literal tried = {0};
    for (size_t m = 0; m < from->models; m++) {
      tried.source[m] = answers[m] >= level && (candidates == NULL || candidates[m]);
    }
    settle_literally(from, &tried);
    double value = ((double)(tried.sources < 30 ? tried.sources : 30) - 1) * (double)tried.questions;
    if (value < best_value) continue;
    best_value = value;
    best = tried;
  }
  for (size_t m = 0; m < from->models && best.sources > 0; m++) {
    best.full[m] = best.source[m] && 10 * best.own[m] >= 9 * lower_median(&best, from->models);
  }
  return best;
}

/* A number from 0 to below - 1. */
static size_t draw(uint64_t *generator, size_t below) {
  return (size_t)(core_splitmix(generator) % below);
}

/* A table of one of several kinds. */
static table make_table(uint64_t seed) {
  uint64_t generator = seed;
  table made = {.models = 2 + draw(&generator, MODELS - 2), .questions = 2 + draw(&generator, QUESTIONS - 2)};
  size_t kind = seed % 6, share = 5 + draw(&generator, 95), cut = draw(&generator, made.models);
  size_t block = 1 + made.questions / 8;
  for (size_t m = 0; m < made.models; m++) {
    size_t own = draw(&generator, 100), first = draw(&generator, made.questions),
           length = draw(&generator, made.questions);
    for (size_t q = 0; q < made.questions; q++) {
      size_t chance = draw(&generator, 100);
      int answers[] = {chance < share,                    /* the same share for all */
                       chance < own,                      /* each its own */
                       m >= cut || q < block,             /* some only ran a few */
                       q >= first && q <= first + length, /* each a stretch */
                       m > 1 || q % 2 == 0,
                       chance < 97};
      made.answered[m][q] = (unsigned char)answers[kind];
    }
  }
  return made;
}

static coreset_matrix *matrix_of_table(const table *from) {
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t m = 0; m < from->models; m++) {
    for (size_t q = 0; q < from->questions; q++) {
      coreset_id model = {NULL, 0, (int64_t)m}, question = {NULL, 0, (int64_t)q};
      double score = (double)((m * 7 + q * 3) % 2);
      cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, from->answered[m][q] ? &score : NULL, 1),
                   CORESET_OK);
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  coreset_builder_free(builder);
  return matrix;
}

static void compare(const table *from, const unsigned char *candidates, uint64_t seed) {
  coreset_context context = {0};
  core_arena arena = {0};
  core_sources found;
  coreset_matrix *matrix = matrix_of_table(from);
  literal wanted = find_literally(from, candidates);
  cr_assert_eq(core_find_sources(&context, &arena, matrix, candidates, &found), CORESET_OK);
  cr_assert_arr_eq(found.is_source, wanted.source, from->models, "seed %d", (int)seed);
  cr_assert_arr_eq(found.is_full, wanted.full, from->models, "seed %d", (int)seed);
  cr_assert_arr_eq(found.in_benchmark, wanted.benchmark, from->questions, "seed %d", (int)seed);
  cr_assert_eq(found.source_count, wanted.sources);
  cr_assert_eq(found.question_count, wanted.questions);
  for (size_t m = 0; m < from->models; m++) cr_assert_eq(found.answered[m], wanted.own[m], "seed %d", (int)seed);
  core_release(&arena);
  coreset_matrix_free(matrix);
}

Test(sources, literally) {
  for (uint64_t seed = 0; seed < 600; seed++) {
    table made = make_table(seed);
    compare(&made, NULL, seed);
  }
}

/* Models that may not be sources do not shape the benchmark. */
Test(sources, candidates) {
  for (uint64_t seed = 0; seed < 300; seed++) {
    table made = make_table(seed);
    unsigned char candidates[MODELS];
    for (size_t m = 0; m < made.models; m++) candidates[m] = (seed + m) % 3 > 0;
    compare(&made, candidates, seed);
  }
}

/* A complete table: everyone and everything. */
Test(sources, complete) {
  table made = {.models = 5, .questions = 7};
  memset(made.answered, 1, sizeof(made.answered));
  compare(&made, NULL, 0);
}

/* More than 255 questions are counted in several passes; more than 64 models take several words. */
Test(sources, large) {
  coreset_context context = {0};
  core_arena arena = {0};
  core_sources found;
  coreset_builder *builder;
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t m = 0; m < 150; m++) {
    for (size_t q = 0; q < 1300; q++) {
      coreset_id model = {NULL, 0, (int64_t)m}, question = {NULL, 0, (int64_t)q};
      double score = (double)((m + q) % 2);
      if ((m < 30 && q >= 700) || (m >= 140 && q % 20 > 0) || (m * 31 + q * 17) % 10 == 0) continue;
      cr_assert_eq(coreset_builder_add(&context, builder, &model, &question, &score, 1), CORESET_OK);
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  cr_assert_eq(core_find_sources(&context, &arena, matrix, NULL, &found), CORESET_OK);
  cr_assert_eq(found.source_count, 140);
  cr_assert_eq(found.full_count, 110);
  cr_assert_eq(found.question_count, 1300);
  for (size_t m = 0; m < 150; m++) {
    size_t answered = 0;
    for (size_t q = 0; q < 1300; q++) answered += (size_t)coreset_matrix_cell(matrix, m, q, &(double){0}, NULL);
    cr_assert_eq(found.answered[m], answered);
  }
  core_release(&arena);
  coreset_matrix_free(matrix);
  coreset_builder_free(builder);
}

/* Every refused allocation and every interruption. */
static int count_down(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

Test(sources, refused_and_interrupted) {
  table made = make_table(3);
  coreset_matrix *matrix = matrix_of_table(&made);
  int finished = 0;
  for (int n = 0; n < 100 && !finished; n++) {
    int left = n;
    coreset_context context = {.refuse_allocation = count_down, .refuse_allocation_data = &left};
    core_arena arena = {0};
    core_sources found;
    coreset_status status = core_find_sources(&context, &arena, matrix, NULL, &found);
    cr_assert(status == CORESET_OK || status == CORESET_NO_MEMORY);
    finished = status == CORESET_OK;
    core_release(&arena);
  }
  cr_assert(finished);
  for (int n = 0; n < 3; n++) {
    interruption limited = {.left = 0};
    core_arena arena = {0};
    core_sources found;
    interrupt_after(&limited, n);
    cr_assert_eq(core_find_sources(&limited.context, &arena, matrix, NULL, &found), CORESET_INTERRUPTED);
    core_release(&arena);
  }
  coreset_matrix_free(matrix);
}

Test(sources, twins) {
  static const struct {
    const char *text;
    int64_t integer;
    int is_twin;
  } cases[] = {{"5", 5, 1},
               {"-7", -7, 1},
               {"05", 5, 0},
               {"5.0", 5, 0},
               {" 5", 5, 0},
               {"", 0, 0},
               {"9223372036854775807", INT64_MAX, 1},
               {"9223372036854775808", INT64_MAX, 0},
               {"-9223372036854775808", INT64_MIN, 1},
               {"five", 0, 0},
               {"123456789012345678901234567890", 0, 0}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    coreset_id id = {cases[i].text, strlen(cases[i].text), 0}, number = {NULL, 0, cases[i].integer}, twin;
    char digits[CORE_TWIN_SIZE];
    cr_assert_eq(core_id_twin(&id, digits, &twin), cases[i].is_twin, "%s", cases[i].text);
    if (!cases[i].is_twin) continue;
    cr_assert_eq(coreset_id_compare(&twin, &number), 0, "%s", cases[i].text);
    cr_assert_eq(core_id_twin(&number, digits, &twin), 1);
    cr_assert_eq(coreset_id_compare(&twin, &id), 0, "%s", cases[i].text);
  }
}
