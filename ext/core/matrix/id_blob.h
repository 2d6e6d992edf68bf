/*
** id_blob.h: sorted lists of identifiers as bytes, part of every format.
*/
#ifndef CORE_MATRIX_ID_BLOB_H
#define CORE_MATRIX_ID_BLOB_H

#include "matrix/id.h"

/* How much of what a list holds: stated ahead of it, in 24 bytes. */
typedef struct core_id_counts {
  uint64_t integers;   /* identifiers that are integers */
  uint64_t texts;      /* identifiers that are texts */
  uint64_t text_bytes; /* bytes of all texts together */
} core_id_counts;

#define CORE_ID_COUNTS_SIZE 24

core_id_counts core_id_list_counts(const core_id_list *list);

static inline uint64_t core_id_counts_total(const core_id_counts *counts) {
  return counts->integers + counts->texts;
}

/* The counts as bytes and back. Loading fails, with 0, where a number is larger than
** any list. */
void core_id_counts_store(unsigned char *bytes, const core_id_counts *counts);
int core_id_counts_load(const unsigned char *bytes, core_id_counts *counts);

/* How many bytes a list with these counts takes; 0 on overflow, else 1. */
int core_id_counts_size(const core_id_counts *counts, uint64_t *size);

/* Writes a list: integers (8 bytes each), where each text ends (4 bytes each), texts. */
void core_id_list_store(unsigned char *bytes, const core_id_list *list);

/* Reads a list of counts from bytes that are known to be enough for it, and checks
** that texts do not overlap and that all is in increasing order: else CORESET_CORRUPT
** and *reason, the rest of a sentence. The list belongs to the arena. */
coreset_status core_id_list_load(coreset_context *context, core_arena *arena, const unsigned char *bytes,
                                 const core_id_counts *counts, core_id_list *list, const char **reason);

/* 64 bits that depend on the identifiers of a list and on nothing else: the checksum (checksum.h,
** its hole at the start) of 8 zeros, the counts and the list as bytes. Part of the contract: what a
** set of identifiers gives never changes. */
coreset_status core_id_list_hash(coreset_context *context, const core_id_list *list, uint64_t *hash);

#endif /* CORE_MATRIX_ID_BLOB_H */
