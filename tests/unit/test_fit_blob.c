/*
** test_fit_blob.c: fits as bytes: round trips, and bytes that were damaged by accident or on
** purpose.
*/
#include "fits.h"

#include <stdio.h>

#include "base/checksum.h"

/* Where things are: in the frame, in a section, in a setting. */
enum { SIZE = 16, CHECKSUM = 24, FRAME = 32, HEAD = 16, SETTING = 56, TYPE = 24, VALUE = 32 };

/* A small matrix whose questions are integers and texts, among them the empty text and
** one with a zero byte; and a fit to these, with intervals if there is a selector. */
static coreset_fit *fit_with_texts(const coreset_choice *choice, const char *selector_name, int binary) {
  static const coreset_id questions[] = {{NULL, 0, INT64_MIN}, {NULL, 0, 5},   {"", 0, 0},
                                         {"5", 1, 0},          {"a\0b", 3, 0}, {"\xC3\xA9t\xC3\xA9", 5, 0}};
  static const size_t chosen[] = {0, 2, 3, 4, 5};
  coreset_context context = {0};
  coreset_builder *builder;
  coreset_matrix *matrix;
  coreset_scores *scores;
  coreset_origin how = {.selector = selector(selector_name)};
  coreset_fit *fit;
  uint64_t seed = 3;
  cr_assert_eq(coreset_builder_new(&context, &builder), CORESET_OK);
  for (size_t m = 0; m < 4; m++) {
    for (size_t q = 0; q < 6; q++) {
      coreset_id model = {NULL, 0, (int64_t)m};
      double score = binary ? (m * 5 + q * 3) % 7 < m + q / 3 : 1 + 4 * uniform(&seed);
      cr_assert_eq(coreset_builder_add(&context, builder, &model, &questions[q], &score, 1), CORESET_OK);
    }
  }
  cr_assert_eq(coreset_builder_finish(&context, builder, SIZE_MAX, &matrix), CORESET_OK);
  coreset_builder_free(builder);
  cr_assert_eq(coreset_scores_new(&context, matrix, NULL, &scores), CORESET_OK);
  cr_assert_eq(coreset_fit_new(&context, scores, choice, selector_name == NULL ? NULL : &how, chosen, 5, &fit),
               CORESET_OK, "%s", context.message);
  cr_assert_eq(selector_name != NULL, fit->interval != NULL);
  coreset_scores_free(scores);
  coreset_matrix_free(matrix); /* the fit refers to none of them */
  return fit;
}

enum { POLY, LINEAR, RADIAL, RIDGE, MEAN, KRR_BLUP, KRR_BLUP_IRT };

/* Every kind of fit in turn; NULL after the last. */
static coreset_fit *example(size_t number) {
  static const struct {
    const char *predictor, *selector;
    int kernel, binary;
  } examples[] = {{"krr", NULL, 0, 0},         {"krr", NULL, 1, 0},      {"krr", NULL, 2, 0},
                  {"ridge", NULL, 0, 0},       {"mean", "random", 0, 0}, {"krr_blup", "kriging", 0, 0},
                  {"krr_blup_irt", NULL, 0, 1}};
  if (number >= sizeof(examples) / sizeof(examples[0])) return NULL;
  coreset_choice choice = predictor(examples[number].predictor);
  if (number <= RADIAL) {
    set_integer(&choice, "kernel", examples[number].kernel);
    unset(&choice, "degree");
  }
  coreset_fit *fit = fit_with_texts(&choice, examples[number].selector, examples[number].binary);
  if (fit->interval != NULL) fit->interval->spread = 0.375; /* so few sources have none */
  return fit;
}

/* The bytes of an example, to be released with free(). */
static unsigned char *example_bytes(size_t number, size_t *size) {
  coreset_fit *fit = example(number);
  unsigned char *bytes = bytes_of(fit, size), *copy = malloc(*size);
  memcpy(copy, bytes, *size);
  coreset_free(bytes);
  coreset_fit_free(fit);
  return copy;
}

/* Reads a copy that ends where its memory ends, so that reading on is noticed. */
static coreset_status read_copy(const unsigned char *bytes, size_t size, coreset_fit **fit, char *message) {
  coreset_context context = {0};
  unsigned char *copy = malloc(size > 0 ? size : 1);
  memcpy(copy, bytes, size);
  coreset_status status = coreset_fit_read(&context, copy, size, fit);
  free(copy);
  cr_assert_eq(status == CORESET_OK, *fit != NULL);
  cr_assert(status == CORESET_OK || (status == CORESET_CORRUPT && context.message[0] != 0), "%d %s", (int)status,
            context.message);
  if (message != NULL) memcpy(message, context.message, sizeof(context.message));
  return status;
}

