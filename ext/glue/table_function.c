/*
** table_function.c: the virtual table behind every table-valued function.
**
** Each function is an eponymous-only virtual table whose inputs are hidden columns
** after the outputs. They may be given by position, f(matrix, 50), or by name,
** WHERE k = 50; selecting one shows the value in force. Rows come from table_run.c.
**
** How inputs reach xFilter: xBestIndex sets bit i of idxNum for each input i that
** has an equality constraint and asks for the values in the order of the inputs. The
** bits from COLUMNS_SHIFT on tell which columns the statement reads. A negative
** idxNum is a plan that cannot work: xFilter reports why.
**
**   * A required input is missing, or one is given twice. SQLite tries many plans, and such
**     a one says little about the statement: of an OR it tries each side by itself, before
**     3.47 without the inputs outside of it, since then together with the IN that it derives from
**     the whole of k = 2 OR k = 3. So these plans are only expensive, and are reported where
**     there is no other.
**   * An input is mentioned but not usable in the plan being tried (it comes from a table
**     further in): SQLITE_CONSTRAINT; another plan will do.
**   * Another operator than = or IN, or a condition that SQLite would test again: an error, for
**     the rows would be right only by accident.
**
** Each input that the statement mentions and the plan does not have makes the plan
** more expensive: in WHERE k = 2 OR seed = 3 the two sides together are better than one run
** without either, which SQLite would then compare with them.
**
** IN makes SQLite run xFilter once for each value. Every consumed constraint is
** omitted from SQLite's own checking, because the value in force need not compare
** equal to the one given ('5%' becomes 50, NULL becomes the default).
**
** Rowids are a hash of the inputs, and the number of the row. Where both sides of an OR give the inputs,
** SQLite runs each of them and drops the rows of the second whose rowid it has seen: those of
** other inputs must differ. For a FULL JOIN it runs the right side twice, and the second time looks for
** the rowids that found no partner: those of the same inputs must be the same.
*/
#include "glue/table_function.h"

#include <string.h>

#include "glue/arguments.h"
#include "glue/report.h"
#include "glue/table_run.h"

#define COLUMNS_SHIFT GLUE_ARGUMENT_LIMIT
#define COLUMNS_MASK 0x7FFF   /* what is left of a positive int: the first 15 columns */
#define OMIT_LIMIT 16         /* SQLite tests conditions beyond the first 16 itself, whatever it is told */
#define OR_OFFERS_ALL 3047000 /* since this version a side of an OR is planned with what is outside of the OR */

/* What plans cost. */
#define RUN_COST 1e6          /* of one run: it takes as long as stepping through many rows */
#define MENTIONED_FACTOR 1e25 /* for each optional input that the statement mentions and the plan does not have */
#define ONE_SIDE_COST 1e24    /* of a side of an OR alone: more than any join, less than a run without its inputs */
#define IDLE_SIDE_COST 1e290  /* the same where a run has the inputs that the side gives */
#define IMPOSSIBLE_COST 1e300 /* of a plan that is taken only where there is no other */

/* Why a plan cannot work. */
enum plan_problem {
  PROBLEM_MISSING,  /* a required input is not given */
  PROBLEM_ONE_SIDE, /* and it is mentioned, as others are that are given: on another side of an OR? */
  PROBLEM_WITHHELD, /* and it is mentioned, but SQLite hands over none: a RIGHT JOIN? */
  PROBLEM_TWICE     /* an input is given by an IN and by something else */
};

/* One virtual table, which is one function on one connection. */
typedef struct function_table {
  sqlite3_vtab base; /* must be first */
  glue_runs runs;    /* what cursors read */
  int cursors;       /* how many there are */
  int planned;       /* bit i: the last plan that can work has input i */
} function_table;

/* What SQLite reads rows with. */
typedef struct table_cursor {
  sqlite3_vtab_cursor base; /* must be first */
  glue_reader reader;       /* the rows */
  int at_end;               /* there is no current row */
} table_cursor;

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
  *table = (function_table){.runs = {.db = db, .function = function}};
  *vtab = &table->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/* Reports "function(): <before><argument><after>" and returns SQLITE_ERROR. */
