/*
** suites_blob.c: score matrices, or fits, of several suites as one value.
**
** The format, version 1: the frame of blob.h, magic "CoreSui", and flags 0 for score matrices, 1 for fits. All numbers are
** little-endian; every section is filled up with zeros to a multiple of 8 bytes.
**
**     offset  size  field
**          0    32  the frame
**         32    24  counts of the list of names of the n suites (id_blob.h)
**         56        that list, in increasing order
**                   n sizes of values in bytes (8 each)
**                   the n values: matrix_blob.c, fit_blob.c
**
** Here names and sizes are checked, and that each value begins like one of its kind; the rest of a value is checked
** when it is read.
*/
#include <string.h>

#include "matrix/id_blob.h"
#include "matrix/matrix.h"
#include "predict/fit.h"
#include "predict/suites_blob.h"

#define WORD ((size_t)8)                             /* sections begin at multiples of it */
#define NAMES_AT CORE_FRAME_SIZE                     /* the counts of names */
#define HEADER_SIZE (NAMES_AT + CORE_ID_COUNTS_SIZE) /* and where their list begins */
#define LONGEST_NAMES ((size_t)1 << 30)              /* bytes of all texts together */

const core_format core_bundle_format = {
    .magic = "CoreSui",
    .name = "bundle of suites",
    .maker = "coreset_suites()",
    .advice = ": make it anew",
    .version = 1,
    .header_size = HEADER_SIZE,
};

/* One suite. */
typedef struct member {
  coreset_id name;            /* its text belongs to the arena */
  const unsigned char *bytes; /* of its matrix or fit; belong to the arena */
  size_t size;                /* how many */
} member;

struct coreset_bundle {
  core_arena arena; /* of all that follows, but for members; must be first */
  member *members;  /* in order of name; core_grow()'s */
  size_t capacity;  /* of members */
  size_t count;     /* how many */
  size_t text_size; /* bytes of their names */
  int has_fits;     /* they are fits, not matrices */
};

coreset_status coreset_bundle_new(coreset_context *context, coreset_bundle **bundle) {
  *bundle = core_object(context, sizeof(**bundle));
  return *bundle == NULL ? CORESET_NO_MEMORY : CORESET_OK;
}

void coreset_bundle_free(coreset_bundle *bundle) {
  if (bundle == NULL) return;
  coreset_free(bundle->members);
  core_release(&bundle->arena);
}

size_t coreset_bundle_count(const coreset_bundle *bundle) {
  return bundle->count;
}

int coreset_bundle_has_fits(const coreset_bundle *bundle) {
  return bundle->has_fits;
}

coreset_id coreset_bundle_suite(const coreset_bundle *bundle, size_t index) {
  return bundle->members[index].name;
}

