/*
** fit_blob.c: a fit as bytes and back.
**
** The format, version 2; all numbers are little-endian, doubles are IEEE 754:
**
**     offset  size  field
**          0     8  magic, "CoreFit" and a zero
**          8     4  version, 2
**         12     4  s, how many settings: the predictor's number of options
**         16     8  size of the whole in bytes
**         24     8  checksum of the whole, these 8 bytes counting as zero (checksum.h)
**         32    24  name of the predictor, filled up with zeros, the last byte zero
**         56     8  questions in the benchmark
**         64     8  source models
**         72    24  counts of the identifiers of the fit's questions (id_blob.h)
**         96     8  n, how many parameters
**        104     8  low, the score that maps to 0 (double)
**        112     8  high, the score that maps to 1 (double)
**        120     8  c, how many models intervals were calibrated on: 0, or as many as source models
**        128     8  scale of their residuals (double); 0 without
**        136  24 s  settings: whether it is set (0 or 1), the integer or index of the choice,
**                   the real (double), 8 bytes each; what does not apply is zero
**               8 n  parameters (doubles), in the layout that the predictor documents
**               8 q  share of each of the q questions in the full score (doubles)
**               8 c  full scores of the source models, mapped (doubles)
**                    these identifiers (id_blob.h), to the end
**
** Bytes come from users' databases: a reader must not believe anything. The checksum only
** tells of accidents, since whoever changes bytes can compute it anew. So every count
** is checked against the size before it is used, every number against its range, and the
** predictor checks what it will rely on.
*/
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/method.h"
#include "matrix/id_blob.h"
#include "predict/predictor.h"

static const unsigned char magic[8] = "CoreFit";

#define FORMAT_VERSION 2

#define SETTING_SIZE 24
#define CHECKSUM_OFFSET 24
#define HEADER_SIZE 136

/* How many things of each kind the bytes hold. */
typedef struct counts {
  size_t settings;          /* s */
  size_t parameters;        /* n */
  size_t calibrated;        /* c */
  core_id_counts questions; /* integers, texts, and bytes of these */
} counts;

/* The size of a fit with these counts, or 0 if that overflows. */
static uint64_t size_of(const counts *count) {
  uint64_t numbers, settings, questions, total;
  if (__builtin_add_overflow((uint64_t)count->parameters, (uint64_t)count->calibrated, &numbers) ||
      __builtin_add_overflow(numbers, core_id_counts_total(&count->questions), &numbers) ||
      __builtin_mul_overflow(numbers, (uint64_t)8, &numbers) ||
      __builtin_mul_overflow((uint64_t)count->settings, (uint64_t)SETTING_SIZE, &settings) ||
      !core_id_counts_size(&count->questions, &questions) || __builtin_add_overflow(settings, numbers, &total) ||
      __builtin_add_overflow(total, questions, &total) ||
      __builtin_add_overflow(total, (uint64_t)HEADER_SIZE, &total) || total > SIZE_MAX) {
    return 0;
  }
  return total;
}

/* ------------------------------------------------------------------------
** Writing
*/

/* Writes the settings and returns where they end. */
static unsigned char *write_settings(unsigned char *next, const coreset_fit *fit) {
  size_t i;
  for (i = 0; i < fit->predictor->option_count; i++, next += SETTING_SIZE) {
    const coreset_setting *setting = &fit->settings[i];
    int real = fit->predictor->options[i].type == CORESET_OPTION_REAL;
    core_store64(next, setting->is_set ? 1 : 0);
    core_store64(next + 8, setting->is_set && !real ? (uint64_t)setting->integer : 0);
    core_store_double(next + 16, setting->is_set && real ? setting->real : 0);
  }
  return next;
}

/* Writes numbers and returns where they end. */
static unsigned char *write_numbers(unsigned char *next, const double *numbers, size_t count) {
  size_t i;
  for (i = 0; i < count; i++, next += 8) core_store_double(next, numbers[i]);
  return next;
}

