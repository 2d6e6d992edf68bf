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
