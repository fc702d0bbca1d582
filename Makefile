# `make run` starts Colonnade, `make test` proves it, `make check` reads it over. `make help` lists the rest.
#
# Settings are environment variables: `make run PORT=9000 COLONNADE_HOME=/srv/colonnade`, `make setup PYTHON=python3.13`.

BIN := .venv/bin
# What Python has compiled is kept, whatever the machine's habit: it makes every later start seconds faster.
unexport PYTHONDONTWRITEBYTECODE
# What pytest is given besides: `make test TESTS="tests/lib -k tenancy"`.
TESTS ?=
# Browsers, a database and an encoder run beside each test process, so one per core is enough.
TEST_PROCESSES ?= logical

.DEFAULT_GOAL := help
.NOTPARALLEL: # each step needs the one before
.PHONY: help run test pictures check bench dist format lock setup setup-dev frontend clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup frontend ## Start everything; Ctrl-C stops it
	@exec $(BIN)/python -m colonnade up

test: setup-dev frontend ## Run all tests, with a Chromium and parts of their own
	@scripts/install-chromium
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadscope --no-loadscope-reorder $(if $(TESTS),$(TESTS),--cov --cov-report=term)

pictures: setup-dev frontend ## Take the pictures of the user guide anew
	@scripts/install-chromium
	@TAKE_PICTURES=1 $(BIN)/python -m pytest -q tests/browser/test_guide.py -k picture

check: setup-dev frontend ## Format, lint, types, imports, templates, migrations, locks, licences, front end
	@scripts/check

bench: setup-dev frontend ## Measure, as ratios against a peer or a limit
	@$(BIN)/python -m benchmarks

dist: setup-dev frontend ## Build the wheel, front end inside, into dist/
	@rm -rf dist
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	@$(BIN)/python -m zipfile --list dist/*.whl | grep -q 'colonnade/static/dist/manifest.json' \
	  || { echo 'The wheel lacks the built front end.' >&2; exit 1; }
	@echo "Built $$(ls dist/*.whl): pip install it anywhere and run \`colonnade up\`."

format: setup-dev ## Bring Python, front end and templates into shape
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .
	@scripts/build-frontend npm --prefix frontend run --silent format

lock: setup-dev ## Make the lock files anew; UPGRADE=1 takes in new releases
	@$(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

setup:
	@scripts/install runtime

setup-dev:
	@scripts/install dev

frontend: setup
	@scripts/build-frontend

clean: ## Remove what was built and installed; the data in .colonnade stay
	rm -rf .venv dist build frontend/node_modules colonnade/static/dist .mypy_cache .ruff_cache .import_linter_cache .coverage*
