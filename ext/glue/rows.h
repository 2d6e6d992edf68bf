/*
** rows.h: a row of results on its way into a score matrix.
*/
#ifndef GLUE_ROWS_H
#define GLUE_ROWS_H

#include "base/context.h"
#include "glue/sqlite.h"

/* Adds a row of arguments model, question, score [, weight] to a builder. */
coreset_status glue_add_row(coreset_context *context, coreset_builder *builder, int argc, sqlite3_value **argv);

#endif /* GLUE_ROWS_H */