Test(fit_blob, round_trip) {
  coreset_fit *fit;
  size_t number = 0;
  for (; (fit = example(number)) != NULL; number++) {
    double answers[] = {1, 5, 2.5, 4, 3.125};
    size_t size, again_size;
    unsigned char *bytes = bytes_of(fit, &size), *again;
    coreset_fit *read;
    cr_assert(core_blob_recognise(&core_fit_format, bytes, size));
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
    again = bytes_of(read, &again_size);
    cr_assert(size == again_size && memcmp(bytes, again, size) == 0);
    cr_assert_eq(predict(fit, answers), predict(read, answers)); /* to the last bit */
    cr_assert_eq(coreset_fit_choice(read)->method, coreset_fit_choice(fit)->method);
    cr_assert_eq(coreset_fit_question_count(read), 5);
    cr_assert_eq(read->interval != NULL, fit->interval != NULL);
    for (size_t i = 0; i < 5; i++) {
      coreset_id a = coreset_fit_question(fit, i), b = coreset_fit_question(read, i);
      cr_assert_eq(coreset_id_compare(&a, &b), 0);
      cr_assert_eq(core_fit_find_question(read, &a), (ptrdiff_t)i);
    }
    for (size_t i = 0; i < CORESET_OPTION_LIMIT; i++) {
      const coreset_setting *a = &coreset_fit_choice(fit)->settings[i], *b = &coreset_fit_choice(read)->settings[i];
      cr_assert(a->is_set == b->is_set);
      if (a->is_set) cr_assert(a->integer == b->integer && a->real == b->real);
    }
    coreset_free(bytes), coreset_free(again);
    coreset_fit_free(fit), coreset_fit_free(read);
  }
  cr_assert_eq(number, 7);
}

Test(fit_blob, recognises_the_beginning_only) {
  size_t size;
  unsigned char *bytes = example_bytes(POLY, &size);
  cr_assert(core_blob_recognise(&core_fit_format, bytes, 8));
  cr_assert(!core_blob_recognise(&core_fit_format, bytes, 7));
  cr_assert(!core_blob_recognise(&core_fit_format, NULL, 0));
  cr_assert(!core_blob_recognise(&core_fit_format, "CoreFat", 8));
  free(bytes);
}

Test(fit_blob, every_flipped_bit_and_every_length_is_noticed) {
  for (size_t number = POLY; number <= KRR_BLUP_IRT; number++) {
    size_t size;
    unsigned char *bytes = example_bytes(number, &size), *longer = calloc(size + 9, 1);
    coreset_fit *read;
    for (size_t i = 0; i < 8 * size; i++) {
      bytes[i / 8] ^= (unsigned char)(1 << i % 8);
      cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_CORRUPT, "bit %zu", i);
      bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t i = 0; i < size; i++) {
      cr_assert_eq(read_copy(bytes, i, &read, NULL), CORESET_CORRUPT, "%zu bytes", i);
    }
    memcpy(longer, bytes, size);
    for (size_t i = 1; i < 10; i++) cr_assert_eq(read_copy(longer, size + i, &read, NULL), CORESET_CORRUPT);
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
    coreset_fit_free(read);
    free(longer);
    free(bytes);
  }
}

/* ------------------------------------------------------------------------ forged bytes */

static void mend_checksum(unsigned char *bytes, size_t size) {
  core_store64(bytes + CHECKSUM, core_checksum(bytes, size, CHECKSUM));
}

/* The bytes of a section, head and filling included. */
static size_t section_size(const unsigned char *section) {
  return HEAD + (size_t)((core_load64(section + 8) + 7) / 8 * 8);
}

/* Where the payload of a section begins. */
static size_t find(const unsigned char *bytes, size_t size, const char *tag) {
  char padded[9] = {0};
  size_t at = FRAME;
  memcpy(padded, tag, strlen(tag));
  while (at < size && memcmp(bytes + at, padded, 8) != 0) at += section_size(bytes + at);
  cr_assert(at < size, "no section %s", tag);
  return at + HEAD;
}

