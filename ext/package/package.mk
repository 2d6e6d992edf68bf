# package.mk: what is handed on to others: one source file, a library that needs nothing, and packages of it.

.PHONY: amalgamation amalgamation-test

# ---- The amalgamation: all of it as coreset.c and coreset.h

AMALGAMATION = build/amalgamation

amalgamation: $(AMALGAMATION)/coreset.c

$(AMALGAMATION)/coreset.c: ext/package/amalgamate $(CORE) $(GLUE) $(shell find ext include -name '*.h')
	@mkdir -p $(@D)
	@echo "  AMALGAMATE $@"
	@ext/package/amalgamate $(@D)

# By the command at its head, with both compilers: nothing else is exported, no product is added without rounding, which no
# flag sees to here, and every SQL test passes; then linked into a program.
amalgamation-test: $(AMALGAMATION)/coreset.c
	@cd $(AMALGAMATION) && for compiler in gcc $$(command -v clang >/dev/null && echo clang); do \
	  echo "  $$compiler -O2 $(AMALGAMATION)/coreset.c"; \
	  $$compiler -O2 -Wall -Werror -fPIC -shared coreset.c -o $$compiler.so $(REQUIRED_LDLIBS) && \
	  $$compiler -O2 -DSQLITE_CORE -I. $(CURDIR)/tests/static/static.c coreset.c -o static -lsqlite3 $(REQUIRED_LDLIBS) && ./static && \
	  names=$$(nm -D --defined-only $$compiler.so | awk '{ print $$3 }' | sort | xargs) && \
	  if [ "$$names" != "sqlite3_coreset_init sqlite3_extension_init" ]; then echo "exports: $$names"; exit 1; fi && \
	  if objdump -d $$compiler.so | grep -q 'vfn\?madd'; then echo "products are added without rounding"; exit 1; fi && \
	  EXTENSION=$(CURDIR)/$(AMALGAMATION)/$$compiler SQLITE3="$(SQLITE3)" $(CURDIR)/tests/sql/run || exit 1; \
	done

# ---- A library that needs nothing but libc, and packages of it

DIST = build/dist
SERIAL = build/serial
SERIAL_LIBRARY = $(SERIAL)/usr/lib/x86_64-linux-gnu/openblas-serial
DIST_LIBDIR = /usr/lib/x86_64-linux-gnu
COPYRIGHTS = $(SERIAL)/usr/share/doc/libopenblas-serial-dev/copyright /usr/share/doc/liblapacke-dev/copyright \
  /usr/share/doc/libgfortran-12-dev/copyright

.PHONY: dist dist-test

dist: deps $(SERIAL)/done build/sqlite-$(NEWEST)/libsqlite3.so.0
	@tests/deps libgfortran-12-dev binutils python3
	@$(MAKE) --no-print-directory BUILD=$(DIST) CPPFLAGS="-Ibuild/sqlite-$(NEWEST) $(CPPFLAGS)" \
	  CFLAGS="-O3 -ffunction-sections -fdata-sections" \
	  LDFLAGS="-s -static-libgcc -Wl,--gc-sections,--exclude-libs,ALL $(LDFLAGS)" \
	  REQUIRED_LDLIBS="$(DIST_LIBDIR)/liblapacke.a $(SERIAL_LIBRARY)/libopenblas.a -l:libgfortran.a -l:libquadmath.a -lm" $(DIST)/coreset.so
	@cat ext/package/NOTICE $(COPYRIGHTS) > $(DIST)/NOTICE
	@ext/package/pack $(VERSION) $(DIST)

# Debian's serial OpenBLAS, which starts no threads, is unpacked here: installed beside the other it might take its place.
$(SERIAL)/done:
	@mkdir -p $(@D)
	@echo "  SERIAL OPENBLAS"
	@cd $(@D) && rm -f *.deb && { apt-get download -qq libopenblas-serial-dev 2>/dev/null || \
	  { apt-get update -qq; apt-get download -qq libopenblas-serial-dev; }; } && dpkg -x *.deb . && touch done

# The packages in empty folders, and the library on all SQL tests.
dist-test: dist
	@EXTENSION=$(CURDIR)/$(DIST)/coreset SQLITE3="$(SQLITE3)" tests/sql/run
	@tests/deps python3-numpy python3-venv
	@tests/install/packages $(DIST)
