/*
** bytes.h: numbers as little-endian bytes, whatever the host and the alignment.
** On a little-endian host each of these compiles to one load or store, or to none.
*/
#ifndef CORE_BASE_BYTES_H
#define CORE_BASE_BYTES_H

#include <stdint.h>
#include <string.h>

#define CORE_HOST_IS_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

static inline uint64_t core_load64(const void *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof(word));
  return CORE_HOST_IS_BIG_ENDIAN ? __builtin_bswap64(word) : word;
}

static inline uint32_t core_load32(const void *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof(word));
  return CORE_HOST_IS_BIG_ENDIAN ? __builtin_bswap32(word) : word;
}

static inline void core_store64(void *bytes, uint64_t word) {
  if (CORE_HOST_IS_BIG_ENDIAN) word = __builtin_bswap64(word);
  memcpy(bytes, &word, sizeof(word));
}

static inline void core_store32(void *bytes, uint32_t word) {
  if (CORE_HOST_IS_BIG_ENDIAN) word = __builtin_bswap32(word);
  memcpy(bytes, &word, sizeof(word));
}

/* The 64 bits of a double, as IEEE 754 orders them, and back. */
static inline uint64_t core_bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

static inline double core_double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static inline double core_load_double(const void *bytes) {
  return core_double_of(core_load64(bytes));
}

static inline void core_store_double(void *bytes, double value) {
  core_store64(bytes, core_bits_of(value));
}

/* Copies words of 64 bits from an array of the host to bytes, or from bytes to such an array. */
static inline void core_copy64(void *to, const void *from, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint64_t word = core_load64((const unsigned char *)from + 8 * i);
    memcpy((unsigned char *)to + 8 * i, &word, sizeof(word));
  }
}

#endif /* CORE_BASE_BYTES_H */
