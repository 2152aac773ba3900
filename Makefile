# Everything that a person or the CI runs. `make demo` and `make test` set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-all lint bench docs clean wheel

# The audit of the reference firm; prints where the report lies.
demo: $(VENV)/.installed
	$(BIN)/netaudit demo --out demo-report

# What must stay green: style, types, rooms, tests.
test: $(VENV)/.dev lint
	$(BIN)/pytest -n 2

# The same with the slow suites in full.
test-all: $(VENV)/.dev lint
	$(BIN)/pytest -n 2 --run-slow

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

# Pages that are made from the code: checks, coverage, schemas.
docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --outdir dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) dist build demo-report .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
