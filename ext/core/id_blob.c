/*
** id_blob.c: sorted lists of identifiers as bytes, part of every format.
*/
#include "id_blob.h"

#include <string.h>

#include "bytes.h"

#define COUNT_LIMIT (UINT64_C(1) << 31) /* identifiers of one kind */
#define TEXT_LIMIT (UINT64_C(1) << 32)  /* bytes of text */

coreset_id_counts coreset_id_list_counts(const coreset_id_list *list) {
  coreset_id_counts counts;
  counts.integers = list->integer_count;
  counts.texts = list->count - list->integer_count;
  counts.text_bytes = coreset_id_list_text_size(list);
  return counts;
}

void coreset_id_counts_store(unsigned char *bytes, const coreset_id_counts *counts) {
  coreset_store64(bytes, counts->integers);
  coreset_store64(bytes + 8, counts->texts);
  coreset_store64(bytes + 16, counts->text_bytes);
}

int coreset_id_counts_load(const unsigned char *bytes, coreset_id_counts *counts) {
  counts->integers = coreset_load64(bytes);
  counts->texts = coreset_load64(bytes + 8);
  counts->text_bytes = coreset_load64(bytes + 16);
  return counts->integers < COUNT_LIMIT && counts->texts < COUNT_LIMIT && counts->text_bytes < TEXT_LIMIT;
}

int coreset_id_counts_size(const coreset_id_counts *counts, uint64_t *size) {
  uint64_t integers, texts;
  return !__builtin_mul_overflow(counts->integers, (uint64_t)8, &integers) &&
         !__builtin_mul_overflow(counts->texts, (uint64_t)4, &texts) &&
         !__builtin_add_overflow(integers, texts, size) && !__builtin_add_overflow(*size, counts->text_bytes, size);
}

void coreset_id_list_store(unsigned char *bytes, const coreset_id_list *list) {
  size_t texts = list->count - list->integer_count, text_size = coreset_id_list_text_size(list), i;
  for (i = 0; i < list->integer_count; i++, bytes += 8) coreset_store64(bytes, (uint64_t)list->integers[i]);
  for (i = 0; i < texts; i++, bytes += 4) coreset_store32(bytes, list->ends[i]);
  if (text_size > 0) memcpy(bytes, list->text, text_size);
}

coreset_status coreset_id_list_load(coreset_context *context, const unsigned char *bytes,
                                    const coreset_id_counts *counts, coreset_id_list *list, const char **reason) {
  coreset_status status = coreset_id_list_allocate(context, (size_t)counts->integers, (size_t)counts->texts,
                                                   (size_t)counts->text_bytes, list);
  uint32_t end = 0;
  size_t i;
  if (status != CORESET_OK) return status;
  for (i = 0; i < counts->integers; i++, bytes += 8) list->integers[i] = (int64_t)coreset_load64(bytes);
  for (i = 0; i < counts->texts; i++, bytes += 4) {
    list->ends[i] = coreset_load32(bytes);
    if (list->ends[i] < end || list->ends[i] > counts->text_bytes) {
      *reason = "its identifiers overlap";
      return CORESET_CORRUPT;
    }
    end = list->ends[i];
  }
  if (end != counts->text_bytes) {
    *reason = "its identifiers do not fill their place";
    return CORESET_CORRUPT;
  }
  if (counts->text_bytes > 0) memcpy(list->text, bytes, (size_t)counts->text_bytes);
  for (i = 1; i < list->count; i++) {
    coreset_id before = coreset_id_list_get(list, i - 1), id = coreset_id_list_get(list, i);
    if (coreset_id_compare(&before, &id) >= 0) {
      *reason = "its identifiers are not in order";
      return CORESET_CORRUPT;
    }
  }
  return CORESET_OK;
}
