/*
** report.c: how results and failures of the core become SQL values and errors.
*/
#include "glue/report.h"

#include <math.h>
#include <string.h>

#include "matrix/id.h"

#define JSON_SUBTYPE 74 /* 'J', the mark of SQLite's own JSON functions */

int glue_sqlite_code(coreset_status status) {
  switch (status) {
  case CORESET_OK:
  case CORESET_DONE:
    return SQLITE_OK;
  case CORESET_NO_MEMORY:
    return SQLITE_NOMEM;
  case CORESET_INTERRUPTED:
    return SQLITE_INTERRUPT;
  case CORESET_TOO_BIG:
    return SQLITE_TOOBIG;
  case CORESET_ERROR:
  case CORESET_TOO_LITTLE:
  case CORESET_CORRUPT:
    break;
  }
  return SQLITE_ERROR;
}

coreset_status glue_nested_failure(coreset_context *context, sqlite3 *db, const char *argument, int rc) {
  switch (rc & 0xFF) { /* without what extends it */
  case SQLITE_NOMEM:
    return core_out_of_memory(context);
  case SQLITE_INTERRUPT:
    return core_fail(context, CORESET_INTERRUPTED, "interrupted");
  case SQLITE_TOOBIG:
    return core_fail(context, CORESET_TOO_BIG, "%s: %s", argument, sqlite3_errmsg(db));
  default:
    return core_fail(context, CORESET_ERROR, "%s: %s", argument, sqlite3_errmsg(db));
  }
}

void glue_result_status(sqlite3_context *sql, const char *function, coreset_status status,
                        const coreset_context *context) {
  char *message = status == CORESET_NO_MEMORY ? NULL : sqlite3_mprintf("%s(): %s", function, context->message);
  if (message == NULL) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  sqlite3_result_error(sql, message, -1);
  sqlite3_free(message);
  if (status == CORESET_INTERRUPTED || status == CORESET_TOO_BIG) {
    sqlite3_result_error_code(sql, glue_sqlite_code(status));
  }
}

const char *glue_value_format(sqlite3_value *value, char text[GLUE_VALUE_TEXT_SIZE]) {
  coreset_id id = {0};
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    return sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "%lld", sqlite3_value_int64(value));
  case SQLITE_FLOAT:
    return sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "%!.15g", sqlite3_value_double(value));
  case SQLITE_TEXT:
    id.text = (const char *)sqlite3_value_text(value);
    id.length = (size_t)sqlite3_value_bytes(value);
    return core_id_format(&id, text);
  case SQLITE_BLOB:
    return sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "a BLOB of %d bytes", sqlite3_value_bytes(value));
  default:
    return sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "NULL");
  }
}

void glue_result_id(sqlite3_context *sql, coreset_id id) {
  if (id.text == NULL) {
    sqlite3_result_int64(sql, id.integer);
  } else {
    sqlite3_result_text64(sql, id.text, id.length, SQLITE_TRANSIENT, SQLITE_UTF8);
  }
}

void glue_result_reach(sqlite3_context *sql, coreset_reach reach) {
  static const char *const names[] = {
      [CORESET_REACH_INSIDE] = "inside", [CORESET_REACH_ABOVE] = "above", [CORESET_REACH_BELOW] = "below"};
  if (reach != CORESET_REACH_UNKNOWN) sqlite3_result_text(sql, names[reach], -1, SQLITE_STATIC);
}

void glue_result_real(sqlite3_context *sql, double value) {
  if (isnan(value)) {
    sqlite3_result_null(sql);
  } else {
    sqlite3_result_double(sql, value);
  }
}

void glue_append_json_id(sqlite3_str *json, coreset_id id) {
  if (id.text == NULL) {
    sqlite3_str_appendf(json, "%lld", (long long)id.integer);
    return;
  }
  sqlite3_str_appendchar(json, 1, '"');
  for (size_t i = 0; i < id.length; i++) {
    unsigned char byte = (unsigned char)id.text[i];
    if (byte < 0x20) {
      sqlite3_str_appendf(json, "\\u%04x", byte);
    } else {
      if (byte == '"' || byte == '\\') sqlite3_str_appendchar(json, 1, '\\');
      sqlite3_str_appendchar(json, 1, (char)byte);
    }
  }
  sqlite3_str_appendchar(json, 1, '"');
}

void glue_append_json_text(sqlite3_str *json, const char *text) {
  glue_append_json_id(json, (coreset_id){text, strlen(text), 0});
}

void glue_result_json(sqlite3_context *sql, sqlite3_str *json) {
  int rc = sqlite3_str_errcode(json);
  char *text = sqlite3_str_finish(json);
  if (rc == SQLITE_TOOBIG) {
    sqlite3_result_error_toobig(sql);
  } else if (text == NULL) {
    sqlite3_result_error_nomem(sql);
  } else {
    sqlite3_result_text(sql, text, -1, sqlite3_free);
    sqlite3_result_subtype(sql, JSON_SUBTYPE);
  }
}
