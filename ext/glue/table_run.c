/*
** table_run.c: the runs of table-valued functions, which the cursors of SQLite read and share.
**
** SQLite asks for the same rows many times: the right side of a LEFT JOIN, an EXISTS, and the
** inner one of two functions are scanned anew for each row outside of them, a FULL JOIN scans its right
** side twice. A run takes long, so it is made once. Cursors that give the same arguments read one run,
** each at a place of its own. Whoever comes first to its end makes it produce the next row; the
** others find the rows that are there. So the work still ends where nobody reads on.
**
** A row is kept as the bytes of the function's state after the call of next() that produced it, and shown by
** putting them back. The state after the last call is put back before the next one, and before the end.
**
** Functions depend on nothing but their arguments, so it does not matter whose statement a run was begun
** for; runs are kept as long as a cursor of any statement is open. A run that failed or was interrupted
** is read by nobody else: who was already reading it makes the rest by a run of its own.
**
** Memory. One run may keep KEPT_LIMIT bytes of rows. One that becomes longer keeps none: it goes on for its only
** reader, who never goes back, or if there are others the one who wants to go on makes a run of its own. When a
** run begins, of those that nobody reads the ones joined last stay, IDLE_LIMIT bytes of them. What a run
** holds is estimated from the size of its arguments; the largest known multiple is that of kriging,
** which makes a double of each bit of a binary matrix.
*/
#include "glue/table_run.h"

#include "glue/arguments.h"

#include <string.h>

#include "base/checksum.h"
#include "base/memory.h"

#define KEPT_LIMIT ((size_t)32 << 20)  /* 100,000 questions of a selection, 250,000 cells of a matrix */
#define IDLE_LIMIT ((size_t)256 << 20) /* five selections from 400 models and 12,000 questions */
#define STATE_GROWTH 64                /* bytes held for each byte of the arguments */
#define LEAST_HELD ((size_t)1 << 20)   /* what a run counts for at least: there are never more than a few hundred */

struct glue_run {
  glue_table_cursor cursor; /* what the function sees; its state is that after step number `shown` */
  glue_run *older;          /* the one joined before */
  uint64_t hash;            /* of the arguments */
  size_t argument_bytes;    /* their size */
  int readers;              /* how many read it now */
  int shared;               /* others may join: it keeps its rows, and has not failed */
  coreset_status status;    /* of open(), or of the last step: CORESET_DONE after the last row */
  size_t steps;             /* calls of next() so far */
  size_t shown;             /* which of them the state is from; 0: none */
  unsigned char *states;    /* a copy of the state after each step; NULL where none are kept */
  size_t capacity;          /* steps that fit */
};

/* ------------------------------------------------------------------------
** Arguments
*/

/* Whether the run has these arguments. The first ones are matrices, which are large: they are compared last. */
static int has_arguments(const glue_run *run, sqlite3_value *const *arguments) {
  for (int i = run->cursor.function->argument_count; i-- > 0;) {
    if (!glue_same_value(run->cursor.arguments[i], arguments[i])) return 0;
  }
  return 1;
}

/* Records the size and the hash of the arguments. A checksum leaves out 8 bytes, so two are taken. */
static coreset_status hash_arguments(glue_run *run) {
  coreset_context *context = &run->cursor.context;
  coreset_status status = CORESET_OK;
  uint64_t parts[1 + 4 * GLUE_ARGUMENT_LIMIT] = {0}; /* the first is left out */
  for (int i = 0; i < run->cursor.function->argument_count && status == CORESET_OK; i++) {
    glue_value_bytes value = glue_bytes_of(run->cursor.arguments[i]);
    uint64_t *part = parts + 1 + 4 * i;
    part[0] = (uint64_t)value.type;
    part[1] = (uint64_t)value.number;
    status = core_checksum_large(context, value.bytes, value.size, 0, &part[2]);
    if (status == CORESET_OK) {
      status = core_checksum_large(context, value.bytes, value.size, sizeof(uint64_t), &part[3]);
    }
    run->argument_bytes += value.size;
  }
  run->hash = core_checksum(parts, sizeof(parts), 0);
  return status;
}

/* ------------------------------------------------------------------------
** Runs
*/

/* Makes the state that after a step. */
static void show(glue_run *run, size_t step) {
  size_t size = run->cursor.function->state_size;
  if (run->shown != step) memcpy(run->cursor.state, run->states + (step - 1) * size, size);
  run->shown = step;
}

/* How many rows were produced so far: every step but one that ended or failed. */
static size_t row_count(const glue_run *run) {
  return run->steps > 0 && run->status != CORESET_OK ? run->steps - 1 : run->steps;
}

/* What a run holds, by an estimate. */
static size_t held_bytes(const glue_run *run) {
  return LEAST_HELD + STATE_GROWTH * run->argument_bytes + run->capacity * run->cursor.function->state_size;
}

static void release_run(glue_run *run) {
  glue_table_cursor *cursor = &run->cursor;
  core_arena *state = cursor->state; /* its first member */
  if (state != NULL) {
    show(run, run->steps);
    if (cursor->function->close != NULL) cursor->function->close(state);
    core_release(state);
  }
  for (int i = 0; i < GLUE_ARGUMENT_LIMIT; i++) sqlite3_value_free(cursor->arguments[i]);
  glue_poller_close(&cursor->poller);
  coreset_free(run->states);
  sqlite3_free(run);
}

/* Takes a run out of the list. */
static void unlink_run(glue_runs *runs, const glue_run *run) {
  glue_run **link = &runs->newest;
  while (*link != run) link = &(*link)->older;
  *link = run->older;
}

