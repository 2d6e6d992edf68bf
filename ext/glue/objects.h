/*
** objects.h: score matrices, fits and bundles as arguments.
*/
#ifndef GLUE_OBJECTS_H
#define GLUE_OBJECTS_H

#include "base/blob.h"
#include "glue/sqlite.h"

/* Whether a value is a BLOB that begins like this format. */
int glue_is_format(sqlite3_value *value, const core_format *format);

/* A score matrix; release with coreset_matrix_free. */
coreset_status glue_matrix_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    coreset_matrix **matrix);

/* Whether an argument is a score matrix or a fit, whatever its state. */
coreset_status glue_known_blob(coreset_context *context, const char *argument, sqlite3_value *value);

/* A bundle of suites; release with coreset_bundle_free. */
coreset_status glue_bundle_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                    coreset_bundle **bundle);

/* A fit; release with coreset_fit_free. predictor: the method it must be of, or NULL. */
coreset_status glue_fit_argument(coreset_context *context, const char *argument, sqlite3_value *value,
                                 const coreset_method *predictor, coreset_fit **fit);

#endif /* GLUE_OBJECTS_H */
