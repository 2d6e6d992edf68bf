/*
** test_affine.c: mutual_info() does not change when a constant is added to a variable or it is
** multiplied by a positive number: to the last bit where the values stay exact, else as far as
** their rounding allows. Nor does what mRMR makes of KSG and LNC.
*/
#include "matrices.h"
#include "matrix/scores.h"
#include "select/information.h"

#define PAIRS 300

/* Kinds of columns; all but UNIFORM and STEPS are exact whatever is added here. */
enum kind { TWO_VALUES, FEW_VALUES, WHOLE_NUMBERS, BINARY_FRACTIONS, LOPSIDED, UNIFORM, STEPS, KINDS };

/* One number of a kind, from a uniform one. */
static double draw(enum kind kind, double u) {
  switch (kind) {
  case TWO_VALUES:
    return u < 0.4 ? 1 : 3;
  case FEW_VALUES:
    return floor(u * 7);
  case WHOLE_NUMBERS:
    return floor(u * 100000);
  case BINARY_FRACTIONS:
    return floor(u * 0x1p24) * 0x1p-24;
  case LOPSIDED:
    return u < 0.5 ? 0 : floor(16 / (1.01 - u)) / 8;
  case STEPS: /* with equal distances that rounding tells apart */
    return floor(u * 100) / 100;
  default:
    return u;
  }
}

/* Pairs of two kinds, related. */
static void make_pairs(coreset_pair *pairs, enum kind x_kind, enum kind y_kind, uint64_t seed) {
  for (size_t i = 0; i < PAIRS; i++) {
    double x = uniform(&seed), y = 0.6 * x + 0.4 * uniform(&seed);
    pairs[i] = (coreset_pair){draw(x_kind, x), draw(y_kind, y)};
  }
}

/* How far the values of a column spread. */
static double spread_of(const coreset_pair *pairs, int of_y) {
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < PAIRS; i++) {
    low = fmin(low, of_y ? pairs[i].y : pairs[i].x);
    high = fmax(high, of_y ? pairs[i].y : pairs[i].x);
  }
  return high - low;
}

/* What becomes of a column: factor * (value + offset * unit). */
typedef struct affine_map {
  double factor, offset;
} affine_map;

/* The estimate for pairs that were mapped; the offsets are in these units. */
static double information(const coreset_pair *pairs, affine_map x_map, double x_unit, affine_map y_map, double y_unit,
                          coreset_estimator estimator) {
  coreset_context context = {0};
  coreset_pair mapped[PAIRS];
  double result;
  for (size_t i = 0; i < PAIRS; i++) {
    mapped[i].x = x_map.factor * (pairs[i].x + x_map.offset * x_unit);
    mapped[i].y = y_map.factor * (pairs[i].y + y_map.offset * y_unit);
  }
  cr_assert_eq(coreset_mutual_info(&context, mapped, PAIRS, 3, estimator, &result), CORESET_OK, "%s", context.message);
  return result;
}

static const affine_map identity = {1, 0};

/* How far the estimate moves at most under maps of the first column, the second, and both. */
static double largest_move(const coreset_pair *pairs, coreset_estimator estimator, double x_unit, double y_unit,
                           const affine_map *maps, size_t map_count) {
  double expected = information(pairs, identity, 1, identity, 1, estimator), largest = 0;
  for (size_t m = 0; m < map_count; m++) {
    double found[] = {information(pairs, maps[m], x_unit, identity, 1, estimator),
                      information(pairs, identity, 1, maps[m], y_unit, estimator),
                      information(pairs, maps[m], x_unit, maps[map_count - 1 - m], y_unit, estimator)};
    for (size_t i = 0; i < 3; i++) largest = fmax(largest, fabs(found[i] - expected));
  }
  return largest;
}

/* Whether an estimator takes such columns. */
static int fits(coreset_estimator estimator, enum kind x_kind, enum kind y_kind) {
  return estimator != CORESET_ESTIMATOR_ROSS || x_kind == TWO_VALUES || y_kind == TWO_VALUES;
}

/* Powers of two about as large as the spread: offsets in them leave values exact. */
static const double exact_units[KINDS] = {2, 8, 0x1p17, 1, 0x1p8};

