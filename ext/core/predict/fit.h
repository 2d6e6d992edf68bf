/*
** fit.h: what a fit holds.
**
** What a predictor has learnt is a flat array of doubles, `parameters`, whose layout it
** documents. fit.c and fit_blob.c keep the rest: options, questions, the mapping of scores.
** So a new predictor needs no change of the fit's format. All numbers inside a fit are
** on the scale of computing, x = (score - low) / (high - low).
*/
#ifndef CORE_PREDICT_FIT_H
#define CORE_PREDICT_FIT_H

#include "base/blob.h"
#include "base/memory.h"
#include "matrix/id.h"
#include "matrix/scores.h"
#include "predict/interval.h"

struct coreset_fit {
  core_arena arena;                  /* of all that follows; must be first */
  coreset_choice choice;             /* the predictor, with the settings in force */
  core_id_list questions;            /* the questions it needs answers to, at least one */
  double low, high;                  /* the scores that map to 0 and 1 */
  int binary;                        /* their scores are binary in kind (scores.h) */
  double mean;                       /* of the sources' full scores; NaN in a fit by core_fit_prepared() */
  uint64_t benchmark_question_count; /* questions in the benchmark, these included */
  uint64_t source_model_count;       /* models it was learnt from */
  double *parameters;                /* what was learnt; all finite */
  size_t parameter_count;            /* how many */
  double *shares;                    /* of each of its questions in the full score */
  double *expected;                  /* of each of them the sources' mean; NULL: core_fit_expect() was not called */
  core_interval *interval;           /* NULL without intervals */
  core_id_list sources;              /* the models it was learnt from; none where it does not tell */
  double *out_of_fold;               /* of each of these what is predicted by the fold without it (calibration.c) */
};

/* coreset_fit_new() without intervals, of different questions of the scores in increasing order, by a
** complete choice (core_complete_choice()), with what the predictor's prepare() made of the same scores,
** or NULL where it has none. */
coreset_status core_fit_prepared(coreset_context *context, const coreset_scores *scores,
                                 const coreset_choice *predictor, const void *prepared, const size_t *questions,
                                 size_t count, coreset_fit **fit);

#define CORE_PARAMETER_WORK                                                                                            \
  ((size_t)16) /* operations for each parameter of a fit that is applied; some are exponents */

/* Gives a fit what an average source scores on each of its questions, which are these of the scores. */
coreset_status core_fit_expect(coreset_context *context, const coreset_scores *scores, const size_t *questions,
                               coreset_fit *fit);

/* Whether an answer is on the scale of the sources, who scored between low and high: within what sources that are binary
** in kind scored, within [0, 1] for others that scored there, and else within one range of the sources beyond either
** end. */
coreset_status core_check_answer(coreset_context *context, double low, double high, int binary,
                                 const coreset_id *question, double answer);

/* The same of all answers, one for each question of the fit. */
coreset_status core_fit_check_answers(coreset_context *context, const coreset_fit *fit, const double *answers);

/* What tells that answers are fractions. Begin with zeros. */
typedef struct core_fractions {
  int others; /* answers outside of [0, 1] */
  int inside; /* answers within, but for 0 and the lowest score of the sources, which may be on any scale */
} core_fractions;

void core_fractions_add(core_fractions *seen, double answer, double lowest);

/* Fails if all answers are fractions, and the sources scored up to highest and mean on the average: another scale. */
coreset_status core_fractions_check(coreset_context *context, const core_fractions *seen, double highest, double mean);

/* coreset_fit_predict() of any answers, on whatever scale; and in *reach, mapped, what the predictor knows besides. */
coreset_status core_fit_apply(coreset_context *context, const coreset_fit *fit, const double *answers,
                              double *predicted, core_reach *reach);

/* The full scores that these answers leave possible, on the users' scale: one where they are all of the benchmark's. */
void core_fit_possible(const coreset_fit *fit, const double *answers, double *least, double *most);

/* The index in the fit of a question, or -1. */
ptrdiff_t core_fit_find_question(const coreset_fit *fit, const coreset_id *id);

/* The format of its bytes (fit_blob.c). */
extern const core_format core_fit_format;

#endif /* CORE_PREDICT_FIT_H */
