/*
** logarithm.h: a natural logarithm that is the same on every machine.
**
** C libraries disagree in the last bit of log(), and some pick their code by CPU.
** A greedy selection is full of near ties that such a bit can decide, so the core
** has a logarithm of its own. See logarithm.c for how it works.
*/
#ifndef CORESET_LOGARITHM_H
#define CORESET_LOGARITHM_H

/* The natural logarithm of x, positive and finite (subnormal numbers included),
** within 0.53 units in the last place. coreset_log(1) is exactly 0. */
double coreset_log(double x);

#endif /* CORESET_LOGARITHM_H */
