/*
** test_intern.c: numbers for identifiers, and their order.
*/
#include <stdio.h>

#include "base/siphash.h"
#include "matrices.h"
#include "matrix/intern.h"

/* Adds an identifier from memory that ends where its bytes end. */
static uint32_t add(core_intern *intern, const char *text, size_t length) {
  coreset_context context = {0};
  char *copy = malloc(length + 1);
  coreset_id id = {copy + 1, length, 0};
  uint32_t index = CORE_INTERN_NONE;
  memcpy(copy + 1, text, length);
  cr_assert_eq(core_intern_add(&context, intern, &id, &index), CORESET_OK);
  free(copy);
  return index;
}

/* Every length up to 40, every byte of it in turn different: all are distinct. */
Test(intern, texts_around_words) {
  core_intern intern = {0};
  uint32_t expected = 0;
  for (uint32_t pass = 0; pass < 3; pass++) { /* new; known, by the followers; known, by hash */
    expected = 0;
    for (size_t length = 0; length <= 40; length++) {
      char text[40];
      memset(text, 'a', sizeof(text));
      if (pass == 2) intern.last = 0; /* whose follower is no longer the next one */
      cr_assert_eq(add(&intern, text, length), expected++);
      for (size_t at = 0; at < length; at++) {
        text[at] = 0;
        if (pass == 2) intern.last = 0;
        cr_assert_eq(add(&intern, text, length), expected++);
        text[at] = (char)0xE1;
        if (pass == 2) intern.last = 0;
        cr_assert_eq(add(&intern, text, length), expected++);
        text[at] = 'a';
      }
    }
  }
  cr_assert_eq(intern.count, expected);
  core_intern_release(&intern);
}

Test(intern, integers_and_texts_differ) {
  coreset_context context = {0};
  core_intern intern = {0};
  static const int64_t integers[] = {0, -1, 5, INT64_MIN, INT64_MAX, UINT32_MAX};
  for (uint32_t pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < 6; i++) {
      uint32_t index;
      coreset_id id = {NULL, 0, integers[i]};
      cr_assert_eq(core_intern_add(&context, &intern, &id, &index), CORESET_OK);
      cr_assert_eq(index, i);
    }
    cr_assert_eq(add(&intern, "", 0), 6);
    cr_assert_eq(add(&intern, "5", 1), 7);
    cr_assert_eq(add(&intern, "\0\0\0\0\0\0\0\0", 8), 8);
  }
  core_intern_release(&intern);
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(a, b);
}

/* Many identifiers in a random stream against a table that is searched from its start. */
Test(intern, numbers_follow_appearance_and_ranks_the_order) {
  coreset_context context = {0};
  core_intern intern = {0};
  static char known[700][16], sorted_texts[700][16];
  uint64_t generator = 8;
  size_t count = 0;
  core_arena list_arena = {0};
  core_id_list sorted;
  for (size_t i = 0; i < 20000; i++) {
    char text[16];
    size_t expected = 0;
    snprintf(text, sizeof(text), "%x", (unsigned)(core_splitmix(&generator) % 700 * 2654435761u));
    while (expected < count && strcmp(known[expected], text) != 0) expected++;
    if (expected == count) strcpy(known[count++], text);
    cr_assert_eq(add(&intern, text, strlen(text)), expected);
  }
  cr_assert_eq(intern.count, count);
  cr_assert_eq(core_intern_sort(&context, &intern, &list_arena, &sorted), CORESET_OK);
  memcpy(sorted_texts, known, sizeof(known));
  qsort(sorted_texts, count, sizeof(sorted_texts[0]), compare_texts);
  for (size_t i = 0; i < count; i++) {
    coreset_id id = core_id_list_get(&sorted, intern.ranks[i]);
    cr_assert(id.length == strlen(known[i]) && memcmp(id.text, known[i], id.length) == 0);
    id = core_id_list_get(&sorted, i);
    cr_assert(id.length == strlen(sorted_texts[i]) && memcmp(id.text, sorted_texts[i], id.length) == 0);
  }
  core_release(&list_arena);
  core_intern_release(&intern);
}

/* What Python's hash() gives for these words as bytes where PYTHONHASHSEED is 0: it is the same function. */
Test(intern, hashes_as_published) {
  static const uint64_t key[2] = {0, 0};
  static const uint64_t expected[] = {UINT64_C(0x8662046E52264DB8), UINT64_C(0xE75BFF64B89E365B),
                                      UINT64_C(0xF7461F2FEDF1DC51), UINT64_C(0xFF6A0F42BDF6F42D)};
  for (size_t words = 1; words <= 4; words++) {
    core_siphash state = core_siphash_begin(key);
    for (size_t i = 0; i < words; i++) core_siphash_add(&state, UINT64_C(0x0123456789ABCDEF) * (i + 1));
    cr_assert_eq(core_siphash_end(&state), expected[words - 1], "%zu words", words);
  }
}

/* The place of an identifier in the table, as it is found by its hash. */
static uint32_t hash_in(const core_intern *intern, uint32_t index) {
  for (size_t i = 0; i < intern->slot_count; i++) {
    if (intern->slots[i].rank == index + 1) return intern->slots[i].hash;
  }
  return 0;
}

/* Each half of the context's key changes the hash of integers and of texts of every length, and numbers and order
** are the same with every key. */
Test(intern, hash_depends_on_the_key) {
  static const uint64_t keys[3][2] = {{0, 0}, {1, 0}, {0, 1}};
  core_intern interns[3] = {{0}, {0}, {0}};
  for (size_t k = 0; k < 3; k++) {
    coreset_context context = {.hash_key = {keys[k][0], keys[k][1]}};
    for (uint32_t i = 0; i < 60; i++) {
      coreset_id id =
          i < 30 ? (coreset_id){NULL, 0, (int64_t)i << i} : (coreset_id){"a text with more than two words", i - 30, 0};
      uint32_t index;
      cr_assert_eq(core_intern_add(&context, &interns[k], &id, &index), CORESET_OK);
      cr_assert_eq(index, i);
    }
  }
  for (uint32_t i = 0; i < 60; i++) {
    uint32_t hash = hash_in(&interns[0], i);
    cr_assert_neq(hash_in(&interns[1], i), hash, "identifier %u", i);
    cr_assert_neq(hash_in(&interns[2], i), hash, "identifier %u", i);
  }
  for (size_t k = 0; k < 3; k++) core_intern_release(&interns[k]);
}
