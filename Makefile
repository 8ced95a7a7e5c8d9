# Needs python3 (3.11 or newer) and make; everything else is installed by `make setup`.
# What installers say goes to .tools/setup.log, and to the screen when one fails.

PYTHON ?= python3
CORPUS ?= ../shared/data
ARGS ?=
export PYTHON
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1
# Containers often forbid Python to keep what it compiled: each command that a test starts would compile the house anew.
unexport PYTHONDONTWRITEBYTECODE
# Trust what the machine trusts: behind a company's proxy that is more than the installers bring along.
CERTS := $(wildcard /etc/ssl/certs/ca-certificates.crt)
ifneq ($(CERTS),)
export UV_SYSTEM_CERTS ?= 1
export NODE_EXTRA_CA_CERTS ?= $(CERTS)
endif

PY := .venv/bin/python
UV := .tools/uv/bin/uv
QUIETLY := @sh scripts/quietly
FAST := not browser and not drill and not slow
LOCK := env -u PIP_FIND_LINKS -u UV_FIND_LINKS -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_INDEX -u UV_DEFAULT_INDEX \
	UV_PYTHON_DOWNLOADS=never $(UV) pip compile --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet $(UPGRADE)
# Templates and code say which icons are needed.
ASSETS := $(shell find assets templates outreach \( -name node_modules -o -name static -o -name __pycache__ \) -prune -o -type f -print)

.DEFAULT_GOAL := help
.PHONY: help setup run test check drills demo bench corpus coverage format wheel lock system clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

# ---------------------------------------------------------------- daily work

run: setup ## Start the product with a demo workspace and say where
	@exec .venv/bin/outreach demo --serve $(ARGS)

# Three where there are two processors: the tests wait for servers and browsers more than they compute.
test: system setup ## Run all tests (ARGS="-k link" for some)
	@exec $(PY) -m pytest -n 3 --dist worksteal $(ARGS)

check: setup ## Format, lint, types, floors, dependencies and the fast tests (SQLite only)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m deptry .
	OUTREACH_EXAMPLES=new $(PY) -m pytest -q -n 2 -m "$(FAST)" -k "not postgres" $(ARGS)

format: setup ## Put the code into its form
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

drills: system setup ## Run the fault drills with their full counts
	@OUTREACH_DRILLS=full exec $(PY) -m pytest -n 2 -m drill --timeout 3600 $(ARGS)

demo: setup ## Fill instance/demo with a believable workspace (ARGS="--size 40")
	@exec .venv/bin/outreach demo $(ARGS)

bench: setup ## Measure against rivals; prints ratios
	@exec $(PY) -m benchmarks $(ARGS)

corpus: setup ## Score the readers on real pages and mails (CORPUS=folder)
	@exec $(PY) -m tests.corpus $(CORPUS) $(ARGS)

coverage: system setup ## Run all tests and show what they do not reach
	$(PY) -m coverage run -m pytest $(ARGS)
	$(PY) -m coverage combine -q
	$(PY) -m coverage report

# ---------------------------------------------------------------- set-up

setup: .venv/project.done .tools/assets.done ## Install everything into .venv and build the assets
	@:

.tools/uv.done: requirements-uv.lock scripts/get-uv
	$(QUIETLY) "Installing uv" scripts/get-uv
	@touch $@

.venv/packages.done: .tools/uv.done requirements-dev.lock scripts/get-packages
	$(QUIETLY) "Installing Python packages" scripts/get-packages
	@touch $@

.venv/project.done: .venv/packages.done pyproject.toml hatch_build.py
	$(QUIETLY) "Installing Outreach" $(UV) pip install --python $(PY) --no-build-isolation --no-deps --editable .
	@touch $@

.tools/npm.done: .venv/packages.done assets/package.json assets/package-lock.json scripts/with-node
	$(QUIETLY) "Installing npm packages" scripts/with-node \
		npm ci --ignore-scripts --include=dev --no-audit --no-fund --no-progress --loglevel=error
	@touch $@

.tools/assets.done: .tools/npm.done $(ASSETS)
	$(QUIETLY) "Building the assets" scripts/with-node npm run build
	@touch $@

system: ## Install what the tests need beside Python (by apt, as root)
	@scripts/get-system

wheel: setup ## Build dist/outreach-*.whl
	$(QUIETLY) "Building the wheel" $(UV) build --python $(PY) --no-build-isolation --wheel --out-dir dist .
	@ls dist/*.whl

lock: .tools/uv.done ## Pin all dependencies anew (UPGRADE=--upgrade for newer ones)
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group uv -o requirements-uv.lock
	$(LOCK) --group node -o requirements-node.lock
	@! grep -nE '^(-i|-f|--[a-z-]*(index|links)[a-z-]*)\b|https?://' requirements*.lock

clean: ## Remove what was installed and built, never instance/
	rm -rf .venv .tools dist outreach/static/dist assets/node_modules .mypy_cache .ruff_cache .pytest_cache
