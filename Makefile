# One command each: build, prove, show, measure, install. `make help` lists them.

SOLUTION := Ringfree.Monitoring.sln
BIN := out/bin
DESTDIR ?=
PREFIX ?= /usr/local
PLUGINDIR ?= $(PREFIX)/lib/nagios/plugins
BINDIR ?= $(PREFIX)/bin
UNITDIR ?= $(PREFIX)/lib/systemd/system

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export MSBUILDDISABLENODEREUSE := 1

.PHONY: all help deps demo test flaky format generate bench order soak install clean

all: ## publish every program to out/bin: one static file each
	@build/deps --build
	dotnet publish $(SOLUTION) -c Release -v quiet -clp:NoSummary

help:
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

deps: ## install the Debian packages that build and tests need, no service started
	@build/deps

demo: deps all ## a server behind HAProxy dies, on-call is paged; it comes back, the incident resolves
	@tests/demo/run

test: deps all ## format, build and every test; ends with "N passed, N failed, N skipped"
	@build/test

flaky: deps all ## repeat tests on a busy machine; prints how often each failed
	@build/flaky

format: ## rewrite the sources in the house style
	dotnet format $(SOLUTION)

generate: all ## rewrite the committed output of the generators and of the facts
	@build/generate

bench: deps all ## measure the programs beside their peers
	@tests/bench/run

order: deps all ## rewrite build/startup-order.txt, by which the compiler lays out what a start runs through (needs valgrind)
	@build/order

soak: deps all ## the tests that take long
	@build/test --soak

install: ## copy programs and folders below DESTDIR and PREFIX
	install -d -m 0755 $(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(UNITDIR) $(DESTDIR)/etc/ringfree/monitoring $(DESTDIR)/var/lib/ringfree-monitoring
	install -m 0755 $(filter $(BIN)/check_%,$(wildcard $(BIN)/*)) $(DESTDIR)$(PLUGINDIR)
	install -m 0755 $(filter-out $(BIN)/check_%,$(wildcard $(BIN)/*)) $(DESTDIR)$(BINDIR)
	install -m 0644 bridge/pagerduty-bridge.service bridge/pagerduty-watch.service $(DESTDIR)$(UNITDIR)

clean: ## remove everything that was built
	rm -rf out
	find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -prune -exec rm -rf {} +
