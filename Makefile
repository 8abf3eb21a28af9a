# Two commands: make lab, make test. `make` lists the rest. Each is one of start.py, which does without make as well.
# PYTHON=/path/to/python3.12 chooses the Python; LAB_FLAGS="--no-browser --port 9000" goes to JupyterLab.
SHELL := bash
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: python help environment lab test quick data execute draws fonts pictures frames book site serve release student guide pool slides dashboards course bench lock mutants doctor clean

python:
	@command -v "$(PYTHON)" >/dev/null || { echo "error: no $(PYTHON) found; install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.12 lab" >&2; exit 1; }

help environment test quick execute draws fonts pictures frames book site serve release student guide slides dashboards course bench lock mutants doctor clean: python
	@"$(PYTHON)" start.py $@

lab: python
	@"$(PYTHON)" start.py lab $(LAB_FLAGS)

# make pool ASK="05 --answers answers.txt"
pool: python
	@"$(PYTHON)" start.py pool $(ASK)

data: python
	@"$(PYTHON)" start.py data $(if $(RAW),--raw "$(RAW)")

test-%: python  # one part, as in make test-lib
	@"$(PYTHON)" start.py test $*
