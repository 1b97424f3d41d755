# Gurn: build, test and demo. `make help` lists the targets.
SHELL := /bin/bash
SWIFT ?= swift
PREFIX ?= /usr/local
ACCURACY_OUT ?= .build/accuracy
# One build serves programs and tests: optimised as it ships, with internals visible to the tests. `swift test` alone would
# build everything with its own flags, and the programs a second time.
BUILD := -c release -Xswiftc -enable-testing

# What a fresh Debian 12 lacks, beside Swift itself.
PACKAGES := pkg-config libegl-dev libgles-dev libgbm-dev libgl1-mesa-dri liblo-dev libv4l-dev \
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libyaml-dev libavahi-client-dev libmosquitto-dev

# The build folder of programs that need no Swift library where they run.
SCRATCH ?= .build-static
TO = $(DESTDIR)$(PREFIX)
ZSH_FUNCTIONS ?= share/zsh/site-functions
# The version that the units are for.
SYSTEMD ?= $(or $(shell systemctl --version 2>/dev/null | awk 'NR == 1 {print $$2}'),253)

.PHONY: help packages build test demo accuracy expected format lint install install-static install-files uninstall deb test-deb \
  test-vm test-kill soak idle
help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

packages: ## install the Debian packages that are missing
	@missing=$$(dpkg-query -W -f '$${db:Status-Abbrev} $${Package}\n' $(PACKAGES) 2>/dev/null | awk '$$1 == "ii" {print $$2}' \
	  | grep -vxF -f - <(printf '%s\n' $(PACKAGES))); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi

build: packages ## build gurnd and gurn, optimised
	$(SWIFT) build $(BUILD)

test: packages ## build and run all tests, optimised as they ship
	$(SWIFT) build $(BUILD) --build-tests
	$(SWIFT) test $(BUILD) --skip-build

demo: build ## run the daemon on the shipped session and watch it (DEMO_SECONDS=10 ends by itself)
	.build/release/gurn demo $(if $(DEMO_SECONDS),--seconds $(DEMO_SECONDS))

accuracy: build ## measure the tracking on rendered sessions and recordings; the report goes to ACCURACY_OUT
	.build/release/gurn accuracy --out $(ACCURACY_OUT) $(ACCURACY_OPTIONS)

expected: build ## write anew what the tests expect of the shipped sessions, after a change that is meant to change it
	for session in even glasses leaves; do \
	  .build/release/gurn verify $$session --expect Tests/Fixtures/expected/$$session.csv --executor simd --update || exit 1; \
	done

format: ## rewrite the sources in the repository's format
	$(SWIFT) format -i -r Package.swift Sources Tests

lint: ## check the format
	$(SWIFT) format lint --strict -r Package.swift Sources Tests

install: build ## install programs, models, units, man pages, completions under PREFIX (/usr/local); DESTDIR for packagers
	@$(MAKE) --no-print-directory install-files BIN=.build/release

# Foundation's networking, which comes with the server of OSCQuery, wants curl where it is linked in.
deb install-static: PACKAGES += libcurl4-openssl-dev
install-static: packages
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path $(SCRATCH) --product gurnd
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path $(SCRATCH) --product gurn
	@$(MAKE) --no-print-directory install-files BIN=$(SCRATCH)/release

install-files:
	install -D -m 755 -t $(TO)/bin $(BIN)/gurnd $(BIN)/gurn
	for set in full lite; do \
	  if [ -d Models/$$set ]; then \
	    install -D -m 644 -t $(TO)/share/gurn/models/$$set Models/$$set/*.gurn || exit 1; \
	  fi; \
	done
	install -D -m 644 -t $(TO)/share/gurn/sessions Sessions/*.mp4 Sessions/*.csv
	install -D -m 644 -t $(TO)/share/gurn Config/gurn.yaml
	install -D -m 644 -t $(TO)/share/gurn/rigs Config/rigs/*.yaml
	install -D -m 644 -t $(TO)/share/gurn/schemas contrib/schemas/*.yaml
	for tool in blender godot puredata web; do \
	  install -D -m 644 -t $(TO)/share/gurn/$$tool $$(find contrib/$$tool -maxdepth 1 -type f) || exit 1; \
	done
	install -D -m 644 -t $(TO)/share/man/man1 contrib/man/gurn.1 contrib/man/gurnd.1
	install -D -m 644 -t $(TO)/share/man/man5 contrib/man/gurn.yaml.5
	install -D -m 644 -t $(TO)/lib/udev/rules.d contrib/udev/70-gurn.rules
	for unit in gurnd gurnd@; do \
	  install -d $(TO)/lib/systemd/user && sed 's|^ExecStart=gurnd|ExecStart=$(PREFIX)/bin/gurnd|' \
	    contrib/systemd/$$unit.service > $(TO)/lib/systemd/user/$$unit.service && \
	  if [ "$(SYSTEMD)" -lt 253 ]; then \
	    install -D -m 644 -t $(TO)/lib/systemd/user/$$unit.service.d contrib/systemd/before-253.conf; \
	  fi || exit 1; \
	done
	install -d $(TO)/share/bash-completion/completions $(TO)/$(ZSH_FUNCTIONS) $(TO)/share/fish/vendor_completions.d
	for program in gurn gurnd; do \
	  $(BIN)/$$program --generate-completion-script bash > $(TO)/share/bash-completion/completions/$$program && \
	  $(BIN)/$$program --generate-completion-script zsh > $(TO)/$(ZSH_FUNCTIONS)/_$$program && \
	  $(BIN)/$$program --generate-completion-script fish > $(TO)/share/fish/vendor_completions.d/$$program.fish || exit 1; \
	done

uninstall: ## remove what install put there
	rm -f $(addprefix $(TO)/,bin/gurn bin/gurnd share/man/man1/gurn.1 share/man/man1/gurnd.1 share/man/man5/gurn.yaml.5 \
	  lib/udev/rules.d/70-gurn.rules $(ZSH_FUNCTIONS)/_gurn $(ZSH_FUNCTIONS)/_gurnd) \
	  $(foreach program,gurn gurnd,$(TO)/share/bash-completion/completions/$(program) \
	    $(TO)/share/fish/vendor_completions.d/$(program).fish)
	rm -rf $(TO)/share/gurn $(foreach unit,gurnd gurnd@,$(addprefix $(TO)/lib/systemd/user/$(unit).service,"" .d))

deb: packages ## build a Debian package in .build/deb, the Swift runtime linked in, and check it with lintian
	SCRATCH=$(SCRATCH) contrib/deb/build.sh .build/deb

test-deb: deb ## install, run and purge the package in a bare Debian 12 (root, debootstrap)
	contrib/deb/test.sh .build/deb/gurn_*.deb

test-vm: build ## the daemon against Linux's test camera driver in QEMU; says why where it can't
	contrib/vm/test.sh .build/release

test-kill: packages ## kill -9 while it records, KILLS (100) times at moments of chance: what plays and what is kept
	$(SWIFT) build $(BUILD) --build-tests
	GURN_TEST_KILLS=$(or $(KILLS),100) $(SWIFT) test $(BUILD) --skip-build --filter ProgramTests.KillTests

soak: build ## SOAK_MINUTES (30) of sessions at 4 times their speed, with reloads, targets and sources that come and go
	contrib/soak/soak.sh .build/release

idle: build ## the processor's share while nobody is there, and while nobody listens
	contrib/soak/idle.sh .build/release
