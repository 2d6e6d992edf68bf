/*
** table_function.c: the virtual table behind every table-valued function.
**
** Each function is an eponymous-only virtual table whose inputs are hidden columns
** after the outputs. They may be given by position, f(matrix, 50), or by name,
** WHERE k = 50; selecting one shows the value in force. Rows come from table_run.c.
**
** An input may be shown among the outputs, as the k of coreset_evaluate is, whose value in force differs from row to
** row. Two columns cannot have one name, and SQLite gives what comes by position to hidden columns only: so the output
** is the input by name, and the hidden column, k_input, is there for its position.
**
** How inputs reach xFilter: xBestIndex sets bit i of idxNum for each input i that
** has an equality constraint and asks for the values in the order of the inputs. The
** bits from COLUMNS_SHIFT on tell which columns the statement reads. A negative
** idxNum is a plan that lacks a required input: xFilter reports it.
**
**   * An input may have several constraints, most of which SQLite makes itself: of an OR it plans each side,
**     with what is outside of the OR, once more where that is an argument by position, and with what it derives
**     from all sides, such as k IN (2, 3) from k = 2 OR k = 3. One gives the input. The values of the
**     others, named by the letters of idxStr, must be the same, and that IN must have it: else the input
**     is given twice, which is an error.
**     Two equations whose values are known already differ in xBestIndex, or SQLite would find the statement empty.
**   * An input that is mentioned, but not usable in the plan being tried (it comes from a table
**     further in), and not given otherwise: SQLITE_CONSTRAINT; another plan will do.
**   * Another operator than = or IN, or a condition that SQLite would test again: an error, for
**     the rows would be right only by accident.
**
** What plans cost decides which runs there are. The more inputs a plan lacks that the statement mentions,
** the worse it is: of WHERE k = 2 OR seed = 3 the two sides are right, and not one run without either, with
** whose values in force SQLite would compare. Before 3.47 a side of an OR is planned without what is outside
** of the OR, though it runs with it: it seems to lack the matrix. It must be cheaper than a run that lacks
** what the OR gives, and more expensive than one that has it, for from there it could not wait for a matrix
** that comes from another table.
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
#define COLUMNS_MASK 0x7FFF                      /* what is left of a positive int: the first 15 columns */
#define MISSING (-1)                             /* idxNum of a plan that lacks the required input number 0 */
#define WITHHELD (MISSING - GLUE_ARGUMENT_LIMIT) /* the same, though the statement mentions it */
#define OMIT_LIMIT 16 /* SQLite tests conditions beyond the first 16 itself, whatever it is told */

/* What idxStr has for each value behind those of the inputs: the letter whose number is that of the input. */
#define REPEATED_EQUATION 'a'
#define REPEATED_IN 'A'

#define RUN_COST 1e6          /* of one run: it takes as long as stepping through many rows */
#define SIDE_COST 1e24        /* of a side of an OR alone: more than any join, less than a run without its inputs */
#define MENTIONED_FACTOR 1e25 /* for each optional input that the statement mentions and the plan does not have */
#define IDLE_SIDE_COST 1e290  /* of one whose inputs a run without the OR has as well */
#define IMPOSSIBLE_COST 1e300 /* of a plan that is taken only where there is no other */

/* One virtual table, which is one function on one connection. */
typedef struct function_table {
  sqlite3_vtab base; /* must be first */
  glue_runs runs;    /* what cursors read */
  int cursors;       /* how many there are */
  unsigned planned;  /* bit i: the last plan that can work has input i */
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
  int i = 0, count = cursor->function->argument_count;
  while (i < count && strcmp(cursor->function->arguments[i].name, name) != 0) i++;
  return i == count || glue_is_null(cursor->arguments[i]) ? NULL : cursor->arguments[i];
}

/* The input that a column is, or -1: an output. */
static int input_of(const glue_table_function *function, int column) {
  if (column >= function->column_count) return column - function->column_count;
  for (int i = 0; i < function->argument_count; i++) {
    if (function->arguments[i].output > 0 && function->arguments[i].output == column + 1) return i;
  }
  return -1;
}

