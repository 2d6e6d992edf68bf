/*
** suite_groups.h: what predicting in several suites keeps (suites.c), and targets for which all stands the same.
*/
#ifndef CORE_PREDICT_SUITE_GROUPS_H
#define CORE_PREDICT_SUITE_GROUPS_H

#include "base/memory.h"
#include "predict/interval.h"
#include "predict/joint.h"
#include "predict/predictions.h"

/* How a target stands to a suite. */
typedef enum core_suite_stand {
  CORE_SUITE_NOT_RUN, /* nothing is known of it there */
  CORE_SUITE_KNOWN,   /* it is a source there */
  CORE_SUITE_APART,   /* it has a prediction that neither pulls nor is pulled */
  CORE_SUITE_JOINED   /* it has one that does both */
} core_suite_stand;

/* That, and by which predictions of the sources: one array for each set of questions. */
typedef struct core_suite_standing {
  core_suite_stand how;      /* see above */
  const double *out_of_fold; /* mapped, one for each source; NULL where there is none */
} core_suite_standing;

/* One suite. */
typedef struct core_suite {
  coreset_suite given; /* by the caller; its weight as a share */
  double low, range;   /* score = low + range * mapped */
  size_t sources;      /* how many */
  double *full_scores; /* theirs, mapped */
  size_t *model;       /* for each source its number among all models */
  ptrdiff_t *source;   /* for each model its number among the sources, or -1 */
  size_t targets;      /* how many */
  size_t next;         /* the one whose turn it is */
  double quantile;     /* Student's, for a suite that was not run */
} core_suite;

/* Targets for which all stands the same. Arrays have one element for each suite. */
typedef struct core_suite_group {
  struct core_suite_group *older; /* the next in the list */
  core_suite_standing *standings; /* what makes it one */
  core_joint_view *views;         /* the same, for joint.c */
  unsigned char *is_used;         /* whether the joint rule is used */
  double *scale;                  /* then of the residuals, mapped */
  core_quantiles *quantiles;      /* and of how many */
  double *products; /* suites x suites: mean of e_s e_t / isolation^2, users' scale; NULL: no overall interval */
} core_suite_group;

/* What is known of a target in a suite. */
typedef struct core_suite_cell {
  coreset_prediction row;   /* alone; answered 0 where it did not run the suite */
  core_certainty certainty; /* of that */
} core_suite_cell;

struct coreset_suites {
  core_arena arena;               /* of all that follows; must be first */
  core_suite *suites;             /* in the order given */
  size_t count;                   /* how many */
  double level;                   /* of the intervals */
  coreset_id *models;             /* the sources of all suites, in order */
  size_t model_count;             /* how many */
  size_t *numbers;                /* 0, 1, ...: folds of one model each */
  double *scores;                 /* full scores, mapped, models x suites; NaN where a model is no source */
  core_joint joint;               /* what these tell */
  core_joint_moments moments;     /* of all models */
  size_t *complete;               /* models that are sources of all suites whose weight is not 0 */
  core_interval overall;          /* their overall scores; count: how many, of which there may be too few */
  core_quantiles quantiles;       /* of these */
  core_suite_group *groups;       /* found so far, the newest first */
  coreset_id target;              /* the model whose rows are next */
  size_t next;                    /* the suite of its next row; after the overall score a new target begins */
  core_suite_standing *standings; /* of the target in each suite */
  core_suite_cell *cells;         /* the same */
  double *mapped;                 /* the same: its predictions alone, or known scores; NaN where it has none */
  core_joint_said *joined;        /* the same: what all together say */
  core_suite_group *group;        /* of the target */
};

/* Sets suites->group to that of the present target, by its standings; made where there is none. */
coreset_status core_suites_find_group(coreset_context *context, coreset_suites *suites);

#endif /* CORE_PREDICT_SUITE_GROUPS_H */
