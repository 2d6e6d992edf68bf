/*
** exact.c: sums of doubles without any rounding, and averages from them.
**
** Every finite double is a whole number of 2^-1074, and a sum of 2^53 scores needs
** fewer than 2176 bits of it: the sum is kept as that integer. Rounding it to the
** nearest double and subtracting the result, again and again, gives the parts.
**
** The average is the quotient of first part and count, corrected by what division
** and first part left over:
**
**     q = first / n,   r = first - q n,   mean = q + (r + second) / n
**
** r is a double, because the remainder of a division always is, and fma() finds it
** exactly. If all n scores equal x, then q and x are neighbours at most, r + second
** = n (x - q) is a double as well, and the mean is x.
*/
#include "matrix/exact.h"

#include <float.h>
#include <math.h>

#include "base/bytes.h"

_Static_assert(FLT_EVAL_METHOD == 0, "error-free sums need double arithmetic without extra digits");

#define DIGIT_BITS 32
#define DIGIT_MASK UINT64_C(0xFFFFFFFF)
#define SMALLEST_EXPONENT (-1074) /* of a double: what counts as 1 in the lowest digit */
#define STORED_BITS 52            /* of a double's mantissa, below its first one, which is not stored */
#define EXPONENT_MASK 0x7FF       /* of a double, 11 bits */
#define EXCESS_BITS 11            /* of 64 bits over a mantissa of 53 */
#define EXCESS_MASK ((UINT64_C(1) << EXCESS_BITS) - 1)
#define EXCESS_HALF (UINT64_C(1) << (EXCESS_BITS - 1)) /* half a unit of the last place */

/* Carries are passed on before they could leave a digit. */
#define ADDITIONS_LIMIT (UINT32_C(1) << 30)

/* Brings every digit but the highest to 0 ... 2^32 - 1. */
static void pass_carries_on(core_exact *exact) {
  int64_t carry = 0;
  for (size_t i = 0; i + 1 < CORE_EXACT_DIGITS; i++) {
    int64_t digit = exact->digits[i] + carry;
    int64_t rest = (int64_t)((uint64_t)digit & DIGIT_MASK);
    carry = (digit - rest) / (INT64_C(1) << DIGIT_BITS);
    exact->digits[i] = rest;
  }
  exact->digits[CORE_EXACT_DIGITS - 1] += carry;
  exact->additions = 0;
}

void core_exact_add(core_exact *exact, double value) {
  uint64_t bits = core_bits_of(value);
  int64_t sign = bits >> 63 ? -1 : 1;
  unsigned exponent = (unsigned)(bits >> STORED_BITS) & EXPONENT_MASK;
  uint64_t mantissa = bits & ((UINT64_C(1) << STORED_BITS) - 1);
  if (exponent > 0) {
    mantissa |= UINT64_C(1) << STORED_BITS;
    exponent--;
  }
  unsigned shift = exponent % DIGIT_BITS;
  int64_t *digits = &exact->digits[exponent / DIGIT_BITS];
  digits[0] += sign * (int64_t)(mantissa << shift & DIGIT_MASK);
  digits[1] += sign * (int64_t)(mantissa << shift >> DIGIT_BITS);
  if (shift > 0) digits[2] += sign * (int64_t)(mantissa >> (64 - shift));
  if (++exact->additions == ADDITIONS_LIMIT) pass_carries_on(exact);
}

/* The digit at an index, 0 below the lowest. */
static uint64_t digit_at(const core_exact *exact, int index) {
  return index >= 0 ? (uint64_t)exact->digits[index] : 0;
}

/* A positive sum, its carries passed on, rounded to nearest, ties to even. */
static double round_magnitude(const core_exact *exact, int top) {
  int unused = __builtin_clzll(digit_at(exact, top)) - DIGIT_BITS; /* zero bits above the number in its top digit */
  uint64_t third = digit_at(exact, top - 2) << unused;
  uint64_t window = (digit_at(exact, top) << DIGIT_BITS | digit_at(exact, top - 1)) << unused | third >> DIGIT_BITS;
  uint64_t mantissa = window >> EXCESS_BITS, rest = window & EXCESS_MASK;
  uint64_t below = third & DIGIT_MASK;
  for (int i = top - 3; i >= 0 && below == 0; i--) below = digit_at(exact, i);
  if (rest > EXCESS_HALF || (rest == EXCESS_HALF && (below != 0 || (mantissa & 1)))) mantissa++;
  return ldexp((double)mantissa, DIGIT_BITS * (top - 1) - unused + EXCESS_BITS + SMALLEST_EXPONENT);
}

/* The sum rounded to nearest; 0 only if it is zero. The sum itself may be negated,
** which *sign, 1 or -1, keeps track of. */
static double round_sum(core_exact *exact, double *sign) {
  int top = CORE_EXACT_DIGITS - 1;
  pass_carries_on(exact);
  if (exact->digits[CORE_EXACT_DIGITS - 1] < 0) {
    for (size_t i = 0; i < CORE_EXACT_DIGITS; i++) exact->digits[i] = -exact->digits[i];
    *sign = -*sign;
    pass_carries_on(exact);
  }
  while (top >= 0 && exact->digits[top] == 0) top--;
  return top >= 0 ? round_magnitude(exact, top) : 0.0;
}

size_t core_exact_parts(core_exact *exact, double parts[CORE_LARGEST_PARTS]) {
  size_t count = 0;
  double sign = 1.0;
  for (;;) {
    double part = round_sum(exact, &sign);
    if (part == 0.0) return count;
    core_exact_add(exact, -part);
    parts[count++] = sign * part;
  }
}

double core_exact_mean(double first, double second, uint64_t count) {
  if (count == 1) return first;
  double n = (double)count;
  double quotient = first / n;
  double remainder = fma(-quotient, n, first);
  return quotient + (remainder + second) / n + 0.0; /* + 0.0 turns -0 into 0 */
}
