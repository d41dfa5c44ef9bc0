# `make help` says what there is. Everything runs in .venv, which the first target that needs it builds.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install -qq -c constraints.txt
FIRST_TESTS := tests/unit tests/gates tests/startup

export TOKENIZERS_PARALLELISM := false

.DEFAULT_GOAL := help
.PHONY: help venv demo test check gate style types floors sizes unit bench docs format clean

help:    ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

venv: $(VENV)/.developed    ## build .venv with the tested set of constraints.txt (PYTHON=python3.11)

$(VENV)/.installed: pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "lect needs Python 3.11 or newer; $(PYTHON) is older. Run make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "venv: installing lect and the tested set of its dependencies into $(VENV) (some minutes the first time)"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(PIP) torch
	@$(PIP) -e .
	@touch $@

$(VENV)/.developed: $(VENV)/.installed
	@echo "venv: adding what tests and checks need"
	@$(PIP) -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed    ## the main job on the embedded world: no network, no data, some minutes
	@$(BIN)/lect demo

test: venv    ## all tests; those without their data or browser skip and say so
	@test -n "$$LECT_BROWSER" || echo "test: browser tests skip; set LECT_BROWSER=/path/to/chromium to run them"
	@$(BIN)/python -m pytest -rsfE

check: gate unit    ## the one gate: format, lint, types, floors, sizes, names, unit tests (at most 3 minutes on two cores)

gate: style types floors sizes    ## the gate without the tests; make -k gate goes on after a failure

style: venv
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "style: run make format"; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .

types: venv
	@$(BIN)/mypy --no-error-summary

floors: venv
	@$(BIN)/lint-imports --no-cache > $(VENV)/floors.txt 2>&1 || { cat $(VENV)/floors.txt; exit 1; }

sizes: venv
	@$(BIN)/python gates/sizes.py
	@$(BIN)/python gates/names.py

unit: venv
	@$(BIN)/python -m pytest $(FIRST_TESTS) -m "not real and not browser and not slow"

bench: venv    ## the figures that we publish, each by its own script
	@for script in benchmarks/*.py; do echo "bench: $$script"; $(BIN)/python $$script || exit 1; done

docs: venv    ## write the paper index and the table of methods anew
	@$(BIN)/lect recipes --index docs/papers.md --methods docs/vocabulary.md

format: venv    ## format the code and mend what the linter can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

clean:    ## remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
