# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check demo lock docs clean
help: ## show the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

run: $(VENV)/installed ## set up, load the demonstration campaign once, and serve the app on http://localhost:8501
	$(BIN)/python -m pipelines demo
	$(BIN)/streamlit run app.py

test: $(VENV)/installed ## set up and run every check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy app.py ui pages views pipelines schemas
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term

lock: $(VENV)/installed ## compile requirements.txt from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --group dev pyproject.toml -o requirements.txt

docs: $(VENV)/installed ## write the derived reference pages
	$(BIN)/python -m pipelines docs

clean: ## remove the environment and the caches (never data/live)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage*