Test(affine, exact_maps_change_no_bit) {
  static const affine_map maps[] = {{1, 1},       {1, -1},         {1, 1e3},  {1, -1e3},     {1, 1e6},
                                    {1, -1e6},    {3, 0},          {1000, 0}, {1e6, 17},     {3, -1e3},
                                    {0x1p30, 5},  {0x1p-30, -1e6}, {7, 1e3},  {0x1p-60, 12}, {0x1p-1000, 1},
                                    {0x1p990, 1}, {0x1p900, -1e6}, {5, 3}};
  size_t informative = 0;
  for (enum kind x = TWO_VALUES; x <= LOPSIDED; x++) {
    for (enum kind y = TWO_VALUES; y <= LOPSIDED; y++) {
      coreset_pair pairs[PAIRS];
      make_pairs(pairs, x, y, 7 + 10 * (uint64_t)x + (uint64_t)y);
      for (coreset_estimator e = CORESET_ESTIMATOR_AUTO; e <= CORESET_ESTIMATOR_LNC; e++) {
        if (!fits(e, x, y)) continue;
        double move = largest_move(pairs, e, exact_units[x], exact_units[y], maps, sizeof(maps) / sizeof(maps[0]));
        cr_assert_eq(move, 0, "kinds %d and %d, estimator %d: %g", (int)x, (int)y, (int)e, move);
        informative += information(pairs, identity, 1, identity, 1, e) > 0.05;
      }
    }
  }
  cr_assert_gt(informative, 60);
}

/* What counts as rounding where 1e6 times the spread was added to the values, in terms of it; twice,
** for what is rounded and what allows for it. And what there is without. */
#define MOST_ROUNDING (2 * 0x1p-48 * 1e6)
#define NO_ROUNDING 1e-13

/* Maps that make most values rounded. */
static const affine_map rounding_maps[] = {{1, 1},     {1, -0.5},  {1, 10},     {0.7, 0.1},   {3.3, -12.5},
                                           {1, -1e3},  {1, 1e6},   {1, -1e6},   {1e-9, 0},    {1e9, 0},
                                           {1e-9, 20}, {1e9, 1e6}, {1e9, -0.3}, {1e-9, -1e6}, {0.01, 1e5}};
#define ROUNDING_MAPS (sizeof(rounding_maps) / sizeof(rounding_maps[0]))
#define SMALL_OFFSETS 5 /* the first of them */

/* One column, in terms of its spread as KSG compares the two. */
static void scale(const coreset_pair *pairs, int of_y, double *values) {
  double mean = 0, deviation = 0;
  for (size_t i = 0; i < PAIRS; i++) {
    values[i] = of_y ? pairs[i].y : pairs[i].x;
    mean += values[i] / PAIRS;
  }
  for (size_t i = 0; i < PAIRS; i++) deviation += fabs(values[i] - mean) / PAIRS;
  for (size_t i = 0; i < PAIRS; i++) values[i] /= 4 * deviation;
}

/* The distance of a point to its third neighbour, of those of its class where there are two. */
static double distance_to_third(const double *x, const double *y, size_t point, int by_class) {
  double nearest[3] = {INFINITY, INFINITY, INFINITY};
  for (size_t j = 0; j < PAIRS; j++) {
    double in_x = fabs(x[j] - x[point]), distance = fmax(by_class ? 0 : in_x, fabs(y[j] - y[point]));
    if (j == point || (by_class && in_x > 0)) continue;
    for (size_t place = 0; place < 3; place++) {
      double kept = nearest[place];
      nearest[place] = fmin(kept, distance);
      distance = fmax(kept, distance);
    }
  }
  return nearest[2];
}

