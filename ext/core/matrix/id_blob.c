/*
** id_blob.c: sorted lists of identifiers as bytes, part of every format.
*/
#include "matrix/id_blob.h"

#include <string.h>

#include "base/bytes.h"
#include "base/checksum.h"

#define COUNT_LIMIT (UINT64_C(1) << 31) /* identifiers of one kind */
#define TEXT_LIMIT (UINT64_C(1) << 32)  /* bytes of text */
#define HASH_HOLE_SIZE ((size_t)8)      /* ahead of what is hashed: the place that a checksum leaves out */

core_id_counts core_id_list_counts(const core_id_list *list) {
  return (core_id_counts){list->integer_count, list->count - list->integer_count, core_id_list_text_size(list)};
}

void core_id_counts_store(unsigned char *bytes, const core_id_counts *counts) {
  core_store64(bytes, counts->integers);
  core_store64(bytes + 8, counts->texts);
  core_store64(bytes + 16, counts->text_bytes);
}

int core_id_counts_load(const unsigned char *bytes, core_id_counts *counts) {
  counts->integers = core_load64(bytes);
  counts->texts = core_load64(bytes + 8);
  counts->text_bytes = core_load64(bytes + 16);
  return counts->integers < COUNT_LIMIT && counts->texts < COUNT_LIMIT && counts->text_bytes < TEXT_LIMIT;
}

int core_id_counts_size(const core_id_counts *counts, uint64_t *size) {
  uint64_t integers, texts;
  return !__builtin_mul_overflow(counts->integers, (uint64_t)8, &integers) &&
         !__builtin_mul_overflow(counts->texts, (uint64_t)4, &texts) &&
         !__builtin_add_overflow(integers, texts, size) && !__builtin_add_overflow(*size, counts->text_bytes, size);
}

void core_id_list_store(unsigned char *bytes, const core_id_list *list) {
  size_t texts = list->count - list->integer_count, text_size = core_id_list_text_size(list);
  for (size_t i = 0; i < list->integer_count; i++, bytes += 8) core_store64(bytes, (uint64_t)list->integers[i]);
  for (size_t i = 0; i < texts; i++, bytes += 4) core_store32(bytes, list->ends[i]);
  if (text_size > 0) memcpy(bytes, list->text, text_size);
}

/* CORESET_CORRUPT for this reason. */
static coreset_status corrupt(const char **reason, const char *what) {
  *reason = what;
  return CORESET_CORRUPT;
}

coreset_status core_id_list_load(coreset_context *context, core_arena *arena, const unsigned char *bytes,
                                 const core_id_counts *counts, core_id_list *list, const char **reason) {
  coreset_status status = core_id_list_allocate(context, arena, (size_t)counts->integers, (size_t)counts->texts,
                                                (size_t)counts->text_bytes, list);
  uint32_t end = 0;
  if (status != CORESET_OK) return status;
  for (size_t i = 0; i < counts->integers; i++, bytes += 8) list->integers[i] = (int64_t)core_load64(bytes);
  for (size_t i = 0; i < counts->texts; i++, bytes += 4) {
    list->ends[i] = core_load32(bytes);
    if (list->ends[i] < end || list->ends[i] > counts->text_bytes) return corrupt(reason, "its identifiers overlap");
    end = list->ends[i];
  }
  if (end != counts->text_bytes) return corrupt(reason, "its identifiers do not fill their place");
  if (counts->text_bytes > 0) memcpy(list->text, bytes, (size_t)counts->text_bytes);
  for (size_t i = 1; i < list->count; i++) {
    coreset_id before = core_id_list_get(list, i - 1), id = core_id_list_get(list, i);
    if (coreset_id_compare(&before, &id) >= 0) return corrupt(reason, "its identifiers are not in order");
  }
  return CORESET_OK;
}

coreset_status core_id_list_hash(coreset_context *context, const core_id_list *list, uint64_t *hash) {
  core_arena scratch = {0};
  core_id_counts counts = core_id_list_counts(list);
  uint64_t size = 0;
  core_id_counts_size(&counts, &size); /* of a list in memory, so there is no overflow */
  size += HASH_HOLE_SIZE + CORE_ID_COUNTS_SIZE;
  unsigned char *bytes = core_take(context, &scratch, size, 1);
  if (bytes == NULL) return scratch.status;
  core_id_counts_store(bytes + HASH_HOLE_SIZE, &counts);
  core_id_list_store(bytes + HASH_HOLE_SIZE + CORE_ID_COUNTS_SIZE, list);
  *hash = core_checksum(bytes, size, 0);
  core_release(&scratch);
  return CORESET_OK;
}
