/*
** table_function.c: the virtual table behind every table-valued function.
**
** Each function is an eponymous-only virtual table whose inputs are hidden columns
** after the outputs. They may be given by position, f(matrix, 50), or by name,
** WHERE k = 50; selecting one shows the value in force.
**
** How inputs reach xFilter: xBestIndex sets bit i of idxNum for each input i that
** has an equality constraint and asks for the values in the order of the inputs. The
** bits from COLUMNS_SHIFT on tell which outputs the statement reads.
** Its answers to a missing or unusable input differ:
**
**   * a required input that the query never mentions makes a plan so expensive that any
**     other is taken, and xFilter reports it: SQLite also tries each side of an OR
**     by itself, without the inputs outside of it;
**   * an input that is mentioned but not usable in the plan being tried (it comes
**     from a table further in) gives SQLITE_CONSTRAINT: another plan will do;
**   * an input mentioned twice, or with another operator than = or IN, is an error:
**     the rows would be right only by accident.
**
** IN makes SQLite run xFilter once for each value. Every consumed constraint is
** omitted from SQLite's own checking, because the value in force need not compare
** equal to the one given ('5%' becomes 50, NULL becomes the default).
**
** No two rows of a function have the same rowid, whichever run they are from:
** where both sides of an OR give the inputs, SQLite runs each of them and drops the
** rows of the second whose rowid it has seen.
*/
#include "glue/table_function.h"

#include <string.h>

#include "base/memory.h"
#include "glue/arguments.h"
#include "glue/report.h"

#define COLUMNS_SHIFT GLUE_ARGUMENT_LIMIT
#define COLUMNS_MASK 0x7FFF /* what is left of a positive int: the first 15 outputs */

/* One virtual table, which is one function on one connection. */
typedef struct function_table {
  sqlite3_vtab base;                   /* must be first */
  sqlite3 *db;                         /* the connection */
  const glue_table_function *function; /* belongs to the module */
  sqlite3_int64 rows;                  /* how many were produced so far, by all cursors */
} function_table;

#define RUN_COST 1e6      /* of one run: it takes as long as stepping through many rows */
#define MISSING_COST 1e99 /* of a plan without a required input */

void glue_add_argument(glue_table_function *function, const char *name, int required) {
  glue_table_argument *argument = &function->arguments[function->argument_count++];
  argument->name = name;
  argument->required = required;
}

void glue_add_method_arguments(glue_table_function *function, const core_registry *registry,
                               const coreset_method *method) {
  function->method = method;
  function->method_argument = function->argument_count;
  if (method == NULL) {
    glue_add_argument(function, registry->kind, 0);
    glue_add_argument(function, "options", 0);
  }
  for (size_t i = 0; method != NULL && i < method->option_count; i++) {
    glue_add_argument(function, method->options[i].name, 0);
  }
}

sqlite3_value *glue_argument(const glue_table_cursor *cursor, const char *name) {
  int i = 0;
  while (strcmp(cursor->function->arguments[i].name, name) != 0) i++;
  return glue_is_null(cursor->arguments[i]) ? NULL : cursor->arguments[i];
}

static int table_connect(sqlite3 *db, void *client, int argc, const char *const *argv, sqlite3_vtab **vtab,
                         char **error) {
  const glue_table_function *function = client;
  sqlite3_str *schema = sqlite3_str_new(db);
  (void)argc, (void)argv, (void)error;
  sqlite3_str_appendf(schema, "CREATE TABLE x(%s", function->columns);
  for (int i = 0; i < function->argument_count; i++) {
    sqlite3_str_appendf(schema, ", \"%w\" HIDDEN", function->arguments[i].name);
  }
  sqlite3_str_appendchar(schema, 1, ')');
  char *text = sqlite3_str_finish(schema);
  if (text == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_declare_vtab(db, text);
  sqlite3_free(text);
  if (rc != SQLITE_OK) return rc;
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  function_table *table = sqlite3_malloc64(sizeof(*table));
  if (table == NULL) return SQLITE_NOMEM;
  *table = (function_table){.db = db, .function = function};
  *vtab = &table->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/* Reports "function(): <before><argument><after>" and returns SQLITE_ERROR. */
static int argument_error(function_table *table, const char *before, int argument, const char *after) {
  sqlite3_free(table->base.zErrMsg);
  table->base.zErrMsg =
      sqlite3_mprintf("%s(): %s%s%s", table->function->name, before, table->function->arguments[argument].name, after);
  return table->base.zErrMsg == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* Finds for each input the constraint that gives it: its index, or -1. Sets
** *unusable if one of them cannot be used in this plan. */
static int find_constraints(function_table *table, const sqlite3_index_info *info,
                            int constraint_of[GLUE_ARGUMENT_LIMIT], int *unusable) {
  const glue_table_function *function = table->function;
  *unusable = 0;
  for (int i = 0; i < function->argument_count; i++) constraint_of[i] = -1;
  for (int i = 0; i < info->nConstraint; i++) {
    int operation = info->aConstraint[i].op;
    int argument = info->aConstraint[i].iColumn - function->column_count;
    if (operation == SQLITE_INDEX_CONSTRAINT_LIMIT || operation == SQLITE_INDEX_CONSTRAINT_OFFSET) continue;
    if (argument < 0) continue; /* a test of an output: SQLite's own business */
    if (operation != SQLITE_INDEX_CONSTRAINT_EQ) {
      return argument_error(table, "", argument, " is an input: give it with = or IN");
    }
    if (constraint_of[argument] >= 0) return argument_error(table, "", argument, " is given twice");
    constraint_of[argument] = i;
    if (!info->aConstraint[i].usable) *unusable = 1;
  }
  return SQLITE_OK;
}

static int table_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  function_table *table = (function_table *)vtab;
  const glue_table_function *function = table->function;
  int constraint_of[GLUE_ARGUMENT_LIMIT];
  int unusable, argv_index = 0;
  int rc = find_constraints(table, info, constraint_of, &unusable);
  if (rc != SQLITE_OK) return rc;
  if (unusable) return SQLITE_CONSTRAINT;
  info->idxNum = 0;
  info->estimatedCost = RUN_COST;
  for (int i = 0; i < function->argument_count; i++) {
    if (constraint_of[i] < 0) {
      if (function->arguments[i].required) info->estimatedCost = MISSING_COST;
      continue;
    }
    info->idxNum |= 1 << i;
    info->aConstraintUsage[constraint_of[i]].argvIndex = ++argv_index;
    info->aConstraintUsage[constraint_of[i]].omit = 1;
  }
  info->idxNum |= (int)(info->colUsed & COLUMNS_MASK) << COLUMNS_SHIFT;
  info->estimatedRows = 100;
  info->orderByConsumed =
      info->nOrderBy == 1 && info->aOrderBy[0].iColumn == function->ordered_by && !info->aOrderBy[0].desc;
  return SQLITE_OK;
}

static int table_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor_out) {
  function_table *table = (function_table *)vtab;
  glue_table_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));
  if (cursor == NULL) return SQLITE_NOMEM;
  *cursor = (glue_table_cursor){.function = table->function, .db = table->db};
  glue_poller_open(&cursor->poller, table->db, &cursor->context);
  *cursor_out = &cursor->base;
  return SQLITE_OK;
}

