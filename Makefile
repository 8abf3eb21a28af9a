# Two commands: make lab, make test. The rest are parts of them, or look after the project.
# PYTHON=/path/to/python3.12 chooses the Python; LAB_FLAGS="--no-browser --port 9000" goes to JupyterLab.
SHELL := bash
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
PY := .venv/bin/python
COMPILE := $(PY) -m uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade --custom-compile-command "make lock" -q
export TIMEFORMAT = %0R s

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help environment lab test test-style test-types test-lib test-notebooks test-conventions test-browser test-oldest lock data draws execute doctor clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' Makefile

environment:  ## make, complete or repair .venv from requirements.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "error: no $(PYTHON) found; install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.12 lab" >&2; exit 1; }
	@"$(PYTHON)" tools/environment.py

lab: environment  ## open the notebooks in JupyterLab
	$(PY) -m jupyterlab --ServerApp.ip=127.0.0.1 --ServerApp.root_dir="$(CURDIR)" --ServerApp.preferred_dir="$(CURDIR)/notebooks" --LabApp.default_url=/lab/tree/notebooks/00_the_argument.ipynb $(LAB_FLAGS)

test: environment  ## every check; all of them run, and one that fails fails the whole
	@time $(MAKE) --keep-going --no-print-directory test-style test-types test-lib test-notebooks test-conventions test-browser

test-style: environment  ## ruff
	@time $(PY) -m ruff check .

test-types: environment  ## mypy, strict, on lib/
	@time $(PY) -m mypy

test-lib: environment  ## the library, and how the project meets bad input
	@time $(PY) -m pytest -q -n 2 tests/lib tests/faults

test-notebooks: environment  ## every notebook executed, its outputs compared with the committed ones
	@time $(PY) -m pytest -q --nbval --nbval-sanitize-with tests/notebooks/sanitize.cfg -n 2 --dist loadscope notebooks/

test-conventions: environment  ## what every notebook must have
	@time $(PY) -m pytest -q -n 2 tests/notebooks

test-browser: environment  ## JupyterLab in a real browser
	@time $(PY) -m pytest -q tests/browser

test-oldest: environment  ## the library with the oldest versions it supports
	@$(PY) -m uv venv -q --allow-existing --python '>=3.11,<3.13' .venv-oldest
	@$(PY) -m uv pip sync -q --python .venv-oldest --require-hashes tools/requirements-oldest.txt
	@$(PY) -m uv pip install -q --python .venv-oldest --no-deps -e .
	@time .venv-oldest/bin/python -m pytest -q -n 2 tests/lib

lock: environment  ## renew requirements.txt and tools/requirements-oldest.txt from pyproject.toml
	$(COMPILE) --all-extras --universal --python-version 3.11 -o requirements.txt
	$(COMPILE) --extra data --extra sweeps --extra test --universal --python-version 3.11 --resolution lowest-direct -o tools/requirements-oldest.txt

data: environment  ## compile data/ from the raw sources; RAW=folder takes them from there
	$(PY) -m tools.compile $(if $(RAW),--raw "$(RAW)")

draws: environment  ## compute model_runs/ anew (a few minutes on two cores)
	$(PY) -m tools.draws

execute: environment  ## execute the notebooks and write their outputs
	$(PY) -m tools.notebooks

doctor:  ## check the environment, the data and the notebooks
	@"$(PYTHON)" -m tools.doctor

clean:  ## remove the environments and every cache
	rm -rf .venv .venv-oldest build lib/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
