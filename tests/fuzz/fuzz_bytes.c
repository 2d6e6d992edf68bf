/*
** fuzz_bytes.c: score matrices, fits and bundles of them from anybody.
**
** The input is the bytes of a matrix, a fit or a bundle. What is changed in them gets its size and checksum mended, or nothing
** but these would be tried. Bytes that are read must then be of use: everything that can be done with a small
** matrix or fit is done, and must succeed or fail with a message; what is written must be what was read.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "coreset.h"

#define SIZE_AT 16     /* of the frame that both kinds begin with (base/blob.h) */
#define CHECKSUM_AT 24 /* the same */
#define FRAME 32
#define LARGEST_CELLS 4000 /* of a matrix that is worked with */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, limit);
  if (size < FRAME || seed % 16 == 0) return size; /* some are left as they are */
  uint64_t stated = size;
  memcpy(data + SIZE_AT, &stated, sizeof(stated));
  uint64_t checksum = core_checksum(data, size, CHECKSUM_AT);
  memcpy(data + CHECKSUM_AT, &checksum, sizeof(checksum));
  return size;
}

/* A failure needs a sentence. */
static void check_status(coreset_status status, const coreset_context *context) {
  if (status != CORESET_OK && status != CORESET_DONE && context->message[0] == 0) abort();
}

static void use_fit(const coreset_fit *fit) {
  coreset_context context = {0};
  size_t count = coreset_fit_question_count(fit);
  double *answers = malloc((count + 1) * sizeof(double)), predicted = 0;
  for (size_t i = 0; i < count; i++) answers[i] = i % 2 == 0 ? 1 : 0;
  coreset_status status = coreset_fit_predict(&context, fit, answers, &predicted);
  check_status(status, &context);
  if (status == CORESET_OK && !isfinite(predicted)) abort();
  free(answers);
}

static void use_selector(coreset_scores *scores, const char *name) {
  coreset_context context = {0};
  coreset_choice choice;
  coreset_request request = {.count = 3, .budget = INFINITY};
  coreset_selection *selection = NULL;
  coreset_pick pick;
  coreset_status status = coreset_choose_selector(&context, name, &choice);
  if (status == CORESET_OK) status = coreset_selection_new(&context, scores, &choice, &request, &selection);
  while (status == CORESET_OK) status = coreset_selection_next(&context, selection, &pick);
  check_status(status, &context);
  coreset_selection_free(selection);
}

static void use_predictor(const coreset_matrix *matrix, coreset_scores *scores, const char *name) {
  coreset_context context = {0};
  coreset_prediction_request request = {.level = 0};
  coreset_predictions *predictions = NULL;
  coreset_prediction row;
  coreset_status status = coreset_choose_predictor(&context, name, &request.predictor);
  if (status == CORESET_OK) status = coreset_predictions_new(&context, scores, matrix, &request, &predictions);
  while (status == CORESET_OK && (status = coreset_predictions_next(&context, predictions, &row)) == CORESET_OK) {
    if (isinf(row.predicted)) abort();
  }
  check_status(status, &context);
  coreset_predictions_free(predictions);
}

static void use_matrix(const coreset_matrix *matrix) {
  coreset_context context = {0};
  coreset_scores *scores = NULL;
  size_t models = coreset_matrix_model_count(matrix), questions = coreset_matrix_question_count(matrix);
  if (models > LARGEST_CELLS || questions > LARGEST_CELLS || models * questions > LARGEST_CELLS) return;
  for (size_t i = 0; i < models * questions; i++) {
    double score;
    if (coreset_matrix_cell(matrix, i % models, i / models, &score, NULL) && !isfinite(score)) abort();
  }
  coreset_status status = coreset_scores_new(&context, matrix, NULL, &scores);
  check_status(status, &context);
  if (status != CORESET_OK) return;
  use_selector(scores, NULL);
  use_selector(scores, "kriging");
  use_selector(scores, "mrmr");
  use_predictor(matrix, scores, NULL);
  use_predictor(matrix, scores, "krr");
  use_predictor(matrix, scores, "aipw");
  coreset_scores_free(scores);
}

/* All suites of a bundle, which may be damaged; names must be in order. */
static void use_bundle(const coreset_bundle *bundle) {
  for (size_t i = 0; i < coreset_bundle_count(bundle); i++) {
    coreset_context context = {0};
    coreset_matrix *matrix = NULL;
    coreset_fit *fit = NULL;
    coreset_id name = coreset_bundle_suite(bundle, i);
    if (coreset_bundle_find(bundle, &name) != (ptrdiff_t)i) abort();
    check_status(coreset_bundle_has_fits(bundle) ? coreset_bundle_fit(&context, bundle, i, &fit)
                                                 : coreset_bundle_matrix(&context, bundle, i, &matrix),
                 &context);
    if (matrix != NULL) use_matrix(matrix);
    if (fit != NULL) use_fit(fit);
    coreset_matrix_free(matrix);
    coreset_fit_free(fit);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  coreset_context context = {0};
  coreset_matrix *matrix;
  coreset_fit *fit;
  coreset_bundle *bundle;
  unsigned char *bytes;
  size_t written;
  coreset_status status = coreset_matrix_read(&context, data, size, &matrix);
  check_status(status, &context);
  if (status == CORESET_OK) {
    use_matrix(matrix);
    if (coreset_matrix_write(&context, matrix, SIZE_MAX, &bytes, &written) != CORESET_OK) abort();
    coreset_free(bytes);
    coreset_matrix_free(matrix);
  }
  status = coreset_fit_read(&context, data, size, &fit);
  check_status(status, &context);
  if (status == CORESET_OK) {
    use_fit(fit);
    if (coreset_fit_write(&context, fit, &bytes, &written) != CORESET_OK) abort();
    coreset_free(bytes);
    coreset_fit_free(fit);
  }
  status = coreset_bundle_read(&context, data, size, &bundle);
  check_status(status, &context);
  if (status == CORESET_OK) {
    use_bundle(bundle);
    if (coreset_bundle_write(&context, bundle, SIZE_MAX, &bytes, &written) != CORESET_OK || written != size) abort();
    coreset_free(bytes);
    coreset_bundle_free(bundle);
  }
  return 0;
}
