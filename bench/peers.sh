#!/usr/bin/env bash
# Runs Gave's graph engine and other libraries in turn on the same graphs, prints one table of ratios and writes docs/benchmarks.md.
#
#   bench/peers.sh                 made-up social networks of 10,000 and 100,000 nodes (with LARGE=1 also 1,000,000), ten ties a node
#   bench/peers.sh FILE.el …       your own: FILE.el has two ids a line, and FILE.wel beside it a weight from 1 to 100 too
#
# The libraries come from PyPI into a folder of their own (GAVE_BENCH, default ~/.cache/gave-bench). graph-tool, which PyPI does not have, is
# compared too where GRAPH_TOOL_PYTHON (default /usr/bin/python3) finds it; Debian: apt-get install python3-graph-tool. Ten minutes; with LARGE=1 an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
home=${GAVE_BENCH:-${XDG_CACHE_HOME:-$HOME/.cache}/gave-bench}
mkdir -p "$home"
if [ -z "${PEER_PYTHON:-}" ]; then
	PEER_PYTHON=$home/venv/bin/python
	if [ ! -x "$PEER_PYTHON" ]; then
		python3 -m venv "$home/venv"
		"$home/venv/bin/pip" install --quiet numpy scipy 'igraph>=1.0' 'networkit>=11'
	fi
fi
export PEER_PYTHON
go build -o "$home/peers" ./bench
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
	sizes=(10k:10000:11 100k:100000:12)
	[ -z "${LARGE:-}" ] || sizes+=(1m:1000000:13)
	for size in "${sizes[@]}"; do
		IFS=: read -r name nodes seed <<<"$size"
		file=$home/social$name.el
		if [ ! -f "$file" ]; then
			"$home/peers" -make "$home/new.el" -nodes "$nodes" -ties "${nodes}0" -seed "$seed"
			mv "$home/new.wel" "${file%.el}.wel"
			mv "$home/new.el" "$file"
		fi
		files+=("$file")
	done
fi
exec "$home/peers" -out docs/benchmarks.md "${files[@]}"
