# `make run` and `make test` need nothing but Python 3.11 or newer; `make help` lists the rest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run record test fuzz lint bench messages pictures dump lock

PORT ?= 8000
RECORD ?=
ARGS ?=
UV_VERSION := 0.13.8
DATASETTE_VERSION := 0.65.5

# A name alone proves nothing (pyenv has shims for versions that are not there), so each is tried, newest first.
PYTHON = $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)
INSTALL = umask 022; $(UV) pip install --quiet --python .venv/bin/python --require-hashes --requirement
COMPILE = $(UV) pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header
export UV_PYTHON_DOWNLOADS := never
ifdef PIP_INDEX_URL  # a mirror; uv does not read what is set for pip
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

# Where this is set, each process compiles all modules anew, which takes longer than to import them.
unexport PYTHONDONTWRITEBYTECODE

# With a DATABASE_URL, the settings have no defaults for these.
test fuzz lint bench pictures: export SECRET_KEY := only-for-tests-and-linters
test fuzz lint bench pictures: export HTTPS := 0

# The tests that take how much they try from tests/budgets.py.
FUZZED := tests/api/test_schemathesis.py tests/api/test_mirror.py tests/failures

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: .venv/runtime.stamp  ## set up everything and serve it on this machine (PORT=8001, RECORD=../my-city)
	@exec env PORT='$(PORT)' RECORD='$(RECORD)' .venv/bin/python manage.py run

record: .venv/runtime.stamp  ## begin a record of your own in a new folder (RECORD=../my-city)
	@.venv/bin/python manage.py start_record '$(or $(RECORD),$(error Name a folder: make record RECORD=../my-city))'

test: .venv/dev.stamp  ## run all tests (ARGS='tests/api -x' for some); DATABASE_URL chooses a server
	@.venv/bin/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(ARGS)

fuzz: .venv/dev.stamp  ## try many more random requests, edits and races than `make test` does
	@FUZZ=1 .venv/bin/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(FUZZED) $(ARGS)

lint: .venv/dev.stamp  ## check style, types, imports, migrations and the settings of production
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy .
	.venv/bin/lint-imports --no-cache
	find pledges -path '*/templates/*.html' -exec .venv/bin/djade --target-version 5.2 --check {} +
	.venv/bin/python manage.py makemigrations --check --dry-run
	SECRET_KEY="$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		DATABASE_URL=postgres://nobody@localhost/nothing HTTPS=1 ALLOWED_HOSTS=pledges.example \
		.venv/bin/python manage.py check --deploy --fail-level WARNING

bench: .venv/dev.stamp .tools/datasette/bin/datasette  ## measure side by side (ARGS='--rows 100000' for a short run)
	.venv/bin/python -m bench $(ARGS)

messages: .venv/dev.stamp  ## extract and compile translations
	.venv/bin/python -m pledges.locale.catalog

pictures: .venv/dev.stamp  ## retake the screenshots of docs/editing.md and docs/editing.zh.md
	@PICTURES=docs/pictures .venv/bin/python -m pytest tests/browser/test_story.py

dump: .venv/dev.stamp  ## write the sample record as a dump of this version, for the tests of upgrades
	@DJANGO_SETTINGS_MODULE=config.settings .venv/bin/python -m tests.upgrades.dump

lock: .venv/bin/python  ## update the lock files
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

.venv/runtime.stamp: requirements.lock .venv/bin/python
	@echo 'Installing the packages of $< …' >&2
	@$(INSTALL) $<
	@touch $@

# This set holds the other one, so that neither command undoes what the other installed.
.venv/dev.stamp: requirements-dev.lock .venv/bin/python
	@echo 'Installing the packages of $< …' >&2
	@$(INSTALL) $<
	@touch .venv/runtime.stamp $@

.venv/bin/python: | $(filter .tools/bin/uv,$(UV))
	@test -n '$(PYTHON)' || { echo "Python 3.11 or newer is needed; here is $$(python3 --version 2>&1)." >&2; exit 1; }
	@rm -rf .venv
	@$(UV) venv --quiet --python '$(PYTHON)' .venv

# Debian's Python may have no venv, another one no pip.
.tools/bin/uv:
	@test -n '$(PYTHON)' || { echo "Python 3.11 or newer is needed; here is $$(python3 --version 2>&1)." >&2; exit 1; }
	@echo 'Getting uv into .tools/ …' >&2
	@log=$$({ rm -rf .tools; $(PYTHON) -m venv .tools && .tools/bin/python -m pip install uv==$(UV_VERSION); } 2>&1 || \
		{ rm -rf .tools; $(PYTHON) -m pip install --target .tools uv==$(UV_VERSION); } 2>&1) || \
		{ echo "$$log" >&2; echo 'Neither venv nor pip could get uv; install one of the three yourself.' >&2; exit 1; }

# Only to be measured beside Duixian, so it is none of the project's packages.
.tools/datasette/bin/datasette: | .venv/bin/python
	@echo 'Installing Datasette …' >&2
	@rm -rf .tools/datasette
	@$(UV) venv --quiet --python .venv/bin/python .tools/datasette
	@$(UV) pip install --quiet --python .tools/datasette/bin/python datasette==$(DATASETTE_VERSION)
