/*
** predictor.h: what a predictor is made of.
**
** A predictor is one file that fills in a core_predictor and one line in predictors.c; SQL
** functions, coreset_evaluate and tests follow from that list.
*/
#ifndef CORE_PREDICT_PREDICTOR_H
#define CORE_PREDICT_PREDICTOR_H

#include "base/method.h"
#include "predict/fit.h"
#include "statistics/shared.h"

typedef struct core_predictor {
  coreset_method method; /* must be first */

  /* What all fits to the same scores share, whatever their questions: *prepared, which belongs to the
  ** arena. It is NULL before and stays so unless all went well. NULL where there is no such thing. */
  coreset_status (*prepare)(coreset_context *context, core_arena *arena, core_shared *shared, void **prepared);

  /* Learns from the scores. On entry the fit is complete but for parameters (NULL) and its
  ** settings are the user's, within their ranges. prepared: by prepare(), or NULL. questions: of
  ** the scores, in the order of fit->questions. Takes fit->parameters from the fit's arena, sets
  ** fit->parameter_count, and replaces settings by the values in force. */
  coreset_status (*fit)(coreset_context *context, const coreset_scores *scores, const void *prepared,
                        const size_t *questions, coreset_fit *fit);

  /* The mapped full score of a model with these mapped answers, all finite, in the order
  ** of fit->questions. *reach says that nothing is known, and stays so unless the predictor has the notion. */
  coreset_status (*predict)(coreset_context *context, const coreset_fit *fit, const double *answers, double *predicted,
                            core_reach *reach);

  /* Whether a fit that was read from bytes is one that predict() can use: settings are
  ** within their ranges, counts positive and parameters finite, but anything else may be
  ** wrong. Returns NULL, or what is wrong as the rest of a sentence. */
  const char *(*check)(const coreset_fit *fit);
} core_predictor;

/* All predictors, the default first (predictors.c). */
extern const core_registry core_predictors;

/* The predictor of a choice. */
static inline const core_predictor *core_predictor_of(const coreset_choice *choice) {
  return (const core_predictor *)(const void *)choice->method;
}

/* prepare() of a predictor that may have none. */
static inline coreset_status core_prepare(coreset_context *context, core_arena *arena, const coreset_choice *choice,
                                          core_shared *shared, void **prepared) {
  const core_predictor *predictor = core_predictor_of(choice);
  return predictor->prepare == NULL ? CORESET_OK : predictor->prepare(context, arena, shared, prepared);
}

extern const core_predictor core_predictor_aipw;
extern const core_predictor core_predictor_krr;
extern const core_predictor core_predictor_krr_blup;
extern const core_predictor core_predictor_krr_blup_irt;
extern const core_predictor core_predictor_mean;
extern const core_predictor core_predictor_ridge;

/* e of krr_blup_irt.c, for next.c: in no registry. */
extern const core_predictor core_predictor_curves;

#endif /* CORE_PREDICT_PREDICTOR_H */
