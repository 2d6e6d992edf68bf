/*
** student.h: Student's distribution.
*/
#ifndef CORE_NUMERIC_STUDENT_H
#define CORE_NUMERIC_STUDENT_H

#include <stddef.h>

/* The t with P(|T| <= t) = level, 0 <= level < 1, for T with that many degrees of freedom, at
** least 1. */
double core_student_quantile(double level, size_t degrees);

#endif /* CORE_NUMERIC_STUDENT_H */
