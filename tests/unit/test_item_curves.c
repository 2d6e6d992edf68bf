/*
** test_item_curves.c: item response curves, kriging_irt and krr_blup_irt against literal
** implementations: models one by one or in groups formed by hand, the C library's exp and
** log, elimination in place of cofactors.
*/
#include "fits.h"
#include "numeric/random.h"
#include "select/selector.h"
#include "statistics/conditional_field.h"
#include "statistics/item_curves.h"

enum { LIMIT = 700, GROUPS = 32, SAMPLE = 512, ROUNDS = 30, STEPS = 30, POINTS = 33, FINE = 161 };

/* Source models and what the literal implementations make of them. */
typedef struct example {
  size_t models, questions;
  double *x;   /* scores, question by question; NaN is missing */
  int *trials; /* how many answers each averages */
  double h;    /* the mean of 1 / trials over the scores */
  coreset_matrix *matrix;
  coreset_scores *scores;
  size_t groups;
  double t[GROUPS];                                 /* mean ability of each group */
  double seen[LIMIT][GROUPS], right[LIMIT][GROUPS]; /* answers by question and group */
  double b[LIMIT][3];                               /* the curves */
} example;

static double logit(double p) {
  return log(p / (1 - p));
}

static double chance(const double *b, double t) {
  return 1 / (1 + exp(-(b[0] + b[1] * t + b[2] * (t * t - 1))));
}

/* Solves a x = right, 3 x 3, keeping a. */
static void solve(double (*a)[3], const double *right, double *x) {
  double work[3][4];
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) work[i][j] = a[i][j];
    work[i][3] = right[i];
  }
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) {
      double factor = work[j][i] / work[i][i];
      for (int k = i; j != i && k < 4; k++) work[j][k] -= factor * work[i][k];
    }
  }
  for (int i = 0; i < 3; i++) x[i] = work[i][3] / work[i][i];
}

static void invert(double (*a)[3], double (*result)[3]) {
  for (int j = 0; j < 3; j++) {
    double unit[3] = {j == 0, j == 1, j == 2}, column[3];
    solve(a, unit, column);
    for (int i = 0; i < 3; i++) result[i][j] = column[i];
  }
}

/* One Newton step of question q's b; h receives the precision. */
static void step_literally(const example *made, size_t q, const double *mu, double (*inverse_v)[3], double *b,
                           double (*h)[3]) {
  double gradient[3], change[3];
  for (int i = 0; i < 3; i++) {
    gradient[i] = 0;
    for (int j = 0; j < 3; j++) {
      h[i][j] = inverse_v[i][j];
      gradient[i] -= inverse_v[i][j] * (b[j] - mu[j]);
    }
  }
  for (size_t g = 0; g < made->groups; g++) {
    double f[3] = {1, made->t[g], made->t[g] * made->t[g] - 1}, p = chance(b, made->t[g]);
    for (int i = 0; i < 3; i++) {
      gradient[i] += (made->right[q][g] - made->seen[q][g] * p) * f[i];
      for (int j = 0; j < 3; j++) h[i][j] += made->seen[q][g] * fmax(p * (1 - p), 1e-6) * f[i] * f[j];
    }
  }
  solve(h, gradient, change);
  for (int i = 0; i < 3; i++) b[i] += fmin(fmax(change[i], -1.5), 1.5);
}