static int table_connect(sqlite3 *db, void *client, int argc, const char *const *argv, sqlite3_vtab **vtab,
                         char **error) {
  const glue_table_function *function = client;
  sqlite3_str *schema = sqlite3_str_new(db);
  (void)argc, (void)argv, (void)error;
  sqlite3_str_appendf(schema, "CREATE TABLE x(%s", function->columns);
  for (int i = 0; i < function->argument_count; i++) {
    const glue_table_argument *argument = &function->arguments[i];
    sqlite3_str_appendf(schema, ", \"%w%s\" HIDDEN", argument->name, argument->output > 0 ? "_input" : "");
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

/* Reports that an input is given two values. Of one that is an output too the second may be meant as a test. */
static int given_twice(function_table *table, int argument) {
  int is_output = table->runs.function->arguments[argument].output > 0;
  return argument_error(table, "", argument,
                        is_output ? " is given twice: a test of its value in the rows has a plus, +k = 10"
                                  : " is given twice");
}

/* How inputs are given in a plan. */
typedef struct given_inputs {
  int constraint[GLUE_ARGUMENT_LIMIT]; /* for each input the one that gives it; -1: none */
  int repeats[OMIT_LIMIT];             /* constraints that give an input once more */
  int repeat_count;                    /* how many */
  unsigned given;                      /* bit i: input i is given */
  unsigned waiting;                    /* bit i: a constraint on input i cannot be used in this plan */
  unsigned with_in;                    /* bit i: input i is given by an equation and an IN */
  int contradiction;                   /* an input that is given two values; -1: none */
} given_inputs;

/* Whether both values of two equations are known, and differ. */
static int contradict(sqlite3_index_info *info, int first, int second, int *differ) {
  sqlite3_value *values[2];
  coreset_context context;
  *differ = 0;
  int rc = sqlite3_vtab_rhs_value(info, first, &values[0]);
  if (rc == SQLITE_OK) rc = sqlite3_vtab_rhs_value(info, second, &values[1]);
  if (rc != SQLITE_OK) return rc == SQLITE_NOTFOUND ? SQLITE_OK : rc;
  if (glue_ready_values(&context, 2, values) != CORESET_OK) return SQLITE_NOMEM;
  *differ = !glue_same_value(values[0], values[1]);
  return SQLITE_OK;
}

/* Adds a constraint on an input that another gives already. The one that remains is an equation, if there is one: an IN
** runs the function for each value, as long as it is alone. */
static int add_repeat(function_table *table, sqlite3_index_info *info, given_inputs *given, int argument, int repeat) {
  int first = given->constraint[argument];
  int first_is_in = sqlite3_vtab_in(info, first, -1), repeat_is_in = sqlite3_vtab_in(info, repeat, -1);
  if (first_is_in && repeat_is_in) return given_twice(table, argument);
  int differ = 0, rc = first_is_in || repeat_is_in ? SQLITE_OK : contradict(info, first, repeat, &differ);
  if (rc != SQLITE_OK) return rc;
  if (differ) given->contradiction = argument;
  if (first_is_in || repeat_is_in) given->with_in |= 1U << argument;
  given->constraint[argument] = first_is_in ? repeat : first;
  given->repeats[given->repeat_count++] = first_is_in ? first : repeat;
  return SQLITE_OK;
}

/* Finds for each input the constraint that gives it. */
static int find_constraints(function_table *table, sqlite3_index_info *info, given_inputs *given) {
  const glue_table_function *function = table->runs.function;
  int rc = SQLITE_OK;
  *given = (given_inputs){.contradiction = -1};
  for (int i = 0; i < function->argument_count; i++) given->constraint[i] = -1;
  for (int i = 0; i < info->nConstraint && rc == SQLITE_OK; i++) {
    int operation = info->aConstraint[i].op;
    int argument = input_of(function, info->aConstraint[i].iColumn);
    if (operation == SQLITE_INDEX_CONSTRAINT_LIMIT || operation == SQLITE_INDEX_CONSTRAINT_OFFSET) continue;
    if (argument < 0) continue; /* a test of an output: SQLite's own business */
    if (operation != SQLITE_INDEX_CONSTRAINT_EQ) {
      return argument_error(
          table, "", argument,
          function->arguments[argument].output > 0
              ? " is an input: give it with = or IN; a test of its value in the rows has a plus, +k > 10"
              : " is an input: give it with = or IN");
    }
    if (i >= OMIT_LIMIT) {
      return argument_error(table, "", argument,
                            " is beyond what SQLite hands over with so many conditions:"
                            " put a plus before outputs, +rank > 5");
    }
    if (!info->aConstraint[i].usable) {
      given->waiting |= 1U << argument;
    } else if (given->constraint[argument] >= 0) {
      rc = add_repeat(table, info, given, argument, i);
    } else {
      given->constraint[argument] = i;
      given->given |= 1U << argument;
    }
  }
  if (rc != SQLITE_OK || given->contradiction < 0) return rc;
  /* with an IN it is the side of an OR that is tried, k = 6 of (k = 5 OR k = 6), where k is 5: another plan will do */
  if (given->with_in >> given->contradiction & 1) return SQLITE_CONSTRAINT;
  return given_twice(table, given->contradiction);
}

/* Fills in a plan that lacks a required input: one side of an OR, perhaps. These are planned after the plan
** without the OR. idxNum: MISSING less the number of the input, or WITHHELD where the statement mentions it. */
static void plan_side(const function_table *table, unsigned given, int missing, sqlite3_index_info *info) {
  int is_mentioned = (int)(info->colUsed >> (table->runs.function->column_count + missing) & 1);
  info->idxNum = (is_mentioned ? WITHHELD : MISSING) - missing;
  if (given == 0) {
    info->estimatedCost = IMPOSSIBLE_COST;
  } else if ((given & ~table->planned) != 0) {
    info->estimatedCost = SIDE_COST;
  } else {
    info->estimatedCost = IDLE_SIDE_COST;
  }
}

/* Reports what such an idxNum says. */
static int report_missing(function_table *table, int number) {
  if (number > WITHHELD) return argument_error(table, "the argument ", MISSING - number, " is missing");
  return argument_error(table, "the argument ", WITHHELD - number,
                        " is missing: SQLite hands it over neither to the right side of a RIGHT JOIN (swap the sides)"
                        " nor, by name, to the sides of an OR (give it by position)");
}

/* Fills in a plan that has all required inputs. */
static int plan_run(function_table *table, const given_inputs *given, sqlite3_index_info *info) {
  const glue_table_function *function = table->runs.function;
  char repeats[OMIT_LIMIT + 1] = {0};
  info->estimatedCost = RUN_COST;
  for (int i = 0; i < function->argument_count; i++) {
    int is_mentioned = (int)(info->colUsed >> (function->column_count + i) & 1);
    if (is_mentioned && given->constraint[i] < 0) info->estimatedCost *= MENTIONED_FACTOR;
  }
  for (int i = 0; i < given->repeat_count; i++) {
    int constraint = given->repeats[i];
    int argument = input_of(function, info->aConstraint[constraint].iColumn);
    repeats[i] = (char)((sqlite3_vtab_in(info, constraint, 1) ? REPEATED_IN : REPEATED_EQUATION) + argument);
  }
  if (given->repeat_count > 0) {
    info->estimatedCost /= 2; /* a side of an OR, perhaps, beside a run with what SQLite derived from all sides */
    info->idxStr = sqlite3_mprintf("%s", repeats);
    info->needToFreeIdxStr = 1;
    if (info->idxStr == NULL) return SQLITE_NOMEM;
  }
  info->idxNum = (int)(given->given | (unsigned)(info->colUsed & COLUMNS_MASK) << COLUMNS_SHIFT);
  info->orderByConsumed =
      info->nOrderBy == 1 && info->aOrderBy[0].iColumn == function->ordered_by && !info->aOrderBy[0].desc;
  table->planned = given->given;
  return SQLITE_OK;
}

/* Has the value of a constraint handed to xFilter, behind others. */
static void use_constraint(sqlite3_index_info *info, int constraint, int *argv_index) {
  info->aConstraintUsage[constraint].argvIndex = ++*argv_index;
  info->aConstraintUsage[constraint].omit = 1;
}

static int table_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  function_table *table = (function_table *)vtab;
  const glue_table_function *function = table->runs.function;
  given_inputs given;
  int argv_index = 0, missing = -1;
  int rc = find_constraints(table, info, &given);
  if (rc != SQLITE_OK) return rc;
  if ((given.waiting & ~given.given) != 0) return SQLITE_CONSTRAINT;
  for (int i = 0; i < function->argument_count; i++) {
    if (given.constraint[i] >= 0) {
      use_constraint(info, given.constraint[i], &argv_index);
    } else if (function->arguments[i].required && missing < 0) {
      missing = i;
    }
  }
  for (int i = 0; i < given.repeat_count; i++) use_constraint(info, given.repeats[i], &argv_index);
  info->estimatedRows = 100;
  if (missing < 0) return plan_run(table, &given, info);
  plan_side(table, given.given, missing, info);
  return SQLITE_OK;
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
    table->base.zErrMsg = sqlite3_mprintf("%s(): %s", table->runs.function->name, glue_reader_message(&cursor->reader));
    if (table->base.zErrMsg == NULL) return SQLITE_NOMEM;
  }
  return glue_sqlite_code(status);
}

