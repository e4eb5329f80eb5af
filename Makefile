# Fluxgrid. `make help` lists what can be done here.
#
# Variables: PORT=8081 (make run), SAN=asan|tsan (clang, own build folder),
#            V=1 (show commands), CC=..., DESTDIR= and PREFIX= (make install), SECONDS_EACH=60 (make fuzz).

VERSION := 0.1.0
PREFIX  ?= /usr/local
SAN     ?=

# --- variants: plain and sanitizers; each has a folder of its own --------------------------
OPTIMISE := -O2 -g -ffile-prefix-map=$(CURDIR)=. # the same build in any folder
HARDEN_C := -D_FORTIFY_SOURCE=2 -Werror=format-security -fstack-protector-strong -fstack-clash-protection -fcf-protection
HARDEN_L := -fPIE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
# The address sanitizer's build also counts what was run (make coverage); without LLVM_PROFILE_FILE it tells nobody.
COUNTERS := -fprofile-instr-generate=/dev/null -fcoverage-mapping -fprofile-update=atomic
ifeq ($(origin CC),default)
  CC := $(if $(SAN),clang,gcc)
endif
BUILD := build
ifeq ($(SAN),asan)
  BUILD    := build-asan
  VARIANT  := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
              $(COUNTERS)
else ifeq ($(SAN),tsan)
  BUILD    := build-tsan
  VARIANT  := -fsanitize=thread -fno-omit-frame-pointer
else ifeq ($(SAN),fuzz)
  BUILD    := build-fuzz
  VARIANT  := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
else ifneq ($(SAN),)
  $(error SAN must be asan, tsan or fuzz, not "$(SAN)")
endif
ifneq ($(SAN),)
  OPTIMISE := -O1 -g
  HARDEN_C :=
endif

V ?= $(if $(CI),1,)
Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-4s %s\n' $(1) $(2))

# --- flags -------------------------------------------------------------------------------
WARN := -Wall -Wextra -Wconversion -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS_ALL := -std=c11 -D_GNU_SOURCE $(OPTIMISE) $(WARN) $(HARDEN_C) $(VARIANT) -fPIE \
              -DFLUXGRID_VERSION='"$(VERSION)"' -iquote server $(CFLAGS)
LDFLAGS_ALL := $(HARDEN_L) $(VARIANT) $(LDFLAGS)

# A library's headers are visible only to the folder that may use it.
system_headers = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(1) 2>/dev/null))
INCLUDE_store  := $(call system_headers,libpq)
INCLUDE_import := $(call system_headers,gdal hdf5)
LIBS := -lmicrohttpd -ljansson -lpng -ljpeg -ldeflate -lz -lpq -lsqlite3 -lcrypto -lm -lpthread
MODULE_LIBS := -lgdal $(shell pkg-config --libs hdf5) -ljansson -lz -lcrypto -lm # hdf5: GDAL follows its links
INCLUDE_render := $(call system_headers,freetype2 fontconfig)
LIBS += -lfontconfig -lfreetype # text in PNG legends
INCLUDE_ogc := $(call system_headers,libxml-2.0)
LIBS += -lxml2 # writes the XML of the OGC services
folder_flags = $(if $(filter server/store/%,$(1)),$(INCLUDE_store))$(if \
  $(filter server/cli/import/%,$(1)),$(INCLUDE_import))$(if $(filter server/render/%,$(1)),$(INCLUDE_render))$(if \
  $(filter server/api/ogc/%,$(1)),$(INCLUDE_ogc))