/* How far rounding can move the estimate: only points about as far away as the third neighbour,
** but not just as far, may be counted or not; and psi moves by at most 1 for each. */
static double largest_effect(const coreset_pair *pairs, int by_class) {
  double x[PAIRS], y[PAIRS], doubtful = 0, range = 1;
  scale(pairs, 0, x);
  scale(pairs, 1, y);
  for (size_t i = 0; i < PAIRS; i++) {
    for (size_t j = 0; j < PAIRS; j++) range = fmax(range, fmax(fabs(x[j] - x[i]), fabs(y[j] - y[i])));
  }
  for (size_t i = 0; i < PAIRS; i++) {
    double third = distance_to_third(x, y, i, by_class);
    for (size_t j = 0; j < PAIRS; j++) {
      double in_x = fabs(fabs(x[j] - x[i]) - third), in_y = fabs(fabs(y[j] - y[i]) - third);
      doubtful += !by_class && in_x > NO_ROUNDING && in_x < range * MOST_ROUNDING;
      doubtful += in_y > NO_ROUNDING && in_y < range * MOST_ROUNDING;
    }
  }
  return doubtful / PAIRS + 1e-14;
}

/* Whatever rounding does to the values, what is equal but for it counts as equal. */
Test(affine, rounding_moves_only_what_is_in_doubt) {
  size_t unmoved = 0, compared = 0;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    for (enum kind x = TWO_VALUES; x < KINDS; x++) {
      for (enum kind y = TWO_VALUES; y < KINDS; y++) {
        coreset_pair pairs[PAIRS];
        make_pairs(pairs, x, y, seed);
        double x_unit = spread_of(pairs, 0), y_unit = spread_of(pairs, 1);
        if (fits(CORESET_ESTIMATOR_ROSS, x, y) && x != y) {
          coreset_pair turned[PAIRS]; /* the class first */
          for (size_t i = 0; i < PAIRS; i++) turned[i] = (coreset_pair){pairs[i].y, pairs[i].x};
          double move = largest_move(pairs, CORESET_ESTIMATOR_ROSS, x_unit, y_unit, rounding_maps, ROUNDING_MAPS);
          double effect = largest_effect(x == TWO_VALUES ? pairs : turned, 1);
          cr_assert_leq(move, effect, "Ross, kinds %d and %d: %g, not %g", (int)x, (int)y, move, effect);
          unmoved += move <= 0;
          compared++;
        }
        double move = largest_move(pairs, CORESET_ESTIMATOR_KSG, x_unit, y_unit, rounding_maps, ROUNDING_MAPS);
        double effect = largest_effect(pairs, 0);
        cr_assert_leq(move, effect, "KSG, kinds %d and %d: %g, not %g", (int)x, (int)y, move, effect);
        unmoved += move <= 0;
        compared++;
      }
    }
  }
  cr_assert_geq(unmoved, compared * 9 / 10, "%zu of %zu", unmoved, compared);
}

/* The jitter of LNC, which breaks ties, is 1e-10 of the spread. Added to 1e6 times the spread, values
** are rounded to about as much, which is a jitter like another: they moved estimates by up to 0.15 where
** the published program was given other seeds. */
Test(affine, rounding_is_as_another_jitter_to_lnc) {
  for (enum kind x = TWO_VALUES; x < KINDS; x++) {
    for (enum kind y = TWO_VALUES; y < KINDS; y++) {
      coreset_pair pairs[PAIRS];
      make_pairs(pairs, x, y, 1);
      double x_unit = spread_of(pairs, 0), y_unit = spread_of(pairs, 1);
      double move = largest_move(pairs, CORESET_ESTIMATOR_LNC, x_unit, y_unit, rounding_maps, SMALL_OFFSETS);
      cr_assert_leq(move, 1e-3, "kinds %d and %d, small offsets: %g", (int)x, (int)y, move);
      move = largest_move(pairs, CORESET_ESTIMATOR_LNC, x_unit, y_unit, rounding_maps, ROUNDING_MAPS);
      int ties = x != UNIFORM && y != UNIFORM;
      cr_assert_leq(move, ties ? 0.15 : 0.02, "kinds %d and %d: %g", (int)x, (int)y, move);
    }
  }
}

/* ------------------------------------------------------------------------
** mRMR
*/

#define MODELS 24
#define QUESTIONS 30

/* What is added to a question of its own. */
static double own_constant(size_t question, double unit) {
  return unit * (double)(question * 7 % 5);
}

