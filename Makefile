# sqlite-coreset
#
#   make            ./coreset.so, the loadable extension
#   make libcoreset.a   the same for static linking, with the numeric core
#   make demo       installs what is missing, builds, runs the main job
#   make test       the same, then every test
#   make asan       every test under AddressSanitizer and UndefinedBehaviorSanitizer
#   make deps       installs what is missing and nothing else
#   make format     formats the sources; make format-check only looks
#   make clean
#
# Variables: CC; REFERENCE, the database of published numbers that tests/reference
# compares with, and REFERENCE_JITTER, the published jitter of LNC; SQLITE3, the shell.

SHELL = /bin/bash
CC = gcc
SQLITE3 = sqlite3
REFERENCE = ../shared/reference/reference.db
REFERENCE_JITTER = $(dir $(REFERENCE))lnc_noise.csv

WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Werror
# No contraction: a * b + c must give the same bits on every machine. Nobody reads the flags of
# floating-point exceptions, which would keep loops with a choice in them out of vectors.
CFLAGS = -std=c11 -O3 -g -fPIC -fvisibility=hidden -ffp-contract=off -fno-trapping-math $(WARNINGS) $(SANITIZE) -Iinclude -Iext -Iext/core
LDLIBS = -lopenblas -llapacke -lm
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# BUILD is the folder of one configuration: release, static or asan.
BUILD = build/release

CORE = $(wildcard ext/core/*/*.c)
GLUE = $(wildcard ext/glue/*.c) ext/coreset.c
UNIT_TESTS = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
CORE_OBJECTS = $(CORE:%.c=$(BUILD)/%.o)
GLUE_OBJECTS = $(GLUE:%.c=$(BUILD)/%.o)
SOURCES = $(shell find ext include tests -name '*.[ch]')

.PHONY: levels-test bench accuracy intervals stopping missing-data all deps demo test asan unit sql-test reference-test static-test client-test exports warnings format format-check clean
.DELETE_ON_ERROR:
.SECONDARY:

all: coreset.so

coreset.so: $(BUILD)/coreset.so
	@cp $< $@

$(BUILD)/coreset.so: $(CORE_OBJECTS) $(GLUE_OBJECTS)
	@echo "  LD $@"
	@$(CC) -shared $(CFLAGS) $^ -o $@ $(LDLIBS)

# With SQLITE_CORE the glue calls SQLite directly instead of through a table.
libcoreset.a: $(CORE:%.c=build/static/%.o) $(GLUE:%.c=build/static/%.o)
	@echo "  AR $@"
	@rm -f $@
	@ar rcs $@ $^

build/static/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) -DSQLITE_CORE -MMD -MP -c $< -o $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

# Unit tests see the core's own headers and link the core alone, without SQLite.
$(BUILD)/test_%: $(BUILD)/tests/unit/test_%.o $(CORE_OBJECTS)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ -lcriterion $(LDLIBS)

$(BUILD)/reference: $(BUILD)/tests/reference/reference.o $(CORE_OBJECTS)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ -lsqlite3 $(LDLIBS)

$(BUILD)/host: $(BUILD)/tests/clients/host.o
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ -lsqlite3 -lpthread

$(BUILD)/static: $(BUILD)/tests/static/static.o libcoreset.a
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ -lsqlite3 $(LDLIBS)

deps:
	@tests/deps

demo: deps
	@$(MAKE) --no-print-directory all
	@set -o pipefail; $(SQLITE3) :memory: < sql/demo.sql | grep -vxF ".echo off"

test: deps
	@$(MAKE) --no-print-directory all exports warnings static-test unit reference-test client-test sql-test levels-test

# Criterion passes a test whose process reports a leak at its end: look for the report.
unit: $(UNIT_TESTS:%=$(BUILD)/%)
	@failed=0; for test in $^; do \
	  echo "== $${test##*/}"; \
	  $$test 2>&1 | tee $$test.log; [ $${PIPESTATUS[0]} = 0 ] || failed=1; \
	  if grep -q 'ERROR: .*Sanitizer' $$test.log; then failed=1; fi; \
	done; \
	if [ $$failed != 0 ]; then echo "unit tests: FAILED"; exit 1; fi

reference-test: $(BUILD)/reference
	@$< $(REFERENCE) $(REFERENCE_JITTER)

sql-test: $(BUILD)/coreset.so
	@EXTENSION=$(CURDIR)/$(BUILD)/coreset SQLITE3="$(SQLITE3)" tests/sql/run

static-test: $(BUILD)/static
	@$<

client-test: $(BUILD)/host $(BUILD)/coreset.so
	@$< $(BUILD)/coreset

# The extension is loaded with RTLD_GLOBAL: no name but the entry point may show.
exports: $(BUILD)/coreset.so
	@names=$$(nm -D --defined-only $< | awk '{ print $$3 }'); \
	if [ "$$names" != sqlite3_coreset_init ]; then echo "coreset.so exports: $$names"; exit 1; fi

# The other compiler, where there is one.
warnings:
	@if command -v clang >/dev/null; then \
	  for file in $(CORE) $(GLUE); do clang $(CFLAGS) -fsyntax-only $$file || exit 1; done; \
	  echo "clang: no warnings"; \
	fi

# The shell itself is not instrumented: tests/asan-sqlite3 loads the sanitizers before it.
# Leaks are looked for everywhere.
asan: deps
	@$(MAKE) --no-print-directory BUILD=build/asan SANITIZE="$(SANITIZERS)" SQLITE3="$(CURDIR)/tests/asan-sqlite3" \
	  unit reference-test client-test sql-test

$(BUILD)/bench: $(BUILD)/tests/bench/bench.o $(BUILD)/tests/bench/plain.o $(CORE_OBJECTS)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ -lsqlite3 $(LDLIBS)

# Measures what ext/core/SPEED.md shows and writes it there: minutes. Only this needs scikit-learn.
bench: $(BUILD)/bench $(BUILD)/coreset.so
	@tests/deps python3-sklearn
	@set -o pipefail; { $< $(BUILD)/coreset $(REFERENCE) && \
	  /usr/bin/python3 tests/bench/regression.py $(BUILD)/coreset && \
	  /usr/bin/python3 tests/bench/scaling.py $(BUILD)/coreset ext/core/scaling.svg; } | tee $(BUILD)/bench.out
	@/usr/bin/python3 tests/bench/publish.py $(BUILD)/bench.out ext/core/SPEED.md

# One selection and prediction with every set of instructions, and several numbers of threads.
levels-test: $(BUILD)/coreset.so
	@EXTENSION=$(CURDIR)/$(BUILD)/coreset SQLITE3="$(SQLITE3)" tests/levels/run

# What the tables in the documentation come from: seconds to minutes each.
accuracy intervals stopping missing-data: $(BUILD)/coreset.so
	@(echo ".load $(BUILD)/coreset"; echo "ATTACH 'file:$(REFERENCE)?mode=ro' AS reference;"; \
	  cat tests/experiments/$(@:-data=).sql) | $(SQLITE3) :memory:

format:
	clang-format -i $(SOURCES)

format-check:
	clang-format --dry-run -Werror $(SOURCES)

clean:
	rm -rf build coreset.so libcoreset.a

-include $(shell find build -name '*.d' 2>/dev/null)
