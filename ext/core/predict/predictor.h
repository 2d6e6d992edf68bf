/*
** predictor.h: what a predictor is made of, and what a fit holds.
**
** A predictor is one file that fills in a struct coreset_predictor and one line in
** predictors.c; SQL functions, coreset_evaluate and tests follow from that list.
**
** What a predictor has learnt is a flat array of doubles, `parameters`, whose layout it
** documents. fit.c and fit_blob.c keep the rest: options, questions, the mapping of scores.
** So a new predictor needs no change of the fit's format. All numbers inside a predictor are
** on the scale of computing, x = (score - low) / (high - low).
*/
#ifndef CORE_PREDICT_PREDICTOR_H
#define CORE_PREDICT_PREDICTOR_H

#include "matrix/id.h"
#include "predict/calibration.h"

#define CORE_PREDICTOR_NAME_SIZE 24 /* of the name in a fit's bytes, the final zero included */

struct coreset_fit {
  const coreset_predictor *predictor;             /* the method */
  coreset_setting settings[CORESET_OPTION_LIMIT]; /* one for each option of the predictor: the values in force */
  core_id_list questions;                         /* the questions it needs answers to, at least one; owned */
  double low, high;                               /* the scores that map to 0 and 1 */
  uint64_t benchmark_question_count;              /* questions in the benchmark, these included */
  uint64_t source_model_count;                    /* models it was learnt from */
  double *parameters;                             /* what was learnt; all finite; owned */
  size_t parameter_count;                         /* how many */
  double *shares;                                 /* of each of its questions in the full score; owned */
  core_calibration *calibration;                  /* of its intervals; NULL without; owned */
};

struct coreset_predictor {
  const char *name;              /* as users write it, ASCII, shorter than CORE_PREDICTOR_NAME_SIZE */
  const char *summary;           /* one line for users */
  const coreset_option *options; /* its options; NULL if there are none */
  size_t option_count;           /* how many, at most CORESET_OPTION_LIMIT */

  /* What all fits to the same scores share, whatever their questions: sets *prepared, released
  ** with release(), which is called after a failure as well. Both NULL where there is no such
  ** thing. */
  coreset_status (*prepare)(coreset_context *context, const coreset_scores *scores, void **prepared);
  void (*release)(void *prepared);

  /* Learns from the scores. On entry the fit is complete but for parameters (NULL) and its
  ** settings are the user's, within their ranges. prepared: by prepare(), or NULL. questions: of
  ** the scores, in the order of fit->questions. Allocates fit->parameters, sets fit->parameter_count, and replaces
  ** settings by the values in force. The caller releases the fit, after a failure too. */
  coreset_status (*fit)(coreset_context *context, const coreset_scores *scores, const void *prepared,
                        const size_t *questions, coreset_fit *fit);

  /* The mapped full score of a model with these mapped answers, all finite, in the order
  ** of fit->questions. */
  coreset_status (*predict)(coreset_context *context, const coreset_fit *fit, const double *answers, double *predicted);

  /* Whether a fit that was read from bytes is one that predict() can use: settings are
  ** within their ranges, counts positive and parameters finite, but anything else may be
  ** wrong. Returns NULL, or what is wrong as the rest of a sentence. */
  const char *(*check)(const coreset_fit *fit);
};

/* 1 if the bytes begin like a fit, whatever their state. */
int core_fit_recognise(const void *bytes, size_t size);

ptrdiff_t core_fit_find_question(const coreset_fit *fit, const coreset_id *id);

/* prepare() and release() of a predictor that may have none. */
coreset_status core_predictor_prepare(coreset_context *context, const coreset_predictor *predictor,
                                      const coreset_scores *scores, void **prepared);
void core_predictor_release(const coreset_predictor *predictor, void *prepared);

/* coreset_fit_new() with what core_predictor_prepare() made of the same scores. */
coreset_status core_fit_new_prepared(coreset_context *context, const coreset_matrix *matrix,
                                     const coreset_scores *scores, const coreset_predictor *predictor,
                                     const void *prepared, const coreset_setting *settings, const size_t *questions,
                                     size_t count, coreset_fit **fit);

/* The predictors: one file each, but for krr and ridge, which share kernel_ridge.c. */
extern const coreset_predictor core_predictor_aipw;
extern const coreset_predictor core_predictor_krr_blup;
extern const coreset_predictor core_predictor_krr_blup_irt;
extern const coreset_predictor core_predictor_krr;
extern const coreset_predictor core_predictor_ridge;
extern const coreset_predictor core_predictor_mean;

#endif /* CORE_PREDICT_PREDICTOR_H */
