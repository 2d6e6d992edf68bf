/*
** coreset.h: the C interface of sqlite-coreset.
**
** Two things are declared here. sqlite3_coreset_init() is the entry point for
** programs that link the extension statically into an application that has
** SQLite. Everything else is the numeric core, which needs no SQLite: it builds
** score matrices, chooses questions, and predicts scores.
**
** Conventions of the core
**
**   * Every function that can fail returns a coreset_status and, on anything but
**     CORESET_OK and CORESET_DONE, leaves one sentence in context->message.
**   * There is no global state but what was found out about the processor. Any number of
**     threads may work at once, each with a context of its own; one object must not be used
**     by two threads at a time, except that a coreset_matrix, a coreset_scores and a
**     coreset_fit never change after they were made and may be read by many.
**   * What a function creates, the caller releases with the function named beside
**     it. Releasing NULL is allowed. After a failure nothing has been created and
**     every output pointer is NULL.
**   * Models and questions are named by their index in a score matrix, which is the
**     place of their identifier in increasing order.
*/
#ifndef CORESET_H
#define CORESET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CORESET_VERSION "0.1.0"

/* ------------------------------------------------------------------------
** Status, errors, interruption
*/

typedef enum coreset_status {
  CORESET_OK = 0,
  CORESET_DONE,        /* there is no next question, target or split */
  CORESET_ERROR,       /* an argument or the data cannot be used */
  CORESET_TOO_LITTLE,  /* the same, because the data are too few or too much alike to work with */
  CORESET_NO_MEMORY,   /* an allocation failed */
  CORESET_INTERRUPTED, /* context->interrupted asked to stop */
  CORESET_CORRUPT,     /* these bytes are no score matrix, no fit, or no bundle */
  CORESET_TOO_BIG      /* the result would be larger than the caller allows */
} coreset_status;

#define CORESET_MESSAGE_SIZE 400

/* What a call may ask of its surroundings, and what it says when it fails.
** Initialise with = {0}; set the callbacks that are wanted. */
typedef struct coreset_context {
  int (*interrupted)(void *data);                          /* polled between blocks of work; non-zero stops it */
  void *interrupted_data;                                  /* first argument of interrupted() */
  int (*refuse_allocation)(void *data, size_t byte_count); /* asked before each allocation; non-zero makes it fail */
  void *refuse_allocation_data;                            /* first argument of refuse_allocation() */
  uint64_t hash_key[2];                                    /* random, where identifiers may be chosen to collide */
  uint64_t unpolled;                                       /* work since interrupted() was last asked; begins at 0 */
  char message[CORESET_MESSAGE_SIZE];                      /* the last failure, one sentence, UTF-8 */
} coreset_context;

/* Releases bytes that the core handed out. */
void coreset_free(void *bytes);

/* ------------------------------------------------------------------------
** Identifiers of models and questions
**
** An identifier is an integer or a text. They are ordered integers first, by
** value, then texts, by bytes.
*/

typedef struct coreset_id {
  const char *text; /* the bytes, not zero-terminated; NULL for an integer */
  size_t length;    /* how many bytes */
  int64_t integer;  /* the value, when text is NULL */
} coreset_id;

/* Negative, 0 or positive as a comes before, equals or comes after b. */
int coreset_id_compare(const coreset_id *a, const coreset_id *b);

/* ------------------------------------------------------------------------
** Score matrices
**
** A builder takes rows in any order and yields a score matrix. A cell scored several
** times counts as its average; sums are exact, so that nothing depends on the order of
** the rows and merged shards equal the matrix of the whole, byte for byte. As bytes a
** matrix is the value that SQL passes around; coreset_matrix_read() checks such bytes,
** whoever wrote them.
*/

typedef struct coreset_builder coreset_builder;
typedef struct coreset_matrix coreset_matrix;

#define CORESET_LARGEST_SCORE 1e288 /* larger magnitudes are refused: their sums could overflow */

coreset_status coreset_builder_new(coreset_context *context, coreset_builder **builder);
void coreset_builder_free(coreset_builder *builder);

/* Adds one row. score NULL: a missing cell, which still registers the model and
** the question. weight: of the question, finite and not negative. Fails when the
** score is not finite or too large, or the weight differs from an earlier one. After
** CORESET_NO_MEMORY the builder can only be freed. */
coreset_status coreset_builder_add(coreset_context *context, coreset_builder *builder, const coreset_id *model,
                                   const coreset_id *question, const double *score, double weight);

