/*
** fit_blob.c: a fit as bytes and back.
**
** The format, version 3: the frame of blob.h, magic "CoreFit" and no flags, and behind it sections
** in any order. All numbers are little-endian, doubles are IEEE 754. A section:
**
**     offset  size  field
**          0     8  tag: its name, at least one letter, ASCII, filled up with zeros
**          8     8  size of the payload in bytes
**         16        the payload, and zeros up to a multiple of 8
**
** Each of these comes once, but for the last four: a fit without intervals lacks `interval` and what is behind. A reader
** skips sections with other tags, so that later programs can add what earlier ones do without.
**
**     tag       payload
**     method    name of the predictor, 1 to 23 letters
**     settings  for each option that is set 56 bytes: its name (24), its type (8: 1 integer, 2 real,
**               3 choice) and its value (24: an integer or a double and zeros, or the name of the
**               choice); names are filled up with zeros, the last byte zero
**     counts    questions in the benchmark, source models (8 each)
**     range     low, the score that maps to 0, high, the score that maps to 1, and the mean of the
**               sources' full scores (doubles); then 1 if the sources scored nothing but low and
**               high, else 0 (8)
**     ids       identifiers of the q questions of the fit: their counts, then the list (id_blob.h)
**     params    the n parameters (doubles), in the layout that the predictor documents
**     shares    share of each of the q questions in the full score (doubles)
**     expected  the sources' mean on each of the q questions, mapped (doubles); earlier programs left it out
**     interval  scale of the residuals, then the full score of each source model, mapped (doubles)
**     spread    mean square difference of answers (interval.h; a double), if positive; only with `interval`,
**               and earlier programs left it out
**     sources   of each source model what is predicted of it by a fold without it (calibration.c), mapped (doubles), behind
**               the counts of the list of their identifiers, which follows (id_blob.h); only with `interval`, and
**               earlier programs left it out
**
** A reader checks every size against what is left before it is used, every number against its
** range, and the predictor checks what it will rely on.
*/
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "matrix/id_blob.h"
#include "predict/predictor.h"

#define WORD ((size_t)8)           /* of a number; sections begin at multiples of it */
#define TAG_SIZE ((size_t)8)       /* of a section */
#define HEAD_SIZE ((size_t)16)     /* of a section: tag and size of the payload */
#define NAME_SIZE ((size_t)24)     /* of a name in a setting, the final zero included: coreset.h has no longer ones */
#define SETTING_TYPE NAME_SIZE     /* offset of the type in a setting */
#define SETTING_VALUE ((size_t)32) /* and of the value */
#define SETTING_SIZE ((size_t)56)  /* of a setting */
#define NOTHING SIZE_MAX           /* repeated: the fixed size is all */

const core_format core_fit_format = {
    .magic = "CoreFit",
    .name = "fit",
    .maker = "krr_fit()",
    .advice = ": make it anew",
    .version = 3,
    .header_size = CORE_FRAME_SIZE,
};

enum { METHOD, SETTINGS, COUNTS, RANGE, IDS, PARAMETERS, SHARES, EXPECTED, INTERVAL, SPREAD, SOURCES, SECTION_COUNT };

/* The size up to a multiple of WORD. */
static size_t padded(size_t size) {
  return (size + WORD - 1) / WORD * WORD;
}

/* Whether all of so many bytes are zero. */
static int all_zero(const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] != 0) return 0;
  }
  return 1;
}

/* ------------------------------------------------------------------------
** Reading
*/

/* A fit that is being read. */
typedef struct reader {
  coreset_context *context;                     /* for errors */
  coreset_fit *fit;                             /* what it becomes */
  const unsigned char *payloads[SECTION_COUNT]; /* of each section; NULL: there is none */
  size_t sizes[SECTION_COUNT];                  /* of the payloads */
} reader;

/* CORESET_CORRUPT with the reason, the rest of a sentence. */
static coreset_status damaged(coreset_context *context, const char *reason) {
  return core_blob_damaged(context, &core_fit_format, reason);
}

