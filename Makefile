# `make up` and `make test` are the two commands that matter; `make help` names the others.

SWIFT ?= swift
PREFIX ?= /usr/local
RUNS ?= 3
SIZES ?= 1 3 8 16

# The binary holds Swift's own libraries, so it runs where no toolchain is. It is built in a folder of its own, so that
# the tests can call `make up` while they run.
RELEASE = -c release --static-swift-stdlib --scratch-path .build/static $(REPRODUCIBLE) $(SMALL)
# Two builds of one commit are the same in any folder: without the hash that the compiler keeps of what it has made, which holds
# the folder, and without its unrolling of loops, which orders values by their addresses.
REPRODUCIBLE = -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen -Xswiftc -Xllvm -Xswiftc -sil-disable-pass=loop-unroll
# Small code without debug information, and nothing that is not called. The linker's flags are those of Linux; its identifier of
# a build would depend on names of files that are stripped later.
SMALL = -Xswiftc -Osize -Xswiftc -gnone $(if $(filter Linux,$(shell uname)),-Xswiftc -Xfrontend -Xswiftc -function-sections \
	-Xswiftc -use-ld=lld -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker --no-export-dynamic \
	-Xlinker -z -Xlinker pack-relative-relocs -Xlinker --build-id=none -Xlinker -T -Xlinker packaging/no-unwind-tables.ld)