static int argument_error(function_table *table, const char *before, int argument, const char *after) {
  const glue_table_function *function = table->runs.function;
  sqlite3_free(table->base.zErrMsg);
  table->base.zErrMsg =
      sqlite3_mprintf("%s(): %s%s%s", function->name, before, function->arguments[argument].name, after);
  return table->base.zErrMsg == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* How inputs are given in a plan. */
typedef struct given_inputs {
  int constraint[GLUE_ARGUMENT_LIMIT]; /* for each input the one that gives it; -1: none */
  int repeats[OMIT_LIMIT];             /* constraints that give an input once more */
  int repeat_count;                    /* how many */
  int unusable;                        /* one of them cannot be used in this plan */
  int twice;                           /* an input that IN gives, and something else; -1: none */
} given_inputs;

/* Adds a constraint on an input that another gives already. SQLite itself repeats inputs where it plans one side of an
** OR: those outside of the OR, or the equation that all sides have. xFilter compares the values. The IN that it derives
** from all sides cannot be compared with. */
static int add_repeat(function_table *table, sqlite3_index_info *info, given_inputs *given, int argument, int repeat) {
  int first = given->constraint[argument];
  sqlite3_value *one, *other;
  int has_in = sqlite3_vtab_in(info, first, -1) || sqlite3_vtab_in(info, repeat, -1);
  int known = sqlite3_vtab_rhs_value(info, first, &one) == SQLITE_OK &&
              sqlite3_vtab_rhs_value(info, repeat, &other) == SQLITE_OK;
  if (has_in && sqlite3_libversion_number() >= OR_OFFERS_ALL) {
    given->twice = argument;
    return SQLITE_OK;
  }
  if (has_in || info->aConstraint[first].usable != info->aConstraint[repeat].usable ||
      (known && !glue_same_value(one, other))) {
    return argument_error(table, "", argument, " is given twice");
  }
  given->repeats[given->repeat_count++] = repeat;
  return SQLITE_OK;
}

/* Finds for each input the constraint that gives it. */
static int find_constraints(function_table *table, sqlite3_index_info *info, given_inputs *given) {
  const glue_table_function *function = table->runs.function;
  int rc = SQLITE_OK;
  *given = (given_inputs){.twice = -1};
  for (int i = 0; i < function->argument_count; i++) given->constraint[i] = -1;
  for (int i = 0; i < info->nConstraint && rc == SQLITE_OK; i++) {
    int operation = info->aConstraint[i].op;
    int argument = info->aConstraint[i].iColumn - function->column_count;
    if (operation == SQLITE_INDEX_CONSTRAINT_LIMIT || operation == SQLITE_INDEX_CONSTRAINT_OFFSET) continue;
    if (argument < 0) continue; /* a test of an output: SQLite's own business */
    if (operation != SQLITE_INDEX_CONSTRAINT_EQ) {
      return argument_error(table, "", argument, " is an input: give it with = or IN");
    }
    if (i >= OMIT_LIMIT) {
      return argument_error(table, "", argument,
                            " is beyond what SQLite hands over with so many conditions:"
                            " put a plus before outputs, +rank > 5");
    }
    if (!info->aConstraint[i].usable) given->unusable = 1;
    if (given->constraint[argument] >= 0) {
      rc = add_repeat(table, info, given, argument, i);
    } else {
      given->constraint[argument] = i;
    }
  }
  return rc;
}

/* The idxNum of a plan that cannot work. */
static int problem_number(enum plan_problem problem, int argument) {
  return -1 - ((int)problem * GLUE_ARGUMENT_LIMIT + argument);
}

/* Reports the problem behind such an idxNum. */
static int report_problem(function_table *table, int number) {
  int argument = (-1 - number) % GLUE_ARGUMENT_LIMIT;
  switch ((enum plan_problem)((-1 - number) / GLUE_ARGUMENT_LIMIT)) {
  case PROBLEM_TWICE:
    return argument_error(table, "", argument, " is given twice");
  case PROBLEM_ONE_SIDE:
    return argument_error(table, "the argument ", argument,
                          " is missing: where OR chooses inputs, give it by position or on each side");
  case PROBLEM_WITHHELD:
    return argument_error(table, "the argument ", argument,
                          " is missing: SQLite gives none to the right side of a RIGHT JOIN; swap the sides");
  case PROBLEM_MISSING:
    break;
  }
  return argument_error(table, "the argument ", argument, " is missing");
}

/* Has the value of a constraint handed to xFilter, behind others. */
static void use_constraint(sqlite3_index_info *info, int constraint, int *argv_index) {
  info->aConstraintUsage[constraint].argvIndex = ++*argv_index;
  info->aConstraintUsage[constraint].omit = 1;
}

/* Fills in a plan that lacks a required input. It is one side of an OR, perhaps: before OR_OFFERS_ALL that is planned
** without the inputs outside of the OR, which it does have when it runs; and after the plan without the OR. */
static void plan_part(const function_table *table, int given, int missing, sqlite3_index_info *info) {
  int is_mentioned = (int)(info->colUsed >> (table->runs.function->column_count + missing) & 1);
  enum plan_problem problem = given == 0 ? PROBLEM_WITHHELD : PROBLEM_ONE_SIDE;
  info->idxNum = problem_number(is_mentioned ? problem : PROBLEM_MISSING, missing);
  info->estimatedCost = given == 0 ? IMPOSSIBLE_COST : (given & ~table->planned) == 0 ? IDLE_SIDE_COST : ONE_SIDE_COST;
}

/* Fills in the plan that uses what is given. */
static int plan_run(function_table *table, const given_inputs *given, sqlite3_index_info *info) {
  const glue_table_function *function = table->runs.function;
  char repeats[OMIT_LIMIT + 1] = {0};
  int argv_index = 0, missing = -1, bits = 0;
  info->estimatedCost = RUN_COST;
  for (int i = 0; i < function->argument_count; i++) {
    if (given->constraint[i] >= 0) {
      bits |= 1 << i;
      use_constraint(info, given->constraint[i], &argv_index);
    } else if (function->arguments[i].required) {
      if (missing < 0) missing = i;
    } else if (info->colUsed >> (function->column_count + i) & 1) {
      info->estimatedCost *= MENTIONED_FACTOR;
    }
  }
  for (int i = 0; i < given->repeat_count; i++) {
    int constraint = given->repeats[i];
    use_constraint(info, constraint, &argv_index);
    repeats[i] = (char)('a' + info->aConstraint[constraint].iColumn - function->column_count);
  }
  if (missing >= 0) {
    plan_part(table, bits, missing, info);
    return SQLITE_OK;
  }
  table->planned = bits;
  info->idxNum = bits | (int)(info->colUsed & COLUMNS_MASK) << COLUMNS_SHIFT;
  if (given->repeat_count == 0) return SQLITE_OK;
  info->idxStr = sqlite3_mprintf("%s", repeats);
  info->needToFreeIdxStr = 1;
  return info->idxStr == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int table_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  function_table *table = (function_table *)vtab;
  given_inputs given;
  int rc = find_constraints(table, info, &given);
  if (rc != SQLITE_OK) return rc;
  info->estimatedRows = 100;
  if (given.twice >= 0) {
    info->idxNum = problem_number(PROBLEM_TWICE, given.twice);
    info->estimatedCost = IMPOSSIBLE_COST;
    return SQLITE_OK;
  }
  if (given.unusable) return SQLITE_CONSTRAINT;
  info->orderByConsumed =
      info->nOrderBy == 1 && info->aOrderBy[0].iColumn == table->runs.function->ordered_by && !info->aOrderBy[0].desc;
  return plan_run(table, &given, info);
}

static int table_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor_out) {
  function_table *table = (function_table *)vtab;
  table_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));
  if (cursor == NULL) return SQLITE_NOMEM;
  *cursor = (table_cursor){.reader = {.runs = &table->runs}};
  *cursor_out = &cursor->base;
  table->cursors++;
  return SQLITE_OK;
}