/* Errors: CORESET_NO_MEMORY. The caller releases *result with coreset_free(). */
coreset_status coreset_fit_write(coreset_context *context, const coreset_fit *fit, unsigned char **result,
                                 size_t *result_size) {
  counts count;
  unsigned char *bytes, *next;
  size_t size;

  *result = NULL;
  *result_size = 0;
  count.settings = fit->predictor->option_count;
  count.parameters = fit->parameter_count;
  count.calibrated = fit->calibration == NULL ? 0 : fit->calibration->count;
  count.questions = core_id_list_counts(&fit->questions);
  size = (size_t)size_of(&count);
  if (size == 0) return core_fail(context, CORESET_NO_MEMORY, "out of memory");
  bytes = core_allocate(context, size, 1);
  if (bytes == NULL) return CORESET_NO_MEMORY;

  memcpy(bytes, magic, sizeof(magic));
  core_store32(bytes + 8, FORMAT_VERSION);
  core_store32(bytes + 12, (uint32_t)count.settings);
  core_store64(bytes + 16, size);
  memcpy(bytes + 32, fit->predictor->name, strlen(fit->predictor->name));
  core_store64(bytes + 56, fit->benchmark_question_count);
  core_store64(bytes + 64, fit->source_model_count);
  core_id_counts_store(bytes + 72, &count.questions);
  core_store64(bytes + 96, count.parameters);
  core_store_double(bytes + 104, fit->low);
  core_store_double(bytes + 112, fit->high);
  core_store64(bytes + 120, count.calibrated);
  core_store_double(bytes + 128, fit->calibration == NULL ? 0 : fit->calibration->scale);
  next = write_settings(bytes + HEADER_SIZE, fit);
  next = write_numbers(next, fit->parameters, count.parameters);
  next = write_numbers(next, fit->shares, fit->questions.count);
  if (fit->calibration != NULL) next = write_numbers(next, fit->calibration->full_scores, count.calibrated);
  core_id_list_store(next, &fit->questions);
  core_store64(bytes + CHECKSUM_OFFSET, core_checksum(bytes, size, CHECKSUM_OFFSET));
  *result = bytes;
  *result_size = size;
  return CORESET_OK;
}

/* ------------------------------------------------------------------------
** Reading
*/

int core_fit_recognise(const void *bytes, size_t size) {
  return bytes != NULL && size >= sizeof(magic) && memcmp(bytes, magic, sizeof(magic)) == 0;
}

/* CORESET_CORRUPT with the reason, the rest of a sentence. */
static coreset_status corrupt(coreset_context *context, const char *reason) {
  return core_fail(context, CORESET_CORRUPT, "this fit is damaged: %s", reason);
}

/* Checks magic, version, sizes and checksum: afterwards all parts lie within the
** bytes. */
static coreset_status check_frame(coreset_context *context, const unsigned char *bytes, size_t size, counts *count) {
  uint64_t parameters, calibrated;
  if (!core_fit_recognise(bytes, size)) {
    return core_fail(context, CORESET_CORRUPT, "these bytes are not a fit");
  }
  if (size < HEADER_SIZE) return corrupt(context, "it is truncated");
  if (core_load32(bytes + 8) != FORMAT_VERSION) {
    return core_fail(context, CORESET_CORRUPT,
                     "this fit has format version %lu, this program reads version %d: make it anew",
                     (unsigned long)core_load32(bytes + 8), FORMAT_VERSION);
  }
  if (core_load64(bytes + 16) != size) return corrupt(context, "its size is not what it says");
  parameters = core_load64(bytes + 96);
  calibrated = core_load64(bytes + 120);
  count->settings = core_load32(bytes + 12);
  count->parameters = (size_t)parameters;
  count->calibrated = (size_t)calibrated;
  if (parameters > size || calibrated > size || !core_id_counts_load(bytes + 72, &count->questions) ||
      size_of(count) != size) {
    return corrupt(context, "its counts do not add up to its size");
  }
  if (core_load64(bytes + CHECKSUM_OFFSET) != core_checksum(bytes, size, CHECKSUM_OFFSET)) {
    return corrupt(context, "its checksum is wrong");
  }
  return CORESET_OK;
}

/* Reads the predictor, by its name, and the numbers of the header. */
static coreset_status read_header(coreset_context *context, const unsigned char *bytes, const counts *count,
                                  coreset_fit *fit) {
  char name[CORE_PREDICTOR_NAME_SIZE];
  uint64_t questions = core_id_counts_total(&count->questions);
  size_t i;

  memcpy(name, bytes + 32, sizeof(name));
  for (i = 0; i < sizeof(name); i++) {
    if (name[i] != 0 && (name[i] <= ' ' || name[i] > '~')) break;
  }
  if (i < sizeof(name) || name[sizeof(name) - 1] != 0) return corrupt(context, "its predictor has no proper name");
  for (i = strlen(name); i < sizeof(name); i++) {
    if (name[i] != 0) return corrupt(context, "its predictor has no proper name");
  }
  fit->predictor = coreset_find_predictor(name);
  if (fit->predictor == NULL) {
    return core_fail(context, CORESET_CORRUPT, "this fit needs predictor '%s', which this program does not have", name);
  }
  fit->benchmark_question_count = core_load64(bytes + 56);
  fit->source_model_count = core_load64(bytes + 64);
  fit->low = core_load_double(bytes + 104);
  fit->high = core_load_double(bytes + 112);
  if (questions == 0 || fit->benchmark_question_count < questions || fit->source_model_count == 0) {
    return corrupt(context, "its numbers of questions or models are impossible");
  }
  if (count->calibrated != 0 && count->calibrated != fit->source_model_count) {
    return corrupt(context, "its intervals are of other models");
  }
  if (!(isfinite(fit->low) && isfinite(fit->high) && fit->low < fit->high && isfinite(fit->high - fit->low))) {
    return corrupt(context, "its range of scores is impossible");
  }
  return CORESET_OK;
}