/* The size of the frame and all sections that this program knows. */
static size_t known_size(const unsigned char *bytes, size_t size) {
  static const char known[][9] = {"method", "settings", "counts",   "range",  "ids",    "params",
                                  "shares", "expected", "interval", "spread", "sources"};
  size_t sum = FRAME;
  for (size_t at = FRAME; at < size; at += section_size(bytes + at)) {
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
      if (memcmp(bytes + at, known[i], 8) == 0) sum += section_size(bytes + at);
    }
  }
  return sum;
}

/* Replaces removed bytes at a place by count others, and makes the frame agree. */
static void splice(unsigned char **bytes, size_t *size, size_t at, size_t removed, const void *others, size_t count) {
  unsigned char *made = malloc(*size - removed + count);
  memcpy(made, *bytes, at);
  if (count > 0) memcpy(made + at, others, count);
  memcpy(made + at + count, *bytes + at + removed, *size - at - removed);
  free(*bytes);
  *bytes = made;
  *size += count - removed;
  core_store64(made + SIZE, *size);
  mend_checksum(made, *size);
}

/* The same within the payload of a section, both numbers of bytes a multiple of 8. */
static void splice_payload(unsigned char **bytes, size_t *size, const char *tag, size_t offset, size_t removed,
                           const void *others, size_t count) {
  size_t payload = find(*bytes, *size, tag);
  core_store64(*bytes + payload - 8, core_load64(*bytes + payload - 8) - removed + count);
  splice(bytes, size, payload + offset, removed, others, count);
}

/* Reads bytes whose checksum was made right again; what is accepted must be usable. Returns
** whether it was accepted. */
static int try_forged(unsigned char *bytes, size_t size) {
  coreset_context context = {0};
  coreset_fit *read;
  if (size >= FRAME) mend_checksum(bytes, size);
  if (read_copy(bytes, size, &read, NULL) != CORESET_OK) return 0;
  size_t count = coreset_fit_question_count(read), written_size;
  double *answers = malloc(count * sizeof(double)), predicted;
  unsigned char *written;
  for (size_t q = 0; q < count; q++) {
    coreset_id id = coreset_fit_question(read, q);
    answers[q] = (double)q;
    cr_assert_eq(core_fit_find_question(read, &id), (ptrdiff_t)q);
  }
  coreset_status status = coreset_fit_predict(&context, read, answers, &predicted);
  cr_assert((status == CORESET_OK && isfinite(predicted)) || status == CORESET_ERROR);
  cr_assert_eq(coreset_fit_write(&context, read, &written, &written_size), CORESET_OK);
  cr_assert_eq(written_size, known_size(bytes, size));
  coreset_free(written);
  free(answers);
  coreset_fit_free(read);
  return 1;
}

Test(fit_blob, forged_bytes_never_crash) {
  static const uint64_t words[] = {0,
                                   1,
                                   2,
                                   255,
                                   INT64_MAX,
                                   UINT64_MAX,
                                   UINT64_MAX - 7,
                                   UINT64_MAX / 8,
                                   UINT64_MAX / 8 + 1,
                                   UINT64_C(1) << 32,
                                   (UINT64_C(1) << 61) + 1,
                                   UINT64_C(0x7FF0000000000000),
                                   UINT64_C(0x7FF8000000000000),
                                   UINT64_C(0x7FEFFFFFFFFFFFFF),
                                   UINT64_C(0x8000000000000000)};
  for (size_t number = POLY; number <= KRR_BLUP_IRT; number++) {
    size_t size;
    unsigned char *bytes = example_bytes(number, &size), *forged = malloc(2 * size);
    uint64_t seed = 11 + number;
    /* one word replaced */
    for (size_t i = 0; i + 8 <= size; i += 4) {
      for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
        memcpy(forged, bytes, size);
        core_store64(forged + i, words[w]);
        try_forged(forged, size);
      }
    }
    /* one byte replaced */
    for (size_t i = 0; i < size; i++) {
      for (size_t w = 0; w < 256; w++) {
        memcpy(forged, bytes, size);
        forged[i] = (unsigned char)w;
        try_forged(forged, size);
      }
    }
    /* cut or grown, with the size field made to agree: only sections that a fit may lack, which come last, are not missed */
    static const char *const last[] = {"expected", "interval", "spread", "sources"};
    size_t without[4] = {0}, optional = number == MEAN || number == KRR_BLUP ? 4 : 1;
    for (size_t i = 0; i < optional; i++) without[i] = find(bytes, size, last[i]) - HEAD;
    for (size_t i = 0; i <= 2 * size; i++) {
      memset(forged, 0, 2 * size);
      memcpy(forged, bytes, i < size ? i : size);
      if (i >= SIZE + 8) core_store64(forged + SIZE, i);
      int may_be_read = i == size;
      for (size_t s = 0; s < optional; s++) may_be_read |= i == without[s];
      cr_assert_eq(try_forged(forged, i), may_be_read, "%zu of %zu bytes", i, size);
    }
    /* several bytes and words replaced */
    for (size_t i = 0; i < 20000; i++) {
      size_t changes = 1 + core_splitmix(&seed) % 5;
      memcpy(forged, bytes, size);
      while (changes-- > 0) {
        size_t at = core_splitmix(&seed) % (size - 8);
        if (core_splitmix(&seed) % 2) {
          forged[FRAME + at % (size - FRAME)] = (unsigned char)core_splitmix(&seed);
        } else {
          core_store64(forged + 8 * (at / 8), core_splitmix(&seed) % 12);
        }
      }
      try_forged(forged, size);
    }
    free(forged);
    free(bytes);
  }
}

