# Plain `make` prints what can be made. Everything is set up by the target that needs it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(DECOUPLE_DATA),var)
export DECOUPLE_DATA := $(abspath $(DATA))
# The version that translations are compared with (rule L09): where this branch left main, else the last commit.
OLDER = $(shell git merge-base HEAD origin/main 2>/dev/null || git rev-parse -q --verify HEAD 2>/dev/null)
.DEFAULT_GOAL := help
test check: export DECOUPLE_DEBUG = yes

.PHONY: help serve dev test check bench words lock clean browser

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

serve: $(VENV)/.serves $(DATA)/secret-key  ## set everything up and serve the site (PORT=8000 HOST=127.0.0.1)
	@DECOUPLE_SECRET_KEY="$${DECOUPLE_SECRET_KEY:-$$(cat $(DATA)/secret-key)}" sh -c '\
	  $(BIN)/python manage.py prepare && exec $(BIN)/python manage.py serve'

dev: $(VENV)/.checks  ## start the site with debug on, reloading
	DECOUPLE_DEBUG=yes $(BIN)/python manage.py migrate --verbosity 0
	DECOUPLE_DEBUG=yes $(BIN)/python manage.py runserver

test: $(VENV)/.checks browser  ## set everything up and run every test, whole-page journeys in a browser included
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/.checks  ## the quick loop: format, lint, types, content rules, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python manage.py check_content $(addprefix --against=,$(OLDER))
	$(BIN)/python -m pytest -q -m "not browser and not server"

bench: $(VENV)/.checks browser  ## the benchmarks, as ratios of one run
	$(BIN)/python -m benchmarks

words: $(VENV)/.checks  ## compile the interface catalogues after editing a .po file
	$(BIN)/python manage.py compile_words

lock: $(VENV)/.checks  ## choose exact versions anew from requirements*.in
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --upgrade --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --upgrade --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean:  ## remove the environment and collected files; the database stays
	rm -rf $(VENV) $(DATA)/static .pytest_cache .mypy_cache .ruff_cache

# A Debian python3 without python3-venv has no ensurepip: then pip of the system fills the environment.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Decouple needs Python 3.11 or newer; $(PYTHON) is older. Install one, or: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV); }

$(VENV)/.serves: requirements.txt | $(VENV)/bin/python
	@echo "Installing what runs the site ..."
	@if [ -x $(BIN)/pip ]; then $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; \
	else $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements.txt || { \
	  echo "pip is missing. Install python3-pip (Debian, Ubuntu) and try again."; exit 1; }; fi
	@touch $@

$(VENV)/.checks: requirements-dev.txt $(VENV)/.serves
	@echo "Installing what checks the site ..."
	@if [ -x $(BIN)/pip ]; then $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; \
	else $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; fi
	@touch $@

$(DATA)/secret-key: | $(VENV)/bin/python
	@mkdir -p $(DATA)
	@umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > $@

# Whole-page tests need Chromium and fonts for Korean; where we may, we install them.
browser:
	@sh tests/browser/ensure-browser.sh