static int table_close(sqlite3_vtab_cursor *base) {
  function_table *table = (function_table *)base->pVtab;
  table_cursor *cursor = (table_cursor *)base;
  glue_reader_leave(&cursor->reader);
  sqlite3_free(cursor);
  if (--table->cursors == 0) glue_runs_release(&table->runs);
  return SQLITE_OK;
}

/* The SQLite code of a status, with the message left where SQLite looks for it. */
static int report(table_cursor *cursor, coreset_status status) {
  function_table *table = (function_table *)cursor->base.pVtab;
  cursor->at_end = status != CORESET_OK;
  if (status != CORESET_OK && status != CORESET_DONE && status != CORESET_NO_MEMORY) {
    sqlite3_free(table->base.zErrMsg);
    table->base.zErrMsg =
        sqlite3_mprintf("%s(): %s", table->runs.function->name, glue_reader_cursor(&cursor->reader)->context.message);
  }
  return glue_sqlite_code(status);
}

static int table_next(sqlite3_vtab_cursor *base) {
  table_cursor *cursor = (table_cursor *)base;
  return report(cursor, glue_reader_next(&cursor->reader));
}

static int table_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str, int argc, sqlite3_value **argv) {
  function_table *table = (function_table *)base->pVtab;
  table_cursor *cursor = (table_cursor *)base;
  sqlite3_value *arguments[GLUE_ARGUMENT_LIMIT] = {NULL};
  int taken = 0;
  glue_reader_leave(&cursor->reader);
  cursor->at_end = 1;
  if (idx_num < 0) return report_problem(table, idx_num);
  for (int i = 0; i < table->runs.function->argument_count; i++) {
    if (idx_num & (1 << i)) arguments[i] = argv[taken++];
  }
  for (int i = 0; taken < argc; i++) {
    int argument = idx_str[i] - 'a';
    if (!glue_same_value(arguments[argument], argv[taken++])) {
      return argument_error(table, "", argument, " is given twice");
    }
  }
  unsigned outputs = (1U << table->runs.function->column_count) - 1; /* the bits behind them are inputs */
  coreset_status status = glue_reader_join(&cursor->reader, arguments, (unsigned)idx_num >> COLUMNS_SHIFT & outputs);
  return status == CORESET_OK ? table_next(base) : report(cursor, status);
}

static int table_eof(sqlite3_vtab_cursor *base) {
  return ((table_cursor *)base)->at_end;
}

static int table_column(sqlite3_vtab_cursor *base, sqlite3_context *sql, int column) {
  glue_table_cursor *cursor = glue_reader_cursor(&((table_cursor *)base)->reader);
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
  *rowid = glue_reader_rowid(&((table_cursor *)base)->reader);
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
