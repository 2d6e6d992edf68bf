/*
** model_lists.h: what is known of models, as JSON arrays of [model, value] pairs.
*/
#ifndef GLUE_MODEL_LISTS_H
#define GLUE_MODEL_LISTS_H

#include "base/memory.h"
#include "glue/sqlite.h"

/* [[model, date], ...], dates numbers or ISO text: for each model of the matrix a number that is larger the later
** the date; NaN where there is none. The array belongs to the arena. */
coreset_status glue_released_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value,
                                      const coreset_matrix *matrix, core_arena *arena, const double **released);

/* [[model, family], ...], families INTEGER or TEXT: for each model of the matrix a number, the index of the first
** listed of its family, or its own where it has none. The array belongs to the arena. */
coreset_status glue_families_argument(coreset_context *context, sqlite3 *db, sqlite3_value *value,
                                      const coreset_matrix *matrix, core_arena *arena, const size_t **families);

#endif /* GLUE_MODEL_LISTS_H */
