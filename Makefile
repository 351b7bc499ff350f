# "make" lists the targets. demo, test, fuzz, generate, drift, compat, release-check and vulncheck need Go alone; lint and docs
# need Node too, docs-check a Chromium, conformance Node, Python, a JDK with Maven and cargo (PHP and Ruby it installs), bench a JDK
# with Maven.

NODE_BIN := tests/lint/node_modules/.bin
COLLECTIONS_BIN := tests/collections/node_modules/.bin
DOCS := .cache/docs/index.html
# Runs, not seconds: when its time ends in the middle of a run, go test may say "context deadline exceeded" and fail.
FUZZTIME := 10000x

# Keeps the tools from Node from reporting what they do.
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz generate drift lint lint-go lint-openapi lint-ci vulncheck conformance compat release-check bench docs docs-check docs-drift

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Run the client against the fake server
	@go run ./tests/demo

test: ## Run the Go tests with the race detector
	go test -race $(TESTFLAGS) ./...

fuzz: ## Run each fuzz test, FUZZTIME says how often
	@git grep -oE '^func Fuzz[A-Za-z]+' -- '*_test.go' | while IFS=: read -r file function; do \
		go test -run '^$$' -fuzz "^$${function#func }\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "./$${file%/*}" || exit 1; \
	done

generate: ## Bundle the description and generate package gen from it
	go generate ./...

drift: ## Check that generating again changes nothing
	tests/lint/drift.sh

lint: lint-go lint-openapi lint-ci ## Check the Go code, the description and the workflow of the CI

lint-go:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt'd:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go mod tidy -diff
	go mod verify

vulncheck: ## Look for known vulnerabilities, where the database can be reached
	tests/lint/vulncheck.sh

lint-openapi: $(NODE_BIN)
	$(NODE_BIN)/redocly lint --config .redocly.yaml openapi/openapi.yaml openapi/suger.yaml openapi/suger-open.yaml api/sugertest/door.yaml
	$(NODE_BIN)/spectral lint --ruleset .spectral.yaml --fail-severity hint openapi/suger.yaml openapi/suger-open.yaml
	node --test --test-reporter=dot tests/lint/rules_test.mjs

# Without shellcheck and pyflakes, which it would call where they are installed: the result must not depend on the machine.
lint-ci:
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 -shellcheck= -pyflakes=

conformance: $(NODE_BIN) ## Prove the description in other tools: a bundler, a test generator, the clients of other languages
	node tests/lint/bundle_check.mjs
	tests/languages/run
	tests/schemathesis/run

compat: ## Check that nothing breaks callers, unless the version says so
	go run ./tests/compat $(BASE)

release-check: ## Check that description, change log, tag and User-Agent agree on the version
	go run ./tests/compat -release

bench: ## Compare what calls cost with other ways to make them
	tests/bench/run

docs: $(NODE_BIN) $(COLLECTIONS_BIN) ## Build the reference page of the API, and collections for Postman and Bruno beside it
	$(NODE_BIN)/redocly build-docs openapi/suger.yaml --inlineBundle --output $(DOCS)
	node tests/collections/build.mjs openapi/suger-open.json $(dir $(DOCS))

docs-check: $(NODE_BIN) $(COLLECTIONS_BIN) ## Open the reference page, the page of the fake server and the collections, and use them
	node tests/lint/docs_check.mjs $(DOCS)
	node tests/lint/fake_page_check.mjs .cache/fake-page
	node tests/collections/check.mjs openapi/suger-open.json $(dir $(DOCS))

docs-drift: ## Print what a saved page of the vendor's documentation has more: make docs-drift PAGE=page.txt
	@go run ./tests/docs/cmd/docs-drift -facts tests/testdata/docs $(PAGE)

$(NODE_BIN): tests/lint/package.json tests/lint/package-lock.json tests/lint/.npmrc
	cd tests/lint && npm ci
	@touch $@

$(COLLECTIONS_BIN): tests/collections/package.json tests/collections/package-lock.json tests/collections/.npmrc
	cd tests/collections && npm ci
	@touch $@
