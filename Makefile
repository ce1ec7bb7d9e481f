# `make run` and `make test` do everything, from a fresh clone on.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint ci engine

run: .venv/installed
	@$(BIN)/python manage.py start

test: .venv/installed-dev
	$(BIN)/pytest -n 2

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

ci: lint test

# Compiles llama.cpp once more: on a machine image that came from another processor, say.
engine: | .venv
	@$(BIN)/python native/build.py --anew

.venv/installed: pyproject.toml .venv/llama.cpp
	@echo "Installing into .venv."
	$(BIN)/pip install --editable .
	@touch $@

.venv/installed-dev: pyproject.toml .venv/llama.cpp
	@echo "Installing into .venv."
	$(BIN)/pip install --editable '.[dev]'
	@touch .venv/installed $@

.venv/llama.cpp: native/llama.cmake native/build.py pyproject.toml | .venv
	@$(BIN)/python native/build.py
	@touch $@

.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "Concierge needs Python 3.11 or newer: make PYTHON=python3.11 run")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
