/*
** test_base.c: memory that can be refused, lists of methods and their options, and the frame of
** what is kept as bytes.
*/
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blob.h"
#include "base/memory.h"
#include "base/method.h"

/* ------------------------------------------------------------------------
** memory.h
*/

/* Refuses allocation number *data, counting down. */
static int refuse_at_zero(void *data, size_t byte_count) {
  (void)byte_count;
  return (*(int *)data)-- == 0;
}

/* Refuses nothing, but adds up what is asked for. */
static int add_up(void *data, size_t byte_count) {
  *(size_t *)data += byte_count;
  return 0;
}

/* Whether memory is aligned and all zero; overwrites it. */
static int is_fresh(void *memory, size_t byte_count) {
  unsigned char *bytes = memory;
  int fresh = (uintptr_t)bytes % 64 == 0;
  for (size_t i = 0; i < byte_count; i++) fresh &= bytes[i] == 0;
  memset(bytes, 0xA5, byte_count);
  return fresh;
}

static const size_t sizes[] = {0, 1, 63, 64, 65, 4096, 100000, (2 << 20) - 1, 2 << 20, 5 << 20};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

Test(memory, is_zeroed_and_aligned) {
  coreset_context context = {0};
  core_arena arena = {0};
  for (int round = 0; round < 3; round++) { /* the later rounds find what the first one left */
    for (size_t i = 0; i < SIZES; i++) {
      void *bytes = core_allocate(&context, 1, sizes[i]);
      cr_assert(bytes != NULL && is_fresh(bytes, sizes[i]), "%zu bytes", sizes[i]);
      coreset_free(bytes);
      bytes = core_take(&context, &arena, sizes[i], 1);
      cr_assert(bytes != NULL && is_fresh(bytes, sizes[i]), "%zu bytes", sizes[i]);
      bytes = core_take_matrix(&context, &arena, sizes[i], 3, 2);
      cr_assert(bytes != NULL && is_fresh(bytes, 6 * sizes[i]), "%zu bytes", 6 * sizes[i]);
    }
    cr_assert_eq(arena.status, CORESET_OK);
    core_release(&arena);
    cr_assert(arena.newest == NULL && arena.status == CORESET_OK);
  }
}

/* So large that it comes from the system as zeros; given back, dropped, and refused. */
Test(memory, large_pieces) {
  coreset_context context = {0};
  core_arena arena = {0};
  size_t count = (size_t)80 << 20;
  unsigned char *first = core_take(&context, &arena, count, 1), *second = core_take(&context, &arena, count / 8, 8);
  cr_assert(first != NULL && second != NULL);
  cr_assert_eq((uintptr_t)first % 64, 0);
  for (size_t i = 0; i < count; i += 4093) cr_assert_eq(first[i] | second[i], 0);
  memset(first, 1, count);
  memset(second, 2, count);
  cr_assert_eq(first[count - 1], 1);
  cr_assert_null(core_drop(&arena, first));
  cr_assert_eq(second[0], 2);
  core_release(&arena);
}

Test(memory, pieces_of_nothing_are_distinct) {
  coreset_context context = {0};
  core_arena arena = {0};
  void *first = core_take(&context, &arena, 0, 8), *second = core_take_matrix(&context, &arena, 0, 5, 8);
  cr_assert(first != NULL && second != NULL && first != second);
  core_release(&arena);
}

Test(memory, a_refusal_is_remembered) {
  enum { PIECES = 6 };
  for (int allowed = 0; allowed <= PIECES; allowed++) {
    int countdown = allowed;
    coreset_context context = {.refuse_allocation = refuse_at_zero, .refuse_allocation_data = &countdown};
    core_arena arena = {0};
    for (int piece = 0; piece < PIECES; piece++) {
      double *numbers = piece % 2 ? core_take_matrix(&context, &arena, 3, 4, sizeof(double))
                                  : core_take(&context, &arena, 12, sizeof(double));
      cr_assert_eq(numbers == NULL, piece >= allowed, "piece %d, %d allowed", piece, allowed);
      cr_assert_eq(arena.status, piece < allowed ? CORESET_OK : CORESET_NO_MEMORY);
      if (numbers != NULL) cr_assert(is_fresh(numbers, 12 * sizeof(double)));
    }
    cr_assert_str_eq(context.message, allowed < PIECES ? "out of memory" : "");
    cr_assert_eq(countdown, allowed < PIECES ? -1 : 0); /* nobody is asked again after a refusal */
    core_release(&arena);
    cr_assert(arena.newest == NULL && arena.status == CORESET_OK);
    if (allowed == PIECES) continue;
    cr_assert_not_null(core_take(&context, &arena, 1, 1)); /* it may be used again */
    core_release(&arena);
  }
}