/* Reads the settings. One that is not set stays so: a fit decided everything. */
static coreset_status read_settings(coreset_context *context, const unsigned char *next, const counts *count,
                                    coreset_fit *fit) {
  size_t i;
  if (count->settings != fit->predictor->option_count) return corrupt(context, "it has other options");
  for (i = 0; i < count->settings; i++, next += SETTING_SIZE) {
    coreset_setting *setting = &fit->settings[i];
    coreset_setting ignored;
    uint64_t is_set = core_load64(next);
    if (is_set > 1) return corrupt(context, "a setting is neither set nor unset");
    setting->is_set = (int)is_set;
    setting->integer = (int64_t)core_load64(next + 8);
    setting->real = core_load_double(next + 16);
    if (!is_set) {
      memset(setting, 0, sizeof(*setting));
    } else if (core_settings_complete(context, &fit->predictor->options[i], 1, setting, &ignored) != CORESET_OK) {
      return corrupt(context, "a setting is out of range");
    }
  }
  return CORESET_OK;
}

/* Reads so many numbers, between lowest and highest, into memory of their own. */
static coreset_status read_numbers(coreset_context *context, const unsigned char **next, size_t count, double lowest,
                                   double highest, const char *reason, double **numbers) {
  size_t i;
  *numbers = core_allocate(context, count, sizeof(double));
  if (*numbers == NULL) return CORESET_NO_MEMORY;
  for (i = 0; i < count; i++, *next += 8) {
    (*numbers)[i] = core_load_double(*next);
    if (!((*numbers)[i] >= lowest && (*numbers)[i] <= highest)) return corrupt(context, reason);
  }
  return CORESET_OK;
}

/* Reads what intervals need, if there is any. */
static coreset_status read_calibration(coreset_context *context, const unsigned char *bytes, const unsigned char **next,
                                       const counts *count, coreset_fit *fit) {
  double scale = core_load_double(bytes + 128);
  if (count->calibrated == 0) return scale == 0 ? CORESET_OK : corrupt(context, "it has a scale and no models");
  if (count->calibrated < 2 || !(scale >= 0 && isfinite(scale))) {
    return corrupt(context, "its intervals are impossible");
  }
  fit->calibration = core_allocate(context, 1, sizeof(*fit->calibration));
  if (fit->calibration == NULL) return CORESET_NO_MEMORY;
  fit->calibration->count = count->calibrated;
  fit->calibration->scale = scale;
  return read_numbers(context, next, count->calibrated, -DBL_MAX, DBL_MAX, "a full score is not a finite number",
                      &fit->calibration->full_scores);
}

/* Reads all numbers behind the settings. */
static coreset_status read_all_numbers(coreset_context *context, const unsigned char *bytes, const unsigned char **next,
                                       const counts *count, coreset_fit *fit) {
  size_t questions = (size_t)core_id_counts_total(&count->questions);
  coreset_status status = read_numbers(context, next, count->parameters, -DBL_MAX, DBL_MAX,
                                       "a parameter is not a finite number", &fit->parameters);
  fit->parameter_count = count->parameters;
  if (status == CORESET_OK) {
    status = read_numbers(context, next, questions, 0, 1, "a question's share is not between 0 and 1", &fit->shares);
  }
  return status == CORESET_OK ? read_calibration(context, bytes, next, count, fit) : status;
}

/* Errors: CORESET_CORRUPT for bytes that are no fit, are damaged, or were made by
** another version or with another predictor; CORESET_NO_MEMORY. The caller releases
** *result with coreset_fit_free(); the bytes are not needed afterwards. */
coreset_status coreset_fit_read(coreset_context *context, const void *source, size_t size, coreset_fit **result) {
  const unsigned char *bytes = source;
  const unsigned char *next;
  coreset_fit *fit = NULL;
  const char *reason = NULL;
  coreset_status status;
  counts count;

  *result = NULL;
  status = check_frame(context, bytes, size, &count);
  if (status != CORESET_OK) goto done;
  fit = core_allocate(context, 1, sizeof(*fit));
  if (fit == NULL) {
    status = CORESET_NO_MEMORY;
    goto done;
  }
  status = read_header(context, bytes, &count, fit);
  if (status != CORESET_OK) goto done;
  next = bytes + HEADER_SIZE;
  status = read_settings(context, next, &count, fit);
  if (status != CORESET_OK) goto done;
  next += count.settings * SETTING_SIZE;
  status = read_all_numbers(context, bytes, &next, &count, fit);
  if (status != CORESET_OK) goto done;
  status = core_id_list_load(context, next, &count.questions, &fit->questions, &reason);
  if (status == CORESET_OK) reason = fit->predictor->check(fit);
  if (reason != NULL) status = corrupt(context, reason);
  if (status != CORESET_OK) goto done;
  *result = fit;
  fit = NULL;

done:
  coreset_fit_free(fit);
  return status;
}
