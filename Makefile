# Gurn: build, test and demo. `make help` lists the targets.
SHELL := /bin/bash
SWIFT ?= swift
PREFIX ?= /usr/local
ACCURACY_OUT ?= .build/accuracy
# One build serves programs and tests: optimised as it ships, with internals visible to the tests.
BUILD := -c release -Xswiftc -enable-testing

# What a fresh Debian 12 lacks, beside Swift itself.
PACKAGES := pkg-config libegl-dev libgles-dev libgbm-dev libgl1-mesa-dri liblo-dev libv4l-dev \
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libyaml-dev

.PHONY: help packages build test demo accuracy format lint install
help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

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
	$(SWIFT) test $(BUILD)

demo: build ## run the daemon on the shipped session and watch it (DEMO_SECONDS=10 ends by itself)
	.build/release/gurn demo $(if $(DEMO_SECONDS),--seconds $(DEMO_SECONDS))

accuracy: build ## measure the tracking on rendered sessions and recordings; the report goes to ACCURACY_OUT
	.build/release/gurn accuracy --out $(ACCURACY_OUT) $(ACCURACY_OPTIONS)

format: ## rewrite the sources in the repository's format
	$(SWIFT) format -i -r Package.swift Sources Tests

lint: ## check the format
	$(SWIFT) format lint --strict -r Package.swift Sources Tests

install: build ## install programs, models, configuration and man pages under PREFIX (/usr/local)
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin .build/release/gurnd .build/release/gurn
	for set in full lite; do \
	  if [ -d Models/$$set ]; then \
	    install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gurn/models/$$set Models/$$set/*.gurn || exit 1; \
	  fi; \
	done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gurn/sessions Sessions/*.mp4 Sessions/*.csv
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gurn Config/gurn.yaml
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gurn/schemas contrib/schemas/*.yaml
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 contrib/man/gurn.1 contrib/man/gurnd.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 contrib/man/gurn.yaml.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/user contrib/systemd/gurnd.service
