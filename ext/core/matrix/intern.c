/*
** intern.c: a table that numbers identifiers 0, 1, 2, ... as they appear.
**
** Tables of results are nearly always sorted by model or by question, so whatever
** followed an identifier last time is likely to follow it again: a model follows
** itself, question 17 follows question 16. Every entry remembers its follower,
** and the guess is compared before anything is hashed. A right guess costs one
** comparison of bytes, a wrong one little more than the look-up that comes after.
*/
#include "matrix/intern.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS ((size_t)64)

/* Odd numbers whose bits are without pattern, so that products spread over all bits: 2^64 divided
** by the golden ratio, and the second prime of xxHash. */
#define ODD UINT64_C(0x9E3779B97F4A7C15)
#define OTHER_ODD UINT64_C(0xC2B2AE3D27D4EB4F)

static inline uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * ODD;
  return hash ^ hash >> 32;
}

static inline uint32_t hash_of(const coreset_id *id, core_intern_words words) {
  uint64_t hash = mix(mix(id->text == NULL ? CORE_INTEGER_LENGTH : id->length, words.first), words.last);
  for (size_t i = 8; id->text != NULL && i + 8 < id->length; i += 8) hash = mix(hash, core_word64(id->text + i));
  return (uint32_t)(hash * OTHER_ODD >> 32);
}

/* Puts an index into the first free slot for its hash. */
static void occupy_slot(core_intern_slot *slots, size_t slot_count, uint32_t hash, uint32_t index) {
  size_t place = hash & (slot_count - 1);
  while (slots[place].rank != 0) place = (place + 1) & (slot_count - 1);
  slots[place].hash = hash;
  slots[place].rank = index + 1;
}

/* Makes room for one more entry in half-full slots. */
static coreset_status grow_slots(coreset_context *context, core_intern *intern) {
  size_t slot_count = intern->slot_count == 0 ? FIRST_SLOTS : 2 * intern->slot_count;
  if (2 * (intern->count + 1) <= intern->slot_count) return CORESET_OK;
  core_intern_slot *slots = core_allocate(context, slot_count, sizeof(core_intern_slot));
  if (slots == NULL) return CORESET_NO_MEMORY;
  for (size_t i = 0; i < intern->slot_count; i++) {
    const core_intern_slot *old = &intern->slots[i];
    if (old->rank != 0) occupy_slot(slots, slot_count, old->hash, old->rank - 1);
  }
  coreset_free(intern->slots);
  intern->slots = slots;
  intern->slot_count = slot_count;
  return CORESET_OK;
}

/* Adds an identifier that is not there yet. All room is made before anything is
** changed, so a failure leaves the table as it was. */
static coreset_status append(coreset_context *context, core_intern *intern, const coreset_id *id,
                             core_intern_words words, uint32_t hash) {
  size_t length = id->text == NULL ? 0 : id->length;
  if (intern->count >= CORE_INTERN_LIMIT) {
    return core_fail(context, CORESET_TOO_BIG, "there are more than %zu different models or questions",
                     CORE_INTERN_LIMIT);
  }
  if (length >= UINT32_MAX - intern->arena_size) {
    return core_fail(context, CORESET_TOO_BIG, "the names of all models or all questions take more than 4 GiB");
  }
  coreset_status status = grow_slots(context, intern);
  if (status != CORESET_OK) return status;
  status = core_grow(context, (void **)&intern->entries, &intern->entry_capacity, intern->count + 1,
                     sizeof(core_intern_entry));
  if (status != CORESET_OK) return status;
  status = core_grow(context, (void **)&intern->arena, &intern->arena_capacity, intern->arena_size + length + 1, 1);
  if (status != CORESET_OK) return status;
  core_intern_entry *entry = &intern->entries[intern->count];
  entry->words = words;
  entry->offset = (uint32_t)intern->arena_size;
  entry->length = id->text == NULL ? CORE_INTEGER_LENGTH : length;
  entry->follower = (uint32_t)intern->count;
  if (length > 0) memcpy(intern->arena + intern->arena_size, id->text, length);
  intern->arena_size += length;
  occupy_slot(intern->slots, intern->slot_count, hash, (uint32_t)intern->count++);
  return CORESET_OK;
}

/* The index of an identifier, or CORE_INTERN_NONE. */
static uint32_t find(const core_intern *intern, const coreset_id *id, uint32_t hash) {
  size_t mask = intern->slot_count - 1, place = hash & mask;
  if (intern->slot_count == 0) return CORE_INTERN_NONE;
  for (; intern->slots[place].rank != 0; place = (place + 1) & mask) {
    uint32_t candidate = intern->slots[place].rank - 1;
    if (intern->slots[place].hash == hash && core_is_entry(intern, &intern->entries[candidate], id)) {
      return candidate;
    }
  }
  return CORE_INTERN_NONE;
}

coreset_status core_intern_look_up(coreset_context *context, core_intern *intern, const coreset_id *id) {
  core_intern_words words = core_words_of(id);
  uint32_t hash = hash_of(id, words), index = find(intern, id, hash);
  if (index == CORE_INTERN_NONE) {
    coreset_status status = append(context, intern, id, words, hash);
    if (status != CORESET_OK) return status;
    index = (uint32_t)intern->count - 1;
  }
  intern->entries[intern->last].follower = index;
  intern->last = index;
  return CORESET_OK;
}

/* An identifier and its index, for sorting. */
typedef struct numbered_id {
  coreset_id id;  /* what is sorted by; its text belongs to the table */
  uint32_t index; /* in the table */
} numbered_id;

static int compare_numbered(const void *a, const void *b) {
  return coreset_id_compare(&((const numbered_id *)a)->id, &((const numbered_id *)b)->id);
}

coreset_status core_intern_sort(coreset_context *context, const core_intern *intern, core_arena *list_arena,
                                core_id_list *sorted, core_arena *rank_arena, uint32_t **ranks) {
  core_arena scratch = {0};
  numbered_id *numbered = core_take(context, &scratch, intern->count, sizeof(*numbered));
  coreset_id *ids = core_take(context, &scratch, intern->count, sizeof(*ids));
  coreset_status status = scratch.status;
  *ranks = core_take(context, rank_arena, intern->count, sizeof(**ranks));
  if (status == CORESET_OK) status = rank_arena->status;
  for (size_t i = 0; i < intern->count && status == CORESET_OK; i++) {
    const core_intern_entry *entry = &intern->entries[i];
    numbered[i].index = (uint32_t)i;
    if (entry->length == CORE_INTEGER_LENGTH) {
      numbered[i].id.integer = (int64_t)entry->words.first;
    } else {
      numbered[i].id.text = intern->arena + entry->offset;
      numbered[i].id.length = entry->length;
    }
  }
  if (status == CORESET_OK) {
    qsort(numbered, intern->count, sizeof(*numbered), compare_numbered);
    for (size_t i = 0; i < intern->count; i++) {
      ids[i] = numbered[i].id;
      (*ranks)[numbered[i].index] = (uint32_t)i;
    }
    status = core_id_list_build(context, list_arena, ids, intern->count, sorted);
  }
  core_release(&scratch);
  return status;
}

void core_intern_release(core_intern *intern) {
  coreset_free(intern->entries);
  coreset_free(intern->arena);
  coreset_free(intern->slots);
  *intern = (core_intern){0};
}
