/*
** intern.c: a table that numbers identifiers 0, 1, 2, ... as they appear.
**
** Tables of results are nearly always sorted by model or by question, so whatever
** followed an identifier last time is likely to follow it again: a model follows
** itself, question 17 follows question 16. Every entry remembers its follower,
** and the guess is compared before anything is hashed. A right guess costs one
** comparison of bytes, a wrong one little more than the look-up that comes after.
**
** Tables come from anybody, and so do the identifiers: the hash has a key, so that nobody can choose them to have
** one hash and make each look-up go through all.
*/
#include "matrix/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"

#define FIRST_SLOTS ((size_t)64)

static inline uint32_t hash_of(const core_intern *intern, const coreset_id *id, core_intern_words words) {
  core_siphash state = core_siphash_begin(intern->key);
  core_siphash_add(&state, id->text == NULL ? CORE_INTEGER_LENGTH : id->length);
  core_siphash_add(&state, words.first);
  if (id->text != NULL && id->length >= 8) core_siphash_add(&state, words.last);
  for (size_t i = 8; id->text != NULL && i + 8 < id->length; i += 8) {
    core_siphash_add(&state, core_load64(id->text + i));
  }
  return (uint32_t)core_siphash_end(&state);
}

/* Makes room for one more entry in half-full slots. */
static coreset_status grow_slots(coreset_context *context, core_intern *intern) {
  if (2 * (intern->count + 1) <= intern->slot_count) return CORESET_OK;
  size_t slot_count = intern->slot_count == 0 ? FIRST_SLOTS : 2 * intern->slot_count;
  if (intern->slot_count == 0) memcpy(intern->key, context->hash_key, sizeof(intern->key));
  core_intern_slot *slots = core_allocate(context, slot_count, sizeof(core_intern_slot));
  if (slots == NULL) return CORESET_NO_MEMORY;
  for (size_t i = 0; i < intern->slot_count; i++) {
    size_t place = intern->slots[i].hash & (slot_count - 1);
    while (slots[place].rank != 0) place = (place + 1) & (slot_count - 1);
    slots[place] = intern->slots[i]; /* where that is empty, so is the place */
  }
  coreset_free(intern->slots);
  intern->slots = slots;
  intern->slot_count = slot_count;
  return CORESET_OK;
}

/* Adds an identifier that is not there yet. All room is made before anything is
** changed, so a failure leaves the table as it was. */
static coreset_status append(coreset_context *context, core_intern *intern, const coreset_id *id,
                             core_intern_words words) {
  size_t length = id->text == NULL ? 0 : id->length;
  if (intern->count >= CORE_INTERN_LIMIT) {
    return core_fail(context, CORESET_TOO_BIG, "there are more than %zu different models or questions",
                     CORE_INTERN_LIMIT);
  }
  if (length >= UINT32_MAX - intern->arena_size) {
    return core_fail(context, CORESET_TOO_BIG, "the names of all models or all questions take more than 4 GiB");
  }
  coreset_status status = core_grow(context, (void **)&intern->entries, &intern->entry_capacity, intern->count + 1,
                                    sizeof(core_intern_entry));
  if (status != CORESET_OK) return status;
  status = core_grow(context, (void **)&intern->arena, &intern->arena_capacity, intern->arena_size + length + 1, 1);
  if (status != CORESET_OK) return status;
  intern->entries[intern->count] = (core_intern_entry){
      .words = words,
      .offset = (uint32_t)intern->arena_size,
      .length = id->text == NULL ? CORE_INTEGER_LENGTH : length,
      .follower = (uint32_t)intern->count,
  };
  if (length > 0) memcpy(intern->arena + intern->arena_size, id->text, length);
  intern->arena_size += length;
  intern->count++;
  return CORESET_OK;
}

coreset_status core_intern_look_up(coreset_context *context, core_intern *intern, const coreset_id *id) {
  coreset_status status = grow_slots(context, intern);
  if (status != CORESET_OK) return status;
  core_intern_words words = core_words_of(id);
  core_intern_slot *slots = intern->slots;
  uint32_t hash = hash_of(intern, id, words);
  size_t mask = intern->slot_count - 1, place = hash & mask;
  uint32_t rank = slots[place].rank;
  while (rank != 0 && (slots[place].hash != hash || !core_is_entry(intern, &intern->entries[rank - 1], id))) {
    place = (place + 1) & mask;
    rank = slots[place].rank;
  }
  if (rank == 0) {
    status = append(context, intern, id, words);
    if (status != CORESET_OK) return status;
    rank = (uint32_t)intern->count;
    slots[place] = (core_intern_slot){hash, rank};
  }
  intern->entries[intern->last].follower = rank - 1;
  intern->last = rank - 1;
  return CORESET_OK;
}

static int compare_ids(const void *a, const void *b) {
  return coreset_id_compare(a, b);
}

/* While they are sorted, each identifier has its index in the field that is not its own: length for an
** integer, integer for a text. */
coreset_status core_intern_sort(coreset_context *context, core_intern *intern, core_arena *arena,
                                core_id_list *sorted) {
  core_arena scratch = {0};
  coreset_id *ids = core_take(context, &scratch, intern->count, sizeof(*ids));
  coreset_status status = scratch.status;
  intern->ranks = core_allocate(context, intern->count, sizeof(*intern->ranks));
  if (intern->ranks == NULL) status = CORESET_NO_MEMORY;
  for (size_t i = 0; i < intern->count && status == CORESET_OK; i++) {
    const core_intern_entry *entry = &intern->entries[i];
    int is_integer = entry->length == CORE_INTEGER_LENGTH;
    ids[i] = is_integer ? (coreset_id){NULL, i, (int64_t)entry->words.first}
                        : (coreset_id){intern->arena + entry->offset, entry->length, (int64_t)i};
  }
  if (status == CORESET_OK) {
    qsort(ids, intern->count, sizeof(*ids), compare_ids);
    for (size_t i = 0; i < intern->count; i++) {
      intern->ranks[ids[i].text == NULL ? ids[i].length : (size_t)ids[i].integer] = (uint32_t)i;
    }
    status = core_id_list_build(context, arena, ids, intern->count, sorted);
  }
  core_release(&scratch);
  return status;
}

void core_intern_release(core_intern *intern) {
  coreset_free(intern->entries);
  coreset_free(intern->arena);
  coreset_free(intern->slots);
  coreset_free(intern->ranks);
  *intern = (core_intern){0};
}