/* Expects that bytes are refused with a message that contains this text. */
static void check_refused(const unsigned char *bytes, size_t size, const char *reason) {
  char message[CORESET_MESSAGE_SIZE];
  coreset_fit *read;
  cr_assert_eq(read_copy(bytes, size, &read, message), CORESET_CORRUPT, "accepted, expected %s", reason);
  cr_assert(strstr(message, reason) != NULL, "%s, expected %s", message, reason);
}

/* The same of the example fit with 8 bytes at an offset in a section's payload replaced (from the
** beginning where tag is NULL) and the checksum made right. */
static void check_forgery(size_t number, const char *tag, ptrdiff_t offset, uint64_t word, const char *reason) {
  size_t size;
  unsigned char *bytes = example_bytes(number, &size);
  core_store64(bytes + (tag == NULL ? 0 : (ptrdiff_t)find(bytes, size, tag)) + offset, word);
  mend_checksum(bytes, size);
  check_refused(bytes, size, reason);
  free(bytes);
}

/* The same with bytes of a payload replaced by count others. */
static void check_splice(size_t number, const char *tag, size_t offset, size_t removed, const void *others,
                         size_t count, const char *reason) {
  size_t size;
  unsigned char *bytes = example_bytes(number, &size);
  splice_payload(&bytes, &size, tag, offset, removed, others, count);
  check_refused(bytes, size, reason);
  free(bytes);
}

static uint64_t word_of(double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof(word));
  return word;
}

/* Up to 8 letters as they are stored. */
static uint64_t letters(const char *text) {
  unsigned char bytes[8] = {0};
  memcpy(bytes, text, strlen(text));
  return core_load64(bytes);
}

