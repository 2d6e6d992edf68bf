/*
** next_table.c: which questions a model should answer next.
**
**     coreset_next(source, target, n, exclude, costs, budget)
**
** For each target the n questions (by default 1) that tell most about its score, given its answers so far:
**
**     model             its id
**     rank              1, 2, ... up to n
**     question          which
**     gain              the share of the doubt about its score that the answer removes
**     remaining_width   how wide a 90% interval is then by the field of questions; one of coreset_predict() is mostly narrower
**     design            'adaptive' where its answers had a say; else 'static': the default selector goes on from what it answered
**
** source and target are those of coreset_predict(). exclude, costs and budget, which is that of each target, are those of
** coreset_select(). ext/core/predict/next.c tells when the design is adaptive.
*/
#include <math.h>
#include <string.h>

#include "glue/arguments.h"
#include "glue/objects.h"
#include "glue/predicting.h"
#include "glue/question_limits.h"
#include "glue/register.h"
#include "glue/report.h"

#define WIDTH_OF_SD (2 * 1.6448536269514722) /* of a 90% interval, where errors are normal */

enum next_column { COLUMN_MODEL, COLUMN_RANK, COLUMN_QUESTION, COLUMN_GAIN, COLUMN_WIDTH, COLUMN_DESIGN, COLUMN_COUNT };

/* One run. */
typedef struct next_state {
  core_arena arena;            /* of the arrays; must be first */
  glue_predicting models;      /* source and target */
  coreset_next_request wanted; /* what is asked */
  coreset_next *next;          /* the work */
  coreset_next_question row;   /* the current row */
} next_state;

static void next_close(void *data) {
  next_state *state = data;
  coreset_next_free(state->next);
  glue_predicting_close(&state->models);
}

static coreset_status next_open(glue_table_cursor *cursor) {
  next_state *state = cursor->state;
  coreset_context *context = &cursor->context;
  coreset_next_request *wanted = &state->wanted;
  sqlite3_value *n = glue_argument(cursor, "n");
  coreset_status status = glue_read_models(cursor, &state->arena, &state->models);
  if (status != CORESET_OK) return status;
  glue_question_limits limits = {.matrix = state->models.source, .scores = state->models.scores};
  wanted->count = 1;
  wanted->models = state->models.is_target;
  if (n != NULL) status = glue_count_argument(context, "n", n, state->models.scores->questions, &wanted->count);
  if (status == CORESET_OK) status = glue_read_question_limits(cursor, &state->arena, &limits);
  if (status != CORESET_OK) return status;
  wanted->excluded = limits.excluded;
  wanted->costs = limits.costs;
  wanted->budget = limits.budget;
  return coreset_next_new(context, state->models.scores, state->models.target, wanted, &state->next);
}

static coreset_status next_next(glue_table_cursor *cursor) {
  next_state *state = cursor->state;
  return coreset_next_get(&cursor->context, state->next, &state->row);
}

static void next_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const next_state *state = cursor->state;
  const coreset_next_question *row = &state->row;
  switch (column) {
  case COLUMN_MODEL:
    glue_result_id(sql, coreset_matrix_model(state->models.target, row->model));
    break;
  case COLUMN_RANK:
    sqlite3_result_int64(sql, (sqlite3_int64)row->rank);
    break;
  case COLUMN_QUESTION:
    glue_result_id(sql, coreset_matrix_question(state->models.source, row->question));
    break;
  case COLUMN_DESIGN:
    sqlite3_result_text(sql, row->adaptive ? "adaptive" : "static", -1, SQLITE_STATIC);
    break;
  default:
    glue_result_real(sql, column == COLUMN_GAIN ? row->gain : WIDTH_OF_SD * row->remaining_sd);
  }
}

static int next_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const next_state *state = cursor->state;
  if (strcmp(cursor->function->arguments[argument].name, "n") != 0) return 0;
  sqlite3_result_int64(sql, (sqlite3_int64)state->wanted.count);
  return 1;
}

int glue_register_next_table(sqlite3 *db) {
  glue_table_function function = {
      .name = "coreset_next",
      .columns = "model, rank INTEGER, question, gain REAL, remaining_width REAL, design TEXT",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(next_state),
      .open = next_open,
      .next = next_next,
      .column = next_column,
      .echo = next_echo,
      .close = next_close,
  };
  glue_add_models(&function);
  glue_add_argument(&function, "n", 0);
  glue_add_question_limits(&function);
  return glue_register_table_function(db, &function);
}
