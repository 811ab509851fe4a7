package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// gapbsFigures are the times of the GAP Benchmark Suite (b5e3e19, g++ -O3, OpenMP) on the graphs of these names,
// measured on 2026-11-23 on two processors of the kind that docs/benchmarks.md names. They are figures from another
// run, so only large differences mean anything. Its PageRank is in 32-bit floating point with a tolerance of about
// 1e-6, which is less than Gave's. Betweenness is from 64 sources, from 16 on the larger graph.
//
//go:embed gapbs.csv
var gapbsFigures string

// gapbs returns the figures for a graph and a number of threads by kernel; nil when there are none.
func gapbs(name string, nodes, threads int) map[string]float64 {
	rows, err := csv.NewReader(strings.NewReader(gapbsFigures)).ReadAll()
	if err != nil {
		return nil
	}
	var figures map[string]float64
	for _, row := range rows[1:] {
		seconds, err := strconv.ParseFloat(row[4], 64)
		if err != nil || row[0] != name || row[1] != fmt.Sprint(nodes) || row[3] != fmt.Sprint(threads) {
			continue
		}
		if figures == nil {
			figures = map[string]float64{}
		}
		figures[row[2]] = seconds
		if row[2] == "pagerank" {
			figures["pagerank-rough"] = seconds
		}
	}
	return figures
}
