/*
** blob.h: the frame of everything that is kept as bytes.
**
** A frame, all numbers little-endian:
**
**     offset  size  field
**          0     8  magic: what this is, seven letters and a zero
**          8     4  version of the format
**         12     4  flags, of the format's own
**         16     8  size of the whole in bytes
**         24     8  checksum of the whole, these 8 bytes counting as zero (checksum.h)
**
** Bytes come from users' databases: a reader must not believe anything. The checksum only
** tells of accidents, since whoever changes bytes can compute it anew.
*/
#ifndef CORE_BASE_BLOB_H
#define CORE_BASE_BLOB_H

#include "base/bytes.h"
#include "base/context.h"

#define CORE_FRAME_SIZE ((size_t)32)

/* A format. */
typedef struct core_format {
  const char *magic;  /* seven letters */
  const char *name;   /* as it reads in a message: "score matrix" */
  const char *maker;  /* the SQL function that makes it, for a message: "score_matrix()" */
  const char *advice; /* what follows in the message about another version; may be empty */
  uint32_t version;   /* the one that is written and read */
  size_t header_size; /* the frame and what else every one of them has */
} core_format;

/* 1 if the bytes begin like this format, whatever their state. */
int core_blob_recognise(const core_format *format, const void *bytes, size_t size);

/* Writes the frame around a finished content: the last step of writing, which may be interrupted. */
coreset_status core_blob_seal(coreset_context *context, const core_format *format, uint32_t flags, unsigned char *bytes,
                              size_t size);

/* Hands bytes over that writing led to, or frees them where it failed: NULL and 0 then. Returns status. */
coreset_status core_blob_deliver(coreset_status status, unsigned char *bytes, size_t size, unsigned char **result,
                                 size_t *result_size);

/* Checks magic, version and size: CORESET_CORRUPT with a message, or CORESET_OK and the flags, and
** bytes that have a header. */
coreset_status core_blob_open(coreset_context *context, const core_format *format, const unsigned char *bytes,
                              size_t size, uint32_t *flags);

/* Checks the checksum. */
coreset_status core_blob_verify(coreset_context *context, const core_format *format, const unsigned char *bytes,
                                size_t size);

/* CORESET_CORRUPT: "this score matrix is damaged: " and the reason, the rest of a sentence. */
coreset_status core_blob_damaged(coreset_context *context, const core_format *format, const char *reason);

#endif /* CORE_BASE_BLOB_H */