/* Adds all rows that went into a matrix. */
coreset_status coreset_builder_add_matrix(coreset_context *context, coreset_builder *builder,
                                          const coreset_matrix *matrix);

/* Makes the matrix of all rows added so far; CORESET_TOO_BIG where its bytes would be more
** than limit. The builder can only be freed afterwards. */
coreset_status coreset_builder_finish(coreset_context *context, coreset_builder *builder, size_t limit,
                                      coreset_matrix **matrix);
void coreset_matrix_free(coreset_matrix *matrix);

/* A matrix as bytes (release with coreset_free), at most limit of them, else CORESET_TOO_BIG;
** and back: the bytes are not needed afterwards, and those that are damaged, truncated or
** foreign give CORESET_CORRUPT. */
coreset_status coreset_matrix_write(coreset_context *context, const coreset_matrix *matrix, size_t limit,
                                    unsigned char **bytes, size_t *size);
coreset_status coreset_matrix_read(coreset_context *context, const void *bytes, size_t size, coreset_matrix **matrix);

typedef struct coreset_matrix_summary {
  size_t models;    /* with a row */
  size_t questions; /* with a row */
  uint64_t cells;   /* cells with a score */
  uint64_t repeats; /* scores beyond the first of their cell */
  size_t twins;     /* questions n and 'n' of two types, which share no model: mixed up ids */
  int binary;       /* the cells hold at most two distinct values */
  double low, high; /* smallest and largest cell; 0 where cells is 0 */
} coreset_matrix_summary;

void coreset_matrix_summarise(const coreset_matrix *matrix, coreset_matrix_summary *summary);

size_t coreset_matrix_model_count(const coreset_matrix *matrix);
size_t coreset_matrix_question_count(const coreset_matrix *matrix);

/* Identifiers by index, in order; their text belongs to the matrix. */
coreset_id coreset_matrix_model(const coreset_matrix *matrix, size_t model);
coreset_id coreset_matrix_question(const coreset_matrix *matrix, size_t question);

/* The index of an identifier, or -1. */
ptrdiff_t coreset_matrix_find_model(const coreset_matrix *matrix, const coreset_id *id);
ptrdiff_t coreset_matrix_find_question(const coreset_matrix *matrix, const coreset_id *id);

/* 1 and the average score of a cell, or 0 where it is missing. repeats may be
** NULL; it receives how many scores were averaged. */
int coreset_matrix_cell(const coreset_matrix *matrix, size_t model, size_t question, double *score, uint64_t *repeats);

double coreset_matrix_weight(const coreset_matrix *matrix, size_t question);

/* ------------------------------------------------------------------------
** Scores: the source models of a matrix, ready for computing
**
** The rows of the chosen models over the questions that at least one of them answered.
** Scores are mapped to x = (score - low) / (high - low): binary ones (at most two distinct
** values) to 0 and 1; others are left as they are when they all lie in [0, 1], else mapped
** by the sources' range. Averages of repeated scores of 0 and 1 are known to be successes out
** of trials (ext/core/matrix/scores.h). Missing cells are filled as described in
** ext/core/matrix/fill.c.
*/

typedef struct coreset_scores coreset_scores;

/* chosen: one byte for each model of the matrix, non-zero to take it, with all questions that
** at least one of them answered; NULL takes the sources and the benchmark that are found in the
** matrix (ext/core/matrix/sources.c). The matrix must outlive the scores. Fails with
** CORESET_TOO_LITTLE with fewer than two models or questions and when all scores are equal;
** with CORESET_ERROR when a model is without answers. */
coreset_status coreset_scores_new(coreset_context *context, const coreset_matrix *matrix, const unsigned char *chosen,
                                  coreset_scores **scores);
void coreset_scores_free(coreset_scores *scores);

/* ------------------------------------------------------------------------
** Methods and choices
**
** A method selects questions or predicts scores. It lists its options; a choice is a method
** with a setting for each of them. The method must be one that coreset_selectors() or
** coreset_predictors() lists; where one of the other kind is given, or none, calls fail.
*/

typedef enum coreset_option_type {
  CORESET_OPTION_INTEGER,
  CORESET_OPTION_REAL,
  CORESET_OPTION_CHOICE /* a name of a list; the setting holds its index */
} coreset_option_type;

#define CORESET_OPTION_LIMIT 6 /* no method has more options */

typedef struct coreset_setting {
  int is_set;      /* 0: the method decides by itself (SQL's NULL without a default) */
  int64_t integer; /* of an integer, or the index of a choice */
  double real;     /* of a real */
} coreset_setting;

