#!/usr/bin/env bash
# Runs Gave's graph engine and other libraries in turn on the same graphs, prints one table of ratios and writes
# docs/benchmarks.md.
#
#   bench/peers.sh             made-up networks of four kinds and three real ones, of some 1,000 to 76,000 nodes, on one
#                              thread; with LARGE=1 also of 50,000 to a million nodes, and on two threads (hours)
#   bench/peers.sh layouts     only how networks are drawn, on ten of them; writes docs/layout.md
#   bench/peers.sh FILE.el …   your own: FILE.el has two ids a line, and FILE.wel beside it a weight from 1 to 100 too
#
# The libraries come from PyPI into a folder of their own (GAVE_BENCH, default ~/.cache/gave-bench). graph-tool, which
# PyPI does not have, is compared too where GRAPH_TOOL_PYTHON (default /usr/bin/python3) finds it; Debian: apt-get
# install python3-graph-tool. The real networks are read from GAVE_DATA (default ../shared/data/networks), and left out
# where they are not. Each network takes minutes, a large one much longer; the report is written after each.
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
add() { # NAME and what makes it
	file=$home/$1.el
	if [ ! -f "$file" ]; then
		"$home/peers" -make "$home/new.el" "${@:2}"
		mv "$home/new.wel" "${file%.el}.wel"
		mv "$home/new.el" "$file"
	fi
	files+=("$file")
}
given=${GAVE_DATA:-../shared/data/networks}
layouts() {
	files=()
	for name in karate krackhardt-hightech lazega-lawfirm; do
		[ ! -f "$given/$name/edges.csv" ] || add "$name" -from "$given/$name/edges.csv"
	done
	company=$given/../../cases/company/company_edges.csv
	[ ! -f "$company" ] || add company -from "$company"
	from=$given/email-eu-core/edges.csv.gz
	[ ! -f "$from" ] || add email-eu-core -from "$from"
	add rmat13 -kind rmat -nodes 8192 -ties 65536 -seed 14
	add smallworld5k -kind small-world -nodes 5000 -ties 25000 -seed 16
	from=$given/bitcoin-otc/edges.csv.gz
	[ ! -f "$from" ] || add bitcoin-otc -from "$from"
	add grid80 -kind grid -nodes 6400 -seed 15
	add social10k -nodes 10000 -ties 100000 -seed 11
	[ -z "${LARGE:-}" ] || add social100k -nodes 100000 -ties 1000000 -seed 12
	"$home/peers" -layouts -rounds 3 -out docs/layout.md "${files[@]}"
}
if [ "${1:-}" = layouts ]; then
	layouts
	exit
fi
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
	add social10k -nodes 10000 -ties 100000 -seed 11
	add rmat15 -kind rmat -nodes 32768 -ties 524288 -seed 14
	add grid160 -kind grid -nodes 25600 -seed 15
	add smallworld10k -kind small-world -nodes 10000 -ties 100000 -seed 16
	for name in email-eu-core bitcoin-otc epinions-trust; do
		from=$given/$name/edges.csv.gz
		[ ! -f "$from" ] || add "$name" -from "$from"
	done
	if [ -n "${LARGE:-}" ]; then
		threads=1,2
		add social100k -nodes 100000 -ties 1000000 -seed 12
		add rmat16 -kind rmat -nodes 65536 -ties 1048576 -seed 14
		add grid500 -kind grid -nodes 250000 -seed 15
		add smallworld50k -kind small-world -nodes 50000 -ties 500000 -seed 16
		add social1m -nodes 1000000 -ties 10000000 -seed 13
	fi
fi
"$home/peers" -rounds 3 -threads "${threads:-1}" -peers igraph,networkit,graph-tool,scipy \
	-out docs/benchmarks.md "${files[@]}"
[ $# -gt 0 ] || layouts
