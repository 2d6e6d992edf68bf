/*
** student.h: Student's distribution.
*/
#ifndef CORE_NUMERIC_STUDENT_H
#define CORE_NUMERIC_STUDENT_H

#include <stddef.h>

/* The t with P(|T| <= t) = level, 0 <= level < 1, for T with that many degrees of freedom, at
** least 1. */
double core_student_quantile(double level, size_t degrees);

/* P(|T| > t), t >= 0: to a few parts in 1e14, however small. */
double core_student_tail(double t, size_t degrees);

/* The t with P(|T| > t) = tail, 0 < tail <= 1, for at least 1,000 degrees of freedom, at once. */
double core_student_deviate(double tail, size_t degrees);

#endif /* CORE_NUMERIC_STUDENT_H */
