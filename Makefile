# gatekeeper: what there is to do here. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench fuzz docs pictures clean
BIN := .venv/bin

help:   ## this list
	@sed -nE 's/^([a-z]+): [^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

setup:  ## .venv with gatekeeper, every extra and the tools; quick when nothing changed
	@.ci/setup

run: setup  ## the demonstration: a proxy on 127.0.0.1:2525, a server behind it, sample messages; until ^C
	@$(BIN)/python -m demo 2525 8025

test: lint  ## everything that can be checked on this machine, several at once; ARGS='-k words' picks tests
	@$(BIN)/python -m pytest $(or $(ARGS),-n auto --dist worksteal)

lint: setup  ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

bench: setup  ## mail all the way to a sink, side by side with Postfix and rspamd; ARGS="--rounds 3"
	@$(BIN)/python -m benchmarks.gateway $(ARGS)

fuzz: setup  ## mutated mail and attachments for all that reads them; ARGS="--count 1000000"
	@$(BIN)/python -m tests.fuzz $(ARGS)

docs: setup  ## deploy/commands.md and deploy/api.json anew, from what commands and API say of themselves
	@$(BIN)/python -m tests.unit.test_docs
	@$(BIN)/python -m tests.unit.web.test_api_description

pictures: setup  ## docs/pictures anew: each page of the review site, wide and narrow, light and dark; ARGS="message"
	@$(BIN)/python -m tests.pictures $(ARGS)

clean:  ## remove what make and the demonstration have made
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var dist
	@find . -name __pycache__ -prune -exec rm -rf {} +
