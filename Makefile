# Everything a newcomer needs: `make demo`, then `make test`. Only python3 (with venv) and make have to be there.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help demo test test-system system lint bench bench-full screenshots vendor clean

help:
	@echo "make demo         set up and assess an example, both results"
	@echo "make test         the tests that need nothing but python3 and make"
	@echo "make test-system  the tests that need Java, a browser, its fonts and SPARQL servers (installed where apt-get is there)"
	@echo "make lint         ruff, mypy, and our own ontology, shapes and rules"
	@echo "make bench        times beside the parse floor and other engines, in minutes; reports in build/bench"
	@echo "make bench-full   the same for all sizes, in an hour or so; writes the tables of docs/performance.md"
	@echo "make screenshots  writes the pictures of docs/pages.md, in Chinese and English"
	@echo "make vendor       writes the browser bundles anew from the versions pinned in service/vendor (needs Node)"
	@echo "make clean        remove what the others made"

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $(READY)

demo: $(READY)
	@$(BIN)/danao assess examples/half-built.ttl --examination examples/half-built-examination.ttl
	@echo
	@echo "接下来可以试试 Next:"
	@echo "  $(BIN)/danao explain examples/half-built.ttl 6.1.5 --examination examples/half-built-examination.ttl"
	@echo "  $(BIN)/danao check examples/with-mistakes.ttl"
	@echo "  $(BIN)/danao standard 6.1.5"
	@echo "  $(BIN)/danao assess examples/strong.ttl --as-of 2025-12-31 --lang en"

test: $(READY)
	$(BIN)/pytest --numprocesses auto --dist worksteal tests --ignore tests/system

# What only a browser, Java or a server shows, installed where it is not there.
system: $(READY)
	@command -v java >/dev/null || { command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq default-jdk-headless; }
	@command -v virtuoso-t >/dev/null || { command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin; }
	@{ command -v chromium && fc-list | grep "Noto Sans CJK SC"; } >/dev/null || { command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium fontconfig fonts-noto-cjk; }
	@command -v npm >/dev/null || { command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends npm; }
	cd tests/system && npm ci --silent
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,system]"

test-system: system
	$(BIN)/pytest --numprocesses 2 --dist loadfile tests/system

lint: $(READY)
	$(BIN)/ruff check service tests docs
	$(BIN)/ruff format --check service tests docs
	$(BIN)/mypy

BENCHES := assess cold questions fleet fleet_analysis registry service site

bench: $(READY)
	@set -e; for name in $(BENCHES); do $(BIN)/python -m tests.bench.$$name; done

bench-full: $(READY)
	@set -e; for name in $(BENCHES); do $(BIN)/python -m tests.bench.$$name --full; done
	$(BIN)/python docs/performance.py

screenshots: system
	$(BIN)/python -m tests.system.screenshots

vendor:
	cd service/vendor && npm ci && npm run --silent bundle

clean:
	rm -rf $(VENV) service/vendor/node_modules tests/system/node_modules .cache build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
