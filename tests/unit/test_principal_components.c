/*
** test_principal_components.c: principal components against all eigenvectors of the dense matrix, by
** Jacobi's method.
*/
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matrices.h"
#include "numeric/principal_components.h"

/* Eigenvectors of a symmetric matrix, the columns of vectors, and eigenvalues, on its diagonal then. */
static void jacobi(double *a, double *vectors, size_t n) {
  for (size_t i = 0; i < n * n; i++) vectors[i] = i % (n + 1) == 0;
  for (int round = 0; round < 60; round++) {
    for (size_t p = 0; p < n; p++) {
      for (size_t q = p + 1; q < n; q++) {
        if (!(fabs(a[p * n + q]) > 0)) continue;
        double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
        double c = 1 / sqrt(t * t + 1), s = t * c;
        for (size_t k = 0; k < n; k++) {
          double x = a[k * n + p], y = a[k * n + q];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
          x = vectors[k * n + p];
          y = vectors[k * n + q];
          vectors[k * n + p] = c * x - s * y;
          vectors[k * n + q] = s * x + c * y;
        }
        for (size_t k = 0; k < n; k++) {
          double x = a[p * n + k], y = a[q * n + k];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
        }
      }
    }
  }
}

/* Of a table of models x questions: Xc Xc^T. */
static double *products_of(const double *values, size_t models, size_t questions) {
  double *mean = calloc(models, sizeof(double)), *products = calloc(models * models, sizeof(double));
  for (size_t i = 0; i < models * questions; i++) mean[i % models] += values[i] / (double)questions;
  for (size_t q = 0; q < questions; q++) {
    for (size_t i = 0; i < models; i++) {
      for (size_t j = 0; j < models; j++) {
        products[i * models + j] += (values[q * models + i] - mean[i]) * (values[q * models + j] - mean[j]);
      }
    }
  }
  free(mean);
  return products;
}

/* A table of so many dimensions, whose eigenvalues fall by about a third each, and noise. */
static double *table_of(size_t models, size_t questions, size_t dimensions, double noise, uint64_t seed) {
  double *values = calloc(models * questions, sizeof(double)), *loading = malloc(models * sizeof(double)), size = 1;
  for (size_t d = 0; d < dimensions; d++, size *= 0.8) {
    for (size_t m = 0; m < models; m++) loading[m] = uniform(&seed) - 0.5;
    for (size_t q = 0; q < questions; q++) {
      double score = uniform(&seed) - 0.5;
      for (size_t m = 0; m < models; m++) values[q * models + m] += size * loading[m] * score;
    }
  }
  for (size_t i = 0; i < models * questions; i++) values[i] += 0.6 + noise * (uniform(&seed) - 0.5);
  free(loading);
  return values;
}

/* A table that is columns of numbers. */
typedef struct columns {
  const double *values;
  size_t models;
} columns;

static void fetch(const void *table, size_t question, double *column) {
  const columns *from = table;
  memcpy(column, from->values + question * from->models, from->models * sizeof(double));
}

static double axis(const core_components *components, size_t k, size_t model) {
  return components->axes[(k / CORE_PANEL * components->models + model) * CORE_PANEL + k % CORE_PANEL];
}

/* sum over the axes of u_k[i] u_k[j]: the same for every basis of their space. */
static double projector(const core_components *components, size_t i, size_t j) {
  double sum = 0;
  for (size_t k = 0; k < components->panels * CORE_PANEL; k++) sum += axis(components, k, i) * axis(components, k, j);
  return sum;
}

/* Of a table of any number of dimensions above those of the components the space of the first is found, whatever
** the origin. */
static void check_space(size_t models, size_t questions, size_t panels, uint64_t seed) {
  size_t width = panels * CORE_PANEL, rank = width < models ? width : models;
  double *values = table_of(models, questions, width, 1e-9, seed), *products = products_of(values, models, questions);
  double *vectors = malloc(models * models * sizeof(double)), *origin = calloc(models, sizeof(double));
  coreset_context context = {0};
  core_arena arena = {0};
  for (size_t m = 0; m < models; m++) origin[m] = uniform(&seed);
  columns table = {values, models};
  core_components components = {
      .models = models, .questions = questions, .table = &table, .fetch = fetch, .origin = origin};
  core_components_begin(&context, &arena, panels, &components);
  cr_assert_eq(arena.status, CORESET_OK);
  for (int i = 0; i < 30; i++) cr_assert_eq(core_components_improve(&context, &components), CORESET_OK);
  jacobi(products, vectors, models);
  for (size_t i = 0; i < models; i++) {
    for (size_t j = 0; j < models; j++) {
      double expected = 0;
      for (size_t k = 0; k < models; k++) {
        size_t larger = 0;
        for (size_t l = 0; l < models; l++) larger += products[l * models + l] > products[k * models + k];
        if (larger < rank) expected += vectors[i * models + k] * vectors[j * models + k];
      }
      cr_assert_float_eq(projector(&components, i, j), expected, 1e-6, "%zu models: %.12g, not %.12g", models,
                         projector(&components, i, j), expected);
    }
  }
  core_release(&arena);
  free(values);
  free(products);
  free(vectors);
  free(origin);
}

Test(components, span_the_space_of_the_first_eigenvectors) {
  check_space(30, 200, 1, 1);
  check_space(50, 70, 1, 2);
  check_space(41, 1700, 2, 3); /* more than one block of questions */
  check_space(10, 60, 1, 4);   /* fewer models than components: all of the space */
}

