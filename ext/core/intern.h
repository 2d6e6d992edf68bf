/*
** intern.h: a table that numbers identifiers 0, 1, 2, ... as they appear.
*/
#ifndef CORESET_INTERN_H
#define CORESET_INTERN_H

#include "id.h"

#define CORESET_INTERN_NONE UINT32_MAX           /* no identifier came before this one */
#define CORESET_INTERN_LIMIT ((size_t)INT32_MAX) /* a table holds fewer identifiers than 2^31 */

/* One identifier. */
typedef struct coreset_intern_entry {
  int64_t integer;   /* the value of an integer */
  uint32_t offset;   /* where a text begins in the arena */
  uint32_t length;   /* of a text; INTEGER_LENGTH (intern.c) marks an integer */
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

/* The index of an identifier, which is added if it is new: then *index equals the
** count there was before. previous: the index this function gave the last time for
** the same stream of identifiers, or CORESET_INTERN_NONE. It only affects speed. */
coreset_status coreset_intern_add(coreset_context *context, coreset_intern *intern, const coreset_id *id,
                                  uint32_t previous, uint32_t *index);

/* The identifiers in increasing order, and for each index the place in that order.
** The caller releases both, *ranks with coreset_free, also after a failure. */
coreset_status coreset_intern_sort(coreset_context *context, const coreset_intern *intern, coreset_id_list *sorted,
                                   uint32_t **ranks);

void coreset_intern_release(coreset_intern *intern);

#endif /* CORESET_INTERN_H */
