# sqlite-coreset, built and tested on Linux x86-64: Debian 12 with gcc 12, SQLite 3.40, OpenBLAS 0.3.21.
#
#   make                the loadable extension, ./coreset.so
#   make libcoreset.a   the same for static linking, with the numeric core
#   make install        both, include/coreset.h and coreset.pc for pkg-config, under PREFIX
#   make uninstall      removes these again
#   make amalgamation   all of it as one source file, build/amalgamation/coreset.c
#   make demo           installs what is missing from Debian, builds, runs the main job
#   make test           the same, then every test; tests/README.md lists them, each a target of its own
#   make asan           the tests under AddressSanitizer and UndefinedBehaviorSanitizer
#   make versions-test  the tests that need SQLite, with the oldest and the newest; npm downloads them
#   make test-clients   the main job from every language's SQLite that Debian and npm have; installs them
#   make test-cluster   the main job on a dqlite cluster of three nodes
#   make deps           installs what is missing from Debian and nothing else
#   make format         formats the sources; make format-check only looks
#   make clean
#
# Variables of yours, on the command line or from the environment: CC, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS, which
# come beside what the sources need; WERROR=-Werror, which makes a warning a failure, as .ci/run does; SQLITE3, the
# shell. Where `make install` puts things: DESTDIR, PREFIX, libdir, includedir, and extensiondir for the extension.

SHELL = /bin/bash
CFLAGS ?= -O3 -g
SQLITE3 ?= sqlite3
INSTALL ?= install
PREFIX ?= /usr/local
libdir = $(PREFIX)/lib
includedir = $(PREFIX)/include
extensiondir = $(libdir)/sqlite3
# The database of published numbers that tests/reference compares with, one with more sets of scores for tests/experiments, the
# programs that tests/oracle compares with, and the published jitter of LNC.
REFERENCE ?= ../shared/reference/reference.db
MORE ?= $(dir $(REFERENCE))more.db
ORACLE ?= ../shared/design/frontier_reference.py
SUITES_ORACLE ?= ../shared/design/suites_adaptive_reference.py
REFERENCE_JITTER ?= $(dir $(REFERENCE))lnc_noise.csv
# What real tools leave behind, for tests/stores.
STORES ?= ../shared/stores

# What the sources need, which comes behind what the user says. No contraction: a * b + c must give the same bits on
# every machine; nor may -ffast-math drop the rounding errors that sums carry along. Nobody reads the flags of
# floating-point exceptions, which would keep loops with a choice in them out of vectors.
REQUIRED_CFLAGS = -std=c11 -fno-fast-math -ffp-contract=off -fno-trapping-math -fvisibility=hidden -fPIC
REQUIRED_LDLIBS = -lopenblas -llapacke -lm
INCLUDES = -Iinclude -Iext -Iext/core
WARNINGS = -Wall -Wextra -Wshadow -Wconversion
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

COMPILE = $(CC) $(INCLUDES) $(CPPFLAGS) $(CFLAGS) $(REQUIRED_CFLAGS) $(SANITIZE) $(WARNINGS) $(WERROR) -MMD -MP -c
LINK = $(CC) $(CFLAGS) $(REQUIRED_CFLAGS) $(SANITIZE) $(LDFLAGS)

# The folder of one configuration: build/release or build/asan.
BUILD = build/release