Test(memory, sizes_that_overflow_are_refused) {
  static const size_t products[][3] = {{SIZE_MAX, 1, 8},         {SIZE_MAX, 1, 1},
                                       {SIZE_MAX / 8 + 1, 1, 8}, {(size_t)1 << 32, 1, (size_t)1 << 32},
                                       {PTRDIFF_MAX, 1, 1},      {(size_t)1 << 32, (size_t)1 << 32, 1},
                                       {SIZE_MAX, 2, 1},         {(size_t)1 << 31, (size_t)1 << 31, 8}};
  size_t asked = 0;
  for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
    size_t rows = products[i][0], columns = products[i][1], size = products[i][2];
    coreset_context context = {.refuse_allocation = add_up, .refuse_allocation_data = &asked};
    core_arena arena = {0};
    cr_assert_null(core_take_matrix(&context, &arena, rows, columns, size), "product %zu", i);
    cr_assert_eq(arena.status, CORESET_NO_MEMORY);
    cr_assert_str_eq(context.message, "out of memory");
    cr_assert_null(core_take(&context, &arena, 1, 1));
    core_release(&arena);
    if (columns > 1) continue;
    context.message[0] = 0;
    cr_assert_null(core_take(&context, &arena, rows, size));
    cr_assert_eq(arena.status, CORESET_NO_MEMORY);
    cr_assert_null(core_allocate(&context, rows, size));
    cr_assert_str_eq(context.message, "out of memory");
    core_release(&arena);
  }
  cr_assert_eq(asked, 0); /* whose size is no number is not asked for */
}

Test(memory, pieces_can_be_dropped_in_any_order) {
  static const size_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  coreset_context context = {0};
  for (size_t order = 0; order < 6; order++) {
    for (size_t dropped = 0; dropped <= 3; dropped++) {
      core_arena arena = {0};
      unsigned char *pieces[4];
      for (size_t i = 0; i < 3; i++) {
        pieces[i] = core_take(&context, &arena, 100, 1);
        memset(pieces[i], (int)i, 100);
      }
      core_drop(&arena, NULL);
      for (size_t i = 0; i < dropped; i++) {
        core_drop(&arena, pieces[orders[order][i]]);
        pieces[orders[order][i]] = NULL;
      }
      pieces[3] = core_take(&context, &arena, 100, 1); /* and used on */
      cr_assert(is_fresh(pieces[3], 100));
      for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; pieces[i] != NULL && k < 100; k++) cr_assert_eq(pieces[i][k], i);
      }
      cr_assert_eq(arena.status, CORESET_OK);
      core_release(&arena); /* the sanitizers see a piece that is released twice, or not at all */
    }
  }
}

Test(memory, an_object_lies_in_its_own_arena) {
  typedef struct object {
    core_arena arena;
    double *numbers;
    double number;
  } object;
  for (int allowed = 0; allowed <= 2; allowed++) {
    int countdown = allowed;
    coreset_context context = {.refuse_allocation = refuse_at_zero, .refuse_allocation_data = &countdown};
    object *made = core_object(&context, sizeof(*made));
    cr_assert_eq(made == NULL, allowed == 0);
    if (made == NULL) {
      cr_assert_str_eq(context.message, "out of memory");
      continue;
    }
    cr_assert((uintptr_t)made % 64 == 0 && made->numbers == NULL && fabs(made->number) == 0);
    cr_assert_eq(made->arena.status, CORESET_OK);
    made->numbers = core_take(&context, &made->arena, 1000, sizeof(double));
    cr_assert_eq(made->numbers == NULL, allowed == 1);
    cr_assert_eq(made->arena.status, allowed == 1 ? CORESET_NO_MEMORY : CORESET_OK);
    core_release(&made->arena);
  }
}