/* Whether a field of NAME_SIZE bytes holds this name and zeros. */
static int holds(const unsigned char *field, const char *name) {
  size_t length = strlen(name);
  return length < NAME_SIZE && memcmp(field, name, length) == 0 && all_zero(field + length, NAME_SIZE - length);
}

static coreset_status read_method(reader *from) {
  char name[NAME_SIZE] = {0};
  const unsigned char *bytes = from->payloads[METHOD];
  int proper = from->sizes[METHOD] < NAME_SIZE;
  for (size_t i = 0; i < from->sizes[METHOD] && proper; i++) proper = bytes[i] > ' ' && bytes[i] <= '~';
  if (!proper) return damaged(from->context, "its predictor has no proper name");
  memcpy(name, bytes, from->sizes[METHOD]);
  const coreset_method *method = from->fit->choice.method = core_find_method(&core_predictors, name);
  if (method != NULL && strcmp(method->name, name) == 0) return CORESET_OK;
  return core_fail(from->context, CORESET_CORRUPT, "this fit needs predictor '%s', which this program does not have",
                   name);
}

/* Reads one setting and returns NULL, or what is wrong. */
static const char *read_setting(const unsigned char *bytes, coreset_choice *choice) {
  const coreset_method *method = choice->method;
  const unsigned char *value = bytes + SETTING_VALUE;
  size_t i = 0;
  while (i < method->option_count && !holds(bytes, method->options[i].name)) i++;
  if (i == method->option_count) return "it has a setting that its predictor does not have";
  const coreset_option *option = &method->options[i];
  coreset_setting *setting = &choice->settings[i];
  if (setting->is_set) return "it has a setting twice";
  if (core_load64(bytes + SETTING_TYPE) != (uint64_t)option->type + 1) return "a setting is of another type";
  setting->is_set = 1;
  if (option->type == CORESET_OPTION_CHOICE) {
    const char *const *names = option->choices;
    while (names[setting->integer] != NULL && !holds(value, names[setting->integer])) setting->integer++;
    return names[setting->integer] != NULL ? NULL : "a setting is none of the choices";
  }
  if (option->type == CORESET_OPTION_REAL) {
    setting->real = core_load_double(value);
  } else {
    setting->integer = (int64_t)core_load64(value);
  }
  return all_zero(value + WORD, NAME_SIZE - WORD) ? NULL : "there is something behind a setting";
}

/* A setting that is not there stays unset: a fit decided everything. */
static coreset_status read_settings(reader *from) {
  coreset_choice *choice = &from->fit->choice;
  const char *reason = NULL;
  for (size_t at = 0; at < from->sizes[SETTINGS] && reason == NULL; at += SETTING_SIZE) {
    reason = read_setting(from->payloads[SETTINGS] + at, choice);
  }
  if (reason == NULL && core_check_choice(from->context, &core_predictors, choice) != CORESET_OK)
    reason = "a setting is out of range";
  return reason == NULL ? CORESET_OK : damaged(from->context, reason);
}

static coreset_status read_counts(reader *from) {
  from->fit->benchmark_question_count = core_load64(from->payloads[COUNTS]);
  from->fit->source_model_count = core_load64(from->payloads[COUNTS] + WORD);
  return CORESET_OK;
}

static coreset_status read_range(reader *from) {
  double low = from->fit->low = core_load_double(from->payloads[RANGE]);
  double high = from->fit->high = core_load_double(from->payloads[RANGE] + WORD);
  double mean = from->fit->mean = core_load_double(from->payloads[RANGE] + 2 * WORD);
  uint64_t binary = core_load64(from->payloads[RANGE] + 3 * WORD);
  from->fit->binary = binary != 0;
  if (isfinite(low) && isfinite(high) && low < high && isfinite(high - low) && isfinite(mean) && binary <= 1) {
    return CORESET_OK;
  }
  return damaged(from->context, "its range of scores is impossible");
}

