/*
** arguments.h: from SQL values to numbers and identifiers, with messages that name the argument,
** the value, and what would be right.
**
** NULL for an optional argument means its default. Numbers may come as INTEGER or as an integral
** REAL, because some hosts bind every number as a double, and as a text that is wholly a number, because
** others bind everything as text, and tables are imported that way; SQLite's own aggregates count such a text too.
*/
#ifndef GLUE_ARGUMENTS_H
#define GLUE_ARGUMENTS_H

#include "base/context.h"
#include "glue/sqlite.h"

static inline int glue_is_null(sqlite3_value *value) {
  return value == NULL || sqlite3_value_type(value) == SQLITE_NULL;
}

/* Has SQLite bring texts into UTF-8 and zeroblob() into memory, for which it may need memory. Once this was done,
** sqlite3_value_text() of a TEXT is not NULL, nor sqlite3_value_blob() of a BLOB that has bytes. Every value that comes
** in goes through here, or its reader looks for that NULL. */
coreset_status glue_ready_values(coreset_context *context, int count, sqlite3_value *const *values);

/* The text of a value that is ready; NULL where it is none, or holds U+0000, behind which C would not read on. */
const char *glue_text_of(sqlite3_value *value);

/* The type of a value, or of the number that a text wholly is, as sqlite3_value_numeric_type() has it; which crashes in
** SQLite 3.52 and 3.53 on a text that sqlite3_value_dup() made, as arguments of table-valued functions are. */
int glue_numeric_type(sqlite3_value *value);

/* An INTEGER, an integral REAL, or a text that is wholly such a number: 1 and its value, else 0. */
int glue_integral_value(sqlite3_value *value, int64_t *integer);

/* The identifier that a value other than a text is. */
coreset_status glue_integer_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                        coreset_id *id);

/* An identifier; its text belongs to the value. Inline, because every row has two. */
static inline coreset_status glue_id_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                              coreset_id *id) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return glue_integer_id_argument(context, argument, value, id);
  id->integer = 0;
  id->text = (const char *)sqlite3_value_text(value);
  id->length = (size_t)sqlite3_value_bytes(value);
  return id->text != NULL ? CORESET_OK : core_out_of_memory(context);
}

/* A finite number, or a text that is wholly one. */
coreset_status glue_real_argument(coreset_context *context, const char *argument, sqlite3_value *value, double *real);

/* Why a value that is no number may be none: the rest of a sentence, or "". */
const char *glue_number_hint(sqlite3_value *value);

/* A count from 1 to total: an integer, or text with a percent sign (of total). */
coreset_status glue_count_argument(coreset_context *context, const char *argument, sqlite3_value *value, size_t total,
                                   size_t *count);

/* The level of intervals, at least 0 and less than 1; NULL is 0.9. */
coreset_status glue_level_argument(coreset_context *context, sqlite3_value *value, double *level);

/* A value that is ready, as it is compared. */
typedef struct glue_value_bytes {
  int type;          /* SQLITE_NULL also where it was not given */
  int64_t number;    /* an INTEGER, or the bits of a FLOAT; else 0 */
  const void *bytes; /* of TEXT and BLOB */
  size_t size;       /* how many */
} glue_value_bytes;

glue_value_bytes glue_bytes_of(sqlite3_value *value);

/* Whether two values that are ready are the same, type and all; NULL stands for an SQL NULL. */
int glue_same_value(sqlite3_value *one, sqlite3_value *other);

#endif /* GLUE_ARGUMENTS_H */
