/*
** id.c: identifiers, and sorted lists of them.
**
** Integers come before texts, integers by value, texts by bytes: the order of
** SQLite's BINARY collation. A text may hold any bytes and may be empty.
*/
#include <stdio.h>
#include <string.h>

#include "matrix/id.h"

int coreset_id_compare(const coreset_id *a, const coreset_id *b) {
  size_t shorter = a->length < b->length ? a->length : b->length;
  int order;
  if (a->text == NULL || b->text == NULL) {
    if (a->text != NULL) return 1;
    if (b->text != NULL) return -1;
    return (a->integer > b->integer) - (a->integer < b->integer);
  }
  order = shorter > 0 ? memcmp(a->text, b->text, shorter) : 0;
  return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

coreset_status core_id_list_allocate(coreset_context *context, size_t integer_count, size_t text_count,
                                     size_t text_size, core_id_list *list) {
  memset(list, 0, sizeof(*list));
  if ((list->integers = core_allocate(context, integer_count, sizeof(*list->integers))) == NULL ||
      (list->ends = core_allocate(context, text_count, sizeof(*list->ends))) == NULL ||
      (list->text = core_allocate(context, text_size, 1)) == NULL) {
    return CORESET_NO_MEMORY;
  }
  list->integer_count = integer_count;
  list->count = integer_count + text_count;
  return CORESET_OK;
}

coreset_status core_id_list_build(coreset_context *context, const coreset_id *ids, size_t count, core_id_list *list) {
  size_t integers = 0, text_size = 0, end = 0;
  coreset_status status;
  for (size_t i = 0; i < count; i++) {
    if (ids[i].text == NULL) {
      integers++;
    } else {
      text_size += ids[i].length;
    }
  }
  status = core_id_list_allocate(context, integers, count - integers, text_size, list);
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < integers; i++) list->integers[i] = ids[i].integer;
  for (size_t i = integers; i < count; i++) {
    memcpy(list->text + end, ids[i].text, ids[i].length);
    end += ids[i].length;
    list->ends[i - integers] = (uint32_t)end;
  }
  return CORESET_OK;
}

void core_id_list_release(core_id_list *list) {
  coreset_free(list->integers);
  coreset_free(list->ends);
  coreset_free(list->text);
  memset(list, 0, sizeof(*list));
}

coreset_id core_id_list_get(const core_id_list *list, size_t index) {
  coreset_id id = {NULL, 0, 0};
  if (index < list->integer_count) {
    id.integer = list->integers[index];
  } else {
    size_t text = index - list->integer_count;
    size_t start = text > 0 ? list->ends[text - 1] : 0;
    id.text = list->text + start;
    id.length = list->ends[text] - start;
  }
  return id;
}

ptrdiff_t core_id_list_find(const core_id_list *list, const coreset_id *id) {
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    coreset_id candidate = core_id_list_get(list, middle);
    int order = coreset_id_compare(&candidate, id);
    if (order == 0) return (ptrdiff_t)middle;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return -1;
}

size_t core_id_list_text_size(const core_id_list *list) {
  size_t texts = list->count - list->integer_count;
  return texts > 0 ? list->ends[texts - 1] : 0;
}

const char *core_id_format(const coreset_id *id, char text[CORE_ID_TEXT_SIZE]) {
  size_t shown;
  if (id->text == NULL) {
    snprintf(text, CORE_ID_TEXT_SIZE, "%lld", (long long)id->integer);
    return text;
  }
  shown = id->length;
  if (shown > CORE_ID_TEXT_SIZE - 8) {
    shown = CORE_ID_TEXT_SIZE - 8;
    /* not in the middle of a UTF-8 character */
    while (shown > 0 && ((unsigned char)id->text[shown] & 0xC0) == 0x80) shown--;
    snprintf(text, CORE_ID_TEXT_SIZE, "'%.*s...'", (int)shown, id->text);
  } else {
    snprintf(text, CORE_ID_TEXT_SIZE, "'%.*s'", (int)shown, id->text);
  }
  return text;
}