CORE = $(wildcard ext/core/*/*.c)
GLUE = $(wildcard ext/glue/*.c) ext/coreset.c
CORE_OBJECTS = $(CORE:%.c=$(BUILD)/%.o)
GLUE_OBJECTS = $(GLUE:%.c=$(BUILD)/%.o)
LINKED_OBJECTS = $(CORE_OBJECTS) $(GLUE:%.c=$(BUILD)/linked/%.o)
UNIT_TESTS = $(patsubst tests/unit/%.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
SOURCES = $(shell find ext include tests -name '*.[ch]')
VERSION = $(shell sed -n 's/^\#define CORESET_VERSION "\(.*\)"/\1/p' include/coreset.h)

.PHONY: all install uninstall deps demo test asan clean format format-check
.PHONY: rooms exports warnings unit sql-test store-test reference-test static-test client-test test-clients few-clients-test test-cluster install-test levels-test
.PHONY: versions-test oracle-test fault latency coverage lint tsan threads-test hostile-test lifecycle-test run-fuzzers valgrind soak fuzz check-all
.PHONY: bench accuracy intervals stopping missing-data dial
.DELETE_ON_ERROR:
.SECONDARY:

# ---- The extension and the library

all: coreset.so

coreset.so: $(BUILD)/coreset.so
	@cp $< $@

# A library that is missing would go unnoticed until the extension is loaded, but for -z defs.
$(BUILD)/coreset.so: $(CORE_OBJECTS) $(GLUE_OBJECTS)
	@echo "  LD $@"
	@$(LINK) -shared -Wl,-z,defs $^ -o $@ $(REQUIRED_LDLIBS) $(LDLIBS)

libcoreset.a: $(LINKED_OBJECTS)
	@echo "  AR $@"
	@rm -f $@
	@$(AR) rcs $@ $^

# With SQLITE_CORE the glue calls SQLite directly instead of through a table.
$(BUILD)/linked/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(COMPILE) -DSQLITE_CORE $< -o $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(COMPILE) $< -o $@

-include $(shell find build -name '*.d' 2>/dev/null)

# ---- Installing

INSTALLED = $(extensiondir)/coreset.so $(libdir)/libcoreset.a $(includedir)/coreset.h $(libdir)/pkgconfig/coreset.pc

# Paths under PREFIX are written relative to it, so that pkg-config --define-prefix can move them.
install: coreset.so libcoreset.a
	@$(INSTALL) -d $(patsubst %/,"$(DESTDIR)%",$(sort $(dir $(INSTALLED))))
	@$(INSTALL) -m 755 coreset.so "$(DESTDIR)$(extensiondir)/coreset.so"
	@$(INSTALL) -m 644 libcoreset.a "$(DESTDIR)$(libdir)/libcoreset.a"
	@$(INSTALL) -m 644 include/coreset.h "$(DESTDIR)$(includedir)/coreset.h"
	@sed -e 's|@version@|$(VERSION)|' -e 's|@libraries@|$(strip $(REQUIRED_LDLIBS) $(LDLIBS))|' \
	  $(foreach name,libdir includedir extensiondir,-e 's|@$(name)@|$(patsubst $(PREFIX)/%,$${prefix}/%,$($(name)))|') \
	  -e 's|@prefix@|$(PREFIX)|' ext/package/coreset.pc.in > "$(DESTDIR)$(libdir)/pkgconfig/coreset.pc"
	@chmod 644 "$(DESTDIR)$(libdir)/pkgconfig/coreset.pc"
	@echo "installed:$(INSTALLED:%= $(DESTDIR)%)"

uninstall:
	rm -f $(INSTALLED:%="$(DESTDIR)%")

# ---- Tests

deps:
	@tests/deps

demo: deps
	@$(MAKE) --no-print-directory all
	@set -o pipefail; $(SQLITE3) :memory: < sql/demo.sql | grep -vxF ".echo off"

test: deps
	@$(MAKE) --no-print-directory FAULT_STRIDE=8 all rooms exports warnings static-test unit reference-test client-test \
	  sql-test store-test install-test levels-test threads-test hostile-test \
	  lifecycle-test fault

# The shell itself is not instrumented: tests/asan-sqlite3 loads the sanitizers before it.
# Leaks are looked for everywhere.
asan: deps
	@$(MAKE) --no-print-directory BUILD=build/asan SANITIZE="$(SANITIZERS)" SQLITE3="$(CURDIR)/tests/asan-sqlite3" \
	  FAULT_STRIDE=2 HOSTILE_CHANGES=1 unit reference-test client-test sql-test threads-test hostile-test fault

# A room of the core uses itself and those before it, and none uses SQLite.
rooms:
	@tests/rooms

# No names but the entry points may show. The second is that of every other extension too, so that a program cannot link it in.
exports: $(BUILD)/coreset.so libcoreset.a
	@tests/exports $<
	@if nm --defined-only libcoreset.a | grep -w sqlite3_extension_init; then echo "libcoreset.a has it"; exit 1; fi

# The other compiler, where there is one.
warnings:
	@if command -v clang >/dev/null; then \
	  clang $(INCLUDES) $(REQUIRED_CFLAGS) $(WARNINGS) -Werror -fsyntax-only $(CORE) $(GLUE) || exit 1; \
	  echo "clang: no warnings"; \
	fi

# Unit tests see the core's own headers and link the core alone, without SQLite.
$(BUILD)/test_%: $(BUILD)/tests/unit/test_%.o $(CORE_OBJECTS)
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lcriterion $(REQUIRED_LDLIBS) $(LDLIBS)

# Criterion passes a test whose process reports a leak at its end: look for the report.
unit: $(UNIT_TESTS)
	@failed=0; for test in $^; do \
	  echo "== $${test##*/}"; \
	  $$test 2>&1 | tee $$test.log; [ $${PIPESTATUS[0]} = 0 ] || failed=1; \
	  if grep -q 'ERROR: .*Sanitizer' $$test.log; then failed=1; fi; \
	done; \
	if [ $$failed != 0 ]; then echo "unit tests: FAILED"; exit 1; fi