static coreset_status read_ids(reader *from) {
  const unsigned char *bytes = from->payloads[IDS];
  coreset_fit *fit = from->fit;
  core_id_counts counts;
  uint64_t size;
  const char *reason = NULL;
  if (!core_id_counts_load(bytes, &counts) || !core_id_counts_size(&counts, &size) ||
      size != from->sizes[IDS] - CORE_ID_COUNTS_SIZE) {
    return damaged(from->context, "its counts of identifiers do not add up to their size");
  }
  uint64_t questions = core_id_counts_total(&counts);
  if (questions == 0 || fit->benchmark_question_count < questions || fit->source_model_count == 0) {
    return damaged(from->context, "its numbers of questions or models are impossible");
  }
  bytes += CORE_ID_COUNTS_SIZE;
  coreset_status status = core_id_list_load(from->context, &fit->arena, bytes, &counts, &fit->questions, &reason);
  return reason == NULL ? status : damaged(from->context, reason);
}

/* Reads all numbers of a section behind the fixed ones, which must be between lowest and highest. */
static coreset_status read_numbers(reader *from, size_t section, size_t fixed, double lowest, double highest,
                                   const char *reason, double **numbers) {
  size_t count = from->sizes[section] / WORD - fixed;
  *numbers = core_take(from->context, &from->fit->arena, count, sizeof(double));
  if (*numbers == NULL) return CORESET_NO_MEMORY;
  for (size_t i = 0; i < count; i++) {
    double number = (*numbers)[i] = core_load_double(from->payloads[section] + WORD * (fixed + i));
    if (!(number >= lowest && number <= highest)) return damaged(from->context, reason);
  }
  return CORESET_OK;
}

static coreset_status read_parameters(reader *from) {
  from->fit->parameter_count = from->sizes[PARAMETERS] / WORD;
  return read_numbers(from, PARAMETERS, 0, -DBL_MAX, DBL_MAX, "a parameter is not a finite number",
                      &from->fit->parameters);
}

static coreset_status read_shares(reader *from) {
  if (from->sizes[SHARES] / WORD != from->fit->questions.count) {
    return damaged(from->context, "its shares are of other questions");
  }
  return read_numbers(from, SHARES, 0, 0, 1, "a question's share is not between 0 and 1", &from->fit->shares);
}

static coreset_status read_expected(reader *from) {
  if (from->sizes[EXPECTED] / WORD != from->fit->questions.count) {
    return damaged(from->context, "its expected answers are to other questions");
  }
  return read_numbers(from, EXPECTED, 0, -DBL_MAX, DBL_MAX, "an expected answer is not a finite number",
                      &from->fit->expected);
}

static coreset_status read_interval(reader *from) {
  coreset_fit *fit = from->fit;
  core_interval *interval = fit->interval = core_take(from->context, &fit->arena, 1, sizeof(*interval));
  if (interval == NULL) return CORESET_NO_MEMORY;
  interval->count = from->sizes[INTERVAL] / WORD - 1;
  interval->scale = core_load_double(from->payloads[INTERVAL]);
  if (interval->count != fit->source_model_count) return damaged(from->context, "its intervals are of other models");
  if (interval->count < 2 || !(interval->scale >= 0 && isfinite(interval->scale))) {
    return damaged(from->context, "its intervals are impossible");
  }
  return read_numbers(from, INTERVAL, 1, -DBL_MAX, DBL_MAX, "a full score is not a finite number",
                      &interval->full_scores);
}

static coreset_status read_spread(reader *from) {
  core_interval *interval = from->fit->interval;
  double spread = core_load_double(from->payloads[SPREAD]);
  if (interval == NULL || !(spread > 0 && isfinite(spread))) {
    return damaged(from->context, "its mean difference of answers is impossible");
  }
  interval->spread = spread;
  return CORESET_OK;
}