Test(memory, an_object_that_failed_is_released) {
  coreset_context context = {0};
  core_arena *made = core_object(&context, 1000);
  core_take(&context, made, 1000, 1);
  cr_assert_eq(core_made_object(CORESET_OK, made), made);
  cr_assert_eq(made->status, CORESET_OK);
  cr_assert_null(core_made_object(CORESET_ERROR, made)); /* the sanitizers see a piece that is left */
  cr_assert_null(core_made_object(CORESET_NO_MEMORY, NULL));
}

Test(memory, the_context_is_told_how_much) {
  size_t asked = 0;
  coreset_context context = {.refuse_allocation = add_up, .refuse_allocation_data = &asked};
  core_arena arena = {0};
  core_take(&context, &arena, 10, 8);
  core_take_matrix(&context, &arena, 10, 10, 8);
  cr_assert_eq(asked, 880);
  core_release(&arena);
}

Test(memory, arrays_grow) {
  coreset_context context = {0};
  void *array = NULL;
  size_t capacity = 0, before = 0, growths = 0;
  for (size_t count = 1; count <= 100000; count++) {
    cr_assert_eq(core_grow(&context, &array, &capacity, count, sizeof(size_t)), CORESET_OK);
    cr_assert_geq(capacity, count);
    if (capacity > before) {
      cr_assert_geq(capacity, before + before / 2);
      growths++;
    }
    before = capacity;
    ((size_t *)array)[count - 1] = count;
  }
  cr_assert_lt(growths, 30);
  for (size_t i = 0; i < 100000; i++) cr_assert_eq(((size_t *)array)[i], i + 1);
  coreset_free(array);
}

Test(memory, growing_can_fail) {
  int countdown = 1;
  coreset_context context = {.refuse_allocation = refuse_at_zero, .refuse_allocation_data = &countdown};
  void *array = NULL;
  size_t capacity = 0;
  cr_assert_eq(core_grow(&context, &array, &capacity, 5, sizeof(int)), CORESET_OK);
  for (size_t i = 0; i < 5; i++) ((int *)array)[i] = 7;
  void *kept = array;
  size_t kept_capacity = capacity;
  cr_assert_eq(core_grow(&context, &array, &capacity, capacity + 1, sizeof(int)), CORESET_NO_MEMORY);
  cr_assert_str_eq(context.message, "out of memory");
  cr_assert_eq(core_grow(&context, &array, &capacity, SIZE_MAX / 2, sizeof(int)), CORESET_NO_MEMORY);
  cr_assert(array == kept && capacity == kept_capacity); /* what there was is still there */
  for (size_t i = 0; i < 5; i++) cr_assert_eq(((int *)array)[i], 7);
  coreset_free(array);
}

/* ------------------------------------------------------------------------
** method.h
*/

static const char *const colours[] = {"red", "green", "blue", NULL};
static const coreset_option options[] = {
    {"count", CORESET_OPTION_INTEGER, -3, 12, NULL, {1, 5, 0}},
    {"ridge", CORESET_OPTION_REAL, 0.25, 8, NULL, {1, 0, 0.5}},
    {"colour", CORESET_OPTION_CHOICE, 0, 0, colours, {1, 1, 0}},
    {"seed", CORESET_OPTION_INTEGER, -0x1p63, 0x1p63, NULL, {0, 0, 0}},
};
enum { COUNT, RIDGE, COLOUR, SEED };
static const coreset_method plain = {.name = "plain"};
static const coreset_method painted = {.name = "painted_2", .options = options, .option_count = 4};
static const coreset_method *const methods[] = {&plain, &painted};
static const core_registry registry = {"painter", 2, methods};

