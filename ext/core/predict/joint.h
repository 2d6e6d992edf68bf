/*
** joint.h: the scores of several suites as one Gaussian.
*/
#ifndef CORE_PREDICT_JOINT_H
#define CORE_PREDICT_JOINT_H

#include "base/memory.h"

/* What the scores of the sources tell of suites. All arrays of an arena; `models x suites` arrays model by model. */
typedef struct core_joint {
  size_t models;  /* that ran at least one of the suites */
  size_t suites;  /* how many */
  double *logits; /* of the full scores, models x suites; NaN where a model did not run a suite */
  int complete;   /* every model ran every suite */
  double *count;  /* suites x suites: models that ran both */
  double *mean;   /* suites x suites: (s, t) the mean in s of those that ran t too */
  double *square; /* suites x suites: (s, t) the sum of squared deviations in s from that */
  double *cross;  /* suites x suites: the sum of products of deviations */
} core_joint;

/* The mean and the covariance of the suites, on the logit scale. */
typedef struct core_joint_moments {
  double *mean;       /* suites */
  double *covariance; /* suites x suites */
} core_joint_moments;

/* How a model's score in one suite is known. */
typedef struct core_joint_view {
  int is_seen;  /* it pulls the others */
  int is_exact; /* it is known: there is no error, and nothing pulls it */
  double error; /* v: mean square error of predictions in it on the logit scale, reduced to noise */
} core_joint_view;

/* What is to be said of a model in one suite. */
typedef struct core_joint_said {
  double predicted; /* mapped; NaN where nothing is seen */
  double logit;     /* of a suite that is not seen: before it became that; else NaN */
  double variance;  /* its, then; else NaN */
} core_joint_said;

/* The logit of a mapped score. */
double core_joint_logit(double score);

/* v, from predictions and full scores of count sources, mapped. */
double core_joint_error(const double *predicted, const double *full_scores, size_t count);

/* Takes in the full scores, mapped, models x suites, NaN where a model did not run a suite. */
coreset_status core_joint_learn(coreset_context *context, core_arena *arena, const double *full_scores, size_t models,
                                size_t suites, core_joint *joint);

/* Room for moments in the arena, whose status tells of a failure. */
void core_joint_allocate(coreset_context *context, core_arena *arena, size_t suites, core_joint_moments *moments);

/* The moments of all models, or of all but one of them. without: its number, or SIZE_MAX. */
coreset_status core_joint_find(coreset_context *context, const core_joint *joint, size_t without,
                               const core_joint_moments *moments);

/* What is to be said of one model. views: for each suite; scores: its mapped predictions, or exact scores, looked at where
** a suite is seen. Seen suites get what they and the others together predict, others what those that are seen predict of them. */
coreset_status core_joint_apply(coreset_context *context, const core_joint_moments *moments,
                                const core_joint_view *views, const double *scores, size_t suites,
                                core_joint_said *said);

#endif /* CORE_PREDICT_JOINT_H */
