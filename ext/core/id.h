/*
** id.h: identifiers, and sorted lists of them.
*/
#ifndef CORESET_ID_H
#define CORESET_ID_H

#include "core.h"

/* Different identifiers in increasing order. The list owns its arrays. */
typedef struct coreset_id_list {
  size_t count;         /* how many identifiers */
  size_t integer_count; /* how many of them are integers; these come first */
  int64_t *integers;    /* integer_count values */
  uint32_t *ends;       /* for each text, where it ends in `text`; it begins where the one before ends */
  char *text;           /* the texts one after another; not NULL, even if empty */
} coreset_id_list;

/* Makes a list of identifiers that are in increasing order already; their texts,
** of less than 4 GiB together, are copied. To be released even after a failure. */
coreset_status coreset_id_list_build(coreset_context *context, const coreset_id *ids, size_t count,
                                     coreset_id_list *list);

/* Makes room for integer_count integers and text_count texts of text_size bytes in
** all, for the caller to fill in. To be released even after a failure. */
coreset_status coreset_id_list_allocate(coreset_context *context, size_t integer_count, size_t text_count,
                                        size_t text_size, coreset_id_list *list);

void coreset_id_list_release(coreset_id_list *list);

/* The identifier at an index; its text belongs to the list. */
coreset_id coreset_id_list_get(const coreset_id_list *list, size_t index);

/* The index of an identifier, or -1. */
ptrdiff_t coreset_id_list_find(const coreset_id_list *list, const coreset_id *id);

/* How many bytes all texts have together. */
size_t coreset_id_list_text_size(const coreset_id_list *list);

#endif /* CORESET_ID_H */
