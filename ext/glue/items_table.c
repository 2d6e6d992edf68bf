/*
** items_table.c: what the owner of a benchmark must know of its questions.
**
**     coreset_items(matrix, best)
**
** One row for each question of the benchmark:
**
**     question             its id
**     answered             models that answered it
**     mean                 of their scores
**     discrimination       Pearson's correlation, over these models, of their score with their mean on the other questions
**                          that they answered: negative where good models fail and bad ones do not, which is what a wrong
**                          label looks like
**     p_value              how probable so strong a correlation is where there is none
**     constant_among_best  1 where the best models scored the same, so that it does not tell them apart; else 0
**     duplicate_of         the first question before it on which all models that answered both scored the same
**
** NULL where there is no such number. best is a count or a percentage of the models from which the best are taken, by
** default '25%', two at least. ext/core/judge/items.c has the rules.
*/
#include "base/memory.h"
#include "glue/arguments.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/table_function.h"

enum items_column {
  COLUMN_QUESTION,
  COLUMN_ANSWERED,
  COLUMN_MEAN,
  COLUMN_DISCRIMINATION,
  COLUMN_P_VALUE,
  COLUMN_CONSTANT,
  COLUMN_DUPLICATE,
  COLUMN_COUNT
};

/* One run. */
typedef struct items_state {
  core_arena arena;       /* must be first */
  coreset_matrix *matrix; /* the argument */
  coreset_items *items;   /* the work */
  coreset_item row;       /* the current row */
} items_state;

static void items_close(void *data) {
  items_state *state = data;
  coreset_items_free(state->items);
  coreset_matrix_free(state->matrix);
}

/* best; a percentage that is less than two models counts as two. */
static coreset_status read_best(glue_table_cursor *cursor, items_state *state) {
  sqlite3_value *value = glue_argument(cursor, "best");
  size_t sources = coreset_items_source_count(state->items), best;
  int64_t integer;
  if (value == NULL) return CORESET_OK;
  coreset_status status = CORESET_OK;
  if (glue_integral_value(value, &integer)) {
    if (integer < 0) {
      return core_fail(&cursor->context, CORESET_ERROR, "best must be at least 2, got %lld", (long long)integer);
    }
    best = (size_t)integer;
  } else {
    status = glue_count_argument(&cursor->context, "best", value, sources, &best);
    if (best < 2) best = 2;
  }
  return status == CORESET_OK ? coreset_items_set_best(&cursor->context, state->items, best) : status;
}

static coreset_status items_open(glue_table_cursor *cursor) {
  items_state *state = cursor->state;
  coreset_context *context = &cursor->context;
  coreset_status status = glue_matrix_argument(context, "matrix", cursor->arguments[0], &state->matrix);
  if (status == CORESET_OK) status = coreset_items_new(context, state->matrix, &state->items);
  return status == CORESET_OK ? read_best(cursor, state) : status;
}

static coreset_status items_next(glue_table_cursor *cursor) {
  items_state *state = cursor->state;
  return coreset_items_next(&cursor->context, state->items, &state->row);
}

static void items_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const items_state *state = cursor->state;
  const coreset_item *row = &state->row;
  const double reals[COLUMN_COUNT] = {
      [COLUMN_MEAN] = row->mean, [COLUMN_DISCRIMINATION] = row->discrimination, [COLUMN_P_VALUE] = row->p_value};
  if (column == COLUMN_QUESTION) {
    glue_result_id(sql, coreset_matrix_question(state->matrix, row->question));
  } else if (column == COLUMN_ANSWERED) {
    sqlite3_result_int64(sql, (sqlite3_int64)row->answered);
  } else if (column == COLUMN_CONSTANT) {
    if (row->constant_among_best >= 0) sqlite3_result_int(sql, row->constant_among_best);
  } else if (column == COLUMN_DUPLICATE) {
    if (row->duplicate_of >= 0) glue_result_id(sql, coreset_matrix_question(state->matrix, (size_t)row->duplicate_of));
  } else {
    glue_result_real(sql, reals[column]);
  }
}

static int items_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const items_state *state = cursor->state;
  if (argument == 0) return 0;
  sqlite3_result_int64(sql, (sqlite3_int64)coreset_items_best(state->items));
  return 1;
}

int glue_register_items_table(sqlite3 *db) {
  static const glue_table_function function = {
      .name = "coreset_items",
      .columns =
          "question, answered INTEGER, mean REAL, discrimination REAL, p_value REAL, constant_among_best INTEGER, "
          "duplicate_of",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(items_state),
      .argument_count = 2,
      .arguments = {{.name = "matrix", .required = 1}, {.name = "best"}},
      .open = items_open,
      .next = items_next,
      .column = items_column,
      .echo = items_echo,
      .close = items_close,
  };
  return glue_register_table_function(db, &function);
}
