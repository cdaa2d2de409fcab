# make          installs what is missing and builds everything that ./bin/coapsule can start
# make run      a device on the XS engine gets the time from a server and serves; ONCE=1 ends after the first answer
# make test     all checks, and the tests but for those of make check (as root it installs missing Debian packages)
# make check    all portable tests on every engine, and what takes long: a million datagrams, kills, damage to every byte
# make interop  tests against peers of registries beyond npm and Debian: PyPI, Maven Central, crates.io, Go modules
# make firmware builds the images of firmware/ for a RISC-V microcontroller, for `coapsule device --engine riscv`
# make riscv    builds it, too, and runs the portable tests on the microcontroller, in QEMU
# make size     what the firmware takes of flash and RAM on RISC-V, beside its budgets (firmware/budgets.json)
# make bench    measures us beside the peers; SOAK=1 adds what takes minutes, ROUNDS and PARTS choose
# make lint     eslint, the types of tools/, the rules of the house
# make format   rewrites the sources in the one format
# make fuzz     gives every parser made-up inputs, for SECONDS=60 in all; what is found lies in build/fuzz
# make soak     lets a device run for DAYS=30 of virtual time and compares its memory
# make power-cuts kills devices that write to their flash KILLS=200 times
# make coverage what the tests on Node reach, as text and in build/coverage/index.html
# make conformance writes docs/conformance/ from conformance/ and the results of the last make test
# make manifest brings manifest.json up to date with src/, as make build does
# make clean    removes what was built; node_modules stays

SHELL := /usr/bin/env bash
.SHELLFLAGS := -o pipefail -c
MAKEFLAGS += --no-print-directory
BIN := node_modules/.bin
INSTALLED := node_modules/.installed-lock.json

# The reference engine has slots of 16 bytes, as an ESP32: gcc -m32. Where the compiler has no 32-bit library, `make`
# and `make run` take the 64-bit engine; on x86-64 `make test` asks for the library instead (packages).
links_32_bit = mkdir -p build && gcc -m32 -x c -o build/.probe - 2>/dev/null <<<'int main(void) { return 0; }'
XS_TARGET = $(eval XS_TARGET := $(shell $(links_32_bit) && echo linux32 || echo linux64))$(XS_TARGET)

.PHONY: all
all: build xs board

.PHONY: build
build: $(INSTALLED) vectors
	@node tools/prune.js
	$(BIN)/tsc -b
	@node tools/firmware.js
	@node tools/manifest.js

# A part of it: what the command and devices on XS need, without tests and benchmarks.
.PHONY: command
command: $(INSTALLED)
	@node tools/prune.js
	$(BIN)/tsc -b hosts/xs cli
	@node tools/firmware.js

# The stamp is a copy of the lock file: what is installed is only replaced when the lock file says something else.
# Messages must not name the registry.
$(INSTALLED): package-lock.json
	@if cmp -s $< $@; then touch $@; else \
		echo "npm ci" && \
		npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1 | sed -E 's#https?://[^/ ]+#(registry)#g' && \
		cp $< $@; \
	fi

.PHONY: vectors
vectors:
	@node tools/vectors.js

.PHONY: xs
xs:
ifeq ($(shell uname -s),Linux)
	@$(MAKE) -C hosts/xs $(XS_TARGET)
else
	@echo "The XS engine is built on Linux only: here, devices run on Node."
endif

# The image of `coapsule device --engine riscv`: `make` builds it where compiler and emulator are there.
.PHONY: board firmware
board: build
	@if [ "$$(uname -s)" = Linux ] && tools/packages.sh --has riscv; then $(MAKE) -C hosts/xs firmware-release; fi
firmware: build
	@tools/packages.sh riscv
	@$(MAKE) -C hosts/xs firmware-release

# The bare microcontroller: engine and firmware as images for QEMU's machine `virt`, and all portable tests on it.
.PHONY: riscv
riscv: build
	@tools/packages.sh riscv
	@$(MAKE) -C hosts/xs firmware riscv-crypto riscv-debug-crypto
	@node build/js/test/boards/xs-driver.js --target riscv --linked