/* The index of the first suite whose name is not less. */
static size_t place_of(const coreset_bundle *bundle, const coreset_id *suite) {
  size_t low = 0, high = bundle->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (coreset_id_compare(&bundle->members[middle].name, suite) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

ptrdiff_t coreset_bundle_find(const coreset_bundle *bundle, const coreset_id *suite) {
  size_t place = place_of(bundle, suite);
  if (place == bundle->count || coreset_id_compare(&bundle->members[place].name, suite) != 0) return -1;
  return (ptrdiff_t)place;
}

coreset_status coreset_bundle_matrix(coreset_context *context, const coreset_bundle *bundle, size_t index,
                                     coreset_matrix **matrix) {
  return coreset_matrix_read(context, bundle->members[index].bytes, bundle->members[index].size, matrix);
}

coreset_status coreset_bundle_fit(coreset_context *context, const coreset_bundle *bundle, size_t index,
                                  coreset_fit **fit) {
  return coreset_fit_read(context, bundle->members[index].bytes, bundle->members[index].size, fit);
}

/* ------------------------------------------------------------------------
** Adding
*/

/* Reads the bytes of a matrix or a fit, which must be as they should be. */
static coreset_status check_value(coreset_context *context, const void *bytes, size_t size, int is_fit) {
  coreset_matrix *matrix = NULL;
  coreset_fit *fit = NULL;
  coreset_status status =
      is_fit ? coreset_fit_read(context, bytes, size, &fit) : coreset_matrix_read(context, bytes, size, &matrix);
  coreset_matrix_free(matrix);
  coreset_fit_free(fit);
  return status;
}

/* Errors: CORESET_ERROR for a name that is there, or the other kind; CORESET_CORRUPT for bytes that are neither
** matrix nor fit; CORESET_TOO_BIG; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_bundle_add(coreset_context *context, coreset_bundle *bundle, const coreset_id *suite,
                                  const void *bytes, size_t size) {
  char text[CORE_ID_TEXT_SIZE];
  int is_fit = core_blob_recognise(&core_fit_format, bytes, size);
  if (bundle->count > 0 && is_fit != bundle->has_fits &&
      (is_fit || core_blob_recognise(&core_matrix_format, bytes, size))) {
    return core_fail(context, CORESET_ERROR,
                     "suite %s is a %s, and those before it are not: give matrices, or fits, of all",
                     core_id_format(suite, text), is_fit ? core_fit_format.name : core_matrix_format.name);
  }
  if (coreset_bundle_find(bundle, suite) >= 0) {
    return core_fail(context, CORESET_ERROR, "suite %s comes twice", core_id_format(suite, text));
  }
  coreset_status status = check_value(context, bytes, size, is_fit);
  if (status != CORESET_OK) return status;
  if (suite->length > LONGEST_NAMES - bundle->text_size) {
    return core_fail(context, CORESET_TOO_BIG, "the names of suites are longer than %zu bytes", LONGEST_NAMES);
  }
  member added = {*suite, NULL, size};
  unsigned char *copy = core_take(context, &bundle->arena, size, 1);
  char *name = core_take(context, &bundle->arena, suite->length, 1);
  status = bundle->arena.status;
  if (status == CORESET_OK) {
    status = core_grow(context, (void **)&bundle->members, &bundle->capacity, bundle->count + 1, sizeof(member));
  }
  if (status != CORESET_OK) return status;
  memcpy(copy, bytes, size);
  added.bytes = copy;
  if (suite->text != NULL) added.name.text = memcpy(name, suite->text, suite->length);
  size_t place = place_of(bundle, suite);
  memmove(bundle->members + place + 1, bundle->members + place, (bundle->count - place) * sizeof(member));
  bundle->members[place] = added;
  bundle->count++;
  bundle->text_size += suite->length;
  bundle->has_fits = is_fit;
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** Writing
*/

/* Adds a section's size, filled up, to *end; 0 on overflow. */
static int place_section(uint64_t size, uint64_t *end) {
  return size <= UINT64_MAX - (WORD - 1) && !__builtin_add_overflow(*end, (size + WORD - 1) / WORD * WORD, end);
}

/* Errors: CORESET_TOO_BIG; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_bundle_write(coreset_context *context, const coreset_bundle *bundle, size_t limit,
                                    unsigned char **result, size_t *result_size) {
  core_arena scratch = {0};
  core_id_list names;
  coreset_id *ids = core_take(context, &scratch, bundle->count, sizeof(*ids));
  coreset_status status = scratch.status;
  *result = NULL;
  *result_size = 0;
  for (size_t i = 0; i < bundle->count && status == CORESET_OK; i++) ids[i] = bundle->members[i].name;
  if (status == CORESET_OK) status = core_id_list_build(context, &scratch, ids, bundle->count, &names);
  if (status != CORESET_OK) {
    core_release(&scratch);
    return status;
  }
  core_id_counts counts = core_id_list_counts(&names);
  uint64_t list_size = 0, size = HEADER_SIZE;
  core_id_counts_size(&counts, &list_size);
  place_section(list_size, &size);
  uint64_t sizes_at = size;
  size += WORD * bundle->count;
  for (size_t i = 0; i < bundle->count; i++) place_section(bundle->members[i].size, &size); /* all of it is in memory */
  if (size > limit) {
    core_release(&scratch);
    return core_fail(context, CORESET_TOO_BIG, "the bundle would have %llu bytes, more than %zu",
                     (unsigned long long)size, limit);
  }
  unsigned char *bytes = core_allocate(context, (size_t)size, 1);
  if (bytes == NULL) status = CORESET_NO_MEMORY;
  if (status == CORESET_OK) {
    core_id_counts_store(bytes + NAMES_AT, &counts);
    core_id_list_store(bytes + HEADER_SIZE, &names);
    uint64_t at = sizes_at + WORD * bundle->count;
    for (size_t i = 0; i < bundle->count; i++) {
      core_store64(bytes + sizes_at + WORD * i, bundle->members[i].size);
      memcpy(bytes + at, bundle->members[i].bytes, bundle->members[i].size);
      place_section(bundle->members[i].size, &at);
    }
    status = core_blob_seal(context, &core_bundle_format, (uint32_t)bundle->has_fits, bytes, (size_t)size);
  }
  core_release(&scratch);
  return core_blob_deliver(status, bytes, (size_t)size, result, result_size);
}

/* ------------------------------------------------------------------------
** Reading
*/

static coreset_status damaged(coreset_context *context, const char *reason) {
  return core_blob_damaged(context, &core_bundle_format, reason);
}

/* Whether the bytes from one offset to another are zero. */
static int all_zero(const unsigned char *bytes, uint64_t from, uint64_t to) {
  while (from < to && bytes[from] == 0) from++;
  return from == to;
}

/* The values: where they lie, of which kind they are. at: where their sizes are. */
static coreset_status find_values(coreset_context *context, coreset_bundle *bundle, const unsigned char *bytes,
                                  uint64_t sizes_at, uint64_t size) {
  const core_format *format = bundle->has_fits ? &core_fit_format : &core_matrix_format;
  uint64_t at = sizes_at + WORD * bundle->count;
  for (size_t i = 0; i < bundle->count; i++) {
    uint64_t stated = core_load64(bytes + sizes_at + WORD * i), end = at;
    if (!place_section(stated, &end) || end > size) return damaged(context, "a value is larger than what is left");
    if (!all_zero(bytes, at + stated, end)) return damaged(context, "there is something behind a value");
    if (!core_blob_recognise(format, bytes + at, (size_t)stated)) return damaged(context, "a value is of another kind");
    bundle->members[i].bytes = bytes + at;
    bundle->members[i].size = (size_t)stated;
    at = end;
  }
  return at == size ? CORESET_OK : damaged(context, "there is something behind its values");
}

/* Names and values. */
static coreset_status load(coreset_context *context, coreset_bundle *bundle, const unsigned char *bytes, size_t size) {
  core_id_counts counts;
  core_id_list names;
  uint64_t list_size = 0, at = HEADER_SIZE;
  const char *reason = NULL;
  if (!core_id_counts_load(bytes + NAMES_AT, &counts) || !core_id_counts_size(&counts, &list_size) ||
      !place_section(list_size, &at) || at > size || core_id_counts_total(&counts) > (size - at) / WORD) {
    return damaged(context, "its counts of suites do not add up to its size");
  }
  if (core_id_counts_total(&counts) == 0) return damaged(context, "it has no suites");
  if (!all_zero(bytes, HEADER_SIZE + list_size, at)) return damaged(context, "there is something behind its names");
  coreset_status status = core_id_list_load(context, &bundle->arena, bytes + HEADER_SIZE, &counts, &names, &reason);
  if (reason != NULL) return damaged(context, reason);
  if (status == CORESET_OK) {
    status = core_grow(context, (void **)&bundle->members, &bundle->capacity, names.count, sizeof(member));
  }
  if (status != CORESET_OK) return status;
  bundle->count = names.count;
  bundle->text_size = core_id_list_text_size(&names);
  for (size_t i = 0; i < names.count; i++) bundle->members[i] = (member){core_id_list_get(&names, i), NULL, 0};
  return find_values(context, bundle, bytes, at, size);
}

/* Errors: CORESET_CORRUPT for bytes that are no bundle, or are damaged; CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_bundle_read(coreset_context *context, const void *bytes, size_t size, coreset_bundle **result) {
  coreset_bundle *bundle;
  uint32_t flags;
  coreset_status status = core_blob_open(context, &core_bundle_format, bytes, size, &flags);
  *result = NULL;
  if (status == CORESET_OK) status = core_blob_verify(context, &core_bundle_format, bytes, size);
  if (status == CORESET_OK && flags > 1) status = damaged(context, "it has flags that mean nothing");
  if (status == CORESET_OK) status = coreset_bundle_new(context, &bundle);
  if (status != CORESET_OK) return status;
  bundle->has_fits = flags == 1;
  unsigned char *copy = core_take(context, &bundle->arena, size, 1);
  status = bundle->arena.status;
  if (status == CORESET_OK) {
    memcpy(copy, bytes, size);
    status = load(context, bundle, copy, size);
  }
  if (status != CORESET_OK) {
    coreset_bundle_free(bundle);
    return status;
  }
  *result = bundle;
  return CORESET_OK;
}
