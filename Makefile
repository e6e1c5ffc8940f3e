# Everything sets up what it needs by itself; only Python 3.11 to 3.13 and make have to be there.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help run demo test faults simulate bench check synth bundles deploy openapi setup format lock clean redrive

PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
  if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
READY := .venv/.ready node_modules/.ready
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE :=
export REDOCLY_TELEMETRY := off
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

help: ## This list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: $(READY) ## Start the local system on http://127.0.0.1:8787 (PORT=…, DATA=folder)
	@exec $(BIN)/python -m local

demo: $(READY) ## Drive a member's journey over HTTP and print each step
	@exec $(BIN)/python -m local.demo

test: $(READY) ## Run all tests
	$(BIN)/pytest -n 2 --dist loadfile

faults: $(READY) ## Let functions die at every effect of the journey, not only at some
	FAULTS_EVERY=1 $(BIN)/pytest tests/e2e/test_faults.py --timeout 3600

simulate: $(READY) ## Many people at once, and what must hold (STEPS=…, SEEDS=…, SEED=the first)
	$(BIN)/python -m local.simulation --steps $(or $(STEPS),400) --seeds $(or $(SEEDS),1) --first $(or $(SEED),1)

bench: $(READY) ## Measure what it costs, and fail where a budget is missed (WHAT=cold, OPTIONS=--quick)
	$(BIN)/python -m bench $(WHAT) $(OPTIONS)

check: $(READY) ## Style, types, architecture, API document, rule packs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m local.openapi --check
	node_modules/.bin/redocly lint docs/openapi.json
	$(BIN)/python -m infra.synth --judged
	$(BIN)/python -m infra.compliance --check

synth: $(READY) ## Write the CloudFormation template, offline (STAGE=…)
	$(BIN)/python -m infra.synth --stage $(or $(STAGE),local)

bundles: $(READY) ## Pack each function for Lambda and say how large it is
	$(BIN)/python -m infra.bundles

deploy: $(READY) ## Put a stage into the AWS account you are signed in to (STAGE=…; docs/deploy.md)
	@test -n "$(STAGE)" || { echo "Which stage? make deploy STAGE=…; docs/deploy.md tells how to begin."; exit 1; }
	@$(BIN)/python -m infra.deploy $(STAGE) $(OPTIONS)

openapi: $(READY) ## Write docs/openapi.json from the models
	$(BIN)/python -m local.openapi

redrive: $(READY) ## Dead letters of a stage: look, or send back (STAGE=…, QUEUE=MailDead, GO=1)
	@$(BIN)/python -m infra.redrive --stage $(STAGE) $(if $(QUEUE),--queue $(QUEUE)) $(if $(GO),--go)

format: $(READY) ## Let ruff put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.ready ## Resolve the requirements anew
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade -o requirements/runtime.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra infra --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --upgrade -o requirements/dev.txt

clean: ## Remove everything that was installed or made
	rm -rf .venv node_modules .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis cdk.out

.venv/.ready: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "Careway needs Python 3.11, 3.12 or 3.13, and none is on the PATH."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.ready: package-lock.json .venv/.ready
	@$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	@touch $@
