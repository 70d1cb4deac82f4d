# Two commands do everything on a fresh machine: `make demo` and `make test`. They need Python 3.11+, make and git;
# Debian packages are installed where apt-get may be used, and asked for by name where it may not.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8001
BIN := .venv/bin
STAMPS := .stamps
NAIVE := .venv-naive
# Chromium for the tests of pages, Chinese fonts for them and for generated PDFs and pictures, LibreOffice for .doc .wps .rtf .odt,
# wget for archives that others wrote
TEST_PACKAGES := chromium fonts-wqy-zenhei fonts-arphic-uming fonts-arphic-ukai fonts-liberation fonts-dejavu-core redis-server libreoffice-writer-nogui wget

.PHONY: demo test check unit bench gold clean

demo: $(STAMPS)/venv
	$(BIN)/python -m samples.demo --port $(PORT)

test: $(STAMPS)/venv $(STAMPS)/debian check unit

check: $(STAMPS)/venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(STAMPS)/venv
	$(BIN)/pytest

# Ratios in one run, never absolute figures: see the docstring of each script. The yardsticks' libraries that this
# project does not use stand in a venv of their own. About 8 minutes on two cores.
bench: $(STAMPS)/venv $(STAMPS)/naive
	$(BIN)/python tests/bench/archive_speed.py
	$(BIN)/python tests/bench/index_lookup.py --lines 1000000
	$(BIN)/python -m tests.bench.crawl_speed
	$(BIN)/python -m tests.bench.re_extraction --naive-python $(NAIVE)/bin/python

# Cells right and silent errors over generated documents whose truth is known, by shape and format, against floors that
# only rise. A slice of it is a test.
gold: $(STAMPS)/venv $(STAMPS)/debian
	$(BIN)/python -m tests.bench.gold --workers 2

$(STAMPS)/venv: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Nianbao needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q archive crawler extract findings publish cli
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/naive: tests/bench/naive.lock
	$(PYTHON) -m venv $(NAIVE)
	$(NAIVE)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/debian: Makefile
	@missing=(); for package in $(TEST_PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || missing+=($$package); done; \
	if [ $${#missing[@]} -gt 0 ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $${missing[@]} >/dev/null; \
	  else \
	    echo "the tests need these Debian packages: sudo apt-get install $${missing[*]}" >&2; exit 1; \
	  fi; \
	fi
	@mkdir -p $(STAMPS) && touch $@

clean:
	rm -rf .venv $(NAIVE) $(STAMPS) data .pytest_cache .mypy_cache .ruff_cache