Test(method, is_found_in_any_case) {
  static const char *const others[] = {"", "p", "plai", "plainer", "painted-2", "painted", "painted_22", "PLAIN "};
  cr_assert_eq(core_find_method(&registry, NULL), &plain);
  cr_assert_eq(core_find_method(&registry, "plain"), &plain);
  cr_assert_eq(core_find_method(&registry, "PLAIN"), &plain);
  cr_assert_eq(core_find_method(&registry, "painted_2"), &painted);
  cr_assert_eq(core_find_method(&registry, "pAiNtEd_2"), &painted);
  for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
    cr_assert_null(core_find_method(&registry, others[i]), "'%s'", others[i]);
  }
  cr_assert_null(core_find_method(&registry, "painted\x7f"
                                             "2")); /* '_' and DEL differ by one bit only */
}

Test(method, is_chosen_with_its_defaults) {
  coreset_context context = {0};
  coreset_choice choice;
  cr_assert_eq(core_choose(&context, &registry, NULL, &choice), CORESET_OK);
  cr_assert_eq(choice.method, &plain);
  cr_assert_eq(core_choose(&context, &registry, "Painted_2", &choice), CORESET_OK);
  cr_assert_eq(choice.method, &painted);
  cr_assert(choice.settings[COUNT].is_set && choice.settings[COUNT].integer == 5);
  cr_assert(choice.settings[RIDGE].is_set && fabs(choice.settings[RIDGE].real - 0.5) == 0);
  cr_assert(choice.settings[COLOUR].is_set && choice.settings[COLOUR].integer == 1);
  for (size_t i = SEED; i < CORESET_OPTION_LIMIT; i++) cr_assert(!choice.settings[i].is_set);
  cr_assert_eq(core_check_choice(&context, &registry, &choice), CORESET_OK);
  cr_assert_eq(core_choose(&context, &registry, "Pointed", &choice), CORESET_ERROR);
  cr_assert_str_eq(context.message, "there is no painter 'Pointed'");
}

Test(method, settings_are_found_by_name) {
  coreset_choice choice = core_default_choice(&painted), without = core_default_choice(&plain);
  cr_assert_eq(coreset_choice_setting(&choice, "count"), &choice.settings[COUNT]);
  cr_assert_eq(coreset_choice_setting(&choice, "Ridge"), &choice.settings[RIDGE]);
  cr_assert_eq(coreset_choice_setting(&choice, "SEED"), &choice.settings[SEED]);
  cr_assert_null(coreset_choice_setting(&choice, "see"));
  cr_assert_null(coreset_choice_setting(&choice, "seeds"));
  cr_assert_null(coreset_choice_setting(&choice, ""));
  cr_assert_null(coreset_choice_setting(&without, "count"));
}

/* Checks a choice with one setting changed: it is accepted where message is NULL. */
static void check_setting(size_t option, coreset_setting setting, const char *message) {
  coreset_context context = {0};
  coreset_choice choice = core_default_choice(&painted);
  choice.settings[option] = setting;
  cr_assert_eq(core_check_choice(&context, &registry, &choice), message == NULL ? CORESET_OK : CORESET_ERROR,
               "option %zu: %s", option, context.message);
  cr_assert_str_eq(context.message, message == NULL ? "" : message);
}

Test(method, settings_lie_within_their_bounds) {
  check_setting(COUNT, (coreset_setting){1, -3, NAN}, NULL);
  check_setting(COUNT, (coreset_setting){1, 12, 0}, NULL);
  check_setting(COUNT, (coreset_setting){1, -4, 0}, "count must be between -3 and 12, got -4");
  check_setting(COUNT, (coreset_setting){1, 13, 0}, "count must be between -3 and 12, got 13");
  check_setting(RIDGE, (coreset_setting){1, 99, 0.25}, NULL);
  check_setting(RIDGE, (coreset_setting){1, 0, 8}, NULL);
  check_setting(RIDGE, (coreset_setting){1, 1, 0.125}, "ridge must be between 0.25 and 8, got 0.125");
  check_setting(RIDGE, (coreset_setting){1, 1, 8.5}, "ridge must be between 0.25 and 8, got 8.5");
  check_setting(RIDGE, (coreset_setting){1, 1, INFINITY}, "ridge must be between 0.25 and 8, got inf");
  check_setting(RIDGE, (coreset_setting){1, 1, (double)NAN}, "ridge must be between 0.25 and 8, got nan");
  check_setting(COLOUR, (coreset_setting){1, 0, -5}, NULL);
  check_setting(COLOUR, (coreset_setting){1, 2, 0}, NULL);
  check_setting(COLOUR, (coreset_setting){1, -1, 0}, "colour must be between 0 and 2, got -1");
  check_setting(COLOUR, (coreset_setting){1, 3, 0}, "colour must be between 0 and 2, got 3");
  check_setting(SEED, (coreset_setting){1, INT64_MIN, 0}, NULL);
  check_setting(SEED, (coreset_setting){1, INT64_MAX, 0}, NULL);
}

