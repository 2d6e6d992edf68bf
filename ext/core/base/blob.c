/*
** blob.c: the frame of everything that is kept as bytes.
*/
#include "base/blob.h"

#include "base/checksum.h"

#define MAGIC_SIZE 8 /* and where the fields begin that blob.h lists */
#define VERSION_OFFSET 8
#define FLAGS_OFFSET 12
#define SIZE_OFFSET 16
#define CHECKSUM_OFFSET 24

int core_blob_recognise(const core_format *format, const void *bytes, size_t size) {
  return bytes != NULL && size >= MAGIC_SIZE && memcmp(bytes, format->magic, MAGIC_SIZE) == 0;
}

coreset_status core_blob_seal(coreset_context *context, const core_format *format, uint32_t flags, unsigned char *bytes,
                              size_t size) {
  uint64_t checksum;
  memcpy(bytes, format->magic, MAGIC_SIZE);
  core_store32(bytes + VERSION_OFFSET, format->version);
  core_store32(bytes + FLAGS_OFFSET, flags);
  core_store64(bytes + SIZE_OFFSET, size);
  coreset_status status = core_checksum_large(context, bytes, size, CHECKSUM_OFFSET, &checksum);
  if (status == CORESET_OK) core_store64(bytes + CHECKSUM_OFFSET, checksum);
  return status;
}

coreset_status core_blob_deliver(coreset_status status, unsigned char *bytes, size_t size, unsigned char **result,
                                 size_t *result_size) {
  if (status != CORESET_OK) coreset_free(bytes);
  *result = status == CORESET_OK ? bytes : NULL;
  *result_size = status == CORESET_OK ? size : 0;
  return status;
}

coreset_status core_blob_damaged(coreset_context *context, const core_format *format, const char *reason) {
  return core_fail(context, CORESET_CORRUPT, "this %s is damaged: %s", format->name, reason);
}

coreset_status core_blob_open(coreset_context *context, const core_format *format, const unsigned char *bytes,
                              size_t size, uint32_t *flags) {
  if (!core_blob_recognise(format, bytes, size)) {
    return core_fail(context, CORESET_CORRUPT, "these %zu bytes are not a %s, as made by %s", size, format->name,
                     format->maker);
  }
  if (size < format->header_size) return core_blob_damaged(context, format, "it is truncated");
  if (core_load32(bytes + VERSION_OFFSET) != format->version) {
    return core_fail(context, CORESET_CORRUPT, "this %s has format version %lu, this program reads version %lu%s",
                     format->name, (unsigned long)core_load32(bytes + VERSION_OFFSET), (unsigned long)format->version,
                     format->advice);
  }
  uint64_t stated = core_load64(bytes + SIZE_OFFSET);
  if (stated > size) {
    return core_fail(context, CORESET_CORRUPT, "this %s is truncated: %zu of %llu bytes", format->name, size,
                     (unsigned long long)stated);
  }
  if (stated < size) return core_blob_damaged(context, format, "its counts do not add up to its size");
  *flags = core_load32(bytes + FLAGS_OFFSET);
  return CORESET_OK;
}

coreset_status core_blob_verify(coreset_context *context, const core_format *format, const unsigned char *bytes,
                                size_t size) {
  uint64_t checksum;
  coreset_status status = core_checksum_large(context, bytes, size, CHECKSUM_OFFSET, &checksum);
  if (status != CORESET_OK || core_load64(bytes + CHECKSUM_OFFSET) == checksum) return status;
  return core_blob_damaged(context, format, "its checksum does not match");
}