typedef struct coreset_option {
  const char *name;              /* as users write it */
  coreset_option_type type;      /* what its values are */
  double minimum, maximum;       /* inclusive, for numbers */
  const char *const *choices;    /* NULL-terminated, for a choice */
  coreset_setting default_value; /* when the user says nothing, or NULL */
} coreset_option;

typedef struct coreset_method {
  const char *name;              /* as users write it: ASCII, at most 23 letters */
  const char *summary;           /* one line for users */
  const char *source;            /* where it was published, or "this project" */
  const coreset_option *options; /* NULL if there are none */
  size_t option_count;           /* at most CORESET_OPTION_LIMIT */
} coreset_method;

typedef struct coreset_choice {
  const coreset_method *method;                   /* which */
  coreset_setting settings[CORESET_OPTION_LIMIT]; /* one for each option of the method */
} coreset_choice;

/* All methods that select, and all that predict; *count of them, the default first. */
const coreset_method *const *coreset_selectors(size_t *count);
const coreset_method *const *coreset_predictors(size_t *count);

/* A choice of the method of this name, in any case, or of the default for NULL, with its
** default settings. */
coreset_status coreset_choose_selector(coreset_context *context, const char *name, coreset_choice *choice);
coreset_status coreset_choose_predictor(coreset_context *context, const char *name, coreset_choice *choice);

/* The setting of an option by name, to be changed; NULL if the method has no such option. */
coreset_setting *coreset_choice_setting(coreset_choice *choice, const char *option);

/* ------------------------------------------------------------------------
** Selecting: which questions to run
*/

/* One chosen question. Relevance, redundancy and objective are the method's, of mapped
** scores; remaining_sd is on the users' scale. */
typedef struct coreset_pick {
  size_t question;     /* in the matrix */
  double relevance;    /* of the question by itself */
  double redundancy;   /* with the questions chosen before */
  double objective;    /* what the choice maximised */
  double remaining_sd; /* of the benchmark mean, after the pick; NaN where the method has no such notion */
} coreset_pick;

/* What is asked of a selection besides the method. Questions are those of the matrix. */
typedef struct coreset_request {
  size_t count;                  /* how many questions, at most; those included count */
  const size_t *include;         /* questions already run, taken first, in this order */
  size_t include_count;          /* how many */
  const unsigned char *excluded; /* one byte for each question, non-zero: never chosen; or NULL */
  const double *costs;           /* one for each question, not negative; NULL: each costs 1 */
  double budget;                 /* the total cost allowed; infinite for no limit */
} coreset_request;

typedef struct coreset_selection coreset_selection;

/* Starts a selection. The scores must outlive it, the others need not. */
coreset_status coreset_selection_new(coreset_context *context, const coreset_scores *scores,
                                     const coreset_choice *selector, const coreset_request *request,
                                     coreset_selection **selection);
void coreset_selection_free(coreset_selection *selection);

/* The method with the settings in force, the ones it decided included. */
const coreset_choice *coreset_selection_choice(const coreset_selection *selection);

/* The next question, or CORESET_DONE. */
coreset_status coreset_selection_next(coreset_context *context, coreset_selection *selection, coreset_pick *pick);

/* ------------------------------------------------------------------------
** Predicting: the full score from some answers
*/

/* How the questions that a model answered were chosen, which intervals need to know: selection and
** prediction are repeated on parts of the sources (ext/core/predict/calibration.c). */
typedef struct coreset_origin {
  coreset_choice selector; /* by this method, from these sources; without a method: without them */
  int or_without;          /* perhaps without these sources: the wider of both intervals is taken */
  size_t batches;          /* 2 or more: in so many batches of about one size, the first by the selector, which is the
                           ** default one, the others by coreset_next_new(); else 0, and 0 for a fit */
} coreset_origin;

typedef struct coreset_fit coreset_fit;

/* Learns to predict the full score from the answers to the given questions of the
** matrix (count of them, all different). origin: how these questions were chosen, or NULL for a fit
** without intervals. Where the methods cannot work on parts of the sources, which are too few, the
** fit has none. */
coreset_status coreset_fit_new(coreset_context *context, const coreset_scores *scores, const coreset_choice *predictor,
                               const coreset_origin *origin, const size_t *questions, size_t count, coreset_fit **fit);
void coreset_fit_free(coreset_fit *fit);