/* The groups: models in order of full score, dealt out evenly. Returns the spread of the
** logits. */
static double group_literally(example *made) {
  double ability[LIMIT], mean = 0, spread = 0, count[GROUPS] = {0};
  size_t place[LIMIT];
  for (size_t m = 0; m < made->models; m++) {
    double margin = 0.5 / (double)made->questions;
    ability[m] = logit(fmin(fmax(core_scores_full_score(made->scores, m), margin), 1 - margin));
    mean += ability[m] / (double)made->models;
  }
  for (size_t m = 0; m < made->models; m++) spread += (ability[m] - mean) * (ability[m] - mean) / (double)made->models;
  for (size_t m = 0; m < made->models; m++) {
    place[m] = 0;
    for (size_t k = 0; k < made->models; k++) {
      place[m] += ability[k] < ability[m] || (ability[k] == ability[m] && k < m);
    }
  }
  made->groups = made->models < GROUPS ? made->models : GROUPS;
  memset(made->t, 0, sizeof(made->t));
  memset(made->seen, 0, sizeof(made->seen));
  memset(made->right, 0, sizeof(made->right));
  for (size_t m = 0; m < made->models; m++) {
    size_t g = place[m] * made->groups / made->models;
    made->t[g] += (ability[m] - mean) / sqrt(spread);
    count[g]++;
    for (size_t q = 0; q < made->questions; q++) {
      double score = made->x[q * made->models + m];
      int trials = made->trials[q * made->models + m];
      made->seen[q][g] += isnan(score) ? 0 : trials;
      made->right[q][g] += isnan(score) ? 0 : round(trials * score);
    }
  }
  for (size_t g = 0; g < made->groups; g++) made->t[g] /= count[g];
  return sqrt(spread);
}

static void fit_literally(example *made) {
  static double b[LIMIT][3];
  double v[3][3] = {{3.24, 0.441, -0.162}, {0.441, 0.49, 0.042}, {-0.162, 0.042, 0.09}}, mu[3], inverse_v[3][3],
         h[3][3];
  double right = 0, seen = 0, spread;
  size_t count = made->questions < SAMPLE ? made->questions : SAMPLE, *order;
  coreset_context context = {0};
  core_arena arena = {0};
  spread = group_literally(made);
  cr_assert_eq(core_permutation(&context, &arena, made->questions, 7, &order), CORESET_OK);
  for (size_t i = 0; i < count; i++) {
    for (size_t g = 0; g < made->groups; g++) {
      right += made->right[order[i]][g];
      seen += made->seen[order[i]][g];
    }
  }
  mu[0] = logit(fmin(fmax(right / seen, 0.01), 0.99));
  mu[1] = 1.2 * spread;
  mu[2] = 0.05;
  for (size_t i = 0; i < count; i++) memcpy(b[i], mu, sizeof(mu));
  for (int round = 0; round < ROUNDS; round++) {
    double sum[3][3] = {{0}}, next[3] = {0};
    invert(v, inverse_v);
    for (size_t i = 0; i < count; i++) {
      double c[3][3];
      step_literally(made, order[i], mu, inverse_v, b[i], h);
      invert(h, c);
      for (int j = 0; j < 3; j++) {
        next[j] += b[i][j] / (double)count;
        for (int k = 0; k < 3; k++) sum[j][k] += c[j][k] / (double)count;
      }
    }
    for (size_t i = 0; i < count; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) sum[j][k] += (b[i][j] - next[j]) * (b[i][k] - next[k]) / (double)count;
      }
    }
    memcpy(mu, next, sizeof(mu));
    memcpy(v, sum, sizeof(v));
  }
  invert(v, inverse_v);
  for (size_t q = 0; q < made->questions; q++) {
    memcpy(made->b[q], mu, sizeof(mu));
    for (int j = 0; j < STEPS; j++) step_literally(made, q, mu, inverse_v, made->b[q], h);
  }
  core_release(&arena);
}

/* Averages of 1 to so many trials, a share of them missing. */
static example *example_of_trials(size_t models, size_t questions, double missing, int most, uint64_t seed) {
  example *made = calloc(1, sizeof(*made));
  double *rates = simulate_levels(models, questions, 12, seed), cells = 0;
  made->models = models;
  made->questions = questions;
  made->x = simulate_binary(models, questions, seed);
  made->trials = malloc(models * questions * sizeof(int));
  for (size_t i = 0; i < models * questions; i++) {
    made->trials[i] = 1 + (most > 1 ? (int)(uniform(&seed) * most) : 0);
    if (most > 1) made->x[i] = floor(rates[i] * made->trials[i] + uniform(&seed)) / made->trials[i];
    if (uniform(&seed) < missing) made->x[i] = NAN;
    if (isnan(made->x[i])) continue;
    made->h += 1.0 / made->trials[i];
    cells++;
  }
  free(rates);
  made->h /= cells;
  made->matrix = matrix_of_trials(made->x, made->trials, models, questions);
  made->scores = scores_of_all(made->matrix);
  cr_assert_eq(made->scores->binary, most == 1);
  cr_assert(core_scores_binary_kind(made->scores));
  fit_literally(made);
  return made;
}

