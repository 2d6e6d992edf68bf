/*
** bytes.h: numbers as little-endian bytes, whatever the host and the alignment.
** On a little-endian host each of these compiles to one load or store.
*/
#ifndef CORE_BASE_BYTES_H
#define CORE_BASE_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint64_t core_load64(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline uint32_t core_load32(const unsigned char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

static inline double core_load_double(const unsigned char *bytes) {
  uint64_t word = core_load64(bytes);
  double value;
  memcpy(&value, &word, sizeof(value));
  return value;
}

static inline void core_store64(unsigned char *bytes, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  memcpy(bytes, &word, sizeof(word));
}

static inline void core_store32(unsigned char *bytes, uint32_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  memcpy(bytes, &word, sizeof(word));
}

static inline void core_store_double(unsigned char *bytes, double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof(word));
  core_store64(bytes, word);
}

#endif /* CORE_BASE_BYTES_H */
