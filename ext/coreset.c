/*
** coreset.c: the entry point of the extension.
**
**     .load ./coreset                          in the sqlite3 shell
**     SELECT load_extension('./coreset');      elsewhere
**     sqlite3_auto_extension((void (*)(void))sqlite3_coreset_init);
**                                              statically linked
**
** The file may be renamed. Loading registers the functions listed below on one connection and
** reads and writes nothing else. The functions are described at the head of each file in
** ext/glue.
*/
#include "coreset.h"
#include "glue/register.h"

/* Repeats the declaration in glue/sqlite.h, and defines it. */
SQLITE_EXTENSION_INIT1

/* JSON functions are always there, and vtab configuration is as we use it. */
#define OLDEST_SQLITE_NUMBER 3038000
#define OLDEST_SQLITE "3.38.0"

#define CORESET_EXPORT __attribute__((visibility("default")))

static int (*const registrations[])(sqlite3 *db) = {
    glue_register_matrix_functions, glue_register_matrix_tables,    glue_register_select_table,
    glue_register_select_aggregate, glue_register_predict_table,    glue_register_fit_functions,
    glue_register_compare_table,    glue_register_suites_functions, glue_register_suites_table,
    glue_register_next_table,       glue_register_evaluate_table,   glue_register_judge_functions,
    glue_register_explain_table,    glue_register_items_table,      glue_register_power_table,
    glue_register_info_functions,
};

static int initialise(sqlite3 *db, char **error_message, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)api;
  if (sqlite3_libversion_number() < OLDEST_SQLITE_NUMBER) {
    if (error_message != NULL) {
      *error_message =
          sqlite3_mprintf("sqlite-coreset needs SQLite %s or later, this is %s", OLDEST_SQLITE, sqlite3_libversion());
    }
    return SQLITE_ERROR;
  }
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof(registrations) / sizeof(registrations[0]) && rc == SQLITE_OK; i++) {
    rc = registrations[i](db);
  }
  if (rc != SQLITE_OK) return rc;
#ifdef SQLITE_CORE
  return SQLITE_OK;
#else
  /* Unloading at every close would make OpenBLAS join and restart its threads. */
  return SQLITE_OK_LOAD_PERMANENTLY;
#endif
}

CORESET_EXPORT int sqlite3_coreset_init(sqlite3 *db, char **error_message, const sqlite3_api_routines *api) {
  return initialise(db, error_message, api);
}

#ifndef SQLITE_CORE
/* The name that SQLite looks for first, whatever the file is called. It is that of every other extension
** too, so that a program cannot link it in. */
CORESET_EXPORT int sqlite3_extension_init(sqlite3 *db, char **error_message, const sqlite3_api_routines *api) {
  return initialise(db, error_message, api);
}
#endif