Test(method, what_is_not_set_is_not_checked) {
  for (size_t option = COUNT; option <= SEED; option++) check_setting(option, (coreset_setting){0, 1000, NAN}, NULL);
}

/* Both ways to check a choice must refuse it with this message. */
static void check_stranger(const coreset_method *method, const char *message) {
  coreset_choice choice = {.method = method};
  coreset_context context = {0};
  cr_assert_eq(core_check_choice(&context, &registry, &choice), CORESET_ERROR);
  cr_assert_str_eq(context.message, message);
  context.message[0] = 0;
  cr_assert_eq(core_complete_choice(&context, &registry, &choice), CORESET_ERROR);
  cr_assert_str_eq(context.message, message);
}

Test(method, those_of_no_registry_are_refused) {
  static const coreset_method other = {.name = "sung"}, twin = {.name = "plain"};
  check_stranger(&other, "the painter must be one that coreset_painters() lists, got sung");
  check_stranger(&twin, "the painter must be one that coreset_painters() lists, got plain");
  check_stranger(NULL, "the painter must be one that coreset_painters() lists, got none");
}

Test(method, what_is_not_set_gets_its_default) {
  coreset_context context = {0};
  coreset_choice choice = {.method = &painted};
  choice.settings[RIDGE] = (coreset_setting){1, 0, 4};
  cr_assert_eq(core_complete_choice(&context, &registry, &choice), CORESET_OK);
  cr_assert(choice.settings[COUNT].is_set && choice.settings[COUNT].integer == 5);
  cr_assert(choice.settings[RIDGE].is_set && fabs(choice.settings[RIDGE].real - 4) == 0);
  cr_assert(choice.settings[COLOUR].is_set && choice.settings[COLOUR].integer == 1);
  for (size_t i = SEED; i < CORESET_OPTION_LIMIT; i++) cr_assert(!choice.settings[i].is_set);
  choice.settings[COUNT].integer = 13;
  cr_assert_eq(core_complete_choice(&context, &registry, &choice), CORESET_ERROR);
  cr_assert_str_eq(context.message, "count must be between -3 and 12, got 13");
}

/* ------------------------------------------------------------------------
** blob.h
*/

#define HEADER_SIZE (CORE_FRAME_SIZE + 8)
#define BLOB_SIZE ((size_t)50)
static const core_format format = {"painted", "painting", "paint()", "; paint it again", 7, HEADER_SIZE};

/* A sealed blob. */
static void make_blob(unsigned char bytes[BLOB_SIZE]) {
  for (size_t i = 0; i < BLOB_SIZE; i++) bytes[i] = (unsigned char)(3 * i + 1);
  coreset_context context = {0};
  cr_assert_eq(core_blob_seal(&context, &format, 0x80000005U, bytes, BLOB_SIZE), CORESET_OK);
}

/* Opening so many of the bytes must fail with this message. */
static void assert_refused(const unsigned char *bytes, size_t size, const char *message) {
  coreset_context context = {0};
  uint32_t flags;
  cr_assert_eq(core_blob_open(&context, &format, bytes, size, &flags), CORESET_CORRUPT);
  cr_assert_str_eq(context.message, message);
}

