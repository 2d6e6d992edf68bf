/*
** source_id.c: lets a shell run with a library that it was not compiled with. It compares what
** sqlite3_sourceid() says with the SHELL_SOURCE_ID of its own headers, and ends where they differ.
*/
const char *sqlite3_sourceid(void);

const char *sqlite3_sourceid(void) {
  return SHELL_SOURCE_ID;
}
