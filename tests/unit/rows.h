/*
** rows.h: rows of scores, and matrices of them in memory and as bytes.
*/
#ifndef ROWS_H
#define ROWS_H

#include <stdio.h>

#include "base/checksum.h"
#include "matrices.h"

/* A row; a NaN score is a missing cell. */
typedef struct row {
  int64_t model, question;
  double score;
} row;

/* Bytes and how many. */
typedef struct bytes {
  unsigned char *data;
  size_t size;
} bytes;

/* Every third model has a text with a zero byte in it, the others integers. */
static inline coreset_id model_id(int64_t number, char text[64]) {
  coreset_id id = {NULL, 0, number};
  if (number % 3 == 0) {
    id.length = (size_t)snprintf(text, 64, "model %d", (int)number);
    text[5] = 0;
    id.text = text;
  }
  return id;
}

/* Even questions have integer ids, odd ones texts of many lengths. */
static inline coreset_id question_id(int64_t number, char text[64]) {
  coreset_id id = {NULL, 0, number};
  if (number % 2 != 0) {
    id.length = (size_t)snprintf(text, 64, "%.*s%d", (int)(number % 19), "abcdefghijklmnopqrstuvwxyz", (int)number);
    id.text = text;
  }
  return id;
}

static inline void add_rows(coreset_builder *builder, const row *rows, size_t count) {
  coreset_context context = {0};
  for (size_t i = 0; i < count; i++) {
    char model_text[64], text[64];
    coreset_id model = model_id(rows[i].model, model_text), question = question_id(rows[i].question, text);
    double weight = rows[i].question == 3 ? 2.5 : 1;
    cr_assert_eq(
        coreset_builder_add(&context, builder, &model, &question, isnan(rows[i].score) ? NULL : &rows[i].score, weight),
        CORESET_OK, "%s", context.message);
  }
}

static inline coreset_builder *new_builder(void) {
  coreset_context context = {0};
  coreset_builder *builder;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  return builder;
}

static inline coreset_matrix *finish(coreset_builder *builder) {
  coreset_context context = {0};
  coreset_matrix *matrix;
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK, "%s", context.message);
  coreset_builder_free(builder);
  return matrix;
}

static inline bytes write_bytes(const coreset_matrix *matrix) {
  coreset_context context = {0};
  bytes made;
  cr_assert_eq(coreset_matrix_write(&context, matrix, SIZE_MAX, &made.data, &made.size), CORESET_OK, "%s",
               context.message);
  return made;
}

static inline bytes finish_bytes(coreset_builder *builder) {
  coreset_matrix *matrix = finish(builder);
  bytes made = write_bytes(matrix);
  coreset_matrix_free(matrix);
  return made;
}

static inline bytes matrix_bytes(const row *rows, size_t count) {
  coreset_builder *builder = new_builder();
  add_rows(builder, rows, count);
  return finish_bytes(builder);
}

static inline coreset_matrix *read_bytes(const bytes *from) {
  coreset_context context = {0};
  coreset_matrix *matrix;
  cr_assert_eq(coreset_matrix_read(&context, from->data, from->size, &matrix), CORESET_OK, "%s", context.message);
  return matrix;
}

/* The matrix of rows, through its bytes. */
static inline coreset_matrix *build_matrix(const row *rows, size_t count) {
  bytes made = matrix_bytes(rows, count);
  coreset_matrix *matrix = read_bytes(&made);
  coreset_free(made.data);
  return matrix;
}

/* After a change: whoever changes bytes can compute the checksum anew. */
static inline void write_checksum(const bytes *changed) {
  uint64_t checksum = core_checksum(changed->data, changed->size, 24);
  memcpy(changed->data + 24, &checksum, 8);
}

static inline void shuffle(row *rows, size_t count, uint64_t *generator) {
  for (size_t i = count; i > 1; i--) {
    size_t j = (size_t)(core_splitmix(generator) % i);
    row swap = rows[i - 1];
    rows[i - 1] = rows[j], rows[j] = swap;
  }
}

/* Rows of several kinds: two values, two odd values, many, and sums that need exactness. */
static inline size_t make_rows(int kind, row *rows, uint64_t *generator) {
  static const double hard[] = {0.1, 1.0 / 3, 1e200, -1e200, 1e-300, 5e-324, -0.7, 1e16, 1};
  size_t count = kind % 2 == 0 ? 300 : 1500;
  for (size_t i = 0; i < count; i++) {
    uint64_t draw = core_splitmix(generator);
    rows[i].model = (int64_t)(draw % 23) - 5;
    rows[i].question = (int64_t)(draw >> 8 & 0xFF) % 41;
    switch (kind / 2) {
    case 0:
      rows[i].score = (double)(draw >> 20 & 1);
      break;
    case 1:
      rows[i].score = draw >> 20 & 1 ? 0.1 : -7.25;
      break;
    case 2:
      rows[i].score = (double)(rows[i].model + rows[i].question) / 10; /* equal in all repeats */
      break;
    case 3:
      rows[i].score = rows[i].model % 2 ? 0.1 : 0.3; /* two values, repeated: counts and bits */
      break;
    case 4: /* averages of 0 and 0.1 * count / count: two values, but for rounding */
      rows[i].score = rows[i].question % 2 ? 0.1 : 0;
      break;
    default:
      rows[i].score = hard[(draw >> 20) % 9];
    }
    if (draw >> 40 & 1 && kind % 4 == 1) rows[i].score = NAN;
  }
  return count;
}

/* 10 models x 12 questions, all ids integers, and after them again the cells listed: cell and score. */
static inline size_t rows_of_trials(row *rows, const double (*again)[2], size_t again_count) {
  size_t count = 0;
  for (int64_t cell = 0; cell < 120; cell++) {
    rows[count++] = (row){cell % 10 * 3 + 1, cell / 10 * 2, cell % 10 > cell / 10 % 7};
  }
  for (size_t i = 0; i < again_count; i++) {
    rows[count] = rows[(size_t)again[i][0]];
    rows[count++].score = again[i][1];
  }
  return count;
}

#endif /* ROWS_H */
