/*
** power_table.c: what a number of questions buys, before any is run.
**
**     coreset_power(source, k, power, selector, level)
**
** One row for each number of questions and design, 'coreset' before 'random':
**
**     design                  'coreset': questions that the selector chooses, and coreset_predict(); 'random': as many at
**                             random, and the mean of the answers
**     k, share                how many questions, and that as a share of the benchmark
**     half_width              of the interval about a model's score, on average over models like the sources
**     difference_half_width   of that about the difference of two
**     detectable              the smallest true difference of two models that is found with probability power
**
** source is a score matrix. k is a count or a percentage of the questions, or a JSON array of such, '[10, "5%"]'; by default
** 1, 2, 3, 5, 7, 10, 15, 20, 30 and 50%. power is 0.8 by
** default, and level 0.9: intervals hold the truth with that probability, and a difference is found where its interval leaves
** out 0. selector is the name of one, or a JSON object with options. ext/core/judge/power.c has the formulas.
*/
#include <string.h>

#include "glue/arguments.h"
#include "glue/choices.h"
#include "glue/objects.h"
#include "glue/register.h"
#include "glue/report.h"
#include "glue/sizes.h"
#include "glue/table_function.h"
#include "select/selector.h"

#define DEFAULT_POWER 0.8

enum power_column {
  COLUMN_DESIGN,
  COLUMN_K, /* the input of this name */
  COLUMN_SHARE,
  COLUMN_HALF_WIDTH,
  COLUMN_DIFFERENCE,
  COLUMN_DETECTABLE,
  COLUMN_COUNT
};

/* One run. */
typedef struct power_state {
  core_arena arena;              /* of the arrays; must be first */
  coreset_matrix *matrix;        /* the argument */
  coreset_scores *scores;        /* of its sources */
  coreset_power_request request; /* what is asked */
  coreset_power *power;          /* the work */
  coreset_power_row row;         /* the current row */
} power_state;

static void power_close(void *data) {
  power_state *state = data;
  coreset_power_free(state->power);
  coreset_scores_free(state->scores);
  coreset_matrix_free(state->matrix);
}

static coreset_status power_open(glue_table_cursor *cursor) {
  power_state *state = cursor->state;
  coreset_context *context = &cursor->context;
  coreset_power_request *request = &state->request;
  sqlite3_value *power = glue_argument(cursor, "power"), *k = glue_argument(cursor, "k");
  glue_sizes sizes;
  request->power = DEFAULT_POWER;
  coreset_status status = glue_choice_argument(context, cursor->db, &core_selectors, "selector",
                                               glue_argument(cursor, "selector"), &request->selector);
  if (status == CORESET_OK) status = glue_level_argument(context, glue_argument(cursor, "level"), &request->level);
  if (status == CORESET_OK && power != NULL) status = glue_real_argument(context, "power", power, &request->power);
  if (status == CORESET_OK) status = glue_matrix_argument(context, "source", cursor->arguments[0], &state->matrix);
  if (status == CORESET_OK) status = coreset_scores_new(context, state->matrix, NULL, &state->scores);
  if (status != CORESET_OK) return status;
  size_t questions = state->scores->questions;
  status = k == NULL ? glue_sizes_usual(context, questions, &state->arena, &sizes)
                     : glue_sizes_argument(context, cursor->db, k, questions, &state->arena, &sizes);
  if (status != CORESET_OK) return status;
  request->sizes = sizes.sizes;
  request->size_count = sizes.count;
  return coreset_power_new(context, state->scores, request, &state->power);
}

static coreset_status power_next(glue_table_cursor *cursor) {
  power_state *state = cursor->state;
  return coreset_power_next(&cursor->context, state->power, &state->row);
}

static void power_column(glue_table_cursor *cursor, sqlite3_context *sql, int column) {
  const coreset_power_row *row = &((const power_state *)cursor->state)->row;
  const double reals[COLUMN_COUNT] = {
      [COLUMN_SHARE] = row->share,
      [COLUMN_HALF_WIDTH] = row->half_width,
      [COLUMN_DIFFERENCE] = row->difference_half_width,
      [COLUMN_DETECTABLE] = row->detectable,
  };
  if (column == COLUMN_DESIGN) {
    sqlite3_result_text(sql, coreset_design_names[row->design], -1, SQLITE_STATIC);
  } else {
    glue_result_real(sql, reals[column]);
  }
}

static int power_echo(glue_table_cursor *cursor, sqlite3_context *sql, int argument) {
  const power_state *state = cursor->state;
  const char *name = cursor->function->arguments[argument].name;
  if (strcmp(name, "k") == 0) {
    sqlite3_result_int64(sql, (sqlite3_int64)state->row.size);
  } else if (strcmp(name, "power") == 0) {
    sqlite3_result_double(sql, state->request.power);
  } else if (strcmp(name, "level") == 0) {
    sqlite3_result_double(sql, state->request.level);
  } else if (strcmp(name, "selector") == 0 && cursor->arguments[argument] == NULL) {
    sqlite3_result_text(sql, state->request.selector.method->name, -1, SQLITE_STATIC);
  } else {
    return 0; /* a selector with its options, as it was given */
  }
  return 1;
}

int glue_register_power_table(sqlite3 *db) {
  glue_table_function function = {
      .name = "coreset_power",
      .columns = "design TEXT, k, share REAL, half_width REAL, difference_half_width REAL, detectable REAL",
      .column_count = COLUMN_COUNT,
      .ordered_by = -1,
      .state_size = sizeof(power_state),
      .open = power_open,
      .next = power_next,
      .column = power_column,
      .echo = power_echo,
      .close = power_close,
  };
  glue_add_argument(&function, "source", 1);
  glue_add_argument(&function, "k", 0);
  function.arguments[1].output = 1 + COLUMN_K;
  glue_add_argument(&function, "power", 0);
  glue_add_argument(&function, "selector", 0);
  glue_add_argument(&function, "level", 0);
  return glue_register_table_function(db, &function);
}