/* Binary scores, a share of them missing. */
static example *example_new(size_t models, size_t questions, double missing, uint64_t seed) {
  return example_of_trials(models, questions, missing, 1, seed);
}

static void example_free(example *made) {
  coreset_scores_free(made->scores);
  coreset_matrix_free(made->matrix);
  free(made->x);
  free(made->trials);
  free(made);
}

static const size_t shapes[][2] = {{3, 20}, {12, 60}, {32, 40}, {33, 40}, {90, 30}, {10, 600}};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

/* The curves of an example are those of the literal implementation. Takes the example. */
static void check_curves(example *made) {
  coreset_context context = {0};
  core_arena arena = {0};
  double *b;
  cr_assert_eq(core_item_curves_fit(&context, &arena, made->scores, &b), CORESET_OK, "%s", context.message);
  cr_assert(b != NULL);
  for (size_t q = 0; q < made->questions; q++) {
    for (int j = 0; j < 3; j++) {
      cr_assert_float_eq(b[q * 3 + (size_t)j], made->b[q][j], 1e-8, "%zu x %zu, question %zu, term %d: %g, not %g",
                         made->models, made->questions, q, j, b[q * 3 + (size_t)j], made->b[q][j]);
    }
  }
  core_release(&arena);
  example_free(made);
}

Test(item_curves, follow_the_definition) {
  for (size_t i = 0; i < SHAPES; i++) {
    for (int missing = 0; missing < 2; missing++) {
      check_curves(example_new(shapes[i][0], shapes[i][1], 0.1 * missing, 5 + i));
    }
  }
}

Test(item_curves, follow_the_definition_with_trials) {
  for (size_t i = 0; i < SHAPES; i++) {
    for (int missing = 0; missing < 2; missing++) {
      check_curves(example_of_trials(shapes[i][0], shapes[i][1], 0.1 * missing, 2 + 3 * missing, 70 + i));
    }
  }
}

/* Cells that lie beside repeated ones, of one trial each: the same bits as without these. */
Test(item_curves, single_trials_are_answers) {
  enum { MODELS = 20, QUESTIONS = 40 };
  double *x = simulate_binary(MODELS + 1, QUESTIONS, 8), *plain, *counted;
  int trials[(MODELS + 1) * QUESTIONS];
  unsigned char chosen[MODELS + 1];
  coreset_context context = {0};
  core_arena arena = {0};
  coreset_scores *scores[2];
  for (size_t i = 0; i < (MODELS + 1) * QUESTIONS; i++) {
    trials[i] = i % (MODELS + 1) == MODELS ? 2 : 1; /* the last model, which is left out */
    if (trials[i] == 2) x[i] = 0.5;
  }
  for (size_t m = 0; m <= MODELS; m++) chosen[m] = m < MODELS;
  coreset_matrix *matrix[2] = {matrix_of(x, MODELS + 1, QUESTIONS), matrix_of_trials(x, trials, MODELS + 1, QUESTIONS)};
  for (int i = 0; i < 2; i++) {
    cr_assert_eq(coreset_scores_new(&context, matrix[i], chosen, &scores[i]), CORESET_OK);
    cr_assert(scores[i]->binary && scores[i]->counted == i && scores[i]->mean_inverse_trials == 1);
  }
  cr_assert_eq(core_item_curves_fit(&context, &arena, scores[0], &plain), CORESET_OK);
  cr_assert_eq(core_item_curves_fit(&context, &arena, scores[1], &counted), CORESET_OK);
  cr_assert_arr_eq(plain, counted, 3 * QUESTIONS * sizeof(double));
  for (int i = 0; i < 2; i++) {
    coreset_scores_free(scores[i]);
    coreset_matrix_free(matrix[i]);
  }
  core_release(&arena);
  free(x);
}

