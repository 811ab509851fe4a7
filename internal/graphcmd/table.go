package graphcmd

import (
	"bufio"
	"encoding/csv"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"

	"gave.network/graph"
	"gave.network/graph/layout"
)

// table is a value for each node, edge or pair. Nodes are in order; rows of edges and pairs are in the order in which
// they come.
type table struct {
	nodes []float64      // a value for each node, or nil
	place []layout.Point // a place for each node, where nodes is nil
	ties  [][2]uint32    // the ends of each row, where nodes is nil
	value []float64      // a value for each tie
}

// save writes the table as CSV. A value that is not defined is left empty.
func (t table) save(path string, names *graph.Names) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffered := bufio.NewWriterSize(file, 1<<16)
	w := csv.NewWriter(buffered)
	heads := []string{"source", "target", "value"}
	switch {
	case t.place != nil:
		heads = []string{"node", "x", "y"}
	case t.ties == nil:
		heads = []string{"node", "value"}
	}
	if err := w.Write(heads); err != nil {
		return err
	}
	for v, x := range t.nodes {
		if err := w.Write([]string{names.Name(uint32(v)), number(x)}); err != nil {
			return err
		}
	}
	for v, p := range t.place {
		if err := w.Write([]string{names.Name(uint32(v)), number(p.X), number(p.Y)}); err != nil {
			return err
		}
	}
	for i, tie := range t.ties {
		if err := w.Write([]string{names.Name(tie[0]), names.Name(tie[1]), number(t.value[i])}); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(w.Error(), buffered.Flush())
}

func number(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// perNode is the outcome of a kernel with a value for each node: the summary has sum, mean, least and greatest, and the
// ten greatest.
func (j *job) perNode(values []float64) outcome {
	summary := summarise(values)
	order := greatest(values, 10)
	list := make([]best, len(order))
	for i, v := range order {
		list[i] = best{j.network.Names.Name(v), values[v]}
	}
	summary["top"] = list
	return outcome{summary, table{nodes: values}}
}

// perTie is the outcome of a kernel with a value for each edge or pair.
func perTie(ties [][2]uint32, values []float64) outcome {
	return outcome{summarise(values), table{ties: ties, value: values}}
}

func summarise(values []float64) map[string]any {
	sum, count := 0.0, 0
	least, most := math.Inf(1), math.Inf(-1)
	for _, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		sum += x
		count++
		least, most = min(least, x), max(most, x)
	}
	summary := map[string]any{"sum": sum, "defined": count}
	if count > 0 {
		summary["mean"], summary["min"], summary["max"] = sum/float64(count), least, most
	}
	return summary
}

// greatest returns the indices of the k greatest values, the greatest first, equal ones in order; values that are not
// numbers are none.
func greatest(values []float64, k int) []uint32 {
	var list []uint32
	for v, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) || len(list) == k && values[list[k-1]] >= x {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, x, func(u uint32, x float64) int {
			if values[u] >= x {
				return -1
			}
			return 1
		})
		list = slices.Insert(list, at, uint32(v))
		list = list[:min(len(list), k)]
	}
	return list
}

// floats turns counts into values.
func floats[T uint8 | int32 | int64 | uint32 | int](counts []T) []float64 {
	values := make([]float64, len(counts))
	for i, c := range counts {
		values[i] = float64(c)
	}
	return values
}
