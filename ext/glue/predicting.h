/*
** predicting.h: source and target of functions that predict: coreset_predict() and those that build on it.
*/
#ifndef GLUE_PREDICTING_H
#define GLUE_PREDICTING_H

#include "base/memory.h"
#include "glue/table_function.h"

/* Who is predicted, from whom, and how. */
typedef struct glue_predicting {
  coreset_matrix *source;             /* the first argument, if a matrix */
  coreset_fit *fit;                   /* the first argument, if a fit */
  coreset_matrix *second;             /* the second argument, if given */
  const coreset_matrix *target;       /* whichever holds the targets */
  unsigned char *is_target;           /* for each model of target; NULL: all */
  coreset_scores *scores;             /* of the sources; NULL with a fit */
  double level;                       /* of the intervals, as asked for */
  int has_interval;                   /* whether the selector allows any */
  coreset_prediction_request request; /* what is wanted; its predictor is the fit's where there is one */
  coreset_predictions *predictions;   /* the work */
} glue_predicting;

/* Reads the arguments source, target, selector and level, and those of the predictor, and starts the predictions.
** with_intervals: whether anybody looks at intervals, which cost several selections. On failure too
** glue_predicting_close() is called. */
coreset_status glue_predicting_open(glue_table_cursor *cursor, core_arena *arena, int with_intervals,
                                    glue_predicting *self);
void glue_predicting_close(glue_predicting *self);

/* Reads the arguments source and target, which are matrices, finds the sources, and makes their scores. */
coreset_status glue_read_models(glue_table_cursor *cursor, core_arena *arena, glue_predicting *self);

/* Parts of that, for who opens several. Finds the sources of self->source, and the targets: in self->second, or where that is NULL
** in self->source too, unless targets lie apart, of which there are then none; and makes the scores. */
coreset_status glue_find_models(coreset_context *context, core_arena *arena, glue_predicting *self, int lie_apart);

/* The arguments that may come with a fit in the place of the sources. *wanted: the predictor that is asked for, or NULL. */
coreset_status glue_fit_options(glue_table_cursor *cursor, const coreset_method **wanted);

/* Adds these arguments to a function under construction; predictor: whose function it is, or NULL for a front door. Between
** the first two and the others may be further ones of the function. */
void glue_add_models(glue_table_function *function);
void glue_add_predicting(glue_table_function *function, const coreset_method *predictor);

/* Shows one of them, as a table function's echo(); choice: the predictor with the settings in force. */
int glue_predicting_echo(const glue_table_cursor *cursor, const glue_predicting *self, const coreset_choice *choice,
                         sqlite3_context *sql, int argument);

#endif /* GLUE_PREDICTING_H */