/* On answers drawn from known curves, the chances found are near the true ones. */
Test(item_curves, find_what_made_the_answers) {
  enum { MODELS = 200, QUESTIONS = 300 };
  double *x = malloc(MODELS * QUESTIONS * sizeof(double)), truth[QUESTIONS][2], ability[MODELS], squares = 0, *b;
  coreset_context context = {0};
  core_arena arena = {0};
  coreset_scores *scores;
  coreset_matrix *matrix;
  uint64_t seed = 9;
  for (size_t m = 0; m < MODELS; m++) ability[m] = ((double)m + 0.5) / MODELS * 3.4 - 1.7;
  for (size_t q = 0; q < QUESTIONS; q++) {
    truth[q][0] = 4 * uniform(&seed) - 2;
    truth[q][1] = 0.5 + uniform(&seed);
    for (size_t m = 0; m < MODELS; m++) {
      x[q * MODELS + m] = uniform(&seed) < 1 / (1 + exp(-truth[q][0] - truth[q][1] * ability[m]));
    }
  }
  matrix = matrix_of(x, MODELS, QUESTIONS);
  scores = scores_of_all(matrix);
  cr_assert_eq(core_item_curves_fit(&context, &arena, scores, &b), CORESET_OK);
  for (size_t q = 0; q < QUESTIONS; q++) { /* at the middle, where both scales of ability agree */
    double error = core_logistic(core_curve_logit(b + 3 * q, 0)) - 1 / (1 + exp(-truth[q][0]));
    squares += error * error / QUESTIONS;
  }
  cr_assert_lt(sqrt(squares), 0.05, "off by %g", sqrt(squares));
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

Test(item_curves, there_are_none_without_differences) {
  double x[] = {0, 1, 0, 1, 1, 0, 1, 0, 0.5, 0.25, 0.125, 0}, *b;
  coreset_context context = {0};
  core_arena arena = {0};
  coreset_matrix *equal = matrix_of(x, 2, 4), *levels = matrix_of(x + 4, 2, 4);
  coreset_scores *scores = scores_of_all(equal);
  cr_assert_eq(core_item_curves_fit(&context, &arena, scores, &b), CORESET_OK);
  cr_assert(b == NULL, "models with the same full score");
  coreset_scores_free(scores);
  scores = scores_of_all(levels);
  cr_assert_eq(core_item_curves_fit(&context, &arena, scores, &b), CORESET_OK);
  cr_assert(b == NULL, "scores that are not binary");
  core_release(&arena);
  coreset_scores_free(scores);
  coreset_matrix_free(equal);
  coreset_matrix_free(levels);
}

/* ------------------------------------------------------------------------
** kriging_irt
*/

/* All questions, in the order of a choice. They have the same index in matrix and scores. */
static coreset_selection *selection_by(const coreset_choice *choice, const coreset_scores *scores) {
  coreset_context context = {0};
  coreset_request request = {.count = scores->questions, .budget = INFINITY};
  coreset_selection *selection;
  cr_assert_eq(coreset_selection_new(&context, scores, choice, &request, &selection), CORESET_OK, "%s",
               context.message);
  return selection;
}

/* J with these questions picked. */
static double doubt_literally(const example *made, const size_t *picks, size_t count) {
  double sum = 0, weights = 0;
  for (size_t g = 0; g < POINTS; g++) {
    double t = -4 + 0.25 * (double)g, weight = exp(-t * t / 4.5), slope = 0, known = 1 / 2.25;
    for (size_t q = 0; q < made->questions; q++) {
      double p = chance(made->b[q], t);
      slope += p * (1 - p) * (made->b[q][1] + 2 * made->b[q][2] * t) / (double)made->questions;
    }
    for (size_t i = 0; i < count; i++) {
      double p = chance(made->b[picks[i]], t), tilt = made->b[picks[i]][1] + 2 * made->b[picks[i]][2] * t;
      known += p * (1 - p) * tilt * tilt;
    }
    weights += weight;
    sum += weight * slope * slope / known;
  }
  return sum / weights;
}

/* Every pick has the objective that the definition gives, and no other question a larger one. */
Test(kriging_irt, follows_the_definition) {
  for (size_t i = 0; i < 16; i++) {
    example *made = example_of_trials(shapes[i % 4][0], shapes[i % 4][1], 0, i / 4 % 2 == 0 ? 1 : 3, 20 + i % 8);
    coreset_context context = {0};
    core_arena arena = {0};
    coreset_choice with = selector("kriging_irt"), without = without_outside(with);
    core_field_kind kind = i < 8 ? CORE_FIELD_SELECTION : CORE_FIELD_PLAIN;
    coreset_selection *selection = selection_by(i < 8 ? &with : &without, made->scores);
    core_shared shared = {.arena = &arena, .scores = made->scores};
    core_conditional_field field = {0};
    coreset_pick pick, other;
    size_t picks[LIMIT], taken = 0;
    cr_assert_eq(core_conditional_start(&context, &arena, &shared, kind, &field), CORESET_OK);
    while (coreset_selection_next(&context, selection, &pick) == CORESET_OK) {
      double before = field.total * field.total * pow(doubt_literally(made, picks, taken), made->h);
      unsigned char used[LIMIT] = {0};
      for (size_t k = 0; k < taken; k++) used[picks[k]] = 1;
      for (size_t q = 0; q < made->questions; q++) {
        double left = fmax(field.total - core_conditional_gain(&field, q), 0), objective;
        if (used[q]) continue;
        picks[taken] = q;
        objective = 1 - left * left * pow(doubt_literally(made, picks, taken + 1), made->h) / before;
        cr_assert(objective <= pick.objective + 1e-7, "pick %zu: question %zu is better", taken, q);
        if (q == pick.question) cr_assert_float_eq(pick.objective, objective, 1e-7);
      }
      picks[taken++] = pick.question;
      cr_assert_eq(core_conditional_take(&context, &arena, &field, pick.question, &other), CORESET_OK);
      cr_assert_eq(pick.remaining_sd, other.remaining_sd);
      cr_assert_eq(pick.relevance, other.relevance);
      cr_assert_eq(pick.redundancy, other.redundancy);
    }
    cr_assert_eq(taken, made->questions);
    cr_assert_eq(pick.remaining_sd, 0);
    core_release(&arena);
    coreset_selection_free(selection);
    example_free(made);
  }
}

/* Real-valued scores, without outside: the picks and all columns of kriging. */
Test(kriging_irt, is_kriging_for_other_scores) {
  coreset_context context = {0};
  double *x = simulate_levels(12, 30, 40, 3);
  coreset_matrix *matrix = matrix_of(x, 12, 30);
  coreset_scores *scores = scores_of_all(matrix);
  coreset_choice kriging_irt = without_outside(selector("kriging_irt")), kriging = selector("kriging");
  coreset_selection *with = selection_by(&kriging_irt, scores), *without = selection_by(&kriging, scores);
  coreset_pick a, b;
  while (coreset_selection_next(&context, with, &a) == CORESET_OK) {
    cr_assert_eq(coreset_selection_next(&context, without, &b), CORESET_OK);
    cr_assert_eq(a.question, b.question);
    cr_assert_eq(a.objective, b.objective);
    cr_assert_eq(a.remaining_sd, b.remaining_sd);
  }
  coreset_selection_free(with);
  coreset_selection_free(without);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix);
  free(x);
}

