# Sourced by the run of each language. A run is "run [URL]"; without the URL of a server it starts one of its own.
#
# Everything is built in a directory outside the sources, which holds the files of the language and the description.

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

# readme NAME prints the block of the README that follows the comment "conformance: NAME".
readme() {
	awk -v marker="<!-- conformance: $1 -->" '
		$0 == marker { found = 1; next }
		found && /^```/ { if (open++) exit; next }
		open { print; printed = 1 }
		END { exit !printed }' "$readme" || {
		echo "there is no block \"conformance: $1\" in $readme" >&2
		return 1
	}
}

# serve starts a server that has what the scenario needs.
serve() {
	go build -C "$root" -o "$out/suger-fake" ./api/sugertest/suger-fake
	exec 3< <(exec "$out/suger-fake" -addr 127.0.0.1:0 -org "$SUGER_ORG_ID" -key "$SUGER_API_KEY" \
		-seed "$root/tests/languages/seed.json" -fail buyers.list=status:429,after:1s)
	server=$!
	read -r SUGER_BASE_URL <&3
}

readme=$root/README.md
name="Globex, Analytics Enterprise 2026" # what each program of the README prints

step server
mkdir -p "$out"
cp -pR "$language_dir/." "$root/openapi/suger.yaml" "$root/openapi/suger.json" "$out"
cd "$out"
export SUGER_ORG_ID=test-org SUGER_API_KEY=test-key SUGER_BASE_URL=${1-}
[ -n "$SUGER_BASE_URL" ] || serve
