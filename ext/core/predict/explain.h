/*
** explain.h: which answers moved a prediction.
*/
#ifndef CORE_PREDICT_EXPLAIN_H
#define CORE_PREDICT_EXPLAIN_H

#include "predict/fit.h"

/* By how much each of these answers, on the users' scale and one for each question of the fit, moved the prediction away
** from that of the fit's expected answers, which it must have: on the users' scale. */
coreset_status core_explain(coreset_context *context, const coreset_fit *fit, const double *answers,
                            double *contributions);

#endif /* CORE_PREDICT_EXPLAIN_H */
