/*
** suites_blob.h: score matrices, or fits, of several suites as one value.
*/
#ifndef CORE_PREDICT_SUITES_BLOB_H
#define CORE_PREDICT_SUITES_BLOB_H

#include "base/blob.h"

extern const core_format core_bundle_format;

#endif /* CORE_PREDICT_SUITES_BLOB_H */