/* The method with the settings in force, the ones it decided included. */
const coreset_choice *coreset_fit_choice(const coreset_fit *fit);

/* The questions a fit needs answers to, in increasing order of identifier; the
** text belongs to the fit. */
size_t coreset_fit_question_count(const coreset_fit *fit);
coreset_id coreset_fit_question(const coreset_fit *fit, size_t index);

/* The full score, on the users' scale, of a model with these answers, one for each
** question of the fit, on the users' scale. */
coreset_status coreset_fit_predict(coreset_context *context, const coreset_fit *fit, const double *answers,
                                   double *predicted);

/* A fit as bytes and back; bytes are released with coreset_free. */
coreset_status coreset_fit_write(coreset_context *context, const coreset_fit *fit, unsigned char **bytes, size_t *size);
coreset_status coreset_fit_read(coreset_context *context, const void *bytes, size_t size, coreset_fit **fit);

typedef struct coreset_predictions coreset_predictions;

/* Where a target lies. */
typedef enum coreset_reach {
  CORESET_REACH_UNKNOWN, /* the predictor has no such notion */
  CORESET_REACH_INSIDE,  /* among the sources */
  CORESET_REACH_ABOVE,   /* probably beyond the best of them */
  CORESET_REACH_BELOW    /* probably below the worst of them */
} coreset_reach;

/* One target model. */
typedef struct coreset_prediction {
  size_t model;                 /* index in the target matrix */
  double predicted;             /* full score on the users' scale; NaN if the model answered nothing that helps */
  double lower, upper;          /* its interval; NaN where there is none */
  coreset_reach reach;          /* whether it is like the sources */
  double observed;              /* plain mean of the answers used; NaN if there are none */
  size_t answered;              /* how many answers were used */
  size_t unknown;               /* answers to questions that the sources lack */
  const coreset_choice *choice; /* the predictor with the settings in force; NULL where predicted is NaN */
} coreset_prediction;

/* Which predictions are wanted. */
typedef struct coreset_prediction_request {
  coreset_choice predictor;
  coreset_origin origin;          /* how the questions were chosen */
  double level;                   /* of the intervals, between 0 and 1; 0 for none */
  const unsigned char *models;    /* of the target matrix, one byte for each: non-zero to predict it; NULL: all */
  const unsigned char *questions; /* of the target matrix, one byte for each: non-zero to use it; NULL: all */
} coreset_prediction_request;

/* Starts predicting models of target. Everything passed must outlive the result, but for the
** request itself. Targets that answered the same questions share a fit. Fails when no answer
** of any target is to a question of the sources. For intervals, selection and prediction are
** repeated on parts of the sources, for all targets at the first. */
coreset_status coreset_predictions_new(coreset_context *context, const coreset_scores *scores,
                                       const coreset_matrix *target, const coreset_prediction_request *request,
                                       coreset_predictions **predictions);

/* The same from a fit, all of whose questions each target must have answered; intervals where
** it has them, to hold the score with probability level, between 0 and 1; 0 for none. */
coreset_status coreset_predictions_from_fit(coreset_context *context, const coreset_fit *fit,
                                            const coreset_matrix *target, double level,
                                            coreset_predictions **predictions);

/* The next target, in order of identifier, or CORESET_DONE. */
coreset_status coreset_predictions_next(coreset_context *context, coreset_predictions *predictions,
                                        coreset_prediction *prediction);
void coreset_predictions_free(coreset_predictions *predictions);

/* ------------------------------------------------------------------------
** Explaining predictions
*/

/* One answer of a target. Scores on the users' scale. */
typedef struct coreset_contribution {
  coreset_prediction prediction; /* of the target */
  size_t question;               /* index in the target matrix */
  double score;                  /* the answer */
  double expected;               /* the mean of the sources */
  double contribution;           /* how much the answer moved the prediction away from what the expected one gives */
} coreset_contribution;

typedef struct coreset_explanation coreset_explanation;

/* Starts explaining predictions, none of which was read yet; they must outlive the result, which reads them. The
** contributions of a target, and a number that depends on nothing but which questions it answered, add up to its
** prediction (ext/core/predict/explain.c). */
coreset_status coreset_explanation_new(coreset_context *context, coreset_predictions *predictions,
                                       coreset_explanation **explanation);
void coreset_explanation_free(coreset_explanation *explanation);

/* The next answer, target by target in order of identifier, or CORESET_DONE. */
coreset_status coreset_explanation_next(coreset_context *context, coreset_explanation *explanation,
                                        coreset_contribution *contribution);