Test(blob, what_was_sealed_opens) {
  coreset_context context = {0};
  unsigned char bytes[BLOB_SIZE];
  uint32_t flags = 0;
  make_blob(bytes);
  for (size_t i = CORE_FRAME_SIZE; i < BLOB_SIZE; i++) cr_assert_eq(bytes[i], (unsigned char)(3 * i + 1));
  cr_assert(core_blob_recognise(&format, bytes, BLOB_SIZE));
  cr_assert_eq(core_blob_open(&context, &format, bytes, BLOB_SIZE, &flags), CORESET_OK);
  cr_assert_eq(flags, 0x80000005U);
  cr_assert_eq(core_blob_verify(&context, &format, bytes, BLOB_SIZE), CORESET_OK);
  cr_assert_str_eq(context.message, "");
  cr_assert_arr_eq(bytes, "painted\0\7\0\0\0\5\0\0\x80\x32\0\0\0\0\0\0\0", 24); /* the same on every host */
}

Test(blob, other_bytes_are_not_recognised) {
  unsigned char bytes[BLOB_SIZE];
  make_blob(bytes);
  cr_assert(core_blob_recognise(&format, bytes, 8)); /* whatever their state */
  cr_assert(!core_blob_recognise(&format, bytes, 7) && !core_blob_recognise(&format, NULL, 0));
  assert_refused(bytes, 7, "these 7 bytes are not a painting, as made by paint()");
  assert_refused(NULL, 0, "these 0 bytes are not a painting, as made by paint()");
  for (size_t i = 0; i < 8; i++) {
    make_blob(bytes);
    bytes[i] ^= 0x20;
    cr_assert(!core_blob_recognise(&format, bytes, BLOB_SIZE));
    assert_refused(bytes, BLOB_SIZE, "these 50 bytes are not a painting, as made by paint()");
  }
}

Test(blob, other_versions_are_not_read) {
  core_format silent = format;
  coreset_context context = {0};
  unsigned char bytes[BLOB_SIZE];
  uint32_t flags;
  make_blob(bytes);
  bytes[11] = 0xFF;
  assert_refused(bytes, BLOB_SIZE,
                 "this painting has format version 4278190087, this program reads version 7; paint it again");
  silent.advice = "";
  cr_assert_eq(core_blob_open(&context, &silent, bytes, BLOB_SIZE, &flags), CORESET_CORRUPT);
  cr_assert_str_eq(context.message, "this painting has format version 4278190087, this program reads version 7");
}

Test(blob, the_size_must_be_right) {
  unsigned char bytes[BLOB_SIZE + 1] = {0};
  make_blob(bytes);
  for (size_t size = 8; size < HEADER_SIZE; size++) {
    assert_refused(bytes, size, "this painting is damaged: it is truncated");
  }
  assert_refused(bytes, HEADER_SIZE, "this painting is truncated: 40 of 50 bytes");
  assert_refused(bytes, BLOB_SIZE - 1, "this painting is truncated: 49 of 50 bytes");
  assert_refused(bytes, BLOB_SIZE + 1, "this painting is damaged: its counts do not add up to its size");
  bytes[23] = 0xFF;
  assert_refused(bytes, BLOB_SIZE, "this painting is truncated: 50 of 18374686479671623730 bytes");
}

Test(blob, every_changed_bit_is_noticed) {
  coreset_context context = {0};
  unsigned char bytes[BLOB_SIZE];
  for (size_t bit = 0; bit < 8 * BLOB_SIZE; bit++) {
    make_blob(bytes);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    context.message[0] = 0;
    cr_assert_eq(core_blob_verify(&context, &format, bytes, BLOB_SIZE), CORESET_CORRUPT, "bit %zu", bit);
    cr_assert_str_eq(context.message, "this painting is damaged: its checksum does not match");
  }
}

Test(blob, a_reader_adds_its_own_reasons) {
  coreset_context context = {0};
  cr_assert_eq(core_blob_damaged(&context, &format, "its frame is bent"), CORESET_CORRUPT);
  cr_assert_str_eq(context.message, "this painting is damaged: its frame is bent");
}
