/*
** checksum.c: a checksum that is certain to notice the change of any one word.
**
** The bytes are read as little-endian words of 64 bits, the last block filled up
** with zeros, and dealt out to four lanes. A lane takes in a word by
**
**     lane = rotate((lane ^ word) * odd, 29)
**
** which is a bijection of the word for a given lane, and of the lane for a given
** word: two different states can never become equal by taking in equal words. The
** lanes are then folded into the size by the same step. So bytes that differ in
** one word only always have different checksums; any other difference goes
** unnoticed with a probability of about 2^-64, unless it was made on purpose.
** Four lanes keep the multiplier busy: some 10 GB/s.
*/
#include <string.h>

#include "base/bytes.h"
#include "base/checksum.h"

#define LANES 4
#define POLL_BYTES ((size_t)1 << 20) /* a tenth of a millisecond */
#define ODD UINT64_C(0x9FB21C651E98DF25)

static inline uint64_t take_in(uint64_t lane, uint64_t word) {
  uint64_t product = (lane ^ word) * ODD;
  return product << 29 | product >> 35;
}

static inline void take_in_block(uint64_t lanes[LANES], const unsigned char *block) {
  for (size_t i = 0; i < LANES; i++) lanes[i] = take_in(lanes[i], core_load64(block + 8 * i));
}

coreset_status core_checksum_large(coreset_context *context, const void *bytes, size_t size, size_t hole,
                                   uint64_t *checksum) {
  /* digits of pi: the lanes start differently, so that exchanged words show */
  uint64_t lanes[LANES] = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344), UINT64_C(0xA4093822299F31D0),
                           UINT64_C(0x082EFA98EC4E6C89)};
  unsigned char block[CORE_CHECKSUM_BLOCK] = {0};
  const unsigned char *next = bytes;
  size_t left = size;
  size_t taken = left < sizeof(block) ? left : sizeof(block);
  uint64_t sum = size;

  if (taken > 0) memcpy(block, next, taken);
  memset(block + hole, 0, 8);
  take_in_block(lanes, block);
  if (taken > 0) next += taken;
  left -= taken;
  while (left >= sizeof(block)) {
    size_t end = left > POLL_BYTES ? left - POLL_BYTES : 0;
    for (; left >= sizeof(block) && left > end; left -= sizeof(block), next += sizeof(block))
      take_in_block(lanes, next);
    coreset_status status = core_poll_work(context, POLL_BYTES / 8);
    if (status != CORESET_OK) return status;
  }
  if (left > 0) {
    memset(block, 0, sizeof(block));
    memcpy(block, next, left);
    take_in_block(lanes, block);
  }
  for (size_t i = 0; i < LANES; i++) {
    sum = take_in(sum, lanes[i]);
    sum ^= sum >> 32;
  }
  *checksum = sum;
  return CORESET_OK;
}

uint64_t core_checksum(const void *bytes, size_t size, size_t hole) {
  coreset_context context = {0};
  uint64_t checksum = 0;
  core_checksum_large(&context, bytes, size, hole, &checksum); /* does not fail without interruption */
  return checksum;
}
