# `make run` and `make test` are all that a fresh Debian 12 machine with a Swift toolchain needs.
#
#   make run [YES=1] [ARGS='-y --listen 127.0.0.1:9000']    build, then serve in the foreground
#   make test                                              build, then every test that needs no other program
#
# Both name the Debian packages they miss and ask before installing them; YES=1, ARGS=-y or CI=1 answer yes.

# Extra flags of every debug build; .ci/run makes warnings errors with them, so that nothing is compiled twice.
SWIFT_FLAGS ?=
ARGS ?=
ONLY ?=
MINUTES ?= 10
RUNS ?= 100000
KILLS ?= 100

export YES ARGS ONLY RUNS SANITIZE SUITES

.PHONY: help run build test test-real bench soak-ingest fuzz faults sanitize format lint check clean

help:
	@echo 'make run        build and start the service (YES=1 installs packages without asking; ARGS=… go to serve)'
	@echo 'make build      release build: .build/release/bellwether'
	@echo 'make test       all tests that need no other program'
	@echo 'make test-real  tests against real peers (installs Debian packages prometheus and chromium, services masked, and clients of PyPI in .build)'
	@echo 'make bench      benchmarks (ONLY=matrix/ selects by name, ARGS=--soak\ 10 loads the service for ten minutes)'
	@echo 'make soak-ingest  remote write at a fixed rate, every minute all series new (MINUTES=10), memory and files once a minute'
	@echo 'make fuzz       every decoder against libFuzzer (RUNS=100000, ONLY=influx selects by name); a table of what came out'
	@echo 'make faults     kill -9 under load (KILLS=100), then damaged files and a full disk; what was lost, made up or scored otherwise'
	@echo 'make sanitize   suites under the thread and the address sanitizer (SANITIZE=thread, SUITES=…); two more builds, and a table'
	@echo 'make format     format the Swift sources in place'
	@echo 'make lint       swift format, strict'
	@echo 'make check      the rules of this repository that no compiler knows'
	@echo 'make clean      remove .build'

run: build
	@exec .ci/serve

build:
	@.ci/prepare build
	@swift build -c release --product bellwether

test:
	@.ci/prepare build
	@swift test $(SWIFT_FLAGS) --skip RealPeer

test-real:
	@.ci/prepare build real
	@swift test $(SWIFT_FLAGS) --filter RealPeer

bench:
	@.ci/prepare build
	@swift build -c release --product bellwether
	@swift run -c release Benchmarks $(ONLY) $(ARGS)

soak-ingest:
	@.ci/prepare build
	@swift build -c release --product bellwether
	@swift run -c release Benchmarks ingest/soak --soak $(MINUTES) $(ARGS)

fuzz:
	@.ci/prepare build
	@.ci/fuzz

faults:
	@.ci/prepare build
	@swift build -c release --product bellwether
	@swift run -c release Faults --kills $(KILLS) $(ARGS)
	@swift test $(SWIFT_FLAGS) --filter 'FullDiskTests|DamageTests'

sanitize:
	@.ci/prepare build
	@.ci/sanitize

format:
	@swift format --in-place --recursive Sources Tests Package.swift

lint:
	@swift format lint --strict --recursive Sources Tests Package.swift

check:
	@.ci/checks

clean:
	@rm -rf .build