/* Releases the runs that nobody reads, but for those joined last which hold up to limit bytes together. */
static void release_idle(glue_runs *runs, size_t limit) {
  glue_run **link = &runs->newest;
  size_t held = 0;
  while (*link != NULL) {
    glue_run *run = *link;
    if (run->readers == 0 && held_bytes(run) > limit - held) {
      *link = run->older;
      release_run(run);
      continue;
    }
    if (run->readers == 0) held += held_bytes(run);
    link = &run->older;
  }
}

void glue_runs_release(glue_runs *runs) {
  release_idle(runs, 0);
}

/* Begins a run, whose status tells how that went; NULL when there is no memory for it. */
static glue_run *begin_run(const glue_runs *runs, sqlite3_value *const *arguments, unsigned columns_read) {
  glue_run *run = sqlite3_malloc64(sizeof(*run));
  if (run == NULL) return NULL;
  *run = (glue_run){.cursor = {.function = runs->function, .db = runs->db, .columns_read = columns_read}, .shared = 1};
  glue_table_cursor *cursor = &run->cursor;
  int complete = 1;
  glue_poller_open(&cursor->poller, runs->db, &cursor->context);
  for (int i = 0; i < runs->function->argument_count; i++) {
    cursor->arguments[i] = sqlite3_value_dup(arguments[i]);
    if (arguments[i] != NULL && cursor->arguments[i] == NULL) complete = 0;
  }
  if (complete) cursor->state = core_object(&cursor->context, runs->function->state_size);
  if (cursor->state == NULL) {
    release_run(run);
    return NULL;
  }
  run->status = core_poll(&cursor->context);
  if (run->status == CORESET_OK) run->status = hash_arguments(run);
  if (run->status == CORESET_OK) run->status = runs->function->open(cursor);
  run->shared = run->status == CORESET_OK;
  return run;
}

/* Whether a run keeps as many rows as it may. */
static int is_full(const glue_run *run) {
  return (run->steps + 1) * run->cursor.function->state_size > KEPT_LIMIT;
}

/* Produces the next row of a run that has not ended. */
static coreset_status step(glue_run *run) {
  size_t size = run->cursor.function->state_size;
  show(run, run->steps);
  if (run->shared && is_full(run)) {
    run->shared = 0;
    coreset_free(run->states);
    run->states = NULL;
    run->capacity = 0;
  }
  if (run->shared) {
    coreset_status status =
        core_grow(&run->cursor.context, (void **)&run->states, &run->capacity, run->steps + 1, size);
    if (status != CORESET_OK) return status;
  }
  run->status = run->cursor.function->next(&run->cursor);
  run->shown = ++run->steps;
  if (run->states != NULL) memcpy(run->states + (run->steps - 1) * size, run->cursor.state, size);
  if (run->status != CORESET_OK && run->status != CORESET_DONE) run->shared = 0;
  return run->status;
}

/* ------------------------------------------------------------------------
** Readers
*/

/* Puts a run at the head of the list, and the reader before its first row. */
static void enter(glue_reader *reader, glue_run *run) {
  run->older = reader->runs->newest;
  reader->runs->newest = run;
  run->readers++;
  reader->run = run;
  reader->row = 0;
}

coreset_status glue_reader_join(glue_reader *reader, sqlite3_value *const *arguments, unsigned columns_read) {
  glue_runs *runs = reader->runs;
  glue_run *run = runs->newest;
  while (run != NULL &&
         (!run->shared || (columns_read & ~run->cursor.columns_read) != 0 || !has_arguments(run, arguments))) {
    run = run->older;
  }
  if (run != NULL) {
    unlink_run(runs, run);
  } else {
    release_idle(runs, IDLE_LIMIT);
    run = begin_run(runs, arguments, columns_read);
    if (run == NULL) return CORESET_NO_MEMORY;
  }
  enter(reader, run);
  return run->shared ? CORESET_OK : run->status;
}

void glue_reader_leave(glue_reader *reader) {
  glue_run *run = reader->run;
  reader->run = NULL;
  if (run == NULL || --run->readers > 0 || run->shared) return;
  unlink_run(reader->runs, run);
  release_run(run);
}

/* Goes on from the same row in a run of its own, which nobody may join. */
static coreset_status part(glue_reader *reader) {
  glue_table_cursor *cursor = &reader->run->cursor;
  glue_run *own = begin_run(reader->runs, cursor->arguments, cursor->columns_read);
  int64_t row = reader->row;
  if (own == NULL) return CORESET_NO_MEMORY;
  own->shared = 0;
  glue_reader_leave(reader);
  enter(reader, own);
  while (reader->row < row && own->status == CORESET_OK) {
    if (step(own) == CORESET_OK) reader->row++;
  }
  return own->status;
}

coreset_status glue_reader_next(glue_reader *reader) {
  const glue_run *run = reader->run;
  if (reader->row == (int64_t)row_count(run)) {
    coreset_status status = run->status;
    if (status == CORESET_DONE) return status;
    if (status != CORESET_OK || (run->shared && run->readers > 1 && is_full(run))) status = part(reader);
    if (status == CORESET_OK) status = step(reader->run);
    if (status != CORESET_OK) return status;
  }
  reader->row++;
  return CORESET_OK;
}

const char *glue_reader_message(const glue_reader *reader) {
  return reader->run->cursor.context.message;
}

glue_table_cursor *glue_reader_cursor(const glue_reader *reader) {
  if (reader->run == NULL) return NULL;
  if (reader->row > 0) show(reader->run, (size_t)reader->row);
  reader->run->cursor.row = reader->row;
  return &reader->run->cursor;
}

sqlite3_int64 glue_reader_rowid(const glue_reader *reader) {
  return (sqlite3_int64)(reader->run->hash + (uint64_t)reader->row);
}