/* Axes are orthonormal, or zero where the table has no more dimensions. */
Test(components, are_orthonormal_or_zero) {
  size_t models = 24, questions = 90, dimensions = 3;
  double *values = table_of(models, questions, dimensions, 0, 5), origin[24] = {0};
  coreset_context context = {0};
  core_arena arena = {0};
  columns table = {values, models};
  core_components components = {
      .models = models, .questions = questions, .table = &table, .fetch = fetch, .origin = origin};
  core_components_begin(&context, &arena, 2, &components);
  for (int i = 0; i < 3; i++) {
    cr_assert_eq(core_components_improve(&context, &components), CORESET_OK);
    for (size_t k = 0; k < 32; k++) {
      for (size_t l = 0; l < 32; l++) {
        double product = 0;
        for (size_t m = 0; m < models; m++) product += axis(&components, k, m) * axis(&components, l, m);
        cr_assert_float_eq(product, k == l && k < dimensions, 1e-14);
      }
    }
  }
  core_release(&arena);
  free(values);
}

/* Rows that do not differ from question to question have no component at all. */
Test(components, of_constant_rows_are_zero) {
  double values[5 * 8], origin[5];
  coreset_context context = {0};
  core_arena arena = {0};
  for (size_t i = 0; i < 40; i++) values[i] = 0.3 * (double)(i % 5);
  memcpy(origin, values, sizeof(origin));
  columns table = {values, 5};
  core_components components = {.models = 5, .questions = 8, .table = &table, .fetch = fetch, .origin = origin};
  core_components_begin(&context, &arena, 1, &components);
  cr_assert_eq(core_components_improve(&context, &components), CORESET_OK);
  for (size_t i = 0; i < 5 * CORE_PANEL; i++) cr_assert_eq(components.axes[i], 0);
  core_release(&arena);
}

/* Scores, and sums over the observed cells, literally. */
Test(components, project_onto_the_axes) {
  size_t models = 70, questions = 2003, words = 2;
  double *values = table_of(models, questions, 20, 0.1, 6), *origin = calloc(models, sizeof(double));
  uint64_t *observed = calloc(questions * words, sizeof(uint64_t)), seed = 7;
  coreset_context context = {0};
  core_arena arena = {0};
  for (size_t m = 0; m < models; m++) origin[m] = uniform(&seed);
  for (size_t q = 0; q < questions; q++) {
    for (size_t m = 0; m < models; m++) {
      if (uniform(&seed) < 0.7) observed[q * words + m / 64] |= (uint64_t)1 << (m % 64);
    }
  }
  columns table = {values, models};
  core_components components = {
      .models = models, .questions = questions, .table = &table, .fetch = fetch, .origin = origin};
  core_components_begin(&context, &arena, 2, &components);
  cr_assert(components.block_size < questions);
  for (int all = 0; all < 2; all++) {
    cr_assert_eq(core_components_project(&context, &components, all ? NULL : observed, words), CORESET_OK);
    for (size_t k = 0; k < 32; k++) {
      double *cross = calloc(models, sizeof(double)), *sum = calloc(models, sizeof(double));
      for (size_t q = 0; q < questions; q++) {
        double score = 0;
        for (size_t m = 0; m < models; m++) score += axis(&components, k, m) * (values[q * models + m] - origin[m]);
        cr_assert_float_eq(components.scores[(k / CORE_PANEL * questions + q) * CORE_PANEL + k % CORE_PANEL], score,
                           1e-12);
        for (size_t m = 0; m < models; m++) {
          if (!all && !(observed[q * words + m / 64] >> (m % 64) & 1)) continue;
          cross[m] += score * (values[q * models + m] - origin[m]);
          sum[m] += values[q * models + m] - origin[m];
        }
      }
      for (size_t m = 0; m < models; m++) {
        cr_assert_float_eq(components.cross[(k / CORE_PANEL * models + m) * CORE_PANEL + k % CORE_PANEL], cross[m],
                           1e-9);
        cr_assert_float_eq(components.sum[m], sum[m], 1e-10);
      }
      free(cross);
      free(sum);
    }
  }
  core_release(&arena);
  free(values);
  free(origin);
  free(observed);
}

static int refuse_at_zero(void *data, size_t size) {
  (void)size;
  return (*(int *)data)-- == 0;
}

Test(components, stop_when_they_are_told_to) {
  double *values = table_of(3, 40, 2, 0.1, 8), origin[3] = {0};
  for (int polls = 0, done = 0; !done; polls++) {
    interruption limited = {.left = polls};
    interrupt_after(&limited, polls);
    core_arena arena = {0};
    columns table = {values, 3};
    core_components components = {.models = 3, .questions = 40, .table = &table, .fetch = fetch, .origin = origin};
    core_components_begin(&limited.context, &arena, 1, &components);
    coreset_status status = core_components_improve(&limited.context, &components);
    cr_assert_eq(status, limited.left < 0 ? CORESET_INTERRUPTED : CORESET_OK);
    done = status == CORESET_OK;
    cr_assert(!done || polls > 1);
    core_release(&arena);
  }
  free(values);
}

Test(components, do_without_memory_what_can_be_done) {
  double values[8] = {0}, origin[2] = {0};
  for (int allowed = 0, done = 0; !done; allowed++) {
    int left = allowed;
    coreset_context context = {.refuse_allocation = refuse_at_zero, .refuse_allocation_data = &left};
    core_arena arena = {0};
    columns table = {values, 2};
    core_components components = {.models = 2, .questions = 4, .table = &table, .fetch = fetch, .origin = origin};
    core_components_begin(&context, &arena, 1, &components);
    cr_assert_eq(arena.status, left < 0 ? CORESET_NO_MEMORY : CORESET_OK);
    done = arena.status == CORESET_OK;
    core_release(&arena);
  }
}
