# Works from any folder, also one with a space in its name. `make` lists the targets.

PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes
UV = $(or $(shell command -v uv),$(error uv is needed to compile the lock files: see https://docs.astral.sh/uv/))
LOCK = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11.0 \
	--generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-annotations bench-arxiv bench-duplicates bench-pages bench-search browser corpus extension lock messages vendor screenshots
.DELETE_ON_ERROR:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

run: .venv/installed ## Run the site here, with everything it needs; PORT=8000 HOST=127.0.0.1
	@$(PY) -m config.run

test: browser ## Run all tests; ARGS="tests/text -x" for some
	@$(PY) -m pytest $(ARGS)

# None of these looks at a database; the addresses make it production.
check: export SECRET_KEY = $(shell $(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')
check: export ALLOWED_HOSTS = kb.example.org
check: export SITE_URL = https://kb.example.org
check: export DATABASE_URL = postgresql:///zhaji?host=/nonexistent
check: export REDIS_URL = redis://localhost:1
check: export ARXIV_CONTACT = https://kb.example.org
check: .venv/installed-dev ## Check format, lint, types, layers, migrations, settings, messages
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	find templates kb -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) manage.py check --deploy --fail-level WARNING
	$(PY) scripts/messages.py --check

bench: bench-arxiv bench-search bench-annotations bench-duplicates bench-pages ## Run all benches; figures go to var/bench/

bench-search: N ?= 100000
bench-search: .venv/installed-dev ## Measure search in a library of N=100000 papers
	@$(PY) -m tests.bench.search $(N)

bench-arxiv: .venv/installed-dev ## Measure how arXiv is asked, against a stand-in for it
	@$(PY) -m tests.bench.arxiv

bench-annotations: SAVES ?= 500
bench-annotations: .venv/installed-dev ## Measure reading together: anchors, a page of notes, saves at once
	@$(PY) -m tests.bench.annotations $(SAVES)

corpus: .venv/installed-dev ## Measure how well real lists are read; ZHAJI_CORPUS=DIR
	@$(PY) -m tests.bench.corpus

bench-duplicates: ROWS ?= 10000
bench-duplicates: .venv/installed-dev ## Measure how near titles are found among ROWS=10000
	@$(PY) -m tests.bench.duplicates $(ROWS)

bench-pages: N ?= 1000 10000 100000
bench-pages: .venv/installed-dev ## Measure what pages cost in libraries of N="1000 10000 100000" papers
	@$(PY) -m tests.bench.pages $(N)

browser: .venv/installed-dev ## Find or install Chromium and a Chinese font for the tests
	@$(PY) scripts/browser.py

lock: ## Compile both lock files anew from pyproject.toml, with uv
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --output-file requirements-dev.lock

extension: .venv/installed ## Pack the browser extension into var/zhaji-extension.zip
	@$(PY) scripts/extension.py

messages: .venv/installed-dev ## Collect and compile the translations
	@$(PY) scripts/messages.py

vendor: .venv/installed-dev ## Fetch the pinned browser libraries into static/vendor
	@$(PY) scripts/vendor.py

screenshots: browser ## Photograph every page of a running site; ARGS="URL NAME PASSWORD"
	@$(PY) scripts/screenshots.py $(ARGS)

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Zhaji needs Python 3.11 or newer as $(PYTHON); name another with make PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2> /dev/null || { \
	  echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: requirements.lock .venv/made
	@echo "Installing what requirements.lock names; this happens once."
	@$(PIP) -r requirements.lock
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/made
	@echo "Installing what requirements-dev.lock names; this happens once."
	@$(PIP) -r requirements-dev.lock
	@touch $@
