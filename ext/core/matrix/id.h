/*
** id.h: identifiers, and sorted lists of them.
*/
#ifndef CORE_MATRIX_ID_H
#define CORE_MATRIX_ID_H

#include "base/memory.h"

/* Different identifiers in increasing order. The arrays belong to an arena. */
typedef struct core_id_list {
  size_t count;         /* how many identifiers */
  size_t integer_count; /* how many of them are integers; these come first */
  int64_t *integers;    /* integer_count values */
  uint32_t *ends;       /* for each text, where it ends in `text`; it begins where the one before ends */
  char *text;           /* the texts one after another; not NULL, even if empty */
} core_id_list;

/* Makes a list of identifiers that are in increasing order already; their texts,
** of less than 4 GiB together, are copied. */
coreset_status core_id_list_build(coreset_context *context, core_arena *arena, const coreset_id *ids, size_t count,
                                  core_id_list *list);

/* Makes room for integer_count integers and text_count texts of text_size bytes in
** all, for the caller to fill in. */
coreset_status core_id_list_allocate(coreset_context *context, core_arena *arena, size_t integer_count,
                                     size_t text_count, size_t text_size, core_id_list *list);

/* The identifier at an index; its text belongs to the list. */
coreset_id core_id_list_get(const core_id_list *list, size_t index);

/* The index of an identifier, or -1. */
ptrdiff_t core_id_list_find(const core_id_list *list, const coreset_id *id);

/* How many bytes all texts have together. */
size_t core_id_list_text_size(const core_id_list *list);

/* An identifier as it reads in a message: 5 or 'five'; a long text is shortened. */
#define CORE_ID_TEXT_SIZE 64
const char *core_id_format(const coreset_id *id, char text[CORE_ID_TEXT_SIZE]);

/* The same identifier in the other type: '5' for 5 and 5 for '5', whose text is in digits. 0 if there is none: a
** text that is not how an integer is written. */
#define CORE_TWIN_SIZE 24 /* of the digits of an integer, a sign and a zero */
int core_id_twin(const coreset_id *id, char digits[CORE_TWIN_SIZE], coreset_id *twin);

#endif /* CORE_MATRIX_ID_H */
