# hotline: make demo and make test set up everything they need.
.DEFAULT_GOAL := help
.PHONY: help setup demo run build ui test lint e2e bench fuzz eval understanding clean

GO ?= go
FUZZTIME ?= 20s
export HOTLINE_MODELS ?= $(CURDIR)/data/models

help: ## what can be made
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /\1\t/' | expand -t 10

demo: ## set up, then one whole call: caller, bot, agent
	@scripts/setup run
	@bin/hotline demo

run: ## set up, then serve the demonstration company
	@scripts/setup run
	bin/hotline serve

build: ## the program alone: bin/hotline, with the pages that make ui built
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/hotline ./cmd/hotline

ui: ## the pages for agents and supervisors, checked, tested and built
	@scripts/ui
	cd web/ui && npm run --silent test

test: ## set up, then every test, with the race detector
	@scripts/setup test
	@$(MAKE) --no-print-directory lint
	cd web/ui && npm run --silent test
	CGO_ENABLED=1 $(GO) test -race -timeout 20m ./...

lint: ## format, vet, imports
	@f=$$(find . -name node_modules -prune -o -name '*.go' -print | xargs gofmt -l); test -z "$$f" || { echo "not formatted:"; echo "$$f"; exit 1; }
	CGO_ENABLED=0 $(GO) build ./...
	$(GO) vet ./...

e2e: ## only the calls with phones that nobody here wrote
	@scripts/setup test
	$(GO) test -count=1 -v ./e2e/...

bench: ## the performance table of this machine
	@scripts/setup test
	bin/hotline bench

understanding: build ## the figures of docs/understanding.md again, DATA=folder with the corpora
	scripts/understanding $(DATA)

eval: ## word error rate of the recogniser, DATA=folder with the speech sets
	bin/hotline eval asr $(DATA)

fuzz: ## every fuzz target for FUZZTIME
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
		echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; done; done

clean: ## what was built; the models and recordings in data/ stay
	rm -rf bin web/ui/node_modules
	cd web/ui/dist && find . -mindepth 1 ! -name .keep -delete