Test(fit_blob, refusals_say_why) {
  check_forgery(POLY, NULL, 0, 0, "not a fit");
  check_forgery(POLY, NULL, 8, 2, "format version 2, this program reads version 3: make it anew");
  check_forgery(POLY, NULL, 8, 3 | UINT64_C(1) << 32, "flags");
  check_forgery(POLY, NULL, SIZE, 5, "do not add up to its size");
  check_forgery(POLY, NULL, SIZE, UINT64_MAX, "truncated");
  check_forgery(POLY, "method", 0, letters("abc"), "predictor 'abc'");
  check_forgery(POLY, "method", 0, letters("KRR"), "predictor 'KRR'");
  check_forgery(POLY, "method", 0, letters("\n\nk"), "no proper name");
  check_forgery(POLY, "method", 0, letters("k"), "no proper name");
  check_forgery(POLY, "method", 0, letters("krrr"), "something behind a section");
  check_forgery(POLY, "method", -8, 2, "something behind a section");
  check_forgery(POLY, "counts", 0, 4, "numbers of questions");
  check_forgery(POLY, "counts", 8, 0, "numbers of questions or models");
  check_forgery(POLY, "counts", 8, 5, "parameters do not go with its size");
  check_forgery(POLY, "counts", 8, UINT64_MAX, "parameters do not go with its size");
  check_forgery(RIDGE, "counts", 8, 1, "number of models");
  check_forgery(POLY, "range", 0, word_of(NAN), "range of scores");
  check_forgery(POLY, "range", 0, word_of(1e9), "range of scores");
  check_forgery(POLY, "range", 8, word_of(INFINITY), "range of scores");
  check_forgery(POLY, "range", 8, word_of(-1), "range of scores");
  check_forgery(POLY, "range", 16, word_of(NAN), "range of scores");
  check_forgery(POLY, "range", 24, 2, "range of scores");
  check_forgery(POLY, "params", 0, word_of(INFINITY), "parameter is not a finite number");
  check_forgery(POLY, "params", 8, word_of(NAN), "parameter is not a finite number");
  check_forgery(POLY, "shares", 0, word_of(1.5), "share is not between");
  check_forgery(MEAN, "shares", 0, word_of(NAN), "share is not between");
  check_forgery(MEAN, "expected", 8, word_of(INFINITY), "expected answer is not a finite number");
  check_forgery(KRR_BLUP, "expected", 0, word_of(NAN), "expected answer is not a finite number");
  check_forgery(MEAN, "interval", 0, word_of(-0.5), "intervals are impossible");
  check_forgery(MEAN, "interval", 0, word_of(NAN), "intervals are impossible");
  check_forgery(MEAN, "interval", 0, word_of(INFINITY), "intervals are impossible");
  check_forgery(MEAN, "interval", 8, word_of(INFINITY), "full score is not a finite number");
  check_forgery(MEAN, "spread", 0, word_of(0), "difference of answers is impossible");
  check_forgery(MEAN, "spread", 0, word_of(NAN), "difference of answers is impossible");
  check_forgery(MEAN, "spread", 0, word_of(INFINITY), "difference of answers is impossible");
  /* the counts, four predictions, four integers */
  check_forgery(MEAN, "sources", 0, 3, "counts of sources do not add up");
  check_forgery(MEAN, "sources", 0, 5, "counts of sources do not add up");
  check_forgery(MEAN, "sources", 0, UINT64_MAX, "counts of sources do not add up");
  check_forgery(MEAN, "sources", 8, 1, "counts of sources do not add up");
  check_forgery(MEAN, "sources", 16, 8, "counts of sources do not add up");
  check_forgery(MEAN, "sources", 24, word_of(NAN), "prediction of a source is not finite");
  check_forgery(MEAN, "sources", 48, word_of(INFINITY), "prediction of a source is not finite");
  check_forgery(MEAN, "sources", 64, 0, "not in order");
  check_forgery(MEAN, "counts", 8, 5, "intervals are of other models");
  check_forgery(KRR_BLUP, "counts", 8, 3, "intervals are of other models");
  check_forgery(KRR_BLUP_IRT, "params", 0, word_of(0.6), "share of curves");
  check_forgery(KRR_BLUP_IRT, "params", 0, word_of(0), "do not go with its size");
  /* the counts, one integer identifier, then the ends 0, 1, 4, 9 and the texts '' '5' 'a0b' 'ete' */
  check_forgery(POLY, "ids", 0, UINT64_MAX, "do not add up");
  check_forgery(POLY, "ids", 0, 2, "do not add up");
  check_forgery(POLY, "ids", 32, UINT64_C(1) << 32 | 2, "overlap");
  check_forgery(POLY, "ids", 32, UINT64_C(0) << 32 | 0, "not in order");
  check_forgery(POLY, "ids", 40, UINT64_C(8) << 32 | 4, "do not fill");
  check_forgery(POLY, "ids", 40, UINT64_C(0xFFFFFFFF) << 32 | 4, "overlap");
}

