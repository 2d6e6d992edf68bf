/*
** student.c: Student's distribution.
**
** With n degrees of freedom and t = sqrt(n) tan(a), P(|T| <= t) is
**
**     n even:  sin a (1 + 1/2 cos^2 a + (1 3)/(2 4) cos^4 a + ... up to cos^(n-2) a)
**     n odd:   2/pi (a + sin a (cos a + 2/3 cos^3 a + ... up to cos^(n-2) a))
**
** Source: Abramowitz and Stegun, 26.7.3 and 26.7.4.
*/
#include "numeric/student.h"

#include <math.h>

#define PI 3.14159265358979323846
#define HALVINGS 60 /* of an angle up to pi / 2, until hardly a bit of it is left to find */

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