# It knows the commit that it was built from: bcmcluster version.
BUILD_RELEASE = BCM_COMMIT="$$(scripts/commit)" SWIFT_DETERMINISTIC_HASHING=1 $(SWIFT) build $(RELEASE)
# Ten thousand simulated stories take half a minute when they are optimised.
OPTIMISED = -c release -Xswiftc -enable-testing --scratch-path .build/optimised
BINARY = .build/static/release/bcmcluster
# What `make build` leaves to be installed and packed: the binary, manual pages, completions, and their sums.
STAGE = .build/static/package
DIST ?= dist
FOUND_SWIFT = $(if $(shell command -v $(firstword $(SWIFT)) 2>/dev/null),,$(error building needs Swift, from \
	https://swift.org/install; the packages and archives of a release need none))

.PHONY: up build build-tests test test-engines test-multipass check soak lint bench docs compatibility recording install uninstall \
	dist deb release-check clean help

up: build ## install what is missing, build, and make a cluster of three members called DEV; ENGINE=incus for Incus
	$(if $(ENGINE),BCM_ENGINE=$(ENGINE) )scripts/install-needs
	$(BINARY) up -c DEV -m 2$(if $(ENGINE), --engine $(ENGINE))

build: ## build the release binary, .build/static/release/bcmcluster
	$(FOUND_SWIFT)
	$(BUILD_RELEASE) --product bcmcluster
	@packaging/stage $(BINARY) $(STAGE)

build-tests:
	$(FOUND_SWIFT)
	$(SWIFT) build --build-tests

# What the tests have run on, for docs/reference/compatibility.md.
test soak: export BCM_TEST_EVIDENCE = $(CURDIR)/.build/evidence.jsonl
test: export BCM_TEST_COMMAND = make test
soak: export BCM_TEST_COMMAND = make soak
test-engines: export BCM_TEST_EVIDENCE = $(CURDIR)/.build/evidence.jsonl
test-engines: export BCM_TEST_COMMAND = make test-engines

# The life of a cluster, units, members, snapshots, repair, hosts and the faults with Incus; everything else goes with LXD.
INCUS = EndToEndTests.(Quorum|Units/(Life|Trouble|Health)|DayTwo/(Members|Snapshots|Archives|Upgrades|Power|ClusterFiles)|Repairs/Repair|Faults/FaultSweep|Hosts/VMs|Fleets/(Spread|Baremetal))

# What runs real daemons waits for them more than it works, and goes together; a simulation keeps all processors busy.
test: ## install what the tests need, and run all of them, those with real LXD too
	scripts/install-needs --for-tests
	$(MAKE) -j2 build build-tests
	$(SWIFT) test --skip-build --skip 'EndToEndTests|ContractTests|SimulationTests'
	$(SWIFT) test --skip-build --filter SimulationTests
	$(SWIFT) test --skip-build --filter 'EndToEndTests|ContractTests' --skip 'EndToEndTests.(Soak|ManyHosts|ManyMembers|Hosts|Fleets|Units|Packages|Docs)'
	$(SWIFT) test --skip-build --filter EndToEndTests.Packages
	$(SWIFT) test --skip-build --filter 'EndToEndTests.Units' --skip 'EndToEndTests.Units/Networks'
	$(SWIFT) test --skip-build --filter 'EndToEndTests.Units/Networks'
	$(SWIFT) test --skip-build --filter 'EndToEndTests.(Hosts|Fleets|Docs)'
	$(SWIFT) test --skip-build --filter EndToEndTests.Soak
	$(SWIFT) test --skip-build --filter EndToEndTests.ManyHosts
	$(SWIFT) test --skip-build --filter EndToEndTests.ManyMembers
	BCM_TEST_ENGINE=incus $(SWIFT) test --skip-build --filter EndToEndTests.EndToEnd/ThreeMembers
	BCM_TEST_ENGINE=incus $(SWIFT) test --skip-build --filter '$(INCUS)'

test-engines: build-tests ## run the end-to-end tests with Incus 7 from a Debian tree; SUITES="Units Hosts" runs some
	scripts/install-needs --for-tests
	scripts/engine-tree
	scripts/test-engines $(SUITES)

test-multipass: build ## test on a real multipass, half an hour; STEPS="up transfer" runs some
	BCMCLUSTER=$(CURDIR)/$(BINARY) scripts/test-multipass $(STEPS)

check: lint test ## what has to pass before a change goes in: format, warnings as errors, tests

soak: ## the long forms of the fault, bad-input, interruption and simulation harnesses; hours
	scripts/install-needs --for-tests
	BCM_SIMULATION_SEEDS=10000 $(SWIFT) test $(OPTIMISED) --filter SimulationTests
	$(MAKE) build-tests
	BCM_SOAK=1 $(SWIFT) test --skip-build --filter BadInputTests
	BCM_SOAK=1 $(SWIFT) test --skip-build --filter 'RandomInterruption|DyingMembers|DayTwo.Members'
	BCM_SOAK=1 $(SWIFT) test --skip-build --filter EndToEndTests.Soak
	BCM_SOAK=1 $(SWIFT) test --skip-build --filter FaultSweep
	BCM_SOAK=1 $(SWIFT) test --skip-build --filter EndToEndTests.Faults/Kills
	BCM_TEST_ENGINE=incus $(SWIFT) test --skip-build --filter 'EndToEndTests.Units/(Leaving|Networks)'
	$(MAKE) test-engines

lint: ## check the format of the sources
	$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks Package.swift

bench: build ## measure, and print the table of targets; RUNS=n and SIZES="1 3" make it shorter or longer; SIZES="32 50" for many
	scripts/install-needs --for-tests
	$(BUILD_RELEASE) --product Benchmarks
	$(BUILD_RELEASE) --product MultipassStandIn
	$(dir $(BINARY))Benchmarks $(BINARY) $(STAGE)/bin/bcmcluster Benchmarks/by-hand.sh $(CURDIR)/$(dir $(BINARY))MultipassStandIn \
		$(CURDIR)/scripts $(RUNS) $(SIZES)

compatibility: build-tests ## write docs/reference/compatibility.md from what the tests have noted
	scripts/compatibility

docs: build ## write the manual in docs/ from the table of commands
	$(BINARY) __manual docs

recording: build ## record docs/pictures/terminal.svg, the picture of the README, from a real run
	scripts/record $(BINARY) docs/pictures/terminal.svg

# No toolchain is needed and nothing is built here, so that it can be run as root.
install: ## install what was built: binary, manual pages and completions, below $(DESTDIR)$(PREFIX)
	$(if $(wildcard $(STAGE)/SHA256SUMS),,$(error nothing is built: run `make build`, without sudo, and then `make install`))
	@packaging/install.sh --built-here --from $(STAGE) --prefix "$(DESTDIR)$(PREFIX)"

uninstall: ## remove what `make install` has installed
	@packaging/install.sh --uninstall --prefix "$(DESTDIR)$(PREFIX)"

dist: build ## pack dist/bcmcluster-VERSION-linux-ARCHITECTURE.tar.gz, with install.sh and SHA256SUMS
	packaging/dist $(STAGE) $(DIST)

# After the archive, where both are made: they write one SHA256SUMS.
deb: build $(if $(filter dist,$(MAKECMDGOALS)),dist) ## make dist/bcmcluster_VERSION_ARCHITECTURE.deb, for Debian and Ubuntu
	packaging/deb $(STAGE) $(DIST)

release-check: ## say what is missing before this version can be released: tests, same bytes, docs, changelog
	packaging/release-check

clean: ## remove what was built
	rm -rf .build dist/*

help: ## print this
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 24