/* ------------------------------------------------------------------------
** Selecting for one model, by its answers so far
*/

/* Which questions are wanted. Questions are those of the matrix of the scores. */
typedef struct coreset_next_request {
  size_t count;                  /* how many for each target, at most */
  const unsigned char *models;   /* of the target matrix, one byte for each: non-zero to choose for it; NULL: all */
  const unsigned char *excluded; /* one byte for each question, non-zero: never chosen; or NULL */
  const double *costs;           /* one for each question, not negative; NULL: each costs 1 */
  double budget;                 /* what those of one target may cost together; infinite for no limit */
} coreset_next_request;

/* One question for one target. */
typedef struct coreset_next_question {
  size_t model;        /* index in the target matrix */
  size_t rank;         /* 1, 2, ... for each target */
  size_t question;     /* in the matrix of the scores */
  double gain;         /* the share of the doubt that it removes: what the choice maximised */
  double remaining_sd; /* of the target's mean, on the users' scale, after it */
  int adaptive;        /* whether the target's answers had a say */
} coreset_next_question;

typedef struct coreset_next coreset_next;

/* Starts choosing the next questions for the models of target. Everything passed must outlive the result, but for the
** request itself. Answers have a say where item curves describe the benchmark (ext/core/predict/next.c); else the default
** selector goes on from what a target answered. */
coreset_status coreset_next_new(coreset_context *context, const coreset_scores *scores, const coreset_matrix *target,
                                const coreset_next_request *request, coreset_next **next);
void coreset_next_free(coreset_next *next);

/* The next one, or CORESET_DONE: target after target, in order of identifier. */
coreset_status coreset_next_get(coreset_context *context, coreset_next *next, coreset_next_question *question);

/* ------------------------------------------------------------------------
** Comparing models that were predicted
*/

/* What can be said of a model beside another. */
typedef enum coreset_verdict {
  CORESET_CANNOT_TELL,
  CORESET_BETTER,
  CORESET_WORSE,
  CORESET_EQUIVALENT /* they differ by less than the margin */
} coreset_verdict;

/* What is done about the chance of a wrong verdict among many. */
typedef enum coreset_correction {
  CORESET_CORRECTION_NONE, /* it is for each pair by itself */
  CORESET_CORRECTION_HOLM  /* it is for all pairs together: Holm's procedure */
} coreset_correction;

extern const char *const coreset_verdict_names[];    /* in this order; then NULL */
extern const char *const coreset_correction_names[]; /* in this order; then NULL */

typedef struct coreset_comparison_request {
  double level;                  /* of the predictions' intervals: verdicts are wrong with probability 1 - level */
  double margin;                 /* a difference that does not matter, positive; NaN: every one does */
  coreset_correction correction; /* for many pairs */
  const coreset_id *baseline;    /* a target or a source with which all others are compared; NULL: all pairs */
} coreset_comparison_request;

/* Two models, a and b. Scores on the users' scale. */
typedef struct coreset_pair_compared {
  coreset_id model_a, model_b; /* the text belongs to the matrices */
  double difference;           /* prediction of a, less that of b; NaN where one has none */
  double lower, upper;         /* its interval; NaN where there is none */
  double p_value;              /* of no difference; NaN without an interval */
  coreset_verdict verdict;     /* of a */
  size_t shared;               /* questions that both answered */
  size_t wins, losses;         /* of these, where a scored more, or less */
  size_t needed;               /* about how many more questions would tell; 0: not known, or it can be told */
} coreset_pair_compared;

typedef struct coreset_comparison coreset_comparison;

/* Starts comparing targets with each other, or with the baseline, which all the predictions are made for at once. The
** predictions must be with a level, none of them read yet, and outlive the result. */
coreset_status coreset_comparison_new(coreset_context *context, coreset_predictions *predictions,
                                      const coreset_comparison_request *request, coreset_comparison **comparison);
void coreset_comparison_free(coreset_comparison *comparison);

/* The next pair, or CORESET_DONE: in the order of predictions, the highest first, and of two models the one that is
** first there is a. With a baseline that is b. */
coreset_status coreset_comparison_next(coreset_context *context, coreset_comparison *comparison,
                                       coreset_pair_compared *pair);

/* ------------------------------------------------------------------------
** Several suites: what one tells of another
*/

typedef struct coreset_bundle coreset_bundle;

