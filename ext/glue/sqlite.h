/*
** sqlite.h: SQLite as the files of the glue see it: through the table of functions that
** ext/coreset.c defines, or directly where the extension is linked statically.
*/
#ifndef GLUE_SQLITE_H
#define GLUE_SQLITE_H

#include "sqlite3ext.h"

SQLITE_EXTENSION_INIT3

/* Every function depends on its arguments alone, and has no side effects. */
#define GLUE_FUNCTION_FLAGS (SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS)

/* Since SQLite 3.45 a function whose result has a subtype must say so. */
#ifdef SQLITE_RESULT_SUBTYPE
#define GLUE_JSON_FUNCTION_FLAGS (GLUE_FUNCTION_FLAGS | SQLITE_RESULT_SUBTYPE)
#else
#define GLUE_JSON_FUNCTION_FLAGS (GLUE_FUNCTION_FLAGS | 0x001000000)
#endif

#endif /* GLUE_SQLITE_H */