/* All relevances of mapped scores, then the redundancies of all questions with the first; jitter: of
** LNC, which NULL leaves to the project's own. */
static void inform(const double *values, affine_map map, double own_unit, int correct, const core_jitter *jitter,
                   double *result) {
  coreset_context context = {0};
  core_arena arena = {0};
  core_information *information;
  double mapped[MODELS * QUESTIONS];
  for (size_t i = 0; i < MODELS * QUESTIONS; i++) {
    mapped[i] = map.factor * (values[i] + own_constant(i / MODELS, own_unit) + map.offset);
  }
  coreset_matrix *matrix = matrix_of(mapped, MODELS, QUESTIONS);
  coreset_scores *scores = scores_of_all(matrix);
  cr_assert_eq(core_continuous_information_new(&context, &arena, scores, 3, correct, jitter, &information), CORESET_OK);
  cr_assert_eq(information->choose(&context, &arena, information, 0), CORESET_OK);
  for (size_t q = 0; q < QUESTIONS; q++) {
    cr_assert_eq(information->relevance(&context, information, q, &result[q]), CORESET_OK);
    cr_assert_eq(information->redundancy(&context, information, q, 0, &result[QUESTIONS + q]), CORESET_OK);
  }
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
}

/* By how much two results differ at most. */
static double difference(const double *a, const double *b) {
  double largest = 0;
  for (size_t i = 0; i < 2 * QUESTIONS; i++) largest = fmax(largest, fabs(a[i] - b[i]));
  return largest;
}

/* By how much the results of LNC differ from those with a few other jitters of the same size. */
static double effect_of_jitter(const double *values, const double *expected) {
  double largest = 0;
  for (uint64_t seed = 1; seed <= 5; seed++) {
    double x[MODELS], y[MODELS], found[2 * QUESTIONS];
    uint64_t generator = seed;
    for (size_t m = 0; m < MODELS; m++) {
      x[m] = 3e-10 * (uniform(&generator) - 0.5);
      y[m] = 3e-10 * (uniform(&generator) - 0.5);
    }
    core_jitter jitter = {x, y};
    inform(values, identity, 0, 1, &jitter, found);
    largest = fmax(largest, difference(found, expected));
  }
  return largest;
}

/* Scores of any scale, those within [0, 1] that need no mapping and fill little of it too; and
** constants of each question's own, which the full scores have in common. */
Test(affine, mrmr_on_continuous_scores) {
  static const affine_map maps[] = {{100, 0},   {1e-9, 0},  {1e9, 0},     {0.4, 0.6}, {1, 3},      {1, -0.5},
                                    {0.3, 100}, {7.3, -12}, {0x1p-40, 1}, {1, 1e6},   {7.3, -1e6}, {1e-6, 5e5}};
  static const double own_units[] = {0, 1, 1e3};
  for (int levels = 8; levels <= 10; levels += 2) { /* exact in binary, and not */
    double *values = simulate_levels(MODELS, QUESTIONS, levels, 3), expected[2 * QUESTIONS], found[2 * QUESTIONS];
    inform(values, identity, 0, 1, NULL, expected);
    double other_jitter = effect_of_jitter(values, expected);
    for (int correct = 0; correct < 2; correct++) {
      inform(values, identity, 0, correct, NULL, expected);
      for (size_t m = 0; m < sizeof(maps) / sizeof(maps[0]); m++) {
        for (size_t own = 0; own < 3; own++) {
          inform(values, maps[m], own_units[own], correct, NULL, found);
          int rounded_much = fabs(maps[m].offset) > 1e5 || own_units[own] > 100;
          double move = difference(found, expected), bound = !correct ? 0 : rounded_much ? other_jitter : 1e-4;
          cr_assert_leq(move, bound, "%d levels, map %zu, own %g, %s: %g, not %g", levels, m, own_units[own],
                        correct ? "LNC" : "KSG", move, bound);
        }
      }
    }
    size_t informative = 0;
    for (size_t i = 0; i < 2 * QUESTIONS; i++) informative += expected[i] > 0.05;
    cr_assert_gt(informative, QUESTIONS);
    free(values);
  }
}