sql-test: $(BUILD)/coreset.so
	@EXTENSION=$(CURDIR)/$(BUILD)/coreset SQLITE3="$(SQLITE3)" tests/sql/run

# The scripts in sql/stores, on what the tools left behind.
store-test: $(BUILD)/coreset.so
	@EXTENSION=$(CURDIR)/$(BUILD)/coreset SQLITE3="$(SQLITE3)" STORES="$(abspath $(STORES))" TESTS=tests/stores tests/sql/run

$(BUILD)/reference: $(BUILD)/tests/reference/reference.o $(CORE_OBJECTS)
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

reference-test: $(BUILD)/reference
	@$< $(REFERENCE) $(REFERENCE_JITTER)

$(BUILD)/static: $(BUILD)/tests/static/static.o libcoreset.a
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

static-test: $(BUILD)/static
	@$<

# The linker gives it the allocations of the core, which are counted and refused.
$(BUILD)/fault: $(BUILD)/tests/fault/fault.o $(LINKED_OBJECTS)
	@echo "  LD $@"
	@$(LINK) -Wl,--wrap=posix_memalign,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=sqlite3_step,--wrap=core_poll,--wrap=glue_poller_open $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

$(BUILD)/hostile $(BUILD)/limits: $(BUILD)/%: $(BUILD)/tests/hostile/%.o $(LINKED_OBJECTS)
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

HOSTILE_CHANGES = 3
hostile-test: $(BUILD)/hostile $(BUILD)/limits
	@$(BUILD)/limits
	@$(BUILD)/hostile $(HOSTILE_CHANGES)

# Loads, closes, forks, other copies and other libraries in one process; `make soak` for SOAK_SECONDS.
SOAK_SECONDS = 120
lifecycle-test: $(BUILD)/coreset.so
	@tests/deps python3 && /usr/bin/python3 tests/lifecycle/lifecycle.py $(BUILD)/coreset

soak: $(BUILD)/coreset.so
	@tests/deps python3-numpy && /usr/bin/python3 tests/lifecycle/lifecycle.py $(BUILD)/coreset $(SOAK_SECONDS)

# Eight threads on one matrix. OpenBLAS is not instrumented and stays on one thread.
$(BUILD)/threads: $(BUILD)/tests/threads/threads.o $(LINKED_OBJECTS)
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 -lpthread $(REQUIRED_LDLIBS) $(LDLIBS)

threads-test: $(BUILD)/threads
	@OPENBLAS_NUM_THREADS=1 $<

tsan: deps
	@$(MAKE) --no-print-directory BUILD=build/tsan SANITIZE="-fsanitize=thread" threads-test

# Each target for so many seconds, from seeds and from what the last run kept in build/fuzz/corpus-*.
FUZZ_SECONDS = 60
FUZZERS = $(BUILD)/fuzz_bytes $(BUILD)/fuzz_calls $(BUILD)/fuzz_naive
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LINKED_OBJECTS)
	@echo "  LD $@"
	@$(LINK) -fsanitize=fuzzer $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