Test(fit_blob, forged_settings_say_why) {
  /* kernel, degree and alpha of a polynomial kernel; kernel, alpha and gamma of a radial one */
  enum { KERNEL = 0, DEGREE = SETTING, ALPHA = 2 * SETTING, GAMMA = 2 * SETTING };
  unsigned char gamma[SETTING] = "gamma", degree[SETTING] = "degree";
  core_store64(gamma + TYPE, 2);
  core_store_double(gamma + VALUE, 0.5);
  core_store64(degree + TYPE, 1);
  core_store64(degree + VALUE, 2);
  check_forgery(POLY, "settings", KERNEL, letters("kernels"), "does not have");
  check_forgery(POLY, "settings", KERNEL, letters("Kernel"), "does not have");
  check_forgery(POLY, "settings", KERNEL + 16, 1, "does not have"); /* behind the name */
  check_forgery(POLY, "settings", DEGREE, letters("kernel"), "a setting twice");
  check_forgery(POLY, "settings", KERNEL + TYPE, 1, "another type");
  check_forgery(POLY, "settings", DEGREE + TYPE, 2, "another type");
  check_forgery(POLY, "settings", ALPHA + TYPE, 0, "another type");
  check_forgery(POLY, "settings", ALPHA + TYPE, UINT64_C(2) | UINT64_C(1) << 32, "another type");
  check_forgery(POLY, "settings", KERNEL + VALUE, 0, "none of the choices");
  check_forgery(POLY, "settings", KERNEL + VALUE, letters("cubic"), "none of the choices");
  check_forgery(POLY, "settings", KERNEL + VALUE, letters("POLY"), "none of the choices");
  check_forgery(POLY, "settings", KERNEL + VALUE + 16, 1, "none of the choices");
  check_forgery(POLY, "settings", KERNEL + VALUE, letters("linear"), "degree does not go");
  check_forgery(POLY, "settings", DEGREE + VALUE, 0, "out of range");
  check_forgery(POLY, "settings", DEGREE + VALUE, 1000000, "out of range");
  check_forgery(POLY, "settings", DEGREE + VALUE, UINT64_MAX, "out of range");
  check_forgery(POLY, "settings", DEGREE + VALUE + 8, 1, "something behind a setting");
  check_forgery(POLY, "settings", ALPHA + VALUE, word_of(-0.5), "out of range");
  check_forgery(POLY, "settings", ALPHA + VALUE, word_of(NAN), "out of range");
  check_forgery(POLY, "settings", ALPHA + VALUE, word_of(INFINITY), "out of range");
  check_forgery(POLY, "settings", ALPHA + VALUE + 16, UINT64_C(1) << 63, "something behind a setting");
  check_forgery(RADIAL, "settings", GAMMA + VALUE, word_of(0), "gamma does not go");
  check_splice(POLY, "settings", KERNEL, SETTING, NULL, 0, "kernel is missing");
  check_splice(POLY, "settings", DEGREE, SETTING, NULL, 0, "degree does not go");
  check_splice(POLY, "settings", ALPHA, SETTING, NULL, 0, "alpha is missing");
  check_splice(RIDGE, "settings", 0, SETTING, NULL, 0, "alpha is missing");
  check_splice(RADIAL, "settings", GAMMA, SETTING, NULL, 0, "gamma does not go");
  check_splice(POLY, "settings", DEGREE, 0, gamma, SETTING, "gamma does not go");
  check_splice(POLY, "settings", 3 * SETTING, 0, degree, SETTING, "a setting twice");
  check_splice(RIDGE, "settings", 0, 0, degree, SETTING, "does not have");
  check_splice(MEAN, "settings", 0, 0, gamma, SETTING, "does not have");
  check_splice(POLY, "settings", 0, 8, NULL, 0, "'settings' has an impossible size");
}

Test(fit_blob, settings_come_in_any_order) {
  size_t size;
  unsigned char *bytes = example_bytes(POLY, &size), kernel[SETTING];
  coreset_fit *read;
  memcpy(kernel, bytes + find(bytes, size, "settings"), SETTING);
  splice_payload(&bytes, &size, "settings", 0, SETTING, NULL, 0);
  splice_payload(&bytes, &size, "settings", SETTING, 0, kernel, SETTING);
  cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
  cr_assert(setting_of(read, "kernel").is_set && setting_of(read, "kernel").integer == POLY);
  cr_assert_eq(setting_of(read, "degree").integer, 2);
  coreset_fit_free(read);
  free(bytes);
}

