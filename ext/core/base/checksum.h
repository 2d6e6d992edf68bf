/*
** checksum.h: 64 bits that tell damaged bytes from intact ones.
*/
#ifndef CORE_BASE_CHECKSUM_H
#define CORE_BASE_CHECKSUM_H

#include "base/context.h"

#define CORE_CHECKSUM_BLOCK 32 /* bytes taken in at a time */

/* The checksum of size bytes, in which the 8 bytes at offset hole (a multiple of 8
** within the first block) count as zero: the place where the checksum itself is
** kept. The same on every host. */
uint64_t core_checksum(const void *bytes, size_t size, size_t hole);

/* The same of so many bytes that it can be interrupted. */
coreset_status core_checksum_large(coreset_context *context, const void *bytes, size_t size, size_t hole,
                                   uint64_t *checksum);

#endif /* CORE_BASE_CHECKSUM_H */
