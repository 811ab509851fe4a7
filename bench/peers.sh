#!/usr/bin/env bash
# Runs Gave's graph engine and other libraries in turn on the same graphs, prints one table of ratios and writes docs/benchmarks.md.
#
#   bench/peers.sh                      two made-up social networks (100,000 nodes, 1,000,000 ties; with LARGE=1 also ten times that)
#   bench/peers.sh FILE.el FILE.wel ... your own: FILE.el has two ids a line, and FILE.wel beside it the weights
#
# The libraries come from PyPI into a folder of their own (GAVE_BENCH, default ~/.cache/gave-bench). graph-tool is compared too where
# Python finds it (Debian: apt-get install python3-graph-tool, then PEER_PYTHON=/usr/bin/python3).
set -euo pipefail
cd "$(dirname "$0")/.."
home=${GAVE_BENCH:-${XDG_CACHE_HOME:-$HOME/.cache}/gave-bench}
mkdir -p "$home"
if [ -z "${PEER_PYTHON:-}" ]; then
	PEER_PYTHON=$home/venv/bin/python
	if [ ! -x "$PEER_PYTHON" ]; then
		python3 -m venv "$home/venv"
		"$home/venv/bin/pip" install --quiet numpy 'igraph>=1.0' 'networkit>=11'
	fi
fi
export PEER_PYTHON
go build -o "$home/peers" ./bench
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
	files=("$home/social100k.el")
	[ -n "${LARGE:-}" ] && files+=("$home/social1m.el")
	[ -f "$home/social100k.el" ] || "$home/peers" -make "$home/social100k.el" -nodes 100000 -ties 1000000 -seed 12
	[ -z "${LARGE:-}" ] || [ -f "$home/social1m.el" ] || "$home/peers" -make "$home/social1m.el" -nodes 1000000 -ties 10000000 -seed 13
fi
exec "$home/peers" -out docs/benchmarks.md "${files[@]}"