Test(fit_blob, forged_sizes_say_why) {
  static const char *const tags[] = {"method", "settings", "counts", "range", "ids", "params", "shares", "expected"};
  static const char long_name[24] = "abcdefghijklmnopqrstuvwx";
  double numbers[2] = {0.25, 0.5};
  for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
    check_forgery(POLY, tags[i], -8, UINT64_MAX, "larger than what is left");
    check_forgery(POLY, tags[i], -8, UINT64_MAX - 7, "larger than what is left");
    check_forgery(POLY, tags[i], -8, UINT64_C(1) << 32, "larger than what is left");
    check_forgery(POLY, tags[i], -8, UINT64_MAX / 8 + 2, "larger than what is left");
  }
  for (uint64_t beyond = 1; beyond <= 24; beyond++) { /* the last section reaches over the end */
    check_forgery(POLY, "expected", -8, 5 * 8 + beyond, "larger than what is left");
    check_forgery(MEAN, "sources", -8, 11 * 8 + beyond, "larger than what is left");
  }
  check_forgery(POLY, "expected", -8, 4 * 8, "no beginning");              /* 8 bytes are left */
  check_splice(POLY, "method", 0, 8, NULL, 0, "larger than what is left"); /* from 3 bytes */
  check_splice(POLY, "counts", 0, 8, NULL, 0, "'counts' has an impossible size");
  check_splice(POLY, "counts", 16, 0, numbers, 8, "'counts' has an impossible size");
  check_splice(POLY, "range", 0, 32, NULL, 0, "'range' has an impossible size");
  check_splice(POLY, "range", 32, 0, numbers, 16, "'range' has an impossible size");
  check_splice(POLY, "ids", 0, 40, NULL, 0, "'ids' has an impossible size");
  check_splice(POLY, "ids", 24, 8, NULL, 0, "do not add up");
  check_splice(POLY, "ids", 24, 0, numbers, 8, "do not add up");
  check_splice(POLY, "params", 0, 8, NULL, 0, "parameters do not go with its size");
  check_splice(RIDGE, "params", 0, 0, numbers, 8, "parameters do not go with its size");
  check_splice(MEAN, "params", 0, 0, numbers, 16, "parameters do not go with its size");
  check_splice(KRR_BLUP, "params", 0, 8, NULL, 0, "parameters do not go with its size");
  check_splice(KRR_BLUP_IRT, "params", 0, 8, NULL, 0, "its");
  check_splice(POLY, "shares", 0, 8, NULL, 0, "shares are of other questions");
  check_splice(POLY, "shares", 0, 0, numbers, 8, "shares are of other questions");
  check_splice(POLY, "expected", 0, 8, NULL, 0, "expected answers are to other questions");
  check_splice(POLY, "expected", 0, 0, numbers, 8, "expected answers are to other questions");
  check_splice(MEAN, "spread", 0, 8, NULL, 0, "'spread' has an impossible size");
  check_splice(MEAN, "sources", 0, 72, NULL, 0, "'sources' has an impossible size");
  check_splice(MEAN, "sources", 24, 64, NULL, 0, "counts of sources do not add up");
  check_splice(MEAN, "sources", 24, 8, NULL, 0, "counts of sources do not add up");
  check_splice(MEAN, "sources", 24, 0, numbers, 8, "counts of sources do not add up");
  check_splice(MEAN, "interval", 8, 8, NULL, 0, "intervals are of other models");
  check_splice(MEAN, "interval", 8, 0, numbers, 8, "intervals are of other models");
  check_splice(MEAN, "interval", 0, 40, NULL, 0, "'interval' has an impossible size");
  check_splice(MEAN, "interval", 8, 32, NULL, 0, "intervals are of other models");

  size_t size;
  unsigned char *bytes = example_bytes(MEAN, &size); /* one source model: no degree of freedom */
  core_store64(bytes + find(bytes, size, "counts") + 8, 1);
  splice_payload(&bytes, &size, "interval", 8, 24, NULL, 0);
  check_refused(bytes, size, "intervals are impossible");
  free(bytes);

  bytes = example_bytes(POLY, &size);
  splice_payload(&bytes, &size, "method", 0, 8, long_name, 24);
  core_store64(bytes + find(bytes, size, "method") - 8, 24);
  mend_checksum(bytes, size);
  check_refused(bytes, size, "no proper name");
  core_store64(bytes + find(bytes, size, "method") - 8, 23);
  bytes[find(bytes, size, "method") + 23] = 0;
  mend_checksum(bytes, size);
  check_refused(bytes, size, "predictor 'abcdefghijklmnopqrstuvw', which");
  free(bytes);

  for (uint64_t odd = 1; odd < 8; odd++) { /* what is cut off lies behind the section and is not zero */
    check_forgery(POLY, "shares", -8, 5 * 8 - odd, "something behind a section");
  }
}