# Written to build/size.json, too. Ends with an error when a budget is exceeded.
.PHONY: size
size: build
	@tools/packages.sh riscv
	@$(MAKE) -C hosts/xs firmware
	@node build/js/bench/size/main.js

# What is missing is made with a line that tells how far it is; the full output is in build/log.
.PHONY: run
run:
	@node tools/prepare/main.js $(MAKE_COMMAND)
	@node build/js/cli/run.js $(if $(filter-out 0,$(ONCE)),--once)

.PHONY: packages
packages:
	@tools/packages.sh

# Every engine of the portable tests, once (sort), the slowest one last.
TEST_TARGETS = $(sort $(XS_TARGET) linux64) riscv
.PHONY: engines
engines: packages build
	@$(MAKE) -C hosts/xs $(TEST_TARGETS:%=%-crypto) $(XS_TARGET)-debug-crypto \
		firmware $(if $(filter linux32,$(XS_TARGET)),linux32-bytecode-crypto)

.PHONY: test
test: engines
	@node tools/test.js $(TEST_TARGETS)

.PHONY: check
check: engines
	@node tools/check.js $(TEST_TARGETS)

.PHONY: interop
interop: build
	@tools/packages.sh interop
	@node tools/interop/run.js

# Results in build/bench.json and, as tables, build/bench.md; bench/RESULTS.md says what they mean.
.PHONY: bench
bench: all
	@tools/packages.sh
	@$(MAKE) -C hosts/xs compiler $(XS_TARGET)-crypto riscv-crypto
	@$(MAKE) -C bench/load
	@node build/js/bench/main.js $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(filter-out 0,$(SOAK)),--soak) $(PARTS)

.PHONY: lint
lint: $(INSTALLED) vectors
	$(BIN)/eslint .
	$(BIN)/tsc -p tools
	node tools/house.js

.PHONY: manifest
manifest: $(INSTALLED)
	node tools/manifest.js

.PHONY: check-format
check-format: $(INSTALLED)
	$(BIN)/prettier --check .

.PHONY: format
format: $(INSTALLED)
	$(BIN)/prettier --write --log-level warn .

.PHONY: conformance
conformance:
	node tools/conformance.js

# A tenth of the time is for the natives in C. EXECUTIONS=10000000 runs each target as often instead.
SECONDS := 60
.PHONY: fuzz
fuzz: build
	@tools/packages.sh fuzz
	@node build/js/fuzz/main.js \
		$(if $(EXECUTIONS),--executions $(EXECUTIONS),--seconds $$(($(SECONDS) * 9 / 10)))
	@$(MAKE) -C fuzz/natives LIMIT=$(if $(EXECUTIONS),-runs=$(EXECUTIONS),-max_total_time=$$((($(SECONDS) + 9) / 10)))

# A device on XS on virtual time; `make test` runs it for a day.
DAYS := 30
.PHONY: soak
soak: build
	@$(MAKE) -C hosts/xs $(XS_TARGET)
	@COAPSULE_SOAK_DAYS=$(DAYS) $(BIN)/mocha build/js/test/boards/soak.test.js

# Devices on XS, here and on the microcontroller, are killed while they write to their flash; `make check` does so, too.
KILLS := 200
.PHONY: power-cuts
power-cuts: build
	@tools/packages.sh riscv
	@$(MAKE) -C hosts/xs linux32 compiler riscv
	@COAPSULE_KILLS=$(KILLS) $(BIN)/mocha build/js/test/boards/flash/kills.long.test.js

.PHONY: coverage
coverage: build
	$(BIN)/c8 --reporter=text --reporter=html $(BIN)/mocha --reporter tools/mocha-reporter.js \
		'build/js/test/**/*.test.js' 'test/node/tools/**/*.test.js' --ignore "$$(node tools/interop/peers.js)"

.PHONY: clean
clean:
	rm -rf build test/portable/vectors