static coreset_status read_sources(reader *from) {
  coreset_fit *fit = from->fit;
  const unsigned char *bytes = from->payloads[SOURCES];
  size_t rest = from->sizes[SOURCES] - CORE_ID_COUNTS_SIZE;
  core_id_counts counts;
  uint64_t size;
  const char *reason = NULL;
  if (fit->interval == NULL) return damaged(from->context, "it has sources, but no intervals");
  size_t models = fit->interval->count; /* of which there are as many numbers: they fit into memory */
  if (!core_id_counts_load(bytes, &counts) || !core_id_counts_size(&counts, &size) ||
      core_id_counts_total(&counts) != models || rest < WORD * models || size != rest - WORD * models) {
    return damaged(from->context, "its counts of sources do not add up to their size");
  }
  fit->out_of_fold = core_take(from->context, &fit->arena, models, sizeof(double));
  if (fit->out_of_fold == NULL) return CORESET_NO_MEMORY;
  bytes += CORE_ID_COUNTS_SIZE;
  for (size_t m = 0; m < models; m++) {
    fit->out_of_fold[m] = core_load_double(bytes + WORD * m);
    if (!isfinite(fit->out_of_fold[m])) return damaged(from->context, "the prediction of a source is not finite");
  }
  bytes += WORD * models;
  coreset_status status = core_id_list_load(from->context, &fit->arena, bytes, &counts, &fit->sources, &reason);
  return reason == NULL ? status : damaged(from->context, reason);
}

/* The sections, in the order in which they are written and read. */
static const struct {
  char tag[TAG_SIZE + 1];               /* its name */
  int optional;                         /* whether a fit may lack it */
  size_t fixed;                         /* bytes that its payload always has */
  size_t repeated;                      /* bytes of what follows any number of times */
  coreset_status (*read)(reader *from); /* reads a payload of a possible size, after the sections before it */
} sections[SECTION_COUNT] = {
    [METHOD] = {"method", 0, 1, 1, read_method},
    [SETTINGS] = {"settings", 0, 0, SETTING_SIZE, read_settings},
    [COUNTS] = {"counts", 0, 2 * WORD, NOTHING, read_counts},
    [RANGE] = {"range", 0, 4 * WORD, NOTHING, read_range},
    [IDS] = {"ids", 0, CORE_ID_COUNTS_SIZE, 1, read_ids},
    [PARAMETERS] = {"params", 0, 0, WORD, read_parameters},
    [SHARES] = {"shares", 0, 0, WORD, read_shares},
    [EXPECTED] = {"expected", 1, 0, WORD, read_expected},
    [INTERVAL] = {"interval", 1, WORD, WORD, read_interval},
    [SPREAD] = {"spread", 1, WORD, NOTHING, read_spread},
    [SOURCES] = {"sources", 1, CORE_ID_COUNTS_SIZE, 1, read_sources},
};

/* Damaged, with what is wrong with a section. */
static coreset_status damaged_section(coreset_context *context, size_t section, const char *reason) {
  return core_fail(context, CORESET_CORRUPT, "this fit is damaged: its section '%s' %s", sections[section].tag, reason);
}

/* Finds the sections: all of them lie within the bytes with zeros behind them, and each comes at
** most once. */
static coreset_status find_sections(reader *from, const unsigned char *bytes, size_t size) {
  const unsigned char *end = bytes + size, *next = bytes + CORE_FRAME_SIZE;
  while (next < end) {
    size_t left = (size_t)(end - next), section = 0;
    if (left < HEAD_SIZE || next[0] == 0) return damaged(from->context, "a section has no beginning");
    uint64_t stated = core_load64(next + TAG_SIZE);
    if (stated > left - HEAD_SIZE || padded((size_t)stated) > left - HEAD_SIZE) {
      return damaged(from->context, "a section is larger than what is left");
    }
    const unsigned char *payload = next + HEAD_SIZE, *after = payload + padded((size_t)stated);
    if (!all_zero(payload + stated, (size_t)(after - payload) - (size_t)stated)) {
      return damaged(from->context, "there is something behind a section");
    }
    while (section < SECTION_COUNT && memcmp(next, sections[section].tag, TAG_SIZE) != 0) section++;
    if (section < SECTION_COUNT) {
      if (from->payloads[section] != NULL) return damaged_section(from->context, section, "comes twice");
      from->payloads[section] = payload;
      from->sizes[section] = (size_t)stated;
    }
    next = after;
  }
  return CORESET_OK;
}

