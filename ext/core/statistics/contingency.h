/*
** contingency.h: mutual information of two binary variables, from their counts.
*/
#ifndef CORE_STATISTICS_CONTINGENCY_H
#define CORE_STATISTICS_CONTINGENCY_H

#include <stdint.h>

/* The mutual information, in nats, of two binary variables x and y seen n times
** together, n at least 1: x was one a times, y was one b times, both were one ab
** times. In a selection x is the candidate question and y one chosen before;
** exchanging them can change the last bits. Never negative. The order of operations
** is that of the published program (contingency.c), the same on every machine. */
double core_contingency_information(uint32_t n, uint32_t a, uint32_t b, uint32_t ab);

#endif /* CORE_STATISTICS_CONTINGENCY_H */