/* A bundle of score matrices, or of fits, one for each suite, in order of the suites' names. */
coreset_status coreset_bundle_new(coreset_context *context, coreset_bundle **bundle);
void coreset_bundle_free(coreset_bundle *bundle);

/* Adds the bytes of a score matrix or a fit, which are checked and copied. Fails for bytes that are neither, that are
** not of the kind of those before, and for a name that is there already. After CORESET_NO_MEMORY the bundle can
** only be freed. */
coreset_status coreset_bundle_add(coreset_context *context, coreset_bundle *bundle, const coreset_id *suite,
                                  const void *bytes, size_t size);

/* A bundle as bytes (release with coreset_free), at most limit of them, else CORESET_TOO_BIG; and back: the bytes are
** not needed afterwards. Those in the bundle are checked when they are read. */
coreset_status coreset_bundle_write(coreset_context *context, const coreset_bundle *bundle, size_t limit,
                                    unsigned char **bytes, size_t *size);
coreset_status coreset_bundle_read(coreset_context *context, const void *bytes, size_t size, coreset_bundle **bundle);

/* How many suites, whether they are fits, the name of one, whose text belongs to the bundle, and the index of a name, or -1. */
size_t coreset_bundle_count(const coreset_bundle *bundle);
int coreset_bundle_has_fits(const coreset_bundle *bundle);
coreset_id coreset_bundle_suite(const coreset_bundle *bundle, size_t index);
ptrdiff_t coreset_bundle_find(const coreset_bundle *bundle, const coreset_id *suite);

/* The matrix or the fit of a suite, whichever it is. */
coreset_status coreset_bundle_matrix(coreset_context *context, const coreset_bundle *bundle, size_t index,
                                     coreset_matrix **matrix);
coreset_status coreset_bundle_fit(coreset_context *context, const coreset_bundle *bundle, size_t index,
                                  coreset_fit **fit);

/* One of several suites. */
typedef struct coreset_suite {
  coreset_id name;              /* for messages */
  const coreset_scores *scores; /* of its sources; NULL with a fit */
  const coreset_fit *fit;       /* NULL with scores */
  coreset_predictions
      *predictions; /* of its targets, by these, with the level, none of them read yet; NULL: it has none */
  double weight;    /* in the overall score: finite and not negative; not all may be 0 */
} coreset_suite;

/* One target in one suite, or overall. Scores on the users' scale. */
typedef struct coreset_suite_prediction {
  coreset_id model;    /* its text belongs to the target matrices */
  size_t suite;        /* its number; the number of suites for the overall score */
  double predicted;    /* full score; NaN where nothing is known */
  double lower, upper; /* its interval; NaN where there is none */
  coreset_reach reach; /* whether it is like the sources in this suite */
  double observed;     /* plain mean of the answers used; NaN if there are none; overall the weighted mean of these */
  size_t answered;     /* how many answers were used; of a source of the suite all it has to the benchmark */
  size_t unknown;      /* answers to questions that the sources lack */
  double alone;        /* the prediction without the other suites; NaN where it did not run this one */
} coreset_suite_prediction;

typedef struct coreset_suites coreset_suites;

/* Starts predicting the targets of all suites, each from its answers in all of them. Everything passed must outlive the
** result, but for the array itself. level: of the intervals, more than 0. Fails where a fit does not keep what is needed, and
** where no two suites have three sources in common. */
coreset_status coreset_suites_new(coreset_context *context, const coreset_suite *suites, size_t count, double level,
                                  coreset_suites **result);
void coreset_suites_free(coreset_suites *suites);

/* The next row, or CORESET_DONE: targets in order of identifier, in each the suites as they were given, and the overall
** score. */
coreset_status coreset_suites_next(coreset_context *context, coreset_suites *suites, coreset_suite_prediction *row);

/* ------------------------------------------------------------------------
** Evaluation: how well a selector and a predictor do on data that is known
*/

typedef struct coreset_evaluation coreset_evaluation;

/* Which models of a matrix learn, and which are predicted: ext/core/judge/splits.c tells exactly. */
typedef enum coreset_split {
  CORESET_SPLIT_BINNED, /* sources drawn evenly over ten bins of the full score */
  CORESET_SPLIT_RANDOM, /* sources drawn at random */
  CORESET_SPLIT_STRONG, /* the weakest learn, the strongest are predicted */
  CORESET_SPLIT_WEAK,   /* the strongest learn, the weakest are predicted */
  CORESET_SPLIT_GAP,    /* the weakest learn, the strongest three tenths are predicted, who is between is left out */
  CORESET_SPLIT_TIME    /* the oldest learn, newer ones are predicted */
} coreset_split;