static coreset_status read_section(reader *from, size_t section) {
  size_t size = from->sizes[section], fixed = sections[section].fixed;
  if (from->payloads[section] == NULL) {
    return sections[section].optional ? CORESET_OK : damaged_section(from->context, section, "is missing");
  }
  if (size < fixed || (size - fixed) % sections[section].repeated != 0) {
    return damaged_section(from->context, section, "has an impossible size");
  }
  return sections[section].read(from);
}

/* Errors: CORESET_CORRUPT for bytes that are no fit, are damaged, or were made by
** another version or with another predictor; CORESET_NO_MEMORY. */
coreset_status coreset_fit_read(coreset_context *context, const void *bytes, size_t size, coreset_fit **result) {
  reader from = {.context = context};
  const char *reason = NULL;
  uint32_t flags;
  coreset_status status = core_blob_open(context, &core_fit_format, bytes, size, &flags);
  *result = NULL;
  if (status == CORESET_OK) status = find_sections(&from, bytes, size);
  if (status == CORESET_OK) status = core_blob_verify(context, &core_fit_format, bytes, size);
  if (status == CORESET_OK && flags != 0) status = damaged(context, "it has flags that mean nothing");
  if (status != CORESET_OK) return status;
  from.fit = core_object(context, sizeof(*from.fit));
  if (from.fit == NULL) return CORESET_NO_MEMORY;
  for (size_t i = 0; i < SECTION_COUNT && status == CORESET_OK; i++) status = read_section(&from, i);
  if (status == CORESET_OK) reason = core_predictor_of(&from.fit->choice)->check(from.fit);
  if (reason != NULL) status = damaged(context, reason);
  *result = core_made_object(status, from.fit);
  return status;
}

/* ------------------------------------------------------------------------
** Writing
*/

static void store_settings(unsigned char *next, const coreset_choice *choice) {
  for (size_t i = 0; i < choice->method->option_count; i++) {
    const coreset_option *option = &choice->method->options[i];
    const coreset_setting *setting = &choice->settings[i];
    if (!setting->is_set) continue;
    memcpy(next, option->name, strlen(option->name));
    core_store64(next + SETTING_TYPE, (uint64_t)option->type + 1);
    if (option->type == CORESET_OPTION_CHOICE) {
      const char *name = option->choices[setting->integer];
      memcpy(next + SETTING_VALUE, name, strlen(name));
    } else if (option->type == CORESET_OPTION_REAL) {
      core_store_double(next + SETTING_VALUE, setting->real);
    } else {
      core_store64(next + SETTING_VALUE, (uint64_t)setting->integer);
    }
    next += SETTING_SIZE;
  }
}

static void store_numbers(unsigned char *bytes, const double *numbers, size_t count) {
  for (size_t i = 0; i < count; i++) core_store_double(bytes + WORD * i, numbers[i]);
}

/* Whether a fit has what a section is for. */
static int has_section(const coreset_fit *fit, size_t section) {
  if (section == EXPECTED) return fit->expected != NULL;
  if (section == SPREAD) return fit->interval != NULL && fit->interval->spread > 0;
  if (section == SOURCES) return fit->out_of_fold != NULL;
  return section < INTERVAL || fit->interval != NULL;
}

static void store_sources(unsigned char *bytes, const coreset_fit *fit) {
  core_id_counts counts = core_id_list_counts(&fit->sources);
  core_id_counts_store(bytes, &counts);
  store_numbers(bytes + CORE_ID_COUNTS_SIZE, fit->out_of_fold, fit->sources.count);
  core_id_list_store(bytes + CORE_ID_COUNTS_SIZE + WORD * fit->sources.count, &fit->sources);
}

