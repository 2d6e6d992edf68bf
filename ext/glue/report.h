/*
** report.h: how results and failures of the core become SQL values and errors.
*/
#ifndef GLUE_REPORT_H
#define GLUE_REPORT_H

#include "base/context.h"
#include "glue/sqlite.h"

/* The SQLite result code of a status. */
int glue_sqlite_code(coreset_status status);

/* The failure of a nested SQLite call: the status that goes with its result code, and its message
** behind the argument's name. */
coreset_status glue_nested_failure(coreset_context *context, sqlite3 *db, const char *argument, int rc);

/* Makes the failure the result of an SQL function: "function(): message". */
void glue_result_status(sqlite3_context *sql, const char *function, coreset_status status,
                        const coreset_context *context);

/* A value that is ready (arguments.h), as it reads in a message: 5, 2.5, 'abc', NULL, a BLOB of 12 bytes. */
#define GLUE_VALUE_TEXT_SIZE 64
const char *glue_value_format(sqlite3_value *value, char text[GLUE_VALUE_TEXT_SIZE]);

/* An identifier, or a number with NaN as NULL, as the result of a function or column. */
void glue_result_id(sqlite3_context *sql, coreset_id id);
void glue_result_reach(sqlite3_context *sql, coreset_reach reach);
void glue_result_real(sqlite3_context *sql, double value);

/* Appends an identifier, or a text, as JSON to a string under construction. */
void glue_append_json_id(sqlite3_str *json, coreset_id id);
void glue_append_json_text(sqlite3_str *json, const char *text);

/* Ends a string under construction and makes it the result, marked as JSON for the JSON functions. */
void glue_result_json(sqlite3_context *sql, sqlite3_str *json);

#endif /* GLUE_REPORT_H */