/* ------------------------------------------------------------------------
** krr_blup_irt
*/

/* e: every answer's likelihood at every ability. */
static double expected_literally(const example *made, const size_t *coreset, size_t count, const double *answers) {
  double weights = 0, sum = 0, given = 0, n = (double)made->questions;
  unsigned char asked[LIMIT] = {0};
  for (size_t i = 0; i < count; i++) {
    asked[coreset[i]] = 1;
    given += answers[i] / n;
  }
  for (size_t g = 0; g < FINE; g++) {
    double t = -4 + 0.05 * (double)g, weight = exp(-t * t / 4.5), unseen = 0;
    for (size_t i = 0; i < count; i++) {
      double p = chance(made->b[coreset[i]], t), answer = fmin(fmax(answers[i], 0), 1);
      weight *= pow(p, answer) * pow(1 - p, 1 - answer);
    }
    for (size_t q = 0; q < made->questions; q++) unseen += asked[q] ? 0 : chance(made->b[q], t) / n;
    weights += weight;
    sum += weight * unseen;
  }
  return given + sum / weights;
}

static double predict_by(const example *made, const char *method, const size_t *coreset, size_t count,
                         const double *answers) {
  coreset_context context = {0};
  coreset_choice choice = without_outside(predictor(method));
  coreset_fit *fit, *read;
  unsigned char *bytes;
  size_t size;
  double predicted, again;
  core_reach reach;
  cr_assert_eq(coreset_fit_new(&context, made->scores, &choice, NULL, coreset, count, &fit), CORESET_OK, "%s",
               context.message);
  cr_assert_eq(core_fit_apply(&context, fit, answers, &predicted, &reach), CORESET_OK, "%s", context.message);
  cr_assert_eq(coreset_fit_write(&context, fit, &bytes, &size), CORESET_OK);
  cr_assert_eq(coreset_fit_read(&context, bytes, size, &read), CORESET_OK, "%s", context.message);
  cr_assert_eq(core_fit_apply(&context, read, answers, &again, &reach), CORESET_OK);
  cr_assert_eq(again, predicted);
  coreset_fit_free(fit);
  coreset_fit_free(read);
  coreset_free(bytes);
  return predicted;
}

