# Everything a newcomer needs: `make demo`, then `make test`. Nothing here needs root.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# The newest Python that we know to work, unless PYTHON says another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 \
	&& $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
DEMO_PORT ?= 8000
WORKERS ?= 3
DATABASE ?= sqlite
WHAT ?= tests/rules tests/models tests/settings

# From the second start on, our code is read as it was compiled at the first, also where the shell says that nothing may be kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: demo test postgres quick lint bench install help words icons css chaos lock

help: ## This list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

demo: $(STAMP) ## All of it on this machine, with sample people; prints the address to open
	@$(PY) app.py demo --port $(DEMO_PORT)

test: $(STAMP) ## Every test
	@$(PY) -m pytest -n $(WORKERS) $(ARGS)

postgres: $(STAMP) ## The tests that store something, all on PostgreSQL
	@LINLI_TEST_DATABASE=postgres $(PY) -m pytest -n $(WORKERS) tests/models tests/handlers tests/bot tests/web tests/story $(ARGS)

quick: $(STAMP) ## In less than 20 seconds: rules, tables, settings; WHAT="tests/handlers/test_offers.py" for what you are at
	@LINLI_TEST_DATABASE=sqlite $(PY) -m pytest -n $(WORKERS) -q -m "not slow and not browser" $(WHAT) $(ARGS)

lint: $(STAMP) ## Style and types
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy

bench: $(STAMP) ## How fast it answers here, how much it takes; DATABASE=postgres for the outbox on PostgreSQL
	@$(PY) -m tests.bench $(ARGS)
	@$(PY) -m tests.bench_whole
	@$(PY) -m tests.bench_outbox --database $(DATABASE)
	@$(PY) -m tests.bench_match
	@$(PY) -m tests.bench_understanding
	@$(PY) -m tests.bench_week

chaos: $(STAMP) ## Ten minutes of faults, and what was lost or done twice; DATABASE=postgres for PostgreSQL and Redis
	@$(PY) -m tests.chaos --database $(DATABASE) $(ARGS)

install: $(STAMP) ## Only the environment, in .venv/

words: $(STAMP) ## Which words lack a translation, and the catalogue made again
	@$(PY) -m pytest -q tests/conventions/test_translations.py

icons: $(STAMP) ## The icon sprite, drawn again from its sources
	@$(PY) web/static/make_static.py icons

css: $(STAMP) ## The one sheet of styles, joined again from web/static/css/
	@$(PY) web/static/make_static.py css

lock: $(STAMP) ## The lock files, made again from pyproject.toml
	@$(VENV)/bin/pip install -q pip-tools
	@export CUSTOM_COMPILE_COMMAND="make lock" \
		flags="-q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe"; \
	$(VENV)/bin/pip-compile $$flags -o requirements.lock pyproject.toml && \
	$(VENV)/bin/pip-compile $$flags --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

# Installed again only when the locks have changed, whatever their dates say.
$(STAMP): requirements-dev.lock
	@if [ -z "$(PYTHON)" ]; then \
		echo "Linli needs Python 3.11 or newer, and finds none here."; \
		echo "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12"; exit 1; fi
	@if [ -f $@ ] && [ "$$(cat $@)" = "$$(cksum < requirements-dev.lock)" ]; then touch $@; exit 0; fi; \
	if [ ! -x $(PY) ]; then \
		echo "Making .venv with $$($(PYTHON) --version) ..."; \
		$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
			echo "This Python can't make virtual environments (Debian, Ubuntu: apt install python3-venv)."; exit 1; }; fi; \
	echo "Installing what the lock file names ..."; \
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock || exit 1; \
	cksum < requirements-dev.lock > $@
	@# The planner is compiled in the background, so that the first plan need not wait (docs/planning.md).
	@$(PY) -c "from jobs.plan import environment; environment(0.0, 0.0)" || true
