/*
** coreset.c: the entry point of the extension.
**
**     .load ./coreset                          in the sqlite3 shell
**     SELECT load_extension('./coreset');      elsewhere
**     sqlite3_auto_extension((void (*)(void))sqlite3_coreset_init);
**                                              statically linked
**
** Loading registers the functions listed below on one connection and reads and
** writes nothing else. The functions are described at the head of each file in
** ext/glue.
*/
#include "glue/glue.h"

/* Repeats the declaration in glue.h, and defines it. */
SQLITE_EXTENSION_INIT1

/* JSON functions are always there, and vtab configuration is as we use it. */
#define OLDEST_SQLITE_NUMBER 3038000
#define OLDEST_SQLITE "3.38.0"

#if defined(_WIN32)
#define CORESET_EXPORT __declspec(dllexport)
#else
#define CORESET_EXPORT __attribute__((visibility("default")))
#endif

static int (*const registrations[])(sqlite3 *db) = {
    glue_register_matrix_functions,  glue_register_matrix_tables,   glue_register_select_tables,
    glue_register_select_aggregates, glue_register_predict_tables,  glue_register_fit_functions,
    glue_register_evaluate_table,    glue_register_judge_functions, glue_register_info_functions,
};

CORESET_EXPORT int sqlite3_coreset_init(sqlite3 *db, char **error_message, const sqlite3_api_routines *api) {
  int rc = SQLITE_OK;
  size_t i;
  SQLITE_EXTENSION_INIT2(api);
  (void)api;
  if (sqlite3_libversion_number() < OLDEST_SQLITE_NUMBER) {
    if (error_message != NULL) {
      *error_message =
          sqlite3_mprintf("sqlite-coreset needs SQLite %s or later, this is %s", OLDEST_SQLITE, sqlite3_libversion());
    }
    return SQLITE_ERROR;
  }
  for (i = 0; i < sizeof(registrations) / sizeof(registrations[0]) && rc == SQLITE_OK; i++) rc = registrations[i](db);
  if (rc != SQLITE_OK) return rc;
#ifdef SQLITE_CORE
  return SQLITE_OK;
#else
  /* Unloading at every close would make OpenBLAS join and restart its threads. */
  return SQLITE_OK_LOAD_PERMANENTLY;
#endif
}