/* The size of a list of identifiers and its counts. */
static size_t list_size(const core_id_list *list) {
  core_id_counts counts = core_id_list_counts(list);
  uint64_t size = 0;
  core_id_counts_size(&counts, &size);
  return CORE_ID_COUNTS_SIZE + (size_t)size;
}

/* Errors: CORESET_NO_MEMORY; CORESET_INTERRUPTED. */
coreset_status coreset_fit_write(coreset_context *context, const coreset_fit *fit, unsigned char **result,
                                 size_t *result_size) {
  const char *name = fit->choice.method->name;
  core_id_counts counts = core_id_list_counts(&fit->questions);
  size_t sizes[SECTION_COUNT] = {
      [METHOD] = strlen(name),
      [SETTINGS] = 0,
      [COUNTS] = 2 * WORD,
      [RANGE] = 4 * WORD,
      [IDS] = list_size(&fit->questions),
      [PARAMETERS] = WORD * fit->parameter_count,
      [SHARES] = WORD * fit->questions.count,
      [EXPECTED] = WORD * fit->questions.count,
      [INTERVAL] = fit->interval == NULL ? 0 : WORD * (1 + fit->interval->count),
      [SPREAD] = WORD,
      [SOURCES] = WORD * fit->sources.count + list_size(&fit->sources),
  };
  for (size_t i = 0; i < fit->choice.method->option_count; i++) {
    if (fit->choice.settings[i].is_set) sizes[SETTINGS] += SETTING_SIZE;
  }
  size_t size = CORE_FRAME_SIZE;
  for (size_t i = 0; i < SECTION_COUNT; i++) size += has_section(fit, i) ? HEAD_SIZE + padded(sizes[i]) : 0;
  unsigned char *bytes = core_allocate(context, size, 1), *payloads[SECTION_COUNT];
  if (bytes == NULL) return core_blob_deliver(CORESET_NO_MEMORY, NULL, 0, result, result_size);

  unsigned char *next = bytes + CORE_FRAME_SIZE;
  for (size_t i = 0; i < SECTION_COUNT; i++) {
    if (!has_section(fit, i)) continue;
    memcpy(next, sections[i].tag, TAG_SIZE);
    core_store64(next + TAG_SIZE, sizes[i]);
    payloads[i] = next + HEAD_SIZE;
    next = payloads[i] + padded(sizes[i]);
  }
  memcpy(payloads[METHOD], name, sizes[METHOD]);
  store_settings(payloads[SETTINGS], &fit->choice);
  core_store64(payloads[COUNTS], fit->benchmark_question_count);
  core_store64(payloads[COUNTS] + WORD, fit->source_model_count);
  core_store_double(payloads[RANGE], fit->low);
  core_store_double(payloads[RANGE] + WORD, fit->high);
  core_store_double(payloads[RANGE] + 2 * WORD, fit->mean);
  core_store64(payloads[RANGE] + 3 * WORD, (uint64_t)fit->binary);
  core_id_counts_store(payloads[IDS], &counts);
  core_id_list_store(payloads[IDS] + CORE_ID_COUNTS_SIZE, &fit->questions);
  store_numbers(payloads[PARAMETERS], fit->parameters, fit->parameter_count);
  store_numbers(payloads[SHARES], fit->shares, fit->questions.count);
  if (fit->expected != NULL) store_numbers(payloads[EXPECTED], fit->expected, fit->questions.count);
  if (fit->interval != NULL) {
    core_store_double(payloads[INTERVAL], fit->interval->scale);
    store_numbers(payloads[INTERVAL] + WORD, fit->interval->full_scores, fit->interval->count);
  }
  if (has_section(fit, SPREAD)) core_store_double(payloads[SPREAD], fit->interval->spread);
  if (has_section(fit, SOURCES)) store_sources(payloads[SOURCES], fit);
  coreset_status status = core_blob_seal(context, &core_fit_format, 0, bytes, size);
  return core_blob_deliver(status, bytes, size, result, result_size);
}
