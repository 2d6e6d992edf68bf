/*
** normal.h: the normal distribution.
*/
#ifndef CORE_NUMERIC_NORMAL_H
#define CORE_NUMERIC_NORMAL_H

/* The z with P(|Z| > z) = tail, 0 < tail <= 1, for Z normal with mean 0 and variance 1. */
double core_normal_deviate(double tail);

#endif /* CORE_NUMERIC_NORMAL_H */
