# Sourced by the run of each language. A run is "run [URL]"; without the URL of a server it starts one of its own.
#
# Everything is built in a directory outside the sources, which holds the files of the language and the descriptions.

set -euo pipefail

language_dir=$(cd "$(dirname "$0")" && pwd)
language=$(basename "$language_dir")
root=$(cd "$language_dir/../../.." && pwd)
out=$root/.cache/languages/$language
server=
current=
began=

# step NAME ends one step and begins the next.
step() {
	[ -z "$current" ] || echo "$language: $current: ok, $((SECONDS - began)) s"
	current=$1 began=$SECONDS
}

finish() {
	status=$?
	[ -z "$server" ] || kill "$server"
	if [ "$status" -ne 0 ]; then echo "$language: $current: FAILED"; fi
}
trap finish EXIT

# readme NAME prints the block of the language's README that follows the comment "conformance: NAME".
readme() {
	awk -v marker="<!-- conformance: $1 -->" '
		$0 == marker { found = 1; next }
		found && /^```/ { if (open++) exit; next }
		open { print; printed = 1 }
		END { exit !printed }' "$language_dir/README.md" || {
		echo "there is no block \"conformance: $1\" in tests/languages/$language/README.md" >&2
		return 1
	}
}

# locked NAME COMMAND runs a command while no other language runs one by that name.
locked() {
	flock "$cache/$1.lock" "${@:2}"
}

# debian PACKAGE... installs packages of the distribution.
debian() {
	local as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	locked apt $as_root sh -euc 'apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"' \
		sh "$@"
}

# install_openapi_generator makes the command openapi-generator-cli, which several languages share.
install_openapi_generator() {
	command -v mvn >/dev/null || debian maven
	mkdir -p "$cache/openapi-generator"
	cp "$root/tests/languages/openapi-generator.xml" "$cache/openapi-generator/pom.xml"
	maven -f "$cache/openapi-generator/pom.xml" initialize
	openapi-generator-cli() { java -jar "$cache"/openapi-generator/openapi-generator-cli-*.jar "$@"; }
	export -f openapi-generator-cli
}

# install_python_packages installs requirements.txt into an environment of the language's own, and enters it.
install_python_packages() {
	python3 -m venv venv
	PATH=$out/venv/bin:$PATH
	pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
}

# maven ARGUMENT... runs Maven, one at a time, because its cache does not take more; it says something only if it fails.
maven() {
	locked maven mvn --quiet --batch-mode -Dstyle.color=never "$@" > mvn.log 2>&1 || { cat mvn.log; return 1; }
}

# serve starts a fake of Suger.
serve() {
	locked go go build -C "$root" -o "$out/suger-fake" ./api/sugertest/suger-fake # the first fills the cache for the others
	exec 3< <(exec "$out/suger-fake" -addr 127.0.0.1:0 -org "$SUGER_ORG_ID" -key "$SUGER_API_KEY")
	server=$!
	read -r SUGER_BASE_URL <&3
}

# scenario COMMAND... runs the scenario, and compares what arrived at the server and what it has now with what was meant.
scenario() {
	step scenario
	"$out/languages" prepare "$root/tests/languages/seed.json"
	"$@"
	step "what arrived"
	"$out/languages" compare "$root/tests/languages/seed.json"
}

# program COMMAND... runs the program of the README, which prints the name of an entitlement.
program() {
	step "program of the README"
	"$@" | tee readme.txt
	grep -qx "Globex, Analytics Enterprise 2026" readme.txt
}

step server
cache=$root/.cache/languages
export cache
mkdir -p "$out"
cp -pR "$language_dir/." "$root"/openapi/suger{,-open}.{yaml,json} "$out"
cd "$out"
export SUGER_ORG_ID=test-org SUGER_API_KEY=test-key SUGER_BASE_URL=${1-}
[ -n "$SUGER_BASE_URL" ] || serve
locked go go build -C "$root" -o "$out/languages" ./tests/languages
