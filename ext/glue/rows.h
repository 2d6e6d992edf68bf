/*
** rows.h: a row of results on its way into a score matrix.
*/
#ifndef GLUE_ROWS_H
#define GLUE_ROWS_H

#include "base/context.h"
#include "glue/sqlite.h"

#define GLUE_ROW_ARGUMENTS 3 /* model, question, score */

/* Adds a row of arguments model, question, score [, weight] to a builder. Only weight needs to be ready (arguments.h). */
coreset_status glue_add_row(coreset_context *context, coreset_builder *builder, int argc, sqlite3_value **argv);

#endif /* GLUE_ROWS_H */
