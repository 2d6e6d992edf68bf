/*
** static.c: the extension linked into a program, as include/coreset.h describes: as an
** auto-extension, which must not ask to stay loaded, and on one connection.
*/
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "coreset.h"

/* 1 if the function answers on this connection. */
static int has_version(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  int found = sqlite3_prepare_v2(db, "SELECT coreset_version()", -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(statement, 0), CORESET_VERSION) == 0;
  sqlite3_finalize(statement);
  return found;
}

static int fail(const char *what) {
  fprintf(stderr, "static linking: %s\n", what);
  return 1;
}

int main(void) {
  sqlite3 *plain;
  if (sqlite3_open(":memory:", &plain) != SQLITE_OK) return fail("cannot open a connection");
  if (has_version(plain)) return fail("a connection has the functions before they were registered");
  if (sqlite3_coreset_init(plain, NULL, NULL) != SQLITE_OK) return fail("cannot register on one connection");
  if (!has_version(plain)) return fail("registering on one connection had no effect");
  sqlite3_close(plain);
  sqlite3 *automatic;
  sqlite3_auto_extension((void (*)(void))sqlite3_coreset_init);
  if (sqlite3_open(":memory:", &automatic) != SQLITE_OK) return fail("the auto-extension fails");
  if (!has_version(automatic)) return fail("the auto-extension had no effect");
  sqlite3_close(automatic);
  printf("static linking: ok\n");
  return 0;
}
