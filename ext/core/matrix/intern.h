/*
** intern.h: a table that numbers identifiers 0, 1, 2, ... as they appear.
*/
#ifndef CORE_MATRIX_INTERN_H
#define CORE_MATRIX_INTERN_H

#include "base/bytes.h"
#include "matrix/id.h"

#define CORE_INTEGER_LENGTH SIZE_MAX          /* the length of an entry that is an integer */
#define CORE_INTERN_NONE UINT32_MAX           /* no identifier */
#define CORE_INTERN_LIMIT ((size_t)INT32_MAX) /* a table holds fewer identifiers than 2^31 */

/* What of an identifier fits two words: all of an integer and of a text of up to 16 bytes,
** the first and the last 8 bytes of others. */
typedef struct core_intern_words {
  uint64_t first; /* an integer's value; a text's first 8 bytes, or all of fewer */
  uint64_t last;  /* a text's last 8 bytes, if it has as many; else 0 */
} core_intern_words;

/* One identifier: half a cache line. */
typedef struct core_intern_entry {
  core_intern_words words; /* compared before the bytes between them are looked at */
  size_t length;           /* of a text; CORE_INTEGER_LENGTH marks an integer */
  uint32_t offset;         /* where a text begins in the arena */
  uint32_t follower;       /* the identifier that came after this one last time: the guess */
} core_intern_entry;

/* One place of the hash table. */
typedef struct core_intern_slot {
  uint32_t hash; /* of the identifier, compared before the identifier itself is looked at */
  uint32_t rank; /* its index plus 1; 0 for an empty slot */
} core_intern_slot;

/* The table. All zero is an empty one. */
typedef struct core_intern {
  core_intern_entry *entries; /* by index */
  size_t count;               /* how many identifiers */
  uint32_t last;              /* the index of the one that was added or found last */
  size_t entry_capacity;      /* room in entries */
  char *arena;                /* the bytes of the texts, in order of appearance */
  size_t arena_size;          /* bytes in use, below 4 GiB */
  size_t arena_capacity;      /* room in arena */
  core_intern_slot *slots;    /* open addressing, linear probing, at most half full */
  size_t slot_count;          /* a power of two, or 0 */
  uint64_t key[2];            /* of the hash: that of the context which the first identifier came with */
  uint32_t *ranks;            /* for each index the place in increasing order, once that is known */
} core_intern;

/* Fewer than 8 bytes as one number; different ones of equal length differ. */
static inline uint64_t core_short_word(const char *bytes, size_t length) {
  if (length >= 4) return (uint64_t)core_load32(bytes) << 32 | core_load32(bytes + length - 4);
  if (length == 0) return 0;
  return (uint64_t)(unsigned char)bytes[0] << 16 | (uint64_t)(unsigned char)bytes[length / 2] << 8 |
         (unsigned char)bytes[length - 1];
}

static inline core_intern_words core_words_of(const coreset_id *id) {
  core_intern_words words = {(uint64_t)id->integer, 0};
  if (id->text == NULL) return words;
  if (id->length < 8) {
    words.first = core_short_word(id->text, id->length);
  } else {
    words.first = core_load64(id->text);
    words.last = core_load64(id->text + id->length - 8);
  }
  return words;
}

/* memcmp() == 0 without the call: identifiers are short. The bytes of a text are looked at
** only where the length agrees. */
static inline int core_is_entry(const core_intern *intern, const core_intern_entry *entry, const coreset_id *id) {
  if (entry->length != (id->text == NULL ? CORE_INTEGER_LENGTH : id->length)) return 0;
  core_intern_words words = core_words_of(id);
  if (entry->words.first != words.first || entry->words.last != words.last) return 0;
  for (size_t i = 8; id->text != NULL && i + 8 < id->length; i += 8) {
    if (core_load64(intern->arena + entry->offset + i) != core_load64(id->text + i)) return 0;
  }
  return 1;
}

/* Finds an identifier by its hash, or adds it: intern->last. */
coreset_status core_intern_look_up(coreset_context *context, core_intern *intern, const coreset_id *id);

/* Whether an identifier is the one that followed the last one before: its index, or
** CORE_INTERN_NONE. */
static inline uint32_t core_intern_guess(const core_intern *intern, const coreset_id *id) {
  if (intern->count == 0) return CORE_INTERN_NONE;
  uint32_t guess = intern->entries[intern->last].follower;
  return core_is_entry(intern, &intern->entries[guess], id) ? guess : CORE_INTERN_NONE;
}

/* The index of an identifier, which is added if it is new: then *index equals the
** count there was before. */
static inline coreset_status core_intern_add(coreset_context *context, core_intern *intern, const coreset_id *id,
                                             uint32_t *index) {
  uint32_t guess = core_intern_guess(intern, id);
  if (guess == CORE_INTERN_NONE) {
    coreset_status status = core_intern_look_up(context, intern, id);
    if (status != CORESET_OK) return status;
    guess = intern->last;
  }
  *index = intern->last = guess;
  return CORESET_OK;
}

/* The identifiers in increasing order, in the arena, and intern->ranks. To be done once. */
coreset_status core_intern_sort(coreset_context *context, core_intern *intern, core_arena *arena, core_id_list *sorted);

void core_intern_release(core_intern *intern);

#endif /* CORE_MATRIX_INTERN_H */
