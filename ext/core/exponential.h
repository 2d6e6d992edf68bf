/*
** exponential.h: an exponential function that is the same on every machine, for the
** reasons that logarithm.h gives.
*/
#ifndef CORESET_EXPONENTIAL_H
#define CORESET_EXPONENTIAL_H

/* exp(x) for x of 0 or less, within 2 units in the last place; 0 below -700. */
double coreset_exp(double x);

#endif /* CORESET_EXPONENTIAL_H */
