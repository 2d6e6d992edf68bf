/*
** intern.h: a table that numbers identifiers 0, 1, 2, ... as they appear.
*/
#ifndef CORESET_INTERN_H
#define CORESET_INTERN_H

#include <string.h>

#include "id.h"

#define CORESET_INTEGER_LENGTH UINT32_MAX        /* the length of an entry that is an integer */
#define CORESET_INTERN_NONE UINT32_MAX           /* no identifier came before this one */
#define CORESET_INTERN_LIMIT ((size_t)INT32_MAX) /* a table holds fewer identifiers than 2^31 */

/* One identifier. */
typedef struct coreset_intern_entry {
  int64_t integer;   /* the value of an integer */
  uint32_t offset;   /* where a text begins in the arena */
  uint32_t length;   /* of a text; CORESET_INTEGER_LENGTH marks an integer */
  uint32_t hash;     /* kept for growing the slots */
  uint32_t follower; /* the identifier that came after this one last time: the guess */
} coreset_intern_entry;

/* One place of the hash table. */
typedef struct coreset_intern_slot {
  uint32_t hash; /* of the identifier, compared before the identifier itself is looked at */
  uint32_t rank; /* its index plus 1; 0 for an empty slot */
} coreset_intern_slot;

/* The table. All zero is an empty one. */
typedef struct coreset_intern {
  coreset_intern_entry *entries; /* by index */
  size_t count;                  /* how many identifiers */
  size_t entry_capacity;         /* room in entries */
  char *arena;                   /* the bytes of the texts, in order of appearance */
  size_t arena_size;             /* bytes in use, below 4 GiB */
  size_t arena_capacity;         /* room in arena */
  coreset_intern_slot *slots;    /* open addressing, linear probing, at most half full */
  size_t slot_count;             /* a power of two, or 0 */
} coreset_intern;

/* Words in the order of the host: they serve comparing and hashing only. */
static inline uint64_t coreset_word64(const char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof(word));
  return word;
}

static inline uint32_t coreset_word32(const char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof(word));
  return word;
}

/* Fewer than 8 bytes as one number; different ones of equal length differ. */
static inline uint64_t coreset_short_word(const char *bytes, size_t length) {
  if (length >= 4) return (uint64_t)coreset_word32(bytes) << 32 | coreset_word32(bytes + length - 4);
  if (length == 0) return 0;
  return (uint64_t)(unsigned char)bytes[0] << 16 | (uint64_t)(unsigned char)bytes[length / 2] << 8 |
         (unsigned char)bytes[length - 1];
}

/* memcmp() == 0 without the call: identifiers are short. The last words overlap the
** ones before, so that nothing behind the bytes is read. */
static inline int coreset_same_bytes(const char *a, const char *b, size_t length) {
  uint64_t differences;
  if (length < 8) return coreset_short_word(a, length) == coreset_short_word(b, length);
  if (length > 32) return memcmp(a, b, length) == 0;
  differences = coreset_word64(a) ^ coreset_word64(b);
  differences |= coreset_word64(a + length - 8) ^ coreset_word64(b + length - 8);
  if (length > 16) {
    differences |= coreset_word64(a + 8) ^ coreset_word64(b + 8);
    differences |= coreset_word64(a + length - 16) ^ coreset_word64(b + length - 16);
  }
  return differences == 0;
}

static inline int coreset_is_entry(const coreset_intern *intern, const coreset_intern_entry *entry,
                                   const coreset_id *id) {
  if (id->text == NULL) return entry->length == CORESET_INTEGER_LENGTH && entry->integer == id->integer;
  if (entry->length != id->length || entry->length == CORESET_INTEGER_LENGTH) return 0;
  return coreset_same_bytes(intern->arena + entry->offset, id->text, id->length);
}

/* Finds an identifier by its hash, or adds it. */
coreset_status coreset_intern_look_up(coreset_context *context, coreset_intern *intern, const coreset_id *id,
                                      uint32_t *index);

/* Whether an identifier is the one that followed `previous` last time: its index, or
** CORESET_INTERN_NONE. */
static inline uint32_t coreset_intern_guess(const coreset_intern *intern, const coreset_id *id, uint32_t previous) {
  uint32_t guess;
  if (previous == CORESET_INTERN_NONE) return CORESET_INTERN_NONE;
  guess = intern->entries[previous].follower;
  return coreset_is_entry(intern, &intern->entries[guess], id) ? guess : CORESET_INTERN_NONE;
}

/* The index of an identifier, which is added if it is new: then *index equals the
** count there was before. previous: the index this function gave the last time for
** the same stream of identifiers, or CORESET_INTERN_NONE. It only affects speed. */
static inline coreset_status coreset_intern_add(coreset_context *context, coreset_intern *intern, const coreset_id *id,
                                                uint32_t previous, uint32_t *index) {
  coreset_status status;
  *index = coreset_intern_guess(intern, id, previous);
  if (*index != CORESET_INTERN_NONE) return CORESET_OK;
  status = coreset_intern_look_up(context, intern, id, index);
  if (status == CORESET_OK && previous != CORESET_INTERN_NONE) intern->entries[previous].follower = *index;
  return status;
}

/* The identifiers in increasing order, and for each index the place in that order.
** The caller releases both, *ranks with coreset_free, also after a failure. */
coreset_status coreset_intern_sort(coreset_context *context, const coreset_intern *intern, coreset_id_list *sorted,
                                   uint32_t **ranks);

void coreset_intern_release(coreset_intern *intern);

#endif /* CORESET_INTERN_H */
