/*
** sources.h: which models of a score matrix are sources, and which questions are the benchmark.
*/
#ifndef CORE_MATRIX_SOURCES_H
#define CORE_MATRIX_SOURCES_H

#include "matrix/matrix.h"

/* What the rule in sources.c finds. All arrays are of one arena. */
typedef struct core_sources {
  unsigned char *is_source;    /* for each model, whether it is a source */
  unsigned char *is_full;      /* for each model, whether it is a source that answered nearly all of the benchmark */
  unsigned char *in_benchmark; /* for each question, whether it is part of the benchmark */
  size_t *answered;            /* for each model how many questions of the benchmark it answered */
  size_t source_count;         /* how many models are sources */
  size_t full_count;           /* how many are full */
  size_t question_count;       /* how many questions are the benchmark */
} core_sources;

/* Finds the sources among the candidates (one byte for each model of the matrix, non-zero for those
** that may be; NULL: all). Fails, with CORESET_ERROR, where question ids of two kinds are mixed up:
** a number and the same number as a text, which no model answered both. */
coreset_status core_find_sources(coreset_context *context, core_arena *arena, const coreset_matrix *matrix,
                                 const unsigned char *candidates, core_sources *sources);

#endif /* CORE_MATRIX_SOURCES_H */