static int table_next(sqlite3_vtab_cursor *base) {
  table_cursor *cursor = (table_cursor *)base;
  return report(cursor, glue_reader_next(&cursor->reader));
}

/* Whether a value is that of an input which is given twice: *same is 0 or 1. */
static int find_value(sqlite3_value *input, sqlite3_value *repeated, int is_in, int *same) {
  sqlite3_value *value = repeated;
  coreset_context context;
  int rc = is_in ? sqlite3_vtab_in_first(repeated, &value) : SQLITE_OK;
  *same = 0;
  while (rc == SQLITE_OK) {
    if (glue_ready_values(&context, 1, &value) != CORESET_OK) return SQLITE_NOMEM;
    *same = glue_same_value(input, value);
    if (*same || !is_in) return SQLITE_OK;
    rc = sqlite3_vtab_in_next(repeated, &value);
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int table_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str, int argc, sqlite3_value **argv) {
  function_table *table = (function_table *)base->pVtab;
  table_cursor *cursor = (table_cursor *)base;
  sqlite3_value *arguments[GLUE_ARGUMENT_LIMIT] = {NULL};
  coreset_context context;
  int taken = 0;
  glue_reader_leave(&cursor->reader);
  cursor->at_end = 1;
  if (idx_num < 0) return report_missing(table, idx_num);
  int inputs = __builtin_popcount((unsigned)idx_num & ((1U << COLUMNS_SHIFT) - 1)); /* lists of IN come behind these */
  if (glue_ready_values(&context, inputs, argv) != CORESET_OK) return SQLITE_NOMEM;
  for (int i = 0; i < table->runs.function->argument_count; i++) {
    if (idx_num & (1 << i)) arguments[i] = argv[taken++];
  }
  for (; taken < argc; taken++, idx_str++) {
    int is_in = *idx_str < REPEATED_EQUATION, same;
    int argument = *idx_str - (is_in ? REPEATED_IN : REPEATED_EQUATION);
    int rc = find_value(arguments[argument], argv[taken], is_in, &same);
    if (rc != SQLITE_OK) return rc;
    if (!same) return given_twice(table, argument);
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
  int argument = input_of(function, column);
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