extern const char *const coreset_split_names[]; /* in this order; then NULL */

/* What to evaluate. A selector's option `seed` that is not set follows the split. */
typedef struct coreset_evaluation_request {
  const size_t *sizes;      /* how many questions to choose: all different, and each is tried with every split */
  size_t size_count;        /* how many such numbers, at least 1 */
  coreset_choice selector;  /* by this method */
  coreset_choice predictor; /* and to predict from */
  size_t source_models;     /* how many models learn, at most */
  coreset_split split;      /* which */
  size_t seeds;             /* how many splits, numbered from 1 */
  double level;             /* of the intervals; 0 for none */
  const double *released;   /* for each model of the matrix when, on any scale; NaN: not known; NULL: of none */
  const size_t *families;   /* for each model of the matrix its family, a number below that of the matrix's models;
                            ** relatives are never on both sides; NULL: nobody is related */
} coreset_evaluation_request;

/* One split and number of questions: errors and correlations over the targets, correlations over sources
** (with their true scores) and targets together, coverage and mean width of the intervals (NaN without), and
** seconds. */
typedef struct coreset_evaluation_result {
  size_t seed;                                             /* of the split */
  size_t size;                                             /* how many questions */
  double rmse, mae, pearson_r, spearman_rho, kendall_tau;  /* of the targets */
  double pearson_r_all, spearman_rho_all, kendall_tau_all; /* of targets and sources */
  double coverage, width;                                  /* of the intervals */
  double select_seconds, predict_seconds; /* predicting includes fitting and, with a level, calibrating */
  size_t sources, targets;                /* how many models were which */
  size_t undated;                         /* in a split by time, how many were neither, having no date */
} coreset_evaluation_result;

/* One target of them. */
typedef struct coreset_evaluated_model {
  size_t seed;                   /* of the split */
  size_t size;                   /* how many questions */
  double truth;                  /* its full score, on the users' scale */
  coreset_prediction prediction; /* and what was predicted */
} coreset_evaluated_model;

/* One question that was chosen. */
typedef struct coreset_evaluated_question {
  size_t seed;     /* of the split */
  size_t rank;     /* 1, 2, ... up to the largest number of questions; the first n are the choice of n */
  size_t question; /* in the matrix */
} coreset_evaluated_question;

/* Starts evaluating on the full sources of a matrix and its benchmark (ext/core/matrix/sources.c).
** The matrix, and what the request points to, must outlive the result. */
coreset_status coreset_evaluation_new(coreset_context *context, const coreset_matrix *matrix,
                                      const coreset_evaluation_request *request, coreset_evaluation **evaluation);
void coreset_evaluation_free(coreset_evaluation *evaluation);

/* How many models and questions there are to evaluate on. Of the request only split and released
** matter: a split by time is of the models with a date. */
coreset_status coreset_evaluation_size(coreset_context *context, const coreset_matrix *matrix,
                                       const coreset_evaluation_request *request, size_t *models, size_t *questions);

/* The next result, target or question, or CORESET_DONE: split by split, in it the numbers of questions as
** they were given. An evaluation is read in one of these three ways. */
coreset_status coreset_evaluation_next(coreset_context *context, coreset_evaluation *evaluation,
                                       coreset_evaluation_result *result);
coreset_status coreset_evaluation_next_model(coreset_context *context, coreset_evaluation *evaluation,
                                             coreset_evaluated_model *model);
coreset_status coreset_evaluation_next_question(coreset_context *context, coreset_evaluation *evaluation,
                                                coreset_evaluated_question *question);

/* ------------------------------------------------------------------------
** Items: what the owner of a benchmark must know of its questions
*/

/* One question of the benchmark; ext/core/judge/items.c has the formulas. */
typedef struct coreset_item {
  size_t question;         /* in the matrix */
  size_t answered;         /* models that answered it */
  double mean;             /* of their scores */
  double discrimination;   /* correlation with the mean of the models' other questions; NaN where there is none */
  double p_value;          /* of no such correlation; NaN where there is none */
  int constant_among_best; /* whether the best models scored the same; -1 where fewer than two of them answered */
  ptrdiff_t duplicate_of;  /* the first question before it with the same scores of all who answered both; -1: none */
} coreset_item;

typedef struct coreset_items coreset_items;