# --- sources -----------------------------------------------------------------------------
# The importer is a shared object of its own (docs/decisions/0025): the server carries no GDAL.
SRC   := $(sort $(shell find server -name '*.c'))
MAIN  := server/cli/main.c
OBJ   := $(SRC:server/%.c=$(BUILD)/obj/%.o)
MODULE_OBJ := $(filter $(BUILD)/obj/cli/import/%,$(OBJ))
MODULE := $(BUILD)/fluxgrid-import.so
CORE  := $(filter-out $(BUILD)/obj/cli/main.o,$(OBJ))
UNIT  := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
FIXTURE := $(patsubst tests/unit/%.c,$(BUILD)/tests/%.o,$(sort $(wildcard tests/unit/fixture_*.c)))
FUZZ  := $(patsubst tests/fuzz/%.c,build-fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

# The build id names the sources' content, so two builds of one tree are the same build. Only the
# files that print it are rebuilt when it changes.
BUILD_ID := $(shell find server config/manifest.schema.json '(' -name '*.[ch]' -o -name '*.schema.json' ')' -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -c1-16)
BUILD_ID_STAMP := $(BUILD)/build_id
BUILD_ID_USERS := $(patsubst server/%.c,$(BUILD)/obj/%.o,$(shell grep -rl --include='*.c' FLUXGRID_BUILD_ID server))
# (a header that only has a fallback for it counts through the .c files that use it)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: fuzzers
fuzzers: $(FUZZ)

.PHONY: help all run stop test check unit bench bench-quick bench-import bench-growth soak bench-soak bench-render coverage faults fuzz lint format docker install deb deb-test sbom clean reset

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /@/' | while IFS=@ read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

all: $(BUILD)/fluxgrid $(MODULE) ## build the program (SAN=asan|tsan build variants)

run: ## install what is missing, build, load the demonstration, serve it and print the address
	@scripts/run
stop: ## stop the server and the private database
	@scripts/stop

test: ## every test; the last line counts them
	@scripts/install-packages run test
	@scripts/page-libraries
	@tests/run
check: lint test ## lint, then every test
unit: $(UNIT) ## build the C unit tests only

bench: ## compare with other servers, and measure the program alone (20 minutes)
	@tests/bench/run full
bench-quick: ## measure speed and memory (under a minute)
	@tests/bench/run quick
bench-import: ## measure the import of large grids (two minutes)
	@tests/bench/run import
bench-growth: ## measure how speed depends on the numbers of cells and fields
	@tests/bench/run growth
soak: ## SECONDS (3600) seconds of random load, the database killed once: is memory bounded, is every answer right?
	@tests/bench/run soak --seconds $(or $(SECONDS),3600)
bench-soak: soak ## the same
bench-render: $(BUILD)/tests/bench_render ## CPU time of each stage of a tile
	@$<
coverage: ## every C test under the address sanitizer, and how much of server/ was run
	@tests/coverage
faults: all ## attack, kill and starve the program at full size and say what held (an hour)
	@tests/faults/run
fuzz: ## fuzz every parser for SECONDS_EACH (60) seconds with clang's libFuzzer
	@$(MAKE) --no-print-directory SAN=fuzz fuzzers
	@tests/fuzz/run $(or $(SECONDS_EACH),60) $(FUZZ)

lint: ## house rules, static analysis
	@tests/lint/run
format: ## rewrite the C sources as .clang-format says
	clang-format-14 -i $(shell find server tests -name '*.[ch]' -type f)

docker: ## build the container image
	docker build --build-arg VERSION=$(VERSION) -t fluxgrid:$(VERSION) .

install: $(BUILD)/fluxgrid $(MODULE) ## install under PREFIX (/usr/local), honouring DESTDIR
	install -Dm755 $(BUILD)/fluxgrid $(DESTDIR)$(PREFIX)/bin/fluxgrid
	install -Dm644 $(MODULE) $(DESTDIR)$(PREFIX)/lib/fluxgrid/fluxgrid-import.so
	install -d $(DESTDIR)$(PREFIX)/share/fluxgrid $(DESTDIR)$(PREFIX)/lib/systemd/system
	cp -R static sql $(DESTDIR)$(PREFIX)/share/fluxgrid/
	install -d $(DESTDIR)$(PREFIX)/share/fluxgrid/config
	cp -R config/styles config/fluxgrid.conf.sample config/nginx.conf.sample config/nginx-tls.conf.sample config/haproxy.cfg.sample config/monitoring config/manifest.schema.json $(DESTDIR)$(PREFIX)/share/fluxgrid/config/
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	scripts/manual man $(BUILD)/fluxgrid | gzip -9n > $(DESTDIR)$(PREFIX)/share/man/man1/fluxgrid.1.gz
	scripts/manual completion $(BUILD)/fluxgrid > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/fluxgrid
	install -Dm644 config/fluxgrid.socket $(DESTDIR)$(PREFIX)/lib/systemd/system/fluxgrid.socket
	sed 's|/usr/local|$(PREFIX)|g' config/fluxgrid.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/fluxgrid.service

deb: all ## build a Debian package in build/deb
	@scripts/install-packages deb
	@scripts/page-libraries
	@scripts/deb
deb-test: deb ## install that package in a clean root, use it, purge it (minutes, as root)
	@tests/deb/run build/deb/fluxgrid_$(VERSION)_*.deb
sbom: all ## what the build is made of, as CycloneDX JSON
	@scripts/sbom

clean: ## remove what was built; keeps the data
	rm -rf build build-asan build-tsan build-fuzz
reset: ## stop everything and delete the private database
	@scripts/stop
	@scripts/cluster reset

# --- rules -------------------------------------------------------------------------------
$(BUILD)/fluxgrid: $(filter-out $(MODULE_OBJ),$(OBJ)) | $(MODULE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -Wl,--export-dynamic -o $@ $^ $(LIBS)
$(MODULE): $(MODULE_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(filter-out -fPIE -pie,$(LDFLAGS_ALL)) -shared -Wl,-Bsymbolic -o $@ $^ $(MODULE_LIBS)
$(MODULE_OBJ): PIC := -fPIC

$(BUILD)/obj/%.o: server/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) $(PIC) $(call folder_flags,$<) $(BUILD_ID_FLAG) -MMD -MP -c -o $@ $<

# The manifest's schema is part of the program.
$(BUILD)/obj/cli/import/manifest/schema_text.o: config/manifest.schema.json

$(BUILD_ID_USERS): BUILD_ID_FLAG = -DFLUXGRID_BUILD_ID='"$(BUILD_ID)"'
$(BUILD_ID_USERS): $(BUILD_ID_STAMP)

$(BUILD)/libfluxgrid.a: $(CORE)
	@rm -f $@
	$(Q)ar rcs $@ $(CORE)

$(BUILD)/tests/%.o: tests/unit/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -iquote tests/unit $(INCLUDE_store) $(INCLUDE_import) -MMD -MP -c -o $@ $<
# The targets of tests/fuzz without a fuzzer, for the test that gives each the files of its corpus: of
# one name each in one program.
TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
TARGET_OBJ := $(TARGETS:%=$(BUILD)/tests/fuzz_%.o)
$(TARGET_OBJ): $(BUILD)/tests/fuzz_%.o: tests/fuzz/fuzz_%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -iquote tests/unit -DLLVMFuzzerTestOneInput=fuzz_$* -MMD -MP -c -o $@ $<
$(BUILD)/tests/test_corpora.o: CFLAGS_ALL += -DTARGETS='$(patsubst %,TARGET(%),$(TARGETS))'
$(BUILD)/tests/test_corpora.o: $(TARGETS:%=tests/fuzz/fuzz_%.c)
$(BUILD)/tests/test_corpora: $(TARGET_OBJ)
$(UNIT): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(FIXTURE) $(BUILD)/libfluxgrid.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(LIBS) $(MODULE_LIBS)

# Like a unit test, but started by hand.
$(BUILD)/tests/bench_%: tests/bench/bench_%.c $(BUILD)/libfluxgrid.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(BUILD)/libfluxgrid.a $(LIBS) $(MODULE_LIBS)

# Measures how the program compares secrets (tests/faults/test_tokens.py).
$(BUILD)/tests/token_timing: tests/faults/token_timing.c $(BUILD)/libfluxgrid.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(BUILD)/libfluxgrid.a $(LIBS) $(MODULE_LIBS)

# An allocator that fails on purpose, for the fault tests: no part of the program, so of no variant.
build/tests/failing_malloc.so: tests/faults/failing_malloc.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g $(filter-out -Wmissing-prototypes,$(WARN)) -fPIC -fno-builtin -shared -o $@ $<

$(FUZZ): build-fuzz/%: tests/fuzz/%.c tests/unit/fixture_catalog.c $(wildcard tests/fuzz/*.h) $(BUILD)/libfluxgrid.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) -iquote tests/unit -fsanitize=fuzzer -o $@ $(filter %.c %.a,$^) $(LIBS) $(MODULE_LIBS)

# Stamps are rewritten only when their content changes.
.PHONY: always
$(BUILD_ID_STAMP): always
	@mkdir -p $(@D); echo '$(BUILD_ID)' | cmp -s - $@ || echo '$(BUILD_ID)' > $@
FLAGS_TEXT := $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(LIBS) $(MODULE_LIBS) $(INCLUDE_render)
$(BUILD)/flags: always
	@mkdir -p $(@D); echo '$(subst ','"'"',$(FLAGS_TEXT))' | cmp -s - $@ || echo '$(subst ','"'"',$(FLAGS_TEXT))' > $@

-include $(OBJ:.o=.d) $(UNIT:=.d) $(FIXTURE:.o=.d) $(TARGET_OBJ:.o=.d)
.SECONDARY:
