# Every target sets itself up: a virtual environment in .venv, from the hashed lock file.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test coverage check format bench docs lock clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=python3.11 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## two sample clusters, the check on both, a change, the diff
	@$(BIN)/python -m deploy.sandbox.demo

test: $(STAMP) ## the whole test suite
	$(BIN)/pytest -n 3

coverage: $(STAMP) ## the same with branch coverage, which takes longer
	$(BIN)/pytest -n 2 --cov --cov-report=term

check: $(STAMP) ## format, lint, types, layers, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.generate --check

format: $(STAMP) ## write the format and the safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## measure reading, judging and start-up, as ratios in one run
	@$(BIN)/python -m deploy.sandbox.bench

docs: $(STAMP) ## write what is generated: the list of checks, the schema, the role, the README's picture
	@$(BIN)/python -m deploy.generate

lock: ## pin every dependency again, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header --upgrade --output-file requirements.lock pyproject.toml

clean: ## remove what was set up
	rm -rf $(VENV)