/* Starts judging the questions of a matrix, which must outlive the result. The best are a quarter of the full sources, two
** at least. */
coreset_status coreset_items_new(coreset_context *context, const coreset_matrix *matrix, coreset_items **items);
void coreset_items_free(coreset_items *items);

/* How many models the best may be taken from, how many are, and another number, before the first question. */
size_t coreset_items_source_count(const coreset_items *items);
size_t coreset_items_best(const coreset_items *items);
coreset_status coreset_items_set_best(coreset_context *context, coreset_items *items, size_t best);

/* The next question of the benchmark, in order of identifier, or CORESET_DONE. */
coreset_status coreset_items_next(coreset_context *context, coreset_items *items, coreset_item *item);

/* ------------------------------------------------------------------------
** Power: what a number of questions buys, before any is run
*/

typedef enum coreset_design {
  CORESET_DESIGN_CORESET, /* questions that a selector chooses, and the default predictor */
  CORESET_DESIGN_RANDOM   /* as many at random, and the mean of the answers */
} coreset_design;

extern const char *const coreset_design_names[]; /* in this order; then NULL */

/* What is asked. */
typedef struct coreset_power_request {
  const size_t *sizes;     /* numbers of questions, all different */
  size_t size_count;       /* how many such numbers, at least 1 */
  coreset_choice selector; /* who chooses them */
  double power;            /* the probability with which a difference is to be found, between 0 and 1 */
  double level;            /* of the intervals, and 1 less the size of the test, between 0 and 1 */
} coreset_power_request;

/* What one number of questions buys. On the users' scale; NaN where the data do not tell. */
typedef struct coreset_power_row {
  coreset_design design;        /* how questions are chosen */
  size_t size;                  /* how many */
  double share;                 /* of the benchmark's questions */
  double half_width;            /* of the interval about one model's score: the mean over models like the sources */
  double difference_half_width; /* of that about the difference of two */
  double detectable;            /* the smallest true difference that is found with that probability */
} coreset_power_row;

typedef struct coreset_power coreset_power;

/* Starts. Scores and sizes must outlive the result. */
coreset_status coreset_power_new(coreset_context *context, const coreset_scores *scores,
                                 const coreset_power_request *request, coreset_power **power);
void coreset_power_free(coreset_power *power);

/* The next row, or CORESET_DONE: number after number as they were given, both designs of each. */
coreset_status coreset_power_next(coreset_context *context, coreset_power *power, coreset_power_row *row);

/* ------------------------------------------------------------------------
** Judging: statistics of pairs
**
** Each takes count pairs in any order (the order does not change a bit of the
** result) and may reorder them. The result is NaN where it is not defined.
*/

typedef struct coreset_pair {
  double x, y; /* truth and prediction, or any two variables */
} coreset_pair;

coreset_status coreset_mae(coreset_context *context, coreset_pair *pairs, size_t count, double *result);
coreset_status coreset_rmse(coreset_context *context, coreset_pair *pairs, size_t count, double *result);
coreset_status coreset_pearson_r(coreset_context *context, coreset_pair *pairs, size_t count, double *result);
coreset_status coreset_spearman_rho(coreset_context *context, coreset_pair *pairs, size_t count, double *result);
coreset_status coreset_kendall_tau(coreset_context *context, coreset_pair *pairs, size_t count, double *result);

typedef enum coreset_estimator {
  CORESET_ESTIMATOR_AUTO,
  CORESET_ESTIMATOR_ROSS,
  CORESET_ESTIMATOR_KSG,
  CORESET_ESTIMATOR_LNC
} coreset_estimator;

/* Mutual information in nats between x and y. */
coreset_status coreset_mutual_info(coreset_context *context, coreset_pair *pairs, size_t count, int64_t neighbors,
                                   coreset_estimator estimator, double *result);

/* ------------------------------------------------------------------------
** About this build
*/

/* The name of the instruction set in use for bit counting: "portable", "popcnt", ... */
const char *coreset_cpu_dispatch(void);

/* Name and configuration of the linear algebra library in use. */
const char *coreset_blas_description(void);

/* ------------------------------------------------------------------------
** The SQLite extension, statically linked
**
** Pass to sqlite3_auto_extension(), or call on one connection with the last two
** arguments NULL. The declaration needs no sqlite3.h.
*/
struct sqlite3;
struct sqlite3_api_routines;
int sqlite3_coreset_init(struct sqlite3 *db, char **error_message, const struct sqlite3_api_routines *api);

#ifdef __cplusplus
}
#endif

#endif /* CORESET_H */