Test(krr_blup_irt, follows_the_definition) {
  for (size_t i = 0; i < 2 * SHAPES; i++) {
    size_t shape = i % SHAPES;
    example *made = example_of_trials(shapes[shape][0], shapes[shape][1], 0, i < SHAPES ? 1 : 3, 50 + i);
    for (size_t count = 1; count <= made->questions;
         count = count < 8 ? 8 : count + (made->questions - count + 1) / 2) {
      size_t coreset[LIMIT];
      double answers[LIMIT], q = (double)count / (6 * fmax((double)made->models - 4, 0.5)) / 4, share, expected;
      uint64_t seed = i;
      for (size_t k = 0; k < count; k++) {
        coreset[k] = k * made->questions / count;
        answers[k] = k % 5 == 4 ? 0.5 : uniform(&seed) < 0.6; /* now and then the average of two answers */
      }
      share = count == made->questions ? 0 : made->h * 0.5 / (1 + q * q);
      expected = (1 - share) * predict_by(made, "krr_blup", coreset, count, answers);
      if (share > 0) expected += share * expected_literally(made, coreset, count, answers);
      cr_assert_float_eq(predict_by(made, "krr_blup_irt", coreset, count, answers), expected, 1e-8,
                         "%zu models, %zu of %zu questions", made->models, count, made->questions);
      if (count == made->questions) break;
    }
    example_free(made);
  }
}

/* An answer far outside the scale counts as right. */
Test(krr_blup_irt, bounds_what_one_answer_says) {
  example *made = example_new(12, 60, 0, 4);
  size_t coreset[] = {3, 9, 27};
  double answers[] = {1, 17, 0};
  double q = 3.0 / 48 / 4, share = 0.5 / (1 + q * q);
  cr_assert_float_eq(predict_by(made, "krr_blup_irt", coreset, 3, answers),
                     (1 - share) * predict_by(made, "krr_blup", coreset, 3, answers) +
                         share * expected_literally(made, coreset, 3, answers),
                     1e-9);
  example_free(made);
}
