/*
** student.c: Student's distribution.
**
** With n degrees of freedom and t = sqrt(n) tan(a), P(|T| <= t) is
**
**     n even:  sin a (1 + 1/2 cos^2 a + (1 3)/(2 4) cos^4 a + ... up to cos^(n-2) a)
**     n odd:   2/pi (a + sin a (cos a + 2/3 cos^3 a + ... up to cos^(n-2) a))
**
** and 1 less that would lose the digits of a small tail. With I the incomplete beta function, the tail itself is
**
**     P(|T| > t) = I_x(n / 2, 1 / 2),   x = n / (n + t^2)
**     I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) / (1 + d1 / (1 + d2 / (1 + ...)))
**     d(2m+1) = -(a + m) (a + b + m) x / ((a + 2m) (a + 2m + 1)),   d(2m) = m (b - m) x / ((a + 2m - 1) (a + 2m))
**
** where the fraction converges fast for x < (a + 1) / (a + b + 2), and elsewhere I_x(a, b) = 1 - I_(1-x)(b, a); and
** 1 / B(n / 2, 1 / 2) is 1 / pi for n = 1, 1 / 2 for n = 2, and (n + 1) / n times that for n + 2.
**
** With many degrees of freedom t is near the normal distribution's z of the same tail:
**
**     t = z + (z^3 + z) / (4 n) + (5 z^5 + 16 z^3 + 3 z) / (96 n^2) + (3 z^7 + 19 z^5 + 17 z^3 - 15 z) / (384 n^3) + ...
**
** Source: Abramowitz and Stegun, 26.5.8 and 26.7.1 to 26.7.5.
*/
#include "numeric/student.h"

#include <math.h>

#include "numeric/normal.h"

#define PI 3.14159265358979323846
#define HALVINGS 60     /* of an angle up to pi / 2, until hardly a bit of it is left to find */
#define TERMS 10000     /* of the fraction, at most: it takes about sqrt(a + b) */
#define CONVERGED 1e-15 /* relative change by a term */
#define NOT_ZERO 1e-300 /* in the place of a denominator that is */

/* P(|T| <= t) at t = sqrt(degrees) tan(angle). */
static double probability(double angle, size_t degrees) {
  double sine = sin(angle), square = cos(angle) * cos(angle), sum = 0;
  double term = degrees % 2 == 0 ? 1 : cos(angle);
  for (size_t j = degrees % 2 == 0 ? 2 : 3; j <= degrees; j += 2) {
    sum += term;
    term *= square * (double)(j - 1) / (double)j;
  }
  return degrees % 2 == 0 ? sine * sum : (angle + sine * sum) * 2 / PI;
}

/* By bisection of the angle. */
double core_student_quantile(double level, size_t degrees) {
  double low = 0, high = PI / 2;
  for (int step = 0; step < HALVINGS; step++) {
    double middle = (low + high) / 2;
    if (probability(middle, degrees) < level) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return sqrt((double)degrees) * tan(low);
}

static double not_zero(double value) {
  return fabs(value) < NOT_ZERO ? NOT_ZERO : value;
}

/* I_x(a, b) where the fraction converges fast; rest is 1 - x, inverse 1 / B(a, b). By Lentz's method. */
static double incomplete_beta(double a, double b, double x, double rest, double inverse) {
  double c = 1, d = 0, fraction = 1;
  for (int term = 1; term <= TERMS; term++) {
    int half = term / 2; /* rounded down */
    double m = half, coefficient;
    if (term % 2 == 1) {
      coefficient = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    } else {
      coefficient = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    }
    d = 1 / not_zero(1 + coefficient * d);
    c = not_zero(1 + coefficient / c);
    fraction *= c * d;
    if (fabs(c * d - 1) < CONVERGED) break;
  }
  return pow(x, a) * pow(rest, b) * inverse / (a * fraction);
}

double core_student_tail(double t, size_t degrees) {
  double n = (double)degrees, a = n / 2, b = 0.5, x = n / (n + t * t), rest = t * t / (n + t * t);
  if (isinf(t) || x <= 0) return 0;
  if (rest <= 0) return 1;
  double inverse = degrees % 2 == 0 ? 0.5 : 1 / PI;
  for (size_t j = 2 - degrees % 2; j < degrees; j += 2) inverse *= (double)(j + 1) / (double)j;
  return x < (a + 1) / (a + b + 2) ? incomplete_beta(a, b, x, rest, inverse)
                                   : 1 - incomplete_beta(b, a, rest, x, inverse);
}

double core_student_deviate(double tail, size_t degrees) {
  double n = (double)degrees, z = core_normal_deviate(tail), square = z * z;
  double first = (square + 1) / 4, second = ((5 * square + 16) * square + 3) / 96;
  double third = (((3 * square + 19) * square + 17) * square - 15) / 384;
  return z * (1 + (first + (second + third / n) / n) / n);
}
