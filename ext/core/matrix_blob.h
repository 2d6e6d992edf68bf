/*
** matrix_blob.h: what writing and reading the bytes of a score matrix share. The
** format is described in matrix_blob.c.
*/
#ifndef CORESET_MATRIX_BLOB_H
#define CORESET_MATRIX_BLOB_H

#include "matrix.h"

#define CORESET_BLOB_MAGIC "scoremtx"
#define CORESET_BLOB_VERSION 1
#define CORESET_BLOB_HEADER_SIZE 128
#define CORESET_BLOB_VERSION_OFFSET 8
#define CORESET_BLOB_CHECKSUM_OFFSET 16
#define CORESET_BLOB_SIZE_OFFSET 24

/* Bits of the header's flags. */
#define CORESET_BLOB_PLANE 1u       /* one bit for each cell, else a sum for each */
#define CORESET_BLOB_MISSING 2u     /* some cells are missing: there is a plane that tells which */
#define CORESET_BLOB_COUNTS 4u      /* some cell has several scores: 32-bit counts */
#define CORESET_BLOB_WIDE_COUNTS 8u /* the same, and some count needs 64 bits */
#define CORESET_BLOB_WEIGHTS 16u    /* some question's weight is not 1 */
#define CORESET_BLOB_ALL_FLAGS 31u

/* The header, but for magic, version, checksum and size. */
typedef struct coreset_blob_header {
  uint32_t flags;             /* CORESET_BLOB_... */
  uint64_t models;            /* how many, below 2^31 */
  uint64_t questions;         /* how many, below 2^31 */
  uint64_t cells;             /* cells with a score */
  uint64_t repeats;           /* scores beyond the first of their cell */
  uint64_t model_integers;    /* models whose identifier is an integer */
  uint64_t model_text;        /* bytes of all others' identifiers */
  uint64_t question_integers; /* as for models */
  uint64_t question_text;     /* as for models */
  uint64_t parts;             /* how many further parts of sums */
  double low, high;           /* what the bits of the plane mean; 0 without a plane */
} coreset_blob_header;

/* Where the sections of a list of identifiers begin. */
typedef struct coreset_blob_ids {
  uint64_t integers; /* int64 values */
  uint64_t ends;     /* uint32 offsets */
  uint64_t text;     /* bytes */
} coreset_blob_ids;

/* Where sections begin, counted from the first byte. Absent ones have no length. */
typedef struct coreset_blob_layout {
  coreset_blob_ids models;    /* identifiers of models */
  coreset_blob_ids questions; /* identifiers of questions */
  uint64_t weights;           /* doubles, one for each question */
  uint64_t observed;          /* bits, one for each cell */
  uint64_t values;            /* bits or doubles, one for each cell */
  uint64_t counts;            /* uint32 or uint64, one for each cell */
  uint64_t parts;             /* pairs of a uint64 cell and a double */
  uint64_t size;              /* of everything */
} coreset_blob_layout;

/* How many words of 64 bits a plane of one bit for each cell has. */
static inline uint64_t coreset_blob_plane_words(const coreset_blob_header *header) {
  return (header->models * header->questions + 63) / 64;
}

/* Computes the layout; 0 when the size exceeds 64 bits or the header contradicts
** itself in a way that would make the layout meaningless. */
int coreset_blob_lay_out(const coreset_blob_header *header, coreset_blob_layout *layout);

/* The same for a matrix about to be written, which must fit into limit bytes. */
coreset_status coreset_blob_measure(coreset_context *context, const coreset_blob_header *header, size_t limit,
                                    coreset_blob_layout *layout);

/* A matrix ready for writing. Bit planes have no gaps here: a cell is bit cell % 64
** of word cell / 64. All arrays belong to whoever filled them in. */
typedef struct coreset_contents {
  coreset_blob_header header; /* complete but for what the identifiers tell */
  coreset_id_list models;     /* in increasing order */
  coreset_id_list questions;  /* in increasing order */
  double *weights;            /* for each question; read if the flag is set */
  uint64_t *observed;         /* plane of cells that have a score; read if the flag is set */
  uint64_t *plane;            /* plane of high cells; read if the flag is set */
  double *sums;               /* first part of each cell's sum; read without a plane */
  uint64_t *counts;           /* of each cell; read if either flag is set */
  coreset_part *parts;        /* header.parts of them, in order */
} coreset_contents;

/* Fills in the header's fields that describe the identifiers. */
void coreset_contents_describe_ids(coreset_contents *contents);

/* Writes the bytes, to be released with coreset_free. */
coreset_status coreset_contents_write(coreset_context *context, const coreset_contents *contents, size_t limit,
                                      unsigned char **bytes, size_t *size);

void coreset_contents_release(coreset_contents *contents);

#endif /* CORESET_MATRIX_BLOB_H */
