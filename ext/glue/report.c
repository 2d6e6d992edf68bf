/*
** report.c: how results and failures of the core become SQL values and errors.
*/
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "glue/glue.h"

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
  case CORESET_CORRUPT:
    break;
  }
  return SQLITE_ERROR;
}

void glue_result_status(sqlite3_context *sql, const char *function, coreset_status status,
                        const coreset_context *context) {
  char *message;
  if (status == CORESET_NO_MEMORY) {
    sqlite3_result_error_nomem(sql);
    return;
  }
  message = sqlite3_mprintf("%s(): %s", function, context->message);
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
  coreset_id id;
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "%lld", sqlite3_value_int64(value));
    break;
  case SQLITE_FLOAT:
    sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "%!.15g", sqlite3_value_double(value));
    break;
  case SQLITE_TEXT:
    id.text = (const char *)sqlite3_value_text(value);
    id.length = (size_t)sqlite3_value_bytes(value);
    if (id.text == NULL) id.text = "";
    return core_id_format(&id, text);
  case SQLITE_BLOB:
    sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "a BLOB of %d bytes", sqlite3_value_bytes(value));
    break;
  default:
    sqlite3_snprintf(GLUE_VALUE_TEXT_SIZE, text, "NULL");
  }
  return text;
}

void glue_result_id(sqlite3_context *sql, coreset_id id) {
  if (id.text == NULL) {
    sqlite3_result_int64(sql, id.integer);
  } else {
    sqlite3_result_text64(sql, id.text, id.length, SQLITE_TRANSIENT, SQLITE_UTF8);
  }
}

void glue_result_real(sqlite3_context *sql, double value) {
  if (isnan(value)) {
    sqlite3_result_null(sql);
  } else {
    sqlite3_result_double(sql, value);
  }
}

void glue_result_is_json(sqlite3_context *sql) {
  sqlite3_result_subtype(sql, JSON_SUBTYPE);
}

void glue_append_json_id(sqlite3_str *json, coreset_id id) {
  size_t i;
  if (id.text == NULL) {
    sqlite3_str_appendf(json, "%lld", (long long)id.integer);
    return;
  }
  sqlite3_str_appendchar(json, 1, '"');
  for (i = 0; i < id.length; i++) {
    unsigned char byte = (unsigned char)id.text[i];
    if (byte == '"' || byte == '\\') {
      sqlite3_str_appendchar(json, 1, '\\');
      sqlite3_str_appendchar(json, 1, (char)byte);
    } else if (byte < 0x20) {
      sqlite3_str_appendf(json, "\\u%04x", byte);
    } else {
      sqlite3_str_appendchar(json, 1, (char)byte);
    }
  }
  sqlite3_str_appendchar(json, 1, '"');
}
