/*
** id.c: identifiers, and sorted lists of them.
**
** Integers come before texts, integers by value, texts by bytes: the order of
** SQLite's BINARY collation. A text may hold any bytes and may be empty.
*/
#include "matrix/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_SHOWN ((size_t)CORE_ID_TEXT_SIZE - 8) /* leaves room for quotes, three dots and the final zero */

int coreset_id_compare(const coreset_id *a, const coreset_id *b) {
  if (a->text == NULL || b->text == NULL) {
    if (a->text != NULL) return 1;
    if (b->text != NULL) return -1;
    return (a->integer > b->integer) - (a->integer < b->integer);
  }
  size_t shorter = a->length < b->length ? a->length : b->length;
  int order = shorter > 0 ? memcmp(a->text, b->text, shorter) : 0;
  return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

coreset_status core_id_list_allocate(coreset_context *context, core_arena *arena, size_t integer_count,
                                     size_t text_count, size_t text_size, core_id_list *list) {
  list->count = integer_count + text_count;
  list->integer_count = integer_count;
  list->integers = core_take(context, arena, integer_count, sizeof(*list->integers));
  list->ends = core_take(context, arena, text_count, sizeof(*list->ends));
  list->text = core_take(context, arena, text_size, 1);
  return arena->status;
}

coreset_status core_id_list_build(coreset_context *context, core_arena *arena, const coreset_id *ids, size_t count,
                                  core_id_list *list) {
  size_t integers = 0, text_size = 0, end = 0;
  for (size_t i = 0; i < count; i++) {
    integers += ids[i].text == NULL;
    text_size += ids[i].text == NULL ? 0 : ids[i].length;
  }
  coreset_status status = core_id_list_allocate(context, arena, integers, count - integers, text_size, list);
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < integers; i++) list->integers[i] = ids[i].integer;
  for (size_t i = integers; i < count; i++) {
    memcpy(list->text + end, ids[i].text, ids[i].length);
    end += ids[i].length;
    list->ends[i - integers] = (uint32_t)end;
  }
  return CORESET_OK;
}

coreset_id core_id_list_get(const core_id_list *list, size_t index) {
  if (index < list->integer_count) return (coreset_id){.integer = list->integers[index]};
  size_t text = index - list->integer_count;
  size_t start = text > 0 ? list->ends[text - 1] : 0;
  return (coreset_id){.text = list->text + start, .length = list->ends[text] - start};
}

ptrdiff_t core_id_list_find(const core_id_list *list, const coreset_id *id) {
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    coreset_id candidate = core_id_list_get(list, middle);
    int order = coreset_id_compare(&candidate, id);
    if (order == 0) return (ptrdiff_t)middle;
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return -1;
}

size_t core_id_list_text_size(const core_id_list *list) {
  size_t texts = list->count - list->integer_count;
  return texts > 0 ? list->ends[texts - 1] : 0;
}

const char *core_id_format(const coreset_id *id, char text[CORE_ID_TEXT_SIZE]) {
  size_t shown = id->length < LONGEST_SHOWN ? id->length : LONGEST_SHOWN;
  if (id->text == NULL) {
    snprintf(text, CORE_ID_TEXT_SIZE, "%lld", (long long)id->integer);
    return text;
  }
  /* not cut in the middle of a UTF-8 character, whose bytes but the first begin with the bits 10 */
  while (shown > 0 && shown < id->length && ((unsigned char)id->text[shown] & 0xC0) == 0x80) shown--;
  const char *zero = memchr(id->text, 0, shown); /* behind which no message would go on */
  if (zero != NULL) {
    snprintf(text, CORE_ID_TEXT_SIZE, "'%s\\0...'", id->text);
  } else {
    snprintf(text, CORE_ID_TEXT_SIZE, "'%.*s%s'", (int)shown, id->text, shown < id->length ? "..." : "");
  }
  return text;
}

int core_id_twin(const coreset_id *id, char digits[CORE_TWIN_SIZE], coreset_id *twin) {
  *twin = (coreset_id){NULL, 0, id->integer};
  if (id->text != NULL) {
    if (id->length >= CORE_TWIN_SIZE) return 0;
    memcpy(digits, id->text, id->length);
    digits[id->length] = 0;
    twin->integer = strtoll(digits, NULL, 10); /* of other texts whatever: they are not what it writes */
  }
  size_t length = (size_t)snprintf(digits, CORE_TWIN_SIZE, "%lld", (long long)twin->integer);
  if (id->text != NULL) return length == id->length && memcmp(digits, id->text, length) == 0;
  *twin = (coreset_id){digits, length, 0};
  return 1;
}