/* Ends one run of xFilter. */
static void clear_cursor(glue_table_cursor *cursor) {
  core_arena *state = cursor->state; /* its first member */
  if (state != NULL) {
    if (cursor->function->close != NULL) cursor->function->close(state);
    core_release(state);
  }
  cursor->state = NULL;
  cursor->at_end = 1;
  for (int i = 0; i < GLUE_ARGUMENT_LIMIT; i++) {
    sqlite3_value_free(cursor->arguments[i]);
    cursor->arguments[i] = NULL;
  }
}

static int table_close(sqlite3_vtab_cursor *base) {
  glue_table_cursor *cursor = (glue_table_cursor *)base;
  clear_cursor(cursor);
  glue_poller_close(&cursor->poller);
  sqlite3_free(cursor);
  return SQLITE_OK;
}

/* The SQLite code of a status, with the message left where SQLite looks for it. */
static int report(glue_table_cursor *cursor, coreset_status status) {
  sqlite3_vtab *vtab = cursor->base.pVtab;
  if (status != CORESET_OK && status != CORESET_DONE && status != CORESET_NO_MEMORY) {
    sqlite3_free(vtab->zErrMsg);
    vtab->zErrMsg = sqlite3_mprintf("%s(): %s", cursor->function->name, cursor->context.message);
  }
  return glue_sqlite_code(status);
}

static int table_next(sqlite3_vtab_cursor *base) {
  glue_table_cursor *cursor = (glue_table_cursor *)base;
  coreset_status status = cursor->function->next(cursor);
  cursor->row++;
  cursor->rowid = ++((function_table *)base->pVtab)->rows;
  cursor->at_end = status != CORESET_OK;
  return report(cursor, status);
}

static int table_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str, int argc, sqlite3_value **argv) {
  glue_table_cursor *cursor = (glue_table_cursor *)base;
  int taken = 0;
  (void)idx_str, (void)argc;
  clear_cursor(cursor);
  cursor->row = 0;
  cursor->columns_read = (unsigned)idx_num >> COLUMNS_SHIFT;
  for (int i = 0; i < cursor->function->argument_count; i++) {
    if (!(idx_num & (1 << i))) {
      if (!cursor->function->arguments[i].required) continue;
      return argument_error((function_table *)base->pVtab, "the argument ", i, " is missing");
    }
    cursor->arguments[i] = sqlite3_value_dup(argv[taken++]);
    if (cursor->arguments[i] == NULL) return SQLITE_NOMEM;
  }
  cursor->state = core_object(&cursor->context, cursor->function->state_size);
  if (cursor->state == NULL) return SQLITE_NOMEM;
  coreset_status status = cursor->function->open(cursor);
  return status == CORESET_OK ? table_next(base) : report(cursor, status);
}

static int table_eof(sqlite3_vtab_cursor *base) {
  return ((glue_table_cursor *)base)->at_end;
}

static int table_column(sqlite3_vtab_cursor *base, sqlite3_context *sql, int column) {
  glue_table_cursor *cursor = (glue_table_cursor *)base;
  const glue_table_function *function = cursor->function;
  int argument = column - function->column_count;
  if (argument < 0) {
    function->column(cursor, sql, column);
  } else if (function->echo == NULL || !function->echo(cursor, sql, argument)) {
    if (cursor->arguments[argument] != NULL) sqlite3_result_value(sql, cursor->arguments[argument]);
  }
  return SQLITE_OK;
}

static int table_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((glue_table_cursor *)base)->rowid;
  return SQLITE_OK;
}

/* xCreate is NULL: the table exists under its own name and cannot be created. */
static const sqlite3_module table_module = {
    .iVersion = 0,
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = table_open,
    .xClose = table_close,
    .xFilter = table_filter,
    .xNext = table_next,
    .xEof = table_eof,
    .xColumn = table_column,
    .xRowid = table_rowid,
};

int glue_register_table_function(sqlite3 *db, const glue_table_function *function) {
  glue_table_function *copy = sqlite3_malloc64(sizeof(*copy));
  if (copy == NULL) return SQLITE_NOMEM;
  *copy = *function;
  return sqlite3_create_module_v2(db, function->name, &table_module, copy, sqlite3_free);
}