run-fuzzers: $(FUZZERS)
	@for fuzzer in $^; do \
	  corpus=$(BUILD)/corpus-$${fuzzer##*/fuzz_}; mkdir -p $$corpus; echo "== $${fuzzer##*/}"; \
	  if [ $${fuzzer##*_} = bytes ]; then $(SQLITE3) :memory: ".load ./coreset" ".parameter init" \
	    ".parameter set :folder $$corpus" ".read tests/fuzz/seeds.sql" || exit 1; fi; \
	  OPENBLAS_NUM_THREADS=1 $$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -len_control=0 -timeout=30 -rss_limit_mb=4096 \
	    -dict=tests/fuzz/json.dict -print_final_stats=1 -artifact_prefix=$(BUILD)/ $$corpus > $$fuzzer.log 2>&1 || \
	    { tail -30 $$fuzzer.log; exit 1; }; \
	  grep -E "^#.*(NEW|REDUCE|DONE|INITED)" $$fuzzer.log | tail -2; grep number_of_executed_units $$fuzzer.log; \
	done

fuzz: coreset.so
	@tests/deps clang libclang-rt-14-dev
	@$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang \
	  SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" run-fuzzers

# The statements of threads.c, and some unit tests, under memcheck; it knows nothing of AVX-512.
VALGRIND = CORESET_CPU=avx2 OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1 valgrind --quiet --error-exitcode=1 \
  --leak-check=full --errors-for-leak-kinds=definite
valgrind: $(BUILD)/threads $(BUILD)/static $(BUILD)/test_base $(BUILD)/test_intern $(BUILD)/test_sources $(BUILD)/test_item_kernels
	@tests/deps valgrind
	@for program in $^; do echo "== $${program##*/}"; $(VALGRIND) --trace-children=yes $$program >/dev/null || exit 1; done
	@echo "valgrind: ok"

# Which lines no test reaches, and why: tests/coverage/report.py.
coverage: deps
	@tests/deps python3
	@rm -rf build/coverage
	@$(MAKE) --no-print-directory BUILD=build/coverage CFLAGS="-O0 -g" SANITIZE="--coverage" FAULT_STRIDE=4 HOSTILE_CHANGES=1 \
	  unit reference-test client-test sql-test threads-test hostile-test fault > build/coverage.log || { tail build/coverage.log; exit 1; }
	@/usr/bin/python3 tests/coverage/report.py build/coverage $(UPDATE)

# What compilers do not say. gcc 12's analyzer does not follow arrays that loops fill: of these it is not asked, nor of NULL,
# which the default method has for a name and no other gets to see.
lint:
	@tests/deps cppcheck clang-tidy
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 --suppress=missingIncludeSystem \
	  --suppressions-list=tests/lint/cppcheck.txt $(INCLUDES) ext
	@echo $(CORE) $(GLUE) | xargs -n 8 sh -c 'clang-tidy --quiet "$$@" -- -std=c11 $(INCLUDES) 2>/dev/null' tidy
	@for file in $(CORE) $(GLUE); do $(CC) -O1 $(REQUIRED_CFLAGS) $(INCLUDES) -fanalyzer -Werror \
	  -Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-shift-count-overflow -Wno-analyzer-null-argument -c $$file -o /dev/null || exit 1; done
	@echo "lint: ok"

# Every allocation fails and every poll interrupts, which takes ten minutes or more; with FAULT_STRIDE=n the first n, and later one of
# ever more.
FAULT_STRIDE = 1
fault: $(BUILD)/fault
	@$< $(FAULT_STRIDE)

$(BUILD)/host: $(BUILD)/tests/clients/host.o
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 -lpthread $(LDLIBS)

client-test: $(BUILD)/host $(BUILD)/coreset.so
	@$< $(BUILD)/coreset

# The main job from every host that Debian and npm have, which this installs: minutes. The few are installed in seconds.
FEW_CLIENTS = shell python perl tcl node-better-sqlite3 node-sqlite node-libsql bun
test-clients few-clients-test: $(BUILD)/coreset.so
	@EXTENSION=$(CURDIR)/$(BUILD)/coreset tests/clients/run --install $(if $(filter few-%,$@),$(FEW_CLIENTS))

# Three nodes of dqlite on loopback, which end by themselves.
test-cluster: coreset.so libcoreset.a
	@tests/deps golang-go libdqlite-dev golang-github-canonical-go-dqlite-dev
	@$(MAKE) --no-print-directory install PREFIX=$(CURDIR)/build/cluster/usr DESTDIR= libdir=$(CURDIR)/build/cluster/usr/lib \
	  includedir=$(CURDIR)/build/cluster/usr/include extensiondir=$(CURDIR)/build/cluster/usr/lib/sqlite3 > /dev/null
	@tests/cluster/run $(CURDIR)/build/cluster/usr

# Installs into a folder that is removed afterwards.
install-test: coreset.so libcoreset.a
	@CC="$(CC)" SQLITE3="$(SQLITE3)" tests/install/run

# The default methods, and several suites, beside NumPy programs of the same formulas. Only this needs NumPy.
oracle-test: $(BUILD)/coreset.so
	@for test in frontier=$(ORACLE) suites=$(SUITES_ORACLE); do \
	  if [ ! -e "$${test#*=}" ] || [ ! -e "$(REFERENCE)" ]; then echo "$${test#*=} is not here: skipped"; else \
	    tests/deps python3-numpy && OPENBLAS_NUM_THREADS=1 /usr/bin/python3 tests/oracle/$${test%%=*}.py $< $${test#*=} $(REFERENCE) || exit 1; \
	  fi; \
	done

# One selection and prediction with every set of instructions, and several numbers of threads.
levels-test: $(BUILD)/coreset.so
	@EXTENSION=$(CURDIR)/$(BUILD)/coreset SQLITE3="$(SQLITE3)" tests/levels/run

# The oldest SQLite that the extension works with, and the newest.
OLDEST = 3.38.2
NEWEST = 3.54.1

# tests/versions/build knows where they are from. Built once.
.PRECIOUS: build/sqlite-%/libsqlite3.so.0
build/sqlite-%/libsqlite3.so.0: tests/versions/build tests/versions/source_id.c
	@tests/versions/build $*

# What was compiled with the headers that are installed must run with both; compiled with the newest
# headers, with these.
versions-test: $(BUILD)/coreset.so $(BUILD)/host build/sqlite-$(OLDEST)/libsqlite3.so.0 build/sqlite-$(NEWEST)/libsqlite3.so.0
	@$(MAKE) --no-print-directory BUILD=build/newest-headers CORE_OBJECTS="$(CORE_OBJECTS)" \
	  CPPFLAGS="-Ibuild/sqlite-$(NEWEST) $(CPPFLAGS)" build/newest-headers/coreset.so
	@for run in $(BUILD):$(OLDEST) $(BUILD):$(NEWEST) build/newest-headers:$(NEWEST); do \
	  extension=$(CURDIR)/$${run%:*}/coreset; library=build/sqlite-$${run#*:}; \
	  echo "== $${run%:*} with SQLite $${run#*:}"; \
	  EXTENSION=$$extension SQLITE3=$(CURDIR)/$$library/sqlite3 tests/sql/run && \
	  EXTENSION=$$extension SQLITE3=$(CURDIR)/$$library/sqlite3 STORES="$(abspath $(STORES))" TESTS=tests/stores tests/sql/run && \
	    LD_LIBRARY_PATH=$$library $(BUILD)/host $$extension || exit 1; \
	done

include ext/package/package.mk

# All of it: an hour or two.
check-all:
	@$(MAKE) --no-print-directory WERROR=-Werror format-check test
	@$(MAKE) --no-print-directory fault versions-test oracle-test amalgamation-test dist-test test-clients \
	  test-cluster coverage lint tsan valgrind soak fuzz
	@$(MAKE) --no-print-directory WERROR=-Werror asan
	@echo "check-all: ok"

# ---- Measurements

$(BUILD)/bench: $(BUILD)/tests/bench/bench.o $(BUILD)/tests/bench/plain.o $(CORE_OBJECTS)
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

# Measures what tests/bench/SPEED.md shows and writes it there: minutes. Only this needs scikit-learn.
bench: $(BUILD)/bench $(BUILD)/coreset.so
	@tests/deps python3-sklearn
	@set -o pipefail; { $< $(BUILD)/coreset $(REFERENCE) && \
	  /usr/bin/python3 tests/bench/regression.py $(BUILD)/coreset && \
	  /usr/bin/python3 tests/bench/missing.py $(BUILD)/coreset && \
	  /usr/bin/python3 tests/bench/shards.py $(BUILD)/coreset && \
	  /usr/bin/python3 tests/bench/scaling.py $(BUILD)/coreset tests/bench/scaling.svg; } | tee $(BUILD)/bench.out
	@/usr/bin/python3 tests/bench/publish.py $(BUILD)/bench.out tests/bench/SPEED.md

# What the tables in the documentation come from: seconds to minutes each.
accuracy intervals stopping missing-data: $(BUILD)/coreset.so
	@(echo ".load $(BUILD)/coreset"; echo "ATTACH 'file:$(REFERENCE)?mode=ro' AS reference;"; \
	  if [ -e "$(MORE)" ]; then echo "ATTACH 'file:$(MORE)?mode=ro' AS more;"; \
	  else echo ".print $(MORE) is not here: its sets are missing"; echo "ATTACH ':memory:' AS more;" \
	    "CREATE TABLE more.scores(dataset, model, question, score, released);"; fi; \
	  cat tests/experiments/$(@:-data=).sql $(if $(filter accuracy,$@),$(addprefix tests/experiments/,splits.sql compare.sql suites.sql next.sql power.sql))) | $(SQLITE3) :memory:

$(BUILD)/latency: $(BUILD)/tests/bench/latency.o $(LINKED_OBJECTS)
	@echo "  LD $@"
	@$(LINK) $^ -o $@ -lsqlite3 $(REQUIRED_LDLIBS) $(LDLIBS)

# The longest time before an interruption is noticed, on large data.
latency: $(BUILD)/latency
	@$<

dial:
	@tests/deps && REFERENCE=$(REFERENCE) MORE=$(MORE) SQLITE3="$(SQLITE3)" tests/experiments/dial

# ---- Housekeeping

format:
	@clang-format -i $(SOURCES)

format-check:
	@clang-format --dry-run -Werror $(SOURCES)

clean:
	@rm -rf build coreset.so libcoreset.a
