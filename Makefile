# `make` alone prints what there is.
PORT   ?= 8000
DATA   ?= ./data
PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2

bin := $(VENV)/bin
pip := $(bin)/python -m pip --quiet --disable-pip-version-check
# What has no wheel is built with the pinned tools of build.lock.
locked := --require-hashes --use-pep517 --no-build-isolation
uv_compile := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

.PHONY: help run test check bench bench-scale soak docs lock
help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.project $(VENV)/.server ## install, migrate, load demo data, serve on 127.0.0.1 (PORT=8000 DATA=./data)
	@exec $(bin)/nabz serve --demo --host 127.0.0.1 --port $(PORT) --data $(DATA)

test: $(VENV)/.project $(VENV)/.dev ## every test: on SQLite, on a real PostgreSQL, in a real Chromium
	@$(bin)/python -m pytest --full --numprocesses $(JOBS)

check: $(VENV)/.project $(VENV)/.dev ## what a machine can see in the code: style, types, layers, dependencies, spelling
	@$(MAKE) --no-print-directory --jobs $(JOBS) --keep-going --output-sync=target \
		check-types check-rules check-style check-layers check-dependencies check-spelling check-templates

bench: $(VENV)/.project $(VENV)/.dev ## our figures beside the limit, in one run
	@$(bin)/python -m bench

bench-scale: $(VENV)/.project $(VENV)/.dev ## the same with 10,000,000 rows, on a database that is built once and kept
	@$(bin)/python -m bench --scale

soak: $(VENV)/.project $(VENV)/.dev ## long fuzzing and long load (SECONDS=3600)
	@$(bin)/python -m pytest --soak $(or $(SECONDS),3600) tests/soak

docs: $(VENV)/.project $(VENV)/.dev ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict

lock: ## write requirements/*.lock anew (needs uv)
	@$(uv_compile) --all-extras --group dev pyproject.toml --output-file requirements/dev.lock
	@$(uv_compile) --extra server --constraint requirements/dev.lock pyproject.toml --output-file requirements/server.lock
	@printf '%s\n' hatchling setuptools wheel \
		| $(uv_compile) --constraint requirements/dev.lock - --output-file requirements/build.lock

# ---- the parts of `make check`

.PHONY: check-types check-rules check-style check-layers check-dependencies check-spelling check-templates
check-types:
	@$(bin)/mypy src tests migrations $(wildcard bench)
check-rules:
	@$(bin)/python -m pytest --quiet tests/test_architecture.py tests/test_migrations.py
check-style:
	@$(bin)/ruff check --quiet && $(bin)/ruff format --check --quiet
check-layers:
	@$(bin)/lint-imports --no-cache
check-dependencies:
	@$(bin)/deptry src
check-spelling:
	@$(bin)/codespell
check-templates:
	@$(bin)/djlint src --lint --quiet

# ---- the virtual environment: made once, brought up to date when a lock file changes

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.project: pyproject.toml requirements/build.lock | $(VENV)/.made
	@$(pip) install --require-hashes -r requirements/build.lock
	@$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.server: requirements/server.lock | $(VENV)/.project
	@echo "Installing what the server needs (the first time takes a minute) ..."
	@$(pip) install $(locked) -r requirements/server.lock
	@touch $@

$(VENV)/.dev: requirements/dev.lock | $(VENV)/.server
	@echo "Installing what the tests and checks need ..."
	@$(pip) install $(locked) -r requirements/dev.lock
	@touch $@
