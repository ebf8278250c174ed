# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS := -n 3 --dist loadgroup --no-loadscope-reorder
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: help run test typed tried cover test-fast soak tools lock docs screens bench clean
help: ## show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

run: $(VENV)/installed ## set up, load the demonstration campaign once, and serve the app on http://localhost:8501
	$(BIN)/python -m pipelines demo
	$(BIN)/streamlit run app.py

test: $(VENV)/installed tools ## set up and run every check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 typed tried

typed:
	$(BIN)/mypy app.py pages ui cli door demo views pipelines schemas
	$(BIN)/lint-imports

tried:
	NEEDS_POSTGRES=1 $(BIN)/python -m pytest $(WORKERS)

cover: $(VENV)/installed tools ## the same tests with every branch counted: at least 95 % (before a release)
	NEEDS_POSTGRES=1 $(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term

test-fast: $(VENV)/installed ## the loop at the desk: linter, and the tests that need no browser, demonstration or office program
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n 2 -q -m "not slow" --hypothesis-profile=desk

soak: $(VENV)/installed ## the long runs: every test with many examples, 1,000 mutations, 100,000 broken workbooks: hours (docs/reliability.md)
	$(BIN)/python -m pytest $(WORKERS) --hypothesis-profile=soak
	$(BIN)/python -m tests.mutate 1000
	$(BIN)/python -m tests.fuzz 100000

tools: ## a browser, a Chinese font, an office program, PostgreSQL and nginx for the tests (Debian)
	@command -v chromium-headless-shell >/dev/null && command -v soffice >/dev/null && fc-list :lang=zh-cn | grep -q . && \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && PATH=$$PATH:/usr/sbin command -v nginx >/dev/null || \
	{ $(SUDO) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q \
	  --no-install-recommends chromium-headless-shell fontconfig fonts-noto-cjk libreoffice-calc-nogui postgresql nginx-light; }

lock: $(VENV)/installed ## compile requirements.txt, and deploy/requirements.txt without what only tests need, from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group lake pyproject.toml -c requirements.txt -o deploy/requirements.txt

docs: $(VENV)/installed ## write the derived reference pages
	$(BIN)/python -m pipelines docs

screens: $(VENV)/installed tools ## take the screenshots of docs/screens
	$(BIN)/python -m tests.browser.screens

bench: $(VENV)/installed ## measure beside others, write docs/benchmarks.md
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group bench
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.wide
	$(BIN)/python -m benchmarks.views
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.pages

clean: ## remove the environment and the caches (never data/live)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage*