Test(fit_blob, sections_come_once_and_in_any_order) {
  static const char *const tags[] = {"method", "settings", "counts", "range",   "ids",     "params",
                                     "shares", "interval", "spread", "sources", "expected"};
  double answers[] = {1, 5, 2.5, 4, 3.125};
  coreset_fit *fit = example(KRR_BLUP), *read;
  for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
    char reason[64];
    size_t size;
    unsigned char *bytes = example_bytes(KRR_BLUP, &size);
    size_t at = find(bytes, size, tags[i]) - HEAD, length = section_size(bytes + at);
    unsigned char *section = malloc(length);
    memcpy(section, bytes + at, length);

    splice(&bytes, &size, at, length, NULL, 0); /* missing */
    snprintf(reason, sizeof(reason), "'%s' is missing", tags[i]);
    if (i < 7) {
      check_refused(bytes, size, reason);
    } else if (strcmp(tags[i], "interval") == 0) { /* which the spread goes with */
      check_refused(bytes, size, "mean difference of answers is impossible");
    } else {
      cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
      cr_assert_eq(read->expected == NULL, strcmp(tags[i], "expected") == 0);
      cr_assert_eq(read->interval->spread > 0, strcmp(tags[i], "spread") != 0);
      cr_assert_eq(read->out_of_fold == NULL, strcmp(tags[i], "sources") == 0);
      cr_assert_eq(predict(fit, answers), predict(read, answers));
      coreset_fit_free(read);
    }

    splice(&bytes, &size, size, 0, section, length); /* the last */
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
    cr_assert(read->interval != NULL && read->expected != NULL);
    cr_assert_eq(predict(fit, answers), predict(read, answers));
    coreset_fit_free(read);

    splice(&bytes, &size, FRAME, 0, section, length); /* the first and the last */
    snprintf(reason, sizeof(reason), "'%s' comes twice", tags[i]);
    check_refused(bytes, size, reason);
    splice(&bytes, &size, FRAME, length, NULL, 0);

    memset(section, 0, HEAD); /* no name */
    splice(&bytes, &size, at, 0, section, HEAD);
    check_refused(bytes, size, "no beginning");
    free(section);
    free(bytes);
  }
  coreset_fit_free(fit);
}

Test(fit_blob, unknown_sections_are_skipped) {
  /* of no byte, of 5 and of 8, and with tags that begin or end like one that is known */
  static const char tags[][9] = {"x", "extended", "param", "paramss", "range\0x", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"};
  double answers[] = {1, 5, 2.5, 4, 3.125};
  for (size_t number = POLY; number <= KRR_BLUP_IRT; number++) {
    coreset_fit *fit = example(number), *read;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
      for (size_t payload = 0; payload < 9; payload += payload == 5 ? 3 : 5) {
        size_t size, at = FRAME;
        unsigned char *bytes = example_bytes(number, &size), section[HEAD + 8] = {0};
        memcpy(section, tags[i], 8);
        core_store64(section + 8, payload);
        memset(section + HEAD, 0xA5, payload);
        size_t length = HEAD + (payload + 7) / 8 * 8;
        while (at < size) { /* before each section */
          size_t known = section_size(bytes + at);
          splice(&bytes, &size, at, 0, section, length);
          at += length + known;
        }
        splice(&bytes, &size, size, 0, section, length);
        cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_OK);
        cr_assert_eq(predict(fit, answers), predict(read, answers));
        cr_assert_eq(read->interval != NULL, fit->interval != NULL);
        coreset_fit_free(read);
        if (payload == 5) { /* what fills it up must be zero, there too */
          bytes[FRAME + HEAD + 7] = 1;
          mend_checksum(bytes, size);
          check_refused(bytes, size, "something behind a section");
        }
        free(bytes);
      }
    }
    coreset_fit_free(fit);
  }
}

Test(fit_blob, parameter_count_zero_with_an_impossible_number_of_models) {
  /* models (questions + 1) overflows, and must not pass for no parameters */
  size_t size;
  unsigned char *bytes = example_bytes(POLY, &size);
  coreset_fit *read;
  splice_payload(&bytes, &size, "params", 0, 8 * 4 * 6, NULL, 0); /* models x (questions + 1) */
  cr_assert_eq(core_load64(bytes + find(bytes, size, "params") - 8), 0);
  for (size_t i = 0; i < 64; i++) {
    core_store64(bytes + find(bytes, size, "counts") + 8, UINT64_C(1) << i);
    mend_checksum(bytes, size);
    cr_assert_eq(read_copy(bytes, size, &read, NULL), CORESET_CORRUPT);
  }
  free(bytes);
}
