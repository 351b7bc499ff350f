#!/usr/bin/env bash
# Fails if "go generate" changes, adds or removes a file, or does not give the same bytes twice.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

index=$(mktemp)
trap 'rm -f "$index"' EXIT

# snapshot prints the tree of all files that git does not ignore, untracked ones too. The real index is left alone.
snapshot() {
  cp "$(git rev-parse --git-path index)" "$index"
  GIT_INDEX_FILE=$index git add --all
  GIT_INDEX_FILE=$index git write-tree
}

before=$(snapshot)
go generate ./...
once=$(snapshot)
if ! git --no-pager diff --exit-code --stat "$before" "$once"; then
  echo 'drift: "go generate ./..." changes the files above: run it and commit what it writes' >&2
  exit 1
fi
go generate ./...
twice=$(snapshot)
if ! git --no-pager diff --exit-code --stat "$once" "$twice"; then
  echo 'drift: a second "go generate ./..." writes other bytes than the first' >&2
  exit 1
fi
echo 'drift: none'
