# One command each: build, prove, show, measure, install. `make help` lists them.

SOLUTION := Ringfree.Monitoring.sln
BIN := out/bin
DESTDIR ?=
PREFIX ?= /usr/local
PLUGINDIR ?= $(PREFIX)/lib/nagios/plugins
BINDIR ?= $(PREFIX)/bin
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Who runs checks, each with a memory folder of its own: on this machine those of the agents that are there, below a DESTDIR nobody.
MEMORY_USERS ?= $(if $(DESTDIR),,$(shell for user in root nagios nrpe ringfree; do id -u $$user >/dev/null 2>&1 && echo $$user; done))
MEMORY := $(DESTDIR)/var/lib/ringfree-monitoring

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export MSBUILDDISABLENODEREUSE := 1

.PHONY: all help deps audit demo test flaky format generate bench lab order soak install clean

all: ## publish every program to out/bin: one static file each
	@build/deps --build
	build/dotnet publish $(SOLUTION) -c Release -v quiet -clp:NoSummary

help:
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

deps: ## install the Debian packages that build and tests need and upgrade what is linked in; no service is started
	@build/deps

audit: ## list what is linked in beside the newest served; fails when something is behind
	@build/audit

demo: deps all ## a server behind HAProxy dies, on-call is paged; it comes back, the incident resolves
	@tests/demo/run

test: deps all ## format, build and every test; ends with "N passed, N failed, N skipped"
	@build/test

flaky: deps all ## repeat tests on a busy machine; prints how often each failed
	@build/flaky

format: ## rewrite the sources in the house style
	build/dotnet format $(SOLUTION)

generate: all ## rewrite the committed output of the generators and of the facts
	@build/generate

bench: deps all ## measure the programs beside their peers
	@tests/bench/run

lab: deps all ## the scenes of tests/lab on the real Shinken; without its sources it says how to give them
	@SHINKEN_SRC='$(SHINKEN_SRC)' NAMED_PIPE_SRC='$(NAMED_PIPE_SRC)' LIVESTATUS_SRC='$(LIVESTATUS_SRC)' LOGSTORE_SRC='$(LOGSTORE_SRC)' PYTHON2='$(PYTHON2)' \
		OFFSETS=10 tests/lab/lab --scheduler shinken main quiet one-page reboot-night gluster gluster-network

order: deps all ## rewrite build/startup-order.txt, by which the compiler lays out what a start runs through (needs valgrind)
	@build/order

soak: deps all ## the tests that take long
	@build/test --soak

install: ## copy programs, units and folders below DESTDIR and PREFIX; MEMORY_USERS="USER ..." run checks
	install -d -m 0755 $(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(UNITDIR) $(DESTDIR)/etc/ringfree/monitoring $(MEMORY)
	for user in $(MEMORY_USERS); do install -d -m 0700 -o $$user -g "$$(id -gn $$user)" $(MEMORY)/$$user || exit 1; done
	install -m 0755 $(filter $(BIN)/check_%,$(wildcard $(BIN)/*)) $(DESTDIR)$(PLUGINDIR)
	install -m 0755 $(filter-out $(BIN)/check_%,$(wildcard $(BIN)/*)) $(DESTDIR)$(BINDIR)
	for unit in bridge/*.service; do \
		sed 's|^ExecStart=/usr/local/bin/|ExecStart=$(BINDIR)/|' $$unit >$(DESTDIR)$(UNITDIR)/$${unit##*/} && \
		chmod 0644 $(DESTDIR)$(UNITDIR)/$${unit##*/} || exit 1; \
	done

clean: ## remove everything that was built
	rm -rf out
	find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -prune -exec rm -rf {} +
