# The two that matter: make demo shows Gave at work, make test proves it.
.PHONY: demo test check mutants coverage bench face bench-peers bench-layouts soak month fuzz race release smoke assets screenshots setup gave train-ask train-boast train-tact quality scale

demo: gave ## make a fictional professional's files, import them, print Today, serve the page
	scripts/demo

test: setup ## install what is missing, then run every test, on SQLite and PostgreSQL, with a real browser
	scripts/test

check: ## formatting, vet, staticcheck, known vulnerabilities, generated code is fresh
	scripts/check

mutants: ## change the formulas token by token; at least four in five changes must fail a test of their own package
	cd scripts/mutants && go run .

coverage: ## what each room reaches with its own tests; at least 70 %
	scripts/coverage

bench: ## the project's own benchmarks
	scripts/bench

face: setup ## what every page takes on a slow phone, with 0, 595 and 12,374 people
	GAVE_FACE=1 go test -count=1 -timeout 60m -v -run TestFace ./internal/server

bench-peers: ## the graph engine beside other libraries, on the same graphs, in one run
	bench/peers.sh

bench-layouts: ## only how networks are drawn, beside igraph and graph-tool (docs/layout.md)
	bench/peers.sh layouts

scale: gave ## ties on Apache Spark, from nothing: tests in their long form, then measured (docs/scale.md)
	scripts/scale

soak: ## the long form of docs/reliability.md: kills, concurrent writers, two nodes, restores, floods
	scripts/soak

month: setup ## thirty days of a space of six, with real mail, contacts and browsers, in some minutes (docs/month.md)
	scripts/month

fuzz: ## ten minutes for each reader of foreign bytes
	scripts/fuzz 10m

race: ## the engine and what shares memory among requests, with Go's race detector (needs a C compiler; an hour)
	go test -race -timeout 90m ./graph/... ./internal/db ./internal/tie ./internal/horizon/...

release: ## build what a version is given out as, for six systems, into dist/ (docs/release.md)
	cd scripts/release && go run . -out ../../dist

smoke: ## install the Debian package in a root of its own, start it, upgrade it and remove it
	scripts/smoke

assets: ## generate the templates, scripts and styles that the binary carries
	go generate ./internal/page/...
	go tool templ generate

screenshots: gave ## every page on a desktop and a phone, from the demo world, into docs/
	scripts/screenshots

setup:
	scripts/setup

gave:
	go build -o bin/gave .
	go build -o bin/gave-lab ./cmd/gave-lab

train-ask: ## learn the weights of routing again from the archives of mailing lists beside the repository, and print their quality
	go run ./lab/train/ask -out internal/ask/routing/weights.json -left-out lab/testdata/routing \
		$(addprefix ../shared/data/mail/,twisted-python-2003.mbox.gz r-sig-mixed-models-2009-2010.mbox.gz \
		spamassassin-easy-ham-1.mbox.gz notmuch-corpora.tar.gz pipermail-2001-November.txt.gz \
		3GPP_TSG_RAN_WG4_NR-MIMO-OTA.mbox.gz listserv-3GPP_TSG_SA_ITUT_AHG.tar.gz)

train-boast: ## learn the boast check again from the data beside the repository and our own sentences, and print its quality
	scripts/train-boast

train-tact: ## learn what is delicate beside the lists of words from the lines of internal/tact/testdata, and print how well
	go run ./lab/train/tact

quality: gave ## measure what each room promises, and write docs/quality.md; ONLY="tact next" measures these parts alone
	node scripts/quality.mjs
